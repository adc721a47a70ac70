/* tests/unit/core/rest/test_metrics.c - the text format, octet by octet.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/histogram.h"
#include "core/base/strbuf.h"
#include "core/rest/metrics.h"

static const struct metrics_family requests = {
	"x_requests_total", METRICS_COUNTER, "Requests."
};
static const struct metrics_family delay = {
	"x_delay_seconds", METRICS_HISTOGRAM, "Delay."
};

static void
a_family_says_what_it_is(void **state)
{
	static const struct metrics_family f = {
		"x", METRICS_GAUGE, "a \\ and\na \"quote\""
	};
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	metrics_open(&b, &f);
	metrics_open(&b, &requests);
	assert_string_equal(b.text,
	    "# HELP x a \\\\ and\\na \"quote\"\n# TYPE x gauge\n"
	    "# HELP x_requests_total Requests.\n"
	    "# TYPE x_requests_total counter\n");
	strbuf_fini(&b);
}

static void
samples_have_all_their_digits(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	metrics_add(&b, &requests, NULL, 0);
	metrics_add(&b, &requests, NULL, UINT64_MAX);
	metrics_add_real(&b, &requests, NULL, 0.25);
	assert_string_equal(b.text, "x_requests_total 0\n"
	    "x_requests_total 18446744073709551615\nx_requests_total 0.25\n");
	strbuf_fini(&b);
}

static void
labels_are_escaped(void **state)
{
	static const struct {
		const char *value, *want;
	} rows[] = {
		{ "", "" }, { "/Common/p", "/Common/p" },
		{ "a\"b\\c\nd", "a\\\"b\\\\c\\nd" },
		{ "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
		    "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" },
		/* not UTF-8: lone, cut, overlong, surrogate, too far */
		{ "\xff", "\xef\xbf\xbd" },
		{ "a\xc3", "a\xef\xbf\xbd" },
		{ "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xe0\x80\xaf", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xf4\x90\x80\x80",
		    "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct metrics_label l[] = {
			{ "type", "a" }, { "name", rows[i].value },
			{ NULL, NULL }
		};
		struct strbuf b, want;

		strbuf_init(&b);
		strbuf_init(&want);
		metrics_add(&b, &requests, l, 7);
		strbuf_printf(&want, "x_requests_total{type=\"a\",name=\"%s\"}"
		    " 7\n", rows[i].want);
		assert_string_equal(b.text, want.text);
		strbuf_fini(&want);
		strbuf_fini(&b);
	}
}

static void
buckets_add_up_and_end_in_infinity(void **state)
{
	static const struct metrics_label l[] = {
		{ "m", "http" }, { NULL, NULL }
	};
	struct histogram h = { .sum_us = 0 };
	struct strbuf b;

	(void)state;
	histogram_add(&h, 500);
	histogram_add(&h, 700);
	histogram_add(&h, 20000000);
	strbuf_init(&b);
	metrics_add_histogram(&b, &delay, l, &h);
	assert_string_equal(b.text,
	    "x_delay_seconds_bucket{m=\"http\",le=\"0.0005\"} 1\n"
	    "x_delay_seconds_bucket{m=\"http\",le=\"0.001\"} 2\n"
	    "x_delay_seconds_bucket{m=\"http\",le=\"0.0025\"} 2\n"
	    "x_delay_seconds_bucket{m=\"http\",le=\"0.005\"} 2\n"
	    "x_delay_seconds_bucket{m=\"http\",le=\"0.01\"} 2\n"
	    "x_delay_seconds_bucket{m=\"http\",le=\"0.025\"} 2\n"
	    "x_delay_seconds_bucket{m=\"http\",le=\"0.05\"} 2\n"
	    "x_delay_seconds_bucket{m=\"http\",le=\"0.1\"} 2\n"
	    "x_delay_seconds_bucket{m=\"http\",le=\"0.25\"} 2\n"
	    "x_delay_seconds_bucket{m=\"http\",le=\"0.5\"} 2\n"
	    "x_delay_seconds_bucket{m=\"http\",le=\"1\"} 2\n"
	    "x_delay_seconds_bucket{m=\"http\",le=\"5\"} 2\n"
	    "x_delay_seconds_bucket{m=\"http\",le=\"10\"} 2\n"
	    "x_delay_seconds_bucket{m=\"http\",le=\"+Inf\"} 3\n"
	    "x_delay_seconds_sum{m=\"http\"} 20.0012\n"
	    "x_delay_seconds_count{m=\"http\"} 3\n");
	strbuf_fini(&b);
}

static void
a_histogram_may_have_no_labels(void **state)
{
	struct histogram h = { .sum_us = 0 };
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	metrics_add_histogram(&b, &delay, NULL, &h);
	assert_memory_equal(b.text, "x_delay_seconds_bucket{le=\"0.0005\"} 0\n",
	    38);
	strbuf_fini(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_family_says_what_it_is),
		cmocka_unit_test(samples_have_all_their_digits),
		cmocka_unit_test(labels_are_escaped),
		cmocka_unit_test(buckets_add_up_and_end_in_infinity),
		cmocka_unit_test(a_histogram_may_have_no_labels),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
