/* etherip/control/netplan_group.c - VLAN groups of a plan. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/object.h"
#include "etherip/control/netplan_making.h"
#include "etherip/frame/macaddr.h"
#include "etherip/types/eiptunnel.h"
#include "etherip/types/netfdb.h"
#include "etherip/types/netsettings.h"
#include "etherip/types/netvlan.h"
#include "etherip/types/selfip.h"
#include "etherip/types/trafficgroup.h"
#include "etherip/types/vlangroup.h"

/* Octets that a datagram has more than the packet in its frame: the frame's head, EtherIP's,
 * and IP's. */
#define AROUND_IPV4	36u
#define AROUND_IPV6	56u

/* ---- enumerations of the two sides ---- */

static enum forward_mode
mode_of(const struct vlangroup *g)
{
	switch ((enum vlangroup_mode)g->mode) {
	case VLANGROUP_OPAQUE:
		return FORWARD_OPAQUE;
	case VLANGROUP_TRANSLUCENT:
		return FORWARD_TRANSLUCENT;
	case VLANGROUP_TRANSPARENT:
	case VLANGROUP_WIRE:
		break;
	}
	return FORWARD_TRANSPARENT;
}

static enum vgroup_tier
tier_of(const struct vlangroup *g)
{
	switch ((enum vlangroup_tier)g->tier) {
	case VLANGROUP_AUTO:
	case VLANGROUP_DIRECT:
		return VGROUP_DIRECT;
	case VLANGROUP_BRIDGE:
		return VGROUP_BRIDGE;
	case VLANGROUP_USER:
		break;
	}
	return VGROUP_USER;
}

static enum vgroup_oversize
oversize_of(const struct eiptunnel *t)
{
	switch ((enum eiptunnel_oversize)t->oversize) {
	case EIPTUNNEL_FRAGMENT:
		return VGROUP_FRAGMENT;
	case EIPTUNNEL_ICMP:
		return VGROUP_ICMP;
	case EIPTUNNEL_DROP:
		break;
	}
	return VGROUP_DROP;
}

static enum vgroup_way
way_of(const struct eiptunnel *t)
{
	switch ((enum eiptunnel_mode)t->mode) {
	case EIPTUNNEL_INBOUND:
		return VGROUP_INBOUND;
	case EIPTUNNEL_OUTBOUND:
		return VGROUP_OUTBOUND;
	case EIPTUNNEL_BIDIRECTIONAL:
		break;
	}
	return VGROUP_BOTH_WAYS;
}

static enum liveness_kind
kind_of(const struct eiptunnel *t)
{
	switch ((enum eiptunnel_liveness)t->liveness) {
	case EIPTUNNEL_BFD:
		return LIVENESS_BFD;
	case EIPTUNNEL_ECHO:
		return LIVENESS_ICMP;
	case EIPTUNNEL_UNWATCHED:
		break;
	}
	return LIVENESS_NONE;
}

static uint16_t
mss_of(const struct eiptunnel *t)
{
	uint32_t mss = eiptunnel_mss(t);

	return mss == EIPTUNNEL_MSS_AUTO ? VGROUP_MSS_AUTO :
	    mss == EIPTUNNEL_MSS_OFF ? VGROUP_MSS_OFF : (uint16_t)mss;
}

/* ---- stations ---- */

/* o: a struct netfdb, or NULL. */
static void
add_stations(struct netplan_group *g, const struct object *o,
    const char *tunnel)
{
	const struct netfdb *f = (const struct netfdb *)o;

	for (size_t i = 0; o != NULL && i < f->records.count; i++) {
		const struct netfdb_record *r =
		    (const struct netfdb_record *)f->records.v[i];

		g->stations = mem_grow(g->stations, &g->station_room,
		    g->station_count + 1, sizeof(*g->stations));
		g->stations[g->station_count++] = (struct netplan_station){
			.key = { netfdb_mac(r), (uint16_t)r->tag },
			.tunnel = tunnel };
	}
}

/* ---- tunnels ---- */

/* The last part of a path, as interfaces are called. */
static void
put_name(char name[VGROUP_NAME_MAX], const char *path)
{
	const char *slash = strrchr(path, '/');

	(void)snprintf(name, VGROUP_NAME_MAX, "%s",
	    slash != NULL ? slash + 1 : path);
}

/* Around the longest packet that goes in one piece, if that is said; else 0. */
static uint32_t
datagram_of(const struct eiptunnel *t)
{
	return t->mtu == 0 ? 0 : t->mtu + (t->local_address.family == AF_INET ?
	    AROUND_IPV4 : AROUND_IPV6);
}

