/* tests/unit/gtmd/decide/test_decision_settle.c - the order of a decision: a slow and obvious
 * model of it, written from the rules alone, against what is compiled, on
 * thousands of random set-ups. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "core/base/rand.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/decision.h"
#include "gtmd/decide/decision_spec.h"
#include "tests/unit/gtmd/decide/asked.h"

#define POOLS_MAX	4
#define MEMBERS_MAX	6
#define CASES		4000
#define QUERIES		24

/* A random wide IP and all it refers to. */
struct setup {
	struct decision_spec spec;
	struct decision_spec_pool pools[POOLS_MAX], last_resort;
	struct decision_spec_member members[POOLS_MAX + 1][MEMBERS_MAX];
	uint64_t	 cells[512];
	uint32_t	 slots;
};

static uint32_t
slots_take(struct setup *s, uint32_t count)
{
	s->slots += count;
	assert_true(s->slots <= OBJ_COUNT(s->cells));
	return s->slots - count;
}

static bool
chance(struct rand *r, uint32_t percent)
{
	return rand_below(r, 100) < percent;
}

static const struct choose_method *
random_method(struct rand *r)
{
	enum pool_lb lb = chance(r, 70) ? rand_below(r, 3) : rand_below(r, 7);

	/* What is measured differs in the score alone, which is random. */
	if (chance(r, 25))
		return chance(r, 70) ? choose_find(POOL_LB_LEAST_CONNECTIONS) :
		    choose_find_dynamic(POOL_LB_LEAST_CONNECTIONS);
	return choose_find(lb);
}

static void
random_member(struct setup *s, struct decision_spec_member *m, struct rand *r)
{
	*m = (struct decision_spec_member){
		.enabled = chance(r, 80), .available = chance(r, 55),
		.ratio = rand_below(r, 4), .priority_group = rand_below(r, 3),
		.addr = { .family = AF_INET,
		    .octets = { 10, 0, 0, (uint8_t)rand_below(r, 9) } },
		.slot = slots_take(s, DECISION_MEMBER_SLOTS),
	};
	for (int i = 0; i < DECISION_MEMBER_SLOTS; i++)
		m->score[i] = chance(r, 30) ? CHOOSE_UNMEASURED :
		    rand_below(r, 3);
}

static void
random_pool(struct setup *s, struct decision_spec_pool *p,
    struct decision_spec_member *members, struct rand *r)
{
	*p = (struct decision_spec_pool){
		.type = WIDE_A, .enabled = chance(r, 75),
		.below_min_up = chance(r, 10), .over_limit = chance(r, 10),
		.verify = chance(r, 80),
		.ratio = rand_below(r, 4), .priority_group = rand_below(r, 3),
		.preferred = random_method(r), .alternate = random_method(r),
		.fallback = random_method(r), .ttl_s = 5 + rand_below(r, 50),
		.max_answers = 1 + rand_below(r, 4),
		.min_active_members = chance(r, 50) ? rand_below(r, 5) : 0,
		.slot = slots_take(s, DECISION_POOL_SLOTS),
		.members = members, .member_count = rand_below(r, 7),
	};
	if (chance(r, 60))
		p->fallback_ip = (struct addr){ AF_INET, { 192, 0, 2, 1 } };
	for (size_t i = 0; i < p->member_count; i++)
		random_member(s, &members[i], r);
}

static void
random_setup(struct setup *s, struct rand *r)
{
	memset(s, 0, sizeof(*s));
	s->spec = (struct decision_spec){
		.mode = choose_find(rand_below(r, 3)),
		.min_active_members = chance(r, 50) ? rand_below(r, 7) : 0,
		.respect_fallback_dependency = chance(r, 30),
		.minimal = chance(r, 50),
		.failure_rcode_response = chance(r, 30),
		.failure_rcode = (uint8_t)rand_below(r, 6),
		.failure_rcode_ttl_s = rand_below(r, 3),
		.slot = slots_take(s, DECISION_WIDE_SLOTS),
		.pools = s->pools, .pool_count = rand_below(r, POOLS_MAX + 1),
	};
	for (size_t i = 0; i < s->spec.pool_count; i++)
		random_pool(s, &s->pools[i], s->members[i], r);
	if (chance(r, 40)) {
		random_pool(s, &s->last_resort, s->members[POOLS_MAX], r);
		s->spec.last_resort = &s->last_resort;
	}
}

