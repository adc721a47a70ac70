/* gtmd/plan/plan_target.c - domains of wide IPs, and CNAME members that lead there.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/plan_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/atom.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/types/domain.h"

static void
touch_members(struct plan_target *t)
{
	LIST_EACH(&t->members, it)
		plan_node_touch(&OBJ_OF(it, struct plan_member, siblings)->node,
		    &t->plan->touched_members);
}

static void
unfollow_all(struct plan_target *t)
{
	LIST_EACH(&t->follows, it) {
		struct plan_follow *f = OBJ_OF(it, struct plan_follow, same);

		list_remove(&f->same);
		list_remove(&f->followers);
		free(f);
	}
}

static void
follow(struct plan_target *t, struct plan_wide *w)
{
	struct plan_follow *f = mem_zalloc(1, sizeof(*f));

	f->target = t;
	f->wide = w;
	list_append(&t->follows, &f->same);
	list_append(&w->targets, &f->followers);
}

static size_t
literal_octets(const char *pattern)
{
	size_t n = 0;

	for (; *pattern != '\0'; pattern++)
		n += *pattern != '*' && *pattern != '?';
	return n;
}

static void
follow_patterns(struct plan_target *t)
{
	const struct plan_domain *best = NULL;

	LIST_EACH(&t->plan->patterns, it) {
		struct plan_domain *d = OBJ_OF(it, struct plan_domain, same);

		if (domain_matches(d->canonical, t->canonical) &&
		    (best == NULL || literal_octets(d->canonical) >
		    literal_octets(best->canonical)))
			best = d;
	}
	if (best == NULL)
		return;
	LIST_EACH(&t->plan->patterns, it) {
		struct plan_domain *d = OBJ_OF(it, struct plan_domain, same);

		if (strcmp(d->canonical, best->canonical) == 0)
			follow(t, d->wide);
	}
}

/* Finds out anew who answers at the target. */
static void
lead(struct plan_target *t)
{
	struct list *same = map_find(&t->plan->domains, t->canonical);

	unfollow_all(t);
	if (same == NULL) {
		follow_patterns(t);
	} else {
		LIST_EACH(same, it)
			follow(t, OBJ_OF(it, struct plan_domain, same)->wide);
	}
	touch_members(t);
}

/* After a domain has come or gone: a name concerns one target, a pattern any. */
static void
lead_targets(struct plan *p, const char *canonical)
{
	struct plan_target *t;

	if (!domain_is_pattern(canonical)) {
		t = map_find(&p->targets, canonical);
		if (t != NULL)
			lead(t);
		return;
	}
	for (size_t at = 0; (t = map_next(&p->targets, &at, NULL)) != NULL;)
		lead(t);
}

/* The domain in the wide IP's own name, when it stands there as it is put down. */
static const char *
in_name(const struct plan_wide *wide, const char *canonical)
{
	const char *slash = strrchr(wide->name, '/');

	return slash != NULL && strcmp(slash + 1, canonical) == 0 ?
	    slash + 1 : NULL;
}

static void
drop_canonical(struct plan_domain *d)
{
	if (d->canonical != in_name(d->wide, d->canonical))
		atom_drop(&d->canonical);
}

struct plan_domain *
plan_target_domain_new(struct plan_wide *wide, const char *domain)
{
	struct plan_domain *d = mem_zalloc(1, sizeof(*d));
	struct plan *p = wide->node.plan;
	char canonical[DNSNAME_TEXT_MAX];
	struct list *same = &p->patterns;

	d->wide = wide;
	(void)domain_canonical(domain, canonical);
	d->canonical = in_name(wide, canonical);
	if (d->canonical == NULL)
		d->canonical = atom_get(canonical);
	if (!domain_is_pattern(d->canonical)) {
		same = map_find(&p->domains, d->canonical);
		if (same == NULL) {
			same = mem_zalloc(1, sizeof(*same));
			list_init(same);
			map_put(&p->domains, d->canonical, same);
		}
	}
	list_append(same, &d->same);
	lead_targets(p, d->canonical);
	return d;
}

void
plan_target_domain_free(struct plan_domain **pd)
{
	struct plan_domain *d = *pd;
	struct plan *p;
	struct list *same;

	*pd = NULL;
	if (d == NULL)
		return;
	p = d->wide->node.plan;
	list_remove(&d->same);
	same = map_find(&p->domains, d->canonical);
	if (same != NULL && list_empty(same)) {
		map_remove(&p->domains, d->canonical);
		free(same);
	} else if (same != NULL) {
		/* The key may have been this one's. */
		map_put(&p->domains, OBJ_OF(same->next, struct plan_domain,
		    same)->canonical, same);
	}
	lead_targets(p, d->canonical);
	drop_canonical(d);
	free(d);
}

struct plan_target *
plan_target_get(struct plan *p, const char *domain)
{
	char canonical[DNSNAME_TEXT_MAX];
	struct plan_target *t;

	t = map_find(&p->targets, domain_canonical(domain, canonical));
	if (t != NULL)
		return t;
	t = mem_zalloc(1, sizeof(*t));
	t->plan = p;
	t->canonical = mem_strdup(canonical);
	list_init(&t->members);
	list_init(&t->follows);
	map_put(&p->targets, t->canonical, t);
	lead(t);
	return t;
}

void
plan_target_drop(struct plan_target *t)
{
	if (!list_empty(&t->members))
		return;
	unfollow_all(t);
	map_remove(&t->plan->targets, t->canonical);
	free(t->canonical);
	free(t);
}

enum status_probe
plan_target_probe(const struct plan_target *t, unsigned leads)
{
	enum status_probe best = STATUS_PROBE_NONE;

	LIST_EACH(&t->follows, it) {
		const struct plan_wide *w = OBJ_OF(it, struct plan_follow,
		    same)->wide;
		const struct status *s = &w->node.status;

		if ((leads & 1u << w->type) == 0)
			continue;
		if (best == STATUS_PROBE_NONE)
			best = STATUS_PROBE_DOWN;
		if (s->enabled != STATUS_ENABLED)
			continue;
		if (s->availability == STATUS_AVAILABLE)
			return STATUS_PROBE_UP;
		if (s->availability == STATUS_UNKNOWN)
			best = STATUS_PROBE_CHECKING;
	}
	return best;
}

const char *
plan_target_reason(const struct plan_target *t, unsigned leads, char *text,
    size_t cap)
{
	const char *why = "Available";

	if (t != NULL)
		switch (plan_target_probe(t, leads)) {
		case STATUS_PROBE_NONE:
			why = "No wide IP answers for this name";
			break;
		case STATUS_PROBE_CHECKING:
			why = "Checking";
			break;
		case STATUS_PROBE_DOWN:
			why = "No enabled wide IP available";
			break;
		case STATUS_PROBE_UP:
			break;
		}
	(void)snprintf(text, cap, "%s", why);
	return text;
}

void
plan_target_touch(struct plan_wide *w)
{
	LIST_EACH(&w->targets, it)
		touch_members(OBJ_OF(it, struct plan_follow,
		    followers)->target);
}