static void
add_tunnel(struct netplan_making *m, struct netplan_group *g,
    const struct eiptunnel *t)
{
	struct vgroup_tunnel *way = &g->tunnels[g->plan.tunnel_count];
	struct netplan_tunnel *more = &g->tunnel_more[g->plan.tunnel_count++];

	*way = (struct vgroup_tunnel){
		.local = t->local_address, .remote = t->remote_address,
		.mtu = (uint16_t)t->mtu, .use_pmtu = t->use_pmtu,
		.tos = (int16_t)eiptunnel_tos(t), .oversize = oversize_of(t),
		.mss = mss_of(t), .way = way_of(t),
		.accept_reversed = t->accept_reversed,
		.check_interface = t->check_interface,
		.protection = t->protection == EIPTUNNEL_IPSEC ? VGROUP_IPSEC :
		    VGROUP_PLAIN,
		.min_ttl = (uint8_t)t->min_ttl, .max_stations = t->max_stations,
	};
	put_name(way->name, t->obj.name);
	add_stations(g, draft_find(m->draft, &netfdb_tunnel_type,
	    t->obj.name), netplan_keep(m->plan, way->name));
	*more = (struct netplan_tunnel){
		.path = netplan_keep(m->plan, t->obj.name),
		.floating = netplan_floats(m->draft, t->traffic_group),
		.secondary = t->secondary_address,
		.live = {
			.kind = kind_of(t), .local = t->local_address,
			.remote = t->remote_address,
			.min_ttl = (uint8_t)t->min_ttl,
			.interval_ms = t->liveness_interval_ms,
			.multiplier = (uint8_t)t->liveness_multiplier,
			.padded = t->liveness_mtu, .datagram = datagram_of(t),
		},
	};
}

/* ---- VLANs ---- */

static void
add_vlan(struct netplan_making *m, struct netplan_group *g,
    const struct netvlan *v)
{
	char name[IFNAMSIZ];
	size_t want = g->plan.device_count + v->interfaces.count;

	g->devices = mem_resize(g->devices, want + 1, sizeof(*g->devices));
	for (size_t i = 0; i < v->interfaces.count; i++)
		if (netplan_device_name(v, (const struct netvlan_interface *)
		    v->interfaces.v[i], name))
			g->devices[g->plan.device_count++] =
			    netplan_keep(m->plan, name);
	if (v->max_stations == 0)
		return;
	g->plan.lan_stations += v->max_stations;
}

/* ---- the group ---- */

/* An IPv4 address as a number. */
static uint32_t
number_of(const struct addr *a)
{
	return (uint32_t)a->octets[0] << 24 | (uint32_t)a->octets[1] << 16 |
	    (uint32_t)a->octets[2] << 8 | a->octets[3];
}

static uint32_t
find_ip(const struct netplan *p, const char *path)
{
	for (size_t i = 0; i < p->self_count; i++) {
		const struct netplan_self *s = &p->selfs[i];

		if (s->at.group != NULL && !s->floating &&
		    s->addr.family == AF_INET &&
		    strcmp(s->at.group, path) == 0)
			return number_of(&s->addr);
	}
	return 0;
}

static struct netplan_group *
add_group(struct netplan_making *m, const char *path, size_t tunnels)
{
	struct netplan *p = m->plan;
	struct netplan_group *g;

	p->groups = mem_resize(p->groups, p->group_count + 1, sizeof(*g));
	g = &p->groups[p->group_count++];
	memset(g, 0, sizeof(*g));
	g->path = netplan_keep(p, path);
	g->ip = find_ip(p, path);
	put_name(g->name, path);
	g->tunnels = mem_zalloc(tunnels + 1, sizeof(*g->tunnels));
	g->tunnel_more = mem_zalloc(tunnels + 1, sizeof(*g->tunnel_more));
	return g;
}

static void
add_members(struct netplan_making *m, struct netplan_group *g,
    const struct strlist *members)
{
	bool limited = true;

	for (size_t i = 0; i < members->count; i++) {
		const struct object *v = draft_find(m->draft, &netvlan_type,
		    members->v[i]);
		const struct object *t = v != NULL ? NULL :
		    draft_find(m->draft, &eiptunnel_type, members->v[i]);

		if (v != NULL) {
			add_vlan(m, g, (const struct netvlan *)v);
			add_stations(g, draft_find(m->draft,
			    &netfdb_vlan_type, v->name), NULL);
			limited = limited && ((const struct netvlan *)v)->
			    max_stations > 0;
		}
		if (t != NULL && ((const struct eiptunnel *)t)->enabled)
			add_tunnel(m, g, (const struct eiptunnel *)t);
	}
	if (!limited)
		g->plan.lan_stations = 0;	/* one has no limit */
}

static void
add_excludes(struct netplan_group *g, const struct strlist *words)
{
	g->excludes = mem_resize(g->excludes, g->plan.proxy_exclude_count +
	    words->count + 1, sizeof(*g->excludes));
	for (size_t i = 0; i < words->count; i++)
		if (addr_parse(words->v[i],
		    &g->excludes[g->plan.proxy_exclude_count]) == 0)
			g->plan.proxy_exclude_count++;
}

