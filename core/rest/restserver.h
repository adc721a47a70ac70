/* core/rest/restserver.h - HTTP/1.1 on a UNIX socket, inside the caller's
 * loop: no threads, every bound set. Makes requests values and sends the
 * handler's answer back; what they mean is the handler's business.
 *
 * A streamed body is made piece by piece, as fast as the peer reads it, with
 * the loop's other events in between.
 *
 * Bounds: 64 connections, 16 KiB of request head, 1 MiB of body where the
 * caller names no other bound, 32 levels of JSON, 10 s for a peer that says
 * nothing and 30 s for a whole request.
 * With restresponse and restwatch the owner of libmicrohttpd. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTSERVER_H
#define CORE_REST_RESTSERVER_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct loop;
struct restintake_room;
struct restreply;
struct restrequest;
struct restserver;

/* Answers q in r, at once. Both are the server's. What r->held says is not
 * heard before restserver_settled. */
typedef void restserver_fn(void *arg, const struct restrequest *q,
    struct restreply *r);

struct restserver_config {
	struct loop	*loop;		/* borrowed */
	const struct restintake_room *rooms;	/* borrowed, or NULL */
	const char	*path;		/* of the socket, made with mode 0660 */
	int		 listening;	/* > 0: a descriptor that listens there
					 * already, taken; 0 = make it */
	restserver_fn	*handle;
	void		*arg;
};

/* Listens from here on. A socket that nobody listens at any more is replaced;
 * one in use is ERR_BUSY. NULL with a sentence in e. */
struct restserver *restserver_new(const struct restserver_config *c,
    struct err *e);
/* Ends all connections and removes the socket. NULL is harmless. */
void restserver_free(struct restserver **ps);

/* What waits for commits up to this one is sent; or, with e, is answered by
 * that, as they are gone. */
void restserver_settled(struct restserver *s, uint64_t upto,
    const struct err *e);

/* Lets everything wait, and goes on with it. */
void restserver_pause(struct restserver *s);
void restserver_resume(struct restserver *s);
/* Another process listens on the descriptor, too, and goes on: accepts nobody,
 * ends the streams, tells 503 to who asks on a connection that stands, and
 * leaves the socket's file alone. */
void restserver_leave(struct restserver *s);
/* The descriptor that listens; borrowed. */
int restserver_fd(const struct restserver *s);

/* How many answers of this HTTP status it has given; 100..599. */
uint64_t restserver_answers(const struct restserver *s, int status);

#endif
