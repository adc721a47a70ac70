/* tests/unit/monitors/test_staterecord.c - a record is whole, or known not to be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "monitors/staterecord.h"

static const struct staterecord sample = {
	.key.octets = "sixteen octets..", .state = HEALTH_DOWN,
	.since_s = 1700000000,
};

static void
what_is_written_is_read(void **state)
{
	uint8_t octets[STATERECORD_LEN];
	struct staterecord got;

	(void)state;
	staterecord_write(octets, &sample);
	assert_int_equal(staterecord_read(octets, &got), STATERECORD_WHOLE);
	assert_memory_equal(got.key.octets, sample.key.octets, 16);
	assert_int_equal(got.state, HEALTH_DOWN);
	assert_int_equal(got.since_s, 1700000000);
}

/* Each bit of all 32 octets counts. */
static void
a_record_with_one_bit_changed_is_damaged(void **state)
{
	uint8_t octets[STATERECORD_LEN];
	struct staterecord got = { .state = HEALTH_UNKNOWN };

	(void)state;
	staterecord_write(octets, &sample);
	for (size_t i = 0; i < 8 * sizeof(octets); i++) {
		octets[i / 8] ^= (uint8_t)(1u << i % 8);
		assert_int_equal(staterecord_read(octets, &got),
		    STATERECORD_DAMAGED);
		octets[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	assert_int_equal(got.state, HEALTH_UNKNOWN);
}

/* Torn anywhere between the record before and the one after it. */
static void
a_torn_record_is_damaged_or_the_old_one(void **state)
{
	uint8_t was[STATERECORD_LEN], now[STATERECORD_LEN];
	uint8_t torn[STATERECORD_LEN];
	struct staterecord next = sample, got;

	(void)state;
	next.state = HEALTH_UP;
	next.since_s++;
	staterecord_write(was, &sample);
	staterecord_write(now, &next);
	for (size_t cut = 1; cut < sizeof(torn); cut++) {
		memcpy(torn, now, cut);
		memcpy(torn + cut, was + cut, sizeof(torn) - cut);
		if (memcmp(torn, was, sizeof(torn)) == 0)
			continue;
		assert_int_equal(staterecord_read(torn, &got),
		    STATERECORD_DAMAGED);
	}
}

static void
zeros_are_no_record(void **state)
{
	const uint8_t octets[STATERECORD_LEN] = { 0 };
	struct staterecord got;

	(void)state;
	assert_int_equal(staterecord_read(octets, &got), STATERECORD_EMPTY);
}

static void
a_head_is_of_this_version_and_whole(void **state)
{
	uint8_t head[STATERECORD_LEN];
	struct err e;

	(void)state;
	staterecord_write_head(head);
	assert_int_equal(staterecord_check_head(head, sizeof(head), &e), 0);
	for (size_t len = 0; len < sizeof(head); len++)
		assert_int_equal(staterecord_check_head(head, len, &e),
		    ERR_PARSE);
	head[15]++;
	assert_int_equal(staterecord_check_head(head, sizeof(head), &e),
	    ERR_PARSE);
	assert_string_equal(e.text, "it is of version 2, not 1");
	head[15]--;
	head[STATERECORD_LEN - 1] ^= 1;
	assert_int_equal(staterecord_check_head(head, sizeof(head), &e),
	    ERR_PARSE);
	assert_string_equal(e.text, "its head is damaged");
	head[0] = 'x';
	assert_int_equal(staterecord_check_head(head, sizeof(head), &e),
	    ERR_PARSE);
	assert_string_equal(e.text, "it is not a file of states");
}

/* The file outlives the program that wrote it: these are stored values. */
static void
keys_are_the_same_for_ever(void **state)
{
	static const uint8_t want[16] = {
		0xd4, 0x21, 0x06, 0x96, 0xf6, 0x39, 0x38, 0x9f,
		0x2a, 0x3c, 0x6d, 0x27, 0x8d, 0x58, 0xa2, 0x3c
	};
	const struct staterecord_key id = staterecord_identity("tcp", 3);
	struct addrport to = { .port = 80 };
	struct staterecord_key key;

	(void)state;
	assert_int_equal(addr_parse("192.0.2.1", &to.addr), 0);
	key = staterecord_key(&id, &to);
	assert_memory_equal(key.octets, want, sizeof(want));
}

static void
another_monitor_or_place_is_another_key(void **state)
{
	static const char *const places[] = { "192.0.2.1", "192.0.2.2",
	    "2001:db8::1" };
	struct staterecord_key keys[2 * 2 * OBJ_COUNT(places)];
	size_t n = 0;

	(void)state;
	for (size_t m = 0; m < 2; m++)
		for (size_t p = 0; p < OBJ_COUNT(places); p++)
			for (uint16_t port = 80; port < 82; port++) {
				struct staterecord_key id =
				    staterecord_identity(&"ab"[m], 1);
				struct addrport to = { .port = port };

				assert_int_equal(addr_parse(places[p],
				    &to.addr), 0);
				keys[n++] = staterecord_key(&id, &to);
			}
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(keys[i].octets,
			    keys[k].octets, 16);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(a_record_with_one_bit_changed_is_damaged),
		cmocka_unit_test(a_torn_record_is_damaged_or_the_old_one),
		cmocka_unit_test(zeros_are_no_record),
		cmocka_unit_test(a_head_is_of_this_version_and_whole),
		cmocka_unit_test(keys_are_the_same_for_ever),
		cmocka_unit_test(another_monitor_or_place_is_another_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
