/* gtmd/types/probing.c - checks of one monitor rule by itself.
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
#include "core/model/prop.h"
#include "gtmd/types/objdiag.h"
#include "gtmd/types/refused.h"

void
probing_check_rule(const struct object *o, const struct object *item,
    const struct monrule *r, struct diag *out)
{
	if (r->kind != MONRULE_REQUIRE)
		return;
	(void)objdiag_error(out, o, item, ERR_UNSUPPORTED,
	    "not supported yet: monitor: require %" PRIu32 " from %" PRIu32
	    ": " REFUSED_PROBERS, r->need, r->from);
}

/* Parents of the types that gtm.c refuses, as a saved file names them: a server
 * of product bigip has /Common/bigip unless it says otherwise. */
static const char *const built_in[] = {
	"bigip", "bigip_link", "external", "firepass", "ftp",
	"gtp", "https", "https_443", "https_head_f5", "imap", "ldap", "mssql",
	"mysql", "nntp", "oracle", "pop3", "postgresql", "radius",
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
