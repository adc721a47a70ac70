/* tests/unit/zones/test_lookup.c - what zones answer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/zones/asking.h"

enum { A = 1, NS = 2, CNAME = 5, SOA = 6, MX = 15, TXT = 16, AAAA = 28, SRV = 33,
	DNAME = 39, DS = 43, ANY = 255 };

#define SOA_EXAMPLE "example. 300 SOA ns.example. host.example. 7 1 2 3 300"

/* RFC 4592 section 2.2.1, with name servers of our own. */
static const char rfc4592[] =
	"$ORIGIN example.\n"
	"$TTL 3600\n"
	"example.                 SOA   ns host 7 1 2 3 300\n"
	"example.                 NS    ns.example.com.\n"
	"example.                 NS    ns.example.net.\n"
	"*.example.               TXT   \"this is a wildcard\"\n"
	"*.example.               MX    10 host1.example.\n"
	"sub.*.example.           TXT   \"this is not a wildcard\"\n"
	"host1.example.           A     192.0.2.1\n"
	"_ssh._tcp.host1.example. SRV   0 0 22 host1.example.\n"
	"_ssh._tcp.host2.example. SRV   0 0 22 host2.example.\n"
	"subdel.example.          NS    ns.example.com.\n"
	"subdel.example.          NS    ns.example.net.\n";

static void
wildcard_example_of_rfc4592(void **state)
{
	static const struct asking_zone zones[] = { { "example", rfc4592 } };
	static const struct asking_row rows[] = {
		/* synthesised: */
		{ "host3.example", MX, "NOERROR aa AN host3.example. 3600 MX "
		    "10 host1.example." },
		{ "host3.example", A, "NOERROR aa AU " SOA_EXAMPLE },
		{ "foo.bar.example", TXT, "NOERROR aa AN foo.bar.example. 3600 "
		    "TXT \"this is a wildcard\"" },
		/* not synthesised: */
		{ "host1.example", MX, "NOERROR aa AU " SOA_EXAMPLE },
		{ "sub.*.example", MX, "NOERROR aa AU " SOA_EXAMPLE },
		{ "_telnet._tcp.host1.example", SRV, "NXDOMAIN aa AU " SOA_EXAMPLE },
		{ "host.subdel.example", A, "NOERROR AU "
		    "subdel.example. 3600 NS ns.example.com. | "
		    "subdel.example. 3600 NS ns.example.net." },
		{ "ghost.*.example", MX, "NXDOMAIN aa AU " SOA_EXAMPLE },
		/* 2.2.2: empty non-terminals are there, without data */
		{ "_tcp.host1.example", A, "NOERROR aa AU " SOA_EXAMPLE },
		{ "host2.example", TXT, "NOERROR aa AU " SOA_EXAMPLE },
		{ "x.host2.example", TXT, "NXDOMAIN aa AU " SOA_EXAMPLE },
		/* 2.1.1: the wildcard's own name is a name like others */
		{ "*.example", TXT, "NOERROR aa AN *.example. 3600 TXT "
		    "\"this is a wildcard\"" },
		{ "*.example", A, "NOERROR aa AU " SOA_EXAMPLE },
		{ "*.*.example", TXT, "NXDOMAIN aa AU " SOA_EXAMPLE },
		{ "sub.*.example", TXT, "NOERROR aa AN sub.*.example. 3600 TXT "
		    "\"this is not a wildcard\"" },
		{ "other", A, "REFUSED" },
		{ ".", A, "REFUSED" },
	};
	struct zoneset *zs = asking_zones(zones, OBJ_COUNT(zones));

	(void)state;
	asking_table(zs, rows, OBJ_COUNT(rows));
	zoneset_free(&zs);
}

/* The tables of RFC 6672 2.2 (what a DNAME does to which names), and chains. */
static const char rfc6672[] =
	"$TTL 3600\n"
	"@                SOA   ns host 7 1 2 3 300\n"
	"@                NS    ns\n"
	"ns               A     192.0.2.53\n"
	"example          DNAME example.net.\n"
	"example          TXT   \"own data of the owner\"\n"
	"shorter          DNAME s.\n"
	"frobozz          DNAME frobozz-division.acme\n"
	"www.frobozz-division.acme A 192.0.2.80\n"
	"loop             DNAME loop.loop\n"
	"back             DNAME forth\n"
	"forth            DNAME back\n"
	"turn             CNAME a.back\n"
	"alias            CNAME www.frobozz\n";

