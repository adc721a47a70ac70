/* tests/unit/wom/codec/test_historyrecord.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "wom/codec/historyrecord.h"

static const uint8_t key[SIPHASH_KEY] = "what was drawn";

static void
a_files_record_stands_as_it_is_written_down(void **state)
{
	struct historyrecord_file r = { .version = 2, .slots = 0x01020304,
	    .octets = 0x1112131415161718, .secret = { "of the names" } }, got;
	uint8_t record[HISTORYRECORD];

	(void)state;
	memcpy(r.key, key, sizeof(r.key));
	historyrecord_write_file(&r, record);
	assert_memory_equal(record, "womstore\0\0\0\2\1\2\3\4"
	    "\x11\x12\x13\x14\x15\x16\x17\x18what was drawn\0\0"
	    "of the names\0\0\0\0", 56);
	assert_true(historyrecord_has_magic(record));
	assert_true(historyrecord_read_file(&got, record));
	assert_int_equal(got.version, 2);
	assert_int_equal(got.slots, r.slots);
	assert_int_equal(got.octets, r.octets);
	assert_memory_equal(got.key, key, sizeof(got.key));
	assert_true(blockid_equal(&got.secret, &r.secret));
}

static void
a_blocks_head_stands_as_it_is_written_down(void **state)
{
	const struct historyfile_head h = { .seq = 0x2122232425262728,
	    .at = 0x3132333435363738, .len = 0x41424344, .id = { "its name" },
	    .domain = 0x5152535455565758 };
	struct historyfile_head got;
	uint8_t record[HISTORYRECORD];

	(void)state;
	historyrecord_write_head(&h, key, record);
	assert_memory_equal(record, "womBABCD!\"#$%&'(12345678its name"
	    "\0\0\0\0\0\0\0\0QRSTUVWX\0\0\0\0\0\0\0\0", 56);
	assert_true(historyrecord_read_head(&got, key, record));
	assert_int_equal(got.seq, h.seq);
	assert_int_equal(got.at, h.at);
	assert_int_equal(got.len, h.len);
	assert_int_equal(got.domain, h.domain);
	assert_true(blockid_equal(&got.id, &h.id));
}

static void
any_octet_that_changes_is_seen(void **state)
{
	const struct historyrecord_file r = { .version = 1, .slots = 4 };
	const struct historyfile_head h = { .seq = 1, .len = 1 };
	struct historyrecord_file file;
	struct historyfile_head head;
	uint8_t of_file[HISTORYRECORD], of_head[HISTORYRECORD],
	    other[SIPHASH_KEY];

	(void)state;
	historyrecord_write_file(&r, of_file);
	historyrecord_write_head(&h, key, of_head);
	for (size_t i = 0; i < HISTORYRECORD; i++) {
		of_file[i] ^= 0x20;
		of_head[i] ^= 0x20;
		assert_false(historyrecord_read_file(&file, of_file));
		assert_false(historyrecord_read_head(&head, key, of_head));
		assert_int_equal(historyrecord_has_magic(of_file), i >= 8);
		of_file[i] ^= 0x20;
		of_head[i] ^= 0x20;
	}
	memcpy(other, key, sizeof(other));
	other[15] ^= 1;
	assert_false(historyrecord_read_head(&head, other, of_head));
	assert_true(historyrecord_read_head(&head, key, of_head));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_files_record_stands_as_it_is_written_down),
		cmocka_unit_test(a_blocks_head_stands_as_it_is_written_down),
		cmocka_unit_test(any_octet_that_changes_is_seen),
	};

	return cmocka_run_group_tests_name("historyrecord", tests, NULL, NULL);
}
