/* gtmd/types/hypervisor.c - the property table of gtm hypervisor.
 *
 * Whether it answers is found out by a migration, before anything moves; here
 * only what contradicts itself is refused. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/hypervisor.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/objdiag.h"
#include "core/model/path.h"
#include "core/model/prop.h"
#include "core/model/rowcheck.h"
#include "core/model/type.h"
#include "monitors/argline.h"

#define SOCKET_MAX	107	/* octets of a socket's path, sun_path of unix(7) */

/* In the order of enum hypervisor_driver. */
static const char *const driver_names[] = { "exec", "qmp", NULL };

/* The words of a command; nothing of a shell. */
static int
check_program(const struct prop *p, const void *value, struct err *e)
{
	size_t count;
	char **v = argline_split(*(char *const *)value, &count, e);

	if (v == NULL)
		return err_wrap(e, "%s", p->name);
	argline_free(&v);
	if (count == 0)
		return err_set(e, ERR_PARSE, "%s: there is no program in it",
		    p->name);
	return 0;
}

/* %h and %% are all that a path may have of %. */
static int
check_qmp_socket(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;

	for (const char *at = strchr(text, '%'); at != NULL;
	    at = strchr(at + 2, '%'))
		if (at[1] != 'h' && at[1] != '%')
			return err_set(e, ERR_PARSE, "%s: \"%s\": behind a %% "
			    "there is h, the machine's name, or a second %%",
			    p->name, text);
	return rowcheck_path(p, value, e);
}

static int
check_user(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;

	if (strcmp(text, "root") == 0 || strcmp(text, "0") == 0)
		return err_set(e, ERR_RANGE, "%s: no program of a hypervisor "
		    "runs as root", p->name);
	for (const char *at = text; *at != '\0'; at++)
		if (!isalnum((unsigned char)*at) && strchr("._-", *at) == NULL)
			return err_set(e, ERR_PARSE, "%s: \"%s\" is no name "
			    "of a user", p->name, text);
	return 0;
}

/* An object of another daemon: its name has the form of ours. */
static int
check_name(const struct prop *p, const void *value, struct err *e)
{
	char *full = path_absolute(*(char *const *)value, e);

	if (full == NULL)
		return err_wrap(e, "%s", p->name);
	free(full);
	return 0;
}

/* Somebody has to be found there. */
static int
check_place(const struct prop *p, const void *value, struct err *e)
{
	const struct addrport *at = value;
	char text[ADDR_TEXT_MAX];

	if (at->addr.family == 0 || at->port == 0)
		return err_set(e, ERR_RANGE, "%s: %s: it is an address and a "
		    "port", p->name, addr_format_port(at, text));
	return 0;
}

#define PLACE_ROW(n, member, text)					\
	{ .name = n, .kind = PROP_ADDRPORT,				\
	  .off = offsetof(struct hypervisor, member), .dflt = "*:*",	\
	  .check = check_place, .help = text }

