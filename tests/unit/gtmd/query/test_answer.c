/* tests/unit/gtmd/query/test_answer.c - whole queries against a small world, replies
 * read back by ldns.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/gtmd/query/stage.h"

#define SOA_EXAMPLE "example.com. 300 SOA ns1.example.com. " \
	"hostmaster.example.com. 1 3600 900 86400 300"
#define SOA_OWN(apex, ttl) apex ". " ttl " SOA ns.gtm.test. hostmaster." apex \
	". 7 14400 3600 604800 " ttl

static const char *const zones[] = {
	"example.com",
	"@ 3600 IN SOA ns1 hostmaster 1 3600 900 86400 300\n"
	"@ 3600 IN NS ns1\n"
	"@ 3600 IN NS ns.elsewhere.test.\n"
	"@ 3600 IN MX 10 mail\n"
	"ns1 3600 IN A 192.0.2.1\n"
	"ns1 3600 IN AAAA 2001:db8::1\n"
	"mail 600 IN A 192.0.2.25\n"
	"www 600 IN A 192.0.2.80\n"
	"www 600 IN TXT \"hello\"\n"
	"alias 600 IN CNAME www\n"
	"toapp 600 IN CNAME app\n"
	"out 600 IN CNAME www.elsewhere.test.\n"
	"gone 600 IN CNAME nothing\n"
	"loop1 600 IN CNAME loop2\n"
	"loop2 600 IN CNAME loop1\n"
	"towide 600 IN CNAME wloop\n"
	"back 600 IN TXT \"zone\"\n"
	"back 600 IN A 192.0.2.99\n"
	"*.wild 600 IN A 192.0.2.7\n"
	"*.wild 600 IN TXT \"any\"\n"
	"*.tame 600 IN TXT \"tame\"\n"
	"old 600 IN DNAME www.example.com.\n"
	"sub 3600 IN NS ns.sub\n"
	"ns.sub 3600 IN A 192.0.2.53\n"
	"deleg 3600 IN NS ns1\n"
	"deleg 3600 IN DS 1 8 2 00112233445566778899aabbccddeeff"
	"00112233445566778899aabbccddeeff\n"
	"child 3600 IN NS ns.child\n"
	"child 3600 IN DS 2 8 2 00112233445566778899aabbccddeeff"
	"00112233445566778899aabbccddeeff\n"
	"ns.child 3600 IN A 192.0.2.54\n"
	"kid 3600 IN NS ns.kid\n"
	"ns.kid 3600 IN A 192.0.2.55\n"
	"tosub 600 IN CNAME x.sub\n"
	"big 600 IN TXT \"0123456789012345678901234567890123456789\"\n"
	"big 600 IN TXT \"1123456789012345678901234567890123456789\"\n"
	"big 600 IN TXT \"2123456789012345678901234567890123456789\"\n"
	"big 600 IN TXT \"3123456789012345678901234567890123456789\"\n"
	"big 600 IN TXT \"4123456789012345678901234567890123456789\"\n"
	"big 600 IN TXT \"5123456789012345678901234567890123456789\"\n"
	"big 600 IN TXT \"6123456789012345678901234567890123456789\"\n"
	"big 600 IN TXT \"7123456789012345678901234567890123456789\"\n"
	"big 600 IN TXT \"8123456789012345678901234567890123456789\"\n"
	"big 600 IN TXT \"9123456789012345678901234567890123456789\"\n",
	"kid.example.com",
	"@ 60 IN SOA ns host 1 2 3 4 5\n"
	"@ 60 IN NS ns\n"
	"ns 60 IN A 192.0.2.55\n"
	"up 60 IN CNAME kid.example.com.\n",
	"child.example.com",
	"@ 60 IN SOA ns host 1 2 3 4 5\n"
	"@ 60 IN NS ns\n"
	"ns 60 IN A 192.0.2.54\n"
	"up 60 IN CNAME child.example.com.\n",
	NULL
};

/* 150 octets of name */
#define LONG(c)	"0123456789012345678901234567890123456789012345678" c "." \
	"0123456789012345678901234567890123456789012345678" c "."	\
	"0123456789012345678901234567890123456789012345" c "."

