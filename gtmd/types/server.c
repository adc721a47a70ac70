/* gtmd/types/server.c - the property tables of gtm server, its devices and
 * virtual servers, and the rules across them.
 *
 * How members and dependencies name virtual servers is settled in vskey.c;
 * what is available is the plan's business. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/server.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "gtmd/types/measuring.h"
#include "gtmd/types/probing.h"
#include "gtmd/types/refused.h"
#include "gtmd/types/target.h"
#include "gtmd/types/vskey.h"

/* Those that F5 asks for their virtual servers. */
enum { PRODUCT_BIGIP = 0, PRODUCT_SINGLE_BIGIP = 2, PRODUCT_REDUNDANT_BIGIP };

static const char *const product_names[] = {
	"bigip", "generic-host", "single-bigip", "redundant-bigip",
	"alteon-ace-director", "cacheflow", "cisco-css",
	"cisco-local-director-v2", "cisco-local-director-v3",
	"cisco-server-load-balancer", "extreme", "foundry-server-iron",
	"generic-load-balancer", "netapp", "radware-wsd", "sun-solaris",
	"windows-2000-server", "windows-nt-4.0", NULL
};

static const char *const discovery_names[] = {
	"disabled", "enabled", "enabled-no-delete", NULL
};

/* The destination is what clients are told, so it is one real address. */
static int
check_destination(const struct prop *p, const void *value, struct err *e)
{
	const struct addrport *ap = value;

	if (ap->addr.family == 0)
		return err_set(e, ERR_RANGE, "%s: * is not an address",
		    p->name);
	return target_check_addr(p->name, &ap->addr, e);
}

static const struct prop address_props[] = {
	REFUSED_TEXT("translation", NULL,
	    "probes and answers use the virtual servers' destinations",
	    "the address on the other side of a translation"),
	{ .name = NULL }
};

static const struct prop device_props[] = {
	{ .name = "addresses", .kind = PROP_ITEMS,
	  .off = offsetof(struct server_device, addresses),
	  .item = &server_address_type,
	  .help = "addresses of the device's own" },
	{ .name = "description", .kind = PROP_STRING,
	  .off = offsetof(struct server_device, description), .max = 4095,
	  .help = "text of the operator" },
	{ .name = NULL }
};

static const struct prop depends_props[] = {
	{ .name = NULL }
};

