/* admin/shell/errand.h - run: what a daemon does in one go when it is asked, such
 * as wom quick-start or net freeze. One table: a row is one more that can be run.
 *
 * Layer: admin/shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_ERRAND_H
#define ADMIN_SHELL_ERRAND_H

struct err;
struct phrase;
struct session;

struct errand {
	const char	*module, *word;	/* "wom", "quick-start" */
	const char	*help;
	const char	*path;		/* what is posted to */
	const char	*const *keys;	/* words that may follow, each with a value
					 * or a block of them; NULL at the end */
};

/* The last row has no word. */
extern const struct errand errand_rows[];

/* run MODULE WORD key value … key { value … }, and prints what was done. 0, or an
 * ERR_… with e filled. */
int errand_run(struct session *s, const struct phrase *p, struct err *e);

#endif
