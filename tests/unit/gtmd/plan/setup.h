/* tests/unit/gtmd/plan/setup.h - a random configuration and the state of all it
 * names, as plain values: what test_plan_answers puts into the real model, and
 * what its reference reads. SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_PLAN_SETUP_H
#define TESTS_UNIT_GTMD_PLAN_SETUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/rand.h"
#include "gtmd/types/metric.h"

struct strbuf;

enum {
	SETUP_SITES = 2, SETUP_SERVERS = 3, SETUP_PLACES = 3,
	SETUP_MEMBERS = SETUP_SERVERS * SETUP_PLACES, SETUP_POOLS = 4,
	SETUP_CNAME = SETUP_POOLS,	/* the number of the one cname pool */
	SETUP_ALIASES = 2, SETUP_EDGES = SETUP_POOLS + 1, SETUP_RECORDS = 8
};

/* Where each method may stand, and how it goes by what is measured. */
enum setup_lb {
	SETUP_ROUND_ROBIN, SETUP_RATIO, SETUP_GLOBAL, SETUP_TOPOLOGY,
	SETUP_STATIC, SETUP_RETURN, SETUP_DROP, SETUP_FALLBACK_IP,
	SETUP_PACKETS, SETUP_CAPACITY, SETUP_SCORE,
	SETUP_NONE,			/* from here on: not alternate … */
	SETUP_CONNECTIONS, SETUP_KILOBYTES, SETUP_CPU, SETUP_QUALITY,
	SETUP_METHODS
};
extern const char *const setup_lb_names[SETUP_METHODS];

enum setup_health { SETUP_UNKNOWN, SETUP_UP, SETUP_DOWN };

/* A virtual server; its limit is of connections, 0 = none. */
struct setup_place {
	bool		 enabled, monitored, known[METRICS], over;
	enum setup_health health;
	uint64_t	 value[METRICS], limit;
};

struct setup_server {
	unsigned	 site;
	bool		 enabled, cpu_known;
	uint64_t	 cpu;
	struct setup_place places[SETUP_PLACES];
};

/* Of a cname pool place counts the aliases. */
struct setup_member {
	unsigned	 place, order;
	bool		 enabled;
	uint32_t	 ratio, group;
};

struct setup_pool {
	bool		 enabled, verify, cohort, dynamic;
	enum setup_lb	 lb[3];		/* preferred, alternate, fallback */
	unsigned	 min_up_mode, min_up, min_active, max_answers;
	unsigned	 ttl_s;		/* no other pool's */
	unsigned	 qos[5];	/* packets, kilobytes, capacity, score,
					 * topology */
	struct setup_member members[SETUP_MEMBERS];	/* as configured */
	size_t		 member_count;
};

struct setup_edge {
	unsigned	 pool, order;	/* pool may be SETUP_CNAME */
	uint32_t	 ratio, group;
};

/* Without a site or pool (server_kind) the server side is a subnet. */
struct setup_record {
	const char	*ldns;		/* "198.18.1.0/24" */
	const char	*server;	/* likewise, or "datacenter D0", "pool P1" */
	bool		 not_ldns, not_server;
	unsigned	 score, order;
};

struct setup {
	struct rand	 r;
	bool		 sites[SETUP_SITES];	/* enabled */
	struct setup_server servers[SETUP_SERVERS];
	struct setup_pool pools[SETUP_POOLS + 1];
	struct setup_record records[SETUP_RECORDS];
	size_t		 record_count;

	bool		 twins;		/* a server's last place has the address
					 * of its first one: who answered does
					 * not show, so nobody is remembered */
	bool		 longest, allow_zero, respect, drain;
	unsigned	 static_bits;

	bool		 zone_has;	/* the zone has a record of the name */
	bool		 enabled, cohort, persistence, client_subnet;
	enum setup_lb	 mode;
	unsigned	 min_active, persist_bits, persist_ttl_s;
	int		 last_resort;	/* a pool, or -1 */
	bool		 rcode_response;
	unsigned	 rcode, rcode_ttl_s;	/* into setup_rcodes */
	struct setup_edge edges[SETUP_EDGES];	/* by order */
	size_t		 edge_count;
};

enum { SETUP_RCODES = 4 };
extern const struct setup_rcode {
	const char	*name, *text;
	bool		 cached;	/* RFC 2308: with an SOA */
} setup_rcodes[SETUP_RCODES];

void setup_random(struct setup *s, uint64_t seed);

/* All of it as a configuration. */
void setup_write(const struct setup *s, struct strbuf *b);
void setup_write_site(const struct setup *s, unsigned i, struct strbuf *b);
void setup_write_server(const struct setup *s, unsigned i, struct strbuf *b);
void setup_write_pool(const struct setup *s, unsigned i, struct strbuf *b);
void setup_write_wide(const struct setup *s, struct strbuf *b);

/* The name that is asked for, without the last dot. */
const char *setup_name(const struct setup *s);
/* "/Common/S0:v1", or "a0.far.test". */
const char *setup_member_key(unsigned pool, unsigned place, char text[32]);
/* What it answers with: "10.0.0.2", or "a0.far.test". */
const char *setup_member_data(const struct setup *s, unsigned pool,
    unsigned place, char text[32]);
/* "/Common/P0" */
const char *setup_pool_key(unsigned pool, char text[32]);

/* A new value for one of the values a machine has on its own: 0..20
 * connections, and of the others so that equals are frequent. */
uint64_t setup_value(struct rand *r, enum metric m);

#endif
