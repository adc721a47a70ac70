/* gtmd/control/replay.c - see replay.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/replay.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/wire/dnsname.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"
#include "gtmd/count/stats.h"
#include "gtmd/count/tally.h"
#include "gtmd/query/answer.h"
#include "gtmd/query/question.h"
#include "gtmd/query/reply.h"
#include "gtmd/query/rrtext.h"

/* Bits of the header's fourth and fifth octet, RFC 1035 4.1.1. */
enum { HEADER_AA = 0x04, HEADER_TC = 0x02 };

static size_t
write_query(uint8_t *packet, size_t cap, const uint8_t *name, uint16_t type)
{
	struct wbuf w;

	wbuf_init(&w, packet, cap);
	wbuf_u32(&w, 0);		/* id, flags */
	wbuf_u16(&w, 1);
	wbuf_u32(&w, 0);
	wbuf_u16(&w, 0);
	wbuf_octets(&w, name, dnsname_len(name));
	wbuf_u16(&w, type);
	wbuf_u16(&w, RRCLASS_IN);
	assert(!w.bad);
	return w.off;
}

void
replay_ask(const struct world *w, const struct replay_question *ask,
    struct replay *out)
{
	struct stats unread = { .n = { 0 } };
	struct answer a = { .tally = tally_scratch_open(), .stats = &unread,
	    .watch = &out->way, .asker = *ask->asker,
	    .clock = &clock_system };
	struct question q;
	struct reply r;
	size_t len;

	len = write_query(out->packet, sizeof(out->packet), ask->name,
	    ask->type);
	question_read(&q, out->packet, len);
	out->way.count = 0;
	answer_begin(&a, w);
	a.asker.peeks = true;
	reply_open(&r, &q, out->packet, sizeof(out->packet), REPLY_KEPT);
	if (q.fate == QUESTION_ASK)
		out->silent = !chain_follow(&a, &q, &r);
	out->rcode = r.rcode;
	out->len = out->silent ? 0 : reply_close(&r, &q, a.settings);
	ask->asker->scope = a.asker.scope;
	tally_scratch_close(&a.tally);
}

static const char *
rcode_name(uint8_t rcode, char buf[16])
{
	static const char *const names[] = {
		[RCODE_NOERROR] = "NOERROR", [RCODE_FORMERR] = "FORMERR",
		[RCODE_SERVFAIL] = "SERVFAIL", [RCODE_NXDOMAIN] = "NXDOMAIN",
		[RCODE_NOTIMP] = "NOTIMP", [RCODE_REFUSED] = "REFUSED",
		[RCODE_YXDOMAIN] = "YXDOMAIN",
	};

	if (rcode < OBJ_COUNT(names))
		return names[rcode];
	(void)snprintf(buf, 16, "RCODE%u", rcode);
	return buf;
}

static void
put_section(struct json *j, const char *key, struct rbuf *in, unsigned count)
{
	struct json *all = json_new_array();
	struct strbuf b;

	strbuf_init(&b);
	for (; count > 0 && rrtext_read(in, &b); count--) {
		json_add_text(all, b.text);
		strbuf_clear(&b);
	}
	strbuf_fini(&b);
	json_put(j, key, &all);
}

struct json *
replay_json(const struct replay *r)
{
	struct json *j = json_new_object();
	uint16_t answer, authority, additional;
	uint8_t name[DNSNAME_MAX];
	struct rbuf in;
	char buf[16];

	json_put_bool(j, "silent", r->silent);
	if (r->silent)
		return j;
	json_put_text(j, "rcode", rcode_name(r->rcode, buf));
	json_put_bool(j, "authoritative", (r->packet[2] & HEADER_AA) != 0);
	json_put_bool(j, "truncated", (r->packet[2] & HEADER_TC) != 0);
	rbuf_init(&in, r->packet, r->len);
	in.off = 6;
	answer = rbuf_u16(&in);
	authority = rbuf_u16(&in);
	additional = rbuf_u16(&in);
	(void)dnsname_read(&in, name);
	(void)rbuf_skip(&in, 4);	/* type, class */
	put_section(j, "answer", &in, answer);
	put_section(j, "authority", &in, authority);
	put_section(j, "additional", &in, additional);
	return j;
}
