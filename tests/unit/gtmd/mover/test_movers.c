/* tests/unit/gtmd/mover/test_movers.c - all migrations: started, found again, handed over.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/mover/fakedrivers.h"

#include <sys/stat.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "gtmd/mover/moverrun.h"
#include "gtmd/mover/movers.h"
#include "gtmd/types/migration.h"
#include "tests/unit/gtmd/mover/moverstage.h"

#define M	"/Common/m"
#define RECORD	"state/migrations/~Common~m."

struct stage {
	struct moverstage base;
	struct movers	*all;
	char		 state[96];	/* folder */
};

static void
open_movers(struct stage *t)
{
	const struct movers_config c = { .loop = t->base.loop,
	    .store = t->base.store, .plan = t->base.plan,
	    .events = t->base.events, .state_dir = t->state };
	struct err e = { 0 };
	struct diag out;

	t->all = movers_new(&c, &e);
	if (t->all == NULL)
		fail_msg("%s", e.text);
	store_watch(t->base.store, movers_on_change, t->all);
	diag_init(&out);
	movers_load(t->all, &out);
	assert_int_equal(out.count, 0);
	diag_fini(&out);
}

static void
close_movers(struct stage *t)
{
	store_unwatch(t->base.store, movers_on_change, t->all);
	movers_free(&t->all);
}

static int
set_up(void **state)
{
	static struct stage t;

	memset(&t, 0, sizeof(t));
	fakedrivers_obey = true;
	moverstage_open(&t.base, MOVERSTAGE_TEXT("program x", "program x",
	    "hosts { vm { } } residual-window 1"));
	(void)snprintf(t.state, sizeof(t.state), "%s/state", t.base.dir.path);
	open_movers(&t);
	movers_start(t.all, t.base.changes);
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	close_movers(t);
	moverstage_close(&t->base);
	return 0;
}

/* Another process, which knows what is on disk. */
static void
restart(struct stage *t)
{
	close_movers(t);
	open_movers(t);
	movers_start(t->all, t->base.changes);
}

static int
say(struct stage *t, const char *name, enum migcommand_verb v, struct err *e)
{
	const struct movers_ask ask = { .name = name, .verb = v, .user = "eve",
	    .share = MIGCOMMAND_NO_SHARE };

	*e = (struct err){ 0 };
	return movers_command(t->all, &ask, e);
}

static void
must(struct stage *t, enum migcommand_verb v)
{
	struct err e;

	if (say(t, M, v, &e) != 0)
		fail_msg("%s: %s", migcommand_name(v), e.text);
}

static void
refused(struct stage *t, const char *name, enum migcommand_verb v, int code,
    const char *want)
{
	struct err e;

	assert_int_equal(say(t, name, v, &e), code);
	if (strstr(e.text, want) == NULL)
		fail_msg("\"%s\", want \"%s\"", e.text, want);
}

static const struct migstate *
run_of(const struct stage *t)
{
	const struct moverrun *r = movers_find(t->all, M);

	assert_non_null(r);
	return moverrun_state(r);
}

#define UNTIL(t, so) do {						\
	for (int i_ = 0; !(so); i_++) {					\
		if (i_ == 3000)						\
			fail_msg("%s:%d: never: %s", __FILE__, __LINE__, #so); \
		loop_advance((t)->base.loop, &(t)->base.clk, CLOCK_S / 10); \
	}								\
} while (0)

static bool
has_record(const struct stage *t, int run)
{
	char name[64];

	(void)snprintf(name, sizeof(name), RECORD "%d.journal", run);
	return access(moverstage_file(&t->base, name), F_OK) == 0;
}

static void
end_it(struct stage *t)
{
	must(t, MIGCOMMAND_ABORT);
	UNTIL(t, run_of(t)->phase == MIGSTATE_ABORTED);
}

