/* tests/unit/gtmd/control/test_control_metrics.c - each object is told, once, however
 * the walk is cut and whatever changes meanwhile.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/plan/guide.h"

#include "core/base/strbuf.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "gtmd/control/control_metrics.h"
#include "gtmd/control/control_totals.h"

/* The process' own numbers have a test of their own. */
void
control_totals_write(const struct control_metrics *m, struct strbuf *b)
{
	(void)m;
	strbuf_add(b, "totals\n");
}

/* The stream that GET target opens. */
static struct restreply
open_scrape(const struct control_metrics *m, const char *target)
{
	struct restrequest q = { .method = RESTREQUEST_GET };
	struct restreply r = { .status = 0 };

	assert_int_equal(restrequest_parse_target(&q, target, NULL), 0);
	control_metrics_scrape(m, &q, &r);
	restrequest_fini(&q);
	return r;
}

static void
read_all(struct restreply *r, struct strbuf *b)
{
	strbuf_init(b);
	assert_int_equal(r->status, 200);
	while (r->stream.more(r->stream.arg, b))
		continue;
	restreply_fini(r);
}

static unsigned
times(const char *text, const char *part)
{
	unsigned n = 0;

	for (; (text = strstr(text, part)) != NULL; text++)
		n++;
	return n;
}

static void
has(const struct strbuf *b, const char *line)
{
	if (times(b->text, line) != 1)
		fail_msg("%s: %u times in\n%s", line, times(b->text, line),
		    b->text);
}

static void
counters_and_states_are_told(void **state)
{
	struct graph *g = *state;
	struct control_metrics m = { .plan = g->plan };
	struct restreply r;
	struct strbuf b;

	fakes_health("web", LOCAL, HEALTH_UP);
	fakes_health("web", REMOTE, HEALTH_DOWN);
	(void)graph_ask(g, WIDE_A, WIDE, 5);
	r = open_scrape(&m, "/metrics");
	read_all(&r, &b);
	has(&b, "totals\n");
	has(&b, "gtm_wideip_requests_total{type=\"a\",wideip=\"" WIDE
	    "\"} 5\n");
	has(&b, "gtm_wideip_answers_total{type=\"a\",wideip=\"" WIDE
	    "\",how=\"preferred\"} 5\n");
	has(&b, "gtm_pool_member_answers_total{type=\"a\","
	    "pool=\"/Common/Local_pool\",member=\"/Common/L:v\"} 5\n");
	has(&b, "gtm_pool_answers_total{type=\"a\","
	    "pool=\"/Common/Remote_pool\",how=\"preferred\"} 0\n");
	has(&b, "gtm_virtual_server_picks_total{server=\"/Common/L\","
	    "virtual_server=\"v\"} 5\n");
	has(&b, "gtm_virtual_server_available{server=\"/Common/R\","
	    "virtual_server=\"v\"} 0\n");
	has(&b, "gtm_objects{kind=\"pool\",availability=\"available\","
	    "state=\"enabled\"} 1\n");
	strbuf_fini(&b);
}

/* What is not probed any more is not known to be down. */
static void
disabling_a_data_center_shows_below_it(void **state)
{
	struct graph *g = *state;
	struct control_metrics m = { .plan = g->plan };
	struct restreply r;
	struct strbuf b;

	graph_put(g, "gtm datacenter Remote { disabled }\n");
	r = open_scrape(&m, "/metrics");
	read_all(&r, &b);
	has(&b, "gtm_datacenter_enabled{datacenter=\"/Common/Local\"} 1\n");
	has(&b, "gtm_datacenter_enabled{datacenter=\"/Common/Remote\"} 0\n");
	has(&b, "gtm_virtual_server_enabled{server=\"/Common/R\","
	    "virtual_server=\"v\"} 0\n");
	has(&b, "gtm_virtual_server_available{server=\"/Common/R\","
	    "virtual_server=\"v\"} 1\n");
	has(&b, "gtm_objects{kind=\"virtual_server\","
	    "availability=\"unknown\",state=\"disabled-by-parent\"} 1\n");
	strbuf_fini(&b);
}

