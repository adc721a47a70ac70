/* gtmd/topology/topology_table_server.c - which records a server satisfies: see
 * topology_table.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_table.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "gtmd/topology/geo.h"

static void
find_flips(struct topology_table *t, const struct topology_subject *s,
    struct topology_list *out)
{
	struct topology_list base = { .v = NULL };
	struct geo_facts f;
	uint32_t id;

	if (s->pool != NULL && (id = topology_atoms_find(&t->atoms,
	    TOPOTERM_POOL, s->pool)) != TOPOLOGY_ATOM_NONE)
		topology_list_add(&base, id);
	if (s->datacenter != NULL && (id = topology_atoms_find(&t->atoms,
	    TOPOTERM_DATACENTER, s->datacenter)) != TOPOLOGY_ATOM_NONE)
		topology_list_add(&base, id);
	if (s->addr.family != 0)
		topology_atoms_of_addr(&t->atoms, &s->addr, &base);
	for (size_t i = 0; s->addr.family != 0 && i < t->geo_count; i++)
		if (geo_find(t->geo[i], &s->addr, &f))
			topology_atoms_of_facts(&t->atoms, &f, &base);
	topology_list_sort(&base);
	topology_atoms_flip(&t->atoms, &base, out);
	free(base.v);
}

/* Where the lines that stand in their order, from one on, end. */
static size_t
run_end(const struct topology_table *t, const struct topology_list *l,
    size_t at)
{
	if (at < l->count)
		at++;
	while (at > 0 && at < l->count &&
	    t->lines[l->v[at - 1]].place < t->lines[l->v[at]].place)
		at++;
	return at;
}

/* Two runs, one behind the other, into one at the same place. */
static void
merge_runs(const struct topology_table *t, const uint32_t *from,
    const size_t ends[3], uint32_t *to)
{
	size_t a = ends[0], b = ends[1], at = ends[0];

	while (a < ends[1] && b < ends[2])
		to[at++] = t->lines[from[a]].place < t->lines[from[b]].place ?
		    from[a++] : from[b++];
	memcpy(to + at, from + a, (ends[1] - a) * sizeof(*to));
	memcpy(to + at + (ends[1] - a), from + b,
	    (ends[2] - b) * sizeof(*to));
}

/* It is a few lists, each in its order, one behind another. */
static void
sort_lines(const struct topology_table *t, struct topology_list *l)
{
	uint32_t *to, *from;
	size_t ends[3];

	while (run_end(t, l, 0) < l->count) {
		from = l->v;
		to = mem_zalloc(l->count, sizeof(*to));
		for (ends[0] = 0; ends[0] < l->count; ends[0] = ends[2]) {
			ends[1] = run_end(t, l, ends[0]);
			ends[2] = run_end(t, l, ends[1]);
			merge_runs(t, from, ends, to);
		}
		l->v = to;
		l->room = l->count;
		free(from);
	}
}

/* Records whose server side a class satisfies, first first. */
static void
find_lines(const struct topology_table *t, struct topology_class *c)
{
	bool is_pool = c->kind == TOPOLOGY_POOLS;
	const struct topology_list *plain = is_pool ? &t->pool_lines :
	    &t->member_lines, *flips = &c->flips;

	for (size_t i = 0; i < plain->count; i++)
		if (!topology_list_has(flips, t->lines[plain->v[i]].server))
			topology_list_add(&c->lines, plain->v[i]);
	for (size_t i = 0; i < flips->count; i++) {
		const struct topology_atom *a = &t->atoms.v[flips->v[i]];

		if (is_pool && !a->on_pool)
			continue;
		topology_list_copy(&c->lines,
		    &t->uses[flips->v[i]].by_server[a->by_default]);
	}
	sort_lines(t, &c->lines);
	for (size_t i = 0; i < c->lines.count; i++)
		if (topology_table_is_plain(t, &t->lines[c->lines.v[i]]))
			topology_list_add(&c->plain, c->lines.v[i]);
}

/* Flips that no record's server side asks for tell nothing apart. */
static void
keep_used(const struct topology_table *t, struct topology_list *flips)
{
	size_t kept = 0;

	for (size_t i = 0; i < flips->count; i++)
		if (t->uses[flips->v[i]].servers > 0)
			flips->v[kept++] = flips->v[i];
	flips->count = kept;
}

uint32_t
topology_table_server(struct topology_table *t,
    const struct topology_subject *s)
{
	struct topology_list flips = { .v = NULL };
	uint32_t id;
	bool made;

	find_flips(t, s, &flips);
	keep_used(t, &flips);
	id = topology_classes_put(&t->servers, &flips, s->is_pool ?
	    TOPOLOGY_POOLS : TOPOLOGY_MEMBERS, &made);
	if (made)
		find_lines(t, &t->servers.v[id]);
	free(flips.v);
	return id;
}
