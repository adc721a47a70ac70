/* tests/fuzz/fuzz_answer.c - one packet through the whole answer path, on a
 * fixed world; the reply is read back by ldns and must fit the query.
 *
 * The first octet chooses the transport; the packet follows. What must hold for
 * any octets: no reply to a response or to less than a header; the same id and
 * question; the sizes that transport, asker and settings allow; a reply that
 * parses to its last octet; errors no larger than what asked for them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "gtmd/query/reply.h"
#include "tests/unit/gtmd/query/stage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define PACKET_MAX	4096
#define IDENTITY	"fuzz"
#define OPTIONS_MAX	(4 + sizeof(IDENTITY) - 1 + 6)	/* NSID, keepalive */

static const char *const zones[] = {
	"example.com",
	"@ 3600 IN SOA ns1 hostmaster 1 3600 900 86400 300\n"
	"@ 3600 IN NS ns1\n"
	"@ 3600 IN MX 10 mail\n"
	"ns1 3600 IN A 192.0.2.1\n"
	"mail 600 IN A 192.0.2.25\n"
	"www 600 IN A 192.0.2.80\n"
	"www 600 IN TXT \"hello\"\n"
	"alias 600 IN CNAME www\n"
	"toapp 600 IN CNAME app\n"
	"loop1 600 IN CNAME loop2\n"
	"loop2 600 IN CNAME loop1\n"
	"towide 600 IN CNAME wloop\n"
	"*.wild 600 IN CNAME x.app.own.test.\n"
	"old 600 IN DNAME example.com.\n"
	"grow 600 IN DNAME a.very.long.name.that.makes.it.grow.grow\n"
	"kid 3600 IN NS ns.kid\n"
	"ns.kid 3600 IN A 192.0.2.3\n"
	"tokid 600 IN CNAME up.kid\n"
	"sub 3600 IN NS ns.sub\n"
	"ns.sub 3600 IN A 192.0.2.53\n",
	"kid.example.com",
	"@ 60 IN SOA ns host 1 2 3 4 5\n@ 60 IN NS ns\nns 60 IN A 192.0.2.3\n"
	"up 60 IN CNAME kid.example.com.\nto 60 IN CNAME www.example.com.\n",
	"sub.test",
	"@ 60 IN SOA ns host 1 2 3 4 5\n@ 60 IN NS ns\nns 60 IN A 192.0.2.2\n"
	"*  60 IN TXT \"wild\"\n",
	NULL, NULL
};

static const struct stage_wide wides[] = {
	{ "app.example.com", WIDE_A, { "10.0.0.1", "10.0.0.2" }, .ttl_s = 15,
	    .all = true, .full = true },
	{ "app.example.com", WIDE_AAAA, { "2001:db8::2" }, .ttl_s = 15 },
	{ "cn.example.com", WIDE_CNAME, { "www.example.com" }, .ttl_s = 20 },
	{ "wloop.example.com", WIDE_CNAME, { "towide.example.com" }, .ttl_s = 1 },
	{ "sub.example.com", WIDE_A, { "10.0.0.3" }, .ttl_s = 15 },
	{ "empty.example.com", WIDE_A, { NULL }, .ttl_s = 15 },
	{ "back.example.com", WIDE_A, { "10.0.0.5" },
	    POOL_LB_RETURN_TO_DNS, .ttl_s = 15 },
	{ "x.y.wild.example.com", WIDE_A, { "10.0.0.4" }, .ttl_s = 15 },
	{ "app.own.test", WIDE_A, { "10.9.0.1" }, .full = true },
	{ "cn.own.test", WIDE_CNAME, { "old.old.example.com" }, .ttl_s = 1 },
	{ "app.example.com", WIDE_MX, { "5 app.example.com.", "0 .",
	    "7 www.example.com." }, .ttl_s = 9, .all = true, .full = true },
	{ "_s._t.app.own.test", WIDE_SRV, { "0 1 2 app.example.com.",
	    "0 1 2 cn.example.com.", "0 1 2 app.own.test." }, .all = true,
	    .full = true },
	{ "*.pat.test", WIDE_TXT, { "\"a\" \"b\"" }, .all = true },
	{ "*.pat.test", WIDE_A, { "10.8.0.1" }, .ttl_s = 1 },
	{ "a*b?c.test", WIDE_AAAA, { "2001:db8::9" }, .ttl_s = 1 },
};

static struct stage *
open_stage(void)
{
	struct stage *s = mem_zalloc(1, sizeof(*s));

	stage_open(s, zones);
	stage_text(&s->settings.version, "fuzzed");
	stage_text(&s->settings.identity, IDENTITY);
	for (size_t i = 0; i < sizeof(wides) / sizeof(wides[0]); i++)
		stage_add(s, &wides[i]);
	return s;
}

/* The reply's header and question against the query's. */
static void
check_head(const uint8_t *was, size_t was_len, const uint8_t *p, size_t len)
{
	size_t questions = (size_t)p[4] << 8 | p[5];
	struct question q;

	assert(len >= 12 && was_len >= 12);
	assert(p[0] == was[0] && p[1] == was[1]);
	assert((p[2] & 0x80) != 0 && (was[2] & 0x80) == 0);
	assert((p[2] & 0x79) == (was[2] & 0x79));	/* opcode, RD */
	assert((p[3] & 0xe0) == 0);			/* RA, Z, AD */
	question_read(&q, was, was_len);
	assert(q.fate != QUESTION_DROP);
	assert(questions == (q.end > 12));
	assert(memcmp(p + 12, was + 12, q.end - 12u) == 0);
	if (q.fate == QUESTION_ERROR)
		assert(len <= was_len + OPTIONS_MAX);
}

static void
check_reply(const uint8_t *p, size_t len)
{
	ldns_status st;
	ldns_pkt *pkt;

	st = ldns_wire2pkt(&pkt, p, len);
	if (st != LDNS_STATUS_OK) {
		(void)fprintf(stderr, "reply: %s\n",
		    ldns_get_errorstr_by_id(st));
		abort();
	}
	/* Truncated: never a part of the answer. */
	if (ldns_pkt_tc(pkt) && ldns_pkt_ancount(pkt) > 0)
		abort();
	ldns_pkt_free(pkt);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct stage *s;
	enum answer_via via;
	size_t cap, n, payload;
	struct question q;
	uint8_t *packet;

	if (s == NULL)
		s = open_stage();
	if (len < 1 || len > PACKET_MAX)
		return 0;
	via = (*data & 1) == 0 ? ANSWER_UDP :
	    (*data & 2) == 0 ? ANSWER_TCP : ANSWER_TLS;
	data++;
	len--;
	cap = via != ANSWER_UDP ? 65535 : PACKET_MAX;
	packet = malloc(cap);
	memcpy(packet, data, len);
	question_read(&q, data, len);
	payload = q.payload < 1232 ? q.payload : 1232;
	n = stage_answer(s, packet, len, cap, via);
	assert(n <= (via != ANSWER_UDP ? cap : payload));
	if (n > 0) {
		check_head(data, len, packet, n);
		check_reply(packet, n);
	} else {
		assert(q.fate == QUESTION_DROP);
	}
	free(packet);
	return 0;
}
