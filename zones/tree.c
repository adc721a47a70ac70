/* zones/tree.c - compiles records into nodes; see tree.h.
 *
 * Nodes are made one after the other in memory that is surely enough; what is
 * left over goes back at the end. Links between nodes are set last, when all
 * have their place.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zones/tree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "zones/block.h"
#include "zones/records.h"
#include "zones/rrtype.h"

#define LINE		64u	/* octets of a cache line */
#define RR_HEAD		12u	/* owner pointer, type, class, TTL, RDLENGTH */
#define SOA_NUMBERS	20u
/* What a node mostly needs beside its share of the records' octets. */
#define NODE_MORE	32u

struct places {
	uint16_t	*at;
	size_t		 count, room;
};

struct builder {
	const struct records *r;
	struct block	 out;		/* the zone, from its head on */
	size_t		 wire;		/* where the current set starts */
	struct places	 fix;		/* of the current set */
	struct places	 ns;		/* names of the cut's NS, in its set */
};

static void
place_add(struct places *p, size_t at)
{
	assert(at <= UINT16_MAX);
	p->at = mem_grow(p->at, &p->room, p->count + 1, sizeof(*p->at));
	p->at[p->count++] = (uint16_t)at;
}

static void
put(struct builder *b, const void *octets, size_t len)
{
	size_t at = block_add(&b->out, len, 1);

	if (len > 0)
		memcpy(b->out.base + at, octets, len);
}

static struct tree_node *
node_at(const struct builder *b, size_t at)
{
	return (struct tree_node *)(void *)(b->out.base + at);
}

/* Octets of name in front of the apex, or its whole length when it is not
 * under the apex or a pointer saves nothing (apex "."). */
static size_t
prefix_len(const struct records *r, const uint8_t *name, size_t len)
{
	const uint8_t *p = name;
	size_t i;

	if (r->apex_len <= 2 || len < r->apex_len)
		return len;
	while ((size_t)(p - name) < len - r->apex_len)
		p += 1 + *p;
	if ((size_t)(p - name) != len - r->apex_len)
		return len;
	for (i = 0; i < r->apex_len; i++)
		if ((p[i] >= 'A' && p[i] <= 'Z' ? p[i] | 0x20 : p[i]) !=
		    r->apex[i])
			return len;
	return (size_t)(p - name);
}

/* A name of a compressible type: labels and a pointer to be filled in. */
static size_t
put_name(struct builder *b, const uint8_t *name)
{
	static const uint8_t pointer[2] = { 0xc0, 0 };
	size_t len = dnsname_len(name), prefix = prefix_len(b->r, name, len);

	put(b, name, prefix);
	if (prefix < len) {
		place_add(&b->fix, b->out.len - b->wire);
		put(b, pointer, sizeof(pointer));
	}
	return len;
}

static void
put_rdata(struct builder *b, const struct record *rec)
{
	struct rrtype_names names = rrtype_names(rec->type);
	size_t off = names.prefix;
	unsigned i;

	if (!names.compress) {
		put(b, rec->rdata, rec->rdlen);
		return;
	}
	put(b, rec->rdata, names.prefix);
	for (i = 0; i < names.count; i++)
		off += put_name(b, rec->rdata + off);
	put(b, rec->rdata + off, rec->rdlen - off);
}

static void
put_rr(struct builder *b, const struct record *rec, uint32_t ttl_s)
{
	size_t at = b->out.len, rdlen;
	uint8_t head[RR_HEAD] = { 0xc0, RR_HEAD, (uint8_t)(rec->type >> 8),
	    (uint8_t)rec->type, 0, RRTYPE_CLASS_IN, (uint8_t)(ttl_s >> 24),
	    (uint8_t)(ttl_s >> 16), (uint8_t)(ttl_s >> 8), (uint8_t)ttl_s };

	put(b, head, sizeof(head));
	put_rdata(b, rec);
	rdlen = b->out.len - at - RR_HEAD;
	b->out.base[at + RR_HEAD - 2] = (uint8_t)(rdlen >> 8);
	b->out.base[at + RR_HEAD - 1] = (uint8_t)rdlen;
}