#define SOA_COM "com. 300 SOA ns.com. host.com. 7 1 2 3 300"

static void
dname_redirects_what_is_below_it(void **state)
{
	static const struct asking_zone zones[] = { { "com", rfc6672 } };
	static const struct asking_row rows[] = {
		/* the owner itself is not redirected */
		{ "example.com", TXT, "NOERROR aa AN example.com. 3600 TXT "
		    "\"own data of the owner\"" },
		{ "example.com", A, "NOERROR aa AU " SOA_COM },
		{ "example.com", DNAME, "NOERROR aa AN example.com. 3600 DNAME "
		    "example.net." },
		{ "a.example.com", A, "NOERROR aa AN example.com. 3600 DNAME "
		    "example.net. | a.example.com. 3600 CNAME a.example.net." },
		{ "a.b.example.com", CNAME, "NOERROR aa AN example.com. 3600 "
		    "DNAME example.net. | a.b.example.com. 3600 CNAME "
		    "a.b.example.net." },
		/* and that CNAME is the answer when it is asked for */
		{ "www.frobozz.com", CNAME, "NOERROR aa AN frobozz.com. 3600 "
		    "DNAME frobozz-division.acme.com. | www.frobozz.com. 3600 "
		    "CNAME www.frobozz-division.acme.com." },
		{ "www.frobozz.com", ANY, "NOERROR aa AN frobozz.com. 3600 "
		    "DNAME frobozz-division.acme.com. | www.frobozz.com. 3600 "
		    "CNAME www.frobozz-division.acme.com." },
		{ "alias.com", CNAME, "NOERROR aa AN alias.com. 3600 CNAME "
		    "www.frobozz.com." },
		/* 5.3: within the zone the chain goes on, case 1 and behind an
		 * alias */
		{ "www.frobozz.com", A, "NOERROR aa AN frobozz.com. 3600 DNAME "
		    "frobozz-division.acme.com. | www.frobozz.com. 3600 CNAME "
		    "www.frobozz-division.acme.com. | "
		    "www.frobozz-division.acme.com. 3600 A 192.0.2.80" },
		{ "alias.com", A, "NOERROR aa AN alias.com. 3600 CNAME "
		    "www.frobozz.com. | frobozz.com. 3600 DNAME "
		    "frobozz-division.acme.com. | www.frobozz.com. 3600 CNAME "
		    "www.frobozz-division.acme.com. | "
		    "www.frobozz-division.acme.com. 3600 A 192.0.2.80" },
		{ "ftp.frobozz.com", A, "NXDOMAIN aa AN frobozz.com. 3600 DNAME "
		    "frobozz-division.acme.com. | ftp.frobozz.com. 3600 CNAME "
		    "ftp.frobozz-division.acme.com. AU " SOA_COM },
	};
	struct zoneset *zs = asking_zones(zones, OBJ_COUNT(zones));

	(void)state;
	asking_table(zs, rows, OBJ_COUNT(rows));
	zoneset_free(&zs);
}

/* Counts "CNAME" in a reply. */
static unsigned
cnames_in(const char *text)
{
	unsigned n = 0;

	while ((text = strstr(text, " CNAME ")) != NULL) {
		n++;
		text++;
	}
	return n;
}

static void
dname_that_grows_ends_in_yxdomain(void **state)
{
	static const struct asking_zone zones[] = { { "com", rfc6672 } };
	struct zoneset *zs = asking_zones(zones, OBJ_COUNT(zones));
	char name[256] = "", *text;
	size_t i;

	(void)state;
	/* 240 octets below shorter.com become shorter: fine. 230 below
	 * frobozz.com become 230 + 24: too long (RFC 6672 2.2, 3.2). */
	for (i = 0; i < 23; i++)
		memcpy(name + i * 10, "aaaaaaaaa.", 11);
	memcpy(name + 230, "shorter.com", 12);
	text = asking_within(zs, name, A, 65535);
	assert_non_null(strstr(text, "NOERROR aa AN shorter.com. 3600 DNAME s."));
	assert_int_equal(cnames_in(text), 1);
	free(text);
	memcpy(name + 230, "frobozz.com", 12);
	text = asking_within(zs, name, A, 65535);
	assert_string_equal(text, "YXDOMAIN aa AN frobozz.com. 3600 DNAME "
	    "frobozz-division.acme.com.");
	free(text);
	zoneset_free(&zs);
}

