/* gtmd/types/probing.c - checks of one monitor rule by itself, and of one choice of
 * probers.
 *
 * Whether the monitors exist is asked by the model, since a rule's row says
 * what it refers to; how probes are combined is the plan's business.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/probing.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/objdiag.h"
#include "core/model/prop.h"
#include "gtmd/types/refused.h"

void
probing_check_rule(const struct object *o, const struct object *item,
    const struct monrule *r, struct diag *out)
{
	if (r->kind != MONRULE_REQUIRE)
		return;
	if (r->need > 1)
		(void)objdiag_error(out, o, item, ERR_UNSUPPORTED,
		    "not supported yet: monitor: require %" PRIu32 " from %"
		    PRIu32 ": " REFUSED_PROBERS, r->need, r->from);
	else if (r->from > 1)
		objdiag_warn(out, o, item, "monitor: require 1 from %" PRIu32
		    ": one prober is asked: " REFUSED_PROBERS, r->from);
}

/* ---- who probes ---- */

const char *const probing_preferences[] = {
	"inherit", "inside-datacenter", "outside-datacenter", "pool", NULL
};

const char *const probing_fallbacks[] = {
	"inherit", "inside-datacenter", "outside-datacenter", "pool",
	"any-available", "none", NULL
};

bool
probing_equal(const struct probing *a, const struct probing *b)
{
	return a->preference == b->preference && a->fallback == b->fallback &&
	    (a->pool == NULL) == (b->pool == NULL) &&
	    (a->pool == NULL || strcmp(a->pool, b->pool) == 0);
}

void
probing_check(const struct object *o, const struct probing *p,
    enum probing_where first, struct diag *out)
{
	uint32_t preference = p->preference + first;
	uint32_t fallback = p->fallback + first;

	if (preference == fallback && preference != PROBING_INHERIT)
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "prober-fallback: %s is the prober-preference, too",
		    probing_fallbacks[fallback]);
	if (p->pool == NULL && (preference == PROBING_POOL ||
	    fallback == PROBING_POOL))
		(void)objdiag_error(out, o, NULL, ERR_CONFLICT,
		    "%s: pool, but prober-pool is none",
		    preference == PROBING_POOL ? "prober-preference" :
		    "prober-fallback");
}

/* Parents of the types that gtm.c refuses, as a saved file names them: a server
 * of product bigip has /Common/bigip unless it says otherwise. */
static const char *const built_in[] = {
	"bigip", "bigip_link", "firepass", "ftp",
	"gtp", "https_443", "https_head_f5", "imap", "ldap", "mssql",
	"nntp", "oracle", "pop3", "radius",
	"radius_accounting", "real_server", "scripted", "sip", "smtp",
	"snmp_gtm", "snmp_link", "soap", "wap", "wmi",
};

int
probing_check_name(const struct prop *p, const void *value, struct err *e)
{
	static const char common[] = "/Common/";
	const char *path = *(char *const *)value;

	if (strncmp(path, common, sizeof(common) - 1) != 0)
		return 0;
	for (size_t i = 0; i < OBJ_COUNT(built_in); i++)
		if (strcmp(path + sizeof(common) - 1, built_in[i]) == 0)
			return err_set(e, ERR_UNSUPPORTED, "not supported "
			    "yet: %s: %s: " REFUSED_MONITORS, p->name, path);
	return 0;
}
