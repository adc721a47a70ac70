/* tests/unit/wom/lan/test_lanapps.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "wom/lan/lanapps.h"

static struct addrport
at(const char *text)
{
	struct addrport ap;

	assert_int_equal(addr_parse_port(text, &ap), 0);
	return ap;
}

static struct lanapp
explicit_app(const char *name, const char *listen, const char *destination)
{
	return (struct lanapp){ .name = name, .listen = at(listen),
	    .destination = at(destination) };
}

/* 10.0.0.0/8 is all ours. */
static bool
local(void *arg, const struct addr *a)
{
	(void)arg;
	return a->octets[0] == 10;
}

static void
each_way_in_has_its_application(void **state)
{
	static const struct portrange wide = { 8000, 8010 },
	    one = { 8000, 8000 };
	struct addrport listen = at("10.0.0.1:902"), other = at("10.0.0.2:902");
	struct lanapp v[] = {
		{ .name = "wide", .transparent = true, .ports = &wide,
		    .port_count = 1 },
		{ .name = "one", .transparent = true, .ports = &one,
		    .port_count = 1 },
		explicit_app("out", "10.0.0.1:902", "192.0.2.1:902"),
	};
	struct lanapps *a = lanapps_new(v, OBJ_COUNT(v));

	(void)state;
	memset(v, 0, sizeof(v));	/* it has copies */
	assert_string_equal(lanapps_of_port(a, 8000)->name, "one");
	assert_string_equal(lanapps_of_port(a, 8001)->name, "wide");
	assert_null(lanapps_of_port(a, 902));
	assert_string_equal(lanapps_of_listener(a, &listen)->name, "out");
	assert_null(lanapps_of_listener(a, &other));
	lanapps_free(&a);
	lanapps_free(&a);
}

static void
loops_are_found_however_long(void **state)
{
	static const struct {
		const char *place[4][2];
		bool loop;
	} row[] = {
		{ { { "10.0.0.1:1", "10.0.0.1:1" } }, true },
		{ { { "0.0.0.0:1", "10.9.9.9:1" } }, true },
		{ { { "0.0.0.0:1", "192.0.2.1:1" } }, false },
		{ { { "0.0.0.0:1", "[::1]:1" } }, false },
		{ { { "10.0.0.1:1", "10.0.0.1:2" },
		    { "10.0.0.1:2", "10.0.0.1:3" },
		    { "10.0.0.1:3", "10.0.0.1:1" } }, true },
		{ { { "10.0.0.1:1", "10.0.0.1:2" },
		    { "10.0.0.1:2", "10.0.0.1:3" },
		    { "10.0.0.1:3", "192.0.2.1:1" } }, false },
		/* The second is not in the loop that it leads to. */
		{ { { "10.0.0.1:1", "10.0.0.1:2" },
		    { "10.0.0.1:2", "10.0.0.1:2" } }, true },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		struct lanapp v[4];
		size_t n = 0;
		struct lanapps *a;
		struct err e = { 0 };
		int rc;

		for (; n < 4 && row[i].place[n][0] != NULL; n++)
			v[n] = explicit_app("x", row[i].place[n][0],
			    row[i].place[n][1]);
		a = lanapps_new(v, n);
		rc = lanapps_check_loops(a, local, NULL, &e);
		if (rc != (row[i].loop ? ERR_CONFLICT : 0))
			fail_msg("row %zu: %d %s", i, rc, e.text);
		lanapps_free(&a);
	}
}

static void
a_takeover_of_a_place_comes_before_that_of_its_address(void **state)
{
	struct lanapp v[] = {
		explicit_app("whole", "10.0.0.1:0", "192.0.2.1:0"),
		explicit_app("web", "10.0.0.1:80", "192.0.2.2:8080"),
		explicit_app("socket", "10.0.0.2:80", "192.0.2.3:80"),
	};
	struct addrport web = at("10.0.0.1:80"), tls = at("10.0.0.1:443"),
	    socket = at("10.0.0.2:80"), to;
	struct lanapps *a;

	(void)state;
	v[0].takeover = v[1].takeover = true;
	a = lanapps_new(v, OBJ_COUNT(v));
	assert_string_equal(lanapps_takeover(a, &web, &to)->name, "web");
	assert_int_equal(to.port, 8080);
	assert_string_equal(lanapps_takeover(a, &tls, &to)->name, "whole");
	assert_int_equal(to.port, 443);
	assert_true(addr_equal(&to.addr, &v[0].destination.addr));
	assert_null(lanapps_takeover(a, &socket, &to));
	to = tls;
	assert_non_null(lanapps_takeover(a, &to, &to));
	assert_int_equal(to.port, 443);
	lanapps_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way_in_has_its_application),
		cmocka_unit_test(
		    a_takeover_of_a_place_comes_before_that_of_its_address),
		cmocka_unit_test(loops_are_found_however_long),
	};

	return cmocka_run_group_tests_name("lanapps", tests, NULL, NULL);
}
