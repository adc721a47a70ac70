/* etherip/path/groupset.h - makes a VLAN group as its plan says: bridge, interfaces, tunnels,
 * rules. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_PATH_GROUPSET_H
#define ETHERIP_PATH_GROUPSET_H

#include <stdbool.h>

struct err;
struct pathtunnel;
struct vgroup;
struct vgroup_plan;

/* vgroup_set. */
int groupset_apply(struct vgroup *g, const struct vgroup_plan *p,
    struct err *e);
/* pathtunnel_free; what does not stay, nobody keeps. */
void groupset_close(struct vgroup *g, struct pathtunnel **pt, bool keep);
/* New rules for all threads: something has changed that they depend on. */
void groupset_publish(struct vgroup *g);
/* The bridge's address and its ports are as the unit's part in its pair is. */
void groupset_part(struct vgroup *g);
/* Sockets that could not be opened are tried again, and ways looked at. */
void groupset_retry(struct vgroup *g);

#endif
