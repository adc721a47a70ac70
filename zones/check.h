/* zones/check.h - the rules that a zone must keep to be served.
 *
 * Judges the collected records and tells every finding with its line; errors
 * keep the zone from being served, warnings do not. Pure over its table: no
 * file, no clock. RFC 1034 (SOA, NS, cuts), 2181 (5, 10), 4592 (4), 6672 (2.3,
 * 2.4), 9471 (glue). Layer: zones.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ZONES_CHECK_H
#define ZONES_CHECK_H

struct finding;
struct records;

/* Links and arranges the records on the way: afterwards they are grouped into
 * RRsets, empty non-terminals are there, and each owner knows its cut. */
void check_zone(struct records *r, struct finding *f);

#endif
