/* tests/unit/gtmd/drive/test_driver_exec.c - programs that do what they are
 * asked, fail, lie, flood, hang and die. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "gtmd/drive/driver.h"
#include "monitors/program.h"
#include "tests/unit/monitors/programs.h"

#define LOOKS	10000		/* of a millisecond: what must come has come */
#define HANG	"exec tail -f /dev/null >/dev/null"

struct stage {
	struct clock	 clk;
	struct loop	*loop;
	struct drivers	*all;
	struct programs_folder folder;
	struct driver_place from, to;
	struct driver_host host;
	struct driver_order order;
	struct driver_job *job;
	unsigned	 ends, news;
	int		 code;
	bool		 retry;
	uint64_t	 octets, total;
	char		 text[ERR_TEXT_MAX], note[ERR_TEXT_MAX];
};

static int
set_up(void **state)
{
	static struct stage s;
	struct err e;

	s = (struct stage){ .from = { .name = "a", .program = "move" },
	    .to = { .name = "b", .program = "move" },
	    .host = { .name = "vm1" }, .order = { .id = "m/1/vm1/memory/1",
	    .action = DRIVER_MEMORY, .from = &s.from, .to = &s.to,
	    .host = &s.host } };
	programs_open(&s.folder);
	clock_fake_init(&s.clk, 1000 * CLOCK_S, 1700000000);
	s.loop = loop_new(&s.clk, &e);
	s.all = driver_all_new(s.loop, s.folder.path, &e);
	assert_non_null(s.all);
	*state = &s;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	driver_stop(&s->job);
	driver_stop(&s->job);
	driver_all_free(&s->all);
	driver_all_free(&s->all);
	loop_poll(s->loop);
	loop_free(&s->loop);
	programs_close(&s->folder);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);	/* no zombie */
	return 0;
}

static void
on_progress(void *arg, uint64_t octets, uint64_t total, const char *note)
{
	struct stage *s = arg;

	s->news++;
	s->octets = octets;
	s->total = total;
	(void)snprintf(s->note, sizeof(s->note), "%s", note != NULL ? note :
	    "-");
}

static void
on_done(void *arg, const struct driver_result *r)
{
	struct stage *s = arg;

	s->job = NULL;
	s->ends++;
	s->code = r->code;
	s->retry = r->retry;
	(void)snprintf(s->text, sizeof(s->text), "%s", r->text);
}

/* Real time for the programs, as good as none for our clock. */
static void
look(struct stage *s)
{
	(void)poll(NULL, 0, 1);
	for (int i = 0; i < 32; i++)
		loop_advance(s->loop, &s->clk, 1);
}

static void
begin(struct stage *s, const char *script)
{
	const struct driver_owner owner = { on_progress, on_done, s };

	if (script != NULL)
		(void)programs_write(&s->folder, "move", script, 0755);
	s->ends = s->news = 0;
	s->job = driver_start(s->all, &s->order, &owner);
	assert_non_null(s->job);
	assert_int_equal(s->ends, 0);
}

static void
await_end(struct stage *s)
{
	for (int i = 0; i < LOOKS && s->ends == 0; i++)
		look(s);
	assert_int_equal(s->ends, 1);
	assert_null(s->job);
}

static void
run(struct stage *s, const char *script)
{
	begin(s, script);
	await_end(s);
}

/* A file that a program as nobody may write. */
static const char *
shared_file(struct stage *s, char path[128])
{
	FILE *f;

	(void)snprintf(path, 128, "%s/told", s->folder.path);
	f = fopen(path, "we");
	assert_non_null(f);
	(void)fclose(f);
	assert_int_equal(chmod(path, 0666), 0);
	return path;
}

static void
await_word(struct stage *s, const char *path, const char *word)
{
	char text[64] = "";

	for (int i = 0; i < LOOKS && strstr(text, word) == NULL; i++) {
		FILE *f = fopen(path, "re");

		assert_non_null(f);
		text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
		(void)fclose(f);
		look(s);
	}
	assert_non_null(strstr(text, word));
}

static void
an_order_is_read_and_its_result_believed(void **state)
{
	struct stage *s = *state;

	s->from.program = "move -x \"two words\"";
	run(s, "read order; test \"$2\" = 'two words' || exit 9\n"
	    "case $order in *'\"action\":\"memory\"'*'\"name\":\"vm1\"'*)\n"
	    "  echo '{\"progress\":5,\"total\":9,\"note\":\"copying\"}'\n"
	    "  echo \"{\\\"result\\\":\\\"done\\\",\\\"reason\\\":\\\""
	    "as $(id -u)\\\"}\";; esac");
	assert_string_equal(s->text, "as 65534");
	assert_int_equal(s->code, 0);
}

