/* etherip/path/groupset.c - see groupset.h.
 *
 * The threads of tunnels go by rules (pathrule.h) that are made anew whenever anything changes
 * that they depend on. They are published all together, and the old ones freed when no thread
 * can have them. TAPs are isolated ports of the bridge, so that nothing passes between tunnels
 * by itself; what may, the threads pass on. A silent group isolates the VLANs' ports as well.
 * Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/groupset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/io/rcu.h"
#include "etherip/path/groupnews.h"
#include "etherip/path/grouprule.h"
#include "etherip/path/groupstate.h"
#include "etherip/path/pathtunnel.h"
#include "etherip/path/tapkeeper.h"

void
groupset_publish(struct vgroup *g)
{
	struct grouprule group = { .plan = &g->plan, .fdb = g->fdb,
	    .silent = g->silent, .own = g->bridge.mac, .held = &g->held,
	    .tunnel = g->tunnel, .trace = g->config.trace,
	    .until = g->config.until };

	/* What a process before us had goes on until there are sockets. */
	if (g->connected)
		grouptier_apply(g);
	group.judged = g->tier.tier != NULL;
	group.opaque = g->opaque.on ? &g->opaque.opaque : NULL;
	for (unsigned i = 1; i < FDB_MEMBERS_MAX; i++)
		if (g->tunnel[i] != NULL) {
			struct pathrule *r = grouprule_make(&group,
			    g->tunnel[i]);

			pathtunnel_publish(g->tunnel[i], &r);
		}
}

void
groupset_part(struct vgroup *g)
{
	bool apart = g->silent && !g->plan.bridge_in_standby;
	uint64_t mac = g->silent ? 0 : g->plan.masquerade;

	if (g->bridge.fd == -1)
		return;
	for (size_t i = 0; i < g->port_count; i++)
		(void)linuxbridge_isolate(&g->bridge, g->port[i]->lan.index,
		    apart);
	if (mac == 0 && g->port_count > 0)
		mac = linuxbridge_mac_of(&g->bridge, g->port[0]->lan.index);
	if (mac != 0)
		(void)linuxbridge_address(&g->bridge, mac);
}

/* ---- the plan: stations ---- */

static void
copy_station(void *arg, const struct fdb_station *s)
{
	(void)fdb_put(arg, &s->key, s->member, s->pins, s->seen_s);
}

static void
free_fdb(void *arg)
{
	struct fdb *f = arg;

	fdb_free(&f);
}

/* Returns the table that is not used any more, for after the next rules; NULL: none. */
static struct fdb *
set_fdb(struct vgroup *g, const struct fdb_config *c)
{
	struct fdb *was = g->fdb;

	if (was != NULL && g->plan.fdb.limit == c->limit) {
		fdb_set_ageing(was, c->ageing_s);
		return NULL;
	}
	g->fdb = fdb_new(c);
	if (was != NULL)
		fdb_each(was, vgroup_now_s(g), copy_station, g->fdb);
	return was;
}

/* ---- the plan: interfaces of VLANs ---- */

static void
drop_port(struct vgroup *g, size_t at)
{
	struct groupport *p = g->port[at];

	lanport_close(&p->lan);
	linuxbridge_remove(&g->bridge, p->lan.index);
	free(p);
	g->port[at] = g->port[--g->port_count];
}

static bool
has_device(const struct vgroup_plan *p, const char *device)
{
	for (size_t i = 0; i < p->device_count; i++)
		if (strcmp(p->devices[i], device) == 0)
			return true;
	return false;
}

