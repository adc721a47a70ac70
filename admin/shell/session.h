/* admin/shell/session.h - commands carried out: each becomes calls of the
 * daemon's REST tree, and what they answer is printed.
 *
 * Knows where the operator stands (module, folder). What commands mean is
 * command.h's, what they change edit.h's business. Layer: admin/shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_SESSION_H
#define ADMIN_SHELL_SESSION_H

#include <stdbool.h>
#include <stdio.h>

#include "admin/shell/branch.h"
#include "admin/shell/command.h"

struct client;
struct complete_item;
struct err;
struct json;
struct phrase;

struct session {
	struct branch_set branches;
	struct client	*client;	/* gtmd's, borrowed from branches */
	struct catalog	*catalog;
	char		*mode, *folder;
	bool		 colour;
	bool		 progress;	/* somebody watches long work */
	bool		 ended;		/* quit was said */
	bool		 effect;	/* changes tell what they did */
	struct json	*record;	/* borrowed: changes are noted here as
					 * calls, not made; NULL = made */
	FILE		*in;		/* text of "from-terminal" */
	FILE		*out, *problems;
};

/* Asks gtmd at this socket what it has, or else the other daemons. NULL with e
 * filled when none of them can be asked. */
struct session *session_new(const char *socket_path, struct err *e);
void session_free(struct session **ps);

/* Learns what the daemon has whose branch the phrase names, if it runs: for
 * help and completion. */
void session_learn(struct session *s, const struct phrase *p);

/* Who answers for a path of the tree. */
struct client *session_client(const struct session *s, const char *path);

/* Where commands are understood; borrowed until the next session_run. */
struct command_place session_place(const struct session *s);

/*
 * session_run - carries out the commands of a text, up to the first that fails.
 *
 * out    used  octets of the text that are done with
 * ret    0; 1 = one failed, and problems has been told why; 2 = behind used
 *        stands a command with a brace or quote still open
 */
int session_run(struct session *s, const char *text, size_t *used);

/* Carries out one command that has been read. 0, or e says why not. */
int session_carry_out(struct session *s, const struct phrase *p,
    struct err *e);

/* Calls fn with the name of each object of a type; silent when that fails. */
void session_each_name(struct session *s, const struct catalog_type *t,
    void (*fn)(void *arg, const char *name), void *arg);
/* The same of the items that an object has under a key of REST's: "hosts". */
void session_each_item(struct session *s, const struct complete_item *of,
    void (*fn)(void *arg, const char *name), void *arg);

#endif
