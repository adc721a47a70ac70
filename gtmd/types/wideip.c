/* gtmd/types/wideip.c - the property tables of the wide IPs.
 *
 * The rules across properties and objects are in widecheck.c; what is answered
 * is the plan's business. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/wideip.h"

#include <string.h>

#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/type.h"
#include "gtmd/types/domain.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/refused.h"
#include "gtmd/types/widecheck.h"

/* The first three in the order of enum pool_lb; see wideip_lb. */
static const char *const lb_names[] = {
	"round-robin", "ratio", "global-availability", "topology", "random",
	NULL
};

enum { LB_TOPOLOGY = POOL_LB_GLOBAL_AVAILABILITY + 1 };

/* In the order of the RCODEs (RFC 1035 4.1.1). */
static const char *const rcode_names[] = {
	"noerror", "formerr", "servfail", "nxdomain", "notimpl", "refused",
	NULL
};

/* In the order of enum wideip_log. */
static const char *const verbosity_names[] = {
	"pool-selection", "pool-traversal", "pool-member-selection",
	"pool-member-traversal", NULL
};

static int
check_lb(const struct prop *p, const void *value, struct err *e)
{
	uint32_t lb = *(const uint32_t *)value;

	if (lb <= LB_TOPOLOGY)
		return 0;
	return err_set(e, ERR_UNSUPPORTED, "not supported yet: %s: %s: %s",
	    p->name, lb_names[lb], "write round-robin");
}

/* Its pool answers in the place of the wide IP's own: the records are of the
 * wide IP's type, or a CNAME that leads to some. */
static int
check_resort(const struct prop *p, const void *value, const char *type,
    struct err *e)
{
	const struct typedref *r = value;

	if (r->kind == NULL || strcmp(r->kind, type) == 0 ||
	    strcmp(r->kind, "cname") == 0)
		return 0;
	return err_set(e, ERR_RANGE, "%s: a pool of type %s cannot answer for "
	    "a wide IP of type %s", p->name, r->kind, type);
}

static const struct prop wideip_pool_props[] = {
	{ .name = "order", .kind = PROP_U32,
	  .flags = PROP_POSITION | PROP_ALWAYS,
	  .off = offsetof(struct wideip_pool, order), .max = 65535,
	  .dflt = "0", .help = "place among the pools" },
	{ .name = "priority-group", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct wideip_pool, priority_group), .max = 65535,
	  .dflt = "0",
	  .help = "with min-active-members: highest group serves first" },
	{ .name = "ratio", .kind = PROP_U32,
	  .off = offsetof(struct wideip_pool, ratio), .max = 65535,
	  .dflt = "1", .help = "share in method ratio; 0 = never" },
	{ .name = NULL }
};