static const struct stage_wide wides[] = {
	{ "app.example.com", WIDE_A, { "10.0.0.1" }, .ttl_s = 15 },
	{ "dual.example.com", WIDE_A, { "10.0.0.2" }, .ttl_s = 15 },
	{ "dual.example.com", WIDE_AAAA, { "2001:db8::2" }, .ttl_s = 15 },
	{ "all.example.com", WIDE_A, { "10.0.1.1", "10.0.1.2", "10.0.1.3" },
	    .ttl_s = 30, .all = true },
	{ "full.example.com", WIDE_A, { "10.0.0.3" }, .ttl_s = 15,
	    .full = true },
	{ "x.y.wild.example.com", WIDE_A, { "10.0.0.4" }, .ttl_s = 15 },
	{ "x.y.tame.example.com", WIDE_A, { "10.0.0.4" }, .ttl_s = 15 },
	{ "cn.example.com", WIDE_CNAME, { "www.example.com" }, .ttl_s = 20 },
	{ "cnapp.example.com", WIDE_CNAME, { "app.example.com" },
	    .ttl_s = 20 },
	{ "cnout.example.com", WIDE_CNAME, { "www.elsewhere.test" },
	    .ttl_s = 20 },
	{ "wloop.example.com", WIDE_CNAME, { "towide.example.com" },
	    .ttl_s = 20 },
	{ "both.example.com", WIDE_A, { "10.0.0.9" }, .ttl_s = 15 },
	{ "both.example.com", WIDE_CNAME, { "www.example.com" },
	    .ttl_s = 20 },
	{ "empty.example.com", WIDE_A, { NULL }, .ttl_s = 15 },
	{ "servfail.example.com", WIDE_A, { NULL }, .ttl_s = 15,
	    .rcode_response = true, .rcode = 2, .rcode_ttl_s = 10 },
	{ "nx.example.com", WIDE_A, { NULL }, .ttl_s = 15,
	    .rcode_response = true, .rcode = 3, .rcode_ttl_s = 10 },
	{ "nx0.example.com", WIDE_A, { NULL }, .ttl_s = 15,
	    .rcode_response = true, .rcode = 3, .rcode_ttl_s = 0 },
	{ "back.example.com", WIDE_A, { "10.0.0.5" },
	    POOL_LB_RETURN_TO_DNS, .ttl_s = 15 },
	{ "backnone.example.com", WIDE_A, { "10.0.0.5" },
	    POOL_LB_RETURN_TO_DNS, .ttl_s = 15 },
	{ "drop.example.com", WIDE_A, { "10.0.0.5" }, POOL_LB_DROP_PACKET,
	    .ttl_s = 15 },
	{ "off.example.com", WIDE_A, { "10.0.0.5" }, .disabled = true },
	{ "www.off.example.com", WIDE_A, { "10.0.0.6" }, .disabled = true },
	{ "off.wild.example.com", WIDE_A, { "10.0.0.5" }, .disabled = true },
	{ "deleg.example.com", WIDE_A, { "10.0.0.10" }, .ttl_s = 15 },
	{ "app.own.test", WIDE_A, { "10.9.0.1" }, .ttl_s = 15 },
	{ "full.own.test", WIDE_A, { "10.9.0.3" }, .ttl_s = 15,
	    .full = true },
	{ "deep.in.app.own.test", WIDE_A, { "10.9.0.2" }, .ttl_s = 15 },
	{ "none.own.test", WIDE_A, { NULL }, .ttl_s = 15 },
	{ "cn.own.test", WIDE_CNAME, { "www.example.com" }, .ttl_s = 20 },
	{ "dual.example.com", WIDE_MX, { "5 app.example.com.",
	    "20 mail.example.com.", "5 app.example.com." }, .ttl_s = 60,
	    .all = true },
	{ "_sip._udp.dual.example.com", WIDE_SRV, { "0 1 5060 dual.example.com."
	    , "1 1 5060 mail.example.com.", "2 1 5060 cn.example.com.",
	    "3 1 5060 x.elsewhere.test." }, .ttl_s = 60, .all = true,
	    .full = true },
	{ "_x._udp.dual.example.com", WIDE_SRV, { "0 1 1 all.example.com.",
	    "0 2 1 " LONG("a") "elsewhere.test.",
	    "0 3 1 " LONG("b") "elsewhere.test." }, .ttl_s = 60, .all = true,
	    .full = true },
	{ "null.example.com", WIDE_MX, { "0 ." }, .ttl_s = 60, .full = true },
	{ "dual.example.com", WIDE_TXT, { "\"one\" \"two\"" }, .ttl_s = 60 },
	{ "*.pat.test", WIDE_A, { "10.8.0.1" }, .ttl_s = 15 },
	{ "*.wild.example.com", WIDE_AAAA, { "2001:db8::9" }, .ttl_s = 15 },
};

