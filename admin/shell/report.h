/* admin/shell/report.h - what show can show beside objects: lists that the daemon
 * keeps of what happens, such as gtm persist.
 *
 * One table: a row is one more that can be shown. Layer: admin/shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_REPORT_H
#define ADMIN_SHELL_REPORT_H

#include <stddef.h>

struct command;
struct err;
struct phrase;
struct session;

#define REPORT_COLUMNS_MAX	8

struct report_column {
	const char	*head;
	/* Of an item's values the first that there is. */
	const char	*key[2];
};

struct report {
	const char	*module, *word;	/* "gtm", "persist" */
	const char	*help;
	const char	*path;		/* what is asked for */
	const char	*name;		/* the value by which items are of a
					 * wide IP, data center or monitor, which
					 * may be named; */
	const char	*ask;		/* or what a name is asked for as */
	const char	*sums[3];	/* numbers told below; NULL at the end */
	/* Said below when this value of the document is true; may be NULL. */
	const char	*flag, *flag_text;
	struct report_column columns[REPORT_COLUMNS_MAX];	/* likewise */
};

/* By module and word; the last row has no word. */
extern const struct report report_rows[];

/* The report that these words mean in that module ("" = at the top), and how
 * many of them; NULL = none. Words are given in full. */
const struct report *report_find(const char *mode, const struct phrase *p,
    size_t at, size_t *used);

/* Prints c->report, c->name's items. 0, or an ERR_… with e filled. */
int report_show(struct session *s, const struct command *c, struct err *e);

#endif
