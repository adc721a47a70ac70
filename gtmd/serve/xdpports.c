/* gtmd/serve/xdpports.c - see xdpports.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/serve/xdpports.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "gtmd/serve/xdpport.h"
#include "gtmd/serve/xdpwish.h"
#include "gtmd/xdp/xdpnet.h"

#define RETRY_MS	200	/* a process that ends, a queue that is freed */
#define RETRIES		5	/* then it is no matter of moments: */
#define RETRY_LATE_MS	1000

/* An interface with wishes; port is NULL where it could not be had. */
struct berth {
	char		 name[IF_NAMESIZE];
	struct xdpport	*port;
	struct err	 why;		/* the latest refusal */
	unsigned	 refusals;	/* for that reason, in a row */
	bool		 busy;		/* try again by the clock */
	bool		 seen;		/* in this round */
};

struct xdpports {
	unsigned	 magic;
#define XDPPORTS_MAGIC	0x5cd2f0e3u
	const struct world *world;
	struct xdpwishes wishes;
	struct xdpport_manner manner;
	struct berth	*berths;
	size_t		 count, room;
	bool		 started;
	struct loop	*loop;		/* NULL = interfaces stay as they are */
	struct loop_io	*io;
	struct loop_timer retry;
	int		 fd;
};

struct xdpports *
xdpports_new(const struct world *world)
{
	struct xdpports *x = mem_zalloc(1, sizeof(*x));

	x->magic = XDPPORTS_MAGIC;
	x->world = world;
	x->fd = -1;
	return x;
}

static void
log_berth(enum log_level level, const char *name, const char *event,
    const char *cause)
{
	char object[IF_NAMESIZE + 4] = "xdp ";
	char quoted[ERR_TEXT_MAX];

	(void)memccpy(object + 4, name, '\0', sizeof(object) - 5);
	log_at(level, "gtmd", object, event, "cause=%s",
	    log_quote(cause, quoted, sizeof(quoted)));
}

static void
log_opened(const struct berth *b, const struct xdpnet_interface *i,
    const struct xdpport_places *at)
{
	char object[IF_NAMESIZE + 4] = "xdp ";

	(void)memccpy(object + 4, b->name, '\0', sizeof(object) - 5);
	log_at(LOG_NOTICE, "gtmd", object, "opened",
	    "places=%zu queues=%u mode=%s memory=%s", at->count, i->queues,
	    xdpport_mode(b->port), xdpport_memory(b->port));
}

/* Said once for each reason. What is in the way may just be ending: that has a
 * second. */
static void
refuse(struct berth *b, const struct err *e, int why)
{
	bool same = strcmp(b->why.text, e->text) == 0;

	b->refusals = same ? b->refusals + 1 : 1;
	b->why = *e;
	b->busy = why == EBUSY;
	if (b->refusals == (b->busy ? RETRIES : 1))
		log_berth(LOG_WARNING, b->name, "refused", e->text);
}

static struct berth *
find_berth(struct xdpports *x, const char *name)
{
	struct berth *b;

	for (size_t i = 0; i < x->count; i++)
		if (strcmp(x->berths[i].name, name) == 0)
			return &x->berths[i];
	x->berths = mem_grow(x->berths, &x->room, x->count + 1,
	    sizeof(*x->berths));
	b = &x->berths[x->count++];
	*b = (struct berth){ 0 };
	(void)memccpy(b->name, name, '\0', sizeof(b->name) - 1);
	return b;
}

/* Brings the interface to what is wished there. */
static void
serve(struct xdpports *x, const struct xdpnet_interface *i,
    const struct xdpport_places *at)
{
	const struct xdpport_config c = {
		.world = x->world, .interface = i, .places = at,
		.manner = x->manner,
	};
	struct berth *b = find_berth(x, i->name);
	struct err e = { 0 };

	b->seen = true;
	if (b->port != NULL && (!xdpport_is_on(b->port, i) ||
	    xdpport_adjust(b->port, &c, &e) != 0)) {
		log_berth(LOG_NOTICE, b->name, "closed", e.code != 0 ? e.text :
		    "the interface has changed");
		xdpport_close(&b->port);
	}
	if (b->port != NULL)
		return;
	b->port = xdpport_open(&c, &e);
	if (b->port == NULL) {
		refuse(b, &e, errno);
		return;
	}
	*b = (struct berth){ .port = b->port, .seen = true };
	(void)memccpy(b->name, i->name, '\0', sizeof(b->name) - 1);
	log_opened(b, i, at);
}

