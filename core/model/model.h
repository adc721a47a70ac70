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
struct schema;
struct type;

struct model *model_new(const struct schema *s);
void model_free(struct model **pm);

/* The schema it was made with, borrowed. */
const struct schema *model_schema(const struct model *m);

/* The object of this type (or of the type with these words) and full path,
 * borrowed until the next commit, or NULL. One hash look-up. */
const struct object *model_find(const struct model *m, const struct type *t,
    const char *name);
const struct object *model_find_words(const struct model *m,
    const char *words, const char *name);
/* Walks a type in no order: *at starts at 0; NULL at the end. */
const struct object *model_next(const struct model *m, const struct type *t,
    size_t *at);
/* Objects of this type, built-in ones included. */
size_t model_count(const struct model *m, const struct type *t);
/* All of a type sorted by name; the caller frees the array. */
const struct object **model_sorted(const struct model *m,
    const struct type *t, size_t *count);

#endif
