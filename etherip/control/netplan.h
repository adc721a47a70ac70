/* etherip/control/netplan.h - what a configuration asks of this system, as values: VLAN
 * groups and their tunnels, who is watched and how, interfaces, addresses, routes, and what
 * may be asked for where.
 *
 * Made from a draft, so that what cannot be is said before it counts; opens nothing and asks
 * the kernel nothing. What is floating belongs to the active unit of a pair: whoever applies
 * the plan knows which one this is. A tunnel that is disabled, or in no group, is not
 * carried. A VLAN with several interfaces and addresses of its own is a group without
 * tunnels. Layer: etherip/control, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_NETPLAN_H
#define ETHERIP_CONTROL_NETPLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etherip/live/liveness.h"
#include "etherip/net/hostnet.h"
#include "etherip/net/portlock.h"
#include "etherip/path/vgroup.h"

struct diag;
struct draft;

/* Beside the group's struct vgroup_tunnel of the same place. */
struct netplan_tunnel {
	const char	*path;		/* full */
	bool		 floating;	/* local is the active unit's alone */
	struct addr	 secondary;	/* of this unit; family 0: none */
	struct liveness_config live;	/* from local; far is the routes' to say */
};

/* A station that is where it is, whatever is seen. */
struct netplan_station {
	struct fdb_key	 key;
	const char	*tunnel;	/* its vgroup_tunnel's name; NULL: on the LAN */
};

struct netplan_group {
	const char	*path;		/* of the group, or of a VLAN that is like one */
	char		 name[VGROUP_NAME_MAX];
	struct vgroup_plan plan;	/* all tunnels, floating ones too */
	struct vgroup_tunnel *tunnels;	/* that is what plan.tunnels points to, */
	struct netplan_tunnel *tunnel_more;	/* with as many of these */
	const char	**devices;
	struct addr	*excludes;	/* those of all groups, too */
	struct opaque_route *ways;	/* what plan.routes points to */
	struct netplan_station *stations;
	size_t		 station_count, station_room;
	bool		 keepalive;	/* migration-keepalive */
	uint32_t	 ip;		/* that it asks stations from, an IPv4 address of
					 * this unit's on it; 0: none */
	/* moves of a station in window_s that are too many (0: none), and how long it
	 * stays where it is then */
	uint32_t	 dampening_moves, dampening_window_s, dampening_hold_s;
};

/* Where an address is, or a route leads: the interface of a group, or this one. */
struct netplan_place {
	const char	*group;		/* path; NULL: device */
	char		 device[IFNAMSIZ];
};

struct netplan_self {
	const char	*of;		/* "self /Common/x": as hostnet.h has it */
	struct netplan_place at;
	struct addr	 addr;
	uint8_t		 len;
	bool		 floating;	/* the active unit's alone */
	bool		 open;		/* allow-service all */
	bool		 dflt;		/* allow-service default, too */
	struct portlock_service *services;
	size_t		 service_count;
};

struct netplan_route {
	const char	*of;		/* "route /Common/x" */
	struct addr_prefix to;
	struct addr	 gateway;	/* family 0: straight out of the interface */
	struct netplan_place at;	/* device "": where the gateway is */
	uint32_t	 mtu;		/* 0: the interface's */
};

/* The other unit of the pair. */
struct netplan_pair {
	bool		 enabled;
	const char	*key_file;
	uint32_t	 lease_ms;
	struct addr	 local, peer;
	uint16_t	 port;
	bool		 prefers_active, prefers_standby;
};

struct netplan {
	struct netplan_group *groups;	/* by path */
	size_t		 group_count;
	struct hostnet_device *devices;
	size_t		 device_count;
	struct netplan_self *selfs;	/* by path */
	size_t		 self_count;
	struct netplan_route *routes;
	size_t		 route_count;
	struct netplan_pair pair;
	unsigned	 restart_grace_s;
	char		**texts;	/* that the pointers to names point to */
	size_t		 text_count, text_room;
};

/* Findings go to out. NULL: there was an error. */
struct netplan *netplan_new(const struct draft *d, struct diag *out);
/* Takes *pp; NULL is harmless. */
void netplan_free(struct netplan **pp);

/* By full path; NULL: there is none. */
const struct netplan_group *netplan_find_group(const struct netplan *p,
    const char *path);
/* The group that carries a tunnel, and the tunnel's place in it; NULL: none does. */
const struct netplan_group *netplan_find_tunnel(const struct netplan *p,
    const char *path, size_t *at);

#endif
