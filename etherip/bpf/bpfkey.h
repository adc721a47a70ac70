/* etherip/bpf/bpfkey.h - what the programs in the kernel and we say to each other: the shapes
 * of their maps. Read by both compilers, so it stands on the kernel's types alone. What is
 * here outlives this process; whoever changes it counts BPFKEY_SHAPE up, and the next start
 * makes everything anew. Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFKEY_H
#define ETHERIP_BPF_BPFKEY_H

#include <linux/types.h>

#define BPFKEY_SHAPE	4
#define BPFKEY_SLOTS	256	/* tunnels of all groups */
#define BPFKEY_GROUPS	128
#define BPFKEY_PORTS	1024	/* devices with a program of ours */
#define BPFKEY_HELD_MAX	256	/* stations whose frames the slow path holds */
#define BPFKEY_NAME	64	/* octets of a group's name, with its NUL */
#define BPFKEY_RING	(256 * 1024)

/* Mark of a frame that one program has put into a bridge and the next one is to leave alone. */
#define BPFKEY_IN	0xe7300001u
/* Of a super-frame, and its pieces, on the way to where it is cut: the slot is the rest. */
#define BPFKEY_CUT	0xe7310000u
#define BPFKEY_CUT_SLOT	0xffffu
#define BPFKEY_META	0x30e7e130u	/* of struct bpfkey_meta */

/* The two ends as they stand in a packet that comes in. */
struct bpfkey_pair {
	__be32	remote[4], local[4];	/* IPv4 in the first, others 0 */
	__u32	family;			/* 4 or 6 */
};

/* What the first look at a packet needs. */
struct bpfkey_peer {
	__u32	slot, group;
	__u32	wan;		/* the only interface it may come by; 0: any of ours */
	__u16	flags;		/* BPFKEY_PASSES and so on */
	__u8	min_ttl;
	__u8	unused;
	__u8	mac[6];		/* of the device it comes by */
	__u8	unused2[2];
};

/* From the one to the other program of the WAN device. */
struct bpfkey_meta {
	__u32	magic;
	__u16	slot;
	__u16	congested;	/* CE stood outside */
};

struct bpfkey_station {
	__u8	mac[6];
	__u16	vlan;
};

/* Places of a station: the LAN, or the tunnel in slot at - 1. */
#define BPFKEY_LAN	0

struct bpfkey_known {
	__u32	seen_s;		/* CLOCK_MONOTONIC */
	__u16	at;
	__u8	pins;		/* of fdb.h */
	__u8	unused;
};

struct bpfkey_held {
	__u32	group;
	struct bpfkey_station station;
};

enum {
	BPFKEY_PASSES		= 0x001,	/* it is up, and the pair's active one */
	BPFKEY_STANDS_BY	= 0x002,	/* it is the pair's other one */
	BPFKEY_DEAF		= 0x004,	/* nothing is taken from it */
	BPFKEY_MUTE		= 0x008,	/* nothing goes into it */
	BPFKEY_ANY_TYPE		= 0x010,	/* not only IP and ARP crosses */
	BPFKEY_MULTICAST	= 0x020,	/* frames to groups do, */
	BPFKEY_UNKNOWN		= 0x040,	/* frames to stations not known do */
	BPFKEY_TRANSLUCENT	= 0x080,
	BPFKEY_REVERSED		= 0x100,	/* 03 00 is taken, too */
	BPFKEY_DF		= 0x200,
	BPFKEY_TOS		= 0x400,	/* the service inside is that outside */
	BPFKEY_HOP		= 0x800,	/* the next hop is known */
	BPFKEY_HOLDS		= 0x1000,	/* some stations are held */
	BPFKEY_TRACES		= 0x2000,	/* the frames of one are told of */
	BPFKEY_LEAPS		= 0x4000	/* out of it straight to the LAN's device: XDP */
};

/* A tunnel and its group; replaced whole. */
struct bpfkey_tunnel {
	__u32	group, flags;
	__u32	lan, tap, wan;		/* interfaces; lan 0: by the bridge */
	__u32	family;
	__be32	remote[4], local[4];
	__u8	wan_mac[6], hop_mac[6];
	__u8	own[6], masquerade[6];
	__u16	mtu;			/* octets of IP inside */
	__u16	frame_max;		/* octets of a frame, its tag included */
	__u16	mss;			/* of IPv4; 0: left alone */
	__u8	tos, unused;
	__u32	head_sum;		/* of what stays in an IPv4 header */
	__u32	ageing_s, limit, tunnel_limit, lan_limit;
	struct bpfkey_station traced;
	__u32	cut;		/* interface that cuts super-frames; 0: none does */
	__u32	lan_max;	/* octets of a packet that the LAN's device takes */
	__u32	unused2;	/* no gaps: it is compared whole */
	__u64	storm[3][2];		/* storm.h's kinds: frames, octets a second */
};

struct bpfkey_port {
	__u32	slot;
};

/* A LAN's device as the guard (eipguard.bpf) hears of it, which hears of all networks'. */
struct bpfkey_lane_key {
	__u32	net;		/* the number of the network namespace */
	__u32	ifindex;
};

struct bpfkey_lane {
	__u32	slot, group;
};

/* Whether frames may leap to a LAN's device, beside BPFKEY_LEAPS; others: not before that
 * time. Programs move it on from TRIAL, and back from a time; the loop puts it to TRIAL. */
