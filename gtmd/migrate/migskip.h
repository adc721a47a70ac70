/* gtmd/migrate/migskip.h - a host that is left where it is while the others move, and
 * one that is tried anew: whether it can be.
 *
 * A skipped host counts for nothing in the plan: not in its per cent, nor in what an
 * end waits for. What it carries where it is counts there. Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGSKIP_H
#define GTMD_MIGRATE_MIGSKIP_H

struct err;
struct migstate;

/* May this host be skipped? It has not arrived where it goes, and is not being looked
 * at there; another one is left in the plan. ret 0, or ERR_CONFLICT with a sentence;
 * ERR_REF when host is no index. */
int migskip_check(const struct migstate *m, int host, struct err *e);
/* May it be tried anew? It was skipped, or has failed. The same codes. */
int migskip_check_retry(const struct migstate *m, int host, struct err *e);

#endif
