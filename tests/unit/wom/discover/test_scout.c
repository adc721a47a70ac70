/* tests/unit/wom/discover/test_scout.c - two gateways on the loopback of a network
 * namespace of its own; what a real way looks like is a scene's.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/io/loop.h"
#include "core/io/sock.h"
#include "core/model/prop.h"
#include "wom/discover/scout.h"
#include "wom/types/discovery.h"

#define TURNS	5000	/* of the loop, a millisecond each at most */
#define PORT	8000	/* of an application */

struct stage {
	struct loop	*loop;
	struct scout	*here, *there;
	bool		 routed;
	unsigned	 found;
	struct addrport	 last;
};

static char lo_name[] = "lo", here_name[] = "198.51.100.1",
    there_name[] = "198.51.100.2";
static char *lo[] = { lo_name }, *here[] = { here_name },
    *there[] = { there_name };
static struct strlist none, on_lo = { .v = lo, .count = 1 },
    at_here = { .v = here, .count = 1 }, at_there = { .v = there, .count = 1 };
static struct discovery_endpoint icmp = { .discoverable = true,
    .icmp_max_requests = 10, .icmp_min_backoff_s = 1, .icmp_num_retries = 3,
    .mode = DISCOVERY_ICMP };
static struct discovery_server no_servers = { .max_count = 1 };

static void
run(const char *command)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static bool
is_selected(void *arg, uint16_t port)
{
	(void)arg;
	return port == PORT;
}

static bool
is_routed(void *arg, const struct addr *to)
{
	const struct stage *s = arg;

	assert_int_equal(to->family, AF_INET);
	return s->routed;
}

static void
on_peer(void *arg, const struct addrport *at, const struct addr *to)
{
	struct stage *s = arg;

	(void)to;
	s->last = *at;
	s->found++;
}

static void
on_network(void *arg, const struct addr_prefix *network)
{
	(void)arg;
	(void)network;
	fail_msg("there is no server to be found");
}

static void
set_up(struct stage *s, bool enabled)
{
	struct scout_config c = { .selected = is_selected, .arg = s,
	    .routed = is_routed, .peer = on_peer, .came = on_network,
	    .went = on_network, .site = { 1 } };
	struct scout_setup setup = { .enabled = enabled, .endpoints = &icmp,
	    .servers = &no_servers, .lan = &on_lo, .wan = &none,
	    .addresses = &at_here, .port = 443 };

	if (unshare(CLONE_NEWNET) != 0)
		skip();
	run("ip link set lo up; ip address add 10.9.0.1/32 dev lo");
	*s = (struct stage){ .loop = loop_new(&clock_system, NULL) };
	c.loop = s->loop;
	s->here = scout_new(&c);
	assert_int_equal(scout_set(s->here, &setup, NULL), 0);
	c.site[0] = 2;
	s->there = scout_new(&c);
	setup.enabled = true;
	setup.lan = &none;
	setup.addresses = &at_there;
	setup.port = 4433;
	assert_int_equal(scout_set(s->there, &setup, NULL), 0);
}

static void
tear_down(struct stage *s)
{
	scout_free(&s->here);
	scout_free(&s->there);
	scout_free(&s->there);
	loop_free(&s->loop);
}

/* Its first segment passes; nobody listens. Then so much of the loop. */
static void
connect_to(struct stage *s, uint16_t port, unsigned turns)
{
	struct addrport to = { .port = port };

	assert_int_equal(addr_parse("10.9.0.1", &to.addr), 0);
	(void)close(sock_connect_tcp(&to));
	for (unsigned i = 0; i < turns && s->found == 0; i++) {
		loop_poll(s->loop);
		(void)poll(NULL, 0, 1);
	}
}

static void
only_selected_connections_without_a_route_are_a_reason_to_ask(void **state)
{
	struct stage s;

	(void)state;
	set_up(&s, true);
	connect_to(&s, PORT + 1, 50);
	assert_int_equal(s.found, 0);
	s.routed = true;
	connect_to(&s, PORT, 50);
	assert_int_equal(s.found, 0);
	s.routed = false;
	connect_to(&s, PORT, TURNS);
	assert_int_equal(s.found, 1);
	assert_int_equal(s.last.port, 4433);
	tear_down(&s);
}

static void
an_end_that_is_disabled_asks_nobody(void **state)
{
	struct addr to;
	struct stage s;

	(void)state;
	set_up(&s, false);
	connect_to(&s, PORT, 50);
	assert_int_equal(addr_parse("10.9.0.1", &to), 0);
	scout_want(s.here, &to);
	for (unsigned i = 0; i < 50; i++)
		loop_poll(s.loop);
	assert_int_equal(s.found, 0);
	tear_down(&s);
}

/* A listener of ours took it, and nobody could have seen where it wants to go. */
static void
what_is_told_is_asked_for_too(void **state)
{
	struct addr to;
	struct stage s;

	(void)state;
	set_up(&s, true);
	assert_int_equal(addr_parse("10.9.0.1", &to), 0);
	scout_want(s.here, &to);
	connect_to(&s, PORT + 1, TURNS);
	assert_int_equal(s.found, 1);
	tear_down(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    only_selected_connections_without_a_route_are_a_reason_to_ask),
		cmocka_unit_test(an_end_that_is_disabled_asks_nobody),
		cmocka_unit_test(what_is_told_is_asked_for_too),
	};

	return cmocka_run_group_tests_name("scout", tests, NULL, NULL);
}