static int
add_port(struct vgroup *g, const char *device, struct err *e)
{
	struct groupport *p;
	unsigned index;
	int rc;

	for (size_t i = 0; i < g->port_count; i++)
		if (strcmp(g->port[i]->lan.device, device) == 0)
			return linuxbridge_add(&g->bridge, device, false,
			    &index, e);
	if (g->port_count == VGROUP_DEVICES_MAX)
		return err_set(e, ERR_RANGE, "interface %s: a group has at most "
		    "%u", device, VGROUP_DEVICES_MAX);
	rc = linuxbridge_add(&g->bridge, device, false, &index, e);
	if (rc != 0)
		return rc;
	p = mem_zalloc(1, sizeof(*p));
	p->group = g;
	p->lan = (struct lanport){ .index = index, .fd = -1,
	    .fn = groupnews_lan, .arg = p };
	(void)snprintf(p->lan.device, sizeof(p->lan.device), "%s", device);
	g->port[g->port_count++] = p;
	return lanport_open(&p->lan, g->config.loop, e);
}

/* Keeps the first failure. */
static void
keep(int *rc, struct err *first, int now, const struct err *e)
{
	if (*rc == 0 && now != 0) {
		*rc = now;
		*first = *e;
	}
}

static int
set_ports(struct vgroup *g, const struct vgroup_plan *p, struct err *first)
{
	struct err e = { 0 };
	int rc = 0;

	for (size_t i = g->port_count; i-- > 0;)
		if (!has_device(p, g->port[i]->lan.device))
			drop_port(g, i);
	for (size_t i = 0; i < p->device_count; i++)
		keep(&rc, first, add_port(g, p->devices[i], &e), &e);
	return rc;
}

/* ---- the plan: tunnels ---- */

static const struct vgroup_tunnel *
planned_tunnel(const struct vgroup_plan *p, const char *name)
{
	for (size_t i = 0; i < p->tunnel_count; i++)
		if (strcmp(p->tunnels[i].name, name) == 0)
			return &p->tunnels[i];
	return NULL;
}

static unsigned
free_member(const struct vgroup *g)
{
	for (unsigned i = 1; i < FDB_MEMBERS_MAX; i++)
		if (g->tunnel[i] == NULL)
			return i;
	return FDB_NONE;
}

static struct pathtunnel *
make_tunnel(struct vgroup *g, const struct vgroup_tunnel *p, struct err *e)
{
	struct tapkeeper *keeper = g->config.keeper;
	unsigned member = free_member(g);
	char device[DEVNAME_MAX];
	struct pathtunnel *t;
	int taken;

	if (member == FDB_NONE) {
		(void)err_set(e, ERR_RANGE, "a group has at most %u tunnels",
		    VGROUP_TUNNELS_MAX);
		return NULL;
	}
	(void)devname_of(p->name, device);
	taken = keeper != NULL ? tapkeeper_find(keeper, device) : -1;
	t = pathtunnel_new(member, device, taken, e);
	if (t == NULL) {
		if (taken != -1)
			tapkeeper_drop(keeper, device);
		return NULL;
	}
	if (keeper != NULL)
		tapkeeper_keep(keeper, device, t->tap.fd);
	t->loop = g->config.loop;
	t->on_note = groupnews_note;
	t->arg = g;
	memset(&g->count[member], 0, sizeof(g->count[member]));
	g->tunnel[member] = t;
	return t;
}

/* Its TAP is there, and an isolated port of the bridge. */
static int
set_tunnel(struct vgroup *g, const struct vgroup_tunnel *p, struct err *e)
{
	unsigned member = vgroup_member(g, p->name), index;
	struct pathtunnel *t = member != FDB_NONE ? g->tunnel[member] :
	    make_tunnel(g, p, e);
	int rc;

	if (t == NULL)
		return err_wrap(e, "tunnel %s", p->name);
	t->plan = *p;
	fdb_set_member_limit(g->fdb, t->member, p->max_stations);
	rc = linuxbridge_add(&g->bridge, t->tap.name, true, &index, e);
	if (rc == 0 && linuxbridge_isolate(&g->bridge, index, true) != 0)
		rc = err_set(e, ERR_UNSUPPORTED, "this kernel's bridge has no "
		    "isolated ports");
	return rc == 0 ? 0 : err_wrap(e, "tunnel %s", p->name);
}

