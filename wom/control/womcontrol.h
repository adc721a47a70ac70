/* wom/control/womcontrol.h - the control socket: womd's branch of the REST tree.
 * Control loop only. Layer: wom/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_CONTROL_WOMCONTROL_H
#define WOM_CONTROL_WOMCONTROL_H

struct daemonlife;
struct enact;
struct err;
struct restman;
struct womcontrol;

/* What it has to tell of itself: types, routes, a sentence on each. */
extern const struct restman womcontrol_manual;

/* After the store's first load, before anybody is answered: takes up what is on
 * record, and reverts what was to be confirmed by now. Both are borrowed for its
 * life. NULL with a sentence in e. */
struct womcontrol *womcontrol_new(struct daemonlife *life, struct enact *enact,
    struct err *e);
/* Listens from here on. 0, or the code with a sentence in e. */
int womcontrol_listen(struct womcontrol *c, struct err *e);
/* Before the loop and the store go. NULL is harmless. */
void womcontrol_free(struct womcontrol **pc);

#endif
