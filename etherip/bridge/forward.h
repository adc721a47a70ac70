/* etherip/bridge/forward.h - what becomes of a frame that has come in by a member of a VLAN
 * group: by which members it goes out, or why it does not.
 *
 * The decision alone; who makes it has read the frame's head and knows where the database
 * has its destination. How much of what goes to everybody may cross is storm.h's. Opaque
 * groups answer for stations instead (opaque.h); here theirs pass by nobody.
 * Layer: etherip/bridge, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BRIDGE_FORWARD_H
#define ETHERIP_BRIDGE_FORWARD_H

#include <stdbool.h>
#include <stdint.h>

#include "etherip/bridge/fdb.h"

struct ethframe;

enum forward_mode {
	FORWARD_OPAQUE, FORWARD_TRANSLUCENT, FORWARD_TRANSPARENT
};

/* What is known of a group; members are bits. */
struct forward_group {
	enum forward_mode mode;
	uint64_t members;	/* that are up, */
	uint64_t tunnels;	/* of them: between these nothing passes, so that three
				 * sites are no loop */
	uint64_t deaf;		/* nothing is taken from them (mode outbound) */
	uint64_t mute;		/* nothing goes into them (mode inbound) */
	bool	 tunnel_to_tunnel;	/* after all */
	bool	 bridge_traffic;	/* else only IP, ARP and RARP cross */
	bool	 bridge_multicast;	/* else nothing to groups but ARP and RARP */
	bool	 silent;		/* it is a pair's standby, and does not bridge */
	uint64_t own, masquerade;	/* addresses of ours; 0: none */
};

enum forward_why {
	FORWARD_GOES,
	FORWARD_STANDBY,	/* this one does not bridge now */
	FORWARD_DEAF,		/* nothing is taken from this member */
	FORWARD_CONTROL,	/* of switches among themselves */
	FORWARD_LOOP,		/* it has our own source: it has been here before */
	FORWARD_NOT_IP,		/* bridge-traffic is disabled */
	FORWARD_GROUP,		/* bridge-multicast is disabled */
	FORWARD_SAME,		/* it is for a station on the side it came from */
	FORWARD_HORIZON,	/* from one tunnel to another */
	FORWARD_NOWHERE		/* there is no other member */
};
#define FORWARD_WHYS	10

struct forward_verdict {
	enum forward_why why;
	uint64_t to;		/* members; 0 unless it goes */
	bool	 flooded;	/* to all, for it is for a group or not known where */
	bool	 up;		/* it is (also) for this system */
};

/* For each reason a word, as counters and traces call it: "goes", "standby", … */
extern const char *const forward_why_names[];

/* The address to look a frame's destination up by. In a translucent group each side sees
 * the other's stations with the local bit turned. */
uint64_t forward_sought(const struct forward_group *g,
    const struct ethframe *f);

/* at: the member where that station is known to be, or FDB_NONE. */
struct forward_verdict forward_decide(const struct forward_group *g,
    unsigned from, const struct ethframe *f, unsigned at);

/* May a station be learned from a frame with this verdict? Not from what should not be
 * here. */
static inline bool
forward_teaches(const struct forward_verdict *v)
{
	return v->why != FORWARD_STANDBY && v->why != FORWARD_DEAF &&
	    v->why != FORWARD_CONTROL && v->why != FORWARD_LOOP;
}

#endif
