/* etherip/control/vgroupmove.h - a VLAN group's path as its mover reaches it, and what that path
 * sees as the mover takes it. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_VGROUPMOVE_H
#define ETHERIP_CONTROL_VGROUPMOVE_H

#include <stddef.h>
#include <stdint.h>

#include "etherip/control/groupmover.h"

struct ethframe;

/* With the struct vgroup as arg. */
extern const struct movepath vgroupmove_path;

/* For vgroup_config.on_snoop: what a frame that came in by this member tells. */
void vgroupmove_snooped(struct groupmover *g, unsigned member,
    const struct ethframe *f, const uint8_t *octets, size_t len);

#endif
