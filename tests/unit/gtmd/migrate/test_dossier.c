/* tests/unit/gtmd/migrate/test_dossier.c - what is told of a run in the end: all of it, in
 * bounds, and nothing of others' text as markup. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "gtmd/migrate/dossier.h"
#include "gtmd/migrate/dossierchart.h"
#include "gtmd/migrate/dossierjson.h"
#include "gtmd/migrate/dossierpage.h"
#include "tests/unit/gtmd/migrate/migcase.h"

#define EVIL	"<script>alert('&\"')</script>\x01"

static struct dossier *d;
static struct migcase c;

static void
open_run(struct migspec *spec)
{
	struct migevent begun;

	d = dossier_new();
	migcase_init(&c, spec);
	migevent_init(&begun, MIGEVENT_BEGUN);
	begun.at_ms = c.now_ms;
	dossier_add(d, c.m, &begun, 1);
	c.seen.calm_since_ms = c.now_ms;
	c.heard = dossier_add;
	c.arg = d;
	migcase_settle(&c);
}

static int
close_run(void **state)
{
	(void)state;
	dossier_free(&d);
	dossier_free(&d);
	migcase_fini(&c);
	return 0;
}

static void
sample(int share, int64_t residual)
{
	struct migevent ev;

	migevent_init(&ev, MIGEVENT_SAMPLE);
	ev.at_ms = c.now_ms;
	ev.sample.configured = share;
	ev.sample.served = ev.sample.effective = MIGEVENT_UNKNOWN;
	ev.sample.residual = residual;
	ev.sample.errors_pm = 0;
	ev.sample.p95_ms = 12;
	dossier_add(d, c.m, &ev, 0);
}

static void
note(enum migevent_kind k, const char *text, uint64_t count)
{
	struct migevent ev;

	migevent_init(&ev, k);
	ev.at_ms = c.now_ms;
	ev.count = count;
	migevent_say(&ev, "%s", text);
	dossier_add(d, c.m, &ev, 0);
}

static const struct json *
part(const struct json *j, const char *key, size_t count)
{
	const struct json *p = json_find(j, key);

	if (json_count(p) != count)
		fail_msg("%s: %zu, want %zu", key, json_count(p), count);
	return p;
}

static void
a_whole_run_is_told(void **state)
{
	struct dossier_sums s;
	struct json *j;
	const struct json *steps;
	char *text;

	(void)state;
	open_run(migcase_spec(3));
	sample(0, 40);
	migcase_until(&c, MIGSTATE_DONE);
	sample(100, 2);
	note(MIGEVENT_LATE, "192.0.2.0/24", 3);
	note(MIGEVENT_LATE, "192.0.2.0/24", 4);
	dossier_sum(d, c.m, &s);
	assert_true(s.octets > 0 && s.octets == 10 * s.wire_octets);
	assert_int_equal(s.failures, 0);
	assert_int_equal(s.residual, 2);
	assert_int_equal(s.worst_p95_ms, 12);
	assert_true(d->flip_ms > c.m->begun_ms);
	j = dossierjson_document(d, c.m);
	assert_string_equal(json_get_text(json_find(j, "phase")), "done");
	assert_string_equal(json_get_text(json_find(j, "outcome")),
	    "All 3 hosts are at the new site.");
	(void)part(j, "hosts", 3);
	(void)part(j, "samples", 2);
	assert_int_equal(json_get_int(json_find(json_item(
	    part(j, "late", 1), 0), "connections")), 7);
	steps = json_find(j, "steps");
	assert_true(json_count(steps) >= 12);
	for (size_t i = 0; i < json_count(steps); i++) {
		const struct json *one = json_item(steps, i);

		assert_true(json_get_bool(json_find(one, "ok")));
		assert_true(json_get_int(json_find(one, "to")) >=
		    json_get_int(json_find(one, "from")));
	}
	/* Each line of the log says something. */
	text = json_text(json_find(j, "log"));
	assert_non_null(strstr(text, "0 % of the answers are the new site's"));
	assert_non_null(strstr(text, "100 % of the answers are the new site's"));
	free(text);
	/* What was not measured is not told as a number. */
	assert_null(json_find(json_item(json_find(j, "samples"), 0), "served"));
	json_free(&j);
}

static void
a_failure_has_its_reason(void **state)
{
	struct json *j;
	char *text;

	(void)state;
	open_run(migcase_spec(2));
	migcase_end(&c, "", MIGEVENT_PREPARE, true);
	migcase_fail_for_good(&c, "vm1", MIGEVENT_STORAGE);
	j = dossierjson_document(d, c.m);
	text = json_text(j);
	assert_non_null(strstr(text, "it went wrong"));
	assert_non_null(strstr(text, "\"failures\": 1"));
	assert_non_null(strstr(text, "No host has moved yet."));
	free(text);
	json_free(&j);
	text = dossierpage_html(d, c.m);
	assert_non_null(strstr(text, "it went wrong"));
	assert_non_null(strstr(text, " failed\" x="));
	free(text);
}

