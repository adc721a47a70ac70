/* gtmd/plan/plan_find.h - the wide IPs that depend on something: by their pools, by
 * what is in those, by CNAME members that lead to another wide IP.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_PLAN_PLAN_FIND_H
#define GTMD_PLAN_PLAN_FIND_H

#include <stddef.h>
#include <stdint.h>

struct object;
struct plan;
struct plan_wide;

struct plan_find {
	struct plan	*plan;
	uint64_t	 visit;		/* marks those in v */
	const struct plan_wide **v;	/* each once, as they were found */
	size_t		 count, room;
};

/* p is marked, not changed. One search at a time: init ends the one before. */
void plan_find_init(struct plan_find *f, const struct plan *p);
void plan_find_fini(struct plan_find *f);
/* Adds those that depend on the object; itself, if it is one. Linear in what
 * hangs on it. */
void plan_find_object(struct plan_find *f, const struct object *o);

#endif
