/* etherip/path/vgroup.c - see vgroup.h. What is asked of a group; how it becomes what its plan
 * says is groupset.c's. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/vgroup.h"

#include <linux/virtio_net.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "etherip/bpf/bpftier.h"
#include "etherip/bridge/snoop.h"
#include "etherip/bridge/translucent.h"
#include "etherip/frame/ethframe.h"
#include "etherip/path/grouprule.h"
#include "etherip/path/groupset.h"
#include "etherip/path/groupstate.h"
#include "etherip/path/pathgate.h"
#include "etherip/path/pathtunnel.h"

#define TICK_MS		1000	/* ways are looked at, sockets tried again */

const char *const vgroup_tier_names[] = { "direct", "bridge", "user", NULL };

_Static_assert(VGROUP_HELD_MAX == HOLDQUEUE_STATIONS, "each has a place");

static struct pathtunnel *
tunnel_of(const struct vgroup *g, unsigned member)
{
	OBJ_CHECK(g, VGROUP_MAGIC);
	return member < FDB_MEMBERS_MAX ? g->tunnel[member] : NULL;
}

uint64_t
vgroup_stand_in(const struct vgroup *g)
{
	OBJ_CHECK(g, VGROUP_MAGIC);
	return g->opaque.on ? g->opaque.opaque.base : 0;
}

uint32_t
vgroup_now_s(const struct vgroup *g)
{
	(void)g;
	return pathgate_seconds(clock_mono(&clock_system));
}

/* ---- time ---- */

/* So that the sweep comes round twice within the ageing time. */
static void
sweep(struct vgroup *g)
{
	size_t sets = fdb_sets(g->fdb), each = g->plan.fdb.ageing_s / 2;

	if (g->plan.fdb.ageing_s != 0)
		(void)fdb_sweep(g->fdb, each != 0 ? sets / each + 1 : sets,
		    vgroup_now_s(g));
}

static void
on_tick(struct loop_timer *timer, void *arg)
{
	struct vgroup *g = arg;

	(void)timer;
	OBJ_CHECK(g, VGROUP_MAGIC);
	if (!g->planned)
		return;
	sweep(g);
	grouptier_tick(g);
	groupopaque_tick(g);
	groupset_retry(g);
}

/* ---- its life ---- */

struct vgroup *
vgroup_new(const struct vgroup_config *c)
{
	struct vgroup *g = mem_zalloc_lines(1, sizeof(*g));

	g->magic = VGROUP_MAGIC;
	g->config = *c;
	(void)devname_of(c->name, g->name);
	g->config.name = g->name;
	g->bridge.fd = -1;
	holdqueue_init(&g->held);
	loop_timer_init(&g->tick, c->loop, on_tick, g);
	loop_timer_start(&g->tick, TICK_MS, TICK_MS);
	return g;
}

void
vgroup_free(struct vgroup **pg, bool keep_all)
{
	struct vgroup *g = *pg;

	*pg = NULL;
	if (g == NULL)
		return;
	OBJ_CHECK(g, VGROUP_MAGIC);
	loop_timer_stop(&g->tick);
	grouptier_close(g, keep_all);
	for (unsigned i = 1; i < FDB_MEMBERS_MAX; i++)
		groupset_close(g, &g->tunnel[i], keep_all);
	for (size_t i = 0; i < g->port_count; i++) {
		lanport_close(&g->port[i]->lan);
		free(g->port[i]);
	}
	linuxbridge_close(&g->bridge, keep_all);
	holdqueue_fini(&g->held);
	groupopaque_close(g);
	/* No thread is left. */
	fdb_free(&g->fdb);
	g->magic = 0;
	free(g);
}

int
vgroup_set(struct vgroup *g, const struct vgroup_plan *p, struct err *e)
{
	OBJ_CHECK(g, VGROUP_MAGIC);
	return groupset_apply(g, p, e);
}

/* ---- what is asked ---- */

const char *
vgroup_device(const struct vgroup *g, unsigned member)
{
	const struct pathtunnel *t = tunnel_of(g, member);

	if (member == VGROUP_LAN)
		return g->bridge.fd != -1 ? g->name : NULL;
	return t != NULL ? t->tap.name : NULL;
}

unsigned
vgroup_member(const struct vgroup *g, const char *tunnel)
{
	OBJ_CHECK(g, VGROUP_MAGIC);
	for (unsigned i = 1; i < FDB_MEMBERS_MAX; i++)
		if (g->tunnel[i] != NULL &&
		    strcmp(g->tunnel[i]->plan.name, tunnel) == 0)
			return i;
	return FDB_NONE;
}

const char *
vgroup_tunnel(const struct vgroup *g, unsigned member)
{
	const struct pathtunnel *t = tunnel_of(g, member);

	return t != NULL ? t->plan.name : NULL;
}

