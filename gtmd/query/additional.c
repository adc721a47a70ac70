/* gtmd/query/additional.c - see additional.h. Layer: gtmd, pure but for published
 * data. SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/additional.h"

#include <string.h>

#include "core/base/obj.h"
#include "core/wire/dnsname.h"
#include "core/wire/rbuf.h"
#include "gtmd/decide/decision.h"
#include "gtmd/query/answer.h"
#include "gtmd/query/question.h"
#include "gtmd/query/reply.h"
#include "gtmd/query/wide.h"
#include "gtmd/query/widetable.h"
#include "zones/lookup.h"
#include "zones/rrset.h"
#include "zones/section.h"

#define POINTER_MAX	0x3fff	/* RFC 1035 4.1.4 */

void
additional_from_zones(const struct answer *a, struct reply *r,
    const uint8_t *name, size_t at)
{
	static const uint16_t types[] = { RRTYPE_A, RRTYPE_AAAA };
	struct rrset_at place = { (uint16_t)at, QUESTION_AT };
	size_t len = dnsname_len(name);
	struct lookup_step s;
	struct lookup l;

	lookup_start(&s, name, (uint8_t)len, dnsname_hash(name, len));
	for (size_t i = 0; i < OBJ_COUNT(types); i++) {
		lookup_name(a->zones, &s, types[i], &l);
		if (l.kind == LOOKUP_ANSWER && !l.wildcard &&
		    l.rrset.type == types[i] &&
		    rrset_write(&r->w, &l.rrset, &place))
			r->additional = (uint16_t)(r->additional +
			    l.rrset.count);
	}
}

/* The records of one decision, whole or not at all. */
static void
add_decided(struct answer *a, struct reply *r, const struct decision *d,
    size_t at)
{
	struct decision_ask ask = { a->tally, &a->asker,
		(uint16_t)(0xc000 | at) };
	struct decision_out out;
	size_t was = r->w.off;

	decision_answer(d, &ask, &r->w, &out);
	if (!r->w.bad && out.action == DECISION_ANSWER && out.target == NULL) {
		r->additional = (uint16_t)(r->additional + out.count);
		return;
	}
	r->w.off = was;
	r->w.bad = false;
}

static void
add_addresses(struct answer *a, struct reply *r, const uint8_t *name,
    size_t at)
{
	static const enum wide_type types[] = { WIDE_A, WIDE_AAAA };
	size_t len = dnsname_len(name);
	const struct wide *e = widetable_find(a->wides, name, len,
	    dnsname_hash(name, len));
	bool decided = false;

	for (size_t i = 0; e != NULL && i < OBJ_COUNT(types); i++) {
		const struct decision_slot *s = wide_slot(e, types[i]);
		const struct decision *d = s != NULL ? decision_get(s) : NULL;

		if (d == NULL)
			continue;
		add_decided(a, r, d, at);
		decided = true;
	}
	if (!decided)
		additional_from_zones(a, r, name, at);
}

/* Octets of data before the target; 0 = there is none. */
static size_t
octets_before(uint16_t type)
{
	switch (type) {
	case RRTYPE_MX:
	case RRTYPE_SVCB:
	case RRTYPE_HTTPS:
		return 2;
	case RRTYPE_SRV:
		return 6;
	}
	return 0;
}

void
additional_add(struct answer *a, struct reply *r, size_t start,
    unsigned count)
{
	uint8_t name[DNSNAME_MAX];
	struct rbuf in;

	rbuf_init(&in, r->w.base, r->w.off);
	in.off = start;
	while (count-- > 0) {
		size_t before, end, at;
		uint16_t type, len;

		if (dnsname_read(&in, name) == 0)
			return;
		type = rbuf_u16(&in);
		if (!rbuf_skip(&in, 6))	/* class, TTL */
			return;
		len = rbuf_u16(&in);
		end = in.off + len;
		before = octets_before(type);
		if (before == 0 || !rbuf_skip(&in, before))
			return;
		at = in.off;
		if (dnsname_read(&in, name) == 0)
			return;
		if (name[0] != 0 && at <= POINTER_MAX)
			add_addresses(a, r, name, at);
		in.off = end;
	}
}
