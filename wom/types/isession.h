/* wom/types/isession.h - wom profile isession: what is done to the streams of an
 * application on their way. Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TYPES_ISESSION_H
#define WOM_TYPES_ISESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/model/object.h"

struct type;

/* Values count as draft_effective gives them. */
struct isession {
	struct object	 obj;
	char		*defaults_from;	/* full path; NULL = none */
	char		*description;
	bool		 enabled;	/* mode */
	bool		 deduplication;
	char		*domain;	/* deduplication-domain; NULL = all that
					 * have none */
	bool		 compression;
	bool		 adaptive;	/* the level follows link and CPU */
	uint32_t	 level;		/* zstd's, 1..19; the first one when
					 * adaptive */
};

extern const struct type isession_type;

#endif
