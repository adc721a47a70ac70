/* etherip/path/grouptier.c - see grouptier.h. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/grouptier.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "etherip/bpf/bpftier.h"
#include "etherip/bridge/tracering.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"
#include "etherip/path/groupnews.h"
#include "etherip/path/grouprule.h"
#include "etherip/path/groupstate.h"
#include "etherip/path/pathtunnel.h"

#define SWEEP_S	10	/* between two rounds through the table */

/* Reasons of the programs that frames are lost for; the others are the slow path's. */
static const struct {
	enum bpfkey_why why;
	enum pathdrop drop;
} drops[] = {
	{ BPFKEY_WHY_STANDBY, PATHDROP_STANDBY },
	{ BPFKEY_WHY_DEAF, PATHDROP_DIRECTION },
	{ BPFKEY_WHY_CONTROL, PATHDROP_CONTROL },
	{ BPFKEY_WHY_LOOP, PATHDROP_LOOP },
	{ BPFKEY_WHY_NOT_IP, PATHDROP_NOT_IP },
	{ BPFKEY_WHY_GROUP, PATHDROP_GROUP },
	{ BPFKEY_WHY_SAME, PATHDROP_SAME },
	{ BPFKEY_WHY_DOWN, PATHDROP_NOWHERE },
	{ BPFKEY_WHY_ELSEWHERE, PATHDROP_ELSEWHERE },
	{ BPFKEY_WHY_MALFORMED, PATHDROP_MALFORMED },
	{ BPFKEY_WHY_STORM_BROADCAST, PATHDROP_STORM_BROADCAST },
	{ BPFKEY_WHY_STORM_MULTICAST, PATHDROP_STORM_MULTICAST },
	{ BPFKEY_WHY_STORM_UNKNOWN, PATHDROP_STORM_UNKNOWN },
	{ BPFKEY_WHY_UNKNOWN, PATHDROP_UNKNOWN },
	{ BPFKEY_WHY_CONGESTED, PATHDROP_CONGESTED },
	{ BPFKEY_WHY_FAILED, PATHDROP_WAN },
	{ BPFKEY_WHY_LAN, PATHDROP_LAN },
};

/* ---- what programs tell ---- */

static void
on_snooped(struct vgroup *g, const struct bpftier_event *e)
{
	struct ethframe f;

	/* The LAN's ports have heard theirs. */
	if (e->member == VGROUP_LAN || e->member == FDB_NONE ||
	    g->config.on_snoop == NULL || !ethframe_read(&f, e->octets, e->len))
		return;
	f.vlan = e->key.vlan;
	g->config.on_snoop(g->config.arg, e->member, &f, e->octets, e->len);
}

/* Those that end in the kernel; the threads note the others. */
static void
on_traced(const struct vgroup *g, const struct bpftier_event *e)
{
	struct tracering_record r = { .at = clock_mono(&clock_system),
	    .dst = e->dst, .src = e->key.mac, .vlan = e->key.vlan,
	    .type = e->type, .len = e->frame, .from = (uint8_t)e->member,
	    .why = PATHDROP_NONE };
	uint64_t sought = g->plan.mode == FORWARD_TRANSLUCENT ?
	    e->dst ^ MACADDR_LOCAL : e->dst;

	/* It may be of a station that was traced before. */
	if (g->config.trace == NULL || e->member == FDB_NONE ||
	    e->was == FDB_NONE ||
	    !tracering_wants(g->config.trace, &e->key, sought))
		return;
	for (size_t i = 0; i < OBJ_COUNT(drops); i++)
		if (drops[i].why == e->why)
			r.why = (uint8_t)drops[i].drop;
	if (r.why == PATHDROP_NONE)
		r.to = UINT64_C(1) << e->was;
	tracering_note(g->config.trace, &r);
}

static void
on_event(void *arg, const struct bpftier_event *e)
{
	struct vgroup *g = arg;

	OBJ_CHECK(g, VGROUP_MAGIC);
	switch (e->kind) {
	case BPFKEY_EVENT_NEW:
		if (e->member != FDB_NONE)
			groupnews_seen(g, &e->key, e->member, FDB_NEW,
			    FDB_NONE);
		return;
	case BPFKEY_EVENT_MOVED:
		if (e->member != FDB_NONE)
			groupnews_seen(g, &e->key, e->member,
			    e->was != FDB_NONE ? FDB_MOVED : FDB_NEW, e->was);
		return;
	case BPFKEY_EVENT_PINNED:
		return;
	case BPFKEY_EVENT_SNOOPED:
		on_snooped(g, e);
		return;
	case BPFKEY_EVENT_TRACED:
		on_traced(g, e);
		return;
	case BPFKEY_EVENT_SHUT:
		if (g->config.on_refused != NULL && e->member != FDB_NONE)
			g->config.on_refused(g->config.arg, e->member,
			    (int)e->why, e->frame);
		return;
	}
}

