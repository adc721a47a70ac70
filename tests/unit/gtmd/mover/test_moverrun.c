/* tests/unit/gtmd/mover/test_moverrun.c - one run: what it puts on record, what it does,
 * and that it goes on whoever had it before.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/mover/fakedrivers.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "core/base/diag.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/model.h"
#include "core/model/store.h"
#include "core/rest/restevents.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverrun.h"
#include "gtmd/types/pool.h"
#include "tests/unit/gtmd/mover/moverstage.h"

#define HOSTS	"hosts { vm1 { order 0 } vm2 { order 1 } }"
#define QUICK	" residual-window 1 drain-timeout 20 "

struct stage {
	struct moverstage base;
	struct moverrun	*run;
	struct restcommit *changes;	/* as the run sees them */
	char		 path[96];
	unsigned	 woken;
	mono_ns		 turned;
};

static int
set_up(void **state)
{
	static struct stage t;

	memset(&t, 0, sizeof(t));
	fakedrivers_obey = true;
	(void)signal(SIGXFSZ, SIG_IGN);
	moverstage_open(&t.base, MOVERSTAGE_TEXT("program x", "program x",
	    HOSTS QUICK));
	t.base.means.drivers = driver_all_new(t.base.loop, NULL, NULL);
	t.changes = t.base.changes;
	(void)snprintf(t.path, sizeof(t.path), "%s/run.journal",
	    t.base.dir.path);
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	moverrun_free(&t->run);
	moverrun_free(&t->run);
	driver_all_free(&t->base.means.drivers);
	moverstage_close(&t->base);
	return 0;
}

static void
on_wake(void *arg)
{
	struct stage *t = arg;

	t->woken++;
}

static void
open_run(struct stage *t)
{
	const struct moverrun_config c = { .means = t->base.means,
	    .events = t->base.events, .changes = &t->changes, .wake = on_wake,
	    .arg = t };
	struct diag out;

	diag_init(&out);
	t->run = moverrun_open(&c, t->path, &out);
	if (t->run == NULL)
		fail_msg("%s", out.entries[0].text);
	diag_fini(&out);
}

static int
say(struct stage *t, enum migcommand_verb v, struct err *e)
{
	struct migspec *s = v == MIGCOMMAND_START ?
	    moverstage_spec(&t->base, 1) : NULL;
	const struct migcommand c = { .verb = v, .user = "eve",
	    .share = MIGCOMMAND_NO_SHARE, .spec = &s };
	int rc = moverrun_command(t->run, &c, e);

	migspec_free(&s);
	return rc;
}

static void
must(struct stage *t, enum migcommand_verb v)
{
	struct err e = { 0 };

	if (say(t, v, &e) != 0)
		fail_msg("%s: %s", migcommand_name(v), e.text);
}

static void
begin(struct stage *t)
{
	open_run(t);
	must(t, MIGCOMMAND_START);
}

static const struct migstate *
now(const struct stage *t)
{
	return moverrun_state(t->run);
}

/* A tenth of a second, with the turns that belong to it. */
static void
tick(struct stage *t)
{
	loop_advance(t->base.loop, &t->base.clk, CLOCK_S / 10);
	if (t->woken == 0 && loop_now_ns(t->base.loop) - t->turned < CLOCK_S)
		return;
	t->woken = 0;
	t->turned = loop_now_ns(t->base.loop);
	moverrun_turn(t->run);
}

#define UNTIL(t, so) do {						\
	for (int i_ = 0; !(so); i_++) {					\
		if (i_ == 3000)						\
			fail_msg("%s:%d: never: %s", __FILE__, __LINE__, #so); \
		tick(t);						\
	}								\
} while (0)

static bool
pool_enabled(const struct stage *t, const char *name)
{
	const struct pool *p = (const struct pool *)model_find(store_model(
	    t->base.store), &pool_type_a, name);

	assert_non_null(p);
	return p->enabled;
}

/* How often does a text stand in the record? */
static unsigned
recorded(const struct stage *t, const char *text)
{
	size_t len = 0;
	char *all = tempdir_read(t->path, &len);
	size_t want = strlen(text);
	unsigned n = 0;

	for (size_t i = 0; all != NULL && i + want <= len; i++)
		n += memcmp(all + i, text, want) == 0;
	free(all);
	return n;
}

static void
a_run_begins_with_its_record(void **state)
{
	struct stage *t = *state;
	struct json *j;

	open_run(t);
	assert_null(now(t)->spec);
	j = moverrun_json(t->run);
	assert_int_equal(json_count(j), 0);
	json_free(&j);
	moverrun_turn(t->run);		/* nothing is to be done */
	must(t, MIGCOMMAND_START);
	assert_string_equal(now(t)->spec->name, "/Common/m");
	assert_int_equal(now(t)->phase, MIGSTATE_PREPARING);
	assert_int_equal(recorded(t, "\"event\":\"begun\""), 1);
	assert_int_equal(recorded(t, "\"user\":\"eve\""), 1);
	assert_string_equal(moverrun_path(t->run), t->path);
}

