/* wom/types/localendpoint.c - the property table of wom local-endpoint.
 *
 * Whether an address is there and a file can be read is seen when the sockets are
 * opened. Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/localendpoint.h"

#include <stddef.h>

#include "core/base/addr.h"
#include "core/model/draft.h"
#include "core/model/rowcheck.h"
#include "core/model/type.h"
#include "wom/types/tlsprofile.h"
#include "wom/types/womrows.h"

/* In the order of the enums. */
static const char *const no_route_names[] = { "passthru", "drop", NULL };
static const char *const snat_names[] = { "none", "local", "remote", NULL };

static const char *const encap_names[] = {
	"none", "gre", "ipip", "ipsec", NULL
};

static const struct prop localendpoint_props[] = {
	{ .name = "addresses", .kind = PROP_STRINGS,
	  .off = offsetof(struct localendpoint, addresses),
	  .max = LOCALENDPOINT_ADDRESSES_MAX, .check = rowcheck_host,
	  .help = "addresses on the WAN side that tunnels start from and end "
	      "at; none = there are no tunnels" },
	{ .name = "allow-nat", .kind = PROP_BOOL,
	  .off = offsetof(struct localendpoint, allow_nat),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: a tunnel comes from its remote endpoint's "
	      "address, or is refused" },
	{ .name = "client-ssl", .kind = PROP_REF, .flags = PROP_OURS,
	  .off = offsetof(struct localendpoint, client_ssl),
	  .ref = "ltm profile client-ssl",
	  .help = "TLS of tunnels that peers open; none = they are refused" },
	WOMROWS_DESCRIPTION_ROW(struct localendpoint),
	{ .name = "endpoint", .kind = PROP_BOOL,
	  .off = offsetof(struct localendpoint, enabled),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: no tunnel is opened or taken, all traffic passes "
	      "by" },
	REFUSED_FLAG("internal-forwarding", prop_disabled_enabled, "disabled",
	    "one process has both ends of every connection",
	    "hand connections on inside the system"),
	WOMROWS_ENCAP_ROWS(encap_names, "none"),
	{ .name = "no-route", .kind = PROP_ENUM,
	  .off = offsetof(struct localendpoint, no_route),
	  .names = no_route_names, .dflt = "passthru",
	  .help = "a connection that no remote endpoint has a route for goes "
	      "on by itself, or is refused" },
	{ .name = "server-ssl", .kind = PROP_REF,
	  .off = offsetof(struct localendpoint, server_ssl),
	  .ref = "ltm profile server-ssl",
	  .help = "TLS of tunnels that are opened here; none = those of remote "
	      "endpoints with one of their own" },
	{ .name = "snat", .kind = PROP_ENUM,
	  .off = offsetof(struct localendpoint, snat), .names = snat_names,
	  .dflt = "none", .check = womrows_check_snat,
	  .help = "far servers see the client's address, or with remote that "
	      "of the far end" },
	WOMROWS_TUNNEL_PORT_ROW(struct localendpoint,
	    "TCP port where peers reach this end"),
	{ .name = NULL }
};

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct localendpoint *l = (const struct localendpoint *)o;

	if (!l->enabled)
		return;
	tlsprofile_check_use(o, "client-ssl",
	    draft_find(d, &tlsprofile_client_type, l->client_ssl), d, out);
	tlsprofile_check_use(o, "server-ssl",
	    draft_find(d, &tlsprofile_server_type, l->server_ssl), d, out);
}

/* Remote endpoints must not have its addresses. */
static void
each_dependent(const struct object *o, type_key_fn *fn, void *arg)
{
	(void)o;
	fn(arg, LOCALENDPOINT_PEERS);
}

const struct type localendpoint_type = {
	.words = "wom local-endpoint",
	.title = "Local endpoint",
	.naming = TYPE_SINGLE,
	.size = sizeof(struct localendpoint),
	.props = localendpoint_props,
	.help = "this end of all tunnels",
	.check = check,
	.each_dependent = each_dependent,
};

bool
localendpoint_has(const struct localendpoint *l, const struct addr *a)
{
	struct addr own;

	for (size_t i = 0; i < l->addresses.count; i++)
		if (addr_parse(l->addresses.v[i], &own) == 0 &&
		    addr_equal(&own, a))
			return true;
	return false;
}
