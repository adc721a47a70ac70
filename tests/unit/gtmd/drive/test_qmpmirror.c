/* tests/unit/gtmd/drive/test_qmpmirror.c - what the disks of a machine lack, by
 * pictures. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/model/json.h"
#include "gtmd/drive/qmpmirror.h"

static struct driver_place from, to;
static struct driver_host host;
static struct driver_order order;
static struct qmpmove move;
static struct qmpstep step;

static void
add_disk(struct qmpseen *s, const char *name, uint64_t size)
{
	struct qmpseen_disk *d = &s->disks[s->disk_count++];

	(void)snprintf(d->name, sizeof(d->name), "gtm-%s", name);
	d->size = size;
}

static struct qmpseen_job *
add_job(const char *name)
{
	struct qmpseen *s = &move.at[QMPSTEP_FROM];
	struct qmpseen_job *job = &s->jobs[s->job_count++];

	(void)snprintf(job->name, sizeof(job->name), "%s", name);
	job->ready = true;
	job->octets = job->total = 9;
	return job;
}

static void
export_it(const char *name)
{
	struct qmpseen *s = &move.at[QMPSTEP_TO];

	(void)snprintf(s->exports[s->export_count++], QMPSEEN_NAME, "%s", name);
}

/* A disk at both sides. */
static int
set_up(void **state)
{
	(void)state;
	from = (struct driver_place){ .name = "a" };
	to = (struct driver_place){ .name = "b" };
	host = (struct driver_host){ .name = "vm", .storage_octets = 1 };
	order = (struct driver_order){ .from = &from, .to = &to,
	    .host = &host };
	memset(&move, 0, sizeof(move));
	move.order = &order;
	add_disk(&move.at[QMPSTEP_FROM], "d", 512);
	add_disk(&move.at[QMPSTEP_TO], "d", 512);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	json_free(&step.arguments);
	return 0;
}

static void
next_is(const char *command)
{
	assert_int_equal(step.what, QMPSTEP_SEND);
	assert_string_equal(step.command, command);
	json_free(&step.arguments);
}

static void
disks_fit_by_name_and_size(void **state)
{
	(void)state;
	assert_true(qmpmirror_fit(&move, &step));
	add_disk(&move.at[QMPSTEP_TO], "more", 1);
	assert_true(qmpmirror_fit(&move, &step));
	move.at[QMPSTEP_TO].disks[0].size = 513;
	assert_false(qmpmirror_fit(&move, &step));
	assert_string_equal(step.e.text, "disk d of vm has 512 octets at a and "
	    "513 at b");
	move.at[QMPSTEP_TO].disk_count = 0;
	assert_false(qmpmirror_fit(&move, &step));
	assert_string_equal(step.e.text, "vm at b has no disk d");
	assert_false(step.retry);
}

static void
what_a_disk_lacks_comes_in_order(void **state)
{
	struct qmpseen_job *job;

	(void)state;
	assert_true(qmpmirror_prepare(&move, &step));
	next_is("nbd-server-start");
	assert_true(qmpmirror_prepare(&move, &step));
	next_is("block-export-add");
	export_it("gtm-d");
	assert_true(qmpmirror_prepare(&move, &step));
	next_is("drive-mirror");
	job = add_job("gtm-d");
	job->ready = false;
	job->octets = 4;
	assert_true(qmpmirror_prepare(&move, &step));
	assert_int_equal(step.what, QMPSTEP_WAIT);
	assert_int_equal(step.octets, 4);
	assert_int_equal(step.total, 9);
	job->ready = true;
	assert_false(qmpmirror_prepare(&move, &step));
}

static void
a_mirror_of_before_is_looked_at(void **state)
{
	struct qmpseen_job *job = add_job("gtm-d");

	(void)state;
	assert_true(qmpmirror_prepare(&move, &step));	/* leads nowhere */
	next_is("block-job-cancel");
	job->ended = true;
	assert_true(qmpmirror_prepare(&move, &step));
	next_is("job-dismiss");
	job->ended = false;
	export_it("gtm-d");
	assert_false(qmpmirror_prepare(&move, &step));
}

static void
at_the_switch_each_is_let_go_and_known_to_be_the_same(void **state)
{
	struct qmpseen_job *job;

	(void)state;
	assert_false(qmpmirror_end(&move, &step));	/* nothing is known */
	next_is("migrate_cancel");
	job = add_job("gtm-d");
	assert_false(qmpmirror_end(&move, &step));	/* leads nowhere */
	next_is("migrate_cancel");
	export_it("gtm-d");
	assert_false(qmpmirror_end(&move, &step));
	next_is("block-job-cancel");
	job->ended = job->failed = true;
	assert_false(qmpmirror_end(&move, &step));
	next_is("migrate_cancel");
	job->failed = false;
	assert_true(qmpmirror_end(&move, &step));
	move.at[QMPSTEP_FROM].job_count = 0;
	host.storage_octets = 0;
	assert_true(qmpmirror_end(&move, &step));
}

static void
jobs_of_others_are_none_of_ours(void **state)
{
	struct qmpseen_job *job;

	(void)state;
	add_job("backup")->ready = false;
	assert_null(qmpmirror_first(&move, QMPMIRROR_LIVE));
	job = add_job("gtm-d");
	assert_ptr_equal(qmpmirror_first(&move, QMPMIRROR_LIVE), job);
	assert_null(qmpmirror_first(&move, QMPMIRROR_UNREADY));
	job->ready = false;
	assert_ptr_equal(qmpmirror_first(&move, QMPMIRROR_UNREADY), job);
	job->ended = true;
	assert_null(qmpmirror_first(&move, QMPMIRROR_LIVE));
	assert_null(qmpmirror_first(&move, QMPMIRROR_UNREADY));
	assert_ptr_equal(qmpmirror_first(&move, QMPMIRROR_ENDED), job);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(disks_fit_by_name_and_size),
		CASE(what_a_disk_lacks_comes_in_order),
		CASE(a_mirror_of_before_is_looked_at),
		CASE(at_the_switch_each_is_let_go_and_known_to_be_the_same),
		CASE(jobs_of_others_are_none_of_ours),
	};

	return cmocka_run_group_tests_name("qmpmirror", tests, NULL, NULL);
}
