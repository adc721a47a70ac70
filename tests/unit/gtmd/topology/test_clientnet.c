/* tests/unit/gtmd/topology/test_clientnet.c - which clients are one, and where they
 * stand. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <cmocka.h>

#include "core/base/addr.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "gtmd/topology/clientnet.h"

static struct clientnet
net_of(const char *text, uint8_t ipv4, uint8_t ipv6)
{
	struct sockaddr_storage ss;
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	(void)addr_to_sockaddr(&a, 53, &ss);
	return clientnet_of((const struct sockaddr *)&ss,
	    (struct clientnet_len){ ipv4, ipv6 });
}

static void
a_network_is_what_its_mask_leaves(void **state)
{
	static const struct { const char *addr, *net; uint8_t v4, v6; } row[] = {
		{ "192.0.2.77", "192.0.2.77/32", 32, 128 },
		{ "192.0.2.77", "192.0.2.0/24", 24, 128 },
		{ "192.0.2.77", "128.0.0.0/1", 1, 0 },
		{ "192.0.2.77", "0.0.0.0/0", 0, 0 },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", 0, 128 },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3::/80", 0, 80 },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", 0, 64 },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1::/56", 0, 56 },
		{ "2001:db8:1:2:3:4:5:6", "::/0", 0, 0 },
		{ "::ffff:192.0.2.77", "192.0.2.0/24", 24, 0 },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		struct clientnet n = net_of(row[i].addr, row[i].v4, row[i].v6);
		struct addr_prefix got, want;

		clientnet_prefix(&n, (struct clientnet_len){ row[i].v4,
		    row[i].v6 }, &got);
		assert_int_equal(addr_parse_prefix(row[i].net, &want), 0);
		if (!addr_equal(&got.addr, &want.addr) || got.len != want.len)
			fail_msg("row %zu: %s", i, row[i].net);
	}
}

static void
nobody_is_all_zero(void **state)
{
	struct clientnet n = clientnet_of(NULL,
	    (struct clientnet_len){ 32, 128 });

	(void)state;
	assert_true(n.high == 0 && n.low == 0);
}

/* They decide who goes where over restarts and between machines. */
static void
points_and_keys_are_for_good(void **state)
{
	struct clientnet a = net_of("192.0.2.77", 32, 128);
	struct clientnet b = net_of("2001:db8::1", 32, 128);

	(void)state;
	assert_int_equal(clientnet_point(&a), UINT64_C(0xd45e1403fad6a191));
	assert_int_equal(clientnet_point(&b), UINT64_C(0xd9ea7db38551f0f5));
	assert_int_equal(clientnet_key("/Common/s:v"), UINT64_C(0x559fea57eaf57fca));
}

/* Neighbours too: each of 16 cells gets its share of a /16, within five
 * standard deviations. */
static void
neighbours_are_spread(void **state)
{
	unsigned high[16] = { 0 }, low[16] = { 0 };
	struct clientnet n = net_of("10.7.0.0", 32, 128);

	(void)state;
	for (int i = 0; i < 65536; i++, n.low++) {
		uint64_t p = clientnet_point(&n);

		high[p >> 60]++;
		low[p & 15]++;
	}
	for (int i = 0; i < 16; i++) {
		assert_in_range(high[i], 4096 - 310, 4096 + 310);
		assert_in_range(low[i], 4096 - 310, 4096 + 310);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_network_is_what_its_mask_leaves),
		cmocka_unit_test(nobody_is_all_zero),
		cmocka_unit_test(points_and_keys_are_for_good),
		cmocka_unit_test(neighbours_are_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