static void
dname_loops_end(void **state)
{
	static const struct asking_zone zones[] = { { "com", rfc6672 } };
	struct zoneset *zs = asking_zones(zones, OBJ_COUNT(zones));
	char *text;

	(void)state;
	text = asking_within(zs, "x.loop.com", A, 65535);
	assert_int_equal(cnames_in(text), 1);
	free(text);
	text = asking_within(zs, "x.back.com", A, 65535);
	assert_string_equal(text, "NOERROR aa AN back.com. 3600 DNAME "
	    "forth.com. | x.back.com. 3600 CNAME x.forth.com. | forth.com. 3600 "
	    "DNAME back.com. | x.forth.com. 3600 CNAME x.back.com.");
	free(text);
	zoneset_free(&zs);
}

/* --- delegations --- */

static const char delegating[] =
	"$TTL 3600\n"
	"@             SOA   ns1 host 7 1 2 3 300\n"
	"@             NS    ns1\n"
	"ns1           A     192.0.2.1\n"
	"ns1           AAAA  2001:db8::1\n"
	"child         NS    ns.child\n"
	"child         NS    ns.sister\n"
	"child         NS    ns.elsewhere.net.\n"
	"child         NS    ns1\n"
	"child         DS    1 8 2 00000000000000000000000000000000"
	"00000000000000000000000000000000\n"
	"ns.child      A     192.0.2.2\n"
	"ns.child      AAAA  2001:db8::2\n"
	"sister        NS    ns.sister\n"
	"ns.sister     A     192.0.2.3\n"
	"self          NS    self\n"
	"self          A     192.0.2.4\n"
	"deep.a.b      NS    ns.elsewhere.net.\n"
	"alias         CNAME www.child\n"
	"*.wild        CNAME x.child\n";

#define SOA_ORG "org. 300 SOA ns1.org. host.org. 7 1 2 3 300"

static void
delegations_refer_with_glue(void **state)
{
	static const struct asking_zone zones[] = { { "org", delegating } };
	static const char referral[] = "NOERROR AU "
	    "child.org. 3600 NS ns.child.org. | "
	    "child.org. 3600 NS ns.sister.org. | "
	    "child.org. 3600 NS ns.elsewhere.net. | child.org. 3600 NS ns1.org. "
	    /* in-domain first (RFC 9471 3.1), then siblings */
	    "AD ns.child.org. 3600 A 192.0.2.2 | ns.child.org. 3600 AAAA "
	    "2001:db8::2 | ns.sister.org. 3600 A 192.0.2.3 | "
	    "ns1.org. 3600 A 192.0.2.1 | ns1.org. 3600 AAAA 2001:db8::1";
	static const struct asking_row rows[] = {
		{ "child.org", A, referral },
		{ "child.org", NS, referral },
		{ "child.org", ANY, referral },
		{ "www.child.org", A, referral },
		{ "a.b.c.child.org", AAAA, referral },
		/* glue is not ours to answer */
		{ "ns.child.org", A, referral },
		{ "ns.child.org", DS, referral },
		/* DS is the parent's (RFC 4035 3.1.4.1) */
		{ "child.org", DS, "NOERROR aa AN child.org. 3600 DS 1 8 2 "
		    "00000000000000000000000000000000"
		    "00000000000000000000000000000000" },
		{ "sister.org", DS, "NOERROR aa AU " SOA_ORG },
		/* the cut's own name as its server */
		{ "self.org", A, "NOERROR AU self.org. 3600 NS self.org. AD "
		    "self.org. 3600 A 192.0.2.4" },
		/* empty non-terminals above a cut */
		{ "b.org", A, "NOERROR aa AU " SOA_ORG },
		{ "x.b.org", A, "NXDOMAIN aa AU " SOA_ORG },
		{ "x.deep.a.b.org", A, "NOERROR AU deep.a.b.org. 3600 NS "
		    "ns.elsewhere.net." },
		/* the apex */
		{ "org", NS, "NOERROR aa AN org. 3600 NS ns1.org." },
		{ "org", SOA, "NOERROR aa AN org. 3600 SOA ns1.org. host.org. "
		    "7 1 2 3 300" },
		{ "org", DS, "NOERROR aa AU " SOA_ORG },
	};
	struct zoneset *zs = asking_zones(zones, OBJ_COUNT(zones));
	char *text;

	(void)state;
	asking_table(zs, rows, OBJ_COUNT(rows));
	text = asking_within(zs, "alias.org", A, 65535);
	assert_non_null(strstr(text, "NOERROR aa AN alias.org. 3600 CNAME "
	    "www.child.org. AU child.org. 3600 NS "));
	free(text);
	text = asking_within(zs, "q.wild.org", A, 65535);
	assert_non_null(strstr(text, "NOERROR aa AN q.wild.org. 3600 CNAME "
	    "x.child.org. AU child.org. 3600 NS "));
	free(text);
	zoneset_free(&zs);
}