/* ---- the model ---- */

/* What a pool would do in one role. */
struct would {
	enum { NOTHING, RECORDS, FALLBACK_RECORD, ZONE, DROP } kind;
	const struct decision_spec_pool *pool;
	const struct choose_method *method;
	enum decision_how how, member_how;
	const struct decision_spec_member *list[MEMBERS_MAX];
	size_t		 count;
};

/* Groups are let in from the highest down until need is reached. */
static uint32_t
model_lowest_member_group(const struct decision_spec_pool *p)
{
	uint32_t active = 0;

	for (uint32_t group = 3; group-- > 0;) {
		for (size_t i = 0; i < p->member_count; i++)
			if (p->members[i].enabled && p->members[i].available &&
			    p->members[i].priority_group == group)
				active++;
		if (p->min_active_members > 0 && active > 0 &&
		    active >= p->min_active_members)
			return group;
	}
	return 0;
}

/* May it be picked at all? Methods that measure never pick what is down. */
static bool
model_admits(const struct choose_method *m,
    const struct decision_spec_member *c, enum decision_how how, bool down_too)
{
	if (strcmp(m->name, "least-connections") == 0)
		return c->available && c->score[how] != CHOOSE_UNMEASURED &&
		    (c->score[how] > 0 ||
		    m == choose_find(POOL_LB_LEAST_CONNECTIONS));
	return (c->available || down_too) &&
	    (c->ratio > 0 || strcmp(m->name, "ratio") != 0);
}

/* Best first; who is equal stays in order. */
static void
model_rank(struct would *w)
{
	for (size_t i = 0; i < w->count; i++)
		for (size_t j = i; j > 0 && w->list[j]->score[w->member_how] >
		    w->list[j - 1]->score[w->member_how]; j--) {
			const struct decision_spec_member *m = w->list[j];

			w->list[j] = w->list[j - 1];
			w->list[j - 1] = m;
		}
}

static struct would
model_try(const struct decision_spec_pool *p, const struct choose_method *m,
    enum decision_how how, bool down_too)
{
	struct would w = { .kind = NOTHING, .pool = p, .method = m,
	    .how = how, .member_how = how };

	if (strcmp(m->name, "none") == 0)
		return w;
	if (strcmp(m->name, "return-to-dns") == 0)
		w.kind = ZONE;
	if (strcmp(m->name, "drop-packet") == 0)
		w.kind = DROP;
	if (strcmp(m->name, "fallback-ip") == 0)
		w.kind = p->fallback_ip.family != 0 ? FALLBACK_RECORD : NOTHING;
	if (m->kind != CHOOSE_PICK)
		return w;
	for (size_t i = 0; i < p->member_count; i++) {
		const struct decision_spec_member *c = &p->members[i];

		if (c->enabled && model_admits(m, c, how, down_too) &&
		    c->priority_group >= model_lowest_member_group(p))
			w.list[w.count++] = c;
	}
	if (strcmp(m->name, "least-connections") == 0)
		model_rank(&w);
	w.kind = w.count > 0 ? RECORDS : NOTHING;
	return w;
}

static struct would
model_pool(const struct decision_spec_pool *p)
{
	struct would w = { .kind = NOTHING };

	if (!p->enabled || p->below_min_up || p->over_limit)
		return w;
	w = model_try(p, p->preferred, DECISION_PREFERRED, !p->verify);
	if (w.kind == NOTHING)
		w = model_try(p, p->alternate, DECISION_ALTERNATE, !p->verify);
	return w;
}

static bool
model_choosable(const struct decision_spec *s, size_t i)
{
	return model_pool(&s->pools[i]).kind != NOTHING &&
	    (s->pools[i].ratio > 0 || strcmp(s->mode->name, "ratio") != 0);
}

static uint32_t
model_lowest_pool_group(const struct decision_spec *s)
{
	uint32_t active = 0;

	for (uint32_t group = 3; group-- > 0;) {
		for (size_t i = 0; i < s->pool_count; i++) {
			const struct decision_spec_pool *p = &s->pools[i];

			for (size_t j = 0; j < p->member_count; j++)
				if (model_choosable(s, i) &&
				    p->priority_group == group &&
				    p->members[j].enabled &&
				    p->members[j].available)
					active++;
		}
		if (s->min_active_members > 0 && active > 0 &&
		    active >= s->min_active_members)
			return group;
	}
	return 0;
}

