/* etherip/types/selfip.c - the property table of net self.
 * Layer: etherip/types. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/selfip.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/rowcheck.h"
#include "core/model/type.h"
#include "etherip/types/netvlan.h"
#include "etherip/types/trafficgroup.h"
#include "etherip/types/vlangroup.h"

#define FIREWALL	"there is no firewall: see allow-service"

/* ---- values ---- */

static bool
read_number(const char *text, unsigned long max, unsigned long *n)
{
	if (text[strspn(text, "0123456789")] != '\0' || *text == '\0' ||
	    (text[0] == '0' && text[1] != '\0'))
		return false;
	errno = 0;
	*n = strtoul(text, NULL, 10);
	return errno == 0 && *n <= max;
}

/* address/bits; the address may have bits past the network's. */
static bool
read_place(const char *text, struct selfip_place *p)
{
	const char *slash = strchr(text, '/');
	char address[ADDR_TEXT_MAX];
	unsigned long bits;

	if (slash == NULL || (size_t)(slash - text) >= sizeof(address))
		return false;
	(void)snprintf(address, sizeof(address), "%.*s", (int)(slash - text),
	    text);
	if (addr_parse(address, &p->addr) != 0 ||
	    !read_number(slash + 1, 8 * addr_len(&p->addr), &bits))
		return false;
	p->len = (uint8_t)bits;
	return true;
}

bool
selfip_place(const struct selfip *s, struct selfip_place *p)
{
	return s->address != NULL && read_place(s->address, p);
}

/* Names that F5 gives to IP protocols, with their numbers (IANA). */
static const struct {
	const char	*name;
	uint8_t		 number;
} protocols[] = {
	{ "tcp", 6 }, { "udp", 17 }, { "sctp", 132 }, { "icmp", 1 },
	{ "igmp", 2 }, { "egp", 8 }, { "igp", 9 }, { "gre", 47 },
	{ "esp", 50 }, { "ah", 51 }, { "ipv6-icmp", 58 }, { "eigrp", 88 },
	{ "ospf", 89 }, { "etherip", 97 }, { "pim", 103 }, { "vrrp", 112 },
	{ "l2tp", 115 },
};

static bool
read_protocol(const char *text, size_t len, uint8_t *number)
{
	char word[16];
	unsigned long n;

	if (len >= sizeof(word))
		return false;
	(void)snprintf(word, sizeof(word), "%.*s", (int)len, text);
	for (size_t i = 0; i < OBJ_COUNT(protocols); i++)
		if (strcmp(protocols[i].name, word) == 0) {
			*number = protocols[i].number;
			return true;
		}
	if (!read_number(word, 255, &n))
		return false;
	*number = (uint8_t)n;
	return true;
}

static bool
has_ports(uint8_t proto)
{
	return proto == 6 || proto == 17 || proto == 132;
}

int
selfip_read_service(const char *text, struct selfip_service *s)
{
	const char *colon = strchr(text, ':');
	struct selfip_service one = { .which = SELFIP_ONE };
	unsigned long port = 0;

	if (strcmp(text, "all") == 0 || strcmp(text, "default") == 0) {
		*s = (struct selfip_service){ .which =
		    strcmp(text, "all") == 0 ? SELFIP_ALL : SELFIP_DEFAULT };
		return 0;
	}
	if (colon == NULL ||
	    !read_protocol(text, (size_t)(colon - text), &one.proto))
		return ERR_PARSE;
	if (strcmp(colon + 1, "any") != 0 &&
	    (!read_number(colon + 1, 65535, &port) ||
	    (port != 0 && !has_ports(one.proto))))
		return ERR_PARSE;
	one.port = (uint16_t)port;
	*s = one;
	return 0;
}

/* ---- rows ---- */

static int
check_place(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	struct selfip_place place;

	if (!read_place(text, &place))
		return err_set(e, ERR_PARSE, "%s: \"%.80s\" is not an address "
		    "with the length of its network, such as "
		    "192.0.2.1/24", p->name, text);
	return rowcheck_address(p, &place.addr, e);
}

static int
check_service(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	struct selfip_service s;

	if (selfip_read_service(text, &s) == 0)
		return 0;
	return err_set(e, ERR_PARSE, "%s: \"%.80s\" is none of all, default, "
	    "and a protocol with a port, such as tcp:443 or ospf:0", p->name,
	    text);
}

