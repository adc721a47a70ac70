/* tests/unit/wom/discover/test_ippacket.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "wom/discover/ippacket.h"

#define HEAD4	20
#define HEAD6	40
#define TCP	20

/* 10.0.0.1:1000 opens 10.0.0.2:8000, TTL 61. */
static const uint8_t syn4[HEAD4 + TCP] = {
	0x45, 0, 0, 40, 0, 1, 0x40, 0, 61, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
	1000 >> 8, 1000 & 0xff, 8000 >> 8, 8000 & 0xff, 0, 0, 0, 1, 0, 0, 0, 0,
	0x50, 0x02, 0xff, 0xff, 0, 0, 0, 0
};
static const uint8_t syn6[HEAD6 + TCP] = {
	0x60, 0, 0, 0, 0, TCP, 6, 250, 0x20, 1, 0xd, 0xb8, 0, 1, [23] = 1,
	0x20, 1, 0xd, 0xb8, 0, 2, [39] = 9, 3, 0xe8, 0x1f, 0x40, [52] = 0x50,
	0x12
};

static void
segments_that_open_are_read(void **state)
{
	struct ippacket_opening o;
	struct addr a;

	(void)state;
	assert_true(ippacket_read_opening(&o, syn4, sizeof(syn4)));
	assert_int_equal(addr_parse("10.0.0.2", &a), 0);
	assert_true(addr_equal(&o.dest.addr, &a));
	assert_int_equal(o.source.port, 1000);
	assert_int_equal(o.dest.port, 8000);
	assert_int_equal(o.ttl, 61);
	assert_false(o.answer);
	assert_true(ippacket_read_opening(&o, syn6, sizeof(syn6)));
	assert_int_equal(addr_parse("2001:db8:1::1", &a), 0);
	assert_true(addr_equal(&o.source.addr, &a));
	assert_int_equal(o.dest.port, 8000);
	assert_true(o.answer);
}

/* Options before TCP are stepped over. */
static void
options_move_the_payload(void **state)
{
	uint8_t p[HEAD4 + 4 + TCP] = { 0 };
	struct ippacket_opening o;

	(void)state;
	memcpy(p, syn4, HEAD4);
	memcpy(p + HEAD4 + 4, syn4 + HEAD4, TCP);
	p[0] = 0x46;
	p[3] = sizeof(p);
	assert_true(ippacket_read_opening(&o, p, sizeof(p)));
	assert_int_equal(o.dest.port, 8000);
}

static void
what_is_cut_short_is_none(void **state)
{
	struct ippacket_opening o;

	(void)state;
	for (size_t len = 0; len < HEAD4 + 14; len++)
		assert_false(ippacket_read_opening(&o, syn4, len));
	for (size_t len = 0; len < HEAD6 + 14; len++)
		assert_false(ippacket_read_opening(&o, syn6, len));
}

static void
other_packets_are_none(void **state)
{
	static const struct {
		size_t	at;
		uint8_t	value;
	} row[] = {
		{ 0, 0x44 },		/* a header of 16 octets */
		{ 0, 0x55 },		/* IP of another version */
		{ 3, 19 },		/* shorter than its header */
		{ 7, 1 },		/* a packet's middle */
		{ 9, 17 },		/* UDP */
		{ 33, 0x10 },		/* ACK alone */
		{ 33, 0x06 },		/* with RST */
		{ 33, 0x03 },		/* with FIN */
	};
	struct ippacket_opening o;
	uint8_t p[sizeof(syn4)];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		memcpy(p, syn4, sizeof(p));
		p[row[i].at] = row[i].value;
		if (ippacket_read_opening(&o, p, sizeof(p)))
			fail_msg("row %zu", i);
	}
}

/* What is behind the packet's own length is padding of the link. */
static void
padding_is_left_out(void **state)
{
	uint8_t octets[64] = { 0 };
	struct ippacket p;

	(void)state;
	memcpy(octets, syn4, sizeof(syn4));
	assert_true(ippacket_read(&p, octets, sizeof(octets)));
	assert_int_equal(p.len, TCP);
}

static void
hops_are_counted_from_the_nearest_beginning(void **state)
{
	(void)state;
	assert_int_equal(ippacket_hops(64), 0);
	assert_int_equal(ippacket_hops(61), 3);
	assert_int_equal(ippacket_hops(65), 63);
	assert_int_equal(ippacket_hops(127), 1);
	assert_int_equal(ippacket_hops(255), 0);
	assert_int_equal(ippacket_hops(0), 32);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_that_open_are_read),
		cmocka_unit_test(options_move_the_payload),
		cmocka_unit_test(what_is_cut_short_is_none),
		cmocka_unit_test(other_packets_are_none),
		cmocka_unit_test(padding_is_left_out),
		cmocka_unit_test(hops_are_counted_from_the_nearest_beginning),
	};

	return cmocka_run_group_tests_name("ippacket", tests, NULL, NULL);
}
