/* tests/unit/wom/tunnel/test_tunneldial.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/loop.h"
#include "core/io/sock.h"
#include "tests/unit/wom/tunnel/certs.h"
#include "wom/tunnel/tunneldial.h"
#include "wom/tunnel/tunnelsock.h"
#include "wom/tunnel/tunnelwire.h"

static struct certs certs;
static struct clock fake;
static struct loop *loop;
static struct tunneltls *calls, *called;
static struct addrport at;
static unsigned answers, failures;
static char why[512];
static struct tunneldial *d;

static void
on_answered(void *arg, struct tunnelwire *wire)
{
	(void)arg;
	answers++;
	tunnelwire_free(&wire);
}

static void
on_failed(void *arg, enum tunneltls_refusal refusal, const char *text)
{
	(void)arg;
	(void)refusal;
	failures++;
	strncpy(why, text, sizeof(why) - 1);
}

static int
begin(void **state)
{
	(void)state;
	certs_init(&certs);
	certs_make(&certs, &(struct certs_wish){ .name = "a" });
	certs_make(&certs, &(struct certs_wish){ .name = "b" });
	calls = certs_need(&certs, "a", false);
	called = certs_need(&certs, "b", true);
	clock_fake_init(&fake, 1000 * CLOCK_S, 1000);
	loop = loop_new(&fake, NULL);
	assert_non_null(loop);
	answers = failures = 0;
	return 0;
}

static int
end(void **state)
{
	(void)state;
	tunneldial_free(&d);
	loop_free(&loop);
	tunneltls_free(&calls);
	tunneltls_free(&called);
	certs_fini(&certs);
	return 0;
}

static struct tunneldial *
dial(const char *congestion)
{
	struct tunneldial_config c = { .loop = loop, .tls = calls, .to = at,
	    .congestion = congestion, .answered = on_answered,
	    .failed = on_failed };

	assert_int_equal(addr_parse("127.0.0.3", &c.from), 0);
	return tunneldial_new(&c);
}

/* A port at which nobody listens; or somebody, whom this returns. */
static int
find_port(bool listens)
{
	int fd;

	assert_int_equal(addr_parse_port("127.0.0.1:0", &at), 0);
	fd = tunnelsock_listen(&at, NULL, NULL);
	assert_true(fd >= 0);
	sock_local(fd, &at);
	if (!listens)
		(void)close(fd);
	return fd;
}

/* ---- waiting ---- */

/* Runs until the next failure; the time until it. */
static dur_ns
until_failure(unsigned count)
{
	mono_ns from = loop_now_ns(loop);

	for (int i = 0; failures < count && i < 100000; i++)
		loop_advance(loop, &fake, CLOCK_MS);
	assert_int_equal(failures, count);
	return loop_now_ns(loop) - from;
}

static void
each_failure_makes_the_next_one_later(void **state)
{
	dur_ns wait, most = TUNNELDIAL_WAIT_MIN;

	(void)state;
	(void)find_port(false);
	d = dial(NULL);
	tunneldial_want(d, 4);
	(void)until_failure(1);
	assert_non_null(strstr(why, "Connection refused"));
	for (unsigned n = 2; n <= 12; n++) {
		wait = until_failure(n);
		assert_in_range(wait, most / 2, most + 50 * CLOCK_MS);
		if (most < TUNNELDIAL_WAIT_MAX)
			most *= 2;
		if (most > TUNNELDIAL_WAIT_MAX)
			most = TUNNELDIAL_WAIT_MAX;
	}
	tunneldial_good(d);
	tunneldial_want(d, 1);
	assert_true(until_failure(13) <= 5 * CLOCK_MS);
	assert_true(until_failure(14) <= TUNNELDIAL_WAIT_MIN + 5 * CLOCK_MS);
	assert_int_equal(tunneldial_count(d) >= 14, 1);
}

static void
who_is_not_wanted_does_not_call(void **state)
{
	(void)state;
	(void)find_port(false);
	d = dial(NULL);
	tunneldial_want(d, 0);
	loop_advance(loop, &fake, CLOCK_S);
	tunneldial_want(d, 1);
	(void)until_failure(1);
	tunneldial_want(d, 0);
	loop_advance(loop, &fake, 100 * CLOCK_S);
	assert_int_equal(failures, 1);
	assert_int_equal(tunneldial_count(d), 1);
}

/* ---- calls ---- */

/* Answers a call: shakes hands with whoever comes. */
static void
answer(int listener)
{
	struct addrport from;
	struct pollfd f = { .fd = listener, .events = POLLIN };
	struct tunnelwire *w = NULL;
	unsigned before = answers;

	for (int i = 0; i < 10000 && answers == before; i++) {
		loop_advance(loop, &fake, 1000);
		if (w == NULL && poll(&f, 1, 1) == 1) {
			w = tunnelwire_new(called, sock_accept(listener,
			    &from), &from);
			assert_int_equal(from.addr.octets[3], 3);
		}
		if (w != NULL)
			(void)tunnelwire_shake(w);
	}
	assert_int_equal(answers, before + 1);
	tunnelwire_free(&w);
}

static void
one_calls_first_and_the_others_when_it_has_proved_good(void **state)
{
	int listener = find_port(true);

	(void)state;
	d = dial(NULL);
	tunneldial_want(d, 3);
	loop_advance(loop, &fake, 1000);
	assert_int_equal(tunneldial_under_way(d), 1);
	answer(listener);
	assert_int_equal(tunneldial_under_way(d), 0);
	tunneldial_good(d);
	tunneldial_want(d, 3);
	for (int i = 0; i < 5; i++)
		loop_advance(loop, &fake, 1000);
	assert_int_equal(tunneldial_under_way(d), 3);
	answer(listener);
	(void)close(listener);
}

static void
a_kernel_without_the_congestion_control_calls_all_the_same(void **state)
{
	int listener = find_port(true);

	(void)state;
	d = dial("no_such_thing");
	tunneldial_want(d, 1);
	answer(listener);
	(void)close(listener);
}

static void
nobody_answering_is_a_failure_in_the_end(void **state)
{
	int listener = find_port(true);

	(void)state;
	d = dial(NULL);
	tunneldial_want(d, 1);
	loop_advance(loop, &fake, 9 * CLOCK_S);
	assert_int_equal(failures, 0);
	loop_advance(loop, &fake, 2 * CLOCK_S);
	assert_int_equal(failures, 1);
	assert_non_null(strstr(why, "too long"));
	(void)close(listener);
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(each_failure_makes_the_next_one_later),
		TEST(who_is_not_wanted_does_not_call),
		TEST(one_calls_first_and_the_others_when_it_has_proved_good),
		TEST(a_kernel_without_the_congestion_control_calls_all_the_same),
		TEST(nobody_answering_is_a_failure_in_the_end),
	};

	return cmocka_run_group_tests_name("tunneldial", tests, NULL, NULL);
}
