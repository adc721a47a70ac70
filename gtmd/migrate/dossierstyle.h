/* gtmd/migrate/dossierstyle.h - how the dossier's page looks: on screens by day and by
 * night, and on paper. Layer: gtmd/migrate.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_DOSSIERSTYLE_H
#define GTMD_MIGRATE_DOSSIERSTYLE_H

/* A style sheet (CSS), without its element. */
extern const char dossierstyle[];

#endif
