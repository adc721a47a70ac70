/* wom/control/enact.c - see enact.h. SPDX-License-Identifier: Apache-2.0 */
#include "wom/control/enact.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"
#include "core/rest/restevents.h"
#include "wom/control/taking.h"
#include "wom/control/wish.h"
#include "wom/lan/lanlisten.h"
#include "wom/lan/routebook.h"
#include "wom/link/linkopen.h"
#include "wom/peer/hub.h"

struct enact {
	unsigned	 magic;
#define ENACT_MAGIC	0xe4ac7001u
	struct enact_config config;
	struct wish	*wish;		/* that counts */
	struct wish	*next;		/* that is prepared */
	struct hub	*hub;
	unsigned	 threads;	/* of the hub */
	struct routebook *book;
	struct lanlisten *lan;
	struct taking	*taking;
	enact_view_fn	*view;
	void		*view_arg;
	enact_unrouted_fn *unrouted;
	void		*unrouted_arg;
	uint8_t		 site[LINKHELLO_SITE];
};

/* ---- which way connections go ---- */

/* Does that change where anything goes? */
static bool
put_routes(struct enact *n, const char *name, const struct peerview *v)
{
	const struct wish_peer *p = n->wish != NULL ?
	    wish_find_peer(n->wish, name) : NULL;

	if (p == NULL || v == NULL)
		return routebook_drop(n->book, name);
	return routebook_put(n->book, name, v->routes, v->route_count,
	    v->takes && p->setup->allow_routing);
}

static void
tell(struct enact *n, const char *name, const struct peerview *v)
{
	struct json *j = json_new_object();

	json_put_text(j, "remoteEndpoint", name);
	json_put_text(j, "state", peerview_state_names[v->state]);
	if (v->why[0] != '\0')
		json_put_text(j, "reason", v->why);
	restevents_add(n->config.events, "tunnel", &j);
}

static void
on_peer(void *arg, const char *name, const struct peerview *v, unsigned what)
{
	struct enact *n = arg;

	OBJ_CHECK(n, ENACT_MAGIC);
	if (n->view != NULL && v != NULL)
		n->view(n->view_arg, name, v);
	if ((what & (HUB_UP | HUB_DOWN | HUB_ROUTES)) == 0)
		return;
	if (put_routes(n, name, v) && n->wish != NULL)
		taking_follow(n->taking, n->wish);
	if (n->config.events != NULL && v != NULL &&
	    (what & (HUB_UP | HUB_DOWN)) != 0)
		tell(n, name, v);
}

static void
on_adopt(void *arg, const char *peer, int fd, const struct linkopen *o)
{
	static const struct flow_rules plain = { .compress = false };
	struct enact *n = arg;
	const struct wish_peer *p = wish_find_peer(n->wish, peer);
	const struct flow_rules *rules = wish_find_rules(n->wish,
	    o->application);
	struct linkopen open = *o;

	if (p == NULL || !p->tell_source)
		open.source = (struct addrport){ .port = 0 };
	(void)snprintf(open.domain, sizeof(open.domain), "%s",
	    wish_find_domain(n->wish, o->application));
	hub_adopt(n->hub, peer, fd, &open, rules != NULL ? rules : &plain);
}

static void
on_no_route(void *arg, const struct addr *to)
{
	struct enact *n = arg;

	if (n->unrouted != NULL)
		n->unrouted(n->unrouted_arg, to);
}

static bool
on_endpoint(void *arg, const struct addrport *at)
{
	const struct enact *n = arg;

	return n->wish != NULL && wish_has_endpoint(n->wish, at);
}

/* ---- what a draft needs ---- */

static int
start_hub(struct enact *n, const struct wish *w, struct err *e)
{
	struct hub_config c = { .loop = n->config.loop, .threads = w->threads };
	char *path;
	int rc;

	if (n->hub != NULL)
		return 0;
	path = mem_printf("%s/site", n->config.state_dir);
	rc = site_load(&c.site, path, e);
	free(path);
	if (rc != 0)
		return rc;
	if (n->config.confine != NULL)
		n->config.confine(n->config.arg, w);
	n->hub = hub_new(&c, e);
	if (n->hub == NULL)
		return e->code;
	memcpy(n->site, c.site.id, sizeof(n->site));
	n->threads = w->threads;
	hub_watch(n->hub, on_peer, n);
	return 0;
}

/* Sockets of a draft that is not to be are closed. */
static void
close_door(struct enact *n)
{
	static const struct hub_door shut = { .count = 0 };
	struct err e = { 0 };

	(void)hub_listen(n->hub, n->wish != NULL ? &n->wish->door : &shut,
	    &e);
}

static int
open_all(struct enact *n, const struct wish *w, struct err *e)
{
	if (start_hub(n, w, e) != 0 ||
	    hub_prepare(n->hub, &w->door, e) != 0)
		return e->code;
	if (lanlisten_prepare(n->lan, w->apps, w->app_count, e) == 0)
		return 0;
	close_door(n);
	return e->code;
}