void
groupset_close(struct vgroup *g, struct pathtunnel **pt, bool keep)
{
	if (*pt != NULL && !keep && g->config.keeper != NULL)
		tapkeeper_drop(g->config.keeper, (*pt)->tap.name);
	pathtunnel_free(pt, keep);
}

/* Nothing is known behind it any more, and its number may be another one's. */
static void
drop_tunnel(struct vgroup *g, unsigned member)
{
	struct pathtunnel *t = g->tunnel[member];

	g->tunnel[member] = NULL;
	(void)fdb_flush(g->fdb, member);
	groupset_publish(g);
	groupset_close(g, &t, false);
}

static int
set_tunnels(struct vgroup *g, const struct vgroup_plan *p, struct err *first)
{
	struct err e = { 0 };
	int rc = 0;

	for (unsigned i = 1; i < FDB_MEMBERS_MAX; i++)
		if (g->tunnel[i] != NULL &&
		    planned_tunnel(p, g->tunnel[i]->plan.name) == NULL)
			drop_tunnel(g, i);
	for (size_t i = 0; i < p->tunnel_count; i++)
		keep(&rc, first, set_tunnel(g, &p->tunnels[i], &e), &e);
	return rc;
}

/* Sockets as planned; the threads of those that are opened find their rule. */
static int
connect_all(struct vgroup *g, struct err *first)
{
	struct err e = { 0 };
	int rc = 0;

	groupset_publish(g);
	for (unsigned i = 1; i < FDB_MEMBERS_MAX; i++)
		if (g->tunnel[i] != NULL) {
			int now = pathtunnel_connect(g->tunnel[i], &e);

			if (now != 0)
				(void)err_wrap(&e, "tunnel %s",
				    g->tunnel[i]->plan.name);
			keep(&rc, first, now, &e);
			pathtunnel_show(g->tunnel[i]);
		}
	g->connected = true;
	groupset_publish(g);
	return rc;
}

int
groupset_apply(struct vgroup *g, const struct vgroup_plan *p, struct err *e)
{
	struct err now = { 0 }, first = { 0 };
	struct fdb *old;
	int rc;

	OBJ_CHECK(g, VGROUP_MAGIC);
	if (g->bridge.fd == -1) {
		rc = linuxbridge_open(&g->bridge, g->name, &first);
		if (rc != 0)
			return err_set(e, rc, "%s", first.text);
	}
	old = set_fdb(g, &p->fdb);
	fdb_set_member_limit(g->fdb, VGROUP_LAN, p->lan_stations);
	g->plan = *p;
	g->plan.devices = NULL;
	g->plan.tunnels = NULL;
	g->plan.proxy_excludes = NULL;
	g->plan.routes = NULL;
	g->planned = true;
	holdqueue_limits(&g->held, p->hold_frames, p->hold_ms);
	rc = 0;
	keep(&rc, &first, set_ports(g, p, &now), &now);
	groupset_part(g);
	keep(&rc, &first, groupopaque_apply(g, p, &now), &now);
	keep(&rc, &first, set_tunnels(g, p, &now), &now);
	keep(&rc, &first, connect_all(g, &now), &now);
	if (old != NULL)
		rcu_defer(free_fdb, old);
	if (rc != 0)
		(void)err_set(e, rc, "%s", first.text);
	return rc;
}

void
groupset_retry(struct vgroup *g)
{
	bool changed = false;

	for (unsigned i = 1; i < FDB_MEMBERS_MAX; i++) {
		struct pathtunnel *t = g->tunnel[i];

		if (t == NULL || t->rule == NULL)
			continue;
		if (t->wan == -1 && pathtunnel_connect(t, NULL) == 0) {
			pathtunnel_show(t);
			changed = true;
		}
		changed |= pathtunnel_look(t);
	}
	if (changed)
		groupset_publish(g);
}
