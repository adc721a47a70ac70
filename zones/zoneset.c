/* zones/zoneset.c - one hash index over all zones; see zoneset.h.
 *
 * Open addressing, linear probing, no deletion. The slot range is cut by the
 * hash's upper half (multiply and shift), so it need not be a power of two and
 * is filled to the same share whatever the number of names.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zones/zoneset.h"

#include <assert.h>
#include <string.h>
#include <stdlib.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/wire/dnsname.h"
#include "zones/block.h"
#include "zones/tree.h"

#define SLOTS_MIN	8u
#define AHEAD		16u	/* nodes between asking for a slot and using it */
/* The parent's node of a child's apex is kept under a hash of its own. */
#define CUT_HASH	UINT64_C(0x9e3779b97f4a7c15)

/* 3 slots for 2 names: about two probes for a name that is not there, most
 * of them in the same cache line. */
static uint32_t
slots_for(size_t names)
{
	assert(names < UINT32_MAX / 2);
	return (uint32_t)(names + names / 2) + SLOTS_MIN;
}

const struct tree_node *
zoneset_find(const struct zoneset *zs, const uint8_t *name, size_t len,
    uint64_t hash)
{
	const struct zoneset_slot *s = zoneset_slot(zs, hash);
	const struct zoneset_slot *end = zs->slots + zs->slot_count;

	while (s->node != NULL) {
		if (s->hash == hash && s->node->name_len == len &&
		    memcmp(tree_name(s->node), name, len) == 0)
			return s->node;
		if (++s == end)
			s = zs->slots;
	}
	return NULL;
}

void
zoneset_prefetch_node(const struct zoneset *zs, uint64_t hash)
{
	const struct zoneset_slot *s = zoneset_slot(zs, hash);

	/* Mostly the first or the second slot; further it does not pay. */
	if (s->hash != hash && s + 1 < zs->slots + zs->slot_count)
		s++;
	__builtin_prefetch(s->node);
}

static void
put(struct zoneset *zs, const struct tree_node *node, uint64_t hash)
{
	uint32_t i = (uint32_t)(zoneset_slot(zs, hash) - zs->slots);

	while (zs->slots[i].node != NULL)
		i = i + 1 < zs->slot_count ? i + 1 : 0;
	zs->slots[i] = (struct zoneset_slot){ hash, node };
}

static uint64_t
node_hash(const struct tree_node *node)
{
	return dnsname_hash(tree_name(node), node->name_len);
}

/* All apexes first: what comes after asks them whose a name is. */
static int
put_apexes(struct zoneset *zs, struct err *e)
{
	const struct zone *z;
	char text[DNSNAME_TEXT_MAX];
	uint64_t hash;
	size_t i;

	for (i = 0; i < zs->zone_count; i++) {
		z = zs->zones[i];
		hash = node_hash(z->apex);
		if (zoneset_find(zs, z->name, z->name_len, hash) != NULL)
			return err_set(e, ERR_EXISTS, "zone %s is there twice",
			    dnsname_format(z->name, text));
		put(zs, z->apex, hash);
	}
	return 0;
}

static int
zone_compare(const void *x, const void *y)
{
	uintptr_t a = (uintptr_t)*(struct zone *const *)x;
	uintptr_t b = (uintptr_t)*(struct zone *const *)y;

	return a < b ? -1 : a > b;
}

static size_t
zone_index(const struct zoneset *zs, const struct zone *z)
{
	struct zone *const *at = bsearch(&z, zs->zones, zs->zone_count,
	    sizeof(*zs->zones), zone_compare);

	assert(at != NULL);
	return (size_t)(at - zs->zones);
}

/* Marks each zone that has another zone of the set below its apex. Only
 * apexes are in the index yet. */
static void
mark_parents(const struct zoneset *zs, bool *is_parent)
{
	const struct tree_node *up;
	const uint8_t *p;
	size_t i;

	for (i = 0; i < zs->zone_count; i++)
		for (p = zs->zones[i]->name; *p != 0;) {
			p = dnsname_parent(p);
			up = zoneset_find(zs, p, dnsname_len(p),
			    dnsname_hash(p, dnsname_len(p)));
			if (up != NULL)
				is_parent[zone_index(zs, tree_zone(up))] = true;
		}
}

enum owned {
	OWNED,		/* no other zone is closer */
	OWNED_CHILD,	/* the apex of another zone, directly below this one */
	OWNED_OTHER,	/* in another zone */
};

/* Does the zone keep this name, or does a child zone of the set have it? */
static enum owned
owned_by(const struct zoneset *zs, const struct zone *z,
    const struct tree_node *node)
{
	const uint8_t *name = tree_name(node), *p;
	size_t len = node->name_len;
	enum owned owned = OWNED;
	const struct tree_node *up;

	for (p = name; len > z->name_len; len -= 1u + *p, p += 1 + *p) {
		up = zoneset_find(zs, p, len, dnsname_hash(p, len));
		if (up == NULL || (up->flags & TREE_APEX) == 0)
			continue;
		if (p != name)
			return OWNED_OTHER;
		owned = OWNED_CHILD;
	}
	return owned;
}

