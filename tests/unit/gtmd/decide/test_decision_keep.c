/* tests/unit/gtmd/decide/test_decision_keep.c - who was answered before is answered
 * the same, as long as F5's rules say so. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <netinet/in.h>

#include "core/base/clock.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "core/wire/wbuf.h"
#include "gtmd/count/tally.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/decision_keep.h"
#include "gtmd/decide/decision_spec.h"
#include "gtmd/decide/decision_walk.h"
#include "gtmd/topology/asker.h"

#define POOLS	3
#define MEMBERS	4
#define CLIENTS	40
#define NOBODY	UINT32_MAX

struct setup {
	struct decision_spec spec;
	struct decision_spec_pool pools[POOLS];
	struct decision_spec_member members[POOLS][MEMBERS];
	uint64_t	 cells[256];
	struct decision	*d;
	struct persist	*records;
	struct clock	 clock;
};

/* Every member answers with 10.0.pool.member. */
static void
setup_init(struct setup *s)
{
	memset(s, 0, sizeof(*s));
	clock_fake_init(&s->clock, 0, 0);
	s->records = persist_new(PERSIST_RECORDS);
	s->spec = (struct decision_spec){
		.mode = &choose_round_robin, .pools = s->pools,
		.pool_count = POOLS, .persistence = true, .drain = true,
		.persist_net = { 32, 128 }, .persist_ttl_s = 60, .key = 5,
	};
	for (uint32_t i = 0; i < POOLS; i++) {
		s->pools[i] = (struct decision_spec_pool){
			.enabled = true, .verify = true, .ratio = 1,
			.preferred = &choose_round_robin,
			.alternate = choose_find(POOL_LB_NONE),
			.fallback = &choose_round_robin,
			.ttl_s = 15, .max_answers = 1, .key = 100 + i,
			.member_count = MEMBERS, .members = s->members[i],
			.slot = 8 + i * DECISION_POOL_SLOTS,
		};
		for (uint32_t j = 0; j < MEMBERS; j++)
			s->members[i][j] = (struct decision_spec_member){
				.enabled = true, .available = true, .ratio = 1,
				.addr = { AF_INET, { 10, 0, (uint8_t)i,
				    (uint8_t)j } },
				.slot = 64 + (i * MEMBERS + j) *
				    DECISION_MEMBER_SLOTS, .key = 200 + j,
			};
	}
	s->d = decision_compile(&s->spec);
}

static void
setup_fini(struct setup *s)
{
	decision_compile_free(&s->d);
	persist_free(&s->records);
}

static void
compile(struct setup *s)
{
	decision_compile_free(&s->d);
	s->d = decision_compile(&s->spec);
}

static struct asker
asker_of(struct setup *s, struct sockaddr_in *in, uint32_t client)
{
	*in = (struct sockaddr_in){ .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(0x0a010000 + client) };
	return (struct asker){ .from = (const struct sockaddr *)in,
	    .records = s->records, .clock = &s->clock };
}

/* The member that the client's answer has first, as pool * MEMBERS + member;
 * NOBODY when there is none. */
static uint32_t
ask(struct setup *s, uint32_t client)
{
	struct tally t = { .cells = s->cells };
	struct sockaddr_in in;
	struct asker asker = asker_of(s, &in, client);
	struct decision_ask a = { &t, &asker, 0xc00c };
	struct decision_out out;
	uint8_t octets[512];
	struct wbuf w;

	wbuf_init(&w, octets, sizeof(octets));
	decision_answer(s->d, &a, &w, &out);
	if (out.action != DECISION_ANSWER)
		return NOBODY;
	assert_int_equal(w.off, 16 * out.count);
	return octets[14] * MEMBERS + octets[15];
}

static void
the_next_answer_is_the_last_one(void **state)
{
	static struct setup s;
	uint32_t first[CLIENTS];

	(void)state;
	setup_init(&s);
	for (uint32_t c = 0; c < CLIENTS; c++)
		first[c] = ask(&s, c);
	for (uint32_t c = CLIENTS; c-- > 0;)
		assert_int_equal(ask(&s, c), first[c]);
	assert_int_equal(s.cells[s.spec.slot + DECISION_REQUESTS], 80);
	setup_fini(&s);
}

/* From the first answer on, not from the last. */
static void
a_record_is_good_for_its_time(void **state)
{
	static struct setup s;
	uint32_t first;

	(void)state;
	setup_init(&s);
	first = ask(&s, 1);
	clock_fake_advance(&s.clock, 59 * CLOCK_S);
	assert_int_equal(ask(&s, 1), first);
	clock_fake_advance(&s.clock, 1 * CLOCK_S);
	assert_int_not_equal(ask(&s, 1), first);
	setup_fini(&s);
}

/* Of all rules that say who may be chosen anew, these do not send away. */
/* Old clients and new ones by turns: the new ones still get every pool. */
static void
who_comes_anew_takes_the_next_turn(void **state)
{
	unsigned per_pool[POOLS] = { 0 };
	static struct setup s;

	(void)state;
	setup_init(&s);
	(void)ask(&s, 0);
	for (uint32_t i = 1; i <= 4 * POOLS; i++) {
		for (unsigned back = 0; back < POOLS - 1; back++)
			(void)ask(&s, 0);
		per_pool[ask(&s, i) / MEMBERS]++;
	}
	for (size_t i = 0; i < POOLS; i++)
		assert_int_equal(per_pool[i], 4);
	setup_fini(&s);
}

