/* gtmd/topology/topology_table.c - see topology_table.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_table.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "gtmd/topology/geo.h"
#include "gtmd/topology/topology_trie.h"

/* ---- classes ---- */

void
topology_table_grow(struct topology_table *t)
{
	t->uses = mem_grow(t->uses, &t->use_room, t->atoms.count + 1,
	    sizeof(*t->uses));
	t->use_count = t->atoms.count;
	t->places = mem_grow(t->places, &t->place_room, t->clients.count + 1,
	    sizeof(*t->places));
	t->place_count = t->clients.count;
}

uint32_t
topology_table_class(struct topology_table *t,
    const struct topology_list *flips)
{
	bool made;
	uint32_t id = topology_classes_put(&t->clients, flips, 0, &made);

	if (!made)
		return id;
	topology_table_grow(t);
	t->places[id] = 0;
	for (size_t i = 0; i < flips->count; i++)
		topology_list_add(&t->uses[flips->v[i]].holders, id);
	return id;
}

/* ---- records and regions ---- */

static void
put_regions(struct topology_table *t, const struct topology_input *in)
{
	for (size_t i = 0; i < in->region_count; i++) {
		const struct topology_region *r = &in->regions[i];
		struct topoterm self = { .kind = TOPOTERM_REGION,
		    .value = (char *)(uintptr_t)r->name };
		uint32_t id = topology_atoms_put(&t->atoms, &self);

		for (size_t k = 0; k < r->count; k++)
			topology_atoms_join(&t->atoms, id, &r->members[k]);
	}
}

static void
put_lines(struct topology_table *t, const struct topology_input *in)
{
	t->line_count = in->record_count;
	t->lines = mem_grow(NULL, &t->line_room, in->record_count + 1,
	    sizeof(*t->lines));
	for (size_t i = 0; i < in->record_count; i++) {
		const struct topology_record *r = &in->records[i];

		t->lines[i] = (struct topology_line){
			.ldns = topology_atoms_put(&t->atoms, &r->ldns),
			.server = topology_atoms_put(&t->atoms, &r->server),
			.ldns_neg = r->ldns.negate,
			.server_neg = r->server.negate,
			.score = r->score, .name = mem_strdup(r->name),
			.key = r->key, .place = (uint64_t)(i + 1) << 32,
		};
		t->atoms.v[t->lines[i].ldns].asked = true;
		topology_list_add(&t->order, (uint32_t)i);
	}
}

/* Where a line stands, or would, in a list of lines that comes first first. */
static size_t
find_at(const struct topology_table *t, const struct topology_list *l,
    uint64_t place)
{
	size_t lo = 0, hi = l->count;

	if (hi > 0 && t->lines[l->v[hi - 1]].place < place)
		return hi;	/* while the table is made */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->lines[l->v[mid]].place < place)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void
put_in(const struct topology_table *t, struct topology_list *l, uint32_t line,
    bool in)
{
	size_t at = find_at(t, l, t->lines[line].place);

	if (in)
		topology_list_insert(l, at, line);
	else
		topology_list_cut(l, at);
}

static void
index_classes(struct topology_table *t, uint32_t line, bool in)
{
	const struct topology_line *l = &t->lines[line];

	for (size_t i = 0; i < t->servers.count; i++) {
		struct topology_class *c = &t->servers.v[i];

		if (!c->live || !topology_table_is_of(t, l, c))
			continue;
		put_in(t, &c->lines, line, in);
		if (topology_table_is_plain(t, l))
			put_in(t, &c->plain, line, in);
	}
}

void
topology_table_index(struct topology_table *t, uint32_t line, bool in)
{
	const struct topology_line *l = &t->lines[line];
	const struct topology_atom *s = &t->atoms.v[l->server];

	put_in(t, &t->uses[l->server].by_server[l->server_neg], line, in);
	if (s->by_default != l->server_neg) {
		put_in(t, &t->member_lines, line, in);
		if (s->on_pool)
			put_in(t, &t->pool_lines, line, in);
	}
	index_classes(t, line, in);
}

/* Which records' server sides are satisfied unless an atom is flipped, and
 * which records an atom of clients is in. */
