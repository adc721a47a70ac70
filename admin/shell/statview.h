/* admin/shell/statview.h - REST's statistics as a table: a row an object, its
 * state first, then its counters.
 *
 * Layer: admin/shell, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_SHELL_STATVIEW_H
#define ADMIN_SHELL_STATVIEW_H

#include <stdbool.h>

struct json;
struct strbuf;

struct statview {
	bool	 raw;		/* all counters, all their digits */
	bool	 colour;
	const char *pattern;	/* only objects whose name matches; NULL = all */
};

/*
 * statview_format - appends the table of a …/stats document.
 *
 * ret    how many objects it shows; 0: nothing was appended
 */
unsigned statview_format(struct strbuf *out, const struct json *doc,
    const struct statview *v);

/* Does the name match the pattern ("all", *, ?), as list and modify see it? */
bool statview_matches(const char *pattern, const char *name);

#endif
