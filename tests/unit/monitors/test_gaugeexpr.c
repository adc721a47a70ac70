/* tests/unit/monitors/test_gaugeexpr.c - a number is only told when it is one.
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
#include "monitors/gaugeexpr.h"
#include "monitors/promtext.h"

static void
on_sample(void *arg, const struct promtext_sample *s)
{
	for (size_t i = 0; i < gaugeexpr_count(arg); i++)
		if (gaugeexpr_name(arg, i) != NULL)
			gaugeexpr_sample(arg, i, s, false);
}

static enum gauge_outcome
page(struct gaugeexpr *x, const char *text, mono_ns at, uint64_t *v)
{
	static struct promtext p;

	gaugeexpr_begin(x);
	promtext_init(&p, on_sample, x);
	promtext_push(&p, text, strlen(text));
	promtext_end(&p);
	return gaugeexpr_end(x, at, 1000000, v);
}

static void
one_page_is_enough_for_levels(void **state)
{
	static const struct {
		const char *expr, *labels, *page;
		enum gauge_outcome want;
		uint64_t    value;
	} row[] = {
		{ "a", NULL, "a 7\n", GAUGE_OK, 7 },
		{ "a", NULL, "a{x=\"1\"} 7\na{x=\"2\"} 8\nab 1\n", GAUGE_OK, 15 },
		{ "a{x=\"1\"}", NULL, "a{x=\"1\"} 7\na{x=\"2\"} 8\n", GAUGE_OK, 7 },
		{ "a{x!=\"1\"}", NULL, "a{x=\"1\"} 7\na{x=\"2\"} 8\n", GAUGE_OK, 8 },
		{ "a{x=1,y!=\"\"}", NULL, "a{x=\"1\"} 7\na{x=\"1\",y=\"z\"} 8\n",
		  GAUGE_OK, 8 },
		{ "a", "x=2", "a{x=\"1\"} 7\na{x=\"2\"} 8\n", GAUGE_OK, 8 },
		{ "a{x=1}", "x=2,y=3", "a{x=\"1\",y=\"3\"} 7\na{x=\"2\"} 8\n",
		  GAUGE_OK, 7 },
		{ "2 * a - b / 4 + 1", NULL, "a 3\nb 8\n", GAUGE_OK, 5 },
		{ "a", NULL, "a 1.5\n", GAUGE_OK, 2 },
		{ "a", NULL, "a -0.4\n", GAUGE_OK, 0 },
		{ "a", NULL, "b 1\n", GAUGE_MISSING, 0 },
		{ "a + b", NULL, "b 1\n", GAUGE_MISSING, 0 },
		{ "a", NULL, "", GAUGE_MISSING, 0 },
		{ "a", NULL, "a NaN\n", GAUGE_NAN, 0 },
		{ "a", NULL, "a{x=\"1\"} 1\na NaN\n", GAUGE_NAN, 0 },
		{ "a / b", NULL, "a 1\nb 0\n", GAUGE_NAN, 0 },
		{ "a", NULL, "a -1\n", GAUGE_NEGATIVE, 0 },
		{ "a", NULL, "a -Inf\n", GAUGE_NEGATIVE, 0 },
		{ "a", NULL, "a 1e300\n", GAUGE_HUGE, 0 },
		{ "a", NULL, "a +Inf\n", GAUGE_HUGE, 0 },
		{ "a", NULL, "a 1000000\n", GAUGE_OK, 1000000 },
		{ "a", NULL, "a 1000001\n", GAUGE_HUGE, 0 },
		{ "rate(a)", NULL, "a 5\n", GAUGE_FIRST, 0 },
		{ "rate(a)", NULL, "a NaN\n", GAUGE_NAN, 0 },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		uint64_t v = 0;
		struct err e = { 0 };
		struct gaugeexpr *x = gaugeexpr_new(GAUGEEXPR_PROMETHEUS,
		    row[i].expr, row[i].labels, &e);
		enum gauge_outcome got;

		if (x == NULL)
			fail_msg("row %zu: %s", i, e.text);
		got = page(x, row[i].page, CLOCK_S, &v);
		if (got != row[i].want || v != row[i].value)
			fail_msg("row %zu: %s, %ju", i, gaugeexpr_words(got),
			    (uintmax_t)v);
		gaugeexpr_free(&x);
	}
}

/* Each step is a page ten seconds after the one before. */
static void
rates_survive_resets_and_strangers(void **state)
{
	static const struct {
		const char *page;
		enum gauge_outcome want;
		uint64_t    value;
	} step[] = {
		{ "c{s=\"1\"} 100\n", GAUGE_FIRST, 0 },
		{ "c{s=\"1\"} 200\n", GAUGE_OK, 80 },
		{ "c{s=\"1\"} 200\n", GAUGE_OK, 0 },
		{ "c{s=\"1\"} 10\n", GAUGE_RESET, 0 },		/* started anew */
		{ "c{s=\"1\"} 60\n", GAUGE_OK, 40 },
		/* Another counter comes: what it brings is no traffic of now. */
		{ "c{s=\"1\"} 70\nc{s=\"2\"} 1000000\n", GAUGE_RESET, 0 },
		{ "c{s=\"2\"} 1000010\nc{s=\"1\"} 80\n", GAUGE_OK, 16 },
		/* One goes, another comes, the sum grows. */
		{ "c{s=\"3\"} 5000000\nc{s=\"1\"} 80\n", GAUGE_RESET, 0 },
		{ "d 1\n", GAUGE_MISSING, 0 },
		{ "c{s=\"1\"} 80\n", GAUGE_FIRST, 0 },
		{ "c{s=\"1\"} NaN\n", GAUGE_NAN, 0 },
		{ "c{s=\"1\"} 90\n", GAUGE_RESET, 0 },
		{ "c{s=\"1\"} 100\n", GAUGE_OK, 8 },
	};
	struct gaugeexpr *x = gaugeexpr_new(GAUGEEXPR_PROMETHEUS,
	    "8 * rate(c)", NULL, NULL);

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(step); i++) {
		uint64_t v = 0;
		enum gauge_outcome got = page(x, step[i].page,
		    (i + 1) * 10 * CLOCK_S, &v);

		if (got != step[i].want || v != step[i].value)
			fail_msg("step %zu: %s, %ju", i, gaugeexpr_words(got),
			    (uintmax_t)v);
	}
	gaugeexpr_free(&x);
}

