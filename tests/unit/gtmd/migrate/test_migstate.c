/* tests/unit/gtmd/migrate/test_migstate.c - the state is what its events make of
 * it; what does not fit is refused and changes nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "gtmd/migrate/migstate.h"
#include "tests/unit/gtmd/migrate/migcase.h"
#include "tests/unit/gtmd/migrate/migsame.h"

/* Reads and folds one line. */
static int
fold_line(struct migstate *m, const char *line, struct err *e)
{
	struct json *j = json_literal(line);
	struct migevent ev;
	int rc = migevent_read(j, m->spec, &ev, e);

	json_free(&j);
	if (rc != 0)
		fail_msg("%s: %s", line, e->text);
	rc = migstate_fold(m, &ev, e);
	migevent_fini(&ev);
	return rc;
}

static void
fold(struct migstate *m, const char *line)
{
	struct err e;

	if (fold_line(m, line, &e) != 0)
		fail_msg("%s: %s", line, e.text);
}

static struct migstate *
begun(unsigned hosts)
{
	struct migstate *m = migstate_new();
	struct migevent ev;
	struct err e;

	migevent_init(&ev, MIGEVENT_BEGUN);
	ev.at_ms = MIGCASE_START_MS;
	ev.spec = migcase_spec(hosts);
	if (migstate_fits(m, &ev, &e) != 0 || ev.spec == NULL || m->spec != NULL ||
	    migstate_fold(m, &ev, &e) != 0)
		fail_msg("not begun");
	assert_null(ev.spec);
	return m;
}

static void
a_state_begins_with_its_run(void **state)
{
	struct migstate *m = migstate_new();

	(void)state;
	assert_int_equal(m->phase, MIGSTATE_PLANNED);
	assert_false(migstate_under_way(m) || migstate_final(m));
	assert_int_equal(migstate_busy(m), 0);
	migstate_free(&m);
	migstate_free(&m);
	m = begun(3);
	assert_int_equal(m->phase, MIGSTATE_PREPARING);
	assert_true(migstate_under_way(m));
	assert_int_equal(migstate_capacity(m, MIGSTATE_FROM, NULL), 3);
	assert_int_equal(m->check_activity, MIGSTATE_READY);
	migstate_free(&m);
}

/* Each of these at the beginning of a run of one host. */
static void
what_does_not_fit_changes_nothing(void **state)
{
	static const char *const lines[] = {
		"{\"event\":\"prepared\",\"at\":1}",
		"{\"event\":\"step-begun\",\"at\":1,\"step\":\"prepare\",\"attempt\":2}",
		"{\"event\":\"step-begun\",\"at\":1,\"step\":\"verify\",\"attempt\":1}",
		"{\"event\":\"step-done\",\"at\":1,\"step\":\"prepare\",\"attempt\":1}",
		"{\"event\":\"step-begun\",\"at\":1,\"step\":\"storage\",\"host\":\"vm1\","
		    "\"attempt\":1}",
		"{\"event\":\"step-done\",\"at\":1,\"step\":\"memory\",\"host\":\"vm1\","
		    "\"attempt\":1}",
		"{\"event\":\"step-failed\",\"at\":1,\"step\":\"memory\",\"host\":\"vm1\","
		    "\"attempt\":1}",
		"{\"event\":\"decided\",\"at\":1,\"decision\":2,\"share\":1}",
		"{\"event\":\"decided\",\"at\":1,\"decision\":1,\"share\":101}",
		"{\"event\":\"set\",\"at\":1,\"decision\":1}",
		"{\"event\":\"advanced\",\"at\":1,\"share\":5}",
		"{\"event\":\"resumed\",\"at\":1}",
		"{\"event\":\"moved\",\"at\":1}",
		"{\"event\":\"drained\",\"at\":1}",
		"{\"event\":\"relayed\",\"at\":1}",
		"{\"event\":\"close\",\"at\":1,\"force\":true}",
		"{\"event\":\"closed\",\"at\":1}",
		"{\"event\":\"rolled-back\",\"at\":1}",
		"{\"event\":\"aborted\",\"at\":1}",
	};
	struct migstate *m = begun(1), *was = begun(1);

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(lines); i++) {
		struct err e;
		int rc = fold_line(m, lines[i], &e);

		if (rc != ERR_CONFLICT || strncmp(e.text, "event ", 6) != 0)
			fail_msg("%s: %d", lines[i], rc);
		if (migsame_differs(m, was) != NULL)
			fail_msg("%s: %s differs", lines[i], migsame_differs(m, was));
	}
	migstate_free(&m);
	migstate_free(&was);
}

/* Nothing comes before the beginning, and nothing but words after the end. */
static void
a_run_has_a_beginning_and_an_end(void **state)
{
	struct migstate *m = migstate_new();
	struct err e;

	(void)state;
	assert_int_equal(fold_line(m, "{\"event\":\"note\",\"at\":1}", &e), ERR_CONFLICT);
	migstate_free(&m);
	m = begun(1);
	fold(m, "{\"event\":\"abort\",\"at\":1,\"text\":\"enough\"}");
	assert_true(m->aborting);
	assert_string_equal(m->end_why, "enough");
	fold(m, "{\"event\":\"aborted\",\"at\":1}");
	assert_true(migstate_final(m));
	assert_false(m->aborting);
	assert_int_equal(fold_line(m, "{\"event\":\"roll-back\",\"at\":1}", &e), ERR_CONFLICT);
	fold(m, "{\"event\":\"note\",\"at\":1}");
	fold(m, "{\"event\":\"late\",\"at\":1,\"text\":\"192.0.2.0/24\",\"count\":3}");
	fold(m, "{\"event\":\"sample\",\"at\":1}");
	migstate_free(&m);
}