static void
index_lines(struct topology_table *t)
{
	for (uint32_t i = (uint32_t)t->line_count; i-- > 0;) {
		struct topology_use *u = &t->uses[t->lines[i].ldns];

		t->lines[i].next = u->first;
		u->first = i + 1;
		u->clients++;
	}
	for (uint32_t i = 0; i < t->line_count; i++) {
		t->uses[t->lines[i].server].servers++;
		topology_table_index(t, i, true);
	}
}

/* ---- clients ---- */

/* While the maps are made. */
struct making {
	struct topology_table *t;
	struct topology_classes labels;	/* of databases' records: flips */
	struct topology_trie *trie;	/* in hand */
	unsigned	 layer;
	struct topology_list base, flips;
};

static uint32_t
label_of(void *arg, const struct geo_facts *f)
{
	struct making *k = arg;
	struct topology_list all = { .v = NULL }, asked = { .v = NULL };
	uint32_t id = 0;
	bool made;

	topology_atoms_of_facts(&k->t->atoms, f, &all);
	for (size_t i = 0; i < all.count; i++)
		if (k->t->atoms.v[all.v[i]].asked)
			topology_list_add(&asked, all.v[i]);
	topology_list_sort(&asked);
	if (asked.count > 0)
		id = topology_classes_put(&k->labels, &asked, 0, &made) + 1;
	free(all.v);
	free(asked.v);
	return id;
}

static void
on_network(void *arg, const struct addr_prefix *p, uint32_t label)
{
	struct making *k = arg;

	topology_trie_mark(k->trie, p, k->layer, label);
}

/* The class of clients in a piece of the trie. */
static uint32_t
class_of(void *arg, const struct topology_marks *m)
{
	struct making *k = arg;
	size_t kept = 0;

	k->base.count = 0;
	for (size_t i = 0; i < m->subnet_count; i++)
		topology_list_add(&k->base, m->subnets[i] - 1);
	for (unsigned i = 1; i < TOPOLOGY_TRIE_LAYERS; i++)
		if (m->layer[i] != 0)
			topology_list_copy(&k->base,
			    &k->labels.v[m->layer[i] - 1].flips);
	topology_list_sort(&k->base);
	topology_atoms_flip(&k->t->atoms, &k->base, &k->flips);
	for (size_t i = 0; i < k->flips.count; i++)
		if (k->t->uses[k->flips.v[i]].clients > 0)
			k->flips.v[kept++] = k->flips.v[i];
	k->flips.count = kept;
	return topology_table_class(k->t, &k->flips);
}

static bool
asks_geo(const struct topology_atoms *a)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->v[i].asked && (a->v[i].kind == TOPOTERM_CONTINENT ||
		    a->v[i].kind == TOPOTERM_COUNTRY ||
		    a->v[i].kind == TOPOTERM_STATE ||
		    a->v[i].kind == TOPOTERM_ISP ||
		    a->v[i].kind == TOPOTERM_GEOIP_ISP))
			return true;
	return false;
}

static struct prefixmap *
make_map(struct making *k, uint8_t family)
{
	const struct geo_walk w = { label_of, on_network, k };
	const struct topology_atoms *a = &k->t->atoms;
	struct topology_trie trie;
	struct prefixmap *m;

	topology_trie_init(&trie, family == AF_INET ? 32 : 128);
	for (size_t i = 0; i < a->count; i++)
		if (a->v[i].kind == TOPOTERM_SUBNET && a->v[i].asked &&
		    a->v[i].prefix.len > 0 &&
		    a->v[i].prefix.addr.family == family)
			topology_trie_mark(&trie, &a->v[i].prefix, 0,
			    (uint32_t)i + 1);
	k->trie = &trie;
	for (size_t i = 0; asks_geo(a) && i < k->t->geo_count; i++) {
		k->layer = (unsigned)i + 1;
		geo_walk(k->t->geo[i], family, &w);
	}
	m = topology_trie_map(&trie, class_of, k);
	topology_trie_fini(&trie);
	return m;
}

static void
on_place(void *arg, uint32_t number, int by)
{
	struct topology_table *t = arg;

	t->places[number] += (uint32_t)by;
}

