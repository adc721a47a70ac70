/* gtmd/companion/companion.h - one question to another daemon's control socket,
 * and its answer.
 *
 * womd and etheripd of both sites stand beside a migration: what they are asked,
 * and what their answers mean, is companion_wom's and companion_eip's. Whether it
 * is asked again is for who asks. HTTP on the loop (monitors/fetch.h). Control
 * loop only. Layer: gtmd/companion, may include monitors and core/{base,io,model}.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_COMPANION_COMPANION_H
#define GTMD_COMPANION_COMPANION_H

#include "core/base/clock.h"

struct companion_call;
struct fetcher;
struct json;

#define COMPANION_PAGE_MAX	(1u << 20)	/* octets of an answer */

/* What is asked; all that is not NULL is owned. */
struct companion_ask {
	const char	*method;	/* "GET", … */
	char		*path;		/* "/mgmt/tm/…", escaped */
	char		*body;		/* JSON, or NULL */
};

/* The path gets one more parameter; all that could be misread in value is
 * percent-encoded (RFC 3986 2.1). */
void companion_param(struct companion_ask *a, const char *key,
    const char *value);
/* Harmless twice. */
void companion_ask_fini(struct companion_ask *a);

struct companion_answer {
	int		 status;	/* HTTP's; 0: there was no answer */
	const struct json *body;	/* an object, or NULL; borrowed */
	/* "" when the status is 2xx; else the daemon's own sentence, or why there
	 * was no answer, with the socket in front. Borrowed. */
	const char	*text;
};

struct companion_owner {
	/* Once, never from within companion_call; the call is gone then. */
	void	(*done)(void *arg, const struct companion_answer *a);
	void	*arg;
};

/* Asks at socket, a path; both may go once this returns. within: until there must
 * be an answer. */
struct companion_call *companion_call(struct fetcher *f, const char *socket,
    const struct companion_ask *a, dur_ns within,
    const struct companion_owner *owner);
/* No answer any more; whether it was taken is not known. Takes *pc; NULL is
 * harmless. */
void companion_stop(struct companion_call **pc);

#endif
