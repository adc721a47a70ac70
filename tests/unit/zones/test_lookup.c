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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wildcard_example_of_rfc4592),
	};

	return cmocka_run_group_tests_name("zones/lookup", tests, NULL, NULL);
}
