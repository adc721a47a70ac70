/* wom/types/optimizedapp.c - the property table of wom optimized-application, and
 * the applications that are known by name. Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/optimizedapp.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/type.h"
#include "wom/types/portrange.h"
#include "wom/types/womrows.h"

/* In the order of the enum. */
static const char *const mode_names[] = { "transparent", "explicit", "takeover",
	NULL };

/* libvirt's range serves memory and, by NBD, storage. */
const struct optimizedapp_known optimizedapp_known[] = {
	{ "any", "1-65535", "whatever else is TCP" },
	{ "http", "80", "web pages in clear" },
	{ "libvirt-migration", "49152-49215", "QEMU guests, by libvirt" },
	{ "nbd", "10809", "disk images, by network block devices" },
	{ "vmware-nfc", "902", "virtual disks between VMware hosts" },
	{ "vmware-vmotion", "8000", "memory of VMware guests" },
	{ NULL, NULL, NULL }
};

static const struct prop app_props[] = {
	WOMROWS_DESCRIPTION_ROW(struct optimizedapp),
	{ .name = "destination", .kind = PROP_ADDRPORT, .flags = PROP_OURS,
	  .off = offsetof(struct optimizedapp, destination), .word = "none",
	  .help = "explicit, takeover: where its connections go, by a route "
	      "of a remote endpoint" },
	{ .name = "enabled", .kind = PROP_STATE,
	  .off = offsetof(struct optimizedapp, enabled),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: its connections pass by, those that there are "
	      "stay" },
	{ .name = "listen", .kind = PROP_ADDRPORT, .flags = PROP_OURS,
	  .off = offsetof(struct optimizedapp, listen), .word = "none",
	  .help = "explicit, takeover: where its connections are made to; "
	      "takeover, port any: all ports" },
	{ .name = "mode", .kind = PROP_ENUM, .flags = PROP_OURS,
	  .off = offsetof(struct optimizedapp, mode), .names = mode_names,
	  .dflt = "transparent",
	  .help = "transparent: taken on their way by lan-vlans; explicit: "
	      "made to listen; takeover: from who listens" },
	{ .name = "ports", .kind = PROP_STRINGS, .flags = PROP_OURS,
	  .off = offsetof(struct optimizedapp, ports),
	  .max = OPTIMIZEDAPP_PORTS_MAX, .check = portrange_check,
	  .help = "mode transparent: TCP ports that connections go to; of "
	      "all applications the narrowest range counts" },
	{ .name = "profile", .kind = PROP_REF, .flags = PROP_OURS,
	  .off = offsetof(struct optimizedapp, profile),
	  .ref = "wom profile isession", .dflt = "/Common/isession",
	  .help = "what is done to its streams; none = they are carried as "
	      "they are" },
	{ .name = NULL }
};

