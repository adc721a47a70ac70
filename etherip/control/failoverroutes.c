/* etherip/control/failoverroutes.c - see failoverroutes.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/control/failoverroutes.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/rest/reststats.h"
#include "etherip/control/netenact.h"
#include "etherip/control/netpair.h"
#include "etherip/pair/leaselink.h"

/* In the order of enum lease_command. */
static const char *const roles[] = { "active", "standby", "offline" };

/* What the other unit is, as far as it is heard. */
static const char *
peer_state(const struct lease *l, mono_ns now)
{
	if (l->peer.boot == 0)
		return "never heard";
	return lease_hears(l, now) ? lease_state_name(l->peer.state) :
	    "not heard";
}

static void
answer(const struct lease *l, enum lease_command c, mono_ns now,
    struct restreply *r)
{
	struct json *j = restreply_document("tm:net:failover:rolestate",
	    "/mgmt/tm/net/failover/role"), *warnings = json_new_array();
	char text[160];

	(void)snprintf(text, sizeof(text), "this unit is %s (%s)\n",
	    lease_state_name(l->state), lease_why_text(l->why));
	json_put_text(j, "role", lease_state_name(l->state));
	json_put_text(j, "reason", lease_why_text(l->why));
	json_put_text(j, "peer", peer_state(l, now));
	json_put_text(j, "text", text);
	if (c != LEASE_GO_ACTIVE && !lease_hears(l, now))
		json_add_text(warnings, "the other unit is not heard: nobody "
		    "may be active now");
	if (c == LEASE_GO_ACTIVE && l->state != LEASE_ACTIVE &&
	    lease_hears(l, now))
		json_add_text(warnings, "the other unit is asked to let this "
		    "one");
	json_put(j, "warnings", &warnings);
	restreply_json(r, 200, &j);
}

void
failoverroutes_post(const struct netenact *n, struct loop *loop,
    const struct restrequest *q, struct restreply *r)
{
	const char *role = q->body != NULL ?
	    json_get_text(json_find(q->body, "role")) : NULL;
	struct leaselink *link = netpair_link(netenact_pair(n));
	const char *why = netpair_why(netenact_pair(n));
	unsigned c = 0;

	while (role != NULL && c < 3 && strcmp(role, roles[c]) != 0)
		c++;
	if (role == NULL || c == 3)
		(void)restreply_error(r, 400, "role: active, standby or "
		    "offline is expected");
	else if (link == NULL)
		(void)restreply_error(r, 409, "net failover: %s",
		    *why != '\0' ? why : "there is no pair, see enabled");
	else {
		leaselink_command(link, (enum lease_command)c);
		answer(leaselink_lease(link), (enum lease_command)c,
		    loop_now_ns(loop), r);
	}
}

static void
put_link(struct json *j, const struct leaselink *link, mono_ns now)
{
	const struct leaselink_counts n = leaselink_counts(link);
	const struct lease *l = leaselink_lease(link);

	reststats_text(j, "role", lease_state_name(l->state));
	reststats_text(j, "roleReason", lease_why_text(l->why));
	reststats_number(j, "roleSeconds", (now - l->since) / CLOCK_S);
	reststats_text(j, "peer", peer_state(l, now));
	reststats_number(j, "sent", n.sent);
	reststats_number(j, "received", n.received);
	reststats_number(j, "unsent", n.unsent);
	reststats_number(j, "forged", n.forged);
	reststats_number(j, "malformed", n.malformed);
	reststats_number(j, "old", n.old);
	reststats_number(j, "strangers", n.strangers);
	if (n.sys_errno != 0)
		reststats_text(j, "unsentReason", strerror(n.sys_errno));
}

void
failoverroutes_stats(const struct netenact *n, struct loop *loop,
    struct json *entries)
{
	const struct leaselink *link = netpair_link(netenact_pair(n));
	const char *why = netpair_why(netenact_pair(n));
	size_t addresses;

	if (link != NULL) {
		put_link(entries, link, loop_now_ns(loop));
		reststats_number(entries, "stationsMirrored",
		    netenact_mirrored(n, &addresses));
		reststats_number(entries, "addressesMirrored", addresses);
		return;
	}
	reststats_text(entries, "role", netenact_is_active(n) ? "active" :
	    "standby");
	reststats_text(entries, "roleReason", *why != '\0' ? why :
	    "there is no pair");
}
