/* core/model/draftcheck.c - see draftcheck.h.
 *
 * Three rounds over what the draft changes: settle each changed object; check
 * it; then check those of the model that refer to something changed or gone.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/draftcheck.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/ptrset.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/objref.h"
#include "core/model/overlay.h"
#include "core/model/prop.h"
#include "core/model/refindex.h"
#include "core/model/strlist.h"
#include "core/model/type.h"

#define LABEL_MAX	320	/* a title and a full path */
#define OWNER_MAX	(2 * LABEL_MAX + 2)
#define CHAIN_MAX	64	/* defaults-from of defaults-from of … */
#define NAMED_MAX	3	/* referrers that a refusal names one by one */

struct checker {
	struct draft	*d;
	struct diag	*out;
	const struct object *at;	/* object being checked */
	size_t		 work;
	struct ptrset	 queued;	/* have been or will be rechecked */
	const struct object **queue;
	size_t		 count, room;
};

/* "pool /Common/p: members /Common/s:v" for a sub-object of c->at. */
static void
label_owner(const struct checker *c, const struct object *owner,
    char text[OWNER_MAX])
{
	char top[LABEL_MAX], sub[LABEL_MAX];

	object_label(c->at, top, sizeof(top));
	if (owner == c->at) {
		(void)snprintf(text, OWNER_MAX, "%s", top);
		return;
	}
	object_label(owner, sub, sizeof(sub));
	(void)snprintf(text, OWNER_MAX, "%s: %s", top, sub);
}

static bool
row_given(const struct prop *p, unsigned i, const struct object *o)
{
	return (o->set & UINT64_C(1) << i) != 0 && !prop_is_empty(p, o);
}

static size_t
list_count(const struct prop *p, const struct object *o)
{
	const void *v = (const char *)o + p->off;

	if (p->kind == PROP_ITEMS)
		return ((const struct objlist *)v)->count;
	if (p->kind == PROP_STRINGS || p->kind == PROP_REFS ||
	    p->kind == PROP_PAIRS)
		return ((const struct strlist *)v)->count;
	return SIZE_MAX;
}

static void
tell_missing(struct checker *c, const struct prop *p, const struct object *o)
{
	char label[OWNER_MAX];

	label_owner(c, o, label);
	(void)diag_error(c->out, &o->pos, ERR_PARSE, "%s: %s must be given",
	    label, p->name);
}

static void
tell_count(struct checker *c, const struct prop *p, const struct object *o,
    size_t count)
{
	char label[OWNER_MAX];

	label_owner(c, o, label);
	(void)diag_error(c->out, &o->pos, ERR_RANGE,
	    "%s: %s: %zu entries are outside %llu..%llu", label, p->name,
	    count, (unsigned long long)p->min,
	    (unsigned long long)(p->max != 0 ? p->max : UINT32_MAX));
}

static void
check_row(struct checker *c, const struct prop *p, unsigned i,
    const struct object *o)
{
	size_t count = list_count(p, o);

	if (p->flags & PROP_REQUIRED && !row_given(p, i, o) && !o->damaged &&
	    (p->flags & PROP_LOCAL || object_parent(o) == NULL))
		tell_missing(c, p, o);
	else if (count != SIZE_MAX && count > 0 && (count < p->min ||
	    (p->max != 0 && count > p->max)))
		tell_count(c, p, o, count);
}

/* Goes as deep as the tables nest. */
static void
check_rows(struct checker *c, const struct object *o)
{
	const struct prop *table = o->type->props;

	for (unsigned i = 0; table != NULL && table[i].name != NULL; i++) {
		const struct prop *p = &table[i];
		const struct objlist *l;

		if (p->refused != NULL)
			continue;
		check_row(c, p, i, o);
		if (p->kind != PROP_ITEMS)
			continue;
		l = (const void *)((const char *)o + p->off);
		for (size_t k = 0; k < l->count; k++)
			check_rows(c, l->v[k]);
	}
}

