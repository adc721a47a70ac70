/* core/rest/restrequest.c - see restrequest.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restrequest.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/hex.h"
#include "core/base/mem.h"
#include "core/model/json.h"

static const struct {
	const char		*word;
	enum restrequest_method	 method;
} methods[] = {
	{ "GET", RESTREQUEST_GET }, { "POST", RESTREQUEST_POST },
	{ "PATCH", RESTREQUEST_PATCH }, { "PUT", RESTREQUEST_PUT },
	{ "DELETE", RESTREQUEST_DELETE },
};

#define METHODS	(sizeof(methods) / sizeof(methods[0]))

/* How octets of a part are read besides %XX. */
enum reading { READ_TEXT, READ_NAME, READ_QUERY };

/* One octet of the part at *at, which moves on; -1 when it is broken. */
static int
next_octet(const char **at, const char *end, enum reading how)
{
	const char *p = *at;
	int c = (unsigned char)*p, hi, lo;

	if (c == '%') {
		if (end - p < 3 || (hi = hex_digit(p[1])) < 0 ||
		    (lo = hex_digit(p[2])) < 0)
			return -1;
		*at = p + 3;
		c = hi << 4 | lo;
	} else {
		*at = p + 1;
		if (c == '~' && how == READ_NAME)
			c = '/';
		else if (c == '+' && how == READ_QUERY)
			c = ' ';
	}
	return c < 0x20 || c == 0x7f ? -1 : c;
}

/* The decoded part, for the caller to free, or NULL. */
static char *
decode(const char *from, size_t len, enum reading how)
{
	const char *end = from + len;
	char *text = mem_zalloc(len + 1, 1);
	size_t n = 0;

	while (from < end) {
		int c = next_octet(&from, end, how);

		if (c < 0) {
			free(text);
			return NULL;
		}
		text[n++] = (char)c;
	}
	return text;
}

static int
broken(struct err *e)
{
	return err_set(e, ERR_PARSE, "URL: a %% without two hexadecimal "
	    "digits, or a control character");
}

static int
add_segment(struct restrequest *q, const char *from, size_t len, struct err *e)
{
	struct restsegment *s = &q->segments[q->segment_count];

	if (q->segment_count == RESTREQUEST_SEGMENTS)
		return err_set(e, ERR_RANGE, "URL: more than %d parts",
		    RESTREQUEST_SEGMENTS);
	s->text = decode(from, len, READ_TEXT);
	if (s->text == NULL)
		return broken(e);
	s->name = decode(from, len, READ_NAME);
	q->segment_count++;
	if (len == 0 || strcmp(s->text, ".") == 0 ||
	    strcmp(s->text, "..") == 0)
		return err_set(e, ERR_PARSE, "URL: \"%s\" between two slashes",
		    s->text);
	return 0;
}

static int
add_param(struct restrequest *q, const char *from, size_t len, struct err *e)
{
	const char *eq = memchr(from, '=', len);
	size_t key_len = eq != NULL ? (size_t)(eq - from) : len;
	struct restparam *p = &q->params[q->param_count];

	if (q->param_count == RESTREQUEST_PARAMS)
		return err_set(e, ERR_RANGE, "URL: more than %d parameters",
		    RESTREQUEST_PARAMS);
	q->param_count++;
	p->key = decode(from, key_len, READ_QUERY);
	p->value = eq == NULL ? mem_strdup("") : decode(eq + 1,
	    len - key_len - 1, READ_QUERY);
	return p->key != NULL && p->value != NULL ? 0 : broken(e);
}

static int
parse_path(struct restrequest *q, const char *at, const char *end,
    struct err *e)
{
	int rc = 0;

	while (rc == 0 && at < end) {
		const char *slash;

		at++;			/* the slash in front */
		if (at == end)
			break;
		slash = memchr(at, '/', (size_t)(end - at));
		if (slash == NULL)
			slash = end;
		rc = add_segment(q, at, (size_t)(slash - at), e);
		at = slash;
	}
	return rc;
}

static int
parse_query(struct restrequest *q, const char *at, struct err *e)
{
	int rc = 0;

	while (rc == 0 && *at != '\0') {
		size_t len = strcspn(at, "&");

		if (len > 0)
			rc = add_param(q, at, len, e);
		at += len + (at[len] == '&');
	}
	return rc;
}

int
restrequest_parse_target(struct restrequest *q, const char *target,
    struct err *e)
{
	size_t len = strlen(target), path = strcspn(target, "?");
	int rc;

	q->target = target;
	if (len > RESTREQUEST_TARGET_MAX)
		return err_set(e, ERR_RANGE, "URL: longer than %d octets",
		    RESTREQUEST_TARGET_MAX);
	if (*target != '/' || strchr(target, '#') != NULL)
		return err_set(e, ERR_PARSE, "URL: a path is expected");
	rc = parse_path(q, target, target + path, e);
	if (rc == 0 && target[path] == '?')
		rc = parse_query(q, target + path + 1, e);
	return rc;
}

int
restrequest_parse_body(struct restrequest *q, const char *text, size_t len,
    struct err *e)
{
	if (len == 0)
		return 0;
	q->body = json_parse(text, len, e);
	if (q->body == NULL)
		return err_wrap(e, "body");
	if (json_kind_of(q->body) == JSON_KIND_OBJECT)
		return 0;
	json_free(&q->body);
	return err_set(e, ERR_PARSE, "body: an object is expected");
}

unsigned
restrequest_method_parse(const char *word)
{
	for (size_t i = 0; i < METHODS; i++)
		if (strcmp(methods[i].word, word) == 0)
			return methods[i].method;
	return 0;
}

const char *
restrequest_method_name(enum restrequest_method m)
{
	for (size_t i = 0; i < METHODS; i++)
		if (methods[i].method == m)
			return methods[i].word;
	return "?";
}

const char *
restrequest_param(const struct restrequest *q, const char *key)
{
	for (size_t i = 0; i < q->param_count; i++)
		if (strcmp(q->params[i].key, key) == 0)
			return q->params[i].value;
	return NULL;
}

bool
restrequest_flag(const struct restrequest *q, const char *key)
{
	const char *value = restrequest_param(q, key);

	return value != NULL && strcmp(value, "0") != 0 &&
	    strcmp(value, "false") != 0;
}

void
restrequest_fini(struct restrequest *q)
{
	for (size_t i = 0; i < q->segment_count; i++) {
		free(q->segments[i].name);
		free(q->segments[i].text);
	}
	for (size_t i = 0; i < q->param_count; i++) {
		free(q->params[i].key);
		free(q->params[i].value);
	}
	json_free(&q->body);
	free(q->if_match);
	free(q->transaction);
	free(q->last_event);
	*q = (struct restrequest){ .segment_count = 0 };
}
