/* gtmd/topology/geo.c - see geo.h. Layer: gtmd. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/topology/geo.h"

#include <maxminddb.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"

#define BITS_MAX	128
#define MIXED		UINT32_MAX	/* a subtree of several labels */

struct geo {
	MMDB_s		 db;
	unsigned	 refs;		/* atomic */
	uint32_t	 ipv4_root;	/* node, or what stands in its place */
};

/* ---- records ---- */

/* The text at this path of the record, or "". */
static void
get_text(MMDB_entry_s *e, const char *const *path, char out[GEO_TEXT_MAX])
{
	MMDB_entry_data_s d;

	out[0] = '\0';
	if (MMDB_aget_value(e, &d, path) != MMDB_SUCCESS || !d.has_data ||
	    d.type != MMDB_DATA_TYPE_UTF8_STRING ||
	    d.data_size >= GEO_TEXT_MAX)
		return;
	memcpy(out, d.utf8_string, d.data_size);
	out[d.data_size] = '\0';
}

/* As MaxMind's and DB-IP's country, city and ISP databases have it. */
static void
read_facts(MMDB_entry_s *e, struct geo_facts *f)
{
	static const char *const continent[] = { "continent", "code", NULL };
	static const char *const country[] = { "country", "iso_code", NULL };
	static const char *const home[] = { "registered_country", "iso_code",
	    NULL };
	static const char *const state[] = { "subdivisions", "0", "names",
	    "en", NULL };
	static const char *const code[] = { "subdivisions", "0", "iso_code",
	    NULL };
	static const char *const isp[] = { "isp", NULL };
	static const char *const owner[] = { "autonomous_system_organization",
	    NULL };

	get_text(e, continent, f->continent);
	get_text(e, country, f->country);
	if (f->country[0] == '\0')
		get_text(e, home, f->country);
	get_text(e, state, f->state);
	get_text(e, code, f->state_code);
	get_text(e, isp, f->isp);
	if (f->isp[0] == '\0')
		get_text(e, owner, f->isp);
}

bool
geo_find(const struct geo *g, const struct addr *a, struct geo_facts *out)
{
	struct sockaddr_storage ss;
	MMDB_lookup_result_s r;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	if (addr_to_sockaddr(a, 0, &ss) == 0)
		return false;
	r = MMDB_lookup_sockaddr(&g->db, (struct sockaddr *)&ss, &rc);
	if (rc != MMDB_SUCCESS || !r.found_entry)
		return false;
	read_facts(&r.entry, out);
	return true;
}

/* ---- the tree ---- */

/* Labels by the place of their record: open addressing, 0 = free. */
struct labels {
	uint32_t	*offset, *label;	/* offset + 1 */
	size_t		 count, room;		/* room: power of two */
};

static size_t
label_slot(const struct labels *l, uint32_t key)
{
	size_t i = (key * UINT32_C(2654435761)) & (l->room - 1);

	while (l->offset[i] != 0 && l->offset[i] != key)
		i = (i + 1) & (l->room - 1);
	return i;
}

static void
labels_grow(struct labels *l)
{
	struct labels was = *l;

	l->room = was.room == 0 ? 1024 : was.room * 2;
	l->offset = mem_zalloc(l->room, sizeof(*l->offset));
	l->label = mem_zalloc(l->room, sizeof(*l->label));
	for (size_t i = 0; i < was.room; i++) {
		size_t to;

		if (was.offset[i] == 0)
			continue;
		to = label_slot(l, was.offset[i]);
		l->offset[to] = was.offset[i];
		l->label[to] = was.label[i];
	}
	free(was.offset);
	free(was.label);
}

struct walk {
	const struct geo *g;
	const struct geo_walk *w;
	struct labels	 labels;
	unsigned	 bits;
	bool		 ipv6;
	struct addr_prefix at;
};

static uint32_t
label_of(struct walk *k, MMDB_entry_s *e)
{
	uint32_t key = e->offset + 1;
	struct geo_facts f;
	size_t i;

	if (k->labels.count * 2 >= k->labels.room)
		labels_grow(&k->labels);
	i = label_slot(&k->labels, key);
	if (k->labels.offset[i] == 0) {
		read_facts(e, &f);
		k->labels.offset[i] = key;
		k->labels.label[i] = k->w->label(k->w->arg, &f);
		k->labels.count++;
	}
	return k->labels.label[i];
}

static void
set_bit(struct walk *k, unsigned depth, bool on)
{
	uint8_t bit = (uint8_t)(0x80u >> (depth & 7));

	if (on)
		k->at.addr.octets[depth / 8] |= bit;
	else
		k->at.addr.octets[depth / 8] &= (uint8_t)~bit;
}

/* The network that the walk stands at, all of one label. */
static void
emit(struct walk *k, unsigned len, uint32_t label)
{
	if (label == 0 || label == MIXED)
		return;
	k->at.len = (uint8_t)len;
	k->w->network(k->w->arg, &k->at, label);
}

static uint32_t walk_node(struct walk *k, uint32_t node, unsigned depth);

/* One of the two ways on from a node. */
static uint32_t
walk_side(struct walk *k, uint64_t record, uint8_t type, MMDB_entry_s *e,
    unsigned depth)
{
	switch (type) {
	case MMDB_RECORD_TYPE_SEARCH_NODE:
		return depth < k->bits ?
		    walk_node(k, (uint32_t)record, depth) : 0;
	case MMDB_RECORD_TYPE_DATA:
		return label_of(k, e);
	default:	/* empty, or damaged: a number of a foreign library */
		return 0;
	}
}

