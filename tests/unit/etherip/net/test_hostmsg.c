/* tests/unit/etherip/net/test_hostmsg.c - what the kernel does with these messages is
 * test_hostnet's; here is what of its answers is believed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/net/hostmsg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>

static struct addr
at(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	return a;
}

/* The kernel's lists have the same messages that make what is in them. */
static void
an_address_is_read_as_it_was_made(void **state)
{
	static const char *const texts[] = { "192.0.2.7", "2001:db8::7" };
	struct hostmsg_address out;
	struct routemsg m;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct hostmsg_address a = { .index = 9,
		    .addr = at(texts[i]), .len = 24 };

		hostmsg_add_address(&m, &a);
		assert_true(hostmsg_read_address(&m.head, m.head.nlmsg_len,
		    &out));
		assert_memory_equal(&out, &a, sizeof(a));
		hostmsg_remove_address(&m, &a);	/* says not whose it is */
		assert_false(hostmsg_read_address(&m.head, m.head.nlmsg_len,
		    &out));
	}
}

static void
a_route_is_read_as_it_was_made(void **state)
{
	const struct hostmsg_route rows[] = {
		{ .to = { at("198.51.100.0"), 24 }, .gateway = at("192.0.2.1"),
		  .index = 3, .mtu = 1400 },
		{ .to = { { .family = AF_INET }, 0 }, .gateway =
		  at("192.0.2.1") },
		{ .to = { at("2001:db8:1::"), 48 }, .index = 4 },
	};
	struct hostmsg_route out;
	struct routemsg m;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		hostmsg_add_route(&m, &rows[i]);
		assert_true(hostmsg_read_route(&m.head, m.head.nlmsg_len,
		    &out));
		assert_memory_equal(&out, &rows[i], sizeof(out));
	}
}

static void
what_others_made_is_not_ours(void **state)
{
	const struct hostmsg_address a = { .index = 9, .addr = at("192.0.2.7"),
	    .len = 24 };
	const struct hostmsg_route r = { .to = { { .family = AF_INET }, 0 },
	    .gateway = at("192.0.2.1") };
	struct hostmsg_address address;
	struct hostmsg_route route;
	struct rtmsg *head;
	struct routemsg m;
	struct hostmsg_device device;

	(void)state;
	hostmsg_add_address(&m, &a);
	m.octets[m.head.nlmsg_len - 1]++;	/* the protocol, last of all */
	assert_false(hostmsg_read_address(&m.head, m.head.nlmsg_len, &address));
	hostmsg_add_route(&m, &r);
	head = NLMSG_DATA(&m.head);
	head->rtm_protocol = RTPROT_STATIC;
	assert_false(hostmsg_read_route(&m.head, m.head.nlmsg_len, &route));
	hostmsg_add_route(&m, &r);
	head->rtm_table = RT_TABLE_LOCAL;
	assert_false(hostmsg_read_route(&m.head, m.head.nlmsg_len, &route));
	assert_false(hostmsg_read_device(&m.head, m.head.nlmsg_len, &device));
	hostmsg_raise(&m, 5, 1500);
	assert_false(hostmsg_read_device(&m.head, m.head.nlmsg_len, &device));
	hostmsg_add_vlan(&m, "eth0.7", 5, 7);
	assert_true(hostmsg_read_device(&m.head, m.head.nlmsg_len, &device));
}

/* Whatever is cut off: nothing behind the end is read (the sanitizer watches). */
static void
what_is_cut_short_is_refused(void **state)
{
	const struct hostmsg_route r = { .to = { at("198.51.100.0"), 24 },
	    .gateway = at("192.0.2.1"), .index = 3, .mtu = 1400 };
	struct hostmsg_address address;
	struct hostmsg_route route;
	struct routemsg m;
	struct hostmsg_device device;

	(void)state;
	hostmsg_add_route(&m, &r);
	for (uint32_t len = 0; len < m.head.nlmsg_len; len++) {
		struct routemsg cut;

		memset(&cut, 0xff, sizeof(cut));
		memcpy(&cut, &m, len);
		assert_false(hostmsg_read_route(&cut.head, len, &route));
		cut.head.nlmsg_len = len;
		cut.head.nlmsg_type = RTM_NEWROUTE;
		if (hostmsg_read_route(&cut.head, len, &route))
			assert_true(len >= NLMSG_SPACE(sizeof(struct rtmsg)));
		cut.head.nlmsg_type = RTM_NEWADDR;
		(void)hostmsg_read_address(&cut.head, len, &address);
		cut.head.nlmsg_type = RTM_NEWLINK;
		(void)hostmsg_read_device(&cut.head, len, &device);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_read_as_it_was_made),
		cmocka_unit_test(a_route_is_read_as_it_was_made),
		cmocka_unit_test(what_others_made_is_not_ours),
		cmocka_unit_test(what_is_cut_short_is_refused),
	};

	return cmocka_run_group_tests_name("hostmsg", tests, NULL, NULL);
}
