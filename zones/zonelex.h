/* zones/zonelex.h - cuts a master file into entries and words (RFC 1035
 * section 5.1): lines, comments, parentheses, quotes, escapes.
 *
 * An entry without any of these is handed out where it lies; the others are
 * copied flat: comments gone, parentheses and the line ends in them blanks,
 * quotes and escapes kept for the reader of the rdata. A broken entry ends at
 * its line's end, and the next one is read as if nothing had happened.
 * Layer: zones, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ZONES_ZONELEX_H
#define ZONES_ZONELEX_H

#include <stdbool.h>
#include <stddef.h>

#include "zones/block.h"

struct zonelex {
	const char	*at, *end;
	unsigned	 line;		/* of "at", counted from 1 */
	struct block	 flat;		/* room for copies */
};

/* Text inside an entry; not terminated. */
struct zonelex_text {
	const char	*p;
	size_t		 len;
};

struct zonelex_entry {
	struct zonelex_text text;	/* valid until the next entry */
	unsigned	 line;		/* where it starts */
	bool		 indented;	/* starts with a blank: no owner given */
	const char	*error;		/* NULL, or what is wrong with it */
};

void zonelex_init(struct zonelex *l, const char *text, size_t len);
void zonelex_fini(struct zonelex *l);

/* False at the end of the text. Empty entries are skipped. */
bool zonelex_next(struct zonelex *l, struct zonelex_entry *en);

/* Takes the first word off t; false when there is none. A blank that is
 * escaped or in quotes does not end a word. */
bool zonelex_word(struct zonelex_text *t, struct zonelex_text *word);

/* Drops blanks at both ends (an escaped one at the end stays). */
void zonelex_trim(struct zonelex_text *t);

/* Is word the same as s, letters of either case? */
bool zonelex_is(const struct zonelex_text *word, const char *s);

#endif
