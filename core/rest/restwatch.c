/* core/rest/restwatch.c - see restwatch.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restwatch.h"

#include <microhttpd.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/rest/restevents.h"
#include "core/rest/restrequest.h"

#define BEAT_MS		5000		/* under everybody's time-outs */
#define BLOCK		4096

struct watcher {
	struct list	 node;
	struct restwatch *watch;
	struct MHD_Connection *mc;
	mono_ns		*since;
	struct restevents_reader reader;
	bool		 suspended, ending;
};

static void
resume(struct watcher *x)
{
	if (!x->suspended)
		return;
	x->suspended = false;
	MHD_resume_connection(x->mc);
	x->watch->wake(x->watch->arg);
}

static void
on_event(void *arg)
{
	resume(arg);
}

static void
on_beat(struct loop_timer *t, void *arg)
{
	struct restwatch *w = arg;

	(void)t;
	LIST_EACH(&w->all, n)
		restevents_beat(&OBJ_OF(n, struct watcher, node)->reader);
}

static ssize_t
on_read(void *arg, uint64_t pos, char *buf, size_t cap)
{
	struct watcher *x = arg;
	ssize_t n;

	(void)pos;
	if (x->ending)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (x->since != NULL)
		*x->since = loop_now_ns(x->watch->loop);
	n = restevents_read(&x->reader, buf, cap);
	if (n < 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (n == 0) {
		x->suspended = true;
		MHD_suspend_connection(x->mc);
	}
	return n;
}

static void
on_end(void *arg)
{
	struct watcher *x = arg;

	restevents_close(&x->reader);
	list_remove(&x->node);
	if (--x->watch->count == 0)
		loop_timer_stop(&x->watch->beat);
	free(x);
}

struct MHD_Response *
restwatch_open(struct restwatch *w, struct MHD_Connection *mc,
    const struct restrequest *q, struct restevents *ev, mono_ns *since)
{
	struct watcher *x;
	struct MHD_Response *m;

	if (w->count >= RESTWATCH_MAX)
		return NULL;
	x = mem_zalloc(1, sizeof(*x));
	x->watch = w;
	x->mc = mc;
	x->since = since;
	x->reader.wake = on_event;
	x->reader.arg = x;
	restevents_open(ev, &x->reader, q->last_event,
	    restrequest_param(q, "filter"));
	list_append(&w->all, &x->node);
	if (w->count++ == 0)
		loop_timer_start(&w->beat, BEAT_MS, BEAT_MS);
	m = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, on_read,
	    x, on_end);
	if (m == NULL)
		on_end(x);
	else
		(void)MHD_add_response_header(m, "Content-Type",
		    "text/event-stream");
	return m;
}

void
restwatch_init(struct restwatch *w, struct loop *l, void (*wake)(void *arg),
    void *arg)
{
	*w = (struct restwatch){ .loop = l, .wake = wake, .arg = arg };
	list_init(&w->all);
	loop_timer_init(&w->beat, l, on_beat, w);
}

void
restwatch_end(struct restwatch *w)
{
	LIST_EACH(&w->all, n) {
		struct watcher *x = OBJ_OF(n, struct watcher, node);

		x->ending = true;
		resume(x);
	}
}

void
restwatch_fini(struct restwatch *w)
{
	loop_timer_stop(&w->beat);
}