static void
all_goes_well_to_its_end(void **state)
{
	struct stage *t = *state;
	struct err e = { 0 };

	begin(t);
	UNTIL(t, now(t)->phase == MIGSTATE_DONE);
	assert_false(pool_enabled(t, "/Common/p"));
	assert_true(pool_enabled(t, "/Common/q"));
	assert_int_equal(fakedrivers_ordered("memory vm1 /Common/l /Common/r "
	    "/Common/m/1/vm1/memory/1\n"), 1);
	assert_int_equal(fakedrivers_ordered("memory vm2 "), 1);
	assert_int_equal(fakedrivers_ordered("finish "), 2);
	must(t, MIGCOMMAND_CLOSE);
	UNTIL(t, now(t)->phase == MIGSTATE_CLOSED);
	assert_int_equal(say(t, MIGCOMMAND_ROLL_BACK, &e), ERR_CONFLICT);
	assert_int_equal(recorded(t, "\"event\":\"closed\""), 1);
	moverrun_turn(t->run);		/* it is over, and stays so */
	assert_int_equal(now(t)->phase, MIGSTATE_CLOSED);
}

/* After each of its turns another process has it, which knows the record alone. */
static void
whoever_has_it_it_goes_on_where_it_was(void **state)
{
	struct stage *t = *state;
	uint64_t events = 0;
	unsigned times = 0;

	begin(t);
	while (now(t)->phase != MIGSTATE_DONE) {
		events = now(t)->events;
		moverrun_leave(t->run);
		moverrun_free(&t->run);
		assert_int_equal(fakedrivers_count(t->base.means.drivers), 0);
		open_run(t);
		assert_int_equal(now(t)->events, events);
		moverrun_turn(t->run);
		UNTIL(t, t->woken > 0 || now(t)->events > events);
		assert_true(++times < 200);
	}
	assert_true(times > 8);
	/* Each step was done once for good, and has one id. */
	assert_int_equal(recorded(t, "\"event\":\"step-done\",\"host\":\"vm2\","
	    "\"step\":\"memory\""), 1);
	assert_int_equal(fakedrivers_ordered("memory vm2 "), fakedrivers_ordered(
	    "memory vm2 /Common/l /Common/r /Common/m/1/vm2/memory/1\n"));
	assert_true(pool_enabled(t, "/Common/q"));
}

static void
what_rests_neither_asks_nor_writes(void **state)
{
	struct stage *t = *state;
	struct err e = { 0 };
	uint64_t events;

	fakedrivers_obey = false;
	begin(t);
	UNTIL(t, fakedrivers_count(t->base.means.drivers) == 2);
	moverrun_rest(t->run);
	assert_int_equal(fakedrivers_count(t->base.means.drivers), 0);
	events = now(t)->events;
	assert_int_equal(say(t, MIGCOMMAND_PAUSE, &e), ERR_BUSY);
	for (int i = 0; i < 50; i++)
		tick(t);
	assert_int_equal(fakedrivers_count(t->base.means.drivers), 0);
	assert_int_equal(now(t)->events, events);
	moverrun_own(t->run);
	fakedrivers_obey = true;
	UNTIL(t, now(t)->phase == MIGSTATE_DONE);
}

static void
what_was_left_is_not_touched(void **state)
{
	struct stage *t = *state;
	struct stat before, after;
	struct err e = { 0 };

	begin(t);
	UNTIL(t, now(t)->phase == MIGSTATE_MOVING);
	moverrun_leave(t->run);
	assert_int_equal(stat(t->path, &before), 0);
	assert_int_equal(say(t, MIGCOMMAND_ABORT, &e), ERR_BUSY);
	for (int i = 0; i < 20; i++)
		tick(t);
	moverrun_free(&t->run);
	assert_int_equal(stat(t->path, &after), 0);
	assert_int_equal(after.st_size, before.st_size);
}

static void
limit_files(rlim_t octets)
{
	struct rlimit r;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &r), 0);
	r.rlim_cur = octets;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &r), 0);
}