static void
make_maps(struct topology_table *t)
{
	struct making k = { .t = t };

	(void)topology_table_class(t, &k.flips);
	t->ipv4 = make_map(&k, AF_INET);
	t->ipv6 = make_map(&k, AF_INET6);
	prefixmap_each(t->ipv4, on_place, t);
	prefixmap_each(t->ipv6, on_place, t);
	topology_classes_fini(&k.labels);
	free(k.base.v);
	free(k.flips.v);
}

struct prefixmap_found
topology_table_find(const struct topology_table *t, const struct addr *a)
{
	switch (a->family) {
	case AF_INET:
		return prefixmap_find(t->ipv4, a->octets);
	case AF_INET6:
		return prefixmap_find(t->ipv6, a->octets);
	default:	/* the number of a family */
		return (struct prefixmap_found){ 0, 0 };
	}
}

/* ---- records and classes ---- */

bool
topology_table_is_for(const struct topology_table *t,
    const struct topology_line *l, const struct topology_class *client)
{
	bool holds = t->atoms.v[l->ldns].by_default !=
	    topology_list_has(&client->flips, l->ldns);

	return holds != l->ldns_neg;
}

bool
topology_table_is_of(const struct topology_table *t,
    const struct topology_line *l, const struct topology_class *server)
{
	const struct topology_atom *a = &t->atoms.v[l->server];
	bool holds = a->by_default !=
	    topology_list_has(&server->flips, l->server);

	return holds != l->server_neg &&
	    (server->kind != TOPOLOGY_POOLS || a->on_pool);
}

bool
topology_table_is_plain(const struct topology_table *t,
    const struct topology_line *l)
{
	return t->atoms.v[l->ldns].by_default != l->ldns_neg;
}

uint32_t
topology_table_match(const struct topology_table *t, uint32_t client,
    uint32_t server)
{
	const struct topology_list *l = &t->servers.v[server].lines;

	for (size_t i = 0; i < l->count; i++)
		if (topology_table_is_for(t, &t->lines[l->v[i]],
		    &t->clients.v[client]))
			return l->v[i];
	return TOPOLOGY_NO_RECORD;
}

/* ---- life ---- */

struct topology_table *
topology_table_new(const struct topology_input *in)
{
	struct topology_table *t = mem_zalloc(1, sizeof(*t));

	t->magic = TOPOLOGY_TABLE_MAGIC;
	t->refs = 1;
	t->allow_zero = in->allow_zero;
	t->longest_match = in->longest_match;
	t->geo_count = in->geo_count < TOPOLOGY_GEO_MAX ? in->geo_count :
	    TOPOLOGY_GEO_MAX;
	for (size_t i = 0; i < t->geo_count; i++) {
		t->geo[i] = in->geo[i];
		geo_ref(t->geo[i]);
	}
	topology_atoms_init(&t->atoms);
	put_regions(t, in);
	put_lines(t, in);
	topology_atoms_settle(&t->atoms);
	topology_table_grow(t);
	index_lines(t);
	make_maps(t);
	return t;
}

void
topology_table_ref(struct topology_table *t)
{
	(void)__atomic_add_fetch(&t->refs, 1, __ATOMIC_RELAXED);
}

static void
table_free(struct topology_table *t)
{
	for (size_t i = 0; i < t->use_count; i++) {
		free(t->uses[i].by_server[0].v);
		free(t->uses[i].by_server[1].v);
		free(t->uses[i].holders.v);
	}
	for (size_t i = 0; i < t->line_count; i++)
		free(t->lines[i].name);
	free(t->uses);
	free(t->lines);
	free(t->spare_lines.v);
	free(t->order.v);
	free(t->pool_lines.v);
	free(t->member_lines.v);
	free(t->places);
	topology_classes_fini(&t->clients);
	topology_classes_fini(&t->servers);
	topology_atoms_fini(&t->atoms);
	for (size_t i = 0; i < t->geo_count; i++)
		geo_close(&t->geo[i]);
	prefixmap_drop(&t->ipv4);
	prefixmap_drop(&t->ipv6);
	t->magic = 0;
	free(t);
}

void
topology_table_drop(struct topology_table **pt)
{
	struct topology_table *t = *pt;

	*pt = NULL;
	if (t == NULL)
		return;
	OBJ_CHECK(t, TOPOLOGY_TABLE_MAGIC);
	if (__atomic_sub_fetch(&t->refs, 1, __ATOMIC_ACQ_REL) == 0)
		table_free(t);
}
