/* wom/types/dedup.h - wom deduplication: what both ends remember of what went over
 * the WAN, and how much of it. Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TYPES_DEDUP_H
#define WOM_TYPES_DEDUP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/model/object.h"

struct type;

struct dedup {
	struct object	 obj;
	bool		 enabled;
	uint32_t	 dictionary_mib;	/* of memory, all peers together */
	char		*key_file;	/* NULL = files are in clear */
	char		*disk_path;	/* folder; NULL = the state directory */
	uint32_t	 disk_mib;	/* of files, all peers; 0 = there are none */
	uint32_t	 max_endpoints;	/* peers that share them */
};

extern const struct type dedup_type;

#endif
