/* tests/unit/wom/discover/test_seeker.c - two ends on the loopback of a network namespace
 * of its own, where questions pass both; without the right to make one nothing of it
 * can be tried. SPDX-License-Identifier: Apache-2.0
 */
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/io/loop.h"
#include "core/model/prop.h"
#include "wom/discover/seeker.h"

#define SECOND	UINT64_C(1000000000)
#define TURNS	5000	/* of the loop, a millisecond each at most */

struct stage {
	struct clock	 clk;
	struct loop	*loop;
	struct seeker	*asks, *answers;
	struct seeker_setup setup;	/* of who answers */
	struct addr	 local, to;
	unsigned	 found;
	struct addrport	 last;
};

static char lo_name[] = "lo", other_name[] = "eth9";
static char *lo[] = { lo_name }, *other[] = { other_name };
static struct strlist none, on_lo = { .v = lo, .count = 1 },
    on_other = { .v = other, .count = 1 };

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

static void
on_found(void *arg, const struct addrport *at, const struct addr *to)
{
	struct stage *s = arg;

	assert_true(addr_equal(to, &s->to));
	s->last = *at;
	s->found++;
}

static void
set_up(struct stage *s, const char *to, const char *local)
{
	struct seeker_config c = { .found = on_found, .arg = s, .site = { 1 } };
	struct seeker_setup asks = { .asks = true, .devices = &none, .rules = {
	    .asked_max = 10, .backoff_ns = SECOND, .retries = 3 } };

	if (unshare(CLONE_NEWNET) != 0)
		skip();
	/* The kernel takes an IPv6 address into use by and by. */
	run("ip link set lo up; ip address add 10.9.0.1/32 dev lo; "
	    "ip address add 2001:db8::1/128 dev lo nodad; "
	    "until ip -6 route show table local | grep -q 2001:db8::1; do "
	    ":; done");
	*s = (struct stage){ .setup = { .answers = true, .port = 4433,
	    .devices = &none } };
	assert_int_equal(addr_parse(local, &s->local), 0);
	assert_int_equal(addr_parse(to, &s->to), 0);
	clock_fake_init(&s->clk, SECOND, 1);
	s->loop = c.loop = loop_new(&s->clk, NULL);
	s->asks = seeker_new(&c);
	assert_int_equal(seeker_set(s->asks, &asks, NULL), 0);
	c.site[0] = 2;
	s->answers = seeker_new(&c);
	s->setup.locals = &s->local;
	s->setup.local_count = 1;
	assert_int_equal(seeker_set(s->answers, &s->setup, NULL), 0);
}

static void
tear_down(struct stage *s)
{
	seeker_free(&s->asks);
	seeker_free(&s->answers);
	seeker_free(&s->answers);
	loop_free(&s->loop);
}

/* Until there is as much of something as there should be. */
static void
turn_until(struct stage *s, const uint64_t *count, uint64_t want)
{
	for (unsigned i = 0; i < TURNS && *count < want; i++) {
		loop_poll(s->loop);
		if (*count < want)
			(void)poll(NULL, 0, 1);
	}
	assert_int_equal(*count, want);
}

static void
turn(struct stage *s)
{
	turn_until(s, &seeker_counts(s->asks)->answered, 1);
}

static void
find(const char *to, const char *local)
{
	struct stage s;

	set_up(&s, to, local);
	seeker_want(s.asks, &s.to);
	turn(&s);
	assert_int_equal(s.found, 1);
	assert_true(addr_equal(&s.last.addr, &s.local));
	assert_int_equal(s.last.port, 4433);
	/* It knows its own questions. */
	assert_int_equal(seeker_counts(s.asks)->told, 0);
	tear_down(&s);
}

static void
who_is_on_the_way_is_found_by_ipv4(void **state)
{
	(void)state;
	find("10.9.0.1", "198.51.100.2");
}

static void
and_by_ipv6(void **state)
{
	(void)state;
	find("2001:db8::1", "2001:db8:2::2");
}

static void
who_has_no_end_of_that_family_is_silent(void **state)
{
	struct stage s;

	(void)state;
	set_up(&s, "10.9.0.1", "2001:db8:2::2");
	seeker_want(s.asks, &s.to);
	turn_until(&s, &seeker_counts(s.answers)->heard, 1);
	assert_int_equal(s.found, 0);
	assert_int_equal(seeker_counts(s.answers)->told, 0);
	tear_down(&s);
}

static void
questions_come_in_by_the_interfaces_of_the_wan(void **state)
{
	struct stage s;

	(void)state;
	set_up(&s, "10.9.0.1", "198.51.100.2");
	s.setup.devices = &on_other;
	assert_int_equal(seeker_set(s.answers, &s.setup, NULL), 0);
	seeker_want(s.asks, &s.to);
	for (unsigned i = 0; i < 50; i++)
		loop_poll(s.loop);
	assert_int_equal(seeker_counts(s.answers)->heard, 0);
	/* Asked again, when it may come in. */
	s.setup.devices = &on_lo;
	assert_int_equal(seeker_set(s.answers, &s.setup, NULL), 0);
	loop_advance(s.loop, &s.clk, SECOND);
	turn(&s);
	assert_int_equal(seeker_counts(s.asks)->asked, 2);
	assert_int_equal(seeker_counts(s.answers)->heard, 1);
	tear_down(&s);
}

/* Whatever comes in, no more goes out than a little. */
static void
answers_have_a_rate(void **state)
{
	struct stage s;

	(void)state;
	set_up(&s, "10.9.0.1", "198.51.100.2");
	for (unsigned i = 0; i < 2 * SEEKER_ANSWERS_MAX; i++) {
		uint8_t octets[ASKWIRE_LEN];
		struct askwire_ask a = { .site = { 1 } };
		struct sockaddr_storage to;
		socklen_t len = addr_to_sockaddr(&s.to, 0, &to);
		int fd = socket(AF_INET, SOCK_RAW, 1);

		askwire_write_ask(octets, AF_INET, &a);
		assert_int_equal(sendto(fd, octets, sizeof(octets), 0,
		    (struct sockaddr *)&to, len), sizeof(octets));
		(void)close(fd);
	}
	turn_until(&s, &seeker_counts(s.answers)->heard,
	    2 * SEEKER_ANSWERS_MAX);
	assert_int_equal(seeker_counts(s.answers)->told, SEEKER_ANSWERS_MAX);
	assert_int_equal(s.found, 0);	/* to no question of ours */
	loop_advance(s.loop, &s.clk, SECOND);
	seeker_want(s.asks, &s.to);
	turn(&s);
	assert_int_equal(s.found, 1);
	tear_down(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_on_the_way_is_found_by_ipv4),
		cmocka_unit_test(and_by_ipv6),
		cmocka_unit_test(who_has_no_end_of_that_family_is_silent),
		cmocka_unit_test(
		    questions_come_in_by_the_interfaces_of_the_wan),
		cmocka_unit_test(answers_have_a_rate),
	};

	return cmocka_run_group_tests_name("seeker", tests, NULL, NULL);
}