static void
ratio_and_priority_send_nobody_away(void **state)
{
	static struct setup s;
	uint32_t was;

	(void)state;
	setup_init(&s);
	s.spec.mode = &choose_ratio;
	s.pools[0].preferred = s.pools[1].preferred = s.pools[2].preferred =
	    &choose_ratio;
	compile(&s);
	was = ask(&s, 1);
	s.members[was / MEMBERS][was % MEMBERS].ratio = 0;
	compile(&s);
	assert_int_equal(ask(&s, 1), was);
	s.pools[was / MEMBERS].ratio = 0;
	compile(&s);
	assert_int_equal(ask(&s, 1), was);
	s.spec.min_active_members = 1;
	s.pools[(was / MEMBERS + 1) % POOLS].priority_group = 9;
	compile(&s);
	assert_int_equal(ask(&s, 1), was);
	setup_fini(&s);
}

static void
more_answers_stand_behind_the_remembered_one(void **state)
{
	static struct setup s;
	uint32_t was;

	(void)state;
	setup_init(&s);
	for (size_t i = 0; i < POOLS; i++)
		s.pools[i].max_answers = 3;
	compile(&s);
	was = ask(&s, 1);
	(void)ask(&s, 2);
	assert_int_equal(ask(&s, 1), was);
	setup_fini(&s);
}

/* What stands in for an answer is not worth remembering. */
static void
a_fallback_is_not_remembered(void **state)
{
	static struct setup s;
	uint32_t seen = 0;

	(void)state;
	setup_init(&s);
	for (size_t i = 0; i < POOLS; i++)
		for (size_t j = 0; j < MEMBERS; j++)
			s.members[i][j].available = false;
	compile(&s);
	for (int i = 0; i < MEMBERS; i++)
		seen |= 1u << ask(&s, 1);
	assert_int_equal(seen, (1u << MEMBERS) - 1);
	setup_fini(&s);
}

static void
nobody_is_remembered_without_records(void **state)
{
	static struct setup s;
	uint32_t first;

	(void)state;
	setup_init(&s);
	persist_free(&s.records);
	first = ask(&s, 1);
	assert_int_not_equal(ask(&s, 1), first);
	setup_fini(&s);
}

/* ---- the reference: F5's words, one after the other ---- */

static bool
may_stay(const struct setup *s, uint32_t at)
{
	const struct decision_spec_pool *p = &s->pools[at / MEMBERS];
	const struct decision_spec_member *m = &p->members[at % MEMBERS];

	if (!m->enabled || (!m->available && p->verify) || p->below_min_up)
		return false;
	return p->enabled || s->spec.drain;
}

static void
change_something(struct setup *s, struct rand *r)
{
	struct decision_spec_pool *p = &s->pools[rand_below(r, POOLS)];
	struct decision_spec_member *m = &s->members[rand_below(r, POOLS)]
	    [rand_below(r, MEMBERS)];

	switch (rand_below(r, 8)) {
	case 0:
		s->spec.drain = !s->spec.drain;
		break;
	case 1:
		p->verify = !p->verify;
		break;
	case 2:
		p->below_min_up = !p->below_min_up;
		break;
	case 3:
		p->enabled = !p->enabled;
		break;
	case 4:
		m->enabled = !m->enabled;
		break;
	default:
		m->available = !m->available;
		break;
	}
	compile(s);
}

struct told {
	double		 sum;
	uint32_t	 at;		/* of share 1 */
};

static void
on_outcome(void *arg, const struct decision_outcome *o)
{
	struct told *t = arg;

	t->sum += o->share;
	if (o->share == 1 && o->data != NULL)
		t->at = (uint32_t)(o->data[2] * MEMBERS + o->data[3]);
}

/* What explain reads for this client. */
static struct told
walk(struct setup *s, uint32_t client)
{
	struct told t = { .at = NOBODY };
	struct sockaddr_in in;
	struct asker asker = asker_of(s, &in, client);

	decision_walk(s->d, &asker, on_outcome, &t);
	return t;
}

static bool
picks_now(const struct setup *s, uint32_t at)
{
	const struct decision_spec_pool *p = &s->pools[at / MEMBERS];

	return p->enabled && may_stay(s, at);
}

/* Random changes between random clients' queries: each goes where it was if
 * the rules let it, else to what the methods may pick, and that is where it is
 * then. */
static void
any_history_is_as_the_rules_say(void **state)
{
	static struct setup s;
	uint32_t at[CLIENTS];
	struct rand r;

	(void)state;
	rand_seed_from(&r, 2211);
	setup_init(&s);
	for (uint32_t c = 0; c < CLIENTS; c++)
		at[c] = NOBODY;
	for (int round = 0; round < 20000; round++) {
		uint32_t c = rand_below(&r, CLIENTS), now;
		struct told t;

		if (rand_below(&r, 10) == 0)
			change_something(&s, &r);
		t = walk(&s, c);
		assert_true(t.sum > 1 - 1e-9 && t.sum < 1 + 1e-9);
		now = ask(&s, c);
		if (at[c] != NOBODY && may_stay(&s, at[c])) {
			assert_int_equal(now, at[c]);
			assert_int_equal(t.at, at[c]);
		} else if (now != NOBODY && picks_now(&s, now)) {
			at[c] = now;
		}
	}
	setup_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_answer_is_the_last_one),
		cmocka_unit_test(a_record_is_good_for_its_time),
		cmocka_unit_test(who_comes_anew_takes_the_next_turn),
		cmocka_unit_test(ratio_and_priority_send_nobody_away),
		cmocka_unit_test(more_answers_stand_behind_the_remembered_one),
		cmocka_unit_test(a_fallback_is_not_remembered),
		cmocka_unit_test(nobody_is_remembered_without_records),
		cmocka_unit_test(any_history_is_as_the_rules_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
