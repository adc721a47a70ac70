/* admin/shell/migrate.h - migrations: start, pause, resume, abort, roll-back,
 * advance, close, and where they stand.
 *
 * Layer: admin/shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_MIGRATE_H
#define ADMIN_SHELL_MIGRATE_H

#include <stdbool.h>

struct command;
struct err;
struct json;
struct phrase;
struct session;
struct strbuf;

/* VERB gtm migration NAME [share N] [force] [dry-run] [reason TEXT]: told to the
 * daemon, and where it stands then is printed. 0, or an ERR_… with e filled. */
int migrate_run(struct session *s, const struct phrase *p, struct err *e);

/* The words that may stand behind the name, NULL at the end. */
extern const char *const migrate_words[];

/* Does show mean this rather than counters? */
bool migrate_is_shown(const struct command *c);
/* show gtm migration [NAME]. */
int migrate_show(struct session *s, const struct command *c, struct err *e);

/* Appends a state (migration-state) and the last records of its log, which may be
 * NULL, as a page for people. */
void migrate_format(struct strbuf *out, const struct json *state,
    const struct json *log, bool colour);

#endif
