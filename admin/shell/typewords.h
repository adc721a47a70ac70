/* admin/shell/typewords.h - which object types the words of a command mean:
 * "gtm pool a", shortened as far as it stays unique, relative to the module
 * that the operator has entered.
 *
 * Layer: admin/shell, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_TYPEWORDS_H
#define ADMIN_SHELL_TYPEWORDS_H

#include <stddef.h>

struct catalog;
struct catalog_type;
struct command_place;
struct err;
struct phrase;

struct typewords {
	/* Owned array: all types that start with the words, those that are not
	 * supported left out where there are others. */
	const struct catalog_type **types;
	size_t		 count;
	const struct catalog_type *whole;	/* words of it are all there, or
						 * NULL */
	char		*words;		/* owned, in full: "gtm pool" */
	size_t		 used;		/* words of the phrase */
};

/*
 * typewords_resolve - the longest run of words that names types.
 *
 * Words that a type also has, whole, mean that type where something stands behind
 * them; else what they are short for.
 *
 * in     at    the module entered; words that name types from the top on by
 *              two words or more are taken from there
 *        from  place of the first word
 * ret    0 with *t filled (typewords_fini frees), ERR_UNKNOWN, or ERR_PARSE when
 *        a word is short for several
 */
int typewords_resolve(struct typewords *t, const struct command_place *at,
    const struct phrase *p, size_t from, struct err *e);
/* All types there are. */
void typewords_all(struct typewords *t, const struct catalog *c);
void typewords_fini(struct typewords *t);

/* A word that may stand behind others, and the type that ends with it. */
struct typewords_next {
	char	*word;
	const struct catalog_type *type;	/* or NULL */
};

/* What may stand behind these words, each word once, in the catalogue's order;
 * for typewords_next_free. */
struct typewords_next *typewords_next(const struct catalog *c,
    const char *words, size_t *count);
void typewords_next_free(struct typewords_next *v, size_t count);

#endif
