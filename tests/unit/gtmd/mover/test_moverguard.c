/* tests/unit/gtmd/mover/test_moverguard.c - pages that hold a migration, or turn it
 * back. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "gtmd/migrate/migguard.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverclock.h"
#include "gtmd/mover/moverguard.h"
#include "monitors/fetch.h"
#include "tests/unit/gtmd/mover/fakedaemon.h"

struct stage {
	struct clock	 clk;
	struct loop	*loop;
	struct fetcher	*fetcher;
	struct moverclock clock;
	struct fakedaemon page;
	struct fakedaemon_rule rules[2];	/* one answer to all */
	struct migspec	*spec;
	struct moverguard *guard;
};

static int
set_up(void **state)
{
	static struct stage t;

	memset(&t, 0, sizeof(t));
	clock_fake_init(&t.clk, 1000 * CLOCK_S, 1700000000);
	t.loop = loop_new(&t.clk, NULL);
	t.fetcher = fetch_engine_new(t.loop, NULL);
	moverclock_init(&t.clock, &t.clk);
	fakedaemon_open_page(&t.page, t.loop);
	t.page.rules = t.rules;
	t.rules[0] = (struct fakedaemon_rule){ "GET /", 200, "well" };
	t.spec = migspec_new();
	t.spec->wideip = mem_strdup("a /Common/www.example.com");
	t.spec->slo_interval_ms = 500;
	t.spec->slo_window_s = 10;
	t.spec->slo_errors_max = 100;
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	moverguard_free(&t->guard);
	moverguard_free(&t->guard);
	fetch_engine_free(&t->fetcher);
	fakedaemon_close(&t->page);
	loop_poll(t->loop);
	loop_free(&t->loop);
	migspec_free(&t->spec);
	return 0;
}

static void
begin(struct stage *t)
{
	const struct moverguard_config c = { t->loop, t->fetcher, t->spec,
	    &t->clock };

	t->guard = moverguard_new(&c);
}

static void
watch_users(struct stage *t)
{
	t->spec->slo_url = fakedaemon_url(&t->page, "/shop");
	begin(t);
}

static void
watch_lag(struct stage *t, const char *expression, double max)
{
	t->spec->lag_url = fakedaemon_url(&t->page, "/lag");
	t->spec->lag_expression = mem_strdup(expression);
	t->spec->lag_max = max;
	begin(t);
}

static void
pass(struct stage *t, unsigned ms)
{
	for (unsigned i = 0; i < 4 * ms; i++)
		loop_advance(t->loop, &t->clk, CLOCK_MS / 4);
}

static void
says(struct stage *t, enum migevent_verdict v, const char *text)
{
	struct migguard_answer a;

	migguard_ask(moverguard_get(t->guard), moverclock_ms(&t->clock), &a);
	if (a.verdict != v || strstr(a.text, text) == NULL)
		fail_msg("%s \"%s\", want %s \"%s\"",
		    migevent_verdict_name(a.verdict), a.text,
		    migevent_verdict_name(v), text);
}

static void
the_users_page_is_asked_by_the_name_they_use(void **state)
{
	struct stage *t = *state;

	watch_users(t);
	pass(t, 2900);
	assert_memory_equal(t->page.host, "www.example.com:", 16);
	assert_int_equal(fakedaemon_count(&t->page, "GET /shop \n"), 6);
	says(t, MIGEVENT_FINE, "");
	moverguard_free(&t->guard);
	free(t->spec->wideip);		/* of many names none is the users' */
	t->spec->wideip = mem_strdup("a /Common/*.example.com");
	begin(t);
	pass(t, 100);
	assert_memory_equal(t->page.host, "127.0.0.1", 9);
}

static void
users_who_fail_are_a_breach(void **state)
{
	struct stage *t = *state;
	int32_t errors, p95;

	watch_users(t);
	pass(t, 4900);
	migguard_window(moverguard_get(t->guard), moverclock_ms(&t->clock),
	    &errors, &p95);
	assert_int_equal(errors, 0);
	assert_in_range(p95, 0, 100);
	t->rules[0].status = 500;
	pass(t, 500);
	says(t, MIGEVENT_FINE, "");	/* one alone is a lost segment */
	pass(t, 500);
	says(t, MIGEVENT_BREACH, "slo-url: 2 of 12 requests");
	t->rules[0].status = 200;
	pass(t, 12000);
	says(t, MIGEVENT_FINE, "");
}

/* It waits as long as users would, for a few at a time. */
static void
silence_is_failure_and_is_asked_no_more_than_it_can_bear(void **state)
{
	struct stage *t = *state;

	t->rules[0].status = 0;
	t->spec->slo_interval_ms = 100;
	watch_users(t);
	pass(t, 1900);
	assert_int_equal(t->page.asked, 16);
	says(t, MIGEVENT_FINE, "");
	pass(t, 2000);
	assert_int_equal(t->page.asked, 32);
	says(t, MIGEVENT_BREACH, "requests");
}

