/* tests/unit/monitors/test_mysqlgreet.c - packets of MySQL and MariaDB servers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/obj.h"
#include "core/wire/wbuf.h"
#include "monitors/mysqlgreet.h"

#define OCTETS(s)	(const uint8_t *)(s), sizeof(s) - 1

/* Version 8, thread 7, half a nonce, what it can, charset 45. */
#define HELLO(low, high)						\
	"\x20\0\0\0\n8.0\0\7\0\0\0" "nonceABC" "\0" low "\x2d\2\0" high	\
	"\x15" "filler"
#define MODERN	HELLO("\xff\xf7", "\xff\xdf")

static void
a_greeting_tells_what_the_server_can(void **state)
{
	struct mysqlgreet_packet p;

	(void)state;
	assert_int_equal(mysqlgreet_hello(OCTETS(MODERN), &p),
	    MYSQLGREET_HELLO);
	assert_int_equal(p.can, 0xdffff7ff);
	assert_int_equal(p.charset, 45);
	assert_int_equal(p.sequence, 0);
	for (size_t n = 0; n < sizeof(MODERN) - 1; n++)
		assert_int_equal(mysqlgreet_hello(
		    (const uint8_t *)MODERN, n, &p), MYSQLGREET_MORE);
}

static void
what_is_no_greeting_is_told(void **state)
{
	struct mysqlgreet_packet p;

	(void)state;
	assert_int_equal(mysqlgreet_hello(
	    OCTETS("\x17\0\0\0\xff\x10\4Too many connections"), &p),
	    MYSQLGREET_ERROR);
	assert_int_equal(p.error, 1040);
	assert_int_equal(mysqlgreet_hello(OCTETS("\1\0\0\0\xff"), &p),
	    MYSQLGREET_GARBLED);
	assert_int_equal(mysqlgreet_hello(OCTETS("\0\0\0\0"), &p),
	    MYSQLGREET_GARBLED);
	assert_int_equal(mysqlgreet_hello(OCTETS("\xff\xff\xff\0"), &p),
	    MYSQLGREET_GARBLED);
	assert_int_equal(mysqlgreet_hello(OCTETS("\5\0\0\0\t3.2\0"), &p),
	    MYSQLGREET_GARBLED);
	assert_int_equal(mysqlgreet_hello(OCTETS("\5\0\0\0\n8.01"), &p),
	    MYSQLGREET_GARBLED);
	assert_int_equal(mysqlgreet_hello(OCTETS("\5\0\0\0\n8.0\0"), &p),
	    MYSQLGREET_GARBLED);
	assert_int_equal(mysqlgreet_hello(OCTETS("HTTP/1.1 400 Bad"), &p),
	    MYSQLGREET_GARBLED);
}

static void
a_log_in_names_the_user_and_nothing_else(void **state)
{
	static const char want[] = "\x3a\0\0\1" "\1\x82\x8\0" "\0\x10\0\0"
	    "\x2d" "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	    "gtmd\0" "\0" "mysql_native_password";
	struct mysqlgreet_packet p;
	uint8_t octets[256];
	struct wbuf w;

	(void)state;
	(void)mysqlgreet_hello(OCTETS(MODERN), &p);
	wbuf_init(&w, octets, sizeof(octets));
	assert_true(mysqlgreet_login(&w, &p, "gtmd"));
	assert_int_equal(w.off, 4u + octets[0]);
	assert_int_equal(w.off, sizeof(want));
	octets[0] = (uint8_t)want[0];
	assert_memory_equal(octets, want, sizeof(want));
	/* Older servers know no methods by name, the oldest no such log-in. */
	(void)mysqlgreet_hello(OCTETS(HELLO("\xff\xf7", "\0\0")), &p);
	wbuf_init(&w, octets, sizeof(octets));
	assert_true(mysqlgreet_login(&w, &p, "gtmd"));
	assert_int_equal(w.off, sizeof(want) - 22);
	assert_int_equal(octets[0], w.off - 4);
	(void)mysqlgreet_hello(OCTETS(HELLO("\xff\xf1", "\0\0")), &p);
	wbuf_init(&w, octets, sizeof(octets));
	assert_false(mysqlgreet_login(&w, &p, "gtmd"));
}

static void
answers_to_a_log_in_read(void **state)
{
	struct mysqlgreet_packet p;
	uint8_t octets[8];
	struct wbuf w;

	(void)state;
	assert_int_equal(mysqlgreet_answer(OCTETS("\7\0\0\2\0\0\0\2\0\0\0"),
	    &p), MYSQLGREET_ENTERED);
	assert_int_equal(mysqlgreet_answer(
	    OCTETS("\3\0\0\2\xff\x15\4"), &p), MYSQLGREET_ERROR);
	assert_int_equal(p.error, 1045);
	assert_int_equal(mysqlgreet_answer(OCTETS("\1\0\0\2\xfe"), &p),
	    MYSQLGREET_SWITCH);
	wbuf_init(&w, octets, sizeof(octets));
	mysqlgreet_nothing(&w, &p);
	assert_int_equal(w.off, 4);
	assert_memory_equal(octets, "\0\0\0\3", 4);
	assert_int_equal(mysqlgreet_answer(OCTETS("\1\0\0\2\x42"), &p),
	    MYSQLGREET_GARBLED);
	wbuf_init(&w, octets, sizeof(octets));
	mysqlgreet_leave(&w);
	assert_memory_equal(octets, "\1\0\0\0\1", 5);
}

static void
who_may_not_enter_is_no_fault_of_the_server(void **state)
{
	(void)state;
	assert_true(mysqlgreet_is_denial(1045));
	assert_true(mysqlgreet_is_denial(1130));
	assert_false(mysqlgreet_is_denial(1040));
	assert_false(mysqlgreet_is_denial(1053));
	assert_false(mysqlgreet_is_denial(0));
	assert_string_equal(mysqlgreet_words(1040), "too many connections");
	assert_null(mysqlgreet_words(1));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_greeting_tells_what_the_server_can),
		cmocka_unit_test(what_is_no_greeting_is_told),
		cmocka_unit_test(a_log_in_names_the_user_and_nothing_else),
		cmocka_unit_test(answers_to_a_log_in_read),
		cmocka_unit_test(who_may_not_enter_is_no_fault_of_the_server),
	};

	return cmocka_run_group_tests_name("mysqlgreet", tests, NULL, NULL);
}
