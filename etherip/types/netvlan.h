/* etherip/types/netvlan.h - net vlan: network interfaces of this system on which a VLAN
 * is. Layer: etherip/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_TYPES_NETVLAN_H
#define ETHERIP_TYPES_NETVLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/model/object.h"
#include "core/model/prop.h"

struct type;

#define NETVLAN_WORDS		"net vlan"
#define NETVLAN_INTERFACES_MAX	16

/* An interface, whose name is the item's. */
struct netvlan_interface {
	struct object	 obj;
	bool		 tagged;	/* with 802.1Q tags; else it is on none other */
};

struct netvlan {
	struct object	 obj;
	char		*description;
	struct objlist	 interfaces;	/* struct netvlan_interface */
	uint32_t	 max_stations;	/* learned on it; 0 = as the group */
	uint32_t	 mtu;		/* 0 = as the interfaces have it */
	uint32_t	 tag;		/* 802.1Q; 0 = none was given */
};

extern const struct type netvlan_type;

#endif
