/* gtmd/serve/xdpwish.c - see xdpwish.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/serve/xdpwish.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "gtmd/serve/xdpport.h"
#include "gtmd/types/listener.h"
#include "gtmd/xdp/xdpnet.h"

void
xdpwish_add(struct xdpwishes *w, const struct listener *cfg)
{
	struct xdpwish *to;

	w->v = mem_grow(w->v, &w->room, w->count + 1, sizeof(*w->v));
	to = &w->v[w->count++];
	*to = (struct xdpwish){
		.local = { cfg->address, (uint16_t)cfg->port },
		.on = cfg->xdp,
		.names = mem_zalloc(cfg->xdp_interfaces.count + 1,
		    sizeof(*to->names)),
		.count = cfg->xdp_interfaces.count,
	};
	for (size_t i = 0; i < to->count; i++)
		to->names[i] = mem_strdup(cfg->xdp_interfaces.v[i]);
}

void
xdpwish_fini(struct xdpwishes *w)
{
	for (size_t i = 0; i < w->count; i++) {
		for (size_t k = 0; k < w->v[i].count; k++)
			free(w->v[i].names[k]);
		free(w->v[i].names);
	}
	free(w->v);
	*w = (struct xdpwishes){ 0 };
}

static bool
has_family(const struct xdpnet_interface *i, uint8_t family)
{
	for (size_t k = 0; k < i->count; k++)
		if (i->addresses[k].family == family)
			return true;
	return false;
}

bool
xdpwish_is_here(const struct xdpwish *w, const struct xdpnet_interface *i)
{
	if (!w->on)
		return false;
	for (size_t k = 0; k < w->count; k++)
		if (strcmp(w->names[k], i->name) == 0)
			return true;
	if (w->count > 0)
		return false;
	return addr_is_any(&w->local.addr) ?
	    has_family(i, w->local.addr.family) :
	    xdpnet_has_address(i, &w->local.addr);
}

static void
add(struct xdpport_places *to, const struct addr *a, uint16_t port)
{
	for (size_t i = 0; i < to->count; i++)
		if (to->v[i].port == port && addr_equal(&to->v[i].addr, a))
			return;
	to->v = mem_grow(to->v, &to->room, to->count + 1, sizeof(*to->v));
	to->v[to->count++] = (struct addrport){ *a, port };
}

/* Another listener's, that wants sockets? */
static bool
is_spared(const struct xdpwishes *w, const struct addr *a, uint16_t port)
{
	for (size_t i = 0; i < w->count; i++)
		if (!w->v[i].on && w->v[i].local.port == port &&
		    addr_equal(&w->v[i].local.addr, a))
			return true;
	return false;
}

static void
add_all(const struct xdpwishes *w, const struct xdpwish *one,
    const struct xdpnet_interface *i, struct xdpport_places *to)
{
	for (size_t k = 0; k < i->count; k++) {
		const struct addr *a = &i->addresses[k];

		if (a->family == one->local.addr.family &&
		    !is_spared(w, a, one->local.port))
			add(to, a, one->local.port);
	}
}

void
xdpwish_places(const struct xdpwishes *w, const struct xdpnet_interface *i,
    struct xdpport_places *to)
{
	for (size_t k = 0; k < w->count; k++) {
		const struct xdpwish *one = &w->v[k];

		if (!xdpwish_is_here(one, i))
			continue;
		if (addr_is_any(&one->local.addr))
			add_all(w, one, i, to);
		else
			add(to, &one->local.addr, one->local.port);
	}
}
