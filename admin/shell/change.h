/* admin/shell/change.h - commands that change something, as REST calls: create,
 * modify, delete, save. The part of session.h that writes.
 *
 * Layer: admin/shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_CHANGE_H
#define ADMIN_SHELL_CHANGE_H

struct command;
struct err;
struct phrase;
struct session;

/* Each 0, or an ERR_… with e filled. A pattern's objects are changed one by
 * one; the first that is refused ends it, with its name in e. */
int change_create(struct session *s, const struct command *c,
    const struct phrase *p, struct err *e);
int change_modify(struct session *s, const struct command *c,
    const struct phrase *p, struct err *e);
int change_delete(struct session *s, const struct command *c, struct err *e);
int change_save(struct session *s, struct err *e);

#endif
