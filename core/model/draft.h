/* core/model/draft.h - a private copy of the model on which a change is made
 * and checked before it counts.
 *
 * A draft is an overlay: objects it does not touch are the model's own, so
 * a change of one object costs the same in a model of ten or of 100,000.
 * One thread (the control loop). Layer: core/model, may include core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_DRAFT_H
#define CORE_MODEL_DRAFT_H

#include <stdbool.h>
#include <stddef.h>

struct diag;
struct draft;
struct err;
struct model;
struct object;
struct overlay;
struct schema;
struct type;

/* model may be NULL: an empty one with the schema's built-in objects. */
struct draft *draft_new(const struct schema *s, struct model *m);
void draft_free(struct draft **pd);

/* As the draft sees it: overlay first. NULL when absent. A single object is
 * always there (name "" or NULL), with defaults when nobody wrote it. */
const struct object *draft_find(const struct draft *d, const struct type *t,
    const char *name);
/* By the words of a type or of a family of types: "gtm monitor" finds
 * "gtm monitor http" too. */
const struct object *draft_find_words(const struct draft *d, const char *words,
    const char *name);

/* Walks the objects of a type, in no order: *at starts at 0, NULL at the end. */
const struct object *draft_next(const struct draft *d, const struct type *t,
    size_t *at);

/*
 * draft_effective - an object's values with defaults-from followed to its end.
 *
 * Always a new object for the caller to unref; without a parent (or when the
 * parent is missing, or the chain runs in a circle) as far as it goes.
 */
struct object *draft_effective(const struct draft *d, const struct object *o);

/*
 * draft_each_keyed - the objects of the draft that have a key (type.each_key).
 *
 * Costs the same in a model of any size; the draft's own objects are indexed
 * at the first call after a change. What is edited in place (draft_edit) is
 * found by its new keys from draft_check on.
 */
void draft_each_keyed(const struct draft *d, const char *key,
    void (*fn)(void *arg, const struct object *o), void *arg);

/* A clone to edit (the same one each time); NULL when absent. */
struct object *draft_edit(struct draft *d, const struct type *t,
    const char *name);
/* Takes *po: creates, or replaces what has its name. */
void draft_put(struct draft *d, struct object **po);
/* ERR_NOTFOUND; ERR_DENIED for built-in and single objects. Whether somebody
 * refers to it is draft_check's question. */
int draft_delete(struct draft *d, const struct type *t, const char *name,
    struct err *e);

/* What the draft has not put goes: objects are deleted but for the built-in
 * ones, single ones are at their defaults. So the draft says all there is. */
void draft_delete_rest(struct draft *d);

/*
 * draft_check - settle, then check, all that changed and all that refers to
 * what changed or went away.
 *
 * Every broken reference and broken rule becomes a finding with file, line,
 * object and property. What inherits from something that changed counts as
 * changed too. So a type's check hook may rely on the objects it refers to and
 * on theirs through defaults-from, and need not look further.
 * ret 0, or the code of the first error.
 */
int draft_check(struct draft *d, struct diag *out);

/* May objects of this type differ from the model's? Of a draft over nothing,
 * as a load makes it, always. Costs the same in a model of any size. */
bool draft_touches(const struct draft *d, const struct type *t);

/* Was it read from a text, as a configuration is loaded? Then checks that look
 * at all there is are worth what they cost. A draft over nothing always is. */
bool draft_is_load(const struct draft *d);
void draft_mark_load(struct draft *d);

/* What the draft changes, for the store. */
const struct overlay *draft_overlay(const struct draft *d);
const struct schema *draft_schema(const struct draft *d);
const struct model *draft_base(const struct draft *d);
/* Objects that checks of this draft have looked at so far: what a change costs
 * in a model of any size. */
size_t draft_work(const struct draft *d);

#endif
