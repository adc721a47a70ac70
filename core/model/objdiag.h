/* core/model/objdiag.h - a finding about an object or one of its items, with
 * the object's name in front and the place where it was read.
 * Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_OBJDIAG_H
#define CORE_MODEL_OBJDIAG_H

#include <stdbool.h>

struct diag;
struct draft;
struct err;
struct object;

/* item (may be NULL) is the sub-object of o that is meant: "pool /Common/p:
 * member /Common/s:vs: sentence". Returns code. */
int objdiag_error(struct diag *out, const struct object *o,
    const struct object *item, int code, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* The same with e's code and sentence. */
int objdiag_err(struct diag *out, const struct object *o,
    const struct object *item, const struct err *e);

/* A warning; arguments as objdiag_error. */
void objdiag_warn(struct diag *out, const struct object *o,
    const struct object *item, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * objdiag_other - the object that has what o wants for itself.
 *
 * in     key  what both have by type.each_key
 *        clash  may they both have it? NULL = never
 * ret    one that clashes with o; NULL when there is none, or when o stands
 *        before each of them in one file: then the finding is theirs, once
 */
const struct object *objdiag_other(const struct draft *d,
    const struct object *o, const char *key,
    bool (*clash)(const struct object *a, const struct object *b));

#endif
