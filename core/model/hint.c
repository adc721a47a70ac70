/* core/model/hint.c - see hint.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/hint.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define WORD_LEN_MAX	63	/* longer words get no hint */

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein's: insertions, deletions and changes of one octet. */
static unsigned
distance(const char *a, size_t alen, const char *b, size_t blen)
{
	unsigned row[WORD_LEN_MAX + 1];

	for (size_t j = 0; j <= blen; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= alen; i++) {
		unsigned corner = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= blen; j++) {
			unsigned up = row[j];

			row[j] = least(up + 1, row[j - 1] + 1,
			    corner + (a[i - 1] != b[j - 1]));
			corner = up;
		}
	}
	return row[blen];
}

void
hint_init(struct hint *h, const char *wrong)
{
	h->wrong = wrong;
	h->best = NULL;
	/* A third of the word may be wrong. */
	h->distance = (unsigned)strlen(wrong) / 3 + 1;
}

void
hint_offer(struct hint *h, const char *word)
{
	size_t alen = strlen(h->wrong), blen = strlen(word);
	unsigned d;

	if (alen > WORD_LEN_MAX || blen > WORD_LEN_MAX)
		return;
	d = distance(h->wrong, alen, word, blen);
	if (d < h->distance) {
		h->distance = d;
		h->best = word;
	}
}

const char *
hint_format(const struct hint *h, char text[128])
{
	text[0] = '\0';
	if (h->best != NULL)
		(void)snprintf(text, 128, "; did you mean %s", h->best);
	return text;
}
