/* tests/unit/gtmd/mover/fakedrivers.h - stands in for all drivers: orders are kept, and
 * end when and as the test says. Defines driver_*: for one source file of a program.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_MOVER_FAKEDRIVERS_H
#define TESTS_UNIT_GTMD_MOVER_FAKEDRIVERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "gtmd/drive/driver.h"

struct driver_job {
	struct driver_job *next;
	struct drivers	*all;
	struct driver_owner owner;
	char		 id[700], host[64], from[64], to[64];
	enum driver_action action;
	bool		 dry_run;
	dur_ns		 deadline;
	struct loop_timer end;		/* where drivers do as they are told */
};

struct drivers {
	struct loop	*loop;
	struct driver_job *jobs;
};

/* Each order ends well at the loop's next turn; else when the test ends it. */
static bool fakedrivers_obey;
/* "storage vm1 /Common/l /Common/r ID\n" of each order ever; in a rehearsal with
 * "dry " in front. */
static struct strbuf fakedrivers_heard;

const char *
driver_action_name(enum driver_action a)
{
	static const char *const names[] = { "check", "storage", "memory",
	    "verify", "cancel", "finish" };

	return names[a];
}

struct drivers *
driver_all_new(struct loop *l, const char *folder, struct err *e)
{
	struct drivers *all = mem_zalloc(1, sizeof(*all));

	(void)folder;
	(void)e;
	all->loop = l;
	strbuf_fini(&fakedrivers_heard);
	strbuf_init(&fakedrivers_heard);
	return all;
}

void
driver_all_free(struct drivers **pall)
{
	struct drivers *all = *pall;

	*pall = NULL;
	if (all == NULL)
		return;
	assert_null(all->jobs);
	strbuf_fini(&fakedrivers_heard);
	free(all);
}

int
driver_check(const struct drivers *all, const struct driver_place *p,
    struct err *e)
{
	(void)all;
	(void)p;
	(void)e;
	return 0;
}

void
driver_stop(struct driver_job **pjob)
{
	struct driver_job *job = *pjob, **at;

	*pjob = NULL;
	if (job == NULL)
		return;
	for (at = &job->all->jobs; *at != job;)
		at = &(*at)->next;
	*at = job->next;
	loop_timer_stop(&job->end);
	free(job);
}

/* The job's end. */
static void
fakedrivers_end(struct driver_job *job, int code, bool retry, const char *text)
{
	const struct driver_owner owner = job->owner;
	const struct driver_result r = { code, retry, text };

	driver_stop(&job);
	owner.done(owner.arg, &r);
}

static void
fakedrivers_on_end(struct loop_timer *t, void *arg)
{
	(void)t;
	fakedrivers_end(arg, 0, false, NULL);
}

struct driver_job *
driver_start(struct drivers *all, const struct driver_order *o,
    const struct driver_owner *owner)
{
	struct driver_job *job = mem_zalloc(1, sizeof(*job));

	*job = (struct driver_job){ .next = all->jobs, .all = all,
	    .owner = *owner, .action = o->action, .dry_run = o->dry_run,
	    .deadline = o->deadline };
	(void)snprintf(job->id, sizeof(job->id), "%s", o->id);
	(void)snprintf(job->host, sizeof(job->host), "%s", o->host->name);
	(void)snprintf(job->from, sizeof(job->from), "%s", o->from->name);
	(void)snprintf(job->to, sizeof(job->to), "%s", o->to->name);
	loop_timer_init(&job->end, all->loop, fakedrivers_on_end, job);
	if (fakedrivers_obey)
		loop_timer_start(&job->end, 0, 0);
	all->jobs = job;
	strbuf_printf(&fakedrivers_heard, "%s%s %s %s %s %s\n", o->dry_run ?
	    "dry " : "", driver_action_name(o->action), o->host->name,
	    o->from->name, o->to->name, o->id);
	return job;
}

/* The order of this action for a host that is under way, or NULL. */
static inline struct driver_job *
fakedrivers_find(const struct drivers *all, enum driver_action a,
    const char *host)
{
	struct driver_job *job = all->jobs;

	while (job != NULL && (job->action != a || strcmp(job->host, host) != 0))
		job = job->next;
	return job;
}

/* How many orders are under way. */
static inline size_t
fakedrivers_count(const struct drivers *all)
{
	size_t n = 0;

	for (const struct driver_job *job = all->jobs; job != NULL;
	    job = job->next)
		n++;
	return n;
}

/* How often does a text stand in what was ordered? */
static inline unsigned
fakedrivers_ordered(const char *text)
{
	unsigned n = 0;

	for (const char *at = fakedrivers_heard.text;
	    at != NULL && (at = strstr(at, text)) != NULL; at++)
		n++;
	return n;
}

#endif