static int
open_stage(void **state)
{
	struct stage *s = mem_zalloc(1, sizeof(*s));

	stage_open(s, zones);
	for (size_t i = 0; i < sizeof(wides) / sizeof(wides[0]); i++)
		stage_add(s, &wides[i]);
	*state = s;
	return 0;
}

static int
close_stage(void **state)
{
	struct stage *s = *state;

	stage_close(s);
	free(s);
	return 0;
}

enum { A = 1, NS = 2, CNAME = 5, SOA = 6, MX = 15, TXT = 16, AAAA = 28,
	SRV = 33, NAPTR = 35, DS = 43, ANY = 255 };

struct row {
	const char	*name;
	uint16_t	 type;
	const char	*want;
};

static void
check_query(struct stage *s, const struct stage_query *q, const char *want)
{
	uint8_t packet[4096];
	char text[16384];
	const char *got;
	size_t len = stage_write(q, packet, sizeof(packet));

	len = stage_answer(s, packet, len, sizeof(packet), ANSWER_UDP);
	got = stage_format(packet, len, text, sizeof(text));
	if (strcmp(got, want) != 0)
		fail_msg("%s type %u:\n  got  %s\n  want %s", q->name, q->type,
		    got, want);
}

static void
check_rows(struct stage *s, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_query(s, &(struct stage_query){ .name = rows[i].name,
		    .type = rows[i].type }, rows[i].want);
}

#define CHECK(rows) check_rows(*state, rows, sizeof(rows) / sizeof(rows[0]))

static void
zones_answer_their_names(void **state)
{
	static const struct row rows[] = {
		{ "www.example.com", A,
		    "NOERROR aa AN: www.example.com. 600 A 192.0.2.80" },
		{ "WwW.eXample.COM", A,
		    "NOERROR aa AN: WwW.eXample.COM. 600 A 192.0.2.80" },
		{ "www.example.com", AAAA, "NOERROR aa NS: " SOA_EXAMPLE },
		{ "nothing.example.com", A, "NXDOMAIN aa NS: " SOA_EXAMPLE },
		{ "example.com", MX,
		    "NOERROR aa AN: example.com. 3600 MX 10 mail.example.com." },
		{ "alias.example.com", A,
		    "NOERROR aa AN: alias.example.com. 600 CNAME "
		    "www.example.com. | www.example.com. 600 A 192.0.2.80" },
		{ "alias.example.com", CNAME,
		    "NOERROR aa AN: alias.example.com. 600 CNAME "
		    "www.example.com." },
		{ "out.example.com", A,
		    "NOERROR aa AN: out.example.com. 600 CNAME "
		    "www.elsewhere.test." },
		{ "gone.example.com", A,
		    "NXDOMAIN aa AN: gone.example.com. 600 CNAME "
		    "nothing.example.com. NS: " SOA_EXAMPLE },
		{ "loop1.example.com", A,
		    "NOERROR aa AN: loop1.example.com. 600 CNAME "
		    "loop2.example.com. | loop2.example.com. 600 CNAME "
		    "loop1.example.com." },
		{ "a.wild.example.com", TXT,
		    "NOERROR aa AN: a.wild.example.com. 600 TXT \"any\"" },
		{ "a.old.example.com", A,
		    "NXDOMAIN aa AN: old.example.com. 600 DNAME "
		    "www.example.com. | a.old.example.com. 600 CNAME "
		    "a.www.example.com. NS: " SOA_EXAMPLE },
		/* The target is a mere pointer, its DS is in the parent zone. */
		{ "up.child.example.com", DS,
		    "NOERROR aa AN: up.child.example.com. 60 CNAME "
		    "child.example.com. | child.example.com. 3600 DS 2 8 2 "
		    "00112233445566778899aabbccddeeff"
		    "00112233445566778899aabbccddeeff" },
		{ "up.kid.example.com", DS,
		    "NOERROR aa AN: up.kid.example.com. 60 CNAME "
		    "kid.example.com. NS: " SOA_EXAMPLE },
		{ "x.sub.example.com", A,
		    "NOERROR NS: sub.example.com. 3600 NS ns.sub.example.com. "
		    "AR: ns.sub.example.com. 3600 A 192.0.2.53" },
		{ "tosub.example.com", A,
		    "NOERROR aa AN: tosub.example.com. 600 CNAME "
		    "x.sub.example.com." },
	};

	CHECK(rows);
}

