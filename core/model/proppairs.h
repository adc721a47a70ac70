/* core/model/proppairs.h - pairs of a key and a text, as PROP_PAIRS holds them:
 * words "KEY=text" in a strlist, each key once.
 *
 * Files have a line for each pair: user-defined KEY "text". Layer: core/model,
 * pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_PROPPAIRS_H
#define CORE_MODEL_PROPPAIRS_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct prop;
struct strlist;

/* Octets of the key that a word starts with; the text is behind the "=". */
size_t proppairs_key_len(const char *word);
/* Is there a pair with this key? */
bool proppairs_has(const struct strlist *l, const char *key);

/* One pair of the object's row, in the place of that with the same key if there
 * is one; text NULL takes it away. Errors as prop_add's. */
int proppairs_put(const struct prop *p, void *obj, const char *key,
    const char *text, struct err *e);

#endif
