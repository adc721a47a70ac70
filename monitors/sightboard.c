/* monitors/sightboard.c - see sightboard.h. A slot is a sequence number, odd
 * while it is being written, and words. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/sightboard.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "monitors/probestat.h"

#define WORDS	(sizeof(struct sightboard_entry) / sizeof(uint64_t))
#define TRIES	100		/* a write takes some 50 ns */

_Static_assert(sizeof(struct sightboard_entry) % sizeof(uint64_t) == 0,
    "entries are copied in words");

struct slot {
	_Atomic uint64_t sequence;
	_Atomic uint64_t word[WORDS];
};

#define SIZE	(sizeof(struct slot) * SIGHTBOARD_SLOTS_MAX)

struct sightboard {
	unsigned	 magic;
#define SIGHTBOARD_MAGIC 0x516b0a4du
	int		 fd;		/* -1 = the maker has it */
	struct slot	*slots;
};

static struct sightboard *
map(int fd, struct err *e)
{
	void *slots = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_NORESERVE, fd, 0);
	struct sightboard *b;

	if (slots == MAP_FAILED) {
		(void)err_set(e, ERR_IO, "memory of the prober: %s",
		    strerror(errno));
		return NULL;
	}
	b = mem_zalloc(1, sizeof(*b));
	b->magic = SIGHTBOARD_MAGIC;
	b->fd = -1;
	b->slots = slots;
	return b;
}

struct sightboard *
sightboard_new(struct err *e)
{
	struct sightboard *b;
	int fd = memfd_create("gtmd-sights", MFD_CLOEXEC);

	if (fd == -1 || ftruncate(fd, (off_t)SIZE) == -1) {
		(void)err_set(e, ERR_IO, "memory of the prober: %s",
		    strerror(errno));
		b = NULL;
	} else {
		b = map(fd, e);
	}
	if (b != NULL)
		b->fd = fd;
	else if (fd != -1)
		(void)close(fd);
	return b;
}

struct sightboard *
sightboard_map(int fd, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) == -1 || st.st_size != (off_t)SIZE) {
		(void)err_set(e, ERR_IO, "memory of the prober: not there");
		return NULL;
	}
	return map(fd, e);
}

void
sightboard_free(struct sightboard **pb)
{
	struct sightboard *b = *pb;

	*pb = NULL;
	if (b == NULL)
		return;
	OBJ_CHECK(b, SIGHTBOARD_MAGIC);
	(void)munmap(b->slots, SIZE);
	if (b->fd != -1)
		(void)close(b->fd);
	b->magic = 0;
	free(b);
}

int
sightboard_fd(const struct sightboard *b)
{
	OBJ_CHECK(b, SIGHTBOARD_MAGIC);
	return b->fd;
}

static struct slot *
slot_of(const struct sightboard *b, uint64_t token)
{
	assert((uint32_t)token < SIGHTBOARD_SLOTS_MAX);
	return &b->slots[(uint32_t)token];
}

void
sightboard_write(struct sightboard *b, const struct sightboard_entry *en)
{
	struct slot *s = slot_of(b, en->token);
	/* Odd where the last writer died over it. */
	uint64_t words[WORDS], sequence = atomic_load_explicit(&s->sequence,
	    memory_order_relaxed) & ~UINT64_C(1);

	memcpy(words, en, sizeof(words));
	atomic_store_explicit(&s->sequence, sequence + 1,
	    memory_order_relaxed);
	/* Who reads one of these sees the odd number, too. */
	for (size_t i = 0; i < WORDS; i++)
		atomic_store_explicit(&s->word[i], words[i],
		    memory_order_release);
	atomic_store_explicit(&s->sequence, sequence + 2,
	    memory_order_release);
}

/* What a prober of ours writes. */
static bool
is_sound(const struct sight *s)
{
	const struct probe_result *r = &s->last;

	return (unsigned)r->outcome <= PROBE_ABSTAIN &&
	    (unsigned)r->code < PROBESTAT_CODES &&
	    s->abstained <= s->results && (r->from.family == 0 ||
	    r->from.family == AF_INET || r->from.family == AF_INET6);
}

static bool
copy(const struct slot *s, struct sightboard_entry *out)
{
	uint64_t words[WORDS], before = atomic_load_explicit(&s->sequence,
	    memory_order_acquire);

	for (size_t i = 0; i < WORDS; i++)
		words[i] = atomic_load_explicit(&s->word[i],
		    memory_order_acquire);
	if ((before & 1) != 0 || before != atomic_load_explicit(&s->sequence,
	    memory_order_relaxed))
		return false;
	memcpy(out, words, sizeof(*out));
	return true;
}

bool
sightboard_read(const struct sightboard *b, uint64_t token,
    struct sightboard_entry *out)
{
	const struct slot *s = slot_of(b, token);

	for (unsigned i = 0; i < TRIES; i++) {
		if (copy(s, out))
			return out->token == token && is_sound(&out->sight);
	}
	return false;
}