/* On a full disk nothing has happened; and it goes on when there is room. */
static void
what_is_not_on_record_has_not_happened(void **state)
{
	struct stage *t = *state;
	struct err e = { 0 };
	uint64_t events;

	begin(t);
	UNTIL(t, now(t)->phase == MIGSTATE_MOVING);
	events = now(t)->events;
	limit_files(1);
	assert_int_not_equal(say(t, MIGCOMMAND_PAUSE, &e), 0);
	assert_int_equal(recorded(t, "\"paused\""), 0);
	assert_false(now(t)->paused);
	for (int i = 0; i < 100; i++)
		tick(t);
	assert_int_equal(now(t)->events, events);
	limit_files(RLIM_INFINITY);
	UNTIL(t, now(t)->phase == MIGSTATE_DONE);
}

static bool gate_shut;

static int
on_prepare(void *arg, const struct draft *d, struct diag *out)
{
	(void)arg;
	(void)d;
	return gate_shut ? diag_error(out, NULL, ERR_CONFLICT, "not now") : 0;
}

static void
on_settle(void *arg, bool made)
{
	(void)arg;
	(void)made;
}

static void
pools_that_cannot_be_set_are_told_once_and_tried_again(void **state)
{
	const struct store_gate gate = { on_prepare, on_settle, NULL };
	struct stage *t = *state;

	gate_shut = true;
	store_gate(t->base.store, &gate);
	begin(t);
	UNTIL(t, recorded(t, "the pools could not be set: not now") > 0);
	for (int i = 0; i < 100; i++)
		tick(t);
	assert_int_equal(recorded(t, "could not be set"), 1);
	assert_true(now(t)->decisions > now(t)->settled);
	assert_true(pool_enabled(t, "/Common/p"));
	gate_shut = false;
	UNTIL(t, now(t)->phase == MIGSTATE_DONE);
	assert_false(pool_enabled(t, "/Common/p"));
}

/* Before there is anybody to make changes, the other things go on. */
static void
without_changes_pools_wait(void **state)
{
	struct stage *t = *state;

	t->changes = NULL;
	begin(t);
	UNTIL(t, now(t)->decisions == 1);
	for (int i = 0; i < 50; i++)
		tick(t);
	assert_int_equal(now(t)->settled, 0);
	t->changes = t->base.changes;
	UNTIL(t, now(t)->settled > 0);
}

static void
the_audit_record_says_why(void **state)
{
	struct stage *t = *state;
	char *all;

	begin(t);
	UNTIL(t, now(t)->phase == MIGSTATE_DRAINING);
	all = tempdir_read(t->base.audit, NULL);
	assert_non_null(strstr(all, "\"user\":\"migration /Common/m\""));
	/* As the record has it. */
	assert_non_null(strstr(all, "reason=1 of 2 of capacity is at the new "
	    "site\""));
	free(all);
}

static void
what_happens_is_told_to_who_watches(void **state)
{
	struct restevents_reader r = { .events = NULL };
	struct stage *t = *state;
	static char text[65536];
	ssize_t n;

	restevents_open(t->base.events, &r, NULL, NULL);
	begin(t);
	UNTIL(t, now(t)->phase == MIGSTATE_DRAINING);
	n = restevents_read(&r, text, sizeof(text) - 1);
	assert_true(n > 0);
	text[n] = '\0';
	assert_non_null(strstr(text, "event: migration"));
	assert_non_null(strstr(text, "\"event\":\"begun\""));
	assert_non_null(strstr(text, "\"migration\":\"/Common/m\",\"run\":1,"
	    "\"phase\":\"draining\""));
	assert_null(strstr(text, "\"spec\""));
	assert_null(strstr(text, "\"sample\""));
	assert_true(recorded(t, "\"sample\"") > 0);
	restevents_close(&r);
}

static void
a_failed_step_is_tried_again_under_another_id(void **state)
{
	struct stage *t = *state;
	struct drivers *all = t->base.means.drivers;

	begin(t);
	UNTIL(t, now(t)->phase == MIGSTATE_MOVING);
	fakedrivers_obey = false;
	UNTIL(t, fakedrivers_find(all, DRIVER_STORAGE, "vm1") != NULL);
	fakedrivers_end(fakedrivers_find(all, DRIVER_STORAGE, "vm1"), ERR_IO,
	    true, "the line is down");
	fakedrivers_obey = true;
	UNTIL(t, now(t)->phase == MIGSTATE_DONE);
	assert_int_equal(recorded(t, "the line is down"), 1);
	assert_int_equal(fakedrivers_ordered("/vm1/storage/2\n"), 1);
}

