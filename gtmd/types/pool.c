/* gtmd/types/pool.c - the property tables of the pools, and of the members of
 * those that answer with addresses or a CNAME.
 *
 * The other members are in poolrecord.c, the rules across properties and objects
 * in poolcheck.c; how a member is chosen is the plan's business. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/pool.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/err.h"
#include "core/model/type.h"
#include "gtmd/types/memberrows.h"
#include "gtmd/types/poolcheck.h"
#include "gtmd/types/poolrecord.h"
#include "gtmd/types/probing.h"
#include "gtmd/types/refused.h"
#include "gtmd/types/target.h"

/* In the order of enum pool_lb. */
static const char *const lb_names[] = {
	"round-robin", "ratio", "global-availability", "return-to-dns",
	"fallback-ip", "drop-packet", "none", "topology", "static-persistence",
	"packet-rate", "virtual-server-capacity", "virtual-server-score",
	"completion-rate", "least-connections", "lowest-round-trip-time",
	"fewest-hops", "kilobytes-per-second", "cpu", "quality-of-service",
	NULL
};

/* In the order of enum pool_min_up. */
static const char *const min_up_names[] = {
	"off", "number", "percent", NULL
};

/* Methods that F5 takes as preferred and fallback method, not as alternate. */
static bool
lb_is_dynamic(uint32_t lb)
{
	return lb >= POOL_LB_COMPLETION_RATE;
}

static int
check_preferred(const struct prop *p, const void *value, struct err *e)
{
	uint32_t lb = *(const uint32_t *)value;

	if (lb == POOL_LB_NONE)
		return err_set(e, ERR_RANGE, "%s: none may only be "
		    "alternate-mode or fallback-mode", p->name);
	return 0;
}

static int
check_alternate(const struct prop *p, const void *value, struct err *e)
{
	uint32_t lb = *(const uint32_t *)value;

	if (lb_is_dynamic(lb))
		return err_set(e, ERR_RANGE, "%s: %s may only be "
		    "load-balancing-mode or fallback-mode", p->name,
		    lb_names[lb]);
	return 0;
}

#define UNMEASURED	"names are not measured"

/* Pools of names and texts have no fallback-ip (nor does F5 know one there). */
static int
check_lb_named(const struct prop *p, const void *value, struct err *e)
{
	uint32_t lb = *(const uint32_t *)value;

	if (lb == POOL_LB_FALLBACK_IP)
		return err_set(e, ERR_RANGE, "%s: fallback-ip is for pools of "
		    "type a and aaaa", p->name);
	if (pool_lb_is_measured(lb))
		return err_set(e, ERR_UNSUPPORTED, "not supported yet: %s: %s: "
		    UNMEASURED, p->name, lb_names[lb]);
	if (strcmp(p->name, "load-balancing-mode") == 0)
		return check_preferred(p, value, e);
	if (strcmp(p->name, "alternate-mode") == 0)
		return check_alternate(p, value, e);
	return 0;
}

static int
check_fallback_ip(const struct prop *p, const struct addr *a, uint8_t family,
    struct err *e)
{
	char text[ADDR_TEXT_MAX];

	if (a->family == 0)
		return 0;
	if (a->family != family)
		return err_set(e, ERR_RANGE, "%s: %s is not an %s address",
		    p->name, addr_format(a, text),
		    family == AF_INET ? "IPv4" : "IPv6");
	return target_check_addr(p->name, a, e);
}

static int
check_fallback_ip4(const struct prop *p, const void *value, struct err *e)
{
	return check_fallback_ip(p, value, AF_INET, e);
}

static int
check_fallback_ip6(const struct prop *p, const void *value, struct err *e)
{
	return check_fallback_ip(p, value, AF_INET6, e);
}

/* Who asks for it there is told where it stands. */
#define METRICS_MONITOR_ROW(who)					\
	REFUSED_TEXT("metrics-monitor", NULL, who ": give it to those "	\
	    "or to their server",					\
	    "monitor that reads how much it is used")

static const struct prop member_props[] = {
	MEMBER_ROWS,
	REFUSED_ITEMS("depends-on",
	    "give depends-on to the virtual server, where it takes effect",
	    "virtual servers that must be available too"),
	LIMITS_ROWS(pool_member_rare, PROP_APART),
	METRICS_MONITOR_ROW("members are used as their virtual servers are"),
	{ .name = "monitor", .kind = PROP_RULE,
	  .flags = PROP_APART,
	  .off = offsetof(struct pool_member_rare, monitor), .ref = "gtm monitor",
	  .word = "default", .check = probing_check_name,
	  .help = "monitors beside those of pool and virtual server" },
	{ .name = NULL }
};

