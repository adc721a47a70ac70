/* tests/unit/gtmd/decide/test_choose_path.c - the methods that go by paths against a slow
 * and obvious model of them, on thousands of random pools, paths and clients.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <math.h>
#include <netinet/in.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/rand.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/choose_path.h"
#include "gtmd/decide/choose_score.h"
#include "gtmd/decide/pathtable.h"
#include "gtmd/topology/asker.h"
#include "gtmd/topology/topology_table.h"
#include "gtmd/topology/topology_view.h"

#define MEMBERS_MAX	6
#define CENTERS		3
#define CASES		1000
#define PICKS		400

/* A random pool, and what is known of its data centers' paths to one client. */
struct setup {
	const struct choose_method *method;
	enum pool_lb	 lb;
	bool		 spread;
	uint32_t	 qos[POOL_QOS_TERMS];
	struct choose_item items[MEMBERS_MAX];
	size_t		 count;
	struct pathtable_figures figures[CENTERS];
	struct topology_view *view;
	uint32_t	 score[2][MEMBERS_MAX];	/* of the lower and the upper
						 * half of all addresses */
	struct pathtable *paths;
	struct clock	 clk;
	struct sockaddr_in from;
	struct asker	 asker;
	void		*table;
	choose_pick_fn	*pick;
};

static void
random_paths(struct setup *s, struct rand *r)
{
	for (uint64_t i = 0; i < CENTERS; i++) {
		struct pathtable_record rec = { .key = { i + 1,
		    clientnet_of((const struct sockaddr *)&s->from,
		    (struct clientnet_len){ 32, 128 }) },
		    .until_s = UINT32_MAX, .hops_until_s = UINT32_MAX };

		rec.figures = (struct pathtable_figures){
			.known = rand_below(r, 8),
			.rtt_us = 1 + rand_below(r, 4) * 1000,
			.completion = rand_below(r, 5) * 25,
			.hops = rand_below(r, 4),
		};
		s->figures[i] = rec.figures;
		pathtable_put(s->paths, &rec);
	}
}

/* Two records for each member, a pool by its name. */
static void
random_places(struct setup *s, struct rand *r)
{
	static const char *const pools[MEMBERS_MAX] = { "/Common/p0",
	    "/Common/p1", "/Common/p2", "/Common/p3", "/Common/p4",
	    "/Common/p5" };
	static const char *const halves[] = { "subnet 0.0.0.0/1",
	    "subnet 128.0.0.0/1" };
	struct topology_record rec[2 * MEMBERS_MAX] = { { .score = 0 } };
	const struct topology_input in = { .records = rec,
	    .record_count = 2 * MEMBERS_MAX };
	struct topology_table *t;
	uint32_t servers[MEMBERS_MAX];

	for (size_t i = 0; i < 2 * MEMBERS_MAX; i++) {
		assert_int_equal(topoterm_parse(&rec[i].ldns, halves[i % 2],
		    strlen(halves[i % 2]), NULL), 0);
		rec[i].server = (struct topoterm){ .kind = TOPOTERM_POOL,
		    .value = mem_strdup(pools[i / 2]) };
		rec[i].score = s->score[i % 2][i / 2] =
		    rand_below(r, 14) * 10;
		rec[i].name = halves[i % 2];
	}
	topology_sort(rec, 2 * MEMBERS_MAX, true);
	t = topology_table_new(&in);
	for (size_t i = 0; i < MEMBERS_MAX; i++)
		servers[i] = topology_table_server(t, &(struct
		    topology_subject){ .is_pool = true, .pool = pools[i] });
	s->view = topology_view_new(t, servers, MEMBERS_MAX, true);
	topology_table_drop(&t);
	for (size_t i = 0; i < 2 * MEMBERS_MAX; i++) {
		topoterm_fini(&rec[i].ldns);
		topoterm_fini(&rec[i].server);
	}
}

