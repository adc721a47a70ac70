/* tests/unit/zones/test_rrblob.c - rdata text to wire form.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "zones/rrblob.h"
#include "zones/rrtype.h"
#include "zones/zonelex.h"

static const uint8_t origin[] = "\7example";
static uint8_t rdata[RRBLOB_MAX];

static int
read_text(uint16_t type, const char *text, struct err *e)
{
	struct zonelex_text t = { text, strlen(text) };

	return rrblob_read(type, &t, origin, rdata, e);
}

static void
rdata_of_many_types(void **state)
{
	static const struct {
		uint16_t type;
		const char *text, *want;
		int len;
	} rows[] = {
		{ RRTYPE_NS, "A.b", "\1A\1b\7example", 13 },
		{ RRTYPE_NS, "@", "\7example", 9 },
		{ RRTYPE_NS, ".", "", 1 },
		{ RRTYPE_MX, "258 a.", "\1\2\1a", 5 },
		{ RRTYPE_TXT, "\"a b\" c \"\\\"\\100\"", "\3a b\1c\2\"d", 9 },
		{ RRTYPE_SRV, "1 2 3 a.", "\0\1\0\2\0\3\1a", 9 },
		{ 257, "0 issue \"ca\"", "\0\5issueca", 9 },
		{ RRTYPE_A, "\\# 4 0a 00 0001", "\12\0\0\1", 4 },
		{ 65400, "\\# 3 0102 Fe", "\1\2\xfe", 3 },
		{ 65400, "\\# 0", "", 0 },
		{ 42, "", "", 0 },		/* APL may be empty */
	};
	struct err e;
	size_t i;
	int len;

	(void)state;
	for (i = 0; i < OBJ_COUNT(rows); i++) {
		e.text[0] = '\0';
		len = read_text(rows[i].type, rows[i].text, &e);
		if (len != rows[i].len)
			fail_msg("%s: %d %s", rows[i].text, len, e.text);
		assert_memory_equal(rdata, rows[i].want, (size_t)len);
	}
}

static void
wrong_rdata_is_refused(void **state)
{
	static const struct {
		uint16_t type;
		const char *text, *part;	/* part of the sentence */
	} rows[] = {
		{ RRTYPE_NS, "", "missing" },
		{ RRTYPE_NS, "a b", "uperfluous" },
		{ RRTYPE_NS, "a..b", "rdata" },
		{ RRTYPE_SOA, "a b 1 2 3 4", "rdata" },
		{ RRTYPE_A, "\\# 4 0a0000", "found 6" },
		{ RRTYPE_A, "\\# 4 0a0000010", "8 hexadecimal digits" },
		{ RRTYPE_A, "\\# 4 0a00000g", "8 hexadecimal digits" },
		{ RRTYPE_A, "\\# 3 0a0000", "no rdata of the type" },
		{ RRTYPE_NS, "\\# 2 c000", "no rdata of the type" },
		{ RRTYPE_NS, "\\# 4 01610000", "rdata" },
		{ 65400, "\\# 65536 00", "0..65535" },
		{ 65400, "\\# -1", "0..65535" },
		{ 65400, "\\#", "0..65535" },
		{ 65400, "plain", "rdata" },
	};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < OBJ_COUNT(rows); i++) {
		e.text[0] = '\0';
		assert_true(read_text(rows[i].type, rows[i].text, &e) < 0);
		if (strstr(e.text, rows[i].part) == NULL)
			fail_msg("%s: %s", rows[i].text, e.text);
	}
}

/* ldns would cut it and serve the rest. */
static void
long_text_is_refused_not_cut(void **state)
{
	char *text = malloc(200001);
	struct err e;
	size_t i;

	(void)state;
	assert_non_null(text);
	for (i = 0; i < 200000; i++)
		text[i] = i % 100 == 99 ? ' ' : 'a';
	text[200000] = '\0';
	assert_int_equal(read_text(RRTYPE_TXT, text, &e), ERR_RANGE);
	text[64000] = '\0';
	assert_int_equal(read_text(RRTYPE_TXT, text, &e), 64000);
	memcpy(text, "\\# 65535 ", 9);
	memset(text + 9, '7', 131070);
	text[9 + 131070] = '\0';
	assert_int_equal(read_text(65400, text, &e), 65535);
	free(text);
}

static void
types_by_name_and_number(void **state)
{
	static const struct {
		const char *text;
		uint16_t type;
	} rows[] = {
		{ "a", 1 }, { "HTTPS", 65 }, { "type65535", 65535 },
		{ "TYPE65536", 0 }, { "TYPE", 0 }, { "TYPE1x", 0 },
		{ "TYPE99999999999999999999", 0 }, { "FOO", 0 }, { "", 0 },
		{ "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < OBJ_COUNT(rows); i++) {
		struct zonelex_text t = { rows[i].text, strlen(rows[i].text) };

		assert_int_equal(rrblob_type(&t), rows[i].type);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rdata_of_many_types),
		cmocka_unit_test(wrong_rdata_is_refused),
		cmocka_unit_test(long_text_is_refused_not_cut),
		cmocka_unit_test(types_by_name_and_number),
	};

	return cmocka_run_group_tests_name("zones/rrblob", tests, NULL, NULL);
}
