/* etherip/bpf/bpftunnel.h - one tunnel as the programs are told of it: from its plan, its group
 * and its way. Layer: etherip/bpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_BPF_BPFTUNNEL_H
#define ETHERIP_BPF_BPFTUNNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "etherip/bpf/bpfkey.h"
#include "etherip/bpf/bpftier.h"
#include "etherip/bpf/bpfway.h"

/* What all tunnels of a group have in common. */
struct bpftunnel_group {
	uint32_t number, limit, ageing_s;
	uint32_t lan;		/* interface; 0: by the bridge */
	uint32_t cut;		/* that cuts super-frames; 0: none */
	uint32_t flags;		/* BPFKEY_… of the plan */
	bool	 holds;		/* stations are held */
	bool	 open_sums;	/* frames may come with sums left open */
	bool	 leaps;		/* nobody has forbidden that frames leap */
	uint64_t own, masquerade;
	uint32_t lan_limit;
	struct fdb_key traced;	/* while flags have BPFKEY_TRACES */
	uint64_t storm[3][2];
};

struct bpftunnel {
	struct bpftier_tunnel plan;	/* its name is NULL: index below */
	struct bpfkey_pair pair;
	uint32_t slot;
	uint32_t tap;		/* interface */
	uint32_t by;		/* where packets come in; 0: not known */
	bool	 leaps;		/* frames do, */
	uint32_t lan_max;	/* with so many octets of a packet at most */
	struct bpfway way;
	struct bpfkey_tunnel in_map;
};

/* Both addresses as they stand in a packet that comes in. */
void bpftunnel_pair(struct bpfkey_pair *out, const struct addr *local,
    const struct addr *remote);
/* What a plan says of all tunnels; number, limit, lan, cut, holds and open_sums are others'. */
void bpftunnel_take_group(struct bpftunnel_group *g,
    const struct bpftier_plan *p);
/* Asks the kernel for the way; without one by is 0. */
void bpftunnel_find_way(struct bpftunnel *t, int ways);
/* What stands in the maps of it. Pure. */
void bpftunnel_format(const struct bpftunnel *t,
    const struct bpftunnel_group *g, struct bpfkey_tunnel *tunnel,
    struct bpfkey_peer *peer);

#endif
