/* wom/lan/lanlisten.c - see lanlisten.h. Layer: wom/lan.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/lan/lanlisten.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/routemsg.h"
#include "core/io/routesock.h"
#include "core/io/sock.h"
#include "wom/flow/flowsocket.h"
#include "wom/lan/lanaccept.h"
#include "wom/lan/lanapps.h"
#include "wom/lan/landirect.h"
#include "wom/lan/routebook.h"
#include "wom/link/linkopen.h"
#include "wom/link/routeset.h"

/* Of an explicit application. */
struct listener {
	struct list	  node;
	struct lanlisten *owner;
	struct addrport	  at;
	struct lanaccept *accept;	/* NULL: prepared */
	int		  fd;		/* only while it is prepared */
};

/* Where intercepted connections come in. */
struct entry {
	struct lanlisten *owner;
	struct addrport	  at;
	struct lanaccept *accept;	/* NULL: not open */
};

struct lanlisten {
	unsigned	  magic;
#define LANLISTEN_MAGIC	0x1a911573u
	struct lanlisten_config c;
	struct lanapps	 *apps, *next;	/* next: prepared */
	struct list	  listeners;
	struct entry	  entry[2];	/* IPv4, IPv6 */
	struct landirect *direct;
	struct lanlisten_counts counts;
	int		  routes_fd;	/* asks what is local; -1: nothing is */
	bool		  drop;
};

struct lanlisten *
lanlisten_new(const struct lanlisten_config *c)
{
	struct lanlisten *l = mem_zalloc(1, sizeof(*l));

	l->magic = LANLISTEN_MAGIC;
	l->c = *c;
	l->apps = lanapps_new(NULL, 0);
	list_init(&l->listeners);
	l->entry[0].owner = l->entry[1].owner = l;
	l->direct = landirect_new(c->loop);
	l->routes_fd = routesock_open();
	return l;
}

static void
free_listener(struct listener *s)
{
	if (s->accept == NULL)
		(void)close(s->fd);
	lanaccept_stop(&s->accept);
	list_remove(&s->node);
	free(s);
}

void
lanlisten_free(struct lanlisten **lp)
{
	struct lanlisten *l = *lp;

	*lp = NULL;
	if (l == NULL)
		return;
	OBJ_CHECK(l, LANLISTEN_MAGIC);
	LIST_EACH(&l->listeners, n)
		free_listener(OBJ_OF(n, struct listener, node));
	for (size_t i = 0; i < OBJ_COUNT(l->entry); i++)
		lanaccept_stop(&l->entry[i].accept);
	landirect_free(&l->direct);
	lanapps_free(&l->apps);
	lanapps_free(&l->next);
	if (l->routes_fd != -1)
		(void)close(l->routes_fd);
	l->magic = 0;
	free(l);
}

static bool
is_local(void *arg, const struct addr *a)
{
	const struct lanlisten *l = arg;
	struct routemsg_way way;

	return l->routes_fd != -1 &&
	    routesock_way(l->routes_fd, a, 0, &way) == 0 && way.local;
}

/* ---- what becomes of a connection ---- */

static void
refuse(struct lanlisten *l, int fd)
{
	l->counts.refused++;
	flowsocket_reset(fd);
}

/* Who is on this very host, such as whom a takeover has been given back to, would
 * answer to the client itself: it sees us. */
static void
go_without_route(struct lanlisten *l, int fd, const struct linkopen *o)
{
	const struct addrport *source = o->source.addr.family != 0 &&
	    !is_local(l, &o->dest.addr) ? &o->source : NULL;

	if (l->c.no_route != NULL)
		l->c.no_route(l->c.arg, &o->dest.addr);
	if (l->drop)
		refuse(l, fd);
	else if (landirect_adopt(l->direct, fd, &o->dest, source,
	    l->c.mark) != 0)
		l->counts.refused++;
	else
		l->counts.direct++;
}

/* app NULL: its application is gone since the kernel took it. */
static void
decide(struct lanlisten *l, const struct lanapp *app, int fd,
    const struct linkopen *o)
{
	const char *peer = NULL;

	if (app != NULL)
		peer = routebook_find(l->c.routes, &o->dest.addr);
	if (peer == NULL) {
		go_without_route(l, fd, o);
		return;
	}
	l->counts.carried++;
	l->c.adopt(l->c.arg, peer, fd, o);
}

static void
name_application(struct linkopen *o, const struct lanapp *app)
{
	if (app != NULL)
		(void)snprintf(o->application, sizeof(o->application), "%s",
		    app->name);
}

/* Made to a listener. A peer's own connections come out of a tunnel: they must
 * not go into one. */
static void
on_explicit(void *arg, int fd, const struct addrport *from)
{
	struct listener *s = arg;
	struct lanlisten *l = s->owner;
	const struct lanapp *app = lanapps_of_listener(l->apps, &s->at);
	struct linkopen o = { 0 };

	l->counts.accepted++;
	if (app == NULL || l->c.is_endpoint(l->c.arg,
	    &(struct addrport){ .addr = from->addr }) || lanapps_reached(
	    l->apps, &app->destination, is_local, l) == app) {
		refuse(l, fd);
		return;
	}
	o.dest = app->destination;
	name_application(&o, app);
	decide(l, app, fd, &o);
}

