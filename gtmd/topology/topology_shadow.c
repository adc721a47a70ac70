/* gtmd/topology/topology_shadow.c - see topology_shadow.h.
 *
 * One pair for which a record is the first says that it is not in the shadow,
 * and for most records that is the first pair looked at. To say that it is
 * takes all pairs. They are seen class of clients by class of clients: some
 * records before it cover its servers together, and mostly the same ones do so
 * for the next class, which is then seen at once. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_shadow.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "gtmd/topology/topology_table.h"

/* The classes that count, of clients or of servers. */
struct side {
	const struct topology_classes *classes;
	struct topology_list all;
	struct topology_list *holders;	/* by atom: those that flip it */
};

struct search {
	const struct topology_table *t;
	struct side	 clients, servers;
	size_t		 work, work_max;
	/* About the record in hand: */
	struct topology_list of;	/* servers that it matches */
	struct topology_list cover;	/* records before it that match all
					 * of these, for some clients */
	struct topology_list left;	/* servers to be covered yet */
};

/* ---- classes ---- */

static void
side_init(struct side *s, const struct topology_table *t,
    const struct topology_classes *classes)
{
	s->classes = classes;
	s->holders = mem_zalloc(t->atoms.count + 1, sizeof(*s->holders));
	for (size_t i = 0; i < s->all.count; i++) {
		const struct topology_list *flips =
		    &classes->v[s->all.v[i]].flips;

		for (size_t k = 0; k < flips->count; k++)
			topology_list_add(&s->holders[flips->v[k]],
			    s->all.v[i]);
	}
}

static void
side_fini(struct side *s, const struct topology_table *t)
{
	for (size_t i = 0; i < t->atoms.count; i++)
		free(s->holders[i].v);
	free(s->holders);
	free(s->all.v);
}

/* Where classes that satisfy a term are: nowhere else. */
static const struct topology_list *
within(const struct search *s, const struct side *side, uint32_t atom,
    bool negated)
{
	return s->t->atoms.v[atom].by_default != negated ? &side->all :
	    &side->holders[atom];
}

static const struct topology_list *
clients_of(const struct search *s, const struct topology_line *l)
{
	return within(s, &s->clients, l->ldns, l->ldns_neg);
}

static const struct topology_list *
servers_of(const struct search *s, const struct topology_line *l)
{
	return within(s, &s->servers, l->server, l->server_neg);
}

static bool
is_for(const struct search *s, const struct topology_line *l, uint32_t client)
{
	return topology_table_is_for(s->t, l, &s->clients.classes->v[client]);
}

static bool
is_of(const struct search *s, const struct topology_line *l, uint32_t server)
{
	return topology_table_is_of(s->t, l, &s->servers.classes->v[server]);
}

/* ---- who decides ---- */

static bool
is_before(const struct search *s, uint32_t a, uint32_t b)
{
	return s->t->lines[a].place < s->t->lines[b].place;
}

/* Of the records that an atom of the client's is in, first first. */
static uint32_t
first_of_atom(const struct search *s, uint32_t atom, uint32_t server,
    uint32_t best)
{
	for (uint32_t n = s->t->uses[atom].first;
	    n != 0 && is_before(s, n - 1, best); n = s->t->lines[n - 1].next) {
		const struct topology_line *l = &s->t->lines[n - 1];

		if (!topology_table_is_plain(s->t, l) && is_of(s, l, server))
			return n - 1;
	}
	return best;
}

static uint32_t
first_by_atoms(const struct search *s, const struct topology_class *client,
    uint32_t server, uint32_t best)
{
	const struct topology_list *plain =
	    &s->servers.classes->v[server].plain;

	for (size_t i = 0; i < client->flips.count; i++)
		best = first_of_atom(s, client->flips.v[i], server, best);
	for (size_t i = 0; i < plain->count &&
	    is_before(s, plain->v[i], best); i++)
		if (topology_table_is_for(s->t, &s->t->lines[plain->v[i]],
		    client))
			return plain->v[i];
	return best;
}

/* The first record for a pair that best matches: by the client's atoms, or by
 * the server's records, whichever are fewer. */
static uint32_t
first_for(const struct search *s, uint32_t client, uint32_t server,
    uint32_t best)
{
	const struct topology_class *c = &s->clients.classes->v[client];
	const struct topology_list *lines =
	    &s->servers.classes->v[server].lines;
	size_t work = 0;

	for (size_t i = 0; i < c->flips.count; i++)
		work += s->t->uses[c->flips.v[i]].clients;
	if (work < lines->count)
		return first_by_atoms(s, c, server, best);
	for (size_t i = 0; lines->v[i] != best; i++)
		if (is_for(s, &s->t->lines[lines->v[i]], client))
			return lines->v[i];
	return best;
}

/* ---- one record ---- */

