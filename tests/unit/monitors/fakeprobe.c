/* tests/unit/monitors/fakeprobe.c - see fakeprobe.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/fakeprobe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/mem.h"
#include "core/io/loop.h"
#include "monitors/monitor.h"

struct fakeprobe fakeprobe;

struct probe {
	struct probe_job  job;
	struct loop_timer timer;
};

static void
on_end(struct loop_timer *timer, void *arg)
{
	static const enum probe_code code[] = { PROBE_OK, PROBE_REFUSED,
	    PROBE_TIMEOUT, PROBE_LOCAL };
	struct probe *p = arg;
	struct probe_result r = { .outcome = fakeprobe.outcome[p->job.to.port],
	    .rtt_us = 1234, .from = { .family = AF_INET,
	    .octets = { 127, 0, 0, 1 } } };
	probe_done_fn done = p->job.done;
	void *done_arg = p->job.arg;

	(void)timer;
	r.code = fakeprobe.code != PROBE_OK ? fakeprobe.code :
	    code[r.outcome];
	fakeprobe.running--;
	free(p);
	done(done_arg, &r);
}

static struct probe *
start(const struct probe_job *job)
{
	struct probe *p = mem_zalloc(1, sizeof(*p));
	bool hangs = fakeprobe.hangs_from != 0 && job->to.port >= fakeprobe.hangs_from;

	p->job = fakeprobe.last = *job;
	assert_true(fakeprobe.starts < FAKEPROBE_STARTS);
	fakeprobe.start_ns[fakeprobe.starts] = loop_now_ns(job->loop);
	fakeprobe.start_port[fakeprobe.starts++] = job->to.port;
	if (++fakeprobe.running > fakeprobe.running_max)
		fakeprobe.running_max = fakeprobe.running;
	loop_timer_init(&p->timer, job->loop, on_end, p);
	loop_timer_start_at(&p->timer, loop_now_ns(job->loop) +
	    (hangs ? job->timeout_ns : fakeprobe.takes_ns));
	return p;
}

static void
stop(struct probe **pp)
{
	loop_timer_stop(&(*pp)->timer);
	free(*pp);
	*pp = NULL;
	fakeprobe.running--;
}

static void *
spec_new(const struct monitor *m)
{
	(void)m;
	fakeprobe.specs++;
	return mem_zalloc(1, 1);
}

static void
spec_free(void **pspec)
{
	free(*pspec);
	*pspec = NULL;
	fakeprobe.specs--;
}

static const struct probe_type kind = {
	.object = &monitor_tcp_type,
	.spec_new = spec_new,
	.spec_free = spec_free,
	.start = start,
	.stop = stop,
};

const struct probe_type *const fakeprobe_types[] = { &kind, NULL };

void
fakeprobe_reset(void)
{
	memset(&fakeprobe, 0, sizeof(fakeprobe));
	fakeprobe.takes_ns = CLOCK_MS;
}
