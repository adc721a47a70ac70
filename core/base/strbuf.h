/* core/base/strbuf.h - text that grows. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_STRBUF_H
#define CORE_BASE_STRBUF_H

#include <stddef.h>

/* text is always terminated and never NULL after init; only the len octets of
 * it may be written. All zero is also a valid empty one, whose text is NULL
 * until the first addition. */
struct strbuf {
	char	*text;
	size_t	 len;		/* octets, without the terminator */
	size_t	 cap;
};

void strbuf_init(struct strbuf *b);
void strbuf_fini(struct strbuf *b);
/* Each keeps text terminated and makes room as needed; clear keeps the room. */
void strbuf_clear(struct strbuf *b);
void strbuf_add(struct strbuf *b, const char *text);
void strbuf_add_len(struct strbuf *b, const void *octets, size_t len);
void strbuf_add_char(struct strbuf *b, char c);
void strbuf_printf(struct strbuf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Gives the text away (the caller frees it); b is empty afterwards. */
char *strbuf_take(struct strbuf *b);

#endif
