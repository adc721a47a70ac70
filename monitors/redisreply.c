/* monitors/redisreply.c - see redisreply.h. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/redisreply.h"

#include <string.h>

static const char *const names[REDISREPLY_WORDS] = {
	[REDISREPLY_NONE] = "an error", [REDISREPLY_BUSY] = "BUSY",
	[REDISREPLY_CLUSTERDOWN] = "CLUSTERDOWN",
	[REDISREPLY_DENIED] = "DENIED", [REDISREPLY_ERR] = "ERR",
	[REDISREPLY_LOADING] = "LOADING",
	[REDISREPLY_MASTERDOWN] = "MASTERDOWN",
	[REDISREPLY_MISCONF] = "MISCONF", [REDISREPLY_NOAUTH] = "NOAUTH",
	[REDISREPLY_NOPERM] = "NOPERM",
	[REDISREPLY_NOREPLICAS] = "NOREPLICAS", [REDISREPLY_OOM] = "OOM",
	[REDISREPLY_READONLY] = "READONLY",
	[REDISREPLY_WRONGPASS] = "WRONGPASS",
	[REDISREPLY_OTHER] = "an error",
};

/* A line without its CRLF. */
struct line {
	const char	*text;
	size_t		 len;
};

static bool
is_line(const struct line *l, const char *text)
{
	return l->len == strlen(text) && memcmp(l->text, text, l->len) == 0;
}

/* Of "-LOADING Redis is loading the dataset in memory". */
static enum redisreply_word
word_of(const struct line *l)
{
	size_t n = 0;

	while (1 + n < l->len && l->text[1 + n] != ' ')
		n++;
	for (int w = REDISREPLY_BUSY; w < REDISREPLY_OTHER; w++)
		if (strlen(names[w]) == n &&
		    memcmp(l->text + 1, names[w], n) == 0)
			return (enum redisreply_word)w;
	return REDISREPLY_OTHER;
}

/* Takes the line at *at; false when it is not whole yet. */
static bool
take_line(const uint8_t *in, size_t len, size_t *at, struct line *l)
{
	const uint8_t *end = memchr(in + *at, '\n', len - *at);

	if (end == NULL)
		return false;
	l->text = (const char *)in + *at;
	l->len = (size_t)(end - in) - *at;
	if (l->len != 0 && l->text[l->len - 1] == '\r')
		l->len--;
	*at = (size_t)(end - in) + 1;
	return true;
}

enum redisreply
redisreply_read(const uint8_t *in, size_t len, bool auth, bool ended,
    enum redisreply_word *word)
{
	unsigned want = auth ? 2 : 1;
	size_t at = 0;

	*word = REDISREPLY_NONE;
	for (unsigned i = 1; i <= want && at < len; i++) {
		struct line l;

		if (in[at] != '+' && in[at] != '-')
			return REDISREPLY_GARBLED;
		if (!take_line(in, len, &at, &l))
			break;
		if (l.text[0] == '-') {
			if (*word == REDISREPLY_NONE)
				*word = word_of(&l);
			if (i == want)
				return REDISREPLY_ERROR;
		} else if (i == want) {
			return is_line(&l, "+PONG") ? REDISREPLY_PONG :
			    REDISREPLY_GARBLED;
		} else if (!is_line(&l, "+OK")) {
			return REDISREPLY_GARBLED;
		}
	}
	return ended && *word != REDISREPLY_NONE ? REDISREPLY_ERROR :
	    REDISREPLY_MORE;
}

const char *
redisreply_name(int word)
{
	return word > REDISREPLY_NONE && word < REDISREPLY_WORDS ?
	    names[word] : names[REDISREPLY_OTHER];
}
