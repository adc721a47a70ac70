/* etherip/types/eiptunnel.c - the property tables of net tunnels tunnel and net tunnels
 * etherip.
 *
 * Whether the machine has local-address, and a way to remote-address, is seen when the tunnel
 * is opened. Layer: etherip/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/eiptunnel.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/rowcheck.h"
#include "core/model/type.h"
#include "etherip/types/netrows.h"
#include "etherip/types/selfip.h"
#include "etherip/types/trafficgroup.h"

#define PROFILE_WORDS	"net tunnels etherip"

/* RFC 9293's default; and what is left of the longest IP packet. */
#define MSS_MIN	536
#define MSS_MAX	65495

/* In the order of the enums. */
static const char *const mode_names[] = {
	"bidirectional", "inbound", "outbound", NULL
};

static const char *const oversize_names[] = {
	"fragment", "icmp", "drop", NULL
};

static const char *const protection_names[] = { "none", "ipsec", NULL };
static const char *const liveness_names[] = { "none", "bfd", "icmp", NULL };

/* A number without sign or leading zero, min..max. */
static bool
read_number(const char *text, unsigned long min, unsigned long max,
    uint32_t *n)
{
	unsigned long v;

	if (text[strspn(text, "0123456789")] != '\0' ||
	    (text[0] == '0' && text[1] != '\0') || text[0] == '\0')
		return false;
	errno = 0;
	v = strtoul(text, NULL, 10);
	if (errno != 0 || v < min || v > max)
		return false;
	*n = (uint32_t)v;
	return true;
}

static int
check_mss(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	uint32_t n;

	if (strcmp(text, "auto") == 0 || strcmp(text, "off") == 0 ||
	    read_number(text, MSS_MIN, MSS_MAX, &n))
		return 0;
	return err_set(e, ERR_RANGE, "%s: \"%.80s\" is none of auto, off and "
	    "%d..%d octets", p->name, text, MSS_MIN, MSS_MAX);
}

static int
check_tos(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	uint32_t n;

	if (strcmp(text, "preserve") == 0 || read_number(text, 0, 255, &n))
		return 0;
	return err_set(e, ERR_RANGE, "%s: \"%.80s\" is neither preserve nor in "
	    "0..255", p->name, text);
}

static const struct prop profile_props[] = {
	NETROWS_APP_ROW,
	{ .name = "defaults-from", .kind = PROP_REF, .ref = PROFILE_WORDS,
	  .off = offsetof(struct eipprofile, defaults_from),
	  .flags = PROP_ALWAYS | PROP_LOCAL, .dflt = "/Common/etherip",
	  .help = "profile that this one is like" },
	{ .name = "description", .kind = PROP_STRING, .flags = PROP_LOCAL,
	  .off = offsetof(struct eipprofile, description), .max = 4095,
	  .help = "text of the operator" },
	{ .name = NULL }
};

