/* tests/unit/monitors/test_gateways.c - ways through gateways in a network of our
 * own, where rules and routes are real and nobody else's.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/gateways.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/base/log.h"
#include "core/io/routemsg.h"
#include "core/io/routesock.h"

static struct gateways *ways;
static int ask_fd = -1;

/* The words of one command, apart at blanks. */
static bool
ip(const char *line)
{
	char *copy = strdup(line), *argv[24] = { NULL }, *rest = copy;
	size_t n = 0;
	int status;
	pid_t pid;

	while (n < 23 && (argv[n] = strsep(&rest, " ")) != NULL)
		n++;
	if (posix_spawnp(&pid, "ip", NULL, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid)
		status = -1;
	free(copy);
	return status == 0;
}

/* Neighbours are 10.1.0.0/16 and 2001:db8:1::/64; all else goes by 10.1.0.7. */
static int
make_network(void **state)
{
	const struct log_config quiet = { .fd = open("/dev/null",
	    O_WRONLY | O_CLOEXEC), .level = LOG_ERROR };

	(void)state;
	log_setup(&quiet);
	if (unshare(CLONE_NEWNET) != 0 || !ip("ip link set lo up") ||
	    !ip("ip link add v0 type veth peer name v1") ||
	    !ip("ip link set v0 up") || !ip("ip link set v1 up") ||
	    !ip("ip addr add 10.1.0.1/16 dev v0") ||
	    !ip("ip addr add 2001:db8:1::1/64 dev v0 nodad") ||
	    !ip("ip route add default via 10.1.0.7"))
		return 0;		/* each test skips */
	ask_fd = routesock_open();
	return 0;
}

static int
set_up(void **state)
{
	(void)state;
	if (ask_fd != -1)
		ways = gateways_new();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	gateways_free(&ways);
	return 0;
}

#define NEED_NETWORK()	do { if (ask_fd == -1) skip(); } while (0)

static struct addr
at(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	return a;
}

static struct gateway *
join(const char *text)
{
	const struct addr a = at(text);

	return gateways_join(ways, &a);
}

static int
way(struct gateway *g, const char *to, uint32_t *mark)
{
	const struct addr a = at(to);

	return gateways_way(g, &a, mark);
}

/* Where the kernel sends such a packet; "" = nowhere. */
static const char *
goes_by(const char *to, uint32_t mark)
{
	static char text[ADDR_TEXT_MAX];
	const struct addr a = at(to);
	struct routemsg_way w;

	if (routesock_way(ask_fd, &a, mark, &w) != 0)
		return "";
	return addr_format(&w.gateway, text);
}

/* How many rules of ours there are; they are gone then. */
static unsigned
take_rules(void)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	unsigned found = 0;

	for (unsigned i = 0; i < 2 * 4 * GATEWAYS_SEATS; i++) {
		const struct routemsg_rule r = { .family = families[i % 2],
		    .priority = GATEWAYS_PRIORITY + i / 2 };
		struct routemsg m;

		for (;;) {
			routemsg_remove_rule(&m, &r);
			if (routesock_change(ask_fd, &m) != 0)
				break;
			found++;
		}
	}
	return found;
}

static void
marks_lead_through_their_gateways_and_nowhere_else(void **state)
{
	static const char *const to[] = { "192.0.2.1", "2001:db8:9::9" };
	static const char *const by[][2] = {
		{ "10.1.0.8", "10.1.0.9" },
		{ "2001:db8:1::8", "2001:db8:1::9" },
	};
	struct gateway *g[2];
	uint32_t mark[2];

	(void)state;
	NEED_NETWORK();
	for (size_t f = 0; f < 2; f++) {
		for (size_t i = 0; i < 2; i++) {
			g[i] = join(by[f][i]);
			assert_int_equal(way(g[i], to[f], &mark[i]), 0);
		}
		assert_int_not_equal(mark[0], mark[1]);
		for (size_t i = 0; i < 2; i++)
			assert_string_equal(goes_by(to[f], mark[i]), by[f][i]);
		/* No other mark of ours falls through to the host's way, and
		 * packets of others do not come by us. */
		assert_string_equal(goes_by(to[f], mark[1] + 1), "");
		assert_string_equal(goes_by(to[f], 0),
		    f == 0 ? "10.1.0.7" : "");
		/* A neighbour, too, is reached through the gateway. */
		if (f == 0)
			assert_string_equal(goes_by("10.1.0.7", mark[0]),
			    "10.1.0.8");
		gateways_leave(&g[0]);
		gateways_leave(&g[1]);
		assert_string_equal(goes_by(to[f], mark[0]), "");
	}
}

