/* admin/shell/migrate.h - migrations: start, pause, resume, abort, roll-back,
 * advance, skip, retry, close, where they stand, and their dossiers as files.
 *
 * What the words mean is migratewords.h's, what pages look like migrateview.h's
 * business. Layer: admin/shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_MIGRATE_H
#define ADMIN_SHELL_MIGRATE_H

#include <stdbool.h>

struct command;
struct err;
struct phrase;
struct session;

/* A command of migratewords.h: told to the daemon, and where the migration stands
 * then is printed; of save, its dossier is written. 0, or an ERR_… with e filled. */
int migrate_run(struct session *s, const struct phrase *p, struct err *e);

/* Does show mean this rather than counters? */
bool migrate_is_shown(const struct command *c);
/* show gtm migration [NAME [log]]. */
int migrate_show(struct session *s, const struct command *c, struct err *e);

#endif
