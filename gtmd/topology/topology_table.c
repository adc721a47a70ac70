/* gtmd/topology/topology_table.c - see topology_table.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/topology/topology_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "gtmd/topology/geo.h"
#include "gtmd/topology/topology_trie.h"

/* ---- classes ---- */

static const char *
text_of(const struct topology_list *l, char level, struct strbuf *b)
{
	strbuf_clear(b);
	strbuf_add_char(b, level);
	for (size_t i = 0; i < l->count; i++)
		strbuf_printf(b, " %x", l->v[i]);
	return b->text;
}

/* The class with these flips; *made says that it is new. */
static uint32_t
put_class(struct topology_classes *c, const struct topology_list *flips,
    char level, bool *made)
{
	struct strbuf key = { 0 };
	uintptr_t id;

	id = (uintptr_t)map_find(&c->ids, text_of(flips, level, &key));
	*made = id == 0;
	if (*made) {
		c->v = mem_grow(c->v, &c->room, c->count + 1, sizeof(*c->v));
		topology_list_copy(&c->v[c->count++].flips, flips);
		id = c->count;
		map_put(&c->ids, key.text, (void *)id);
	}
	strbuf_fini(&key);
	return (uint32_t)(id - 1);
}

static void
classes_fini(struct topology_classes *c)
{
	for (size_t i = 0; i < c->count; i++) {
		free(c->v[i].flips.v);
		free(c->v[i].lines.v);
	}
	free(c->v);
	map_fini(&c->ids);
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
	t->lines = mem_zalloc(in->record_count + 1, sizeof(*t->lines));
	for (size_t i = 0; i < in->record_count; i++) {
		const struct topology_record *r = &in->records[i];

		t->lines[i] = (struct topology_line){
			.ldns = topology_atoms_put(&t->atoms, &r->ldns),
			.server = topology_atoms_put(&t->atoms, &r->server),
			.ldns_neg = r->ldns.negate,
			.server_neg = r->server.negate,
			.score = r->score, .name = mem_strdup(r->name),
		};
		t->atoms.v[t->lines[i].ldns].asked = true;
	}
}

/* Which records' server sides are satisfied unless an atom is flipped. */
static void
index_lines(struct topology_table *t)
{
	t->by_server = mem_zalloc(t->atoms.count * 2 + 1,
	    sizeof(*t->by_server));
	for (size_t i = 0; i < t->line_count; i++) {
		const struct topology_line *l = &t->lines[i];
		const struct topology_atom *s = &t->atoms.v[l->server];

		topology_list_add(&t->by_server[l->server * 2 + l->server_neg],
		    (uint32_t)i);
		if (s->by_default == l->server_neg)
			continue;
		topology_list_add(&t->member_lines, (uint32_t)i);
		if (s->on_pool)
			topology_list_add(&t->pool_lines, (uint32_t)i);
	}
}

/* ---- clients ---- */

/* While the maps are made. */
struct making {
	struct topology_table *t;
	bool		*direct;	/* by atom: some record asks for it */
	struct topology_list *labels;	/* of databases' records: flips */
	size_t		 label_count, label_room;
	struct map	 label_ids;
	struct topology_trie *trie;	/* in hand */
	unsigned	 layer;
	struct topology_list base, flips;
};

