/* tests/unit/wom/lan/test_lanlisten.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/io/loop.h"
#include "core/io/sock.h"
#include "tests/unit/wom/lan/lanpeers.h"
#include "wom/lan/lanapps.h"
#include "wom/lan/lanlisten.h"
#include "wom/lan/routebook.h"
#include "wom/link/linkhello.h"
#include "wom/link/linkopen.h"

struct stage {
	struct loop	 *loop;
	struct routebook *routes;
	struct lanlisten *lan;
	struct lanapp	  app;		/* one, explicit */
	int		  server;	/* that it leads to */
	unsigned	  adopted, without;
	struct linkopen	  last;
	struct addr	  endpoint;	/* a peer's */
};

static void
adopt(void *arg, const char *peer, int fd, const struct linkopen *o)
{
	struct stage *s = arg;

	assert_string_equal(peer, "/Common/b");
	s->adopted++;
	s->last = *o;
	(void)close(fd);
}

static bool
is_endpoint(void *arg, const struct addrport *to)
{
	struct stage *s = arg;

	return s->endpoint.family != 0 && addr_equal(&to->addr, &s->endpoint);
}

static void
no_route(void *arg, const struct addr *dst)
{
	struct stage *s = arg;

	assert_true(addr_equal(dst, &s->app.destination.addr));
	s->without++;
}

static void
set_up(struct stage *s)
{
	struct lanlisten_config c = { .adopt = adopt, .arg = s,
	    .is_endpoint = is_endpoint, .no_route = no_route };

	*s = (struct stage){ .app.name = "/Common/app" };
	s->loop = c.loop = loop_new(&clock_system, NULL);
	s->routes = c.routes = routebook_new();
	s->lan = lanlisten_new(&c);
	s->server = lanpeers_listen(&s->app.destination);
	/* A port that is free, as far as one can know. */
	(void)close(lanpeers_listen(&s->app.listen));
}

static void
tear_down(struct stage *s)
{
	lanlisten_free(&s->lan);
	lanlisten_free(&s->lan);
	routebook_free(&s->routes);
	(void)close(s->server);
	loop_free(&s->loop);
}

static void
put_in_force(struct stage *s, size_t count)
{
	struct err e = { 0 };

	if (lanlisten_prepare(s->lan, &s->app, count, &e) != 0)
		fail_msg("%s", e.text);
	lanlisten_commit(s->lan);
}

static void
advertise(struct stage *s)
{
	struct linkroute r = { .dest.len = 8 };

	r.dest.addr.family = AF_INET;
	r.dest.addr.octets[0] = 127;
	routebook_put(s->routes, "/Common/b", &r, 1, true);
}

static void
a_route_gives_it_to_the_peer(void **state)
{
	struct lanlisten_counts c;
	struct stage s;
	int fd;

	(void)state;
	set_up(&s);
	advertise(&s);
	put_in_force(&s, 1);
	fd = lanpeers_connect(&s.app.listen);
	assert_true(lanpeers_ended(s.loop, fd));
	assert_int_equal(s.adopted, 1);
	assert_string_equal(s.last.application, "/Common/app");
	assert_int_equal(s.last.dest.port, s.app.destination.port);
	assert_int_equal(s.last.source.addr.family, 0);
	lanlisten_get_counts(s.lan, &c);
	assert_int_equal(c.accepted, 1);
	assert_int_equal(c.carried, 1);
	(void)close(fd);
	tear_down(&s);
}

static void
without_one_it_goes_straight_there(void **state)
{
	struct lanlisten_counts c;
	struct stage s;
	int fd, far;

	(void)state;
	set_up(&s);
	put_in_force(&s, 1);
	fd = lanpeers_connect(&s.app.listen);
	far = lanpeers_accept(s.loop, s.server);
	assert_true(far >= 0);
	lanpeers_say(s.loop, fd, 5000, 3);
	lanpeers_hear(s.loop, far, 5000, 3);
	lanlisten_get_counts(s.lan, &c);
	assert_int_equal(c.direct, 1);
	assert_int_equal(s.adopted, 0);
	assert_int_equal(s.without, 1);
	(void)close(fd);
	(void)close(far);
	tear_down(&s);
}

