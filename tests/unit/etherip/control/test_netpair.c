/* tests/unit/etherip/control/test_netpair.c - the failover link of configurations that come and go,
 * in virtual time. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netpair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/io/loop.h"
#include "etherip/control/netplan.h"
#include "etherip/pair/leaselink.h"
#include "tests/unit/core/base/tempdir.h"

static struct clock hand;
static struct loop *loop;
static struct netpair *pair;
static struct netplan_pair plan;
static char key_path[256];
static bool active;
static unsigned calls;

static void
on_role(void *arg, bool now_active)
{
	(void)arg;
	active = now_active;
	calls++;
}

static void
on_body(void *arg, const uint8_t *octets, size_t len)
{
	(void)arg;
	(void)octets;
	(void)len;
}

static void
write_key(const char *text)
{
	tempdir_write(key_path, text, strlen(text));
	assert_int_equal(chmod(key_path, 0600), 0);
}

static void
pass(unsigned ms)
{
	loop_advance(loop, &hand, ms * CLOCK_MS);
}

static int
set_up(void **state)
{
	const struct log_config quiet = { .fd = open("/dev/null",
	    O_WRONLY | O_CLOEXEC), .level = LOG_ERROR };
	struct err e;

	(void)state;
	log_setup(&quiet);
	clock_fake_init(&hand, CLOCK_S, 1000);
	loop = loop_new(&hand, &e);
	assert_non_null(loop);
	pair = netpair_new(&(struct netpair_config){ .loop = loop,
	    .role = on_role, .body = on_body });
	strncpy(key_path, tempdir_file(&tempdir, "pair.key"),
	    sizeof(key_path) - 1);
	(void)unlink(key_path);
	/* Nobody is at the other address. */
	plan = (struct netplan_pair){ .enabled = true, .key_file = key_path,
	    .lease_ms = 400, .port = (uint16_t)(30000 + getpid() % 10000) };
	assert_int_equal(addr_parse("127.78.0.1", &plan.local), 0);
	assert_int_equal(addr_parse("127.78.0.2", &plan.peer), 0);
	active = false;
	calls = 0;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	netpair_free(&pair);
	loop_free(&loop);
	return 0;
}

static void
without_a_pair_it_is_active(void **state)
{
	(void)state;
	plan.enabled = false;
	netpair_set(pair, &plan);
	assert_true(active);
	assert_false(netpair_is_on(pair));
	assert_null(netpair_link(pair));
}

static void
with_one_it_listens_first(void **state)
{
	(void)state;
	write_key("5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
	    "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\n");
	active = true;
	netpair_set(pair, &plan);
	assert_false(active);
	assert_true(netpair_is_on(pair));
	pass(800);
	assert_false(active);
	pass(200);
	assert_true(active);
	/* The same again, or another lease, changes nothing. */
	calls = 0;
	netpair_set(pair, &plan);
	plan.lease_ms = 500;
	netpair_set(pair, &plan);
	pass(2000);
	assert_int_equal(calls, 0);
	assert_int_equal(leaselink_lease(netpair_link(pair))->config.term_ms,
	    500);
}

static void
the_end_of_a_pair_is_no_flap(void **state)
{
	(void)state;
	with_one_it_listens_first(state);
	plan.enabled = false;
	calls = 0;
	netpair_set(pair, &plan);
	assert_int_equal(calls, 1);
	assert_true(active);
	assert_null(netpair_link(pair));
}

static void
without_a_key_it_waits_for_one(void **state)
{
	(void)state;
	active = true;
	netpair_set(pair, &plan);
	assert_false(active);
	assert_true(netpair_is_on(pair));
	assert_null(netpair_link(pair));
	assert_non_null(strstr(netpair_why(pair), "pair.key"));
	pass(10000);
	assert_false(active);
	write_key("5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
	    "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a");
	pass(4000);
	assert_true(active);
	assert_string_equal(netpair_why(pair), "");
	/* A key that is gone later takes nothing away. */
	assert_int_equal(unlink(key_path), 0);
	netpair_set(pair, &plan);
	pass(10000);
	assert_true(active);
	assert_non_null(netpair_link(pair));
}

static void
its_end_is_the_end_of_being_active(void **state)
{
	(void)state;
	with_one_it_listens_first(state);
	netpair_free(&pair);
	assert_false(active);
	assert_null(pair);
}

int
main(void)
{
#define ROW(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ROW(without_a_pair_it_is_active),
		ROW(with_one_it_listens_first),
		ROW(the_end_of_a_pair_is_no_flap),
		ROW(without_a_key_it_waits_for_one),
		ROW(its_end_is_the_end_of_being_active),
	};

	return cmocka_run_group_tests_name("netpair", tests, tempdir_set_up,
	    tempdir_tear_down);
}
