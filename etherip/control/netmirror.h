/* etherip/control/netmirror.h - what the active unit of a pair tells the other of its stations
 * (etherip/pair/mirror.h), and what the other makes of it when it takes over: tables as the
 * first had them. A place is the path of a group, a blank, and the name of a tunnel; of what is
 * behind the LAN nothing follows the blank. Control loop only. Layer: etherip/control.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_CONTROL_NETMIRROR_H
#define ETHERIP_CONTROL_NETMIRROR_H

#include <stddef.h>

#include "core/base/clock.h"

struct fdb_key;
struct mirror;
struct netenact;

/* Adds all that is known, for a pass that begins then. */
void netmirror_gather(const struct netenact *n, struct mirror *m, mono_ns now);

/* How many stations behind tunnels have come, and addresses of those. */
size_t netmirror_count(const struct mirror *m, size_t *addresses);
/* Puts what has come where it was, as far as groups and tunnels are there. remote is called
 * for each station behind a tunnel, with its group's path. Addresses that were heard here
 * since then stay as they are. */
void netmirror_put(const struct netenact *n, const struct mirror *m,
    mono_ns now, void (*remote)(void *arg, const char *group,
    const struct fdb_key *k), void *arg);

#endif
