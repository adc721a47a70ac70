/* tests/unit/core/base/test_strbuf.c - text grows, stays terminated, changes
 * hands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"

static void
fresh_buffer_is_empty_text(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	assert_string_equal(b.text, "");
	assert_int_equal(b.len, 0);
	strbuf_clear(&b);
	strbuf_fini(&b);
	assert_string_equal(b.text, "");
	strbuf_fini(&b);
}

static void
zeroed_buffer_is_usable(void **state)
{
	struct strbuf add = { .text = NULL }, clear = { .text = NULL };
	struct strbuf take = { .text = NULL };
	char *text;

	(void)state;
	strbuf_add(&add, "");
	assert_string_equal(add.text, "");
	strbuf_clear(&clear);
	assert_string_equal(clear.text, "");
	text = strbuf_take(&take);
	assert_string_equal(text, "");
	free(text);
	strbuf_fini(&add);
	strbuf_fini(&clear);
	strbuf_fini(&take);
}

static void
additions_join(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	strbuf_add(&b, "pool");
	strbuf_add_char(&b, ' ');
	strbuf_add_len(&b, "Local_pool", 5);
	strbuf_add_len(&b, NULL, 0);
	strbuf_printf(&b, " { ttl %d }", 15);
	assert_string_equal(b.text, "pool Local { ttl 15 }");
	assert_int_equal(b.len, strlen(b.text));
	strbuf_clear(&b);
	assert_string_equal(b.text, "");
	strbuf_add(&b, "again");
	assert_string_equal(b.text, "again");
	strbuf_fini(&b);
}

/* Every length around each growth step: an off-by-one would show under the
 * address sanitizer or as a lost terminator. */
static void
every_length_is_terminated(void **state)
{
	struct strbuf one, print;

	(void)state;
	strbuf_init(&one);
	strbuf_init(&print);
	for (size_t n = 1; n <= 600; n++) {
		strbuf_add_char(&one, 'x');
		strbuf_clear(&print);
		strbuf_printf(&print, "%*s", (int)n, "x");
		if (one.len != n || strlen(one.text) != n || print.len != n ||
		    strlen(print.text) != n)
			fail_msg("length %zu", n);
	}
	strbuf_fini(&one);
	strbuf_fini(&print);
}

/* The first pass of strbuf_printf ends exactly at, before or past the room. */
static void
printf_fits_at_the_border(void **state)
{
	(void)state;
	for (int n = 0; n < 300; n++) {
		struct strbuf b;

		strbuf_init(&b);
		strbuf_add(&b, "ab");
		strbuf_printf(&b, "%0*d", n + 1, 7);
		if (b.len != (size_t)n + 3 || b.text[b.len] != '\0' ||
		    b.text[b.len - 1] != '7' || memcmp(b.text, "ab", 2) != 0)
			fail_msg("%d digits: \"%s\"", n + 1, b.text);
		strbuf_fini(&b);
	}
}

static void
nul_octets_are_kept(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	strbuf_add_len(&b, "a\0b", 3);
	strbuf_add(&b, "c");
	assert_int_equal(b.len, 4);
	assert_memory_equal(b.text, "a\0bc", 5);
	strbuf_fini(&b);
}

static void
take_leaves_an_empty_buffer(void **state)
{
	struct strbuf b;
	char *text;

	(void)state;
	strbuf_init(&b);
	strbuf_add(&b, "mine");
	text = strbuf_take(&b);
	assert_string_equal(b.text, "");
	strbuf_add(&b, "yours");
	assert_string_equal(text, "mine");
	assert_string_equal(b.text, "yours");
	free(text);
	strbuf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fresh_buffer_is_empty_text),
		cmocka_unit_test(zeroed_buffer_is_usable),
		cmocka_unit_test(additions_join),
		cmocka_unit_test(every_length_is_terminated),
		cmocka_unit_test(printf_fits_at_the_border),
		cmocka_unit_test(nul_octets_are_kept),
		cmocka_unit_test(take_leaves_an_empty_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