static void
random_weights(struct setup *s, struct rand *r)
{
	s->qos[POOL_QOS_RTT] = rand_below(r, 3);
	s->qos[POOL_QOS_HOPS] = rand_below(r, 2);
	s->qos[POOL_QOS_HIT_RATIO] = rand_below(r, 3);
	s->qos[POOL_QOS_TOPOLOGY] = rand_below(r, 3);
	if (choose_path_find(s->lb, s->qos, false) == NULL)
		s->qos[POOL_QOS_TOPOLOGY] = 1;
}

static void
setup_init(struct setup *s, struct rand *r)
{
	static const enum pool_lb lbs[] = { POOL_LB_LOWEST_RTT,
	    POOL_LB_FEWEST_HOPS, POOL_LB_COMPLETION_RATE,
	    POOL_LB_QUALITY_OF_SERVICE };

	*s = (struct setup){ .lb = lbs[rand_below(r, 4)],
	    .spread = rand_below(r, 2) == 1,
	    .count = 1 + rand_below(r, MEMBERS_MAX),
	    .paths = pathtable_new(64),
	    .from = { .sin_family = AF_INET,
		.sin_addr.s_addr = rand_below(r, UINT32_MAX) } };
	clock_fake_init(&s->clk, CLOCK_S, 0);
	random_paths(s, r);
	if (s->lb == POOL_LB_QUALITY_OF_SERVICE)
		random_places(s, r);
	random_weights(s, r);
	for (size_t i = 0; i < s->count; i++)
		s->items[i] = (struct choose_item){ .qos = s->qos,
		    .datacenter = rand_below(r, CENTERS + 1),
		    .topology = s->view, .place = (uint32_t)i,
		    .score = rand_below(r, 3) == 0 ? CHOOSE_UNMEASURED :
		    rand_below(r, 3) * 10000000 };
	s->method = choose_path_find(s->lb, s->qos, s->spread);
	s->table = mem_zalloc(1, s->method->room(s->items, s->count));
	s->pick = s->method->compile(s->table, s->items, s->count);
	s->asker = (struct asker){ .paths = s->paths, .clock = &s->clk,
	    .from = (const struct sockaddr *)&s->from };
}

static void
setup_fini(struct setup *s)
{
	free(s->table);
	topology_view_drop(&s->view);
	pathtable_free(&s->paths);
}

/* ---- the model: what a member is worth, -1 when nothing is known ---- */

static double
model_quality(const struct setup *s, size_t i,
    const struct pathtable_figures *f)
{
	uint32_t score = s->score[ntohl(s->from.sin_addr.s_addr) >> 31][i];
	double sum = 0;
	bool known = false;

	if (s->items[i].score != CHOOSE_UNMEASURED) {
		sum += (double)s->items[i].score / 1e6;
		known = true;
	}
	if ((f->known & PATHTABLE_RTT) != 0 && s->qos[POOL_QOS_RTT] > 0) {
		sum += s->qos[POOL_QOS_RTT] * 10.0 *
		    (2000000.0 - f->rtt_us) / 2000000.0;
		known = true;
	}
	if ((f->known & PATHTABLE_HOPS) != 0 && s->qos[POOL_QOS_HOPS] > 0) {
		sum += s->qos[POOL_QOS_HOPS] * 10.0 * (64.0 - f->hops) / 64.0;
		known = true;
	}
	if ((f->known & PATHTABLE_COMPLETION) != 0 &&
	    s->qos[POOL_QOS_HIT_RATIO] > 0) {
		sum += s->qos[POOL_QOS_HIT_RATIO] * f->completion / 10.0;
		known = true;
	}
	if (s->qos[POOL_QOS_TOPOLOGY] > 0) {
		sum += s->qos[POOL_QOS_TOPOLOGY] * fmin(score, 100) / 10.0;
		known = true;
	}
	return known ? sum : -1;
}

