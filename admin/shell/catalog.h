/* admin/shell/catalog.h - what kinds of objects and properties there are, as
 * the daemon's describe document tells: the shell has no tables of its own.
 *
 * Layer: admin/shell, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_CATALOG_H
#define ADMIN_SHELL_CATALOG_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct json;

/* As a command gives its value. */
enum catalog_kind {
	CATALOG_FLAG,		/* one of two bare words */
	CATALOG_WORD,		/* one word */
	CATALOG_NUMBER,		/* one word of digits, or a word instead */
	CATALOG_REF,		/* one word, the name of an object */
	CATALOG_TYPEDREF,	/* two words: type and name */
	CATALOG_PAIRS,		/* two words: key and text; may stand again */
	CATALOG_RULE,		/* monitor rule */
	CATALOG_LIST,		/* words in braces */
	CATALOG_REFS,		/* names in braces */
	CATALOG_ITEMS,		/* keys in braces, each with a block */
};

/* All texts are borrowed from the document; NULL = it says nothing. */
struct catalog_prop {
	enum catalog_kind kind;
	const char	*name, *rest, *dflt, *empty, *ref, *unit, *refused,
			*help;
	const struct json *words;	/* array of texts, or NULL */
	const struct json *min, *max;	/* numbers, or NULL */
	struct catalog_type *item;	/* ITEMS */
};

struct catalog_type {
	const char	*words, *path, *title, *refused, *help;
	const char	*also;		/* further words for it, or NULL */
	const char	*form;		/* names of several words, or NULL */
	bool		 single;
	struct catalog_prop *props;
	size_t		 count;
};

struct catalog {
	struct json	**docs;		/* owned, one a daemon */
	size_t		 doc_count, doc_room;
	struct catalog_type *types;
	size_t		 count, room;
};

/* Takes *pdoc. NULL with e filled when the document is not of its form. */
struct catalog *catalog_new(struct json **pdoc, struct err *e);
/* The types of one more document, behind those that are there; *pc may be NULL.
 * Takes *pdoc. ret 0, or ERR_PARSE with *pc what it was. Types move: pointers
 * to them do not outlive this. */
int catalog_add(struct catalog **pc, struct json **pdoc, struct err *e);
void catalog_free(struct catalog **pc);

/* The type with exactly these words, or NULL. */
const struct catalog_type *catalog_find(const struct catalog *c,
    const char *words);

/* The row that a word names: its name, one of a flag's words, or the only one
 * that starts so. NULL with e filled, with a hint or what it could mean. */
const struct catalog_prop *catalog_prop(const struct catalog_type *t,
    const char *word, struct err *e);

/* Is it one of the row's words? */
bool catalog_has_word(const struct catalog_prop *p, const char *word);

#endif
