/* core/model/tmos_bind.h - from the generic tree to typed objects, by the
 * property tables.
 *
 * All that is wrong becomes a finding, with its place, and binding goes on.
 * Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_TMOS_BIND_H
#define CORE_MODEL_TMOS_BIND_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/diag.h"

struct draft;
struct model;
struct object;
struct schema;
struct tmos_node;
struct tmos_word;
struct type;

struct tmos_bind {
	const struct schema *schema;
	struct diag	*out;
	/* What we do not know or support is a warning, and skipped. */
	bool		 lenient;
	/* Not NULL: an object that this model has is taken from there, and its
	 * stanza's lines change it. */
	const struct model *base;
};

/*
 * tmos_bind_header - what "gtm pool a /Common/x" names, from word first on.
 *
 * ret    true with *t and *name (the caller frees it, "" for single types);
 *        else there was a finding, or a warning when lenient
 */
bool tmos_bind_header(const struct tmos_bind *b, const struct tmos_node *n,
    size_t first, const struct type **t, char **name);

/*
 * tmos_bind_object - the object that a stanza describes.
 *
 * NULL when its header names none. With findings about its lines the object is
 * there all the same (damaged), so that references to it are no findings too.
 */
struct object *tmos_bind_object(const struct tmos_bind *b,
    const struct tmos_node *n);

/*
 * tmos_bind_text - all stanzas of a text into a draft.
 *
 * pos says where the text stands (file and first line). An object that the
 * draft holds already, from this text or before, is a finding.
 * ret 0, or the code of the first error.
 */
int tmos_bind_text(const struct tmos_bind *b, struct draft *d,
    const char *text, size_t len, const struct diag_pos *pos);

/* Puts an object into a draft, or says that it is there already. Takes *po. */
void tmos_bind_put(const struct tmos_bind *b, struct draft *d,
    struct object **po);

/* Is name a good one for an object of this type? A full path of it, for the
 * caller to free, or NULL with e filled. */
char *tmos_bind_name(const struct type *t, const char *name, struct err *e);
/* The same of a name of several words (type.form), as they stand. */
char *tmos_bind_words(const struct type *t, const struct tmos_word *words,
    size_t count, struct err *e);

#endif
