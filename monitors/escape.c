/* monitors/escape.c - see escape.h. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/escape.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/mem.h"

static int
hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	at = c != '\0' ? strchr(digits, c) : NULL;
	return at != NULL ? (int)(at - digits) : -1;
}

/* One escape at s (a backslash): its octet in *c and how long it is, or 0. */
static size_t
decode_one(const char *s, char *c)
{
	static const char from[] = "rnt\\\"", to[] = "\r\n\t\\\"";
	const char *at = s[1] != '\0' ? strchr(from, s[1]) : NULL;
	int high, low;

	if (at != NULL) {
		*c = to[at - from];
		return 2;
	}
	if (s[1] != 'x' || (high = hex_digit(s[2])) < 0 ||
	    (low = hex_digit(s[3])) < 0)
		return 0;
	*c = (char)(high << 4 | low);
	return 4;
}

char *
escape_decode(const char *text, size_t *len)
{
	char *out;
	size_t n;

	*len = 0;
	if (text == NULL)
		text = "";
	out = mem_zalloc(strlen(text) + 1, 1);
	while (*text != '\0') {
		n = *text == '\\' ? decode_one(text, &out[*len]) : 0;
		if (n == 0) {
			out[*len] = *text;
			n = 1;
		}
		text += n;
		++*len;
	}
	return out;
}
