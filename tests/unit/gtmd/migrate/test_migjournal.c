/* tests/unit/gtmd/migrate/test_migjournal.c - what was put is there, folded to the
 * same state; what does not fit is not written, and what is damaged is not read.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "gtmd/migrate/migjournal.h"
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/gtmd/migrate/migcase.h"
#include "tests/unit/gtmd/migrate/migsame.h"

/* The kernel's fdatasync, counted, and failing while told to. */
static unsigned syncs;
static bool sync_fails;

int
fdatasync(int fd)
{
	syncs++;
	if (sync_fails) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

struct seen {
	size_t	count;
	char	words[512];
};

static void
on_event(void *arg, const struct migstate *m, const struct migevent *ev, uint64_t number)
{
	struct seen *s = arg;

	assert_int_equal(number, ++s->count);
	assert_int_equal(m->events, number);
	if (strlen(s->words) < 400) {
		(void)strncat(s->words, migevent_name(ev->kind), 30);
		(void)strncat(s->words, " ", 2);
	}
}

static const char *
path(void)
{
	return tempdir_file(&tempdir, "move.1");
}

/* ret of migjournal_open; findings in words. */
static int
open_it(struct migjournal **j, struct migstate **m, struct seen *s, char *findings)
{
	struct migjournal_reader r = { on_event, s };
	struct diag out;
	int rc;

	memset(s, 0, sizeof(*s));
	findings[0] = '\0';
	diag_init(&out);
	rc = migjournal_open(path(), &r, j, m, &out);
	for (size_t i = 0; i < out.count; i++)
		(void)strncat(findings, out.entries[i].text, ERR_TEXT_MAX);
	diag_fini(&out);
	return rc;
}

static void
put(struct migjournal *j, struct migstate *m, struct migevent *ev)
{
	struct err e;

	if (migjournal_put(j, m, ev, &e) != 0)
		fail_msg("%s", e.text);
	migevent_fini(ev);
}

static void
put_kind(struct migjournal *j, struct migstate *m, enum migevent_kind k)
{
	struct migevent ev;

	migevent_init(&ev, k);
	ev.at_ms = MIGCASE_START_MS;
	ev.spec = k == MIGEVENT_BEGUN ? migcase_spec(2) : NULL;
	put(j, m, &ev);
}

static void
put_all(struct migjournal *j, struct migstate *m)
{
	struct migstep_seen seen = { .traffic = { .known = true, .from_live = 1 } };
	struct migevent ev;

	put_kind(j, m, MIGEVENT_BEGUN);
	while (migstep_next(m, &seen, MIGCASE_START_MS + 5, &ev))
		put(j, m, &ev);
	put_kind(j, m, MIGEVENT_SAMPLE);
	put_kind(j, m, MIGEVENT_PAUSED);
}

static struct migjournal *j;
static struct migstate *m;
static struct seen seen;
static char findings[4096];

static int
set_up(void **state)
{
	tempdir_set_up(state);
	sync_fails = false;
	if (open_it(&j, &m, &seen, findings) != 0)
		fail_msg("%s", findings);
	assert_int_equal(m->phase, MIGSTATE_PLANNED);
	return 0;
}

static int
tear_down(void **state)
{
	migjournal_close(&j);
	migstate_free(&m);
	return tempdir_tear_down(state);
}

static void
what_was_put_is_folded_again(void **state)
{
	struct migstate *was = m;
	size_t len;

	(void)state;
	put_all(j, m);
	len = migjournal_len(j);
	assert_true(len > 500);
	migjournal_close(&j);
	if (open_it(&j, &m, &seen, findings) != 0)
		fail_msg("%s", findings);
	assert_string_equal(findings, "");
	assert_string_equal(seen.words, "begun step-begun sample paused ");
	assert_int_equal(migjournal_len(j), len);
	if (migsame_differs(was, m) != NULL)
		fail_msg("%s differs", migsame_differs(was, m));
	put_kind(j, m, MIGEVENT_RESUMED);
	migstate_free(&was);
}

/* Each event is on disk before it counts; samples wait for the next. */
static void
each_event_is_synced_and_samples_are_not(void **state)
{
	(void)state;
	put_kind(j, m, MIGEVENT_BEGUN);
	syncs = 0;
	put_kind(j, m, MIGEVENT_SAMPLE);
	put_kind(j, m, MIGEVENT_SAMPLE);
	assert_int_equal(syncs, 0);
	put_kind(j, m, MIGEVENT_PAUSED);
	assert_int_equal(syncs, 1);
	assert_int_equal(migjournal_settle(j, NULL), 0);
	assert_int_equal(syncs, 1);
	put_kind(j, m, MIGEVENT_SAMPLE);
	assert_int_equal(migjournal_settle(j, NULL), 0);
	assert_int_equal(syncs, 2);
}

static void
what_does_not_fit_is_not_written(void **state)
{
	struct migevent ev;
	struct err e;
	size_t len;

	(void)state;
	put_kind(j, m, MIGEVENT_BEGUN);
	len = migjournal_len(j);
	migevent_init(&ev, MIGEVENT_RESUMED);
	assert_int_equal(migjournal_put(j, m, &ev, &e), ERR_CONFLICT);
	assert_int_equal(migjournal_len(j), len);
	assert_int_equal(m->events, 1);
}

/* The disk says no: then nothing has happened, and what comes later is whole. */
static void
what_is_not_on_disk_has_not_happened(void **state)
{
	struct migevent ev;
	struct err e;

	(void)state;
	put_kind(j, m, MIGEVENT_BEGUN);
	migevent_init(&ev, MIGEVENT_PAUSED);
	sync_fails = true;
	assert_int_equal(migjournal_put(j, m, &ev, &e), ERR_IO);
	assert_false(m->paused);
	sync_fails = false;
	put_kind(j, m, MIGEVENT_PAUSED);
	migjournal_close(&j);
	migstate_free(&m);
	assert_int_equal(open_it(&j, &m, &seen, findings), 0);
	assert_string_equal(seen.words, "begun paused ");
	assert_true(m->paused);
}

static void
rewrite(size_t keep, const char *from, const char *to)
{
	size_t len;
	char *text = tempdir_read(path(), &len), *at;

	assert_non_null(text);
	if (from != NULL) {
		at = strstr(text, from);
		assert_non_null(at);
		memcpy(at, to, strlen(to));
	}
	tempdir_write(path(), text, keep < len ? keep : len);
	free(text);
}

static void
reopen_after(size_t keep, const char *from, const char *to)
{
	migjournal_close(&j);
	migstate_free(&m);
	rewrite(keep, from, to);
}

/* A crash in the midst of a write: nobody had acted on it. */
static void
a_torn_tail_is_cut(void **state)
{
	size_t len;

	(void)state;
	put_all(j, m);
	len = migjournal_len(j);
	reopen_after(len - 3, NULL, NULL);
	assert_int_equal(open_it(&j, &m, &seen, findings), 0);
	assert_non_null(strstr(findings, "cut off by a crash"));
	assert_string_equal(seen.words, "begun step-begun sample ");
	assert_false(m->paused);
	put_kind(j, m, MIGEVENT_PAUSED);
}

static void
damage_is_refused(void **state)
{
	(void)state;
	put_all(j, m);
	reopen_after(SIZE_MAX, "\"prepare\"", "\"prepaer\"");
	assert_int_equal(open_it(&j, &m, &seen, findings), ERR_PARSE);
	assert_non_null(strstr(findings, "is damaged or missing"));
	assert_null(j);
	assert_null(m);
}

/* A record whole in itself that the ones before do not allow. */
static void
what_does_not_follow_is_refused(void **state)
{
	struct migstate *other = migstate_new();
	struct migevent ev;

	(void)state;
	put_kind(j, m, MIGEVENT_BEGUN);
	migevent_init(&ev, MIGEVENT_BEGUN);
	ev.spec = migcase_spec(1);
	put(j, other, &ev);		/* another's event in this journal */
	migstate_free(&other);
	migjournal_close(&j);
	migstate_free(&m);
	assert_int_equal(open_it(&j, &m, &seen, findings), ERR_CONFLICT);
	assert_non_null(strstr(findings, "move.1: record 2: event begun: it has begun"));
}

/* A heir reads what the holder writes, and takes it over when it has ended. */
static void
a_heir_peeks_and_inherits(void **state)
{
	struct migjournal *heir = NULL;
	struct migstate *copy = NULL;
	struct diag out;
	struct err e;

	(void)state;
	put_all(j, m);
	diag_init(&out);
	assert_int_equal(migjournal_peek(path(), NULL, &heir, &copy, &out), 0);
	put_kind(j, m, MIGEVENT_RESUMED);
	assert_int_equal(migjournal_inherit(heir, &e), ERR_CONFLICT);
	migjournal_leave(&heir);
	migstate_free(&copy);
	migjournal_leave(&j);
	assert_int_equal(migjournal_peek(path(), NULL, &heir, &copy, &out), 0);
	assert_int_equal(migjournal_inherit(heir, &e), 0);
	put_kind(heir, copy, MIGEVENT_PAUSED);
	migjournal_close(&heir);
	migjournal_close(&heir);
	migstate_free(&copy);
	assert_int_equal(migjournal_peek(path(), NULL, NULL, &copy, &out), 0);
	assert_true(copy->paused);
	migstate_free(&copy);
	assert_int_not_equal(migjournal_peek("/nowhere/x", NULL, NULL, &copy, &out), 0);
	diag_fini(&out);
}

/* Numbers come from hypervisors and other daemons: whatever they are, the record is
 * one that the next process reads. */
static void
whatever_others_count_can_be_read_again(void **state)
{
	struct migevent ev;

	(void)state;
	put_kind(j, m, MIGEVENT_BEGUN);
	migevent_init(&ev, MIGEVENT_LATE);
	ev.count = UINT64_MAX;
	put(j, m, &ev);
	migevent_init(&ev, MIGEVENT_SAMPLE);
	ev.sample.residual = -5;
	ev.sample.served = INT32_MIN;
	ev.sample.flow_count = 1;
	ev.sample.flows[0] = (struct migevent_flow){ 0, UINT64_MAX, UINT64_MAX };
	put(j, m, &ev);
	put_kind(j, m, MIGEVENT_PAUSED);
	migjournal_close(&j);
	migstate_free(&m);
	if (open_it(&j, &m, &seen, findings) != 0)
		fail_msg("%s", findings);
	assert_true(m->paused);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_put_is_folded_again),
		TEST(each_event_is_synced_and_samples_are_not),
		TEST(what_does_not_fit_is_not_written),
		TEST(what_is_not_on_disk_has_not_happened),
		TEST(a_torn_tail_is_cut),
		TEST(damage_is_refused),
		TEST(what_does_not_follow_is_refused),
		TEST(a_heir_peeks_and_inherits),
		TEST(whatever_others_count_can_be_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
