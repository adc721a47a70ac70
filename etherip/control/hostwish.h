/* etherip/control/hostwish.h - what a plan asks of this host: interfaces, addresses, routes.
 * Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_HOSTWISH_H
#define ETHERIP_CONTROL_HOSTWISH_H

#include <stdbool.h>
#include <stddef.h>

struct hostnet;
struct netplan;
struct netplan_place;

/* What the plan does not say of itself. */
struct hostwish_now {
	bool		 active;	/* floating addresses are ours, too */
	/* The interface of a place, which may be a group's. */
	const char	*(*device)(const void *arg,
			    const struct netplan_place *at);
	const void	*arg;
};

/* Makes it so. As hostnet_apply: how many could not be had. */
size_t hostwish_apply(const struct netplan *p,
    const struct hostwish_now *now, struct hostnet *h);

#endif