/* The time between two pages is the clock's, however long it was. */
static void
a_page_that_was_not_had_leaves_the_rate_right(void **state)
{
	struct gaugeexpr *x = gaugeexpr_new(GAUGEEXPR_PROMETHEUS, "rate(c)",
	    NULL, NULL);
	uint64_t v = 0;

	(void)state;
	assert_int_equal(page(x, "c 0\n", CLOCK_S, &v), GAUGE_FIRST);
	gaugeexpr_begin(x);			/* and it broke off */
	assert_int_equal(page(x, "c 300\n", 31 * CLOCK_S, &v), GAUGE_OK);
	assert_int_equal(v, 10);
	gaugeexpr_free(&x);
}

static void
cpu_is_what_is_not_idle(void **state)
{
	struct gaugeexpr *x = gaugeexpr_new(GAUGEEXPR_PROMETHEUS,
	    "100 - 100 * rate(s{mode=\"idle\"}) / rate(s)", NULL, NULL);
	uint64_t v = 0;

	(void)state;
	assert_non_null(x);
	(void)page(x, "s{mode=\"idle\"} 10\ns{mode=\"user\"} 10\n", CLOCK_S, &v);
	assert_int_equal(page(x, "s{mode=\"idle\"} 13\ns{mode=\"user\"} 17\n",
	    11 * CLOCK_S, &v), GAUGE_OK);
	assert_int_equal(v, 70);
	gaugeexpr_free(&x);
}

