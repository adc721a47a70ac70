/* core/model/json.h - builds a JSON document, value by value, writes it, and
 * reads one.
 *
 * This file and jsonline know jansson. Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_JSON_H
#define CORE_MODEL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

#define JSON_DEPTH_MAX	32	/* levels of objects and arrays read */

/* An object or an array; of a document that was read, any value. */
struct json;

enum json_kind { JSON_KIND_NULL, JSON_KIND_BOOL, JSON_KIND_INT, JSON_KIND_REAL,
    JSON_KIND_TEXT, JSON_KIND_ARRAY, JSON_KIND_OBJECT };

/* An empty one, for the caller to free or to give to another. */
struct json *json_new_object(void);
struct json *json_new_array(void);
void json_free(struct json **pj);

/* A member of an object, in the order of putting; a second one of the same key
 * replaces the first. Text that is not UTF-8 has each foreign octet replaced by
 * U+FFFD; NULL is null. A real that is no number is null. */
void json_put_text(struct json *object, const char *key, const char *text);
void json_put_int(struct json *object, const char *key, int64_t n);
void json_put_real(struct json *object, const char *key, double n);
void json_put_bool(struct json *object, const char *key, bool yes);
/* The member goes, if it is there. */
void json_remove(struct json *object, const char *key);
/* Takes *pchild. */
void json_put(struct json *object, const char *key, struct json **pchild);

/* One more value of an array; the last takes *pchild. */
void json_add_text(struct json *array, const char *text);
void json_add_int(struct json *array, int64_t n);
void json_add(struct json *array, struct json **pchild);

/* The document as text, indented and with a line end, for the caller to free;
 * the line is the same without blanks and line ends. */
char *json_text(const struct json *j);
char *json_line(const struct json *j);
/* The line of an object that is not empty, with one member more, whose value
 * is a line already; nothing in key needs escaping. */
char *json_line_with(const struct json *object, const char *key,
    const char *line);

/*
 * json_parse - a document (RFC 8259) as values.
 *
 * ret    the value, for the caller to free, or NULL with e filled: ERR_PARSE
 *        with line and column (not JSON, not UTF-8, a key given twice, octet 0
 *        in a text), ERR_RANGE for more levels than JSON_DEPTH_MAX: the parser
 *        recurses, and threads of a server have small stacks
 */
struct json *json_parse(const char *text, size_t len, struct err *e);
/* A document of our own making, which parses. */
struct json *json_literal(const char *text);

/* What a value is; NULL is null, so that what json_find gave may be asked. */
enum json_kind json_kind_of(const struct json *j);
/* The value of a kind, or what stands for none when it is of another kind:
 * NULL, 0 (a real is cut to its whole part, within int64_t), false. */
const char *json_get_text(const struct json *j);
int64_t json_get_int(const struct json *j);
double json_get_real(const struct json *j);	/* of an integer too */
bool json_get_bool(const struct json *j);
/* How many values an array or members an object has; 0 for other kinds. */
size_t json_count(const struct json *j);
/* An object's member, or an array's value; borrowed, NULL when there is none. */
const struct json *json_find(const struct json *object, const char *key);
const struct json *json_item(const struct json *array, size_t i);
/* Walks an object's members in their order: *at starts as NULL; NULL at the
 * end. key is borrowed. The object must not change meanwhile. */
const struct json *json_next(const struct json *object, void **at,
    const char **key);
/* A copy, all the way down, for the caller to free. */
struct json *json_clone(const struct json *j);

#endif
