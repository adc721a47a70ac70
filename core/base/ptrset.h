/* core/base/ptrset.h - set of pointers. Most sets of the control plane have one
 * member: that one costs no memory. Layer: core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_PTRSET_H
#define CORE_BASE_PTRSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero is a valid empty set. */
struct ptrset {
	union {
		const void  *only;		/* room 0: the member, or NULL */
		const void **slots;	/* open addressing, as in map.c */
	};
	uint32_t	  room;		/* power of two, or 0 */
	uint32_t	  count;
	uint32_t	  used;		/* count + tombstones */
};

/* Frees the set, not what its members point at. */
void ptrset_fini(struct ptrset *s);
/* False when p (not NULL) was there before. Constant time, but for a rebuild
 * when three quarters of the room are used. */
bool ptrset_add(struct ptrset *s, const void *p);
/* False when it was not there. */
bool ptrset_remove(struct ptrset *s, const void *p);
bool ptrset_has(const struct ptrset *s, const void *p);
/* Walks the members in no particular order: *at starts at 0, NULL at the end.
 * Nothing may be added or removed meanwhile. */
const void *ptrset_next(const struct ptrset *s, size_t *at);

#endif
