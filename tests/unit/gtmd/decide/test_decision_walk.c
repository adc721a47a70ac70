/* tests/unit/gtmd/decide/test_decision_walk.c - what is told of a decision is what it
 * does. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/decision_spec.h"
#include "gtmd/decide/decision_walk.h"
#include "gtmd/topology/asker.h"
#include "tests/unit/gtmd/decide/asked.h"

#define POOLS		4
#define MEMBERS		6
#define ANSWERS		20000
#define POOL_SLOT(p)	(8 + (uint32_t)(p) * DECISION_POOL_SLOTS)
#define MEMBER_SLOT(p, m) (100 + ((uint32_t)(p) * MEMBERS + (uint32_t)(m)) * \
	DECISION_MEMBER_SLOTS)
#define CELLS		512

struct made {
	struct decision_spec_member members[POOLS][MEMBERS];
	struct decision_spec_pool pools[POOLS];
	struct decision_spec spec;
	struct decision	*d;
};

static const enum pool_lb picks[] = { POOL_LB_ROUND_ROBIN, POOL_LB_RATIO,
    POOL_LB_GLOBAL_AVAILABILITY };

static const struct choose_method *
any_method(struct rand *r)
{
	static const enum pool_lb all[] = { POOL_LB_ROUND_ROBIN,
	    POOL_LB_RATIO, POOL_LB_GLOBAL_AVAILABILITY, POOL_LB_RETURN_TO_DNS,
	    POOL_LB_DROP_PACKET, POOL_LB_FALLBACK_IP, POOL_LB_NONE };

	return choose_find(rand_below(r, 3) > 0 ? picks[rand_below(r, 3)] :
	    all[rand_below(r, OBJ_COUNT(all))]);
}

static void
make_pool(struct made *m, size_t p, struct rand *r)
{
	struct decision_spec_pool *pool = &m->pools[p];

	*pool = (struct decision_spec_pool){ .type = WIDE_A,
	    .enabled = rand_below(r, 5) > 0, .verify = rand_below(r, 2) > 0,
	    .ratio = rand_below(r, 5), .priority_group = rand_below(r, 3),
	    .preferred = any_method(r), .alternate = any_method(r),
	    .fallback = any_method(r), .ttl_s = 15 + (uint32_t)p,
	    .fallback_ip = { AF_INET, { 192, 0, 2, (uint8_t)p } },
	    .max_answers = 1 + rand_below(r, 3), .slot = POOL_SLOT(p),
	    .min_active_members = rand_below(r, 3),
	    .members = m->members[p], .member_count = rand_below(r, MEMBERS) };
	for (size_t i = 0; i < pool->member_count; i++)
		m->members[p][i] = (struct decision_spec_member){
		    .enabled = rand_below(r, 6) > 0,
		    .available = rand_below(r, 3) > 0,
		    .ratio = rand_below(r, 10) > 0 ? rand_below(r, 5) : 1000,
		    .priority_group = rand_below(r, 2),
		    .addr = { AF_INET, { 10, 0, (uint8_t)p,
			(uint8_t)rand_below(r, MEMBERS) } },
		    .slot = MEMBER_SLOT(p, i) };
}

static void
make(struct made *m, struct rand *r)
{
	size_t count = 1 + rand_below(r, POOLS - 1);

	*m = (struct made){ .d = NULL };
	for (size_t p = 0; p < POOLS; p++)
		make_pool(m, p, r);
	m->spec = (struct decision_spec){
	    .mode = choose_find(picks[rand_below(r, 3)]),
	    .min_active_members = rand_below(r, 4), .pools = m->pools,
	    .pool_count = count };
	if (rand_below(r, 2) > 0)
		m->spec.last_resort = &m->pools[count];
	m->d = decision_compile(&m->spec);
}

/* What was told, against what the decision's own counters say. */
struct told {
	uint64_t	 cells[CELLS];
	double		 pool[POOLS], present[POOLS * MEMBERS];
	double		 sum, failed;
};

static void
on_outcome(void *arg, const struct decision_outcome *o)
{
	struct told *t = arg;

	t->sum += o->share;
	if (o->method == NULL) {
		t->failed += o->share;
		return;
	}
	t->pool[(o->slot - 8) / DECISION_POOL_SLOTS] += o->share;
	if (o->data != NULL && o->member_slot >= 100)
		t->present[(o->member_slot - 100) / DECISION_MEMBER_SLOTS] +=
		    o->present;
	if (o->direct)
		assert_true(fabs(o->share - (o->pool_total > 0 ?
		    (double)o->pool_weight / (double)o->pool_total : 1.0) *
		    (o->total > 0 ? (double)o->weight / (double)o->total :
		    1.0)) < 1e-12);
}

static uint64_t
counted(const struct told *t, uint32_t first, uint32_t count)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < count; i++)
		n += t->cells[first + i];
	return n;
}

static void
expect(double told, uint64_t count)
{
	double got = (double)count / ANSWERS;

	if (fabs(told - got) > 0.005)
		fail_msg("told %.6f, answered %.6f", told, got);
}

/* An ip of a fallback counts twice in its pool: as the stage and as what it
 * answered. */
static void
compare(struct told *t, const struct made *m)
{
	struct asked a;

	for (unsigned i = 0; i < ANSWERS; i++)
		asked_of(&a, m->d, t->cells);
	for (size_t p = 0; p < POOLS; p++) {
		uint32_t at = POOL_SLOT(p);

		expect(t->pool[p], counted(t, at, DECISION_FALLBACK_IP));
		for (size_t i = 0; i < MEMBERS; i++)
			expect(t->present[p * MEMBERS + i], counted(t,
			    MEMBER_SLOT(p, i), DECISION_MEMBER_SLOTS));
	}
	expect(t->failed, t->cells[DECISION_FAILED]);
}

static void
shares_are_what_is_answered(void **state)
{
	struct rand r;

	(void)state;
	rand_seed_from(&r, 7);
	for (unsigned round = 0; round < 200; round++) {
		struct told *t = mem_zalloc(1, sizeof(*t));
		struct asker asker = { .scope = 0 };
		struct made m;

		make(&m, &r);
		decision_walk(m.d, &asker, on_outcome, t);
		assert_true(fabs(t->sum - 1) < 1e-9);
		compare(t, &m);
		decision_compile_free(&m.d);
		free(t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_are_what_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