/* All that may answer at this level; each entry is a pool that may be chosen
 * by the mode, or the only one. */
static size_t
model(const struct decision_spec *s, struct would *may)
{
	size_t count = 0;

	for (size_t i = 0; i < s->pool_count; i++)
		if (model_choosable(s, i) &&
		    s->pools[i].priority_group >= model_lowest_pool_group(s))
			may[count++] = model_pool(&s->pools[i]);
	if (count > 0)
		return count;
	if (s->last_resort != NULL) {
		may[0] = model_pool(s->last_resort);
		may[0].how = DECISION_LAST_RESORT;
		if (may[0].kind != NOTHING)
			return 1;
	}
	for (size_t i = 0; i < s->pool_count; i++) {
		bool respect = s->respect_fallback_dependency;

		if (!s->pools[i].enabled)
			continue;
		if (respect &&
		    (s->pools[i].below_min_up || s->pools[i].over_limit))
			return 0;
		may[0] = model_try(&s->pools[i], s->pools[i].fallback,
		    DECISION_FALLBACK, !respect);
		return may[0].kind != NOTHING;
	}
	return 0;
}

/* ---- one query, checked ---- */

static void
check_record(const uint8_t *rr, const struct addr *a, uint32_t ttl_s)
{
	const uint8_t head[12] = { 0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0,
	    (uint8_t)ttl_s, 0, 4 };

	assert_memory_equal(rr, head, sizeof(head));
	assert_memory_equal(rr + 12, a->octets, 4);
}

/* How many share the first place. */
static size_t
model_best(const struct would *w)
{
	size_t n = 1;

	while (n < w->count && w->list[n]->score[w->member_how] ==
	    w->list[0]->score[w->member_how])
		n++;
	return n;
}

/* Whose turn is it so many steps behind the first? Around the circle; the best
 * around theirs, before all others. */
static const struct decision_spec_member *
model_next(const struct would *w, size_t first, size_t step)
{
	size_t best = w->method == choose_find(POOL_LB_LEAST_CONNECTIONS) ?
	    model_best(w) : w->count;

	return w->list[step < best ? (first + step) % best : step];
}

/* The records that follow when the first is list[first]: no address twice, at
 * most max-answers. */
