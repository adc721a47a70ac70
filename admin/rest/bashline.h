/* admin/rest/bashline.h - the few commands that clients of iControl REST send to
 * /mgmt/tm/util/bash, read as what they stand for.
 *
 * There is no shell: what is in the table is told as a request of the tree or
 * as a fact to be looked up, everything else is refused by name. Whether the
 * asker may do it is judged as that request. Layer: admin/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_BASHLINE_H
#define ADMIN_REST_BASHLINE_H

struct err;
struct json;

#define BASHLINE_MAX	65536	/* octets of utilCmdArgs */

/* What a command asks for. */
enum bashline_want {
	BASHLINE_REQUEST,	/* method, path and body below */
	BASHLINE_VERSION,	/* the text of /VERSION */
	BASHLINE_UPTIME,	/* the text of /proc/uptime */
	BASHLINE_RUNLEVEL,	/* the text of runlevel(8) of a box that is up */
	BASHLINE_NOTHING,	/* no output: no such process runs */
};

struct bashline {
	enum bashline_want want;
	const char	*method;
	char		*path;		/* escaped; owned */
	struct json	*body;		/* owned */
	const char	*prints;	/* what it says when it is done; "" = nothing */
};

/*
 * bashline_parse - the body of a POST to util/bash.
 *
 *	{"command": "run", "utilCmdArgs": "-c \"tmsh save sys config\""}
 *
 * Quotes and backslashes are read as sh reads them (POSIX XCU 2.2), at both
 * levels; what a shell would expand, redirect or chain is refused.
 * ret    0, ERR_PARSE (no such form), ERR_RANGE (too long) or ERR_DENIED
 *        (a command that is not in the table); b is empty then
 * after  bashline_fini frees what b owns
 */
int bashline_parse(struct bashline *b, const struct json *body,
    struct err *e);
void bashline_fini(struct bashline *b);

#endif
