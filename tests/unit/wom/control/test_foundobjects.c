/* tests/unit/wom/control/test_foundobjects.c - SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/core/model/confkit.h"

#include "core/base/addr.h"
#include "wom/control/foundobjects.h"
#include "wom/types/advertisedroute.h"
#include "wom/types/remoteendpoint.h"
#include "wom/types/wom.h"
#include "wom/types/womrows.h"

static struct addrport
place(const char *text)
{
	struct addrport at;

	assert_int_equal(addr_parse_port(text, &at), 0);
	return at;
}

static struct addr_prefix
network(const char *text)
{
	struct addr_prefix p;

	assert_int_equal(addr_parse_prefix(text, &p), 0);
	return p;
}

/* What was put has to be without findings, too. */
static void
close_clean(struct confkit *c)
{
	assert_int_equal(draft_check(c->d, &c->diag), 0);
	confkit_close(c);
}

static const struct remoteendpoint *
peer(const struct confkit *c, const char *name)
{
	return (const struct remoteendpoint *)draft_find(c->d,
	    &remoteendpoint_type, name);
}

static void
a_peer_is_found_once_and_does_not_route(void **state)
{
	struct addrport at = place("198.51.100.9:4433"),
	    six = place("[2001:db8::9]:443");
	const struct remoteendpoint *r;
	struct confkit c;

	(void)state;
	confkit_open_clean(&c, &wom_schema, "");
	assert_true(foundobjects_add_peer(c.d, &at));
	assert_false(foundobjects_add_peer(c.d, &at));
	r = peer(&c, "/Common/found-198.51.100.9");
	assert_non_null(r);
	assert_true(addr_equal(&r->address, &at.addr));
	assert_int_equal(r->tunnel_port, 4433);
	assert_false(r->allow_routing);
	assert_true(r->enabled);
	assert_int_equal(r->origin, WOMROWS_PERSISTABLE);
	assert_true(foundobjects_add_peer(c.d, &six));
	assert_non_null(peer(&c, "/Common/found-2001:db8::9"));
	close_clean(&c);
}

static void
what_is_ours_or_known_is_no_find(void **state)
{
	struct addrport ours = place("192.0.2.1:443"),
	    known = place("198.51.100.9:443"), third = place("198.51.100.3:443");
	struct confkit c;

	(void)state;
	confkit_open_clean(&c, &wom_schema,
	    "wom endpoint-discovery {\nauto-save disabled\n"
	    "discovered-endpoint disabled\nmax-endpoint-count 1\n}\n"
	    "wom local-endpoint {\naddresses { 192.0.2.1 }\n}\n"
	    "wom remote-endpoint /Common/b {\naddress 198.51.100.9\n}\n");
	assert_false(foundobjects_add_peer(c.d, &ours));
	assert_false(foundobjects_add_peer(c.d, &known));
	assert_true(foundobjects_add_peer(c.d, &third));
	assert_int_equal(peer(&c, "/Common/found-198.51.100.3")->origin,
	    WOMROWS_DISCOVERED);
	assert_false(peer(&c, "/Common/found-198.51.100.3")->enabled);
	third.addr.octets[3]++;
	assert_false(foundobjects_add_peer(c.d, &third));	/* one at most */
	close_clean(&c);
}

static void
a_route_comes_and_goes_unless_it_is_somebodys(void **state)
{
	struct addr_prefix net = network("10.1.2.0/24"),
	    wide = network("10.0.0.0/8");
	struct confkit c;

	(void)state;
	confkit_open_clean(&c, &wom_schema,
	    "wom advertised-route /Common/all {\ndest 10.0.0.0/8\n}\n");
	assert_true(foundobjects_add_route(c.d, &net));
	assert_false(foundobjects_add_route(c.d, &net));
	assert_false(foundobjects_add_route(c.d, &wide));
	assert_non_null(draft_find(c.d, &advertisedroute_type,
	    "/Common/found-10.1.2.0-24"));
	assert_false(foundobjects_remove_route(c.d, &wide));
	assert_true(foundobjects_remove_route(c.d, &net));
	assert_null(draft_find(c.d, &advertisedroute_type,
	    "/Common/found-10.1.2.0-24"));
	close_clean(&c);
}

static void
count(void *arg, const struct addr_prefix *p)
{
	struct addr_prefix want = network("10.3.0.0/16");

	assert_true(addr_equal(&p->addr, &want.addr));
	++*(unsigned *)arg;
}

static void
only_what_was_not_saved_is_forgotten(void **state)
{
	unsigned networks = 0;
	struct confkit c;

	(void)state;
	confkit_open_clean(&c, &wom_schema,
	    "wom advertised-route /Common/1 {\ndest 10.1.0.0/16\n}\n"
	    "wom advertised-route /Common/2 {\ndest 10.2.0.0/16\n"
	    "origin discovered\n}\n"
	    "wom advertised-route /Common/3 {\ndest 10.3.0.0/16\n"
	    "origin persistable\n}\n"
	    "wom advertised-route /Common/4 {\ndest 10.4.0.0/16\n"
	    "origin manually-saved\n}\n"
	    "wom remote-endpoint /Common/b {\naddress 198.51.100.9\n"
	    "origin discovered\n}\n");
	assert_true(foundobjects_forget(c.d));
	assert_false(foundobjects_forget(c.d));
	assert_null(peer(&c, "/Common/b"));
	assert_null(draft_find(c.d, &advertisedroute_type, "/Common/2"));
	assert_non_null(draft_find(c.d, &advertisedroute_type, "/Common/1"));
	assert_non_null(draft_find(c.d, &advertisedroute_type, "/Common/4"));
	/* Found ones alone end when they are idle. */
	foundobjects_each_network(c.d, count, &networks);
	assert_int_equal(networks, 1);
	close_clean(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_peer_is_found_once_and_does_not_route),
		cmocka_unit_test(what_is_ours_or_known_is_no_find),
		cmocka_unit_test(a_route_comes_and_goes_unless_it_is_somebodys),
		cmocka_unit_test(only_what_was_not_saved_is_forgotten),
	};

	return cmocka_run_group_tests_name("foundobjects", tests, NULL, NULL);
}