static void
put_node(struct zoneset *zs, const struct zone *z, bool is_parent,
    const struct zoneset_slot *in)
{
	enum owned owned = is_parent ? owned_by(zs, z, in->node) : OWNED;

	if (in->node == z->apex)
		return;
	if (owned == OWNED)
		put(zs, in->node, in->hash);
	else if (owned == OWNED_CHILD && (in->node->flags & TREE_CUT) != 0)
		put(zs, in->node, in->hash ^ CUT_HASH);
}

/* Slots are asked for a few nodes ahead, or each would be waited for. */
static void
put_zone(struct zoneset *zs, const struct zone *z, bool is_parent)
{
	struct zoneset_slot ahead[AHEAD];
	const struct tree_node *node = NULL;
	size_t n = 0, i;

	while ((node = tree_next(z, node)) != NULL) {
		if (n >= AHEAD)
			put_node(zs, z, is_parent, &ahead[n % AHEAD]);
		ahead[n % AHEAD] = (struct zoneset_slot){ node_hash(node), node };
		__builtin_prefetch(zoneset_slot(zs, ahead[n % AHEAD].hash), 1);
		n++;
	}
	for (i = n < AHEAD ? 0 : n - AHEAD; i < n; i++)
		put_node(zs, z, is_parent, &ahead[i % AHEAD]);
}

/* Takes references and sizes of all zones. */
static void
take_zones(struct zoneset *zs, struct zone *const *zones, size_t n)
{
	size_t i, names = 0;
	uint8_t apex_labels;

	zs->magic = ZONESET_MAGIC;
	zs->labels_min = DNSNAME_LABELS_MAX;
	zs->zones = mem_zalloc(n + 1, sizeof(struct zone *));
	zs->zone_count = n;
	for (i = 0; i < n; i++) {
		zs->zones[i] = zone_hold(zones[i]);
		names += zones[i]->name_count;
		apex_labels = (uint8_t)dnsname_labels(zones[i]->name);
		if (zones[i]->labels_max > zs->labels_max)
			zs->labels_max = zones[i]->labels_max;
		if (apex_labels < zs->labels_min)
			zs->labels_min = apex_labels;
	}
	qsort(zs->zones, n, sizeof(*zs->zones), zone_compare);
	zs->slot_count = slots_for(names);
	zs->slots = block_alloc((size_t)zs->slot_count *
	    sizeof(struct zoneset_slot), &zs->mapped);
}

int
zoneset_build(struct zoneset **out, struct zone *const *zones, size_t n,
    struct err *e)
{
	struct zoneset *zs = mem_zalloc(1, sizeof(*zs));
	bool *is_parent = mem_zalloc(n + 1, sizeof(*is_parent));
	size_t i;
	int rc;

	take_zones(zs, zones, n);
	rc = put_apexes(zs, e);
	if (rc == 0) {
		mark_parents(zs, is_parent);
		for (i = 0; i < n; i++)
			put_zone(zs, zs->zones[i], is_parent[i]);
	} else {
		zoneset_free(&zs);
	}
	free(is_parent);
	*out = zs;
	return rc;
}

void
zoneset_free(struct zoneset **zsp)
{
	struct zoneset *zs = *zsp;
	size_t i;

	*zsp = NULL;
	if (zs == NULL)
		return;
	OBJ_CHECK(zs, ZONESET_MAGIC);
	for (i = 0; i < zs->zone_count; i++)
		zone_free(&zs->zones[i]);
	block_free(zs->slots, zs->mapped);
	zs->magic = 0;
	free(zs->zones);
	free(zs);
}

const struct tree_node *
zoneset_find_cut(const struct zoneset *zs, const uint8_t *name, size_t len,
    uint64_t hash)
{
	return zoneset_find(zs, name, len, hash ^ CUT_HASH);
}

const struct tree_node *
zoneset_closest(const struct zoneset *zs, const uint8_t *name, size_t len)
{
	unsigned labels = dnsname_labels(name);
	const struct tree_node *node;

	for (;; labels--) {
		if (labels < zs->labels_min)
			return NULL;
		if (labels <= zs->labels_max) {
			node = zoneset_find(zs, name, len,
			    dnsname_hash(name, len));
			if (node != NULL)
				return node;
		}
		if (labels == 0)
			return NULL;
		len -= 1u + *name;
		name += 1 + *name;
	}
}

const struct zone *
zoneset_find_zone(const struct zoneset *zs, const uint8_t *name, size_t len)
{
	const struct tree_node *node = zoneset_closest(zs, name, len);

	return node == NULL ? NULL : tree_zone(node);
}
