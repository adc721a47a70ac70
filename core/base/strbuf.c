/* core/base/strbuf.c - text that grows by doubling.
 *
 * One owner at a time, no locking. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/strbuf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* The text of a buffer that owns no memory yet (cap 0). Never written. */
static char nothing[1];

/* The first room: short of that the allocator's own overhead is the larger. */
#define ROOM_MIN	24

/* Room for more octets and the terminator. */
static void
reserve(struct strbuf *b, size_t more)
{
	char *own = b->cap != 0 ? b->text : NULL;
	size_t need;

	if (more < b->cap - b->len)
		return;
	assert(more < (size_t)-1 - b->len);
	need = b->len + more + 1;
	b->text = mem_grow(own, &b->cap, need > ROOM_MIN ? need : ROOM_MIN, 1);
}

void
strbuf_init(struct strbuf *b)
{
	*b = (struct strbuf){ .text = nothing };
}

void
strbuf_fini(struct strbuf *b)
{
	if (b->cap != 0)
		free(b->text);
	strbuf_init(b);
}

void
strbuf_clear(struct strbuf *b)
{
	b->len = 0;
	if (b->cap != 0)
		b->text[0] = '\0';
	else
		b->text = nothing;
}

void
strbuf_add(struct strbuf *b, const char *text)
{
	strbuf_add_len(b, text, strlen(text));
}

void
strbuf_add_len(struct strbuf *b, const void *octets, size_t len)
{
	reserve(b, len);
	if (len > 0)
		memcpy(b->text + b->len, octets, len);
	b->len += len;
	b->text[b->len] = '\0';
}

void
strbuf_add_char(struct strbuf *b, char c)
{
	reserve(b, 1);
	b->text[b->len++] = c;
	b->text[b->len] = '\0';
}

void
strbuf_printf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	reserve(b, 64);		/* most additions then need one pass */
	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(b->text + b->len, b->cap - b->len, fmt, ap);
	assert(n >= 0);		/* a wrong format is our own bug */
	if ((size_t)n >= b->cap - b->len) {
		reserve(b, (size_t)n);
		(void)vsnprintf(b->text + b->len, (size_t)n + 1, fmt, again);
	}
	b->len += (size_t)n;
	va_end(again);
	va_end(ap);
}

char *
strbuf_take(struct strbuf *b)
{
	char *text;

	reserve(b, 0);		/* even no text is a text of its own */
	text = b->text;
	text[b->len] = '\0';
	strbuf_init(b);
	return text;
}