static double
model_worth(const struct setup *s, size_t i)
{
	static const struct pathtable_figures nothing;
	const struct pathtable_figures *f = s->items[i].datacenter == 0 ?
	    &nothing : &s->figures[s->items[i].datacenter - 1];

	if (s->lb == POOL_LB_LOWEST_RTT)
		return (f->known & PATHTABLE_RTT) != 0 ?
		    1e9 / (f->rtt_us + 1.0) : -1;
	if (s->lb == POOL_LB_FEWEST_HOPS)
		return (f->known & PATHTABLE_HOPS) != 0 ?
		    1e9 / (f->hops + 1.0) : -1;
	if (s->lb == POOL_LB_COMPLETION_RATE)
		return (f->known & PATHTABLE_COMPLETION) != 0 ?
		    (double)f->completion : -1;
	return model_quality(s, i, f);
}

/* The share of the picks that each member should have; what is left passes. */
static void
model_shares(const struct setup *s, double share[MEMBERS_MAX])
{
	double best = -1, sum = 0;

	for (size_t i = 0; i < s->count; i++)
		if (model_worth(s, i) > best)
			best = model_worth(s, i);
	for (size_t i = 0; i < s->count; i++) {
		double w = model_worth(s, i);

		share[i] = s->spread ? (w > 0 ? w : 0) :
		    w >= 0 && fabs(w - best) < 1e-6 ? 1 : 0;
		sum += share[i];
	}
	for (size_t i = 0; i < s->count; i++)
		share[i] = sum > 0 ? share[i] / sum : 0;
}

/* ---- against it ---- */

static void
check_weights(const struct setup *s, struct asker *a, const double *share)
{
	struct choose_weigh w = { s->table, s->pick, s->count, a };
	uint64_t weight[MEMBERS_MAX], total = s->method->weights(&w, weight);

	for (size_t i = 0; i < s->count; i++)
		assert_true(fabs((double)weight[i] / (double)total -
		    share[i]) < 1e-4);
}

static void
check_picks(const struct setup *s, struct asker *a, const double *share)
{
	unsigned got[MEMBERS_MAX] = { 0 }, passed = 0;
	double sum = 0;

	for (uint64_t turn = 0; turn < PICKS; turn++) {
		uint32_t i = s->pick(s->table, &(struct choose_query){ turn,
		    a });

		if (i == CHOOSE_NONE)
			passed++;
		else
			got[i]++;
	}
	for (size_t i = 0; i < s->count; i++) {
		assert_true(fabs(got[i] - share[i] * PICKS) <= 8);
		assert_true(share[i] > 0 || got[i] == 0);
		sum += share[i];
	}
	assert_int_equal(passed, sum > 0 ? 0 : PICKS);
	assert_int_equal(a->scope, 0);
}

/* Each is there once; whoever may be picked comes first, and the best of the
 * rest behind. */
static void
check_order(const struct setup *s, struct asker *a, const double *share)
{
	struct choose_order o;
	bool had[MEMBERS_MAX] = { false };
	size_t usable = 0;

	s->method->order(&(struct choose_weigh){ s->table, s->pick, s->count,
	    a }, &o);
	for (size_t i = 0; i < s->count; i++)
		usable += s->spread ? share[i] > 0 : model_worth(s, i) >= 0;
	assert_int_equal(o.usable, usable);
	for (uint32_t n = 0; n < o.usable; n++) {
		assert_false(had[o.at[n]]);
		had[o.at[n]] = true;
		assert_int_equal(n < o.ties, share[o.at[n]] > 0);
		if (!s->spread && n > 0)
			assert_true(model_worth(s, o.at[n]) <=
			    model_worth(s, o.at[n - 1]) + 1e-6);
	}
}

static void
picks_are_those_of_the_model(void **state)
{
	struct rand r;

	(void)state;
	rand_seed_from(&r, 20);
	for (int i = 0; i < CASES; i++) {
		double share[MEMBERS_MAX];
		struct setup s;

		setup_init(&s, &r);
		model_shares(&s, share);
		check_weights(&s, &s.asker, share);
		check_picks(&s, &s.asker, share);
		check_order(&s, &s.asker, share);
		setup_fini(&s);
	}
}

