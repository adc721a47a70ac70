/* gtmd/types/listener.c - the property table of gtm listener.
 *
 * Opening the sockets, and what happens when that fails, is the business of
 * dnsudp and dnstcp. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/listener.h"

#include <net/if.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "gtmd/types/refused.h"

#define LTM	"it belongs to the virtual server below an F5 listener"

/* In the order of enum listener_proto. */
static const char *const proto_names[] = { "udp", "tcp", NULL };

static const char *const vlans_names[] = {
	"vlans-disabled", "vlans-enabled", NULL
};

static const char *const source_port_names[] = {
	"preserve", "change", "preserve-strict", NULL
};

static int
check_address(const struct prop *p, const void *value, struct err *e)
{
	const struct addr *a = value;
	char text[ADDR_TEXT_MAX];

	if ((a->family == AF_INET && a->octets[0] >= 224) ||
	    (a->family == AF_INET6 && a->octets[0] == 0xff))
		return err_set(e, ERR_RANGE, "%s: %s is a multicast or "
		    "reserved address", p->name, addr_format(a, text));
	return 0;
}

/* All ones: the listener is one address. */
static int
check_mask(const struct prop *p, const void *value, struct err *e)
{
	const struct addr *a = value;
	char text[ADDR_TEXT_MAX];

	for (size_t i = 0; i < addr_len(a); i++)
		if (a->octets[i] != 0xff)
			return err_set(e, ERR_UNSUPPORTED, "not supported "
			    "yet: %s: %s: a listener has one address: all "
			    "bits are 1", p->name, addr_format(a, text));
	return 0;
}

static int
check_network(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	struct addr_prefix prefix;

	if (addr_parse_prefix(text, &prefix) != 0)
		return err_set(e, ERR_PARSE, "%s: \"%s\" is not an address or "
		    "a network such as 192.0.2.0/24", p->name, text);
	return 0;
}

static int
check_interface(const struct prop *p, const void *value, struct err *e)
{
	const char *name = *(char *const *)value;
	size_t len = strlen(name);

	if (len == 0 || len >= IF_NAMESIZE || strpbrk(name, "/: \t") != NULL)
		return err_set(e, ERR_PARSE, "%s: \"%s\" is not the name of "
		    "an interface such as eth0", p->name, name);
	return 0;
}

static const struct prop listener_props[] = {
	{ .name = "address", .kind = PROP_ADDR, .flags = PROP_REQUIRED,
	  .off = offsetof(struct listener, address), .check = check_address,
	  .help = "where it listens; 0.0.0.0 or :: for all addresses" },
	REFUSED_FLAG("advertise", prop_no_yes, "no", LTM,
	    "announce the address by routing"),
	REFUSED_TEXT("auto-lasthop", "default", LTM,
	    "reply through where the query came from"),
	{ .name = "description", .kind = PROP_STRING,
	  .off = offsetof(struct listener, description), .max = 4095,
	  .help = "text of the operator" },
	{ .name = "enabled", .kind = PROP_STATE,
	  .off = offsetof(struct listener, enabled),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: no socket is open" },
	REFUSED_TEXT("fallback-persistence", NULL, LTM,
	    "second persistence profile"),
	{ .name = "ip-protocol", .kind = PROP_ENUM,
	  .off = offsetof(struct listener, proto), .names = proto_names,
	  .dflt = "udp", .help = "transport" },
	REFUSED_TEXT("last-hop-pool", NULL, LTM, "routers to reply through"),
	{ .name = "mask", .kind = PROP_ADDR,
	  .off = offsetof(struct listener, mask), .check = check_mask,
	  .help = "network mask, all ones" },
	REFUSED_METADATA,
	REFUSED_TEXT("persist", NULL, LTM, "persistence profile"),
	REFUSED_TEXT("pool", NULL, LTM, "name servers to hand queries to"),
	{ .name = "port", .kind = PROP_U32,
	  .off = offsetof(struct listener, port), .min = 1, .max = 65535,
	  .dflt = "53", .help = "port of the sockets" },
	REFUSED_ITEMS("profiles", LTM, "profiles of the traffic"),
	{ .name = "proxy-protocol-from", .kind = PROP_STRINGS,
	  .flags = PROP_OURS, .max = LISTENER_PROXIES_MAX,
	  .off = offsetof(struct listener, proxies), .check = check_network,
	  .help = "proxies that say in front who the client is (PROXY v2)" },
	REFUSED_LIST("rules", "rules are not run yet", "Tcl rules"),
	REFUSED_ITEMS("source-address-translation", LTM,
	    "translation of client addresses"),
	REFUSED_CHOICE("source-port", source_port_names, "preserve", LTM,
	    "translation of client ports"),
	{ .name = "tls-certificate", .kind = PROP_STRING, .flags = PROP_OURS,
	  .off = offsetof(struct listener, tls_certificate), .max = 4095,
	  .help = "PEM file: DNS over TLS (RFC 7858), usually on port 853" },
	{ .name = "tls-key", .kind = PROP_STRING, .flags = PROP_OURS,
	  .off = offsetof(struct listener, tls_key), .max = 4095,
	  .help = "PEM file of the certificate's key" },
	REFUSED_FLAG("translate-address", prop_disabled_enabled, "disabled",
	    LTM, "translation of the listener's address"),
	REFUSED_FLAG("translate-port", prop_disabled_enabled, "disabled", LTM,
	    "translation of the listener's port"),
	REFUSED_LIST("vlans", LTM, "networks it listens on or not"),
	{ .name = "vlans-enabled", .kind = PROP_STATE, .names = vlans_names,
	  .dflt = "vlans-disabled", .refused = LTM,
	  .help = "vlans-enabled: listen on these vlans alone" },
	{ .name = "xdp", .kind = PROP_BOOL, .flags = PROP_OURS,
	  .off = offsetof(struct listener, xdp),
	  .names = prop_disabled_enabled, .dflt = "disabled",
	  .help = "UDP by AF_XDP, past the network stack, where it can be had" },
	{ .name = "xdp-interfaces", .kind = PROP_STRINGS,
	  .flags = PROP_OURS, .max = LISTENER_INTERFACES_MAX,
	  .off = offsetof(struct listener, xdp_interfaces),
	  .check = check_interface,
	  .help = "where queries come in; none: the interfaces that have "
	      "the address" },
	{ .name = NULL }
};

/* A mask that says what its absence says is not kept. */
static void
settle(struct object *o, const struct draft *d, struct diag *out)
{
	struct listener *l = (struct listener *)o;
	char text[ADDR_TEXT_MAX];

	(void)d;
	if (l->mask.family == 0)
		return;
	if (l->address.family != 0 && l->mask.family != l->address.family) {
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "mask: %s is not of the address's family",
		    addr_format(&l->mask, text));
		return;
	}
	memset(&l->mask, 0, sizeof(l->mask));
}

