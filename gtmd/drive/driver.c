/* gtmd/drive/driver.c - see driver.h.
 *
 * What all kinds have: an order of one's own, a deadline, news that come at a
 * pace, and an end that comes once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/drive/driver.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/drive/driver_inside.h"
#include "monitors/program.h"

#define PACE_MS		250	/* between two pieces of progress */

static const struct driver_kind_row *const kinds[] = {
	[DRIVER_EXEC] = &driver_exec_row,
	[DRIVER_QMP] = &driver_qmp_row
};

const char *
driver_action_name(enum driver_action a)
{
	static const char *const names[] = {
		[DRIVER_CHECK] = "check", [DRIVER_STORAGE] = "storage",
		[DRIVER_MEMORY] = "memory", [DRIVER_VERIFY] = "verify",
		[DRIVER_CANCEL] = "cancel", [DRIVER_FINISH] = "finish"
	};

	return names[a];
}

struct drivers *
driver_all_new(struct loop *l, const char *folder, struct err *e)
{
	struct programs *programs = program_all_new(l, PROGRAM_LIMIT, e);
	struct drivers *all;

	if (programs == NULL)
		return NULL;
	all = mem_zalloc(1, sizeof(*all));
	all->magic = DRIVERS_MAGIC;
	all->loop = l;
	all->folder = folder != NULL ? folder : DRIVER_FOLDER;
	all->programs = programs;
	return all;
}

void
driver_all_free(struct drivers **pall)
{
	struct drivers *all = *pall;

	*pall = NULL;
	if (all == NULL)
		return;
	OBJ_CHECK(all, DRIVERS_MAGIC);
	assert(all->jobs == 0);
	program_all_free(&all->programs);
	all->magic = 0;
	free(all);
}

int
driver_check(const struct drivers *all, const struct driver_place *p,
    struct err *e)
{
	OBJ_CHECK(all, DRIVERS_MAGIC);
	return kinds[p->kind]->check(all, p, e);
}

/* ---- a job ---- */

static void
forget(struct driver_job *job)
{
	const struct driver_kind_row *kind = kinds[job->copy.from.kind];

	if (job->work != NULL)
		kind->stop(&job->work);
	loop_timer_stop(&job->begin);
	loop_timer_stop(&job->deadline);
	loop_timer_stop(&job->pace);
	drivercopy_fini(&job->copy);
	free(job->note);
	job->all->jobs--;
	job->magic = 0;
	free(job);
}

static void
tell_progress(struct driver_job *job)
{
	job->fresh = false;
	loop_timer_start(&job->pace, PACE_MS, 0);
	if (job->owner.progress != NULL)
		job->owner.progress(job->owner.arg, job->octets, job->total,
		    job->note);
}

static void
on_pace(struct loop_timer *t, void *arg)
{
	struct driver_job *job = arg;

	OBJ_CHECK(job, DRIVER_JOB_MAGIC);
	assert(t == &job->pace);
	if (job->fresh)
		tell_progress(job);
}

/* Told from the loop: who reports may not be ready to be stopped. */
void
driver_report(struct driver_job *job, uint64_t octets, uint64_t total,
    const char *note)
{
	OBJ_CHECK(job, DRIVER_JOB_MAGIC);
	job->octets = octets;
	job->total = total;
	if (note != NULL) {
		free(job->note);
		job->note = mem_strdup(note);
	}
	job->fresh = true;
	if (!loop_timer_running(&job->pace))
		loop_timer_start(&job->pace, 0, 0);
}

void
driver_end(struct driver_job *job, int code, bool retry, const char *text)
{
	struct driver_result r = { .code = code, .retry = code != 0 && retry };
	struct driver_owner owner = job->owner;
	char *own = mem_strdup(text);

	OBJ_CHECK(job, DRIVER_JOB_MAGIC);
	forget(job);
	r.text = own;
	owner.done(owner.arg, &r);
	free(own);
}

static void
on_deadline(struct loop_timer *t, void *arg)
{
	struct driver_job *job = arg;
	const struct driver_order *o = &job->copy.order;
	struct err e;

	OBJ_CHECK(job, DRIVER_JOB_MAGIC);
	assert(t == &job->deadline);
	driver_end(job, err_set(&e, ERR_BUSY, "%s of %s has not ended within "
	    "%.3g s", driver_action_name(o->action), o->host->name,
	    (double)o->deadline / (double)CLOCK_S), true, e.text);
}

/* The name stands in paths and in what programs are told. */
static int
check_order(const struct drivers *all, const struct driver_order *o,
    struct err *e)
{
	const char *name = o->host->name;

	if (*name == '\0' || strchr(name, '/') != NULL ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return err_set(e, ERR_RANGE, "\"%.100s\" is no name of a "
		    "machine: it has a slash in it, or is . or ..", name);
	if (o->from->kind != o->to->kind)
		return err_set(e, ERR_CONFLICT, "hypervisors %s and %s have "
		    "different drivers", o->from->name, o->to->name);
	if (driver_check(all, o->from, e) != 0 ||
	    driver_check(all, o->to, e) != 0)
		return e->code;
	return 0;
}

static void
on_begin(struct loop_timer *t, void *arg)
{
	struct driver_job *job = arg;
	const struct driver_order *o = &job->copy.order;
	struct err e = { 0 };

	OBJ_CHECK(job, DRIVER_JOB_MAGIC);
	assert(t == &job->begin);
	if (check_order(job->all, o, &e) == 0)
		job->work = kinds[o->from->kind]->start(job, &e);
	if (job->work == NULL)
		driver_end(job, e.code, e.code == ERR_IO, e.text);
}

struct driver_job *
driver_start(struct drivers *all, const struct driver_order *order,
    const struct driver_owner *owner)
{
	struct driver_job *job = mem_zalloc(1, sizeof(*job));

	OBJ_CHECK(all, DRIVERS_MAGIC);
	job->magic = DRIVER_JOB_MAGIC;
	job->all = all;
	job->owner = *owner;
	drivercopy_init(&job->copy, order);
	loop_timer_init(&job->begin, all->loop, on_begin, job);
	loop_timer_init(&job->deadline, all->loop, on_deadline, job);
	loop_timer_init(&job->pace, all->loop, on_pace, job);
	loop_timer_start(&job->begin, 0, 0);
	if (order->deadline != 0)
		loop_timer_start(&job->deadline, order->deadline / CLOCK_MS + 1,
		    0);
	all->jobs++;
	return job;
}

void
driver_stop(struct driver_job **jobp)
{
	struct driver_job *job = *jobp;

	*jobp = NULL;
	if (job == NULL)
		return;
	OBJ_CHECK(job, DRIVER_JOB_MAGIC);
	forget(job);
}
