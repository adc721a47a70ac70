/* etherip/path/grouprule.c - see grouprule.h. Layer: etherip/path, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/grouprule.h"

#include <string.h>

#include "core/base/mem.h"
#include "etherip/path/holdqueue.h"
#include "etherip/path/pathrule.h"
#include "etherip/path/pathtunnel.h"
#include "etherip/path/wansock.h"

#define CLAMP_MIN	576	/* mssclamp.h's */
#define TCP_IPV4	40	/* octets of both heads */

uint16_t
grouprule_mtu(const struct pathtunnel *t)
{
	uint16_t planned = t->plan.mtu;

	if (planned == 0 || (t->plan.use_pmtu && t->way != 0 &&
	    t->way < planned))
		return t->way;
	return planned;
}

/* The longest packet that an end may be told to send. */
static uint16_t
clamp_of(const struct pathtunnel *t)
{
	unsigned mtu;

	if (t->plan.mss == VGROUP_MSS_OFF)
		return 0;
	mtu = t->plan.mss == VGROUP_MSS_AUTO ? grouprule_mtu(t) :
	    t->plan.mss + TCP_IPV4;
	if (mtu == 0)
		return 0;
	return (uint16_t)(mtu < CLAMP_MIN ? CLAMP_MIN : mtu > UINT16_MAX ?
	    UINT16_MAX : mtu);
}

/* Octets of IP of the longest datagram that goes in one piece, where the way would take longer
 * ones. */
static uint16_t
cut_of(const struct pathtunnel *t)
{
	unsigned at = t->plan.mtu + wansock_overhead(t->plan.local.family);

	if (t->plan.mtu == 0 || (t->way != 0 && t->way <= t->plan.mtu) ||
	    t->heads == -1)
		return 0;
	return (uint16_t)(at < UINT16_MAX ? at : UINT16_MAX);
}

static void
set_members(const struct grouprule *g, struct pathrule *r)
{
	struct forward_group *f = &r->group;

	f->members = UINT64_C(1) << VGROUP_LAN;
	for (unsigned i = 0; i < FDB_MEMBERS_MAX; i++) {
		const struct pathtunnel *t = g->tunnel[i];
		uint64_t bit = UINT64_C(1) << i;

		r->wan_of[i] = -1;
		if (t == NULL)
			continue;
		f->tunnels |= bit;
		if (t->up && t->wan != -1) {
			f->members |= bit;
			r->wan_of[i] = t->wan;
		}
		if (t->plan.way == VGROUP_OUTBOUND)
			f->deaf |= bit;
		if (t->plan.way == VGROUP_INBOUND)
			f->mute |= bit;
	}
}

static void
set_group(const struct grouprule *g, struct pathrule *r)
{
	const struct vgroup_plan *p = g->plan;

	r->group = (struct forward_group){ .mode = p->mode,
	    .tunnel_to_tunnel = p->tunnel_to_tunnel,
	    .bridge_traffic = p->bridge_traffic,
	    .bridge_multicast = p->bridge_multicast,
	    .silent = g->silent && !p->bridge_in_standby, .own = g->own,
	    .masquerade = p->masquerade };
	set_members(g, r);
	r->ours = r->group;
	r->ours.own = r->ours.masquerade = 0;
}

struct pathrule *
grouprule_make(const struct grouprule *g, const struct pathtunnel *t)
{
	struct pathrule *r = mem_zalloc(1, sizeof(*r));

	r->member = t->member;
	r->until = g->until;
	set_group(g, r);
	r->unknown_flood = g->plan->unknown_flood;
	r->judged = g->judged;
	r->fdb = g->fdb;
	r->trace = g->trace;
	memcpy(r->storm, g->plan->storm, sizeof(r->storm));
	r->local = t->plan.local;
	r->remote = t->plan.remote;
	r->check_interface = t->plan.check_interface;
	r->route = t->route;
	r->min_ttl = t->plan.min_ttl;
	r->accept_reversed = t->plan.accept_reversed;
	r->tos = t->plan.tos;
	r->oversize = t->plan.oversize;
	r->mtu = grouprule_mtu(t);
	r->clamp = clamp_of(t);
	r->cut_at = cut_of(t);
	if (g->opaque != NULL) {
		r->is_opaque = true;
		r->opaque = *g->opaque;
		r->opaque.fdb = g->fdb;
	}
	r->held_count = g->held->count;
	for (uint32_t i = 0; i < g->held->count; i++)
		r->held[i] = g->held->station[i].key;
	return r;
}
