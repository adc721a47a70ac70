/* tests/unit/etherip/frame/test_toobig.c - who is told that a packet was too long, and what.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/frame/toobig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/wire/be16.h"
#include "core/wire/netsum.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"

#define HERE	UINT64_C(0x020000000001)
#define THERE	UINT64_C(0x020000000002)

static uint8_t octets[1600], out[TOOBIG_FRAME];

/* A packet of 1,500 octets, tagged or not. Returns the frame's length. */
static size_t
packet(bool v6, bool tagged)
{
	size_t ip = tagged ? 18 : 14;
	uint8_t *p = octets + ip;

	memset(octets, 0x5a, sizeof(octets));
	macaddr_put(octets, THERE);
	macaddr_put(octets + 6, HERE);
	if (tagged)
		memcpy(octets + 12, "\x81\x00\x00\x07", 4);
	be16_put(octets + ip - 2, v6 ? 0x86dd : 0x0800);
	memset(p, 0, 40);
	if (v6) {
		memcpy(p, "\x60\0\0\0\x05\xb4\x11\x40", 8);
		memcpy(p + 8, "\x20\x01\x0d\xb8here", 8);
		memcpy(p + 24, "\x20\x01\x0d\xb8over", 8);
	} else {
		memcpy(p, "\x45\0\x05\xdc\0\1\x40\0\x40\x11\0\0\x0a\1\0\1"
		    "\x0a\1\0\2", 20);
	}
	return ip + 1500;
}

static size_t
answer(size_t len)
{
	struct ethframe f;

	assert_true(ethframe_read(&f, octets, len));
	return toobig_make(out, &f, octets, len, 1400);
}

static void
expect_head(size_t tag)
{
	assert_int_equal(macaddr_get(out), HERE);
	assert_int_equal(macaddr_get(out + 6), THERE);
	assert_memory_equal(out + 12, octets + 12, tag + 2);
}

/* RFC 792, RFC 1191 section 4: type 3, code 4, the MTU, and of the packet what fits 576. */
static void
ipv4_senders_are_told(void **state)
{
	(void)state;
	for (int tagged = 0; tagged < 2; tagged++) {
		size_t n = answer(packet(false, tagged)), at = tagged ? 18 : 14;
		const uint8_t *ip = out + at, *icmp = ip + 20;

		assert_int_equal(n, at + 576);
		expect_head(at - 14);
		assert_int_equal(be16_get(ip + 2), 576);
		assert_int_equal(netsum_fold(netsum_add(0, ip, 20)), 0);
		assert_memory_equal(ip + 12, "\x0a\1\0\2\x0a\1\0\1", 8);
		assert_memory_equal(icmp, "\3\4", 2);
		assert_int_equal(be16_get(icmp + 6), 1400);
		assert_int_equal(netsum_fold(netsum_add(0, icmp, 556)), 0);
		assert_memory_equal(icmp + 8, octets + at, 548);
	}
}

/* RFC 4443 section 3.2: type 2, the MTU in 32 bits, as much of the packet as 1,280 allow. */
static void
ipv6_senders_are_told(void **state)
{
	(void)state;
	for (int tagged = 0; tagged < 2; tagged++) {
		size_t n = answer(packet(true, tagged)), at = tagged ? 18 : 14;
		const uint8_t *ip = out + at, *icmp = ip + 40;
		uint64_t sum;

		assert_int_equal(n, at + 1280);
		expect_head(at - 14);
		assert_int_equal(be16_get(ip + 4), 1240);
		assert_memory_equal(ip + 8, octets + at + 24, 16);
		assert_memory_equal(ip + 24, octets + at + 8, 16);
		assert_memory_equal(icmp, "\2\0", 2);
		assert_memory_equal(icmp + 4, "\0\0\x05\x78", 4);
		sum = netsum_add(58 + 1240, ip + 8, 32);
		assert_int_equal(netsum_fold(netsum_add(sum, icmp, 1240)), 0);
		assert_memory_equal(icmp + 8, octets + at, 1232);
	}
}

/* RFC 1122 section 3.2.2, RFC 4443 section 2.4 (e): errors breed no errors. */
static void
nobody_is_told_of_these(void **state)
{
	size_t len;

	(void)state;
	len = packet(false, false);
	octets[20] = 0;			/* may be cut */
	assert_int_equal(answer(len), 0);
	octets[20] = 0x40;
	octets[21] = 1;			/* a later part */
	assert_int_equal(answer(len), 0);
	octets[21] = 0;
	assert_int_not_equal(answer(len), 0);
	octets[30] = 224;		/* to a group */
	assert_int_equal(answer(len), 0);
	octets[30] = 10;
	octets[26] = 0;			/* from nobody */
	assert_int_equal(answer(len), 0);
	octets[26] = 10;
	octets[23] = 1;			/* ICMP's own error */
	octets[34] = 3;
	assert_int_equal(answer(len), 0);
	octets[34] = 8;
	assert_int_not_equal(answer(len), 0);
	octets[12] = 9;			/* no IP */
	assert_int_equal(answer(len), 0);
	len = packet(true, false);
	octets[14 + 6] = 58;
	octets[54] = 1;
	assert_int_equal(answer(len), 0);
	octets[54] = 128;
	assert_int_not_equal(answer(len), 0);
	octets[14 + 8] = 0xff;
	assert_int_equal(answer(len), 0);
	len = packet(true, false);
	octets[0] |= 1;			/* a group's frame */
	assert_int_equal(answer(len), 0);
}

/* RFC 791: without DF a packet reaches its end in parts. */
static void
what_has_no_df_may_be_cut(void **state)
{
	struct ethframe f;
	size_t len = packet(false, true);

	(void)state;
	assert_true(ethframe_read(&f, octets, len));
	assert_false(toobig_may_be_cut(&f, octets, len));
	octets[18 + 6] = 0;
	assert_true(toobig_may_be_cut(&f, octets, len));
	assert_false(toobig_may_be_cut(&f, octets, 18 + 19));
	len = packet(true, false);
	assert_true(ethframe_read(&f, octets, len));
	assert_false(toobig_may_be_cut(&f, octets, len));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_senders_are_told),
		cmocka_unit_test(ipv6_senders_are_told),
		cmocka_unit_test(nobody_is_told_of_these),
		cmocka_unit_test(what_has_no_df_may_be_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
