/* tests/unit/gtmd/mover/test_movers_start.c - what a run is begun on top of: records of
 * before, other runs, other wide IPs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/migrate/migstate.h"
#include "gtmd/mover/moverrun.h"
#include "gtmd/mover/movers.h"
#include "tests/unit/gtmd/mover/moverstage.h"

#define MOVE	"/Common/m"
#define HOSTS	"hosts { vm1 { } }"

struct stage {
	struct moverstage base;
	struct movers	*movers;
	char		 state[96];
	struct diag	 found;		/* by the latest start of the process */
};

/* As the process does when it starts. */
static void
begin(struct stage *t)
{
	const struct movers_config c = { .loop = t->base.loop,
	    .store = t->base.store, .plan = t->base.plan,
	    .events = t->base.events, .state_dir = t->state };
	struct err e;

	t->movers = movers_new(&c, &e);
	if (t->movers == NULL)
		fail_msg("%s", e.text);
	diag_init(&t->found);
	movers_load(t->movers, &t->found);
	movers_start(t->movers, t->base.changes);
}

static void
end(struct stage *t)
{
	movers_free(&t->movers);
	diag_fini(&t->found);
	loop_poll(t->base.loop);
}

static void
again(struct stage *t)
{
	end(t);
	begin(t);
}

static int
set_up(void **state)
{
	static struct stage t;

	moverstage_open(&t.base, MOVERSTAGE_TEXT("program x", "program x", HOSTS));
	(void)snprintf(t.state, sizeof(t.state), "%s", t.base.dir.path);
	begin(&t);
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	end(t);
	moverstage_close(&t->base);
	return 0;
}

/* What a command is answered: "" when it is done. */
static const char *
say(struct stage *t, const char *name, enum migcommand_verb verb, bool force)
{
	const struct movers_ask ask = { .name = name, .verb = verb,
	    .force = force, .share = MIGCOMMAND_NO_SHARE };
	static struct err e;

	e = (struct err){ .text = "" };
	return movers_command(t->movers, &ask, &e) == 0 ? "" : e.text;
}

static void
says(struct stage *t, const char *name, enum migcommand_verb verb, bool force,
    const char *want)
{
	const char *text = say(t, name, verb, force);

	if (*want == '\0' ? *text != '\0' : strstr(text, want) == NULL)
		fail_msg("\"%s\" has no \"%s\"", text, want);
}

static uint32_t
run_of(struct stage *t, const char *name)
{
	struct moverrun *r = movers_find(t->movers, name);

	return r != NULL ? moverrun_state(r)->spec->run : 0;
}

static bool
is_over(struct stage *t)
{
	return migstate_final(moverrun_state(movers_find(t->movers, MOVE)));
}

/* One that has come to its end. */
static void
play_run(struct stage *t)
{
	says(t, MOVE, MIGCOMMAND_START, false, "");
	says(t, MOVE, MIGCOMMAND_ABORT, true, "");
	MOVERSTAGE_UNTIL(&t->base, is_over(t));
}

static char *
record(struct stage *t, uint32_t run)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "migrations/~Common~m.%u.journal", run);
	return tempdir_read(moverstage_file(&t->base, name), NULL);
}

static void
spoil(struct stage *t, uint32_t run, const char *text)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "migrations/~Common~m.%u.journal", run);
	tempdir_write(moverstage_file(&t->base, name), text, strlen(text));
}

/* A crash in the moment in which a run's file is made. */
static void
an_empty_record_does_not_hide_the_one_before(void **state)
{
	struct stage *t = *state;
	char *was, *is;

	play_run(t);
	was = record(t, 1);
	spoil(t, 2, "");
	again(t);
	assert_int_equal(run_of(t, MOVE), 1);
	says(t, MOVE, MIGCOMMAND_START, false, "");
	assert_int_equal(run_of(t, MOVE), 2);
	is = record(t, 1);
	assert_string_equal(was, is);
	free(was);
	free(is);
}

/* Its machines may be anywhere; and no record of before is touched. */
static void
a_record_that_cannot_be_read_is_in_the_way(void **state)
{
	struct stage *t = *state;
	char *was, *is, *bad;
	struct json *j;

	play_run(t);
	was = record(t, 1);
	bad = record(t, 1);
	memcpy(strstr(bad, "begun"), "BEGUN", 5);
	spoil(t, 2, bad);
	again(t);
	assert_null(movers_find(t->movers, MOVE));
	says(t, MOVE, MIGCOMMAND_PAUSE, false, "cannot be read");
	says(t, MOVE, MIGCOMMAND_START, false, "where its hosts are is not known");
	j = movers_json(t->movers, MOVE);
	assert_non_null(strstr(json_get_text(json_find(j, "line")), "cannot be read"));
	json_free(&j);
	says(t, MOVE, MIGCOMMAND_START, true, "");
	assert_int_equal(run_of(t, MOVE), 3);
	is = record(t, 1);
	assert_string_equal(was, is);
	free(is);
	is = record(t, 2);
	assert_string_equal(bad, is);
	free(is);
	free(was);
	free(bad);
}

/* Its ids were used; and it may be another migration's, whose pools it would set. */
static void
a_record_that_was_copied_is_no_run(void **state)
{
	struct stage *t = *state;
	char *was;

	play_run(t);
	was = record(t, 1);
	spoil(t, 2, was);
	again(t);
	says(t, MOVE, MIGCOMMAND_START, false, "the record of run 2 of /Common/m is "
	    "that of run 1 of /Common/m");
	free(was);
}

static void
what_is_refused_leaves_no_record(void **state)
{
	struct stage *t = *state;

	moverstage_put(&t->base, "gtm wideip a api.example.com { pools { p { } } }\n");
	says(t, MOVE, MIGCOMMAND_START, false, "/Common/api.example.com is answered by "
	    "/Common/p alone");
	assert_null(record(t, 1));
	says(t, MOVE, MIGCOMMAND_START, true, "");
	assert_int_equal(run_of(t, MOVE), 1);
}

static void
one_machine_is_not_moved_by_two(void **state)
{
	struct stage *t = *state;

	moverstage_put(&t->base, "gtm pool a x { members { s:v { } } }\n"
	    "gtm pool a y { members { s:w { } } }\n"
	    "gtm wideip a other.example.com { pools { x { } y { } } }\n"
	    "gtm migration n { wideip a other.example.com from-pool x to-pool y "
	    "from-hypervisor l to-hypervisor r " HOSTS " }\n");
	says(t, MOVE, MIGCOMMAND_START, false, "");
	says(t, "/Common/n", MIGCOMMAND_START, true, "moves host vm1, too");
	assert_int_equal(run_of(t, "/Common/n"), 0);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_empty_record_does_not_hide_the_one_before),
		TEST(a_record_that_cannot_be_read_is_in_the_way),
		TEST(a_record_that_was_copied_is_no_run),
		TEST(what_is_refused_leaves_no_record),
		TEST(one_machine_is_not_moved_by_two),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
