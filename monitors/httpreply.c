/* monitors/httpreply.c - the reader of httpreply.h. Each step understands one
 * line or one stretch of body and says whether there is more to do now.
 * Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/httpreply.h"

#include <string.h>
#include <strings.h>

#include "core/base/hex.h"

/* A line without its CRLF or LF, in the reply's buffer. */
struct line {
	const char *text;
	size_t	    len;
};

void
httpreply_init(struct httpreply *h, bool head)
{
	*h = (struct httpreply){ .head = head };
}

/* Takes the next whole line; false when its end is not here yet. */
static bool
take_line(struct httpreply *h, const uint8_t *data, size_t len,
    struct line *line)
{
	const uint8_t *end;

	if (h->look < h->at)
		h->look = h->at;
	end = memchr(data + h->look, '\n', len - h->look);
	if (end == NULL) {
		h->look = len;
		return false;
	}
	line->text = (const char *)data + h->at;
	line->len = (size_t)(end - data) - h->at;
	if (line->len != 0 && line->text[line->len - 1] == '\r')
		line->len--;
	h->at = h->look = (size_t)(end - data) + 1;
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "HTTP/1.1 200 OK" gives 200, all else 0. */
static int
status_of(const struct line *l)
{
	const char *s = l->text;

	if (l->len < 12 || memcmp(s, "HTTP/1.", 7) != 0 || !is_digit(s[7]) ||
	    s[8] != ' ' || s[9] < '1' || s[9] > '5' || !is_digit(s[10]) ||
	    !is_digit(s[11]) || (l->len > 12 && s[12] != ' '))
		return 0;
	return (s[9] - '0') * 100 + (s[10] - '0') * 10 + (s[11] - '0');
}

static bool
step_start(struct httpreply *h, const uint8_t *data, size_t len)
{
	static const char magic[] = "HTTP/1.";
	size_t have = len - h->at;
	struct line l;

	if (have > sizeof(magic) - 1)
		have = sizeof(magic) - 1;
	if (memcmp(data + h->at, magic, have) != 0) {
		h->part = HTTPREPLY_OPEN;
		return true;
	}
	if (!take_line(h, data, len, &l))
		return false;
	h->status = status_of(&l);
	h->chunked = h->counted = h->odd_length = false;
	h->left = 0;
	h->part = h->status != 0 ? HTTPREPLY_HEADERS : HTTPREPLY_OPEN;
	return true;
}

/* The value of the header called name, blanks trimmed; false if l is not it. */
static bool
header_is(const struct line *l, const char *name, struct line *value)
{
	size_t n = strlen(name);

	if (l->len <= n || l->text[n] != ':' ||
	    strncasecmp(l->text, name, n) != 0)
		return false;
	value->text = l->text + n + 1;
	value->len = l->len - n - 1;
	while (value->len != 0 &&
	    (*value->text == ' ' || *value->text == '\t')) {
		value->text++;
		value->len--;
	}
	while (value->len != 0 && (value->text[value->len - 1] == ' ' ||
	    value->text[value->len - 1] == '\t'))
		value->len--;
	return true;
}

/* Digits only, 18 at most, so that it cannot overflow; false otherwise. */
static bool
parse_length(const struct line *v, uint64_t *n)
{
	*n = 0;
	if (v->len == 0 || v->len > 18)
		return false;
	for (size_t i = 0; i < v->len; i++) {
		if (!is_digit(v->text[i]))
			return false;
		*n = *n * 10 + (uint64_t)(v->text[i] - '0');
	}
	return true;
}

static void
read_header(struct httpreply *h, const struct line *l)
{
	struct line v;
	uint64_t n;

	if (header_is(l, "Content-Length", &v)) {
		if (!parse_length(&v, &n) || (h->counted && n != h->left))
			h->odd_length = true;
		h->counted = true;
		h->left = n;
	} else if (header_is(l, "Transfer-Encoding", &v)) {
		/* Chunked counts when it is the last coding applied. */
		h->chunked = v.len >= 7 &&
		    strncasecmp(v.text + v.len - 7, "chunked", 7) == 0;
		h->odd_length = !h->chunked;
	}
}

/* What follows the header section: RFC 9112 6.3, in its order. */
static enum httpreply_part
body_kind(const struct httpreply *h)
{
	if (h->status >= 100 && h->status < 200 && h->status != 101)
		return HTTPREPLY_START;
	if (h->head || h->status == 204 || h->status == 304)
		return HTTPREPLY_DONE;
	if (h->chunked)
		return HTTPREPLY_CHUNK_SIZE;
	if (h->odd_length || !h->counted || h->status == 101)
		return HTTPREPLY_OPEN;
	return h->left != 0 ? HTTPREPLY_COUNTED : HTTPREPLY_DONE;
}

static bool
step_headers(struct httpreply *h, const uint8_t *data, size_t len)
{
	struct line l;

	if (!take_line(h, data, len, &l))
		return false;
	if (l.len != 0)
		read_header(h, &l);
	else if ((h->part = body_kind(h)) == HTTPREPLY_START)
		h->status = 0;
	return true;
}

/* Steps over what is here of h->left octets. */
static bool
step_counted(struct httpreply *h, size_t len, enum httpreply_part next)
{
	size_t have = len - h->at;

	if (have < h->left) {
		h->left -= have;
		h->at = len;
		return false;
	}
	h->at += (size_t)h->left;
	h->left = 0;
	h->part = next;
	return true;
}

/* Hex digits up to a blank, ";" or the end; 15 at most. */
static bool
parse_chunk_size(const struct line *l, uint64_t *n)
{
	size_t i;

	*n = 0;
	for (i = 0; i < l->len && i < 15; i++) {
		int digit = hex_digit(l->text[i]);

		if (digit < 0)
			break;
		*n = *n << 4 | (uint64_t)digit;
	}
	return i != 0 && (i == l->len || l->text[i] == ';' ||
	    l->text[i] == ' ' || l->text[i] == '\t');
}

static bool
step_chunk_size(struct httpreply *h, const uint8_t *data, size_t len)
{
	struct line l;

	if (!take_line(h, data, len, &l))
		return false;
	if (!parse_chunk_size(&l, &h->left))
		h->part = HTTPREPLY_OPEN;
	else if (h->left == 0)
		h->part = HTTPREPLY_TRAILERS;
	else {
		h->left += 2;		/* and the CRLF behind the data */
		h->part = HTTPREPLY_CHUNK;
	}
	return true;
}

static bool
step_trailers(struct httpreply *h, const uint8_t *data, size_t len)
{
	struct line l;

	if (!take_line(h, data, len, &l))
		return false;
	if (l.len == 0)
		h->part = HTTPREPLY_DONE;
	return true;
}

/* True when there may be more to do with what is here. */
static bool
step(struct httpreply *h, const uint8_t *data, size_t len)
{
	switch (h->part) {
	case HTTPREPLY_START:
		return step_start(h, data, len);
	case HTTPREPLY_HEADERS:
		return step_headers(h, data, len);
	case HTTPREPLY_COUNTED:
		return step_counted(h, len, HTTPREPLY_DONE);
	case HTTPREPLY_CHUNK_SIZE:
		return step_chunk_size(h, data, len);
	case HTTPREPLY_CHUNK:
		return step_counted(h, len, HTTPREPLY_CHUNK_SIZE);
	case HTTPREPLY_TRAILERS:
		return step_trailers(h, data, len);
	case HTTPREPLY_OPEN:
		h->at = len;
		return false;
	case HTTPREPLY_DONE:
		return false;
	}
	return false;
}

bool
httpreply_push(struct httpreply *h, const uint8_t *data, size_t len)
{
	while (h->at < len && step(h, data, len))
		;
	return h->part == HTTPREPLY_DONE;
}
