/* gtmd/decide/ledgerlate.h - who still comes to where answers do not lead any more,
 * and whether a cache explains it.
 *
 * Layer: gtmd, pure but for the ledger.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_DECIDE_LEDGERLATE_H
#define GTMD_DECIDE_LEDGERLATE_H

#include <stdint.h>

struct addr_prefix;
struct ledger;

enum ledgerlate {
	LEDGERLATE_UNKNOWN,	/* whom it asks is not known */
	LEDGERLATE_CACHED,	/* some cache may have it still */
	LEDGERLATE_EXPIRED,	/* all have run out: the TTL is not kept */
};

/* What a visit is about. */
struct ledgerlate_visit {
	uint64_t	 wide;		/* decision_spec.key */
	uint32_t	 slot, count;	/* of the pool that was visited */
	uint32_t	 when_s;	/* as decision_keep_now */
};

/* Somebody from net visited. Where nobody can have the pool in a cache any more,
 * that is said of all; else the networks in the ledger that hold net, or lie in
 * it, say it. Walks the ledger. */
enum ledgerlate ledgerlate_judge(const struct ledger *l,
    const struct ledgerlate_visit *v, const struct addr_prefix *net);
/* "unknown", "cached", "expired". */
const char *ledgerlate_word(enum ledgerlate how);

#endif