/* The label of all below a node; when there are several, what is uniform is
 * told and the rest is not. Goes as deep as an address has bits. */
static uint32_t
walk_node(struct walk *k, uint32_t node, unsigned depth)
{
	MMDB_search_node_s n;
	uint32_t left, right;

	/* IPv4 hangs in the IPv6 tree at several places. */
	if (k->ipv6 && depth > 0 && node == k->g->ipv4_root)
		return 0;
	if (MMDB_read_node(&k->g->db, node, &n) != MMDB_SUCCESS)
		return 0;
	set_bit(k, depth, false);
	left = walk_side(k, n.left_record, n.left_record_type,
	    &n.left_record_entry, depth + 1);
	set_bit(k, depth, true);
	right = walk_side(k, n.right_record, n.right_record_type,
	    &n.right_record_entry, depth + 1);
	if (left == right && left != MIXED) {
		set_bit(k, depth, false);
		return left;
	}
	emit(k, depth + 1, right);
	set_bit(k, depth, false);
	emit(k, depth + 1, left);
	return MIXED;
}

void
geo_walk(const struct geo *g, uint8_t family, const struct geo_walk *w)
{
	struct walk k = { .g = g, .w = w, .ipv6 = family == AF_INET6,
	    .bits = family == AF_INET6 ? BITS_MAX : 32 };
	uint32_t root = k.ipv6 ? 0 : g->ipv4_root;

	k.at.addr.family = family;
	if ((k.ipv6 && g->db.metadata.ip_version != 6) ||
	    root >= g->db.metadata.node_count)
		return;
	emit(&k, 0, walk_node(&k, root, 0));
	free(k.labels.offset);
	free(k.labels.label);
}

/* ---- life ---- */

/* The node of 0.0.0.0/0: in an IPv6 database ::/96. */
static uint32_t
find_ipv4(const MMDB_s *db)
{
	MMDB_search_node_s n;
	uint32_t node = 0;

	if (db->metadata.ip_version != 6)
		return 0;
	for (int i = 0; i < 96; i++) {
		if (MMDB_read_node(db, node, &n) != MMDB_SUCCESS ||
		    n.left_record_type != MMDB_RECORD_TYPE_SEARCH_NODE)
			return UINT32_MAX;
		node = (uint32_t)n.left_record;
	}
	return node;
}

/* Walks per node that a tree may take: a few places lead to the same nodes
 * (IPv4 in IPv6), but not so many that a walk does not end. */
#define WALKS_MAX	64

static bool
spend(const MMDB_s *db, uint32_t node, unsigned bits, uint64_t *budget)
{
	const uint8_t on = MMDB_RECORD_TYPE_SEARCH_NODE;
	MMDB_search_node_s n;

	if (*budget == 0)
		return false;
	--*budget;
	if (bits == 0)
		return true;
	return MMDB_read_node(db, node, &n) == MMDB_SUCCESS &&
	    (n.left_record_type != on ||
	    spend(db, (uint32_t)n.left_record, bits - 1, budget)) &&
	    (n.right_record_type != on ||
	    spend(db, (uint32_t)n.right_record, bits - 1, budget));
}

/* Every node leads to nodes, records or nothing, and no way through them runs
 * in a circle. */
static bool
is_whole(const MMDB_s *db)
{
	uint64_t budget = (uint64_t)db->metadata.node_count * WALKS_MAX;
	MMDB_search_node_s n;

	for (uint32_t i = 0; i < db->metadata.node_count; i++)
		if (MMDB_read_node(db, i, &n) != MMDB_SUCCESS ||
		    n.left_record_type == MMDB_RECORD_TYPE_INVALID ||
		    n.right_record_type == MMDB_RECORD_TYPE_INVALID)
			return false;
	return spend(db, 0, db->metadata.ip_version == 6 ? BITS_MAX : 32,
	    &budget);
}

struct geo *
geo_open(const char *path, struct err *e)
{
	struct geo *g = mem_zalloc(1, sizeof(*g));
	int rc = MMDB_open(path, MMDB_MODE_MMAP, &g->db);

	if (rc != MMDB_SUCCESS) {
		(void)err_set(e, rc == MMDB_FILE_OPEN_ERROR ||
		    rc == MMDB_IO_ERROR ? ERR_IO : ERR_PARSE, "%s: %s", path,
		    MMDB_strerror(rc));
		free(g);
		return NULL;
	}
	g->refs = 1;
	if (!is_whole(&g->db)) {
		(void)err_set(e, ERR_PARSE, "%s: the database is damaged",
		    path);
		geo_close(&g);
		return NULL;
	}
	g->ipv4_root = find_ipv4(&g->db);
	return g;
}

void
geo_ref(struct geo *g)
{
	(void)__atomic_add_fetch(&g->refs, 1, __ATOMIC_RELAXED);
}

void
geo_close(struct geo **pg)
{
	struct geo *g = *pg;

	*pg = NULL;
	if (g == NULL || __atomic_sub_fetch(&g->refs, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	MMDB_close(&g->db);
	free(g);
}
