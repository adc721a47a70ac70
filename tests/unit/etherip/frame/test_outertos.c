/* tests/unit/etherip/frame/test_outertos.c - RFC 6040's table, square by square.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/frame/outertos.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/wire/be16.h"
#include "core/wire/netsum.h"
#include "etherip/frame/ethframe.h"

#define DSCP	0xb8u		/* of voice */
#define LEN	74u

static uint8_t octets[LEN];

static struct ethframe
packet(bool v6, uint8_t tos)
{
	struct ethframe f;
	uint8_t *ip = octets + 14;

	memset(octets, 0, sizeof(octets));
	octets[5] = octets[11] = 2;
	be16_put(octets + 12, v6 ? 0x86dd : 0x0800);
	if (v6) {
		be16_put(ip, (uint16_t)(0x6000 | tos << 4));
		ip[2] = 0x12;
	} else {
		ip[0] = 0x45;
		ip[1] = tos;
		be16_put(ip + 10, netsum_fold(netsum_add(0, ip, 20)));
	}
	assert_true(ethframe_read(&f, octets, LEN));
	return f;
}

/* Figure 4: inner across not-ECT, ECT(1), ECT(0), CE; -1 is dropped. */
static void
marks_come_back_as_rfc_6040_says(void **state)
{
	static const int want[4][4] = {	/* [outer][inner], by code point */
		{ 0, 1, 2, 3 },		/* not-ECT */
		{ 0, 1, 1, 3 },		/* ECT(1) */
		{ 0, 1, 2, 3 },		/* ECT(0) */
		{ -1, 3, 3, 3 },	/* CE */
	};

	(void)state;
	for (unsigned i = 0; i < 32; i++) {
		unsigned outer = i / 8, inner = i / 2 % 4;
		struct ethframe f = packet(i % 2, (uint8_t)(DSCP | inner));
		bool kept = outertos_merge((uint8_t)(0x20 | outer), &f, octets,
		    LEN);

		assert_int_equal(kept, want[outer][inner] != -1);
		if (kept)
			assert_int_equal(outertos_read(&f, octets, LEN),
			    DSCP | (unsigned)want[outer][inner]);
		if (i % 2 == 0)
			assert_int_equal(netsum_fold(netsum_add(0, octets + 14,
			    20)), 0);
		else
			assert_int_equal(octets[16], 0x12);
	}
}

/* ARP has no marks, and is not dropped for the lack of them. */
static void
what_is_no_packet_is_left_alone(void **state)
{
	struct ethframe f = packet(false, 0);
	uint8_t was[LEN];

	(void)state;
	be16_put(octets + 12, ETHFRAME_ARP);
	assert_true(ethframe_read(&f, octets, LEN));
	memcpy(was, octets, LEN);
	assert_true(outertos_merge(3, &f, octets, LEN));
	assert_memory_equal(octets, was, LEN);
	assert_int_equal(outertos_read(&f, octets, LEN), 0);
	f = packet(true, 0xff);
	assert_int_equal(outertos_read(&f, octets, 14 + 39), 0);
	assert_true(outertos_merge(3, &f, octets, 14 + 39));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_come_back_as_rfc_6040_says),
		cmocka_unit_test(what_is_no_packet_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
