/* tests/unit/etherip/bridge/test_translucent.c - addresses that are turned on their way.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bridge/translucent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/addr.h"
#include "core/base/rand.h"
#include "etherip/frame/arpframe.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"
#include "etherip/frame/ndframe.h"

#define A	UINT64_C(0x001122334455)
#define B	UINT64_C(0x02aabbccddee)
#define TURNED	MACADDR_LOCAL

static uint8_t octets[1514];

static void
turn(size_t len)
{
	struct ethframe f;

	assert_true(ethframe_read(&f, octets, len));
	translucent_turn(&f, octets, len);
}

/* Who answers the address that it sees is understood on the other side. */
static void
both_stations_of_a_frame_are_turned(void **state)
{
	(void)state;
	macaddr_put(octets, B);
	macaddr_put(octets + 6, A);
	memcpy(octets + 12, "\x08\x00", 2);
	turn(60);
	assert_int_equal(macaddr_get(octets), B ^ TURNED);
	assert_int_equal(macaddr_get(octets + 6), A ^ TURNED);
	macaddr_put(octets, MACADDR_BROADCAST);
	turn(60);
	assert_int_equal(macaddr_get(octets), MACADDR_BROADCAST);
	assert_int_equal(macaddr_get(octets + 6), A);
}

/* RFC 826: stations believe what is inside. */
static void
arp_tells_the_same_as_its_frame(void **state)
{
	const struct arpframe q = { ARPFRAME_REQUEST, B, 0, 1, 2 };
	struct arpframe a;
	struct ethframe f;
	size_t len = arpframe_ask(octets, &q, MACADDR_BROADCAST, 7);

	(void)state;
	turn(len);
	assert_true(ethframe_read(&f, octets, len));
	assert_true(arpframe_read(&a, &f, octets, len));
	assert_int_equal(a.sender_mac, B ^ TURNED);
	assert_int_equal(a.target_mac, 0);
	len = arpframe_answer(octets, &a, A, 7);
	turn(len);
	assert_true(ethframe_read(&f, octets, len));
	assert_true(arpframe_read(&a, &f, octets, len));
	assert_int_equal(a.sender_mac, A ^ TURNED);
	assert_int_equal(a.target_mac, B);
	assert_int_equal(f.dst, B);
}

/* RFC 4861: and so does neighbour discovery, whose checksum ndframe_read looks at. */
static void
discovery_does_so_too(void **state)
{
	struct ndframe n = { .kind = NDFRAME_TELL, .link = A,
	    .override = true }, got;
	struct ethframe f;
	size_t len;

	(void)state;
	assert_int_equal(addr_parse("2001:db8::7", &n.target), 0);
	n.source = n.target;
	for (int i = 0; i < 2; i++) {
		len = i == 0 ? ndframe_announce(octets, &n, 0) :
		    ndframe_ask(octets, &n, MACADDR_BROADCAST, 0);
		turn(len);
		assert_true(ethframe_read(&f, octets, len));
		assert_true(ndframe_read(&got, &f, octets, len));
		assert_int_equal(got.link, A ^ TURNED);
		assert_int_equal(f.src, A ^ TURNED);
	}
}

/* Two such gateways are as none; nothing outside of the frame is touched. */
static void
twice_is_as_it_was(void **state)
{
	static const uint8_t types[] = { 0x06, 0x00, 0xdd };
	uint8_t was[sizeof(octets)];
	struct ethframe f;
	struct rand r;

	(void)state;
	rand_seed_from(&r, 3);
	for (int i = 0; i < 20000; i++) {
		size_t len = 14 + rand_below(&r, 120);

		for (size_t k = 0; k < sizeof(octets); k++)
			octets[k] = (uint8_t)rand_u64(&r);
		octets[6] &= 0xfe;
		octets[12] = i % 3 == 2 ? 0x86 : 0x08;
		octets[13] = types[i % 3];
		octets[20] = 58;
		octets[18] = 0;
		octets[54] = (uint8_t)(133 + rand_below(&r, 5));
		if (!ethframe_read(&f, octets, len))
			continue;
		memcpy(was, octets, sizeof(was));
		translucent_turn(&f, octets, len);
		assert_memory_equal(octets + len, was + len,
		    sizeof(was) - len);
		translucent_turn(&f, octets, len);
		/* A checksum may come back as the other zero (RFC 1624). */
		if (octets[56] == 0xff || was[56] == 0xff || was[56] == 0)
			continue;
		assert_memory_equal(octets, was, sizeof(was));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_stations_of_a_frame_are_turned),
		cmocka_unit_test(arp_tells_the_same_as_its_frame),
		cmocka_unit_test(discovery_does_so_too),
		cmocka_unit_test(twice_is_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