static void
set_open(struct builder *b)
{
	b->wire = b->out.len;
	b->fix.count = 0;
}

/* Ends the set: padding, places, and its row in the node's table. */
static void
set_close(struct builder *b, size_t node, unsigned i, uint16_t type,
    size_t count)
{
	struct tree_set *s = &node_at(b, node)->sets[i];
	size_t len = b->out.len - b->wire;

	assert(len <= RRSET_WIRE_MAX);
	*s = (struct tree_set){ type, (uint16_t)count, (uint16_t)len,
	    (uint16_t)b->fix.count };
	(void)block_add(&b->out, len & 1, 1);
	put(b, b->fix.at, b->fix.count * sizeof(*b->fix.at));
}

/* The set that starts at record n; returns the next one's. */
static uint32_t
put_set(struct builder *b, size_t node, unsigned i, uint32_t n)
{
	uint32_t end = records_set_end(b->r, n);
	uint16_t type = records_get(b->r, n)->type;
	size_t count = 0;

	set_open(b);
	b->ns.count = type == RRTYPE_NS ? 0 : b->ns.count;
	for (; n != end; n = records_get(b->r, n)->next, count++) {
		if (type == RRTYPE_NS)
			place_add(&b->ns, b->out.len - b->wire + RR_HEAD);
		put_rr(b, records_get(b->r, n), records_get(b->r, n)->ttl_s);
	}
	set_close(b, node, i, type, count);
	return end;
}

/* --- extras --- */

static uint32_t
read_u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

/* RFC 2308 section 3. */
static uint32_t
negative_ttl(const struct record *soa)
{
	uint32_t minimum = read_u32(soa->rdata + soa->rdlen - 4);

	return minimum < soa->ttl_s ? minimum : soa->ttl_s;
}

static void
put_negative(struct builder *b, size_t node, unsigned i)
{
	const struct owner *o = records_at(b->r, RECORDS_APEX);
	const struct record *soa = records_get(b->r,
	    records_first(b->r, o, RRTYPE_SOA));

	set_open(b);
	put_rr(b, soa, negative_ttl(soa));
	set_close(b, node, i, TREE_NEGATIVE, 1);
}

/* The owner that an NS record names, when it is glue of the wanted kind. */
static const struct owner *
glue_owner(const struct builder *b, const struct owner *cut,
    const struct record *ns, uint16_t kind)
{
	uint8_t name[DNSNAME_MAX];
	size_t i;
	uint32_t n;

	for (i = 0; i < ns->rdlen; i++)
		name[i] = ns->rdata[i] >= 'A' && ns->rdata[i] <= 'Z' ?
		    ns->rdata[i] | 0x20 : ns->rdata[i];
	if (!dnsname_is_under(name, b->r->apex))
		return NULL;
	if (dnsname_is_under(name, records_name(b->r, cut)) !=
	    (kind == TREE_GLUE))
		return NULL;
	n = records_find(b->r, name, ns->rdlen);
	return n == 0 ? NULL : records_at(b->r, n);
}

/* Addresses of one name server. Their owner will be a pointer to its name in
 * the NS set: places come in pairs, in the glue and in that set. */
static size_t
put_addresses(struct builder *b, const struct owner *o, uint16_t ns_at)
{
	const struct record *rec;
	size_t count = 0;
	uint32_t n;

	for (n = o->first; n != 0; n = rec->next) {
		rec = records_get(b->r, n);
		if (rec->type != RRTYPE_A && rec->type != RRTYPE_AAAA)
			continue;
		if (b->out.len - b->wire + RR_HEAD + rec->rdlen > RRSET_WIRE_MAX)
			break;
		place_add(&b->fix, b->out.len - b->wire);
		place_add(&b->fix, ns_at);
		put_rr(b, rec, rec->ttl_s);
		count++;
	}
	return count;
}

