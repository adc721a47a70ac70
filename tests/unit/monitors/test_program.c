/* tests/unit/monitors/test_program.c - programs that speak, end, hang, fork,
 * flood and will not die. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "monitors/program.h"

#define HANG	"tail -f /dev/null >&2"
#define LOOKS	10000		/* of a millisecond: what must come has come */

/* What an order borrows. */
struct call {
	char	 line[200], option[4];
	char	*argv[4];
};

struct stage {
	struct clock	 clk;
	struct loop	*loop;
	struct programs	*all;
	char		 pids[32];	/* a file where programs write numbers */
	char		*env[3], path[24];
	char		 env_pids[48];
	struct call	 calls[4];
	size_t		 count;
};

/* What one program told. */
struct ear {
	unsigned	 news;		/* but for what was heard */
	struct program_news newest;
	bool		 all, enough;	/* hears all; stops it at a word */
	size_t		 heard;
	char		 text[64];	/* the last of it */
	struct program	*program;
};

static int
set_up(void **state)
{
	static struct stage s;
	struct err e;
	int fd;

	clock_fake_init(&s.clk, 1000 * CLOCK_S, 1700000000);
	s.loop = loop_new(&s.clk, &e);
	s.all = program_all_new(s.loop, 2, &e);
	assert_non_null(s.all);
	(void)snprintf(s.pids, sizeof(s.pids), "/tmp/gtm-pids-XXXXXX");
	fd = mkstemp(s.pids);
	assert_true(fd != -1 && fchmod(fd, 0666) == 0);
	(void)close(fd);
	(void)snprintf(s.env_pids, sizeof(s.env_pids), "PIDS=%s", s.pids);
	s.count = 0;
	s.env[0] = s.env_pids;
	(void)snprintf(s.path, sizeof(s.path), "PATH=/bin:/usr/bin");
	s.env[1] = s.path;
	*state = &s;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	program_all_free(&s->all);
	program_all_free(&s->all);
	loop_poll(s->loop);
	loop_free(&s->loop);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);	/* no zombie */
	(void)unlink(s->pids);
	return 0;
}

static void
on_news(void *arg, const struct program_news *news)
{
	struct ear *ear = arg;

	if (news->len == 0) {
		ear->news++;
		ear->newest = *news;
		return;
	}
	ear->heard += news->len;
	(void)snprintf(ear->text, sizeof(ear->text), "%.*s", (int)news->len,
	    news->octets);
	if (ear->enough)
		program_stop(&ear->program);
}

static struct program *
start(struct stage *s, const char *line, struct ear *ear)
{
	struct call *c = &s->calls[s->count++];
	const struct program_order order = { .path = "/bin/sh", .argv = c->argv,
	    .envp = s->env, .fn = on_news, .arg = ear, .all = ear->all };

	assert_true(s->count <= OBJ_COUNT(s->calls));
	(void)snprintf(c->line, sizeof(c->line), "%s", line);
	c->argv[0] = c->argv[1] = c->option;
	c->argv[2] = c->line;
	(void)snprintf(c->option, sizeof(c->option), "-c");
	*ear = (struct ear){ .all = ear->all, .enough = ear->enough };
	ear->program = program_start(s->all, &order);
	assert_int_equal(ear->news, 0);
	return ear->program;
}

/* Real time for the programs, none for our clock. */
static void
look(struct stage *s)
{
	(void)poll(NULL, 0, 1);
	loop_poll(s->loop);
}

static void
await_news(struct stage *s, const struct ear *ear, unsigned count)
{
	for (int i = 0; i < LOOKS && ear->news < count; i++)
		look(s);
	assert_int_equal(ear->news, count);
}

static void
await_end(struct stage *s, size_t running)
{
	for (int i = 0; i < LOOKS && program_all_running(s->all) > running; i++)
		look(s);
	assert_int_equal(program_all_running(s->all), running);
}

/* The numbers of so many processes, from the file. */
static void
await_pids(struct stage *s, size_t count, int *pids)
{
	size_t n = 0;

	for (int i = 0; i < LOOKS && n < count; i++) {
		FILE *f = fopen(s->pids, "re");
		char line[32];

		assert_non_null(f);
		for (n = 0; n < count && fgets(line, sizeof(line), f) !=
		    NULL; n++)
			pids[n] = (int)strtol(line, NULL, 10);
		(void)fclose(f);
		look(s);
	}
	assert_int_equal(n, count);
}

