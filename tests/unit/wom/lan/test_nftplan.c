/* tests/unit/wom/lan/test_nftplan.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/addr.h"
#include "core/base/obj.h"
#include "wom/lan/lanapps.h"
#include "wom/lan/nftplan.h"
#include "wom/lan/routebook.h"
#include "wom/link/linkhello.h"
#include "wom/link/routeset.h"

static const char *const lan[] = { "lan0", "lan1" };

struct stage {
	struct routebook *routes;
	struct lanapps	 *apps;
	struct addrport	  tunnel;
	struct intercept_plan plan;
};

static struct linkroute
route(const char *dest, bool exclude)
{
	struct linkroute r = { .exclude = exclude };

	assert_int_equal(addr_parse_prefix(dest, &r.dest), 0);
	return r;
}

static void
set_up(struct stage *s)
{
	static const struct portrange ports[] = {
		{ 8000, 8000 }, { 49152, 49215 }
	};
	struct lanapp app = { .name = "a", .transparent = true,
	    .ports = ports, .port_count = 2 };
	struct linkroute r[] = {
		route("10.2.0.0/16", false), route("10.2.3.0/24", true),
		route("2001:db8:2::/48", false),
	};

	*s = (struct stage){ .routes = routebook_new() };
	routebook_put(s->routes, "/Common/b", r, OBJ_COUNT(r), true);
	s->apps = lanapps_new(&app, 1);
	assert_int_equal(addr_parse_port("192.0.2.1:443", &s->tunnel), 0);
	s->plan = (struct intercept_plan){ .apps = s->apps,
	    .routes = s->routes, .tunnels = &s->tunnel, .tunnel_count = 1,
	    .port4 = 7001, .port6 = 7002 };
}

static void
tear_down(struct stage *s)
{
	routebook_free(&s->routes);
	lanapps_free(&s->apps);
}

static void
expect(const struct strbuf *b, const char *line)
{
	if (b->text == NULL || strstr(b->text, line) == NULL)
		fail_msg("no \"%s\" in:\n%s", line, b->text);
}

static void
the_first_change_begins_from_nothing(void **state)
{
	struct strbuf out = { 0 };
	struct nftplan n;
	struct stage s;

	(void)state;
	set_up(&s);
	nftplan_init(&n, &s.plan, lan, 2);
	nftplan_change(&out, NULL, &n);
	assert_true(strncmp(out.text, nftplan_removal,
	    strlen(nftplan_removal)) == 0);
	expect(&out, "add element inet womd lan { \"lan0\", \"lan1\" }\n");
	expect(&out, "add element inet womd ports { 8000, 49152-49215 }\n");
	expect(&out, "add element inet womd far4 { 10.2.0.0-10.2.2.255, "
	    "10.2.4.0-10.2.255.255 }\n");
	expect(&out, "add element inet womd far6 { 2001:db8:2::-");
	expect(&out, "add element inet womd tunnel4 { 192.0.2.1 . 443 }\n");
	expect(&out, "tproxy ip to 127.0.0.1:7001 meta mark set 0x77000001");
	expect(&out, "tproxy ip6 to [::1]:7002 ");
	assert_null(strstr(out.text, "reject"));
	strbuf_fini(&out);
	nftplan_fini(&n);
	tear_down(&s);
}

static void
only_what_differs_is_said(void **state)
{
	struct strbuf out = { 0 };
	struct nftplan a, b;
	struct stage s;

	(void)state;
	set_up(&s);
	nftplan_init(&a, &s.plan, lan, 2);
	nftplan_init(&b, &s.plan, lan, 2);
	nftplan_change(&out, &a, &b);
	assert_int_equal(out.len, 0);
	nftplan_fini(&b);
	/* The peer is gone. */
	routebook_drop(s.routes, "/Common/b");
	nftplan_init(&b, &s.plan, lan, 2);
	nftplan_change(&out, &a, &b);
	assert_string_equal(out.text, "flush set inet womd far4\n"
	    "flush set inet womd far6\n");
	strbuf_fini(&out);
	nftplan_fini(&a);
	nftplan_fini(&b);
	tear_down(&s);
}

