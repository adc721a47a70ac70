/* tests/unit/zones/test_rrset.c - ready-made sets in messages.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/zones/asking.h"

/* Two NS: "a" + apex, and "b." in full. */
static const uint8_t wire[] = "\xc0\x0c\0\2\0\1\0\0\0\17\0\4\1a\xc0\0"
	"\xc0\x0c\0\2\0\1\0\0\0\17\0\3\1b";
static const uint16_t fix[] = { 14 };
static const struct rrset set = { .wire = wire, .fix = fix, .len = sizeof(wire),
	.count = 2, .fix_count = 1, .type = 2 };

static void
owner_and_apex_are_patched(void **state)
{
	struct rrset_at at = { .owner = 12, .apex = 0x1234 };
	uint8_t buf[64] = { 0 };
	struct wbuf w;

	(void)state;
	wbuf_init(&w, buf, sizeof(buf));
	assert_true(rrset_write(&w, &set, &at));
	assert_int_equal(w.off, sizeof(wire));
	assert_memory_equal(buf, wire, 14);
	assert_memory_equal(buf + 14, "\xd2\x34", 2);
	assert_memory_equal(buf + 16, wire + 16, sizeof(wire) - 16);
	at.owner = 0x3fff;
	w.off = 0;
	assert_true(rrset_write(&w, &set, &at));
	assert_memory_equal(buf, "\xff\xff\0\2", 4);
	assert_memory_equal(buf + 16, "\xff\xff\0\2", 4);
	assert_int_equal(rrset_ttl_s(&set), 15);
}

static void
no_room_changes_nothing(void **state)
{
	struct rrset_at at = { .owner = 12, .apex = 12 };
	uint8_t buf[64];
	struct wbuf w;

	(void)state;
	memset(buf, 0xaa, sizeof(buf));
	wbuf_init(&w, buf, sizeof(wire) - 1);
	assert_false(rrset_write(&w, &set, &at));
	assert_int_equal(w.off, 0);
	assert_false(w.bad);
	assert_int_equal(buf[0], 0xaa);
	w.cap = sizeof(wire);
	assert_true(rrset_write(&w, &set, &at));
}

/* RFC 1035 4.1.4: a pointer has 14 bits. */
static void
far_owner_is_written_in_full(void **state)
{
	struct rrset_at at = { .owner = 0x4000, .apex = 12 };
	uint8_t *buf = mem_zalloc(0x5000, 1);
	size_t whole = sizeof(wire) + 2 * (7 - 2);
	struct wbuf w;

	(void)state;
	memcpy(buf + 12, "\2de", 4);
	memcpy(buf + 0x4000, "\2ns\xc0\x0c", 5);
	wbuf_init(&w, buf, 0x4005 + whole - 1);
	w.off = 0x4005;
	assert_false(rrset_write(&w, &set, &at));
	assert_int_equal(w.off, 0x4005);
	w.cap++;
	assert_true(rrset_write(&w, &set, &at));
	assert_int_equal(w.off, 0x4005 + whole);
	assert_memory_equal(buf + 0x4005, "\2ns\2de\0\0\2\0\1\0\0\0\17\0\4\1a"
	    "\xc0\x0c\2ns\2de\0\0\2\0\1\0\0\0\17\0\3\1b", whole);
	free(buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(owner_and_apex_are_patched),
		cmocka_unit_test(no_room_changes_nothing),
		cmocka_unit_test(far_owner_is_written_in_full),
	};

	return cmocka_run_group_tests_name("zones/rrset", tests, NULL, NULL);
}
