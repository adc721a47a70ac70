/* monitors/argline.c - see argline.h. SPDX-License-Identifier: Apache-2.0 */
#include "monitors/argline.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"

#define BLANKS	" \t\r\n"

/* The word that starts at *at, which is no blank; *at moves behind it. NULL
 * when a quote in it is never closed. */
static char *
take_word(const char **at)
{
	struct strbuf b = { 0 };
	const char *p = *at;
	bool quoted = false;

	strbuf_init(&b);
	for (; *p != '\0' && (quoted || strchr(BLANKS, *p) == NULL); p++) {
		if (*p == '"') {
			quoted = !quoted;
			continue;
		}
		if (*p == '\\' && (p[1] == '\\' || p[1] == '"'))
			p++;
		strbuf_add_char(&b, *p);
	}
	*at = p;
	if (!quoted)
		return strbuf_take(&b);
	strbuf_fini(&b);
	return NULL;
}

char **
argline_split(const char *text, size_t *count, struct err *e)
{
	char **v = mem_zalloc(ARGLINE_MAX + 1, sizeof(*v));
	const char *at = text != NULL ? text : "";

	for (*count = 0; at += strspn(at, BLANKS), *at != '\0'; ++*count) {
		if (*count == ARGLINE_MAX) {
			(void)err_set(e, ERR_RANGE, "more than %d arguments",
			    ARGLINE_MAX);
			argline_free(&v);
			return NULL;
		}
		v[*count] = take_word(&at);
		if (v[*count] == NULL) {
			(void)err_set(e, ERR_PARSE, "a quote is never closed");
			argline_free(&v);
			return NULL;
		}
	}
	return v;
}

void
argline_free(char ***pv)
{
	char **v = *pv;

	*pv = NULL;
	for (size_t i = 0; v != NULL && v[i] != NULL; i++)
		free(v[i]);
	free(v);
}
