/* gtmd/query/where.h - which zone a name is in: one that is served, or one that a
 * wide IP makes; and that zone's SOA and NS. Layer: gtmd, pure but for
 * published data.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_WHERE_H
#define GTMD_QUERY_WHERE_H

#include <stddef.h>
#include <stdint.h>

#include "gtmd/query/apex.h"

struct answer;
struct lookup;
struct wbuf;
struct zone;

#define WHERE_TTL_OF_ZONE	UINT32_MAX

/* zone NULL and own > 0: the zone of a wide IP, whose apex is the name's last
 * own octets. zone NULL and own 0: nobody's. */
struct where {
	const struct zone	*zone;
	size_t			 own;
};

/* For the name that a->step stands on, from what lookup_name said of it: where
 * the zones know nothing or have delegated, a wide IP above (and below their
 * cut) makes the zone. Cost: a look-up per label, only in these two cases. */
struct where where_find(const struct answer *a, const struct lookup *l);

/* The apex of a zone that a wide IP makes; at->own > 0. */
struct apex where_apex(const struct where *at, const struct answer *a,
    const struct wbuf *w);

/* Writes the SOA of a negative answer, to be cached for ttl_s at most (RFC
 * 2308 section 3). Returns records: 0 = nobody's name; -1 = no room. */
int where_write_soa(const struct where *at, const struct answer *a,
    struct wbuf *w, uint32_t ttl_s);

/* Writes the NS set. Returns records, 0 or -1 as above. */
int where_write_ns(const struct where *at, const struct answer *a,
    struct wbuf *w);

#endif
