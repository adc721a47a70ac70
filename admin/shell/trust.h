/* admin/shell/trust.h - changes confirmed and taken back, and what happens,
 * told as it does.
 *
 * Layer: admin/shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_TRUST_H
#define ADMIN_SHELL_TRUST_H

struct command;
struct err;
struct session;

/* c->name is the number of a change, or NULL. Each 0, or an ERR_… with e
 * filled. */
int trust_confirm(struct session *s, const struct command *c, struct err *e);
int trust_undo(struct session *s, const struct command *c, struct err *e);

/* Prints a line for each event, of the kind c->name or of all, until the output
 * is closed (0) or the daemon goes away (ERR_IO). */
int trust_watch(struct session *s, const struct command *c, struct err *e);

#endif
