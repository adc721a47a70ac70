/* core/model/model.h - all objects of the configuration that counts now.
 *
 * Only a commit changes it, on the control loop; other threads read what is
 * compiled from it, never the model. Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_MODEL_H
#define CORE_MODEL_MODEL_H

#include <stddef.h>

struct model;
struct object;
struct refindex;
struct schema;
struct type;

/* With a default object of each single type and the schema's built-in ones. */
struct model *model_new(const struct schema *s);
void model_free(struct model **pm);

/* The schema it was made with, borrowed. */
const struct schema *model_schema(const struct model *m);

/* The object of this type (or of the type with these words) and full path,
 * borrowed until the next commit, or NULL. One hash look-up. A single object
 * is always there, its name is "" (or NULL). */
const struct object *model_find(const struct model *m, const struct type *t,
    const char *name);
const struct object *model_find_words(const struct model *m,
    const char *words, const char *name);
/* Walks a type in no order: *at starts at 0; NULL at the end. */
const struct object *model_next(const struct model *m, const struct type *t,
    size_t *at);
/* How many objects of this type there are. */
size_t model_count(const struct model *m, const struct type *t);
/* All of a type sorted by name; the caller frees the array. */
const struct object **model_sorted(const struct model *m,
    const struct type *t, size_t *count);

/* Who refers to what. */
const struct refindex *model_refs(const struct model *m);

/* For the store alone. put takes *po, which replaces the object of its name;
 * remove drops the model's reference. Both keep the references' index. */
void model_put(struct model *m, struct object **po);
void model_remove(struct model *m, const struct type *t, const char *name);

#endif
