/* tests/unit/gtmd/control/test_control_totals.c - the process' numbers are those that
 * its parts count. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/io/rcu.h"
#include "core/model/store.h"
#include "gtmd/control/control_metrics.h"
#include "gtmd/control/control_totals.h"
#include "gtmd/count/stats.h"
#include "gtmd/plan/plan.h"
#include "gtmd/query/widetable.h"
#include "gtmd/query/world.h"
#include "gtmd/serve/listeners.h"
#include "monitors/board.h"
#include "monitors/probe.h"
#include "monitors/sched.h"
#include "tests/unit/core/model/storekit.h"

static struct world world;
static struct store *store;
static struct loop *loop;
static struct board *board;
static struct sched *sched;
static struct widetable *wides;
static struct plan *plan;
static struct listeners *listeners;

static int
setup(void **state)
{
	struct sched_config c = { .types = probe_types };
	struct plan_config p = { .store = NULL };
	struct err e = { 0 };

	if (storekit_setup(state) != 0)
		return -1;
	p.store = store = storekit_loaded();
	c.loop = loop = loop_new(&clock_system, &e);
	c.board = board = board_new();
	p.sched = sched = sched_new(&c, &e);
	p.wides = wides = widetable_new();
	plan = plan_new(&p);
	world.wides = wides;
	listeners = listeners_new(&world, "gtm.conf", &e);
	return sched != NULL && listeners != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	listeners_free(&listeners);
	plan_free(&plan);
	sched_free(&sched);
	board_free(&board);
	store_free(&store);
	widetable_free(&wides);
	loop_free(&loop);
	rcu_drain();
	return storekit_teardown(state);
}

static void
expect(const struct strbuf *b, const char *line)
{
	if (strstr(b->text, line) == NULL)
		fail_msg("%s is not in\n%s", line, b->text);
}

static void
numbers_are_those_of_the_parts(void **state)
{
	struct control_metrics m = { .plan = plan, .sched = sched,
	    .store = store, .listeners = listeners, .started = 1700000000,
	    .commits = 3, .changes = 7 };
	struct stats *st = stats_open();
	struct strbuf b;

	(void)state;
	stats_add(st, STATS_UDP_QUERIES, 11);
	stats_add(st, STATS_TYPE_AAAA, 5);
	stats_add(st, STATS_NXDOMAIN, 2);
	stats_add(st, STATS_TCP_ACCEPTED, 9);
	stats_add(st, STATS_TCP_CLOSED, 4);
	storekit_set_note(store, "/Common/s1", "a");
	strbuf_init(&b);
	control_totals_write(&m, &b);
	expect(&b, "\ngtm_build_info{version=\"");
	expect(&b, "\nprocess_start_time_seconds 1700000000\n");
	expect(&b, "\ngtm_dns_queries_total{transport=\"udp\"} 11\n");
	expect(&b, "\ngtm_dns_queries_by_type_total{type=\"AAAA\"} 5\n");
	expect(&b, "\ngtm_dns_responses_total{rcode=\"NXDOMAIN\"} 2\n");
	expect(&b, "\ngtm_dns_tcp_connections 5\n");
	expect(&b, "\ngtm_dns_threads 1\n");
	expect(&b, "\ngtm_probe_results_total{monitor=\"http\","
	    "result=\"no-match\"} 0\n");
	expect(&b, "\ngtm_probe_duration_seconds_count{monitor=\"tcp\"} 0\n");
	expect(&b, "\ngtm_config_commits_total 3\n");
	expect(&b, "\ngtm_config_objects_changed_total 7\n");
	assert_null(strstr(b.text, "\ngtm_journal_bytes 0\n"));
	strbuf_fini(&b);
	stats_close(&st);
}

/* Two families of one name would be an error for who reads them. */
static void
each_family_is_opened_once(void **state)
{
	struct control_metrics m = { .plan = plan, .sched = sched,
	    .store = store, .listeners = listeners };
	struct strbuf b, head;

	(void)state;
	strbuf_init(&b);
	strbuf_init(&head);
	control_totals_write(&m, &b);
	for (const char *p = b.text; (p = strstr(p, "# TYPE ")) != NULL; p++) {
		strbuf_clear(&head);
		strbuf_add_len(&head, p, strcspn(p + 7, " ") + 8);
		assert_ptr_equal(strstr(b.text, head.text), p);
	}
	strbuf_fini(&head);
	strbuf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(numbers_are_those_of_the_parts,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(each_family_is_opened_once,
		    setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
