/* gtmd/decide/persist.c - see persist.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/persist.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/decide/seqrow.h"

#define WAYS	4
/* Nobody can take the memory away under who reads it. */
#define SEALS	(F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)
/* A writer takes nanoseconds: who is seen at it so often has died there, and
 * what it began nobody reads. */
#define LOOKS	(1 << 20)

struct record {
	uint64_t	 sequence;	/* odd: being written */
	uint64_t	 wide, high, low, target;
	uint64_t	 life;		/* born_s << 32 | expires_s; 0: empty */
};

struct persist {
	unsigned	 magic;
#define PERSIST_MAGIC	0x9e4515f1u
	int		 fd;
	size_t		 mask;		/* of sets */
	struct record	*records;	/* mapped, shared */
};

static struct persist *
open_table(int fd, struct record *records, size_t count)
{
	struct persist *p = mem_zalloc(1, sizeof(*p));

	p->magic = PERSIST_MAGIC;
	p->fd = fd;
	p->mask = count / WAYS - 1;
	p->records = records;
	return p;
}

static size_t
size_of(size_t records)
{
	assert(records >= WAYS && (records & (records - 1)) == 0);
	return records * sizeof(struct record);
}

static struct record *
map_records(int fd, size_t records)
{
	void *at = mmap(NULL, size_of(records), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);

	return at != MAP_FAILED ? at : NULL;
}

struct persist *
persist_new(size_t records)
{
	struct record *at = NULL;
	int fd = memfd_create("persist", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd != -1 && ftruncate(fd, (off_t)size_of(records)) == 0 &&
	    fcntl(fd, F_ADD_SEALS, SEALS) == 0)
		at = map_records(fd, records);
	if (at == NULL)
		abort();	/* as when mem_zalloc has none */
	return open_table(fd, at, records);
}

struct persist *
persist_adopt(int fd, size_t records, struct err *e)
{
	struct record *at = NULL;
	struct stat st;

	if (fstat(fd, &st) != 0 || st.st_size != (off_t)size_of(records) ||
	    (fcntl(fd, F_GET_SEALS) & SEALS) != SEALS)
		(void)err_set(e, ERR_PARSE, "persistence: this is no table of "
		    "%zu records", records);
	else if ((at = map_records(fd, records)) == NULL)
		(void)err_sys(e, errno, "persistence: records");
	if (at != NULL)
		return open_table(fd, at, records);
	(void)close(fd);
	return NULL;
}

int
persist_fd(const struct persist *p)
{
	OBJ_CHECK(p, PERSIST_MAGIC);
	return p->fd;
}

void
persist_free(struct persist **pp)
{
	struct persist *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	OBJ_CHECK(p, PERSIST_MAGIC);
	(void)munmap(p->records, size_of((p->mask + 1) * WAYS));
	(void)close(p->fd);
	p->magic = 0;
	free(p);
}

static size_t
set_of(const struct persist *p, const struct persist_key *key)
{
	uint64_t point = clientnet_mix(clientnet_point(&key->net), key->wide);

	return ((size_t)point & p->mask) * WAYS;
}

/* False: somebody is writing it, or has meanwhile. */
static bool
record_read(const struct record *r, struct persist_record *to)
{
	uint64_t sequence = seqrow_load(&r->sequence), life;

	to->key.wide = seqrow_load(&r->wide);
	to->key.net.high = seqrow_load(&r->high);
	to->key.net.low = seqrow_load(&r->low);
	to->target = seqrow_load(&r->target);
	life = seqrow_load(&r->life);
	to->born_s = (uint32_t)(life >> 32);
	to->expires_s = (uint32_t)life;
	return seqrow_whole(&r->sequence, sequence);
}

/* False: somebody else is writing it. */
static bool
record_write(struct record *r, const struct persist_record *from)
{
	uint64_t sequence = seqrow_load(&r->sequence);

	if ((sequence & 1) != 0 || !seqrow_hold(&r->sequence, &sequence))
		return false;
	seqrow_store(&r->wide, from->key.wide);
	seqrow_store(&r->high, from->key.net.high);
	seqrow_store(&r->low, from->key.net.low);
	seqrow_store(&r->target, from->target);
	seqrow_store(&r->life, (uint64_t)from->born_s << 32 | from->expires_s);
	seqrow_release(&r->sequence, sequence);
	return true;
}

static bool
is_key(const struct persist_record *r, const struct persist_key *key)
{
	return r->key.wide == key->wide && r->key.net.low == key->net.low &&
	    r->key.net.high == key->net.high;
}

uint64_t
persist_find(const struct persist *p, const struct persist_key *key,
    uint32_t now_s)
{
	const struct record *set = p->records + set_of(p, key);
	struct persist_record r;

	for (int i = 0; i < WAYS; i++) {
		if (seqrow_load(&set[i].wide) == key->wide &&
		    record_read(&set[i], &r) && is_key(&r, key) &&
		    r.expires_s > now_s)
			return r.target;
	}
	return 0;
}

/* How much a record is to be kept: that of the key itself goes first, then
 * what is empty or expired, then the oldest. */
static uint32_t
worth(const struct persist_record *r, const struct persist_key *key,
    uint32_t now_s)
{
	if (is_key(r, key))
		return 0;
	return r->expires_s <= now_s ? 1 : r->born_s;
}

void
persist_put(struct persist *p, const struct persist_key *key, uint64_t target,
    uint32_t now_s, uint32_t ttl_s)
{
	struct record *set = p->records + set_of(p, key), *to = NULL;
	uint32_t least = UINT32_MAX, end = now_s + ttl_s;
	struct persist_record r;

	if (end < now_s)
		end = UINT32_MAX;
	for (int i = 0; i < WAYS; i++) {
		if (!record_read(&set[i], &r) ||
		    (to != NULL && worth(&r, key, now_s) >= least))
			continue;
		to = &set[i];
		least = worth(&r, key, now_s);
	}
	if (to != NULL)
		(void)record_write(to, &(struct persist_record){ *key, target,
		    now_s, end });
}

void
persist_each(const struct persist *p, uint32_t now_s, persist_fn *fn, void *arg)
{
	struct persist_record r;

	OBJ_CHECK(p, PERSIST_MAGIC);
	for (size_t i = 0; i < (p->mask + 1) * WAYS; i++)
		if (record_read(&p->records[i], &r) && r.expires_s > now_s)
			fn(arg, &r);
}

static void
record_clear(struct record *r)
{
	static const struct persist_record none;

	for (int i = 0; i < LOOKS; i++)
		if (record_write(r, &none))
			return;
}

size_t
persist_clear(struct persist *p)
{
	size_t n = 0;

	OBJ_CHECK(p, PERSIST_MAGIC);
	for (size_t i = 0; i < (p->mask + 1) * WAYS; i++) {
		if (seqrow_load(&p->records[i].life) == 0)
			continue;
		record_clear(&p->records[i]);
		n++;
	}
	return n;
}
