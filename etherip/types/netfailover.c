/* etherip/types/netfailover.c - the property table of net failover.
 * Layer: etherip/types. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/types/netfailover.h"

#include <stddef.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/objdiag.h"
#include "core/model/rowcheck.h"
#include "core/model/type.h"
#include "etherip/types/netrows.h"

/* In the order of the enum. */
static const char *const role_names[] = {
	"none", "active", "standby", NULL
};

static const struct prop failover_props[] = {
	NETROWS_DESCRIPTION_ROW(struct netfailover),
	{ .name = "enabled", .kind = PROP_STATE, .flags = PROP_OURS,
	  .off = offsetof(struct netfailover, enabled),
	  .names = prop_disabled_enabled, .dflt = "disabled",
	  .help = "disabled: there is no other unit, and this one is active" },
	{ .name = "key-file", .kind = PROP_STRING, .flags = PROP_OURS,
	  .off = offsetof(struct netfailover, key_file), .max = 4000,
	  .check = rowcheck_path,
	  .help = "file with the key by which both units know one another: "
	      "32 octets, hexadecimal or base64" },
	{ .name = "lease", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct netfailover, lease_ms), .min = 100,
	  .max = 60000, .dflt = "600", .unit = "ms",
	  .help = "a little longer without a word, and the standby unit "
	      "becomes active; of both units" },
	{ .name = "local-address", .kind = PROP_ADDR, .flags = PROP_OURS,
	  .off = offsetof(struct netfailover, local_address), .word = "none",
	  .check = rowcheck_address,
	  .help = "this unit's own, on the link between the two" },
	{ .name = "peer-address", .kind = PROP_ADDR, .flags = PROP_OURS,
	  .off = offsetof(struct netfailover, peer_address), .word = "none",
	  .check = rowcheck_address, .help = "the other unit's" },
	{ .name = "port", .kind = PROP_U32, .flags = PROP_OURS,
	  .off = offsetof(struct netfailover, port), .min = 1, .max = 65535,
	  .dflt = "1026", .help = "UDP port of both units" },
	{ .name = "preferred-role", .kind = PROP_ENUM, .flags = PROP_OURS,
	  .off = offsetof(struct netfailover, preferred_role),
	  .names = role_names, .dflt = "none",
	  .help = "of this unit when both are there; none = whatever it is" },
	{ .name = NULL }
};

static void
need(const struct netfailover *f, bool has, const char *name, struct diag *out)
{
	if (!has && !f->obj.damaged)
		(void)objdiag_error(out, &f->obj, NULL, ERR_CONFLICT,
		    "%s: a pair that is enabled needs it", name);
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct netfailover *f = (const struct netfailover *)o;
	const struct addr *own = &f->local_address, *peer = &f->peer_address;
	char a[ADDR_TEXT_MAX], b[ADDR_TEXT_MAX];

	(void)d;
	if (f->enabled) {
		need(f, f->key_file != NULL, "key-file", out);
		need(f, own->family != 0, "local-address", out);
		need(f, peer->family != 0, "peer-address", out);
	}
	if (own->family == 0 || peer->family == 0)
		return;
	if (addr_equal(own, peer))
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "peer-address: %s is local-address, too",
		    addr_format(peer, a));
	else if (own->family != peer->family)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "peer-address: %s is of another family than "
		    "local-address, %s", addr_format(peer, a),
		    addr_format(own, b));
}

const struct type netfailover_type = {
	.words = "net failover",
	.title = "Pair",
	.naming = TYPE_SINGLE,
	.size = sizeof(struct netfailover),
	.props = failover_props,
	.help = "the other unit of the pair, and which of the two is active",
	.check = check,
};