static void
drop_refuses_what_no_peer_takes_but_for_our_own(void **state)
{
	struct linkroute ours = route("10.1.0.0/16", false);
	struct routeset *near = routeset_new(&ours, 1);
	struct strbuf out = { 0 };
	struct nftplan a, b;
	struct stage s;

	(void)state;
	set_up(&s);
	s.plan.ours = near;
	nftplan_init(&a, &s.plan, lan, 2);
	s.plan.drop = true;
	nftplan_init(&b, &s.plan, lan, 2);
	nftplan_change(&out, &a, &b);
	expect(&out, "flush chain inet womd refuse\n");
	expect(&out, "refuse ip daddr @near4 accept\n");
	expect(&out, "refuse meta l4proto tcp reject with tcp reset\n");
	assert_null(strstr(out.text, "steer"));
	assert_null(strstr(out.text, "near4 {"));
	strbuf_fini(&out);
	nftplan_fini(&a);
	nftplan_fini(&b);
	routeset_free(&near);
	tear_down(&s);
}

static void
a_family_without_a_listener_passes_by(void **state)
{
	struct strbuf out = { 0 };
	struct nftplan n;
	struct stage s;

	(void)state;
	set_up(&s);
	s.plan.port6 = 0;
	nftplan_init(&n, &s.plan, lan, 2);
	nftplan_change(&out, NULL, &n);
	assert_non_null(strstr(out.text, "tproxy ip to"));
	assert_null(strstr(out.text, "tproxy ip6 to"));
	strbuf_fini(&out);
	nftplan_fini(&n);
	tear_down(&s);
}

/* Before anything is said of ports or of this host's own addresses; one whose
 * connections nobody would carry is left to whom they go to. */
static void
a_takeover_takes_what_a_peer_can_carry(void **state)
{
	struct lanapp apps[] = {
		{ .name = "late", .takeover = true },
		{ .name = "late6", .takeover = true },
		{ .name = "nowhere", .takeover = true },
		{ .name = "socket" },
		{ .name = "whole", .takeover = true },
	};
	struct strbuf out = { 0 };
	const char *place;
	struct nftplan n;
	struct stage s;

	(void)state;
	set_up(&s);
	assert_int_equal(addr_parse_port("10.1.0.51:80", &apps[0].listen), 0);
	assert_int_equal(addr_parse_port("10.2.0.51:80",
	    &apps[0].destination), 0);
	assert_int_equal(addr_parse_port("[2001:db8:1::51]:80",
	    &apps[1].listen), 0);
	assert_int_equal(addr_parse_port("[2001:db8:2::51]:80",
	    &apps[1].destination), 0);
	apps[2].listen = apps[3].listen = apps[0].listen;
	apps[2].listen.port = 81;
	apps[3].listen.port = 82;
	assert_int_equal(addr_parse_port("10.3.0.1:80",
	    &apps[2].destination), 0);
	apps[3].destination = apps[0].destination;
	assert_int_equal(addr_parse("10.1.0.52", &apps[4].listen.addr), 0);
	apps[4].destination = apps[0].destination;
	apps[4].destination.port = 0;
	lanapps_free(&s.apps);
	s.plan.apps = s.apps = lanapps_new(apps, OBJ_COUNT(apps));
	nftplan_init(&n, &s.plan, lan, 2);
	nftplan_change(&out, NULL, &n);
	expect(&out, "add element inet womd taken4 { 10.1.0.51 . 80 }\n");
	expect(&out, "add element inet womd taken6 { 2001:db8:1::51 . 80 }\n");
	expect(&out, "steer ip daddr . tcp dport @taken4 meta l4proto tcp "
	    "tproxy ip to 127.0.0.1:7001 meta mark set 0x77000001 accept\n");
	expect(&out, "add element inet womd whole4 { 10.1.0.52 }\n");
	expect(&out, "steer ip daddr @whole4 meta l4proto tcp tproxy ip to ");
	place = strstr(out.text, "dport @taken4");
	assert_true(place < strstr(out.text, "steer tcp dport != @ports"));
	assert_true(place < strstr(out.text, "fib daddr type local"));
	assert_true(place > strstr(out.text, "@tunnel4 accept"));
	strbuf_fini(&out);
	nftplan_fini(&n);
	tear_down(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_change_begins_from_nothing),
		cmocka_unit_test(only_what_differs_is_said),
		cmocka_unit_test(drop_refuses_what_no_peer_takes_but_for_our_own),
		cmocka_unit_test(a_family_without_a_listener_passes_by),
		cmocka_unit_test(a_takeover_takes_what_a_peer_can_carry),
	};

	return cmocka_run_group_tests_name("nftplan", tests, NULL, NULL);
}
