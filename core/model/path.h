/* core/model/path.h - full paths such as /Common/Local_pool, and keys of
 * sub-objects: what they may hold, and what a bare name means.
 * Layer: core/model, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_PATH_H
#define CORE_MODEL_PATH_H

struct err;

#define PATH_MAX_LEN	255	/* octets of a full path */

/*
 * path_absolute - the full path that a name means.
 *
 * "/tenant/app/x" is itself, "x" is "/Common/x". Each component is 1 or more
 * printable ASCII octets but " \ { }, does not start or end with a blank and
 * is not "." or ".."; the whole has a partition, a name and at most 255 octets.
 * ret: the path, which the caller frees, or NULL with e filled (ERR_PARSE, or
 * ERR_RANGE when it is too long).
 */
char *path_absolute(const char *name, struct err *e);

/* The same alphabet for the key of a sub-object, which may hold '/' as it
 * likes. Returns 0 or ERR_PARSE, ERR_RANGE. */
int path_check_key(const char *key, struct err *e);

#endif