/* A clock that is set back takes no record with it. */
static void
time_does_not_go_back(void **state)
{
	struct migstate *m = begun(1);

	(void)state;
	fold(m, "{\"event\":\"step-begun\",\"at\":5,\"step\":\"prepare\",\"attempt\":1}");
	assert_true(m->check_at_ms == MIGCASE_START_MS);
	assert_true(m->at_ms == MIGCASE_START_MS);
	migstate_free(&m);
}

static void
a_decision_is_told_once_it_is_set(void **state)
{
	struct migstate *m = begun(1);
	struct err e;

	(void)state;
	fold(m, "{\"event\":\"decided\",\"at\":1700000001000,\"decision\":1,\"share\":0,"
	    "\"lowTtl\":true}");
	assert_true(m->decided.low_ttl);
	assert_false(m->told.low_ttl);
	fold(m, "{\"event\":\"set\",\"at\":1700000002000,\"decision\":1}");
	assert_true(m->told.low_ttl && m->low_since_ms == 1700000002000);
	assert_true(m->told_at_ms == MIGCASE_START_MS);	/* no user goes elsewhere */
	assert_int_equal(fold_line(m, "{\"event\":\"set\",\"at\":1,\"decision\":1}", &e),
	    ERR_CONFLICT);
	fold(m, "{\"event\":\"decided\",\"at\":1,\"decision\":2,\"share\":30}");
	fold(m, "{\"event\":\"decided\",\"at\":1,\"decision\":3,\"share\":20,\"rescue\":true}");
	assert_int_equal(fold_line(m, "{\"event\":\"set\",\"at\":1,\"decision\":2}", &e),
	    ERR_CONFLICT);		/* a later one has taken its place */
	fold(m, "{\"event\":\"set\",\"at\":1700000009000,\"decision\":3}");
	assert_int_equal(m->told.share, 20);
	assert_int_equal(m->top_share, 30);
	assert_true(m->told.rescue && m->told_at_ms == 1700000009000);
	assert_true(m->low_since_ms == 0);
	migstate_free(&m);
}

static void
pausing_stops_and_resuming_begins_anew(void **state)
{
	struct migstate *m = begun(1);
	struct err e;

	(void)state;
	fold(m, "{\"event\":\"paused\",\"at\":1,\"text\":\"lunch\"}");
	assert_string_equal(m->pause_why, "lunch");
	assert_int_equal(fold_line(m, "{\"event\":\"paused\",\"at\":1}", &e), ERR_CONFLICT);
	fold(m, "{\"event\":\"resumed\",\"at\":1700000060000}");
	assert_false(m->paused);
	assert_string_equal(m->pause_why, "");
	assert_true(m->check_since_ms == 1700000060000);
	migstate_free(&m);
}

/* Where a host counts: at its old site until it has left, at the new one when it
 * has been looked at there, and nowhere while it is known to be dead. */
static void
capacity_is_of_hosts_that_work(void **state)
{
	static const bool dead[] = { false, true };
	struct migcase c;

	(void)state;
	migcase_init(&c, migcase_spec(2));
	migcase_until(&c, MIGSTATE_MOVING);
	migcase_settle(&c);
	assert_int_equal(migstate_capacity(c.m, MIGSTATE_FROM, NULL), 2);
	assert_int_equal(migstate_capacity(c.m, MIGSTATE_FROM, dead), 1);
	migcase_end(&c, "vm1", MIGEVENT_STORAGE, true);
	assert_int_equal(migstate_capacity(c.m, MIGSTATE_FROM, NULL), 2);
	migcase_end(&c, "vm1", MIGEVENT_MEMORY, true);
	assert_int_equal(migstate_capacity(c.m, MIGSTATE_FROM, NULL), 1);
	assert_int_equal(migstate_capacity(c.m, MIGSTATE_TO, NULL), 0);
	assert_int_equal(migstate_at(c.m, MIGSTATE_TO), 1);
	migcase_end(&c, "vm1", MIGEVENT_ANNOUNCE, true);
	migcase_end(&c, "vm1", MIGEVENT_VERIFY, true);
	assert_int_equal(migstate_capacity(c.m, MIGSTATE_TO, NULL), 1);
	migcase_fini(&c);
}

static void
each_phase_has_a_word(void **state)
{
	(void)state;
	assert_string_equal(migstate_phase_name(MIGSTATE_ROLLING_BACK), "rolling-back");
	assert_string_equal(migstate_phase_name(MIGSTATE_ABORTED), "aborted");
	assert_string_equal(migstate_host_phase_name(MIGSTATE_HOST_FAILED), "failed");
	assert_string_equal(migstate_place_name(MIGSTATE_UNKNOWN), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_state_begins_with_its_run),
		cmocka_unit_test(what_does_not_fit_changes_nothing),
		cmocka_unit_test(a_run_has_a_beginning_and_an_end),
		cmocka_unit_test(time_does_not_go_back),
		cmocka_unit_test(a_decision_is_told_once_it_is_set),
		cmocka_unit_test(pausing_stops_and_resuming_begins_anew),
		cmocka_unit_test(capacity_is_of_hosts_that_work),
		cmocka_unit_test(each_phase_has_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
