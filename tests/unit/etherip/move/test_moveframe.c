/* tests/unit/etherip/move/test_moveframe.c - questions and news are in the station's own
 * protocol, and RARP where it has none. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "etherip/frame/arpframe.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"
#include "etherip/frame/ndframe.h"
#include "etherip/move/moveframe.h"

#define MAC	UINT64_C(0x0201d7010203)

static const struct moveframe_voice voice = { UINT64_C(0x0201d7990001), 0 };

static struct snoop_fact
fact(const char *ip)
{
	struct snoop_fact f = { .mac = MAC, .vlan = 5, .router = true };

	if (ip != NULL)
		assert_int_equal(addr_parse(ip, &f.ip), 0);
	return f;
}

static void
ipv4_is_asked_by_arp(void **state)
{
	const struct snoop_fact f = fact("10.133.63.50");
	uint8_t out[MOVEFRAME_MAX];
	struct ethframe e;
	struct arpframe a;
	size_t len = moveframe_ask(out, &f, &voice, false);

	(void)state;
	assert_true(ethframe_read(&e, out, len) && arpframe_read(&a, &e, out,
	    len));
	assert_int_equal(e.dst, MAC);
	assert_int_equal(e.src, voice.mac);
	assert_int_equal(e.vlan, 5);
	assert_int_equal(a.target, 0x0a853f32);
	assert_int_equal(a.sender, 0);
	len = moveframe_ask(out, &f, &voice, true);
	assert_true(ethframe_read(&e, out, len));
	assert_int_equal(e.dst, MACADDR_BROADCAST);
	len = moveframe_tell(out, &f);
	assert_true(ethframe_read(&e, out, len) && arpframe_read(&a, &e, out,
	    len));
	assert_int_equal(e.src, MAC);
	assert_int_equal(a.sender, 0x0a853f32);
}

static void
ipv6_is_asked_by_neighbour_discovery(void **state)
{
	const struct snoop_fact f = fact("2001:db8::12:3456");
	uint8_t out[MOVEFRAME_MAX];
	struct ethframe e;
	struct ndframe n;
	size_t len = moveframe_ask(out, &f, &voice, false);

	(void)state;
	assert_true(ethframe_read(&e, out, len) && ndframe_read(&n, &e, out,
	    len));
	assert_int_equal(e.dst, MAC);
	assert_int_equal(n.kind, NDFRAME_ASK);
	assert_int_equal(n.link, voice.mac);
	assert_int_equal(n.source.octets[0], 0xfe);
	len = moveframe_ask(out, &f, &voice, true);
	assert_true(ethframe_read(&e, out, len));
	assert_int_equal(e.dst, UINT64_C(0x3333ff123456));
	len = moveframe_tell(out, &f);
	assert_true(ethframe_read(&e, out, len) && ndframe_read(&n, &e, out,
	    len));
	assert_int_equal(n.kind, NDFRAME_TELL);
	assert_int_equal(n.link, MAC);
	assert_true(n.router);
}

static void
one_without_address_can_be_told_of_and_not_asked(void **state)
{
	const struct snoop_fact f = fact(NULL);
	uint8_t out[MOVEFRAME_MAX];
	struct ethframe e;

	(void)state;
	assert_int_equal(moveframe_ask(out, &f, &voice, true), 0);
	assert_true(ethframe_read(&e, out, moveframe_tell(out, &f)));
	assert_int_equal(e.type, ETHFRAME_RARP);
	assert_int_equal(e.src, MAC);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_is_asked_by_arp),
		cmocka_unit_test(ipv6_is_asked_by_neighbour_discovery),
		cmocka_unit_test(
		    one_without_address_can_be_told_of_and_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