static uint32_t
label_of(void *arg, const struct geo_facts *f)
{
	struct making *k = arg;
	struct topology_list all = { .v = NULL }, asked = { .v = NULL };
	struct strbuf key = { 0 };
	uintptr_t id;

	topology_atoms_of_facts(&k->t->atoms, f, &all);
	for (size_t i = 0; i < all.count; i++)
		if (k->t->atoms.v[all.v[i]].asked)
			topology_list_add(&asked, all.v[i]);
	topology_list_sort(&asked);
	id = (uintptr_t)map_find(&k->label_ids, text_of(&asked, 'g', &key));
	if (id == 0 && asked.count > 0) {
		k->labels = mem_grow(k->labels, &k->label_room,
		    k->label_count + 1, sizeof(*k->labels));
		topology_list_copy(&k->labels[k->label_count++], &asked);
		id = k->label_count;
		map_put(&k->label_ids, key.text, (void *)id);
	}
	strbuf_fini(&key);
	free(all.v);
	free(asked.v);
	return (uint32_t)id;
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
	bool made;

	k->base.count = 0;
	for (size_t i = 0; i < m->subnet_count; i++)
		topology_list_add(&k->base, m->subnets[i] - 1);
	for (unsigned i = 1; i < TOPOLOGY_TRIE_LAYERS; i++)
		if (m->layer[i] != 0)
			topology_list_copy(&k->base, &k->labels[m->layer[i] - 1]);
	topology_list_sort(&k->base);
	topology_atoms_flip(&k->t->atoms, &k->base, &k->flips);
	for (size_t i = 0; i < k->flips.count; i++)
		if (k->direct[k->flips.v[i]])
			k->flips.v[kept++] = k->flips.v[i];
	k->flips.count = kept;
	return put_class(&k->t->clients, &k->flips, 'c', &made);
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
make_maps(struct topology_table *t)
{
	struct making k = { .t = t };
	bool made;

	map_init(&k.label_ids);
	k.direct = mem_zalloc(t->atoms.count + 1, sizeof(*k.direct));
	for (size_t i = 0; i < t->line_count; i++)
		k.direct[t->lines[i].ldns] = true;
	(void)put_class(&t->clients, &k.flips, 'c', &made);
	t->ipv4 = make_map(&k, AF_INET);
	t->ipv6 = make_map(&k, AF_INET6);
	for (size_t i = 0; i < k.label_count; i++)
		free(k.labels[i].v);
	free(k.labels);
	free(k.direct);
	free(k.base.v);
	free(k.flips.v);
	map_fini(&k.label_ids);
}

static void
index_clients(struct topology_table *t)
{
	t->holders = mem_zalloc(t->atoms.count + 1, sizeof(*t->holders));
	for (size_t c = 0; c < t->clients.count; c++) {
		const struct topology_list *f = &t->clients.v[c].flips;

		for (size_t i = 0; i < f->count; i++)
			topology_list_add(&t->holders[f->v[i]], (uint32_t)c);
	}
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

/* ---- servers ---- */

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

/* Records whose server side these flips satisfy, first first. */
static void
find_lines(const struct topology_table *t, const struct topology_list *flips,
    bool is_pool, struct topology_list *out)
{
	const struct topology_list *plain = is_pool ? &t->pool_lines :
	    &t->member_lines;

	for (size_t i = 0; i < plain->count; i++)
		if (!topology_list_has(flips, t->lines[plain->v[i]].server))
			topology_list_add(out, plain->v[i]);
	for (size_t i = 0; i < flips->count; i++) {
		const struct topology_atom *a = &t->atoms.v[flips->v[i]];

		if (is_pool && !a->on_pool)
			continue;
		topology_list_copy(out, &t->by_server[flips->v[i] * 2 +
		    a->by_default]);
	}
	topology_list_sort(out);
}

/* Flips that no record's server side asks for tell nothing apart. */
static void
keep_used(const struct topology_table *t, struct topology_list *flips)
{
	size_t kept = 0;

	for (size_t i = 0; i < flips->count; i++)
		if (t->by_server[flips->v[i] * 2].count +
		    t->by_server[flips->v[i] * 2 + 1].count > 0)
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
	id = put_class(&t->servers, &flips, s->is_pool ? 'p' : 'm', &made);
	if (made)
		find_lines(t, &flips, s->is_pool, &t->servers.v[id].lines);
	free(flips.v);
	return id;
}

bool
topology_table_is_for(const struct topology_table *t,
    const struct topology_line *l, const struct topology_class *client)
{
	bool holds = t->atoms.v[l->ldns].by_default !=
	    topology_list_has(&client->flips, l->ldns);

	return holds != l->ldns_neg;
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
	t->geo_count = in->geo_count < TOPOLOGY_GEO_MAX ? in->geo_count :
	    TOPOLOGY_GEO_MAX;
	for (size_t i = 0; i < t->geo_count; i++) {
		t->geo[i] = in->geo[i];
		geo_ref(t->geo[i]);
	}
	topology_atoms_init(&t->atoms);
	map_init(&t->clients.ids);
	map_init(&t->servers.ids);
	put_regions(t, in);
	put_lines(t, in);
	topology_atoms_settle(&t->atoms);
	index_lines(t);
	make_maps(t);
	index_clients(t);
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
	for (size_t i = 0; i < t->atoms.count * 2; i++)
		free(t->by_server[i].v);
	for (size_t i = 0; i < t->atoms.count; i++)
		free(t->holders[i].v);
	for (size_t i = 0; i < t->line_count; i++)
		free(t->lines[i].name);
	free(t->by_server);
	free(t->holders);
	free(t->lines);
	free(t->pool_lines.v);
	free(t->member_lines.v);
	classes_fini(&t->clients);
	classes_fini(&t->servers);
	topology_atoms_fini(&t->atoms);
	for (size_t i = 0; i < t->geo_count; i++)
		geo_close(&t->geo[i]);
	prefixmap_free(&t->ipv4);
	prefixmap_free(&t->ipv6);
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