static const struct prop tunnel_props[] = {
	{ .name = "accept-reversed-version", .kind = PROP_BOOL,
	  .flags = PROP_OURS,
	  .off = offsetof(struct eiptunnel, accept_reversed),
	  .names = prop_disabled_enabled, .dflt = "disabled",
	  .help = "enabled: take 03 00 for a header, too, as old BSD systems "
	      "send it" },
	NETROWS_APP_ROW,
	NETROWS_HOP_ROW,
	{ .name = "check-interface", .kind = PROP_BOOL, .flags = PROP_OURS,
	  .off = offsetof(struct eiptunnel, check_interface),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "what comes in by another interface than the way to the peer "
	      "leads by is dropped" },
	NETROWS_DESCRIPTION_ROW(struct eiptunnel),
	{ .name = "enabled", .kind = PROP_STATE, .flags = PROP_OURS,
	  .off = offsetof(struct eiptunnel, enabled),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: nothing goes through it, and the peer is not "
	      "watched" },
	REFUSED_NUMBER("idle-timeout", "300", "s",
	    "a tunnel is there until it is deleted",
	    "for how long an unused tunnel stays"),
	REFUSED_NUMBER("key", "0", NULL, "EtherIP has no key: one pair of "
	    "addresses is one tunnel (RFC 3378)", "tells tunnels apart"),
	{ .name = "liveness", .kind = PROP_ENUM, .flags = PROP_OURS,
	  .off = offsetof(struct eiptunnel, liveness),
	  .names = liveness_names, .dflt = "none",
	  .help = "how the peer is watched: BFD between the two addresses "
	      "(RFC 5881), or ICMP echo" },
	{ .name = "liveness-interval", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct eiptunnel, liveness_interval_ms),
	  .min = 10, .max = 60000, .dflt = "300", .unit = "ms",
	  .help = "time between two packets that watch it" },
	{ .name = "liveness-mtu", .kind = PROP_BOOL, .flags = PROP_OURS,
	  .off = offsetof(struct eiptunnel, liveness_mtu),
	  .names = prop_disabled_enabled, .dflt = "disabled",
	  .help = "BFD packets as long as the tunnel's longest datagrams: a way "
	      "that loses these is down (RFC 9764)" },
	{ .name = "liveness-multiplier", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct eiptunnel, liveness_multiplier),
	  .min = 1, .max = 255, .dflt = "3",
	  .help = "when so many are lost in a row the tunnel is down" },
	{ .name = "local-address", .kind = PROP_ADDR, .flags = PROP_REQUIRED,
	  .off = offsetof(struct eiptunnel, local_address),
	  .check = rowcheck_address,
	  .help = "this end: a self IP address" },
	NETROWS_STATIONS_ROW(struct eiptunnel, "stations that are learned "
	    "behind it; 0 = as many as the group has room for"),
	{ .name = "min-ttl", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct eiptunnel, min_ttl), .max = 255,
	  .dflt = "0",
	  .help = "datagrams with less TTL left come from elsewhere, and are "
	      "dropped (RFC 5082)" },
	{ .name = "mode", .kind = PROP_ENUM,
	  .off = offsetof(struct eiptunnel, mode), .names = mode_names,
	  .dflt = "bidirectional",
	  .help = "inbound: frames are taken from it alone; outbound: they are "
	      "sent alone" },
	{ .name = "mtu", .kind = PROP_U32,
	  .off = offsetof(struct eiptunnel, mtu), .max = 65515,
	  .dflt = "0", .unit = "octets", .check = netrows_check_mtu,
	  .help = "longest packet in a frame that goes in one piece; 0 = what "
	      "the way to the peer leaves" },
	{ .name = "oversize", .kind = PROP_ENUM, .flags = PROP_OURS,
	  .off = offsetof(struct eiptunnel, oversize),
	  .names = oversize_names, .dflt = "fragment",
	  .help = "longer ones: cut the datagram outside, tell the source, or "
	      "drop" },
	{ .name = "profile", .kind = PROP_REF, .flags = PROP_ALWAYS,
	  .off = offsetof(struct eiptunnel, profile), .ref = PROFILE_WORDS,
	  .dflt = "/Common/etherip",
	  .help = "kind of tunnel: EtherIP (RFC 3378)" },
	{ .name = "protection", .kind = PROP_ENUM, .flags = PROP_OURS,
	  .off = offsetof(struct eiptunnel, protection),
	  .names = protection_names, .dflt = "none",
	  .help = "ipsec: what did not come through IPsec is dropped" },
	{ .name = "remote-address", .kind = PROP_ADDR, .flags = PROP_REQUIRED,
	  .off = offsetof(struct eiptunnel, remote_address),
	  .check = rowcheck_address,
	  .help = "the other end; nobody else's datagrams are taken" },
	{ .name = "secondary-address", .kind = PROP_ADDR,
	  .off = offsetof(struct eiptunnel, secondary_address),
	  .word = "any6", .check = rowcheck_address,
	  .help = "this unit's own address: the peer is watched from it while "
	      "the other unit has local-address" },
	{ .name = "tcp-mss", .kind = PROP_STRING, .flags = PROP_OURS,
	  .off = offsetof(struct eiptunnel, tcp_mss), .max = 5,
	  .dflt = "auto", .check = check_mss,
	  .help = "octets that guests' TCP is told to send at most: auto = "
	      "what fits, off, or a number" },
	{ .name = "tos", .kind = PROP_STRING,
	  .off = offsetof(struct eiptunnel, tos), .max = 8,
	  .dflt = "preserve", .check = check_tos,
	  .help = "DS octet outside: preserve = as inside (RFC 2983, RFC "
	      "6040), or 0..255" },
	{ .name = "traffic-group", .kind = PROP_REF,
	  .off = offsetof(struct eiptunnel, traffic_group),
	  .ref = TRAFFICGROUP_WORDS,
	  .help = "with a floating one the active unit alone has it" },
	REFUSED_FLAG("transparent", prop_disabled_enabled, "disabled",
	    "frames keep their own addresses always",
	    "show the far side the addresses of the tunnel's clients"),
	{ .name = "use-pmtu", .kind = PROP_BOOL,
	  .off = offsetof(struct eiptunnel, use_pmtu),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "learn the path's MTU (RFC 1191, RFC 8201); disabled: "
	      "routers may cut datagrams" },
	{ .name = NULL }
};

