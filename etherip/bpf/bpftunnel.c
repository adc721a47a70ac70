/* etherip/bpf/bpftunnel.c - see bpftunnel.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/bpf/bpftunnel.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>

#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"

#define ETHERIP		97
#define TTL		64
#define HEAD4		22u	/* IP's and ours */
#define HEAD6		42u
#define FRAME_CAP	65535u
#define TCP_HEADS	40u	/* IPv4's and TCP's */

void
bpftunnel_pair(struct bpfkey_pair *out, const struct addr *local,
    const struct addr *remote)
{
	memset(out, 0, sizeof(*out));
	out->family = local->family == AF_INET6 ? 6 : 4;
	memcpy(out->remote, remote->octets, addr_len(remote));
	memcpy(out->local, local->octets, addr_len(local));
}

void
bpftunnel_take_group(struct bpftunnel_group *g, const struct bpftier_plan *p)
{
	g->ageing_s = p->ageing_s;
	g->leaps = p->leaps;
	g->lan_limit = p->lan_limit;
	g->traced = p->traced;
	g->own = p->own;
	g->masquerade = p->masquerade;
	g->flags = (p->silent ? BPFKEY_STANDS_BY : 0u) |
	    (p->bridge_traffic ? BPFKEY_ANY_TYPE : 0u) |
	    (p->bridge_multicast ? BPFKEY_MULTICAST : 0u) |
	    (p->unknown_flood ? BPFKEY_UNKNOWN : 0u) |
	    (p->mode == FORWARD_TRANSLUCENT ? BPFKEY_TRANSLUCENT : 0u) |
	    (p->traces ? BPFKEY_TRACES : 0u);
	_Static_assert(STORM_KINDS == 3, "as many as in the map");
	for (size_t i = 0; i < STORM_KINDS; i++) {
		g->storm[i][0] = p->storm[i].frames_s;
		g->storm[i][1] = p->storm[i].octets_s;
	}
}

void
bpftunnel_find_way(struct bpftunnel *t, int ways)
{
	const struct bpfway_ends ends = { t->plan.local, t->plan.remote };

	if (bpfway_find(ways, &ends, &t->way) != 0) {
		t->way = (struct bpfway){ 0 };
		t->by = 0;
	} else
		t->by = t->way.ifindex;
}

/* ---- the maps ---- */

static uint32_t
flags_of(const struct bpftunnel *t, const struct bpftunnel_group *g)
{
	const struct bpftier_tunnel *p = &t->plan;
	uint32_t flags = g->flags;

	if (p->up && (flags & BPFKEY_STANDS_BY) == 0)
		flags |= BPFKEY_PASSES;
	return flags | (p->deaf ? BPFKEY_DEAF : 0u) |
	    (p->mute ? BPFKEY_MUTE : 0u) |
	    (p->accept_reversed ? BPFKEY_REVERSED : 0u) |
	    (p->use_pmtu ? BPFKEY_DF : 0u) |
	    (p->tos < 0 ? BPFKEY_TOS : 0u) |
	    (t->way.known ? BPFKEY_HOP : 0u) |
	    (t->leaps && g->lan != 0 ? BPFKEY_LEAPS : 0u) |
	    (g->holds ? BPFKEY_HOLDS : 0u);
}

/* Of an IPv4 header what never changes, in words as they lie in memory. */
static uint32_t
head_sum(const struct bpfkey_pair *p)
{
	uint16_t words[4];

	memcpy(words, p->local, 4);
	memcpy(words + 2, p->remote, 4);
	return (uint32_t)htons(0x4500) + htons(TTL << 8 | ETHERIP) +
	    words[0] + words[1] + words[2] + words[3];
}

static uint16_t
least(unsigned a, unsigned b)
{
	return (uint16_t)(a < b ? a : b);
}

static void
sizes(const struct bpftunnel *t, struct bpfkey_tunnel *k)
{
	unsigned head = k->family == 4 ? HEAD4 : HEAD6;
	unsigned fits = t->way.mtu > head ? t->way.mtu - head : 0;
	unsigned mtu = fits > ETHFRAME_HEAD ? fits - ETHFRAME_HEAD : 0;

	k->frame_max = least(fits, FRAME_CAP - head);
	k->mtu = least(t->plan.mtu != 0 ? t->plan.mtu : mtu, FRAME_CAP);
	if (t->plan.mss != 0)
		k->mss = least(t->plan.mss, FRAME_CAP);
	else if (t->plan.mss_auto && least(k->mtu, mtu) > TCP_HEADS)
		k->mss = (uint16_t)(least(k->mtu, mtu) - TCP_HEADS);
}

static void
format_peer(const struct bpftunnel *t, const struct bpfkey_tunnel *k,
    struct bpfkey_peer *peer)
{
	memset(peer, 0, sizeof(*peer));
	peer->slot = t->slot;
	peer->group = k->group;
	peer->wan = t->plan.check_interface ? t->way.ifindex : 0;
	peer->flags = (uint16_t)k->flags;
	if (t->plan.check_interface && t->way.ifindex == 0)
		peer->flags &= (uint16_t)~BPFKEY_PASSES;
	peer->min_ttl = (uint8_t)(t->plan.min_ttl < 255 ? t->plan.min_ttl :
	    255);
	memcpy(peer->mac, t->way.mac, sizeof(peer->mac));
}

void
bpftunnel_format(const struct bpftunnel *t, const struct bpftunnel_group *g,
    struct bpfkey_tunnel *k, struct bpfkey_peer *peer)
{
	memset(k, 0, sizeof(*k));
	k->group = g->number;
	k->flags = flags_of(t, g);
	k->lan = g->lan;
	k->cut = g->cut;
	k->lan_max = t->lan_max;
	k->tap = t->tap;
	k->wan = t->way.ifindex;
	k->family = t->pair.family;
	memcpy(k->remote, t->pair.remote, sizeof(k->remote));
	memcpy(k->local, t->pair.local, sizeof(k->local));
	memcpy(k->wan_mac, t->way.mac, sizeof(k->wan_mac));
	memcpy(k->hop_mac, t->way.hop, sizeof(k->hop_mac));
	macaddr_put(k->own, g->own);
	macaddr_put(k->masquerade, g->masquerade);
	k->tos = (uint8_t)(t->plan.tos > 0 ? t->plan.tos : 0);
	k->head_sum = head_sum(&t->pair);
	k->ageing_s = g->ageing_s;
	k->limit = g->limit;
	k->tunnel_limit = t->plan.limit;
	k->lan_limit = g->lan_limit;
	macaddr_put(k->traced.mac, g->traced.mac);
	k->traced.vlan = g->traced.vlan;
	memcpy(k->storm, g->storm, sizeof(k->storm));
	sizes(t, k);
	format_peer(t, k, peer);
}
