/* core/base/log.c - puts lines together and writes them.
 *
 * A line is made on the stack and leaves through one write(2), so lines of
 * several threads never mix; what the descriptor does not take is lost rather
 * than waited for. No locale, no allocation, errno is left as it was.
 * Any thread; log_setup may come at any time. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/log.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/diag.h"

/* Below PIPE_BUF (4096), so that a pipe takes a line whole or not at all. */
#define LINE_MAX_LEN	2048
#define CUT		" ...[cut]"
/* A quoted sentence of a finding, with room left for its place. */
#define DIAG_QUOTE_MAX	1536

static _Atomic int config_fd = STDERR_FILENO;
static _Atomic int config_level = LOG_INFO;
static _Atomic int config_form = LOG_FORM_TIME;

static const struct {
	const char	*word;
	int		 syslog;	/* severity of RFC 5424 6.2.1 */
} levels[] = {
	[LOG_ERROR]	= { "error", 3 },
	[LOG_WARNING]	= { "warning", 4 },
	[LOG_NOTICE]	= { "notice", 5 },
	[LOG_INFO]	= { "info", 6 },
	[LOG_DEBUG]	= { "debug", 7 },
};

struct line {
	char	text[LINE_MAX_LEN + 1];	/* the newline fits in the last one */
	size_t	len;			/* what was asked for, may be over */
};

void
log_setup(const struct log_config *c)
{
	config_fd = c->fd;
	config_form = (int)c->form;
	config_level = (int)c->level;
}

static void __attribute__((format(printf, 2, 0)))
addv(struct line *l, const char *fmt, va_list ap)
{
	int n;

	if (l->len >= LINE_MAX_LEN)
		return;
	n = vsnprintf(l->text + l->len, LINE_MAX_LEN - l->len, fmt, ap);
	if (n > 0)
		l->len += (size_t)n;
}

static void __attribute__((format(printf, 2, 3)))
add(struct line *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	addv(l, fmt, ap);
	va_end(ap);
}

/* RFC 3339 with milliseconds: 2026-01-31T09:05:00.250Z */
static void
add_time(struct line *l)
{
	struct timespec ts;
	struct tm tm;

	if (clock_gettime(CLOCK_REALTIME, &ts) != 0 ||
	    gmtime_r(&ts.tv_sec, &tm) == NULL)
		return;
	add(l, "%04d-%02d-%02dT%02d:%02d:%02d.%03ldZ ", tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
	    ts.tv_nsec / 1000000);
}

static void
add_front(struct line *l, enum log_level level)
{
	switch ((enum log_form)config_form) {
	case LOG_FORM_TIME:
		add_time(l);
		break;
	case LOG_FORM_BARE:
		break;
	case LOG_FORM_JOURNAL:
		add(l, "<%d>", levels[level].syslog);
		break;
	}
	add(l, "%s ", levels[level].word);
}

/* One event stays one line, whatever a caller forgot to quote. */
static void
finish(struct line *l)
{
	if (l->len >= LINE_MAX_LEN) {
		l->len = LINE_MAX_LEN - sizeof(CUT);
		while (l->len > 0 &&
		    ((unsigned char)l->text[l->len] & 0xc0) == 0x80)
			l->len--;	/* no half of a UTF-8 sequence */
		memcpy(l->text + l->len, CUT, sizeof(CUT));
		l->len += sizeof(CUT) - 1;
	}
	while (l->len > 0 && l->text[l->len - 1] == ' ')
		l->len--;
	for (size_t i = 0; i < l->len; i++)
		if ((unsigned char)l->text[i] < 0x20 || l->text[i] == 0x7f)
			l->text[i] = '?';
	l->text[l->len++] = '\n';
}

static void
emit(const struct line *l)
{
	ssize_t n;

	do {
		n = write(config_fd, l->text, l->len);
	} while (n == -1 && errno == EINTR);
}

void
log_at(enum log_level level, const char *area, const char *object,
    const char *event, const char *fmt, ...)
{
	int saved = errno;
	struct line l;
	va_list ap;

	if ((int)level > config_level)
		return;
	l.len = 0;
	add_front(&l, level);
	add(&l, "%s ", area);
	if (object != NULL && *object != '\0')
		add(&l, "%s ", object);
	add(&l, "%s ", event);
	va_start(ap, fmt);
	addv(&l, fmt, ap);
	va_end(ap);
	finish(&l);
	emit(&l);
	errno = saved;
}

/* "file:12:3", as much of it as is known. */
static const char *
format_place(const struct diag_pos *p, char *buf, size_t cap)
{
	const char *file = p->file != NULL ? p->file : "";

	if (p->line != 0 && p->column != 0)
		(void)snprintf(buf, cap, "%s:%u:%u", file, p->line, p->column);
	else if (p->line != 0)
		(void)snprintf(buf, cap, "%s:%u", file, p->line);
	else
		(void)snprintf(buf, cap, "%s", file);
	return buf;
}

void
log_diag(const char *area, const struct diag *d)
{
	char where[256], text[DIAG_QUOTE_MAX];

	for (size_t i = 0; i < d->count; i++) {
		const struct diag_entry *en = &d->entries[i];
		enum log_level level = en->level == DIAG_ERROR ?
		    LOG_ERROR : LOG_WARNING;

		log_at(level, area,
		    format_place(&en->pos, where, sizeof(where)), "config",
		    "text=%s", log_quote(en->text, text, sizeof(text)));
	}
}

static bool
is_plain(const char *text)
{
	if (*text == '\0')
		return false;
	for (const char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p <= 0x20 || *p == 0x7f || *p == '"' ||
		    *p == '\\')
			return false;
	return true;
}

/* One octet as it stands inside quotes; returns its length, at most 4. */
static size_t
escape(char c, char out[5])
{
	static const char from[] = "\n\r\t\"\\", to[] = "nrt\"\\";
	const char *at = strchr(from, c);

	if (at != NULL)
		return (size_t)snprintf(out, 5, "\\%c", to[at - from]);
	if ((unsigned char)c < 0x20 || c == 0x7f)
		return (size_t)snprintf(out, 5, "\\x%02x", (unsigned char)c);
	out[0] = c;
	return 1;
}

const char *
log_quote(const char *text, char *buf, size_t cap)
{
	size_t n = 0, len;
	char one[5];

	assert(cap >= sizeof("\"...\""));
	if (is_plain(text) && strlen(text) < cap)
		return memcpy(buf, text, strlen(text) + 1);
	buf[n++] = '"';
	for (; *text != '\0'; text++, n += len) {
		len = escape(*text, one);
		if (n + len + sizeof("...\"") > cap)
			break;
		memcpy(buf + n, one, len);
	}
	(void)snprintf(buf + n, cap - n, "%s\"", *text != '\0' ? "..." : "");
	return buf;
}

int
log_level_parse(const char *word)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(levels[i].word, word) == 0)
			return (int)i;
	return -1;
}
