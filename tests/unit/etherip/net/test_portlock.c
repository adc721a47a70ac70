/* tests/unit/etherip/net/test_portlock.c - what may be asked for at a self IP address, by
 * connections between two namespaces; the words, where there are none.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/net/portlock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
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
#include "core/base/obj.h"
#include "core/base/strbuf.h"

#define PORT	7011

static struct portlock *lock;
static int near = -1, far = -1;		/* namespaces; near has the self IP */
static bool ready;

static struct addr
at(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	return a;
}

static bool
sh(const char *line)
{
	char shell[] = "sh", flag[] = "-c", *text = strdup(line);
	char *argv[] = { shell, flag, text, NULL };
	int status = -1;
	pid_t pid;

	if (posix_spawnp(&pid, "sh", NULL, NULL, argv, environ) == 0)
		(void)waitpid(pid, &status, 0);
	free(text);
	return status == 0;
}

static int
this_namespace(void)
{
	return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

/* near 192.0.2.1 and 2001:db8::1 on v0, far .2 and ::2 on v1. */
static int
make_networks(void **state)
{
	char line[512];

	(void)state;
	if (unshare(CLONE_NEWNET) != 0)
		return 0;
	near = this_namespace();
	if (unshare(CLONE_NEWNET) != 0)
		return 0;
	far = this_namespace();
	(void)snprintf(line, sizeof(line), "ip link set lo up && "
	    "ip link add v1 type veth peer name v0 netns /proc/%d/fd/%d && "
	    "ip addr add 192.0.2.2/24 dev v1 && ip link set v1 up && "
	    "ip addr add 2001:db8::2/64 dev v1 nodad", getpid(), near);
	if (!sh(line) || setns(near, CLONE_NEWNET) != 0)
		return 0;
	ready = sh("ip link set lo up && ip addr add 192.0.2.1/24 dev v0 && "
	    "ip addr add 192.0.2.9/24 dev v0 && ip link set v0 up && "
	    "ip addr add 2001:db8::1/64 dev v0 nodad");
	return 0;
}

static int
set_up(void **state)
{
	(void)state;
	lock = portlock_new();
	return 0;
}

static int
tear_down(void **state)
{
	static const struct portlock_plan none = { .self_count = 0 };

	(void)state;
	if (ready)
		assert_int_equal(portlock_apply(lock, &none, NULL), 0);
	portlock_free(&lock);
	portlock_free(&lock);
	return 0;
}

#define NEED_NETWORKS()	do { if (!ready) skip(); } while (0)

static int
open_in(int where, int family, int type)
{
	int fd;

	assert_int_equal(setns(where, CLONE_NEWNET), 0);
	fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_int_not_equal(fd, -1);
	assert_int_equal(setns(near, CLONE_NEWNET), 0);
	return fd;
}

/* Does a datagram from far to that address and port of ours come? What is dropped is dropped
 * before sendto is back: the two ends are one wire. */
static bool
comes(const char *to, uint16_t port)
{
	struct sockaddr_storage ss;
	const struct addr a = at(to);
	socklen_t len = addr_to_sockaddr(&a, port, &ss);
	int in = open_in(near, a.family, SOCK_DGRAM),
	    out = open_in(far, a.family, SOCK_DGRAM);
	struct pollfd p = { .fd = in, .events = POLLIN };
	bool got;

	assert_int_equal(bind(in, (struct sockaddr *)&ss, len), 0);
	/* The first one waits for the neighbour. */
	for (int i = 0; i < 2; i++)
		assert_int_equal(sendto(out, "x", 1, 0, (struct sockaddr *)&ss,
		    len), 1);
	got = poll(&p, 1, 150) == 1;
	(void)close(in);
	(void)close(out);
	return got;
}

static struct portlock_plan
plan_of(const struct portlock_self *s, size_t count)
{
	return (struct portlock_plan){ .selfs = s, .self_count = count };
}

static void
what_is_not_allowed_is_dropped(void **state)
{
	static const struct portlock_service one[] = { { IPPROTO_UDP, PORT } };
	const struct portlock_self selfs[] = {
		{ .addr = at("192.0.2.1"), .services = one, .count = 1 },
		{ .addr = at("2001:db8::1"), .services = one, .count = 1 },
	};
	const struct portlock_plan p = plan_of(selfs, 2);
	struct err e = { 0 };

	(void)state;
	NEED_NETWORKS();
	assert_true(comes("192.0.2.1", PORT + 1));
	if (portlock_apply(lock, &p, &e) != 0)
		fail_msg("%s", e.text);
	assert_true(comes("192.0.2.1", PORT));
	assert_false(comes("192.0.2.1", PORT + 1));
	assert_true(comes("2001:db8::1", PORT));
	assert_false(comes("2001:db8::1", PORT + 1));
	/* Not a self IP address. */
	assert_true(comes("192.0.2.9", PORT + 1));
}

static void
the_list_that_f5_calls_default(void **state)
{
	const struct portlock_self self = { .addr = at("192.0.2.1"),
	    .dflt = true };
	const struct portlock_plan p = plan_of(&self, 1);

	(void)state;
	NEED_NETWORKS();
	assert_int_equal(portlock_apply(lock, &p, NULL), 0);
	assert_true(comes("192.0.2.1", 4353));
	assert_true(comes("192.0.2.1", 53));
	assert_false(comes("192.0.2.1", PORT));
}

static void
the_other_end_of_a_tunnel_always_comes_in(void **state)
{
	const struct portlock_self self = { .addr = at("192.0.2.1") };
	struct portlock_peer peer = { at("192.0.2.1"), at("192.0.2.2"), 1026 };
	struct portlock_plan p = plan_of(&self, 1);

	(void)state;
	NEED_NETWORKS();
	assert_int_equal(portlock_apply(lock, &p, NULL), 0);
	assert_false(comes("192.0.2.1", 3784));
	p.peers = &peer;
	p.peer_count = 1;
	assert_int_equal(portlock_apply(lock, &p, NULL), 0);
	assert_true(comes("192.0.2.1", 3784));
	assert_true(comes("192.0.2.1", 4784));
	assert_true(comes("192.0.2.1", 1026));
	assert_false(comes("192.0.2.1", PORT));
	/* From there, and from nobody else. */
	peer.remote = at("192.0.2.3");
	assert_int_equal(portlock_apply(lock, &p, NULL), 0);
	assert_false(comes("192.0.2.1", 3784));
}

static void
a_table_that_somebody_removed_comes_again(void **state)
{
	const struct portlock_self self = { .addr = at("192.0.2.1") };
	const struct portlock_plan p = plan_of(&self, 1);

	(void)state;
	NEED_NETWORKS();
	assert_int_equal(portlock_apply(lock, &p, NULL), 0);
	assert_true(sh("nft delete table inet etheripd"));
	assert_true(comes("192.0.2.1", PORT));
	assert_int_equal(portlock_apply(lock, &p, NULL), 0);
	assert_false(comes("192.0.2.1", PORT));
	/* It outlives who made it; another finds and replaces it. */
	portlock_free(&lock);
	assert_false(comes("192.0.2.1", PORT));
	lock = portlock_new();
	assert_int_equal(portlock_apply(lock, &p, NULL), 0);
	assert_false(comes("192.0.2.1", PORT));
}

static void
without_anything_to_lock_there_is_no_table(void **state)
{
	const struct portlock_plan p = { .self_count = 0 };
	struct strbuf b = { 0 };

	(void)state;
	portlock_write(&b, &p);
	assert_string_equal(b.text, "add table inet etheripd\n"
	    "delete table inet etheripd\n");
	strbuf_fini(&b);
}

static void
protocols_without_ports_go_by_number(void **state)
{
	static const struct portlock_service rows[] = {
		{ IPPROTO_TCP, 443 }, { 89, 0 }, { IPPROTO_SCTP, 0 },
	};
	const struct portlock_self self = { .addr = at("192.0.2.1"),
	    .services = rows, .count = OBJ_COUNT(rows) };
	const struct portlock_plan p = plan_of(&self, 1);
	static const char *const words[] = {
		"ip daddr 192.0.2.1 meta l4proto 6 th dport 443 accept\n",
		"ip daddr 192.0.2.1 meta l4proto 89 accept\n",
		"ip daddr 192.0.2.1 meta l4proto 132 accept\n",
		"ip daddr @self4 counter drop\n",
	};
	struct strbuf b = { 0 };

	(void)state;
	portlock_write(&b, &p);
	for (size_t i = 0; i < OBJ_COUNT(words); i++)
		assert_non_null(strstr(b.text, words[i]));
	assert_null(strstr(b.text, "self6"));
	strbuf_fini(&b);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_not_allowed_is_dropped),
		TEST(the_list_that_f5_calls_default),
		TEST(the_other_end_of_a_tunnel_always_comes_in),
		TEST(a_table_that_somebody_removed_comes_again),
		TEST(without_anything_to_lock_there_is_no_table),
		TEST(protocols_without_ports_go_by_number),
	};

	return cmocka_run_group_tests_name("portlock", tests, make_networks,
	    NULL);
}