void
vgroup_tunnel_up(struct vgroup *g, unsigned member, bool up)
{
	struct pathtunnel *t = tunnel_of(g, member);

	if (t == NULL || t->up == up)
		return;
	t->up = up;
	groupset_publish(g);
	pathtunnel_show(t);
	if (!up)
		(void)vgroup_flush(g, member);
}

void
vgroup_silent(struct vgroup *g, bool silent)
{
	OBJ_CHECK(g, VGROUP_MAGIC);
	if (g->silent == silent)
		return;
	g->silent = silent;
	groupset_part(g);
	groupset_publish(g);
}

/* ---- stations ---- */

bool
vgroup_find(const struct vgroup *g, const struct fdb_key *k,
    struct fdb_station *out)
{
	OBJ_CHECK(g, VGROUP_MAGIC);
	if (g->tier.tier != NULL)
		return bpftier_get(g->tier.tier, k, out);
	return g->fdb != NULL && fdb_get(g->fdb, k, vgroup_now_s(g), out);
}

void
vgroup_each(const struct vgroup *g,
    void (*fn)(void *arg, const struct fdb_station *s), void *arg)
{
	OBJ_CHECK(g, VGROUP_MAGIC);
	if (g->tier.tier != NULL)
		bpftier_each(g->tier.tier, fn, arg);
	else if (g->fdb != NULL)
		fdb_each(g->fdb, vgroup_now_s(g), fn, arg);
}

/* The bridge floods to that station until it hears of it again, and our rule decides. */
static void
forget_at_bridge(struct vgroup *g, uint64_t mac)
{
	for (size_t i = 0; i < g->port_count; i++)
		linuxbridge_forget(&g->bridge, g->port[i]->lan.index, mac);
	for (unsigned i = 1; i < FDB_MEMBERS_MAX; i++)
		if (g->tunnel[i] != NULL)
			linuxbridge_forget(&g->bridge, g->tunnel[i]->tap.index,
			    mac);
}

bool
vgroup_put(struct vgroup *g, const struct fdb_key *k, unsigned member,
    unsigned pins)
{
	OBJ_CHECK(g, VGROUP_MAGIC);
	if (g->fdb == NULL || (member != VGROUP_LAN &&
	    tunnel_of(g, member) == NULL))
		return false;
	forget_at_bridge(g, k->mac);
	if (g->tier.tier != NULL)
		return bpftier_put(g->tier.tier, k, member, pins);
	return fdb_put(g->fdb, k, member, pins, vgroup_now_s(g));
}

bool
vgroup_pin(struct vgroup *g, const struct fdb_key *k, unsigned add,
    unsigned take)
{
	OBJ_CHECK(g, VGROUP_MAGIC);
	if (g->tier.tier != NULL)
		return bpftier_pin(g->tier.tier, k, add, take);
	return g->fdb != NULL && fdb_pin(g->fdb, k, add, take);
}

size_t
vgroup_flush(struct vgroup *g, unsigned member)
{
	OBJ_CHECK(g, VGROUP_MAGIC);
	if (g->tier.tier != NULL)
		return bpftier_flush(g->tier.tier, member);
	return g->fdb != NULL ? fdb_flush(g->fdb, member) : 0;
}

bool
vgroup_remove(struct vgroup *g, const struct fdb_key *k)
{
	OBJ_CHECK(g, VGROUP_MAGIC);
	if (g->tier.tier != NULL ? !bpftier_drop(g->tier.tier, k) :
	    g->fdb == NULL || !fdb_remove(g->fdb, k))
		return false;
	forget_at_bridge(g, k->mac);
	return true;
}

void
vgroup_mirrored(struct vgroup *g, const struct snoop_fact *f)
{
	OBJ_CHECK(g, VGROUP_MAGIC);
	if (g->opaque.on)
		(void)snoop_learn(g->opaque.snoop, f, NULL);
}

/* ---- frames that wait, and frames of ours ---- */

bool
vgroup_hold(struct vgroup *g, const struct fdb_key *k)
{
	OBJ_CHECK(g, VGROUP_MAGIC);
	if (!holdqueue_start(&g->held, k))
		return false;
	if (g->tier.tier != NULL)
		(void)bpftier_hold(g->tier.tier, k, true);
	groupset_publish(g);
	return true;
}

struct release {
	struct vgroup	*group;
	unsigned	 at;		/* where the station is; FDB_NONE: not known */
};

/* To where the station is; as it would have gone when nobody knows. */
static void
let_go(void *arg, struct heldframe *f)
{
	const struct release *r = arg;
	struct vgroup *g = r->group;
	const size_t skip = sizeof(struct virtio_net_hdr);
	bool inward = f->from != VGROUP_LAN;
	struct ethframe head;
	unsigned at = r->at != FDB_NONE ? r->at : inward ? VGROUP_LAN : f->via;
	struct pathtunnel *t = tunnel_of(g, at != VGROUP_LAN ? at : f->from);

	/* What the LAN sent to one on the LAN, the bridge has passed on itself. */
	if (at == f->from || t == NULL)
		return;
	if (g->plan.mode == FORWARD_TRANSLUCENT && ethframe_read(&head,
	    f->octets + skip, f->len - skip))
		translucent_turn(&head, f->octets + skip, f->len - skip);
	if (at != VGROUP_LAN)
		(void)pathtunnel_send(t, f->octets, f->len, true);
	else if (write(t->tap.fd, f->octets, f->len) == -1)
		pathcount_add(&g->count[t->member][PATHTUNNEL_IN].
		    drop[PATHDROP_LAN], 1);
}