#define BPFKEY_LANE_OPEN	0ULL
#define BPFKEY_LANE_TRIAL	1ULL	/* one may, and its fate decides */
#define BPFKEY_LANE_TRIED	2ULL	/* it is under way */
#define BPFKEY_LANE_SHUT	(~0ULL)	/* the kernel refused one */
#define BPFKEY_LANE_PAUSE_NS	1000000000ULL	/* after the device was too full */

/* Of a device, for who clears: what hangs on it, and what it was like before. */
enum {
	BPFKEY_ROLE_LAN	= 0x01,		/* programs: a VLAN's, */
	BPFKEY_ROLE_TAP	= 0x02,		/* a tunnel's, */
	BPFKEY_ROLE_WAN	= 0x04,		/* and where packets come by */
	BPFKEY_ROLE_CUT	= 0x08,		/* ours, where super-frames are in pieces */
	BPFKEY_ROLES	= 0x0f,
	BPFKEY_WAS_BARE	= 0x10,		/* there was no clsact */
	BPFKEY_HAD_SUMS	= 0x20,		/* sums of what it sends were its own work, */
	BPFKEY_HAD_GRO	= 0x40,		/* it merged what comes in, */
	BPFKEY_HAD_LRO	= 0x80,
	BPFKEY_HAD_MTU	= 0x100		/* its MTU was another */
};

struct bpfkey_device {
	char	name[16];
	__u32	did, mtu;
};

/* One piece of memory that both write to. */
struct bpfkey_shared {
	__u64	deadline_ns;		/* then nobody looks after us any more */
	__u64	here_ns;		/* until then somebody has the TAPs open */
	__u32	shape;
	__u32	trials;			/* some lane may be in TRIAL or TRIED */
	__u64	lanes[BPFKEY_SLOTS];	/* BPFKEY_LANE_… */
	__u32	stations[BPFKEY_GROUPS];	/* in the tables */
	__u32	at_lan[BPFKEY_GROUPS];		/* of them */
	__u32	at_slot[BPFKEY_SLOTS];
	__u32	ip_id[BPFKEY_SLOTS];
};

/* Why a frame does not go the fast way, or not at all: name, word, slow (the slow path has
 * it). */
#define BPFKEY_WHY_TABLE(X)				\
	X(STANDBY, "standby", 0)			\
	X(DEAF, "deaf", 0)				\
	X(CONTROL, "control", 0)			\
	X(LOOP, "loop", 0)				\
	X(NOT_IP, "not-ip", 0)				\
	X(GROUP, "multicast", 0)			\
	X(SAME, "same-side", 0)				\
	X(DOWN, "nowhere", 0)				\
	X(ELSEWHERE, "elsewhere", 0)			\
	X(MALFORMED, "malformed", 0)			\
	X(STORM_BROADCAST, "storm-broadcast", 0)	\
	X(STORM_MULTICAST, "storm-multicast", 0)	\
	X(STORM_UNKNOWN, "storm-unknown", 0)		\
	X(UNKNOWN, "unknown", 0)			\
	X(TABLE_FULL, "table-full", 1)			\
	X(CONGESTED, "congested", 0)			\
	X(SUPER, "to-be-cut", 1)			\
	X(OVERSIZE, "oversize", 1)			\
	X(NO_NEIGHBOUR, "no-neighbour", 1)		\
	X(HELD, "held", 1)				\
	X(TAGS, "two-tags", 1)				\
	X(OPTIONS, "ip-options", 1)			\
	X(ADDRESSED, "carries-addresses", 1)		\
	X(FAILED, "kernel-refused", 1)			\
	X(LAN, "lan", 0)

enum bpfkey_why {
#define X(name, word, slow) BPFKEY_WHY_##name,
	BPFKEY_WHY_TABLE(X)
#undef X
	BPFKEY_WHYS
};

/* Room for them: a power of two, as the kernel is sure of a masked index. */
#define BPFKEY_WHYS_CAP	32
_Static_assert(BPFKEY_WHYS <= BPFKEY_WHYS_CAP, "room for each reason");

/* Of a tunnel, for each CPU. */
struct bpfkey_counts {
	__u64	out_frames, out_octets;		/* into the tunnel */
	__u64	in_frames, in_octets;
	__u64	clamped;			/* SYNs */
	__u64	leapt;				/* of in_frames: past the kernel's stack */
	__u64	whys[2][BPFKEY_WHYS_CAP];	/* into the tunnel, out of it */
};

enum bpfkey_event_kind {
	BPFKEY_EVENT_NEW,	/* a station that was not known is at */
	BPFKEY_EVENT_MOVED,	/* it was behind was */
	BPFKEY_EVENT_PINNED,	/* it is seen at, and pinned to was */
	BPFKEY_EVENT_SNOOPED,	/* octets: ARP, RARP or a neighbour's word */
	BPFKEY_EVENT_TRACED,	/* a frame from at; octets: whom it was for */
	BPFKEY_EVENT_SHUT	/* the LAN's device refused frames out of at; why: errno */
};

#define BPFKEY_SNOOP	128	/* octets of a frame that are looked at */

struct bpfkey_event {
	__u32	kind, group;
	__u16	at, was;
	struct bpfkey_station station;
	__u16	why, type;		/* traced: BPFKEY_WHYS: it crossed to was */
	__u32	frame;			/* its octets */
	__u32	len;			/* of octets */
	__u8	octets[BPFKEY_SNOOP];	/* without the tag that station.vlan is */
};

#endif
