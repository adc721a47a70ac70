/* gtmd/plan/plan_pool_spec.c - see plan_pool_spec.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_pool_spec.h"

#include <string.h>

#include "core/base/obj.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/choose_path.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_limit.h"
#include "gtmd/plan/plan_member.h"

static const struct choose_method *
method_of(const struct pool *o, uint32_t lb)
{
	const struct choose_method *m = choose_path_find((enum pool_lb)lb,
	    o->rare->qos, o->rare->dynamic_ratio);

	if (m != NULL)
		return m;
	if (o->rare->dynamic_ratio && pool_lb_is_measured(lb))
		return choose_find_dynamic((enum pool_lb)lb);
	return choose_find_cohort((enum pool_lb)lb, o->rare->cohort);
}

static const struct choose_method *
strict_of(const struct plan *p, const struct choose_method *m)
{
	return m == &choose_topology && !p->topology.allow_zero ?
	    &choose_topology_strict : m;
}

/* All but what is said of its members. */
static void
spec_alone(const struct plan_pool *pool, struct decision_spec_pool *out)
{
	const struct plan *p = pool->node.plan;
	const struct pool *o = pool->obj;

	*out = (struct decision_spec_pool){
		.type = pool->type, .enabled = o->enabled,
		.below_min_up = pool->below_min_up,
		.verify = o->rare->verify_member_availability || p->verify_all,
		.over_limit = plan_limit_is_over(&pool->limit),
		.preferred = strict_of(p, method_of(o, o->lb_mode)),
		.alternate = strict_of(p, method_of(o, o->alternate_mode)),
		.fallback = strict_of(p, method_of(o, o->fallback_mode)),
		.key = pool->key,
		.fallback_ip = o->rare->fallback_ip, .ttl_s = o->ttl_s,
		.max_answers = o->rare->max_answers > 0 ?
		    o->rare->max_answers : 1,
		.min_active_members = o->rare->min_active_members,
		.member_count = pool->member_count,
		.topology = pool->topology,
	};
	memcpy(out->qos, o->rare->qos, sizeof(out->qos));
}

void
plan_pool_spec(const struct plan_pool *pool, struct decision_spec_pool *out,
    struct decision_spec_member *members)
{
	spec_alone(pool, out);
	out->members = members;
	for (size_t i = 0; i < pool->member_count; i++)
		plan_member_spec(pool->members[i], &members[i]);
}

/* ---- has the spec changed? ---- */

#define ADDR_WORDS	3	/* room for a struct addr */
#define QOS_WORDS	((POOL_QOS_TERMS + 1) / 2)

static uint64_t
digest_words(const struct plan *p, uint64_t before, const uint64_t *words,
    size_t count)
{
	struct hash_key k = p->digest_key;

	k.k[0] ^= before;
	return hash_octets(&k, words, count * sizeof(*words));
}

static uint64_t
digest_member(const struct plan_member *m, uint64_t before)
{
	struct decision_spec_member s;
	uint64_t words[9 + ADDR_WORDS] = { 0 };

	plan_member_spec(m, &s);
	words[0] = (uint64_t)s.enabled << 1 | s.available;
	words[1] = (uint64_t)s.ratio << 32 | s.priority_group;
	memcpy(&words[2], s.score, sizeof(s.score));
	words[5] = s.slot;
	words[6] = (uintptr_t)s.target;
	words[7] = (uintptr_t)s.data;
	words[8] = s.datacenter;
	memcpy(&words[9], &s.addr, sizeof(s.addr));
	return digest_words(m->node.plan, before, words, OBJ_COUNT(words));
}

static uint64_t
digest_alone(const struct plan_pool *pool)
{
	struct decision_spec_pool s;
	uint64_t words[7 + ADDR_WORDS + QOS_WORDS] = { 0 };

	spec_alone(pool, &s);
	words[0] = (uint64_t)s.enabled << 3 | (uint64_t)s.below_min_up << 2 |
	    (uint64_t)s.verify << 1 | s.over_limit;
	words[1] = (uintptr_t)s.preferred;
	words[2] = (uintptr_t)s.alternate;
	words[3] = (uintptr_t)s.fallback;
	words[4] = (uint64_t)s.ttl_s << 32 | s.max_answers;
	words[5] = s.min_active_members;
	words[6] = s.member_count;
	memcpy(&words[7], &s.fallback_ip, sizeof(s.fallback_ip));
	memcpy(&words[7 + ADDR_WORDS], s.qos, sizeof(s.qos));
	return digest_words(pool->node.plan, 0, words, OBJ_COUNT(words));
}

uint64_t
plan_pool_spec_digest(const struct plan_pool *pool)
{
	uint64_t digest = digest_alone(pool);

	for (size_t i = 0; i < pool->member_count; i++)
		digest = digest_member(pool->members[i], digest);
	return digest;
}
