/* core/model/overlay.h - what a draft changes: by type and name, the object
 * that takes the place of the model's, or that it goes. Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_OVERLAY_H
#define CORE_MODEL_OVERLAY_H

#include <stddef.h>

#include "core/base/map.h"

struct object;
struct schema;
struct type;

struct overlay_entry {
	const struct type *type;
	struct object	*now;		/* owned; NULL = goes */
	char		 name[];
};

struct overlay {
	const struct schema *schema;
	size_t		 types;		/* of the schema */
	struct map	*by_type;	/* one per type of the schema: name to
					 * struct overlay_entry */
	size_t		 count;
};

/* Where a walk over all entries stands; starts all zero. */
struct overlay_walk {
	size_t	type, at;
};

void overlay_init(struct overlay *v, const struct schema *s);
void overlay_fini(struct overlay *v);

/* The entry of this name, borrowed, or NULL: never touched. */
struct overlay_entry *overlay_find(const struct overlay *v,
    const struct type *t, const char *name);
/* Takes *po. */
void overlay_put(struct overlay *v, struct object **po);
void overlay_delete(struct overlay *v, const struct type *t, const char *name);
/* As if it had never been touched. */
void overlay_forget(struct overlay *v, const struct type *t, const char *name);
struct overlay_entry *overlay_next(const struct overlay *v,
    struct overlay_walk *w);
/* Those of one type; *at starts at 0. */
struct overlay_entry *overlay_next_of(const struct overlay *v,
    const struct type *t, size_t *at);

#endif
