/* wom/types/discovery.c - the property tables of wom endpoint-discovery and wom
 * server-discovery. Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/discovery.h"

#include <stddef.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/objdiag.h"
#include "core/model/type.h"
#include "wom/types/womrows.h"

/* In the order of the enums. */
static const char *const mode_names[] = {
	"disable", "enable-all", "enable-icmp", "enable-tcp", NULL
};
static const char *const filter_names[] = { "exclude", "include", NULL };
static const char *const unit_names[] = { "days", "hours", "minutes", NULL };

static int
check_mode(const struct prop *p, const void *value, struct err *e)
{
	if (*(const uint32_t *)value != DISCOVERY_TCP)
		return 0;
	return err_set(e, ERR_UNSUPPORTED, "not supported yet: %s: enable-tcp: "
	    "connections bear no options of ours: write enable-icmp", p->name);
}

static const struct prop endpoint_props[] = {
	{ .name = "auto-save", .kind = PROP_BOOL,
	  .off = offsetof(struct discovery_endpoint, auto_save),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "peers that are found become persistable; disabled: a "
	      "restart forgets them" },
	WOMROWS_DESCRIPTION_ROW(struct discovery_endpoint),
	{ .name = "discoverable", .kind = PROP_BOOL,
	  .off = offsetof(struct discovery_endpoint, discoverable),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "answer others who look for a peer" },
	{ .name = "discovered-endpoint", .kind = PROP_BOOL,
	  .off = offsetof(struct discovery_endpoint, enables),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: what is found is listed, and no tunnel is opened "
	      "to it" },
	{ .name = "icmp-max-requests", .kind = PROP_U32,
	  .off = offsetof(struct discovery_endpoint, icmp_max_requests),
	  .min = 1, .max = 65535, .dflt = "1024",
	  .help = "destinations that are asked at a time" },
	{ .name = "icmp-min-backoff", .kind = PROP_U32,
	  .off = offsetof(struct discovery_endpoint, icmp_min_backoff_s),
	  .min = 1, .max = 3600, .dflt = "5", .unit = "s",
	  .help = "wait before a destination is asked again; twice as long "
	      "each time" },
	{ .name = "icmp-num-retries", .kind = PROP_U32,
	  .off = offsetof(struct discovery_endpoint, icmp_num_retries),
	  .max = 100, .dflt = "10",
	  .help = "times that it is asked again before it is left alone" },
	{ .name = "max-endpoint-count", .kind = PROP_U32,
	  .off = offsetof(struct discovery_endpoint, max_count),
	  .max = 65535, .dflt = "0",
	  .help = "discovered peers, at most; 0 = as many as there are" },
	{ .name = "mode", .kind = PROP_ENUM,
	  .off = offsetof(struct discovery_endpoint, mode),
	  .names = mode_names, .dflt = "enable-all", .check = check_mode,
	  .help = "ask by ICMP echo for peers where selected connections go "
	      "without a route; all: each way there is" },
	{ .name = NULL }
};

static const struct prop server_props[] = {
	{ .name = "auto-save", .kind = PROP_BOOL,
	  .off = offsetof(struct discovery_server, auto_save),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "routes that are found become persistable; disabled: a "
	      "restart forgets them" },
	WOMROWS_DESCRIPTION_ROW(struct discovery_server),
	{ .name = "filter-mode", .kind = PROP_ENUM,
	  .off = offsetof(struct discovery_server, filter_mode),
	  .names = filter_names, .dflt = "exclude",
	  .help = "servers in subnet-filter are left out, or are all that "
	      "count" },
	{ .name = "idle-time-limit", .kind = PROP_U32,
	  .off = offsetof(struct discovery_server, idle_limit), .max = 65535,
	  .dflt = "0", .help = "time-units without a connection after which a "
	      "route goes; 0 = it stays" },
	{ .name = "ip-ttl-limit", .kind = PROP_U32,
	  .off = offsetof(struct discovery_server, ip_ttl_limit), .min = 1,
	  .max = 255, .dflt = "5",
	  .help = "a server that more routers are between is none of ours" },
	{ .name = "max-server-count", .kind = PROP_U32,
	  .off = offsetof(struct discovery_server, max_count), .min = 1,
	  .max = 65535, .dflt = "50",
	  .help = "servers that are kept, at most" },
	{ .name = "min-idle-time", .kind = PROP_U32,
	  .off = offsetof(struct discovery_server, min_idle), .max = 65535,
	  .dflt = "0", .help = "time-units that a route is kept without a "
	      "connection when others want its place; 0 = none" },
	{ .name = "min-prefix-length-ipv4", .kind = PROP_U32,
	  .off = offsetof(struct discovery_server, min_len_ipv4), .min = 1,
	  .max = 32, .dflt = "32", .unit = "bits",
	  .help = "servers are joined to networks no wider than that" },
	{ .name = "min-prefix-length-ipv6", .kind = PROP_U32,
	  .off = offsetof(struct discovery_server, min_len_ipv6), .min = 1,
	  .max = 128, .dflt = "128", .unit = "bits",
	  .help = "the same of IPv6" },
	{ .name = "mode", .kind = PROP_BOOL,
	  .off = offsetof(struct discovery_server, enabled),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "servers on this side that take selected connections get "
	      "routes of their own" },
	{ .name = "rtt-threshold", .kind = PROP_U32,
	  .off = offsetof(struct discovery_server, rtt_max_ms), .min = 1,
	  .max = 60000, .dflt = "10", .unit = "ms",
	  .help = "a server that is farther away is none of ours" },
	{ .name = "subnet-filter", .kind = PROP_STRINGS,
	  .off = offsetof(struct discovery_server, subnets),
	  .max = DISCOVERY_FILTER_MAX, .check = womrows_check_network,
	  .help = "the networks of filter-mode" },
	{ .name = "time-unit", .kind = PROP_ENUM,
	  .off = offsetof(struct discovery_server, unit),
	  .names = unit_names, .dflt = "days",
	  .help = "of idle-time-limit and min-idle-time" },
	{ .name = NULL }
};

static void
check_server(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct discovery_server *s = (const struct discovery_server *)o;

	(void)d;
	if (s->idle_limit != 0 && s->min_idle > s->idle_limit)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "min-idle-time: %u is over idle-time-limit, %u",
		    s->min_idle, s->idle_limit);
	if (s->filter_mode == DISCOVERY_INCLUDE && s->subnets.count == 0)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "filter-mode: without subnet-filter nothing is included: "
		    "write mode disabled");
}

const struct type discovery_endpoint_type = {
	.words = "wom endpoint-discovery",
	.title = "Endpoint discovery",
	.naming = TYPE_SINGLE,
	.size = sizeof(struct discovery_endpoint),
	.props = endpoint_props,
	.help = "how peers are found that nobody configured",
};

const struct type discovery_server_type = {
	.words = "wom server-discovery",
	.title = "Server discovery",
	.naming = TYPE_SINGLE,
	.size = sizeof(struct discovery_server),
	.props = server_props,
	.help = "how networks on this side are found",
	.check = check_server,
};
