/* tests/unit/core/rest/test_reststream.c - pieces go out whole, whatever room
 * there is. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/strbuf.h"
#include "core/rest/restreply.h"
#include "core/rest/reststream.h"

struct maker {
	const char *const *pieces;	/* NULL at the end */
	unsigned	 made, freed;
};

static bool
on_more(void *arg, struct strbuf *out)
{
	struct maker *m = arg;

	m->made++;
	strbuf_add(out, *m->pieces++);
	return *m->pieces != NULL;
}

static void
on_free(void *arg)
{
	((struct maker *)arg)->freed++;
}

/* Everything, read with that room at a time. */
static void
read_all(struct maker *m, size_t room, char *out)
{
	struct restreply r = { 0 };
	struct restreply_stream source = { on_more, on_free, m };
	struct reststream *s;
	size_t n, at = 0;

	restreply_stream(&r, "text/plain", &source);
	s = reststream_open(&r);
	assert_null(r.stream.more);
	restreply_fini(&r);
	while ((n = reststream_read(s, out + at, room)) > 0)
		at += n;
	assert_int_equal(reststream_read(s, out + at, room), 0);
	out[at] = '\0';
	assert_int_equal(m->freed, 0);
	reststream_close(&s);
	assert_null(s);
	assert_int_equal(m->freed, 1);
}

static void
pieces_come_out_whole_whatever_the_room(void **state)
{
	static const char *const pieces[] = { "one ", "two and ", "three",
		NULL };
	char out[64];

	(void)state;
	for (size_t room = 1; room < 20; room++) {
		struct maker m = { .pieces = pieces };

		read_all(&m, room, out);
		assert_string_equal(out, "one two and three");
		assert_int_equal(m.made, 3);
	}
}

static void
an_empty_last_piece_ends_it(void **state)
{
	static const char *const pieces[] = { "one", "", NULL };
	struct maker m = { .pieces = pieces };
	char out[64];

	(void)state;
	read_all(&m, 16, out);
	assert_string_equal(out, "one");
}

/* The peer left: nothing more is made. */
static void
what_is_not_read_is_not_made(void **state)
{
	static const char *const pieces[] = { "one", "two", NULL };
	struct maker m = { .pieces = pieces };
	struct restreply r = { 0 };
	struct restreply_stream source = { on_more, on_free, &m };
	struct reststream *s;
	char out[8];

	(void)state;
	restreply_stream(&r, "text/plain", &source);
	s = reststream_open(&r);
	assert_int_equal(reststream_read(s, out, 2), 2);
	reststream_close(&s);
	assert_int_equal(m.made, 1);
	assert_int_equal(m.freed, 1);
	restreply_fini(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_come_out_whole_whatever_the_room),
		cmocka_unit_test(an_empty_last_piece_ends_it),
		cmocka_unit_test(what_is_not_read_is_not_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
