/* zones/arrange.h - puts the records of each owner into RRsets.
 *
 * Sorted by type (addresses first, they are asked for most) and by rdata in
 * canonical order; duplicates dropped with a warning (RFC 2181 section 5);
 * one TTL for each set, the lowest, with a warning (5.2). Sets and names that
 * are too large to serve are errors. Layer: zones.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ZONES_ARRANGE_H
#define ZONES_ARRANGE_H

struct finding;
struct records;

#define ARRANGE_TYPES_MAX	100	/* RRsets at one name */

/* Sets OWNER_CUT, OWNER_DNAME and OWNER_CNAME on the way. */
void arrange_zone(struct records *r, struct finding *f);

#endif