static void
wide_ips_answer_their_types(void **state)
{
	static const struct row rows[] = {
		{ "app.example.com", A,
		    "NOERROR aa AN: app.example.com. 15 A 10.0.0.1" },
		{ "ApP.example.com", A,
		    "NOERROR aa AN: ApP.example.com. 15 A 10.0.0.1" },
		{ "dual.example.com", A,
		    "NOERROR aa AN: dual.example.com. 15 A 10.0.0.2" },
		{ "dual.example.com", AAAA,
		    "NOERROR aa AN: dual.example.com. 15 AAAA 2001:db8::2" },
		{ "all.example.com", A,
		    "NOERROR aa AN: all.example.com. 30 A 10.0.1.1 | "
		    "all.example.com. 30 A 10.0.1.2 | "
		    "all.example.com. 30 A 10.0.1.3" },
		{ "full.example.com", A,
		    "NOERROR aa AN: full.example.com. 15 A 10.0.0.3 "
		    "NS: example.com. 3600 NS ns.elsewhere.test. | "
		    "example.com. 3600 NS ns1.example.com. "
		    "AR: ns1.example.com. 3600 A 192.0.2.1 | "
		    "ns1.example.com. 3600 AAAA 2001:db8::1" },
		{ "full.own.test", A,
		    "NOERROR aa AN: full.own.test. 15 A 10.9.0.3 "
		    "NS: full.own.test. 3600 NS ns.gtm.test." },
	};

	CHECK(rows);
}

static void
a_wide_ip_exists_for_every_type(void **state)
{
	static const struct row rows[] = {
		{ "app.example.com", AAAA, "NOERROR aa NS: " SOA_EXAMPLE },
		{ "app.example.com", TXT, "NOERROR aa NS: " SOA_EXAMPLE },
		/* The zone's wildcard must not speak for it, nor for what is
		 * between it and the apex, nor below that. */
		{ "x.y.wild.example.com", TXT, "NOERROR aa NS: " SOA_EXAMPLE },
		{ "y.wild.example.com", TXT, "NOERROR aa NS: " SOA_EXAMPLE },
		{ "z.y.wild.example.com", TXT, "NOERROR aa NS: " SOA_EXAMPLE },
		{ "z.y.tame.example.com", TXT, "NXDOMAIN aa NS: " SOA_EXAMPLE },
		/* A pattern leaves other types to the zone's wildcard. */
		{ "a.wild.example.com", AAAA,
		    "NOERROR aa AN: a.wild.example.com. 15 AAAA 2001:db8::9" },
		{ "a.wild.example.com", A,
		    "NOERROR aa AN: a.wild.example.com. 600 A 192.0.2.7" },
	};

	CHECK(rows);
}

