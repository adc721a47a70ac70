/* wom/types/advertisedroute.h - a network on this side that peers are told of, or
 * told to leave out. Layer: wom/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TYPES_ADVERTISEDROUTE_H
#define WOM_TYPES_ADVERTISEDROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/model/object.h"
#include "core/model/prop.h"

struct type;

struct advertisedroute {
	struct object	 obj;
	char		*description, *label;
	char		*dest;		/* settled: address/bits */
	bool		 include;	/* false: carved out of wider ones */
	uint32_t	 metric;	/* the lowest of a network counts */
	uint32_t	 origin;	/* enum womrows_origin */
	struct strlist	 remote_endpoints;	/* full paths; none = all */
};

extern const struct type advertisedroute_type;

#endif
