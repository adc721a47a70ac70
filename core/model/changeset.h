/* core/model/changeset.h - what a commit or a load changes: objects before and
 * after, each with a reference to what it names.
 *
 * For the store (store.c, storewait.c), which tells watchers and takes back by
 * it. Layer: core/model, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_CHANGESET_H
#define CORE_MODEL_CHANGESET_H

#include <stddef.h>
#include <stdint.h>

struct draft;
struct model;
struct object;
struct schema;
struct store_change;

/* All zero is an empty one. */
struct changeset {
	struct store_change *v;
	size_t		 count, room;
};

void changeset_fini(struct changeset *c);

/* What a draft over the model changes in truth. */
void changeset_of_draft(struct changeset *c, const struct model *m,
    const struct draft *d);
/* What it would take to make the model what the draft says, which holds all
 * there is. Objects that stay keep their identity; their places become d's. */
void changeset_of_load(struct changeset *c, const struct model *m,
    const struct draft *d);
/* The way back: after and before change places, the last comes first. */
void changeset_reverse(struct changeset *c);

/* Makes them true; objects that are new to the model get this generation. */
void changeset_apply(const struct changeset *c, struct model *m,
    uint64_t generation);
/* Into a draft over a model in which they are not true yet. */
void changeset_draft(const struct changeset *c, struct draft *d);

#endif
