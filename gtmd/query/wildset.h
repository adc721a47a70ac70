/* gtmd/query/wildset.h - the patterns of a wide table, found by hashing.
 *
 * Patterns lie in boxes of those that share suffix, prefix and tail
 * (wildname.h). A suffix's entry lists its shapes, the pairs of prefix and tail
 * lengths that occur: a query tries each shape with one look-up, however many
 * patterns have it. One writer, readers without locks. Part of widetable.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_WILDSET_H
#define GTMD_QUERY_WILDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/query/slotmap.h"
#include "gtmd/query/widetable.h"
#include "gtmd/query/wildname.h"

/* A pattern and what it leads to. */
struct wildset_pattern {
	struct wildname	 cut;
	struct wide	*wide;		/* owned */
};

struct wildset {
	struct slotmap	 boxes;
	/* Bit n: some suffix of n labels has patterns. */
	uint64_t	 depths[DNSNAME_LABELS_MAX / 64];
	uint32_t	 depth_uses[DNSNAME_LABELS_MAX];	/* the writer's */
};

/* What stands before a suffix, as head text. */
struct wildset_head {
	const struct wide	*suffix;
	const uint8_t		*text;
	size_t			 len;
};

void wildset_init(struct wildset *ws);
void wildset_fini(struct wildset *ws);

/* The pattern of this suffix that matches and has more literal octets than
 * best, the best of them; else best, which may be NULL. Readers. */
const struct wildset_pattern *wildset_find(const struct wildset *ws,
    const struct wildset_head *h, const struct wildset_pattern *best);

/* Are there any patterns? Readers. */
static inline bool
wildset_has(const struct wildset *ws)
{
	return (__atomic_load_n(&ws->depths[0], __ATOMIC_RELAXED) |
	    __atomic_load_n(&ws->depths[1], __ATOMIC_RELAXED)) != 0;
}

/* Of suffixes with so many labels? Readers. */
static inline bool
wildset_has_depth(const struct wildset *ws, unsigned labels)
{
	return (__atomic_load_n(&ws->depths[labels / 64], __ATOMIC_RELAXED) >>
	    labels % 64 & 1) != 0;
}

/* The pattern's slot of this type; suffix is the entry of its literal suffix.
 * Returns 1 when the pattern is new, 0 when only this type of it is;
 * ERR_EXISTS; ERR_RANGE. Writer. */
int wildset_put(struct wildset *ws, struct wide *suffix, const uint8_t *name,
    enum wide_type type, struct decision_slot *slot);
/* True when that was its last type and the pattern is gone. Writer. */
bool wildset_remove(struct wildset *ws, struct wide *suffix,
    const uint8_t *name, enum wide_type type);

#endif
