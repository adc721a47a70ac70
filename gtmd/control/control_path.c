/* gtmd/control/control_path.c - see control_path.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_path.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/list.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/control/control_outcome.h"
#include "gtmd/control/replay.h"
#include "gtmd/plan/plan_graph.h"
#include "gtmd/types/domain.h"
#include "zones/rrtype.h"

/* ---- whose decision ---- */

static const struct plan_wide *
decided_by(const struct list *domains, const struct decision *d)
{
	if (domains == NULL)
		return NULL;
	LIST_EACH(domains, n) {
		const struct plan_wide *w = OBJ_OF(n, struct plan_domain,
		    same)->wide;

		if (decision_get(w->slot) == d)
			return w;
	}
	return NULL;
}

static const struct plan_wide *
find_decided(const struct plan *p, const struct chain_step *s)
{
	char domain[DNSNAME_TEXT_MAX];
	const struct plan_wide *w = NULL;

	if (p == NULL || s->decision == NULL)
		return NULL;
	if (s->exact)
		w = decided_by(map_find(&p->domains, dnsname_format(s->name,
		    domain)), s->decision);
	return w != NULL ? w : decided_by(&p->patterns, s->decision);
}

static size_t
literal_octets(const char *pattern)
{
	size_t n = 0;

	for (; *pattern != '\0'; pattern++)
		n += *pattern != '*' && *pattern != '?';
	return n;
}

static const struct plan_wide *
find_pattern(const struct plan *p, enum wide_type type, const char *domain)
{
	const struct plan_domain *best = NULL;

	LIST_EACH(&p->patterns, n) {
		const struct plan_domain *d = OBJ_OF(n, struct plan_domain,
		    same);

		if (d->wide->type == type &&
		    domain_matches(d->canonical, domain) && (best == NULL ||
		    literal_octets(d->canonical) >
		    literal_octets(best->canonical)))
			best = d;
	}
	return best != NULL ? best->wide : NULL;
}

const struct plan_wide *
control_path_find(const struct plan *p, enum wide_type type,
    const uint8_t *name)
{
	char text[DNSNAME_TEXT_MAX], domain[DNSNAME_TEXT_MAX];
	const struct list *same;

	(void)domain_canonical(dnsname_format(name, text), domain);
	same = map_find(&p->domains, domain);
	if (same != NULL)
		LIST_EACH(same, n) {
			const struct plan_wide *w = OBJ_OF(n,
			    struct plan_domain, same)->wide;

			if (w->type == type)
				return w;
		}
	return find_pattern(p, type, domain);
}

/* ---- the walk ---- */

struct asker
control_path_asker(const struct control_explain *x)
{
	struct asker asker = { .peeks = true, .records = x->records,
	    .paths = x->paths, .clock = &clock_system };

	if (x->has_client) {
		asker.client = x->client;
		asker.from = (const struct sockaddr *)&x->from;
	}
	return asker;
}

/* Is the name among those that led to place at? */
static bool
is_passed(const struct control_path *p, size_t at, const uint8_t *name)
{
	for (;;) {
		if (dnsname_equal(p->v[at].step.name, name))
			return true;
		if (at == 0)
			return false;
		at = p->v[at].from;
	}
}

static void
add(struct control_path *p, size_t from, const uint8_t *name, double share)
{
	struct control_path_place *to;

	if (p->v[from].depth + 1 >= LOOKUP_STEPS_MAX)
		return;
	if (p->count == CONTROL_EXPLAIN_STEPS_MAX) {
		p->cut = true;
		return;
	}
	p->v = mem_grow(p->v, &p->room, p->count + 1, sizeof(*p->v));
	to = &p->v[p->count];
	*to = (struct control_path_place){ .share = share, .from = from,
	    .depth = p->v[from].depth + 1,
	    .loops = is_passed(p, from, name) };
	memcpy(to->step.name, name, dnsname_len(name));
	p->count++;
}

/* On to each target of a wide IP's CNAMEs. */
static void
branch(struct control_path *p, size_t at, struct asker *asker)
{
	struct control_outcome c;

	control_outcome_init(&c, p->v[at].wide, asker);
	for (size_t i = 0; i < c.count; i++)
		if (c.v[i].type == RRTYPE_CNAME && c.v[i].share > 0)
			add(p, at, c.v[i].data, p->v[at].share * c.v[i].share);
	control_outcome_fini(&c);
}

/* Asks at this place alone; *r has the reply. */
static void
visit(struct control_path *p, size_t at, const struct control_explain *x,
    const struct control_explain_in *in, struct replay *r)
{
	struct control_path_place *here = &p->v[at];
	struct asker asker = control_path_asker(x);

	replay_ask(in->world, &(struct replay_question){ here->step.name,
	    recordtype_rows[x->type].rrtype, &asker }, r);
	here->step = r->way.steps[0];
	here->wide = find_decided(in->plan, &here->step);
	if (here->wide == NULL)
		here->wide = find_decided(in->beside, &here->step);
	if (here->loops)
		return;
	if (here->wide != NULL && x->type != WIDE_CNAME)
		branch(p, at, &asker);
	else if (here->wide == NULL && r->way.count > 1)
		add(p, at, r->way.steps[1].name, here->share);
	p->scope = asker.scope > p->scope ? asker.scope : p->scope;
}

void
control_path_init(struct control_path *p, const struct control_explain *x,
    const struct control_explain_in *in)
{
	struct replay *later = mem_zalloc(1, sizeof(*later));

	*p = (struct control_path){ .count = 1,
	    .reply = mem_zalloc(1, sizeof(*p->reply)) };
	p->v = mem_grow(NULL, &p->room, 1, sizeof(*p->v));
	p->v[0] = (struct control_path_place){ .share = 1 };
	memcpy(p->v[0].step.name, x->name, dnsname_len(x->name));
	for (size_t i = 0; i < p->count; i++)
		visit(p, i, x, in, i == 0 ? p->reply : later);
	free(later);
}

void
control_path_fini(struct control_path *p)
{
	free(p->v);
	free(p->reply);
	*p = (struct control_path){ .count = 0 };
}
