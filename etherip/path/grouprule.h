/* etherip/path/grouprule.h - what a plan and the state of things mean for the threads of one
 * tunnel. Layer: etherip/path, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_GROUPRULE_H
#define ETHERIP_PATH_GROUPRULE_H

#include <stdbool.h>
#include <stdint.h>

#include "etherip/bridge/fdb.h"
#include "etherip/path/vgroup.h"

struct holdqueue;
struct opaque;
struct pathrule;
struct pathtunnel;
struct tracering;

/* A group, as its owner has it. */
struct grouprule {
	const struct vgroup_plan *plan;	/* without its lists */
	struct fdb	*fdb;
	bool		 silent;	/* and not to bridge meanwhile */
	bool		 judged;	/* pathrule.h */
	uint64_t	 own;		/* the bridge's address */
	const struct holdqueue *held;
	const struct opaque *opaque;	/* NULL: it is not so */
	struct tracering *trace;	/* or NULL */
	const mono_ns	*until;		/* as vgroup_config has it */
	struct pathtunnel *const *tunnel;	/* by member; NULL: none */
};

/* The rule for t, which the caller owns. */
struct pathrule *grouprule_make(const struct grouprule *g,
    const struct pathtunnel *t);

/* What of untagged IP packets goes into the tunnel; 0: not known. */
uint16_t grouprule_mtu(const struct pathtunnel *t);

#endif
