/* etherip/control/failoverroutes.h - what the control socket takes and tells of a pair: POST
 * /mgmt/tm/net/failover/role, and the statistics of net failover. Control loop only. Layer:
 * etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_FAILOVERROUTES_H
#define ETHERIP_CONTROL_FAILOVERROUTES_H

#include <stdbool.h>

struct json;
struct loop;
struct netenact;
struct restreply;
struct restrequest;

/*
 * failoverroutes_post - POST {"role": "active" | "standby" | "offline"}
 *
 * active: the other unit is asked to let this one, and does, if it is there. standby: until the
 * other has taken over; if there is none, for four leases. offline: until another command. The
 * answer says what the role is at that moment, and warns where nothing may come of it.
 */
void failoverroutes_post(const struct netenact *n, struct loop *loop,
    const struct restrequest *q, struct restreply *r);
/* What this unit is, why and since when, and what it hears of the other. */
void failoverroutes_stats(const struct netenact *n, struct loop *loop,
    struct json *entries);

#endif
