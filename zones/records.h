/* zones/records.h - the records of one zone while it is being read: grouped
 * by owner, in the order of the file, each with its line.
 *
 * A working table between zonefile (fills it), check (judges and arranges it)
 * and tree (compiles it). Offsets instead of pointers, because it grows by
 * moving. Layer: zones, knows nothing of text.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ZONES_RECORDS_H
#define ZONES_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/wire/dnsname.h"
#include "zones/block.h"

/* Kept in records.data, 4-aligned; its offset / 4 is its number. */
struct record {
	uint32_t next;		/* of the same owner, 0 = last */
	uint32_t ttl_s;
	uint32_t line;
	uint16_t file;		/* index of records.files */
	uint16_t type;
	uint16_t rdlen;
	uint8_t	 rdata[];	/* wire form, names uncompressed */
};

enum {
	OWNER_CUT	= 1 << 0,	/* has NS and is not the apex */
	OWNER_BELOW	= 1 << 1,	/* strictly below a cut */
	OWNER_DNAME	= 1 << 2,	/* has a DNAME */
	OWNER_UNDER	= 1 << 3,	/* strictly below a DNAME */
	OWNER_CNAME	= 1 << 4,	/* has a CNAME */
	OWNER_PLACED	= 1 << 5,	/* its place under cuts is known */
	OWNER_GLUE	= 1 << 6,	/* a name server that a cut needs */
	OWNER_PLAIN	= 1 << 7,	/* one address record, nothing else */
};

/* Owners are numbered from 1; 1 is the apex, always there. */
struct owner {
	uint64_t hash;
	uint32_t name;		/* offset in records.data */
	uint32_t first, last;	/* records, 0 = empty non-terminal */
	uint32_t parent;	/* 0 for the apex */
	uint32_t cover;		/* the owner whose cut or DNAME is above */
	uint32_t wild;		/* its child "*", or 0 */
	uint32_t node;		/* tree: its node's place in the block */
	uint8_t	 name_len;
	uint8_t	 flags;		/* OWNER_… */
};

#define RECORDS_APEX	1u

struct records {
	struct block	 data;		/* names and records */
	struct block	 owners;	/* struct owner, [0] unused */
	struct block	 slots;		/* hash index of owners */
	uint32_t	 slot_mask;
	uint32_t	 owner_count;	/* last number */
	uint32_t	 parent_cache;	/* owner that was last made a parent */
	size_t		 record_count;
	unsigned	 labels_max;	/* of the deepest owner */
	const uint8_t	*apex;		/* the caller's, lower case */
	size_t		 apex_len;
	char		**files;	/* names for findings */
	size_t		 file_count, file_room;
};

/* text_len octets of text are to come, or more: room is made ahead. */
void records_init(struct records *r, const uint8_t *apex, size_t text_len);
void records_fini(struct records *r);

/* Remembers a file's name; returns its index. */
uint16_t records_file(struct records *r, const char *name);

/* One owner more, with a name (lower case, under the apex) that may be there
 * already: while reading nobody looks. Returns a number for records_add that
 * is good until records_link. */
uint32_t records_owner(struct records *r, const uint8_t *name, size_t len);

/* Appends a record to an owner; what gives all but next. Returns its number,
 * or 0 when the table is full (16 GiB). */
uint32_t records_add(struct records *r, uint32_t owner,
    const struct record *what, const uint8_t *rdata);

/* Makes owners of the same name one, builds the index, makes the empty
 * non-terminals (RFC 4592 2.2.2) and fills parent and wild of every owner.
 * Call once, after the last records_add. */
void records_link(struct records *r);

/* Once linked: the number of the owner with this name, or 0. */
uint32_t records_find(const struct records *r, const uint8_t *name, size_t len);

static inline struct owner *
records_at(const struct records *r, uint32_t n)
{
	return (struct owner *)(void *)r->owners.base + n;
}

static inline struct record *
records_get(const struct records *r, uint32_t n)
{
	return (struct record *)(void *)(r->data.base + (size_t)n * 4);
}

/* The first record behind n's set: of another type, or 0. The records of an
 * owner are grouped by type once they are arranged. */
static inline uint32_t
records_set_end(const struct records *r, uint32_t n)
{
	uint16_t type = records_get(r, n)->type;

	while (n != 0 && records_get(r, n)->type == type)
		n = records_get(r, n)->next;
	return n;
}

/* The first record of a type at an owner, or 0. */
static inline uint32_t
records_first(const struct records *r, const struct owner *o, uint16_t type)
{
	uint32_t n = o->first;

	while (n != 0 && records_get(r, n)->type != type)
		n = records_get(r, n)->next;
	return n;
}

static inline const uint8_t *
records_name(const struct records *r, const struct owner *o)
{
	return r->data.base + (size_t)o->name * 4;
}

#endif
