/* etherip/control/netpair.h - the failover link of a configuration: started, changed, ended, and
 * what comes of it told. Which unit is active is etherip/pair's to find out; what that means
 * is the owner's (netenact.h). Control loop only. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_NETPAIR_H
#define ETHERIP_CONTROL_NETPAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct leaselink;
struct loop;
struct netpair;
struct netplan_pair;
struct restevents;

struct netpair_config {
	struct loop	*loop;
	struct restevents *events;	/* may be NULL */
	/* When it returns that is so. */
	void		(*role)(void *arg, bool active);
	/* What the other unit sends beside the lease. */
	void		(*body)(void *arg, const uint8_t *octets, size_t len);
	void		*arg;
};

struct netpair *netpair_new(const struct netpair_config *c);
/* The other unit is told, and role is called before that if this one was active: nothing of
 * it may be left to work. Takes *pp; NULL is harmless. */
void netpair_free(struct netpair **pp);

/* Goes over to what is wanted; want stays while it counts. Without a pair this unit is
 * active; with one that cannot be (no key) it is not, and that is tried again. */
void netpair_set(struct netpair *p, const struct netplan_pair *want);
/* Is there anything between it and being active? */
bool netpair_is_on(const struct netpair *p);
/* NULL: there is no pair, or it cannot be. */
struct leaselink *netpair_link(const struct netpair *p);
/* Why it cannot be; "". */
const char *netpair_why(const struct netpair *p);

#endif
