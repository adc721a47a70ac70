/* core/base/err.c - writes the sentence of a failure.
 *
 * Decides only its form: one line, cut visibly when it is too long. What a
 * sentence says is the caller's business. No state, any thread.
 * Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define CUT	"..."

/* Appends to the sentence at off; returns the offset behind what was asked
 * for, which is over the room when it did not fit. */
static size_t __attribute__((format(printf, 3, 0)))
put(struct err *e, size_t off, const char *fmt, va_list ap)
{
	int n;

	if (off >= sizeof(e->text))
		return off;
	n = vsnprintf(e->text + off, sizeof(e->text) - off, fmt, ap);
	return n > 0 ? off + (size_t)n : off;
}

static size_t __attribute__((format(printf, 3, 4)))
putf(struct err *e, size_t off, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	off = put(e, off, fmt, ap);
	va_end(ap);
	return off;
}

/* A sentence quotes foreign text, so a control character in it could forge a
 * line of the log: one '?' each. Marks a sentence that did not fit, without
 * leaving half a UTF-8 sequence behind. */
static void
finish(struct err *e, size_t wanted)
{
	size_t at = sizeof(e->text) - sizeof(CUT);

	for (char *p = e->text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	if (wanted < sizeof(e->text))
		return;
	while (at > 0 && ((unsigned char)e->text[at] & 0xc0) == 0x80)
		at--;
	memcpy(e->text + at, CUT, sizeof(CUT));
}

int
err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL)
		return code;
	e->code = code;
	e->text[0] = '\0';
	va_start(ap, fmt);
	finish(e, put(e, 0, fmt, ap));
	va_end(ap);
	return code;
}

static int
code_of_errno(int sys_errno)
{
	switch (sys_errno) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return ERR_NOSPACE;
	default:
		return ERR_IO;
	}
}

int
err_of_open(int sys_errno)
{
	switch (sys_errno) {
	case ENOENT:
	case ENOTDIR:
	case EISDIR:
	case ELOOP:
	case ENXIO:
	case EACCES:
	case EPERM:
	case ENAMETOOLONG:
		return ERR_REF;
	default:
		return code_of_errno(sys_errno);
	}
}

int
err_sys(struct err *e, int sys_errno, const char *fmt, ...)
{
	va_list ap;
	size_t off;
	int code = code_of_errno(sys_errno);

	if (e == NULL)
		return code;
	e->code = code;
	e->text[0] = '\0';
	va_start(ap, fmt);
	off = put(e, 0, fmt, ap);
	va_end(ap);
	finish(e, putf(e, off, ": %s", strerror(sys_errno)));
	return code;
}

int
err_wrap(struct err *e, const char *fmt, ...)
{
	char was[ERR_TEXT_MAX];
	va_list ap;
	size_t off;

	if (e == NULL)
		return ERR_PARSE;
	memcpy(was, e->text, sizeof(was));
	e->text[0] = '\0';
	va_start(ap, fmt);
	off = put(e, 0, fmt, ap);
	va_end(ap);
	finish(e, putf(e, off, ": %s", was));
	return e->code;
}
