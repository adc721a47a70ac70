/* gtmd/types/datacenter.h - a data center: servers and virtual servers in it
 * are disabled by parent while it is disabled.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_DATACENTER_H
#define GTMD_TYPES_DATACENTER_H

#include <stdbool.h>
#include "core/model/object.h"
#include "gtmd/types/probing.h"

struct type;

struct datacenter {
	struct object	 obj;
	bool		 enabled;
	struct probing	 probing;
	char		*contact;
	char		*description;
	char		*location;
};

extern const struct type datacenter_type;

#endif
