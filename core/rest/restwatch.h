/* core/rest/restwatch.h - who watches what happens: answers without an end,
 * each a place in the ring of events.
 *
 * While there is nothing to say the HTTP library has a watcher suspended. At
 * most 32 at a time, which leaves connections for requests; each gets a comment
 * line every 5 s, and one that takes none of it for 30 s is the server's to
 * cut. For restserver, and with it the owner of libmicrohttpd. Layer:
 * core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTWATCH_H
#define CORE_REST_RESTWATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/clock.h"
#include "core/base/list.h"
#include "core/io/loop.h"

struct MHD_Connection;
struct MHD_Response;
struct restevents;
struct restrequest;

#define RESTWATCH_MAX	32

/* Embedded in the server. */
struct restwatch {
	struct loop	*loop;
	/* One has something to say: the library should have its turn soon. */
	void		(*wake)(void *arg);
	void		*arg;
	struct list	 all;
	size_t		 count;
	struct loop_timer beat;
};

void restwatch_init(struct restwatch *w, struct loop *l,
    void (*wake)(void *arg), void *arg);
/* All watchers are told to end; none is suspended after it. */
void restwatch_end(struct restwatch *w);
/* After the library has let go of them. */
void restwatch_fini(struct restwatch *w);

/* One more, as q asks: ?filter=KIND, Last-Event-ID. NULL: there are too many.
 * since, unless NULL, is set to the time whenever it takes something. */
struct MHD_Response *restwatch_open(struct restwatch *w,
    struct MHD_Connection *mc, const struct restrequest *q,
    struct restevents *ev, mono_ns *since);

#endif
