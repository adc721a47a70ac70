/* tests/unit/gtmd/mover/test_moverwatch.c - all that a run sees: pools, guards, caches,
 * who still comes. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/io/loop.h"
#include "gtmd/decide/decision_keep.h"
#include "gtmd/decide/ledger.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/migrate/migstep.h"
#include "gtmd/mover/moverview.h"
#include "gtmd/mover/moverwatch.h"
#include "gtmd/plan/plan_graph.h"
#include "tests/unit/gtmd/mover/fakedaemon.h"
#include "tests/unit/gtmd/mover/moverstage.h"

#define HOSTS	"hosts { vm { } } ttl 20 residual-window 60"
#define JOB	"{\"octets\":1,\"streams\":4,\"clients\":["			\
    "{\"network\":\"192.0.2.0/24\",\"connections\":3},"			\
    "{\"network\":\"198.51.100.0/24\",\"connections\":1}]}"

static const struct fakedaemon_rule womd_counts[] = {
	{ "POST /mgmt/tm/wom/job", 200, "{}" },
	{ "GET /mgmt/tm/wom/job", 200, JOB },
	{ "/mgmt/tm/wom/optimized-application", 200, "{}" }, { .text = NULL }
};

struct stage {
	struct moverstage base;
	struct fakedaemon womd;
	struct ledger	*ledger;
	struct migspec	*spec;
	struct migstate	*m;
	struct moverwatch *watch;
	struct migstep_seen seen;
};

static int
set_up(void **state)
{
	static struct stage t;
	char *l;

	memset(&t, 0, sizeof(t));
	moverstage_open(&t.base, MOVERSTAGE_TEXT("program x", "program x",
	    HOSTS));
	l = mem_printf("gtm hypervisor l { datacenter a program x wom-control "
	    "%s/w }\n", t.base.dir.path);
	moverstage_put(&t.base, l);
	free(l);
	moverstage_put(&t.base, MOVERSTAGE_M(HOSTS " relay-application late"));
	fakedaemon_open(&t.womd, t.base.loop, moverstage_file(&t.base, "w"));
	t.womd.rules = womd_counts;
	t.ledger = ledger_new(64, decision_keep_now(&t.base.clk));
	t.base.means.ledger = t.ledger;
	t.spec = moverstage_spec(&t.base, 1);
	t.m = migstate_new();
	t.m->spec = migspec_clone(t.spec);
	t.m->host = mem_zalloc(1, sizeof(*t.m->host));
	t.m->turn = mem_zalloc(1, sizeof(*t.m->turn));
	t.m->phase = MIGSTATE_MOVING;
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	moverwatch_free(&t->watch);
	moverwatch_free(&t->watch);
	migstate_free(&t->m);
	migspec_free(&t->spec);
	fakedaemon_close(&t->womd);
	moverstage_close(&t->base);
	ledger_free(&t->ledger);
	return 0;
}

static void
begin(struct stage *t)
{
	const struct moverwatch_config c = { &t->base.means, t->spec };

	t->watch = moverwatch_new(&c);
}

static int64_t
now_ms(const struct stage *t)
{
	return moverclock_ms(&t->base.clock);
}

static const struct migstep_seen *
look(struct stage *t)
{
	moverwatch_look(t->watch, t->m, now_ms(t), &t->seen);
	return &t->seen;
}

static struct migevent_sample
sample(struct stage *t)
{
	struct migevent_sample s;

	moverwatch_sample(t->watch, t->m, now_ms(t), &s);
	return s;
}

static void
pools_are_seen_as_they_are(void **state)
{
	struct stage *t = *state;

	begin(t);
	assert_true(look(t)->traffic.known);
	assert_int_equal(t->seen.traffic.from_live, 1);
	assert_int_equal(t->seen.traffic.to_live, 1);
	assert_null(t->seen.traffic.dead);	/* no host has a page */
	assert_string_equal(moverwatch_view(t->watch)->pools[1], "/Common/q");
	moverstage_put(&t->base, "gtm pool a p { ttl 15 members { s:v { disabled "
	    "} } }\n");
	assert_int_equal(look(t)->traffic.from_live, 0);
}

static void
a_destination_that_is_ill_holds_if_it_is_guarded(void **state)
{
	struct stage *t = *state;

	begin(t);
	assert_int_equal(look(t)->verdict, MIGEVENT_FINE);
	moverstage_put(&t->base, MOVERSTAGE_Q("disabled", "disabled"));
	assert_int_equal(look(t)->verdict, MIGEVENT_HOLD);
	assert_string_equal(t->seen.verdict_why, "destination: none of the 1 "
	    "members of pool /Common/q is available");
	moverwatch_free(&t->watch);
	t->spec->guard_destination = false;
	begin(t);
	assert_int_equal(look(t)->verdict, MIGEVENT_FINE);
}

/* By the longest TTL that it was ever told for, of whichever process. */
static void
caches_have_the_pool_that_users_leave(void **state)
{
	struct stage *t = *state;

	begin(t);
	/* It is told with 20 s during the run; p had 15 before, q 30. */
	assert_in_range(look(t)->caches_until_ms, now_ms(t) + 20000,
	    now_ms(t) + 22000);
	t->m->phase = MIGSTATE_ROLLING_BACK;
	assert_in_range(look(t)->caches_until_ms, now_ms(t) + 30000,
	    now_ms(t) + 32000);
	moverstage_pass(&t->base, 40 * CLOCK_S);
	assert_true(look(t)->caches_until_ms < now_ms(t));
	t->base.means.ledger = NULL;
	assert_int_equal(look(t)->caches_until_ms, 0);
}