/* What takes it, and where it goes by that: NULL when nothing does any more, or
 * it would go where tunnels end. */
static const struct lanapp *
select_app(struct lanlisten *l, struct linkopen *o)
{
	const struct lanapp *app;

	if (l->c.is_endpoint(l->c.arg, &o->dest))
		return NULL;
	app = lanapps_takeover(l->apps, &o->dest, &o->dest);
	return app != NULL ? app : lanapps_of_port(l->apps, o->dest.port);
}

/* Taken on its way: the socket has the address that it was going to. */
static void
on_intercepted(void *arg, int fd, const struct addrport *from)
{
	struct entry *en = arg;
	struct lanlisten *l = en->owner;
	const struct lanapp *app;
	struct linkopen o = { .source = *from };

	l->counts.accepted++;
	sock_local(fd, &o.dest);
	if (!routeset_is_host(&o.dest.addr) ||
	    !routeset_is_host(&from->addr)) {
		refuse(l, fd);
		return;
	}
	app = select_app(l, &o);
	name_application(&o, app);
	decide(l, app, fd, &o);
}

/* ---- which listeners there are ---- */

static struct listener *
find_listener(struct lanlisten *l, const struct addrport *at)
{
	LIST_EACH(&l->listeners, n) {
		struct listener *s = OBJ_OF(n, struct listener, node);

		if (s->at.port == at->port && addr_equal(&s->at.addr,
		    &at->addr))
			return s;
	}
	return NULL;
}

static int
prepare_listener(struct lanlisten *l, const struct lanapp *app, struct err *e)
{
	struct listener *s;
	int fd;

	if (app->transparent || app->takeover ||
	    find_listener(l, &app->listen) != NULL)
		return 0;
	fd = sock_listen_tcp(&app->listen, NULL, e);
	if (fd < 0)
		return err_wrap(e, "optimized application %s: listen",
		    app->name);
	s = mem_zalloc(1, sizeof(*s));
	s->owner = l;
	s->at = app->listen;
	s->fd = fd;
	list_append(&l->listeners, &s->node);
	return 0;
}

int
lanlisten_prepare(struct lanlisten *l, const struct lanapp *apps,
    size_t count, struct err *e)
{
	int rc;

	OBJ_CHECK(l, LANLISTEN_MAGIC);
	lanlisten_abandon(l);
	l->next = lanapps_new(apps, count);
	rc = lanapps_check_loops(l->next, is_local, l, e);
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = prepare_listener(l, lanapps_at(l->next, i), e);
	if (rc != 0)
		lanlisten_abandon(l);
	return rc;
}

void
lanlisten_abandon(struct lanlisten *l)
{
	OBJ_CHECK(l, LANLISTEN_MAGIC);
	lanapps_free(&l->next);
	LIST_EACH(&l->listeners, n) {
		struct listener *s = OBJ_OF(n, struct listener, node);

		if (s->accept == NULL)
			free_listener(s);
	}
}

void
lanlisten_commit(struct lanlisten *l)
{
	OBJ_CHECK(l, LANLISTEN_MAGIC);
	assert(l->next != NULL);
	lanapps_free(&l->apps);
	l->apps = l->next;
	l->next = NULL;
	LIST_EACH(&l->listeners, n) {
		struct listener *s = OBJ_OF(n, struct listener, node);
		const struct lanapp *app = lanapps_of_listener(l->apps,
		    &s->at);

		if (app == NULL || app->takeover)
			free_listener(s);
		else if (s->accept == NULL)
			s->accept = lanaccept_start(l->c.loop, s->fd,
			    on_explicit, s, &l->counts.starved);
	}
}

const struct lanapps *
lanlisten_apps(const struct lanlisten *l)
{
	return l->apps;
}

void
lanlisten_set_drop(struct lanlisten *l, bool drop)
{
	l->drop = drop;
}

uint16_t
lanlisten_open_transparent(struct lanlisten *l, uint8_t family, struct err *e)
{
	static const struct sock_options o = { .transparent = true };
	struct entry *en = &l->entry[family == AF_INET ? 0 : 1];
	struct addrport at = { 0 };
	int fd;

	OBJ_CHECK(l, LANLISTEN_MAGIC);
	if (en->accept != NULL)
		return en->at.port;
	(void)addr_parse(family == AF_INET ? "127.0.0.1" : "::1", &at.addr);
	fd = sock_listen_tcp(&at, &o, e);
	if (fd < 0)
		return 0;
	sock_local(fd, &en->at);
	en->accept = lanaccept_start(l->c.loop, fd, on_intercepted, en,
	    &l->counts.starved);
	return en->at.port;
}

void
lanlisten_get_counts(const struct lanlisten *l, struct lanlisten_counts *out)
{
	*out = l->counts;
}