/* Those whose interface or wish has gone. */
static void
close_unseen(struct xdpports *x, const char *cause)
{
	size_t kept = 0;

	for (size_t i = 0; i < x->count; i++) {
		struct berth *b = &x->berths[i];

		if (b->seen) {
			b->seen = false;
			x->berths[kept++] = *b;
			continue;
		}
		if (b->port != NULL)
			log_berth(LOG_NOTICE, b->name, "closed", cause);
		xdpport_close(&b->port);
	}
	x->count = kept;
}

/* A listener that no interface suits. */
static void
tell_idle(struct xdpwish *w, const struct xdpnet *net)
{
	char text[ADDR_TEXT_MAX];
	bool idle = w->on;

	for (size_t i = 0; i < net->count && idle; i++)
		idle = !xdpwish_is_here(w, &net->v[i]);
	if (idle && !w->told)
		log_at(LOG_WARNING, "gtmd", "listener udp", "xdp-unused",
		    "address=%s cause=\"no Ethernet interface that is up has "
		    "the address or name\"", addr_format_port(&w->local, text));
	w->told = idle;
}

static void
plan_retry(struct xdpports *x)
{
	unsigned least = 0;

	for (size_t i = 0; i < x->count; i++)
		if (x->berths[i].busy && (least == 0 ||
		    x->berths[i].refusals < least))
			least = x->berths[i].refusals;
	if (x->loop != NULL && least > 0)
		loop_timer_start(&x->retry, least < RETRIES ? RETRY_MS :
		    RETRY_LATE_MS, 0);
}

/* Brings what is to what is wished. */
static void
settle(struct xdpports *x)
{
	struct xdpnet net = { 0 };
	struct err e = { 0 };

	if (!x->started || (x->wishes.count == 0 && x->count == 0))
		return;
	if (xdpnet_read(&net, &e) != 0) {
		log_berth(LOG_WARNING, "", "interfaces", e.text);
		return;
	}
	for (size_t i = 0; i < net.count; i++) {
		struct xdpport_places at = { 0 };

		xdpwish_places(&x->wishes, &net.v[i], &at);
		if (at.count > 0)
			serve(x, &net.v[i], &at);
		free(at.v);
	}
	close_unseen(x, "it is not up or not wished any more");
	for (size_t i = 0; i < x->wishes.count; i++)
		tell_idle(&x->wishes.v[i], &net);
	plan_retry(x);
	xdpnet_fini(&net);
}

static void
on_retry(struct loop_timer *t, void *arg)
{
	(void)t;
	settle(arg);
}

static void
on_change(struct loop_io *io, int fd, unsigned events, void *arg)
{
	(void)io;
	(void)events;
	xdpnet_hear(fd);
	settle(arg);
}

/* Only those who wish for it need to hear of interfaces. */
static void
listen_for_changes(struct xdpports *x)
{
	struct err e = { 0 };
	bool any = false;

	for (size_t i = 0; i < x->wishes.count; i++)
		any = any || x->wishes.v[i].on;
	if (!any || x->loop == NULL || x->fd >= 0)
		return;
	x->fd = xdpnet_watch(&e);
	if (x->fd >= 0)
		x->io = loop_io_start(x->loop, x->fd, LOOP_READ, on_change, x);
	if (x->io == NULL)
		log_berth(LOG_WARNING, "", "interfaces", e.text);
}

void
xdpports_follow(struct xdpports *x, struct loop *l)
{
	OBJ_CHECK(x, XDPPORTS_MAGIC);
	x->loop = l;
	loop_timer_init(&x->retry, l, on_retry, x);
}

void
xdpports_wish(struct xdpports *x, struct xdpwishes *w,
    const struct xdpport_manner *m)
{
	OBJ_CHECK(x, XDPPORTS_MAGIC);
	xdpwish_fini(&x->wishes);
	x->wishes = *w;
	*w = (struct xdpwishes){ 0 };
	x->manner = *m;
	if (x->started)
		listen_for_changes(x);
	settle(x);
}

void
xdpports_start(struct xdpports *x)
{
	OBJ_CHECK(x, XDPPORTS_MAGIC);
	x->started = true;
	listen_for_changes(x);
	settle(x);
}

void
xdpports_stop(struct xdpports *x)
{
	OBJ_CHECK(x, XDPPORTS_MAGIC);
	x->started = false;
	if (x->loop != NULL)
		loop_timer_stop(&x->retry);
	loop_io_stop(&x->io);
	if (x->fd >= 0)
		(void)close(x->fd);
	x->fd = -1;
	close_unseen(x, "the process ends or hands over");
}

void
xdpports_free(struct xdpports **px)
{
	struct xdpports *x = *px;

	*px = NULL;
	if (x == NULL)
		return;
	xdpports_stop(x);
	xdpwish_fini(&x->wishes);
	free(x->berths);
	x->magic = 0;
	free(x);
}
