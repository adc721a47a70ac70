/* gtmd/topology/topology_sort.c - see topology_sort.h. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_sort.h"

#include <stdlib.h>
#include <string.h>

static unsigned
bucket_of(const struct topology_record *r)
{
	if (topoterm_is_any(&r->ldns) || topoterm_is_any(&r->server))
		return 3;
	return r->ldns.negate ? 2 : r->server.negate;
}

/* Narrow before wide; a longer prefix is narrower. */
static unsigned
width_of(const struct topoterm *t)
{
	static const unsigned width[TOPOTERM_KINDS] = {
		[TOPOTERM_SUBNET] = 0, [TOPOTERM_POOL] = 1000,
		[TOPOTERM_DATACENTER] = 1000, [TOPOTERM_REGION] = 2000,
		[TOPOTERM_ISP] = 3000, [TOPOTERM_GEOIP_ISP] = 3000,
		[TOPOTERM_STATE] = 4000, [TOPOTERM_COUNTRY] = 5000,
		[TOPOTERM_CONTINENT] = 6000,
	};

	return width[t->kind] + (t->kind == TOPOTERM_SUBNET ?
	    128u - t->prefix.len : 0);
}

/* Widths are below 1 << 13. */
uint64_t
topology_sort_key(const struct topology_record *r, bool longest_match)
{
	if (!longest_match)
		return r->order;
	return (uint64_t)bucket_of(r) << 58 |
	    (uint64_t)width_of(&r->ldns) << 45 |
	    (uint64_t)width_of(&r->server) << 32 | (UINT32_MAX - r->score);
}

static int
by_key(const void *pa, const void *pb)
{
	const struct topology_record *a = pa, *b = pb;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return strcmp(a->name, b->name);
}

void
topology_sort(struct topology_record *records, size_t count,
    bool longest_match)
{
	for (size_t i = 0; i < count; i++)
		records[i].key = topology_sort_key(&records[i],
		    longest_match);
	if (count > 1)
		qsort(records, count, sizeof(*records), by_key);
}
