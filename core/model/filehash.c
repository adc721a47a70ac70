/* core/model/filehash.c - see filehash.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/filehash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/model/changelog.h"
#include "core/model/checksum.h"
#include "core/model/type.h"

/* What the file says of one object. */
struct said {
	uint64_t	 hash;
	char		 key[];		/* changelog_key, the map's */
};

void
filehash_reset(struct filehash *f, const char *text, size_t len)
{
	filehash_fini(f);
	map_init_borrowing(&f->objects);
	f->whole = checksum_add(CHECKSUM_START, text, len);
}

void
filehash_fini(struct filehash *f)
{
	struct said *s;
	size_t at = 0;

	while ((s = map_next(&f->objects, &at, NULL)) != NULL)
		free(s);
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
	size_t len = strlen(t->words) + 1 + strlen(name) + 1;
	struct said *s = mem_zalloc(1, sizeof(*s) + len);

	s->hash = hash;
	(void)snprintf(s->key, len, "%s\n%s", t->words, name);
	free(map_put(&f->objects, s->key, s));
}

bool
filehash_find(const struct filehash *f, const struct type *t,
    const char *name, uint64_t *hash)
{
	char *key = changelog_key(t, name);
	const struct said *s = map_find(&f->objects, key);

	free(key);
	if (s != NULL)
		*hash = s->hash;
	return s != NULL;
}

bool
filehash_is_text(const struct filehash *f, const char *text, size_t len)
{
	return f->whole == checksum_add(CHECKSUM_START, text, len);
}
