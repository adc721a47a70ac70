/* wom/codec/historyfile.c - see historyfile.h. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/codec/historyfile.h"

#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/faultguard.h"
#include "core/base/mem.h"
#include "core/base/siphash.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"
#include "wom/codec/history.h"

#define VERSION		1
#define RECORD		64	/* octets of a head: none spans two sectors */
#define CHECKED		(RECORD - 8)	/* the check covers them */
#define COPY_AT		2048	/* the file's head is there twice, for a sector
				 * may be lost */
#define HEADS_AT	4096
#define RING_ALIGN	65536	/* the largest page that there is */
#define HEADS_AHEAD	1024	/* heads that are read at a time */

static const uint8_t file_magic[8] = "womstore";
static const uint8_t head_magic[4] = "womB";

struct historyfile {
	int	 fd;
	struct historyfile_form form;
	uint8_t	 key[SIPHASH_KEY];	/* of the checks; another one each time
					 * that it begins anew */
	const char *anew;
	uint64_t ring_at;		/* in the file */
	uint64_t had;			/* octets of the ring that were there */
	uint8_t	*ring;
	const atomic_uint *faults;
	uint32_t heads_from;		/* heads: of this slot on */
	uint32_t heads_count;
	uint8_t	 heads[HEADS_AHEAD * RECORD];
};

/* ---- octets ---- */

static void
put_u64(struct wbuf *w, uint64_t v)
{
	wbuf_u32(w, (uint32_t)(v >> 32));
	wbuf_u32(w, (uint32_t)v);
}

static uint64_t
take_u64(struct rbuf *r)
{
	uint64_t high = rbuf_u32(r);

	return high << 32 | rbuf_u32(r);
}

static void
take_octets(struct rbuf *r, void *out, size_t len)
{
	if (rbuf_skip(r, len))
		memcpy(out, r->base + r->off - len, len);
}

/* Ends a record, of which the rest is zero. */
static void
put_check(uint8_t record[RECORD], const uint8_t key[SIPHASH_KEY])
{
	struct wbuf w;

	wbuf_init(&w, record + CHECKED, RECORD - CHECKED);
	put_u64(&w, siphash_24(key, record, CHECKED));
}

static bool
is_checked(const uint8_t record[RECORD], const uint8_t key[SIPHASH_KEY])
{
	struct rbuf r;

	rbuf_init(&r, record + CHECKED, RECORD - CHECKED);
	return take_u64(&r) == siphash_24(key, record, CHECKED);
}

static bool
put(struct historyfile *f, struct iovec *v, int count, uint64_t at)
{
	ssize_t want = 0;

	for (int i = 0; i < count; i++)
		want += (ssize_t)v[i].iov_len;
	return pwritev(f->fd, v, count, (off_t)at) == want;
}

/* ---- the head of the file ---- */

static void
write_form(const struct historyfile *f, uint8_t record[RECORD])
{
	struct wbuf w;

	memset(record, 0, RECORD);
	wbuf_init(&w, record, RECORD);
	wbuf_octets(&w, file_magic, sizeof(file_magic));
	wbuf_u32(&w, VERSION);
	wbuf_u32(&w, f->form.slots);
	put_u64(&w, f->form.octets);
	wbuf_octets(&w, f->key, sizeof(f->key));
	wbuf_octets(&w, f->form.secret.octets, BLOCKID_OCTETS);
	put_check(record, f->key);
}

static bool
has_magic(const uint8_t record[RECORD])
{
	return memcmp(record, file_magic, sizeof(file_magic)) == 0;
}

/* NULL: it is what we want, and its key is ours now. Else why not. */
static const char *
read_form(struct historyfile *f, const uint8_t record[RECORD])
{
	struct rbuf r;
	uint32_t version, slots;
	uint64_t octets;
	struct blockid secret = { { 0 } };

	rbuf_init(&r, record, RECORD);
	(void)rbuf_skip(&r, sizeof(file_magic));
	version = rbuf_u32(&r);
	slots = rbuf_u32(&r);
	octets = take_u64(&r);
	take_octets(&r, f->key, sizeof(f->key));
	take_octets(&r, secret.octets, BLOCKID_OCTETS);
	if (!has_magic(record))
		return "its head is damaged";
	if (version != VERSION)
		return "it was written by another version";
	if (!is_checked(record, f->key))
		return "its head is damaged";
	if (slots != f->form.slots || octets != f->form.octets)
		return "it was made for another size";
	if (!blockid_equal(&secret, &f->form.secret))
		return "its names were made with another secret";
	return NULL;
}

static uint64_t
all_octets(const struct historyfile *f)
{
	return f->ring_at + f->form.octets;
}

/* Empties it and writes its head before it takes up room: a file that is not
 * empty is ours by its first octets, whenever we are stopped. */
