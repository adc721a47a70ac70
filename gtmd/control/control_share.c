/* gtmd/control/control_share.c - see control_share.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_share.h"

#include "core/model/json.h"
#include "gtmd/control/control_outcome.h"
#include "gtmd/decide/choose.h"
#include "gtmd/plan/plan_find.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/topology/asker.h"

/* ---- one wide IP ---- */

static struct json *
entry(struct json *all, const struct decision_outcome *o)
{
	struct json *j = json_new_object(), *mine = j;

	control_outcome_put_share(j, o);
	json_add(all, &j);
	return mine;		/* the array's, alive as long as it is */
}

static void
add_members(struct json *all, const struct control_outcome *c,
    const struct plan_edge *e)
{
	for (size_t i = 0; i < e->pool->member_count; i++) {
		struct control_outcome_sum sum = control_outcome_member(c, e,
		    e->pool->members[i]);
		struct decision_outcome o;
		struct json *j;

		if (sum.share <= 0)
			continue;
		o = *sum.first;
		o.direct = o.direct && o.share == sum.share;
		o.share = sum.share;
		j = entry(all, &o);
		json_put_text(j, "pool", e->pool->name);
		json_put_text(j, "member", e->pool->members[i]->obj->obj.name);
	}
}

/* Answers that are no member's. */
static void
add_others(struct json *all, const struct control_outcome *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct decision_outcome *o = &c->v[i];
		const struct plan_edge *e = control_outcome_edge(c, o);
		struct json *j;

		if (o->share <= 0 || o->total > 0)
			continue;
		j = entry(all, o);
		if (e != NULL)
			json_put_text(j, "pool", e->pool->name);
		json_put_text(j, "answer", o->method != NULL ?
		    o->method->name : "failure-policy");
	}
}

struct json *
control_share_wide(const struct plan_wide *w, struct asker *asker)
{
	const struct decision_outcome zones = { .share = 1, .direct = true };
	struct json *all = json_new_array();
	struct control_outcome c = { .count = 0 };

	if (w != NULL)
		control_outcome_init(&c, w, asker);
	if (c.decision == NULL)
		json_put_text(entry(all, &zones), "answer", "zones");
	for (size_t i = 0; c.decision != NULL && i < w->edge_count; i++)
		add_members(all, &c, w->edges[i]);
	add_others(all, &c);
	control_outcome_fini(&c);
	return all;
}

/* ---- those that an object has a part in ---- */

struct json *
control_share_found(const struct plan_find *f, size_t further)
{
	struct json *all = json_new_array(), *j, *shares;
	struct asker nobody = { .scope = 0 };
	size_t told = f->count < CONTROL_SHARE_WIDES_MAX ? f->count :
	    CONTROL_SHARE_WIDES_MAX;

	for (size_t i = 0; i < told; i++) {
		j = json_new_object();
		json_put_text(j, "wideip", f->v[i]->name);
		json_put_text(j, "type", recordtype_rows[f->v[i]->type].name);
		shares = control_share_wide(f->v[i], &nobody);
		json_put(j, "shares", &shares);
		json_add(all, &j);
	}
	further += f->count - told;
	if (further > 0) {
		j = json_new_object();
		json_put_int(j, "more", (int64_t)further);
		json_add(all, &j);
	}
	return all;
}

struct json *
control_share_of(const struct plan *p, const struct object *o)
{
	struct plan_find f;
	struct json *all = NULL;

	plan_find_init(&f, p);
	plan_find_object(&f, o);
	if (f.count > 0)
		all = control_share_found(&f, 0);
	plan_find_fini(&f);
	return all;
}
