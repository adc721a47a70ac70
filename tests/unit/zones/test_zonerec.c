/* tests/unit/zones/test_zonerec.c - one entry: owner, TTL, class, type, rdata.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <arpa/inet.h>
#include <stdio.h>

#include "tests/unit/zones/asking.h"
#include "tests/unit/zones/finding_lines.h"
#include "zones/finding.h"
#include "zones/records.h"
#include "zones/zonelex.h"
#include "zones/zonerec.h"

#define HEAD "$TTL 60\n@ SOA ns host 1 2 3 4 5\n@ NS ns.elsewhere.\n"

static void
wrong_entries_are_all_told(void **state)
{
	static const struct finding_row rows[] = {
		{ HEAD "a A 1.2.3\na A 1.2.3.4 5\na AAAA 1.2.3.4\na A\na\n"
		    "a 1 IN\na FOO x\na ANY x\na TYPE0 \\# 0\na OPT x\n"
		    "a CH TXT x\na CLASS3 TXT x\na 2147483648 A 1.2.3.4\n"
		    "a 99999999999999999999 A 1.2.3.4\na 1x A 1.2.3.4\n"
		    "b.other. A 1.2.3.4\n@b A 1.2.3.4\na..b A 1.2.3.4\n"
		    "a MX 1\na MX x y\na TXT\n\\999 A 1.2.3.4\n",
		    "4: error: \"1.2.3\" is not an IPv4 address\n"
		    "5: error: \"1.2.3.4 5\" is not an IPv4 address\n"
		    "6: error: \"1.2.3.4\" is not an IPv6 address\n"
		    "7: error: \"\" is not an IPv4 address\n"
		    "8: error: record without a type\n"
		    "9: error: record without a type\n"
		    "10: error: \"FOO\" is not a record type\n"
		    "11: error: type ANY is for questions and messages, not for "
		    "zones\n"
		    "12: error: \"TYPE0\" is not a record type\n"
		    "13: error: type OPT is for questions and messages, not for "
		    "zones\n"
		    "14: error: class CH: only IN is served\n"
		    "15: error: class CLASS3: only IN is served\n"
		    "16: error: TTL \"2147483648\" is not in 0..2147483647\n"
		    "17: error: TTL \"99999999999999999999\" is not in "
		    "0..2147483647\n"
		    "18: error: TTL \"1x\" is not in 0..2147483647\n"
		    "19: error: b.other is outside the zone example\n"
		    "20: error: \"@b\" is not a domain name\n"
		    "21: error: \"a..b\" is not a domain name\n"
		    "22: error: rdata: Syntax error, value expected\n"
		    "23: error: rdata: Syntax error, could not parse the RR's "
		    "rdata\n"
		    "24: error: rdata is missing\n"
		    "25: error: \"\\999\" is not a domain name\n" },
		{ " A 1.2.3.4\n" HEAD,
		    "1: error: the first record needs an owner name\n" },
	};

	(void)state;
	finding_table(rows, OBJ_COUNT(rows));
}

/* The own reader of IPv4 addresses takes what inet_pton takes. */
static void
ipv4_as_inet_pton_has_it(void **state)
{
	static const char *const texts[] = {
		"0.0.0.0", "255.255.255.255", "1.20.255.0", "10.0.0.1",
		"256.0.0.1", "1.2.3.256", "1.2.3.1000", "01.2.3.4", "1.00.3.4",
		"1.2.3.04", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.", "1.2.3.4.5",
		"1.2.3", "1", ".", "1.2.3.a", "a.2.3.4", "1.2.3.-4", "0x1.2.3.4",
		"1.2.3.99999999999999999999",
	};
	uint8_t octets[4];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(texts); i++) {
		bool good = inet_pton(AF_INET, texts[i], octets) == 1;
		char zone[256], told[128] = "";
		struct finding_row row = { zone, told };

		(void)snprintf(zone, sizeof(zone), HEAD "a A %s\n", texts[i]);
		if (!good)
			(void)snprintf(told, sizeof(told), "4: error: \"%s\" "
			    "is not an IPv4 address\n", texts[i]);
		finding_table(&row, 1);
	}
}

static void
ttl_comes_from_where_the_rfcs_say(void **state)
{
	static const struct finding_row rows[] = {
		/* no $TTL: the last one written (RFC 1035 5.1) … */
		{ "@ 30 SOA ns host 1 2 3 4 5\n@ NS ns.elsewhere.\n", "" },
		/* … or MINIMUM, which is told */
		{ "@ SOA ns host 1 2 3 4 50\n@ NS ns.elsewhere.\n", "1: warning: "
		    "no $TTL and no TTL: SOA MINIMUM 50 s is used\n" },
		{ "@ NS ns.elsewhere.\n@ SOA ns host 1 2 3 4 50\n", "1: error: "
		    "record without a TTL, and no $TTL before it\n"
		    "2: warning: no $TTL and no TTL: SOA MINIMUM 50 s is used\n"
		    "0: error: zone example has no NS record\n" },
	};
	static const struct asking_zone zones[] = { { "example",
		"@ 30 SOA ns host 1 2 3 4 5\n@ NS ns.elsewhere.\n"
		"$TTL 1h30m\na 7 A 192.0.2.1\nb A 192.0.2.1\n"
		"c IN 8 A 192.0.2.1\nd 9 IN A 192.0.2.1\n" } };
	static const struct asking_row asks[] = {
		{ "example", 2, "NOERROR aa AN example. 30 NS ns.elsewhere." },
		{ "a.example", 1, "NOERROR aa AN a.example. 7 A 192.0.2.1" },
		{ "b.example", 1, "NOERROR aa AN b.example. 5400 A 192.0.2.1" },
		{ "c.example", 1, "NOERROR aa AN c.example. 8 A 192.0.2.1" },
		{ "d.example", 1, "NOERROR aa AN d.example. 9 A 192.0.2.1" },
	};
	struct zoneset *zs = asking_zones(zones, 1);

	(void)state;
	finding_table(rows, OBJ_COUNT(rows));
	asking_table(zs, asks, OBJ_COUNT(asks));
	zoneset_free(&zs);
}