static const struct prop self_props[] = {
	{ .name = "address", .kind = PROP_STRING, .flags = PROP_REQUIRED,
	  .off = offsetof(struct selfip, address), .max = ADDR_TEXT_MAX - 1,
	  .check = check_place,
	  .help = "with the length of its network: 10.133.64.245/24" },
	REFUSED_TEXT("address-source", "from-user",
	    "addresses are written here", "where the address comes from"),
	{ .name = "allow-service", .kind = PROP_STRINGS,
	  .off = offsetof(struct selfip, allow_service),
	  .max = SELFIP_SERVICES_MAX, .check = check_service,
	  .help = "what may be asked for there: all, default (F5's list), "
	      "protocol:port; none = tunnels and pings" },
	NETROWS_APP_ROW,
	NETROWS_DESCRIPTION_ROW(struct selfip),
	REFUSED_FLAG("floating", prop_disabled_enabled, "disabled",
	    "traffic-group says it", "does it go to the other unit?"),
	REFUSED_TEXT("fw-enforced-policy", NULL, FIREWALL,
	    "rules for what goes there"),
	REFUSED_TEXT("fw-staged-policy", NULL, FIREWALL,
	    "rules that are only counted"),
	REFUSED_TEXT("service-policy", NULL, "connections end at hosts",
	    "how long connections stay"),
	{ .name = "traffic-group", .kind = PROP_REF, .flags = PROP_ALWAYS,
	  .off = offsetof(struct selfip, traffic_group),
	  .ref = TRAFFICGROUP_WORDS, .dflt = TRAFFICGROUP_LOCAL,
	  .help = "with a floating one the active unit alone has it" },
	REFUSED_NUMBER("unit", "0", NULL, "traffic-group says it",
	    "the unit that has it"),
	{ .name = "vlan", .kind = PROP_REF, .flags = PROP_REQUIRED,
	  .off = offsetof(struct selfip, vlan),
	  .ref = NETVLAN_WORDS " or " VLANGROUP_WORDS,
	  .help = "VLAN or VLAN group that it is on" },
	{ .name = NULL }
};

/* As addresses are written (RFC 5952). */
static void
settle(struct object *o, const struct draft *d, struct diag *out)
{
	struct selfip *s = (struct selfip *)o;
	char text[ADDR_TEXT_MAX + 4], address[ADDR_TEXT_MAX];
	struct selfip_place p;
	int rc;

	(void)d;
	(void)out;
	if (!selfip_place(s, &p))
		return;
	(void)snprintf(text, sizeof(text), "%s/%u",
	    addr_format(&p.addr, address), p.len);
	rc = prop_set(prop_find(self_props, "address", NULL), o, text, NULL);
	assert(rc == 0);
}

/* ---- what goes together ---- */

void
selfip_user_key(char key[NETROWS_KEY_MAX], const struct addr *a)
{
	char text[ADDR_TEXT_MAX];

	(void)snprintf(key, NETROWS_KEY_MAX, "net self user %s",
	    addr_format(a, text));
}

static void
each_key(const struct object *o, type_key_fn *fn, void *arg)
{
	const struct selfip *s = (const struct selfip *)o;
	char key[NETROWS_KEY_MAX];
	struct selfip_place p;

	if (selfip_place(s, &p)) {
		netrows_host_key(key, &p.addr);
		fn(arg, key);
	}
	if (s->vlan != NULL) {
		netrows_port_key(key, s->vlan);
		fn(arg, key);
	}
}

static void
each_dependent(const struct object *o, type_key_fn *fn, void *arg)
{
	char key[NETROWS_KEY_MAX];
	struct selfip_place p;

	if (!selfip_place((const struct selfip *)o, &p))
		return;
	selfip_user_key(key, &p.addr);
	fn(arg, key);
}

static bool
is_group(const struct object *a, const struct object *b)
{
	(void)a;
	return b->type == &vlangroup_type;
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct selfip *s = (const struct selfip *)o;
	const struct object *other = NULL;
	char key[NETROWS_KEY_MAX], text[ADDR_TEXT_MAX], label[320];
	struct selfip_place p;

	if (selfip_place(s, &p)) {
		netrows_host_key(key, &p.addr);
		other = objdiag_other(d, o, key, NULL);
	}
	if (other != NULL) {
		object_label(other, label, sizeof(label));
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "address: %s is also that of %s",
		    addr_format(&p.addr, text), label);
	}
	if (s->vlan == NULL)
		return;
	netrows_port_key(key, s->vlan);
	other = objdiag_other(d, o, key, is_group);
	if (other != NULL)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT, "vlan: %s is a "
		    "member of VLAN group %s; the address belongs on that",
		    s->vlan, other->name);
}

static void
on_self(void *arg, const struct object *o)
{
	bool *found = arg;

	*found = *found || o->type == &selfip_type;
}

bool
selfip_has(const struct draft *d, const struct addr *a)
{
	char key[NETROWS_KEY_MAX];
	bool found = false;

	netrows_host_key(key, a);
	draft_each_keyed(d, key, on_self, &found);
	return found;
}

bool
selfip_any(const struct draft *d)
{
	size_t at = 0;

	return draft_next(d, &selfip_type, &at) != NULL;
}

const struct type selfip_type = {
	.words = "net self",
	.title = "Self IP",
	.naming = TYPE_NAMED,
	.size = sizeof(struct selfip),
	.props = self_props,
	.help = "an address of this system, and what it may be asked for there",
	.settle = settle,
	.check = check,
	.each_key = each_key,
	.each_dependent = each_dependent,
};