static void
cname_wide_ips_lead_on(void **state)
{
	static const struct row rows[] = {
		{ "cn.example.com", A,
		    "NOERROR aa AN: cn.example.com. 20 CNAME www.example.com. | "
		    "www.example.com. 600 A 192.0.2.80" },
		{ "cn.example.com", TXT,
		    "NOERROR aa AN: cn.example.com. 20 CNAME www.example.com. | "
		    "www.example.com. 600 TXT \"hello\"" },
		{ "cn.example.com", CNAME,
		    "NOERROR aa AN: cn.example.com. 20 CNAME www.example.com." },
		{ "cnapp.example.com", A,
		    "NOERROR aa AN: cnapp.example.com. 20 CNAME "
		    "app.example.com. | app.example.com. 15 A 10.0.0.1" },
		{ "cnapp.example.com", AAAA,
		    "NOERROR aa AN: cnapp.example.com. 20 CNAME "
		    "app.example.com. NS: " SOA_EXAMPLE },
		{ "cnout.example.com", A,
		    "NOERROR aa AN: cnout.example.com. 20 CNAME "
		    "www.elsewhere.test." },
		{ "toapp.example.com", A,
		    "NOERROR aa AN: toapp.example.com. 600 CNAME "
		    "app.example.com. | app.example.com. 15 A 10.0.0.1" },
		{ "towide.example.com", A,
		    "NOERROR aa AN: towide.example.com. 600 CNAME "
		    "wloop.example.com. | wloop.example.com. 20 CNAME "
		    "towide.example.com." },
		/* A type of its own comes before the CNAME. */
		{ "both.example.com", A,
		    "NOERROR aa AN: both.example.com. 15 A 10.0.0.9" },
		{ "both.example.com", TXT,
		    "NOERROR aa AN: both.example.com. 20 CNAME "
		    "www.example.com. | www.example.com. 600 TXT \"hello\"" },
	};

	CHECK(rows);
}

static void
failure_policy_is_obeyed(void **state)
{
	static const struct row rows[] = {
		{ "empty.example.com", A, "NOERROR aa NS: example.com. 15 SOA "
		    "ns1.example.com. hostmaster.example.com. "
		    "1 3600 900 86400 300" },
		{ "servfail.example.com", A, "SERVFAIL" },
		{ "nx.example.com", A, "NXDOMAIN aa NS: example.com. 10 SOA "
		    "ns1.example.com. hostmaster.example.com. "
		    "1 3600 900 86400 300" },
		{ "nx0.example.com", A, "NXDOMAIN aa" },
		{ "back.example.com", A,
		    "NOERROR aa AN: back.example.com. 600 A 192.0.2.99" },
		{ "back.example.com", TXT,
		    "NOERROR aa AN: back.example.com. 600 TXT \"zone\"" },
		{ "backnone.example.com", A, "NOERROR aa NS: example.com. 15 "
		    "SOA ns1.example.com. hostmaster.example.com. "
		    "1 3600 900 86400 300" },
		{ "drop.example.com", A, "silence" },
		{ "none.own.test", A,
		    "NOERROR aa NS: " SOA_OWN("none.own.test", "15") },
		/* Disabled: the zones answer, but the name is still there. */
		{ "off.example.com", A, "NOERROR aa NS: " SOA_EXAMPLE },
		{ "off.wild.example.com", TXT,
		    "NOERROR aa AN: off.wild.example.com. 600 TXT \"any\"" },
	};

	CHECK(rows);
}