static void
or_is_reset_when_that_is_to_be(void **state)
{
	struct lanlisten_counts c;
	struct stage s;
	int fd;

	(void)state;
	set_up(&s);
	put_in_force(&s, 1);
	lanlisten_set_drop(s.lan, true);
	fd = lanpeers_connect(&s.app.listen);
	assert_true(lanpeers_was_reset(s.loop, fd));
	lanlisten_get_counts(s.lan, &c);
	assert_int_equal(c.refused, 1);
	assert_int_equal(s.without, 1);
	(void)close(fd);
	tear_down(&s);
}

static void
what_comes_from_a_peer_does_not_go_back(void **state)
{
	struct stage s;
	int fd;

	(void)state;
	set_up(&s);
	advertise(&s);
	put_in_force(&s, 1);
	s.endpoint = s.app.listen.addr;	/* 127.0.0.1, as we come from there */
	fd = lanpeers_connect(&s.app.listen);
	assert_true(lanpeers_was_reset(s.loop, fd));
	assert_int_equal(s.adopted, 0);
	(void)close(fd);
	tear_down(&s);
}

static void
a_listener_that_leads_to_itself_is_refused(void **state)
{
	struct err e = { 0 };
	struct stage s;

	(void)state;
	set_up(&s);
	s.app.destination = s.app.listen;
	assert_int_equal(lanlisten_prepare(s.lan, &s.app, 1, &e),
	    ERR_CONFLICT);
	assert_non_null(strstr(e.text, "/Common/app"));
	/* All addresses are meant by this one. */
	(void)addr_parse("0.0.0.0", &s.app.listen.addr);
	assert_int_equal(lanlisten_prepare(s.lan, &s.app, 1, &e),
	    ERR_CONFLICT);
	tear_down(&s);
}

/* A refused change leaves what listens as it is. */
static void
a_listener_that_cannot_be_changes_nothing(void **state)
{
	struct err e = { 0 };
	struct lanapp two[2];
	struct addrport taken;
	struct stage s;
	int fd, other = lanpeers_listen(&taken);

	(void)state;
	set_up(&s);
	advertise(&s);
	put_in_force(&s, 1);
	two[0] = two[1] = s.app;
	(void)close(lanpeers_listen(&two[0].listen));
	two[1].name = "/Common/taken";
	two[1].listen = taken;
	assert_int_equal(lanlisten_prepare(s.lan, two, 2, &e), ERR_IO);
	assert_non_null(strstr(e.text, "/Common/taken"));
	fd = lanpeers_connect(&s.app.listen);
	assert_true(lanpeers_ended(s.loop, fd));
	assert_int_equal(s.adopted, 1);
	(void)close(fd);
	(void)close(other);
	tear_down(&s);
}

static void
a_listener_that_is_gone_is_closed(void **state)
{
	struct stage s;
	struct addrport again;
	int fd;

	(void)state;
	set_up(&s);
	put_in_force(&s, 1);
	put_in_force(&s, 1);
	again = s.app.listen;
	put_in_force(&s, 0);
	/* Its port is free for another one. */
	s.app.name = "/Common/other";
	s.app.listen = again;
	advertise(&s);
	put_in_force(&s, 1);
	fd = lanpeers_connect(&s.app.listen);
	assert_true(lanpeers_ended(s.loop, fd));
	assert_string_equal(s.last.application, "/Common/other");
	(void)close(fd);
	tear_down(&s);
}

/* Somebody else has the socket; the kernel hands over what goes there. */
static void
a_takeover_leaves_its_place_to_others(void **state)
{
	struct stage s;
	int other;

	(void)state;
	set_up(&s);
	put_in_force(&s, 1);
	s.app.takeover = true;
	put_in_force(&s, 1);
	other = sock_listen_tcp(&s.app.listen, NULL, NULL);
	assert_true(other >= 0);
	put_in_force(&s, 1);
	put_in_force(&s, 0);
	(void)close(other);
	tear_down(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_route_gives_it_to_the_peer),
		cmocka_unit_test(without_one_it_goes_straight_there),
		cmocka_unit_test(or_is_reset_when_that_is_to_be),
		cmocka_unit_test(what_comes_from_a_peer_does_not_go_back),
		cmocka_unit_test(a_listener_that_leads_to_itself_is_refused),
		cmocka_unit_test(a_listener_that_cannot_be_changes_nothing),
		cmocka_unit_test(a_listener_that_is_gone_is_closed),
		cmocka_unit_test(a_takeover_leaves_its_place_to_others),
	};

	return cmocka_run_group_tests_name("lanlisten", tests, NULL, NULL);
}
