/* tests/unit/wom/control/test_jobclients.c - whose connections they were.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "wom/control/jobclients.h"

static void
count(struct jobclients *c, const char *client, uint64_t octets)
{
	struct addr a = { 0 };

	if (client != NULL)
		assert_int_equal(addr_parse(client, &a), 0);
	jobclients_octets(c, jobclients_connection(c, &a), octets);
}

static void
expect(const struct jobclients_row *r, const char *net, uint64_t connections,
    uint64_t octets)
{
	char text[ADDR_TEXT_MAX];

	assert_string_equal(r->net.addr.family == 0 ? "others" :
	    addr_format_prefix(&r->net, text), net);
	assert_int_equal(r->connections, connections);
	assert_int_equal(r->octets, octets);
}

static void
clients_of_a_network_are_one(void **state)
{
	struct jobclients_row top[8];
	struct jobclients c;

	(void)state;
	jobclients_init(&c);
	assert_int_equal(jobclients_top(&c, top, 8), 0);
	count(&c, "192.0.2.1", 10);
	count(&c, "192.0.2.200", 20);
	count(&c, "192.0.3.1", 500);
	count(&c, "2001:db8:0:ff::1", 1);
	count(&c, "2001:db8:0:1::1", 2);
	count(&c, "2001:db8:0:100::1", 3);
	count(&c, NULL, 4);
	assert_int_equal(jobclients_top(&c, top, 8), 5);
	expect(&top[0], "192.0.2.0/24", 2, 30);
	expect(&top[1], "2001:db8::/56", 2, 3);
	expect(&top[2], "192.0.3.0/24", 1, 500);
	expect(&top[3], "others", 1, 4);
	expect(&top[4], "2001:db8:0:100::/56", 1, 3);
	assert_int_equal(jobclients_top(&c, top, 1), 1);
	jobclients_fini(&c);
	jobclients_fini(&c);
}

/* However many come, no more is kept, and nobody's connection is lost. */
static void
those_who_are_too_many_are_one(void **state)
{
	static struct jobclients_row top[JOBCLIENTS_MAX + 8];
	struct jobclients c;
	uint64_t sum = 0;
	char text[32];
	size_t n;

	(void)state;
	jobclients_init(&c);
	for (unsigned i = 0; i < 3 * JOBCLIENTS_MAX; i++) {
		(void)snprintf(text, sizeof(text), "10.%u.%u.7", i >> 8, i & 255);
		count(&c, text, 1);
	}
	n = jobclients_top(&c, top, JOBCLIENTS_MAX + 8);
	assert_int_equal(n, JOBCLIENTS_MAX + 1);
	expect(&top[0], "others", 2 * JOBCLIENTS_MAX, 2 * JOBCLIENTS_MAX);
	for (size_t i = 0; i < n; i++)
		sum += top[i].connections;
	assert_int_equal(sum, 3 * JOBCLIENTS_MAX);
	jobclients_fini(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clients_of_a_network_are_one),
		cmocka_unit_test(those_who_are_too_many_are_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
