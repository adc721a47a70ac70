/* etherip/path/vgroup.h - a VLAN group at work: its bridge, its tunnels and the threads that
 * carry frames between them, made to be as a plan says.
 *
 * The whole wanted state is given again and again, as plain values; only what differs from
 * what is there is touched. A tunnel whose addresses, protection and path MTU discovery stay
 * the same keeps its socket and its threads, whatever else changes.
 *
 * A Linux bridge named as the group holds the VLANs' interfaces and one TAP for each tunnel.
 * Member 0 is the LAN, all VLANs together; tunnels are members from 1 on. What crosses a TAP
 * obeys the group's rules; what passes between two VLANs is the kernel's bridge alone.
 * It leaves who lives to liveness, where stations should be to the mover, addresses of
 * interfaces to the daemon. All calls and callbacks are of the loop's thread.
 * Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_VGROUP_H
#define ETHERIP_PATH_VGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "core/base/clock.h"
#include "etherip/bridge/fdb.h"
#include "etherip/bridge/forward.h"
#include "etherip/bridge/storm.h"
#include "etherip/path/pathdrop.h"

struct bpfhome;
struct err;
struct ethframe;
struct loop;
struct opaque_route;
struct snoop_fact;
struct tapkeeper;
struct tracering;
struct vgroup;

#define VGROUP_LAN		0u	/* the member */
#define VGROUP_TUNNELS_MAX	63u
#define VGROUP_DEVICES_MAX	32u
#define VGROUP_NAME_MAX		64u	/* octets with the NUL */

/* ---- the plan ---- */

enum vgroup_oversize {
	VGROUP_FRAGMENT,	/* outside, by the kernel */
	VGROUP_ICMP,		/* the sender is told (RFC 1191, RFC 8201), unless routers
				 * may cut it: then as above */
	VGROUP_DROP
};

enum vgroup_way { VGROUP_BOTH_WAYS, VGROUP_INBOUND, VGROUP_OUTBOUND };

enum vgroup_protection { VGROUP_PLAIN, VGROUP_IPSEC };

#define VGROUP_MSS_OFF		0
#define VGROUP_MSS_AUTO		1	/* by the tunnel's MTU */

#define VGROUP_TOS_PRESERVE	(-1)	/* the inner packet's */

struct vgroup_tunnel {
	char		name[VGROUP_NAME_MAX];
	struct addr	local, remote;		/* of one family */
	bool		check_interface;	/* it comes in by where the way to remote leads */
	uint16_t	mtu;		/* of IP packets inside; 0: by the way to remote */
	bool		use_pmtu;	/* DF outside, and what routers say is believed */
	int16_t		tos;		/* 0..255, or VGROUP_TOS_PRESERVE */
	enum vgroup_oversize oversize;
	uint16_t	mss;		/* OFF, AUTO, or 536.. octets */
	enum vgroup_way	way;
	bool		accept_reversed;	/* 03 00 is taken, too */
	enum vgroup_protection protection;
	uint8_t		min_ttl;	/* 0: any */
	uint32_t	max_stations;	/* behind it; 0: the group's limit alone */
};

struct vgroup_rate {
	uint64_t frames_s, octets_s;	/* 0: any number */
};

enum vgroup_tier { VGROUP_DIRECT, VGROUP_BRIDGE, VGROUP_USER };
#define VGROUP_TIERS	3

struct vgroup_plan {
	enum forward_mode mode;
	bool	bridge_traffic, bridge_multicast, bridge_in_standby;
	bool	tunnel_to_tunnel;	/* split horizon is off */
	bool	unknown_flood;		/* frames for stations not known cross */
	struct fdb_config fdb;
	uint32_t lan_stations;	/* behind the LAN; 0: fdb's limit alone */
	struct vgroup_rate storm[STORM_KINDS];	/* toward each tunnel */
	uint64_t masquerade;	/* the bridge's address unless silent; 0: its own */
	enum vgroup_tier tier_max;	/* the best that may be; VGROUP_DIRECT: any */
	bool	fast_path;		/* VGROUP_DIRECT: past the kernel's stack, if it can be */
	uint32_t hold_frames;	/* of one held station; 0: 256 */
	uint32_t hold_ms;	/* 0: 500 */

	const char *const *devices;	/* interfaces of the VLANs */
	size_t	device_count;
	const struct vgroup_tunnel *tunnels;
	size_t	tunnel_count;
	const struct addr *proxy_excludes;
	size_t	proxy_exclude_count;
	/* Of an opaque group: where packets to other networks go (opaque.h). */
	const struct opaque_route *routes;
	size_t	route_count;
};

/* ---- its life ---- */

struct vgroup_config {
	struct loop	*loop;
	const char	*name;		/* of the group; the last part of its path */
	struct bpfhome	*home;		/* of the fast ways (etherip/bpf); NULL: there are none */
	struct tracering *trace;	/* notes the frames of one station; NULL: none does */
	struct tapkeeper *keeper;	/* of TAPs, while we are replaced; NULL: nobody */
	/* Threads carry frames before that time of the monotonic clock only, which the loop moves
	 * on (atomically): who hangs bridges blindly no longer. NULL: always. */
	const mono_ns	*until;
	void		*arg;		/* to each of these; any may be NULL */
	void (*on_new)(void *arg, const struct fdb_key *k, unsigned member);
	void (*on_move)(void *arg, const struct fdb_key *k, unsigned from,
	    unsigned to);
	/* ARP, RARP or neighbour discovery came in by that member. */
	void (*on_snoop)(void *arg, unsigned member, const struct ethframe *f,
	    const uint8_t *octets, size_t len);
	/* The LAN's interface has refused frames that came by the fast path out of a tunnel; they
	 * are lost, and the next ones take the other way. */
	void (*on_refused)(void *arg, unsigned member, int error,
	    unsigned frames);
};

