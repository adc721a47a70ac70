/* gtmd/control/control_explain.h - why a name is answered as it is. Layer: gtmd.
 *
 * Asks the world the question by the code that answers packets (replay.h) and
 * reads the decisions that this comes by (decision_walk.h): the path, and at
 * each wide IP what it does with all queries.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_EXPLAIN_H
#define GTMD_CONTROL_CONTROL_EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "core/base/addr.h"
#include "core/wire/dnsname.h"
#include "gtmd/query/widetable.h"

struct json;
struct pathtable;
struct persist;
struct plan;
struct restreply;
struct world;

#define CONTROL_EXPLAIN_STEPS_MAX	64	/* names of a path that are told */

/* What is asked. */
struct control_explain {
	uint8_t		 name[DNSNAME_MAX];	/* lower-case wire form */
	enum wide_type	 type;
	bool		 has_client;
	struct addr_prefix client;
	struct sockaddr_storage from;	/* the same as who asks */
	struct persist	*records;	/* may be NULL */
	struct pathtable *paths;	/* likewise */
};

/* Where: the world that answers, the plan whose decisions it holds, and a
 * second one that some may be of (NULL = none). */
struct control_explain_in {
	const struct world *world;
	const struct plan *plan, *beside;
};

/*
 * control_explain_read - {"name": …, "type": "a", "client": "10.0.0.0/24"}.
 *
 * name is a domain name or the path of a wide IP of the type; type (a) and
 * client (an address or a network) may be missing.
 * ret    0, or the status that r tells: 400
 */
int control_explain_read(struct control_explain *x, const struct json *body,
    struct restreply *r);

/*
 * control_explain_json - the whole story, for the caller to free.
 *
 * "path": each name on the way with the share of queries that come by, who
 * decides there and why; "pools": of the question's own wide IP each pool and
 * member with state, reason, share (and weight/total, exactly), TTL and data;
 * "decision": what is tried in which order; "shares"; "scope": the ECS scope;
 * "reply": the very reply to a resolver that asks first.
 * cost   what answering costs, and linear in the members of the wide IPs
 */
struct json *control_explain_json(const struct control_explain *x,
    const struct control_explain_in *in);

#endif
