/* monitors/httpreq.c - see httpreq.h. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/httpreq.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "monitors/escape.h"

/* RFC 4648 section 4. */
static void
add_base64(struct strbuf *b, const char *octets, size_t len)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		uint32_t v = 0;

		for (size_t k = 0; k < 3; k++)
			v = v << 8 | (i + k < len ? (uint8_t)octets[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			strbuf_add_char(b, i + k > len ? '=' :
			    digits[v >> (18 - 6 * k) & 63]);
	}
}

static void
add_authorization(struct strbuf *b, const char *user, const char *password)
{
	struct strbuf pair = { 0 };

	strbuf_printf(&pair, "%s:%s", user, password != NULL ? password : "");
	strbuf_add(b, "Authorization: Basic ");
	add_base64(b, pair.text, pair.len);
	strbuf_add(b, "\r\n");
	explicit_bzero(pair.text, pair.len);
	strbuf_fini(&pair);
}

/* Octets of the first line, its line end included; all when there is none. */
static size_t
first_line(const char *octets, size_t len)
{
	const char *end = memchr(octets, '\n', len);

	return end != NULL ? (size_t)(end - octets) + 1 : len;
}

/* The header section's length when a blank line ends it, else 0. */
static size_t
header_len(const char *octets, size_t len)
{
	const char *a = memmem(octets, len, "\n\r\n", 3);
	const char *b = memmem(octets, len, "\n\n", 2);

	if (a == NULL || (b != NULL && b < a))
		return b != NULL ? (size_t)(b - octets) + 1 : 0;
	return (size_t)(a - octets) + 1;
}

static bool
has_authorization(const char *octets, size_t len)
{
	static const char name[] = "\nAuthorization:";
	size_t n = sizeof(name) - 1;

	for (size_t i = 0; i + n <= len; i++) {
		if (strncasecmp(octets + i, name, n) == 0)
			return true;
	}
	return false;
}

/* Completes an HTTP/1.x request; line and head as the two functions above. */
static void
complete(struct strbuf *b, const char *octets, size_t len, const char *user,
    const char *password)
{
	size_t line = first_line(octets, len);
	size_t head = header_len(octets, len);

	strbuf_add_len(b, octets, line);
	if (octets[line - 1] != '\n')
		strbuf_add(b, "\r\n");
	if (user != NULL &&
	    !has_authorization(octets, head != 0 ? head : len))
		add_authorization(b, user, password);
	strbuf_add_len(b, octets + line, len - line);
	if (head != 0)
		return;
	if (b->text[b->len - 1] != '\n')
		strbuf_add(b, "\r\n");
	strbuf_add(b, "\r\n");
}

void
httpreq_init(struct httpreq *q, const char *send, const char *user,
    const char *password)
{
	struct strbuf b = { 0 };
	size_t len;
	char *octets = escape_decode(send, &len);

	strbuf_init(&b);
	if (memmem(octets, first_line(octets, len), " HTTP/1.", 8) != NULL)
		complete(&b, octets, len, user, password);
	else
		strbuf_add_len(&b, octets, len);
	free(octets);
	q->len = b.len;
	q->octets = strbuf_take(&b);
	q->head = q->len >= 5 && memcmp(q->octets, "HEAD ", 5) == 0;
}

void
httpreq_fini(struct httpreq *q)
{
	if (q->octets != NULL)
		explicit_bzero(q->octets, q->len);
	free(q->octets);
	*q = (struct httpreq){ 0 };
}
