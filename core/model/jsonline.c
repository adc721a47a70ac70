/* core/model/jsonline.c - see jsonline.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/jsonline.h"

#include <assert.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"

#define REAL_MAX	64	/* octets of a real's text */

/* ---- single values ---- */

/* What must not stand in a text as it is (RFC 8259 section 7). */
static void
write_escape(struct strbuf *b, unsigned char c)
{
	static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (size_t i = 0; i + 1 < sizeof(letters); i += 2) {
		if ((unsigned char)letters[i] != c)
			continue;
		strbuf_add_char(b, '\\');
		strbuf_add_char(b, letters[i + 1]);
		return;
	}
	strbuf_printf(b, "\\u%04X", (unsigned)c);
}

static void
write_text(struct strbuf *b, const char *text, size_t len)
{
	size_t from = 0;

	strbuf_add_char(b, '"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		strbuf_add_len(b, text + from, i - from);
		write_escape(b, c);
		from = i + 1;
	}
	strbuf_add_len(b, text + from, len - from);
	strbuf_add_char(b, '"');
}

static void
write_int(struct strbuf *b, int64_t n)
{
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do {
		digits[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (n < 0)
		digits[--at] = '-';
	strbuf_add_len(b, digits + at, sizeof(digits) - at);
}

/* Whatever the locale's decimal point: the library sees to that. */
static void
write_real(struct strbuf *b, const json_t *v)
{
	char text[REAL_MAX];
	size_t len = json_dumpb(v, text, sizeof(text), JSON_ENCODE_ANY);

	assert(len > 0 && len <= sizeof(text));
	strbuf_add_len(b, text, len);
}

/* ---- what holds others ---- */

static void write_value(struct strbuf *b, json_t *v, unsigned depth);

static void
write_object(struct strbuf *b, json_t *o, unsigned depth)
{
	char before = '{';

	for (void *at = json_object_iter(o); at != NULL;
	    at = json_object_iter_next(o, at)) {
		const char *key = json_object_iter_key(at);

		strbuf_add_char(b, before);
		write_text(b, key, strlen(key));
		strbuf_add_char(b, ':');
		write_value(b, json_object_iter_value(at), depth);
		before = ',';
	}
	strbuf_add(b, before == '{' ? "{}" : "}");
}

static void
write_array(struct strbuf *b, const json_t *a, unsigned depth)
{
	strbuf_add_char(b, '[');
	for (size_t i = 0; i < json_array_size(a); i++) {
		if (i > 0)
			strbuf_add_char(b, ',');
		write_value(b, json_array_get(a, i), depth);
	}
	strbuf_add_char(b, ']');
}

static void
write_value(struct strbuf *b, json_t *v, unsigned depth)
{
	assert(depth < JSONLINE_DEPTH_MAX);
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		write_object(b, v, depth + 1);
		break;
	case JSON_ARRAY:
		write_array(b, v, depth + 1);
		break;
	case JSON_STRING:
		write_text(b, json_string_value(v), json_string_length(v));
		break;
	case JSON_INTEGER:
		write_int(b, json_integer_value(v));
		break;
	case JSON_REAL:
		write_real(b, v);
		break;
	case JSON_TRUE:
		strbuf_add(b, "true");
		break;
	case JSON_FALSE:
		strbuf_add(b, "false");
		break;
	case JSON_NULL:
		strbuf_add(b, "null");
		break;
	}
}

void
jsonline_write(struct strbuf *b, const struct json *j)
{
	/* As json.c has it, a struct json is the library's value. */
	union { const struct json *in; json_t *out; } u = { .in = j };

	write_value(b, u.out, 0);
}
