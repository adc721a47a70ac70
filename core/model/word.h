/* core/model/word.h - words of the tmsh language: where one ends, what its
 * quotes and escapes mean, and how a text is written as one word.
 *
 * A word is bare (ends at a blank, a brace or a quote) or stands between
 * double quotes and may then span lines. Escapes: \" \\ \? give the second
 * octet in both kinds, bare words also know \{ \} \# and backslash blank. Every
 * other backslash is an octet like any other, with what follows it: "\r\n" in a
 * quoted string are four octets, for the reader of the value to interpret.
 * Layer: core/model, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_WORD_H
#define CORE_MODEL_WORD_H

#include <stdbool.h>

struct strbuf;

enum word_kind { WORD_END, WORD_BARE, WORD_QUOTED, WORD_OPEN, WORD_CLOSE,
    WORD_BAD };

/* Appends the word that starts at p (for the quoted kind: behind its opening
 * quote) to out. Returns where the text goes on; the quoted kind gives NULL
 * when the closing quote is missing, with out as far as it went. */
const char *word_scan_bare(const char *p, const char *end, struct strbuf *out);
const char *word_scan_quoted(const char *p, const char *end,
    struct strbuf *out);

/* Takes the next word of a line of them: *at moves on, out is replaced. Braces
 * are words of their own. WORD_BAD is a quote that never closes. */
enum word_kind word_next(const char **at, struct strbuf *out);

/* Appends text as one word, quoted and escaped only where it has to be. What
 * word_next reads back is text, octet by octet. */
void word_quote(struct strbuf *b, const char *text);

/* Would word_quote write it without quotes (an escape may still be there)? */
bool word_is_bare(const char *text);

#endif