static void
a_wide_ip_outside_all_zones_is_a_zone(void **state)
{
	static const struct row rows[] = {
		{ "app.own.test", A,
		    "NOERROR aa AN: app.own.test. 15 A 10.9.0.1" },
		{ "app.own.test", SOA, "NOERROR aa AN: app.own.test. 3600 SOA "
		    "ns.gtm.test. hostmaster.app.own.test. "
		    "7 14400 3600 604800 60" },
		{ "app.own.test", NS,
		    "NOERROR aa AN: app.own.test. 3600 NS ns.gtm.test." },
		{ "app.own.test", TXT,
		    "NOERROR aa NS: " SOA_OWN("app.own.test", "60") },
		{ "app.own.test", DS,
		    "NOERROR aa NS: " SOA_OWN("app.own.test", "60") },
		{ "www.app.own.test", A,
		    "NXDOMAIN aa NS: " SOA_OWN("app.own.test", "60") },
		{ "in.app.own.test", A,
		    "NOERROR aa NS: " SOA_OWN("app.own.test", "60") },
		{ "deep.in.app.own.test", A,
		    "NOERROR aa AN: deep.in.app.own.test. 15 A 10.9.0.2" },
		{ "own.test", A, "REFUSED" },
		{ "other.own.test", A, "REFUSED" },
		{ ".", NS, "REFUSED" },
		{ "cn.own.test", A,
		    "NOERROR aa AN: cn.own.test. 20 CNAME www.example.com. | "
		    "www.example.com. 600 A 192.0.2.80" },
		{ "cn.own.test", NS,
		    "NOERROR aa AN: cn.own.test. 3600 NS ns.gtm.test." },
		{ "x.pat.test", A, "NOERROR aa AN: x.pat.test. 15 A 10.8.0.1" },
		{ "x.y.pat.test", A,
		    "NOERROR aa AN: x.y.pat.test. 15 A 10.8.0.1" },
		{ "x.pat.test", TXT,
		    "NOERROR aa NS: " SOA_OWN("pat.test", "60") },
		{ "pat.test", NS,
		    "NOERROR aa AN: pat.test. 3600 NS ns.gtm.test." },
		{ "pat.test", A, "NOERROR aa NS: " SOA_OWN("pat.test", "60") },
		/* Delegated away by our own zone: a zone again. */
		{ "deleg.example.com", A,
		    "NOERROR aa AN: deleg.example.com. 15 A 10.0.0.10" },
		{ "deleg.example.com", TXT,
		    "NOERROR aa NS: " SOA_OWN("deleg.example.com", "60") },
		{ "x.deleg.example.com", A,
		    "NXDOMAIN aa NS: " SOA_OWN("deleg.example.com", "60") },
		{ "deleg.example.com", DS,
		    "NOERROR aa AN: deleg.example.com. 3600 DS 1 8 2 "
		    "00112233445566778899aabbccddeeff"
		    "00112233445566778899aabbccddeeff" },
	};

	CHECK(rows);
}

static void
any_gets_little(void **state)
{
	static const struct row rows[] = {
		{ "app.example.com", ANY,
		    "NOERROR aa AN: app.example.com. 3600 HINFO \"RFC8482\" "
		    "\"\"" },
		{ "cn.example.com", ANY,
		    "NOERROR aa AN: cn.example.com. 20 CNAME "
		    "www.example.com." },
		{ "big.example.com", ANY,
		    "NOERROR aa AN: big.example.com. 3600 HINFO \"RFC8482\" "
		    "\"\"" },
		{ "mail.example.com", ANY,
		    "NOERROR aa AN: mail.example.com. 600 A 192.0.2.25" },
		{ "nothing.example.com", ANY, "NXDOMAIN aa NS: " SOA_EXAMPLE },
		{ "pat.test", ANY, "NOERROR aa AN: pat.test. 3600 HINFO "
		    "\"RFC8482\" \"\"" },
	};

	CHECK(rows);
}

/* A set is sent whole or not at all. */
static void
what_does_not_fit_is_truncated(void **state)
{
	static const struct stage_query q = {
		.name = "big.example.com", .type = TXT
	};
	struct stage_query edns = q;

	check_query(*state, &q, "NOERROR aa tc");
	edns.payload = 570;	/* 574 are needed */
	check_query(*state, &edns, "NOERROR aa tc OPT 1232");
	edns.payload = 100;	/* counts as 512 */
	check_query(*state, &edns, "NOERROR aa tc OPT 1232");
}