static void
what_somebody_removes_is_put_back(void **state)
{
	struct gateway *g;
	uint32_t mark;
	char line[128];

	(void)state;
	NEED_NETWORK();
	g = join("10.1.0.8");
	assert_int_equal(way(g, "192.0.2.1", &mark), 0);
	assert_int_equal(take_rules(), 4);
	assert_string_equal(goes_by("192.0.2.1", mark), "10.1.0.7");
	assert_int_equal(way(g, "192.0.2.1", &mark), 0);
	assert_string_equal(goes_by("192.0.2.1", mark), "10.1.0.8");
	(void)snprintf(line, sizeof(line), "ip route flush table %u", mark);
	assert_true(ip(line));
	assert_string_equal(goes_by("192.0.2.1", mark), "");
	assert_int_equal(way(g, "192.0.2.1", &mark), 0);
	assert_string_equal(goes_by("192.0.2.1", mark), "10.1.0.8");
	gateways_leave(&g);
}

static void
where_there_is_no_way_none_is_given(void **state)
{
	static const struct { const char *by, *to, *why; } row[] = {
		{ "10.2.0.8", "192.0.2.1", "it is no neighbour of this host" },
		{ "10.1.0.1", "192.0.2.1", "packets would go another way" },
		{ "2001:db8:2::8", "2001:db8:9::9",
		    "it is no neighbour of this host" },
		{ "2001:db8:1::1", "2001:db8:9::9",
		    "it is no neighbour of this host" },
		{ "10.1.0.8", "10.1.0.1",
		    "destination is an address of this host" },
		{ "10.1.0.8", "127.0.0.1",
		    "destination is an address of this host" },
		{ "10.1.0.8", "2001:db8:9::9",
		    "it and destination are of different families" },
	};

	(void)state;
	NEED_NETWORK();
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct gateway *g = join(row[i].by);
		uint32_t mark = 7;
		int rc = way(g, row[i].to, &mark);

		if (rc == 0 || strcmp(gateways_words(rc), row[i].why) != 0)
			fail_msg("%s by %s: %d", row[i].to, row[i].by, rc);
		assert_int_equal(mark, 0);
		gateways_leave(&g);
	}
}

static void
all_is_removed_at_the_end(void **state)
{
	struct gateway *one, *same, *six;
	uint32_t mark, other;

	(void)state;
	NEED_NETWORK();
	one = join("10.1.0.8");
	same = join("10.1.0.8");
	six = join("2001:db8:1::8");
	assert_ptr_equal(one, same);
	assert_int_equal(way(one, "192.0.2.1", &mark), 0);
	assert_int_equal(way(six, "2001:db8:9::9", &other), 0);
	gateways_leave(&one);		/* the other one still needs it */
	assert_string_equal(goes_by("192.0.2.1", mark), "10.1.0.8");
	gateways_leave(&same);
	gateways_leave(&six);
	gateways_free(&ways);
	assert_int_equal(take_rules(), 0);
	assert_string_equal(goes_by("192.0.2.1", mark), "10.1.0.7");
}

static void
there_are_so_many_and_a_place_that_is_free_is_taken(void **state)
{
	static struct gateway *g[GATEWAYS_MAX + 1];
	uint32_t mark, first = 0;
	char text[32];

	(void)state;
	NEED_NETWORK();
	for (unsigned i = 0; i <= GATEWAYS_MAX; i++) {
		(void)snprintf(text, sizeof(text), "10.1.2.%u", i);
		g[i] = join(text);
		assert_int_equal(way(g[i], "192.0.2.1", &mark),
		    i < GATEWAYS_MAX ? 0 : ENOSPC);
		first = i == 0 ? mark : first;
	}
	gateways_leave(&g[0]);
	assert_int_equal(way(g[GATEWAYS_MAX], "192.0.2.1", &mark), 0);
	assert_int_equal(mark, first);
	assert_string_equal(goes_by("192.0.2.1", mark), text);
	for (unsigned i = 1; i <= GATEWAYS_MAX; i++)
		gateways_leave(&g[i]);
}

