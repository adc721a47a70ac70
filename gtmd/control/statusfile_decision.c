/* gtmd/control/statusfile_decision.c - a wide IP's decision of the moment, in words:
 * the same rules that made it are asked again. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/statusfile_decision.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/model/json.h"
#include "gtmd/decide/choose.h"
#include "gtmd/decide/decision_settle.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/plan/plan_wide.h"
#include "gtmd/topology/topology_view.h"

static const char *const how_names[] = {
	[DECISION_PREFERRED] = "preferred", [DECISION_ALTERNATE] = "alternate",
	[DECISION_FALLBACK] = "fallback",
	[DECISION_LAST_RESORT] = "last-resort",
};

/* The pool that a part of the spec was made from: slots are unique. */
static const struct plan_pool *
pool_of(const struct plan_wide *w, const struct decision_spec_pool *spec)
{
	for (size_t i = 0; i < w->edge_count; i++)
		if (w->edges[i]->slot == spec->slot)
			return w->edges[i]->pool;
	assert(!"each pool of a spec is one of the wide IP's");
	return NULL;
}

static struct json *
candidates(const struct settle_stage *st, const struct decision_spec *spec,
    const struct plan_pool *pool)
{
	double *share = mem_zalloc(st->count, sizeof(*share));
	struct json *all = json_new_array();

	decision_settle_shares(st, spec, share);
	for (size_t i = 0; i < st->count; i++) {
		struct json *j = json_new_object();

		json_put_text(j, "member",
		    pool->members[st->candidates[i]]->obj->obj.name);
		json_put_real(j, "share", share[i]);
		json_add(all, &j);
	}
	free(share);
	return all;
}

static struct json *
stages(const struct plan_wide *w, const struct decision_spec *spec,
    const struct settle_chain *c)
{
	struct json *all = json_new_array();

	for (size_t i = 0; i < c->count; i++) {
		const struct settle_stage *st = &c->stages[i];
		const struct plan_pool *pool = pool_of(w, st->pool);
		struct json *j = json_new_object(), *members;

		json_put_text(j, "pool", pool->name);
		json_put_text(j, "how", how_names[st->how]);
		json_put_text(j, "method", st->method->name);
		if (st->count > 0) {
			members = candidates(st, spec, pool);
			json_put(j, "members", &members);
		}
		json_add(all, &j);
	}
	return all;
}

static struct json *
chosen_pools(const struct plan_wide *w, const struct decision_spec *spec,
    const struct settle *s)
{
	double *share = mem_zalloc(s->pool_count, sizeof(*share));
	struct json *all = json_new_array();

	if (s->pool_count > 0)
		decision_settle_pool_shares(s, spec, share);
	for (size_t i = 0; i < s->pool_count; i++) {
		const struct plan_pool *pool = pool_of(w,
		    &spec->pools[s->pools[i].index]);
		struct json *j = json_new_object(), *chain;

		json_put_text(j, "pool", pool->name);
		json_put_real(j, "share", share[i]);
		chain = stages(w, spec, &s->pools[i].chain);
		json_put(j, "tried", &chain);
		json_add(all, &j);
	}
	free(share);
	return all;
}

static void
put_failure(struct json *j, const struct decision_spec *spec,
    const struct settle *s)
{
	struct json *f = json_new_object();

	if (spec->failure_rcode_response) {
		json_put_int(f, "rcode", spec->failure_rcode);
		json_put_int(f, "negative-ttl", spec->failure_rcode_ttl_s);
	} else {
		json_put_int(f, "rcode", 0);
		json_put_int(f, "negative-ttl", s->negative_ttl_s);
	}
	json_put(j, "failure-policy", &f);
}

struct json *
statusfile_decision(const struct plan_wide *w)
{
	struct json *j = json_new_object(), *child;
	struct decision_spec_pool *pools;
	struct decision_spec spec;
	struct settle s;

	if (!plan_wide_spec(w, &spec, &pools)) {
		json_put_text(j, "action", "none");
		return j;
	}
	decision_settle(&s, &spec);
	json_put_text(j, "action", s.pool_count > 0 || s.rest.count > 0 ?
	    "choose" : "failure-policy");
	json_put_text(j, "pool-lb-mode", spec.mode->name);
	child = chosen_pools(w, &spec, &s);
	json_put(j, "pools", &child);
	child = stages(w, &spec, &s.rest);
	json_put(j, "then", &child);
	put_failure(j, &spec, &s);
	decision_settle_fini(&s);
	topology_view_drop(&spec.topology);
	free(pools);
	return j;
}
