/* gtmd/plan/memory_text.c - what is remembered over a restart, as text.
 * Layer: gtmd, pure but for memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/plan/memory_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/checksum.h"
#include "core/model/word.h"

#define HEAD		"gtmd-memory 1\n"
#define WORDS_MAX	4	/* of a line */
#define END_MAX		64	/* octets of the last line, at the most */

/* ---- writing ---- */

void
memory_text_init(struct memory_text *m)
{
	*m = (struct memory_text){ .checksum = CHECKSUM_START };
	strbuf_init(&m->text);
	strbuf_add(&m->text, HEAD);
}

void
memory_text_fini(struct memory_text *m)
{
	strbuf_fini(&m->text);
}

static void
add_line(struct memory_text *m, const char *const word[WORDS_MAX])
{
	size_t start = m->text.len;

	for (size_t i = 0; i < WORDS_MAX; i++) {
		strbuf_add(&m->text, i > 0 ? " " : "");
		word_quote(&m->text, word[i]);
	}
	strbuf_add(&m->text, "\n");
	m->checksum = checksum_add(m->checksum, m->text.text + start,
	    m->text.len - start);
	m->lines++;
}

void
memory_text_monitor(struct memory_text *m, const char *monitor,
    const struct addrport *to, enum health_state state)
{
	char place[ADDR_TEXT_MAX];
	const char *const word[WORDS_MAX] = { "monitor", monitor,
	    addr_format_port(to, place), health_name(state) };

	add_line(m, word);
}

void
memory_text_held(struct memory_text *m, const char *type, const char *pool,
    const char *member)
{
	const char *const word[WORDS_MAX] = { "held", type, pool, member };

	add_line(m, word);
}

void
memory_text_end(struct memory_text *m)
{
	strbuf_printf(&m->text, "end %zu %016" PRIx64 "\n", m->lines,
	    m->checksum);
}

/* ---- reading ---- */

/* Where the last line starts, or NULL. */
static const char *
find_end(const char *body, const char *stop)
{
	const char *p = stop;

	if (p == body || p[-1] != '\n')
		return NULL;
	for (p--; p > body && p[-1] != '\n'; p--)
		continue;
	return stop - p < END_MAX ? p : NULL;
}

static bool
end_fits(const char *end, const char *stop, const char *body)
{
	char want[END_MAX];
	size_t lines = 0, len;

	for (const char *p = body; p < end; p++)
		lines += *p == '\n';
	(void)snprintf(want, sizeof(want), "end %zu %016" PRIx64 "\n", lines,
	    checksum_add(CHECKSUM_START, body, (size_t)(end - body)));
	len = strlen(want);
	return len == (size_t)(stop - end) && memcmp(want, end, len) == 0;
}

static void
split(char *line, char *word[WORDS_MAX], size_t *count)
{
	const char *at = line;
	struct strbuf b;
	enum word_kind k;

	strbuf_init(&b);
	*count = 0;
	while ((k = word_next(&at, &b)) == WORD_BARE || k == WORD_QUOTED) {
		if (*count == WORDS_MAX) {
			k = WORD_BAD;
			break;
		}
		word[(*count)++] = mem_strdup(b.text);
	}
	strbuf_fini(&b);
	if (k != WORD_END) {
		while (*count > 0)
			free(word[--*count]);
	}
}

static int
tell_monitor(char *const word[WORDS_MAX], const struct memory_text_sink *sink)
{
	static const enum health_state states[] = { HEALTH_UP, HEALTH_DOWN };
	struct addrport to;

	if (addr_parse_port(word[2], &to) != 0)
		return ERR_PARSE;
	for (size_t i = 0; i < 2; i++) {
		if (strcmp(word[3], health_name(states[i])) != 0)
			continue;
		if (sink->monitor != NULL)
			sink->monitor(sink->arg, word[1], &to, states[i]);
		return 0;
	}
	return ERR_PARSE;
}

static int
tell_words(char *const word[WORDS_MAX], const struct memory_text_sink *sink)
{
	if (strcmp(word[0], "monitor") == 0)
		return tell_monitor(word, sink);
	if (strcmp(word[0], "held") != 0)
		return ERR_PARSE;
	if (sink->held != NULL)
		sink->held(sink->arg, word[1], word[2], word[3]);
	return 0;
}

static int
tell_line(const char *from, size_t len, const struct memory_text_sink *sink)
{
	char *line = mem_strndup(from, len), *word[WORDS_MAX];
	size_t count;
	int rc = ERR_PARSE;

	split(line, word, &count);
	if (count == WORDS_MAX)
		rc = tell_words(word, sink);
	for (size_t i = 0; i < count; i++)
		free(word[i]);
	free(line);
	return rc;
}

/* All lines; *number is that of the first bad one. */
static int
tell_all(const char *body, const char *end,
    const struct memory_text_sink *sink, size_t *number)
{
	*number = 1;
	for (const char *p = body; p < end; p++) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));

		++*number;
		if (tell_line(p, (size_t)(stop - p), sink) != 0)
			return ERR_PARSE;
		p = stop;
	}
	return 0;
}

int
memory_text_read(const char *text, size_t len,
    const struct memory_text_sink *sink, struct err *e)
{
	static const struct memory_text_sink nobody;
	const size_t head = sizeof(HEAD) - 1;
	const char *body = text + head, *stop = text + len, *end;
	size_t number;

	if (len < head || memcmp(text, HEAD, head) != 0)
		return err_set(e, ERR_PARSE,
		    "it does not start as a file of this version does");
	end = find_end(body, stop);
	if (end == NULL || !end_fits(end, stop, body))
		return err_set(e, ERR_PARSE, "it was cut or changed");
	if (tell_all(body, end, &nobody, &number) != 0)
		return err_set(e, ERR_PARSE, "line %zu is not understood",
		    number);
	return tell_all(body, end, sink, &number);
}
