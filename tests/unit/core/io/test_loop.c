/* tests/unit/core/io/test_loop.c - timers in virtual and real time, sockets,
 * posts and signals. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/loop.h"

static struct clock clk;
static struct loop *loop;

static int
set_up(void **state)
{
	struct err e;

	(void)state;
	clock_fake_init(&clk, 100 * CLOCK_S, 1000);
	loop = loop_new(&clk, &e);
	return loop != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	loop_free(&loop);
	return 0;
}

/* ---- timers ---- */

struct shot {
	struct loop_timer timer;
	unsigned	  count;
	mono_ns		  last_ns;
	struct loop_timer *stop;	/* this one, when it fires */
};

static void
on_shot(struct loop_timer *t, void *arg)
{
	struct shot *s = arg;

	assert_ptr_equal(t, &s->timer);
	s->count++;
	s->last_ns = loop_now_ns(t->loop);
	if (s->stop != NULL)
		loop_timer_stop(s->stop);
}

static void
timer_fires_once_at_its_time(void **state)
{
	struct shot s = { 0 };

	(void)state;
	loop_timer_init(&s.timer, loop, on_shot, &s);
	assert_false(loop_timer_running(&s.timer));
	loop_timer_start(&s.timer, 1500, 0);
	loop_advance(loop, &clk, 1499 * CLOCK_MS);
	assert_int_equal(s.count, 0);
	loop_advance(loop, &clk, CLOCK_MS);
	assert_int_equal(s.count, 1);
	assert_false(loop_timer_running(&s.timer));
	loop_advance(loop, &clk, 10 * CLOCK_S);
	assert_int_equal(s.count, 1);
	assert_int_equal(s.last_ns, 100 * CLOCK_S + 1500 * CLOCK_MS);
	assert_int_equal(loop_now_ns(loop), 111500 * CLOCK_MS);
}

static void
repeating_timer_keeps_its_phase(void **state)
{
	struct shot s = { 0 };

	(void)state;
	loop_timer_init(&s.timer, loop, on_shot, &s);
	loop_timer_start(&s.timer, 10, 100);
	loop_advance(loop, &clk, CLOCK_S);
	assert_int_equal(s.count, 10);
	assert_int_equal(s.last_ns, 100 * CLOCK_S + 910 * CLOCK_MS);
	/* We were away for 5 s: one late call, not fifty. */
	clock_fake_advance(&clk, 5 * CLOCK_S);
	loop_advance(loop, &clk, 0);
	assert_int_equal(s.count, 11);
	loop_advance(loop, &clk, 10 * CLOCK_MS);
	assert_int_equal(s.count, 12);
	assert_int_equal(s.last_ns, 106 * CLOCK_S + 10 * CLOCK_MS);
	loop_timer_stop(&s.timer);
	loop_advance(loop, &clk, CLOCK_S);
	assert_int_equal(s.count, 12);
}

static void
stopped_by_an_earlier_callback_never_fires(void **state)
{
	struct shot a = { 0 }, b = { 0 };

	(void)state;
	loop_timer_init(&a.timer, loop, on_shot, &a);
	loop_timer_init(&b.timer, loop, on_shot, &b);
	a.stop = &b.timer;
	loop_timer_start(&a.timer, 5, 0);
	loop_timer_start(&b.timer, 5, 0);
	loop_advance(loop, &clk, CLOCK_S);
	assert_int_equal(a.count, 1);
	assert_int_equal(b.count, 0);
}

/* ---- loop_run, in real time ---- */

static void
on_quit(struct loop_timer *t, void *arg)
{
	unsigned *count = arg;

	(*count)++;
	loop_stop(t->loop);
}

static void
run_waits_for_timers_of_the_system_clock(void **state)
{
	struct loop_timer t;
	struct loop *l;
	struct err e;
	mono_ns start;
	unsigned count = 0;

	(void)state;
	l = loop_new(&clock_system, &e);
	assert_non_null(l);
	loop_timer_init(&t, l, on_quit, &count);
	loop_timer_start(&t, 3, 0);
	start = loop_now_ns(l);
	loop_run(l);
	assert_int_equal(count, 1);
	assert_true(loop_now_ns(l) - start >= 2 * CLOCK_MS);
	loop_stop(l);
	loop_run(l);		/* asked before it ran: returns at once */
	loop_free(&l);
	assert_null(l);
}

/* A thousand timers that are due at once do not keep a descriptor waiting. */
static unsigned fired, fired_before_io;

static void
on_many(struct loop_timer *t, void *arg)
{
	(void)arg;
	if (++fired == 1000)
		loop_stop(t->loop);
}

static void
on_many_io(struct loop_io *io, int fd, unsigned events, void *arg)
{
	(void)fd;
	(void)events;
	(void)arg;
	fired_before_io = fired;
	loop_io_change(io, 0);
}

