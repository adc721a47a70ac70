/* tests/unit/zones/test_arrange.c - records become RRsets: duplicates, TTLs,
 * limits.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/zones/asking.h"
#include "tests/unit/zones/finding_lines.h"

#define HEAD "$TTL 60\n@ SOA ns host 1 2 3 4 5\n@ NS ns.elsewhere.\n"

static void
duplicates_and_ttls_warn(void **state)
{
	static const struct finding_row rows[] = {
		{ HEAD "a A 192.0.2.1\na A 192.0.2.2\na A 192.0.2.1\n",
		    "6: warning: A record is there twice, first on line 4\n" },
		/* names in old types are the same in either case, other rdata
		 * is octets */
		{ HEAD "a MX 1 B.example.\na MX 1 b\n",
		    "5: warning: MX record is there twice, first on line 4\n" },
		{ HEAD "a MX 1 b\na MX 2 b\nt TXT t\nt TXT T\n", "" },
		{ HEAD "a 30 A 192.0.2.1\na 20 A 192.0.2.2\na 30 AAAA ::1\n",
		    "5: warning: TTLs of the A set differ (20 s here, 30 s on "
		    "line 4); the lowest, 20 s, is used\n" },
	};

	(void)state;
	finding_table(rows, OBJ_COUNT(rows));
}

static void
lowest_ttl_is_served(void **state)
{
	static const struct asking_zone zones[] = { { "example",
		HEAD "a 30 A 192.0.2.2\na 20 A 192.0.2.1\na A 192.0.2.1\n" } };
	static const struct asking_row rows[] = { { "a.example", 1,
		"NOERROR aa AN a.example. 20 A 192.0.2.1 | a.example. 20 A "
		"192.0.2.2" } };
	struct zoneset *zs = asking_zones(zones, 1);

	(void)state;
	asking_table(zs, rows, OBJ_COUNT(rows));
	zoneset_free(&zs);
}

/* count records with a different number each. */
static char *
many(const char *format, unsigned count)
{
	struct strbuf b;
	unsigned i;

	strbuf_init(&b);
	strbuf_add(&b, HEAD);
	for (i = 0; i < count; i++) {
		/* the caller's format takes one number */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		strbuf_printf(&b, format, i);
#pragma GCC diagnostic pop
	}
	return strbuf_take(&b);
}

static void
expect(const char *format, unsigned count, const char *want)
{
	char *text = many(format, count);
	struct finding_row row = { text, want };

	finding_table(&row, 1);
	free(text);
}

static void
a_set_fits_into_a_message(void **state)
{
	(void)state;
	/* 12 + 16 octets each: 2321 are 64,988, one more is too much */
	expect("a AAAA 2001:db8::%x\n", 2321, "");
	expect("a AAAA 2001:db8::%x\n", 2322, "4: error: the AAAA set has 65016 "
	    "octets, a message carries 65000\n");
}

static void
types_at_a_name_are_bounded(void **state)
{
	(void)state;
	expect("a TYPE65%03u \\# 1 00\n", 100, "");
	expect("a TYPE65%03u \\# 1 00\n", 101,
	    "104: error: more than 100 record types at one name\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(duplicates_and_ttls_warn),
		cmocka_unit_test(lowest_ttl_is_served),
		cmocka_unit_test(a_set_fits_into_a_message),
		cmocka_unit_test(types_at_a_name_are_bounded),
	};

	return cmocka_run_group_tests_name("zones/arrange", tests, NULL, NULL);
}
