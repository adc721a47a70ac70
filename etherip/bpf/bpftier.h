/* etherip/bpf/bpftier.h - the fast ways of one VLAN group: frames go into its tunnels and out
 * of them inside the kernel, by programs on its devices.
 *
 * Programs sit on the TAPs, which are ports of the group's bridge, and on the devices that the
 * tunnels' packets come by (BRIDGE). Where the bridge has one VLAN and one tunnel, frames between
 * stations that are known pass it by (DIRECT); the rest, and now and then one of those, so that
 * the bridge remembers, go through it all the same.
 * What the programs do not do themselves (too long, no neighbour known, two tags, super-frames
 * that the kernel cannot cut) can be read from the TAP, and has been judged by then: learned
 * from, held to the storm limits, allowed to cross. What is written to the TAP is learned from.
 * What comes from outside in pieces, with IP options or with another head stays the raw socket's;
 * what does not, does not reach it. Opaque groups and tunnels that demand IPsec have no fast
 * way. While the programs are there the table of stations is theirs.
 *
 * What this does to the kernel outlives the process (bpfhome.h). Control loop.
 * Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFTIER_H
#define ETHERIP_BPF_BPFTIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"
#include "etherip/bpf/bpfkey.h"
#include "etherip/bridge/fdb.h"
#include "etherip/bridge/forward.h"
#include "etherip/bridge/storm.h"

struct bpfhome;
struct bpftier;
struct err;

/* What programs have noticed. Members are those of the plan. */
struct bpftier_event {
	enum bpfkey_event_kind kind;
	struct fdb_key key;
	unsigned member, was;		/* FDB_NONE: not known any more */
	const uint8_t *octets;		/* of BPFKEY_EVENT_SNOOPED: the frame's start, */
	size_t len;			/* without its tag (key.vlan) */
	/* Of BPFKEY_EVENT_TRACED: key sent a frame of that type and so many octets to dst, by
	 * member. It goes to was, or why says that it does not. */
	enum bpfkey_why why;		/* BPFKEY_WHYS: it goes; of BPFKEY_EVENT_SHUT: an errno */
	uint64_t dst;
	uint16_t type;
	uint32_t frame;			/* of BPFKEY_EVENT_SHUT: frames that were lost */
};

typedef void (*bpftier_event_fn)(void *arg, const struct bpftier_event *e);

struct bpftier_config {
	struct bpfhome	*home;
	const char	*name;		/* of the group: the next process's key to it */
	uint32_t	 limit;		/* stations, 1..FDB_LIMIT_MAX */
	bpftier_event_fn on_event;	/* from the loop; may call what it likes */
	void		*arg;
};

/* Nothing passes yet. NULL with a sentence: no room, or no right. */
struct bpftier *bpftier_open(const struct bpftier_config *c, struct err *e);
/* The kernel's part stays as it is, for the next process. */
void bpftier_close(struct bpftier **pt);
/* Takes the group's part out of the kernel, its stations too, then closes. */
void bpftier_remove(struct bpftier **pt);

struct bpftier_tunnel {
	unsigned	 member;	/* 1..FDB_MEMBERS_MAX-1 */
	const char	*tap;		/* its device's name, a port of the bridge by now */
	struct addr	 local, remote;
	bool		 check_interface;	/* what comes by another device than the one
						 * that the route names is the slow path's */
	unsigned	 mtu;		/* octets of IP inside; 0: what fits */
	unsigned	 mss;		/* that SYNs may tell at most; 0: any */
	bool		 mss_auto;	/* what fits the MTU */
	int		 tos;		/* 0..255; -1: as inside */
	unsigned	 min_ttl;	/* of packets that come in */
	bool		 use_pmtu;	/* "do not fragment" outside */
	bool		 accept_reversed;
	bool		 up;
	bool		 deaf, mute;	/* modes outbound, inbound */
	uint32_t	 limit;		/* stations; 0: none of its own */
};

enum bpftier_kind { BPFTIER_DIRECT, BPFTIER_BRIDGE };

struct bpftier_plan {
	enum bpftier_kind kind;
	const char	*const *lans;	/* devices of the VLANs; DIRECT: one */
	size_t		 lan_count;
	enum forward_mode mode;		/* not OPAQUE */
	bool		 bridge_traffic, bridge_multicast, unknown_flood, silent;
	uint64_t	 own, masquerade;	/* as struct forward_group */
	struct {
		uint64_t frames_s, octets_s;
	} storm[STORM_KINDS];
	uint32_t	 ageing_s;
	uint32_t	 lan_limit;	/* stations; 0: none of its own */
	bool		 leaps;		/* DIRECT: past the kernel's stack where devices can */
	bool		 traces;	/* frames of traced, and for it, are told of */
	struct fdb_key	 traced;
	const struct bpftier_tunnel *tunnels;
	size_t		 count;
};

/* From now on frames pass as the plan says; what is the same stays untouched. Tunnels whose
 * next hop is not known yet go the slow way until it is. 0, or a negative code with a
 * sentence: the plan, or this kernel, is nothing for the fast ways, and nothing of the group
 * is left on them. */
int bpftier_set(struct bpftier *t, const struct bpftier_plan *p,
    struct err *e);

/* A remark about a tunnel that works, but not as fast as it could ("another XDP program is on
 * eth0"); NULL: there is none. Of the object, until the next call. */
const char *bpftier_remark(struct bpftier *t, unsigned member);

/* Why frames out of the tunnel do not leap to the LAN's device; "": they do; NULL: there is no
 * such tunnel. Of the object, until the next call. */
const char *bpftier_grounded(struct bpftier *t, unsigned member);

/* ---- stations; now as CLOCK_MONOTONIC has it ---- */

/* As fdb.h has them. */
unsigned bpftier_find(const struct bpftier *t, const struct fdb_key *k);
bool bpftier_get(const struct bpftier *t, const struct fdb_key *k,
    struct fdb_station *out);
/* What somebody else saw of it. */
enum fdb_seen bpftier_learn(struct bpftier *t, const struct fdb_key *k,
    unsigned member, unsigned *was);
bool bpftier_put(struct bpftier *t, const struct fdb_key *k, unsigned member,
    unsigned pins);
bool bpftier_pin(struct bpftier *t, const struct fdb_key *k, unsigned add,
    unsigned take);
bool bpftier_drop(struct bpftier *t, const struct fdb_key *k);
size_t bpftier_flush(struct bpftier *t, unsigned member);
void bpftier_each(const struct bpftier *t,
    void (*fn)(void *arg, const struct fdb_station *s), void *arg);
uint32_t bpftier_count(const struct bpftier *t, unsigned member);
/* Forgets what is too old; a whole round. To be called every ten seconds or so. */
size_t bpftier_sweep(struct bpftier *t);

/* All frames for that station go the slow way from here on, from both sides; or no longer.
 * False: too many are held. */
bool bpftier_hold(struct bpftier *t, const struct fdb_key *k, bool hold);

/* ---- counts ---- */

/* What has gone the fast way, and why the rest has not (words and kinds: BPFKEY_WHY_TABLE), of
 * all CPUs, since the tunnel's place was taken. False: no such member. */
bool bpftier_counts(const struct bpftier *t, unsigned member,
    struct bpfkey_counts *out);

#endif
