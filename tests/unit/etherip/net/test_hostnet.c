/* tests/unit/etherip/net/test_hostnet.c - a network namespace of our own, whose addresses and
 * routes are ours, or were there before.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/net/hostnet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/obj.h"

static struct hostnet *host;
static bool ready;

/* Runs "sh -c line"; what it prints is in said. */
static char said[4096];

static bool
sh(const char *line)
{
	FILE *f;
	size_t n;
	int status, ends[2];
	pid_t pid;
	char shell[] = "sh", flag[] = "-c", *text = strdup(line);
	char *argv[] = { shell, flag, text, NULL };
	posix_spawn_file_actions_t to;

	assert_int_equal(pipe(ends), 0);
	(void)posix_spawn_file_actions_init(&to);
	(void)posix_spawn_file_actions_adddup2(&to, ends[1], STDOUT_FILENO);
	(void)posix_spawn_file_actions_addclose(&to, ends[0]);
	assert_int_equal(posix_spawnp(&pid, "sh", &to, NULL, argv, environ),
	    0);
	(void)posix_spawn_file_actions_destroy(&to);
	(void)close(ends[1]);
	f = fdopen(ends[0], "r");
	assert_non_null(f);
	n = fread(said, 1, sizeof(said) - 1, f);
	said[n] = '\0';
	(void)fclose(f);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	free(text);
	return status == 0;
}

static int
make_network(void **state)
{
	const struct log_config quiet = { .fd = open("/dev/null",
	    O_WRONLY | O_CLOEXEC), .level = LOG_ERROR };

	(void)state;
	log_setup(&quiet);
	ready = unshare(CLONE_NEWNET) == 0 && sh("ip link set lo up && "
	    "ip link add v0 type veth peer name v1 && "
	    "ip link add w0 type veth peer name w1 && ip link set v1 up && "
	    "ip link set w0 up && ip link set w1 up");
	return 0;
}

static int
set_up(void **state)
{
	struct err e = { 0 };

	(void)state;
	if (ready)
		host = hostnet_new(&e);
	return 0;
}

static int
tear_down(void **state)
{
	static const struct hostnet_plan none = { .device_count = 0 };

	(void)state;
	if (host != NULL)
		assert_int_equal(hostnet_apply(host, &none), 0);
	hostnet_free(&host);
	hostnet_free(&host);
	return 0;
}

#define NEED_NETWORK()	do { if (host == NULL) skip(); } while (0)

static struct addr
at(const char *text)
{
	struct addr a = { 0 };

	if (*text != '\0')
		assert_int_equal(addr_parse(text, &a), 0);
	return a;
}

static bool
shows(const char *line, const char *what)
{
	assert_true(sh(line));
	return strstr(said, what) != NULL;
}

static struct hostnet_address
address(const char *device, const char *text, uint8_t len)
{
	struct hostnet_address a = { .of = text, .addr = at(text), .len = len };

	(void)snprintf(a.device, sizeof(a.device), "%s", device);
	return a;
}

static struct hostnet_route
route(const char *to, uint8_t len, const char *gateway, const char *device)
{
	struct hostnet_route r = { .of = to, .to = { at(to), len },
	    .gateway = at(gateway) };

	(void)snprintf(r.device, sizeof(r.device), "%s", device);
	return r;
}

#define PLAN(d, a, r)	&(const struct hostnet_plan){			\
    .devices = (d), .device_count = OBJ_COUNT(d),			\
    .addresses = (a), .address_count = OBJ_COUNT(a),			\
    .routes = (r), .route_count = OBJ_COUNT(r) }

static const struct hostnet_device v0[] = {
	{ .of = "vlan v0", .name = "v0", .mtu = 1400 },
};