/* ---- what goes together ---- */

static bool
is_set(const struct addr *a)
{
	return a->family != 0;
}

static void
pair_key(const struct eiptunnel *t, char key[NETROWS_KEY_MAX])
{
	char from[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX];

	(void)snprintf(key, NETROWS_KEY_MAX, "net tunnel %s %s",
	    addr_format(&t->local_address, from),
	    addr_format(&t->remote_address, to));
}

static void
each_key(const struct object *o, type_key_fn *fn, void *arg)
{
	const struct eiptunnel *t = (const struct eiptunnel *)o;
	char key[NETROWS_KEY_MAX];

	netrows_each_device(o, fn, arg);
	if (!is_set(&t->local_address) || !is_set(&t->remote_address))
		return;
	pair_key(t, key);
	fn(arg, key);
	netrows_host_key(key, &t->remote_address);
	fn(arg, key);
	selfip_user_key(key, &t->local_address);
	fn(arg, key);
}

/* Frames of two tunnels between the same addresses could not be told apart. */
static void
check_pair(const struct eiptunnel *t, const struct draft *d, struct diag *out)
{
	char key[NETROWS_KEY_MAX], from[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX];
	const struct object *other;

	pair_key(t, key);
	other = objdiag_other(d, &t->obj, key, NULL);
	if (other != NULL)
		(void)objdiag_error(out, &t->obj, NULL, ERR_CONFLICT,
		    "remote-address: from %s to %s there is tunnel %s, and "
		    "EtherIP has nothing to tell two apart by",
		    addr_format(&t->local_address, from),
		    addr_format(&t->remote_address, to), other->name);
}

/* Two tunnels may have one remote end. */
static bool
is_self(const struct object *a, const struct object *b)
{
	(void)a;
	return b->type == &selfip_type;
}

static void
check_remote(const struct eiptunnel *t, const struct draft *d,
    struct diag *out)
{
	const struct object *self;
	char key[NETROWS_KEY_MAX], text[ADDR_TEXT_MAX];

	netrows_host_key(key, &t->remote_address);
	self = objdiag_other(d, &t->obj, key, is_self);
	if (self != NULL)
		(void)objdiag_error(out, &t->obj, NULL, ERR_CONFLICT,
		    "remote-address: %s is that of self IP %s",
		    addr_format(&t->remote_address, text), self->name);
}