static int
begin_anew(struct historyfile *f, const char *path, struct err *e)
{
	uint8_t page[HEADS_AT] = { 0 };
	struct iovec v = { page, sizeof(page) };

	if (getrandom(f->key, sizeof(f->key), 0) != sizeof(f->key))
		return err_sys(e, errno, "store %s: no random octets", path);
	write_form(f, page);
	write_form(f, page + COPY_AT);
	if (ftruncate(f->fd, 0) == -1 || !put(f, &v, 1, 0) ||
	    fdatasync(f->fd) == -1)
		return err_sys(e, errno, "store %s: cannot write its head",
		    path);
	f->had = 0;
	return 0;
}

/* All its room, from now on; what was there stays. */
static int
take_room(struct historyfile *f, const char *path, uint64_t was, struct err *e)
{
	uint64_t all = all_octets(f);
	int rc;

	do
		rc = posix_fallocate(f->fd, 0, (off_t)all);
	while (rc == EINTR);
	if (rc == 0 && was > all && ftruncate(f->fd, (off_t)all) == -1)
		rc = errno;
	if (rc == 0)
		return 0;
	/* The disk is full: then not by what we do not use. */
	(void)!ftruncate(f->fd, f->anew != NULL ? 0 : (off_t)was);
	return err_sys(e, rc, "store %s: no room for %llu octets", path,
	    (unsigned long long)all);
}

/* Goes on with what is there, or begins anew. */
static int
settle(struct historyfile *f, const char *path, uint64_t was, struct err *e)
{
	uint8_t page[HEADS_AT] = { 0 };
	int rc;

	if (was == 0)
		f->anew = "it is new";
	else if (pread(f->fd, page, sizeof(page), 0) < RECORD ||
	    (!has_magic(page) && !has_magic(page + COPY_AT)))
		return err_set(e, ERR_EXISTS, "store %s: this file is not a "
		    "store; it is left as it is", path);
	else if ((f->anew = read_form(f, page)) != NULL &&
	    read_form(f, page + COPY_AT) == NULL)
		f->anew = NULL;
	f->had = was > f->ring_at ? was - f->ring_at : 0;
	if (f->anew != NULL && (rc = begin_anew(f, path, e)) != 0)
		return rc;
	return take_room(f, path, was, e);
}

/* ---- birth and end ---- */

static int
open_locked(struct historyfile *f, const char *path, uint64_t *was,
    struct err *e)
{
	struct stat st;

	f->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK, 0600);
	if (f->fd == -1 || fstat(f->fd, &st) == -1)
		return err_sys(e, errno, "store %s: cannot open", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_REF, "store %s: it is not a file", path);
	/* It holds what crossed the WAN, in clear. */
	if ((st.st_mode & 077) != 0)
		return err_set(e, ERR_DENIED, "store %s: mode %04o lets others "
		    "at it, 0600 does not", path, st.st_mode & 07777u);
	if (flock(f->fd, LOCK_EX | LOCK_NB) == -1)
		return errno == EWOULDBLOCK ? err_set(e, ERR_BUSY, "store %s: "
		    "another process has it", path) :
		    err_sys(e, errno, "store %s: cannot lock", path);
	/* Its size only now: the one before us may have just made it. */
	if (fstat(f->fd, &st) == -1)
		return err_sys(e, errno, "store %s: cannot look at it", path);
	*was = (uint64_t)st.st_size;
	return 0;
}

static int
map_ring(struct historyfile *f, const char *path, struct err *e)
{
	void *ring = mmap(NULL, f->form.octets, PROT_READ, MAP_SHARED, f->fd,
	    (off_t)f->ring_at);

	if (ring == MAP_FAILED)
		return err_sys(e, errno, "store %s: cannot map", path);
	f->ring = ring;
	f->faults = faultguard_add(ring, f->form.octets, PROT_READ);
	if (f->faults == NULL)
		return err_set(e, ERR_RANGE, "store %s: this process has %d "
		    "stores, as many as it may", path, FAULTGUARD_MAX);
	return 0;
}

struct historyfile *
historyfile_open(const char *path, const struct historyfile_form *form,
    struct err *e)
{
	struct historyfile *f = mem_zalloc(1, sizeof(*f));
	uint64_t heads_end = HEADS_AT + (uint64_t)form->slots * RECORD, was;

	assert(form->slots > 0 && form->octets % HISTORYFILE_ALIGN == 0);
	f->form = *form;
	f->ring_at = (heads_end + RING_ALIGN - 1) / RING_ALIGN * RING_ALIGN;
	if (open_locked(f, path, &was, e) != 0 ||
	    settle(f, path, was, e) != 0 || map_ring(f, path, e) != 0)
		historyfile_close(&f);
	return f;
}

