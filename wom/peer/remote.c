/* wom/peer/remote.c - see remote.h. Layer: wom/peer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/peer/remote.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/io/loop.h"
#include "wom/flow/flowset.h"
#include "wom/link/linkopen.h"
#include "wom/peer/mailbox.h"
#include "wom/peer/peer.h"
#include "wom/tunnel/tunnelwire.h"

struct remote {
	struct loop	*loop;
	struct packcrew	*crew;
	struct mailbox	*mailbox;
	uint64_t	 id;
	struct peer	*peer;		/* its thread's */
};

/* A message; do_it runs in the peer's thread and frees what it does not pass on. */
struct order {
	struct remote	*to;
	void	(*do_it)(struct order *o);
	struct peersetup *setup;
	struct site	 site;
	unsigned	 worker;
	struct tunnelwire *wire;
	int		 fd;
	struct linkopen	 open;
	struct flow_rules rules;
};

static void
on_order(void *arg)
{
	struct order *o = arg;

	o->do_it(o);
	peersetup_free(&o->setup);
	free(o);
}

static struct order *
order_for(struct remote *r, void (*do_it)(struct order *))
{
	struct order *o = mem_zalloc(1, sizeof(*o));

	o->to = r;
	o->do_it = do_it;
	return o;
}

static void
give(struct order *o)
{
	loop_post(o->to->loop, on_order, o);
}

/* ---- letters ---- */

void
remote_letter_free(void *arg)
{
	struct remote_letter *l = arg;

	peerview_free(&l->view);
	tunnelwire_free(&l->wire);
	free(l);
}

static void
on_show(void *arg, struct peerview *v)
{
	struct remote *r = arg;
	struct remote_letter *l = mem_zalloc(1, sizeof(*l));

	l->id = r->id;
	l->view = v;
	mailbox_put(r->mailbox, l);
}

/* ---- in the peer's thread ---- */

static void
do_begin(struct order *o)
{
	const struct peer_config c = { .loop = o->to->loop,
	    .crew = o->to->crew, .site = o->site,
	    .setup = o->setup, .worker = o->worker, .show = on_show,
	    .arg = o->to };

	o->to->peer = peer_new(&c);
}

static void
do_end(struct order *o)
{
	peer_free(&o->to->peer);
	free(o->to);
}

static void
do_change(struct order *o)
{
	peer_change(o->to->peer, o->setup);
}

static void
do_take(struct order *o)
{
	peer_take(o->to->peer, o->wire);
}

static void
do_adopt(struct order *o)
{
	peer_adopt(o->to->peer, o->fd, &o->open, &o->rules);
}

static void
do_forget(struct order *o)
{
	peer_forget(o->to->peer);
}

static void
do_recall(struct order *o)
{
	peer_recall(o->to->peer);
}

/* ---- in the owner's ---- */

struct remote *
remote_new(const struct remote_config *c)
{
	struct remote *r = mem_zalloc(1, sizeof(*r));
	struct order *o = order_for(r, do_begin);

	*r = (struct remote){ .loop = c->loop, .crew = c->crew,
	    .mailbox = c->mailbox, .id = c->id };
	o->setup = peersetup_copy(c->setup);
	o->site = c->site;
	o->worker = c->worker;
	give(o);
	return r;
}

void
remote_free(struct remote **pr)
{
	struct remote *r = *pr;

	*pr = NULL;
	if (r != NULL)
		give(order_for(r, do_end));
}

void
remote_change(struct remote *r, const struct peersetup *s)
{
	struct order *o = order_for(r, do_change);

	o->setup = peersetup_copy(s);
	give(o);
}

void
remote_take(struct remote *r, struct tunnelwire *wire)
{
	struct order *o = order_for(r, do_take);

	o->wire = wire;
	give(o);
}

void
remote_adopt(struct remote *r, int fd, const struct linkopen *open,
    const struct flow_rules *rules)
{
	struct order *o = order_for(r, do_adopt);

	o->fd = fd;
	o->open = *open;
	o->rules = *rules;
	give(o);
}

void
remote_forget(struct remote *r)
{
	give(order_for(r, do_forget));
}

void
remote_recall(struct remote *r)
{
	give(order_for(r, do_recall));
}
