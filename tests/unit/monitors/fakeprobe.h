/* tests/unit/monitors/fakeprobe.h - a scheduler in virtual time whose probes
 * are scripted: each takes fake_takes_ns and ends as its destination's port
 * says in fake_script.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_MONITORS_FAKEPROBE_H
#define TESTS_UNIT_MONITORS_FAKEPROBE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "monitors/board.h"
#include "monitors/monitor.h"
#include "monitors/probe.h"
#include "monitors/sched.h"
#include "monitors/watch.h"

#define FAKE_PORTS	65536
#define FAKE_STARTS	200000

struct probe {
	struct probe_job  job;
	struct loop_timer timer;
};

static struct {
	enum probe_outcome outcome[FAKE_PORTS];	/* by port; first is UP */
	dur_ns		   takes_ns;
	uint16_t	   hangs_from;	/* ports from here take all of their
					 * time; 0 = none */
	mono_ns		   start_ns[FAKE_STARTS];	/* of each start */
	uint16_t	   start_port[FAKE_STARTS];
	size_t		   starts, running, running_max, specs;
} fake;

static inline void
fake_on_end(struct loop_timer *timer, void *arg)
{
	static const enum probe_code code[] = { PROBE_OK, PROBE_REFUSED,
	    PROBE_TIMEOUT, PROBE_LOCAL };
	struct probe *p = arg;
	struct probe_result r = { .outcome = fake.outcome[p->job.to.port],
	    .rtt_us = 1234, .from = { .family = AF_INET,
	    .octets = { 127, 0, 0, 1 } } };
	probe_done_fn done = p->job.done;
	void *done_arg = p->job.arg;

	(void)timer;
	r.code = code[r.outcome];
	fake.running--;
	free(p);
	done(done_arg, &r);
}

static inline struct probe *
fake_start(const struct probe_job *job)
{
	struct probe *p = mem_zalloc(1, sizeof(*p));
	bool hangs = fake.hangs_from != 0 && job->to.port >= fake.hangs_from;

	p->job = *job;
	assert_true(fake.starts < FAKE_STARTS);
	fake.start_ns[fake.starts] = loop_now_ns(job->loop);
	fake.start_port[fake.starts++] = job->to.port;
	if (++fake.running > fake.running_max)
		fake.running_max = fake.running;
	loop_timer_init(&p->timer, job->loop, fake_on_end, p);
	loop_timer_start_at(&p->timer, loop_now_ns(job->loop) +
	    (hangs ? job->timeout_ns : fake.takes_ns));
	return p;
}

static inline void
fake_stop(struct probe **pp)
{
	loop_timer_stop(&(*pp)->timer);
	free(*pp);
	*pp = NULL;
	fake.running--;
}

static inline void *
fake_spec_new(const struct monitor *m)
{
	(void)m;
	fake.specs++;
	return mem_zalloc(1, 1);
}

static inline void
fake_spec_free(void **pspec)
{
	free(*pspec);
	*pspec = NULL;
	fake.specs--;
}

static const struct probe_type fake_type = {
	.object = &monitor_tcp_type,
	.spec_new = fake_spec_new,
	.spec_free = fake_spec_free,
	.start = fake_start,
	.stop = fake_stop,
};
static const struct probe_type *const fake_types[] = { &fake_type, NULL };

/* A scheduler on it. */
struct rig {
	struct clock	 clk;
	struct loop	*loop;
	struct board	*board;
	struct sched	*sched;
	struct monitor	*monitor;	/* tcp, at its defaults */
	unsigned	 calls;		/* of rig_on_change */
};

static inline void
rig_open(struct rig *r, size_t limit)
{
	static int null = -1;
	struct log_config quiet = { .level = LOG_ERROR };
	struct sched_config c = { .types = fake_types, .limit = limit };
	struct err e;

	if (null == -1)
		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	quiet.fd = null;
	log_setup(&quiet);
	*r = (struct rig){ 0 };
	memset(&fake, 0, sizeof(fake));
	fake.takes_ns = CLOCK_MS;
	clock_fake_init(&r->clk, 12345 * CLOCK_S, 1700000000);
	c.loop = r->loop = loop_new(&r->clk, &e);
	assert_non_null(r->loop);
	c.board = r->board = board_new();
	r->sched = sched_new(&c, &e);
	assert_non_null(r->sched);
	r->monitor = (struct monitor *)object_new(&monitor_tcp_type,
	    "/Common/m");
}

static inline void
rig_close(struct rig *r)
{
	struct object *o = &r->monitor->obj;

	sched_free(&r->sched);
	board_free(&r->board);
	object_unref(&o);
	loop_free(&r->loop);
	assert_int_equal(fake.running, 0);
	assert_int_equal(fake.specs, 0);
}

static inline void
rig_on_change(struct watch *w, void *arg)
{
	struct rig *r = arg;

	(void)w;
	r->calls++;
}

/* Watches 10.0.0.1:port through the rig's monitor. */
static inline struct watch *
rig_watch(struct rig *r, uint16_t port)
{
	struct addrport to = { .addr = { .family = AF_INET,
	    .octets = { 10, 0, 0, 1 } }, .port = port };

	return watch_open(r->sched, r->monitor, &to, rig_on_change, r);
}

static inline void
rig_run(struct rig *r, dur_ns by)
{
	loop_advance(r->loop, &r->clk, by);
}

/* The rig's monitor becomes another object, with a value changed unless name
 * is NULL. */
static inline void
rig_change(struct rig *r, const char *name, const char *value)
{
	struct object *o = &r->monitor->obj, *n = object_clone(o);
	const struct prop *p = name != NULL ?
	    prop_find(n->type->props, name, NULL) : NULL;
	struct err e = { 0 };

	if (name != NULL && (p == NULL || prop_set(p, n, value, &e) != 0))
		fail_msg("%s: %s: %s", name, value, e.text);
	object_unref(&o);
	r->monitor = (struct monitor *)n;
}

#endif