static const struct prop vs_props[] = {
	{ .name = "depends-on", .kind = PROP_ITEMS,
	  .off = offsetof(struct server_vs, depends_on),
	  .item = &server_depends_type,
	  .help = "virtual servers that must be available too" },
	{ .name = "description", .kind = PROP_STRING,
	  .off = offsetof(struct server_vs, description), .max = 4095,
	  .help = "text of the operator" },
	{ .name = "destination", .kind = PROP_ADDRPORT, .flags = PROP_REQUIRED,
	  .off = offsetof(struct server_vs, destination),
	  .check = check_destination,
	  .help = "address that is answered and probed, and its port; "
	      "port 0 = any" },
	{ .name = "enabled", .kind = PROP_STATE,
	  .off = offsetof(struct server_vs, enabled),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: members that name it answer nothing" },
	REFUSED_TEXT("explicit-link-name", NULL, "links are not watched yet",
	    "the link it is reached through"),
	LIMITS_ROWS(server_vs, 0),
	{ .name = "ltm-name", .kind = PROP_STRING,
	  .off = offsetof(struct server_vs, ltm_name), .max = 255,
	  .help = "its name on the load balancer; a label" },
	{ .name = "metrics-monitor", .kind = PROP_REF, .flags = PROP_OURS,
	  .off = offsetof(struct server_vs, metrics_monitor),
	  .ref = "gtm monitor metrics",
	  .help = "monitor that reads how much it is used" },
	{ .name = "monitor", .kind = PROP_RULE,
	  .off = offsetof(struct server_vs, monitor), .ref = "gtm monitor",
	  .check = probing_check_name,
	  .help = "monitors that say whether it is up" },
	REFUSED_TEXT("translation-address", NULL,
	    "probes and answers use the destination",
	    "the address on the other side of a translation"),
	{ .name = "translation-port", .kind = PROP_U32, .max = 65535,
	  .dflt = "0", .word = "any",
	  .refused = "probes and answers use the destination",
	  .help = "the port on the other side of a translation" },
	{ .name = NULL }
};

static const struct prop server_props[] = {
	REFUSED_ITEMS("addresses",
	    "write devices { NAME { addresses { ... } } }, as since version 13",
	    "addresses as versions 11 and 12 wrote them"),
	{ .name = "datacenter", .kind = PROP_REF, .flags = PROP_REQUIRED,
	  .off = offsetof(struct server, datacenter), .ref = "gtm datacenter",
	  .help = "where it stands" },
	{ .name = "description", .kind = PROP_STRING,
	  .off = offsetof(struct server, description), .max = 4095,
	  .help = "text of the operator" },
	{ .name = "devices", .kind = PROP_ITEMS, .flags = PROP_LINKED,
	  .off = offsetof(struct server, devices),
	  .item = &server_device_type,
	  .help = "the machines it is made of; one with an address of this host "
	      "makes it the server that gtmd is" },
	{ .name = "enabled", .kind = PROP_STATE,
	  .off = offsetof(struct server, enabled),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: its virtual servers answer nothing" },
	REFUSED_FLAG("expose-route-domains", prop_no_yes, "no",
	    "virtual servers are not discovered yet",
	    "discover virtual servers in all route domains"),
	REFUSED_FLAG("iq-allow-path", prop_no_yes, "yes", REFUSED_IQUERY,
	    "let it probe paths"),
	REFUSED_FLAG("iq-allow-service-check", prop_no_yes, "yes",
	    REFUSED_IQUERY, "let it probe services"),
	REFUSED_FLAG("iq-allow-snmp", prop_no_yes, "yes", REFUSED_IQUERY,
	    "let it probe by SNMP"),
	REFUSED_TEXT("iquery-cipher-list", NULL, REFUSED_IQUERY,
	    "ciphers of iQuery"),
	REFUSED_TEXT("iquery-minimum-tls-version", NULL, REFUSED_IQUERY,
	    "lowest TLS version of iQuery"),
	LIMITS_ROW(server, 0, "cpu-usage", METRIC_CPU, "%",
	    "CPU use above which it is unavailable; 0 = none"),
	LIMITS_ROW(server, 0, "mem-avail", METRIC_MEMORY, "KiB",
	    "free memory below which it is unavailable; 0 = none"),
	LIMITS_ROWS(server, 0),
	REFUSED_CHOICE("link-discovery", discovery_names, "disabled",
	    "links are not watched yet", "find links by themselves"),
	REFUSED_METADATA,
	{ .name = "metrics-monitor", .kind = PROP_REF, .flags = PROP_OURS,
	  .off = offsetof(struct server, metrics_monitor),
	  .ref = "gtm monitor metrics",
	  .help = "monitor that reads how much it is used as a whole" },
	{ .name = "monitor", .kind = PROP_RULE,
	  .off = offsetof(struct server, monitor), .ref = "gtm monitor",
	  .check = probing_check_name,
	  .help = "monitors for each of its virtual servers" },
	PROBING_ROWS(server, probing_preferences, probing_fallbacks,
	    "inherit", "inherit"),
	{ .name = "product", .kind = PROP_ENUM,
	  .off = offsetof(struct server, product), .names = product_names,
	  .dflt = "bigip", .help = "what it is; a label" },
	/* Clients write their default with every server; only one that speaks
	 * iQuery would tell what it has. */
	{ .name = "virtual-server-discovery", .kind = PROP_ENUM,
	  .off = offsetof(struct server, discovery), .names = discovery_names,
	  .dflt = "disabled",
	  .help = "kept for clients: none is discovered, give them all" },
	{ .name = "virtual-servers", .kind = PROP_ITEMS, .flags = PROP_LINKED,
	  .off = offsetof(struct server, virtual_servers),
	  .item = &server_vs_type,
	  .help = "addresses and ports that pools may answer with" },
	{ .name = NULL }
};

static int
address_check_name(const char *name, struct err *e)
{
	struct addr a;

	if (addr_parse(name, &a) != 0)
		return err_set(e, ERR_PARSE,
		    "addresses: \"%s\" is not an IP address", name);
	return 0;
}


#define COMMON		"/Common/"
#define COMMON_LEN	(sizeof(COMMON) - 1)

static const char *
without_common(const char *name)
{
	return strncmp(name, COMMON, COMMON_LEN) == 0 ? name + COMMON_LEN :
	    name;
}

/* By its exact name, else by its name without "/Common/". */
static const struct server_vs *
find_vs(const struct server *s, const char *name)
{
	const struct object *o = objlist_find(&s->virtual_servers, name);

	for (size_t i = 0; o == NULL && i < s->virtual_servers.count; i++)
		if (strcmp(without_common(s->virtual_servers.v[i]->name),
		    without_common(name)) == 0)
			o = s->virtual_servers.v[i];
	return (const struct server_vs *)o;
}

const struct server_vs *
server_split_key(const struct draft *d, const char *key,
    const struct server **server)
{
	const struct server *longest = NULL;
	const struct server_vs *vs = NULL;
	char *name = mem_strdup(key);

	for (char *colon; vs == NULL && (colon = strrchr(name, ':')) != NULL;) {
		const struct server *s;

		*colon = '\0';
		s = (const struct server *)draft_find(d, &server_type, name);
		if (s == NULL)
			continue;
		vs = find_vs(s, key + (colon - name) + 1);
		if (vs != NULL || longest == NULL)
			longest = s;
	}
	free(name);
	*server = longest;
	return vs;
}

/* "destination 10.133.39.51:80", the key that finds servers by what their
 * virtual servers answer with. */
#define KEY_MAX	(sizeof("destination ") + ADDR_TEXT_MAX)

static void
destination_key(const struct addrport *dest, char key[KEY_MAX])
{
	char text[ADDR_TEXT_MAX];

	(void)snprintf(key, KEY_MAX, "destination %s",
	    addr_format_port(dest, text));
}

static void
server_each_key(const struct object *o, type_key_fn *fn, void *arg)
{
	const struct server *s = (const struct server *)o;
	char key[KEY_MAX];

	for (size_t i = 0; i < s->virtual_servers.count; i++) {
		const struct server_vs *vs =
		    (const struct server_vs *)s->virtual_servers.v[i];

		destination_key(&vs->destination, key);
		fn(arg, key);
	}
}

struct by_destination {
	const struct addrport *dest;
	server_vs_fn	*fn;
	void		*arg;
};

static void
on_server(void *arg, const struct object *o)
{
	const struct by_destination *q = arg;
	const struct server *s = (const struct server *)o;

	for (size_t i = 0; i < s->virtual_servers.count; i++) {
		const struct server_vs *vs =
		    (const struct server_vs *)s->virtual_servers.v[i];

		if (vs->destination.port == q->dest->port &&
		    addr_equal(&vs->destination.addr, &q->dest->addr))
			q->fn(q->arg, s, vs);
	}
}

void
server_each_destination(const struct draft *d, const struct addrport *dest,
    server_vs_fn *fn, void *arg)
{
	struct by_destination q = { .dest = dest, .fn = fn, .arg = arg };
	char key[KEY_MAX];

	destination_key(dest, key);
	draft_each_keyed(d, key, on_server, &q);
}

static void
server_settle(struct object *o, const struct draft *d, struct diag *out)
{
	struct server *s = (struct server *)o;

	for (size_t i = 0; i < s->virtual_servers.count; i++) {
		struct server_vs *vs =
		    (struct server_vs *)s->virtual_servers.v[i];
		const struct vskey_list l = {
			.owner = o, .item = &vs->obj, .list = &vs->depends_on,
			.len_off = offsetof(struct server_depends, server_len),
		};

		vskey_settle(&l, d, out);
	}
}

static void
depends_each_ref(const struct object *o, type_ref_fn *fn, void *arg)
{
	vskey_ref(o->name, ((const struct server_depends *)o)->server_len, fn,
	    arg);
}

/* One step of a walk along dependencies, and the step that led to it. */
struct step {
	const struct server	*server;
	const struct server_vs	*vs;
	size_t			 from;
};

/* Adds those that steps[at] depends on and that were not met yet. Returns
 * whether one of them is steps[0], where the walk began. */
static bool
walk_on(const struct draft *d, struct step **steps, size_t *room,
    size_t *count, size_t at)
{
	const struct server_vs *vs = (*steps)[at].vs;

	for (size_t i = 0; i < vs->depends_on.count; i++) {
		struct step next = { .from = at };
		size_t seen;

		next.vs = server_split_key(d, vs->depends_on.v[i]->name,
		    &next.server);
		if (next.vs == NULL)
			continue;
		if (next.vs == (*steps)[0].vs)
			return true;
		for (seen = 0; seen < *count; seen++)
			if ((*steps)[seen].vs == next.vs)
				break;
		if (seen < *count)
			continue;
		*steps = mem_grow(*steps, room, *count + 1, sizeof(**steps));
		(*steps)[(*count)++] = next;
	}
	return false;
}

/* Does the virtual server depend on itself, by whatever way round? Then it
 * could never come up again once it was down. */
static void
check_loop(const struct server *s, const struct server_vs *vs,
    const struct draft *d, struct diag *out)
{
	struct step *steps = NULL;
	size_t room = 0, count = 1, at;

	if (vs->depends_on.count == 0)
		return;
	steps = mem_grow(steps, &room, 1, sizeof(*steps));
	steps[0] = (struct step){ .server = s, .vs = vs };
	for (at = 0; at < count; at++)
		if (walk_on(d, &steps, &room, &count, at))
			break;
	if (at == 0)
		(void)objdiag_error(out, &s->obj, &vs->obj, ERR_CONFLICT,
		    "depends-on: it depends on itself");
	else if (at < count)
		(void)objdiag_error(out, &s->obj, &vs->obj, ERR_CONFLICT,
		    "depends-on: it depends on itself through %s:%s",
		    steps[at].server->obj.name, steps[at].vs->obj.name);
	free(steps);
}

static void
server_check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct server *s = (const struct server *)o;

	probing_check_rule(o, NULL, &s->monitor, out);
	probing_check(o, &s->probing, PROBING_INHERIT, out);
	measuring_check_rule(o, NULL, &s->monitor, d, out);
	if (s->discovery != 0 && (s->product == PRODUCT_BIGIP ||
	    s->product == PRODUCT_SINGLE_BIGIP ||
	    s->product == PRODUCT_REDUNDANT_BIGIP))
		objdiag_warn(out, o, NULL, "virtual-server-discovery: virtual "
		    "servers are not discovered: what is not given here is "
		    "not there");
	for (size_t i = 0; i < s->virtual_servers.count; i++) {
		const struct server_vs *vs =
		    (const struct server_vs *)s->virtual_servers.v[i];

		probing_check_rule(o, &vs->obj, &vs->monitor, out);
		measuring_check_rule(o, &vs->obj, &vs->monitor, d, out);
		check_loop(s, vs, d, out);
	}
}

const struct type server_address_type = {
	.words = "addresses",
	.title = "Address",
	.naming = TYPE_ITEM,
	.size = sizeof(struct server_address),
	.props = address_props,
	.help = "an address of a device",
	.check_name = address_check_name,
};

const struct type server_device_type = {
	.words = "devices",
	.title = "Device",
	.naming = TYPE_ITEM,
	.size = sizeof(struct server_device),
	.props = device_props,
	.help = "a machine that a server is made of",
};

const struct type server_depends_type = {
	.words = "depends-on",
	.title = "Dependency",
	.naming = TYPE_ITEM,
	.size = sizeof(struct server_depends),
	.props = depends_props,
	.help = "a virtual server, as /Common/server:virtual-server",
	.each_ref = depends_each_ref,
};

const struct type server_vs_type = {
	.words = "virtual-servers",
	.title = "Virtual server",
	.naming = TYPE_ITEM,
	.size = sizeof(struct server_vs),
	.props = vs_props,
	.help = "an address and port that pools may answer with",
};

const struct type server_type = {
	.words = "gtm server",
	.title = "Server",
	.naming = TYPE_NAMED,
	.size = sizeof(struct server),
	.props = server_props,
	.help = "a load balancer or host in a data center, with its virtual "
	    "servers",
	.settle = server_settle,
	.check = server_check,
	.each_key = server_each_key,
	.ref_items = "virtual-servers",
};
