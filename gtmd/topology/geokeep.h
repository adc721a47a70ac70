/* gtmd/topology/geokeep.h - the databases that gtm global-settings dns names.
 *
 * Opened first and then made or dropped, so that a file that is missing or
 * damaged never half-applies. A reload opens anew what has changed on disk.
 * Control loop. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TOPOLOGY_GEOKEEP_H
#define GTMD_TOPOLOGY_GEOKEEP_H

#include <stdbool.h>
#include <stddef.h>

struct diag;
struct draft;
struct geo;
struct geokeep;

/* File names are relative to the folder of config_path. */
struct geokeep *geokeep_new(const char *config_path);
void geokeep_free(struct geokeep **pk);

/* Opens the draft's files, if it touches global-settings dns, as a load always
 * does. Returns 0 or a negative code with the finding in out. */
int geokeep_prepare(struct geokeep *k, const struct draft *d,
    struct diag *out);
/* Takes what was prepared, or drops it. True when the databases are others. */
bool geokeep_settle(struct geokeep *k, bool made);

/* Borrowed until the next call of settle. */
struct geo *const *geokeep_all(const struct geokeep *k, size_t *count);
/* Between the two: those of the draft. */
struct geo *const *geokeep_prepared(const struct geokeep *k, size_t *count);

#endif