static void
edns_is_answered_in_kind(void **state)
{
	struct stage_query q = {
		.name = "app.example.com", .type = A, .payload = 4096,
		.dnssec_ok = true, .flags = STAGE_RD | STAGE_CD,
	};

	check_query(*state, &q, "NOERROR aa rd cd AN: app.example.com. 15 A "
	    "10.0.0.1 OPT 1232 do");
	/* AA, TC, RA, Z and AD are ours to say; there is no connection that
	 * could be kept alive (RFC 7828 3.2.1), no padding on clear text. */
	q.flags |= 0x06e0;
	q.options = "000b 0000 000c 0004 00000000";
	check_query(*state, &q, "NOERROR aa rd cd AN: app.example.com. 15 A "
	    "10.0.0.1 OPT 1232 do");
	q.version = 1;
	check_query(*state, &q, "NOERROR rd cd OPT 1232 do badvers");
	q.version = 0;
	q.options = "fde9 0004 01020304";
	check_query(*state, &q, "NOERROR aa rd cd AN: app.example.com. 15 A "
	    "10.0.0.1 OPT 1232 do");
	/* Why it is refused: RFC 8914, 20 = not authoritative. */
	q.name = "example.org";
	check_query(*state, &q, "REFUSED rd cd OPT 1232 do 000f00020014");
	q.options = "fde9 0005 01020304";
	check_query(*state, &q, "FORMERR rd cd OPT 1232 do");
}

static void
other_classes_are_refused(void **state)
{
	struct stage *s = *state;
	struct stage_query q = {
		.name = "Version.BIND", .type = TXT, .class = 3
	};

	check_query(s, &q, "REFUSED");
	stage_text(&s->settings.version, "gtmd");
	check_query(s, &q, "NOERROR aa AN: Version.BIND. 0 CH TXT \"gtmd\"");
	q.type = A;
	check_query(s, &q, "NOERROR aa");
	s->settings.version.len = 0;
	q = (struct stage_query){ .name = "app.example.com", .type = A };
	q.class = 4;
	check_query(s, &q, "REFUSED");
	q.class = 255;
	check_query(s, &q, "REFUSED");
	q.payload = 1232;
	check_query(s, &q, "REFUSED OPT 1232 000f00020014");
}

/* Equal data is told once (RFC 2181 section 5). */
static void
records_of_all_types_are_answered(void **state)
{
	static const struct row rows[] = {
		{ "dual.example.com", MX, "NOERROR aa AN: dual.example.com. 60 "
		  "MX 5 app.example.com. | dual.example.com. 60 MX 20 "
		  "mail.example.com." },
		{ "dual.example.com", TXT, "NOERROR aa AN: dual.example.com. "
		  "60 TXT \"one\" \"two\"" },
		{ "dual.example.com", A, "NOERROR aa AN: dual.example.com. 15 "
		  "A 10.0.0.2" },
		{ "dual.example.com", NAPTR, "NOERROR aa NS: " SOA_EXAMPLE },
		{ "dual.example.com", ANY, "NOERROR aa AN: dual.example.com. "
		  "3600 HINFO \"RFC8482\" \"\"" },
		{ "_sip._udp.dual.example.com", A, "NOERROR aa NS: "
		  SOA_EXAMPLE },
		{ "_udp.dual.example.com", SRV, "NOERROR aa NS: "
		  SOA_EXAMPLE },
	};

	CHECK(rows);
}

/* By wide IP, else by zone; a CNAME and names of others bring nothing. */
static void
targets_bring_their_addresses_if_there_is_room(void **state)
{
	static const char tail[] = " AR: ns1.example.com. 3600 A 192.0.2.1 | "
	    "ns1.example.com. 3600 AAAA 2001:db8::1 | dual.example.com. 15 A "
	    "10.0.0.2 | dual.example.com. 15 AAAA 2001:db8::2 | "
	    "mail.example.com. 600 A 192.0.2.25";
	struct stage_query q = { .name = "_sip._udp.dual.example.com",
	    .type = SRV };
	uint8_t packet[4096];
	char text[16384];
	const char *got;
	struct stage *s = *state;
	size_t len = stage_write(&q, packet, sizeof(packet));

	len = stage_answer(s, packet, len, sizeof(packet), ANSWER_UDP);
	got = stage_format(packet, len, text, sizeof(text));
	assert_non_null(strstr(got, "NOERROR aa AN: "));
	assert_string_equal(strstr(got, " AR:"), tail);
	/* What does not fit is left out, without TC. */
	q = (struct stage_query){ .name = "_x._udp.dual.example.com",
	    .type = SRV };
	len = stage_write(&q, packet, sizeof(packet));
	len = stage_answer(s, packet, len, sizeof(packet), ANSWER_UDP);
	assert_true(len > 400 && len <= 512);
	assert_int_equal(packet[2] & 2, 0);
	assert_int_equal(packet[7], 3);
	got = stage_format(packet, len, text, sizeof(text));
	assert_non_null(strstr(got, "NOERROR aa AN: "));
	assert_null(strstr(got, "A 10.0.1."));
	q = (struct stage_query){ .name = "null.example.com", .type = MX };
	len = stage_write(&q, packet, sizeof(packet));
	len = stage_answer(s, packet, len, sizeof(packet), ANSWER_UDP);
	got = stage_format(packet, len, text, sizeof(text));
	assert_non_null(strstr(got, "MX 0 . NS: "));
	assert_null(strstr(got, "AR: ."));
}

