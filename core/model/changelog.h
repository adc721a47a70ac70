/* core/model/changelog.h - what the journal's records say: objects as they
 * became, each with what the configuration file said of it at the time.
 *
 * Only the last word on each object matters, since a stanza replaces the whole
 * object. Private to core/model (store_dir.c, filemerge.c).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_CHANGELOG_H
#define CORE_MODEL_CHANGELOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/diag.h"
#include "core/base/map.h"

struct journal_record;
struct object;
struct strbuf;
struct tmos_bind;
struct tmos_node;
struct type;

/* What the file says of an object: nothing, or something with this hash. */
struct changelog_base {
	bool		 present;
	uint64_t	 hash;
};

struct changelog_entry {
	const struct type *type;
	char		*name;
	struct object	*now;		/* NULL = deleted */
	struct changelog_base base;
	uint64_t	 number;	/* of the record */
	struct diag_pos	 pos;
};

/* The last word on each object, by changelog_key. */
struct changelog {
	struct map	 last;
	const struct tmos_bind *bind;
	const char	*path;		/* of the journal, for messages */
};

void changelog_init(struct changelog *c, const struct tmos_bind *b,
    const char *path);
void changelog_fini(struct changelog *c);

/* Takes in one record; findings go to the bind's diag. */
void changelog_read(struct changelog *c, const struct journal_record *r);

/* The lines that stand at the start of a body ("#note LINE", comments to all
 * who read stanzas): adds one; calls fn for each. */
void changelog_note(struct strbuf *body, const char *line);
void changelog_notes(const struct journal_record *r,
    void (*fn)(void *arg, const char *line), void *arg);

/* Adds one change to the body of a record: now is the object, or NULL when t's
 * object called name is deleted. */
void changelog_write(struct strbuf *body, const struct changelog_base *base,
    const struct type *t, const char *name, const struct object *now);

/* All last words, as the body of a single record. */
void changelog_body(const struct changelog *c, struct strbuf *body);

/* "gtm pool a\n/Common/x", for the caller to free. */
char *changelog_key(const struct type *t, const char *name);

#endif
