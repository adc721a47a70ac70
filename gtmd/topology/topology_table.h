/* gtmd/topology/topology_table.h - all topology records, compiled: from a client's
 * address to its class, and from classes to scores.
 *
 * Clients of one class satisfy the same conditions of all records, so that
 * whatever a record says of one it says of all. Queries ask for the class and
 * nothing else, of maps that never change; what a class means to some
 * candidates is a topology_view. The table itself is the control loop's, which
 * edits it (topology_edit.h). Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_TOPOLOGY_TABLE_H
#define GTMD_TOPOLOGY_TOPOLOGY_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "gtmd/topology/prefixmap.h"
#include "gtmd/topology/topology_atoms.h"
#include "gtmd/topology/topology_classes.h"
#include "gtmd/topology/topology_sort.h"

struct geo;

#define TOPOLOGY_GEO_MAX	4	/* databases */
#define TOPOLOGY_NO_RECORD	UINT32_MAX

struct topology_region {
	const char	*name;		/* full path */
	const struct topoterm *members;
	size_t		 count;
};

/* What a table is made from; borrowed. Records come sorted. */
struct topology_input {
	const struct topology_record *records;
	size_t		 record_count;
	const struct topology_region *regions;
	size_t		 region_count;
	struct geo *const *geo;		/* what any of them knows counts */
	size_t		 geo_count;
	bool		 allow_zero;	/* topology-allow-zero-scores */
	bool		 longest_match;	/* how they are sorted */
};

/* A record; neg: the side says "not". */
struct topology_line {
	uint32_t	 ldns, server;	/* atoms */
	bool		 ldns_neg, server_neg;
	uint32_t	 score;
	uint64_t	 key;		/* topology_sort_key's */
	uint64_t	 place;		/* the lower the sooner */
	uint32_t	 next;		/* of the same ldns: its number + 1 */
	char		*name;		/* owned; NULL = the number is free */
};

/* Who uses an atom. */
struct topology_use {
	uint32_t	 first;		/* line with it as ldns: number + 1 */
	uint32_t	 clients, servers;	/* lines with it on that side */
	struct topology_list by_server[2];	/* those with it as server: plain
					 * and "not"; first first */
	struct topology_list holders;	/* clients' classes that flip it */
};

/* Kinds of classes. */
enum { TOPOLOGY_MEMBERS, TOPOLOGY_POOLS };

struct topology_table {
	unsigned	 magic;
#define TOPOLOGY_TABLE_MAGIC	0x70b01061u
	unsigned	 refs;		/* atomic: the grave digger drops too */
	struct prefixmap *ipv4, *ipv6;	/* of the moment */
	/* Control loop only: */
	bool		 allow_zero, longest_match;
	struct topology_atoms atoms;
	struct topology_use *uses;	/* by atom */
	size_t		 use_count, use_room;
	struct topology_line *lines;	/* by number */
	size_t		 line_count, line_room;
	struct topology_list spare_lines;	/* free numbers */
	struct topology_list order;	/* lines, first first */
	struct topology_classes clients;	/* 0: no flips; always there */
	uint32_t	*places;	/* by class of clients: in both maps */
	size_t		 place_count, place_room;
	struct topology_classes servers;
	uint64_t	 generation;	/* of the numbers of servers' classes */
	struct topology_list pool_lines, member_lines;	/* satisfied unless
					 * flipped, of a pool, of a member */
	struct geo	*geo[TOPOLOGY_GEO_MAX];	/* referred to */
	size_t		 geo_count;
};

/*
 * topology_table_new - compiles; one reference.
 *
 * cost  linear in records, region members and databases' networks, times the
 *       conditions that hold of one client
 */
struct topology_table *topology_table_new(const struct topology_input *in);
void topology_table_ref(struct topology_table *t);
/* Any thread; the last one frees. */
void topology_table_drop(struct topology_table **pt);

/* The class of clients of the moment, and the bits that decided it. Family 0:
 * class 0. */
struct prefixmap_found topology_table_find(const struct topology_table *t,
    const struct addr *a);

/* A pool by itself, or a member: what records may say of it. */
struct topology_subject {
	bool		 is_pool;
	const char	*pool;		/* full path, or NULL */
	const char	*datacenter;	/* full path, or NULL */
	struct addr	 addr;		/* family 0: none */
};

/* The number of its class among servers. */
uint32_t topology_table_server(struct topology_table *t,
    const struct topology_subject *s);

/* The first record for this client and this server, or TOPOLOGY_NO_RECORD;
 * numbers as topology_table_find and _server give them. */
uint32_t topology_table_match(const struct topology_table *t,
    uint32_t client, uint32_t server);

/* Is the record's client side satisfied by this class? */
bool topology_table_is_for(const struct topology_table *t,
    const struct topology_line *l, const struct topology_class *client);
/* Is its server side, by a class among servers? */
bool topology_table_is_of(const struct topology_table *t,
    const struct topology_line *l, const struct topology_class *server);
/* Is it for all clients but those that flip its ldns? */
bool topology_table_is_plain(const struct topology_table *t,
    const struct topology_line *l);

/* For topology_edit: the lists by atom and class are long enough; a class of
 * clients with these flips; a line into the indexes by server, or out. */
void topology_table_grow(struct topology_table *t);
uint32_t topology_table_class(struct topology_table *t,
    const struct topology_list *flips);
void topology_table_index(struct topology_table *t, uint32_t line, bool in);

#endif
