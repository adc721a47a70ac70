/* admin/shell/interact.h - the shell at a terminal: line editing, history, the
 * tab key and "?". Owns libedit.
 *
 * Layer: admin/shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_INTERACT_H
#define ADMIN_SHELL_INTERACT_H

struct session;

/* Reads and carries out commands until quit or the end of input. The history
 * is kept in ~/.gtmsh_history, readable by its owner alone. */
void interact_run(struct session *s);

#endif
