/* gtmd/types/servedzone.c - the property table of gtm zone.
 *
 * What is in the file, and whether it can be read, is checked where it is read
 * (zonekeep). Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/servedzone.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/objdiag.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "core/wire/dnsname.h"
#include "gtmd/types/domain.h"

#define KEY_MAX	(sizeof("zone ") + DNSNAME_TEXT_MAX)

static const struct prop servedzone_props[] = {
	{ .name = "description", .kind = PROP_STRING, .flags = PROP_OURS,
	  .off = offsetof(struct servedzone, description), .max = 4095,
	  .help = "text of the operator" },
	{ .name = "enabled", .kind = PROP_STATE, .flags = PROP_OURS,
	  .off = offsetof(struct servedzone, enabled),
	  .names = prop_disabled_enabled, .dflt = "enabled",
	  .help = "disabled: it is not served" },
	{ .name = "file", .kind = PROP_STRING,
	  .flags = PROP_REQUIRED | PROP_OURS,
	  .off = offsetof(struct servedzone, file), .max = 4095,
	  .help = "zone file (RFC 1035 section 5); a relative path starts at "
	      "the configuration file" },
	{ .name = NULL }
};

static const char *
domain_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL ? slash + 1 : name;
}

/* Any octets but patterns: "*" as a label would be a wildcard's owner. */
static int
check_name(const char *name, struct err *e)
{
	const char *domain = domain_of(name);
	uint8_t wire[DNSNAME_MAX];

	if (dnsname_parse(domain, wire) == 0)
		return err_set(e, ERR_PARSE, "\"%s\" is not a domain name: "
		    "labels are 1 to 63 octets, the whole at most 253",
		    domain);
	if (domain_is_pattern(domain))
		return err_set(e, ERR_RANGE, "\"%s\": a zone's name is not a "
		    "pattern", domain);
	return 0;
}

static void
zone_key(const struct object *o, char key[KEY_MAX])
{
	char text[DNSNAME_TEXT_MAX];

	(void)snprintf(key, KEY_MAX, "zone %s",
	    domain_canonical(domain_of(o->name), text));
}

static void
each_key(const struct object *o, type_key_fn *fn, void *arg)
{
	char key[KEY_MAX];

	zone_key(o, key);
	fn(arg, key);
}

static void
check(const struct object *o, const struct draft *d, struct diag *out)
{
	const struct object *other;
	char key[KEY_MAX];

	zone_key(o, key);
	other = objdiag_other(d, o, key, NULL);
	if (other != NULL)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "zone %s is of the same name", other->name);
}

const struct type servedzone_type = {
	.words = "gtm zone",
	.title = "Zone",
	.naming = TYPE_NAMED,
	.size = sizeof(struct servedzone),
	.props = servedzone_props,
	.help = "a zone served from a file, named after it",
	.check_name = check_name,
	.check = check,
	.each_key = each_key,
};

const char *
servedzone_domain(const struct servedzone *z)
{
	return domain_of(z->obj.name);
}
