/* etherip/control/hostwish.c - see hostwish.h. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/control/hostwish.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "etherip/control/netplan.h"
#include "etherip/net/hostnet.h"

static struct hostnet_address *
addresses_of(const struct netplan *p, const struct hostwish_now *now,
    size_t *count)
{
	struct hostnet_address *v = mem_zalloc(p->self_count + 1, sizeof(*v));

	*count = 0;
	for (size_t i = 0; i < p->self_count; i++) {
		const struct netplan_self *s = &p->selfs[i];
		struct hostnet_address *a = &v[*count];

		if (s->floating && !now->active)
			continue;
		a->of = s->of;
		a->addr = s->addr;
		a->len = s->len;
		(void)snprintf(a->device, sizeof(a->device), "%s",
		    now->device(now->arg, &s->at));
		++*count;
	}
	return v;
}

static struct hostnet_route *
routes_of(const struct netplan *p, const struct hostwish_now *now)
{
	struct hostnet_route *v = mem_zalloc(p->route_count + 1, sizeof(*v));

	for (size_t i = 0; i < p->route_count; i++) {
		const struct netplan_route *r = &p->routes[i];

		v[i] = (struct hostnet_route){ .of = r->of, .to = r->to,
		    .gateway = r->gateway, .mtu = r->mtu };
		(void)snprintf(v[i].device, sizeof(v[i].device), "%s",
		    now->device(now->arg, &r->at));
	}
	return v;
}

size_t
hostwish_apply(const struct netplan *p, const struct hostwish_now *now,
    struct hostnet *h)
{
	struct hostnet_plan host = {
		.devices = p->devices, .device_count = p->device_count,
		.route_count = p->route_count,
	};
	struct hostnet_address *addresses = addresses_of(p, now,
	    &host.address_count);
	struct hostnet_route *routes = routes_of(p, now);
	size_t missing;

	host.addresses = addresses;
	host.routes = routes;
	missing = hostnet_apply(h, &host);
	free(addresses);
	free(routes);
	return missing;
}
