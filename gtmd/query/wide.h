/* gtmd/query/wide.h - one name of the wide table, or one pattern, and the decisions
 * that hang on it.
 *
 * A query for an existing name touches the slot of its type, hash, length and
 * name: they lie together. Types that few names have are apart, so that they
 * cost the others a pointer. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_WIDE_H
#define GTMD_QUERY_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/io/rcu.h"
#include "gtmd/types/recordtype.h"

struct decision_slot;
struct wide_shapes;

#define WIDE_USUAL	(WIDE_CNAME + 1)	/* types with a slot at hand */

/* The slots of the other types. */
struct wide_rare {
	struct decision_slot *slot[WIDE_TYPES - WIDE_USUAL];	/* RCU */
};

struct wide {
	struct decision_slot *slot[WIDE_USUAL];	/* RCU; NULL = none of the type */
	uint64_t	 hash;			/* dnsname_hash of name */
	struct wide_shapes *shapes;		/* RCU; of the patterns whose
						 * literal suffix this name
						 * is, NULL = none */
	struct wide_rare *rare;			/* RCU; owned. NULL until one is
						 * set, and then there until
						 * the end */
	uint32_t	 below;			/* names and patterns that it is
						 * an ancestor of */
	uint8_t		 len;
	bool		 pattern;		/* name has wildcards in it */
	uint8_t		 name[];		/* lower-case wire form */
};

/* len octets of lower-case wire form. */
struct wide *wide_new(const uint8_t *name, size_t len);
/* Frees what wide_new made, at once: for rcu_defer too. The shapes are not
 * its. */
void wide_free(void *e);

/* Control loop. slot may be NULL. Readers see it as soon as the call
 * returns. */
void wide_set_slot(struct wide *e, enum wide_type type,
    struct decision_slot *slot);

/* Readers. The slot of a type, or NULL. */
static inline struct decision_slot *
wide_slot(const struct wide *e, enum wide_type type)
{
	const struct wide_rare *rare;

	if (type < WIDE_USUAL)
		return RCU_GET(e->slot[type]);
	rare = RCU_GET(e->rare);
	return rare != NULL ? RCU_GET(rare->slot[type - WIDE_USUAL]) : NULL;
}

/* Has it a slot of some type? False for a mere ancestor. */
bool wide_has_slot(const struct wide *e);

#endif
