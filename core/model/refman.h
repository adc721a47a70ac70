/* core/model/refman.h - the reference manual of a schema, in Markdown: each
 * type with its properties, what they take, their defaults, and what is known
 * but refused as yet. So the manual says what the program does.
 * Layer: core/model, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_REFMAN_H
#define CORE_MODEL_REFMAN_H

struct schema;
struct strbuf;

/* The same text for the same tables, always. */
void refman_write(struct strbuf *b, const struct schema *s);

#endif
