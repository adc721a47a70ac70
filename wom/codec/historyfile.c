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
#include "wom/codec/history.h"
#include "wom/codec/historyrecord.h"
#include "wom/codec/storecipher.h"

#define VERSION		1
#define VERSION_SEALED	2	/* the same, encrypted */
#define RECORD		HISTORYRECORD
#define COPY_AT		2048	/* the file's head is there twice, for a sector
				 * may be lost */
#define HEADS_AT	4096
#define RING_ALIGN	65536	/* the largest page that there is */
#define HEADS_AHEAD	1024	/* heads that are read at a time */

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
	/* Encrypted: */
	struct storecipher *cipher;
	uint8_t	*sealed;		/* room for a block on its way there */
};

static bool
put(struct historyfile *f, struct iovec *v, int count, uint64_t at)
{
	ssize_t want = 0;

	for (int i = 0; i < count; i++)
		want += (ssize_t)v[i].iov_len;
	return pwritev(f->fd, v, count, (off_t)at) == want;
}

/* ---- the head of the file ---- */

/* What of the names' secret is shown: itself a fingerprint; in a file that is
 * encrypted by which key that is, and the same under that. */
static struct blockid
shown_secret(const struct historyfile *f)
{
	const struct blockid *secret = &f->form.secret;
	struct blockid shown = *secret;
	uint64_t digest;

	_Static_assert(STORECIPHER_MARK + sizeof(digest) == BLOCKID_OCTETS,
	    "all of it is shown");
	if (f->cipher == NULL)
		return shown;
	digest = siphash_24(storecipher_check_key(f->cipher), secret->octets,
	    sizeof(secret->octets));
	memcpy(shown.octets, storecipher_mark(f->cipher), STORECIPHER_MARK);
	for (size_t i = 0; i < sizeof(digest); i++)
		shown.octets[STORECIPHER_MARK + i] =
		    (uint8_t)(digest >> (56 - 8 * i));
	return shown;
}

static uint32_t
version_of(const struct historyfile *f)
{
	return f->form.disk_key != NULL ? VERSION_SEALED : VERSION;
}

/* A cipher for a file that has f->key. False: there is none here. */
static bool
make_cipher(struct historyfile *f)
{
	storecipher_free(&f->cipher);
	if (f->form.disk_key != NULL)
		f->cipher = storecipher_new(f->form.disk_key, f->key);
	return f->form.disk_key == NULL || f->cipher != NULL;
}

static void
write_form(const struct historyfile *f, uint8_t record[RECORD])
{
	struct historyrecord_file r = { .version = version_of(f),
	    .slots = f->form.slots, .octets = f->form.octets,
	    .secret = shown_secret(f) };

	memcpy(r.key, f->key, sizeof(r.key));
	historyrecord_write_file(&r, record);
}

static const char *
why_other_version(const struct historyfile *f, uint32_t version)
{
	if (version == VERSION && version_of(f) == VERSION_SEALED)
		return "it was not encrypted";
	if (version == VERSION_SEALED && version_of(f) == VERSION)
		return "it was encrypted";
	return "it was written by another version";
}

/* Of what is shown, which begins with the key's mark when it is encrypted. */
static const char *
why_other_secret(struct historyfile *f, const struct blockid *shown)
{
	struct blockid want;

	if (!make_cipher(f))
		return "there is no cipher for it";
	want = shown_secret(f);
	if (blockid_equal(&want, shown))
		return NULL;
	return f->cipher != NULL && memcmp(want.octets, shown->octets,
	    STORECIPHER_MARK) != 0 ? "it was encrypted under another key" :
	    "its names were made with another secret";
}