/* Orphans are reaped by init, in its own time. */
static void
await_death(int pid)
{
	for (int i = 0; i < LOOKS; i++) {
		char path[32], state = 'X';
		FILE *f;

		(void)snprintf(path, sizeof(path), "/proc/%d/stat", pid);
		f = fopen(path, "re");
		if (f != NULL && fscanf(f, "%*d %*s %c", &state) != 1)
			state = 'X';
		if (f != NULL)
			(void)fclose(f);
		if (state == 'X' || state == 'Z')
			return;
		(void)poll(NULL, 0, 1);
	}
	fail_msg("process %d lives", pid);
}

static void
the_first_octet_is_the_last_news(void **state)
{
	struct stage *s = *state;
	struct ear ear = { 0 };

	assert_non_null(start(s, "echo up; echo and more; " HANG, &ear));
	await_news(s, &ear, 1);
	assert_int_equal(ear.newest.event, PROGRAM_SPOKE);
	await_end(s, 0);
	assert_non_null(start(s, "printf x", &ear));
	await_end(s, 0);
	assert_int_equal(ear.news, 1);
	assert_int_equal(ear.newest.event, PROGRAM_SPOKE);
}

static void
an_end_without_a_word_tells_how(void **state)
{
	struct stage *s = *state;
	struct ear ear = { 0 };

	assert_non_null(start(s, "echo to nobody >&2; exit 3", &ear));
	await_news(s, &ear, 1);
	assert_int_equal(ear.newest.event, PROGRAM_EXITED);
	assert_int_equal(ear.newest.status, 3);
	assert_non_null(start(s, "kill -9 $$", &ear));
	await_news(s, &ear, 1);
	assert_int_equal(ear.newest.event, PROGRAM_KILLED);
	assert_int_equal(ear.newest.status, SIGKILL);
	await_end(s, 0);
}

/* Closing the output is no end. */
static void
who_closes_its_output_is_waited_for(void **state)
{
	struct stage *s = *state;
	struct ear ear = { 0 };
	struct program *p;
	int pid;

	p = start(s, "exec >&-; echo $$ >$PIDS; " HANG, &ear);
	await_pids(s, 1, &pid);
	for (int i = 0; i < 20; i++)
		look(s);
	assert_int_equal(ear.news, 0);
	program_stop(&p);
	assert_null(p);
	await_end(s, 0);
	assert_int_equal(ear.news, 0);
}

static void
a_flood_is_cut_off(void **state)
{
	struct stage *s = *state;
	struct ear ear = { 0 };

	assert_non_null(start(s, "exec yes", &ear));
	await_news(s, &ear, 1);
	assert_int_equal(ear.newest.event, PROGRAM_SPOKE);
	await_end(s, 0);
}

static void
who_ignores_sigterm_is_killed_after_the_grace(void **state)
{
	struct stage *s = *state;
	struct ear ear = { 0 };
	struct program *p;
	int pid;

	p = start(s, "trap '' TERM; echo $$ >$PIDS; " HANG, &ear);
	await_pids(s, 1, &pid);
	program_stop(&p);
	for (int i = 0; i < 50; i++)
		look(s);
	assert_int_equal(program_all_running(s->all), 1);
	loop_advance(s->loop, &s->clk, PROGRAM_GRACE_MS * CLOCK_MS);
	await_end(s, 0);
	assert_int_equal(ear.news, 0);
	assert_int_equal(kill(pid, 0), -1);
}

static void
children_end_with_their_program(void **state)
{
	struct stage *s = *state;
	struct ear ear = { 0 };
	struct program *p;
	int pids[2];

	p = start(s, "sh -c 'trap \"\" TERM; echo $$ >>$PIDS; " HANG "' & "
	    "echo $$ >>$PIDS; " HANG, &ear);
	await_pids(s, 2, pids);
	program_stop(&p);
	await_end(s, 0);
	await_death(pids[0]);
	await_death(pids[1]);
	assert_non_null(start(s, "sh -c 'echo $$ >$PIDS; " HANG "' >&2 & "
	    "until test -s $PIDS; do :; done; exit 0", &ear));
	await_pids(s, 1, pids);
	await_news(s, &ear, 1);
	assert_int_equal(ear.newest.event, PROGRAM_EXITED);
	await_death(pids[0]);
}