/* RFC 9471 3.1: all glue of the domain itself, or TC; siblings are extra. */
static void
referral_that_does_not_fit_says_so(void **state)
{
	static const struct asking_zone zones[] = { { "org", delegating } };
	struct zoneset *zs = asking_zones(zones, OBJ_COUNT(zones));
	uint8_t buf[512];
	size_t whole = asking_message(zs, "child.org", A, buf, sizeof(buf)), cap;
	char *text;
	bool tc;

	(void)state;
	for (cap = whole; cap >= 12 + 15; cap--) {
		text = asking_within(zs, "child.org", A, cap);
		tc = strstr(text, " tc") != NULL;
		assert_int_equal(tc, strstr(text, "ns.child.org. 3600 A ") ==
		    NULL || strstr(text, "ns.child.org. 3600 AAAA ") == NULL);
		if (strstr(text, " AU ") == NULL)
			assert_true(tc);
		free(text);
	}
	zoneset_free(&zs);
}

/* --- several zones --- */

static const char parent[] =
	"$TTL 3600\n"
	"@             SOA   ns host 7 1 2 3 300\n"
	"@             NS    ns\n"
	"ns            A     192.0.2.1\n"
	"sub           NS    ns.sub\n"
	"sub           DS    1 8 2 00000000000000000000000000000000"
	"00000000000000000000000000000000\n"
	"ns.sub        A     192.0.2.66\n"
	"only.sub      A     192.0.2.67\n"
	"hidden.quiet  A     192.0.2.68\n"
	"to-child      CNAME www.sub\n"
	"to-root       CNAME www.far.\n";
static const char child[] =
	"$TTL 60\n"
	"@             SOA   ns host 8 1 2 3 30\n"
	"@             NS    ns\n"
	"ns            A     192.0.2.70\n"
	"www           A     192.0.2.71\n"
	"up            CNAME ns.example.\n"
	"side          CNAME to-child.example.\n";
static const char quiet[] =
	"$TTL 60\n"
	"@             SOA   ns host 9 1 2 3 30\n"
	"@             NS    ns.example.\n";

static void
child_zone_wins_over_its_parent(void **state)
{
	static const struct asking_zone zones[] = { { "sub.example", child },
		{ "example", parent }, { "quiet.example", quiet } };
	static const struct asking_row rows[] = {
		{ "sub.example", NS, "NOERROR aa AN sub.example. 60 NS "
		    "ns.sub.example." },
		{ "ns.sub.example", A, "NOERROR aa AN ns.sub.example. 60 A "
		    "192.0.2.70" },
		/* the parent's data below the child's apex is not there */
		{ "only.sub.example", A, "NXDOMAIN aa AU sub.example. 30 SOA "
		    "ns.sub.example. host.sub.example. 8 1 2 3 30" },
		/* also when the parent has no cut there */
		{ "hidden.quiet.example", A, "NXDOMAIN aa AU quiet.example. 30 "
		    "SOA ns.quiet.example. host.quiet.example. 9 1 2 3 30" },
		/* but DS is the parent's */
		{ "sub.example", DS, "NOERROR aa AN sub.example. 3600 DS 1 8 2 "
		    "00000000000000000000000000000000"
		    "00000000000000000000000000000000" },
		/* chains go through all zones, down and up and both */
		{ "to-child.example", A, "NOERROR aa AN to-child.example. 3600 "
		    "CNAME www.sub.example. | www.sub.example. 60 A 192.0.2.71" },
		{ "up.sub.example", A, "NOERROR aa AN up.sub.example. 60 CNAME "
		    "ns.example. | ns.example. 3600 A 192.0.2.1" },
		{ "side.sub.example", A, "NOERROR aa AN side.sub.example. 60 "
		    "CNAME to-child.example. | to-child.example. 3600 CNAME "
		    "www.sub.example. | www.sub.example. 60 A 192.0.2.71" },
		{ "side.sub.example", MX, "NOERROR aa AN side.sub.example. 60 "
		    "CNAME to-child.example. | to-child.example. 3600 CNAME "
		    "www.sub.example. AU sub.example. 30 SOA ns.sub.example. "
		    "host.sub.example. 8 1 2 3 30" },
		/* and stop where our zones end */
		{ "to-root.example", A, "NOERROR aa AN to-root.example. 3600 "
		    "CNAME www.far." },
	};
	struct zoneset *zs = asking_zones(zones, OBJ_COUNT(zones));

	(void)state;
	asking_table(zs, rows, OBJ_COUNT(rows));
	zoneset_free(&zs);
}

