/* tests/unit/wom/codec/test_blockops.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "wom/codec/blockops.h"

static const struct blockop all[] = {
	{ .kind = BLOCKOP_LITERAL, .len = 1 },
	{ .kind = BLOCKOP_RUN, .len = 1u << 20, .octet = 0xff },
	{ .kind = BLOCKOP_COPY, .len = 31, .source = 0, .offset = 0 },
	{ .kind = BLOCKOP_COPY, .len = 32, .source = 4095, .offset = 1048575 },
	{ .kind = BLOCKOP_LITERAL, .len = 127 },
	{ .kind = BLOCKOP_COPY, .len = 128, .source = 4095,
	    .offset = 1048575 + 32 + 127 },
	{ .kind = BLOCKOP_COPY, .len = 5, .source = 4094,
	    .offset = 1048575 + 32 + 127 + 128 },
	{ .kind = BLOCKOP_LITERAL, .len = (UINT32_MAX >> 2) },
};

static void
what_is_written_is_read(void **state)
{
	struct blockops to = { 0 }, from = { 0 };
	uint8_t octets[OBJ_COUNT(all) * BLOCKOPS_MAX];
	size_t len = 0, at = 0;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(all); i++) {
		size_t n = blockops_write(&to, &all[i], octets + len);

		assert_in_range(n, 1, BLOCKOPS_MAX);
		len += n;
	}
	for (size_t i = 0; i < OBJ_COUNT(all); i++) {
		struct blockop op;
		size_t n = blockops_read(&from, &op, octets + at, len - at);

		assert_int_not_equal(n, 0);
		at += n;
		assert_int_equal(op.kind, i == 5 ? BLOCKOP_RESUME : all[i].kind);
		assert_int_equal(op.len, all[i].len);
		assert_int_equal(op.octet, all[i].octet);
		if (all[i].kind == BLOCKOP_COPY) {
			assert_int_equal(op.source, all[i].source);
			assert_int_equal(op.offset, all[i].offset);
		}
	}
	assert_int_equal(at, len);
}

static void
going_on_at_the_same_distance_costs_its_length_alone(void **state)
{
	struct blockops s = { 0 };
	struct blockop op = { .kind = BLOCKOP_COPY, .len = 20, .source = 9,
	    .offset = 100000 }, gap = { .kind = BLOCKOP_LITERAL, .len = 8 };
	uint8_t octets[BLOCKOPS_MAX];

	(void)state;
	assert_int_equal(blockops_write(&s, &op, octets), 1 + 1 + 3);
	assert_int_equal(blockops_write(&s, &gap, octets), 1);
	op.offset += 28;
	assert_int_equal(blockops_write(&s, &op, octets), 1);
	/* At another distance it is said in full again. */
	op.offset += 21;
	assert_int_equal(blockops_write(&s, &op, octets), 1 + 1 + 3);
}

static void
what_is_cut_off_or_makes_no_sense_is_none(void **state)
{
	static const struct {
		uint8_t octets[8];
		size_t	len;
	} bad[] = {
		{ { 0 }, 0 },
		{ { 0x00 }, 1 },			/* no length */
		{ { 0x80 }, 1 },
		{ { 0x80, 0x80, 0x80, 0x80, 0x80, 0x01 }, 6 },
		{ { 0xff, 0xff, 0xff, 0xff, 0x1f }, 5 },	/* > 32 bits */
		{ { 1 << 2 | BLOCKOP_COPY, 1 }, 2 },
		{ { 1 << 2 | BLOCKOP_COPY, 1, 0x80 }, 3 },
		{ { 1 << 2 | BLOCKOP_RUN }, 1 },
		{ { 1 << 2 | BLOCKOP_RESUME }, 1 },	/* of what? */
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		struct blockops s = { 0 };
		struct blockop op;

		assert_int_equal(blockops_read(&s, &op, bad[i].octets,
		    bad[i].len), 0);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(
		    going_on_at_the_same_distance_costs_its_length_alone),
		cmocka_unit_test(what_is_cut_off_or_makes_no_sense_is_none),
	};

	return cmocka_run_group_tests_name("blockops", tests, NULL, NULL);
}
