/* wom/types/advertisedroute.c - the property table of wom advertised-route.
 * Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/advertisedroute.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/type.h"
#include "wom/types/remoteendpoint.h"
#include "wom/types/womrows.h"

#define ENDPOINTS_MAX	256

/* Bits of a mask such as 255.255.255.0, or -1: it is none. */
static int
mask_bits(const struct addr *mask)
{
	int bits = 0, len = (int)addr_len(mask) * 8;

	while (bits < len && mask->octets[bits / 8] >> (7 - bits % 8) & 1)
		bits++;
	for (int i = bits; i < len; i++)
		if (mask->octets[i / 8] >> (7 - i % 8) & 1)
			return -1;
	return bits;
}

/* "10.0.0.0/8", or "10.0.0.0/255.0.0.0", whose mask is of the same family. */
static int
parse_dest(const char *text, struct addr_prefix *prefix)
{
	const char *slash = strchr(text, '/');
	char plain[ADDR_TEXT_MAX];
	struct addr mask;
	int bits, len;

	if (slash == NULL || addr_parse(slash + 1, &mask) != 0)
		return addr_parse_prefix(text, prefix);
	bits = mask_bits(&mask);
	len = snprintf(plain, sizeof(plain), "%.*s/%d", (int)(slash - text),
	    text, bits);
	if (bits < 0 || len >= (int)sizeof(plain) ||
	    (strchr(plain, ':') == NULL) != (mask.family == AF_INET))
		return ERR_PARSE;
	return addr_parse_prefix(plain, prefix);
}

static int
check_dest(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	struct addr_prefix prefix;

	if (parse_dest(text, &prefix) != 0)
		return err_set(e, ERR_PARSE, "%s: \"%.80s\" is not a network "
		    "such as 192.0.2.0/24 or 192.0.2.0/255.255.255.0",
		    p->name, text);
	return 0;
}

static const struct prop route_props[] = {
	WOMROWS_APP_ROW,
	WOMROWS_DESCRIPTION_ROW(struct advertisedroute),
	{ .name = "dest", .kind = PROP_STRING, .flags = PROP_REQUIRED,
	  .off = offsetof(struct advertisedroute, dest), .max = 127,
	  .check = check_dest,
	  .help = "the network: what goes there is sent here by peers" },
	{ .name = "include", .kind = PROP_BOOL,
	  .off = offsetof(struct advertisedroute, include),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: it is left out of wider networks: what goes there "
	      "passes by" },
	{ .name = "label", .kind = PROP_STRING,
	  .off = offsetof(struct advertisedroute, label), .max = 255,
	  .help = "a short name of the operator's for it" },
	{ .name = "metric", .kind = PROP_U32,
	  .off = offsetof(struct advertisedroute, metric), .max = 65535,
	  .dflt = "0",
	  .help = "of peers that advertise one network the lowest gets the "
	      "connections, another one when that is gone" },
	WOMROWS_ORIGIN_ROW(struct advertisedroute),
	{ .name = "remote-endpoints", .kind = PROP_REFS, .flags = PROP_OURS,
	  .off = offsetof(struct advertisedroute, remote_endpoints),
	  .ref = "wom remote-endpoint", .max = ENDPOINTS_MAX,
	  .help = "peers that are told of it; none = all" },
	{ .name = NULL }
};

/* One form for what can be written in several. */
static void
settle(struct object *o, const struct draft *d, struct diag *out)
{
	struct advertisedroute *r = (struct advertisedroute *)o;
	struct addr_prefix prefix;
	char text[ADDR_TEXT_MAX];
	int rc;

	(void)d;
	(void)out;
	if (r->dest == NULL || parse_dest(r->dest, &prefix) != 0)
		return;
	rc = prop_set(prop_find(route_props, "dest", NULL), o,
	    addr_format_prefix(&prefix, text), NULL);
	assert(rc == 0);
}

#define KEY_MAX	(sizeof("route ") + ADDR_TEXT_MAX)

/* The same before and after settle. */
static bool
dest_key(const struct advertisedroute *r, char key[KEY_MAX])
{
	struct addr_prefix prefix;
	char text[ADDR_TEXT_MAX];

	if (r->dest == NULL || parse_dest(r->dest, &prefix) != 0)
		return false;
	(void)snprintf(key, KEY_MAX, "route %s",
	    addr_format_prefix(&prefix, text));
	return true;
}

static void
each_key(const struct object *o, type_key_fn *fn, void *arg)
{
	char key[KEY_MAX];

	if (dest_key((const struct advertisedroute *)o, key))
		fn(arg, key);
}

/* What was found and nobody has kept. */
static bool
is_fleeting(const struct object *o)
{
	return ((const struct advertisedroute *)o)->origin ==
	    WOMROWS_DISCOVERED;
}

/* A file would name what it does not have. */
static void
check_peers(const struct advertisedroute *r, const struct draft *d,
    struct diag *out)
{
	for (size_t i = 0; i < r->remote_endpoints.count; i++) {
		const struct object *peer = draft_find(d,
		    &remoteendpoint_type, r->remote_endpoints.v[i]);

		if (peer != NULL && remoteendpoint_type.is_fleeting(peer) &&
		    !is_fleeting(&r->obj))
			(void)objdiag_error(out, &r->obj, NULL, ERR_CONFLICT,
			    "remote-endpoints: %s is discovered and would be "
			    "gone after a restart: modify its origin to "
			    "manually-saved first", peer->name);
	}
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct advertisedroute *r = (const struct advertisedroute *)o;
	const struct object *other;
	char key[KEY_MAX];

	check_peers(r, d, out);
	if (!dest_key(r, key))
		return;
	other = objdiag_other(d, o, key, NULL);
	if (other != NULL)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT, "dest: %s is "
		    "also that of advertised route %s", r->dest, other->name);
}

const struct type advertisedroute_type = {
	.words = "wom advertised-route",
	.title = "Advertised route",
	.naming = TYPE_NAMED,
	.size = sizeof(struct advertisedroute),
	.props = route_props,
	.help = "a network on this side that peers are told of",
	.settle = settle,
	.check = check,
	.each_key = each_key,
	.is_fleeting = is_fleeting,
};
