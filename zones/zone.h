/* zones/zone.h - one zone, checked and compiled, immutable.
 *
 * A zone is one block of memory: this head, then its nodes (tree.h). It is
 * shared by every zone set that serves it, so a reload of one zone leaves the
 * others where they are. Large zones lie in a mapping of their own, which
 * goes back to the system with the last reference. References are counted
 * atomically; queries never touch the count, the set holds it for them.
 * Layer: zones.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ZONES_ZONE_H
#define ZONES_ZONE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "core/wire/dnsname.h"
#include "zones/rrset.h"

struct tree_node;

struct zone {
	unsigned	 magic;
#define ZONE_MAGIC	0x20e5a9c1u
	atomic_uint	 refs;
	size_t		 size;		/* octets of the block in use */
	size_t		 mapped;	/* octets mapped; 0 = from the heap */
	const struct tree_node *apex;
	struct rrset	 soa;
	struct rrset	 soa_negative;	/* TTL = min(TTL, MINIMUM), RFC 2308 3 */
	struct rrset	 ns;
	uint32_t	 serial;
	uint32_t	 negative_ttl_s;
	size_t		 name_count;	/* with empty non-terminals */
	size_t		 record_count;
	uint8_t		 labels_max;	/* labels of the deepest name */
	uint8_t		 name_len;
	uint8_t		 name[DNSNAME_MAX];	/* apex, wire form, lower case */
};

/* One reference more. Returns z. */
struct zone *zone_hold(struct zone *z);
/* Gives one reference back and sets *z to NULL; NULL is harmless. The last
 * one frees: only after no reader can see a set that holds the zone. */
void zone_free(struct zone **z);

#endif