static void
one_that_is_started_goes_by_itself(void **state)
{
	struct stage *t = *state;
	struct moverrun *r;
	size_t at = 0;
	char *path;

	assert_null(movers_find(t->all, M));
	assert_null(movers_next(t->all, &at));
	assert_null(movers_path(t->all, M, 0));
	must(t, MIGCOMMAND_START);
	assert_true(has_record(t, 1));
	UNTIL(t, run_of(t)->phase == MIGSTATE_DONE);
	at = 0;
	r = movers_next(t->all, &at);
	assert_ptr_equal(r, movers_find(t->all, M));
	assert_null(movers_next(t->all, &at));
	path = movers_path(t->all, M, 0);
	assert_string_equal(path, moverrun_path(r));
	free(path);
	path = movers_path(t->all, M, 1);
	assert_string_equal(path, moverrun_path(r));
	free(path);
	assert_null(movers_path(t->all, M, 2));
	assert_null(movers_path(t->all, "/Common/none", 0));
}

static void
what_cannot_be_had_says_why(void **state)
{
	struct stage *t = *state;

	refused(t, "/Common/none", MIGCOMMAND_START, ERR_NOTFOUND,
	    "there is no migration /Common/none");
	refused(t, "/Common/none", MIGCOMMAND_PAUSE, ERR_NOTFOUND,
	    "there is no migration /Common/none");
	refused(t, M, MIGCOMMAND_PAUSE, ERR_CONFLICT, "migration /Common/m has not "
	    "been started");
	must(t, MIGCOMMAND_START);
	refused(t, M, MIGCOMMAND_START, ERR_CONFLICT, "");
	refused(t, M, MIGCOMMAND_RESUME, ERR_CONFLICT, "");
}

static void
one_that_was_under_way_goes_on_after_a_restart(void **state)
{
	struct stage *t = *state;

	fakedrivers_obey = false;
	must(t, MIGCOMMAND_START);
	UNTIL(t, fakedrivers_ordered("check vm ") == 1);
	restart(t);
	assert_int_equal(run_of(t)->phase, MIGSTATE_PREPARING);
	UNTIL(t, fakedrivers_ordered("check vm /Common/l /Common/r "
	    "/Common/m/1/prepare/1/vm\n") == 1);
	fakedrivers_obey = true;
	restart(t);
	UNTIL(t, run_of(t)->phase == MIGSTATE_DONE);
}

static void
each_run_has_a_number_and_a_few_are_kept(void **state)
{
	struct stage *t = *state;

	for (int i = 1; i <= 22; i++) {
		must(t, MIGCOMMAND_START);
		assert_int_equal(run_of(t)->spec->run, i);
		end_it(t);
		if (i == 11)
			restart(t);
	}
	assert_false(has_record(t, 1));
	assert_false(has_record(t, 2));
	assert_true(has_record(t, 3));
	restart(t);
	assert_int_equal(run_of(t)->spec->run, 22);
}

static void
a_rehearsal_leaves_no_record(void **state)
{
	const struct movers_ask ask = { .name = M, .verb = MIGCOMMAND_START,
	    .dry_run = true, .share = MIGCOMMAND_NO_SHARE };
	struct stage *t = *state;
	struct err e = { 0 };
	struct json *j;
	char *text;

	assert_int_equal(movers_command(t->all, &ask, &e), 0);
	UNTIL(t, fakedrivers_ordered("dry memory vm ") == 1);
	for (int i = 0; i < 10; i++)
		loop_advance(t->base.loop, &t->base.clk, CLOCK_S / 10);
	assert_null(movers_find(t->all, M));
	assert_false(has_record(t, 1));
	j = movers_json(t->all, M);
	text = json_line(j);
	assert_non_null(strstr(text, "\"phase\":\"planned\""));
	assert_non_null(strstr(text, "\"rehearsal\":{\"over\":true,\"ok\":true"));
	free(text);
	json_free(&j);
	j = movers_json(t->all, "/Common/none");
	assert_null(json_find(j, "rehearsal"));
	json_free(&j);
	assert_int_equal(fakedrivers_ordered("dry "), fakedrivers_ordered("\n"));
}