static void
all_is_as_the_plan_says(void **state)
{
	const struct hostnet_address a[] = { address("v0", "10.1.0.1", 16),
	    address("v0", "2001:db8::1", 64) };
	const struct hostnet_route r[] = { route("10.9.0.0", 16, "10.1.0.7",
	    ""), route("2001:db8:9::", 48, "2001:db8::7", "v0"),
	    route("10.8.0.0", 16, "", "v0") };

	(void)state;
	NEED_NETWORK();
	assert_int_equal(hostnet_apply(host, PLAN(v0, a, r)), 0);
	assert_true(shows("ip link show v0", "mtu 1400"));
	assert_true(shows("ip addr show v0", "10.1.0.1/16"));
	assert_true(shows("ip addr show v0", "2001:db8::1/64"));
	assert_true(shows("ip -o addr show v0 to 2001:db8::/64", "nodad"));
	assert_true(shows("ip route", "10.9.0.0/16 via 10.1.0.7 dev v0"));
	assert_true(shows("ip route", "10.8.0.0/16 dev v0"));
	assert_true(shows("ip -6 route", "2001:db8:9::/48 via 2001:db8::7"));
	assert_string_equal(hostnet_why(host, "10.1.0.1"), "");
}

/* A second process after one that was killed: it finds what is ours by itself. */
static void
what_is_not_wanted_any_more_goes_whoever_made_it(void **state)
{
	const struct hostnet_address a[] = { address("v0", "10.1.0.1", 16),
	    address("v0", "10.1.0.2", 16) };
	const struct hostnet_address b[] = { address("v0", "10.1.0.2", 16) };
	const struct hostnet_route r[] = { route("10.9.0.0", 16, "10.1.0.7",
	    "") };
	const struct hostnet_route q[] = { route("10.9.0.0", 16, "10.1.0.8",
	    "") };
	struct err e;

	(void)state;
	NEED_NETWORK();
	assert_int_equal(hostnet_apply(host, PLAN(v0, a, r)), 0);
	hostnet_free(&host);
	host = hostnet_new(&e);
	/* The first address of a network takes the others with it. */
	assert_int_equal(hostnet_apply(host, PLAN(v0, b, q)), 0);
	assert_false(shows("ip addr show v0", "10.1.0.1/16"));
	assert_true(shows("ip addr show v0", "10.1.0.2/16"));
	assert_true(shows("ip route", "10.9.0.0/16 via 10.1.0.8"));
	assert_false(shows("ip route", "10.1.0.7"));
}

static void
what_others_made_stays(void **state)
{
	const struct hostnet_address a[] = { address("w0", "10.2.0.1", 16) };
	const struct hostnet_route r[] = { route("10.7.0.0", 16, "", "w0") };
	static const struct hostnet_plan none = { .device_count = 0 };

	(void)state;
	NEED_NETWORK();
	assert_true(sh("ip addr add 10.2.0.1/16 dev w0 && "
	    "ip addr add 10.3.0.1/16 dev w0 && "
	    "ip route add 10.7.0.0/16 via 10.3.0.7"));
	assert_int_equal(hostnet_apply(host, PLAN(v0, a, r)), 1);
	assert_non_null(strstr(hostnet_why(host, "10.7.0.0"), "another route"));
	assert_string_equal(hostnet_why(host, "10.2.0.1"), "");
	assert_int_equal(hostnet_apply(host, &none), 0);
	assert_true(shows("ip addr show w0", "10.2.0.1/16"));
	assert_true(shows("ip addr show w0", "10.3.0.1/16"));
	assert_true(shows("ip route", "10.7.0.0/16 via 10.3.0.7"));
	assert_true(sh("ip addr flush dev w0"));
}

/* Who listens hears of each change of addresses and routes. */
static int
listen_for_changes(void)
{
	const struct sockaddr_nl to = { .nl_family = AF_NETLINK,
	    .nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    NETLINK_ROUTE);

	assert_int_not_equal(fd, -1);
	assert_int_equal(bind(fd, (const struct sockaddr *)&to, sizeof(to)),
	    0);
	return fd;
}

