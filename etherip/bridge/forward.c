/* etherip/bridge/forward.c - see forward.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/bridge/forward.h"

#include <assert.h>

#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"

/* In the order of the enum. */
const char *const forward_why_names[] = {
	"goes", "standby", "deaf", "control", "loop", "not-ip", "multicast",
	"same-side", "split-horizon", "nowhere", NULL
};

static uint64_t
bit(unsigned member)
{
	assert(member < FDB_MEMBERS_MAX);
	return UINT64_C(1) << member;
}

static bool
is_ours(const struct forward_group *g, uint64_t mac)
{
	return mac != 0 && (mac == g->own || mac == g->masquerade);
}

uint64_t
forward_sought(const struct forward_group *g, const struct ethframe *f)
{
	return g->mode == FORWARD_TRANSLUCENT && f->aim == ETHFRAME_UNICAST ?
	    f->dst ^ MACADDR_LOCAL : f->dst;
}

/* Why it may not cross whoever it is for; FORWARD_GOES: it may. */
static enum forward_why
doubt(const struct forward_group *g, unsigned from, const struct ethframe *f)
{
	if (g->silent)
		return FORWARD_STANDBY;
	if ((g->deaf & bit(from)) != 0)
		return FORWARD_DEAF;
	if (f->aim == ETHFRAME_CONTROL)
		return FORWARD_CONTROL;
	if (is_ours(g, f->src))
		return FORWARD_LOOP;
	return FORWARD_GOES;
}

static enum forward_why
held_back(const struct forward_group *g, const struct ethframe *f)
{
	bool arp = ethframe_is_arp(f);

	if (!g->bridge_traffic && !arp && !ethframe_is_ip(f))
		return FORWARD_NOT_IP;
	if (!g->bridge_multicast && !arp && f->aim != ETHFRAME_UNICAST)
		return FORWARD_GROUP;
	return FORWARD_GOES;
}

/* Members that a frame may leave by that came in by this one. */
static uint64_t
ways_from(const struct forward_group *g, unsigned from)
{
	uint64_t ways = g->members & ~bit(from) & ~g->mute;

	if ((g->tunnels & bit(from)) != 0 && !g->tunnel_to_tunnel)
		ways &= ~g->tunnels;
	return ways;
}

static void
stop(struct forward_verdict *v, enum forward_why why)
{
	v->why = why;
	v->to = 0;
}

static void
to_one(struct forward_verdict *v, const struct forward_group *g,
    unsigned from, unsigned at)
{
	v->to = bit(at) & ways_from(g, from);
	if (at == from)
		stop(v, FORWARD_SAME);
	else if (v->to == 0)
		stop(v, (g->members & ~g->mute & bit(at)) != 0 ?
		    FORWARD_HORIZON : FORWARD_NOWHERE);
}

static void
to_all(struct forward_verdict *v, const struct forward_group *g,
    unsigned from)
{
	v->flooded = true;
	v->to = ways_from(g, from);
	if (v->to == 0)
		stop(v, FORWARD_NOWHERE);
}

struct forward_verdict
forward_decide(const struct forward_group *g, unsigned from,
    const struct ethframe *f, unsigned at)
{
	struct forward_verdict v = { .why = doubt(g, from, f) };

	if (v.why != FORWARD_GOES)
		return v;
	v.up = f->aim != ETHFRAME_UNICAST || is_ours(g, f->dst);
	if (f->aim == ETHFRAME_UNICAST && v.up) {
		stop(&v, FORWARD_SAME);
		return v;
	}
	v.why = held_back(g, f);
	if (v.why != FORWARD_GOES)
		return v;
	if (f->aim == ETHFRAME_UNICAST && at != FDB_NONE)
		to_one(&v, g, from, at);
	else
		to_all(&v, g, from);
	return v;
}
