/* etherip/control/netcontrol.h - the control socket: etheripd's branch of the REST tree.
 * Control loop only. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_NETCONTROL_H
#define ETHERIP_CONTROL_NETCONTROL_H

struct daemonlife;
struct err;
struct netcontrol;
struct netenact;
struct restman;

/* What it has to tell of itself: types, routes, a sentence on each. */
extern const struct restman netcontrol_manual;

/* After the store's first load, before anybody is answered: takes up what is on
 * record, and reverts what was to be confirmed by now. Both are borrowed for its
 * life. NULL with a sentence in e. */
struct netcontrol *netcontrol_new(struct daemonlife *life, struct netenact *enact,
    struct err *e);
/* Listens from here on. 0, or the code with a sentence in e. */
int netcontrol_listen(struct netcontrol *c, struct err *e);
/* Before the loop and the store go. NULL is harmless. */
void netcontrol_free(struct netcontrol **pc);

#endif