/* Is it the first for the pair that is at hand? Also when it has none. */
static bool
is_seen_at_once(const struct search *s, uint32_t line)
{
	const struct topology_line *l = &s->t->lines[line];
	const struct topology_list *clients = clients_of(s, l),
	    *servers = servers_of(s, l);
	size_t c = 0, k = 0;

	while (c < clients->count && !is_for(s, l, clients->v[c]))
		c++;
	while (k < servers->count && !is_of(s, l, servers->v[k]))
		k++;
	return c == clients->count || k == servers->count ||
	    first_for(s, clients->v[c], servers->v[k], line) == line;
}

/* Those of from whose server side the record matches, or does not. */
static void
pick(struct search *s, uint32_t line, bool matches,
    const struct topology_list *from, struct topology_list *to)
{
	size_t count = from->count;

	s->work += count;
	to->count = 0;		/* may be the same list */
	for (size_t i = 0; i < count; i++)
		if (is_of(s, &s->t->lines[line], from->v[i]) == matches)
			topology_list_add(to, from->v[i]);
}

static bool
is_covered(const struct search *s, uint32_t client)
{
	for (size_t i = 0; i < s->cover.count; i++)
		if (!is_for(s, &s->t->lines[s->cover.v[i]], client))
			return false;
	return s->cover.count > 0;
}

/* Finds the records that cover this client's servers; false when the record
 * is the first for one of these. */
static bool
cover(struct search *s, uint32_t line, uint32_t client)
{
	const struct topology_line *l = &s->t->lines[line], *m;

	s->cover.count = s->left.count = 0;
	topology_list_copy(&s->left, &s->of);
	while (s->left.count > 0) {
		uint32_t by = first_for(s, client, s->left.v[0], line);

		if (by == line)
			return false;
		topology_list_add(&s->cover, by);
		m = &s->t->lines[by];
		if (m->server == l->server && m->server_neg == l->server_neg)
			return true;
		pick(s, by, false, &s->left, &s->left);
	}
	return true;
}

enum verdict { DECIDES, SHADOWED, NOT_JUDGED };

/* Of a record that is not seen at once: so it matches something. */
static enum verdict
judge(struct search *s, uint32_t line, struct topology_shadow *out)
{
	const struct topology_line *l = &s->t->lines[line];
	const struct topology_list *clients = clients_of(s, l);

	/* What is left of the work is for records that need less. */
	if (s->work >= s->work_max ||
	    clients->count >= s->work_max - s->work)
		return NOT_JUDGED;
	*out = (struct topology_shadow){ line, TOPOLOGY_NO_RECORD, true };
	pick(s, line, true, servers_of(s, l), &s->of);
	s->cover.count = 0;
	for (size_t i = 0; i < clients->count; i++) {
		if (s->work++ >= s->work_max)
			return NOT_JUDGED;
		if (!is_for(s, l, clients->v[i]) ||
		    is_covered(s, clients->v[i]))
			continue;
		if (!cover(s, line, clients->v[i]))
			return DECIDES;
		if (out->by == TOPOLOGY_NO_RECORD)
			out->by = s->cover.v[0];
		out->alone = out->alone && s->cover.count == 1 &&
		    s->cover.v[0] == out->by;
	}
	return SHADOWED;
}

static void
search_init(struct search *s, const struct topology_shadow_order *o)
{
	const struct topology_table *t = o->table;

	*s = (struct search){ .t = t, .work_max = o->work_max };
	for (uint32_t i = 0; i < t->clients.count; i++)
		if (t->clients.v[i].live && t->places[i] > 0)
			topology_list_add(&s->clients.all, i);
	for (size_t i = 0; i < o->server_count; i++)
		topology_list_add(&s->servers.all, o->servers[i]);
	topology_list_sort(&s->servers.all);
	side_init(&s->clients, t, &t->clients);
	side_init(&s->servers, t, &t->servers);
}

static void
search_fini(struct search *s)
{
	side_fini(&s->clients, s->t);
	side_fini(&s->servers, s->t);
	free(s->of.v);
	free(s->cover.v);
	free(s->left.v);
}

size_t
topology_shadow_each(const struct topology_shadow_order *o,
    topology_shadow_fn *fn, void *arg)
{
	const struct topology_list *lines = &o->table->order;
	struct topology_shadow found;
	size_t not_judged = 0;
	struct search s;

	search_init(&s, o);
	for (size_t i = 0; i < lines->count; i++) {
		if (is_seen_at_once(&s, lines->v[i]))
			continue;
		switch (judge(&s, lines->v[i], &found)) {
		case SHADOWED:
			fn(arg, &found);
			break;
		case NOT_JUDGED:
			not_judged++;
			break;
		case DECIDES:
			break;
		}
	}
	search_fini(&s);
	return not_judged;
}
