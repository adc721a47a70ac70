/* gtmd/query/zonekeep.h - the zones that are served: reads their files and makes
 * the zone set that answering threads see.
 *
 * A change is prepared first (files read and checked, new set built aside) and
 * then made or dropped, so that a bad zone file never half-applies. Control
 * loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_QUERY_ZONEKEEP_H
#define GTMD_QUERY_ZONEKEEP_H

#include <stdbool.h>

struct diag;
struct draft;
struct zonekeep;
struct zoneset;

/* config_path: relative file names are relative to its folder. *slot is where
 * the set is published (RCU); zonekeep owns what stands there. */
struct zonekeep *zonekeep_new(const char *config_path, struct zoneset **slot);
void zonekeep_free(struct zonekeep **pk);

/* The next prepare reads every file again, not only those that are new. */
void zonekeep_reread(struct zonekeep *k);

/* Reads what the draft's zones need; every finding goes to out. 0, or a
 * negative code with nothing kept. Costs nothing when no zone changed. */
int zonekeep_prepare(struct zonekeep *k, const struct draft *d,
    struct diag *out);

/* Publishes what was prepared, or drops it. */
void zonekeep_settle(struct zonekeep *k, bool made);

#endif
