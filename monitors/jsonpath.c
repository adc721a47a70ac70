/* monitors/jsonpath.c - see jsonpath.h. Pure. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/jsonpath.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/json.h"

#define INDEX_MAX	1000000u

struct step {
	enum { STEP_KEY, STEP_INDEX, STEP_ALL } kind;
	char	*key;		/* owned */
	size_t	 index;
};

struct jsonpath {
	struct step	 steps[JSONPATH_STEPS_MAX];
	size_t		 count;
};

/* Values that a path has come by so far. */
struct places {
	const struct json **v;
	size_t		  count, room;
};

/* ---- reading a path ---- */

/* Behind '.'; the octets of the key, or 0. */
static size_t
read_dotted(struct step *s, const char *text)
{
	size_t n = strcspn(text, ".[]\"$+*/");

	s->kind = STEP_KEY;
	s->key = mem_strndup(text, n);
	return n;
}

/* Behind '[': what stands there and the ']', or 0. */
static size_t
read_bracket(struct step *s, const char *text)
{
	const char *end;
	size_t n;

	if (strncmp(text, "*]", 2) == 0) {
		s->kind = STEP_ALL;
		return 2;
	}
	if (*text == '"') {
		end = strchr(text + 1, '"');
		if (end == NULL || end[1] != ']')
			return 0;
		s->kind = STEP_KEY;
		s->key = mem_strndup(text + 1, (size_t)(end - text) - 1);
		return (size_t)(end - text) + 2;
	}
	n = strspn(text, "0123456789");
	s->kind = STEP_INDEX;
	s->index = strtoul(text, NULL, 10);
	return n != 0 && n < 8 && s->index <= INDEX_MAX && text[n] == ']' ?
	    n + 1 : 0;
}

static int
read_steps(struct jsonpath *p, const char *text, struct err *e)
{
	const char *at = text + 1;
	size_t n;

	while (*at != '\0') {
		struct step *s = &p->steps[p->count];

		if (p->count == JSONPATH_STEPS_MAX)
			return err_set(e, ERR_RANGE, "\"%s\" has more than %d "
			    "steps", text, JSONPATH_STEPS_MAX);
		p->count++;
		n = *at == '.' ? read_dotted(s, at + 1) :
		    *at == '[' ? read_bracket(s, at + 1) : 0;
		if (n == 0)
			return err_set(e, ERR_PARSE, "\"%s\" is not a path of "
			    ".key, [\"key\"], [0] and [*] at \"%s\"", text, at);
		at += n + 1;
	}
	return 0;
}

struct jsonpath *
jsonpath_new(const char *text, struct err *e)
{
	struct jsonpath *p = mem_zalloc(1, sizeof(*p));
	int rc = *text == '$' ? read_steps(p, text, e) :
	    err_set(e, ERR_PARSE, "\"%s\" does not start with $", text);

	if (rc != 0)
		jsonpath_free(&p);
	return p;
}

void
jsonpath_free(struct jsonpath **pp)
{
	struct jsonpath *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->count; i++)
		free(p->steps[i].key);
	free(p);
}

/* ---- walking a document ---- */

static void
add(struct places *to, const struct json *j)
{
	if (j == NULL)
		return;
	to->v = mem_grow(to->v, &to->room, to->count + 1, sizeof(*to->v));
	to->v[to->count++] = j;
}

static void
add_all(struct places *to, const struct json *j)
{
	const struct json *v;
	const char *key;
	void *at = NULL;

	if (json_kind_of(j) == JSON_KIND_ARRAY)
		for (size_t i = 0; i < json_count(j); i++)
			add(to, json_item(j, i));
	else if (json_kind_of(j) == JSON_KIND_OBJECT)
		while ((v = json_next(j, &at, &key)) != NULL)
			add(to, v);
}

static void
go(struct places *to, const struct step *s, const struct json *j)
{
	switch (s->kind) {
	case STEP_KEY:
		if (json_kind_of(j) == JSON_KIND_OBJECT)
			add(to, json_find(j, s->key));
		break;
	case STEP_INDEX:
		if (json_kind_of(j) == JSON_KIND_ARRAY &&
		    s->index < json_count(j))
			add(to, json_item(j, s->index));
		break;
	case STEP_ALL:
		add_all(to, j);
		break;
	}
}

static bool
number_of(const struct json *j, double *value)
{
	const char *text;
	char *end;

	switch (json_kind_of(j)) {
	case JSON_KIND_INT:
	case JSON_KIND_REAL:
		*value = json_get_real(j);
		return true;
	case JSON_KIND_BOOL:
		*value = json_get_bool(j) ? 1 : 0;
		return true;
	case JSON_KIND_TEXT:
		text = json_get_text(j);
		*value = strtod(text, &end);
		return end != text && *end == '\0';
	case JSON_KIND_NULL:
	case JSON_KIND_ARRAY:
	case JSON_KIND_OBJECT:
		break;
	}
	return false;
}

size_t
jsonpath_sum(const struct jsonpath *p, const struct json *j, double *sum)
{
	struct places now = { 0 };
	size_t n = 0;
	double value;

	*sum = 0;
	add(&now, j);
	for (size_t i = 0; i < p->count; i++) {
		struct places next = { 0 };

		for (size_t k = 0; k < now.count; k++)
			go(&next, &p->steps[i], now.v[k]);
		free(now.v);
		now = next;
	}
	for (size_t k = 0; k < now.count; k++) {
		if (!number_of(now.v[k], &value))
			continue;
		*sum += value;
		n++;
	}
	free(now.v);
	return n;
}
