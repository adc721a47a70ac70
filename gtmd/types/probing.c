/* gtmd/types/probing.c - checks of one monitor rule by itself.
 *
 * Whether the monitors exist is asked by the model, since a rule's row says
 * what it refers to; how probes are combined is the plan's business.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/probing.h"

#include <inttypes.h>

#include "core/base/err.h"
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
