/* tests/unit/etherip/path/test_linuxbridge.c - bridges that are ours, and those that are not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/linuxbridge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <net/if.h>
#include <string.h>

#include "core/base/err.h"
#include "etherip/path/linkmsg.h"
#include "tests/unit/etherip/path/pathbed.h"

static bool possible;

static int
open_network(void **state)
{
	(void)state;
	possible = pathbed_open();
	return 0;
}

#define NEED_NETWORK()	do { if (!possible) skip(); } while (0)

static struct linuxbridge
opened(const char *name)
{
	struct linuxbridge b;
	struct err e = { 0 };

	if (linuxbridge_open(&b, name, &e) != 0)
		fail_msg("%s", e.text);
	return b;
}

/* Who comes again takes over what is there; who goes for good leaves nothing. */
static void
a_bridge_outlives_who_made_it_if_wanted(void **state)
{
	struct linuxbridge b;
	unsigned index, port;

	(void)state;
	NEED_NETWORK();
	b = opened("vg");
	assert_int_equal(linuxbridge_add(&b, "la0", false, &port, NULL), 0);
	assert_int_equal(port, if_nametoindex("la0"));
	index = b.index;
	linuxbridge_close(&b, true);
	b = opened("vg");
	assert_int_equal(b.index, index);
	assert_int_equal(linuxbridge_add(&b, "la0", false, &port, NULL), 0);
	linuxbridge_remove(&b, port);
	linuxbridge_remove(&b, port);
	linuxbridge_close(&b, false);
	assert_int_equal(if_nametoindex("vg"), 0);
	linuxbridge_close(&b, false);
}

/* Nothing of others is taken, and each refusal says of what. */
static void
what_others_made_is_theirs(void **state)
{
	struct linuxbridge b;
	struct err e = { 0 };
	unsigned port;

	(void)state;
	NEED_NETWORK();
	assert_true(pathbed_ip("ip link add theirs type bridge"));
	assert_true(pathbed_ip("ip link set lb0 master theirs"));
	assert_int_equal(linuxbridge_open(&b, "theirs", &e), ERR_CONFLICT);
	assert_string_equal(e.text, "interface theirs is there already and is "
	    "somebody else's");
	assert_int_equal(linuxbridge_open(&b, "la0", &e), ERR_CONFLICT);
	b = opened("vg");
	assert_int_equal(linuxbridge_add(&b, "lb0", false, &port, &e),
	    ERR_CONFLICT);
	assert_string_equal(e.text, "interface lb0 is a part of another "
	    "interface already");
	assert_int_equal(linuxbridge_add(&b, "none", false, &port, &e), ERR_REF);
	assert_string_equal(e.text, "interface none is not there");
	linuxbridge_remove(&b, if_nametoindex("lb0"));
	assert_int_equal(linuxbridge_add(&b, "lb0", false, &port, &e),
	    ERR_CONFLICT);
	linuxbridge_close(&b, false);
	assert_true(pathbed_ip("ip link del theirs"));
}

/* A bridge's own address does not follow its ports'. */
static void
its_address_stays(void **state)
{
	const uint64_t mac = UINT64_C(0x02aabbccddee);
	struct linuxbridge b;
	unsigned port;

	(void)state;
	NEED_NETWORK();
	b = opened("vg");
	assert_int_equal(linuxbridge_address(&b, mac), 0);
	assert_int_equal(linuxbridge_add(&b, "la0", false, &port, NULL), 0);
	assert_int_equal(linuxbridge_mac_of(&b, b.index), mac);
	assert_int_not_equal(linuxbridge_mac_of(&b, port), mac);
	assert_int_equal(linuxbridge_mac_of(&b, 9999), 0);
	linuxbridge_close(&b, false);
}

/* What is no port cannot be. */
static void
ports_are_set_apart_and_joined_again(void **state)
{
	struct linuxbridge b;
	unsigned port;

	(void)state;
	NEED_NETWORK();
	b = opened("vg");
	assert_int_equal(linuxbridge_add(&b, "la0", true, &port, NULL), 0);
	assert_int_equal(linuxbridge_isolate(&b, port, true), 0);
	assert_int_equal(linuxbridge_isolate(&b, port, false), 0);
	assert_int_not_equal(linuxbridge_isolate(&b, b.index, true), 0);
	linuxbridge_close(&b, false);
}

/* An answer is the kernel's, but may be cut short. */
static void
no_answer_is_read_past_its_end(void **state)
{
	struct linkmsg_link l;
	struct routemsg m;

	(void)state;
	linkmsg_make_bridge(&m, "vg");
	assert_true(linkmsg_read(m.octets, m.head.nlmsg_len, &l));
	assert_string_equal(l.name, "vg");
	assert_string_equal(l.kind, "bridge");
	for (size_t len = 0; len < m.head.nlmsg_len; len++)
		assert_false(linkmsg_read(m.octets, len, &l));
	linkmsg_set_master(&m, 7, 9);
	assert_true(linkmsg_read(m.octets, m.head.nlmsg_len, &l));
	assert_int_equal(l.index, 7);
	assert_int_equal(l.master, 9);
	linkmsg_set_mac(&m, 7, 0x020304050607);
	assert_true(linkmsg_read(m.octets, m.head.nlmsg_len, &l));
	assert_int_equal(l.mac, 0x020304050607);
	/* An attribute that says that it is longer than the message. */
	m.octets[NLMSG_HDRLEN + 16] = 200;
	assert_false(linkmsg_read(m.octets, m.head.nlmsg_len, &l));
	m.octets[NLMSG_HDRLEN + 16] = 0;
	assert_false(linkmsg_read(m.octets, m.head.nlmsg_len, &l));
	linkmsg_remove(&m, 7);
	assert_false(linkmsg_read(m.octets, m.head.nlmsg_len, &l));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bridge_outlives_who_made_it_if_wanted),
		cmocka_unit_test(what_others_made_is_theirs),
		cmocka_unit_test(its_address_stays),
		cmocka_unit_test(ports_are_set_apart_and_joined_again),
		cmocka_unit_test(no_answer_is_read_past_its_end),
	};

	return cmocka_run_group_tests(tests, open_network, NULL);
}