/* ---- the plan ---- */

static size_t
count_tunnels(const struct vgroup *g, const struct pathtunnel **ipsec)
{
	size_t n = 0;

	*ipsec = NULL;
	for (unsigned i = 1; i < FDB_MEMBERS_MAX; i++) {
		if (g->tunnel[i] == NULL)
			continue;
		if (g->tunnel[i]->plan.protection == VGROUP_IPSEC)
			*ipsec = g->tunnel[i];
		n++;
	}
	return n;
}

/* Why there is no fast way at all; 0: there may be. */
static int
refuse(const struct vgroup *g, struct err *e)
{
	const struct pathtunnel *ipsec;
	size_t count = count_tunnels(g, &ipsec);

	if (g->plan.tier_max == VGROUP_USER)
		return err_set(e, ERR_UNSUPPORTED, "tier user is asked for");
	if (g->config.home == NULL)
		return err_set(e, ERR_UNSUPPORTED,
		    "there are no programs in the kernel");
	if (g->plan.mode == FORWARD_OPAQUE)
		return err_set(e, ERR_UNSUPPORTED, "an opaque group answers "
		    "for its stations in user space");
	if (ipsec != NULL)
		return err_set(e, ERR_UNSUPPORTED, "what came through IPsec, "
		    "only a socket knows (tunnel %s)", ipsec->plan.name);
	if (g->plan.tunnel_to_tunnel && count > 1)
		return err_set(e, ERR_UNSUPPORTED,
		    "from tunnel to tunnel frames go through user space");
	if (count == 0)
		return err_set(e, ERR_UNSUPPORTED, "there is no tunnel");
	return 0;
}

static void
format_tunnel(const struct pathtunnel *t, struct bpftier_tunnel *out)
{
	const struct vgroup_tunnel *p = &t->plan;

	*out = (struct bpftier_tunnel){ .member = t->member,
	    .tap = t->tap.name, .local = p->local, .remote = p->remote,
	    .check_interface = p->check_interface,
	    .mtu = grouprule_mtu(t), .mss_auto = p->mss == VGROUP_MSS_AUTO,
	    .mss = p->mss > VGROUP_MSS_AUTO ? p->mss : 0, .tos = p->tos,
	    .min_ttl = p->min_ttl, .use_pmtu = p->use_pmtu,
	    .accept_reversed = p->accept_reversed,
	    .up = t->up && t->wan != -1, .deaf = p->way == VGROUP_OUTBOUND,
	    .mute = p->way == VGROUP_INBOUND, .limit = p->max_stations };
}

static int
set(struct vgroup *g, struct err *e)
{
	struct bpftier_tunnel tunnels[FDB_MEMBERS_MAX];
	const char *lans[VGROUP_DEVICES_MAX];
	struct bpftier_plan p = { .mode = g->plan.mode, .lans = lans,
	    .lan_count = g->port_count, .tunnels = tunnels,
	    .bridge_traffic = g->plan.bridge_traffic,
	    .bridge_multicast = g->plan.bridge_multicast,
	    .unknown_flood = g->plan.unknown_flood,
	    .leaps = g->plan.fast_path,
	    .silent = g->silent && !g->plan.bridge_in_standby,
	    .own = g->bridge.mac, .masquerade = g->plan.masquerade,
	    .ageing_s = g->plan.fdb.ageing_s,
	    .lan_limit = g->plan.lan_stations };

	for (size_t i = 0; i < STORM_KINDS; i++) {
		p.storm[i].frames_s = g->plan.storm[i].frames_s;
		p.storm[i].octets_s = g->plan.storm[i].octets_s;
	}
	p.traces = g->config.trace != NULL &&
	    tracering_watched(g->config.trace, &p.traced);
	for (size_t i = 0; i < g->port_count; i++)
		lans[i] = g->port[i]->lan.device;
	for (unsigned i = 1; i < FDB_MEMBERS_MAX; i++)
		if (g->tunnel[i] != NULL)
			format_tunnel(g->tunnel[i], &tunnels[p.count++]);
	g->tier.direct = p.count == 1 && p.lan_count == 1 &&
	    g->plan.tier_max == VGROUP_DIRECT;
	p.kind = g->tier.direct ? BPFTIER_DIRECT : BPFTIER_BRIDGE;
	return bpftier_set(g->tier.tier, &p, e);
}