/* Who allows for slow answers does not call them errors. */
static void
users_wait_for_as_long_as_they_may_have_to(void **state)
{
	struct stage *t = *state;

	t->rules[0].status = 0;
	t->spec->slo_p95_max_ms = 3000;
	watch_users(t);
	pass(t, 5900);
	says(t, MIGEVENT_FINE, "");
	pass(t, 6000);
	says(t, MIGEVENT_BREACH, "requests");
}

static void
how_long_users_wait_counts(void **state)
{
	struct stage *t = *state;

	t->rules[0].status = 0;
	t->spec->slo_p95_max_ms = 300;
	t->spec->slo_errors_max = 1000;
	watch_users(t);
	for (int i = 0; i < 8; i++) {
		pass(t, 400);
		/* Those who wait are answered now. */
		for (int k = 0; k < FAKEDAEMON_TALKS; k++)
			fakedaemon_answer(&t->page.talks[k], 200, "slow");
		pass(t, 100);
	}
	says(t, MIGEVENT_BREACH, "took up to 40");
}

static void
a_lag_is_read_of_either_form(void **state)
{
	static const struct { const char *expression, *page; } k[] = {
		{ "lag{db=\"x\"}", "lag{db=\"y\"} 90\nlag{db=\"x\"} 3\n" },
		{ "$.replica.lag", "{\"replica\":{\"lag\":3}}" },
		{ "lag", "lag 2.25\n" },	/* nothing is rounded away */
		{ "$.lag", "{\"lag\":2.25}" },
	};
	struct stage *t = *state;

	for (size_t i = 0; i < OBJ_COUNT(k); i++) {
		t->rules[0].body = k[i].page;
		watch_lag(t, k[i].expression, 4);
		pass(t, 600);
		says(t, MIGEVENT_FINE, "");
		moverguard_free(&t->guard);
		t->spec->lag_max = 2;
		begin(t);
		pass(t, 600);
		says(t, MIGEVENT_HOLD, i < 2 ? "lags 3 behind; 2 may be" :
		    "lags 2.25 behind; 2 may be");
		moverguard_free(&t->guard);
		free(t->spec->lag_url);
		free(t->spec->lag_expression);
	}
	t->spec->lag_url = t->spec->lag_expression = NULL;
}

static void
a_lag_that_nobody_can_read_holds(void **state)
{
	static const struct fakedaemon_rule k[] = {
		{ "GET /", 503, "{\"lag\":0}" }, { "GET /", 200, "{\"lag\":" },
		{ "GET /", 200, "{\"gal\":0}" }, { "GET /", 200, "" },
		{ "GET /", 200, "{\"lag\":\"?\"}" },
		{ "GET /", 200, "{\"lag\":-1}" },	/* many say so: not known */
		{ "GET /", 0, "" },
	};
	struct stage *t = *state;

	watch_lag(t, "$.lag", 5);
	for (size_t i = 0; i < OBJ_COUNT(k); i++) {
		t->rules[0] = (struct fakedaemon_rule){ "GET /", 200,
		    "{\"lag\":1}" };
		pass(t, 15000);		/* what held has been forgotten */
		says(t, MIGEVENT_FINE, "");
		t->rules[0] = k[i];
		pass(t, 4000);
		says(t, MIGEVENT_HOLD, "lag-url: nothing to be read");
	}
}

/* Half a page is not the next page's beginning. */
static void
each_page_stands_for_itself(void **state)
{
	struct stage *t = *state;

	t->rules[0].body = "{\"lag\":";
	watch_lag(t, "$.lag", 5);
	pass(t, 1100);
	says(t, MIGEVENT_HOLD, "nothing to be read");
	t->rules[0].body = "9}";
	pass(t, 600);
	says(t, MIGEVENT_HOLD, "nothing to be read");
	t->rules[0].body = "{\"lag\":1}";
	pass(t, 12000);
	says(t, MIGEVENT_FINE, "");
}

static void
what_is_no_url_is_not_asked(void **state)
{
	struct stage *t = *state;

	begin(t);
	says(t, MIGEVENT_FINE, "");
	moverguard_free(&t->guard);
	t->spec->slo_url = mem_strdup("gopher://x");
	t->spec->lag_url = mem_strdup("gopher://y");
	t->spec->lag_expression = mem_strdup("lag");
	begin(t);
	pass(t, 3000);
	says(t, MIGEVENT_HOLD, "lag-url: nothing to be read");
	moverguard_free(&t->guard);
	free(t->spec->lag_url);
	free(t->spec->lag_expression);
	t->spec->lag_url = fakedaemon_url(&t->page, "/lag");
	t->spec->lag_expression = mem_strdup("lag{{");
	begin(t);
	pass(t, 3000);
	says(t, MIGEVENT_HOLD, "lag-url: nothing to be read");
	assert_int_equal(t->page.asked, 0);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_users_page_is_asked_by_the_name_they_use),
		TEST(users_who_fail_are_a_breach),
		TEST(silence_is_failure_and_is_asked_no_more_than_it_can_bear),
		TEST(users_wait_for_as_long_as_they_may_have_to),
		TEST(how_long_users_wait_counts),
		TEST(a_lag_is_read_of_either_form),
		TEST(a_lag_that_nobody_can_read_holds),
		TEST(each_page_stands_for_itself),
		TEST(what_is_no_url_is_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