/* NULL: it is what we want, and its key is ours now. Else why not. */
static const char *
read_form(struct historyfile *f, const uint8_t record[RECORD])
{
	struct historyrecord_file r;
	bool whole = historyrecord_read_file(&r, record);

	if (!historyrecord_has_magic(record))
		return "its head is damaged";
	if (r.version != version_of(f))
		return why_other_version(f, r.version);
	if (!whole)
		return "its head is damaged";
	if (r.slots != f->form.slots || r.octets != f->form.octets)
		return "it was made for another size";
	memcpy(f->key, r.key, sizeof(f->key));
	return why_other_secret(f, &r.secret);
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
	if (!make_cipher(f))
		return err_set(e, ERR_UNSUPPORTED, "store %s: OpenSSL has no "
		    "AES-256-XTS or no HKDF here", path);
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
	    (!historyrecord_has_magic(page) && !historyrecord_has_magic(page + COPY_AT)))
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
	/* It holds what crossed the WAN. */
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
	void *ring;

	if (f->cipher != NULL) {
		f->sealed = mem_zalloc(HISTORY_BLOCK_MAX, 1);
		return 0;
	}
	ring = mmap(NULL, f->form.octets, PROT_READ, MAP_SHARED, f->fd,
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
	else
		f->form.disk_key = NULL;	/* the caller's */
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
	storecipher_free(&f->cipher);
	free(f->sealed);
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

	if (f->ring == NULL)
		(void)posix_fadvise(f->fd, (off_t)(f->ring_at + at),
		    (off_t)len, POSIX_FADV_WILLNEED);
	else
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

/* By which the checks of heads are made. */
static const uint8_t *
check_key(const struct historyfile *f)
{
	return f->cipher != NULL ? storecipher_check_key(f->cipher) : f->key;
}

static void
seal_record(struct historyfile *f, uint8_t record[RECORD], uint64_t slot)
{
	const struct storecipher_unit u = { STORECIPHER_HEAD, slot, 0 };

	if (f->cipher != NULL)
		storecipher_seal(f->cipher, &u, record, RECORD, record);
}

/* As it was before it was sealed, in room when it was. */
static const uint8_t *
open_record(struct historyfile *f, const uint8_t *record, uint32_t slot,
    uint8_t room[RECORD])
{
	const struct storecipher_unit u = { STORECIPHER_HEAD, slot, 0 };

	if (f->cipher == NULL)
		return record;
	storecipher_open(f->cipher, &u, record, RECORD, room);
	return room;
}

enum historyfile_found
historyfile_read(struct historyfile *f, uint32_t slot,
    struct historyfile_head *head)
{
	const uint8_t *record = record_of(f, slot);
	uint8_t room[RECORD];

	assert(slot < f->form.slots);
	if (record == NULL)
		return HISTORYFILE_TORN;
	if (is_zero(record))
		return HISTORYFILE_EMPTY;
	record = open_record(f, record, slot, room);
	if (!historyrecord_read_head(head, check_key(f), record))
		return HISTORYFILE_TORN;
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

/* To whole pages. */
static size_t
filled_up(size_t len)
{
	return (len + HISTORYFILE_ALIGN - 1) / HISTORYFILE_ALIGN *
	    HISTORYFILE_ALIGN;
}

static struct storecipher_unit
unit_of(const struct historyfile_head *head)
{
	return (struct storecipher_unit){ STORECIPHER_OCTETS, head->seq,
	    head->at };
}

/* In whole pages, so that the system need not read first what is replaced. */
static bool
put_octets(struct historyfile *f, const struct historyfile_head *head,
    const uint8_t *data)
{
	static const uint8_t zeros[HISTORYFILE_ALIGN];
	const size_t all = filled_up(head->len);
	const struct storecipher_unit u = unit_of(head);
	struct iovec v[2] = {
		{ (void *)(uintptr_t)data, head->len },
		{ (void *)(uintptr_t)zeros, all - head->len },
	};

	if (f->cipher == NULL)
		return put(f, v, 2, f->ring_at + head->at);
	memcpy(f->sealed, data, head->len);
	memset(f->sealed + head->len, 0, all - head->len);
	storecipher_seal(f->cipher, &u, f->sealed, all, f->sealed);
	v[0] = (struct iovec){ f->sealed, all };
	return put(f, v, 1, f->ring_at + head->at);
}

bool
historyfile_write(struct historyfile *f, const struct historyfile_head *head,
    const uint8_t *data)
{
	const uint64_t slot = head->seq % f->form.slots;
	uint8_t record[RECORD];

	assert(head->at % HISTORYFILE_ALIGN == 0 &&
	    head->at + head->len <= f->form.octets);
	if (!put_octets(f, head, data))
		return false;
	historyrecord_write_head(head, check_key(f), record);
	seal_record(f, record, slot);
	return put_record(f, record, slot);
}

bool
historyfile_fetch(struct historyfile *f, const struct historyfile_head *head,
    uint8_t *out)
{
	const size_t all = filled_up(head->len);
	const struct storecipher_unit u = unit_of(head);

	assert(f->cipher != NULL && head->at + head->len <= f->form.octets);
	if (pread(f->fd, out, all, (off_t)(f->ring_at + head->at)) !=
	    (ssize_t)all)
		return false;
	storecipher_open(f->cipher, &u, out, all, out);
	return true;
}

void
historyfile_erase(struct historyfile *f, uint32_t slot)
{
	uint8_t record[RECORD] = { 0 };

	/* One that stays is of a block whose octets are another's then. */
	(void)put_record(f, record, slot);
}
