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

#include "admin/shell/command.h"

struct client;
struct err;

struct session {
	struct client	*client;
	struct catalog	*catalog;
	char		*mode, *folder;
	bool		 colour;
	bool		 ended;		/* quit was said */
	FILE		*out, *problems;
};

/* Asks the daemon at this socket what it has. NULL with e filled. */
struct session *session_new(const char *socket_path, struct err *e);
void session_free(struct session **ps);

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

/* Calls fn with the name of each object of a type; silent when that fails. */
void session_each_name(struct session *s, const struct catalog_type *t,
    void (*fn)(void *arg, const char *name), void *arg);

#endif