static bool
has_item(const struct object *o, const char *key)
{
	const struct type *t = o->type;

	for (const struct prop *p = t->props; p != NULL && p->name != NULL;
	    p++) {
		if (p->kind != PROP_ITEMS || p->refused != NULL ||
		    (t->ref_items != NULL &&
		    strcmp(p->name, t->ref_items) != 0))
			continue;
		if (objlist_find((const void *)((const char *)o + p->off),
		    key) != NULL)
			return true;
	}
	return false;
}

/* Says what is wrong with a reference that leads nowhere. */
static void
tell_broken(struct checker *c, const struct objref *r, bool item_only)
{
	char label[OWNER_MAX];
	const char *prop = r->prop != NULL ? r->prop : "";

	label_owner(c, r->owner, label);
	if (item_only)
		(void)diag_error(c->out, &r->owner->pos, ERR_REF,
		    "%s: %s%s%s %s has no \"%s\"", label, prop,
		    *prop != '\0' ? ": " : "", r->words, r->name, r->item);
	else
		(void)diag_error(c->out, &r->owner->pos, ERR_REF,
		    "%s: %s%sthere is no %s %s", label, prop,
		    *prop != '\0' ? ": " : "", r->words, r->name);
}

/* A target that the same draft deletes is told once, with all its users. */
static bool
goes_in_draft(const struct checker *c, const struct objref *r)
{
	const struct model *base = draft_base(c->d);

	return overlay_find(draft_overlay(c->d), c->at->type, c->at->name) ==
	    NULL && model_find_words(base, r->words, r->name) != NULL;
}

static void
on_ref(void *arg, const struct objref *r)
{
	struct checker *c = arg;
	const struct object *target;

	target = draft_find_words(c->d, r->words, r->name);
	if (target == NULL && !goes_in_draft(c, r))
		tell_broken(c, r, false);
	else if (target != NULL && r->item != NULL &&
	    !has_item(target, r->item))
		tell_broken(c, r, true);
}

/* An object must not inherit from itself, by whatever way round. */
static void
check_circle(struct checker *c, const struct object *o)
{
	const struct object *at = o;
	char label[LABEL_MAX];

	for (int i = 0; i < CHAIN_MAX; i++) {
		const char *parent = object_parent(at);

		if (parent == NULL)
			return;
		at = draft_find(c->d, o->type, parent);
		if (at == NULL)
			return;
		if (at == o)
			break;
	}
	object_label(o, label, sizeof(label));
	(void)diag_error(c->out, &o->pos, ERR_CONFLICT, at == o ?
	    "%s: defaults-from: %s leads back to itself" :
	    "%s: defaults-from: %s has too many parents", label,
	    object_parent(o));
}

static void
check_object(struct checker *c, const struct object *o)
{
	c->at = o;
	c->work++;
	check_rows(c, o);
	objref_each(o, on_ref, c);
	check_circle(c, o);
	if (o->type->check != NULL)
		o->type->check(o, c->d, c->out);
}

static void
check_builtin(struct checker *c, const struct object *now)
{
	const struct object *was = model_find(draft_base(c->d), now->type,
	    now->name);
	char label[LABEL_MAX];

	if (was == NULL || !was->builtin || object_equal(was, now))
		return;
	object_label(now, label, sizeof(label));
	(void)diag_error(c->out, &now->pos, ERR_DENIED,
	    "%s: is built in and cannot be changed", label);
}

/* Collects who still needs an object that goes. */
struct users {
	struct checker	*c;
	const struct overlay_entry *gone;
	const struct object *referrer;
	struct strlist	 labels;
};

static void
on_user_ref(void *arg, const struct objref *r)
{
	struct users *u = arg;
	char label[LABEL_MAX];

	if (strcmp(r->name, u->gone->name) != 0 ||
	    !schema_in_family(u->gone->type, r->words) ||
	    draft_find_words(u->c->d, r->words, r->name) != NULL)
		return;
	object_label(u->referrer, label, sizeof(label));
	(void)strlist_add(&u->labels, label);
}