static void
timers_take_turns_with_descriptors(void **state)
{
	static struct loop_timer t[1000];
	struct loop_io *io;
	struct loop *l;
	struct err e;
	int s[2];

	(void)state;
	l = loop_new(&clock_system, &e);
	assert_non_null(l);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
	io = loop_io_start(l, s[0], LOOP_WRITE, on_many_io, NULL);
	for (int i = 0; i < 1000; i++) {
		loop_timer_init(&t[i], l, on_many, NULL);
		loop_timer_start(&t[i], 0, 0);
	}
	fired = fired_before_io = 0;
	loop_run(l);
	assert_int_equal(fired, 1000);
	assert_in_range(fired_before_io, 1, 100);
	loop_io_stop(&io);
	loop_free(&l);
	close(s[0]);
	close(s[1]);
}

/* ---- posts ---- */

static unsigned order[3], made;

static void
on_post(void *arg)
{
	order[made++] = *(unsigned *)arg;
	if (made == 3)
		loop_stop(loop);
}

static void *
post_three(void *arg)
{
	static unsigned n[] = { 1, 2, 3 };

	(void)arg;
	for (int i = 0; i < 3; i++)
		loop_post(loop, on_post, &n[i]);
	return NULL;
}

static void
posts_of_another_thread_run_here_in_order(void **state)
{
	pthread_t thread;

	(void)state;
	made = 0;
	assert_int_equal(pthread_create(&thread, NULL, post_three, NULL), 0);
	loop_run(loop);
	pthread_join(thread, NULL);
	assert_int_equal(order[0], 1);
	assert_int_equal(order[2], 3);
}

static void
posts_not_made_are_dropped_with_the_loop(void **state)
{
	unsigned n = 9;

	(void)state;
	made = 0;
	loop_post(loop, on_post, &n);
	loop_free(&loop);
	assert_int_equal(made, 0);
}

/* ---- descriptors ---- */

struct end {
	struct loop_io *io;
	unsigned	calls, events;
	ssize_t		got;
	bool		stop;
};

static void
on_end(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct end *e = arg;
	char c;

	assert_ptr_equal(io, e->io);
	e->calls++;
	e->events = events;
	if ((events & LOOP_READ) != 0)
		e->got = recv(fd, &c, 1, 0);
	if (e->stop)
		loop_io_stop(&e->io);
}

