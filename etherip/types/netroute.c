/* etherip/types/netroute.c - the property table of net route.
 * Layer: etherip/types. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/netroute.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/rowcheck.h"
#include "core/model/type.h"
#include "etherip/types/netrows.h"
#include "etherip/types/netvlan.h"
#include "etherip/types/selfip.h"
#include "etherip/types/vlangroup.h"

/* F5's words for the networks of length 0. */
#define DEFAULT		"default"
#define DEFAULT6	"default-inet6"

static int
check_network(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	struct addr_prefix prefix;

	if (strcmp(text, DEFAULT) == 0 || strcmp(text, DEFAULT6) == 0)
		return 0;
	switch (addr_parse_prefix(text, &prefix)) {
	case 0:
		return 0;
	case ERR_RANGE:
		return err_set(e, ERR_RANGE, "%s: %.80s has bits set past its "
		    "length", p->name, text);
	}
	return err_set(e, ERR_PARSE, "%s: \"%.80s\" is neither default nor a "
	    "network such as 192.0.2.0/24", p->name, text);
}

static const char *const blackhole_words[] = {
	"no-blackhole", "blackhole", NULL
};

static const struct prop route_props[] = {
	NETROWS_APP_ROW,
	{ .name = "blackhole", .kind = PROP_STATE, .names = blackhole_words,
	  .dflt = "no-blackhole",
	  .refused = "the system's own routes do it: ip route add blackhole",
	  .help = "drop what goes there" },
	NETROWS_DESCRIPTION_ROW(struct netroute),
	{ .name = "gw", .kind = PROP_ADDR,
	  .off = offsetof(struct netroute, gateway), .word = "none",
	  .check = rowcheck_address,
	  .help = "the router that it goes by, on a network of a self IP" },
	{ .name = "interface", .kind = PROP_REF,
	  .off = offsetof(struct netroute, interface),
	  .ref = NETVLAN_WORDS " or " VLANGROUP_WORDS,
	  .help = "VLAN or VLAN group that it goes out of; none = where gw "
	      "is" },
	NETROWS_MTU_ROW(struct netroute, "0",
	    "longest packets that go by it; 0 = the interface's"),
	{ .name = "network", .kind = PROP_STRING,
	  .off = offsetof(struct netroute, network),
	  .max = ADDR_TEXT_MAX - 1, .dflt = DEFAULT, .check = check_network,
	  .help = "where it leads: default, or a network such as "
	      "10.133.65.0/24" },
	REFUSED_TEXT("pool", NULL, "a route has one gateway",
	    "gateways to choose from"),
	{ .name = NULL }
};

/* default is of the gateway's family, and of IPv4 when there is none. */
bool
netroute_network(const struct netroute *r, struct addr_prefix *to)
{
	bool six = r->gateway.family == AF_INET6;

	if (r->network != NULL && strcmp(r->network, DEFAULT6) == 0)
		six = true;
	else if (r->network != NULL && strcmp(r->network, DEFAULT) != 0)
		return addr_parse_prefix(r->network, to) == 0;
	*to = (struct addr_prefix){
		.addr.family = six ? AF_INET6 : AF_INET };
	return true;
}

/* As networks are written (RFC 5952), and those of length 0 as default. */
static void
settle(struct object *o, const struct draft *d, struct diag *out)
{
	struct netroute *r = (struct netroute *)o;
	const char *canonical;
	char text[ADDR_TEXT_MAX];
	struct addr_prefix to;
	int rc;

	(void)d;
	(void)out;
	if (!netroute_network(r, &to))
		return;
	if (to.len > 0)
		canonical = addr_format_prefix(&to, text);
	else if (to.addr.family == AF_INET ||
	    r->gateway.family == AF_INET6)
		canonical = DEFAULT;
	else
		canonical = DEFAULT6;
	if (strcmp(r->network, canonical) == 0)
		return;
	rc = prop_set(prop_find(route_props, "network", NULL), o, canonical,
	    NULL);
	assert(rc == 0);
}

/* ---- what goes together ---- */

static bool
network_key(const struct netroute *r, char key[NETROWS_KEY_MAX])
{
	char text[ADDR_TEXT_MAX];
	struct addr_prefix to;

	if (!netroute_network(r, &to))
		return false;
	(void)snprintf(key, NETROWS_KEY_MAX, "net route %s",
	    addr_format_prefix(&to, text));
	return true;
}

static void
each_key(const struct object *o, type_key_fn *fn, void *arg)
{
	const struct netroute *r = (const struct netroute *)o;
	char key[NETROWS_KEY_MAX];

	if (network_key(r, key))
		fn(arg, key);
	if (r->gateway.family == 0)
		return;
	netrows_host_key(key, &r->gateway);
	fn(arg, key);
}

static bool
is_self(const struct object *a, const struct object *b)
{
	(void)a;
	return b->type == &selfip_type;
}

static void
check_gateway(const struct netroute *r, const struct addr_prefix *to,
    const struct draft *d, struct diag *out)
{
	char key[NETROWS_KEY_MAX], text[ADDR_TEXT_MAX];
	const struct object *self;

	addr_format(&r->gateway, text);
	if (r->gateway.family != to->addr.family)
		(void)objdiag_error(out, &r->obj, NULL, ERR_CONFLICT, "gw: %s "
		    "is of another family than network, %s", text, r->network);
	netrows_host_key(key, &r->gateway);
	self = objdiag_other(d, &r->obj, key, is_self);
	if (self != NULL)
		(void)objdiag_error(out, &r->obj, NULL, ERR_CONFLICT,
		    "gw: %s is that of self IP %s", text, self->name);
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct netroute *r = (const struct netroute *)o;
	const struct object *other;
	char key[NETROWS_KEY_MAX];
	struct addr_prefix to;

	if (!netroute_network(r, &to) || !network_key(r, key))
		return;
	other = objdiag_other(d, o, key, NULL);
	if (other != NULL)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT, "network: %s "
		    "is also that of route %s", r->network, other->name);
	if (r->gateway.family != 0)
		check_gateway(r, &to, d, out);
	else if (r->interface == NULL && !o->damaged)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "gw: a route needs it, or an interface");
}

const struct type netroute_type = {
	.words = "net route",
	.title = "Route",
	.naming = TYPE_NAMED,
	.size = sizeof(struct netroute),
	.props = route_props,
	.help = "how this system reaches a network",
	.settle = settle,
	.check = check,
	.each_key = each_key,
};
