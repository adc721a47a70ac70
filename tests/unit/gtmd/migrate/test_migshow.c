/* tests/unit/gtmd/migrate/test_migshow.c - what pages say of a migration, and how
 * long it may take. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "core/model/json.h"
#include "gtmd/migrate/migshow.h"
#include "tests/unit/gtmd/migrate/migcase.h"

static struct migcase c;

static int
tear_down(void **state)
{
	(void)state;
	migcase_fini(&c);
	return 0;
}

static void
begin(unsigned hosts, uint64_t mib)
{
	struct migspec *s = migcase_spec(hosts);

	for (unsigned i = 0; i < hosts; i++)
		s->hosts[i].memory_mib = mib;
	migcase_init(&c, s);
	migcase_until(&c, MIGSTATE_MOVING);
	migcase_settle(&c);
}

static const char *
text_in(const struct json *j, const char *a, const char *b)
{
	const struct json *in = json_find(j, a);

	return json_get_text(b != NULL ? json_find(in, b) : in);
}

static void
a_page_tells_all(void **state)
{
	struct migshow_progress p[2] = { { .octets = 5, .total = 9, .note = "disk 1" } };
	const struct json *host;
	struct json *j;
	char *line;

	(void)state;
	begin(2, 1);
	j = migshow_json(c.m, p, c.now_ms);
	assert_string_equal(text_in(j, "phase", NULL), "moving");
	assert_string_equal(text_in(j, "line", NULL), "moving: 0 of 2 hosts there, share 0 %");
	assert_string_equal(text_in(j, "name", NULL), "/Common/move");
	assert_string_equal(text_in(j, "guard", NULL), "fine");
	assert_false(json_get_bool(json_find(j, "paused")));
	host = json_item(json_find(j, "hosts"), 0);
	assert_string_equal(text_in(host, "phase", NULL), "storage");
	assert_string_equal(text_in(host, "place", NULL), "from");
	assert_string_equal(text_in(host, "step", NULL), "storage");
	assert_int_equal(json_get_int(json_find(host, "octets")), 5);
	assert_int_equal(json_get_int(json_find(host, "total")), 9);
	assert_string_equal(text_in(host, "note", NULL), "disk 1");
	host = json_item(json_find(j, "hosts"), 1);
	assert_string_equal(text_in(host, "phase", NULL), "waiting");
	assert_null(json_find(host, "step"));
	assert_true(json_get_bool(json_find(json_find(j, "traffic"), "fromEnabled")));
	line = json_line(j);
	assert_non_null(line);
	free(line);
	json_free(&j);
}

static void
a_page_says_why_it_stands(void **state)
{
	struct json *j;

	(void)state;
	begin(1, 1);
	migcase_fail_for_good(&c, "vm1", MIGEVENT_STORAGE);
	migcase_end(&c, "vm1", MIGEVENT_CANCEL, true);
	j = migshow_json(c.m, NULL, c.now_ms);
	assert_true(json_get_bool(json_find(j, "paused")));
	assert_string_equal(text_in(j, "pausedWhy", NULL), "host vm1 failed: it went wrong");
	assert_string_equal(text_in(json_item(json_find(j, "hosts"), 0), "why", NULL),
	    "it went wrong");
	assert_string_equal(text_in(j, "line", NULL),
	    "moving, paused: 0 of 1 hosts there, share 0 %");
	assert_null(json_find(j, "eta"));
	json_free(&j);
}

static void
what_has_not_begun_has_a_page_too(void **state)
{
	struct migstate *m = migstate_new();
	struct json *j = migshow_json(m, NULL, 0);

	(void)state;
	assert_string_equal(text_in(j, "phase", NULL), "planned");
	assert_int_equal(json_count(json_find(j, "hosts")), 0);
	json_free(&j);
	migstate_free(&m);
	begin(1, 1);
}

/* 2 hosts of 100 MiB; the one under way has 50 behind it, at 10 MiB a second. */
static void
time_left_is_octets_by_rate(void **state)
{
	struct migshow_progress p[2] = { { .octets = UINT64_C(50) << 20,
	    .rate_bps = UINT64_C(10) << 20 } };

	(void)state;
	begin(2, 100);
	assert_int_equal(migshow_eta_s(c.m, p, c.now_ms), 15);
	p[0].rate_bps = 0;
	assert_int_equal(migshow_eta_s(c.m, p, c.m->phase_at_ms + 10000), 30);
	assert_int_equal(migshow_eta_s(c.m, NULL, c.m->phase_at_ms + 10000), -1);
	migcase_say(&c, MIGCOMMAND_PAUSE);
	assert_int_equal(migshow_eta_s(c.m, p, c.m->phase_at_ms + 10000), -1);
}

