/* wom/types/fingerprint.c - see fingerprint.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/fingerprint.h"

#include <stddef.h>
#include <string.h>

#include "core/base/err.h"
#include "core/model/prop.h"

/* The value of a hexadecimal digit, or -1. */
static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
fingerprint_parse(const char *text, uint8_t out[FINGERPRINT_OCTETS])
{
	uint8_t octets[FINGERPRINT_OCTETS];
	size_t gap = strchr(text, ':') != NULL;

	if (strlen(text) != FINGERPRINT_OCTETS * (2 + gap) - gap)
		return ERR_PARSE;
	for (size_t i = 0; i < FINGERPRINT_OCTETS; i++) {
		const char *at = text + i * (2 + gap);
		int high = digit(at[0]), low = digit(at[1]);

		if (high < 0 || low < 0 ||
		    (gap == 1 && i + 1 < FINGERPRINT_OCTETS && at[2] != ':'))
			return ERR_PARSE;
		octets[i] = (uint8_t)(high << 4 | low);
	}
	memcpy(out, octets, sizeof(octets));
	return 0;
}

int
fingerprint_check(const struct prop *p, const void *value, struct err *e)
{
	const char *text = *(char *const *)value;
	uint8_t octets[FINGERPRINT_OCTETS];

	if (fingerprint_parse(text, octets) != 0)
		return err_set(e, ERR_PARSE, "%s: \"%.100s\" is not the "
		    "SHA-256 of a certificate: 64 hexadecimal digits, or 32 "
		    "times two with colons between", p->name, text);
	return 0;
}
