/* etherip/path/grouptier.h - the fast ways of a VLAN group (etherip/bpf/bpftier.h): which of them
 * its plan allows, who holds its stations meanwhile, and what the programs tell.
 * Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_GROUPTIER_H
#define ETHERIP_PATH_GROUPTIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "etherip/bridge/fdb.h"

struct bpftier;
struct vgroup;
struct vgroup_counts;

struct grouptier {
	struct bpftier	*tier;		/* NULL: all goes through user space */
	bool		 direct;
	uint32_t	 limit;		/* of its table */
	char		 why[ERR_TEXT_MAX];	/* it is no better one */
};

/* The programs as the group is planned, and as it is: to be called whenever either changes. Its
 * threads' rules are to be published after it. */
void grouptier_apply(struct vgroup *g);
/* keep: the kernel goes on by itself, for the next process. */
void grouptier_close(struct vgroup *g, bool keep);

/* Somebody saw a station behind a member, as fdb_learn. */
enum fdb_seen grouptier_learn(struct vgroup *g, const struct fdb_key *k,
    unsigned member, unsigned *was);
/* What has gone the fast way, added to what has not. */
void grouptier_count(const struct vgroup *g, unsigned member,
    struct vgroup_counts *out);
/* Every second. */
void grouptier_tick(struct vgroup *g);

#endif
