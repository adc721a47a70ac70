/* wom/types/portrange.c - see portrange.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/portrange.h"

#include <stddef.h>

#include "core/base/err.h"
#include "core/model/prop.h"

/* One port from *text on, which ends up behind it; 0 = there is none. */
static uint16_t
parse_port(const char **text)
{
	uint32_t n = 0;

	if (**text == '0')
		return 0;
	for (; **text >= '0' && **text <= '9'; (*text)++) {
		n = n * 10 + (uint32_t)(**text - '0');
		if (n > UINT16_MAX)
			return 0;
	}
	return (uint16_t)n;
}

int
portrange_parse(const char *text, struct portrange *r)
{
	uint16_t first = parse_port(&text), last = first;

	if (first != 0 && *text == '-') {
		text++;
		last = parse_port(&text);
	}
	if (first == 0 || last < first || *text != '\0')
		return ERR_PARSE;
	*r = (struct portrange){ .first = first, .last = last };
	return 0;
}

int
portrange_check(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	struct portrange r;

	if (portrange_parse(text, &r) != 0)
		return err_set(e, ERR_PARSE, "%s: \"%.80s\" is not a port, nor "
		    "a range of ports such as 49152-49215", p->name, text);
	return 0;
}
