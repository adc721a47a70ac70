/* core/base/mem.c - allocation that succeeds or ends the process.
 *
 * Any thread. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

/* First room of a growing array: most lists of a configuration are short. */
#define ROOM_MIN	8
#define LINE	64u		/* octets of a cache line */

static _Noreturn void
out_of_memory(size_t count, size_t size)
{
	(void)fprintf(stderr, "out of memory: %zu x %zu octets\n", count, size);
	abort();
}

/* count * size, at least 1. */
static size_t
octets(size_t count, size_t size)
{
	size_t len;

	if (__builtin_mul_overflow(count, size, &len))
		out_of_memory(count, size);
	return len != 0 ? len : 1;
}

void *
mem_zalloc(size_t count, size_t size)
{
	/* calloc(3) of zero octets may give NULL. */
	void *p = calloc(1, octets(count, size));

	if (p == NULL)
		out_of_memory(count, size);
	return p;
}

void *
mem_zalloc_lines(size_t count, size_t size)
{
	size_t len = octets(count, size);
	void *p = NULL;

	/* aligned_alloc(3) wants whole lines. */
	if (len <= SIZE_MAX - LINE)
		p = aligned_alloc(LINE, (len + LINE - 1) / LINE * LINE);
	if (p == NULL)
		out_of_memory(count, size);
	return memset(p, 0, len);
}

void *
mem_resize(void *p, size_t count, size_t size)
{
	/* realloc(3) to zero octets would free p on some systems. */
	p = realloc(p, octets(count, size));
	if (p == NULL)
		out_of_memory(count, size);
	return p;
}

void *
mem_grow(void *p, size_t *room, size_t need, size_t size)
{
	size_t was = p != NULL ? *room : 0;
	size_t now = was < ROOM_MIN ? ROOM_MIN : was;

	if (p != NULL && need <= was)
		return p;
	while (now < need)
		now = now <= SIZE_MAX / 2 ? now * 2 : need;
	p = mem_resize(p, now, size);
	memset((char *)p + was * size, 0, (now - was) * size);
	*room = now;
	return p;
}

void *
mem_dup(const void *p, size_t len)
{
	void *copy = mem_resize(NULL, len, 1);

	if (len > 0)
		memcpy(copy, p, len);
	return copy;
}

char *
mem_strdup(const char *s)
{
	return s != NULL ? mem_dup(s, strlen(s) + 1) : NULL;
}

char *
mem_strndup(const char *s, size_t len)
{
	size_t n = strnlen(s, len);
	char *copy = mem_resize(NULL, n + 1, 1);

	memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *
mem_printf(const char *fmt, ...)
{
	va_list ap;
	char *text;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory(1, strlen(fmt));
	return text;
}

void
mem_trim(void)
{
#ifdef __GLIBC__
	(void)malloc_trim(0);
#endif
}
