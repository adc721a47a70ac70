/* etherip/control/lockwish.h - what a plan asks of port lockdown: which self IP addresses let
 * what in, and whom they know. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_LOCKWISH_H
#define ETHERIP_CONTROL_LOCKWISH_H

struct err;
struct netplan;
struct portlock;

/* Makes it so. As portlock_apply. */
int lockwish_apply(const struct netplan *p, struct portlock *l,
    struct err *e);

#endif
