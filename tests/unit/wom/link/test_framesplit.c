/* tests/unit/wom/link/test_framesplit.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "wom/link/framesplit.h"

#define PINGS	200

static size_t
pings(uint8_t *out, size_t cap)
{
	struct wbuf w;

	wbuf_init(&w, out, cap);
	for (uint64_t i = 0; i < PINGS; i++)
		linkframe_write(&(struct linkframe){
		    .kind = i % 2 == 0 ? LINKFRAME_PING : LINKFRAME_PONG,
		    .number = i }, &w);
	assert_false(w.bad);
	return w.off;
}

/* Returns how many frames came out of octets that went in by `step`. */
static uint64_t
fed_by(struct framesplit *s, const uint8_t *in, size_t len, size_t step)
{
	uint64_t seen = 0;
	struct linkframe f;

	for (size_t at = 0; at < len;) {
		size_t cap, n = len - at < step ? len - at : step;
		uint8_t *to = framesplit_room(s, &cap);

		assert_true(cap > 0);
		n = n < cap ? n : cap;
		memcpy(to, in + at, n);
		framesplit_fed(s, n);
		at += n;
		while (framesplit_next(s, &f))
			assert_int_equal(f.number, seen++);
	}
	return seen;
}

static void
frames_are_found_in_pieces_of_any_size(void **state)
{
	static struct framesplit s;
	static uint8_t in[PINGS * LINKFRAME_HEAD];
	size_t len = pings(in, sizeof(in));

	(void)state;
	for (size_t step = 1; step < 70; step++) {
		memset(&s, 0, sizeof(s));
		assert_int_equal(fed_by(&s, in, len, step), PINGS);
		assert_false(s.bad);
	}
}

static void
the_longest_frame_fits(void **state)
{
	static struct framesplit s;
	static uint8_t body[LINKFRAME_BODY_MAX], in[LINKFRAME_MAX];
	struct wbuf w;

	(void)state;
	memset(&s, 0, sizeof(s));
	wbuf_init(&w, in, sizeof(in));
	linkframe_write(&(struct linkframe){ .kind = LINKFRAME_KNOWN,
	    .body = body, .len = sizeof(body) }, &w);
	assert_int_equal(w.off, sizeof(in));
	for (int i = 0; i < 9; i++)
		assert_int_equal(fed_by(&s, in, w.off, 1000), 1);
}

/* What follows octets that are no frame is not believed. */
static void
nonsense_is_the_end(void **state)
{
	static struct framesplit s;
	static uint8_t in[PINGS * LINKFRAME_HEAD];
	size_t len = pings(in, sizeof(in));

	(void)state;
	memset(&s, 0, sizeof(s));
	in[3 * LINKFRAME_HEAD] = 99;
	assert_int_equal(fed_by(&s, in, 4 * LINKFRAME_HEAD, 7), 3);
	assert_true(s.bad);
	memset(&s, 0, sizeof(s));
	assert_int_equal(fed_by(&s, in, len, len), 3);
	assert_true(s.bad);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_found_in_pieces_of_any_size),
		cmocka_unit_test(the_longest_frame_fits),
		cmocka_unit_test(nonsense_is_the_end),
	};

	return cmocka_run_group_tests_name("framesplit", tests, NULL, NULL);
}
