/* gtmd/query/chain.c - follows a question through wide IPs and zones; see chain.h.
 * Layer: gtmd, pure but for published data.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/chain.h"

#include <string.h>

#include "gtmd/count/stats.h"
#include "gtmd/query/additional.h"
#include "gtmd/query/answer.h"
#include "gtmd/query/authority.h"
#include "gtmd/query/question.h"
#include "gtmd/query/turn.h"
#include "gtmd/query/widetable.h"

__attribute__((cold, noinline))
static void
watch_name(const struct turn *t)
{
	const struct lookup_step *s = &t->a->step;
	struct chain_watch *w = t->a->watch;
	struct chain_step *to = &w->steps[w->count++];

	*to = (struct chain_step){ .wide = t->wide,
	    .exact = turn_wide_is_exact(t) };
	memcpy(to->name, s->name, s->len);
}

static inline enum turn_end
take_turn(struct turn *t)
{
	const struct lookup_step *s = &t->a->step;
	enum turn_end end = TURN_ZONE;

	t->back = false;
	t->wide = widetable_find(t->a->wides, s->name, s->len, s->hash);
	if (t->a->watch != NULL)
		watch_name(t);
	if (t->wide != NULL)
		end = turn_wide_answer(t);
	if (t->first)
		stats_add(t->a->stats, end == TURN_ZONE ? STATS_FROM_ZONE :
		    STATS_FROM_WIDEIP, 1);
	return end == TURN_ZONE ? turn_zone_answer(t) : end;
}

bool
chain_follow(struct answer *a, const struct question *q, struct reply *r)
{
	struct turn *t = &a->turn;
	enum turn_end end = TURN_ON;

	t->a = a;
	t->q = q;
	t->r = r;
	t->first = true;
	lookup_start(&a->step, q->name, q->name_len, q->hash);
	for (unsigned i = 0; end == TURN_ON && i < LOOKUP_STEPS_MAX; i++) {
		end = take_turn(t);
		t->first = false;
	}
	if (end == TURN_AUTHORITY) {
		authority_add(a, r);
		additional_add(a, r, t->start, t->out.count);
	} else if (end == TURN_FULL) {
		/* Only what is ours to say is written whole or not at all. */
		reply_truncate(r, q);
		r->aa = true;
	}
	return end != TURN_SILENT;
}
