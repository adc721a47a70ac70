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
const struct schema *model_schema(const struct model *m);

const struct object *model_find(const struct model *m, const struct type *t,
    const char *name);
const struct object *model_find_words(const struct model *m,
    const char *words, const char *name);
const struct object *model_next(const struct model *m, const struct type *t,
    size_t *at);
size_t model_count(const struct model *m, const struct type *t);
/* All of a type sorted by name; the caller frees the array. */
const struct object **model_sorted(const struct model *m,
    const struct type *t, size_t *count);

#endif
