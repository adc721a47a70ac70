/* tests/unit/gtmd/migrate/migsame.h - are two states of a migration the same?
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_GTMD_MIGRATE_MIGSAME_H
#define TESTS_UNIT_GTMD_MIGRATE_MIGSAME_H

struct migstate;

/* NULL, or the name of the first member that differs. The runs themselves are
 * compared by their JSON. */
const char *migsame_differs(const struct migstate *a, const struct migstate *b);

#endif
