/* gtmd/path/pathprobe.h - measures the paths from this data center to the resolvers
 * that ask, and keeps the table of paths (pathtable.h) true.
 *
 * Only resolvers are probed that asked for something which a method chooses by
 * paths, that the door let in (pathdoor.h) and that no exclusion names. A path
 * is measured again when its figures are about to expire and it was asked for
 * since; after a round without an answer, paths-retry later. All rounds together
 * keep to probe-rate, and there are PATHPROBE_PATHS at most: who comes when they
 * are taken replaces one that has been quiet, or is not measured. Control loop
 * only. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PATH_PATHPROBE_H
#define GTMD_PATH_PATHPROBE_H

#include <stddef.h>

struct loop;
struct pathprobe;
struct pathtable;
struct store;
struct store_change;

#define PATHPROBE_PATHS		16384
#define PATHPROBE_ROUNDS	64	/* at the same time */
#define PATHPROBE_QUIET_S	60	/* who was silent so long may be
					 * replaced */

/* All are borrowed. Does nothing until the first load. */
struct pathprobe *pathprobe_new(struct loop *l, const struct store *s,
    struct pathtable *t);
void pathprobe_free(struct pathprobe **pp);

/* For store_watch: settings, exclusions, servers and listeners; arg is the
 * pathprobe. */
void pathprobe_on_change(void *arg, const struct store_change *changes,
    size_t count);

#endif
