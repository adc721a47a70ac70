/* core/model/schema.c - finding a type by its words; see type.h.
 * Layer: core/model. SPDX-License-Identifier: Apache-2.0
 */
#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "core/model/type.h"

const struct type *
schema_find(const struct schema *s, const char *words)
{
	for (size_t i = 0; s->types[i] != NULL; i++)
		if (strcmp(s->types[i]->words, words) == 0)
			return s->types[i];
	return NULL;
}

size_t
schema_count(const struct schema *s)
{
	size_t n = 0;

	while (s->types[n] != NULL)
		n++;
	return n;
}

size_t
schema_index(const struct schema *s, const struct type *t)
{
	size_t i = 0;

	while (s->types[i] != NULL && s->types[i] != t)
		i++;
	assert(s->types[i] != NULL);
	return i;
}

#define OR	" or "

const char *
schema_each_words(const char **at, size_t *len)
{
	const char *words = *at, *or = strstr(words, OR);

	*len = or != NULL ? (size_t)(or - words) : strlen(words);
	*at = or != NULL ? or + strlen(OR) : NULL;
	return words;
}

bool
schema_words_in(const char *type_words, const char *words)
{
	const char *one;
	size_t len;

	while (words != NULL) {
		one = schema_each_words(&words, &len);
		if (strncmp(type_words, one, len) == 0 &&
		    (type_words[len] == '\0' || type_words[len] == ' '))
			return true;
	}
	return false;
}

bool
schema_in_family(const struct type *t, const char *words)
{
	return schema_words_in(t->words, words);
}

/* How many of the header's words a type's words are, or 0. */
static size_t
match_words(const char *p, const char *const *words, size_t count)
{
	size_t n = 0;

	while (n < count) {
		const char *w = words[n];

		while (*w != '\0' && *w == *p) {
			w++;
			p++;
		}
		if (*w != '\0' || (*p != '\0' && *p != ' '))
			return 0;
		n++;
		if (*p++ == '\0')
			return n;
	}
	return 0;
}

const struct type *
schema_match(const struct schema *s, const char *const *words, size_t count,
    size_t *used)
{
	const struct type *best = NULL;

	*used = 0;
	for (size_t i = 0; s->types[i] != NULL; i++) {
		const struct type *t = s->types[i];
		size_t n = match_words(t->words, words, count);

		if (n == 0 && t->also != NULL)
			n = match_words(t->also, words, count);
		if (n > *used) {
			*used = n;
			best = t;
		}
	}
	return best;
}
