/* core/model/lenient.c - see lenient.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/lenient.h"

#include <stdbool.h>
#include <stdio.h>

#include "core/base/diag.h"
#include "core/model/draft.h"
#include "core/model/object.h"
#include "core/model/overlay.h"
#include "core/model/prop.h"
#include "core/model/strlist.h"
#include "core/model/type.h"

struct sieve {
	struct draft	*d;
	struct diag	*out;
	struct object	*top;		/* of the stanza, for messages */
};

static bool
is_there(const struct sieve *s, const char *words, const char *name)
{
	return draft_find_words(s->d, words, name) != NULL;
}

static void
tell(const struct sieve *s, const struct object *o, const struct prop *p,
    const char *words, const char *name)
{
	char label[320];

	object_label(s->top, label, sizeof(label));
	diag_warn(s->out, &o->pos, "%s: %s: there is no %s %s; skipped", label,
	    p->name, words, name);
}

static void
sift_ref(struct sieve *s, struct object *o, const struct prop *p)
{
	char *const *name = (void *)((char *)o + p->off);

	if (*name == NULL || is_there(s, p->ref, *name))
		return;
	tell(s, o, p, p->ref, *name);
	prop_reset(p, o);
}

static void
sift_typed(struct sieve *s, struct object *o, const struct prop *p)
{
	const struct typedref *r = (void *)((char *)o + p->off);
	char words[128];

	if (r->kind == NULL)
		return;
	(void)snprintf(words, sizeof(words), "%s %s", p->ref, r->kind);
	if (is_there(s, words, r->path))
		return;
	tell(s, o, p, words, r->path);
	prop_reset(p, o);
}

static void
sift_list(struct sieve *s, struct object *o, const struct prop *p,
    struct strlist *l)
{
	for (size_t i = l->count; i > 0; i--) {
		if (is_there(s, p->ref, l->v[i - 1]))
			continue;
		tell(s, o, p, p->ref, l->v[i - 1]);
		(void)strlist_remove(l, l->v[i - 1]);
	}
}

/* A rule asks for no more than is left of it. */
static void
sift_rule(struct sieve *s, struct object *o, const struct prop *p)
{
	struct monrule *m = prop_value_own(p, o);

	if (m->kind == MONRULE_NONE)
		return;
	sift_list(s, o, p, &m->monitors);
	if (m->monitors.count == 0)
		prop_reset(p, o);
	else if (m->kind == MONRULE_MIN && m->need > m->monitors.count)
		m->need = (uint32_t)m->monitors.count;
}

static void sift_object(struct sieve *s, struct object *o);

static void
sift_row(struct sieve *s, struct object *o, const struct prop *p)
{
	struct objlist *items;

	switch (p->kind) {
	case PROP_REF:
		sift_ref(s, o, p);
		break;
	case PROP_REFS:
		sift_list(s, o, p, (void *)((char *)o + p->off));
		break;
	case PROP_TYPEDREF:
		sift_typed(s, o, p);
		break;
	case PROP_RULE:
		sift_rule(s, o, p);
		break;
	case PROP_ITEMS:
		items = (void *)((char *)o + p->off);
		for (size_t i = 0; i < items->count; i++)
			sift_object(s, items->v[i]);
		break;
	case PROP_STATE: case PROP_BOOL: case PROP_ENUM: case PROP_BITS:
	case PROP_U32: case PROP_U64: case PROP_STRING: case PROP_ADDR:
	case PROP_ADDRPORT: case PROP_STRINGS: case PROP_PAIRS:
		break;
	}
}

/* Goes as deep as the tables nest. */
static void
sift_object(struct sieve *s, struct object *o)
{
	for (const struct prop *p = o->type->props;
	    p != NULL && p->name != NULL; p++)
		if (p->refused == NULL && (p->flags & PROP_REQUIRED) == 0 &&
		    (p->ref != NULL || p->kind == PROP_ITEMS))
			sift_row(s, o, p);
}

void
lenient_drop_broken(struct draft *d, struct diag *out)
{
	struct sieve s = { .d = d, .out = out };
	struct overlay_walk w = { 0 };
	struct overlay_entry *en;

	while ((en = overlay_next(draft_overlay(d), &w)) != NULL) {
		s.top = en->now;
		if (en->now != NULL)
			sift_object(&s, en->now);
	}
}
