/* tests/unit/monitors/test_probe_external.c - one run of a program is one
 * probe. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/obj.h"
#include "monitors/probe_external.h"
#include "monitors/program.h"
#include "tests/unit/monitors/programs.h"

#define HANG	"tail -f /dev/null >&2"

static struct programs_folder folder;

static int
set_up(void **state)
{
	static struct bed b;

	programs_open(&folder);
	bed_open(&b, &probe_external_type);
	bed_set(b.monitor, "run", "check");
	*state = &b;
	return 0;
}

static int
tear_down(void **state)
{
	int rc = bed_tear_down(state);

	programs_close(&folder);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);	/* no zombie */
	return rc;
}

static void
script(const char *text)
{
	(void)programs_write(&folder, "check", text, 0755);
}

/* Until done has been called so often: real time for programs, step of ours
 * for each look. */
static void
await(struct bed *b, unsigned done, dur_ns step)
{
	for (int i = 0; i < 10000 && b->done < done; i++) {
		(void)poll(NULL, 0, 1);
		loop_advance(b->loop, &b->clk, step);
	}
	assert_int_equal(b->done, done);
}

/* One probe of 5 s, to its end. */
static void
probe(struct bed *b, dur_ns step)
{
	void *spec = b->type->spec_new(b->monitor);
	struct probe_job job = bed_job(b, spec, 5 * CLOCK_S);
	unsigned done = b->done;

	assert_non_null(b->type->start(&job));
	assert_int_equal(b->done, done);
	await(b, done + 1, step);
	b->type->spec_free(&spec);
}

static void
output_is_up_and_none_is_down(void **state)
{
	struct bed *b = *state;
	char why[128];

	script("echo up; exit 1");
	probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	script("echo down >&2; exit 7");
	probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_EXITED);
	assert_string_equal(probe_reason(&b->result, why, sizeof(why)),
	    "program ended without output, status 7");
	script("kill -11 $$");
	probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_KILLED);
	assert_string_equal(probe_reason(&b->result, why, sizeof(why)),
	    "program was killed by signal 11");
}

static void
it_is_told_whom_to_ask_and_how(void **state)
{
	struct bed *b = *state;
	char line[700];

	bed_set(b->monitor, "args", "-v \"two words\" $(id)");
	bed_set(b->monitor, "user-defined", "\"KEY=a text\" OTHER=");
	(void)snprintf(line, sizeof(line), "test \"$*\" = '127.0.0.1 %u -v "
	    "two words $(id)' && test $# = 5 && test $NODE_IP:$NODE_PORT = "
	    "127.0.0.1:%u && test \"$KEY$OTHER\" = 'a text' && "
	    "test $MON_TMPL_NAME = /Common/m && test $(id -u) = 65534 && "
	    "echo up", b->peer.at.port, b->peer.at.port);
	script(line);
	probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
}

static void
what_hangs_is_silence_and_is_ended(void **state)
{
	struct bed *b = *state;
	mono_ns start = loop_now_ns(b->loop);

	script("tail -f /dev/null & " HANG);
	probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	assert_int_equal(loop_now_ns(b->loop) - start, 5 * CLOCK_S);
}

static void
what_cannot_be_run_is_our_fault(void **state)
{
	struct bed *b = *state;
	char why[128];

	probe(b, 0);		/* there is none */
	bed_expect(b, PROBE_ABSTAIN, PROBE_LOCAL);
	assert_int_equal(b->result.sys_errno, ENOENT);
	assert_string_equal(probe_reason(&b->result, why, sizeof(why)),
	    "cannot probe: No such file or directory");
	(void)programs_write(&folder, "check", "echo up", 0644);
	probe(b, 0);
	bed_expect(b, PROBE_ABSTAIN, PROBE_LOCAL);
	assert_int_equal(b->result.sys_errno, EACCES);
	(void)programs_write(&folder, "check", "echo up", 0777);
	probe(b, 0);
	bed_expect(b, PROBE_ABSTAIN, PROBE_LOCAL);
	assert_int_equal(b->result.sys_errno, EPERM);
	bed_set(b->monitor, "run", "none");
	probe(b, 0);
	bed_expect(b, PROBE_ABSTAIN, PROBE_LOCAL);
}

static void
stopped_it_tells_nobody(void **state)
{
	struct bed *b = *state;
	void *spec = b->type->spec_new(b->monitor);
	struct probe_job job = bed_job(b, spec, 5 * CLOCK_S);
	struct probe *p;

	script("echo up");
	p = b->type->start(&job);
	b->type->stop(&p);
	assert_null(p);
	b->type->stop(&p);
	for (int i = 0; i < 50; i++) {
		(void)poll(NULL, 0, 1);
		loop_advance(b->loop, &b->clk, CLOCK_S);
	}
	assert_int_equal(b->done, 0);
	b->type->spec_free(&spec);
}

/* Who had no turn within its time has said nothing about its target. */
static void
more_than_may_run_wait_and_then_abstain(void **state)
{
	struct bed *b = *state;
	void *spec = b->type->spec_new(b->monitor);
	struct probe_job job = bed_job(b, spec, 5 * CLOCK_S);
	struct probe *p[PROGRAM_LIMIT];

	script(HANG);
	for (size_t i = 0; i < OBJ_COUNT(p); i++)
		p[i] = b->type->start(&job);
	job.timeout_ns = CLOCK_S;
	assert_non_null(b->type->start(&job));
	loop_advance(b->loop, &b->clk, CLOCK_S);
	assert_int_equal(b->done, 1);
	bed_expect(b, PROBE_ABSTAIN, PROBE_LOCAL);
	job.timeout_ns = 5 * CLOCK_S;
	script("echo up");
	assert_non_null(b->type->start(&job));
	for (size_t i = 0; i < OBJ_COUNT(p); i++)
		b->type->stop(&p[i]);
	await(b, 2, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	b->type->spec_free(&spec);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(output_is_up_and_none_is_down),
		CASE(it_is_told_whom_to_ask_and_how),
		CASE(what_hangs_is_silence_and_is_ended),
		CASE(what_cannot_be_run_is_our_fault),
		CASE(stopped_it_tells_nobody),
		CASE(more_than_may_run_wait_and_then_abstain),
	};

	return cmocka_run_group_tests_name("probe_external", tests, NULL,
	    NULL);
}
