/* core/model/filehash.h - what a configuration file said about each object, as
 * hashes: enough to tell later whether somebody edited it.
 * Private to core/model (configfile.c).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_FILEHASH_H
#define CORE_MODEL_FILEHASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/digestmap.h"

struct type;

/* All zero is that of an empty file; put comes after reset. */
struct filehash {
	struct digestmap objects;	/* digest of type and name to hash */
	uint64_t	 whole;		/* of all octets of the file */
};

/* Starts anew for a file with these octets. */
void filehash_reset(struct filehash *f, const char *text, size_t len);
void filehash_fini(struct filehash *f);
/* from ends empty. */
void filehash_move(struct filehash *to, struct filehash *from);

/* What the file says of this object hashes to that; replaces. */
void filehash_put(struct filehash *f, const struct type *t, const char *name,
    uint64_t hash);
/* False when the file said nothing about it. */
bool filehash_find(const struct filehash *f, const struct type *t,
    const char *name, uint64_t *hash);
/* Is the file still these octets? */
bool filehash_is_text(const struct filehash *f, const char *text,
    size_t len);

#endif