static size_t
put_glue(struct builder *b, const struct owner *cut, uint16_t kind)
{
	uint32_t n = records_first(b->r, cut, RRTYPE_NS);
	const struct owner *o;
	size_t count = 0, i;

	for (i = 0; i < b->ns.count; i++) {
		o = glue_owner(b, cut, records_get(b->r, n), kind);
		if (o != NULL)
			count += put_addresses(b, o, b->ns.at[i]);
		n = records_get(b->r, n)->next;
	}
	return count;
}

/* A cut has both kinds of glue, the apex its SOA for negative answers. */
static unsigned
extras_of(const struct owner *o, uint32_t number)
{
	if (number == RECORDS_APEX)
		return 1;
	return (o->flags & (OWNER_CUT | OWNER_BELOW)) == OWNER_CUT ? 2 : 0;
}

static void
put_extras(struct builder *b, size_t node, const struct owner *o,
    uint32_t number)
{
	unsigned i = node_at(b, node)->set_count, kind;
	size_t count;

	if (number == RECORDS_APEX) {
		put_negative(b, node, i);
		return;
	}
	if (extras_of(o, number) == 0)
		return;
	for (kind = TREE_GLUE; kind <= TREE_SIBLING; kind++, i++) {
		set_open(b);
		count = put_glue(b, o, (uint16_t)kind);
		set_close(b, node, i, (uint16_t)kind, count);
	}
}

/* --- nodes --- */

static uint8_t
node_flags(const struct owner *o, uint32_t number)
{
	uint8_t flags = number == RECORDS_APEX ? TREE_APEX : 0;

	if ((o->flags & OWNER_BELOW) != 0)
		return flags | TREE_BELOW;
	if ((o->flags & OWNER_CUT) != 0)
		return flags | TREE_CUT;
	if ((o->flags & OWNER_DNAME) != 0)
		flags |= TREE_DNAME;
	if ((o->flags & OWNER_CNAME) != 0)
		flags |= TREE_CNAME;
	return o->wild != 0 ? flags | TREE_WILD : flags;
}

static unsigned
count_sets(const struct records *r, const struct owner *o)
{
	unsigned count = 0;
	uint32_t n;

	for (n = o->first; n != 0; n = records_set_end(r, n))
		count++;
	return count;
}

/* A node that fits in a line but lies across two moves to the next one; the
 * octets it leaves are 0, which no node starts with. */
static size_t
keep_in_line(struct builder *b, size_t at)
{
	size_t len = b->out.len - at, to = (at + LINE - 1) & ~(size_t)(LINE - 1);

	if (len > LINE || at / LINE == (b->out.len - 1) / LINE)
		return at;
	(void)block_add(&b->out, to - at, 1);
	memmove(b->out.base + to, b->out.base + at, len);
	memset(b->out.base + at, 0, to - at);
	return to;
}

static void
put_node(struct builder *b, uint32_t number)
{
	struct owner *o = records_at(b->r, number);
	unsigned sets = count_sets(b->r, o), extras = extras_of(o, number), i;
	size_t at = block_add(&b->out, sizeof(struct tree_node) +
	    (sets + extras) * sizeof(struct tree_set), 4);
	struct tree_node *node = node_at(b, at);
	uint32_t n = o->first;

	node->name_len = o->name_len;
	node->set_count = (uint8_t)sets;
	node->extra_count = (uint8_t)extras;
	node->flags = node_flags(o, number);
	put(b, records_name(b->r, o), o->name_len);
	(void)block_add(&b->out, o->name_len & 1, 1);
	for (i = 0; i < sets; i++)
		n = put_set(b, at, i, n);
	put_extras(b, at, o, number);
	at = keep_in_line(b, at);
	assert(at / 4 <= UINT32_MAX);
	o->node = (uint32_t)(at / 4);
	node_at(b, at)->self = o->node;
}

