/* core/model/storewait.h - commits that count already and wait for the sync that
 * makes them last.
 *
 * The store's (store.c), which says what a commit is and how it is taken back.
 * Here stands in which order they wait, which of them the sync under way is for,
 * and who is told how it ended. One thread. Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_STOREWAIT_H
#define CORE_MODEL_STOREWAIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/model/store.h"

struct changeset;
struct store_backend;

struct storewait {
	struct store_backend *backend;	/* the store's */
	struct store_syncer syncer;
	struct changeset *v;		/* those that wait, oldest first */
	size_t		 count, room;
	size_t		 under_way;	/* of these, the first so many */
	bool		 syncing;
	bool		 goes_back;	/* one is being taken back */
	uint64_t	 last;		/* number of the latest commit */
};

/* Makes what c did undone; c is as it was written. */
typedef void storewait_back_fn(void *arg, struct changeset *c);

/* While there is no syncer nothing waits. */
void storewait_init(struct storewait *w, struct store_backend *b);
/* No sync is under way. */
void storewait_fini(struct storewait *w);
/* Settles, then y is copied; NULL takes it away. A back end that knows no groups
 * goes without. */
void storewait_syncer(struct storewait *w, const struct store_syncer *y);

/* Do commits wait at all? */
bool storewait_is_grouped(const struct storewait *w);
/* Before a commit is written: settles where the back end must have it so. */
void storewait_ready(struct storewait *w);
/* One more commit, which is written. When it has to wait it is taken (*c is
 * empty then) and the first begins a sync. ret the one that stands there, for
 * the watchers, until the next is added or a sync ends. */
const struct changeset *storewait_add(struct storewait *w,
    struct changeset *c);
/* The sync under way has ended so, see store_synced: those it was for are
 * acknowledged, or all are taken back, the latest first. */
void storewait_end(struct storewait *w, int sys_errno,
    storewait_back_fn *back, void *arg);
/* Returns when nothing waits any more. */
void storewait_settle(struct storewait *w);
/* The number of the latest commit while it waits, else 0. */
uint64_t storewait_number(const struct storewait *w);

#endif
