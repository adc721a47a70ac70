/* etherip/types/netfailover.h - net failover (ours): the other unit of the pair, and how the
 * two agree on which is active. Layer: etherip/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_TYPES_NETFAILOVER_H
#define ETHERIP_TYPES_NETFAILOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/model/object.h"

struct type;

/* Which unit is active when both could be. */
enum netfailover_role {
	NETFAILOVER_EITHER,	/* the one that is */
	NETFAILOVER_ACTIVE, NETFAILOVER_STANDBY
};

/* There is one, always. */
struct netfailover {
	struct object	 obj;
	char		*description;
	bool		 enabled;	/* false: this unit is alone, and active */
	char		*key_file;	/* what the two prove themselves by */
	uint32_t	 lease_ms;
	struct addr	 local_address, peer_address;
	uint32_t	 port;		/* UDP */
	uint32_t	 preferred_role;	/* enum netfailover_role */
};

extern const struct type netfailover_type;

#endif