static const struct prop cname_member_props[] = {
	MEMBER_ROWS,
	MEMBER_TARGET_ROW,
	{ .name = NULL }
};

#define QOS_HELP	"weight in method quality-of-service"

#define QOS_ROW(what, term, d)						\
	{ .name = "qos-" what, .kind = PROP_U32,			\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct pool_rare, qos[term]), .dflt = d,	\
	  .max = UINT32_MAX, .help = QOS_HELP }

#define QOS_REFUSED(what, d, why)					\
	REFUSED_NUMBER("qos-" what, d, NULL, why, QOS_HELP)

/* Rows that pools of all types have. */
#define POOL_ROWS							\
	{ .name = "description", .kind = PROP_STRING,			\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct pool_rare, description), .max = 4095,	\
	  .help = "text of the operator" },				\
	{ .name = "enabled", .kind = PROP_STATE,			\
	  .off = offsetof(struct pool, enabled),			\
	  .names = prop_disabled_enabled, .dflt = "enabled",		\
	  .help = "take part in answers" },				\
	{ .name = "manual-resume", .kind = PROP_BOOL,			\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct pool_rare, manual_resume),		\
	  .names = prop_disabled_enabled, .dflt = "disabled",		\
	  .help = "a member that went down stays so until it is enabled" },	\
	REFUSED_METADATA,						\
	{ .name = "min-active-members", .kind = PROP_U32,		\
	  .flags = PROP_APART | PROP_OURS,				\
	  .off = offsetof(struct pool_rare, min_active_members), .max = 65535,	\
	  .dflt = "0", .help = "priority groups join in while fewer members "	\
	      "are available; 0 = groups do not count" },		\
	{ .name = "min-members-up-mode", .kind = PROP_ENUM,		\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct pool_rare, min_up_mode),		\
	  .names = min_up_names, .dflt = "off",				\
	  .help = "what min-members-up-value counts" },			\
	{ .name = "min-members-up-value", .kind = PROP_U32,		\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct pool_rare, min_up_value), .max = 65535,	\
	  .dflt = "0",							\
	  .help = "with fewer members up the pool is unavailable" },	\
	QOS_REFUSED("lcs", "30", "links are not watched yet"),		\
	{ .name = "ratio-cohort", .kind = PROP_BOOL, .flags = PROP_APART | PROP_OURS,	\
	  .off = offsetof(struct pool_rare, cohort), .names = prop_no_yes,	\
	  .dflt = "no", .help = "in method ratio each client network keeps its "	\
	      "place" },	\
	{ .name = "ttl", .kind = PROP_U32,				\
	  .off = offsetof(struct pool, ttl_s), .max = INT32_MAX,	\
	  .dflt = "30", .unit = "s",					\
	  .help = "TTL of answers; at most 2^31-1 (RFC 2181 section 8)" },	\
	{ .name = "verify-member-availability", .kind = PROP_BOOL,	\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct pool_rare, verify_member_availability),	\
	  .names = prop_disabled_enabled, .dflt = "enabled",		\
	  .help = "disabled: static methods also pick members that are "	\
	      "down" }

/* What goes by measurements, in pools of members that are measured, and in
 * those of names and texts. */
#define DYNAMIC_HELP	"share out by score rather than take the best"

#define MEASURED_ROWS							\
	{ .name = "dynamic-ratio", .kind = PROP_BOOL,			\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct pool_rare, dynamic_ratio),		\
	  .names = prop_disabled_enabled, .dflt = "disabled",		\
	  .help = DYNAMIC_HELP },					\
	QOS_ROW("hit-ratio", POOL_QOS_HIT_RATIO, "5"),			\
	QOS_ROW("hops", POOL_QOS_HOPS, "0"),				\
	QOS_ROW("kilobytes-second", POOL_QOS_KILOBYTES, "3"),		\
	QOS_ROW("packet-rate", POOL_QOS_PACKET_RATE, "1"),		\
	QOS_ROW("rtt", POOL_QOS_RTT, "50"),				\
	QOS_ROW("topology", POOL_QOS_TOPOLOGY, "0"),			\
	QOS_ROW("vs-capacity", POOL_QOS_VS_CAPACITY, "0"),		\
	QOS_ROW("vs-score", POOL_QOS_VS_SCORE, "0")

