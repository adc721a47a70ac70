/* etherip/path/groupopaque.c - see groupopaque.h. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/groupopaque.h"

#include "core/base/err.h"
#include "etherip/bridge/snoop.h"
#include "etherip/frame/ethframe.h"
#include "etherip/path/groupstate.h"

static void
set_lists(struct opaque *o, const struct vgroup_plan *p)
{
	o->exclude_count = 0;
	for (size_t i = 0; i < p->proxy_exclude_count &&
	    i < OPAQUE_EXCLUDES_MAX; i++)
		o->excludes[o->exclude_count++] = p->proxy_excludes[i];
	o->route_count = p->route_count < OPAQUE_ROUTES_MAX ? p->route_count :
	    OPAQUE_ROUTES_MAX;
	for (size_t i = 0; i < o->route_count; i++)
		o->routes[i] = p->routes[i];
}

int
groupopaque_apply(struct vgroup *g, const struct vgroup_plan *p, struct err *e)
{
	static const struct snoop_config c = { SNOOP_LIMIT, SNOOP_AGEING_S };
	struct groupopaque *o = &g->opaque;
	uint64_t mac = p->masquerade;

	o->on = p->mode == FORWARD_OPAQUE;
	if (!o->on)
		return 0;
	if (o->snoop == NULL)
		o->snoop = snoop_new(&c);
	if (mac == 0 && g->port_count > 0)
		mac = linuxbridge_mac_of(&g->bridge, g->port[0]->lan.index);
	o->opaque.snoop = o->snoop;
	o->opaque.base = opaque_derive(mac != 0 ? mac : g->bridge.mac, g->name);
	set_lists(&o->opaque, p);
	if (p->proxy_exclude_count > OPAQUE_EXCLUDES_MAX)
		return err_set(e, ERR_RANGE, "proxy-excludes: %zu addresses are "
		    "over %d", p->proxy_exclude_count, OPAQUE_EXCLUDES_MAX);
	if (p->route_count > OPAQUE_ROUTES_MAX)
		return err_set(e, ERR_RANGE, "routes: %zu are over %d, which is "
		    "what an opaque group takes", p->route_count,
		    OPAQUE_ROUTES_MAX);
	if (p->tunnel_count > 1)
		return err_set(e, ERR_UNSUPPORTED, "mode: an opaque group has "
		    "one tunnel, not %zu", p->tunnel_count);
	return 0;
}

void
groupopaque_close(struct vgroup *g)
{
	g->opaque.on = false;
	snoop_free(&g->opaque.snoop);
}

void
groupopaque_snooped(struct vgroup *g, unsigned member, const struct ethframe *f,
    const uint8_t *octets, size_t len)
{
	struct snoop_fact fact;

	if (!g->opaque.on || opaque_is_proxy(&g->opaque.opaque, f->src) ||
	    !snoop_read(&fact, f, octets, len))
		return;
	fact.member = (uint8_t)member;
	fact.seen_s = vgroup_now_s(g);
	(void)snoop_learn(g->opaque.snoop, &fact, NULL);
}

void
groupopaque_tick(struct vgroup *g)
{
	if (g->opaque.snoop != NULL)
		(void)snoop_sweep(g->opaque.snoop, snoop_sets(
		    g->opaque.snoop) / 256 + 1, vgroup_now_s(g));
}
