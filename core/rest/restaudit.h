/* core/rest/restaudit.h - the record of who changed what: one line of JSON for
 * each write that was tried, only ever appended. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTAUDIT_H
#define CORE_REST_RESTAUDIT_H

#include <stdint.h>

struct err;
struct json;
struct restaudit;
struct restreply;
struct restrequest;

/* Opens the file for appending, mode 0600; what stands in it stays. */
struct restaudit *restaudit_new(const char *path, struct err *e);
void restaudit_free(struct restaudit **pa);

/*
 * restaudit_write - one line, on disk when it returns.
 *
 *	{"time":…,"uid":…,"user":…,"role":…,"from":…,"method":…,"path":…,
 *	 "result":200,"message":…,"serial":…,"changes":[{"object":…,"old":…,
 *	 "new":…}]}
 * in     changes  array, or NULL; taken. Holds no secrets.
 * ret    0, ERR_IO or ERR_NOSPACE with e filled: the line is not on disk
 */
int restaudit_write(struct restaudit *a, const struct restrequest *q,
    const struct restreply *r, struct json **changes, struct err *e);

/* The serial that the lines from here on carry, and the time. */
void restaudit_mark(struct restaudit *a, uint64_t serial, int64_t real_s);

#endif
