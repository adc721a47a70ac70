/* gtmd/topology/topology_sort.c - see topology_sort.h. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_sort.h"

#include <stdlib.h>
#include <string.h>

static int
by_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
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

static int
by_longest(const void *pa, const void *pb)
{
	const struct topology_record *a = pa, *b = pb;
	int c = by_number((uint64_t)bucket_of(a), (uint64_t)bucket_of(b));

	if (c == 0)
		c = by_number(width_of(&a->ldns), width_of(&b->ldns));
	if (c == 0)
		c = by_number(width_of(&a->server), width_of(&b->server));
	if (c == 0)
		c = by_number(b->score, a->score);
	return c != 0 ? c : strcmp(a->name, b->name);
}

static int
by_order(const void *pa, const void *pb)
{
	const struct topology_record *a = pa, *b = pb;
	int c = by_number(a->order, b->order);

	return c != 0 ? c : strcmp(a->name, b->name);
}

void
topology_sort(struct topology_record *records, size_t count,
    bool longest_match)
{
	if (count > 1)
		qsort(records, count, sizeof(*records),
		    longest_match ? by_longest : by_order);
}
