/* gtmd/mover/moverapart.h - what a run must have for itself: its wide IP, its pools
 * and its machines; and who else would be left without an answer by it.
 *
 * Pure. Layer: gtmd/mover. SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MOVER_MOVERAPART_H
#define GTMD_MOVER_MOVERAPART_H

struct err;
struct migspec;
struct model;

/* May s be under way while other is? 0, or ERR_CONFLICT: both would set the same
 * pool, or move the same machine. */
int moverapart_check(const struct migspec *s, const struct migspec *other,
    struct err *e);
/* The same of ports of hypervisors that QEMU takes machines at: each has its own. */
int moverapart_ports(const struct migspec *s, const struct migspec *other,
    const struct model *m, struct err *e);

/* And of the application of a womd that relays late connections: who ends first would
 * shut it for the other one. */
int moverapart_relay(const struct migspec *s, const struct migspec *other,
    const struct model *m, struct err *e);

/*
 * moverapart_wides - the other wide IPs that from-pool answers for.
 *
 * ret    0; ERR_CONFLICT with a sentence that names one that would have no
 *        enabled pool once from-pool is disabled
 */
int moverapart_wides(const struct migspec *s, const struct model *m,
    struct err *e);

#endif