static const char *
last_word(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* A known name without ports gets those that it is known for. */
static void
settle(struct object *o, const struct draft *d, struct diag *out)
{
	struct optimizedapp *a = (struct optimizedapp *)o;
	const struct optimizedapp_known *k = optimizedapp_known;
	int rc;

	(void)d;
	(void)out;
	if (a->mode != OPTIMIZEDAPP_TRANSPARENT || a->ports.count > 0)
		return;
	while (k->name != NULL && strcmp(k->name, last_word(o->name)) != 0)
		k++;
	if (k->name == NULL)
		return;
	rc = prop_set(prop_find(app_props, "ports", NULL), o, k->ports, NULL);
	assert(rc == 0);
}

#define KEY_MAX	(sizeof("application listen ") + ADDR_TEXT_MAX)

/* What one enabled application alone may have: a listening place, or a range. */
static void
listen_key(const struct optimizedapp *a, char key[KEY_MAX])
{
	char text[ADDR_TEXT_MAX];

	(void)snprintf(key, KEY_MAX, "application listen %s",
	    addr_format_port(&a->listen, text));
}

static void
range_key(const struct portrange *r, char key[KEY_MAX])
{
	(void)snprintf(key, KEY_MAX, "application ports %u-%u", r->first,
	    r->last);
}

/* Is it a whole place; is there anything of one? */
static bool
is_set(const struct addrport *at)
{
	return at->addr.family != 0 && at->port != 0;
}

static bool
is_given(const struct addrport *at)
{
	return at->addr.family != 0 || at->port != 0;
}

/* A takeover of a whole address: each port goes to the same one. */
static bool
takes_all_ports(const struct optimizedapp *a)
{
	return a->mode == OPTIMIZEDAPP_TAKEOVER &&
	    a->listen.addr.family != 0 && a->destination.addr.family != 0 &&
	    a->listen.port == 0 && a->destination.port == 0;
}

static void
each_key(const struct object *o, type_key_fn *fn, void *arg)
{
	const struct optimizedapp *a = (const struct optimizedapp *)o;
	struct portrange r;
	char key[KEY_MAX];

	if (!a->enabled)
		return;
	if (a->mode != OPTIMIZEDAPP_TRANSPARENT) {
		listen_key(a, key);
		if (is_set(&a->listen) || takes_all_ports(a))
			fn(arg, key);
		return;
	}
	for (size_t i = 0; i < a->ports.count; i++)
		if (portrange_parse(a->ports.v[i], &r) == 0) {
			range_key(&r, key);
			fn(arg, key);
		}
}

/* ---- what goes together ---- */

static void
tell_unneeded(const struct optimizedapp *a, const char *name, const char *mode,
    struct diag *out)
{
	(void)objdiag_error(out, &a->obj, NULL, ERR_CONFLICT,
	    "%s: it needs mode %s", name, mode);
}

static void
tell_place(const struct optimizedapp *a, const char *name, struct diag *out)
{
	if (!a->obj.damaged)
		(void)objdiag_error(out, &a->obj, NULL, ERR_CONFLICT,
		    "%s: mode %s needs an address and a port", name,
		    mode_names[a->mode]);
}

static void
check_place(const struct optimizedapp *a, const struct draft *d,
    struct diag *out)
{
	const struct object *other;
	char key[KEY_MAX], text[ADDR_TEXT_MAX];

	if (a->ports.count > 0)
		tell_unneeded(a, "ports", "transparent", out);
	if ((!is_set(&a->destination) && !takes_all_ports(a)) ||
	    addr_is_any(&a->destination.addr))
		tell_place(a, "destination", out);
	if (!is_set(&a->listen) && !takes_all_ports(a)) {
		tell_place(a, "listen", out);
		return;
	}
	if (a->mode == OPTIMIZEDAPP_TAKEOVER && addr_is_any(&a->listen.addr))
		(void)objdiag_error(out, &a->obj, NULL, ERR_CONFLICT,
		    "listen: mode takeover needs one address, not all");
	listen_key(a, key);
	other = a->enabled ? objdiag_other(d, &a->obj, key, NULL) : NULL;
	if (other != NULL)
		(void)objdiag_error(out, &a->obj, NULL, ERR_CONFLICT,
		    "listen: %s is also that of optimized application %s",
		    addr_format_port(&a->listen, text), other->name);
}

static void
check_ports(const struct optimizedapp *a, const struct draft *d,
    struct diag *out)
{
	const struct object *other;
	struct portrange r;
	char key[KEY_MAX];

	for (size_t i = 0; a->enabled && i < a->ports.count; i++) {
		if (portrange_parse(a->ports.v[i], &r) != 0)
			continue;
		range_key(&r, key);
		other = objdiag_other(d, &a->obj, key, NULL);
		if (other != NULL)
			(void)objdiag_error(out, &a->obj, NULL, ERR_CONFLICT,
			    "ports: %s is also that of optimized application "
			    "%s", a->ports.v[i], other->name);
	}
}

static void
check_transparent(const struct optimizedapp *a, const struct draft *d,
    struct diag *out)
{
	if (is_given(&a->listen))
		tell_unneeded(a, "listen", "explicit or takeover", out);
	if (is_given(&a->destination))
		tell_unneeded(a, "destination", "explicit or takeover",
		    out);
	if (a->ports.count == 0 && !a->obj.damaged)
		(void)objdiag_error(out, &a->obj, NULL, ERR_CONFLICT,
		    "ports: none are given, and its name is not one that says "
		    "them, such as vmware-vmotion");
	check_ports(a, d, out);
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct optimizedapp *a = (const struct optimizedapp *)o;

	if (a->mode != OPTIMIZEDAPP_TRANSPARENT)
		check_place(a, d, out);
	else
		check_transparent(a, d, out);
}

const struct type optimizedapp_type = {
	.words = "wom optimized-application",
	.title = "Optimized application",
	.naming = TYPE_NAMED,
	.size = sizeof(struct optimizedapp),
	.props = app_props,
	.help = "connections that go through tunnels",
	.settle = settle,
	.check = check,
	.each_key = each_key,
};