static void
check_local(const struct eiptunnel *t, const struct draft *d, struct diag *out)
{
	char text[ADDR_TEXT_MAX];

	if (selfip_any(d) && !selfip_has(d, &t->local_address))
		objdiag_warn(out, &t->obj, NULL, "local-address: %s is no self "
		    "IP address", addr_format(&t->local_address, text));
}

static void
check_ends(const struct eiptunnel *t, struct diag *out)
{
	char from[ADDR_TEXT_MAX], to[ADDR_TEXT_MAX];
	const struct addr *local = &t->local_address;
	const struct addr *own = &t->secondary_address;

	if (addr_equal(local, &t->remote_address))
		(void)objdiag_error(out, &t->obj, NULL, ERR_CONFLICT,
		    "remote-address: %s is local-address, too",
		    addr_format(local, from));
	else if (local->family != t->remote_address.family)
		(void)objdiag_error(out, &t->obj, NULL, ERR_CONFLICT,
		    "remote-address: %s is of another family than "
		    "local-address, %s", addr_format(&t->remote_address, to),
		    addr_format(local, from));
	if (!is_set(own))
		return;
	if (addr_equal(own, local) || addr_equal(own, &t->remote_address))
		(void)objdiag_error(out, &t->obj, NULL, ERR_CONFLICT,
		    "secondary-address: %s is an end of the tunnel already",
		    addr_format(own, from));
	else if (own->family != local->family)
		(void)objdiag_error(out, &t->obj, NULL, ERR_CONFLICT,
		    "secondary-address: %s is of another family than "
		    "local-address, %s", addr_format(own, to),
		    addr_format(local, from));
	if (t->traffic_group == NULL)
		(void)objdiag_error(out, &t->obj, NULL, ERR_CONFLICT,
		    "secondary-address: it needs a traffic-group that "
		    "local-address moves with");
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct eiptunnel *t = (const struct eiptunnel *)o;

	netrows_check_name(o, d, out);
	if (t->liveness_mtu && t->liveness != EIPTUNNEL_BFD)
		objdiag_warn(out, &t->obj, NULL, "liveness-mtu: it is of "
		    "liveness bfd alone, and liveness is %s",
		    liveness_names[t->liveness]);
	if (!is_set(&t->local_address) || !is_set(&t->remote_address))
		return;
	check_ends(t, out);
	check_pair(t, d, out);
	check_remote(t, d, out);
	check_local(t, d, out);
}

const struct type eiptunnel_profile_type = {
	.words = PROFILE_WORDS,
	.title = "EtherIP profile",
	.naming = TYPE_NAMED,
	.size = sizeof(struct eipprofile),
	.props = profile_props,
	.help = "the kind of tunnel that Ethernet goes through",
};

const struct type eiptunnel_type = {
	.words = EIPTUNNEL_WORDS,
	.also = "net tunnel",
	.title = "Tunnel",
	.naming = TYPE_NAMED,
	.size = sizeof(struct eiptunnel),
	.props = tunnel_props,
	.help = "a way to another site, for Ethernet frames in IP (RFC 3378)",
	.check_name = netrows_check_called,
	.check = check,
	.each_key = each_key,
};

/* ---- values ---- */

uint32_t
eiptunnel_mss(const struct eiptunnel *t)
{
	uint32_t n = EIPTUNNEL_MSS_AUTO;

	if (t->tcp_mss != NULL && strcmp(t->tcp_mss, "off") == 0)
		return EIPTUNNEL_MSS_OFF;
	if (t->tcp_mss != NULL)
		(void)read_number(t->tcp_mss, MSS_MIN, MSS_MAX, &n);
	return n;
}

int
eiptunnel_tos(const struct eiptunnel *t)
{
	uint32_t n;

	if (t->tos != NULL && read_number(t->tos, 0, 255, &n))
		return (int)n;
	return EIPTUNNEL_TOS_PRESERVE;
}
