/* etherip/control/netplan.c - see netplan.h. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/netplan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/objdiag.h"
#include "core/model/object.h"
#include "etherip/bridge/opaque.h"
#include "etherip/control/netplan_making.h"
#include "etherip/types/netfailover.h"
#include "etherip/types/netroute.h"
#include "etherip/types/netsettings.h"
#include "etherip/types/netvlan.h"
#include "etherip/types/selfip.h"
#include "etherip/types/trafficgroup.h"
#include "etherip/types/vlangroup.h"

/* ---- what is shared ---- */

const char *
netplan_keep(struct netplan *p, const char *text)
{
	p->texts = mem_grow(p->texts, &p->text_room, p->text_count + 1,
	    sizeof(*p->texts));
	p->texts[p->text_count] = mem_strdup(text);
	return p->texts[p->text_count++];
}

bool
netplan_floats(const struct draft *d, const char *traffic_group)
{
	const struct object *o = traffic_group == NULL ? NULL :
	    draft_find(d, &trafficgroup_type, traffic_group);

	return o != NULL && ((const struct trafficgroup *)o)->floating;
}

bool
netplan_device_name(const struct netvlan *v,
    const struct netvlan_interface *i, char name[IFNAMSIZ])
{
	int n = i->tagged ? snprintf(name, IFNAMSIZ, "%s.%u", i->obj.name,
	    v->tag) : snprintf(name, IFNAMSIZ, "%s", i->obj.name);

	return n > 0 && n < IFNAMSIZ;
}

/* "vlan /Common/v", as the log calls it. */
static const char *
keep_label(struct netplan *p, const char *kind, const struct object *o)
{
	char label[320];

	(void)snprintf(label, sizeof(label), "%s %s", kind, o->name);
	return netplan_keep(p, label);
}

/* ---- interfaces ---- */

static void
add_device(struct netplan_making *m, const struct netvlan *v,
    const struct netvlan_interface *i, const char *of)
{
	struct netplan *p = m->plan;
	struct hostnet_device *d = &p->devices[p->device_count];

	*d = (struct hostnet_device){ .of = of, .mtu = v->mtu };
	if (!netplan_device_name(v, i, d->name)) {
		(void)objdiag_error(m->out, &v->obj, &i->obj, ERR_RANGE,
		    "tagged: %s.%u is longer than the %d octets of an "
		    "interface's name", i->obj.name, v->tag, IFNAMSIZ - 1);
		return;
	}
	if (i->tagged) {
		(void)snprintf(d->parent, sizeof(d->parent), "%s", i->obj.name);
		d->tag = (uint16_t)v->tag;
	}
	p->device_count++;
}

static void
add_vlans(struct netplan_making *m)
{
	struct netplan *p = m->plan;
	const struct object *o;
	size_t at = 0, room = 0;

	while ((o = draft_next(m->draft, &netvlan_type, &at)) != NULL) {
		const struct netvlan *v = (const struct netvlan *)o;
		const char *of = keep_label(p, "vlan", o);

		p->devices = mem_grow(p->devices, &room, p->device_count +
		    v->interfaces.count + 1, sizeof(*p->devices));
		for (size_t i = 0; i < v->interfaces.count; i++)
			add_device(m, v, (const struct netvlan_interface *)
			    v->interfaces.v[i], of);
	}
}

/* ---- self IP addresses ---- */

static void
read_services(struct netplan_self *s, const struct strlist *words)
{
	s->services = mem_zalloc(words->count + 1, sizeof(*s->services));
	for (size_t i = 0; i < words->count; i++) {
		struct selfip_service one;

		if (selfip_read_service(words->v[i], &one) != 0)
			continue;
		switch (one.which) {
		case SELFIP_ALL:
			s->open = true;
			break;
		case SELFIP_DEFAULT:
			s->dflt = true;
			break;
		case SELFIP_ONE:
			s->services[s->service_count++] =
			    (struct portlock_service){ one.proto, one.port };
			break;
		}
	}
}

/* On the one interface of a VLAN; on the group, or on the VLAN that is like one. */
static void
place(struct netplan_making *m, struct netplan_place *at, const char *path)
{
	const struct object *o = draft_find(m->draft, &netvlan_type, path);
	const struct netvlan *v = (const struct netvlan *)o;

	if (o == NULL || v->interfaces.count != 1) {
		at->group = netplan_keep(m->plan, path);
		return;
	}
	(void)netplan_device_name(v, (const struct netvlan_interface *)
	    v->interfaces.v[0], at->device);
}

static int
compare_selfs(const void *a, const void *b)
{
	return strcmp(((const struct netplan_self *)a)->of,
	    ((const struct netplan_self *)b)->of);
}

static void
add_selfs(struct netplan_making *m)
{
	struct netplan *p = m->plan;
	const struct object *o;
	size_t at = 0, room = 0;

	while ((o = draft_next(m->draft, &selfip_type, &at)) != NULL) {
		const struct selfip *self = (const struct selfip *)o;
		struct selfip_place own;
		struct netplan_self *s;

		if (self->vlan == NULL || !selfip_place(self, &own))
			continue;
		p->selfs = mem_grow(p->selfs, &room, p->self_count + 1,
		    sizeof(*p->selfs));
		s = &p->selfs[p->self_count++];
		s->of = keep_label(p, "self", o);
		s->addr = own.addr;
		s->len = own.len;
		s->floating = netplan_floats(m->draft, self->traffic_group);
		read_services(s, &self->allow_service);
		place(m, &s->at, self->vlan);
	}
	if (p->self_count > 0)
		qsort(p->selfs, p->self_count, sizeof(*p->selfs),
		    compare_selfs);
}

