/* core/rest/restevents.h - what happens, as one stream for all who watch:
 * server-sent events (text/event-stream of the HTML standard, section 9.2).
 *
 * A ring holds the latest 4,096 events and 1 MiB of text; readers share it and
 * each keeps just its place. A reader who comes back with the id that it saw
 * last goes on from there. One who is so slow that the ring has passed it is
 * cut off; when it comes back it hears "lost" and should look at everything
 * anew. Control loop only. Layer: core/rest, pure.
 *
 *	id: 1763809200.17
 *	event: commit
 *	data: {"change":4,…}
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTEVENTS_H
#define CORE_REST_RESTEVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base/clock.h"
#include "core/base/list.h"

struct json;
struct restevents;

#define RESTEVENTS_RING		4096
#define RESTEVENTS_OCTETS	((size_t)1 << 20)

/* Somebody who reads; embedded in the owner. */
struct restevents_reader {
	struct list	 node;
	struct restevents *events;
	uint64_t	 next;		/* number of the event to come */
	size_t		 off;		/* octets of it that are read */
	char		 kind[16];	/* only these; "" = all */
	bool		 hello, lost, beat;	/* to be said first */
	/* There is something to read. Called at most once before the next
	 * read; may be NULL. */
	void		(*wake)(void *arg);
	void		*arg;
	bool		 woken;
};

/* start tells the ids of this run from those of others. */
struct restevents *restevents_new(real_s start);
/* All readers are closed by now (asserted). */
void restevents_free(struct restevents **pe);

/* Takes *data, an object. kind: one short word. */
void restevents_add(struct restevents *ev, const char *kind,
    struct json **data);
/* Gives a reader a comment line to read, so that both ends see that the
 * connection lives. */
void restevents_beat(struct restevents_reader *r);

/* Opens r, whose wake and arg are set. last: the id that it saw last, NULL =
 * from now on; kind: NULL = all. */
void restevents_open(struct restevents *ev, struct restevents_reader *r,
    const char *last, const char *kind);
void restevents_close(struct restevents_reader *r);

/* Octets put into buf; 0 = nothing at this moment; -1 = too slow, the ring has
 * passed it. */
ssize_t restevents_read(struct restevents_reader *r, char *buf, size_t cap);

#endif
