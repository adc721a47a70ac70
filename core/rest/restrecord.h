/* core/rest/restrecord.h - what goes on record with a change: who asked for it,
 * what differs for the audit file, and what it takes to take it back.
 * For restcommit and its files. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTRECORD_H
#define CORE_REST_RESTRECORD_H

#include <stddef.h>

#include "core/rest/restaudit.h"

struct draft;
struct err;
struct json;
struct restcommit;
struct restrequest;
struct store_change;

/* store_noter.note: the line for these changes, of the request at work or of
 * ourselves; c->made is what they will be. */
char *restrecord_note(void *commit, const struct store_change *changes,
    size_t count, const struct draft *now, struct err *e);

/* The audit entry of a request, or of ourselves: 200, nothing changed. */
struct restaudit_entry restrecord_entry(const struct restcommit *c,
    const struct restrequest *q);

/* The record as a line, with the audit line (taken) in it; that line alone
 * stays in c->line, with room for it taken in the file. NULL with e filled. */
char *restrecord_join(struct restcommit *c, const struct json *record,
    struct json **audit, struct err *e);

#endif
