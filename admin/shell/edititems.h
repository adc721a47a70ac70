/* admin/shell/edititems.h - lists of words, names and items: what add, delete,
 * modify and replace-all-with make of them. The part of edit.h that lists need.
 *
 * Layer: admin/shell, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_EDITITEMS_H
#define ADMIN_SHELL_EDITITEMS_H

#include <stdbool.h>

struct catalog_prop;
struct catalog_type;
struct edit;
struct err;
struct json;
struct phrase;

enum edititems_op { EDITITEMS_ADD, EDITITEMS_DELETE, EDITITEMS_MODIFY,
    EDITITEMS_REPLACE };

/* The operations as tmsh writes them, NULL at the end, in enum's order. */
extern const char *const edititems_ops[];

/* Is the word an operation? */
bool edititems_op_parse(const char *word, enum edititems_op *op);

/* Puts the list as it will be into ed->body: what the body has of it by now, or
 * else the object, changed. As edit_properties. */
int edititems_apply(const struct edit *ed, const struct catalog_prop *p,
    enum edititems_op op, const struct phrase *block, struct err *e);

/* The key of an item as REST gives it: its full path where it has one; the
 * caller frees it. */
char *edititems_key(const struct json *item);

/* The items of a row in an object of REST's, an array; or NULL. */
const struct json *edititems_find(const struct catalog_prop *p,
    const struct json *object);

#endif
