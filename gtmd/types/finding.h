/* gtmd/types/finding.h - a finding about an object or one of its items, with
 * the object's name in front and the place where it was read.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_TYPES_FINDING_H
#define GTMD_TYPES_FINDING_H

#include <stdbool.h>

struct diag;
struct err;
struct object;

/* item (may be NULL) is the sub-object of o that is meant: "pool /Common/p:
 * member /Common/s:vs: sentence". Returns code. */
int finding_error(struct diag *out, const struct object *o,
    const struct object *item, int code, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* The same with e's code and sentence. */
int finding_err(struct diag *out, const struct object *o,
    const struct object *item, const struct err *e);

/* A warning; arguments as finding_error. */
void finding_warn(struct diag *out, const struct object *o,
    const struct object *item, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Of two objects that contradict one another, does o stand before other in one
 * file? Then the finding is other's, once. */
bool finding_is_first(const struct object *o, const struct object *other);

#endif
