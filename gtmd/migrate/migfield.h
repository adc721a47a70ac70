/* gtmd/migrate/migfield.h - the plain values of a run, and of one of its hosts, as rows
 * of two tables: what frees, checks, writes and reads them. For migspec alone.
 *
 * A value more is a row more. Layer: gtmd/migrate, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_MIGRATE_MIGFIELD_H
#define GTMD_MIGRATE_MIGFIELD_H

struct err;
struct json;

/* Which table: obj is a struct migspec, or a struct migspec_host. */
enum migfield_of { MIGFIELD_RUN, MIGFIELD_HOST };

/* All that the values own. */
void migfield_free(enum migfield_of of, void *obj);
/* ret 0, or ERR_RANGE with a sentence that names the value. */
int migfield_check(enum migfield_of of, const void *obj, struct err *e);
/* Puts all of them into an object. */
void migfield_put(enum migfield_of of, const void *obj, struct json *j);
/* Back again; what is not there stays as it is in obj, which holds no text yet.
 * ret 0, or ERR_PARSE, ERR_RANGE; then obj is for migfield_free all the same. */
int migfield_read(enum migfield_of of, const struct json *j, void *obj, struct err *e);

#endif
