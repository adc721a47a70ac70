/* etherip/control/lockwish.c - see lockwish.h. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/lockwish.h"

#include <stddef.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "etherip/control/netplan.h"
#include "etherip/net/portlock.h"

static struct portlock_self *
locked_selfs(const struct netplan *p, size_t *count)
{
	struct portlock_self *v = mem_zalloc(p->self_count + 1, sizeof(*v));

	*count = 0;
	for (size_t i = 0; i < p->self_count; i++) {
		const struct netplan_self *s = &p->selfs[i];

		if (!s->open)
			v[(*count)++] = (struct portlock_self){
			    .addr = s->addr, .dflt = s->dflt,
			    .services = s->services,
			    .count = s->service_count };
	}
	return v;
}

/* Of each tunnel: where it is, and where it is watched from meanwhile. */
static struct portlock_peer *
peers_of(const struct netplan *p, size_t *count)
{
	struct portlock_peer *v = NULL;
	size_t room = 0;

	*count = 0;
	if (p->pair.enabled) {
		v = mem_grow(v, &room, 1, sizeof(*v));
		v[(*count)++] = (struct portlock_peer){ .local = p->pair.local,
		    .remote = p->pair.peer, .udp = p->pair.port };
	}
	for (size_t i = 0; i < p->group_count; i++)
		for (size_t k = 0; k < p->groups[i].plan.tunnel_count; k++) {
			const struct vgroup_tunnel *t = &p->groups[i].tunnels[k];
			const struct addr *own =
			    &p->groups[i].tunnel_more[k].secondary;

			v = mem_grow(v, &room, *count + 2, sizeof(*v));
			v[(*count)++] = (struct portlock_peer){
			    .local = t->local, .remote = t->remote };
			if (own->family != 0)
				v[(*count)++] = (struct portlock_peer){
				    .local = *own, .remote = t->remote };
		}
	return v;
}

int
lockwish_apply(const struct netplan *p, struct portlock *l, struct err *e)
{
	struct portlock_plan lock = { .self_count = 0 };
	struct portlock_self *selfs = locked_selfs(p, &lock.self_count);
	struct portlock_peer *peers = peers_of(p, &lock.peer_count);
	int rc;

	lock.selfs = selfs;
	lock.peers = peers;
	rc = portlock_apply(l, &lock, e);
	free(selfs);
	free(peers);
	return rc;
}
