/* core/model/strlist.h - a sorted list of different words, as struct strlist
 * in prop.h holds it. Layer: core/model, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_STRLIST_H
#define CORE_MODEL_STRLIST_H

#include <stdbool.h>

#include "core/model/prop.h"

/* Copies word into its place. False when it is there already. */
bool strlist_add(struct strlist *l, const char *word);
bool strlist_remove(struct strlist *l, const char *word);
void strlist_fini(struct strlist *l);
/* to is empty. */
void strlist_copy(struct strlist *to, const struct strlist *from);
bool strlist_equal(const struct strlist *a, const struct strlist *b);

#endif
