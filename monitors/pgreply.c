/* monitors/pgreply.c - see pgreply.h. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/pgreply.h"

#include <string.h>

#include "core/base/obj.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"

#define VERSION_3_0	UINT32_C(0x00030000)
#define STATE_LEN	5

static void
put_text(struct wbuf *w, const char *text)
{
	wbuf_octets(w, text, strlen(text) + 1);
}

void
pgreply_start(struct wbuf *w, const char *user)
{
	static const char *const rest[] = { "database", "postgres",
		"application_name", "gtmd" };
	size_t len = 8 + sizeof("user") + strlen(user) + 1 + 1;

	for (size_t i = 0; i < OBJ_COUNT(rest); i++)
		len += strlen(rest[i]) + 1;
	wbuf_u32(w, (uint32_t)len);
	wbuf_u32(w, VERSION_3_0);
	put_text(w, "user");
	put_text(w, user);
	for (size_t i = 0; i < OBJ_COUNT(rest); i++)
		put_text(w, rest[i]);
	wbuf_u8(w, 0);
}

void
pgreply_leave(struct wbuf *w)
{
	wbuf_u8(w, 'X');
	wbuf_u32(w, 4);
}

/* Value of an octet as a digit of base 36, or -1. */
static int
digit_of(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : -1;
}

static bool
read_state(const uint8_t *text, size_t len, int *state)
{
	*state = 0;
	if (len != STATE_LEN)
		return false;
	for (size_t i = 0; i < len; i++) {
		int d = digit_of(text[i]);

		if (d == -1)
			return false;
		*state = *state * 36 + d;
	}
	return true;
}

/* The body of an error: fields of a letter and a text, the last without. */
static enum pgreply
read_error(const uint8_t *in, size_t len, int *state)
{
	size_t at = 0;

	while (at < len && in[at] != 0) {
		const uint8_t *text = in + at + 1;
		const uint8_t *end = memchr(text, 0, len - at - 1);

		if (end == NULL)
			break;
		if (in[at] == 'C')
			return read_state(text, (size_t)(end - text), state) ?
			    PGREPLY_ERROR : PGREPLY_GARBLED;
		at = (size_t)(end - in) + 1;
	}
	return PGREPLY_GARBLED;
}

enum pgreply
pgreply_read(const uint8_t *in, size_t len, int *state)
{
	struct rbuf r;

	rbuf_init(&r, in, len);
	while (rbuf_left(&r) != 0) {
		uint8_t kind = rbuf_u8(&r);
		uint32_t size = rbuf_u32(&r);
		const uint8_t *body = in + r.off;

		/* N: a notice, v: which versions it speaks. */
		if (memchr("RENv", kind, 4) == NULL)
			return PGREPLY_GARBLED;
		if (r.bad)
			return PGREPLY_MORE;
		if (size < 4 + (kind == 'R' ? 4u : 0u) || size > PGREPLY_MAX)
			return PGREPLY_GARBLED;
		if (!rbuf_skip(&r, size - 4))
			return PGREPLY_MORE;
		if (kind == 'E')
			return read_error(body, size - 4, state);
		if (kind == 'R')
			return memcmp(body, "\0\0\0\0", 4) == 0 ?
			    PGREPLY_ENTERED : PGREPLY_SPEAKS;
	}
	return PGREPLY_MORE;
}

bool
pgreply_is_down(int state)
{
	char text[PGREPLY_STATE_TEXT];

	pgreply_state(state, text);
	return strncmp(text, "53", 2) == 0 || strncmp(text, "57", 2) == 0 ||
	    strncmp(text, "58", 2) == 0 || strncmp(text, "XX", 2) == 0;
}

const char *
pgreply_state(int state, char text[PGREPLY_STATE_TEXT])
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	unsigned left = state >= 0 && state < PGREPLY_STATE_MAX ?
	    (unsigned)state : 0;

	text[STATE_LEN] = '\0';
	for (int i = STATE_LEN - 1; i >= 0; i--) {
		text[i] = digits[left % 36];
		left /= 36;
	}
	return text;
}