static void
a_page_tells_how_far_it_is(void **state)
{
	struct stage *t = *state;
	struct drivers *all = t->base.means.drivers;
	struct driver_job *job;
	struct json *j;
	char *text;

	begin(t);
	UNTIL(t, now(t)->phase == MIGSTATE_MOVING);
	fakedrivers_obey = false;
	UNTIL(t, fakedrivers_find(all, DRIVER_STORAGE, "vm1") != NULL);
	job = fakedrivers_find(all, DRIVER_STORAGE, "vm1");
	job->owner.progress(job->owner.arg, 1234, 4321, "disk one");
	j = moverrun_json(t->run);
	text = json_line(j);
	assert_non_null(strstr(text, "1234"));
	assert_non_null(strstr(text, "4321"));
	assert_non_null(strstr(text, "disk one"));
	free(text);
	json_free(&j);
}

static void
to_ask_is_not_to_do(void **state)
{
	struct stage *t = *state;
	struct migcommand c = { .verb = MIGCOMMAND_PAUSE,
	    .share = MIGCOMMAND_NO_SHARE };
	struct err e = { 0 };
	uint64_t events;

	begin(t);
	events = now(t)->events;
	assert_int_equal(moverrun_check(t->run, &c, &e), 0);
	c.verb = MIGCOMMAND_RESUME;
	assert_int_equal(moverrun_check(t->run, &c, &e), ERR_CONFLICT);
	assert_int_equal(now(t)->events, events);
	assert_false(now(t)->paused);
}

static void
a_record_that_makes_no_sense_is_told_and_left_alone(void **state)
{
	struct stage *t = *state;
	const struct moverrun_config c = { .means = t->base.means,
	    .changes = &t->changes, .wake = on_wake, .arg = t };
	size_t len = 0, now_len = 0;
	struct diag out;
	char *all, *after;

	begin(t);
	UNTIL(t, now(t)->phase == MIGSTATE_MOVING);
	moverrun_free(&t->run);
	all = tempdir_read(t->path, &len);
	all[len / 3] ^= 1;
	tempdir_write(t->path, all, len);
	diag_init(&out);
	assert_null(moverrun_open(&c, t->path, &out));
	assert_true(out.errors > 0);
	assert_non_null(strstr(out.entries[0].text, "run.journal"));
	after = tempdir_read(t->path, &now_len);
	assert_int_equal(now_len, len);
	assert_memory_equal(after, all, len);
	free(after);
	free(all);
	diag_fini(&out);
}

static void
what_others_have_set_is_put_right(void **state)
{
	struct stage *t = *state;

	begin(t);
	UNTIL(t, now(t)->phase == MIGSTATE_DONE);
	UNTIL(t, migstate_settled(now(t)));
	moverstage_put(&t->base, "gtm pool a p { ttl 15 members { s:v { } } }\n");
	assert_true(pool_enabled(t, "/Common/p"));
	UNTIL(t, !pool_enabled(t, "/Common/p"));
	assert_int_equal(recorded(t, "\"event\":\"corrected\""), 1);
	assert_int_equal(recorded(t, "pool /Common/p is enabled, not disabled"), 1);
	assert_true(migstate_settled(now(t)));
}

static void
who_has_paused_it_sets_what_he_likes(void **state)
{
	struct stage *t = *state;
	struct json *j;

	begin(t);
	must(t, MIGCOMMAND_PAUSE);
	moverstage_put(&t->base, MOVERSTAGE_Q("enabled", ""));
	for (int i = 0; i < 50; i++)
		tick(t);
	assert_true(pool_enabled(t, "/Common/q"));
	j = moverrun_json(t->run);
	assert_string_equal(json_get_text(json_find(j, "byHand")),
	    "pool /Common/q is enabled, not disabled");
	json_free(&j);
	assert_int_equal(recorded(t, "\"event\":\"corrected\""), 0);
	must(t, MIGCOMMAND_RESUME);
	assert_false(pool_enabled(t, "/Common/q"));
	assert_int_equal(recorded(t, "\"event\":\"corrected\""), 1);
	j = moverrun_json(t->run);
	assert_null(json_find(j, "byHand"));
	json_free(&j);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_run_begins_with_its_record),
		TEST(all_goes_well_to_its_end),
		TEST(whoever_has_it_it_goes_on_where_it_was),
		TEST(what_rests_neither_asks_nor_writes),
		TEST(what_was_left_is_not_touched),
		TEST(what_is_not_on_record_has_not_happened),
		TEST(pools_that_cannot_be_set_are_told_once_and_tried_again),
		TEST(without_changes_pools_wait),
		TEST(the_audit_record_says_why),
		TEST(what_happens_is_told_to_who_watches),
		TEST(a_failed_step_is_tried_again_under_another_id),
		TEST(a_page_tells_how_far_it_is),
		TEST(to_ask_is_not_to_do),
		TEST(a_record_that_makes_no_sense_is_told_and_left_alone),
		TEST(what_others_have_set_is_put_right),
		TEST(who_has_paused_it_sets_what_he_likes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
