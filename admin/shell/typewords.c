/* admin/shell/typewords.c - see typewords.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/typewords.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "admin/shell/catalog.h"
#include "admin/shell/command.h"
#include "admin/shell/phrase.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"

/* Types whose first words are these. */
static bool
starts_with(const struct catalog_type *t, const char *words)
{
	size_t len = strlen(words);

	return len == 0 || (strncmp(t->words, words, len) == 0 &&
	    (t->words[len] == ' ' || t->words[len] == '\0'));
}

/* The word behind those words, and its length; 0 at the end. */
static const char *
word_behind(const struct catalog_type *t, const char *words, size_t *len)
{
	const char *p = t->words + strlen(words);

	p += *p == ' ';
	*len = strcspn(p, " ");
	return p;
}

/* Finds the word that text is or is short for. 1, 0 = none, or ERR_PARSE. */
static int
match_word(const struct catalog *c, const char *words, const char *text,
    char **word, struct err *e)
{
	size_t count, len = strlen(text), hits = 0, first = 0;
	struct typewords_next *v = typewords_next(c, words, &count);
	int rc = 0;

	for (size_t i = 0; i < count; i++) {
		if (strncmp(v[i].word, text, len) != 0)
			continue;
		if (v[i].word[len] == '\0') {
			first = i;
			hits = 1;
			break;
		}
		if (hits++ == 0)
			first = i;
		else if (hits == 2)
			rc = err_set(e, ERR_PARSE, "%s: could be %s or %s",
			    text, v[first].word, v[i].word);
	}
	if (hits == 1) {
		*word = mem_strdup(v[first].word);
		rc = 1;
	}
	typewords_next_free(v, count);
	return rc;
}

/* Adds words of the phrase to b as long as they name types. Returns how many
 * were taken, or ERR_PARSE. */
static int
take_words(const struct catalog *c, struct strbuf *b, const struct phrase *p,
    size_t at, struct err *e)
{
	int taken = 0;

	for (;; at++, taken++) {
		const char *text = phrase_word(p, at);
		char *word;
		int rc;

		if (text == NULL || *text == '\0' || p->parts[at].quoted)
			return taken;
		rc = match_word(c, b->text, text, &word, e);
		if (rc < 0)
			return rc;
		if (rc == 0)
			return taken;
		strbuf_printf(b, "%s%s", b->len > 0 ? " " : "", word);
		free(word);
	}
}

static void
collect(struct typewords *t, const struct catalog *c)
{
	t->types = mem_zalloc(c->count + 1, sizeof(t->types[0]));
	for (int refused = 0; refused < 2 && t->count == 0; refused++)
		for (size_t i = 0; i < c->count; i++)
			if (starts_with(&c->types[i], t->words) &&
			    (c->types[i].refused != NULL) == (refused == 1))
				t->types[t->count++] = &c->types[i];
	t->whole = catalog_find(c, t->words);
}

/* When what was typed behind the mode is what a type is also called, b is that type's
 * words. */
static void
take_also(const struct catalog *c, const char *mode,
    const struct phrase_part *typed, size_t count, struct strbuf *b)
{
	struct strbuf text;

	strbuf_init(&text);
	strbuf_add(&text, mode);
	for (size_t i = 0; i < count; i++)
		strbuf_printf(&text, "%s%s", text.len > 0 ? " " : "",
		    typed[i].text);
	for (size_t i = 0; i < c->count; i++)
		if (c->types[i].also != NULL &&
		    strcmp(c->types[i].also, text.text) == 0) {
			strbuf_clear(b);
			strbuf_add(b, c->types[i].words);
		}
	strbuf_fini(&text);
}

int
typewords_resolve(struct typewords *t, const struct command_place *at,
    const struct phrase *p, size_t from, struct err *e)
{
	const char *mode = "";
	struct strbuf b;
	int taken;

	*t = (struct typewords){ 0 };
	strbuf_init(&b);
	taken = take_words(at->catalog, &b, p, from, e);
	if (taken >= 0 && taken < 2 && *at->mode != '\0') {
		mode = at->mode;
		strbuf_clear(&b);
		strbuf_add(&b, mode);
		taken = take_words(at->catalog, &b, p, from, e);
	}
	if (taken == 0 && *at->mode == '\0') {
		const char *word = phrase_word(p, from);

		taken = word == NULL ?
		    err_set(e, ERR_PARSE, "a type of object expected") :
		    err_set(e, ERR_UNKNOWN, "%s: unknown type of object", word);
	}
	if (taken > 0 && from + (size_t)taken < p->count)
		take_also(at->catalog, mode, p->parts + from, (size_t)taken,
		    &b);
	if (taken >= 0) {
		t->used = (size_t)taken;
		t->words = strbuf_take(&b);
		collect(t, at->catalog);
	}
	strbuf_fini(&b);
	return taken < 0 ? taken : 0;
}

void
typewords_all(struct typewords *t, const struct catalog *c)
{
	*t = (struct typewords){ .words = mem_strdup("") };
	collect(t, c);
}

void
typewords_fini(struct typewords *t)
{
	free(t->types);
	free(t->words);
	*t = (struct typewords){ 0 };
}

static bool
has_word(const struct typewords_next *v, size_t count, const char *p, size_t len)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(v[i].word, p, len) == 0 && v[i].word[len] == '\0')
			return true;
	return false;
}

struct typewords_next *
typewords_next(const struct catalog *c, const char *words, size_t *count)
{
	struct typewords_next *v = mem_zalloc(c->count + 1, sizeof(*v));
	size_t len;

	*count = 0;
	for (size_t i = 0; i < c->count; i++) {
		const struct catalog_type *t = &c->types[i];
		const char *p;

		if (!starts_with(t, words))
			continue;
		p = word_behind(t, words, &len);
		if (len == 0 || has_word(v, *count, p, len))
			continue;
		v[*count].word = mem_strndup(p, len);
		v[(*count)++].type = p[len] == '\0' ? t : NULL;
	}
	return v;
}

void
typewords_next_free(struct typewords_next *v, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(v[i].word);
	free(v);
}
