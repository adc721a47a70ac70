/* core/model/json.h - builds a JSON document, value by value, and writes it.
 *
 * The one file that knows jansson. Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_JSON_H
#define CORE_MODEL_JSON_H

#include <stdbool.h>
#include <stdint.h>

/* An object or an array. */
struct json;

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
/* Takes *pchild. */
void json_put(struct json *object, const char *key, struct json **pchild);

/* One more value of an array; the second takes *pchild. */
void json_add_text(struct json *array, const char *text);
void json_add(struct json *array, struct json **pchild);

/* The document as text, indented and with a line end, for the caller to free. */
char *json_text(const struct json *j);

#endif
