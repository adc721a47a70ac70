/* gtmd/control/control_path.h - the names that a question may come by: CNAMEs of wide
 * IPs branch, each branch with its share. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_PATH_H
#define GTMD_CONTROL_CONTROL_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gtmd/control/control_explain.h"
#include "gtmd/query/chain.h"
#include "gtmd/topology/asker.h"

struct plan_wide;
struct replay;

struct control_path_place {
	struct chain_step step;		/* what decides here */
	const struct plan_wide *wide;	/* whose decision, NULL = none's */
	double		 share;		/* of the queries that come by */
	size_t		 from;		/* the place before; of the first, 0 */
	unsigned	 depth;
	bool		 loops;		/* was passed before: ends here */
};

struct control_path {
	struct control_path_place *v;	/* owned; the question's name first */
	size_t		 count, room;
	bool		 cut;		/* more than are told */
	uint8_t		 scope;		/* bits of the client that counted */
	struct replay	*reply;		/* to the question, owned */
};

/* Walks it: every place that is reached at all, nearest first. */
void control_path_init(struct control_path *p, const struct control_explain *x,
    const struct control_explain_in *in);
void control_path_fini(struct control_path *p);

/* Who asks so: the client is its own resolver, and tells of itself (RFC 7871).
 * Valid as long as x. */
struct asker control_path_asker(const struct control_explain *x);

/* The wide IP of this type that a plan has at a name, whether it answers or
 * not: by name, alias, then the best pattern. NULL = none. */
const struct plan_wide *control_path_find(const struct plan *p,
    enum wide_type type, const uint8_t *name);

#endif
