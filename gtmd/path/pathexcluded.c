/* gtmd/path/pathexcluded.c - see pathexcluded.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/path/pathexcluded.h"

#include <stdlib.h>

#include "core/base/addr.h"
#include "core/base/mem.h"
#include "core/model/model.h"
#include "gtmd/types/pathsettings.h"

void
pathexcluded_read(struct pathexcluded *x, const struct model *m)
{
	const struct pathsettings_exclusions *said =
	    (const struct pathsettings_exclusions *)model_find(m,
	    &pathsettings_exclusions_type, NULL);

	pathexcluded_fini(x);
	x->nets = mem_zalloc(said->addresses.count + 1, sizeof(*x->nets));
	for (size_t i = 0; i < said->addresses.count; i++)
		if (addr_parse_prefix(said->addresses.v[i],
		    &x->nets[x->count]) == 0)
			x->count++;
}

bool
pathexcluded_has(const struct pathexcluded *x, const struct addr *a)
{
	for (size_t i = 0; i < x->count; i++)
		if (addr_in_prefix(a, &x->nets[i]))
			return true;
	return false;
}

void
pathexcluded_fini(struct pathexcluded *x)
{
	free(x->nets);
	*x = (struct pathexcluded){ .count = 0 };
}
