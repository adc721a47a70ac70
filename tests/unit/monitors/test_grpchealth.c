/* tests/unit/monitors/test_grpchealth.c - calls of the health service, octet for octet.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/wire/wbuf.h"
#include "monitors/grpchealth.h"

static void
a_request_names_its_service(void **state)
{
	uint8_t octets[GRPCHEALTH_REQUEST_MAX];
	char longest[GRPCHEALTH_SERVICE_MAX + 1];
	struct wbuf w;

	(void)state;
	wbuf_init(&w, octets, sizeof(octets));
	grpchealth_ask(&w, NULL);
	assert_int_equal(w.off, 5);
	assert_memory_equal(octets, "\0\0\0\0\0", 5);
	wbuf_init(&w, octets, sizeof(octets));
	grpchealth_ask(&w, "a.B");
	assert_int_equal(w.off, 10);
	assert_memory_equal(octets, "\0\0\0\0\5\x0a\3a.B", 10);
	memset(longest, 'x', sizeof(longest));
	longest[GRPCHEALTH_SERVICE_MAX] = '\0';
	wbuf_init(&w, octets, sizeof(octets));
	grpchealth_ask(&w, longest);
	assert_false(w.bad);
	assert_int_equal(w.off, sizeof(octets));
	assert_memory_equal(octets, "\0\0\0\1\2\x0a\xff\1x", 9);
}

#define OCTETS(s)	s, sizeof(s) - 1

static void
a_reply_is_its_last_status(void **state)
{
	static const struct {
		const char	*octets;
		size_t		 len;
		bool		 good;
		int		 health;
	} row[] = {
		{ OCTETS("\0\0\0\0\2\x08\1"), true, GRPCHEALTH_SERVING },
		{ OCTETS("\0\0\0\0\0"), true, GRPCHEALTH_UNKNOWN },
		{ OCTETS("\0\0\0\0\4\x08\1\x08\2"), true,
		  GRPCHEALTH_NOT_SERVING },
		/* Fields of later versions are passed over. */
		{ OCTETS("\0\0\0\0\x18\x10\x96\1\x1a\3abc\x21" "12345678"
		  "\x2d" "1234\x08\1"), true, GRPCHEALTH_SERVING },
		{ OCTETS("\0\0\0\0\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff"
		  "\1"), true, INT_MAX },
		{ OCTETS("\0\0\0\0\x0c\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff"
		  "\xff\1"), false, 0 },
		{ OCTETS(""), false, 0 },
		{ OCTETS("\0\0\0\0"), false, 0 },
		{ OCTETS("\1\0\0\0\2\x08\1"), false, 0 },
		{ OCTETS("\0\0\0\0\3\x08\1"), false, 0 },
		{ OCTETS("\0\0\0\0\1\x08\1"), false, 0 },
		{ OCTETS("\0\0\0\0\1\x08"), false, 0 },
		{ OCTETS("\0\0\0\0\3\x1a\2a"), false, 0 },
		{ OCTETS("\0\0\0\0\1\x0b"), false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		int health = -1;
		bool good = grpchealth_read((const uint8_t *)row[i].octets,
		    row[i].len, &health);

		if (good != row[i].good || (good && health != row[i].health))
			fail_msg("row %zu: %d, %d", i, good, health);
	}
}

static void
the_status_stands_in_one_line(void **state)
{
	static const struct {
		const char	*line;
		bool		 is;
		int		 status;
	} row[] = {
		{ "grpc-status: 0\r\n", true, 0 },
		{ "Grpc-Status:12", true, 12 },
		{ "grpc-status: \t 5 \r\n", true, 5 },
		{ "grpc-status:", true, -1 }, { "grpc-status: x", true, -1 },
		{ "grpc-status: 1000", true, -1 },
		{ "grpc-statu", false, 7 }, { "grpc-message: 0", false, 7 },
		{ "", false, 7 },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		int status = 7;

		assert_int_equal(grpchealth_status(row[i].line,
		    strlen(row[i].line), &status), row[i].is);
		assert_int_equal(status, row[i].status);
	}
}

static void
numbers_have_names(void **state)
{
	(void)state;
	assert_string_equal(grpchealth_name(2), "NOT_SERVING");
	assert_string_equal(grpchealth_name(-1), "none that is known");
	assert_string_equal(grpchealth_name(4), "none that is known");
	assert_string_equal(grpchealth_code_name(12), "UNIMPLEMENTED");
	assert_null(grpchealth_code_name(17));
	assert_null(grpchealth_code_name(-1));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_names_its_service),
		cmocka_unit_test(a_reply_is_its_last_status),
		cmocka_unit_test(the_status_stands_in_one_line),
		cmocka_unit_test(numbers_have_names),
	};

	return cmocka_run_group_tests_name("grpchealth", tests, NULL, NULL);
}