static void
processes_do_not_share_marks(void **state)
{
	struct gateways *all[GATEWAYS_SEATS + 1];
	struct gateway *g[GATEWAYS_SEATS + 1];
	const struct addr a = { AF_INET, { 10, 1, 0, 8 } };
	uint32_t mark[GATEWAYS_SEATS + 1];

	(void)state;
	NEED_NETWORK();
	for (unsigned i = 0; i <= GATEWAYS_SEATS; i++) {
		all[i] = gateways_new();
		g[i] = gateways_join(all[i], &a);
		assert_int_equal(way(g[i], "192.0.2.1", &mark[i]),
		    i < GATEWAYS_SEATS ? 0 : EBUSY);
		for (unsigned k = 0; k < i; k++)
			assert_int_not_equal(mark[i], mark[k]);
	}
	gateways_sweep();		/* they all live */
	gateways_leave(&g[0]);
	gateways_free(&all[0]);
	assert_string_equal(goes_by("192.0.2.1", mark[0]), "10.1.0.7");
	assert_string_equal(goes_by("192.0.2.1", mark[1]), "10.1.0.8");
	assert_int_equal(way(g[GATEWAYS_SEATS], "192.0.2.1",
	    &mark[GATEWAYS_SEATS]), 0);
	for (unsigned i = 1; i <= GATEWAYS_SEATS; i++) {
		gateways_leave(&g[i]);
		gateways_free(&all[i]);
	}
	assert_int_equal(take_rules(), 0);
}

/* It uses a gateway and ends without a word. */
static void
be_killed(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		uint32_t mark;

		ways = gateways_new();
		(void)way(join("10.1.0.8"), "192.0.2.1", &mark);
		(void)raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static void
what_a_killed_process_left_is_swept(void **state)
{
	const uint32_t mark = GATEWAYS_MARK | 1;
	struct gateway *g;
	uint32_t own;

	(void)state;
	NEED_NETWORK();
	be_killed();
	assert_string_equal(goes_by("192.0.2.1", mark), "10.1.0.8");
	gateways_sweep();
	assert_string_equal(goes_by("192.0.2.1", mark), "10.1.0.7");
	assert_int_equal(take_rules(), 0);
	/* Who takes the seat begins with an empty one, too. */
	be_killed();
	g = join("10.1.0.9");
	assert_int_equal(way(g, "192.0.2.1", &own), 0);
	assert_int_equal(own, mark);
	assert_string_equal(goes_by("192.0.2.1", own), "10.1.0.9");
	gateways_leave(&g);
}

/* In a child: gives the errno as its exit code. */
static int
try_without_rights(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };
	uint32_t mark;

	if (syscall(SYS_capset, &head, data) != 0)
		return 0;
	return way(join("10.1.0.8"), "192.0.2.1", &mark);
}

static void
without_the_right_nothing_is_sent(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	NEED_NETWORK();
	be_killed();			/* whose rules would do */
	pid = fork();
	if (pid == 0)
		_exit(try_without_rights());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), EPERM);
	assert_non_null(strstr(gateways_words(EPERM), "CAP_NET_ADMIN"));
	gateways_sweep();
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(marks_lead_through_their_gateways_and_nowhere_else),
		TEST(what_somebody_removes_is_put_back),
		TEST(where_there_is_no_way_none_is_given),
		TEST(all_is_removed_at_the_end),
		TEST(there_are_so_many_and_a_place_that_is_free_is_taken),
		TEST(processes_do_not_share_marks),
		TEST(what_a_killed_process_left_is_swept),
		TEST(without_the_right_nothing_is_sent),
	};

	return cmocka_run_group_tests_name("gateways", tests, make_network,
	    NULL);
}