void
vgroup_release(struct vgroup *g, const struct fdb_key *k)
{
	struct release r = { .group = g, .at = FDB_NONE };

	OBJ_CHECK(g, VGROUP_MAGIC);
	if (g->tier.tier != NULL)
		r.at = bpftier_find(g->tier.tier, k);
	else if (g->fdb != NULL)
		r.at = fdb_find(g->fdb, k, vgroup_now_s(g));
	(void)holdqueue_stop(&g->held, k, clock_mono(&clock_system), let_go,
	    &r);
	if (g->tier.tier != NULL)
		(void)bpftier_hold(g->tier.tier, k, false);
	groupset_publish(g);
}

static bool
send_lan(const struct vgroup *g, const uint8_t *octets, size_t len)
{
	bool sent = false;

	for (size_t i = 0; i < g->port_count; i++)
		if (g->port[i]->lan.fd != -1)
			sent |= lanport_send(&g->port[i]->lan, octets, len);
	return sent;
}

bool
vgroup_send(struct vgroup *g, unsigned member, const uint8_t *octets,
    size_t len)
{
	struct pathtunnel *t = tunnel_of(g, member);
	uint8_t *copy;
	bool sent;

	if (member == VGROUP_LAN)
		return send_lan(g, octets, len);
	if (t == NULL)
		return false;
	copy = mem_dup(octets, len);
	sent = pathtunnel_send(t, copy, len, false) > 0;
	free(copy);
	return sent;
}

void
vgroup_retrace(struct vgroup *g)
{
	OBJ_CHECK(g, VGROUP_MAGIC);
	if (g->planned)
		groupset_publish(g);
}

/* ---- what is told ---- */

enum vgroup_tier
vgroup_tier(const struct vgroup *g, unsigned member, const char **why)
{
	const char *remark = NULL;

	OBJ_CHECK(g, VGROUP_MAGIC);
	if (g->tier.tier != NULL)
		remark = bpftier_remark(g->tier.tier, member);
	*why = remark != NULL ? remark : g->tier.why;
	return g->tier.tier == NULL ? VGROUP_USER : g->tier.direct ?
	    VGROUP_DIRECT : VGROUP_BRIDGE;
}

const char *
vgroup_grounded(const struct vgroup *g, unsigned member)
{
	const char *why = g->tier.tier == NULL ? NULL :
	    bpftier_grounded(g->tier.tier, member);

	return why != NULL ? why : "only in tier direct";
}

const char *
vgroup_lost(const struct vgroup *g, unsigned member)
{
	const struct pathtunnel *t = tunnel_of(g, member);

	return t != NULL ? t->lost : "";
}

uint16_t
vgroup_mtu(const struct vgroup *g, unsigned member)
{
	const struct pathtunnel *t = tunnel_of(g, member);

	return t != NULL ? grouprule_mtu(t) : 0;
}

static void
add_counts(struct vgroup_counts *out, const struct pathcount *c, bool in)
{
	struct vgroup_flow *f = in ? &out->in[VGROUP_USER] :
	    &out->out[VGROUP_USER];
	uint64_t *drop = in ? out->drop_in : out->drop_out;

	f->frames += pathcount_get(&c->frames);
	f->octets += pathcount_get(&c->octets);
	out->cut += pathcount_get(&c->cut);
	out->merged += pathcount_get(&c->merged);
	out->clamped += pathcount_get(&c->clamped);
	out->told += pathcount_get(&c->told);
	out->unlearned += pathcount_get(&c->unlearned);
	out->notes_lost += pathcount_get(&c->notes_lost);
	for (size_t i = 0; i < PATHDROPS; i++)
		drop[i] += pathcount_get(&c->drop[i]);
}

bool
vgroup_counts(const struct vgroup *g, unsigned member,
    struct vgroup_counts *out)
{
	const struct pathtunnel *t = tunnel_of(g, member);

	if (t == NULL)
		return false;
	memset(out, 0, sizeof(*out));
	add_counts(out, &t->count[PATHTUNNEL_OUT], false);
	add_counts(out, &t->count[PATHTUNNEL_IN], true);
	add_counts(out, &g->count[member][PATHTUNNEL_OUT], false);
	add_counts(out, &g->count[member][PATHTUNNEL_IN], true);
	grouptier_count(g, member, out);
	return true;
}