static void
documents_have_paths(void **state)
{
	struct gaugeexpr *x = gaugeexpr_new(GAUGEEXPR_JSON,
	    "2 * $.a[\"b c\"] + rate($.n[*])", NULL, NULL);
	struct json *j = json_literal("{\"a\": {\"b c\": 4}, \"n\": [1, 2]}");
	struct json *k = json_literal("{\"a\": {\"b c\": 4}, \"n\": [11, 12]}");
	uint64_t v = 0;

	(void)state;
	assert_non_null(x);
	gaugeexpr_begin(x);
	gaugeexpr_document(x, j);
	assert_int_equal(gaugeexpr_end(x, CLOCK_S, 100, &v), GAUGE_FIRST);
	gaugeexpr_begin(x);
	gaugeexpr_document(x, k);
	assert_int_equal(gaugeexpr_end(x, 11 * CLOCK_S, 100, &v), GAUGE_OK);
	assert_int_equal(v, 10);
	json_free(&j);
	json_free(&k);
	gaugeexpr_free(&x);
}

/* Of whoever wants it as it is. */
static void
a_value_is_not_rounded(void **state)
{
	static const struct {
		const char *expr;
		enum gauge_outcome want;
		double	    value;
	} row[] = {
		{ "2 * 0.2", GAUGE_OK, 0.4 }, { "1 - 2.5", GAUGE_OK, -1.5 },
		{ "10000000 * 10000000", GAUGE_OK, 1e14 }, { "1 / 0", GAUGE_NAN, 0 },
		{ "none", GAUGE_MISSING, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct gaugeexpr *x = gaugeexpr_new(GAUGEEXPR_PROMETHEUS,
		    row[i].expr, NULL, NULL);
		double v = 0;

		assert_non_null(x);
		gaugeexpr_begin(x);
		assert_int_equal(gaugeexpr_value(x, CLOCK_S, &v), row[i].want);
		if (row[i].want == GAUGE_OK && !(v == row[i].value))
			fail_msg("%s is %g", row[i].expr, v);
		gaugeexpr_free(&x);
	}
}

static void
what_is_no_expression_is_refused(void **state)
{
	static const struct {
		enum gaugeexpr_form form;
		const char *text, *labels;
	} bad[] = {
		{ GAUGEEXPR_PROMETHEUS, "", NULL },
		{ GAUGEEXPR_PROMETHEUS, "a b", NULL },
		{ GAUGEEXPR_PROMETHEUS, "a+b", NULL },
		{ GAUGEEXPR_PROMETHEUS, "a + ", NULL },
		{ GAUGEEXPR_PROMETHEUS, "a{b}", NULL },
		{ GAUGEEXPR_PROMETHEUS, "a{b=\"c}", NULL },
		{ GAUGEEXPR_PROMETHEUS, "a{b=c", NULL },
		{ GAUGEEXPR_PROMETHEUS, "rate(a", NULL },
		{ GAUGEEXPR_PROMETHEUS, "rate(3)", NULL },
		{ GAUGEEXPR_PROMETHEUS, "-a", NULL },
		{ GAUGEEXPR_PROMETHEUS, "$.a", NULL },
		{ GAUGEEXPR_PROMETHEUS, "a", "b" },
		{ GAUGEEXPR_PROMETHEUS, "a", "b=c d" },
		{ GAUGEEXPR_JSON, "a", NULL },
		{ GAUGEEXPR_JSON, "$.a+$.b", NULL },
		{ GAUGEEXPR_JSON, "rate($.a", NULL },
	};
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++)
		if (gaugeexpr_new(bad[i].form, bad[i].text, bad[i].labels,
		    &e) != NULL)
			fail_msg("row %zu was taken: %s", i, bad[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_page_is_enough_for_levels),
		cmocka_unit_test(rates_survive_resets_and_strangers),
		cmocka_unit_test(a_page_that_was_not_had_leaves_the_rate_right),
		cmocka_unit_test(cpu_is_what_is_not_idle),
		cmocka_unit_test(documents_have_paths),
		cmocka_unit_test(a_value_is_not_rounded),
		cmocka_unit_test(what_is_no_expression_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
