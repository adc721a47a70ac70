/* gtmd/types/wideip.h - wide IPs of all record types: an application's name and
 * the pools that answer for it.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_WIDEIP_H
#define GTMD_TYPES_WIDEIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/model/object.h"
#include "core/model/prop.h"
#include "gtmd/types/pool.h"

struct draft;
struct type;

/* What most wide IPs leave at its default. */
struct wideip_rare {
	struct apart	 apart;
	char		*description;
	bool		 failure_rcode_response;
	bool		 minimal_response;
	bool		 client_subnet;	/* topology-prefer-edns0-… */
	bool		 cohort;		/* ours: ratio-cohort */
	bool		 persistence;
	bool		 ledger;		/* ours: resolver-ledger */
	uint32_t	 failure_rcode;		/* RCODE itself: 0 noerror, 1 formerr,
						 * 2 servfail, 3 nxdomain, 4 notimpl,
						 * 5 refused (names in that order) */
	uint32_t	 failure_rcode_ttl_s;
	uint32_t	 min_active_members;	/* ours; 0 = off */
	uint32_t	 persist_ipv4, persist_ipv6;	/* bits */
	uint32_t	 persist_ttl_s;	/* ttl-persistence */
	uint32_t	 log_verbosity;	/* enum wideip_log, several */
};

/* The domain name is the last component of the object's full path; names and
 * aliases may hold '*' (any run of octets) and '?' (one octet). */
struct wideip {
	struct object	 obj;
	const struct wideip_rare *rare;
	struct strlist	 aliases;
	struct objlist	 pools;			/* struct wideip_pool */
	struct objlist	 pools_cname;		/* the same; of type cname, all
						 * but in a wide IP cname */
	struct typedref	 last_resort_pool;
	uint32_t	 pool_lb_mode;		/* see wideip_lb */
	bool		 enabled;
};

/* Bits of load-balancing-decision-log-verbosity. */
enum wideip_log {
	WIDEIP_LOG_POOL = 1 << 0,		/* pool-selection */
	WIDEIP_LOG_POOLS = 1 << 1,		/* pool-traversal */
	WIDEIP_LOG_MEMBER = 1 << 2,	/* pool-member-selection */
	WIDEIP_LOG_MEMBERS = 1 << 3,	/* pool-member-traversal */
};

struct wideip_pool {
	struct object	 obj;		/* key: full path of a pool of the same
					 * type, or cname */
	uint32_t	 order;
	uint32_t	 ratio;
	uint32_t	 priority_group;	/* ours; with min-active-members */
};

extern const struct type wideip_type_a;
extern const struct type wideip_type_aaaa;
extern const struct type wideip_type_cname;
extern const struct type wideip_type_mx;
extern const struct type wideip_type_srv;
extern const struct type wideip_type_naptr;
extern const struct type wideip_type_https;
extern const struct type wideip_type_svcb;
extern const struct type wideip_type_txt;
extern const struct type wideip_pool_type_a;
extern const struct type wideip_pool_type_aaaa;
extern const struct type wideip_pool_type_cname;
extern const struct type wideip_pool_type_mx;
extern const struct type wideip_pool_type_srv;
extern const struct type wideip_pool_type_naptr;
extern const struct type wideip_pool_type_https;
extern const struct type wideip_pool_type_svcb;
extern const struct type wideip_pool_type_txt;
extern const struct type *const wideip_types[];		/* NULL at the end */

/* How one of its pools is chosen. */
enum pool_lb wideip_lb(const struct wideip *w);

/* The domain name (or pattern) of a wide IP: the last path component. */
const char *wideip_domain(const struct wideip *w);
/* Does this name or alias hold '*' or '?'. */
bool wideip_is_pattern(const char *domain);

/*
 * wideip_each_answering - the wide IPs of any type that answer for a name.
 *
 * Those that have it as name or alias; when there are none, those with a
 * pattern that matches (the most specific answers, all are named). name is
 * text in any form; what is no domain name has none.
 */
typedef void wideip_fn(void *arg, const struct wideip *w);
void wideip_each_answering(const struct draft *d, const char *name,
    wideip_fn *fn, void *arg);

/* Does any? */
bool wideip_answers(const struct draft *d, const char *name);

#endif