static bool
records_start_at(const struct asked *r, const struct would *w, size_t first)
{
	const struct decision_spec_member *said[MEMBERS_MAX];
	size_t n = 0;

	for (size_t step = 0; step < w->count; step++) {
		const struct decision_spec_member *m =
		    model_next(w, first, step);
		bool twice = false;

		for (size_t i = 0; i < n; i++)
			twice = twice || addr_equal(&said[i]->addr, &m->addr);
		if (!twice && n < w->pool->max_answers)
			said[n++] = m;
	}
	if (r->w.off != n * 16 || r->out.count != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (memcmp(r->octets + i * 16 + 12, said[i]->addr.octets, 4))
			return false;
	for (size_t i = 0; i < n; i++)
		check_record(r->octets + i * 16, &said[i]->addr,
		    w->pool->ttl_s);
	return true;
}

static void
check_records(const struct asked *r, const struct would *w, uint64_t turn)
{
	bool found = false;

	assert_int_equal(r->out.action, DECISION_ANSWER);
	if (w->method == choose_find(POOL_LB_LEAST_CONNECTIONS))
		assert_true(records_start_at(r, w, turn % model_best(w)));
	if (strcmp(w->method->name, "global-availability") == 0)
		assert_true(records_start_at(r, w, 0));
	else if (strcmp(w->method->name, "round-robin") == 0)
		assert_true(records_start_at(r, w, turn % w->count));
	for (size_t i = 0; i < w->count; i++)
		found = found || records_start_at(r, w, i);
	assert_true(found);
}

static uint32_t
smallest_ttl(const struct decision_spec *s)
{
	uint32_t ttl_s = UINT32_MAX;

	for (size_t i = 0; i < s->pool_count; i++)
		if (s->pools[i].ttl_s < ttl_s)
			ttl_s = s->pools[i].ttl_s;
	return s->pool_count > 0 || s->last_resort == NULL ? ttl_s :
	    s->last_resort->ttl_s;
}

/* No records: the failure policy, or return-to-dns, which the failure-rcode
 * overrules. */
static void
check_empty(const struct decision_spec *s, const struct asked *r, bool zone)
{
	bool soa = s->failure_rcode == 0 || s->failure_rcode == 3;

	assert_int_equal(r->w.off, 0);
	assert_int_equal(r->out.count, 0);
	if (s->failure_rcode_response) {
		assert_int_equal(r->out.action, DECISION_RCODE);
		assert_int_equal(r->out.rcode, s->failure_rcode);
		assert_int_equal(r->out.negative_ttl_s,
		    soa ? s->failure_rcode_ttl_s : 0);
		return;
	}
	assert_int_equal(r->out.action, zone ? DECISION_ZONE : DECISION_NODATA);
	assert_int_equal(r->out.action_else, DECISION_NODATA);
	assert_int_equal(r->out.negative_ttl_s, smallest_ttl(s));
}

static uint32_t
slot_of(const struct would *w)
{
	switch (w->kind) {
	case ZONE:
		return w->pool->slot + DECISION_RETURNED;
	case DROP:
		return w->pool->slot + DECISION_DROPPED;
	case NOTHING:
	case RECORDS:
	case FALLBACK_RECORD:
		break;
	}
	return w->pool->slot + w->how;
}

static void
check_would(const struct decision_spec *s, const struct asked *r,
    const struct would *w, uint64_t turn)
{
	switch (w->kind) {
	case RECORDS:
		check_records(r, w, turn);
		break;
	case FALLBACK_RECORD:
		assert_int_equal(r->out.action, DECISION_ANSWER);
		assert_int_equal(r->w.off, 16);
		check_record(r->octets, &w->pool->fallback_ip, w->pool->ttl_s);
		break;
	case ZONE:
		check_empty(s, r, true);
		break;
	case DROP:
		assert_int_equal(r->out.action, DECISION_DROP);
		assert_int_equal(r->w.off, 0);
		break;
	case NOTHING:
		fail();
	}
}

/* Which of the pools that may answer did so, by the one counter that moved. */
static size_t
who_answered(const uint64_t *was, const struct setup *s,
    const struct would *may, size_t count)
{
	size_t who = count;

	for (size_t i = 0; i < count; i++) {
		uint32_t slot = slot_of(&may[i]);

		if (was[slot] == s->cells[slot])
			continue;
		assert_int_equal(s->cells[slot], was[slot] + 1);
		assert_int_equal(who, count);
		who = i;
	}
	return who;
}

static void
check_query(const struct decision *d, struct setup *s, uint64_t query)
{
	uint64_t was[OBJ_COUNT(s->cells)];
	struct would may[POOLS_MAX];
	size_t count = model(&s->spec, may), who;
	struct asked r;

	memcpy(was, s->cells, sizeof(was));
	asked_of(&r, d, s->cells);
	assert_false(r.w.bad);
	assert_int_equal(r.out.minimal, s->spec.minimal);
	assert_int_equal(s->cells[s->spec.slot], query + 1);
	if (count == 0) {
		check_empty(&s->spec, &r, false);
		assert_int_equal(s->cells[s->spec.slot + DECISION_FAILED],
		    query + 1);
		return;
	}
	who = who_answered(was, s, may, count);
	assert_true(who < count);
	if (strcmp(s->spec.mode->name, "global-availability") == 0)
		assert_int_equal(who, 0);
	else if (strcmp(s->spec.mode->name, "round-robin") == 0)
		assert_int_equal(who, query % count);
	check_would(&s->spec, &r, &may[who], was[slot_of(&may[who])]);
}

static void
decisions_follow_the_model(void **state)
{
	static struct setup s;
	struct rand r;

	(void)state;
	rand_seed_from(&r, 2);
	for (int i = 0; i < CASES; i++) {
		struct decision *d;

		random_setup(&s, &r);
		d = decision_compile(&s.spec);
		for (uint64_t q = 0; q < QUERIES; q++)
			check_query(d, &s, q);
		decision_compile_free(&d);
		assert_null(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decisions_follow_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