static const struct strlist *
excludes_of_all(const struct netplan_making *m)
{
	const struct object *o = draft_find(m->draft, &netsettings_type, NULL);

	return &((const struct netsettings *)o)->proxy_excludes;
}

/* The group's own, or that of the traffic group of an address on it. */
static uint64_t
masquerade_of(const struct netplan_making *m, const struct vlangroup *g)
{
	const char *text = g->masquerade;
	const struct object *o;
	uint64_t mac = 0;
	size_t at = 0;

	while (text == NULL &&
	    (o = draft_next(m->draft, &selfip_type, &at)) != NULL) {
		const struct selfip *s = (const struct selfip *)o;
		const struct object *t = s->vlan == NULL ||
		    strcmp(s->vlan, g->obj.name) != 0 ? NULL :
		    draft_find(m->draft, &trafficgroup_type, s->traffic_group);

		if (t != NULL)
			text = ((const struct trafficgroup *)t)->mac;
	}
	if (text != NULL)
		(void)macaddr_parse(text, &mac);
	return mac;
}

static void
fill_plan(struct netplan_making *m, struct netplan_group *g,
    const struct vlangroup *v)
{
	const struct vgroup_rate rate = { v->storm_frames, v->storm_octets };
	struct vgroup_plan *p = &g->plan;

	p->mode = mode_of(v);
	p->bridge_traffic = v->bridge_traffic;
	p->bridge_multicast = v->bridge_multicast;
	p->bridge_in_standby = v->bridge_in_standby;
	p->tunnel_to_tunnel = !v->split_horizon;
	p->unknown_flood = v->unknown_flood;
	p->fdb = (struct fdb_config){ v->max_stations, v->ageing_s };
	for (size_t i = 0; i < STORM_KINDS; i++)
		p->storm[i] = rate;
	p->masquerade = masquerade_of(m, v);
	p->tier_max = tier_of(v);
	p->fast_path = v->fast_path == VLANGROUP_FAST_AUTO;
	p->hold_frames = v->hold_frames;
	p->hold_ms = v->hold_ms;
	g->keepalive = v->keepalive;
	g->dampening_moves = v->dampening_moves;
	g->dampening_window_s = v->dampening_window_s;
	g->dampening_hold_s = v->dampening_hold_s;
	add_excludes(g, &v->proxy_excludes);
	add_excludes(g, excludes_of_all(m));
	add_members(m, g, &v->members);
}

/* Pointers into arrays that have stopped growing. */
static void
point(const struct netplan_making *m, struct netplan_group *g)
{
	g->plan.devices = g->devices;
	g->plan.tunnels = g->tunnels;
	g->plan.proxy_excludes = g->excludes;
	if (g->plan.device_count > VGROUP_DEVICES_MAX)
		(void)diag_error(m->out, NULL, ERR_RANGE, "%s: its VLANs have "
		    "%zu interfaces, over %u", g->path, g->plan.device_count,
		    VGROUP_DEVICES_MAX);
}

/* ---- VLANs that are like one ---- */

/* Nothing crosses it but what its interfaces have to say to one another. */
static void
add_like_one(struct netplan_making *m, const struct netvlan *v)
{
	struct netplan_group *g = add_group(m, v->obj.name, 0);
	struct vgroup_plan *p = &g->plan;

	p->mode = FORWARD_TRANSPARENT;
	p->bridge_traffic = p->bridge_multicast = p->unknown_flood = true;
	p->fdb = (struct fdb_config){ FDB_LIMIT, FDB_AGEING_S };
	p->tier_max = VGROUP_USER;
	add_vlan(m, g, v);
	add_stations(g, draft_find(m->draft, &netfdb_vlan_type, v->obj.name),
	    NULL);
}

static bool
has_self(const struct netplan *p, const char *vlan)
{
	for (size_t i = 0; i < p->self_count; i++)
		if (p->selfs[i].at.group != NULL &&
		    strcmp(p->selfs[i].at.group, vlan) == 0)
			return true;
	return false;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(((const struct netplan_group *)a)->path,
	    ((const struct netplan_group *)b)->path);
}

void
netplan_group_make(struct netplan_making *m)
{
	struct netplan *p = m->plan;
	const struct object *o;
	size_t at = 0;

	while ((o = draft_next(m->draft, &vlangroup_type, &at)) != NULL) {
		const struct vlangroup *v = (const struct vlangroup *)o;

		fill_plan(m, add_group(m, o->name, v->members.count), v);
	}
	at = 0;
	while ((o = draft_next(m->draft, &netvlan_type, &at)) != NULL)
		if (has_self(p, o->name))
			add_like_one(m, (const struct netvlan *)o);
	if (p->group_count > 0)
		qsort(p->groups, p->group_count, sizeof(*p->groups), compare);
	for (size_t i = 0; i < p->group_count; i++)
		point(m, &p->groups[i]);
}
