/* wom/flow/flowshare.c - see flowshare.h. Layer: wom/flow.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/flow/flowshare.h"

#include "core/base/obj.h"
#include "wom/codec/blockhead.h"
#include "wom/flow/flow.h"

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
	if (f->set->encoding != f)
		mark(f, b, true);
}

void
flowshare_forget(struct flow *f)
{
	if (f->set->encoding != f)
		return;
	mark_all(f, false);
	f->set->encoding = NULL;
}