/* ---- routes, and what there is one of ---- */

static void
add_routes(struct netplan_making *m)
{
	struct netplan *p = m->plan;
	const struct object *o;
	size_t at = 0, room = 0;

	while ((o = draft_next(m->draft, &netroute_type, &at)) != NULL) {
		const struct netroute *r = (const struct netroute *)o;
		struct netplan_route *one;

		p->routes = mem_grow(p->routes, &room, p->route_count + 1,
		    sizeof(*p->routes));
		one = &p->routes[p->route_count];
		if (!netroute_network(r, &one->to))
			continue;
		one->of = keep_label(p, "route", o);
		one->gateway = r->gateway;
		one->mtu = r->mtu;
		if (r->interface != NULL)
			place(m, &one->at, r->interface);
		p->route_count++;
	}
}

static struct addr_prefix
network_of(const struct addr *a, uint8_t len)
{
	struct addr_prefix net = { .addr = *a, .len = len };

	for (unsigned bit = len; bit < addr_len(a) * 8; bit++)
		net.addr.octets[bit / 8] &= (uint8_t)~(0x80u >> bit % 8);
	return net;
}

/* On a network of the group, or said to be there? */
static bool
leads_into(const struct netplan *p, const struct netplan_route *r,
    const struct netplan_group *g)
{
	struct addr_prefix net;

	if (r->gateway.family == 0)
		return false;
	if (r->at.group != NULL)
		return strcmp(r->at.group, g->path) == 0;
	for (size_t i = 0; i < p->self_count; i++) {
		const struct netplan_self *s = &p->selfs[i];

		if (s->at.group == NULL || strcmp(s->at.group, g->path) != 0)
			continue;
		net = network_of(&s->addr, s->len);
		if (addr_in_prefix(&r->gateway, &net))
			return true;
	}
	return false;
}

/* Stations of an opaque group cannot say which router they mean. */
static void
add_ways(struct netplan *p)
{
	for (size_t i = 0; i < p->group_count; i++) {
		struct netplan_group *g = &p->groups[i];

		if (g->plan.mode != FORWARD_OPAQUE)
			continue;
		g->ways = mem_zalloc(p->route_count + 1, sizeof(*g->ways));
		for (size_t k = 0; k < p->route_count; k++)
			if (leads_into(p, &p->routes[k], g))
				g->ways[g->plan.route_count++] =
				    (struct opaque_route){ p->routes[k].to,
				    p->routes[k].gateway };
		g->plan.routes = g->ways;
	}
}

static void
read_pair(struct netplan_making *m)
{
	const struct netfailover *f = (const struct netfailover *)
	    draft_find(m->draft, &netfailover_type, NULL);

	m->plan->pair = (struct netplan_pair){
		.enabled = f->enabled,
		.key_file = f->key_file != NULL ?
		    netplan_keep(m->plan, f->key_file) : NULL,
		.lease_ms = f->lease_ms, .local = f->local_address,
		.peer = f->peer_address, .port = (uint16_t)f->port,
		.prefers_active = f->preferred_role == NETFAILOVER_ACTIVE,
		.prefers_standby = f->preferred_role == NETFAILOVER_STANDBY,
	};
}

static void
read_settings(struct netplan_making *m)
{
	const struct netsettings *s = (const struct netsettings *)
	    draft_find(m->draft, &netsettings_type, NULL);

	m->plan->restart_grace_s = s->restart_grace_s;
}

/* ---- the whole ---- */

struct netplan *
netplan_new(const struct draft *d, struct diag *out)
{
	struct netplan_making m = {
		.plan = mem_zalloc(1, sizeof(*m.plan)), .draft = d, .out = out
	};
	size_t errors = out->errors;

	add_vlans(&m);
	add_selfs(&m);
	add_routes(&m);
	read_pair(&m);
	read_settings(&m);
	netplan_group_make(&m);
	add_ways(m.plan);
	if (out->errors > errors)
		netplan_free(&m.plan);
	return m.plan;
}

static void
free_groups(struct netplan *p)
{
	for (size_t i = 0; i < p->group_count; i++) {
		struct netplan_group *g = &p->groups[i];

		free(g->tunnels);
		free(g->tunnel_more);
		free(g->devices);
		free(g->excludes);
		free(g->ways);
		free(g->stations);
	}
	free(p->groups);
}

void
netplan_free(struct netplan **pp)
{
	struct netplan *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	free_groups(p);
	for (size_t i = 0; i < p->self_count; i++)
		free(p->selfs[i].services);
	for (size_t i = 0; i < p->text_count; i++)
		free(p->texts[i]);
	free(p->texts);
	free(p->devices);
	free(p->selfs);
	free(p->routes);
	free(p);
}

const struct netplan_group *
netplan_find_group(const struct netplan *p, const char *path)
{
	for (size_t i = 0; i < p->group_count; i++)
		if (strcmp(p->groups[i].path, path) == 0)
			return &p->groups[i];
	return NULL;
}

const struct netplan_group *
netplan_find_tunnel(const struct netplan *p, const char *path, size_t *at)
{
	for (size_t i = 0; i < p->group_count; i++) {
		const struct netplan_group *g = &p->groups[i];

		for (*at = 0; *at < g->plan.tunnel_count; ++*at)
			if (strcmp(g->tunnel_more[*at].path, path) == 0)
				return g;
	}
	return NULL;
}
