/* wom/types/remoteendpoint.c - the property table of wom remote-endpoint.
 * Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/remoteendpoint.h"

#include <stddef.h>
#include <stdio.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/rowcheck.h"
#include "core/model/type.h"
#include "wom/types/fingerprint.h"
#include "wom/types/localendpoint.h"
#include "wom/types/tlsprofile.h"
#include "wom/types/womrows.h"

/* In the order of the enum. */
static const char *const snat_names[] = {
	"default", "none", "local", "remote", NULL
};

static const char *const forwarding_names[] = {
	"default", "disabled", "enabled", NULL
};

static const char *const action_names[] = { "none", "cache-refresh", NULL };

static const char *const encap_names[] = {
	"default", "none", "gre", "ipip", "ipsec", NULL
};

static const struct prop remoteendpoint_props[] = {
	{ .name = "address", .kind = PROP_ADDR, .flags = PROP_REQUIRED,
	  .off = offsetof(struct remoteendpoint, address),
	  .check = rowcheck_address,
	  .help = "where its tunnels end; each peer has one of its own" },
	{ .name = "allow-routing", .kind = PROP_BOOL,
	  .off = offsetof(struct remoteendpoint, allow_routing),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "outbound connections: disabled: the tunnel stands, and its "
	      "routes are not used" },
	WOMROWS_APP_ROW,
	{ .name = "connections", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct remoteendpoint, connections), .min = 1,
	  .max = REMOTEENDPOINT_CONNECTIONS_MAX, .dflt = "4",
	  .help = "TCP connections that a session spreads over; the end with "
	      "fewer decides" },
	REFUSED_CHOICE("dedup-action", action_names, "none",
	    "what is done once is a command, not a property",
	    "forget what both ends know"),
	WOMROWS_DESCRIPTION_ROW(struct remoteendpoint),
	{ .name = "endpoint", .kind = PROP_BOOL,
	  .off = offsetof(struct remoteendpoint, enabled),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: no tunnel with it is opened or taken" },
	REFUSED_CHOICE("internal-forwarding", forwarding_names, "default",
	    "one process has both ends of every connection",
	    "hand connections on inside the system"),
	WOMROWS_ENCAP_ROWS(encap_names, "default"),
	WOMROWS_ORIGIN_ROW(struct remoteendpoint),
	{ .name = "peer-fingerprints", .kind = PROP_STRINGS,
	  .flags = PROP_OURS, .max = REMOTEENDPOINT_FINGERPRINTS_MAX,
	  .off = offsetof(struct remoteendpoint, peer_fingerprints),
	  .check = fingerprint_check,
	  .help = "SHA-256 of the certificates that it may show, whoever "
	      "opens; none = whom the TLS profile trusts" },
	{ .name = "server-ssl", .kind = PROP_REF,
	  .off = offsetof(struct remoteendpoint, server_ssl),
	  .ref = "ltm profile server-ssl",
	  .help = "TLS of tunnels that are opened to it; none = the local "
	      "endpoint's" },
	{ .name = "snat", .kind = PROP_ENUM,
	  .off = offsetof(struct remoteendpoint, snat), .names = snat_names,
	  .dflt = "default", .check = womrows_check_snat,
	  .help = "as the local endpoint's, of connections through this peer" },
	{ .name = "trust-domain", .kind = PROP_STRING, .flags = PROP_OURS,
	  .off = offsetof(struct remoteendpoint, trust_domain),
	  .max = WOMROWS_DOMAIN_MAX,
	  .check = womrows_check_domain,
	  .help = "both ends say the same or have no session; what is "
	      "remembered under one is not used under another" },
	REFUSED_FLAG("tunnel-encrypt", prop_disabled_enabled, "enabled",
	    "what crosses the WAN is in TLS 1.3 always",
	    "speak TLS in the tunnel"),
	WOMROWS_TUNNEL_PORT_ROW(struct remoteendpoint,
	    "TCP port where it takes tunnels"),
	{ .name = NULL }
};

#define KEY_MAX	(sizeof("remote ") + ADDR_TEXT_MAX)

static void
place_key(const struct remoteendpoint *r, char key[KEY_MAX])
{
	char text[ADDR_TEXT_MAX];

	(void)snprintf(key, KEY_MAX, "remote %s",
	    addr_format(&r->address, text));
}

static void
each_key(const struct object *o, type_key_fn *fn, void *arg)
{
	const struct remoteendpoint *r = (const struct remoteendpoint *)o;
	char key[KEY_MAX];

	fn(arg, LOCALENDPOINT_PEERS);
	place_key(r, key);
	if (r->address.family != 0)
		fn(arg, key);
}

/* Two peers at one address could not be told apart; and a tunnel to ourselves
 * would be a loop. */
static void
check_address(const struct remoteendpoint *r, const struct draft *d,
    struct diag *out)
{
	const struct localendpoint *local = (const struct localendpoint *)
	    draft_find(d, &localendpoint_type, NULL);
	const struct object *other;
	char key[KEY_MAX], text[ADDR_TEXT_MAX];

	if (r->address.family == 0)
		return;
	addr_format(&r->address, text);
	if (localendpoint_has(local, &r->address))
		(void)objdiag_error(out, &r->obj, NULL, ERR_CONFLICT,
		    "address: %s is one of the local endpoint's", text);
	place_key(r, key);
	other = objdiag_other(d, &r->obj, key, NULL);
	if (other != NULL)
		(void)objdiag_error(out, &r->obj, NULL, ERR_CONFLICT,
		    "address: %s is also that of remote endpoint %s", text,
		    other->name);
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct remoteendpoint *r = (const struct remoteendpoint *)o;

	check_address(r, d, out);
	if (r->enabled)
		tlsprofile_check_use(o, "server-ssl", draft_find(d,
		    &tlsprofile_server_type, r->server_ssl), d, out);
}

/* What was found and nobody has kept. */
static bool
is_fleeting(const struct object *o)
{
	return ((const struct remoteendpoint *)o)->origin ==
	    WOMROWS_DISCOVERED;
}

const struct type remoteendpoint_type = {
	.words = "wom remote-endpoint",
	.title = "Remote endpoint",
	.naming = TYPE_NAMED,
	.size = sizeof(struct remoteendpoint),
	.props = remoteendpoint_props,
	.help = "a peer that tunnels lead to",
	.check = check,
	.each_key = each_key,
	.is_fleeting = is_fleeting,
};
