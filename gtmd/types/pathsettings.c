/* gtmd/types/pathsettings.c - the property tables of gtm global-settings metrics
 * and metrics-exclusions. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/pathsettings.h"

#include <stddef.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/model/type.h"
#include "gtmd/types/refused.h"

/* In the order of enum pathsettings_protocol. */
const char *const pathsettings_protocol_names[] = {
	"icmp", "tcp", "udp", "dns_dot", "dns_rev", NULL
};

static int
check_prefix(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	struct addr_prefix prefix;

	if (addr_parse_prefix(text, &prefix) != 0)
		return err_set(e, ERR_PARSE, "%s: \"%s\" is not an address or "
		    "a network such as 192.0.2.0/24", p->name, text);
	return 0;
}

#define ROW(n, member, lo, hi, d, u, text)				\
	{ .name = n, .kind = PROP_U32,					\
	  .off = offsetof(struct pathsettings, member), .min = lo,	\
	  .max = hi, .dflt = d, .unit = u, .help = text }

#define OURS(n, member, lo, hi, d, u, text)				\
	{ .name = n, .kind = PROP_U32, .flags = PROP_OURS,		\
	  .off = offsetof(struct pathsettings, member), .min = lo,	\
	  .max = hi, .dflt = d, .unit = u, .help = text }

/* A round is never more often than paths-retry; a minute of silence, and a
 * resolver is quiet. An IPv6 echo of 8 octets is 56 octets long. */
static const struct prop metrics_props[] = {
	ROW("default-probe-limit", probe_limit, 0, 65535, "12", NULL,
	    "rounds without an answer before a path waits for path-ttl "
	    "instead of paths-retry; 0 = never"),
	ROW("hops-packet-length", hops_len, 56, 1280, "64", "octets",
	    "length of the ICMP echo that counts hops, IP header included"),
	ROW("hops-sample-count", hops_samples, 1, 10, "3", NULL,
	    "probes for each distance that is tried"),
	ROW("hops-timeout", hops_timeout_s, 1, 60, "3", "s",
	    "time that each of them has"),
	ROW("hops-ttl", hops_ttl_s, 1, INT32_MAX, "604800", "s",
	    "how long a count of hops is in force"),
	ROW("inactive-ldns-ttl", inactive_resolver_s, 60, INT32_MAX, "2419200",
	    "s", "forget a resolver that has not asked for so long"),
	ROW("inactive-paths-ttl", inactive_path_s, 60, INT32_MAX, "604800", "s",
	    "forget a path that no method went by for so long"),
	ROW("ldns-update-interval", interval_s, 1, 3600, "20", "s",
	    "how often resolvers that are new are taken up"),
	REFUSED_NUMBER("max-synchronous-monitor-requests", "20", NULL,
	    "monitors are spread over their interval",
	    "monitors that probe at the same time"),
	REFUSED_NUMBER("metrics-caching", "3600", "s",
	    "paths are not kept over a restart yet",
	    "how often paths are written to disk"),
	{ .name = "metrics-collection-protocols", .kind = PROP_BITS,
	  .off = offsetof(struct pathsettings, protocols),
	  .names = pathsettings_protocol_names, .dflt = "icmp",
	  .help = "how resolvers are probed, tried in this order until one is "
	      "answered; none = not at all" },
	OURS("path-sample-count", samples, 1, 16, "4", NULL,
	    "probes in a round; their mean is the round trip time"),
	ROW("path-ttl", path_ttl_s, 1, INT32_MAX, "2400", "s",
	    "how long a round trip time and completion rate are in force"),
	ROW("paths-retry", retry_s, 1, INT32_MAX, "120", "s",
	    "shortest time between two rounds to a resolver"),
	OURS("probe-rate", rate, 1, 10000, "50", "packets/s",
	    "probes to all resolvers together"),
	{ .name = NULL }
};

static const struct prop exclusions_props[] = {
	{ .name = "addresses", .kind = PROP_STRINGS, .max = 1024,
	  .off = offsetof(struct pathsettings_exclusions, addresses),
	  .check = check_prefix,
	  .help = "resolvers and networks that are never probed" },
	{ .name = NULL }
};

const struct type pathsettings_type = {
	.words = "gtm global-settings metrics",
	.title = "Metrics settings",
	.naming = TYPE_SINGLE,
	.size = sizeof(struct pathsettings),
	.props = metrics_props,
	.help = "how paths to resolvers are measured",
};

const struct type pathsettings_exclusions_type = {
	.words = "gtm global-settings metrics-exclusions",
	.title = "Metrics exclusions",
	.naming = TYPE_SINGLE,
	.size = sizeof(struct pathsettings_exclusions),
	.props = exclusions_props,
	.help = "resolvers that are not measured",
};