#define WIDEIP_ROWS(check_last_resort, pool_type)			\
	{ .name = "aliases", .kind = PROP_STRINGS,			\
	  .off = offsetof(struct wideip, aliases), .max = 65535,	\
	  .help = "further names, which may hold * and ?" },		\
	{ .name = "description", .kind = PROP_STRING,			\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct wideip_rare, description), .max = 4095,	\
	  .help = "text of the operator" },				\
	{ .name = "enabled", .kind = PROP_STATE,			\
	  .off = offsetof(struct wideip, enabled),			\
	  .names = prop_disabled_enabled, .dflt = "enabled",		\
	  .help = "disabled: the zones answer in its place" },		\
	{ .name = "failure-rcode", .kind = PROP_ENUM,			\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct wideip_rare, failure_rcode),		\
	  .names = rcode_names, .dflt = "noerror",			\
	  .help = "RCODE when no pool can answer" },			\
	{ .name = "failure-rcode-response", .kind = PROP_BOOL,		\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct wideip_rare, failure_rcode_response),	\
	  .names = prop_disabled_enabled, .dflt = "disabled",		\
	  .help = "answer failure-rcode when no pool can answer" },	\
	{ .name = "failure-rcode-ttl", .kind = PROP_U32,		\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct wideip_rare, failure_rcode_ttl_s),	\
	  .max = INT32_MAX, .dflt = "0", .unit = "s",			\
	  .help = "negative TTL of such an answer; 0 = no SOA in it" },	\
	{ .name = "ipv6-no-error-neg-ttl", .kind = PROP_U32,		\
	  .flags = PROP_OLD, .max = UINT32_MAX, .dflt = "0", .unit = "s",	\
	  .refused = "write a wideip aaaa with failure-rcode-ttl",	\
	  .help = "failure-rcode-ttl as version 11 wrote it" },		\
	{ .name = "ipv6-no-error-response", .kind = PROP_BOOL,		\
	  .flags = PROP_OLD, .names = prop_disabled_enabled,		\
	  .dflt = "disabled",						\
	  .refused = "write a wideip aaaa with failure-rcode-response",	\
	  .help = "failure-rcode-response as version 11 wrote it" },	\
	{ .name = "last-resort-pool", .kind = PROP_TYPEDREF,		\
	  .off = offsetof(struct wideip, last_resort_pool),		\
	  .ref = "gtm pool", .check = check_last_resort,		\
	  .help = "pool that answers when no other can" },		\
	{ .name = "load-balancing-decision-log-verbosity",		\
	  .kind = PROP_BITS, .names = verbosity_names,			\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct wideip_rare, log_verbosity),		\
	  .help = "what of each decision is logged; none = nothing" },	\
	REFUSED_METADATA,						\
	{ .name = "min-active-members", .kind = PROP_U32,		\
	  .flags = PROP_APART | PROP_OURS,				\
	  .off = offsetof(struct wideip_rare, min_active_members),		\
	  .max = 65535, .dflt = "0",					\
	  .help = "priority groups of pools join in while fewer members "	\
	      "are available; 0 = groups do not count" },		\
	{ .name = "minimal-response", .kind = PROP_BOOL,		\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct wideip_rare, minimal_response),	\
	  .names = prop_disabled_enabled, .dflt = "enabled",		\
	  .help = "leave authority out of positive answers" },		\
	{ .name = "persist-cidr-ipv4", .kind = PROP_U32,		\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct wideip_rare, persist_ipv4), .max = 32,	\
	  .dflt = "32", .unit = "bits",					\
	  .help = "prefix length that makes IPv4 clients one" },	\
	{ .name = "persist-cidr-ipv6", .kind = PROP_U32,		\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct wideip_rare, persist_ipv6), .max = 128,	\
	  .dflt = "128", .unit = "bits",				\
	  .help = "prefix length that makes IPv6 clients one" },	\
	{ .name = "persistence", .kind = PROP_BOOL,			\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct wideip_rare, persistence),		\
	  .names = prop_disabled_enabled, .dflt = "disabled",		\
	  .help = "answer a client as the last time" },			\
	{ .name = "pool-lb-mode", .kind = PROP_ENUM,			\
	  .off = offsetof(struct wideip, pool_lb_mode),			\
	  .names = lb_names, .dflt = "round-robin", .check = check_lb,	\
	  .help = "how one pool is chosen" },				\
	{ .name = "pools", .kind = PROP_ITEMS,				\
	  .off = offsetof(struct wideip, pools),			\
	  .item = &pool_type, .help = "pools that answer for it" },	\
	{ .name = "ratio-cohort", .kind = PROP_BOOL, .flags = PROP_APART | PROP_OURS,	\
	  .off = offsetof(struct wideip_rare, cohort), .names = prop_no_yes,	\
	  .dflt = "no", .help = "in method ratio each client network keeps its "	\
	      "place" },	\
	{ .name = "resolver-ledger", .kind = PROP_BOOL,			\
	  .flags = PROP_APART | PROP_OURS,				\
	  .off = offsetof(struct wideip_rare, ledger),			\
	  .names = prop_disabled_enabled, .dflt = "disabled",		\
	  .help = "remember whom it was answered to, with what, and how long that "	\
	      "may be cached" },					\
	REFUSED_LIST("rules", "rules are not run yet", "Tcl rules"),	\
	{ .name = "topology-prefer-edns0-client-subnet",		\
	  .kind = PROP_BOOL, .names = prop_disabled_enabled,		\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct wideip_rare, client_subnet),		\
	  .dflt = "disabled", .help = "judge by EDNS client subnet "	\
	      "(RFC 7871) who asks; also when the global settings say so" }, \
	{ .name = "ttl-persistence", .kind = PROP_U32,			\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct wideip_rare, persist_ttl_s),		\
	  .max = UINT32_MAX, .dflt = "3600", .unit = "s",		\
	  .help = "how long a client is remembered, from its first answer" }

/* Types whose answer may be a CNAME instead. */
#define CNAME_POOLS_ROW							\
	{ .name = "pools-cname", .kind = PROP_ITEMS,			\
	  .off = offsetof(struct wideip, pools_cname),			\
	  .item = &wideip_pool_type_cname,				\
	  .help = "pools that answer with a CNAME, in one order with pools" },

#define NO_CNAME_POOLS_ROW

