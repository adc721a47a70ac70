/* wom/flow/flowshare.c - see flowshare.h. Layer: wom/flow.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/flow/flowshare.h"

#include <stdlib.h>

#include "core/base/obj.h"
#include "wom/codec/blockhead.h"
#include "wom/codec/history.h"
#include "wom/flow/flow.h"
#include "wom/link/linkframe.h"

/* That are missing. A block that copies from one counts twice and takes one off when it
 * is taken: so does one damaged block not come to MANY, but a stream does of which all
 * is gone. */
#define MANY	8
#define ENOUGH	64
#define COUNTS	2
#define GONE	256	/* blocks in a row: all that are older are unshared already */

static void
mark(struct flow *f, const struct flowblock *b, bool shared)
{
	struct history *h = f->set->config.history;
	uint32_t slot = b->named ? history_find(h, &b->name) : HISTORY_NONE;

	if (slot != HISTORY_NONE)
		history_set_shared(h, slot, shared);
}

static void
mark_all(struct flow *f, bool shared)
{
	for (struct list *it = f->kept.next; it != &f->kept; it = it->next)
		mark(f, OBJ_OF(it, struct flowblock, node), shared);
}

void
flowshare_begin(struct flow *f)
{
	struct flowset *fs = f->set;

	if (fs->encoding == f)
		return;
	if (fs->encoding != NULL)
		mark_all(fs->encoding, false);
	mark_all(f, true);
	fs->encoding = f;
}

void
flowshare_sent(struct flow *f, struct flowblock *b, const uint8_t *encoded,
    size_t len)
{
	struct blockhead h;
	bool ok = blockhead_read(&h, encoded, len);

	/* The encoder has marked it. */
	assert(ok && f->set->encoding == f);
	b->named = (h.flags & BLOCKHEAD_KEEP) != 0;
	b->name = h.id;
}

void
flowshare_taken(struct flow *f, const struct flowblock *b)
{
	if (f->set->lost > 0)
		f->set->lost--;
	if (f->set->encoding != f)
		mark(f, b, true);
}

struct lost {
	uint32_t slot;
	uint64_t age;
};

static int
by_age(const void *a, const void *b)
{
	const struct lost *x = a, *y = b;

	return (x->age > y->age) - (x->age < y->age);
}

/* Those that we have ourselves, in `lost`, which has room for all. */
static size_t
unshare(struct history *h, const struct blockid *names, size_t count,
    struct lost *lost)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t slot = history_find(h, &names[i]);

		if (slot == HISTORY_NONE)
			continue;
		history_set_shared(h, slot, false);
		lost[n++] = (struct lost){ slot, history_age(h, slot) };
	}
	return n;
}

static void
unshare_older(struct history *h, uint32_t slot)
{
	unsigned gone = 0;

	while (gone < GONE &&
	    (slot = history_older(h, slot)) != HISTORY_NONE) {
		gone = history_is_shared(h, slot) ? 0 : gone + 1;
		history_set_shared(h, slot, false);
	}
}

void
flowshare_lost(struct history *h, unsigned *score, const struct blockid *names,
    size_t count)
{
	struct lost lost[LINKFRAME_NAMES_MAX];
	size_t n;

	assert(count <= LINKFRAME_NAMES_MAX);
	n = unshare(h, names, count, lost);
	*score += COUNTS * (unsigned)n;
	if (*score > ENOUGH)
		*score = ENOUGH;
	if (n == 0 || *score < MANY)
		return;
	qsort(lost, n, sizeof(lost[0]), by_age);
	unshare_older(h, lost[n / 2].slot);
}

void
flowshare_forget(struct flow *f)
{
	if (f->set->encoding != f)
		return;
	mark_all(f, false);
	f->set->encoding = NULL;
}