static void
ttl_text_forms(void **state)
{
	static const struct {
		const char *text;
		int rc;
		uint32_t ttl_s;
	} rows[] = {
		{ "0", 0, 0 }, { "2147483647", 0, 2147483647 },
		{ "1w2d3h4m5s", 0, 604800 + 2 * 86400 + 3 * 3600 + 4 * 60 + 5 },
		{ "1H30", 0, 3630 }, { "2147483648", ERR_RANGE, 0 },
		{ "4294967296", ERR_RANGE, 0 }, { "3551W", ERR_RANGE, 0 },
		{ "18446744073709551616", ERR_RANGE, 0 }, { "", ERR_PARSE, 0 },
		{ "h", ERR_PARSE, 0 }, { "1hh", ERR_PARSE, 0 },
		{ "-1", ERR_PARSE, 0 }, { "1 ", ERR_PARSE, 0 },
	};
	uint32_t ttl_s;
	size_t i;

	(void)state;
	for (i = 0; i < OBJ_COUNT(rows); i++) {
		struct zonelex_text t = { rows[i].text, strlen(rows[i].text) };

		ttl_s = 0;
		assert_int_equal(zonerec_ttl(&t, &ttl_s), rows[i].rc);
		assert_int_equal(ttl_s, rows[i].ttl_s);
	}
}

/* The quick way for plain names and the general one must agree. */
static void
names_relative_absolute_escaped(void **state)
{
	static const uint8_t apex[] = "\7example";
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "@", "example" }, { ".", "." }, { "A.b", "a.b.example" },
		{ "a.b.", "a.b" }, { "\\065", "a.example" },
		{ "a\\.b", "a\\.b.example" }, { "a\\.", "a\\..example" },
		{ "*", "*.example" }, { "a\\ b.", "a\\032b" },
		{ "", NULL }, { "..", NULL }, { ".a", NULL }, { "a..", NULL },
		{ "\\", NULL }, { "\\256", NULL },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		    NULL },		/* 64 */
	};
	char text[DNSNAME_TEXT_MAX];
	uint8_t name[DNSNAME_MAX];
	struct finding f = { 0 };
	struct records r;
	struct zonerec z;
	size_t i, len;

	(void)state;
	records_init(&r, apex, 0);
	zonerec_init(&z, &r, &f);
	for (i = 0; i < OBJ_COUNT(rows); i++) {
		struct zonelex_text t = { rows[i].text, strlen(rows[i].text) };

		len = zonerec_name(&z, &t, name);
		if (rows[i].want == NULL) {
			assert_int_equal(len, 0);
			continue;
		}
		assert_true(len > 0);
		assert_int_equal(len, dnsname_len(name));
		assert_string_equal(dnsname_format(name, text), rows[i].want);
	}
	zonerec_fini(&z);
	records_fini(&r);
}

static void
names_keep_to_255_octets(void **state)
{
	static const uint8_t apex[] = "\7example";
	char text[260];
	uint8_t name[DNSNAME_MAX];
	struct finding f = { 0 };
	struct records r;
	struct zonerec z;
	struct zonelex_text t = { text, 0 };

	(void)state;
	memset(text, 'a', sizeof(text));
	text[60] = text[121] = text[182] = '.';
	records_init(&r, apex, 0);
	zonerec_init(&z, &r, &f);
	t.len = 245;			/* + 1 + 9 = 255 */
	assert_int_equal(zonerec_name(&z, &t, name), 255);
	t.len = 246;
	assert_int_equal(zonerec_name(&z, &t, name), 0);
	text[243] = '.';
	text[253] = '.';
	t.len = 254;			/* absolute: 254 + 1 */
	assert_int_equal(zonerec_name(&z, &t, name), 255);
	text[253] = 'a';
	text[254] = '.';
	t.len = 255;
	assert_int_equal(zonerec_name(&z, &t, name), 0);
	zonerec_fini(&z);
	records_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_entries_are_all_told),
		cmocka_unit_test(ipv4_as_inet_pton_has_it),
		cmocka_unit_test(ttl_comes_from_where_the_rfcs_say),
		cmocka_unit_test(ttl_text_forms),
		cmocka_unit_test(names_relative_absolute_escaped),
		cmocka_unit_test(names_keep_to_255_octets),
	};

	return cmocka_run_group_tests_name("zones/zonerec", tests, NULL, NULL);
}
