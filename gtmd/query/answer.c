/* gtmd/query/answer.c - one query in, one reply out; see answer.h.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/answer.h"

#include "core/base/clock.h"
#include "core/io/rcu.h"
#include "gtmd/count/stats.h"
#include "gtmd/query/chain.h"
#include "gtmd/query/chaos.h"
#include "gtmd/query/guard.h"
#include "gtmd/query/question.h"
#include "gtmd/query/reply.h"
#include "gtmd/query/widetable.h"
#include "gtmd/query/world.h"
#include "zones/zoneset.h"

void
answer_begin(struct answer *a, const struct world *w)
{
	a->wides = w->wides;
	a->asker.records = w->persist;
	a->asker.paths = w->paths;
	a->asker.ledger = w->ledger;
	a->asker.clock = a->clock;
	a->zones = RCU_GET(w->zones);
	a->settings = RCU_GET(w->settings);
	if (a->limit != NULL)
		a->now = clock_mono(a->clock);
}

void
answer_prefetch(const struct answer *a, const struct question *q)
{
	if (q->fate != QUESTION_ASK)
		return;
	widetable_prefetch(a->wides, q->hash);
	zoneset_prefetch(a->zones, q->hash);
}

void
answer_prefetch_record(const struct answer *a, const struct question *q)
{
	if (q->fate != QUESTION_ASK)
		return;
	widetable_prefetch_entry(a->wides, q->hash);
	zoneset_prefetch_node(a->zones, q->hash);
}

static size_t
reply_limit(const struct answer *a, const struct question *q,
    const struct answer_room *room)
{
	size_t limit = a->settings->udp_response_max;

	if (room->via != ANSWER_UDP)
		return room->cap < UINT16_MAX ? room->cap : UINT16_MAX;
	if (limit > q->payload)
		limit = q->payload;
	return limit < room->cap ? limit : room->cap;
}

/* Of a cookie without a question (RFC 7873 5.4). */
static uint8_t
rcode_of_cookie(enum cookie_kind proof)
{
	switch (proof) {
	case COOKIE_NONE:
		return RCODE_FORMERR;
	case COOKIE_BAD:
		return RCODE_BADCOOKIE;
	case COOKIE_HALF:
	case COOKIE_GOOD:
		break;
	}
	return RCODE_NOERROR;
}

/* False: say nothing. */
static bool
fill(struct answer *a, const struct question *q, struct reply *r,
    enum cookie_kind proof)
{
	if (q->fate == QUESTION_ERROR) {
		r->ede = reply_ede(q);
		if (q->rcode == RCODE_NOERROR)
			r->rcode = rcode_of_cookie(proof);
		return true;
	}
	if (q->class == RRCLASS_IN)
		return chain_follow(a, q, r);
	if (q->class == RRCLASS_CH && chaos_answer(r, q, a->settings)) {
		stats_add(a->stats, STATS_FROM_CHAOS, 1);
		return true;
	}
	r->rcode = RCODE_REFUSED;
	r->ede = REPLY_EDE_NOT_AUTHORITATIVE;
	return true;
}

static enum stats_id
stat_of(uint8_t rcode)
{
	static const uint8_t id[] = {
		[RCODE_NOERROR] = STATS_NOERROR,
		[RCODE_FORMERR] = STATS_FORMERR,
		[RCODE_SERVFAIL] = STATS_SERVFAIL,
		[RCODE_NXDOMAIN] = STATS_NXDOMAIN,
		[RCODE_NOTIMP] = STATS_NOTIMP,
		[RCODE_REFUSED] = STATS_REFUSED,
		[RCODE_YXDOMAIN] = STATS_YXDOMAIN,
	};

	if (rcode < sizeof(id))
		return id[rcode];
	return rcode == RCODE_BADVERS ? STATS_BADVERS : STATS_RCODE_OTHER;
}

/* Types that have a name on the wire but none in zones/rrtype.h. */
enum { QTYPE_DNSKEY = 48, QTYPE_CAA = 257 };

static enum stats_id
stat_of_type(uint16_t type)
{
	static const uint8_t id[] = {
		[RRTYPE_A] = STATS_TYPE_A, [RRTYPE_NS] = STATS_TYPE_NS,
		[RRTYPE_CNAME] = STATS_TYPE_CNAME,
		[RRTYPE_SOA] = STATS_TYPE_SOA, [RRTYPE_PTR] = STATS_TYPE_PTR,
		[RRTYPE_MX] = STATS_TYPE_MX, [RRTYPE_TXT] = STATS_TYPE_TXT,
		[RRTYPE_AAAA] = STATS_TYPE_AAAA,
		[RRTYPE_SRV] = STATS_TYPE_SRV,
		[RRTYPE_NAPTR] = STATS_TYPE_NAPTR, [RRTYPE_DS] = STATS_TYPE_DS,
		[QTYPE_DNSKEY] = STATS_TYPE_DNSKEY,
		[RRTYPE_SVCB] = STATS_TYPE_SVCB,
		[RRTYPE_HTTPS] = STATS_TYPE_HTTPS,
	};

	if (type < sizeof(id) && id[type] != 0)
		return id[type];
	return type == RRTYPE_ANY ? STATS_TYPE_ANY :
	    type == QTYPE_CAA ? STATS_TYPE_CAA : STATS_TYPE_OTHER;
}

static void
count(const struct answer *a, const struct question *q, const struct reply *r)
{
	stats_add(a->stats, STATS_REPLIES, 1);
	stats_add(a->stats, stat_of(r->rcode), 1);
	stats_add(a->stats, stat_of_type(q->type), 1);
	if (r->tc)
		stats_add(a->stats, STATS_TRUNCATED, 1);
	if (q->edns)
		stats_add(a->stats, STATS_EDNS, 1);
	if (q->dnssec_ok)
		stats_add(a->stats, STATS_DNSSEC_OK, 1);
}

static void
count_query(const struct answer *a, enum answer_via via)
{
	static const uint8_t id[] = {
		[ANSWER_UDP] = STATS_UDP_QUERIES,
		[ANSWER_TCP] = STATS_TCP_QUERIES,
		[ANSWER_TLS] = STATS_TLS_QUERIES,
	};

	stats_add(a->stats, id[via], 1);
}

/* What the connection allows: RFC 7828 3, and RFC 8467 3: padding hides nothing
 * that is not encrypted. */
static unsigned
reply_manner(enum answer_via via)
{
	static const uint8_t manner[] = {
		[ANSWER_UDP] = 0,
		[ANSWER_TCP] = REPLY_KEPT,
		[ANSWER_TLS] = REPLY_KEPT | REPLY_PADDED,
	};

	return manner[via];
}

size_t
answer_write(struct answer *a, const struct question *q,
    const struct answer_room *room)
{
	struct reply *r = &a->reply;
	enum cookie_kind proof;

	count_query(a, room->via);
	if (q->fate == QUESTION_DROP) {
		stats_add(a->stats, STATS_DROPPED, 1);
		return 0;
	}
	a->asker.from = room->from;
	a->asker.client = q->client;
	a->asker.scope = 0;
	reply_open(r, q, room->packet, reply_limit(a, q, room),
	    reply_manner(room->via));
	proof = guard_open(a, q, r);
	a->asker.proven = room->via != ANSWER_UDP || proof == COOKIE_GOOD;
	if (!fill(a, q, r, proof) || !guard_close(a, q, r, proof)) {
		stats_add(a->stats, STATS_DROPPED, 1);
		return 0;
	}
	count(a, q, r);
	r->scope = a->asker.scope;
	return reply_close(r, q, a->settings);
}
