/* tests/unit/gtmd/mover/test_moverlate.c - who still comes to the old site, as its womd
 * counts. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/rand.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/mover/moverlate.h"
#include "tests/unit/gtmd/mover/fakedaemon.h"
#include "tests/unit/gtmd/mover/moverstage.h"

#define HOSTS	"hosts { vm { } } residual-threshold 3 residual-window 60"

struct stage {
	struct moverstage base;
	struct fakedaemon womd;
	struct fakedaemon_rule rules[3];	/* POST, GET */
	char		*page;		/* of the job */
	struct migspec	*spec;
	struct moverlate *late;
};

static int
set_up(void **state)
{
	static struct stage t;
	char *text;

	memset(&t, 0, sizeof(t));
	moverstage_open(&t.base, MOVERSTAGE_TEXT("program x", "program x",
	    HOSTS));
	text = mem_printf("gtm hypervisor l { datacenter a program x "
	    "wom-control %s/w }\n", t.base.dir.path);
	moverstage_put(&t.base, text);
	moverstage_put(&t.base, MOVERSTAGE_M(HOSTS " relay-application late"));
	fakedaemon_open(&t.womd, t.base.loop, moverstage_file(&t.base, "w"));
	t.rules[0] = (struct fakedaemon_rule){ "POST ", 200, "{}" };
	t.rules[1] = (struct fakedaemon_rule){ "GET ", 404, "{}" };
	t.womd.rules = t.rules;
	t.spec = moverstage_spec(&t.base, 4);
	*state = &t;
	free(text);
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	moverlate_free(&t->late);
	moverlate_free(&t->late);
	fakedaemon_close(&t->womd);
	migspec_free(&t->spec);
	free(t->page);
	moverstage_close(&t->base);
	return 0;
}

static void
begin(struct stage *t)
{
	t->late = moverlate_new(&t->base.means, t->spec);
	assert_non_null(t->late);
}

/* So many connections have come in all. */
static void
count_is(struct stage *t, uint64_t total, const char *clients)
{
	free(t->page);
	t->page = mem_printf("{\"octets\":1,\"streams\":%" PRIu64 ",\"streamsEnded\""
	    ":%" PRIu64 ",\"clients\":[%s]}", total / 3, total - total / 3, clients);
	t->rules[1] = (struct fakedaemon_rule){ "GET ", 200, t->page };
}

/* Passes time until so many more questions have been answered. */
static void
looks(struct stage *t, unsigned n)
{
	unsigned until = t->womd.asked + n;

	MOVERSTAGE_UNTIL(&t->base, t->womd.asked == until);
	moverstage_pass(&t->base, CLOCK_S / 20);
	fakedaemon_forget(&t->womd);
}

static struct moverlate_seen
seen(const struct stage *t)
{
	struct moverlate_seen s;

	moverlate_look(t->late, &s);
	return s;
}

static int64_t
now_ms(const struct stage *t)
{
	return moverclock_ms(&t->base.clock);
}

static void
without_womd_or_application_nobody_counts(void **state)
{
	struct stage *t = *state;

	moverstage_put(&t->base, "gtm hypervisor l { datacenter a program x }\n"
	    MOVERSTAGE_M(HOSTS));
	assert_null(moverlate_new(&t->base.means, t->spec));
	free(t->spec->relay_application);
	t->spec->relay_application = NULL;
	assert_null(moverlate_new(&t->base.means, t->spec));
	free(t->spec->name);
	t->spec->name = mem_strdup("/Common/gone");
	assert_null(moverlate_new(&t->base.means, t->spec));
}

static void
a_job_is_opened_of_the_application_and_looked_at(void **state)
{
	struct stage *t = *state;

	begin(t);
	MOVERSTAGE_UNTIL(&t->base, t->womd.asked == 1);
	assert_string_equal(t->womd.heard, "POST /mgmt/tm/wom/job {\"name\":"
	    "\"/Common/m/4/late\",\"application\":\"/Common/late\"}\n");
	assert_int_equal(seen(t).residual, -1);
	count_is(t, 7, "");
	MOVERSTAGE_UNTIL(&t->base, t->womd.asked == 2);
	moverstage_pass(&t->base, CLOCK_S / 20);
	assert_int_equal(fakedaemon_count(&t->womd,
	    "GET /mgmt/tm/wom/job?name=/Common/m/4/late "), 1);
	/* What came before it was looked at is nobody's of this window. */
	assert_int_equal(seen(t).residual, 0);
	assert_int_equal(seen(t).calm_since_ms / 100, now_ms(t) / 100);
}

/* As after a restart of gtmd: it is there already. */
static void
a_job_that_is_there_is_taken_up(void **state)
{
	struct stage *t = *state;

	t->rules[0].status = 409;
	count_is(t, 7, "");
	begin(t);
	looks(t, 2);
	assert_int_equal(seen(t).residual, 0);
}

