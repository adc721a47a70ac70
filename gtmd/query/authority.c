/* gtmd/query/authority.c - NS and their addresses beside an answer; see authority.h.
 * Layer: gtmd, pure but for published data.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/authority.h"

#include "core/base/obj.h"
#include "core/wire/dnsname.h"
#include "core/wire/rbuf.h"
#include "gtmd/query/additional.h"
#include "gtmd/query/answer.h"
#include "gtmd/query/question.h"
#include "gtmd/query/reply.h"
#include "gtmd/query/where.h"
#include "zones/lookup.h"
#include "zones/zone.h"

/* Goes through the count NS records that start at was. */
static void
add_glue(const struct answer *a, struct reply *r, size_t was, int count)
{
	uint8_t name[DNSNAME_MAX];
	struct rbuf in;

	rbuf_init(&in, r->w.base, r->w.off);
	in.off = was;
	while (count-- > 0) {
		size_t at;

		/* Owner, then type, class, TTL and length. */
		if (dnsname_read(&in, name) == 0 || !rbuf_skip(&in, 10))
			return;
		at = in.off;
		if (dnsname_read(&in, name) == 0)
			return;
		if (at <= RRSET_POINTER_MAX)
			additional_from_zones(a, r, name, at);
	}
}

void
authority_add(struct answer *a, struct reply *r)
{
	size_t was = r->w.off;
	struct lookup l;
	struct where at;
	int n;

	lookup_name(a->zones, &a->step, RRTYPE_NS, &l);
	at = where_find(a, &l);
	n = where_write_ns(&at, a, &r->w);
	if (n <= 0)
		return;
	r->authority = (uint16_t)(r->authority + n);
	add_glue(a, r, was, n);
}
