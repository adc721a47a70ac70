/* etherip/types/trafficgroup.h - cm traffic-group: what moves to the other unit of a pair
 * together, and the MAC address that moves with it. Layer: etherip/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_TYPES_TRAFFICGROUP_H
#define ETHERIP_TYPES_TRAFFICGROUP_H

#include <stdbool.h>

#include "core/model/object.h"

struct draft;
struct type;

#define TRAFFICGROUP_WORDS	"cm traffic-group"
#define TRAFFICGROUP_LOCAL	"/Common/traffic-group-local-only"

struct trafficgroup {
	struct object	 obj;
	char		*description;
	bool		 floating;	/* the active unit alone has what is in it */
	char		*mac;		/* of the active unit; NULL = its own */
};

extern const struct type trafficgroup_type;

#endif
