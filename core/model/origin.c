/* core/model/origin.c - see origin.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/origin.h"

#include <stddef.h>

#include "core/base/map.h"
#include "core/base/mem.h"

static struct map origins;

const char *
origin_intern(const char *file)
{
	char *kept;

	if (file == NULL)
		return NULL;
	kept = map_find(&origins, file);
	if (kept == NULL) {
		kept = mem_strdup(file);
		(void)map_put(&origins, file, kept);
	}
	return kept;
}
