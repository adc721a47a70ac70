/* etherip/types/vlangroup.h - net vlan-group: VLANs of this site and tunnels to others that
 * are one segment. Layer: etherip/types.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_TYPES_VLANGROUP_H
#define ETHERIP_TYPES_VLANGROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/model/object.h"
#include "core/model/prop.h"

struct draft;
struct type;

#define VLANGROUP_WORDS		"net vlan-group"
#define VLANGROUP_INTERFACES_MAX	32	/* of all its VLANs */
#define VLANGROUP_TUNNELS_MAX	63	/* and the VLANs together are a member, too */
#define VLANGROUP_EXCLUDES_MAX	4096

/* What becomes of a frame that crosses. */
enum vlangroup_mode {
	VLANGROUP_OPAQUE,	/* it shows this system's MAC address */
	VLANGROUP_TRANSLUCENT,	/* the local bit of its source is turned */
	VLANGROUP_TRANSPARENT,	/* it stays as it is */
	VLANGROUP_WIRE		/* refused */
};

/* How far the kernel may do the work (docs/man/etheripd.8). */
enum vlangroup_tier {
	VLANGROUP_AUTO,		/* as far as it can */
	VLANGROUP_DIRECT, VLANGROUP_BRIDGE, VLANGROUP_USER
};

/* Do frames out of the tunnel pass the kernel's stack by (docs/notes/eip-kernel.md)? */
enum vlangroup_fast {
	VLANGROUP_FAST_AUTO,	/* where devices allow it */
	VLANGROUP_FAST_OFF
};

struct vlangroup {
	struct object	 obj;
	uint32_t	 ageing_s;	/* 0 = stations are never forgotten */
	bool		 bridge_in_standby, bridge_multicast, bridge_traffic;
	uint32_t	 dampening_hold_s, dampening_moves, dampening_window_s;
	char		*description;
	uint32_t	 fast_path;	/* enum vlangroup_fast */
	uint32_t	 hold_frames, hold_ms;	/* for one station that moves */
	char		*masquerade;	/* MAC of the active unit, or NULL */
	uint32_t	 max_stations;
	struct strlist	 members;	/* full paths of VLANs and tunnels */
	bool		 keepalive;	/* migration-keepalive */
	uint32_t	 mode;		/* enum vlangroup_mode */
	struct strlist	 proxy_excludes;	/* addresses */
	bool		 split_horizon;
	/* A second, into a tunnel; of each kind for itself; 0 = any number. */
	uint32_t	 storm_frames, storm_octets;
	uint32_t	 tier;		/* enum vlangroup_tier, at most */
	bool		 unknown_flood;
};

extern const struct type vlangroup_type;

/* The group of the draft that a VLAN or tunnel is a member of, by full path; or NULL. */
const struct vlangroup *vlangroup_of(const struct draft *d, const char *member);

#endif
