/* gtmd/control/control_whatif.c - see control_whatif.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_whatif.h"

#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/overlay.h"
#include "core/model/store.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "gtmd/control/control_explain.h"
#include "gtmd/control/control_overlay.h"
#include "gtmd/control/control_path.h"
#include "gtmd/control/control_resolvers.h"
#include "gtmd/control/control_share.h"
#include "gtmd/plan/plan_apart.h"
#include "gtmd/plan/plan_find.h"
#include "gtmd/plan/plan_force.h"
#include "gtmd/plan/plan_graph.h"

/* What is asked: under which draft and states, now and then. */
struct whatif {
	const struct control_whatif_in *in;
	struct draft	*draft;
	struct plan_force *force;
	struct restreply *r;
};

/* ---- a name ---- */

static struct json *
one_wide(const struct json *told)
{
	static const char *const keys[] = { "wideip", "type" };
	struct json *all = json_new_array(), *j = json_new_object(), *shares;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (json_find(told, keys[i]) != NULL)
			json_put_text(j, keys[i], json_get_text(json_find(told,
			    keys[i])));
	shares = json_clone(json_find(told, "shares"));
	json_put(j, "shares", &shares);
	json_add(all, &j);
	return all;
}

static void
answer_name(const struct whatif *w, const struct control_explain *x)
{
	const struct control_explain_in now = { .world = w->in->world,
	    .plan = w->in->plan };
	char name[DNSNAME_TEXT_MAX];
	struct plan_apart apart;
	struct plan_apart_config c = { .live = w->in->plan,
	    .world = w->in->world, .draft = w->draft, .force = w->force,
	    .name = dnsname_format(x->name, name) };
	struct json *j = json_new_object(), *before, *after, *child;

	before = control_explain_json(x, &now);
	plan_apart_open(&apart, &c);
	after = control_explain_json(x, &(struct control_explain_in){
	    .world = &apart.world, .plan = apart.plan,
	    .beside = w->in->plan });
	child = control_resolvers_spread(control_path_find(w->in->plan,
	    x->type, x->name), control_path_find(apart.plan, x->type,
	    x->name));
	json_put(j, "resolvers", &child);
	plan_apart_close(&apart);
	json_put_text(j, "name", name);
	child = one_wide(before);
	json_put(j, "before", &child);
	child = one_wide(after);
	json_put(j, "after", &child);
	json_put(j, "explain", &after);
	json_free(&before);
	restreply_json(w->r, 200, &j);
}

/* ---- whatever the changes touch ---- */

/* What the draft changes, as the plan knows it now. */
static void
find_changed(struct plan_find *f, const struct draft *d)
{
	struct overlay_walk at = { 0 };
	struct overlay_entry *en;

	while ((en = overlay_next(draft_overlay(d), &at)) != NULL) {
		const struct object *o = en->now;

		if (o == NULL)
			o = model_find(draft_base(d), en->type, en->name);
		if (o != NULL)
			plan_find_object(f, o);
	}
}

/* Those that only the draft has, and those that were there before. */
static void
find_after(struct plan_find *f, const struct plan_apart *a,
    const struct plan_find *before, const struct draft *d)
{
	for (size_t i = 0; i < before->count; i++) {
		const struct plan_wide *w = map_find(
		    &a->plan->wides[before->v[i]->type], before->v[i]->name);

		if (w != NULL)
			plan_find_object(f, &w->obj->obj);
	}
	find_changed(f, d);
}

static void
answer_touched(const struct whatif *w)
{
	struct plan_find before, after;
	struct plan_apart apart;
	struct plan_apart_config c = { .live = w->in->plan,
	    .world = w->in->world, .draft = w->draft, .force = w->force };
	struct json *j = json_new_object(), *child;

	plan_find_init(&before, w->in->plan);
	find_changed(&before, w->draft);
	plan_force_find(w->force, &before);
	child = control_share_found(&before, 0);
	json_put(j, "before", &child);
	c.wides = before.v;
	c.wide_count = before.count < CONTROL_SHARE_WIDES_MAX ? before.count :
	    CONTROL_SHARE_WIDES_MAX;
	plan_apart_open(&apart, &c);
	plan_find_init(&after, apart.plan);
	find_after(&after, &apart, &before, w->draft);
	child = control_share_found(&after, before.count - c.wide_count);
	json_put(j, "after", &child);
	plan_find_fini(&after);
	plan_find_fini(&before);
	plan_apart_close(&apart);
	restreply_json(w->r, 200, &j);
}

/* ---- the question ---- */

static void
answer(const struct whatif *w, const struct json *body)
{
	struct control_explain x;

	if (control_overlay_apply(w->draft, body, w->r) != 0 ||
	    control_overlay_force(w->force, w->draft, body, w->r) != 0)
		return;
	if (json_find(body, "name") == NULL)
		answer_touched(w);
	else if (control_explain_read(&x, body, w->r) == 0) {
		x.records = w->in->world->persist;
		x.paths = w->in->world->paths;
		answer_name(w, &x);
	}
}

void
control_whatif(const struct control_whatif_in *in,
    const struct restrequest *q, struct restreply *r)
{
	struct whatif w = { .in = in, .draft = store_draft(in->store),
	    .force = plan_force_new(), .r = r };

	answer(&w, q->body);
	plan_force_free(&w.force);
	draft_free(&w.draft);
}
