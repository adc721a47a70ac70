/* core/model/json.c - see json.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/json.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/jsonline.h"

#define INDENT	4

/* A struct json is jansson's value by another name: nobody else need know. */
static json_t *
inner(const struct json *j)
{
	union { const struct json *in; json_t *out; } u = { .in = j };

	return u.out;
}

static struct json *
wrap(json_t *value)
{
	assert(value != NULL);
	return (struct json *)value;
}

static const struct json *
borrow(const json_t *value)
{
	return (const struct json *)value;
}

struct json *
json_new_object(void)
{
	return wrap(json_object());
}

struct json *
json_new_array(void)
{
	return wrap(json_array());
}

void
json_free(struct json **pj)
{
	struct json *j = *pj;

	*pj = NULL;
	json_decref(inner(j));
}

/* Configuration may hold any octets; JSON may not. */
static json_t *
text_value(const char *text)
{
	struct strbuf b;
	json_t *v;

	if (text == NULL)
		return json_null();
	v = json_string(text);
	if (v != NULL)
		return v;
	strbuf_init(&b);
	for (const char *p = text; *p != '\0'; p++) {
		if ((unsigned char)*p < 0x80)
			strbuf_add_char(&b, *p);
		else
			strbuf_add(&b, "\xef\xbf\xbd");
	}
	v = json_string(b.text);
	strbuf_fini(&b);
	return v;
}

/* Takes value. */
static void
put(struct json *object, const char *key, json_t *value)
{
	int rc = json_object_set_new(inner(object), key, value);

	assert(rc == 0);
}

void
json_put_text(struct json *object, const char *key, const char *text)
{
	put(object, key, text_value(text));
}

void
json_put_int(struct json *object, const char *key, int64_t n)
{
	put(object, key, json_integer(n));
}

void
json_put_real(struct json *object, const char *key, double n)
{
	json_t *v = json_real(n);

	put(object, key, v != NULL ? v : json_null());
}

void
json_put_bool(struct json *object, const char *key, bool yes)
{
	put(object, key, json_boolean(yes));
}

void
json_put(struct json *object, const char *key, struct json **pchild)
{
	put(object, key, inner(*pchild));
	*pchild = NULL;
}

void
json_remove(struct json *object, const char *key)
{
	(void)json_object_del(inner(object), key);
}

void
json_add_text(struct json *array, const char *text)
{
	int rc = json_array_append_new(inner(array), text_value(text));

	assert(rc == 0);
}

void
json_add_int(struct json *array, int64_t n)
{
	int rc = json_array_append_new(inner(array), json_integer(n));

	assert(rc == 0);
}

void
json_add(struct json *array, struct json **pchild)
{
	int rc = json_array_append_new(inner(array), inner(*pchild));

	assert(rc == 0);
	*pchild = NULL;
}

char *
json_text(const struct json *j)
{
	char *made = json_dumps(inner(j), JSON_INDENT(INDENT) |
	    JSON_ENCODE_ANY);
	char *text;

	assert(made != NULL);
	text = mem_printf("%s\n", made);
	free(made);
	return text;
}

char *
json_line(const struct json *j)
{
	struct strbuf b;

	strbuf_init(&b);
	jsonline_write(&b, j);
	return strbuf_take(&b);
}

char *
json_line_with(const struct json *object, const char *key, const char *line)
{
	struct strbuf b;

	assert(json_count(object) > 0);
	strbuf_init(&b);
	jsonline_write(&b, object);
	b.text[--b.len] = '\0';		/* its brace */
	strbuf_printf(&b, ",\"%s\":", key);
	strbuf_add(&b, line);
	strbuf_add_char(&b, '}');
	return strbuf_take(&b);
}

/* How deep objects and arrays stand in one another; the parser recurses, so
 * this is asked first. */
static bool
is_deep(const char *text, size_t len)
{
	bool quoted = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '{' || c == '['))
			depth++;
		else if (!quoted && (c == '}' || c == ']'))
			depth--;
		if (depth > JSON_DEPTH_MAX)
			return true;
	}
	return false;
}

struct json *
json_parse(const char *text, size_t len, struct err *e)
{
	json_error_t why;
	json_t *v;

	if (is_deep(text, len)) {
		(void)err_set(e, ERR_RANGE, "more than %d levels of objects "
		    "and arrays", JSON_DEPTH_MAX);
		return NULL;
	}
	v = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
	    &why);
	if (v != NULL)
		return wrap(v);
	(void)err_set(e, ERR_PARSE, "not JSON: line %d, column %d: %s",
	    why.line, why.column, why.text);
	return NULL;
}

struct json *
json_literal(const char *text)
{
	struct json *j = json_parse(text, strlen(text), NULL);

	assert(j != NULL);
	return j;
}

enum json_kind
json_kind_of(const struct json *j)
{
	if (j == NULL)
		return JSON_KIND_NULL;
	switch (json_typeof(inner(j))) {
	case JSON_OBJECT:
		return JSON_KIND_OBJECT;
	case JSON_ARRAY:
		return JSON_KIND_ARRAY;
	case JSON_STRING:
		return JSON_KIND_TEXT;
	case JSON_INTEGER:
		return JSON_KIND_INT;
	case JSON_REAL:
		return JSON_KIND_REAL;
	case JSON_TRUE: case JSON_FALSE:
		return JSON_KIND_BOOL;
	case JSON_NULL:
		break;
	}
	return JSON_KIND_NULL;
}

const char *
json_get_text(const struct json *j)
{
	return json_string_value(inner(j));
}

/* 2^63 as a real: the first that int64_t does not hold. */
#define INT64_END	9223372036854775808.0

int64_t
json_get_int(const struct json *j)
{
	double real;

	if (!json_is_real(inner(j)))
		return json_integer_value(inner(j));
	real = json_real_value(inner(j));
	if (real >= INT64_END)
		return INT64_MAX;
	return real < -INT64_END ? INT64_MIN : (int64_t)real;
}

double
json_get_real(const struct json *j)
{
	return j != NULL ? json_number_value(inner(j)) : 0;
}

bool
json_get_bool(const struct json *j)
{
	return json_is_true(inner(j));
}

size_t
json_count(const struct json *j)
{
	return json_kind_of(j) == JSON_KIND_ARRAY ? json_array_size(inner(j)) :
	    json_object_size(inner(j));
}

const struct json *
json_find(const struct json *object, const char *key)
{
	return borrow(json_object_get(inner(object), key));
}

const struct json *
json_item(const struct json *array, size_t i)
{
	return borrow(json_array_get(inner(array), i));
}

const struct json *
json_next(const struct json *object, void **at, const char **key)
{
	*at = *at == NULL ? json_object_iter(inner(object)) :
	    json_object_iter_next(inner(object), *at);
	if (*at == NULL)
		return NULL;
	*key = json_object_iter_key(*at);
	return borrow(json_object_iter_value(*at));
}

struct json *
json_clone(const struct json *j)
{
	return wrap(json_deep_copy(inner(j)));
}
