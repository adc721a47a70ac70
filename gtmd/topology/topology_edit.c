/* gtmd/topology/topology_edit.c - see topology_edit.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_edit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "gtmd/topology/topology_table.h"

#define NO_CLASS	UINT32_MAX
/* From one line's place to the next, when they are given anew. */
#define PLACE_STEP	(UINT64_C(1) << 32)

void
topology_edit_fini(struct topology_dirty *d)
{
	free(d->classes.v);
	*d = (struct topology_dirty){ .all = false };
}

/* ---- the order of lines ---- */

static int
compare(const struct topology_line *l, const struct topology_record *r)
{
	if (l->key != r->key)
		return l->key < r->key ? -1 : 1;
	return strcmp(l->name, r->name);
}

/* Where the record stands, or would. */
static size_t
find_at(const struct topology_table *t, const struct topology_record *r)
{
	size_t lo = 0, hi = t->order.count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare(&t->lines[t->order.v[mid]], r) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The place of what stands at this point of the order. */
static uint64_t
place_at(const struct topology_table *t, size_t at)
{
	if (at == t->order.count)
		return at == 0 ? 2 * PLACE_STEP :
		    t->lines[t->order.v[at - 1]].place + 2 * PLACE_STEP;
	return t->lines[t->order.v[at]].place;
}

static void
give_places(struct topology_table *t)
{
	for (size_t i = 0; i < t->order.count; i++)
		t->lines[t->order.v[i]].place = (i + 1) * PLACE_STEP;
}

/* Halfway between those on both sides. */
static uint64_t
new_place(struct topology_table *t, size_t at)
{
	uint64_t below = at > 0 ? place_at(t, at - 1) : 0;

	if (place_at(t, at) - below < 2) {
		give_places(t);
		below = at > 0 ? place_at(t, at - 1) : 0;
	}
	return below + (place_at(t, at) - below) / 2;
}

/* ---- classes of clients ---- */

/* An atom becomes one that records ask for, or is one no more: what becomes
 * of the classes of those of whom it holds. */
struct relabel {
	struct topology_table *t;
	uint32_t	 atom;
	bool		 add;
	uint32_t	*to;		/* by class: NO_CLASS = not yet known */
	struct topology_list from;	/* classes that were seen */
	struct topology_list flips;
	struct topology_dirty *out;
};

static size_t
flip_at(const struct topology_list *l, uint32_t atom)
{
	size_t at = 0;

	while (at < l->count && l->v[at] < atom)
		at++;
	return at;
}

static uint32_t
on_number(void *arg, uint32_t class)
{
	struct relabel *k = arg;
	size_t at;
	bool has;

	if (k->to[class] != NO_CLASS)
		return k->to[class];
	k->flips.count = 0;
	topology_list_copy(&k->flips, &k->t->clients.v[class].flips);
	at = flip_at(&k->flips, k->atom);
	has = at < k->flips.count && k->flips.v[at] == k->atom;
	if (has == k->add)
		return k->to[class] = class;
	if (k->add)
		topology_list_insert(&k->flips, at, k->atom);
	else
		topology_list_cut(&k->flips, at);
	k->to[class] = topology_table_class(k->t, &k->flips);
	topology_list_add(&k->from, class);
	topology_list_add(&k->out->classes, k->to[class]);
	return k->to[class];
}

static void
on_count(void *arg, uint32_t number, int by)
{
	struct relabel *k = arg;

	k->t->places[number] += (uint32_t)by;
}

/* Nobody is of it any more. Class 0 stays: it is who has no address. The atom
 * that goes may have held many, which are taken off its list all at once. */
static void
drop_class(struct topology_table *t, uint32_t class, uint32_t going)
{
	const struct topology_list *f = &t->clients.v[class].flips;

	if (class == 0 || t->places[class] > 0)
		return;
	for (size_t i = 0; i < f->count; i++)
		if (f->v[i] != going)
			topology_list_remove(&t->uses[f->v[i]].holders, class);
	topology_classes_remove(&t->clients, class);
}

static void
remap(struct relabel *k, struct prefixmap **map, const struct addr_prefix *p)
{
	const struct prefixmap_change c = { *p, on_number, on_count, k };
	struct prefixmap *next = prefixmap_remap(*map, &c);

	if (next == NULL)
		return;
	prefixmap_drop(map);
	*map = next;
}

/* Clients in a network, or all when it has no family. */
static void
relabel(struct topology_table *t, uint32_t atom, bool add,
    struct topology_dirty *out)
{
	struct relabel k = { .t = t, .atom = atom, .add = add, .out = out };
	const struct topology_atom *a = &t->atoms.v[atom];
	const struct addr_prefix all4 = { .addr.family = AF_INET },
	    all6 = { .addr.family = AF_INET6 };
	bool subnet = a->kind == TOPOTERM_SUBNET;

	k.to = mem_zalloc(t->clients.count + 1, sizeof(*k.to));
	memset(k.to, 0xff, t->clients.count * sizeof(*k.to));
	if (!subnet || a->prefix.addr.family == AF_INET)
		remap(&k, &t->ipv4, subnet ? &a->prefix : &all4);
	if (!subnet || a->prefix.addr.family == AF_INET6)
		remap(&k, &t->ipv6, subnet ? &a->prefix : &all6);
	for (size_t i = 0; i < k.from.count; i++)
		drop_class(t, k.from.v[i], add ? TOPOLOGY_ATOM_NONE : atom);
	if (!add)
		t->uses[atom].holders.count = 0;
	free(k.to);
	free(k.from.v);
	free(k.flips.v);
}

/* Does it hold of anybody only by what databases or regions say? */
static bool
is_network(const struct topology_atom *a)
{
	return a->kind == TOPOTERM_SUBNET;
}

static bool
is_any(const struct topology_atom *a)
{
	return is_network(a) && a->prefix.len == 0;
}

/* ---- atoms ---- */

static uint32_t
find_atom(const struct topology_table *t, const struct topoterm *term)
{
	return topology_atoms_find(&t->atoms, term->kind,
	    topoterm_is_any(term) ? "any" : term->value);
}

/* Can the clients that a term holds of be found without a look at all? */
static bool
can_ask(const struct topology_table *t, const struct topoterm *term)
{
	uint32_t id = find_atom(t, term);

	return term->kind == TOPOTERM_SUBNET ||
	    (id != TOPOLOGY_ATOM_NONE && t->uses[id].clients > 0) ||
	    (term->kind != TOPOTERM_REGION && t->geo_count == 0);
}

static bool
can_serve(const struct topology_table *t, const struct topoterm *term)
{
	return term->kind != TOPOTERM_REGION ||
	    find_atom(t, term) != TOPOLOGY_ATOM_NONE;
}

static void
drop_atom(struct topology_table *t, uint32_t atom)
{
	const struct topology_use *u = &t->uses[atom];

	if (u->clients == 0 && u->servers == 0)
		topology_atoms_drop(&t->atoms, atom);
}

/* Candidates are told apart in another way. */
static void
forget_servers(struct topology_table *t, struct topology_dirty *out)
{
	topology_classes_fini(&t->servers);
	t->generation++;
	out->servers = true;
}

/* Whose first record may be another now. */
static void
mark(const struct topology_table *t, const struct topology_line *l,
    struct topology_dirty *out)
{
	if (topology_table_is_plain(t, l))
		out->all = true;
	else
		topology_list_copy(&out->classes, &t->uses[l->ldns].holders);
}

/* ---- records ---- */

static uint32_t
new_line(struct topology_table *t, const struct topology_record *r)
{
	size_t at = find_at(t, r);
	uint64_t place = new_place(t, at);
	uint32_t id;

	if (t->spare_lines.count > 0) {
		id = t->spare_lines.v[--t->spare_lines.count];
	} else {
		t->lines = mem_grow(t->lines, &t->line_room, t->line_count + 1,
		    sizeof(*t->lines));
		id = (uint32_t)t->line_count++;
	}
	t->lines[id] = (struct topology_line){
		.ldns = topology_atoms_put(&t->atoms, &r->ldns),
		.server = topology_atoms_put(&t->atoms, &r->server),
		.ldns_neg = r->ldns.negate, .server_neg = r->server.negate,
		.score = r->score, .name = mem_strdup(r->name),
		.key = r->key, .place = place,
	};
	topology_list_insert(&t->order, at, id);
	return id;
}

static void
add(struct topology_table *t, const struct topology_record *r,
    struct topology_dirty *out)
{
	uint32_t id = new_line(t, r);
	struct topology_line *l = &t->lines[id];
	struct topology_use *u;

	topology_table_grow(t);
	u = &t->uses[l->ldns];
	t->atoms.v[l->ldns].asked = true;
	l->next = u->first;
	u->first = id + 1;
	if (t->uses[l->server].servers++ == 0)
		forget_servers(t, out);
	topology_table_index(t, id, true);
	if (u->clients++ == 0 && is_network(&t->atoms.v[l->ldns]) &&
	    !is_any(&t->atoms.v[l->ldns]))
		relabel(t, l->ldns, true, out);
	mark(t, l, out);
}

static void
unlink_line(struct topology_table *t, uint32_t id)
{
	uint32_t *link = &t->uses[t->lines[id].ldns].first;

	while (*link != id + 1) {
		assert(*link != 0);
		link = &t->lines[*link - 1].next;
	}
	*link = t->lines[id].next;
}

static void
take_out(struct topology_table *t, const struct topology_record *r,
    struct topology_dirty *out)
{
	size_t at = find_at(t, r);
	uint32_t id = t->order.v[at];
	struct topology_line l = t->lines[id];

	assert(at < t->order.count && compare(&l, r) == 0);
	mark(t, &l, out);
	topology_table_index(t, id, false);
	unlink_line(t, id);
	topology_list_cut(&t->order, at);
	free(l.name);
	t->lines[id].name = NULL;
	topology_list_add(&t->spare_lines, id);
	if (--t->uses[l.server].servers == 0)
		forget_servers(t, out);
	if (--t->uses[l.ldns].clients == 0 && !is_any(&t->atoms.v[l.ldns]))
		relabel(t, l.ldns, false, out);
	drop_atom(t, l.ldns);
	if (l.server != l.ldns)
		drop_atom(t, l.server);
}

bool
topology_edit_apply(struct topology_table *t, const struct topology_edit *e,
    struct topology_dirty *out)
{
	if (e->now != NULL && (!can_ask(t, &e->now->ldns) ||
	    !can_serve(t, &e->now->server)))
		return false;
	/* First what comes, so that what both are about stays. */
	if (e->now != NULL)
		add(t, e->now, out);
	if (e->was != NULL)
		take_out(t, e->was, out);
	return true;
}
