/* gtmd/query/turn_end.c - ends that wide IPs and zones may both come to; see turn.h.
 * Layer: gtmd, pure but for published data.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/query/turn.h"

#include "core/wire/wbuf.h"
#include "gtmd/query/answer.h"
#include "gtmd/query/question.h"
#include "gtmd/query/where.h"

#define TTL_ANY_S	3600	/* of the HINFO that stands for ANY */

enum turn_end
turn_end_negative(struct turn *t, const struct where *at, uint32_t ttl_s)
{
	int n = where_write_soa(at, t->a, &t->r->w, ttl_s);

	if (n < 0)
		return TURN_FULL;
	turn_authoritative(t);
	t->r->authority = (uint16_t)(t->r->authority + n);
	return TURN_DONE;
}

enum turn_end
turn_end_failed(struct turn *t, enum decision_action action,
    const struct where *at)
{
	uint8_t rcode = t->out.rcode;

	if (action == DECISION_DROP)
		return TURN_SILENT;
	if (action != DECISION_RCODE)
		return turn_end_negative(t, at, t->out.negative_ttl_s);
	t->r->rcode = rcode;
	if (rcode != RCODE_NOERROR && rcode != RCODE_NXDOMAIN) {
		t->r->ede = REPLY_EDE_OTHER;
		return TURN_DONE;
	}
	turn_authoritative(t);
	if (t->out.negative_ttl_s == 0)
		return TURN_DONE;
	return turn_end_negative(t, at, t->out.negative_ttl_s);
}

enum turn_end
turn_end_hinfo(struct turn *t)
{
	static const uint8_t rdata[] = "\007RFC8482";	/* and "" as OS */
	struct wbuf *w = &t->r->w;

	turn_authoritative(t);
	wbuf_u16(w, (uint16_t)(0xc000 | t->a->step.at));
	wbuf_u16(w, QTYPE_HINFO);
	wbuf_u16(w, RRCLASS_IN);
	wbuf_u32(w, TTL_ANY_S);
	wbuf_u16(w, sizeof(rdata));
	wbuf_octets(w, rdata, sizeof(rdata));
	if (w->bad)
		return TURN_FULL;
	t->r->answer++;
	return TURN_DONE;
}
