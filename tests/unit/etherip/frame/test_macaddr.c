/* tests/unit/etherip/frame/test_macaddr.c - MAC addresses as text, and the shared ones.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "etherip/frame/macaddr.h"

static void
text_is_read_and_written(void **state)
{
	char buf[MACADDR_TEXT_MAX];
	uint64_t mac;

	(void)state;
	assert_int_equal(macaddr_parse("02:01:D7:01:02:03", &mac), 0);
	assert_int_equal(mac, UINT64_C(0x0201d7010203));
	assert_string_equal(macaddr_format(mac, buf), "02:01:d7:01:02:03");
	assert_int_equal(macaddr_parse("02-01-d7-01-02-03", &mac), 0);
	assert_int_equal(mac, UINT64_C(0x0201d7010203));
}

static void
other_text_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "0", "02:01:d7:01:02", "02:01:d7:01:02:03:", "2:1:d7:1:2:3",
		"02:01:d7:01:02:0g", "02:01-d7:01:02:03", "0201d7010203",
		" 02:01:d7:01:02:03", "02:01:d7:01:02:03 ", "020:1:d7:01:02:03",
	};
	uint64_t mac = 7;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(texts); i++)
		assert_int_equal(macaddr_parse(texts[i], &mac), ERR_PARSE);
	assert_int_equal(mac, 7);
}

/* The table of the deployment guide; its second row is a group's address, and refused. */
static void
shared_addresses_have_the_local_bit(void **state)
{
	static const struct {
		uint64_t burnt_in, shared;
	} rows[] = {
		{ 0x0001d7010203, 0x0201d7010203 },
		{ 0x0801d7010203, 0x0a01d7010203 },
		{ 0x0201d7010203, 0x0201d7010203 },
	};
	uint64_t mac = 0;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		assert_int_equal(macaddr_masquerade(rows[i].burnt_in, &mac), 0);
		assert_int_equal(mac, rows[i].shared);
	}
	assert_int_equal(macaddr_masquerade(UINT64_C(0x0101d7010203), &mac),
	    ERR_RANGE);
	assert_int_equal(macaddr_masquerade(0, &mac), ERR_RANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_read_and_written),
		cmocka_unit_test(other_text_is_refused),
		cmocka_unit_test(shared_addresses_have_the_local_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
