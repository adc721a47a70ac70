/* core/model/tmos_write.h - objects as canonical configuration text.
 *
 * Four blanks per level, keys in alphabetical order, quotes only where they are
 * needed, what is at its default left out, except rows that are required or say
 * so (PROP_ALWAYS). Of an object with defaults-from, just the rows given.
 * What is written reads back as an equal object, and is then written the same.
 * Layer: core/model, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_TMOS_WRITE_H
#define CORE_MODEL_TMOS_WRITE_H

#include <stdbool.h>

struct model;
struct object;
struct strbuf;
struct type;

/* One stanza. all: every property, as "list … all-properties" shows it; rows
 * that are refused are left out, for they have no say. */
void tmos_write_object(struct strbuf *b, const struct object *o, bool all);

/* "gtm pool a /Common/x", as stanzas and delete lines start. */
void tmos_write_header(struct strbuf *b, const struct type *t,
    const char *name);

/* A whole file: all objects but the built-in ones and single ones that say
 * nothing, by type in the schema's order, then by name. */
void tmos_write_model(struct strbuf *b, const struct model *m);

#endif