static void
few_is_calm_and_more_is_not(void **state)
{
	struct stage *t = *state;
	int64_t since;

	begin(t);
	count_is(t, 100, "");
	looks(t, 2);
	since = seen(t).calm_since_ms;
	assert_true(since != 0);
	count_is(t, 103, "");
	looks(t, 1);
	assert_int_equal(seen(t).residual, 3);
	assert_int_equal(seen(t).calm_since_ms, since);
	count_is(t, 104, "");
	looks(t, 1);
	assert_int_equal(seen(t).residual, 4);
	assert_int_equal(seen(t).calm_since_ms, 0);
	looks(t, 32);		/* and a window later */
	assert_int_equal(seen(t).residual, 0);
	assert_in_range(seen(t).calm_since_ms, since + 60000, now_ms(t));
}

/* By the longest of windows, of which not every count can be kept: never fewer
 * than came in the window, never more than came in it and one gap between counts. */
static void
the_window_is_neither_short_nor_much_too_long(void **state)
{
	enum { LOOKS = 400 };
	static uint64_t total[LOOKS];
	struct stage *t = *state;
	struct rand r;

	rand_seed_from(&r, 8);
	t->spec->residual_window_s = 600;
	begin(t);
	count_is(t, 5, "");
	looks(t, 1);
	for (int i = 0; i < LOOKS; i++) {
		uint64_t least, most, got;
		int from = i - 300, before = i - 300 - 4;	/* 600 s; 600 / 126 */

		total[i] = (i > 0 ? total[i - 1] : 5) +
		    (rand_below(&r, 3) == 0 ? rand_below(&r, 9) : 0);
		count_is(t, total[i], "");
		looks(t, 1);
		got = (uint64_t)seen(t).residual;
		least = total[i] - total[from > 0 ? from : 0];
		most = total[i] - total[before > 0 ? before : 0];
		if (got < least || got > most)
			fail_msg("look %d: %" PRIu64 " is outside %" PRIu64
			    "..%" PRIu64, i, got, least, most);
	}
}

static void
without_an_answer_nothing_is_known_and_nothing_calm(void **state)
{
	static const struct fakedaemon_rule bad[] = {
		{ "GET ", 404, "{}" }, { "GET ", 500, "{}" },
		{ "GET ", 200, "no job" }, { "GET ", 200, "{\"octets\":\"x\"}" },
		{ "GET ", 0, "" },
	};
	struct stage *t = *state;

	begin(t);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		count_is(t, 10, "");
		looks(t, 3);
		assert_int_equal(seen(t).residual, 0);
		t->rules[1] = bad[i];
		looks(t, 1);
		moverstage_pass(&t->base, 2 * CLOCK_S + CLOCK_S / 2);
		assert_int_equal(seen(t).residual, -1);
		assert_int_equal(seen(t).calm_since_ms, 0);
	}
}

/* It was started anew, and somebody opened the job again: what came meanwhile was
 * not counted. */
static void
a_count_that_fell_begins_again(void **state)
{
	struct stage *t = *state;
	int64_t since;

	begin(t);
	count_is(t, 1000, "");
	looks(t, 3);
	since = seen(t).calm_since_ms;
	count_is(t, 2, "");
	looks(t, 1);
	assert_int_equal(seen(t).residual, 0);
	assert_in_range(seen(t).calm_since_ms, since + 2000, now_ms(t));
	count_is(t, 9, "");
	looks(t, 1);
	assert_int_equal(seen(t).residual, 7);
}

static void
networks_are_those_of_the_last_answer(void **state)
{
	struct stage *t = *state;
	struct addr_prefix net;
	char text[ADDR_TEXT_MAX];
	uint64_t n = 0;
	size_t at = 0;
	struct strbuf b;

	begin(t);
	count_is(t, 9, "{\"network\":\"192.0.2.0/24\",\"connections\":4},"
	    "{\"network\":\"others\",\"connections\":3},{\"connections\":1},7,"
	    "{\"network\":\"2001:db8::/48\",\"connections\":2}");
	assert_int_equal(moverlate_round(t->late), 0);
	looks(t, 2);
	assert_int_equal(moverlate_round(t->late), 1);
	assert_true(moverlate_next(t->late, &at, &net, &n));
	assert_string_equal(addr_format_prefix(&net, text), "192.0.2.0/24");
	assert_int_equal(n, 4);
	assert_true(moverlate_next(t->late, &at, &net, &n));
	assert_string_equal(addr_format_prefix(&net, text), "2001:db8::/48");
	assert_false(moverlate_next(t->late, &at, &net, &n));
	strbuf_init(&b);
	for (int i = 0; i < 200; i++)
		strbuf_printf(&b, "%s{\"network\":\"10.0.%d.0/24\"}",
		    i > 0 ? "," : "", i);
	count_is(t, 9, b.text);
	strbuf_fini(&b);
	looks(t, 1);
	for (n = at = 0; moverlate_next(t->late, &at, &net, &n);)
		assert_int_equal(n, 0);
	assert_int_equal(at, 64);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(without_womd_or_application_nobody_counts),
		TEST(a_job_is_opened_of_the_application_and_looked_at),
		TEST(a_job_that_is_there_is_taken_up),
		TEST(few_is_calm_and_more_is_not),
		TEST(the_window_is_neither_short_nor_much_too_long),
		TEST(without_an_answer_nothing_is_known_and_nothing_calm),
		TEST(a_count_that_fell_begins_again),
		TEST(networks_are_those_of_the_last_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
