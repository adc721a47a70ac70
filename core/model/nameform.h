/* core/model/nameform.h - names of several words, such as a topology record's:
 * "ldns: subnet 10.0.0.0/8 server: pool /Common/p".
 *
 * A type's form says where such a name ends: "ldns: [not] KIND VALUE server:
 * [not] KIND VALUE". A word with a colon stands for itself, one in brackets
 * may be missing, any other is one word. As a text, the name is its words with
 * blanks between them; a VALUE may hold blanks of its own and ends where the
 * form's next word with a colon stands. Layer: core/model, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_NAMEFORM_H
#define CORE_MODEL_NAMEFORM_H

#include <stddef.h>

struct strbuf;

/* How many of the words at the front are a name of this form; 0 when they are
 * none. */
size_t nameform_words(const char *form, const char *const *words,
    size_t count);

/* Appends the words as a text. */
void nameform_join(struct strbuf *b, const char *const *words, size_t count);

/* Appends a name's text as words of the tmsh language: what holds blanks stands
 * in quotes. A text that is not of the form becomes one word. */
void nameform_quote(struct strbuf *b, const char *form, const char *name);

#endif