static void
link_node(struct builder *b, uint32_t number)
{
	const struct owner *o = records_at(b->r, number);
	struct tree_node *node = node_at(b, (size_t)o->node * 4);

	if ((node->flags & TREE_BELOW) != 0)
		node->link = records_at(b->r, o->cover)->node;
	else if ((node->flags & TREE_WILD) != 0)
		node->link = records_at(b->r, o->wild)->node;
}

static void
fill_head(struct zone *z, const struct records *r)
{
	const struct owner *o = records_at(r, RECORDS_APEX);
	const struct record *soa = records_get(r,
	    records_first(r, o, RRTYPE_SOA));
	bool found;

	z->magic = ZONE_MAGIC;
	atomic_init(&z->refs, 1);
	z->apex = (const void *)((uint8_t *)z + (size_t)o->node * 4);
	found = tree_find(z->apex, RRTYPE_SOA, &z->soa) &&
	    tree_find(z->apex, RRTYPE_NS, &z->ns) &&
	    tree_extra(z->apex, TREE_NEGATIVE, &z->soa_negative);
	assert(found);			/* check_zone saw them */
	z->serial = read_u32(soa->rdata + soa->rdlen - SOA_NUMBERS);
	z->negative_ttl_s = negative_ttl(soa);
	z->name_count = r->owner_count;
	z->record_count = r->record_count;
	z->labels_max = (uint8_t)r->labels_max;
	z->name_len = (uint8_t)r->apex_len;
	memcpy(z->name, r->apex, r->apex_len);
}

struct zone *
tree_compile(const struct records *r)
{
	struct builder b = { .r = r };
	size_t size, mapped;
	struct zone *z;
	uint32_t i;

	block_expect(&b.out, r->data.len + (size_t)r->owner_count * NODE_MORE);
	(void)block_add(&b.out, sizeof(struct zone), LINE);
	for (i = RECORDS_APEX; i <= r->owner_count; i++)
		put_node(&b, i);
	for (i = RECORDS_APEX; i <= r->owner_count; i++)
		link_node(&b, i);
	size = b.out.len;
	z = block_take(&b.out, &mapped);
	z->size = size;
	z->mapped = mapped;
	fill_head(z, r);
	free(b.fix.at);
	free(b.ns.at);
	return z;
}

/* --- reading --- */

static size_t
node_size(const struct tree_node *n)
{
	size_t size = (size_t)(tree_data(n) - (const uint8_t *)n);
	unsigned i;

	for (i = 0; i < (unsigned)n->set_count + n->extra_count; i++)
		size += tree_set_size(&n->sets[i]);
	return size;
}

const struct tree_node *
tree_next(const struct zone *z, const struct tree_node *node)
{
	const uint8_t *base = (const uint8_t *)z;
	size_t at = sizeof(struct zone);

	if (node != NULL)
		at = (size_t)node->self * 4 + node_size(node);
	at = (at + 3) & ~(size_t)3;
	if (at + sizeof(struct tree_node) > z->size)
		return NULL;
	node = (const void *)(base + at);
	if (node->self == 0) {
		at = (at + LINE - 1) & ~(size_t)(LINE - 1);
		if (at >= z->size)
			return NULL;
		node = (const void *)(base + at);
	}
	return node;
}

bool
tree_extra(const struct tree_node *n, uint16_t kind, struct rrset *rs)
{
	const uint8_t *wire = tree_data(n);
	unsigned i;

	for (i = 0; i < (unsigned)n->set_count + n->extra_count; i++) {
		if (i >= n->set_count && n->sets[i].type == kind) {
			*rs = tree_view(n, i, wire);
			return true;
		}
		wire += tree_set_size(&n->sets[i]);
	}
	return false;
}