/* Heads stand once and before their samples, and only where there are any. */
static void
only_the_kinds_asked_for_are_told(void **state)
{
	struct graph *g = *state;
	struct control_metrics m = { .plan = g->plan };
	struct restreply r;
	struct strbuf b;

	r = open_scrape(&m, "/metrics?collect%5B%5D=pool");
	read_all(&r, &b);
	assert_int_equal(times(b.text, "# TYPE"), 4);
	has(&b, "# TYPE gtm_pool_available gauge\n"
	    "gtm_pool_available{type=\"a\",pool=\"/Common/Local_pool\"}");
	assert_int_equal(times(b.text, "kind=\"wideip\""), 0);
	strbuf_fini(&b);
	r = open_scrape(&m, "/metrics?collect%5B%5D=none");
	read_all(&r, &b);
	assert_int_equal(times(b.text, "# TYPE"), 1);
	strbuf_fini(&b);
	r = open_scrape(&m, "/metrics?collect%5B%5D=pools");
	assert_int_equal(r.status, 400);
	restreply_fini(&r);
}

/* 600 pools are several pieces. Between any two, some of those that were told
 * go and others come. */
static void
what_stays_is_told_once_while_others_come_and_go(void **state)
{
	struct graph *g = *state;
	struct control_metrics m = { .plan = g->plan };
	struct restreply r = open_scrape(&m, "/metrics?collect%5B%5D=pool");
	struct strbuf all, b;
	unsigned pieces = 0, gone = 0;
	char name[64], line[128];

	strbuf_init(&all);
	for (unsigned i = 0; i < 600; i++)
		strbuf_printf(&all, "gtm pool a p%u { }\n", i);
	graph_put(g, all.text);
	strbuf_fini(&all);
	strbuf_init(&b);
	strbuf_init(&all);
	while (r.stream.more(r.stream.arg, &b)) {
		const char *const del[] = { name, NULL };

		pieces++;
		strbuf_add(&all, b.text);
		strbuf_clear(&b);
		for (unsigned i = 0; i < 10; i++, gone++) {
			(void)snprintf(name, sizeof(name),
			    "gtm pool a /Common/p%u", 2 * gone);
			(void)snprintf(line, sizeof(line),
			    "gtm pool a new%u { }\n", gone);
			graph_change(g, line, del);
		}
	}
	strbuf_add(&all, b.text);
	assert_true(pieces >= 5);
	for (unsigned i = 1; i < 600; i += 2) {
		(void)snprintf(line, sizeof(line), "gtm_pool_enabled{"
		    "type=\"a\",pool=\"/Common/p%u\"} 1\n", i);
		has(&all, line);
	}
	restreply_fini(&r);
	strbuf_fini(&all);
	strbuf_fini(&b);
}

static void
a_scrape_may_be_left_at_any_moment(void **state)
{
	struct graph *g = *state;
	struct control_metrics m = { .plan = g->plan };
	struct restreply r = open_scrape(&m, "/metrics");

	restreply_fini(&r);
}

static void
commits_are_counted_with_what_they_change(void **state)
{
	struct control_metrics m = { .plan = NULL };

	(void)state;
	control_metrics_on_change(&m, NULL, 3);
	control_metrics_on_change(&m, NULL, 1);
	assert_int_equal(m.commits, 2);
	assert_int_equal(m.changes, 4);
}

int
main(void)
{
#define GUIDE_TEST(f) cmocka_unit_test_setup_teardown(f, guide_start, guide_stop)
	const struct CMUnitTest tests[] = {
		GUIDE_TEST(counters_and_states_are_told),
		GUIDE_TEST(disabling_a_data_center_shows_below_it),
		GUIDE_TEST(only_the_kinds_asked_for_are_told),
		GUIDE_TEST(what_stays_is_told_once_while_others_come_and_go),
		GUIDE_TEST(a_scrape_may_be_left_at_any_moment),
		cmocka_unit_test(commits_are_counted_with_what_they_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
