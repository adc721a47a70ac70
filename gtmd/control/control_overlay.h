/* gtmd/control/control_overlay.h - the changes and forced states of a what-if, read
 * from its body. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_OVERLAY_H
#define GTMD_CONTROL_CONTROL_OVERLAY_H

struct draft;
struct json;
struct plan_force;
struct restreply;

/* The member "overlay" of the body into the draft, which is then checked. 0,
 * or the status that r tells: that of the write, or of the check. */
int control_overlay_apply(struct draft *d, const struct json *body,
    struct restreply *r);
/* The member "force" into f. 0, or the status that r tells. */
int control_overlay_force(struct plan_force *f, const struct draft *d,
    const struct json *body, struct restreply *r);

#endif
