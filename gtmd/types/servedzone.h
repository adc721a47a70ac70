/* gtmd/types/servedzone.h - gtm zone (ours): a zone served from a file.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_SERVEDZONE_H
#define GTMD_TYPES_SERVEDZONE_H

#include <stdbool.h>
#include "core/model/object.h"

struct type;

/* The zone's name is the last component of the object's full path. */
struct servedzone {
	struct object	 obj;
	bool		 enabled;
	char		*description;
	char		*file;		/* relative: to the configuration file */
};

extern const struct type servedzone_type;

/* The zone's domain name as text. */
const char *servedzone_domain(const struct servedzone *z);

#endif