/* Those that the draft changes too are checked as they will be. */
static void
on_user(void *arg, const struct object *referrer)
{
	struct users *u = arg;

	if (overlay_find(draft_overlay(u->c->d), referrer->type,
	    referrer->name) != NULL)
		return;
	u->c->work++;
	u->referrer = referrer;
	objref_each(referrer, on_user_ref, u);
}

static void
tell_users(struct checker *c, const struct overlay_entry *gone,
    const struct strlist *labels)
{
	const struct object *was = model_find(draft_base(c->d), gone->type,
	    gone->name);
	struct strbuf b = { 0 };
	char label[LABEL_MAX];

	for (size_t i = 0; i < labels->count && i < NAMED_MAX; i++)
		strbuf_printf(&b, "%s%s", i > 0 ? ", " : "", labels->v[i]);
	if (labels->count > NAMED_MAX)
		strbuf_printf(&b, " and %zu more", labels->count - NAMED_MAX);
	object_label(was, label, sizeof(label));
	(void)diag_error(c->out, &was->pos, ERR_REF,
	    "%s: cannot be deleted, in use by %s", label, b.text);
	strbuf_fini(&b);
}

static void
check_gone(struct checker *c, const struct overlay_entry *gone)
{
	struct users u = { .c = c, .gone = gone };

	refindex_each(model_refs(draft_base(c->d)), gone->type, gone->name,
	    on_user, &u);
	if (u.labels.count > 0)
		tell_users(c, gone, &u.labels);
	strlist_fini(&u.labels);
}

/* Queues an object of the model for a second look, once. */
static void
on_referrer(void *arg, const struct object *o)
{
	struct checker *c = arg;

	if (overlay_find(draft_overlay(c->d), o->type, o->name) != NULL ||
	    !ptrset_add(&c->queued, o))
		return;
	c->queue = mem_grow(c->queue, &c->room, c->count + 1,
	    sizeof(const struct object *));
	c->queue[c->count++] = o;
}

static void
on_dependent(void *arg, const char *key)
{
	struct checker *c = arg;

	refindex_each_keyed(model_refs(draft_base(c->d)), key, on_referrer, c);
}

/* Those that count on what the object was so far. */
static void
queue_dependents(struct checker *c, const struct overlay_entry *en)
{
	const struct object *was;

	if (en->type->each_dependent == NULL)
		return;
	was = model_find(draft_base(c->d), en->type, en->name);
	if (was != NULL)
		en->type->each_dependent(was, on_dependent, c);
}

/* Whoever inherits from what changed has changed itself, so those that refer
 * to it are looked at as well. */
static void
check_referrers(struct checker *c)
{
	const struct refindex *refs = model_refs(draft_base(c->d));
	struct overlay_walk w = { 0 };
	const struct overlay_entry *en;

	while ((en = overlay_next(draft_overlay(c->d), &w)) != NULL) {
		refindex_each(refs, en->type, en->name, on_referrer, c);
		queue_dependents(c, en);
	}
	for (size_t i = 0; i < c->count; i++) {
		const struct object *o = c->queue[i];

		if (object_parent(o) != NULL)
			refindex_each(refs, o->type, o->name, on_referrer, c);
		check_object(c, o);
	}
}

size_t
draftcheck_run(struct draft *d, struct diag *out)
{
	struct checker c = { .d = d, .out = out };
	const struct overlay *over = draft_overlay(d);
	struct overlay_walk w = { 0 };
	struct overlay_entry *en;

	while ((en = overlay_next(over, &w)) != NULL)
		if (en->now != NULL && en->type->settle != NULL)
			en->type->settle(en->now, d, out);
	w = (struct overlay_walk){ 0 };
	while ((en = overlay_next(over, &w)) != NULL) {
		if (en->now != NULL) {
			check_builtin(&c, en->now);
			check_object(&c, en->now);
		} else {
			check_gone(&c, en);
		}
	}
	check_referrers(&c);
	ptrset_fini(&c.queued);
	free(c.queue);
	return c.work;
}