void
historyfile_close(struct historyfile **pf)
{
	struct historyfile *f = *pf;

	*pf = NULL;
	if (f == NULL)
		return;
	faultguard_remove(&f->faults);
	if (f->ring != NULL)
		(void)munmap(f->ring, f->form.octets);
	if (f->fd != -1)
		(void)close(f->fd);	/* and with it goes the lock */
	free(f);
}

/* ---- what is there ---- */

const char *
historyfile_anew(const struct historyfile *f)
{
	return f->anew;
}

const uint8_t *
historyfile_ring(const struct historyfile *f)
{
	return f->ring;
}

const atomic_uint *
historyfile_faults(const struct historyfile *f)
{
	return f->faults;
}

void
historyfile_expect(const struct historyfile *f, uint64_t at, size_t len)
{
	uint64_t from = at / RING_ALIGN * RING_ALIGN;

	(void)madvise(f->ring + from, len + (size_t)(at - from),
	    MADV_WILLNEED);
}

/* The record of a slot; its neighbours come along. */
static const uint8_t *
record_of(struct historyfile *f, uint32_t slot)
{
	ssize_t n;

	if (slot < f->heads_from || slot - f->heads_from >= f->heads_count) {
		n = pread(f->fd, f->heads, sizeof(f->heads),
		    (off_t)(HEADS_AT + (uint64_t)slot * RECORD));
		f->heads_from = slot;
		f->heads_count = n > 0 ? (uint32_t)n / RECORD : 0;
		if (f->heads_count == 0)
			return NULL;
	}
	return f->heads + (size_t)(slot - f->heads_from) * RECORD;
}

static bool
is_zero(const uint8_t record[RECORD])
{
	static const uint8_t zero[RECORD];

	return memcmp(record, zero, RECORD) == 0;
}

enum historyfile_found
historyfile_read(struct historyfile *f, uint32_t slot,
    struct historyfile_head *head)
{
	const uint8_t *record = record_of(f, slot);
	struct rbuf r;

	assert(slot < f->form.slots);
	if (record == NULL)
		return HISTORYFILE_TORN;
	if (is_zero(record))
		return HISTORYFILE_EMPTY;
	if (memcmp(record, head_magic, sizeof(head_magic)) != 0 ||
	    !is_checked(record, f->key))
		return HISTORYFILE_TORN;
	rbuf_init(&r, record, RECORD);
	(void)rbuf_skip(&r, sizeof(head_magic));
	head->len = rbuf_u32(&r);
	head->seq = take_u64(&r);
	head->at = take_u64(&r);
	take_octets(&r, head->id.octets, BLOCKID_OCTETS);
	if (head->len == 0 || head->len > HISTORY_BLOCK_MAX ||
	    head->seq == 0 || head->seq % f->form.slots != slot ||
	    head->at % HISTORYFILE_ALIGN != 0 || head->at > f->had ||
	    head->len > f->had - head->at || head->at > f->form.octets ||
	    head->len > f->form.octets - head->at)
		return HISTORYFILE_TORN;
	return HISTORYFILE_WHOLE;
}

/* ---- what is written ---- */

static bool
put_record(struct historyfile *f, uint8_t record[RECORD], uint64_t slot)
{
	struct iovec v = { record, RECORD };

	f->heads_count = 0;	/* what was read of them is not so any more */
	return put(f, &v, 1, HEADS_AT + slot * RECORD);
}

/* In whole pages, so that the system need not read first what is replaced. */
bool
historyfile_write(struct historyfile *f, const struct historyfile_head *head,
    const uint8_t *data)
{
	static const uint8_t zeros[HISTORYFILE_ALIGN];
	uint8_t record[RECORD] = { 0 };
	struct iovec v[2] = {
		{ (void *)(uintptr_t)data, head->len },
		{ (void *)(uintptr_t)zeros, (size_t)-(ssize_t)head->len %
		    HISTORYFILE_ALIGN },
	};
	struct wbuf w;

	assert(head->at % HISTORYFILE_ALIGN == 0 &&
	    head->at + head->len <= f->form.octets);
	if (!put(f, v, 2, f->ring_at + head->at))
		return false;
	wbuf_init(&w, record, sizeof(record));
	wbuf_octets(&w, head_magic, sizeof(head_magic));
	wbuf_u32(&w, head->len);
	put_u64(&w, head->seq);
	put_u64(&w, head->at);
	wbuf_octets(&w, head->id.octets, BLOCKID_OCTETS);
	put_check(record, f->key);
	return put_record(f, record, head->seq % f->form.slots);
}

void
historyfile_erase(struct historyfile *f, uint32_t slot)
{
	uint8_t record[RECORD] = { 0 };

	/* One that stays is of a block whose octets are another's then. */
	(void)put_record(f, record, slot);
}
