/* tests/unit/monitors/test_gaugeindex.c - by the index everybody gets what he would
 * get by looking at each sample, and many readers cost no more than few.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "monitors/gaugeindex.h"
#include "monitors/gaugeset.h"
#include "monitors/promtext.h"

#define MANY	4000u

static struct gaugeindex all;
static struct monitor_metrics *monitor;

static void
set(const char *name, const char *value)
{
	const struct prop *p = prop_find(monitor_metrics_type.props, name,
	    NULL);
	struct err e;

	if (p == NULL || prop_set(p, monitor, value, &e) != 0)
		fail_msg("%s", e.text);
}

static int
set_up(void **state)
{
	(void)state;
	monitor = (struct monitor_metrics *)object_new(&monitor_metrics_type,
	    "/Common/page");
	return 0;
}

static int
tear_down(void **state)
{
	struct object *o = &monitor->base.obj;

	(void)state;
	gaugeindex_clear(&all);
	object_unref(&o);
	return 0;
}

static void
on_index(void *arg, const struct promtext_sample *s)
{
	(void)arg;
	gaugeindex_give(&all, s, false);
}

/* The plain way. */
static void
on_each(void *arg, const struct promtext_sample *s)
{
	struct gaugeset *set_ = arg;

	for (int i = 0; i < MONITOR_METRICS_WHATS; i++)
		for (size_t k = 0; set_->exprs[i] != NULL &&
		    k < gaugeexpr_count(set_->exprs[i]); k++)
			if (gaugeexpr_name(set_->exprs[i], k) != NULL)
				gaugeexpr_sample(set_->exprs[i], k, s, false);
}

static void
read_page(promtext_fn *fn, void *arg, const char *text)
{
	static struct promtext p;

	promtext_init(&p, fn, arg);
	promtext_push(&p, text, strlen(text));
	promtext_end(&p);
}

static void
everybody_gets_what_is_his(void **state)
{
	static const char page[] = "a 1\na{x=\"1\"} 2\na{x=\"1\",y=\"2\"} 4\n"
	    "a{y=\"2\",x=\"2\"} 8\na{y=\"2\"} 16\nb{x=\"1\"} 32\n"
	    "b{x=\"\",y=\"9\"} 64\na{x=\"1\\n\",z=\"\"} 128\n";
	static const char *const exprs[] = { "a", "a{x=\"1\"}", "a{y=\"2\"}",
	    "a{x=\"\"}", "a{x!=\"1\"}", "a{x=\"1\",y!=\"2\"} + b",
	    "a{y=\"2\",x=\"1\"} + 2 * a{x=\"1\",y=\"2\"} + b{x=\"\"}" };
	struct gaugeset *by_index[7], *plain[7];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(exprs); i++) {
		set("connections", exprs[i]);
		by_index[i] = gaugeset_new(monitor, i, 0x7f, "web");
		plain[i] = gaugeset_new(monitor, i, 0x7f, "web");
		gaugeindex_add(&all, by_index[i]);
		gaugeset_begin(by_index[i]);
		gaugeset_begin(plain[i]);
		read_page(on_each, plain[i], page);
	}
	read_page(on_index, NULL, page);
	for (size_t i = 0; i < OBJ_COUNT(exprs); i++) {
		struct gaugeset_value v[MONITOR_METRICS_WHATS],
		    w[MONITOR_METRICS_WHATS];

		assert_true(gaugeset_end(by_index[i], CLOCK_S, v));
		assert_true(gaugeset_end(plain[i], CLOCK_S, w));
		assert_int_equal(w[MONITOR_METRICS_CONNECTIONS].outcome,
		    GAUGE_OK);
		if (v[MONITOR_METRICS_CONNECTIONS].value !=
		    w[MONITOR_METRICS_CONNECTIONS].value)
			fail_msg("%s: %ju, not %ju", exprs[i], (uintmax_t)
			    v[MONITOR_METRICS_CONNECTIONS].value, (uintmax_t)
			    w[MONITOR_METRICS_CONNECTIONS].value);
	}
	gaugeindex_clear(&all);
	for (size_t i = 0; i < OBJ_COUNT(exprs); i++) {
		gaugeset_free(&by_index[i]);
		gaugeset_free(&plain[i]);
	}
}

static void
nobody_wants_the_rest(void **state)
{
	const struct promtext_sample a = { .name = "a" }, b = { .name = "b" };
	struct gaugeset *s;

	(void)state;
	set("connections", "a + 3");
	s = gaugeset_new(monitor, 1, 0x7f, "web");
	gaugeindex_add(&all, s);
	assert_true(gaugeindex_wants(&all, &a));
	assert_false(gaugeindex_wants(&all, &b));
	gaugeindex_clear(&all);
	assert_false(gaugeindex_wants(&all, &a));
	gaugeset_free(&s);
}

static double
cpu_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* 4,000 servers of a proxy, each with a reader of its own: 12,000 samples and
 * 12,000 series. One by one that would be 144 million comparisons, seconds of them. */
static void
many_readers_cost_what_they_get(void **state)
{
	static struct gaugeset *sets[MANY];
	struct gaugeset_value v[MONITOR_METRICS_WHATS];
	struct strbuf page = { 0 };
	char label[16];
	double start;

	(void)state;
	set("format", "haproxy-server");
	set("labels", "server=%n,proxy=app");
	for (unsigned i = 0; i < MANY; i++) {
		(void)snprintf(label, sizeof(label), "s%u", i);
		sets[i] = gaugeset_new(monitor, i, 0x7f, label);
		strbuf_printf(&page, "haproxy_server_current_sessions{proxy="
		    "\"app\",server=\"s%u\"} %u\n"
		    "haproxy_server_bytes_in_total{proxy=\"app\",server=\"s%u\"} 1\n"
		    "haproxy_server_bytes_out_total{proxy=\"app\",server=\"s%u\"}"
		    " 1\n", i, i, i, i);
	}
	start = cpu_s();
	for (unsigned i = 0; i < MANY; i++) {
		gaugeindex_add(&all, sets[i]);
		gaugeset_begin(sets[i]);
	}
	read_page(on_index, NULL, page.text);
	print_message("%u readers: %.1f ms\n", MANY, (cpu_s() - start) * 1e3);
	assert_true(cpu_s() - start < 1.0);
	for (unsigned i = 0; i < MANY; i++) {
		assert_true(gaugeset_end(sets[i], CLOCK_S, v));
		assert_int_equal(v[MONITOR_METRICS_CONNECTIONS].value, i);
		assert_int_equal(v[MONITOR_METRICS_BITS].outcome, GAUGE_FIRST);
	}
	gaugeindex_clear(&all);
	for (unsigned i = 0; i < MANY; i++)
		gaugeset_free(&sets[i]);
	strbuf_fini(&page);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
		T(everybody_gets_what_is_his),
		T(nobody_wants_the_rest),
		T(many_readers_cost_what_they_get),
	};

	return cmocka_run_group_tests_name("gaugeindex", tests, NULL, NULL);
}
