/* core/model/filehash.c - see filehash.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/filehash.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/model/changelog.h"
#include "core/model/checksum.h"

void
filehash_reset(struct filehash *f, const char *text, size_t len)
{
	filehash_fini(f);
	f->whole = checksum_add(CHECKSUM_START, text, len);
}

void
filehash_fini(struct filehash *f)
{
	uint64_t *hash;
	size_t at = 0;

	while ((hash = map_next(&f->objects, &at, NULL)) != NULL)
		free(hash);
	map_fini(&f->objects);
	f->whole = 0;
}

void
filehash_move(struct filehash *to, struct filehash *from)
{
	filehash_fini(to);
	*to = *from;
	*from = (struct filehash){ 0 };
}

void
filehash_put(struct filehash *f, const struct type *t, const char *name,
    uint64_t hash)
{
	char *key = changelog_key(t, name);

	free(map_put(&f->objects, key, mem_dup(&hash, sizeof(hash))));
	free(key);
}

bool
filehash_find(const struct filehash *f, const struct type *t,
    const char *name, uint64_t *hash)
{
	char *key = changelog_key(t, name);
	const uint64_t *found = map_find(&f->objects, key);

	free(key);
	if (found != NULL)
		*hash = *found;
	return found != NULL;
}

bool
filehash_is_text(const struct filehash *f, const char *text, size_t len)
{
	return f->whole == checksum_add(CHECKSUM_START, text, len);
}
