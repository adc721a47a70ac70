/* admin/shell/command.h - what a phrase asks for: verb, object, options, and
 * where its properties start.
 *
 * Layer: admin/shell, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_COMMAND_H
#define ADMIN_SHELL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "admin/shell/typewords.h"

struct catalog;
struct catalog_prop;
struct err;
struct phrase;
struct report;

enum command_verb {
	COMMAND_CD, COMMAND_CONFIRM, COMMAND_CREATE, COMMAND_DELETE,
	COMMAND_EFFECT, COMMAND_ENTER, COMMAND_EXIT, COMMAND_EXPLAIN,
	COMMAND_WHATIF,
	COMMAND_HELP, COMMAND_LIST, COMMAND_LOAD,
	COMMAND_MIGRATE,	/* also save, of a dossier */
	COMMAND_MODIFY, COMMAND_QUIT,
	COMMAND_RUN, COMMAND_SAVE, COMMAND_SHOW, COMMAND_UNDO, COMMAND_WATCH,
};

enum {
	COMMAND_ALL_PROPERTIES	= 1 << 0,
	COMMAND_ONE_LINE	= 1 << 1,
	COMMAND_RAW		= 1 << 2,
	COMMAND_JSON		= 1 << 3,
	COMMAND_VERSION		= 1 << 4,	/* show sys version */
	COMMAND_FILE		= 1 << 5,	/* load sys config */
	COMMAND_LENIENT		= 1 << 6,
	COMMAND_MERGE		= 1 << 7,
	COMMAND_REPLACE		= 1 << 8,
	COMMAND_TERMINAL	= 1 << 9,
	COMMAND_VERIFY		= 1 << 10,
	COMMAND_LOG		= 1 << 11,	/* show gtm migration NAME log */
};

/* Where the operator stands. */
struct command_place {
	const struct catalog *catalog;
	const char	*mode;		/* "gtm pool", "" = at the top */
	const char	*folder;	/* "/Common" */
};

struct command {
	enum command_verb verb;
	struct typewords	 target;	/* of objects; else empty */
	char		*name;		/* full path, pattern or "all"; of cd
					 * the folder, of load the file; NULL =
					 * none was given */
	unsigned	 options;
	const struct catalog_prop *items;	/* show … members, or NULL */
	const struct report *report;	/* show gtm persist, or NULL */
	size_t		 rest;		/* properties start here */
};

/* A row of the table of verbs, in alphabetical order; NULL name at the end. */
struct command_word {
	const char	*name;
	enum command_verb verb;
	const char	*help;
};
extern const struct command_word command_verbs[];

/* The options that may follow a verb, NULL at the end. */
const char *const *command_options(enum command_verb verb);

/*
 * command_parse - the command that a phrase is.
 *
 * Words of a type without a verb enter it (COMMAND_ENTER, target.words). ret 0
 * with *c filled (command_fini frees), ERR_UNKNOWN, ERR_PARSE or
 * ERR_UNSUPPORTED.
 */
int command_parse(struct command *c, const struct command_place *at,
    const struct phrase *p, struct err *e);
void command_fini(struct command *c);

/* The verb that a word is or is the only one to be short for, or NULL with e
 * filled. */
const struct command_word *command_verb(const char *word, struct err *e);

/* The name of several words that stands at this place of a phrase: how many
 * words it has, 0 for none, and its text, for the caller to free, or NULL. */
size_t command_phrased(const char *form, const struct phrase *p, size_t at,
    char **name);

/* A name as the folder completes it, for the caller to free. */
char *command_full_name(const char *folder, const char *name);

#endif
