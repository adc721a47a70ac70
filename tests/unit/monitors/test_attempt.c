/* tests/unit/monitors/test_attempt.c - a probe type of the test's own, whose
 * connection is a socket pair. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "monitors/attempt.h"

struct probe {
	struct attempt	 attempt;
	struct loop_io	*io;		/* while connecting */
	bool		 hung_up;
};

/* What the type was asked to do, and what the next start is to do. */
static struct {
	int		 fail;		/* errno of start; 0 = connects */
	bool		 mute;		/* no talk: waits for the deadline */
	int		 pair[2];	/* the probe's end, the target's */
	unsigned	 made, freed, hung_up;
} play;

static ssize_t
play_send(void *arg, const void *octets, size_t len)
{
	struct probe *p = arg;

	assert_false(p->hung_up);
	return send(play.pair[0], octets, len, MSG_NOSIGNAL);
}

static ssize_t
play_recv(void *arg, void *octets, size_t cap)
{
	struct probe *p = arg;

	assert_false(p->hung_up);
	return recv(play.pair[0], octets, cap, 0);
}

static void
play_hang_up(struct probe *p)
{
	loop_io_stop(&p->io);
	p->hung_up = true;
	play.hung_up++;
}

static void
play_init(struct probe *p)
{
	assert_non_null(p->attempt.job.engine);
	play.made++;
}

static void
play_fini(struct probe *p)
{
	assert_true(p->hung_up);
	play.freed++;
}

static const struct attempt_kind kind = {
	.size = sizeof(struct probe),
	.ops = { play_send, play_recv },
	.hang_up = play_hang_up,
	.init = play_init,
	.fini = play_fini,
};

static void
on_connected(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct probe *p = arg;

	assert_ptr_equal(io, p->io);
	assert_int_equal(events, LOOP_WRITE);
	attempt_talk(&p->attempt, p->attempt.job.spec, fd, io, LOOP_WRITE);
}

static struct probe *
play_start(const struct probe_job *job)
{
	struct probe *p = attempt_start(job->engine, job);

	p->hung_up = false;
	if (play.fail != 0)
		attempt_fail(&p->attempt, play.fail);
	else if (!play.mute)
		p->io = loop_io_start(job->loop, play.pair[0], LOOP_WRITE,
		    on_connected, p);
	return p;
}

static void *
play_engine_new(struct loop *l, struct err *e)
{
	struct attempt_stock *s = mem_zalloc(1, sizeof(*s));

	(void)l;
	(void)e;
	attempt_stock_init(s, &kind);
	return s;
}

static void
play_engine_free(void **pengine)
{
	attempt_stock_fini(*pengine);
	free(*pengine);
	*pengine = NULL;
}

static void *
play_spec_new(const struct monitor *m)
{
	return talk_spec_new((const struct monitor_text *)m, false);
}

static const struct probe_type play_type = {
	.object = &monitor_tcp_type,
	.engine_new = play_engine_new,
	.engine_free = play_engine_free,
	.spec_new = play_spec_new,
	.spec_free = talk_spec_free,
	.start = play_start,
	.stop = attempt_stop,
};

static int
set_up(void **state)
{
	static struct bed b;

	memset(&play, 0, sizeof(play));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, play.pair), 0);
	bed_open(&b, &play_type);
	bed_set(b.monitor, "send", "ping");
	bed_set(b.monitor, "recv", "pong");
	*state = &b;
	return 0;
}

static int
tear_down(void **state)
{
	bed_close(*state);
	assert_int_equal(play.freed, play.made);
	(void)close(play.pair[0]);
	(void)close(play.pair[1]);
	return 0;
}

static void
the_end_of_the_talk_is_the_result(void **state)
{
	struct bed *b = *state;

	assert_int_equal(send(play.pair[1], "pong", 4, 0), 4);
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(b->result.rtt_us, 0);	/* no time has passed */
	assert_int_equal(play.hung_up, 1);
}

/* Without a talk, and with one that has half an answer. */
static void
the_deadline_ends_it_at_any_stage(void **state)
{
	struct bed *b = *state;

	play.mute = true;
	bed_probe(b, CLOCK_S);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	assert_int_equal(b->result.rtt_us, 5000000);
	play.mute = false;
	assert_int_equal(send(play.pair[1], "po", 2, 0), 2);
	bed_probe(b, CLOCK_S);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	assert_int_equal(play.hung_up, 2);
}

/* bed_probe asserts that it is not told out of start. */
static void
a_start_that_failed_is_told_from_the_loop(void **state)
{
	struct bed *b = *state;
	mono_ns before = loop_now_ns(b->loop);

	play.fail = EMFILE;
	bed_probe(b, 0);
	bed_expect(b, PROBE_ABSTAIN, PROBE_LOCAL);
	assert_int_equal(b->result.from.family, 0);
	play.fail = ENETUNREACH;
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_UNREACHABLE);
	assert_int_equal(loop_now_ns(b->loop), before);
	/* The next one has nothing of it. */
	play.fail = 0;
	assert_int_equal(send(play.pair[1], "pong", 4, 0), 4);
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(b->result.sys_errno, 0);
}

static void
what_has_ended_serves_the_next_start(void **state)
{
	struct bed *b = *state;

	play.fail = ECONNREFUSED;
	for (int i = 0; i < 10; i++)
		bed_probe(b, 0);
	assert_int_equal(play.made, 1);
	assert_int_equal(play.hung_up, 10);
}

static void
after_stop_nothing_is_called(void **state)
{
	struct bed *b = *state;
	void *spec = play_spec_new(b->monitor);
	struct probe_job job = bed_job(b, spec, CLOCK_S);
	struct probe *p = play_start(&job), *q;

	play.fail = ECONNREFUSED;
	q = play_start(&job);
	assert_int_equal(play.made, 2);		/* both at once */
	attempt_stop(&p);
	attempt_stop(&q);
	assert_null(p);
	attempt_stop(&p);
	assert_int_equal(send(play.pair[1], "pong", 4, 0), 4);
	loop_advance(b->loop, &b->clk, 2 * CLOCK_S);
	assert_int_equal(b->done, 0);
	assert_int_equal(play.hung_up, 2);
	talk_spec_free(&spec);
}

struct owner {
	struct probe_job job;
	struct bed	*bed;
};

static void
start_again(void *arg, const struct probe_result *r)
{
	struct owner *o = arg;

	assert_int_equal(r->code, PROBE_REFUSED);
	o->job = bed_job(o->bed, NULL, CLOCK_S);
	(void)play_start(&o->job);
}

static void
the_owner_may_start_the_next_out_of_done(void **state)
{
	struct bed *b = *state;
	struct owner o = { bed_job(b, NULL, CLOCK_S), b };

	o.job.done = start_again;
	o.job.arg = &o;
	play.fail = ECONNREFUSED;
	(void)play_start(&o.job);
	for (int i = 0; i < 10 && b->done == 0; i++)
		loop_advance(b->loop, &b->clk, 0);
	assert_int_equal(b->done, 1);
	bed_expect(b, PROBE_DOWN, PROBE_REFUSED);
	assert_int_equal(play.made, 1);
	assert_int_equal(play.hung_up, 2);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(the_end_of_the_talk_is_the_result),
		T(the_deadline_ends_it_at_any_stage),
		T(a_start_that_failed_is_told_from_the_loop),
		T(what_has_ended_serves_the_next_start),
		T(after_stop_nothing_is_called),
		T(the_owner_may_start_the_next_out_of_done),
	};

	return cmocka_run_group_tests_name("attempt", tests, NULL, NULL);
}
