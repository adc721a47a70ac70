/* etherip/frame/macaddr.c - see macaddr.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/frame/macaddr.h"

#include <stdio.h>

#include "core/base/err.h"

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int
macaddr_parse(const char *text, uint64_t *mac)
{
	uint64_t value = 0;
	char between = '\0';

	for (int i = 0; i < 6; i++) {
		int high, low;

		if (i == 1 && (*text == ':' || *text == '-'))
			between = *text;
		if (i > 0 && (between == '\0' || *text++ != between))
			return ERR_PARSE;
		if ((high = digit(text[0])) < 0 || (low = digit(text[1])) < 0)
			return ERR_PARSE;
		value = value << 8 | (unsigned)(high << 4 | low);
		text += 2;
	}
	if (*text != '\0')
		return ERR_PARSE;
	*mac = value;
	return 0;
}

const char *
macaddr_format(uint64_t mac, char buf[MACADDR_TEXT_MAX])
{
	uint8_t p[6];

	macaddr_put(p, mac);
	(void)snprintf(buf, MACADDR_TEXT_MAX, "%02x:%02x:%02x:%02x:%02x:%02x",
	    p[0], p[1], p[2], p[3], p[4], p[5]);
	return buf;
}

int
macaddr_masquerade(uint64_t burnt_in, uint64_t *mac)
{
	if (!macaddr_is_station(burnt_in))
		return ERR_RANGE;
	*mac = burnt_in | MACADDR_LOCAL;
	return 0;
}