/* Nothing is there before the first vgroup_set. */
struct vgroup *vgroup_new(const struct vgroup_config *c);
/* keep: bridge, TAPs and what the kernel forwards by itself stay for the next process;
 * else they go. Takes *pg; NULL is harmless. */
void vgroup_free(struct vgroup **pg, bool keep);

/* Makes it so. Everything is copied. 0, or the code of the first thing that the kernel would
 * not do, with a sentence; the rest is done all the same, and the next call tries again. */
int vgroup_set(struct vgroup *g, const struct vgroup_plan *p, struct err *e);

/* The interface of a member: the bridge (VGROUP_LAN) or a tunnel's TAP; NULL: there is none.
 * As the name says, where that is one of an interface: else derived from it. */
const char *vgroup_device(const struct vgroup *g, unsigned member);
/* The member of a tunnel by its name; FDB_NONE: none. It keeps it while it is planned. */
unsigned vgroup_member(const struct vgroup *g, const char *tunnel);
/* The name of a tunnel; NULL: there is none. */
const char *vgroup_tunnel(const struct vgroup *g, unsigned member);

/* Liveness has spoken: down is the TAP's carrier, and nothing known behind it. Up from the
 * start. */
void vgroup_tunnel_up(struct vgroup *g, unsigned member, bool up);
/* A pair's standby; unless bridge_in_standby is set it passes nothing on. */
void vgroup_silent(struct vgroup *g, bool silent);

/* ---- stations, wherever they are held ---- */

/* False: not known. */
bool vgroup_find(const struct vgroup *g, const struct fdb_key *k,
    struct fdb_station *out);
void vgroup_each(const struct vgroup *g,
    void (*fn)(void *arg, const struct fdb_station *s), void *arg);
/* As fdb_put, fdb_pin and fdb_flush; the kernel's bridge is told, too. */
bool vgroup_put(struct vgroup *g, const struct fdb_key *k, unsigned member,
    unsigned pins);
bool vgroup_pin(struct vgroup *g, const struct fdb_key *k, unsigned add,
    unsigned take);
size_t vgroup_flush(struct vgroup *g, unsigned member);
bool vgroup_remove(struct vgroup *g, const struct fdb_key *k);
/* Of an opaque group the address that stands for the stations behind member i, before it is
 * or'ed with i; 0: the group is not opaque. */
uint64_t vgroup_stand_in(const struct vgroup *g);
/* Of an opaque group, which finds stations by their addresses: who had that one, behind which
 * member, as the other unit of a pair knew it. Of other groups nothing. */
void vgroup_mirrored(struct vgroup *g, const struct snoop_fact *f);
/* The clock of fdb_station.seen_s, now. */
uint32_t vgroup_now_s(const struct vgroup *g);

#define VGROUP_HELD_MAX		16u	/* stations; holdqueue.h has as many places */
/* Frames for that station wait, as many and as long as the plan says, until it is released:
 * then they go to where it is known to be. False: too many are held. */
bool vgroup_hold(struct vgroup *g, const struct fdb_key *k);
/* Lets them go. Harmless when it is not held. */
void vgroup_release(struct vgroup *g, const struct fdb_key *k);

/* One frame of ours, whole, into the LAN's interfaces or into a tunnel. False: it was not
 * taken. */
bool vgroup_send(struct vgroup *g, unsigned member, const uint8_t *octets,
    size_t len);

/* config.trace watches another station, or none. */
void vgroup_retrace(struct vgroup *g);

/* ---- what is told ---- */

/* The tier of a tunnel, and a sentence why it is not a better one ("" when it is the best). */
enum vgroup_tier vgroup_tier(const struct vgroup *g, unsigned member,
    const char **why);
extern const char *const vgroup_tier_names[];	/* "direct", "bridge", "user" */

/* Why frames out of a tunnel do not take the fast path; "": they do. */
const char *vgroup_grounded(const struct vgroup *g, unsigned member);

/* Why no way leads to the other end of a tunnel now; "": one does, or the socket is not open. */
const char *vgroup_lost(const struct vgroup *g, unsigned member);

/* What of IP packets fits into one datagram to the other end now; 0: not known. */
uint16_t vgroup_mtu(const struct vgroup *g, unsigned member);

struct vgroup_flow {
	uint64_t frames, octets;	/* as they are on the wire, without EtherIP */
};

struct vgroup_counts {
	struct vgroup_flow in[VGROUP_TIERS], out[VGROUP_TIERS];	/* from, to the WAN */
	uint64_t drop_in[PATHDROPS], drop_out[PATHDROPS];
	uint64_t cut;		/* super-frames of the LAN's that were cut */
	uint64_t merged;	/* frames that went into super-frames to the LAN */
	uint64_t leapt;		/* of in[VGROUP_DIRECT] frames: by the fast path */
	uint64_t clamped;	/* SYNs whose MSS was lowered */
	uint64_t told;		/* senders that were told to send less at once */
	uint64_t unlearned;	/* frames whose source found no room in the table */
	uint64_t notes_lost;	/* events that the loop was too slow for */
};

/* Of a tunnel since it is there. False: there is none. */
bool vgroup_counts(const struct vgroup *g, unsigned member,
    struct vgroup_counts *out);

#endif