/* However long it was. */
static void
what_is_kept_is_bounded(void **state)
{
	int64_t last = 0;

	(void)state;
	open_run(migcase_spec(1));
	for (int i = 0; i < 50 * DOSSIER_POINTS; i++) {
		c.now_ms += 2000;
		sample(i % 100, i);
	}
	assert_in_range(d->point_count, DOSSIER_POINTS / 4, DOSSIER_POINTS);
	for (size_t i = 0; i < d->point_count; i++) {
		assert_true(d->points[i].at_ms > last);
		/* Evenly spread: no gap over twice the mean. */
		if (i > 0)
			assert_true(d->points[i].at_ms - last <=
			    2 * (int64_t)(50 * DOSSIER_POINTS * 2000ull /
			    d->point_count) + 2000);
		last = d->points[i].at_ms;
	}
	for (int i = 0; i < 2 * DOSSIER_LINES; i++)
		note(MIGEVENT_NOTE, "again", 0);
	assert_int_equal(d->line_count, DOSSIER_LINES);
	assert_true(d->more_lines >= DOSSIER_LINES);
	for (int i = 0; i < 2 * DOSSIER_LATE; i++) {
		char net[32];

		(void)snprintf(net, sizeof(net), "10.%d.%d.0/24", i >> 8,
		    i & 255);
		note(MIGEVENT_LATE, net, 1);
	}
	assert_int_equal(d->late_count, DOSSIER_LATE);
	assert_int_equal(d->more_late, DOSSIER_LATE);
}

static void
text_of_others_is_no_markup(void **state)
{
	struct migspec *s = migcase_spec(2);
	char **const texts[] = { &s->hosts[0].name, &s->name, &s->wideip,
	    &s->from_pool, &s->to_pool, &s->description };
	char *page;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(texts); i++) {
		free(*texts[i]);
		*texts[i] = mem_strdup("<script>alert('&\"')");
	}
	open_run(s);
	(void)snprintf(c.m->end_why, sizeof(c.m->end_why), "%s", EVIL);
	c.m->host[0].phase = MIGSTATE_HOST_SKIPPED;	/* its name is told */
	(void)snprintf(c.m->host[0].skip_why, MIGEVENT_TEXT_MAX, "%s", EVIL);
	(void)snprintf(c.m->host[1].why, MIGEVENT_TEXT_MAX, "%s", EVIL);
	note(MIGEVENT_NOTE, EVIL, 0);
	note(MIGEVENT_LATE, EVIL, 1);
	page = dossierpage_html(d, c.m);
	assert_null(strstr(page, "<script"));
	assert_null(strstr(page, "alert('"));
	assert_null(strchr(page, '\x01'));
	assert_non_null(strstr(page, "&lt;script&gt;alert(&#39;&amp;&quot;"));
	/* Nothing is loaded from anywhere. */
	assert_null(strstr(page, "http:"));
	assert_null(strstr(page, "https:"));
	assert_null(strstr(page, "src="));
	assert_null(strstr(page, "url("));
	free(page);
}

static void
sizes_of_all_kinds_have_a_page(void **state)
{
	static const unsigned sizes[] = { 1, 3, MIGSPEC_HOSTS_MAX };
	struct migstate *nothing = migstate_new();
	char *page;

	(void)state;
	d = dossier_new();
	page = dossierpage_html(d, nothing);
	assert_non_null(strstr(page, "</html>"));
	free(page);
	migstate_free(&nothing);
	dossier_free(&d);
	for (size_t i = 0; i < 3; i++) {
		open_run(migcase_spec(sizes[i]));
		page = dossierpage_html(d, c.m);
		assert_non_null(strstr(page, "</html>"));
		assert_null(strstr(page, "nan"));
		free(page);
		if (i < 2)
			(void)close_run(NULL);
	}
}

/* ---- charts ---- */

static int64_t
at_of(const void *arg, size_t i)
{
	(void)arg;
	return (int64_t)i * 1000;
}

static int64_t
value_of(const void *arg, size_t i)
{
	return ((const int64_t *)arg)[i];
}

static void
a_line_has_gaps_and_round_numbers(void **state)
{
	static const int64_t values[] = { 0, 73, DOSSIERCHART_GAP, 10, 20 };
	static const struct dossierchart_series series = { "n", "s1",
	    DOSSIERCHART_NOW,
	    value_of };
	static const struct dossierchart_mark mark = { 3000, "flip & co" };
	const struct dossierchart chart = { .title = "T", .unit = "ms",
	    .arg = values, .at = at_of, .count = 5, .series = &series,
	    .series_count = 1, .marks = &mark, .mark_count = 1,
	    .to_ms = 4000 };
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	dossierchart_add(&b, &chart);
	/* Up to 80 by 20. */
	assert_non_null(strstr(b.text, ">80</text>"));
	assert_non_null(strstr(b.text, ">20</text>"));
	assert_null(strstr(b.text, ">100</text>"));
	/* Two pieces: the line begins twice. */
	assert_non_null(strstr(b.text, "class=\"line s1\" d=\"M120.0 182.0L326.0"));
	assert_non_null(strstr(b.text, "M738.0"));
	assert_non_null(strstr(b.text, "flip &amp; co"));
	assert_non_null(strstr(b.text, ">0:04</text>"));
	strbuf_clear(&b);
	dossierchart_length(&b, 9900);
	strbuf_add(&b, ", ");
	dossierchart_length(&b, 59999);
	strbuf_add(&b, ", ");
	dossierchart_length(&b, 245000);
	strbuf_add(&b, ", ");
	dossierchart_length(&b, 7260000);
	assert_string_equal(b.text, "9.9 s, 59 s, 4 min 05 s, 2 h 01 min");
	strbuf_fini(&b);
}

