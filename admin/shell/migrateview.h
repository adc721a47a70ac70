/* admin/shell/migrateview.h - where a migration stands, and its record, as pages for
 * people: bars, what keeps it from going on, what may be asked of it.
 *
 * Layer: admin/shell, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_MIGRATEVIEW_H
#define ADMIN_SHELL_MIGRATEVIEW_H

#include <stdbool.h>

struct json;
struct strbuf;

/* Appends a state (migration-state's of one) and the records of a log below it, which
 * may be NULL. */
void migrateview_format(struct strbuf *out, const struct json *state,
    const struct json *log, bool colour);

/* Appends the records of a migration-log, a line each. */
void migrateview_log(struct strbuf *out, const struct json *log, bool colour);

/* Appends an event of kind migration as a sentence, without a newline. */
void migrateview_event(struct strbuf *out, const struct json *event);

#endif
