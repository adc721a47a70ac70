/* core/model/refindex.h - who refers to what: the reverse of objref, kept up
 * to date by each commit, so that a change finds those it concerns without
 * looking at all objects. And who has which key (type.each_key).
 *
 * Targets need not exist. Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_REFINDEX_H
#define CORE_MODEL_REFINDEX_H

#include "core/base/digestmap.h"

struct object;
struct type;

struct refindex {
	/* By words and name, or by key alone: who refers to it. */
	struct digestmap targets;
};

typedef void refindex_fn(void *arg, const struct object *referrer);

void refindex_init(struct refindex *x);
void refindex_fini(struct refindex *x);
/* o is borrowed until it is removed. */
void refindex_add(struct refindex *x, const struct object *o);
void refindex_remove(struct refindex *x, const struct object *o);

/* The keys alone, for an index that is thrown away whole. */
void refindex_add_keys(struct refindex *x, const struct object *o);

/* Calls fn for each object that has this key. */
void refindex_each_keyed(const struct refindex *x, const char *key,
    refindex_fn *fn, void *arg);

/* Calls fn for each object that refers to the object of type t called name, by
 * the type's own words or by a family it belongs to. May name one twice. */
void refindex_each(const struct refindex *x, const struct type *t,
    const char *name, refindex_fn *fn, void *arg);

#endif
