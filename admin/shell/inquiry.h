/* admin/shell/inquiry.h - questions to the daemon: why an answer is what it is,
 * what it would be, what a change has done.
 *
 * Layer: admin/shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_INQUIRY_H
#define ADMIN_SHELL_INQUIRY_H

struct err;
struct json;
struct phrase;
struct session;

/*
 * inquiry_explain - explain NAME | gtm wideip TYPE NAME, with type, client, json.
 * inquiry_whatif  - the same with forced states and a block of commands, which
 *                   are not carried out: { modify gtm pool a p disabled; … }
 *
 * ret 0 with the answer printed; ERR_PARSE, or the daemon's refusal.
 */
int inquiry_explain(struct session *s, const struct phrase *p, struct err *e);
int inquiry_whatif(struct session *s, const struct phrase *p, struct err *e);

/* Prints the shares before and after a change as one table. */
void inquiry_effect(struct session *s, const struct json *effect);

/* The words that may stand behind the verb, NULL at the end. */
extern const char *const inquiry_words[];

#endif
