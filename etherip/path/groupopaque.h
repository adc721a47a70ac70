/* etherip/path/groupopaque.h - what an opaque group knows beside its stations: their addresses,
 * and the addresses of ours that stand for them. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_GROUPOPAQUE_H
#define ETHERIP_PATH_GROUPOPAQUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "etherip/bridge/opaque.h"

struct err;
struct ethframe;
struct snoop;
struct vgroup;
struct vgroup_plan;

struct groupopaque {
	bool		 on;
	struct snoop	*snoop;		/* from the first such plan on */
	struct opaque	 opaque;	/* what the next rules are given */
};

/* As planned; the VLANs' ports are there. 0, or a code with a sentence: such a group has one
 * tunnel, since its bridge cannot know which of several an address of ours means. */
int groupopaque_apply(struct vgroup *g, const struct vgroup_plan *p,
    struct err *e);
/* No rule refers to it any more. */
void groupopaque_close(struct vgroup *g);
/* A frame came in by this member. */
void groupopaque_snooped(struct vgroup *g, unsigned member,
    const struct ethframe *f, const uint8_t *octets, size_t len);
/* Every second. */
void groupopaque_tick(struct vgroup *g);

#endif
