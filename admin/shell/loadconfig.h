/* admin/shell/loadconfig.h - load sys config: the operator's file or text, read
 * with his own rights, sent to the daemon, and what it found told with places.
 *
 * Layer: admin/shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_LOADCONFIG_H
#define ADMIN_SHELL_LOADCONFIG_H

struct command;
struct err;
struct session;

/* Findings go to the session's problems, one a line. ret 0, or an ERR_… with e
 * filled: then nothing was changed. */
int loadconfig_run(struct session *s, const struct command *c, struct err *e);

#endif
