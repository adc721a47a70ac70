/* tests/unit/core/rest/test_restintake.c - how much of a body is taken, and how
 * many large ones at a time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/rest/restintake.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"

#define ROOM	((size_t)3 << 20)
#define PIECE	((size_t)1 << 20)

static const struct restintake_room rooms[] = {
	{ "/roomy", ROOM }, { NULL, 0 }
};

static void
only_the_path_itself_has_its_bound(void **state)
{
	static const struct { const char *target; size_t max; } row[] = {
		{ "/roomy", ROOM }, { "/roomy?x=1", ROOM },
		{ "/roomy/x", RESTREQUEST_BODY_MAX },
		{ "/roomyx", RESTREQUEST_BODY_MAX },
		{ "/room", RESTREQUEST_BODY_MAX }, { "/", RESTREQUEST_BODY_MAX },
	};
	struct restintake_limits l = { rooms, 0 }, none = { NULL, 0 };
	struct restintake in;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		restintake_init(&in, &l, row[i].target);
		assert_int_equal(in.max, row[i].max);
		restintake_fini(&in);
	}
	restintake_init(&in, &none, "/roomy");
	assert_int_equal(in.max, RESTREQUEST_BODY_MAX);
	restintake_fini(&in);
}

static void
a_length_over_the_bound_is_refused_before_it_comes(void **state)
{
	struct restintake_limits l = { rooms, 0 };
	struct restintake in;

	(void)state;
	restintake_init(&in, &l, "/x");
	assert_int_equal(restintake_announce(&in, 0), RESTINTAKE_FINE);
	assert_int_equal(restintake_announce(&in, 1048576), RESTINTAKE_FINE);
	assert_int_equal(restintake_announce(&in, 1048577),
	    RESTINTAKE_LARGE);
	restintake_fini(&in);
}

/* Over 1 MiB, and the first octet over its bound. */
static void
what_comes_over_the_bound_is_not_kept(void **state)
{
	struct restintake_limits l = { rooms, 0 };
	struct restreply r = { 0 };
	struct restintake in;
	char *piece = mem_zalloc(PIECE, 1);

	(void)state;
	restintake_init(&in, &l, "/roomy");
	for (int i = 0; i < 3; i++)
		restintake_add(&in, piece, PIECE);
	assert_int_equal(restintake_end(&in), RESTINTAKE_FINE);
	assert_int_equal(in.text.len, ROOM);
	restintake_add(&in, piece, 1);
	restintake_add(&in, piece, 1);
	assert_int_equal(restintake_end(&in), RESTINTAKE_LARGE);
	assert_int_equal(in.text.len, ROOM);
	restintake_refuse(&in, RESTINTAKE_LARGE, &r);
	assert_int_equal(r.status, 413);
	restreply_fini(&r);
	restintake_fini(&in);
	free(piece);
}

static void
a_fifth_large_body_is_refused_until_one_has_gone(void **state)
{
	struct restintake_limits l = { rooms, 0 };
	struct restintake in[RESTINTAKE_ROOMY_MAX + 1], small;
	struct restreply r = { 0 };
	char *piece = mem_zalloc(PIECE, 1);

	(void)state;
	for (size_t i = 0; i <= RESTINTAKE_ROOMY_MAX; i++) {
		restintake_init(&in[i], &l, "/roomy");
		restintake_add(&in[i], piece, PIECE);
		restintake_add(&in[i], piece, 1);
		assert_int_equal(restintake_end(&in[i]),
		    i < RESTINTAKE_ROOMY_MAX ? RESTINTAKE_FINE :
		    RESTINTAKE_CROWDED);
	}
	restintake_refuse(&in[0], RESTINTAKE_CROWDED, &r);
	assert_int_equal(r.status, 503);
	restreply_fini(&r);
	/* One of the size of most is no part of it. */
	restintake_init(&small, &l, "/roomy");
	restintake_add(&small, piece, PIECE);
	assert_int_equal(restintake_end(&small), RESTINTAKE_FINE);
	/* One has gone; the one that was refused is so for good. */
	restintake_fini(&in[0]);
	restintake_add(&small, piece, 1);
	restintake_add(&in[RESTINTAKE_ROOMY_MAX], piece, 1);
	assert_int_equal(restintake_end(&small), RESTINTAKE_FINE);
	assert_int_equal(restintake_end(&in[RESTINTAKE_ROOMY_MAX]),
	    RESTINTAKE_CROWDED);
	restintake_fini(&small);
	for (size_t i = 1; i <= RESTINTAKE_ROOMY_MAX; i++)
		restintake_fini(&in[i]);
	assert_int_equal(l.roomy, 0);
	free(piece);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_path_itself_has_its_bound),
		cmocka_unit_test(
		    a_length_over_the_bound_is_refused_before_it_comes),
		cmocka_unit_test(what_comes_over_the_bound_is_not_kept),
		cmocka_unit_test(
		    a_fifth_large_body_is_refused_until_one_has_gone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
