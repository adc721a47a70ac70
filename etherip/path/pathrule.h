/* etherip/path/pathrule.h - all that the two threads of a tunnel go by, as one value that never
 * changes: the loop publishes another one when something does (core/io/rcu.h).
 * Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_PATHRULE_H
#define ETHERIP_PATH_PATHRULE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "etherip/bridge/fdb.h"
#include "etherip/bridge/forward.h"
#include "etherip/bridge/opaque.h"
#include "etherip/path/vgroup.h"
#include "etherip/path/wanroute.h"

struct tracering;

struct pathrule {
	const mono_ns *until;		/* as vgroup_config has it */
	unsigned member;		/* the tunnel that it is for */
	struct forward_group group;
	/* The same for frames of this system's own, which come from the LAN's side with
	 * addresses that nobody else may have. */
	struct forward_group ours;
	bool	 unknown_flood;
	/* Programs in the kernel hold the stations: what comes out of the TAP has been judged,
	 * what goes into it is learned from there. */
	bool	 judged;
	struct fdb *fdb;
	struct tracering *trace;	/* notes the frames of one station; or NULL */
	struct vgroup_rate storm[STORM_KINDS];

	bool	 is_opaque;
	struct opaque opaque;		/* of such a group */

	struct addr local, remote;
	bool	 check_interface;
	struct wanroute route;		/* where it comes in, if that is checked */
	uint8_t	 min_ttl;
	bool	 accept_reversed;
	int16_t	 tos;			/* or VGROUP_TOS_PRESERVE */
	enum vgroup_oversize oversize;
	uint16_t mtu;			/* of untagged IP packets inside; 0: not known */
	uint16_t clamp;			/* IP packets that a SYN may promise; 0: any */
	uint16_t cut_at;		/* longer datagrams are cut by us; 0: by the kernel */

	/* Sockets of the other tunnels, for what goes from one to another; -1: none. */
	int	 wan_of[FDB_MEMBERS_MAX];
	uint32_t held_count;
	struct fdb_key held[VGROUP_HELD_MAX];
};

/* Do frames for that station wait? */
static inline bool
pathrule_holds(const struct pathrule *r, const struct fdb_key *k)
{
	for (uint32_t i = 0; i < r->held_count; i++)
		if (r->held[i].mac == k->mac && r->held[i].vlan == k->vlan)
			return true;
	return false;
}

#endif