static const struct prop hypervisor_props[] = {
	{ .name = "datacenter", .kind = PROP_REF, .flags = PROP_REQUIRED,
	  .off = offsetof(struct hypervisor, datacenter),
	  .ref = "gtm datacenter",
	  .help = "where it stands; while that is disabled, no migration to it "
	      "starts" },
	{ .name = "description", .kind = PROP_STRING,
	  .off = offsetof(struct hypervisor, description), .max = 4095,
	  .help = "text of the operator" },
	{ .name = "driver", .kind = PROP_ENUM,
	  .off = offsetof(struct hypervisor, driver), .names = driver_names,
	  .dflt = "exec",
	  .help = "how it is asked: exec, by a program of the operator; qmp, "
	      "QEMU itself, by its machine protocol" },
	{ .name = "eip-control", .kind = PROP_STRING,
	  .off = offsetof(struct hypervisor, eip_control), .max = SOCKET_MAX,
	  .check = rowcheck_path,
	  .help = "control socket of the site's etheripd; none: stations are "
	      "not announced" },
	{ .name = "enabled", .kind = PROP_STATE,
	  .off = offsetof(struct hypervisor, enabled),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: no migration to it starts" },
	PLACE_ROW("incoming-address", migrate_listen,
	    "qmp: where QEMU itself listens for a machine's memory; *:* = "
	    "migrate-address"),
	PLACE_ROW("migrate-address", migrate,
	    "qmp: where it takes memory, as the other site reaches it; womd "
	    "counts what goes there"),
	{ .name = "program", .kind = PROP_STRING,
	  .off = offsetof(struct hypervisor, program), .max = 1024,
	  .check = check_program,
	  .help = "exec: a program in the folder of drivers, and arguments, "
	      "for machines that leave here" },
	{ .name = "qmp-socket", .kind = PROP_STRING,
	  .off = offsetof(struct hypervisor, qmp_socket), .max = SOCKET_MAX,
	  .check = check_qmp_socket,
	  .help = "qmp: control socket of a machine, by its name, %h" },
	PLACE_ROW("storage-address", storage,
	    "qmp: where it takes disks (NBD), as the other site reaches it"),
	PLACE_ROW("storage-incoming-address", storage_listen,
	    "qmp: where QEMU itself listens for disks; *:* = "
	    "storage-address"),
	{ .name = "user", .kind = PROP_STRING,
	  .off = offsetof(struct hypervisor, user), .max = 32,
	  .check = check_user,
	  .help = "exec: who the program runs as; none = nobody" },
	{ .name = "vlan-group", .kind = PROP_STRING,
	  .off = offsetof(struct hypervisor, vlan_group), .max = 255,
	  .check = check_name,
	  .help = "the site's segment of the machines (net vlan-group)" },
	{ .name = "wom-control", .kind = PROP_STRING,
	  .off = offsetof(struct hypervisor, wom_control), .max = SOCKET_MAX,
	  .check = rowcheck_path,
	  .help = "control socket of the site's womd; none: WAN octets are "
	      "not told" },
	{ .name = NULL }
};

/* What one driver needs, and what only the other one reads. */
static void
check_driver(const struct hypervisor *h, struct diag *out)
{
	const struct { const char *name; bool given; bool qmp; } rows[] = {
		{ "program", h->program != NULL, false },
		{ "user", h->user != NULL, false },
		{ "qmp-socket", h->qmp_socket != NULL, true },
		{ "migrate-address", h->migrate.port != 0 &&
		  h->wom_control == NULL, true },
		{ "incoming-address", h->migrate_listen.port != 0, true },
		{ "storage-address", h->storage.port != 0, true },
		{ "storage-incoming-address", h->storage_listen.port != 0,
		  true },
	};
	bool qmp = h->driver == HYPERVISOR_QMP;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].given && rows[i].qmp != qmp)
			objdiag_warn(out, &h->obj, NULL, "%s: driver %s does "
			    "not look at it", rows[i].name,
			    driver_names[h->driver]);
	if (!qmp && h->program == NULL)
		(void)objdiag_error(out, &h->obj, NULL, ERR_CONFLICT,
		    "program: driver exec needs one");
	if (qmp && h->qmp_socket == NULL)
		(void)objdiag_error(out, &h->obj, NULL, ERR_CONFLICT,
		    "qmp-socket: driver qmp needs one");
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct hypervisor *h = (const struct hypervisor *)o;

	(void)d;
	check_driver(h, out);
	if (h->migrate_listen.port != 0 && h->migrate.port == 0)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "incoming-address: it needs migrate-address");
	if (h->storage_listen.port != 0 && h->storage.port == 0)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "storage-incoming-address: it needs storage-address");
	if ((h->eip_control == NULL) != (h->vlan_group == NULL))
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT, "%s: it needs "
		    "%s", h->eip_control != NULL ? "eip-control" : "vlan-group",
		    h->eip_control != NULL ? "vlan-group" : "eip-control");
}

const struct type hypervisor_type = {
	.words = HYPERVISOR_WORDS,
	.title = "Hypervisor",
	.naming = TYPE_NAMED,
	.size = sizeof(struct hypervisor),
	.props = hypervisor_props,
	.help = "a place that machines move from or to",
	.check = check,
};
