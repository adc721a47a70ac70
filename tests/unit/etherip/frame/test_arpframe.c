/* tests/unit/etherip/frame/test_arpframe.c - what is made is read back, and what is none is not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "etherip/frame/arpframe.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"

#define MAC	UINT64_C(0x0201d7010203)
#define OTHER	UINT64_C(0x0201d7040506)
#define IP	UINT32_C(0xc0000201)

static struct arpframe
read_back(const uint8_t *octets, size_t len, struct ethframe *f)
{
	struct arpframe a;

	assert_true(len >= 60);
	assert_true(ethframe_read(f, octets, len));
	assert_true(arpframe_read(&a, f, octets, len));
	return a;
}

static void
announcements_go_to_everybody(void **state)
{
	uint8_t out[ARPFRAME_MAX];
	struct ethframe f;
	struct arpframe a;

	(void)state;
	a = read_back(out, arpframe_announce(out, MAC, IP, 0), &f);
	assert_int_equal(f.dst, MACADDR_BROADCAST);
	assert_int_equal(f.src, MAC);
	assert_int_equal(f.type, ETHFRAME_ARP);
	assert_int_equal(f.vlan, 0);
	assert_int_equal(a.sender_mac, MAC);
	assert_int_equal(a.sender, IP);
	assert_int_equal(a.target, IP);
	a = read_back(out, arpframe_rarp(out, MAC, 9), &f);
	assert_int_equal(f.type, ETHFRAME_RARP);
	assert_int_equal(f.vlan, 9);
	assert_int_equal(a.op, ARPFRAME_REVERSE);
	assert_int_equal(a.sender_mac, MAC);
	assert_int_equal(a.sender, 0);
}

static void
a_question_is_answered(void **state)
{
	const struct arpframe ask = { .sender_mac = OTHER, .sender = IP + 1,
	    .target = IP };
	uint8_t out[ARPFRAME_MAX];
	struct ethframe f;
	struct arpframe a;

	(void)state;
	a = read_back(out, arpframe_ask(out, &ask, MAC, 0), &f);
	assert_int_equal(a.op, ARPFRAME_REQUEST);
	assert_int_equal(f.dst, MAC);
	assert_int_equal(a.target_mac, 0);
	a = read_back(out, arpframe_answer(out, &a, MAC, 0), &f);
	assert_int_equal(a.op, ARPFRAME_REPLY);
	assert_int_equal(f.dst, OTHER);
	assert_int_equal(f.src, MAC);
	assert_int_equal(a.sender, IP);
	assert_int_equal(a.target, IP + 1);
	assert_int_equal(a.target_mac, OTHER);
}

static void
what_is_none_is_not_read(void **state)
{
	static const size_t at[] = { 14, 16, 18, 19 };	/* kinds and sizes */
	uint8_t out[ARPFRAME_MAX];
	struct ethframe f;
	struct arpframe a;
	size_t len = arpframe_announce(out, MAC, IP, 0);

	(void)state;
	assert_true(ethframe_read(&f, out, len));
	assert_false(arpframe_read(&a, &f, out, 41));
	assert_true(arpframe_read(&a, &f, out, 42));
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		out[at[i]] ^= 0x40;
		assert_false(arpframe_read(&a, &f, out, len));
		out[at[i]] ^= 0x40;
	}
	out[22] |= 1;			/* the sender is a group */
	assert_false(arpframe_read(&a, &f, out, len));
	out[22] ^= 1;
	f.type = ETHFRAME_IPV4;
	assert_false(arpframe_read(&a, &f, out, len));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(announcements_go_to_everybody),
		cmocka_unit_test(a_question_is_answered),
		cmocka_unit_test(what_is_none_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
