/* gtmd/types/itempaths.c - see itempaths.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/itempaths.h"

#include <stdlib.h>

#include "core/base/err.h"
#include "core/model/objdiag.h"
#include "core/model/object.h"
#include "core/model/path.h"
#include "core/model/prop.h"

void
itempaths_settle(struct object *o, struct objlist *items, struct diag *out)
{
	struct objlist was = *items;
	struct err e;
	char *full;

	*items = (struct objlist){ .v = NULL };
	for (size_t i = 0; i < was.count; i++) {
		struct object *it = was.v[i];

		full = path_absolute(it->name, &e);
		if (full != NULL && objlist_find(items, full) == NULL) {
			object_rename(it, full);
			free(full);
			objlist_add(items, &it);
			continue;
		}
		(void)(full == NULL ? objdiag_err(out, o, it, &e) :
		    objdiag_error(out, o, it, ERR_EXISTS, "%s is there twice",
		    full));
		free(full);
		object_unref(&it);
	}
	free(was.v);
}
