/* gtmd/decide/ledgerlate.c - see ledgerlate.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/decide/ledgerlate.h"

#include <stdbool.h>
#include <stddef.h>

#include "core/base/addr.h"
#include "gtmd/decide/ledger.h"

struct search {
	const struct ledgerlate_visit *visit;
	const struct addr_prefix *net;
	bool		 known, cached;
};

static bool
overlap(const struct addr_prefix *a, const struct addr_prefix *b)
{
	return a->len <= b->len ? addr_in_prefix(&b->addr, a) :
	    addr_in_prefix(&a->addr, b);
}

static void
on_row(void *arg, const struct ledger_row *r)
{
	struct search *s = arg;
	struct addr_prefix here;

	ledger_network(&r->client, &here);
	if (here.addr.family != s->net->addr.family || !overlap(&here, s->net))
		return;
	s->known = true;
	if (r->slot - s->visit->slot < s->visit->count &&
	    r->expires_s > s->visit->when_s)
		s->cached = true;
}

enum ledgerlate
ledgerlate_judge(const struct ledger *l, const struct ledgerlate_visit *v,
    const struct addr_prefix *net)
{
	struct search s = { .visit = v, .net = net };
	struct ledger_sums sums;
	struct ledger_told told;

	ledger_sum(l, &sums);
	ledger_told(l, v->wide, v->slot, v->count, &told);
	if (sums.whole && told.expires_s != 0 && told.expires_s <= v->when_s)
		return LEDGERLATE_EXPIRED;
	ledger_each(l, v->wide, on_row, &s);
	if (!s.known)
		return LEDGERLATE_UNKNOWN;
	return s.cached ? LEDGERLATE_CACHED : LEDGERLATE_EXPIRED;
}

const char *
ledgerlate_word(enum ledgerlate how)
{
	switch (how) {
	case LEDGERLATE_UNKNOWN:
		return "unknown";
	case LEDGERLATE_CACHED:
		return "cached";
	case LEDGERLATE_EXPIRED:
		return "expired";
	}
	return "";
}
