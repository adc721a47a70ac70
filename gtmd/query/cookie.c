/* gtmd/query/cookie.c - see cookie.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/query/cookie.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/addr.h"

#define VERSION		1
#define OLD_S		3600
#define AHEAD_S		300

/* Places within the whole cookie. */
enum { AT_VERSION = 8, AT_TIME = 12, AT_CODE = 16 };

/* The code of a cookie's first 16 octets, for an asker there. */
static void
write_code(const uint8_t key[SIPHASH_KEY], const struct addr *from,
    const uint8_t *cookie, uint8_t code[8])
{
	uint8_t text[AT_CODE + 16];
	size_t len = addr_len(from);
	uint64_t v;

	memcpy(text, cookie, AT_CODE);
	memcpy(text + AT_CODE, from->octets, len);
	v = siphash_24(key, text, AT_CODE + len);
	for (int i = 0; i < 8; i++)
		code[i] = (uint8_t)(v >> (8 * i));
}

/* Takes as long whether they differ early or late. */
static bool
same_code(const uint8_t *a, const uint8_t *b)
{
	uint8_t differ = 0;

	for (int i = 0; i < 8; i++)
		differ |= a[i] ^ b[i];
	return differ == 0;
}

static bool
is_timely(const uint8_t *p, uint32_t now_s)
{
	uint32_t made = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
	int32_t age = (int32_t)(now_s - made);

	return age <= OLD_S && age >= -AHEAD_S;
}

enum cookie_kind
cookie_check(const struct cookie_secrets *s, const struct addr *from,
    uint32_t now_s, const uint8_t *cookie, size_t len)
{
	uint8_t code[8];

	if (len < COOKIE_CLIENT || from->family == 0)
		return COOKIE_NONE;
	if (len == COOKIE_CLIENT)
		return COOKIE_HALF;
	if (len != COOKIE_WHOLE || cookie[AT_VERSION] != VERSION ||
	    !is_timely(cookie + AT_TIME, now_s))
		return COOKIE_BAD;
	for (unsigned i = 0; i < s->count; i++) {
		write_code(s->key[i], from, cookie, code);
		if (same_code(code, cookie + AT_CODE))
			return COOKIE_GOOD;
	}
	return COOKIE_BAD;
}

void
cookie_make(const struct cookie_secrets *s, const struct addr *from,
    uint32_t now_s, const uint8_t *in, uint8_t out[COOKIE_WHOLE])
{
	memmove(out, in, COOKIE_CLIENT);
	memset(out + AT_VERSION, 0, AT_TIME - AT_VERSION);
	out[AT_VERSION] = VERSION;
	for (int i = 0; i < 4; i++)
		out[AT_TIME + i] = (uint8_t)(now_s >> (24 - 8 * i));
	write_code(s->key[0], from, out, out + AT_CODE);
}