static void
some_wait_for_their_turn(void **state)
{
	struct stage *s = *state;
	struct ear ears[4] = { 0 };
	struct program *p[4];

	p[0] = start(s, HANG, &ears[0]);
	p[1] = start(s, HANG, &ears[1]);
	p[2] = start(s, "echo up", &ears[2]);
	p[3] = start(s, "echo up", &ears[3]);
	assert_false(program_waits(p[1]));
	assert_true(program_waits(p[2]) && program_waits(p[3]));
	assert_int_equal(program_all_running(s->all), 2);
	program_stop(&p[2]);
	program_stop(&p[0]);
	await_news(s, &ears[3], 2);
	assert_int_equal(ears[3].newest.event, PROGRAM_SPOKE);
	assert_int_equal(ears[2].news, 0);
	program_stop(&p[1]);
	await_end(s, 0);
	assert_int_equal(ears[0].news + ears[1].news, 0);
}

static void
what_cannot_run_is_told_now_or_when_its_turn_comes(void **state)
{
	struct stage *s = *state;
	char name[] = "x", *argv[] = { name, NULL };
	struct ear ears[2] = { 0 }, ear = { 0 };
	const struct program_order order = { .path = "/no/such", .argv = argv,
	    .envp = s->env, .fn = on_news, .arg = &ear };
	struct program *p[2];

	assert_null(program_start(s->all, &order));
	assert_int_equal(errno, ENOENT);
	p[0] = start(s, HANG, &ears[0]);
	p[1] = start(s, HANG, &ears[1]);
	assert_non_null(program_start(s->all, &order));
	program_stop(&p[0]);
	await_news(s, &ear, 1);
	assert_int_equal(ear.newest.event, PROGRAM_FAILED);
	assert_int_equal(ear.newest.sys_errno, ENOENT);
	program_stop(&p[1]);
}

static void
all_that_is_said_is_heard_to_the_end(void **state)
{
	struct stage *s = *state;
	struct ear ear = { .all = true };

	assert_non_null(start(s, "echo one; head -c 200000 /dev/zero; "
	    "printf last; exit 4", &ear));
	await_news(s, &ear, 1);
	assert_int_equal(ear.newest.event, PROGRAM_EXITED);
	assert_int_equal(ear.newest.status, 4);
	assert_int_equal(ear.heard, 4 + 200000 + 4);
	assert_non_null(start(s, "printf 'a word'; kill -9 $$", &ear));
	await_news(s, &ear, 1);
	assert_int_equal(ear.newest.event, PROGRAM_KILLED);
	assert_string_equal(ear.text, "a word");
	await_end(s, 0);
}

/* Also in the middle of a word, and when the word came together with the end. */
static void
who_has_heard_enough_hears_no_more(void **state)
{
	struct stage *s = *state;
	struct ear ear = { .all = true, .enough = true };

	assert_non_null(start(s, "exec yes", &ear));
	await_end(s, 0);
	assert_true(ear.heard > 0 && ear.heard <= 4096);
	assert_int_equal(ear.news, 0);
	assert_non_null(start(s, "echo bye", &ear));
	(void)poll(NULL, 0, 50);
	await_end(s, 0);
	assert_int_equal(ear.heard, 4);
	assert_int_equal(ear.news, 0);
}

/* tear_down ends them, and looks for zombies. */
static void
nobody_outlives_the_loop(void **state)
{
	struct stage *s = *state;
	struct ear ears[3] = { 0 };
	int pids[2];

	for (size_t i = 0; i < OBJ_COUNT(ears); i++)
		assert_non_null(start(s, "trap '' TERM; echo $$ >>$PIDS; "
		    HANG, &ears[i]));
	await_pids(s, 2, pids);
	program_all_free(&s->all);
	assert_int_equal(kill(pids[0], 0), -1);
	assert_int_equal(kill(pids[1], 0), -1);
}

#define CASE(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_first_octet_is_the_last_news),
		CASE(an_end_without_a_word_tells_how),
		CASE(who_closes_its_output_is_waited_for),
		CASE(a_flood_is_cut_off),
		CASE(who_ignores_sigterm_is_killed_after_the_grace),
		CASE(children_end_with_their_program),
		CASE(some_wait_for_their_turn),
		CASE(what_cannot_run_is_told_now_or_when_its_turn_comes),
		CASE(all_that_is_said_is_heard_to_the_end),
		CASE(who_has_heard_enough_hears_no_more),
		CASE(nobody_outlives_the_loop),
	};

	return cmocka_run_group_tests_name("program", tests, NULL, NULL);
}
