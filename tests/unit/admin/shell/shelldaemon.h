/* tests/unit/admin/shell/shelldaemon.h - a daemon of a table of answers, on a
 * socket of its own, that keeps what it was asked.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_ADMIN_SHELL_SHELLDAEMON_H
#define TESTS_UNIT_ADMIN_SHELL_SHELLDAEMON_H

struct shelldaemon;

/* What is said to requests that start so; each row answers often, unless the
 * next row starts the same: then once. The last row has a NULL request; what no
 * row answers is 404. The describe document of gtm is there without a row. */
struct shelldaemon_answer {
	const char	*request;	/* "GET /mgmt/tm/gtm/pool/a" */
	int		 status;
	const char	*body;		/* NULL = none */
	const char	*etag;		/* with its quotes, or NULL */
};

/* The tunnels and groups of net, as etheripd is to describe them. */
extern const char shelldaemon_net[];

struct shelldaemon *shelldaemon_new(const struct shelldaemon_answer *answers);
/* Ends it, and fails when a request of the test was none it could read. */
void shelldaemon_free(struct shelldaemon **pd);

const char *shelldaemon_socket(const struct shelldaemon *d);

/* All requests since the last call but those for describe, a line each:
 * "METHOD target [if-match] body"; borrowed until the next call. */
const char *shelldaemon_asked(struct shelldaemon *d);

#endif
