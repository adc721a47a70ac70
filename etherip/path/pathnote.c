/* etherip/path/pathnote.c - see pathnote.h.
 *
 * A ring of octets: a note as it is in memory, then its octets. Both ends count octets since
 * the start and never go back, so that the difference is what is in it.
 * Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/pathnote.h"

#include <sys/eventfd.h>

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/obj.h"

struct pathnotes {
	unsigned	 magic;
#define PATHNOTE_MAGIC	0x907e5107u
	int		 fd;
	_Alignas(64) _Atomic uint64_t written;
	bool		 news;		/* since it was rung; the writer's */
	_Alignas(64) _Atomic uint64_t taken;
	_Alignas(64) uint8_t ring[PATHNOTE_ROOM];
};

struct pathnotes *
pathnote_new(void)
{
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct pathnotes *n;

	if (fd == -1)
		return NULL;
	n = mem_zalloc_lines(1, sizeof(*n));
	n->magic = PATHNOTE_MAGIC;
	n->fd = fd;
	return n;
}

void
pathnote_free(struct pathnotes **pn)
{
	struct pathnotes *n = *pn;

	*pn = NULL;
	if (n == NULL)
		return;
	OBJ_CHECK(n, PATHNOTE_MAGIC);
	(void)close(n->fd);
	n->magic = 0;
	free(n);
}

static void
copy_in(struct pathnotes *n, uint64_t at, const void *p, size_t len)
{
	size_t from = at % PATHNOTE_ROOM, first = PATHNOTE_ROOM - from;

	if (first > len)
		first = len;
	memcpy(n->ring + from, p, first);
	if (len > first)
		memcpy(n->ring, (const uint8_t *)p + first, len - first);
}

static void
copy_out(const struct pathnotes *n, uint64_t at, void *p, size_t len)
{
	size_t from = at % PATHNOTE_ROOM, first = PATHNOTE_ROOM - from;

	if (first > len)
		first = len;
	memcpy(p, n->ring + from, first);
	if (len > first)
		memcpy((uint8_t *)p + first, n->ring, len - first);
}

bool
pathnote_put(struct pathnotes *n, const struct pathnote *note,
    const void *octets)
{
	uint64_t at = atomic_load_explicit(&n->written, memory_order_relaxed);
	uint64_t taken = atomic_load_explicit(&n->taken, memory_order_acquire);
	size_t need = sizeof(*note) + note->len;

	assert(note->len <= PATHNOTE_OCTETS_MAX);
	if (need > PATHNOTE_ROOM - (at - taken))
		return false;
	copy_in(n, at, note, sizeof(*note));
	if (note->len > 0)
		copy_in(n, at + sizeof(*note), octets, note->len);
	atomic_store_explicit(&n->written, at + need, memory_order_release);
	n->news = true;
	return true;
}

void
pathnote_again(struct pathnotes *n)
{
	const uint64_t one = 1;

	/* Fails only when it is readable anyway. */
	(void)!write(n->fd, &one, sizeof(one));
}

void
pathnote_ring(struct pathnotes *n)
{
	if (!n->news)
		return;
	n->news = false;
	pathnote_again(n);
}

int
pathnote_fd(const struct pathnotes *n)
{
	return n->fd;
}

void
pathnote_hush(struct pathnotes *n)
{
	uint64_t times;

	(void)!read(n->fd, &times, sizeof(times));
}

bool
pathnote_take(struct pathnotes *n, struct pathnote *note,
    uint8_t octets[PATHNOTE_OCTETS_MAX])
{
	uint64_t at = atomic_load_explicit(&n->taken, memory_order_relaxed);

	OBJ_CHECK(n, PATHNOTE_MAGIC);
	if (at == atomic_load_explicit(&n->written, memory_order_acquire))
		return false;
	copy_out(n, at, note, sizeof(*note));
	assert(note->len <= PATHNOTE_OCTETS_MAX);
	copy_out(n, at + sizeof(*note), octets, note->len);
	atomic_store_explicit(&n->taken, at + sizeof(*note) + note->len,
	    memory_order_release);
	return true;
}