static void
readiness_is_what_was_asked_for(void **state)
{
	struct end e = { 0 };
	int s[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
	e.io = loop_io_start(loop, s[0], LOOP_READ, on_end, &e);
	loop_poll(loop);
	assert_int_equal(e.calls, 0);
	loop_io_change(e.io, LOOP_READ | LOOP_WRITE);
	loop_poll(loop);
	assert_int_equal(e.events, LOOP_WRITE);
	assert_int_equal(send(s[1], "ab", 2, 0), 2);
	loop_poll(loop);
	assert_int_equal(e.events, LOOP_READ | LOOP_WRITE);
	e.calls = 0;
	loop_io_change(e.io, 0);		/* a pause */
	loop_poll(loop);
	assert_int_equal(e.calls, 0);
	loop_io_change(e.io, LOOP_READ);	/* level-triggered: b waits */
	e.stop = true;				/* inside its own callback */
	loop_poll(loop);
	assert_int_equal(e.calls, 1);
	assert_null(e.io);
	loop_poll(loop);
	assert_int_equal(e.calls, 1);
	close(s[0]);
	close(s[1]);
}

static void
hang_up_is_told_as_readiness(void **state)
{
	struct end e = { 0 };
	int s[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
	e.io = loop_io_start(loop, s[0], LOOP_READ, on_end, &e);
	close(s[1]);
	e.got = -1;
	loop_poll(loop);
	assert_int_equal(e.calls, 1);
	assert_int_equal(e.got, 0);
	loop_io_stop(&e.io);
	close(s[0]);
}

/* A bare error comes through, and the watch goes on after it. */
static void
error_is_told_and_the_watch_survives(void **state)
{
	struct sockaddr_storage at = { 0 };
	socklen_t len = sizeof(at);
	struct end e = { 0 };
	int a = socket(AF_INET, SOCK_DGRAM, 0), b;

	(void)state;
	/* Datagrams to a port where nobody is: ICMP makes it an error. */
	at.ss_family = AF_INET;
	assert_int_equal(bind(a, (struct sockaddr *)&at, 16), 0);
	assert_int_equal(getsockname(a, (struct sockaddr *)&at, &len), 0);
	b = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(connect(b, (struct sockaddr *)&at, len), 0);
	close(a);
	e.io = loop_io_start(loop, b, LOOP_READ, on_end, &e);
	for (unsigned round = 1; round <= 3; round++) {
		assert_int_equal(send(b, "x", 1, 0), 1);
		loop_poll(loop);
		assert_int_equal(e.calls, round);
		assert_int_equal(e.got, -1);
	}
	loop_io_stop(&e.io);
	close(b);
}

/* The number of a closed descriptor comes back soon; so does the watch. */
static void
descriptor_number_may_be_used_again_at_once(void **state)
{
	struct end e = { 0 };
	int s[2];

	(void)state;
	for (int i = 0; i < 100; i++) {
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
		e = (struct end){ 0 };
		e.io = loop_io_start(loop, s[0], LOOP_READ, on_end, &e);
		assert_int_equal(send(s[1], "x", 1, 0), 1);
		if (i % 2 == 0)
			loop_poll(loop);
		loop_io_stop(&e.io);
		close(s[0]);
		close(s[1]);
		assert_int_equal(e.calls, i % 2 == 0);
	}
}

/* By edges a thing is told when it becomes so, and not again. */
static void
an_edge_is_told_once(void **state)
{
	struct end e = { .got = -1 };
	char c;
	int s[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s),
	    0);
	e.io = loop_io_start(loop, s[0], LOOP_READ | LOOP_WRITE | LOOP_EDGE,
	    on_end, &e);
	loop_poll(loop);
	assert_int_equal(e.calls, 1);
	assert_int_equal(e.events, LOOP_WRITE);
	loop_poll(loop);
	assert_int_equal(e.calls, 1);
	assert_int_equal(send(s[1], "ab", 2, 0), 2);
	loop_poll(loop);
	assert_int_equal(e.calls, 2);
	assert_int_equal(e.events, LOOP_READ | LOOP_WRITE);
	loop_poll(loop);
	assert_int_equal(e.calls, 2);		/* b is there all the same */
	assert_int_equal(recv(s[0], &c, 1, 0), 1);
	assert_int_equal(c, 'b');
	loop_io_stop(&e.io);
	close(s[0]);
	close(s[1]);
}

/* Of two that are ready at once, whoever is called first ends the other. */
static void
on_rival(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct end *pair = arg, *other = &pair[io == pair[0].io];

	(void)fd;
	(void)events;
	assert_ptr_not_equal(io, other->io);
	pair[io == pair[1].io].calls++;
	loop_io_stop(&other->io);
}

static void
stopped_by_a_call_of_its_batch_is_not_called(void **state)
{
	struct end pair[2] = { { 0 }, { 0 } };
	int s[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
	for (int i = 0; i < 2; i++)
		pair[i].io = loop_io_start(loop, s[i], LOOP_WRITE, on_rival,
		    pair);
	loop_poll(loop);
	assert_int_equal(pair[0].calls + pair[1].calls, 1);
	for (int i = 0; i < 2; i++) {
		assert_true((pair[i].io == NULL) == (pair[i].calls == 0));
		loop_io_stop(&pair[i].io);
		close(s[i]);
	}
}

/* A hang-up that nobody asked for does not turn the loop in vain. */
static void
a_pause_hears_nothing(void **state)
{
	struct end e = { 0 };
	int s[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
	e.io = loop_io_start(loop, s[0], 0, on_end, &e);
	close(s[1]);
	loop_poll(loop);
	assert_int_equal(e.calls, 0);
	loop_io_change(e.io, LOOP_READ);
	loop_poll(loop);
	assert_int_equal(e.calls, 1);
	assert_int_equal(e.got, 0);
	loop_io_stop(&e.io);
	close(s[0]);
}

static void
what_cannot_be_watched_is_refused(void **state)
{
	int fd = open("/dev/null", O_RDONLY);

	(void)state;
	assert_null(loop_io_start(loop, fd, LOOP_READ, on_end, NULL));
	assert_int_equal(errno, EPERM);
	close(fd);
}

/* ---- signals ---- */

static void
on_signal(struct loop *l, int signo, void *arg)
{
	*(int *)arg = signo;
	loop_stop(l);
}

static void
signal_becomes_a_call(void **state)
{
	int seen = 0;
	struct err e;

	(void)state;
	assert_int_equal(loop_signal(loop, SIGUSR2, on_signal, &seen, &e), 0);
	assert_int_equal(kill(getpid(), SIGUSR2), 0);
	loop_run(loop);
	assert_int_equal(seen, SIGUSR2);
	assert_int_equal(loop_signal(loop, SIGKILL, on_signal, &seen, &e),
	    ERR_IO);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(timer_fires_once_at_its_time),
		T(repeating_timer_keeps_its_phase),
		T(stopped_by_an_earlier_callback_never_fires),
		T(run_waits_for_timers_of_the_system_clock),
		T(timers_take_turns_with_descriptors),
		T(posts_of_another_thread_run_here_in_order),
		T(posts_not_made_are_dropped_with_the_loop),
		T(readiness_is_what_was_asked_for),
		T(hang_up_is_told_as_readiness),
		T(error_is_told_and_the_watch_survives),
		T(descriptor_number_may_be_used_again_at_once),
		T(an_edge_is_told_once),
		T(stopped_by_a_call_of_its_batch_is_not_called),
		T(a_pause_hears_nothing),
		T(what_cannot_be_watched_is_refused),
		T(signal_becomes_a_call),
	};

	return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
