/* admin/shell/view.h - commands that only look, as REST calls: list and show.
 * The part of session.h that reads.
 *
 * Layer: admin/shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_VIEW_H
#define ADMIN_SHELL_VIEW_H

struct command;
struct err;
struct phrase;
struct session;

/* Each 0, or an ERR_… with e filled. */
int view_list(struct session *s, const struct command *c,
    const struct phrase *p, struct err *e);
int view_show(struct session *s, const struct command *c, struct err *e);

#endif
