/* gtmd/migrate/migtext.c - see migtext.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/migrate/migtext.h"

#include <stddef.h>
#include <stdint.h>

/* Octets of the character at s, as RFC 3629 section 4 has them; 0 = is none. */
static size_t
character_len(const unsigned char *s)
{
	uint32_t c = s[0];
	size_t len = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((c == 0xe0 && s[1] < 0xa0) || (c == 0xed && s[1] > 0x9f) ||
	    (c == 0xf0 && s[1] < 0x90) || (c == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

void
migtext_tidy(char *text)
{
	unsigned char *p = (unsigned char *)text;

	while (*p != '\0') {
		size_t len = character_len(p);

		if (len == 0 || *p < ' ' || *p == 0x7f) {
			*p = '?';
			len = 1;
		}
		p += len;
	}
}