/* Nobody knows how great they are: then each counts alike. */
static void
time_left_is_hosts_by_those_before(void **state)
{
	const struct migshow_progress progress[3] = {
		[1] = { .octets = 900, .total = 1000, .rate_bps = 50 },
	};

	(void)state;
	begin(3, 0);
	for (int step = MIGEVENT_STORAGE; step <= MIGEVENT_FINISH; step++)
		migcase_end(&c, "vm1", (enum migevent_step)step, true);
	assert_int_equal(migshow_eta_s(c.m, NULL, c.m->phase_at_ms + 60000), 120);
	/* Octets of one whose size is not known are no part of it. */
	assert_int_equal(migshow_eta_s(c.m, progress, c.m->phase_at_ms + 60000), 120);
	c.m->spec->hosts[0].memory_mib = 5;
	assert_int_equal(migshow_eta_s(c.m, progress, c.m->phase_at_ms + 60000), 120);
	migcase_until(&c, MIGSTATE_DRAINING);
	assert_int_equal(migshow_eta_s(c.m, NULL, c.now_ms), -1);
}

#define TEST(name)	cmocka_unit_test_teardown(name, tear_down)

/* null is what nobody measures. */
static void
a_page_tells_what_was_measured(void **state)
{
	struct json *j = json_new_object();
	const struct json *m;
	struct migevent ev;

	(void)state;
	begin(1, 1);
	migevent_init(&ev, MIGEVENT_SAMPLE);
	ev.sample.configured = 66;
	ev.sample.effective = 0;
	migshow_put_sample(j, &ev.sample, 1700000000000);
	m = json_find(j, "measured");
	assert_int_equal(json_get_int(json_find(m, "at")), 1700000000000);
	assert_int_equal(json_get_int(json_find(m, "configured")), 66);
	assert_int_equal(json_kind_of(json_find(m, "effective")), JSON_KIND_INT);
	assert_int_equal(json_kind_of(json_find(m, "served")), JSON_KIND_NULL);
	assert_int_equal(json_kind_of(json_find(m, "residual")), JSON_KIND_NULL);
	json_free(&j);
}

static void
a_page_tells_who_is_left_behind(void **state)
{
	const struct json *host;
	struct json *j;

	(void)state;
	begin(3, 1);
	migcase_say_of(&c, MIGCOMMAND_SKIP, "vm2");
	j = migshow_json(c.m, NULL, c.now_ms);
	assert_string_equal(text_in(j, "line", NULL), "moving: 0 of 3 hosts there, 1 skipped, "
	    "share 0 %");
	assert_int_equal(json_get_int(json_find(j, "skipped")), 1);
	assert_int_equal(json_get_int(json_find(j, "capacity")), 2);
	host = json_item(json_find(j, "hosts"), 1);
	assert_string_equal(text_in(host, "phase", NULL), "skipped");
	assert_string_equal(text_in(host, "place", NULL), "from");
	json_free(&j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_page_tells_all),
		TEST(a_page_says_why_it_stands),
		TEST(what_has_not_begun_has_a_page_too),
		TEST(time_left_is_octets_by_rate),
		TEST(time_left_is_hosts_by_those_before),
		cmocka_unit_test_teardown(a_page_tells_what_was_measured, tear_down),
		cmocka_unit_test_teardown(a_page_tells_who_is_left_behind, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
