/* core/model/nameform.c - see nameform.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/nameform.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/word.h"

/* One word of a form. */
struct part {
	const char	*text;
	size_t		 len;
	bool		 fixed;		/* stands for itself */
	bool		 optional;	/* in brackets, which text leaves out */
};

/* The next word of the form; false at its end. */
static bool
next_part(const char **form, struct part *p)
{
	*form += strspn(*form, " ");
	p->text = *form;
	p->len = strcspn(*form, " ");
	if (p->len == 0)
		return false;
	*form += p->len;
	p->optional = p->text[0] == '[';
	if (p->optional) {
		p->text++;
		p->len -= 2;
	}
	p->fixed = p->optional || p->text[p->len - 1] == ':';
	return true;
}

static bool
is_part(const struct part *p, const char *text, size_t len)
{
	return len == p->len && memcmp(text, p->text, len) == 0;
}

size_t
nameform_words(const char *form, const char *const *words, size_t count)
{
	struct part p;
	size_t at = 0;

	while (next_part(&form, &p)) {
		bool is = at < count &&
		    (!p.fixed || is_part(&p, words[at], strlen(words[at])));

		if (is)
			at++;
		else if (!p.optional)
			return 0;
	}
	return at;
}

void
nameform_join(struct strbuf *b, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			strbuf_add_char(b, ' ');
		strbuf_add(b, words[i]);
	}
}

/* Octets of the text that the last word before this point of the form takes:
 * up to its next fixed word, or all. */
static size_t
value_len(const char *form, const char *text)
{
	struct part p;
	const char *end;
	char *stop;
	size_t len = strlen(text);

	while (next_part(&form, &p) && (!p.fixed || p.optional))
		continue;
	if (!p.fixed || p.optional)
		return len;
	stop = mem_printf(" %.*s ", (int)p.len, p.text);
	end = strstr(text, stop);
	free(stop);
	return end != NULL ? (size_t)(end - text) : len;
}

/* Is this word of the form followed by a fixed one, or by nothing? */
static bool
ends_a_run(const char *form)
{
	struct part p;

	return !next_part(&form, &p) || (p.fixed && !p.optional);
}

/* Words that are alone between blanks, and values. False: not of the form. */
static bool
split(struct strbuf *b, const char *form, const char *name)
{
	struct part p;

	while (next_part(&form, &p)) {
		size_t len = strcspn(name, " ");
		char *word;

		if (!p.fixed && ends_a_run(form))
			len = value_len(form, name);
		if (p.fixed && !is_part(&p, name, len)) {
			if (p.optional)
				continue;
			return false;
		}
		if (len == 0)
			return false;
		if (b->len > 0)
			strbuf_add_char(b, ' ');
		word = mem_strndup(name, len);
		word_quote(b, word);
		free(word);
		name += len;
		name += *name == ' ';
	}
	return *name == '\0';
}

void
nameform_quote(struct strbuf *b, const char *form, const char *name)
{
	struct strbuf words = { 0 };

	if (split(&words, form, name))
		strbuf_add(b, words.text);
	else
		word_quote(b, name);
	strbuf_fini(&words);
}