/* However much it says. */
static void
progress_comes_at_a_pace(void **state)
{
	struct stage *s = *state;

	begin(s, "i=0; while test $i -lt 500; do i=$((i + 1)); echo "
	    "\"{\\\"progress\\\":$i,\\\"note\\\":\\\"n$i\\\"}\"; done\n" HANG);
	for (int i = 0; i < LOOKS && s->octets < 500; i++) {
		(void)poll(NULL, 0, 1);
		loop_advance(s->loop, &s->clk, 50 * CLOCK_MS);
	}
	assert_int_equal(s->octets, 500);
	assert_int_equal(s->total, 0);
	assert_string_equal(s->note, "n500");
	assert_true(s->news <= 2 + (loop_now_ns(s->loop) - 1000 * CLOCK_S) /
	    (250 * CLOCK_MS));
	driver_stop(&s->job);
	look(s);
	assert_int_equal(s->ends, 0);
}

static void
a_failure_has_a_reason_and_says_whether_to_try_again(void **state)
{
	struct stage *s = *state;

	run(s, "echo '{\"result\":\"failed\",\"reason\":\"no room\"}'; exit 1");
	assert_string_equal(s->text, "memory of vm1: no room");
	assert_int_equal(s->code, ERR_IO);
	assert_false(s->retry);
	run(s, "echo lost >&2; echo again >&2\n"
	    "echo '{\"result\":\"failed\",\"retry\":true}'");
	assert_string_equal(s->text, "memory of vm1: lost; again");
	assert_true(s->retry);
	s->order.action = DRIVER_CANCEL;
	run(s, "echo '{\"result\":\"moved\",\"retry\":true}'");
	assert_string_equal(s->text, "cancel of vm1: it says no reason");
	assert_int_equal(s->code, ERR_CONFLICT);
	assert_false(s->retry);
}

static void
an_end_that_does_not_fit_is_a_failure(void **state)
{
	struct stage *s = *state;

	run(s, "echo '{\"progress\":1}'; echo cannot >&2; exit 3");
	assert_string_equal(s->text, "memory of vm1: the program ended with "
	    "status 3 and without a result: cannot");
	assert_int_equal(s->code, ERR_IO);
	assert_true(s->retry);
	run(s, "kill -9 $$");
	assert_string_equal(s->text, "memory of vm1: the program ended by "
	    "signal 9 and without a result: it wrote no errors");
	run(s, "echo '{\"result\":\"done\"}'; exit 4");
	assert_string_equal(s->text, "memory of vm1: the program ended with "
	    "status 4, which is not what it said: it wrote no errors");
	assert_true(s->retry);
}

static void
malice_is_cut_short(void **state)
{
	static const struct {
		const char *script, *told;
		int	    code;
	} cases[] = {
		{ "exec yes", "memory of vm1: line 1 of its output is no JSON "
		    "object: y", ERR_PARSE },
		{ "exec yes '{}'", "memory of vm1: its output has more than "
		    "16777216 octets in a minute", ERR_RANGE },
		{ "exec tr '\\0' x </dev/zero", "memory of vm1: line 1 of its "
		    "output has more than 8191 octets", ERR_RANGE },
		{ "exec yes >&2", "memory of vm1: its errors have more than "
		    "16777216 octets in a minute", ERR_RANGE },
		{ "printf '{\"result\":'", "memory of vm1: line 1 of its "
		    "output is no JSON object: {\"result\":", ERR_PARSE },
	};
	struct stage *s = *state;

	for (size_t i = 0; i < OBJ_COUNT(cases); i++) {
		run(s, cases[i].script);
		assert_string_equal(s->text, cases[i].told);
		assert_int_equal(s->code, cases[i].code);
		assert_false(s->retry);
	}
}

/* SIGTERM to all of its group, so that it may put things in order. */
static void
time_that_runs_out_ends_it(void **state)
{
	struct stage *s = *state;
	char path[128];

	(void)shared_file(s, path);
	s->from.program = "move told";
	s->order.deadline = 60 * CLOCK_S;
	begin(s, "cd ${0%/*}; trap 'echo term >$1; exit' TERM; echo on >$1\n"
	    "while :; do :; done");
	await_word(s, path, "on");
	assert_int_equal(s->ends, 0);
	loop_advance(s->loop, &s->clk, 59 * CLOCK_S);
	assert_int_equal(s->ends, 0);
	loop_advance(s->loop, &s->clk, 2 * CLOCK_S);
	assert_int_equal(s->ends, 1);
	assert_int_equal(s->code, ERR_BUSY);
	assert_true(s->retry);
	assert_string_equal(s->text, "memory of vm1 has not ended within 60 s");
	await_word(s, path, "term");
}

