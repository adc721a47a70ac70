/* monitors/attempt.c - see attempt.h. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/attempt.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/sock.h"

/* struct probe is another one in each probe type, and starts with us in all. */
static struct probe *
probe_of(struct attempt *a)
{
	return (struct probe *)(void *)a;
}

static struct attempt *
attempt_of(struct probe *p)
{
	struct attempt *a = (struct attempt *)(void *)p;

	OBJ_CHECK(a, ATTEMPT_MAGIC);
	return a;
}

void
attempt_stock_init(struct attempt_stock *s, const struct attempt_kind *kind)
{
	s->kind = kind;
	s->spare = NULL;
	rand_seed(&s->rand);
}

void
attempt_stock_fini(struct attempt_stock *s)
{
	struct attempt *a;

	while ((a = s->spare) != NULL) {
		s->spare = a->next_spare;
		talk_fini(&a->talk);
		if (s->kind->fini != NULL)
			s->kind->fini(probe_of(a));
		free(a);
	}
}

void *
attempt_engine_new(const struct attempt_kind *kind)
{
	struct attempt_stock *s = mem_zalloc(1, sizeof(*s));

	attempt_stock_init(s, kind);
	return s;
}

void
attempt_engine_free(void **pengine)
{
	attempt_stock_fini(*pengine);
	free(*pengine);
	*pengine = NULL;
}

static void
give_back(struct attempt *a)
{
	loop_timer_stop(&a->deadline);
	talk_stop(&a->talk);
	a->stock->kind->hang_up(probe_of(a));
	a->magic = 0;
	a->next_spare = a->stock->spare;
	a->stock->spare = a;
}

/* First our own state, then the owner, who may start the next. */
void
attempt_end(struct attempt *a, struct probe_result *r)
{
	probe_done_fn done = a->job.done;
	void *arg = a->job.arg;

	OBJ_CHECK(a, ATTEMPT_MAGIC);
	r->from = a->from;
	r->expiring = a->expiring;
	r->days_left = a->days_left;
	r->rtt_us = (uint32_t)((loop_now_ns(a->job.loop) - a->start_ns) / 1000);
	give_back(a);
	done(arg, r);
}

void
attempt_end_errno(struct attempt *a, int sys_errno)
{
	struct probe_result r = { 0 };

	probe_from_errno(&r, sys_errno);
	attempt_end(a, &r);
}

static void
on_talked(void *arg, struct probe_result *r)
{
	attempt_end(arg, r);
}

/* Time is over, or start had failed and left it to us to say so. */
static void
on_deadline(struct loop_timer *timer, void *arg)
{
	struct attempt *a = arg;
	struct probe_result r = { .outcome = PROBE_SILENT,
	    .code = PROBE_TIMEOUT };

	assert(timer == &a->deadline);
	if (a->sys_errno != 0)
		probe_from_errno(&r, a->sys_errno);
	else if (a->talk.io != NULL)
		talk_expire(&a->talk, &r);
	else if (a->stock->kind->expire != NULL)
		a->stock->kind->expire(probe_of(a), &r);
	if (a->our_fault) {
		r.outcome = PROBE_ABSTAIN;
		r.code = a->fault_code;
	}
	attempt_end(a, &r);
}

static struct attempt *
make(struct attempt_stock *s, const struct probe_job *job)
{
	struct attempt *a = mem_zalloc(1, s->kind->size);

	a->stock = s;
	a->job = *job;
	a->talk.ops = &s->kind->ops;
	a->talk.done = on_talked;
	a->talk.arg = a;
	if (s->kind->init != NULL)
		s->kind->init(probe_of(a));
	return a;
}

struct probe *
attempt_start(struct attempt_stock *s, const struct probe_job *job)
{
	struct attempt *a = s->spare;

	if (a != NULL)
		s->spare = a->next_spare;
	else
		a = make(s, job);
	a->magic = ATTEMPT_MAGIC;
	a->sys_errno = 0;
	a->our_fault = false;
	a->job = *job;
	a->start_ns = loop_now_ns(job->loop);
	a->from = (struct addr){ 0 };
	a->expiring = false;
	a->days_left = 0;
	loop_timer_init(&a->deadline, job->loop, on_deadline, a);
	loop_timer_start_at(&a->deadline, a->start_ns + job->timeout_ns);
	if (job->fault != 0)
		attempt_abstain_for(a, PROBE_GATEWAY, job->fault);
	return probe_of(a);
}

void
attempt_fail(struct attempt *a, int sys_errno)
{
	a->sys_errno = sys_errno;
	loop_timer_start_at(&a->deadline, a->start_ns);
}

void
attempt_abstain_for(struct attempt *a, enum probe_code code, int sys_errno)
{
	attempt_fail(a, sys_errno);
	a->our_fault = true;
	a->fault_code = code;
}

void
attempt_abstain(struct attempt *a, int sys_errno)
{
	attempt_abstain_for(a, PROBE_LOCAL, sys_errno);
}

void
attempt_stop(struct probe **pp)
{
	struct probe *p = *pp;

	*pp = NULL;
	if (p != NULL)
		give_back(attempt_of(p));
}

void
attempt_talk(struct attempt *a, const struct talk_spec *spec, int fd,
    struct loop_io *io, unsigned ready)
{
	struct addrport local;

	sock_local(fd, &local);
	a->from = local.addr;
	a->talk.spec = spec;
	talk_start(&a->talk, io, ready);
}
