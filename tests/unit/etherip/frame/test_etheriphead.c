/* tests/unit/etherip/frame/test_etheriphead.c - who sends which two octets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "etherip/frame/etheriphead.h"

static void
each_kind_is_told(void **state)
{
	static const struct {
		uint8_t	 octets[2];
		size_t	 len;
		enum etheriphead kind;
	} rows[] = {
		{ { 0x30, 0x00 }, 16, ETHERIPHEAD_GOOD },
		{ { 0x30, 0x00 }, 15, ETHERIPHEAD_SHORT },
		{ { 0x30, 0x00 }, 0, ETHERIPHEAD_SHORT },
		{ { 0x03, 0x00 }, 16, ETHERIPHEAD_REVERSED },
		{ { 0x30, 0x01 }, 16, ETHERIPHEAD_RESERVED },
		{ { 0x31, 0x00 }, 16, ETHERIPHEAD_RESERVED },
		{ { 0x03, 0x01 }, 16, ETHERIPHEAD_VERSION },
		{ { 0x40, 0x00 }, 16, ETHERIPHEAD_VERSION },
		{ { 0x00, 0x00 }, 16, ETHERIPHEAD_VERSION },
	};
	uint8_t octets[16] = { 0 };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		octets[0] = rows[i].octets[0];
		octets[1] = rows[i].octets[1];
		assert_int_equal(etheriphead_read(octets, rows[i].len),
		    rows[i].kind);
	}
	etheriphead_write(octets);
	assert_int_equal(etheriphead_read(octets, 16), ETHERIPHEAD_GOOD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
