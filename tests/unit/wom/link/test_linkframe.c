/* tests/unit/wom/link/test_linkframe.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "wom/codec/blockhead.h"
#include "wom/link/linkframe.h"

/* An ACK as it stands on the wire. */
static const uint8_t ack[] = { 5, 1, 0, 8, 0, 0, 0, 0, 0, 0, 0x01, 0x02,
    0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0x10, 0 };

static void
what_is_written_stands_octet_by_octet(void **state)
{
	uint8_t out[LINKFRAME_MAX];
	struct linkframe f = { .kind = LINKFRAME_ACK, .yours = true,
	    .stream = 0x102, .number = 7, .body = ack + LINKFRAME_HEAD,
	    .len = 8 };
	struct wbuf w;

	(void)state;
	wbuf_init(&w, out, sizeof(out));
	linkframe_write(&f, &w);
	assert_false(w.bad);
	assert_int_equal(w.off, sizeof(ack));
	assert_memory_equal(out, ack, sizeof(ack));
}

static void
what_is_read_is_what_was_written(void **state)
{
	struct linkframe f;

	(void)state;
	assert_int_equal(linkframe_read(&f, ack, sizeof(ack)),
	    LINKFRAME_WHOLE);
	assert_int_equal(f.kind, LINKFRAME_ACK);
	assert_true(f.yours);
	assert_int_equal(f.stream, 0x102);
	assert_int_equal(f.number, 7);
	assert_int_equal(f.len, 8);
	assert_ptr_equal(f.body, ack + LINKFRAME_HEAD);
	assert_int_equal(linkframe_octets(&f), sizeof(ack));
}

static void
part_of_a_frame_is_short(void **state)
{
	struct linkframe f;

	(void)state;
	for (size_t len = 0; len < sizeof(ack); len++)
		assert_int_equal(linkframe_read(&f, ack, len),
		    LINKFRAME_SHORT);
}

/* Nobody waits for the body of a frame that cannot be. */
static void
a_head_that_cannot_be_is_refused_at_once(void **state)
{
	static const uint8_t bad[][12] = {
		{ 0, 0, 0, 0 },			/* no kind */
		{ 14, 0, 0, 0 },		/* nor this */
		{ 255, 0, 0, 0 },
		{ 5, 2, 0, 8 },			/* a flag that is none */
		{ 9, 1, 0, 0 },			/* a ping about a stream */
		{ 5, 0, 0, 7 },			/* not an ACK's length */
		{ 5, 0, 0, 9 },
		{ 3, 0, 0, 16 },		/* DATA without octets */
		{ 3, 0, 0x40, 1 },		/* longer than any frame */
		{ 4, 0, 0, 1 },			/* FIN with a body */
		{ 1, 0, 0, 0 },			/* HELLO without one */
		{ 5, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0 },	/* of no stream */
		{ 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 },	/* of one */
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		struct linkframe f;

		if (linkframe_read(&f, bad[i], sizeof(bad[i])) !=
		    LINKFRAME_BAD)
			fail_msg("head %zu is not refused", i);
	}
}

static void
a_frame_is_written_whole_or_not_at_all(void **state)
{
	uint8_t out[sizeof(ack)];
	struct linkframe f = { .kind = LINKFRAME_ACK, .stream = 1,
	    .body = ack + LINKFRAME_HEAD, .len = 8 };
	struct wbuf w;

	(void)state;
	wbuf_init(&w, out, sizeof(out) - 1);
	linkframe_write(&f, &w);
	assert_true(w.bad);
	assert_int_equal(w.off, 0);
}

/* ---- DATA ---- */

static const struct linkdata piece = { .plain = 1000, .total = 300,
    .offset = 200, .edition = 3, .form = LINKFRAME_ENCODED,
    .octets = (const uint8_t *)"hello", .len = 5 };

/* The piece as a frame. */
static struct linkframe
written(const struct linkdata *d, uint8_t out[LINKFRAME_MAX])
{
	struct linkframe f = { .kind = LINKFRAME_DATA, .stream = 1,
	    .number = 4 };
	struct wbuf w;

	wbuf_init(&w, out, LINKFRAME_MAX);
	linkframe_write_data(&f, d, &w);
	assert_false(w.bad);
	assert_int_equal(linkframe_read(&f, out, w.off), LINKFRAME_WHOLE);
	return f;
}

static void
a_piece_comes_as_it_went(void **state)
{
	uint8_t out[LINKFRAME_MAX];
	struct linkframe f = written(&piece, out);
	struct linkdata d;

	(void)state;
	assert_int_equal(f.number, 4);
	assert_true(linkframe_read_data(&f, &d));
	assert_int_equal(d.plain, piece.plain);
	assert_int_equal(d.total, piece.total);
	assert_int_equal(d.offset, piece.offset);
	assert_int_equal(d.edition, piece.edition);
	assert_int_equal(d.form, piece.form);
	assert_int_equal(d.len, piece.len);
	assert_memory_equal(d.octets, piece.octets, piece.len);
}

/* A block is not longer than it may be, and a piece not outside of it. */
static void
a_piece_that_cannot_be_is_refused(void **state)
{
	static const struct {
		size_t	at;	/* in the body */
		uint8_t octet;
	} bad[] = {
		{ 0, 1 }, { 1, 0x20 },	/* over 1 MiB */
		{ 6, 0x10 },		/* longer than it can be encoded */
		{ 10, 1 },		/* an offset behind it */
		{ 11, 44 },		/* that ends behind it: 300 - 44 + 5 */
		{ 14, 2 }, { 15, 1 },	/* another form; not zero */
		{ 14, 0 },		/* plain, and not as long as it is */
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		uint8_t out[LINKFRAME_MAX];
		struct linkframe f = written(&piece, out);
		struct linkdata d;

		out[LINKFRAME_HEAD + bad[i].at] = bad[i].octet;
		if (bad[i].at == 11)
			out[LINKFRAME_HEAD + 10] = 1;
		if (linkframe_read_data(&f, &d))
			fail_msg("piece %zu is not refused", i);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_stands_octet_by_octet),
		cmocka_unit_test(what_is_read_is_what_was_written),
		cmocka_unit_test(part_of_a_frame_is_short),
		cmocka_unit_test(a_head_that_cannot_be_is_refused_at_once),
		cmocka_unit_test(a_frame_is_written_whole_or_not_at_all),
		cmocka_unit_test(a_piece_comes_as_it_went),
		cmocka_unit_test(a_piece_that_cannot_be_is_refused),
	};

	return cmocka_run_group_tests_name("linkframe", tests, NULL, NULL);
}