/* RFC 8914: an INFO-CODE of "other" says more in words. */
static void
an_error_of_the_failure_policy_says_why(void **state)
{
	struct stage_query q = { .name = "servfail.example.com", .type = A,
	    .payload = 1232 };

	check_query(*state, &q, "SERVFAIL OPT 1232 000f00160000"
	    "6e6f20706f6f6c20697320617661696c61626c65");
	q.name = "nx.example.com";
	check_query(*state, &q, "NXDOMAIN aa NS: example.com. 10 SOA "
	    "ns1.example.com. hostmaster.example.com. 1 3600 900 86400 300 "
	    "OPT 1232");
}

/* All sixteen, with and without a whole question. */
static void
each_opcode_gets_a_reply(void **state)
{
	uint8_t packet[512];

	for (unsigned opcode = 0; opcode < 16; opcode++)
		for (size_t cut = 0; cut < 3; cut++) {
			struct stage_query q = { .name = "app.example.com",
			    .type = A, .flags = (uint16_t)(opcode << 11) };
			size_t len = stage_write(&q, packet, sizeof(packet));

			len = stage_answer(*state, packet, cut == 2 ? 12 :
			    len - cut * 3, sizeof(packet), ANSWER_UDP);
			assert_true(len >= 12);
			assert_int_equal(packet[2] >> 3, 16 | opcode);
			assert_int_equal(packet[3] & 15, opcode != 0 ?
			    RCODE_NOTIMP : cut == 0 ? RCODE_NOERROR :
			    RCODE_FORMERR);
		}
}

/* PowerDNS once fell over 65535: nothing may, whatever the type. */
static void
each_of_65536_types_gets_a_reply(void **state)
{
	static const char *const names[] = {
		"app.example.com", "cn.example.com", "www.example.com",
		"x.app.own.test", "example.com", "a.wild.example.com",
		"dual.example.com", "_sip._udp.dual.example.com",
	};
	uint8_t packet[512];

	for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
		for (unsigned type = 0; type <= UINT16_MAX; type++) {
			struct stage_query q = {
				.name = names[n], .type = (uint16_t)type
			};
			size_t len = stage_write(&q, packet, sizeof(packet));

			len = stage_answer(*state, packet, len,
			    sizeof(packet), ANSWER_UDP);
			if (len < 12 || len > 512 || packet[2] >> 7 != 1)
				fail_msg("%s type %u: %zu octets", names[n],
				    type, len);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zones_answer_their_names),
		cmocka_unit_test(wide_ips_answer_their_types),
		cmocka_unit_test(a_wide_ip_exists_for_every_type),
		cmocka_unit_test(cname_wide_ips_lead_on),
		cmocka_unit_test(failure_policy_is_obeyed),
		cmocka_unit_test(a_wide_ip_outside_all_zones_is_a_zone),
		cmocka_unit_test(any_gets_little),
		cmocka_unit_test(what_does_not_fit_is_truncated),
		cmocka_unit_test(edns_is_answered_in_kind),
		cmocka_unit_test(other_classes_are_refused),
		cmocka_unit_test(records_of_all_types_are_answered),
		cmocka_unit_test(targets_bring_their_addresses_if_there_is_room),
		cmocka_unit_test(an_error_of_the_failure_policy_says_why),
		cmocka_unit_test(each_opcode_gets_a_reply),
		cmocka_unit_test(each_of_65536_types_gets_a_reply),
	};

	return cmocka_run_group_tests(tests, open_stage, close_stage);
}
