/* core/model/json.c - see json.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/json.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"

#define INDENT	4

struct json {
	json_t	*value;
};

static struct json *
wrap(json_t *value)
{
	struct json *j = mem_zalloc(1, sizeof(*j));

	assert(value != NULL);
	j->value = value;
	return j;
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
	if (j == NULL)
		return;
	json_decref(j->value);
	free(j);
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
	int rc = json_object_set_new(object->value, key, value);

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
	put(object, key, json_incref((*pchild)->value));
	json_free(pchild);
}

void
json_add_text(struct json *array, const char *text)
{
	int rc = json_array_append_new(array->value, text_value(text));

	assert(rc == 0);
}

void
json_add(struct json *array, struct json **pchild)
{
	int rc = json_array_append(array->value, (*pchild)->value);

	assert(rc == 0);
	json_free(pchild);
}

char *
json_text(const struct json *j)
{
	char *made = json_dumps(j->value, JSON_INDENT(INDENT));
	char *text;

	assert(made != NULL);
	text = mem_printf("%s\n", made);
	free(made);
	return text;
}
