/* gtmd/gauge/gauges.c - see gauges.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/gauge/gauges.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/model.h"
#include "core/model/store.h"
#include "gtmd/gauge/gaugedesk.h"
#include "gtmd/gauge/gaugepage.h"
#include "gtmd/gauge/gaugereader.h"
#include "gtmd/types/server.h"
#include "monitors/monitor_metrics.h"

struct gauges {
	unsigned	 magic;
#define GAUGES_MAGIC	0x9a06e500u
	struct store	*store;
	struct measures	*to;
	struct gaugedesk desk;
	struct map	 pages;		/* key -> page; the newest of a key */
	struct map	 hosts;		/* server's name -> struct host */
};

/* A reader and where it reads. */
struct place {
	struct list	 node;		/* in host.places */
	struct gaugereader *reader;
	struct gaugepage *page;
	bool		 wanted;	/* while its server is looked through */
};

struct host {
	struct list	 places;
};

/* What the configuration wants of one server or virtual server. */
struct wish {
	struct gaugereader_subject of;
	const char	*monitor;	/* full path */
	struct addrport	 at;		/* its own address and port */
};

#define PLACE(it)	OBJ_OF(it, struct place, node)

/* ---- pages ---- */

static struct gaugepage *
get_page(struct gauges *g, struct monitor_metrics *m,
    const struct addrport *own, const char *label)
{
	struct addrport to = monitor_target(&m->base, own);
	char text[ADDR_TEXT_MAX], *path, *key;
	struct gaugepage *p;

	path = monitor_metrics_fill(monitor_metrics_path(m), label);
	key = mem_printf("%s %s %s", m->base.obj.name,
	    addr_format_port(&to, text), path);
	p = map_find(&g->pages, key);
	/* One of the monitor as it was lives until its readers have left. */
	if (p == NULL || !object_equal(&p->monitor->base.obj, &m->base.obj)) {
		p = gaugepage_new(&g->desk, m, &to, key, path);
		(void)map_remove(&g->pages, key);
		map_put(&g->pages, p->key, p);
	}
	free(path);
	free(key);
	return p;
}

static void
drop_page(struct gauges *g, struct gaugepage *p)
{
	if (!list_empty(&p->readers))
		return;
	if (map_find(&g->pages, p->key) == p)
		(void)map_remove(&g->pages, p->key);
	gaugepage_free(&p);
}

/* ---- readers ---- */

static void
drop_place(struct gauges *g, struct place *at)
{
	gaugepage_remove(at->page, at->reader);
	gaugereader_free(&at->reader);
	drop_page(g, at->page);
	list_remove(&at->node);
	free(at);
}

static struct place *
find_place(struct host *h, const char *key)
{
	LIST_EACH(&h->places, it)
		if (strcmp(PLACE(it)->reader->key, key) == 0)
			return PLACE(it);
	return NULL;
}

/* Is it what is wanted already? Then its rates go on. */
static bool
fits(const struct place *at, const struct monitor_metrics *m,
    const struct wish *w)
{
	struct addrport to = monitor_target(&m->base, &w->at);

	return object_equal(&at->page->monitor->base.obj, &m->base.obj) &&
	    at->page->to.port == to.port &&
	    addr_equal(&at->page->to.addr, &to.addr) &&
	    strcmp(at->reader->label, w->of.label) == 0;
}

/* was: what it stands in the place of, NULL = nothing. */
static void
put_place(struct gauges *g, struct host *h, struct monitor_metrics *m,
    const struct wish *w, struct place *was)
{
	struct place *at = mem_zalloc(1, sizeof(*at));

	at->page = get_page(g, m, &w->at, w->of.label);
	at->reader = gaugereader_new(g->to, m, &w->of);
	at->wanted = true;
	if (was != NULL) {
		gaugereader_follow(at->reader, was->reader);
		drop_place(g, was);
	}
	gaugepage_add(at->page, at->reader);
	list_append(&h->places, &at->node);
}

static void
grant(struct gauges *g, struct host *h, const struct wish *w)
{
	struct place *at = find_place(h, w->of.key);
	struct monitor *m = w->monitor == NULL ? NULL : monitor_effective(
	    store_model(g->store), model_find(store_model(g->store),
	    &monitor_metrics_type, w->monitor));
	struct monitor_metrics *mm = (struct monitor_metrics *)m;
	struct object *o;

	if (m == NULL)
		return;
	if (at != NULL && fits(at, mm, w))
		at->wanted = true;
	else
		put_place(g, h, mm, w, at);
	o = &m->obj;
	object_unref(&o);
}

/* ---- servers ---- */

/* A name without its folder. */
static const char *
leaf(const char *name)
{
	const char *slash = *name == '/' ? strrchr(name, '/') : NULL;

	return slash != NULL ? slash + 1 : name;
}

/* Where a server itself is: the first address of its devices. */
static struct addrport
address_of(const struct server *s)
{
	struct addrport at = { .port = 0 };

	for (size_t i = 0; i < s->devices.count; i++) {
		const struct server_device *d =
		    (const struct server_device *)s->devices.v[i];

		if (d->addresses.count != 0 && addr_parse(
		    d->addresses.v[0]->name, &at.addr) == 0)
			break;
	}
	return at;
}