/* All that a record type needs: rows is CNAME_POOLS_ROW or none. */
#define WIDEIP(t, rows, text)						\
	static int							\
	check_resort_##t(const struct prop *p, const void *value,	\
	    struct err *e)						\
	{								\
		return check_resort(p, value, #t, e);			\
	}								\
									\
	static const struct prop wideip_##t##_props[] = {		\
		WIDEIP_ROWS(check_resort_##t, wideip_pool_type_##t),	\
		rows							\
		{ .name = NULL }					\
	};								\
									\
	const struct type wideip_pool_type_##t = {			\
		.words = "pools",					\
		.title = "Pool",					\
		.naming = TYPE_ITEM,					\
		.size = sizeof(struct wideip_pool),			\
		.props = wideip_pool_props,				\
		.help = "a pool of type " #t,				\
		.each_ref = widecheck_ref_pool,				\
	};								\
									\
	const struct type wideip_type_##t = {				\
		.words = "gtm wideip " #t,				\
		.title = "Wide IP",					\
		.naming = TYPE_NAMED,					\
		.size = sizeof(struct wideip),				\
		.apart_size = sizeof(struct wideip_rare),		\
		.apart = offsetof(struct wideip, rare),			\
		.props = wideip_##t##_props,				\
		.help = text,						\
		.check_name = widecheck_name,				\
		.settle = widecheck_settle,				\
		.check = widecheck_wideip,				\
		.each_ref = widecheck_ref_settings,			\
		.each_key = widecheck_each_key,				\
		.each_dependent = widecheck_each_dependent,		\
	}

WIDEIP(a, CNAME_POOLS_ROW, "a name that answers with IPv4 addresses");
WIDEIP(aaaa, CNAME_POOLS_ROW, "a name that answers with IPv6 addresses");
WIDEIP(cname, NO_CNAME_POOLS_ROW, "a name that answers with a CNAME record");
WIDEIP(mx, CNAME_POOLS_ROW, "a name that answers with mail exchanges");
WIDEIP(srv, CNAME_POOLS_ROW, "a name that answers with servers of a service");
WIDEIP(naptr, CNAME_POOLS_ROW, "a name that answers with NAPTR records");
WIDEIP(https, CNAME_POOLS_ROW, "a name that answers with HTTPS records");
WIDEIP(svcb, CNAME_POOLS_ROW, "a name that answers with SVCB records");
WIDEIP(txt, CNAME_POOLS_ROW, "a name that answers with texts");

const struct type *const wideip_types[] = {
	&wideip_type_a, &wideip_type_aaaa, &wideip_type_cname,
	&wideip_type_mx, &wideip_type_srv, &wideip_type_naptr,
	&wideip_type_https, &wideip_type_svcb, &wideip_type_txt, NULL
};

enum pool_lb
wideip_lb(const struct wideip *w)
{
	return w->pool_lb_mode == LB_TOPOLOGY ? POOL_LB_TOPOLOGY :
	    (enum pool_lb)w->pool_lb_mode;
}

const char *
wideip_domain(const struct wideip *w)
{
	const char *slash = strrchr(w->obj.name, '/');

	return slash != NULL ? slash + 1 : w->obj.name;
}

bool
wideip_is_pattern(const char *domain)
{
	return domain_is_pattern(domain);
}

struct question {
	char		 name[DNSNAME_TEXT_MAX];
	wideip_fn	*fn;
	void		*arg;
	bool		 answered;
};

static void
on_name(void *arg, const struct object *o)
{
	struct question *q = arg;

	q->answered = true;
	q->fn(q->arg, (const struct wideip *)o);
}

static void
on_pattern(void *arg, const struct object *o)
{
	const struct wideip *w = (const struct wideip *)o;
	const struct question *q = arg;
	char text[DNSNAME_TEXT_MAX];
	bool match;

	match = domain_matches(domain_canonical(wideip_domain(w), text),
	    q->name);
	for (size_t i = 0; i < w->aliases.count && !match; i++)
		match = domain_matches(domain_canonical(w->aliases.v[i], text),
		    q->name);
	if (match)
		q->fn(q->arg, w);
}

void
wideip_each_answering(const struct draft *d, const char *name, wideip_fn *fn,
    void *arg)
{
	struct question q = { .fn = fn, .arg = arg };
	char key[WIDECHECK_KEY_MAX];

	if (*domain_canonical(name, q.name) == '\0')
		return;
	widecheck_key(name, key);
	draft_each_keyed(d, key, on_name, &q);
	if (!q.answered)
		draft_each_keyed(d, WIDECHECK_PATTERN, on_pattern, &q);
}

static void
on_answer(void *arg, const struct wideip *w)
{
	(void)w;
	*(bool *)arg = true;
}

bool
wideip_answers(const struct draft *d, const char *name)
{
	bool answered = false;

	wideip_each_answering(d, name, on_answer, &answered);
	return answered;
}