static void
what_is_asked_dry_of_a_run_changes_nothing(void **state)
{
	struct movers_ask ask = { .name = M, .verb = MIGCOMMAND_PAUSE,
	    .dry_run = true, .share = MIGCOMMAND_NO_SHARE };
	struct stage *t = *state;
	struct err e = { 0 };

	must(t, MIGCOMMAND_START);
	assert_int_equal(movers_command(t->all, &ask, &e), 0);
	assert_false(run_of(t)->paused);
	ask.dry_run = false;
	assert_int_equal(movers_command(t->all, &ask, &e), 0);
	assert_true(run_of(t)->paused);
}

static void
what_is_lent_rests_until_it_is_ours_again(void **state)
{
	struct stage *t = *state;
	uint64_t events;

	fakedrivers_obey = false;
	must(t, MIGCOMMAND_START);
	UNTIL(t, fakedrivers_ordered("check vm ") == 1);
	movers_lend(t->all);
	events = run_of(t)->events;
	refused(t, M, MIGCOMMAND_PAUSE, ERR_BUSY, "another process");
	movers_wake(t->all);
	for (int i = 0; i < 50; i++)
		loop_advance(t->base.loop, &t->base.clk, CLOCK_S / 10);
	assert_int_equal(run_of(t)->events, events);
	fakedrivers_obey = true;
	movers_own(t->all);
	UNTIL(t, run_of(t)->phase == MIGSTATE_DONE);
	movers_leave(t->all);
	refused(t, M, MIGCOMMAND_CLOSE, ERR_BUSY, "another process");
}

/* Until there is somebody who makes changes, nobody starts anything. */
static void
before_it_is_started_it_takes_no_command(void **state)
{
	struct stage *t = *state;

	must(t, MIGCOMMAND_START);
	close_movers(t);
	open_movers(t);
	refused(t, M, MIGCOMMAND_PAUSE, ERR_BUSY, "");
	for (int i = 0; i < 50; i++)
		loop_advance(t->base.loop, &t->base.clk, CLOCK_S / 10);
	assert_int_equal(run_of(t)->phase, MIGSTATE_PREPARING);
	assert_int_equal(fakedrivers_ordered("\n"), 0);
	movers_start(t->all, t->base.changes);
	UNTIL(t, run_of(t)->phase == MIGSTATE_DONE);
}

static int
prepare(struct stage *t)
{
	struct draft *d = store_draft(t->base.store);
	struct diag out;
	int rc;

	diag_init(&out);
	assert_int_equal(draft_delete(d, &migration_type, M, NULL), 0);
	rc = movers_prepare(t->all, d, &out);
	draft_free(&d);
	diag_fini(&out);
	return rc;
}

static void
what_is_under_way_keeps_its_object(void **state)
{
	struct stage *t = *state;

	assert_int_equal(prepare(t), 0);
	must(t, MIGCOMMAND_START);
	assert_int_equal(prepare(t), ERR_CONFLICT);
	end_it(t);
	assert_int_equal(prepare(t), 0);
}

static void
without_a_state_directory_there_is_none(void **state)
{
	struct stage *t = *state;
	const struct movers_config c = { .loop = t->base.loop,
	    .store = t->base.store, .plan = t->base.plan };
	struct err e = { 0 };
	struct diag out;

	close_movers(t);
	t->all = movers_new(&c, &e);
	diag_init(&out);
	movers_load(t->all, &out);
	assert_int_equal(out.count, 0);
	diag_fini(&out);
	movers_start(t->all, t->base.changes);
	refused(t, M, MIGCOMMAND_START, ERR_DENIED, "state directory");
	assert_null(movers_path(t->all, M, 1));
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(one_that_is_started_goes_by_itself),
		TEST(what_cannot_be_had_says_why),
		TEST(one_that_was_under_way_goes_on_after_a_restart),
		TEST(each_run_has_a_number_and_a_few_are_kept),
		TEST(a_rehearsal_leaves_no_record),
		TEST(what_is_asked_dry_of_a_run_changes_nothing),
		TEST(what_is_lent_rests_until_it_is_ours_again),
		TEST(before_it_is_started_it_takes_no_command),
		TEST(what_is_under_way_keeps_its_object),
		TEST(without_a_state_directory_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
