/* wom/peer/hub.c - see hub.h: peers, their threads, what they show.
 * Layer: wom/peer. SPDX-License-Identifier: Apache-2.0
 */
#include "wom/peer/hub.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "wom/flow/flowsocket.h"
#include "wom/flow/packcrew.h"
#include "wom/peer/crew.h"
#include "wom/peer/hub_inner.h"
#include "wom/peer/mailbox.h"
#include "wom/peer/remote.h"

/* ---- letters ---- */

static struct hub_peer *
find_id(const struct hub *h, uint64_t id)
{
	for (struct list *it = h->peers.next; it != &h->peers; it = it->next) {
		struct hub_peer *p = OBJ_OF(it, struct hub_peer, node);

		if (p->id == id)
			return p;
	}
	return NULL;
}

static unsigned
what_is_new(struct hub_peer *p)
{
	const struct peerview *v = p->view;
	bool up = v->takes;
	unsigned what = HUB_VIEW;

	if (up != p->up)
		what |= up ? HUB_UP : HUB_DOWN;
	else if (up && v->routes_serial != p->routes_serial)
		what |= HUB_ROUTES;
	p->up = up;
	p->routes_serial = v->routes_serial;
	return what;
}

static void
on_view(struct hub *h, struct remote_letter *l)
{
	struct hub_peer *p = find_id(h, l->id);
	unsigned what;

	if (p == NULL)
		return;
	peerview_free(&p->view);
	p->view = l->view;
	l->view = NULL;
	what = what_is_new(p);
	if (h->watch != NULL)
		h->watch(h->watch_arg, p->setup->name, p->view, what);
}

static void
on_letter(void *arg, void *letter)
{
	struct remote_letter *l = letter;

	if (l->view != NULL)
		on_view(arg, l);
	if (l->wire != NULL)
		hub_door_arrived(arg, l);
	remote_letter_free(l);
}

/* ---- birth and end ---- */

/* A peer is one thread's, so that with a second processor somebody else can pack for it
 * what it has encoded; with one alone that would only cost. */
static bool
begin_packing(struct hub *h, struct err *e)
{
	unsigned helpers = h->config.threads - 1;

	if (helpers == 0)
		return true;
	h->packs = packcrew_new(helpers < PACKCREW_MAX ? helpers :
	    PACKCREW_MAX, e);
	return h->packs != NULL;
}

struct hub *
hub_new(const struct hub_config *c, struct err *e)
{
	struct hub *h = mem_zalloc(1, sizeof(*h));
	const struct mailbox_config letters = { .loop = c->loop,
	    .read = on_letter, .drop = remote_letter_free, .arg = h };

	assert(c->threads > 0);
	h->magic = HUB_MAGIC;
	h->config = *c;
	list_init(&h->peers);
	map_init(&h->names);
	h->loads = mem_zalloc(c->threads, sizeof(*h->loads));
	h->mailbox = mailbox_new(&letters, e);
	if (h->mailbox != NULL && begin_packing(h, e))
		h->crew = crew_new(c->threads, e);
	if (h->crew == NULL || !hub_door_begin(h, e))
		hub_free(&h);
	return h;
}

static void
forget(struct hub *h, struct hub_peer **pp)
{
	struct hub_peer *p = *pp;

	*pp = NULL;
	list_remove(&p->node);
	(void)map_remove(&h->names, p->setup->name);
	h->loads[p->worker]--;
	remote_free(&p->remote);
	peerview_free(&p->view);
	peersetup_free(&p->setup);
	free(p);
}

void
hub_free(struct hub **ph)
{
	struct hub *h = *ph;

	*ph = NULL;
	if (h == NULL)
		return;
	OBJ_CHECK(h, HUB_MAGIC);
	hub_door_end(h);
	LIST_EACH(&h->peers, it) {
		struct hub_peer *p = OBJ_OF(it, struct hub_peer, node);

		forget(h, &p);
	}
	crew_free(&h->crew);
	packcrew_free(&h->packs);
	mailbox_free(&h->mailbox);
	map_fini(&h->names);
	free(h->loads);
	h->magic = 0;
	free(h);
}

/* ---- peers ---- */

static unsigned
idlest(const struct hub *h)
{
	unsigned best = 0;

	for (unsigned i = 1; i < h->config.threads; i++)
		if (h->loads[i] < h->loads[best])
			best = i;
	return best;
}

static void
add(struct hub *h, const struct peersetup *s)
{
	struct hub_peer *p = mem_zalloc(1, sizeof(*p));
	struct remote_config c = { .site = h->config.site, .setup = s,
	    .mailbox = h->mailbox, .crew = h->packs };

	p->setup = peersetup_copy(s);
	p->id = c.id = ++h->last_id;
	p->worker = c.worker = idlest(h);
	p->view = peerview_new();
	h->loads[p->worker]++;
	c.loop = crew_loop(h->crew, p->worker);
	p->remote = remote_new(&c);
	list_append(&h->peers, &p->node);
	(void)map_put(&h->names, p->setup->name, p);
}

void
hub_put(struct hub *h, const struct peersetup *s)
{
	struct hub_peer *p = map_find(&h->names, s->name);
	struct peersetup *was;

	assert(s->connections > 0 &&
	    s->connections <= LINKSESSION_CONNS_MAX);
	hub_door_due(h);
	if (p == NULL) {
		add(h, s);
		return;
	}
	if (peersetup_differs(p->setup, s) == 0)
		return;
	was = p->setup;
	p->setup = peersetup_copy(s);
	peersetup_free(&was);
	remote_change(p->remote, s);
}

void
hub_drop(struct hub *h, const char *name)
{
	struct hub_peer *p = map_find(&h->names, name);

	if (p == NULL)
		return;
	forget(h, &p);
	hub_door_due(h);
}

const struct peerview *
hub_view(const struct hub *h, const char *name)
{
	const struct hub_peer *p = map_find(&h->names, name);

	return p != NULL ? p->view : NULL;
}

void
hub_each(const struct hub *h, hub_each_fn *fn, void *arg)
{
	const char **names = map_sorted_keys(&h->names);
	size_t count = h->names.count;

	for (size_t i = 0; i < count; i++) {
		const struct hub_peer *p = map_find(&h->names, names[i]);

		fn(arg, names[i], p->view);
	}
	free(names);
}

void
hub_watch(struct hub *h, hub_watch_fn *fn, void *arg)
{
	h->watch = fn;
	h->watch_arg = arg;
}

void
hub_adopt(struct hub *h, const char *peer, int fd, const struct linkopen *o,
    const struct flow_rules *r)
{
	struct hub_peer *p = map_find(&h->names, peer);

	if (p != NULL)
		remote_adopt(p->remote, fd, o, r);
	else
		flowsocket_reset(fd);
}

void
hub_forget(struct hub *h, const char *peer)
{
	LIST_EACH(&h->peers, it) {
		struct hub_peer *p = OBJ_OF(it, struct hub_peer, node);

		if (*peer == '\0' || strcmp(peer, p->setup->name) == 0)
			remote_forget(p->remote);
	}
}

int
hub_prepare(struct hub *h, const struct hub_door *d, struct err *e)
{
	return hub_door_prepare(h, d, e);
}

int
hub_listen(struct hub *h, const struct hub_door *d, struct err *e)
{
	return hub_door_listen(h, d, e);
}
