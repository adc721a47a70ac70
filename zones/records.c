/* zones/records.c - owners behind a hash index, records in lists.
 * See records.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "zones/records.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "zones/rrtype.h"

#define SLOTS_FIRST	1024u		/* power of two */
#define LINE_MIN	16u		/* octets of a short record's line */
#define AHEAD		16u		/* owners between asking and using */
/* Numbers are offsets / 4 in 32 bits. One record is below 2^17 octets. */
#define DATA_MAX	(((size_t)UINT32_MAX << 2) - ((size_t)1 << 17))

/* The hash's upper half beside the number saves a visit to the owner. */
struct slot {
	uint32_t tag;
	uint32_t owner;		/* 0 = free */
};

static struct slot *
slots(const struct records *r)
{
	return (struct slot *)(void *)r->slots.base;
}

static void
slot_put(struct records *r, uint64_t hash, uint32_t owner)
{
	uint32_t i = (uint32_t)hash & r->slot_mask;

	while (slots(r)[i].owner != 0)
		i = (i + 1) & r->slot_mask;
	slots(r)[i] = (struct slot){ (uint32_t)(hash >> 32), owner };
}

static void
slots_resize(struct records *r, uint32_t count)
{
	uint32_t i;

	block_fini(&r->slots);
	block_expect(&r->slots, (size_t)count * sizeof(struct slot));
	(void)block_add(&r->slots, (size_t)count * sizeof(struct slot), 8);
	r->slot_mask = count - 1;
	for (i = 1; i <= r->owner_count; i++)
		slot_put(r, records_at(r, i)->hash, i);
}

static uint32_t
find_hashed(const struct records *r, const uint8_t *name, size_t len,
    uint64_t hash)
{
	uint32_t i = (uint32_t)hash & r->slot_mask;
	const struct owner *o;
	const struct slot *s;

	for (; (s = &slots(r)[i])->owner != 0; i = (i + 1) & r->slot_mask) {
		if (s->tag != (uint32_t)(hash >> 32))
			continue;
		o = records_at(r, s->owner);
		if (o->name_len == len &&
		    memcmp(records_name(r, o), name, len) == 0)
			return s->owner;
	}
	return 0;
}

static uint32_t
owner_new(struct records *r, const uint8_t *name, size_t len, uint64_t hash)
{
	struct owner *o;
	size_t at;

	assert(r->owner_count < UINT32_MAX / 4);
	at = block_add(&r->data, len, 4);
	memcpy(r->data.base + at, name, len);
	(void)block_add(&r->owners, sizeof(struct owner), 8);
	o = records_at(r, ++r->owner_count);
	o->hash = hash;
	o->name = (uint32_t)(at / 4);
	o->name_len = (uint8_t)len;
	return r->owner_count;
}

/* Room is sized for short lines; what stays unused was never touched. Number
 * 0 is no owner and no record, number 1 the apex. */
void
records_init(struct records *r, const uint8_t *apex, size_t text_len)
{
	*r = (struct records){ .apex = apex, .apex_len = dnsname_len(apex) };
	block_expect(&r->data, text_len * 3);
	block_expect(&r->owners, text_len / LINE_MIN * sizeof(struct owner));
	(void)block_add(&r->data, 4, 4);
	(void)block_add(&r->owners, sizeof(struct owner), 8);
	(void)records_owner(r, apex, r->apex_len);
}

void
records_fini(struct records *r)
{
	size_t i;

	block_fini(&r->data);
	block_fini(&r->owners);
	block_fini(&r->slots);
	for (i = 0; i < r->file_count; i++)
		free(r->files[i]);
	free(r->files);
	r->files = NULL;
	r->file_count = r->file_room = 0;
}

uint16_t
records_file(struct records *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->file_count; i++)
		if (strcmp(r->files[i], name) == 0)
			return (uint16_t)i;
	if (r->file_count == UINT16_MAX)	/* only the finding's text */
		return 0;
	r->files = mem_grow(r->files, &r->file_room, r->file_count + 1,
	    sizeof(*r->files));
	r->files[r->file_count] = mem_strdup(name);
	return (uint16_t)r->file_count++;
}

uint32_t
records_find(const struct records *r, const uint8_t *name, size_t len)
{
	return find_hashed(r, name, len, dnsname_hash(name, len));
}

uint32_t
records_owner(struct records *r, const uint8_t *name, size_t len)
{
	return owner_new(r, name, len, dnsname_hash(name, len));
}

