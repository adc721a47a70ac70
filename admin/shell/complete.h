/* admin/shell/complete.h - what can stand next: for the tab key, for "?" and
 * for help. Out of the catalogue; names of objects come from the caller.
 *
 * Layer: admin/shell, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_COMPLETE_H
#define ADMIN_SHELL_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "admin/shell/command.h"

struct catalog_type;
struct phrase;
struct strbuf;

typedef void complete_name_fn(void *arg, const char *name);

/* Items of an object: "hosts" of a gtm migration. */
struct complete_item {
	const struct catalog_type *type;
	const char	*object, *key;
};

struct complete_input {
	struct command_place place;
	const char	*text;		/* up to the cursor */
	/* Calls fn for each object of the type; NULL = names are not asked. */
	void		(*each_name)(void *arg, const struct catalog_type *t,
			    complete_name_fn *fn, void *fn_arg);
	/* The same for each item of an object under a key; NULL likewise. */
	void		(*each_item)(void *arg, const struct complete_item *of,
			    complete_name_fn *fn, void *fn_arg);
	void		*arg;
};

struct complete_word {
	char		*word;		/* as it would be written */
	char		*help;
	bool		 shown_only;	/* "<number>": nothing to be inserted */
};

/* All zero is an empty one. */
struct complete_list {
	struct complete_word *v;
	size_t		 count, room;
	size_t		 typed;		/* octets of the word begun */
};

/* Fills out, which is empty, with all words that can stand at the end of the
 * text and start as the word begun there does. */
void complete_find(struct complete_list *out, const struct complete_input *in);
void complete_fini(struct complete_list *l);

/* The octets that all words of the list share behind what is typed; the caller
 * frees it. Of a single word it ends with a blank. */
char *complete_common(const struct complete_list *l);

/* Appends the list as two columns, word and help. */
void complete_format(struct strbuf *out, const struct complete_list *l);

/* For completeprops: what is looked for, and where it goes. */
struct complete_walk {
	const struct complete_input *in;
	const char	*begun;		/* the word begun, maybe "" */
	struct complete_list *out;
};
/* One more word, if it starts as the one begun; help may be NULL. The second
 * is for words that are only shown. */
void complete_offer(const struct complete_walk *w, const char *word,
    const char *help);
void complete_offer_shown(const struct complete_walk *w, const char *word,
    const char *help);
/* All names of the types that these words start with; "none" is not one. */
void complete_offer_names(const struct complete_walk *w, const char *words);
/* The names of an object's items, of the type of these words. False: nobody is asked. */
bool complete_offer_items(const struct complete_walk *w, const char *words,
    const char *object, const char *key);

#endif
