/* core/rest/objvalue.h - one value of an object as a member of a JSON object, by
 * the kind of its row. Which rows are shown, and what they refer to, objjson.h
 * knows. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_OBJVALUE_H
#define CORE_REST_OBJVALUE_H

struct json;
struct object;
struct prop;

/* The text that the configuration file would have. */
void objvalue_put_formatted(struct json *j, const char *key,
    const struct prop *p, const struct object *o);
/* A number; of a row that is refused its default. */
void objvalue_put_number(struct json *j, const char *key,
    const struct prop *p, const struct object *o);
/* "enabled": true, or "disabled": true. */
void objvalue_put_state(struct json *j, const struct prop *p,
    const struct object *o);
/* An array of texts: those of a list, and the names of the bits that are set. */
void objvalue_put_list(struct json *j, const char *key, const struct prop *p,
    const struct object *o);
void objvalue_put_bits(struct json *j, const char *key, const struct prop *p,
    const struct object *o);
/* Pairs of key and text, under RESTNAME_RAW. */
void objvalue_put_pairs(struct json *j, const char *key, const struct prop *p,
    const struct object *o);

#endif
