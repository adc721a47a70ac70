/* gtmd/types/measuring.c - see measuring.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/measuring.h"

#include <stddef.h>

#include "core/base/err.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/prop.h"
#include "monitors/monitor_metrics.h"

void
measuring_check_rule(const struct object *o, const struct object *item,
    const struct monrule *r, const struct draft *d, struct diag *out)
{
	for (size_t i = 0; i < r->monitors.count; i++) {
		const char *name = r->monitors.v[i];

		if (draft_find(d, &monitor_metrics_type, name) != NULL)
			(void)objdiag_error(out, o, item, ERR_CONFLICT,
			    "monitor: %s measures, it does not say what is up: "
			    "its place is metrics-monitor", name);
	}
}
