/* tests/unit/monitors/test_monitor_metrics.c - what the formats know reads, and
 * what an operator writes is put in its place.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "core/base/err.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "monitors/monitor_metrics.h"

static void
set(struct object *o, const char *name, const char *value, int want)
{
	const struct prop *p = prop_find(o->type->props, name, NULL);
	struct err e = { 0 };

	assert_non_null(p);
	if (prop_set(p, o, value, &e) != want)
		fail_msg("%s: %s: %d %s", name, value, e.code, e.text);
}

static void
what_each_format_knows_can_be_read(void **state)
{
	struct object *o = object_new(&monitor_metrics_type, "/Common/m");
	struct monitor_metrics *m = (struct monitor_metrics *)o;
	unsigned known = 0;

	(void)state;
	for (m->format = 0; m->format < MONITOR_METRICS_FORMATS; m->format++) {
		assert_int_equal(monitor_metrics_path(m)[0], '/');
		for (int w = 0; w < MONITOR_METRICS_WHATS; w++) {
			const char *text = monitor_metrics_expr(m,
			    (enum monitor_metrics_what)w);
			struct err e = { 0 };
			struct gaugeexpr *x;

			if (text == NULL)
				continue;
			known++;
			x = gaugeexpr_new(monitor_metrics_form(m), text, NULL,
			    &e);
			if (x == NULL)
				fail_msg("format %u: %s", m->format, e.text);
			gaugeexpr_free(&x);
		}
	}
	assert_int_equal(known, 2 + 4 + 4 + 5 + 3);
	object_unref(&o);
}

static void
what_is_given_goes_before_what_is_known(void **state)
{
	struct object *o = object_new(&monitor_metrics_type, "/Common/m");
	struct monitor_metrics *m = (struct monitor_metrics *)o;

	(void)state;
	set(o, "format", "f5-rest", 0);
	assert_int_equal(monitor_metrics_form(m), GAUGEEXPR_JSON);
	set(o, "path", "/x?y=%n", 0);
	set(o, "connections", "$.a", 0);
	assert_string_equal(monitor_metrics_path(m), "/x?y=%n");
	assert_string_equal(monitor_metrics_expr(m,
	    MONITOR_METRICS_CONNECTIONS), "$.a");
	set(o, "connections", "none", 0);
	assert_non_null(monitor_metrics_expr(m, MONITOR_METRICS_CONNECTIONS));
	object_unref(&o);
}

/* Nothing that an operator writes makes a second line of a request. */
static void
what_a_request_cannot_have_is_refused(void **state)
{
	struct object *o = object_new(&monitor_metrics_type, "/Common/m");

	(void)state;
	set(o, "path", "metrics", ERR_PARSE);
	set(o, "path", "/a b", ERR_PARSE);
	set(o, "path", "/a\r\nX: y", ERR_PARSE);
	set(o, "host", "a\nb", ERR_PARSE);
	set(o, "path", "/a", 0);
	set(o, "host", "a.example.com", 0);
	object_unref(&o);
}

static void
names_are_put_in(void **state)
{
	char *s = monitor_metrics_fill("a=%n,b=%x%n%", "web");

	(void)state;
	assert_string_equal(s, "a=web,b=%xweb%");
	free(s);
	assert_null(monitor_metrics_fill(NULL, "web"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_each_format_knows_can_be_read),
		cmocka_unit_test(what_is_given_goes_before_what_is_known),
		cmocka_unit_test(what_a_request_cannot_have_is_refused),
		cmocka_unit_test(names_are_put_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