/* ---- its life ---- */

static void
to_tier(void *arg, const struct fdb_station *s)
{
	struct vgroup *g = arg;

	(void)bpftier_put(g->tier.tier, &s->key, s->member, s->pins);
}

static void
from_tier(void *arg, const struct fdb_station *s)
{
	struct vgroup *g = arg;

	(void)fdb_put(g->fdb, &s->key, s->member, s->pins, vgroup_now_s(g));
}

static int
open_tier(struct vgroup *g, struct err *e)
{
	const struct bpftier_config c = { .home = g->config.home,
	    .name = g->name, .limit = g->plan.fdb.limit,
	    .on_event = on_event, .arg = g };

	g->tier.tier = bpftier_open(&c, e);
	if (g->tier.tier == NULL)
		return e->code;
	g->tier.limit = c.limit;
	return 0;
}

/* What has been known until now, and who is held; after the tunnels have their places. */
static void
fill_tier(struct vgroup *g)
{
	fdb_each(g->fdb, vgroup_now_s(g), to_tier, g);
	(void)fdb_flush(g->fdb, FDB_NONE);
	for (uint32_t i = 0; i < g->held.count; i++)
		(void)bpftier_hold(g->tier.tier, &g->held.station[i].key, true);
}

static void
leave_tier(struct vgroup *g)
{
	if (g->tier.tier == NULL)
		return;
	bpftier_each(g->tier.tier, from_tier, g);
	bpftier_remove(&g->tier.tier);
}

void
grouptier_close(struct vgroup *g, bool keep)
{
	if (keep)
		bpftier_close(&g->tier.tier);
	else
		bpftier_remove(&g->tier.tier);
}

static void
say(struct vgroup *g)
{
	g->tier.why[0] = '\0';
	if (g->tier.direct)
		return;
	(void)snprintf(g->tier.why, sizeof(g->tier.why), "%s",
	    g->plan.tier_max == VGROUP_BRIDGE ? "tier bridge is asked for" :
	    "the bridge is needed where there is not just one VLAN and one "
	    "tunnel");
}

void
grouptier_apply(struct vgroup *g)
{
	struct err e = { 0 };
	bool is_new = g->tier.tier == NULL;
	int rc = refuse(g, &e);

	if (rc == 0 && !is_new && g->tier.limit != g->plan.fdb.limit) {
		leave_tier(g);
		is_new = true;
	}
	if (rc == 0 && is_new)
		rc = open_tier(g, &e);
	if (rc == 0)
		rc = set(g, &e);
	if (rc == 0) {
		if (is_new)
			fill_tier(g);
		say(g);
		return;
	}
	leave_tier(g);
	(void)snprintf(g->tier.why, sizeof(g->tier.why), "%s", e.text);
}

/* ---- what is asked ---- */

enum fdb_seen
grouptier_learn(struct vgroup *g, const struct fdb_key *k, unsigned member,
    unsigned *was)
{
	if (g->tier.tier != NULL)
		return bpftier_learn(g->tier.tier, k, member, was);
	return fdb_learn(g->fdb, k, member, vgroup_now_s(g), was);
}

void
grouptier_count(const struct vgroup *g, unsigned member,
    struct vgroup_counts *out)
{
	enum vgroup_tier tier = g->tier.direct ? VGROUP_DIRECT : VGROUP_BRIDGE;
	struct bpfkey_counts c;

	if (g->tier.tier == NULL || !bpftier_counts(g->tier.tier, member, &c))
		return;
	out->out[tier].frames += c.out_frames;
	out->out[tier].octets += c.out_octets;
	out->in[tier].frames += c.in_frames;
	out->in[tier].octets += c.in_octets;
	out->clamped += c.clamped;
	out->leapt += c.leapt;
	out->unlearned += c.whys[0][BPFKEY_WHY_TABLE_FULL] +
	    c.whys[1][BPFKEY_WHY_TABLE_FULL];
	for (size_t i = 0; i < OBJ_COUNT(drops); i++) {
		out->drop_out[drops[i].drop] += c.whys[0][drops[i].why];
		out->drop_in[drops[i].drop] += c.whys[1][drops[i].why];
	}
}

void
grouptier_tick(struct vgroup *g)
{
	if (g->tier.tier != NULL && vgroup_now_s(g) % SWEEP_S == 0)
		(void)bpftier_sweep(g->tier.tier);
}
