/* tests/unit/zones/test_check.c - the rules that keep a zone from being served,
 * and those that warn. Each row is one zone.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/zones/finding_lines.h"

/* Three lines that every sound zone has; rules begin on line 4. */
#define HEAD "$TTL 60\n@ SOA ns host 1 2 3 4 5\n@ NS ns.elsewhere.\n"

static void
apex_needs_one_soa_and_ns(void **state)
{
	static const struct finding_row rows[] = {
		{ HEAD, "" },
		{ "$TTL 60\n@ NS ns.elsewhere.\n",
		    "0: error: zone example has no SOA record\n" },
		{ "$TTL 60\n@ SOA ns host 1 2 3 4 5\n",
		    "0: error: zone example has no NS record\n" },
		{ "", "0: error: zone example has no SOA record\n"
		    "0: error: zone example has no NS record\n" },
		{ HEAD "@ SOA ns host 2 2 3 4 5\n",
		    "4: error: a zone has one SOA record\n" },
		{ HEAD "a SOA ns host 2 2 3 4 5\n",
		    "4: error: a.example has an SOA record but is not the apex\n" },
		{ "$TTL 60\n@ SOA ns host 1 2 3 4 5\n@ NS ns\n",
		    "3: warning: name server ns.example has no address in the "
		    "zone\n" },
		{ "$TTL 60\n@ SOA ns host 1 2 3 4 5\n@ NS ns.c\nc NS ns.c\n"
		    "ns.c AAAA ::1\n", "" },
	};

	(void)state;
	finding_table(rows, OBJ_COUNT(rows));
}

static void
cname_stands_alone(void **state)
{
	static const struct finding_row rows[] = {
		{ HEAD "a CNAME b\na TXT t\n", "4: error: a.example has a CNAME "
		    "beside other data (TXT on line 5)\n" },
		{ HEAD "a A 192.0.2.1\na CNAME b\n", "5: error: a.example has a "
		    "CNAME beside other data (A on line 4)\n" },
		{ HEAD "a CNAME b\na CNAME c\n",
		    "5: error: a.example has several CNAME records\n" },
		{ HEAD "@ CNAME b\n", "4: error: example has a CNAME beside "
		    "other data (NS on line 3)\n" },
		{ HEAD "a CNAME b\na CNAME b\n", "5: warning: CNAME record is "
		    "there twice, first on line 4\n" },
	};

	(void)state;
	finding_table(rows, OBJ_COUNT(rows));
}

static void
dname_rules(void **state)
{
	static const struct finding_row rows[] = {
		{ HEAD "a DNAME b.\na TXT t\n", "" },
		{ HEAD "a DNAME b.\na DNAME c.\n",
		    "4: error: a.example has several DNAME records\n" },
		{ HEAD "a DNAME b.\na NS ns.elsewhere.\n",
		    "4: error: a.example has a DNAME beside NS\n"
		    "4: warning: a.example DNAME is at or below the delegation "
		    "a.example and is never answered\n" },
		{ HEAD "*.a DNAME b.\n",
		    "4: error: *.a.example: a wildcard cannot be a DNAME\n" },
		{ HEAD "x.y.a TXT t\na DNAME b.\nz.a A 192.0.2.1\n",
		    "4: error: x.y.a.example is below the DNAME a.example\n"
		    "6: error: z.a.example is below the DNAME a.example\n" },
		{ HEAD "a TXT t\n@ DNAME b.\n",
		    "4: error: a.example is below the DNAME example\n" },
	};

	(void)state;
	finding_table(rows, OBJ_COUNT(rows));
}

static void
delegations_need_glue(void **state)
{
	static const struct finding_row rows[] = {
		{ HEAD "c NS ns.c\nns.c A 192.0.2.1\n", "" },
		{ HEAD "c NS c\nc A 192.0.2.1\n", "" },
		{ HEAD "c NS ns.c\n", "4: error: name server ns.c.example of the "
		    "delegation c.example needs an address here (glue)\n" },
		{ HEAD "c NS ns.c\nns.c TXT t\n", "4: error: name server "
		    "ns.c.example of the delegation c.example needs an address "
		    "here (glue)\n5: warning: ns.c.example TXT is at or below the "
		    "delegation c.example and is never answered\n" },
		/* of the sister's glue nothing is asked (RFC 9471 3.2) */
		{ HEAD "c NS ns.d\nd NS ns.elsewhere.\nns.d A 192.0.2.1\n", "" },
		{ HEAD "c NS ns.elsewhere.\nx.c A 192.0.2.1\nc TXT t\n",
		    "6: warning: c.example TXT is at or below the delegation "
		    "c.example and is never answered\n"
		    "5: warning: x.c.example A is at or below the delegation "
		    "c.example and is never answered\n" },
		{ HEAD "c NS ns.elsewhere.\nd.c NS ns.elsewhere.\n",
		    "5: warning: d.c.example NS is at or below the delegation "
		    "c.example and is never answered\n" },
		{ HEAD "*.c NS ns.elsewhere.\n",
		    "4: error: *.c.example: a wildcard cannot be delegated\n" },
		{ HEAD "c DS 1 8 2 00000000000000000000000000000000"
		    "00000000000000000000000000000000\n",
		    "4: warning: c.example has DS but is not a delegation\n" },
	};

	(void)state;
	finding_table(rows, OBJ_COUNT(rows));
}

static void
targets_are_no_aliases(void **state)
{
	static const struct finding_row rows[] = {
		{ HEAD "a CNAME b\nb A 192.0.2.1\nm MX 1 A\ns SRV 1 2 3 a\n"
		    "@ NS a\nc NS a\n",
		    "8: warning: NS points to a.example, which is a CNAME\n"
		    "6: warning: MX points to a.example, which is a CNAME\n"
		    "7: warning: SRV points to a.example, which is a CNAME\n"
		    "9: warning: NS points to a.example, which is a CNAME\n" },
		{ HEAD "m MX 1 b\nb A 192.0.2.1\n", "" },
	};

	(void)state;
	finding_table(rows, OBJ_COUNT(rows));
}

static void
signed_zones_warn_once(void **state)
{
	static const struct finding_row rows[] = {
		{ HEAD "a NSEC b A NSEC\nb NSEC c A NSEC\n", "4: warning: signed "
		    "zone: signatures in the file are served as plain data, "
		    "answers are not signed with them\n" },
	};

	(void)state;
	finding_table(rows, OBJ_COUNT(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(apex_needs_one_soa_and_ns),
		cmocka_unit_test(cname_stands_alone),
		cmocka_unit_test(dname_rules),
		cmocka_unit_test(delegations_need_glue),
		cmocka_unit_test(targets_are_no_aliases),
		cmocka_unit_test(signed_zones_warn_once),
	};

	return cmocka_run_group_tests_name("zones/check", tests, NULL, NULL);
}
