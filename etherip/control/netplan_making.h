/* etherip/control/netplan_making.h - a plan that is being made: what its makers share.
 * Layer: etherip/control, for netplan*.c alone.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_NETPLAN_MAKING_H
#define ETHERIP_CONTROL_NETPLAN_MAKING_H

#include "etherip/control/netplan.h"

struct netplan_making {
	struct netplan	*plan;
	const struct draft *draft;
	struct diag	*out;
};

struct netvlan;
struct netvlan_interface;

/* The interface of the kernel that an interface of a VLAN is: itself, or the one of 802.1Q
 * below it. False: its name has no room. */
bool netplan_device_name(const struct netvlan *v,
    const struct netvlan_interface *i, char name[IFNAMSIZ]);

/* A copy that lives as long as the plan. */
const char *netplan_keep(struct netplan *p, const char *text);

/* Does a traffic group of this name move from unit to unit? NULL: none. */
bool netplan_floats(const struct draft *d, const char *traffic_group);

/* The groups of a draft, the one that each VLAN needs that is like one included. selfs are
 * in the plan by now. */
void netplan_group_make(struct netplan_making *m);

#endif
