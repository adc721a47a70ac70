/* tests/unit/wom/lan/test_lanaccept.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/io/loop.h"
#include "tests/unit/wom/lan/lanpeers.h"
#include "wom/lan/lanaccept.h"

#define MANY	(2 * LANACCEPT_BURST)

struct taken {
	int	 fd[MANY];
	unsigned count;
};

static void
take(void *arg, int fd, const struct addrport *from)
{
	struct taken *t = arg;

	assert_int_equal(from->addr.family, AF_INET);
	assert_true(from->port != 0);
	t->fd[t->count++] = fd;
}

static void
close_all(const int *fd, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		(void)close(fd[i]);
}

static void
a_burst_leaves_room_for_others(void **state)
{
	static struct taken t;
	struct clock clk;
	struct loop *l;
	struct addrport at;
	struct lanaccept *a;
	uint64_t starved = 0;
	int client[LANACCEPT_BURST + 8];

	(void)state;
	clock_fake_init(&clk, 1, 1);
	l = loop_new(&clk, NULL);
	a = lanaccept_start(l, lanpeers_listen(&at), take, &t, &starved);
	for (unsigned i = 0; i < LANACCEPT_BURST + 8; i++)
		client[i] = lanpeers_connect(&at);
	loop_poll(l);
	assert_int_equal(t.count, LANACCEPT_BURST);
	loop_poll(l);
	assert_int_equal(t.count, LANACCEPT_BURST + 8);
	assert_int_equal(starved, 0);
	lanaccept_stop(&a);
	close_all(client, LANACCEPT_BURST + 8);
	close_all(t.fd, t.count);
	loop_free(&l);
}

/* No busy loop, and whoever waits is taken when there are descriptors again. */
static void
it_outlives_a_want_of_descriptors(void **state)
{
	static struct taken t;
	struct clock clk;
	struct loop *l;
	struct addrport at;
	struct lanaccept *a;
	struct rlimit was, tight;
	uint64_t starved = 0;
	int client;

	(void)state;
	log_setup(&(struct log_config){ .fd = -1, .level = LOG_ERROR });
	clock_fake_init(&clk, 1, 1);
	l = loop_new(&clk, NULL);
	a = lanaccept_start(l, lanpeers_listen(&at), take, &t, &starved);
	client = lanpeers_connect(&at);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	tight = was;
	tight.rlim_cur = (rlim_t)client + 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
	for (unsigned i = 0; i < 100; i++)
		loop_poll(l);
	assert_int_equal(starved, 1);
	assert_int_equal(t.count, 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	loop_advance(l, &clk, LANACCEPT_PAUSE_MS * UINT64_C(1000000));
	loop_poll(l);
	assert_int_equal(t.count, 1);
	lanaccept_stop(&a);
	lanaccept_stop(&a);
	close_all(&client, 1);
	close_all(t.fd, t.count);
	loop_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_leaves_room_for_others),
		cmocka_unit_test(it_outlives_a_want_of_descriptors),
	};

	return cmocka_run_group_tests_name("lanaccept", tests, NULL, NULL);
}