#define UNMEASURED_ROWS							\
	REFUSED_FLAG("dynamic-ratio", prop_disabled_enabled, "disabled",	\
	    UNMEASURED, DYNAMIC_HELP),					\
	QOS_REFUSED("hit-ratio", "5", UNMEASURED),			\
	QOS_REFUSED("hops", "0", UNMEASURED),				\
	QOS_REFUSED("kilobytes-second", "3", UNMEASURED),		\
	QOS_REFUSED("packet-rate", "1", UNMEASURED),			\
	QOS_REFUSED("rtt", "50", UNMEASURED),				\
	QOS_REFUSED("topology", "0", UNMEASURED),			\
	QOS_REFUSED("vs-capacity", "0", UNMEASURED),			\
	QOS_REFUSED("vs-score", "0", UNMEASURED)

/* The three methods, with the check of each place. */
#define LB_ROWS(preferred, alternate, fallback)				\
	{ .name = "alternate-mode", .kind = PROP_ENUM,			\
	  .off = offsetof(struct pool, alternate_mode),			\
	  .names = lb_names, .dflt = "round-robin", .check = alternate,	\
	  .help = "method when the preferred one picks nothing" },	\
	{ .name = "fallback-mode", .kind = PROP_ENUM,			\
	  .off = offsetof(struct pool, fallback_mode),			\
	  .names = lb_names, .dflt = "return-to-dns", .check = fallback,	\
	  .help = "method when no pool has an available member" },	\
	{ .name = "load-balancing-mode", .kind = PROP_ENUM,		\
	  .off = offsetof(struct pool, lb_mode),			\
	  .names = lb_names, .dflt = "round-robin", .check = preferred,	\
	  .help = "preferred method to choose a member" }

#define MAX_ANSWERS_ROW(text)						\
	{ .name = "max-answers-returned", .kind = PROP_U32,		\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct pool_rare, max_answers), .min = 1,	\
	  .max = 500, .dflt = "1", .help = text }

/* Rows that only pools of addresses have. */
#define ADDRESS_POOL_ROWS(any, check_ip)				\
	MEASURED_ROWS,							\
	LB_ROWS(check_preferred, check_alternate, NULL),		\
	{ .name = "fallback-ip", .kind = PROP_ADDR,			\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct pool_rare, fallback_ip), .word = any,	\
	  .check = check_ip, .help = "the answer of method fallback-ip" },	\
	REFUSED_TEXT("fallback-ipv4", NULL, "write fallback-ip",	\
	    "fallback-ip as version 11 wrote it"),			\
	REFUSED_TEXT("fallback-ipv6", NULL, "write fallback-ip",	\
	    "fallback-ip as version 11 wrote it"),			\
	LIMITS_ROWS(pool_rare, PROP_APART),						\
	REFUSED_TEXT("max-addresses-returned", NULL,			\
	    "write max-answers-returned",				\
	    "max-answers-returned as version 11 wrote it"),		\
	MAX_ANSWERS_ROW("addresses in one answer"),			\
	{ .name = "members", .kind = PROP_ITEMS, .flags = PROP_LINKED,	\
	  .off = offsetof(struct pool, members),			\
	  .item = &pool_member_type,					\
	  .help = "virtual servers that it answers with" },		\
	METRICS_MONITOR_ROW("a pool is used as its virtual servers are"), \
	{ .name = "monitor", .kind = PROP_RULE,				\
	  .flags = PROP_APART,						\
	  .off = offsetof(struct pool_rare, monitor), .ref = "gtm monitor",	\
	  .word = "default", .check = probing_check_name,		\
	  .help = "monitors for each of its members" }

static const struct prop pool_a_props[] = {
	POOL_ROWS,
	ADDRESS_POOL_ROWS("any", check_fallback_ip4),
	{ .name = NULL }
};

static const struct prop pool_aaaa_props[] = {
	POOL_ROWS,
	ADDRESS_POOL_ROWS("any6", check_fallback_ip6),
	{ .name = NULL }
};

static const struct prop pool_cname_props[] = {
	POOL_ROWS,
	UNMEASURED_ROWS,
	LB_ROWS(check_lb_named, check_lb_named, check_lb_named),
	{ .name = "members", .kind = PROP_ITEMS, .flags = PROP_LINKED,
	  .off = offsetof(struct pool, members),
	  .item = &pool_cname_member_type,
	  .help = "names that it answers with" },
	{ .name = NULL }
};

#define POOL_SHAPE							\
	.title = "Pool",						\
	.naming = TYPE_NAMED,						\
	.size = sizeof(struct pool),					\
	.apart_size = sizeof(struct pool_rare),			\
	.apart = offsetof(struct pool, rare)