uint32_t
records_add(struct records *r, uint32_t owner, const struct record *what,
    const uint8_t *rdata)
{
	struct owner *o = records_at(r, owner);
	struct record *rec;
	size_t at;
	uint32_t n;

	if (r->data.len > DATA_MAX)
		return 0;
	at = block_add(&r->data, offsetof(struct record, rdata) + what->rdlen, 4);
	n = (uint32_t)(at / 4);
	rec = records_get(r, n);
	memcpy(rec, what, offsetof(struct record, rdata));
	memcpy(rec->rdata, rdata, what->rdlen);
	rec->next = 0;
	if (o->first == 0) {
		o->first = n;
		if (rec->type == RRTYPE_A || rec->type == RRTYPE_AAAA)
			o->flags |= OWNER_PLAIN;
	} else {
		records_get(r, o->last)->next = n;
		o->flags &= (uint8_t)~OWNER_PLAIN;
	}
	o->last = n;
	r->record_count++;
	return n;
}

/* Puts the records of o behind those of to, which came earlier in the file. */
static void
merge(struct records *r, struct owner *to, const struct owner *o)
{
	if (o->first == 0)
		return;
	if (to->first == 0) {
		to->first = o->first;
		to->flags = o->flags;
	} else {
		records_get(r, to->last)->next = o->first;
		to->flags &= (uint8_t)~OWNER_PLAIN;
	}
	to->last = o->last;
}

/* Builds the index over all owners; those that it knows already leave no gap.
 * Each slot is asked for some owners ahead of its use: in a large zone all of
 * them are cache misses. */
static void
index_owners(struct records *r)
{
	uint32_t count = SLOTS_FIRST, n = r->owner_count, i, is;
	struct owner *o;

	while (count / 4 * 3 <= n)
		count *= 2;
	r->owner_count = 0;
	slots_resize(r, count);
	for (i = 1; i <= n; i++) {
		if (i + AHEAD <= n)
			__builtin_prefetch(&slots(r)[(uint32_t)records_at(r,
			    i + AHEAD)->hash & r->slot_mask], 1);
		o = records_at(r, i);
		is = find_hashed(r, records_name(r, o), o->name_len, o->hash);
		if (is != 0) {
			merge(r, records_at(r, is), o);
			continue;
		}
		*records_at(r, ++r->owner_count) = *o;
		slot_put(r, o->hash, r->owner_count);
	}
	r->owners.len = ((size_t)r->owner_count + 1) * sizeof(struct owner);
	memset(r->owners.base + r->owners.len, 0,
	    (n - r->owner_count) * sizeof(struct owner));
}

/* Finds an owner, or makes it and puts it into the index. */
static uint32_t
owner_indexed(struct records *r, const uint8_t *name, size_t len)
{
	uint64_t hash = dnsname_hash(name, len);
	uint32_t n = find_hashed(r, name, len, hash);

	if (n != 0)
		return n;
	if (r->owner_count / 3 >= r->slot_mask / 4)
		slots_resize(r, (r->slot_mask + 1) * 2);
	n = owner_new(r, name, len, hash);
	slot_put(r, hash, n);
	return n;
}

/* The same for a name in the table, which may move. */
static uint32_t
owner_indexed_inside(struct records *r, const uint8_t *inside, size_t len)
{
	uint8_t name[DNSNAME_MAX];

	memcpy(name, inside, len);
	return owner_indexed(r, name, len);
}

/* The owner one label up. Neighbours in a file mostly share their parent. */
static uint32_t
parent_of(struct records *r, uint32_t n)
{
	const struct owner *o = records_at(r, n), *c;
	const uint8_t *up = dnsname_parent(records_name(r, o));
	size_t len = o->name_len - 1u - *records_name(r, o);

	if (len == r->apex_len)
		return RECORDS_APEX;
	c = records_at(r, r->parent_cache);
	if (c->name_len == len && memcmp(records_name(r, c), up, len) == 0)
		return r->parent_cache;
	r->parent_cache = owner_indexed_inside(r, up, len);
	return r->parent_cache;
}

void
records_link(struct records *r)
{
	const uint8_t *name;
	unsigned labels;
	uint32_t n, up;

	index_owners(r);
	r->labels_max = dnsname_labels(r->apex);
	/* Parents made on the way come up later in the same walk. */
	for (n = RECORDS_APEX + 1; n <= r->owner_count; n++) {
		up = parent_of(r, n);
		records_at(r, n)->parent = up;
		name = records_name(r, records_at(r, n));
		labels = dnsname_labels(name);
		if (labels > r->labels_max)
			r->labels_max = labels;
		if (name[0] == 1 && name[1] == '*')
			records_at(r, up)->wild = n;
	}
}
