/* core/rest/client.h - one HTTP request at a time over a UNIX socket, which is
 * how programs of ours talk to a daemon's REST tree.
 *
 * Knows HTTP, not what is asked. Blocks; one thread. Owns libcurl's easy
 * interface. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_CLIENT_H
#define CORE_REST_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

struct client;
struct err;
struct strbuf;

struct client_request {
	/* Takes the body of a 200 as it comes, in the place of collecting it;
	 * false ends the call, which then is a success. NULL: collect. */
	bool		(*take)(void *arg, const char *octets, size_t len);
	/* With take: asked every second at least, while nothing comes too;
	 * false ends the call likewise. NULL = goes on. */
	bool		(*still)(void *arg);
	void		*take_arg;
	const char	*method;	/* "GET", … */
	const char	*path;		/* "/mgmt/tm/…", escaped, with its query */
	const char	*body;		/* JSON, or NULL = none */
	const char	*accept;	/* media type; NULL = JSON */
	const char	*if_match;	/* ETag that must hold still, or NULL */
	const char *const *headers;	/* further "Name: value" lines up to a
					 * NULL; NULL = none */
	/* Asked before that many more octets of the answer are kept; false
	 * ends the call. NULL = there is always room. */
	bool		(*room)(void *arg, size_t len);
	void		*room_arg;
	/* Called now and then, every second at least, with the octets of the
	 * body sent so far and all of them; or NULL. */
	void		(*progress)(void *arg, size_t sent, size_t total);
	void		*progress_arg;
};

struct client_reply {
	long	 status;		/* HTTP's, 200.. */
	char	*body;			/* owned, terminated, never NULL */
	size_t	 len;
	char	*etag;			/* owned; NULL = none was given */
	char	*type;			/* owned media type; NULL likewise */
};

/* Nothing is opened until the first call; the connection is kept. */
struct client *client_new(const char *socket_path);
void client_free(struct client **pc);

/*
 * client_call - ask, and wait for the whole answer.
 *
 * ret    0 with *r filled, whatever the status is (client_reply_fini frees);
 *        ERR_IO: nobody listens there, the connection broke, or no octet came
 *        for a minute; ERR_RANGE: the answer is over 64 MiB; ERR_BUSY: there
 *        was no room for it. Then e is filled and r is empty.
 */
int client_call(struct client *c, const struct client_request *q,
    struct client_reply *r, struct err *e);
void client_reply_fini(struct client_reply *r);

/* Appends a name as one part of a path: '/' becomes '~', and what RFC 3986
 * section 2.3 does not let stand (but ':'), or is a '~' itself, is
 * percent-encoded. */
void client_escape(struct strbuf *b, const char *name);

#endif