int
enact_prepare(void *arg, const struct draft *d, struct diag *out)
{
	struct enact *n = arg;
	const struct wish_place place = {
		.config_path = n->config.config_path,
		.state_dir = n->config.state_dir,
	};
	struct err e = { 0 };

	OBJ_CHECK(n, ENACT_MAGIC);
	n->next = wish_new(d, &place, out);
	if (n->next == NULL)
		return ERR_CONFLICT;
	if (open_all(n, n->next, &e) == 0)
		return 0;
	wish_free(&n->next);
	return diag_err(out, NULL, &e);
}

/* ---- what it changes ---- */

static void
drop_peers(struct enact *n, const struct wish *was)
{
	for (size_t i = 0; was != NULL && i < was->peer_count; i++) {
		const char *name = was->peers[i].setup->name;

		if (wish_find_peer(n->wish, name) != NULL)
			continue;
		(void)routebook_drop(n->book, name);
		hub_drop(n->hub, name);
	}
}

static void
put_peers(struct enact *n)
{
	for (size_t i = 0; i < n->wish->peer_count; i++) {
		const struct peersetup *s = n->wish->peers[i].setup;

		hub_put(n->hub, s);
		(void)put_routes(n, s->name, hub_view(n->hub, s->name));
	}
}

static void
count_wish(struct enact *n)
{
	struct wish *was = n->wish;
	struct err e = { 0 };

	n->wish = n->next;
	n->next = NULL;
	if (n->wish->threads != n->threads)
		log_at(LOG_WARNING, "womd", "service", "threads",
		    "running=%u asked=%u change=at-next-start", n->threads,
		    n->wish->threads);
	drop_peers(n, was);
	put_peers(n);
	if (hub_listen(n->hub, &n->wish->door, &e) != 0)
		log_at(LOG_ERROR, "womd", "tunnel", "listen", "%s", e.text);
	lanlisten_set_drop(n->lan, n->wish->drop);
	lanlisten_commit(n->lan);
	taking_follow(n->taking, n->wish);
	wish_free(&was);
}

void
enact_settle(void *arg, bool made)
{
	struct enact *n = arg;

	OBJ_CHECK(n, ENACT_MAGIC);
	if (made) {
		count_wish(n);
		return;
	}
	lanlisten_abandon(n->lan);
	close_door(n);
	wish_free(&n->next);
}

/* ---- birth and end ---- */

struct enact *
enact_new(const struct enact_config *c)
{
	struct enact *n = mem_zalloc(1, sizeof(*n));
	struct lanlisten_config lan = {
		.loop = c->loop, .adopt = on_adopt,
		.is_endpoint = on_endpoint, .no_route = on_no_route, .arg = n,
	};

	n->magic = ENACT_MAGIC;
	n->config = *c;
	lan.routes = n->book = routebook_new();
	n->lan = lanlisten_new(&lan);
	n->taking = taking_new(c->loop, n->lan, n->book);
	return n;
}

void
enact_free(struct enact **pe)
{
	struct enact *n = *pe;

	*pe = NULL;
	if (n == NULL)
		return;
	OBJ_CHECK(n, ENACT_MAGIC);
	taking_free(&n->taking);
	lanlisten_free(&n->lan);
	hub_free(&n->hub);
	routebook_free(&n->book);
	wish_free(&n->next);
	wish_free(&n->wish);
	n->magic = 0;
	free(n);
}

void
enact_watch(struct enact *n, enact_view_fn *fn, void *arg)
{
	OBJ_CHECK(n, ENACT_MAGIC);
	n->view = fn;
	n->view_arg = arg;
}

const struct wish *
enact_wish(const struct enact *n)
{
	OBJ_CHECK(n, ENACT_MAGIC);
	return n->wish;
}

struct hub *
enact_hub(const struct enact *n)
{
	OBJ_CHECK(n, ENACT_MAGIC);
	return n->hub;
}

struct lanlisten *
enact_lan(const struct enact *n)
{
	OBJ_CHECK(n, ENACT_MAGIC);
	return n->lan;
}

const struct routebook *
enact_routes(const struct enact *n)
{
	OBJ_CHECK(n, ENACT_MAGIC);
	return n->book;
}

const uint8_t *
enact_site(const struct enact *n)
{
	OBJ_CHECK(n, ENACT_MAGIC);
	return n->site;
}

void
enact_watch_unrouted(struct enact *n, enact_unrouted_fn *fn, void *arg)
{
	OBJ_CHECK(n, ENACT_MAGIC);
	n->unrouted = fn;
	n->unrouted_arg = arg;
}

const struct taking *
enact_taking(const struct enact *n)
{
	OBJ_CHECK(n, ENACT_MAGIC);
	return n->taking;
}