#define KEY_MAX	(sizeof("listener udp ") + ADDR_TEXT_MAX)

static void
place_key(const struct listener *l, char key[KEY_MAX])
{
	const struct addrport at = {
		.addr = l->address, .port = (uint16_t)l->port,
	};
	char text[ADDR_TEXT_MAX];

	(void)snprintf(key, KEY_MAX, "listener %s %s", proto_names[l->proto],
	    addr_format_port(&at, text));
}

/* One that is disabled takes no place. */
static void
each_key(const struct object *o, type_key_fn *fn, void *arg)
{
	const struct listener *l = (const struct listener *)o;
	char key[KEY_MAX];

	place_key(l, key);
	if (l->enabled && l->address.family != 0)
		fn(arg, key);
}

/* A certificate and its key, on a connection. */
static void
check_tls(const struct object *o, struct diag *out)
{
	const struct listener *l = (const struct listener *)o;

	if ((l->tls_certificate == NULL) != (l->tls_key == NULL))
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT, "%s: it needs "
		    "%s", l->tls_key != NULL ? "tls-key" : "tls-certificate",
		    l->tls_key != NULL ? "tls-certificate" : "tls-key");
	else if (l->tls_key != NULL && l->proto != LISTENER_TCP)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "tls-certificate: TLS needs ip-protocol tcp");
}

/* Datagrams alone, and from whom they come. */
static void
check_xdp(const struct object *o, struct diag *out)
{
	const struct listener *l = (const struct listener *)o;

	if (l->xdp && l->proto != LISTENER_UDP)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "xdp: it needs ip-protocol udp");
	else if (l->xdp && l->proxies.count > 0)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "xdp: queries through proxies (proxy-protocol-from) need "
		    "sockets");
	else if (!l->xdp && l->xdp_interfaces.count > 0)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "xdp-interfaces: it needs xdp enabled");
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct listener *l = (const struct listener *)o;
	const struct object *other;
	char key[KEY_MAX], text[ADDR_TEXT_MAX];

	check_tls(o, out);
	check_xdp(o, out);
	place_key(l, key);
	other = l->enabled ? objdiag_other(d, o, key, NULL) : NULL;
	if (other != NULL)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "address: %s, %s port %u, is also that of listener %s",
		    addr_format(&l->address, text), proto_names[l->proto],
		    l->port, other->name);
}

const struct type listener_type = {
	.words = "gtm listener",
	.title = "Listener",
	.naming = TYPE_NAMED,
	.size = sizeof(struct listener),
	.props = listener_props,
	.help = "an address, port and protocol where DNS is served",
	.settle = settle,
	.check = check,
	.each_key = each_key,
};