static void
what_is_there_is_not_touched(void **state)
{
	const struct hostnet_address a[] = { address("v0", "10.1.0.1", 16) };
	const struct hostnet_route r[] = { route("10.9.0.0", 16, "10.1.0.7",
	    "") };
	const struct hostnet_route q[] = { route("10.9.0.0", 16, "10.1.0.8",
	    "") };
	char octets[4096];
	int fd;

	(void)state;
	NEED_NETWORK();
	assert_int_equal(hostnet_apply(host, PLAN(v0, a, r)), 0);
	fd = listen_for_changes();
	assert_int_equal(hostnet_apply(host, PLAN(v0, a, r)), 0);
	assert_int_equal(recv(fd, octets, sizeof(octets), 0), -1);
	assert_int_equal(hostnet_apply(host, PLAN(v0, a, q)), 0);
	assert_true(recv(fd, octets, sizeof(octets), 0) > 0);
	(void)close(fd);
}

static void
what_cannot_be_is_told_and_had_later(void **state)
{
	static const struct hostnet_device gone[] = {
		{ .of = "vlan x0", .name = "x0" },
	};
	static const struct hostnet_device below[] = {
		{ .of = "vlan y", .name = "y0.7", .parent = "y0", .tag = 7 },
	};
	const struct hostnet_address a[] = { address("x0", "10.4.0.1", 16) };
	const struct hostnet_route r[] = { route("10.6.0.0", 16, "10.4.0.7",
	    "") };

	(void)state;
	NEED_NETWORK();
	assert_int_equal(hostnet_apply(host, PLAN(gone, a, r)), 3);
	assert_string_equal(hostnet_why(host, "vlan x0"),
	    "there is no interface x0");
	assert_string_equal(hostnet_why(host, "10.4.0.1"),
	    "there is no interface x0");
	assert_string_equal(hostnet_why(host, "10.6.0.0"),
	    "gateway 10.4.0.7 is on no network of this system");
	assert_true(sh("ip link add x0 type veth peer name x1 && "
	    "ip link set x1 up"));
	assert_int_equal(hostnet_apply(host, PLAN(gone, a, r)), 0);
	assert_string_equal(hostnet_why(host, "10.6.0.0"), "");
	assert_true(sh("ip link del x0"));
	assert_int_equal(hostnet_apply(host, PLAN(below, a, r)), 3);
	assert_string_equal(hostnet_why(host, "vlan y"),
	    "there is no interface y0");
}

/* Kernels without 802.1Q say so. */
static void
a_tagged_interface_is_made_and_gone_again(void **state)
{
	static const struct hostnet_device below[] = {
		{ .of = "vlan w", .name = "w0.7", .parent = "w0", .tag = 7 },
	};
	const struct hostnet_address a[] = { address("w0.7", "10.5.0.1", 16) };
	static const struct hostnet_plan none = { .device_count = 0 };
	static const struct hostnet_route r[] = { { .of = "" } };
	struct hostnet_plan p = *PLAN(below, a, r);

	(void)state;
	NEED_NETWORK();
	p.route_count = 0;
	if (hostnet_apply(host, &p) != 0) {
		assert_string_equal(hostnet_why(host, "vlan w"), "w0.7 cannot "
		    "be made: this kernel has no 802.1Q");
		skip();
	}
	assert_true(shows("ip -d link show w0.7", "id 7"));
	assert_true(shows("ip addr show w0.7", "10.5.0.1/16"));
	assert_int_equal(hostnet_apply(host, &none), 0);
	assert_false(sh("ip link show w0.7 2>/dev/null"));
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_is_as_the_plan_says),
		TEST(what_is_not_wanted_any_more_goes_whoever_made_it),
		TEST(what_others_made_stays),
		TEST(what_is_there_is_not_touched),
		TEST(what_cannot_be_is_told_and_had_later),
		TEST(a_tagged_interface_is_made_and_gone_again),
	};

	return cmocka_run_group_tests_name("hostnet", tests, make_network,
	    NULL);
}