/* --- types and aliases --- */

static const char mixed[] =
	"$TTL 3600\n"
	"@       SOA   Ns Host 7 1 2 3 300\n"
	"@       NS    ns\n"
	"ns      A     192.0.2.1\n"
	"two     A     192.0.2.2\n"
	"two     A     192.0.2.3\n"
	"two     AAAA  2001:db8::2\n"
	"two     TXT   \"a;b\" \"c\\\"d\"\n"
	"two     TYPE65400 \\# 3 010203\n"
	"mail    MX    10 Mail.Example.\n"
	"mail    MX    20 mail\n"
	"mail    MX    30 mail.example.net.\n"
	"srv     SRV   1 2 3 srv\n"
	"c1      CNAME c2\n"
	"c2      CNAME c3\n"
	"c3      CNAME two\n"
	"l1      CNAME l2\n"
	"l2      CNAME l1\n"
	"me      CNAME me\n"
	"*.star  CNAME a.star\n"
	"dead    CNAME nowhere\n"
	"self    CNAME @\n";

static void
types_and_aliases(void **state)
{
	static const struct asking_zone zones[] = { { "example", mixed } };
	static const struct asking_row rows[] = {
		{ "two.example", A, "NOERROR aa AN two.example. 3600 A "
		    "192.0.2.2 | two.example. 3600 A 192.0.2.3" },
		{ "two.example", TXT, "NOERROR aa AN two.example. 3600 TXT "
		    "\"a;b\" \"c\\\"d\"" },
		{ "two.example", 65400, "NOERROR aa AN two.example. 3600 "
		    "TYPE65400 \\# 3 010203" },
		{ "two.example", 65401, "NOERROR aa AU example. 300 SOA "
		    "Ns.example. Host.example. 7 1 2 3 300" },
		/* RFC 8482 4.1: one RRset */
		{ "two.example", ANY, "NOERROR aa AN two.example. 3600 A "
		    "192.0.2.2 | two.example. 3600 A 192.0.2.3" },
		{ "mail.example", MX, "NOERROR aa AN mail.example. 3600 MX 10 "
		    "Mail.example. | mail.example. 3600 MX 20 mail.example. | "
		    "mail.example. 3600 MX 30 mail.example.net." },
		{ "srv.example", SRV, "NOERROR aa AN srv.example. 3600 SRV 1 2 3 "
		    "srv.example." },
		{ "c1.example", AAAA, "NOERROR aa AN c1.example. 3600 CNAME "
		    "c2.example. | c2.example. 3600 CNAME c3.example. | "
		    "c3.example. 3600 CNAME two.example. | two.example. 3600 "
		    "AAAA 2001:db8::2" },
		{ "c1.example", CNAME, "NOERROR aa AN c1.example. 3600 CNAME "
		    "c2.example." },
		{ "c1.example", ANY, "NOERROR aa AN c1.example. 3600 CNAME "
		    "c2.example." },
		{ "l1.example", A, "NOERROR aa AN l1.example. 3600 CNAME "
		    "l2.example. | l2.example. 3600 CNAME l1.example." },
		{ "me.example", A, "NOERROR aa AN me.example. 3600 CNAME "
		    "me.example." },
		{ "x.star.example", A, "NOERROR aa AN x.star.example. 3600 "
		    "CNAME a.star.example." },
		{ "self.example", NS, "NOERROR aa AN self.example. 3600 CNAME "
		    "example. | example. 3600 NS ns.example." },
		/* RFC 6604 3: the code is that of the last name */
		{ "dead.example", A, "NXDOMAIN aa AN dead.example. 3600 CNAME "
		    "nowhere.example. AU example. 300 SOA Ns.example. "
		    "Host.example. 7 1 2 3 300" },
	};
	struct zoneset *zs = asking_zones(zones, OBJ_COUNT(zones));

	(void)state;
	asking_table(zs, rows, OBJ_COUNT(rows));
	zoneset_free(&zs);
}

