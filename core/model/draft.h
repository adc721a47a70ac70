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

/* A clone to edit (the same one each time); NULL when absent. */
struct object *draft_edit(struct draft *d, const struct type *t,
    const char *name);
/* Takes *po: creates, or replaces what has its name. */
void draft_put(struct draft *d, struct object **po);
int draft_delete(struct draft *d, const struct type *t, const char *name,
    struct err *e);

/*
 * draft_check - settle, then check, all that changed and all that refers to
 * what changed or went away.
 *
 * Every broken reference and broken rule becomes a finding with file, line,
 * object and property. ret 0, or the code of the first error.
 */
int draft_check(struct draft *d, struct diag *out);

#endif