#define MEMBER_SHAPE							\
	.title = "Pool member",						\
	.naming = TYPE_ITEM,						\
	.size = sizeof(struct pool_member),				\
	.apart_size = sizeof(struct pool_member_rare),			\
	.apart = offsetof(struct pool_member, rare)

/* Pools of records that are neither addresses nor a CNAME: F5's mx, srv and
 * naptr, our https, svcb and txt. */
#define RECORD_POOL(t, what, text)					\
	static const struct prop pool_##t##_props[] = {			\
		POOL_ROWS,						\
		UNMEASURED_ROWS,					\
		LB_ROWS(check_lb_named, check_lb_named, check_lb_named),	\
		MAX_ANSWERS_ROW("records in one answer"),		\
		{ .name = "members", .kind = PROP_ITEMS,		\
		  .flags = PROP_LINKED,					\
		  .off = offsetof(struct pool, members),		\
		  .item = &poolrecord_type_##t, .help = what },		\
		{ .name = NULL }					\
	};								\
									\
	const struct type pool_type_##t = {				\
		.words = "gtm pool " #t,				\
		POOL_SHAPE,						\
		.props = pool_##t##_props,				\
		.help = text,						\
		.check = poolcheck_record,				\
		.each_key = poolcheck_each_key,				\
	}

RECORD_POOL(mx, "mail exchanges that it answers with",
    "mail exchanges that answer as MX records");
RECORD_POOL(srv, "servers that it answers with",
    "servers of a service that answer as SRV records");
RECORD_POOL(naptr, "replacements that it answers with",
    "replacements that answer as NAPTR records");
RECORD_POOL(https, "endpoints that it answers with",
    "endpoints of a web service that answer as HTTPS records");
RECORD_POOL(svcb, "endpoints that it answers with",
    "endpoints of any service that answer as SVCB records");
RECORD_POOL(txt, "texts that it answers with",
    "texts that answer as TXT records");

const struct type pool_member_type = {
	.words = "members",
	MEMBER_SHAPE,
	.props = member_props,
	.help = "a virtual server, as /Common/server:virtual-server or "
	    "address:port",
	.each_ref = poolcheck_member_ref,
};

const struct type pool_cname_member_type = {
	.words = "members",
	MEMBER_SHAPE,
	.props = cname_member_props,
	.help = "a domain name",
};

const struct type pool_type_a = {
	.words = "gtm pool a",
	POOL_SHAPE,
	.props = pool_a_props,
	.help = "virtual servers that answer with IPv4 addresses",
	.settle = poolcheck_settle,
	.check = poolcheck_a,
};

const struct type pool_type_aaaa = {
	.words = "gtm pool aaaa",
	POOL_SHAPE,
	.props = pool_aaaa_props,
	.help = "virtual servers that answer with IPv6 addresses",
	.settle = poolcheck_settle,
	.check = poolcheck_aaaa,
};

const struct type pool_type_cname = {
	.words = "gtm pool cname",
	POOL_SHAPE,
	.props = pool_cname_props,
	.help = "names that answer as CNAME records",
	.check = poolcheck_cname,
	.each_key = poolcheck_each_key,
};

const char *
pool_member_domain(const struct pool_member *m)
{
	const char *slash = m->obj.name[0] == '/' ?
	    strrchr(m->obj.name, '/') : NULL;

	return slash != NULL ? slash + 1 : m->obj.name;
}

bool
pool_lb_is_measured(uint32_t lb)
{
	assert(lb <= POOL_LB_QUALITY_OF_SERVICE);
	return lb >= POOL_LB_PACKET_RATE;
}

bool
pool_lb_is_of_paths(uint32_t lb)
{
	return lb == POOL_LB_COMPLETION_RATE || lb == POOL_LB_LOWEST_RTT ||
	    lb == POOL_LB_FEWEST_HOPS;
}

bool
pool_uses(const struct pool *p, uint32_t lb)
{
	return p->lb_mode == lb || p->alternate_mode == lb ||
	    p->fallback_mode == lb;
}

bool
pool_weighs_topology(const struct pool *p)
{
	return p->rare->qos[POOL_QOS_TOPOLOGY] != 0 &&
	    pool_uses(p, POOL_LB_QUALITY_OF_SERVICE);
}

bool
pool_lb_picks(uint32_t lb)
{
	assert(lb <= POOL_LB_QUALITY_OF_SERVICE);
	return lb <= POOL_LB_GLOBAL_AVAILABILITY || lb >= POOL_LB_TOPOLOGY;
}