static void
root_zone_answers_everything(void **state)
{
	static const struct asking_zone zones[] = { { ".",
		"$TTL 60\n. SOA ns. host. 1 2 3 4 5\n. NS ns.\nns. A 192.0.2.1\n"
		"com. NS ns.com.\nns.com. A 192.0.2.2\n" } };
	static const struct asking_row rows[] = {
		{ ".", NS, "NOERROR aa AN . 60 NS ns." },
		{ "ns", A, "NOERROR aa AN ns. 60 A 192.0.2.1" },
		{ "org", A, "NXDOMAIN aa AU . 5 SOA ns. host. 1 2 3 4 5" },
		{ "a.b.com", A, "NOERROR AU com. 60 NS ns.com. AD ns.com. 60 A "
		    "192.0.2.2" },
	};
	struct zoneset *zs = asking_zones(zones, OBJ_COUNT(zones));

	(void)state;
	asking_table(zs, rows, OBJ_COUNT(rows));
	zoneset_free(&zs);
}

static void
empty_set_refuses(void **state)
{
	static const struct asking_row rows[] = { { "a.example", A, "REFUSED" },
		{ ".", A, "REFUSED" } };
	struct zoneset *zs = asking_zones(NULL, 0);

	(void)state;
	asking_table(zs, rows, OBJ_COUNT(rows));
	zoneset_free(&zs);
}

/* A name that did not come from the zones (a wide IP's) leads back into them. */
static void
chain_goes_on_from_elsewhere(void **state)
{
	static const struct asking_zone zones[] = { { "example", mixed } };
	struct zoneset *zs = asking_zones(zones, OBJ_COUNT(zones));
	static const uint8_t target[] = "\3two\7example";
	uint8_t buf[512] = { 0x12, 0x34, 0x84, 0, 0, 1, 0, 2 };
	struct lookup_step s;
	struct lookup r;
	struct wbuf w;
	char *text;

	(void)state;
	wbuf_init(&w, buf, sizeof(buf));
	w.off = 12;
	wbuf_octets(&w, "\4wide\2ip", 9);
	wbuf_u32(&w, 28u << 16 | 1);
	wbuf_octets(&w, "\xc0\x0c\0\5\0\1\0\0\0\17\0\15", 12);
	lookup_start(&s, buf + 12, 9, dnsname_hash(buf + 12, 9));
	lookup_go_on(&s, target, sizeof(target), (uint16_t)w.off);
	wbuf_octets(&w, target, sizeof(target));
	lookup_name(zs, &s, AAAA, &r);
	assert_int_equal(section_answer(&w, &r, &s), 1);
	text = asking_tell(buf, w.off);
	assert_string_equal(text, "NOERROR aa AN wide.ip. 15 CNAME two.example. | "
	    "two.example. 3600 AAAA 2001:db8::2");
	free(text);
	zoneset_free(&zs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wildcard_example_of_rfc4592),
		cmocka_unit_test(dname_redirects_what_is_below_it),
		cmocka_unit_test(dname_that_grows_ends_in_yxdomain),
		cmocka_unit_test(dname_loops_end),
		cmocka_unit_test(delegations_refer_with_glue),
		cmocka_unit_test(referral_that_does_not_fit_says_so),
		cmocka_unit_test(child_zone_wins_over_its_parent),
		cmocka_unit_test(types_and_aliases),
		cmocka_unit_test(root_zone_answers_everything),
		cmocka_unit_test(empty_set_refuses),
		cmocka_unit_test(chain_goes_on_from_elsewhere),
	};

	return cmocka_run_group_tests_name("zones/lookup", tests, NULL, NULL);
}