static void
nobody_is_late_before_the_relay_is_open(void **state)
{
	struct stage *t = *state;
	struct migevent ev;

	begin(t);
	t->m->told.share = 100;
	assert_true(look(t)->late_counted);	/* somebody will */
	assert_int_equal(t->seen.calm_since_ms, 0);
	assert_false(moverwatch_late(t->watch, &ev));
	assert_int_equal(sample(t).residual, MIGEVENT_UNKNOWN);
	moverstage_pass(&t->base, 3 * CLOCK_S);
	assert_int_equal(t->womd.asked, 0);
	moverwatch_free(&t->watch);
	free(t->spec->relay_application);
	t->spec->relay_application = NULL;
	begin(t);
	assert_false(look(t)->late_counted);
}

/* Until the first count has been seen. */
static void
open_relay(struct stage *t)
{
	t->m->phase = MIGSTATE_RELAYING;
	t->m->told.share = 100;
	t->m->relay = MIGSTATE_RELAY_OPEN;
	(void)look(t);
	MOVERSTAGE_UNTIL(&t->base, fakedaemon_count(&t->womd,
	    "GET /mgmt/tm/wom/job") > 0);
	moverstage_pass(&t->base, CLOCK_S / 10);
}

static void
late_connections_are_counted_from_then_on(void **state)
{
	struct stage *t = *state;

	begin(t);
	open_relay(t);
	assert_true(look(t)->calm_since_ms != 0);
	assert_int_equal(sample(t).residual, 0);
	t->m->relay = MIGSTATE_RELAY_SHUT;
	assert_int_equal(look(t)->calm_since_ms, 0);
	assert_int_equal(sample(t).residual, MIGEVENT_UNKNOWN);
	t->m->relay = MIGSTATE_RELAY_OPEN;
	assert_int_equal(look(t)->calm_since_ms, 0);	/* and anew */
}

/* The network was told of the old pool so long ago. */
static void
was_told(struct stage *t, const char *net, uint32_t ttl_s)
{
	const struct plan_wide *w = map_find(&t->base.plan->wides[WIDE_A],
	    "/Common/www.example.com");
	struct ledger_answer a = { .wide = w->key, .slot = w->edges[0]->slot,
	    .ttl_s = ttl_s };
	struct addr_prefix subnet;

	assert_string_equal(w->edges[0]->pool->name, "/Common/p");
	assert_int_equal(addr_parse_prefix(net, &subnet), 0);
	ledger_client(NULL, &subnet, &a.client);
	ledger_note(t->ledger, &a, decision_keep_now(&t->base.clk));
}

/* Who is not asked to look is told by the record, once. */
static void
a_relay_that_is_refused_is_told_once(void **state)
{
	static const struct fakedaemon_rule refuses[] = {
		{ "POST /mgmt/tm/wom/job", 200, "{}" },
		{ "PATCH", 400, "{\"message\":\"the address is in use\"}" },
		{ .text = NULL }
	};
	struct stage *t = *state;
	struct migevent ev;

	t->womd.rules = refuses;
	begin(t);
	t->m->phase = MIGSTATE_RELAYING;
	t->m->relay = MIGSTATE_RELAY_BEGUN;
	MOVERSTAGE_UNTIL(&t->base, look(t)->relay == MIGSTEP_RELAY_FAILED);
	assert_true(moverwatch_refused(t->watch, &ev));
	assert_int_equal(ev.kind, MIGEVENT_NOTE);
	assert_non_null(strstr(ev.text, "the address is in use"));
	moverstage_pass(&t->base, 10 * CLOCK_S);
	(void)look(t);
	assert_false(moverwatch_refused(t->watch, &ev));
}

/* No cache explains the first; the other may have it for a while. */
static void
who_comes_though_no_cache_explains_it_is_told_once(void **state)
{
	struct stage *t = *state;
	struct migevent ev;

	begin(t);
	was_told(t, "192.0.2.0/24", 5);
	was_told(t, "198.51.100.0/24", 60);
	moverstage_pass(&t->base, 10 * CLOCK_S);
	open_relay(t);
	assert_true(moverwatch_late(t->watch, &ev));
	assert_int_equal(ev.kind, MIGEVENT_LATE);
	assert_string_equal(ev.text, "192.0.2.0/24");
	assert_int_equal(ev.count, 3);
	migevent_fini(&ev);
	assert_false(moverwatch_late(t->watch, &ev));
	moverstage_pass(&t->base, 70 * CLOCK_S);
	assert_true(moverwatch_late(t->watch, &ev));
	assert_string_equal(ev.text, "198.51.100.0/24");
	migevent_fini(&ev);
	assert_false(moverwatch_late(t->watch, &ev));
}

static void
a_sample_has_what_was_measured_and_no_more(void **state)
{
	struct stage *t = *state;
	struct migevent_sample s;

	begin(t);
	t->m->told.share = 25;
	s = sample(t);
	assert_int_equal(s.configured, 25);
	assert_int_equal(s.served, MIGEVENT_UNKNOWN);
	assert_int_equal(s.effective, MIGEVENT_UNKNOWN);
	assert_int_equal(s.errors_pm, MIGEVENT_UNKNOWN);
	assert_int_equal(s.p95_ms, MIGEVENT_UNKNOWN);
	assert_int_equal(s.flow_count, 0);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(pools_are_seen_as_they_are),
		TEST(a_destination_that_is_ill_holds_if_it_is_guarded),
		TEST(caches_have_the_pool_that_users_leave),
		TEST(nobody_is_late_before_the_relay_is_open),
		TEST(late_connections_are_counted_from_then_on),
		TEST(a_relay_that_is_refused_is_told_once),
		TEST(who_comes_though_no_cache_explains_it_is_told_once),
		TEST(a_sample_has_what_was_measured_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
