/* gtmd/control/control_migration.h - migrations over REST: what may be asked of
 * them, where they stand, and what is on their record.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_CONTROL_CONTROL_MIGRATION_H
#define GTMD_CONTROL_CONTROL_MIGRATION_H

struct json;
struct movers;
struct object;
struct restreply;
struct restrequest;

#define CONTROL_MIGRATION_LOG	500	/* records of a page, unless ?limit= */
#define CONTROL_MIGRATION_LOG_MAX 20000

/* POST { migration, command, share, force, dryRun, reason }: the state after it. */
void control_migration_post(struct movers *m, const struct restrequest *q,
    struct restreply *r);
/* ?migration=NAME, or all of them. */
void control_migration_get(const struct movers *m, const struct restrequest *q,
    struct restreply *r);
/* ?migration=NAME, ?run=N, ?limit=N: the last ones, in their order; samples are
 * left out without ?samples=1. */
void control_migration_log(const struct movers *m, const struct restrequest *q,
    struct restreply *r);

/* The record that ?migration=NAME, ?run=N (the latest without) mean: its path, for
 * the caller to free; or NULL with r filled. */
char *control_migration_record(const struct movers *m,
    const struct restrequest *q, struct restreply *r);

/* The statistics of a migration's object. */
void control_migration_stats(const struct movers *m, const struct object *o,
    struct json *entries);

#endif