static void
grant_server(struct gauges *g, struct host *h, const struct server *s)
{
	const struct wish w = {
		.of = { .key = s->obj.name, .name = s->obj.name,
		    .label = leaf(s->obj.name), .is_server = true },
		.monitor = s->metrics_monitor, .at = address_of(s),
	};

	grant(g, h, &w);
}

static void
grant_vs(struct gauges *g, struct host *h, const struct server *s,
    const struct server_vs *vs)
{
	char *key = mem_printf("%s\n%s", s->obj.name, vs->obj.name);
	char *name = mem_printf("%s:%s", s->obj.name, vs->obj.name);
	const struct wish w = {
		.of = { .key = key, .name = name, .label = leaf(
		    vs->ltm_name != NULL ? vs->ltm_name : vs->obj.name) },
		.monitor = vs->metrics_monitor, .at = vs->destination,
	};

	grant(g, h, &w);
	free(key);
	free(name);
}

static bool
wants(const struct server *s)
{
	bool any = s->metrics_monitor != NULL;

	for (size_t i = 0; i < s->virtual_servers.count && !any; i++)
		any = ((const struct server_vs *)
		    s->virtual_servers.v[i])->metrics_monitor != NULL;
	return any;
}

static struct host *
get_host(struct gauges *g, const char *name)
{
	struct host *h = map_find(&g->hosts, name);

	if (h == NULL) {
		h = mem_zalloc(1, sizeof(*h));
		list_init(&h->places);
		map_put(&g->hosts, name, h);
	}
	return h;
}

static void
drop_unwanted(struct gauges *g, const char *name, struct host *h)
{
	LIST_EACH(&h->places, it)
		if (!PLACE(it)->wanted)
			drop_place(g, PLACE(it));
	if (!list_empty(&h->places))
		return;
	(void)map_remove(&g->hosts, name);
	free(h);
}

/* s: as it is now; NULL = gone. */
static void
put_server(struct gauges *g, const char *name, const struct server *s)
{
	struct host *h = map_find(&g->hosts, name);

	if (h == NULL && (s == NULL || !wants(s)))
		return;
	h = get_host(g, name);
	LIST_EACH(&h->places, it)
		PLACE(it)->wanted = false;
	if (s != NULL)
		grant_server(g, h, s);
	for (size_t i = 0; s != NULL && i < s->virtual_servers.count; i++)
		grant_vs(g, h, s, (const struct server_vs *)
		    s->virtual_servers.v[i]);
	drop_unwanted(g, name, h);
}

/* Monitors inherit from one another: all that are in use are looked up anew. */
static void
refresh(struct gauges *g)
{
	const char **names = map_sorted_keys(&g->hosts);
	size_t count = g->hosts.count;

	for (size_t i = 0; i < count; i++) {
		char *name = mem_strdup(names[i]);

		put_server(g, name, (const struct server *)model_find(
		    store_model(g->store), &server_type, name));
		free(name);
	}
	free(names);
}

void
gauges_on_change(void *arg, const struct store_change *changes, size_t count)
{
	struct gauges *g = arg;
	bool monitors = false;

	OBJ_CHECK(g, GAUGES_MAGIC);
	for (size_t i = 0; i < count; i++) {
		const struct object *now = changes[i].now;
		const struct object *o = now != NULL ? now : changes[i].was;

		if (o->type == &server_type)
			put_server(g, o->name, (const struct server *)now);
		monitors |= o->type == &monitor_metrics_type;
	}
	if (monitors)
		refresh(g);
}

/* ---- life ---- */

struct gauges *
gauges_new(struct loop *l, struct store *s, struct measures *to,
    struct probelink *link)
{
	struct gauges *g = mem_zalloc(1, sizeof(*g));

	g->magic = GAUGES_MAGIC;
	g->store = s;
	g->to = to;
	gaugedesk_init(&g->desk, l, link);
	map_init_borrowing(&g->pages);
	store_watch(s, gauges_on_change, g);
	return g;
}

void
gauges_free(struct gauges **pg)
{
	struct gauges *g = *pg;
	struct host *h;
	const char *name;

	*pg = NULL;
	if (g == NULL)
		return;
	OBJ_CHECK(g, GAUGES_MAGIC);
	store_unwatch(g->store, gauges_on_change, g);
	for (size_t at = 0; (h = map_next(&g->hosts, &at, &name)) != NULL;) {
		LIST_EACH(&h->places, it)
			drop_place(g, PLACE(it));
		free(h);
	}
	assert(g->pages.count == 0);
	map_fini(&g->hosts);
	map_fini(&g->pages);
	gaugedesk_fini(&g->desk);
	g->magic = 0;
	free(g);
}

const struct gaugedesk *
gauges_desk(const struct gauges *g)
{
	return &g->desk;
}

void
gauges_each(const struct gauges *g,
    void (*fn)(void *arg, const struct gaugepage *p), void *arg)
{
	struct gaugepage *p;

	for (size_t at = 0; (p = map_next(&g->pages, &at, NULL)) != NULL;)
		fn(arg, p);
}
