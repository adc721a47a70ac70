/* core/model/filehash.c - see filehash.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/filehash.h"

#include <string.h>

#include "core/model/checksum.h"
#include "core/model/type.h"

void
filehash_reset(struct filehash *f, const char *text, size_t len)
{
	filehash_fini(f);
	f->whole = checksum_add(CHECKSUM_START, text, len);
}

void
filehash_fini(struct filehash *f)
{
	digestmap_fini(&f->objects);
	f->whole = 0;
}

void
filehash_move(struct filehash *to, struct filehash *from)
{
	filehash_fini(to);
	*to = *from;
	*from = (struct filehash){ 0 };
}

static uint64_t
key_of(const struct type *t, const char *name)
{
	return digestmap_key(t->words, strlen(t->words), name);
}

void
filehash_put(struct filehash *f, const struct type *t, const char *name,
    uint64_t hash)
{
	digestmap_put(&f->objects, key_of(t, name), hash);
}

bool
filehash_find(const struct filehash *f, const struct type *t,
    const char *name, uint64_t *hash)
{
	return digestmap_find(&f->objects, key_of(t, name), hash);
}

bool
filehash_is_text(const struct filehash *f, const char *text, size_t len)
{
	return f->whole == checksum_add(CHECKSUM_START, text, len);
}