/* Nobody in particular, or a process that keeps no paths. */
static void
without_a_path_the_methods_pass(void **state)
{
	struct choose_item items[2] = { { .datacenter = 1 },
	    { .datacenter = 2 } };
	struct asker nobody = { .from = NULL };
	const struct choose_method *m = choose_find(POOL_LB_LOWEST_RTT);
	void *table = mem_zalloc(1, m->room(items, 2));
	choose_pick_fn *pick = m->compile(table, items, 2);
	double shares[2] = { 1, 1 };

	(void)state;
	assert_int_equal(pick(table, &(struct choose_query){ 3, &nobody }),
	    CHOOSE_NONE);
	m->shares(items, 2, shares);
	assert_true(shares[0] == 0 && shares[1] == 0);
	assert_true(m->may_pass);
	free(table);
}

/* As topology's own answers; what has no weight leaves no trace. */
static void
topology_of_the_client_subnet_is_in_the_scope(void **state)
{
	struct rand r;

	(void)state;
	rand_seed_from(&r, 21);
	for (int i = 0; i < 100; i++) {
		struct setup s;
		void *table;

		setup_init(&s, &r);
		s.asker.client = (struct addr_prefix){ .len = 24, .addr = {
		    .family = AF_INET, .octets = { (uint8_t)(i % 2 * 128) } } };
		s.from.sin_addr.s_addr = s.asker.client.addr.octets[0];
		s.items[0].client_subnet = true;
		table = mem_zalloc(1, s.method->room(s.items, s.count));
		s.pick = s.method->compile(table, s.items, s.count);
		(void)s.pick(table, &(struct choose_query){ 0, &s.asker });
		assert_int_equal(s.asker.scope,
		    s.lb == POOL_LB_QUALITY_OF_SERVICE &&
		    s.view->rankings > 1 &&
		    s.qos[POOL_QOS_TOPOLOGY] > 0);
		free(table);
		setup_fini(&s);
	}
}

static void
quality_asks_for_paths_when_it_weighs_them(void **state)
{
	uint32_t qos[POOL_QOS_TERMS] = { [POOL_QOS_PACKET_RATE] = 1 };

	(void)state;
	assert_null(choose_path_find(POOL_LB_QUALITY_OF_SERVICE, qos, false));
	qos[POOL_QOS_HOPS] = 1;
	assert_non_null(choose_path_find(POOL_LB_QUALITY_OF_SERVICE, qos,
	    true));
	assert_true(choose_path_asks(POOL_LB_QUALITY_OF_SERVICE, qos));
	qos[POOL_QOS_HOPS] = 0;
	qos[POOL_QOS_TOPOLOGY] = 1;
	assert_non_null(choose_path_find(POOL_LB_QUALITY_OF_SERVICE, qos,
	    false));
	assert_false(choose_path_asks(POOL_LB_QUALITY_OF_SERVICE, qos));
	assert_true(choose_path_asks(POOL_LB_FEWEST_HOPS, qos));
	assert_false(choose_path_asks(POOL_LB_CPU, qos));
	assert_null(choose_path_find(POOL_LB_CPU, qos, false));
	assert_true(choose_path_is(choose_find(POOL_LB_FEWEST_HOPS)));
	assert_true(choose_path_is(choose_find_dynamic(
	    POOL_LB_COMPLETION_RATE)));
	assert_false(choose_path_is(&choose_topology));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(picks_are_those_of_the_model),
		cmocka_unit_test(without_a_path_the_methods_pass),
		cmocka_unit_test(topology_of_the_client_subnet_is_in_the_scope),
		cmocka_unit_test(quality_asks_for_paths_when_it_weighs_them),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
