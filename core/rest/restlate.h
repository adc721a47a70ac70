/* core/rest/restlate.h - changes that count and are not on disk yet: their lines
 * of the audit file and their events, which nobody may see before.
 *
 * When a sync fails the changes are gone, and the history is read anew from what
 * is on record. For restcommit and its files. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTLATE_H
#define CORE_REST_RESTLATE_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct filesync;
struct json;
struct restcommit;
struct restlate_one;

/* All zero: nothing waits. */
struct restlate {
	struct filesync	*sync;		/* NULL: nothing ever does */
	struct restlate_one *v;		/* oldest first */
	size_t		 count, room;
	size_t		 octets;	/* of their lines, with their ends */
};

/* The store's commits share syncs from here on. 0, or the code in e. */
int restlate_open(struct restcommit *c, struct err *e);
/* Waits for what is under way, and ends that. */
void restlate_close(struct restcommit *c);

/* Takes *line and *told (may be NULL): of the change that is the store's commit
 * of this number. */
void restlate_add(struct restlate *l, uint64_t commit, char **line,
    struct json **told);

#endif
