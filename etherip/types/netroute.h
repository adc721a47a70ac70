/* etherip/types/netroute.h - net route: by which gateway or interface this system reaches a
 * network, such as the other site's. Layer: etherip/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_TYPES_NETROUTE_H
#define ETHERIP_TYPES_NETROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/model/object.h"

struct type;

struct netroute {
	struct object	 obj;
	char		*description;
	struct addr	 gateway;	/* gw; family 0 = straight out of interface */
	char		*interface;	/* full path of a VLAN or group; NULL = where
					 * the gateway is */
	uint32_t	 mtu;		/* 0 = the interface's */
	char		*network;	/* settled; netroute_network */
};

extern const struct type netroute_type;

/* Where it leads; the default route of either family has length 0. False when no object
 * that was checked: neither says which family it is of. */
bool netroute_network(const struct netroute *r, struct addr_prefix *to);

#endif
