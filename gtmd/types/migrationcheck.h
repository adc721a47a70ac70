/* gtmd/types/migrationcheck.h - the rules of migrations across properties and
 * objects. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_MIGRATIONCHECK_H
#define GTMD_TYPES_MIGRATIONCHECK_H

struct diag;
struct draft;
struct object;

/* As struct type has them, of migration_type. */
void migrationcheck_settle(struct object *o, const struct draft *d,
    struct diag *out);
void migrationcheck_migration(const struct object *o, const struct draft *d,
    struct diag *out);

#endif
