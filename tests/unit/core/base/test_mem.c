/* tests/unit/core/base/test_mem.c - allocation is whole, zeroed where
 * promised, or the end.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/mem.h"

static void
assert_zero(const void *p, size_t len)
{
	const unsigned char *o = p;

	for (size_t i = 0; i < len; i++)
		if (o[i] != 0)
			fail_msg("octet %zu is %u", i, o[i]);
}

static void
lines_are_zero_and_begin_at_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < 200; i++) {
		uint8_t *p = mem_zalloc_lines(1, i);

		assert_int_equal((uintptr_t)p % 64, 0);
		for (size_t k = 0; k < i; k++)
			assert_int_equal(p[k], 0);
		free(p);
	}
}

static void
zalloc_gives_zeros(void **state)
{
	void *p = mem_zalloc(100, 7), *none = mem_zalloc(0, 7);

	(void)state;
	assert_zero(p, 700);
	assert_non_null(none);
	free(p);
	free(none);
}

static void
resize_keeps_the_front(void **state)
{
	char *p = mem_resize(NULL, 4, 1);

	(void)state;
	memcpy(p, "abcd", 4);
	p = mem_resize(p, 1000, 4);
	assert_memory_equal(p, "abcd", 4);
	p = mem_resize(p, 2, 1);
	assert_memory_equal(p, "ab", 2);
	p = mem_resize(p, 0, 1);
	assert_non_null(p);
	free(p);
}

/* Room at least doubles, so that n additions move at most 2n items. */
static void
grow_doubles_and_zeroes(void **state)
{
	uint32_t *p = NULL;
	size_t room = 0, moves = 0;

	(void)state;
	for (size_t n = 0; n < 10000; n++) {
		size_t was = room;

		p = mem_grow(p, &room, n + 1, sizeof(*p));
		assert_true(room >= n + 1);
		if (room != was) {
			moves++;
			assert_zero(p + was, (room - was) * sizeof(*p));
		}
		p[n] = (uint32_t)n;
	}
	for (size_t n = 0; n < 10000; n++)
		assert_int_equal(p[n], n);
	assert_true(moves <= 14);
	free(p);
}

static void
grow_far_at_once_and_not_at_all(void **state)
{
	size_t room = 0;
	char *p = mem_grow(NULL, &room, 0, 1), *same;

	(void)state;
	assert_non_null(p);
	p = mem_grow(p, &room, 100001, 1);
	assert_true(room >= 100001);
	same = mem_grow(p, &room, 5, 1);
	assert_ptr_equal(same, p);
	free(p);
}

static void
copies_are_copies(void **state)
{
	char src[] = "text";
	char *a = mem_strdup(src), *b = mem_dup(src, 2);
	char *c = mem_strndup(src, 2), *d = mem_strndup(src, 99);
	void *none = mem_dup(NULL, 0);

	(void)state;
	src[0] = 'X';
	assert_string_equal(a, "text");
	assert_memory_equal(b, "te", 2);
	assert_string_equal(c, "te");
	assert_string_equal(d, "text");
	assert_null(mem_strdup(NULL));
	assert_non_null(none);
	free(a);
	free(b);
	free(c);
	free(d);
	free(none);
}

static void
strndup_stops_at_its_length(void **state)
{
	char *src = malloc(3);	/* not terminated */
	char *copy;

	(void)state;
	assert_non_null(src);
	memcpy(src, "abc", 3);
	copy = mem_strndup(src, 3);
	assert_string_equal(copy, "abc");
	free(copy);
	free(src);
}

static void
printf_grows_to_fit(void **state)
{
	char *p = mem_printf("%0*d|%s", 1000, 7, "end");

	(void)state;
	assert_int_equal(strlen(p), 1004);
	assert_string_equal(p + 999, "7|end");
	free(p);
}

static void
overflow_zalloc(size_t huge)
{
	free(mem_zalloc(huge, 16));
}

static void
overflow_lines(size_t huge)
{
	free(mem_zalloc_lines(huge, 16));
}

static void
overflow_resize(size_t huge)
{
	free(mem_resize(NULL, huge, 16));
}

static void
overflow_grow(size_t huge)
{
	size_t room = 0;

	free(mem_grow(NULL, &room, huge, 16));
}

/* The product wraps around: the process ends with a sentence, it does not go
 * on with a block that is too small. */
static void
overflow_aborts_with_a_sentence(void **state)
{
	static void (*const call[])(size_t) = {
		overflow_zalloc, overflow_lines, overflow_resize, overflow_grow,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(call) / sizeof(call[0]); i++) {
		char text[256] = "";
		int to[2], status;
		pid_t pid;

		assert_int_equal(pipe(to), 0);
		if ((pid = fork()) == 0) {
			(void)dup2(to[1], STDERR_FILENO);
			(void)signal(SIGABRT, SIG_DFL);
			call[i](SIZE_MAX / 16 + 2);
			_exit(0);
		}
		(void)close(to[1]);
		assert_true(read(to[0], text, sizeof(text) - 1) > 0);
		(void)close(to[0]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT ||
		    strstr(text, "out of memory") == NULL)
			fail_msg("call %zu: status %d, \"%s\"", i, status, text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zalloc_gives_zeros),
		cmocka_unit_test(lines_are_zero_and_begin_at_one),
		cmocka_unit_test(resize_keeps_the_front),
		cmocka_unit_test(grow_doubles_and_zeroes),
		cmocka_unit_test(grow_far_at_once_and_not_at_all),
		cmocka_unit_test(copies_are_copies),
		cmocka_unit_test(strndup_stops_at_its_length),
		cmocka_unit_test(printf_grows_to_fit),
		cmocka_unit_test(overflow_aborts_with_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