static void
who_has_a_result_and_stays_is_ended(void **state)
{
	struct stage *s = *state;

	begin(s, "echo '{\"result\":\"done\"}'; " HANG);
	for (int i = 0; i < 200; i++)
		look(s);
	assert_int_equal(s->ends, 0);
	for (int i = 0; i < LOOKS && s->ends == 0; i++) {
		(void)poll(NULL, 0, 1);
		loop_advance(s->loop, &s->clk, CLOCK_S);
	}
	assert_int_equal(s->ends, 1);
	assert_int_equal(s->code, 0);
	assert_string_equal(s->text, "done");
}

static void
what_is_not_to_be_run_is_not(void **state)
{
	struct stage *s = *state;

	s->from.program = "/bin/sh -c true";
	run(s, "exit 0");
	assert_int_equal(s->code, ERR_RANGE);
	assert_memory_equal(s->text, "hypervisor a: program: /bin/sh is not "
	    "in /tmp/", 46);
	s->from.program = "";
	run(s, NULL);
	assert_string_equal(s->text, "hypervisor a: program: driver exec needs "
	    "a program");
	s->from.program = "move \"";
	run(s, NULL);
	assert_int_equal(s->code, ERR_PARSE);
	s->from.program = "missing";
	run(s, NULL);
	assert_int_equal(s->code, ERR_IO);
	s->from.program = "move";
	(void)programs_write(&s->folder, "move", "exit 0", 0777);
	run(s, NULL);
	assert_non_null(strstr(s->text, "others than root may write it"));
}

static void
it_runs_as_its_user_and_never_as_root(void **state)
{
	static const char say[] = "echo \"{\\\"result\\\":\\\"done\\\","
	    "\\\"reason\\\":\\\"$(id -u) $(id -G) $HOME $USER $LOGNAME $PATH\\\""
	    "}\"";
	struct stage *s = *state;

	s->from.user = "games";
	run(s, say);
	assert_memory_equal(s->text, "5 60 /usr/games games games /usr/local/",
	    38);
	s->from.user = "no-such-user";
	run(s, say);
	assert_int_equal(s->code, ERR_NOTFOUND);
	assert_string_equal(s->text, "hypervisor a: user: there is no user "
	    "no-such-user");
	s->from.user = "root";
	run(s, say);
	assert_int_equal(s->code, ERR_RANGE);
}

static void
an_order_that_makes_no_sense_is_refused(void **state)
{
	static const char *const names[] = { "", ".", "..", "a/b" };
	struct stage *s = *state;

	for (size_t i = 0; i < OBJ_COUNT(names); i++) {
		s->host.name = names[i];
		run(s, "exit 0");
		assert_int_equal(s->code, ERR_RANGE);
	}
	s->host.name = "vm1";
	s->to.kind = DRIVER_QMP;
	run(s, NULL);
	assert_int_equal(s->code, ERR_CONFLICT);
	assert_string_equal(s->text, "hypervisors a and b have different "
	    "drivers");
}

/* More than run at the same time wait, within their deadline. */
static void
many_at_once_take_turns(void **state)
{
	const struct driver_owner owner = { on_progress, on_done, *state };
	struct stage *s = *state;
	struct driver_job *jobs[PROGRAM_LIMIT];

	(void)programs_write(&s->folder, "hang", HANG, 0755);
	s->from.program = "hang";
	for (size_t i = 0; i < OBJ_COUNT(jobs); i++)
		jobs[i] = driver_start(s->all, &s->order, &owner);
	look(s);
	s->from.program = "move";
	begin(s, "echo '{\"result\":\"done\"}'");
	for (int i = 0; i < 100; i++)
		look(s);
	assert_int_equal(s->ends, 0);
	driver_stop(&jobs[7]);
	await_end(s);
	assert_int_equal(s->code, 0);
	for (size_t i = 0; i < OBJ_COUNT(jobs); i++)
		driver_stop(&jobs[i]);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(an_order_is_read_and_its_result_believed),
		CASE(progress_comes_at_a_pace),
		CASE(a_failure_has_a_reason_and_says_whether_to_try_again),
		CASE(an_end_that_does_not_fit_is_a_failure),
		CASE(malice_is_cut_short),
		CASE(time_that_runs_out_ends_it),
		CASE(who_has_a_result_and_stays_is_ended),
		CASE(what_is_not_to_be_run_is_not),
		CASE(it_runs_as_its_user_and_never_as_root),
		CASE(an_order_that_makes_no_sense_is_refused),
		CASE(many_at_once_take_turns),
	};

	return cmocka_run_group_tests_name("driver_exec", tests, NULL, NULL);
}
