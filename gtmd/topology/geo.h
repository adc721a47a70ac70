/* gtmd/topology/geo.h - where an address is, as a MaxMind database tells.
 *
 * The only file that knows libmaxminddb. A database is opened whole, read when
 * the topology tables are built, and never asked by a query. Control loop.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_GEO_H
#define GTMD_TOPOLOGY_GEO_H

#include <stdbool.h>
#include <stdint.h>
#include "core/base/addr.h"

struct err;
struct geo;

#define GEO_TEXT_MAX	128

/* What is not known is empty. */
struct geo_facts {
	char	continent[GEO_TEXT_MAX];	/* "EU" */
	char	country[GEO_TEXT_MAX];		/* "DE" */
	char	state[GEO_TEXT_MAX];		/* "Bavaria" */
	char	state_code[GEO_TEXT_MAX];	/* "BY" */
	char	isp[GEO_TEXT_MAX];
};

/*
 * geo_open - the database in a file.
 *
 * The file is read and checked from end to end of its tree. NULL with e filled
 * (ERR_IO, ERR_PARSE) when it is missing, no database, or damaged.
 */
struct geo *geo_open(const char *path, struct err *e);
void geo_ref(struct geo *g);
/* Drops a reference; the last one closes. Any thread. */
void geo_close(struct geo **pg);

/* What is known of an address; false when nothing is. */
bool geo_find(const struct geo *g, const struct addr *a,
    struct geo_facts *out);

/* Label of a record: 0 = of no interest. Asked once for each that there is. */
typedef uint32_t geo_label_fn(void *arg, const struct geo_facts *f);
/* A network all of which has this label. */
typedef void geo_network_fn(void *arg, const struct addr_prefix *p,
    uint32_t label);

struct geo_walk {
	geo_label_fn	*label;
	geo_network_fn	*network;	/* for labels other than 0 */
	void		*arg;
};

/*
 * geo_walk - all networks of a family whose label is not 0, as few and as wide
 * as they can be said.
 *
 * cost  one step for each node of the database's tree, and one reading for
 *       each of its records
 */
void geo_walk(const struct geo *g, uint8_t family, const struct geo_walk *w);

#endif
