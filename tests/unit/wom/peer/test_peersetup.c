/* tests/unit/wom/peer/test_peersetup.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "wom/peer/peersetup.h"

static struct linkroute routes[2] = {
	{ .dest = { .addr = { .family = 2, .octets = { 10 } }, .len = 8 } },
	{ .dest = { .addr = { .family = 2, .octets = { 11 } }, .len = 8 } },
};
static struct addr locals[1] = { { .family = 2, .octets = { 192, 0, 2, 1 } } };
static struct tunneltls_print prints[1];

static struct peersetup
sample(void)
{
	return (struct peersetup){ .name = "b", .enabled = true,
	    .locals = locals, .local_count = 1, .prints = prints,
	    .print_count = 1, .connections = 4, .congestion = "bbr",
	    .domain = "d", .history_path = "/x", .routes = routes,
	    .route_count = 2 };
}

static void
a_copy_owns_all_it_has(void **state)
{
	struct peersetup s = sample(), *copy;
	char name[] = "b", domain[] = "d";

	(void)state;
	s.name = name;
	s.domain = domain;
	copy = peersetup_copy(&s);
	assert_int_equal(peersetup_differs(copy, &s), 0);
	name[0] = domain[0] = 'z';
	assert_string_equal(copy->name, "b");
	assert_string_equal(copy->domain, "d");
	peersetup_free(&copy);
	assert_null(copy);
	s = (struct peersetup){ .name = "empty" };
	copy = peersetup_copy(&s);
	assert_int_equal(peersetup_differs(copy, &s), 0);
	peersetup_free(&copy);
}

static void
a_change_goes_no_deeper_than_it_has_to(void **state)
{
	struct peersetup was = sample(), now[11];
	static const unsigned want[OBJ_COUNT(now)] = {
		PEERSETUP_LIGHT, PEERSETUP_LIGHT, PEERSETUP_LIGHT,
		PEERSETUP_CALLS, PEERSETUP_CALLS, PEERSETUP_CALLS,
		PEERSETUP_ROUTES, PEERSETUP_SESSION, PEERSETUP_SESSION,
		PEERSETUP_SESSION, PEERSETUP_SESSION,
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(now); i++)
		now[i] = was;
	now[0].connections = 5;
	now[1].allow_routing = true;
	now[2].rules.dedup = true;
	now[3].congestion = NULL;
	now[4].at.port = 4;
	now[5].print_count = 0;
	now[6].route_count = 1;
	now[7].domain = "e";
	now[8].enabled = false;
	now[9].history_path = NULL;
	now[10].stream_window = 7;
	for (size_t i = 0; i < OBJ_COUNT(now); i++)
		if (peersetup_differs(&was, &now[i]) != want[i])
			fail_msg("row %zu: %#x", i,
			    peersetup_differs(&was, &now[i]));
}

/* Encrypted or not, and under which key; what is not used does not count. */
static void
how_a_store_is_kept_is_the_sessions(void **state)
{
	struct peersetup was = sample(), now = was;

	(void)state;
	now.disk_key[31] = 9;
	now.history_memory = 9;
	assert_int_equal(peersetup_differs(&was, &now), 0);
	now.history_sealed = true;
	assert_int_equal(peersetup_differs(&was, &now), PEERSETUP_SESSION);
	was = now;
	assert_int_equal(peersetup_differs(&was, &now), 0);
	now.disk_key[31] = 8;
	assert_int_equal(peersetup_differs(&was, &now), PEERSETUP_SESSION);
	now = was;
	now.history_memory = 10;
	assert_int_equal(peersetup_differs(&was, &now), PEERSETUP_SESSION);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_owns_all_it_has),
		cmocka_unit_test(a_change_goes_no_deeper_than_it_has_to),
		cmocka_unit_test(how_a_store_is_kept_is_the_sessions),
	};

	return cmocka_run_group_tests_name("peersetup", tests, NULL, NULL);
}