/* A share of the answers since the sample before is no slope. */
static void
a_mean_is_drawn_over_its_time(void **state)
{
	static const int64_t values[] = { DOSSIERCHART_GAP, 0, 100 };
	static const struct dossierchart_series series[] = {
	    { "served", "s2", DOSSIERCHART_SINCE, value_of } };
	static const struct dossierchart_mark marks[] = {
	    { 3000, "one" }, { 3100, "two" } };
	const struct dossierchart chart = { .title = "T", .unit = "%",
	    .arg = values, .at = at_of, .count = 3, .series = series,
	    .series_count = 1, .to_ms = 4000, .most = 100, .marks = marks,
	    .mark_count = 2 };
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	dossierchart_add(&b, &chart);
	assert_non_null(strstr(b.text,
	    "d=\"M120.0 182.0V182.0H326.0V30.0H532.0\""));
	/* Two words that are near each other have rows of their own. */
	assert_non_null(strstr(b.text, "y=\"22\" text-anchor=\"end\">one"));
	assert_non_null(strstr(b.text, "y=\"44\" text-anchor=\"end\">two"));
	strbuf_fini(&b);
}

static void
names_have_bounds(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	dossierchart_name(&b, "exactly-fifteen");
	assert_string_equal(b.text, "exactly-fifteen");
	strbuf_clear(&b);
	dossierchart_name(&b, "more-than-fifteen");
	assert_string_equal(b.text, "more-than-fift&hellip;");
	strbuf_clear(&b);
	dossierchart_name(&b, "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4<\xc3\xa4");
	assert_string_equal(b.text,
	    "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4&lt;\xc3\xa4");
	strbuf_clear(&b);
	/* What is no UTF-8 stays in bounds, too. */
	dossierchart_name(&b, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"
	    "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"
	    "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"
	    "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80");
	assert_true(b.len < 80);
	strbuf_fini(&b);
}

/* What was set holds to the end; what was never measured is not in the legend. */
static void
a_step_holds_and_nothing_is_left_out(void **state)
{
	static const int64_t values[] = { 0, 80 };
	static const int64_t none[] = { DOSSIERCHART_GAP, DOSSIERCHART_GAP };
	static const struct dossierchart_series series[] = {
	    { "held", "s1", DOSSIERCHART_HOLDS, value_of } };
	struct dossierchart chart = { .title = "T", .unit = "%",
	    .arg = values, .at = at_of, .count = 2, .series = series,
	    .series_count = 1, .to_ms = 4000, .most = 100 };
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	dossierchart_add(&b, &chart);
	assert_non_null(strstr(b.text, "d=\"M120.0 182.0H326.0V60.4H944\""));
	assert_non_null(strstr(b.text, ">held</span>"));
	assert_true(dossierchart_has(&chart, series));
	strbuf_clear(&b);
	chart.arg = none;
	assert_false(dossierchart_has(&chart, series));
	dossierchart_add(&b, &chart);
	assert_null(strstr(b.text, "held"));
	assert_null(strstr(b.text, "class=\"line"));
	strbuf_fini(&b);
}

static int64_t
greatest_of_all(const void *arg, size_t i)
{
	(void)arg;
	return i == 0 ? 0 : INT64_MAX;
}

static int64_t
year_10000(const void *arg, size_t i)
{
	(void)arg;
	return i == 0 ? 0 : INT64_C(253402300800000);
}

/* A clock that was wrong, a counter that was nonsense. */
static void
no_value_makes_an_endless_axis(void **state)
{
	static const struct dossierchart_series series = { "n", "s1",
	    DOSSIERCHART_NOW, greatest_of_all };
	const struct dossierchart chart = { .title = "T", .unit = "ms",
	    .at = year_10000, .count = 2, .series = &series, .series_count = 1,
	    .to_ms = INT64_C(253402300800000) };
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	dossierchart_add(&b, &chart);
	assert_in_range(b.len, 500, 20000);
	strbuf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_whole_run_is_told, close_run),
		cmocka_unit_test_teardown(a_failure_has_its_reason, close_run),
		cmocka_unit_test_teardown(what_is_kept_is_bounded, close_run),
		cmocka_unit_test_teardown(text_of_others_is_no_markup, close_run),
		cmocka_unit_test_teardown(sizes_of_all_kinds_have_a_page,
		    close_run),
		cmocka_unit_test(a_line_has_gaps_and_round_numbers),
		cmocka_unit_test(a_mean_is_drawn_over_its_time),
		cmocka_unit_test(names_have_bounds),
		cmocka_unit_test(no_value_makes_an_endless_axis),
		cmocka_unit_test(a_step_holds_and_nothing_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
