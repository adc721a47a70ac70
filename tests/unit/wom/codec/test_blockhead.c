/* tests/unit/wom/codec/test_blockhead.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "wom/codec/blockhead.h"

#define SOURCES	2
#define WHOLE	(BLOCKHEAD_OCTETS + SOURCES * BLOCKID_OCTETS + 30 + 20)

static const struct blockhead good = {
	.flags = BLOCKHEAD_KEEP, .sources = SOURCES, .plain = 1000,
	.literals = 100, .ops = 20, .packed_literals = 30, .packed_ops = 20,
	.id = { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 } },
};

static void
what_is_written_is_read(void **state)
{
	static const uint8_t octets[24] = { 1, 1, 0, 2, 0, 0, 0x03, 0xe8, 0, 0,
	    0, 100, 0, 0, 0, 20, 0, 0, 0, 30, 0, 0, 0, 20 };
	uint8_t out[WHOLE] = { 0 };
	struct blockhead h;

	(void)state;
	blockhead_write(&good, out);
	assert_memory_equal(out, octets, sizeof(octets));
	assert_memory_equal(out + 24, good.id.octets, BLOCKID_OCTETS);
	assert_true(blockhead_read(&h, out, sizeof(out)));
	assert_int_equal(h.flags, good.flags);
	assert_int_equal(h.sources, good.sources);
	assert_int_equal(h.plain, good.plain);
	assert_int_equal(h.literals, good.literals);
	assert_int_equal(h.ops, good.ops);
	assert_int_equal(h.packed_literals, good.packed_literals);
	assert_int_equal(h.packed_ops, good.packed_ops);
	assert_true(blockid_equal(&h.id, &good.id));
}

static void
it_is_as_long_as_it_says(void **state)
{
	uint8_t out[WHOLE + 1] = { 0 };
	struct blockhead h;

	(void)state;
	blockhead_write(&good, out);
	for (size_t len = 0; len <= sizeof(out); len++)
		assert_int_equal(blockhead_read(&h, out, len), len == WHOLE);
}

static void
numbers_go_together(void **state)
{
	static const struct {
		size_t	at;
		uint8_t octet;
	} bad[] = {
		{ 0, 2 },		/* another version */
		{ 1, 2 },		/* a flag that is none */
		{ 2, 0x80 },		/* sources without end */
		{ 4, 1 }, { 5, 0x11 },	/* a block over 1 MiB */
		{ 8, 1 }, { 9, 1 }, { 10, 5 }, /* more literals than block */
		{ 13, 1 },		/* more operations than can be */
		{ 11, 29 }, { 15, 19 },	/* packing that adds */
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		uint8_t out[WHOLE] = { 0 };
		struct blockhead h;

		blockhead_write(&good, out);
		out[bad[i].at] = bad[i].octet;
		assert_false(blockhead_read(&h, out, sizeof(out)));
	}
}

static void
there_is_no_empty_block(void **state)
{
	struct blockhead h = { 0 };
	uint8_t out[BLOCKHEAD_OCTETS];

	(void)state;
	blockhead_write(&h, out);
	assert_false(blockhead_read(&h, out, sizeof(out)));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(it_is_as_long_as_it_says),
		cmocka_unit_test(numbers_go_together),
		cmocka_unit_test(there_is_no_empty_block),
	};

	return cmocka_run_group_tests_name("blockhead", tests, NULL, NULL);
}
