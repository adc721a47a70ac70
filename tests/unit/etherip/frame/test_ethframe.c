/* tests/unit/etherip/frame/test_ethframe.c - heads, tags, and what stays on its wire.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/obj.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"

#define STATION	UINT64_C(0x020000000001)

/* A frame to dst with these 16-bit words behind the addresses. */
static size_t
make(uint8_t out[64], uint64_t dst, const uint16_t *words, size_t count)
{
	memset(out, 0, 64);
	macaddr_put(out, dst);
	macaddr_put(out + 6, STATION);
	for (size_t i = 0; i < count; i++) {
		out[12 + 2 * i] = (uint8_t)(words[i] >> 8);
		out[13 + 2 * i] = (uint8_t)words[i];
	}
	return 12 + 2 * count;
}

static void
tags_are_passed_and_the_outer_one_counts(void **state)
{
	static const struct {
		uint16_t words[5];
		size_t	 count;
		uint16_t vlan, type, payload;
	} rows[] = {
		{ { 0x0800 }, 1, 0, 0x0800, 14 },
		{ { 0x8100, 0xe00a, 0x0806 }, 3, 10, 0x0806, 18 },
		{ { 0x8100, 0xe000, 0x0806 }, 3, 0, 0x0806, 18 },
		{ { 0x88a8, 0x0064, 0x8100, 0x000a, 0x86dd }, 5, 100, 0x86dd,
		    22 },
		{ { 0x0040 }, 1, 0, 0x0040, 14 },
	};
	uint8_t octets[64];
	struct ethframe f;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		size_t len = make(octets, STATION + 1, rows[i].words,
		    rows[i].count);

		assert_true(ethframe_read(&f, octets, len));
		assert_int_equal(f.vlan, rows[i].vlan);
		assert_int_equal(f.type, rows[i].type);
		assert_int_equal(f.payload, rows[i].payload);
		assert_int_equal(f.src, STATION);
		assert_int_equal(f.dst, STATION + 1);
		assert_false(ethframe_read(&f, octets, len - 1));
	}
}

static void
groups_and_nobody_are_no_sources(void **state)
{
	static const uint16_t ip[] = { 0x0800 };
	uint8_t octets[64];
	struct ethframe f;
	size_t len = make(octets, MACADDR_BROADCAST, ip, 1);

	(void)state;
	assert_true(ethframe_read(&f, octets, len));
	macaddr_put(octets + 6, STATION | MACADDR_GROUP);
	assert_false(ethframe_read(&f, octets, len));
	macaddr_put(octets + 6, 0);
	assert_false(ethframe_read(&f, octets, len));
}

static void
what_switches_say_to_each_other_is_told(void **state)
{
	static const struct {
		uint64_t dst;
		uint16_t type;
		enum ethframe_aim aim;
	} rows[] = {
		{ 0x020000000002, 0x0800, ETHFRAME_UNICAST },
		{ MACADDR_BROADCAST, 0x0806, ETHFRAME_BROADCAST },
		{ MACADDR_BROADCAST, 0x8035, ETHFRAME_BROADCAST },
		{ 0x01005e000001, 0x0800, ETHFRAME_MULTICAST },
		{ 0x333300000001, 0x86dd, ETHFRAME_MULTICAST },
		{ 0x0180c2000000, 0x0026, ETHFRAME_CONTROL },	/* STP */
		{ 0x0180c2000001, 0x8808, ETHFRAME_CONTROL },	/* PAUSE */
		{ 0x0180c2000002, 0x8809, ETHFRAME_CONTROL },	/* LACP */
		{ 0x0180c200000e, 0x88cc, ETHFRAME_CONTROL },	/* LLDP */
		{ 0x0180c2000010, 0x0026, ETHFRAME_MULTICAST },
		{ 0x01000ccccccc, 0x0040, ETHFRAME_CONTROL },	/* CDP */
		{ 0x01000ccccccd, 0x0040, ETHFRAME_CONTROL },	/* PVST+ */
		{ 0x020000000002, 0x8808, ETHFRAME_CONTROL },
		{ 0x020000000002, 0x88cc, ETHFRAME_CONTROL },
	};
	uint8_t octets[64];
	struct ethframe f;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		size_t len = make(octets, rows[i].dst, &rows[i].type, 1);

		assert_true(ethframe_read(&f, octets, len));
		assert_int_equal(f.aim, rows[i].aim);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_are_passed_and_the_outer_one_counts),
		cmocka_unit_test(groups_and_nobody_are_no_sources),
		cmocka_unit_test(what_switches_say_to_each_other_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
