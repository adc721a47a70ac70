/* wom/peer/peer.c - see peer.h: how a session begins and ends, and what follows from
 * whatever happens to it. Layer: wom/peer. SPDX-License-Identifier: Apache-2.0
 */
#include "wom/peer/peer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "wom/codec/history.h"
#include "wom/flow/flowset.h"
#include "wom/flow/flowsocket.h"
#include "wom/peer/peer_inner.h"
#include "wom/tunnel/tunnelwire.h"

#define ROUNDS_MAX	4	/* of one settling; then others have their turn */
#define FLOOR		(64u << 10)	/* octets that each stream may hold */
#define CHECK_MS	20	/* idle time: old blocks are looked at, */
#define CHECK_OCTETS	((size_t)2 << 20)	/* some 2 ms each time */
/* Before that so many go without a rest, the newest, and bulk waits for them and for what the
 * peer says that it has: all of a stream that it has had would be sent again. */
#define HURRY_OCTETS	((size_t)256 << 20)	/* 0.3 s, if the disk gives them */
#define HURRY_NS	(2 * CLOCK_S)

void
peer_note_why(struct peer *p, const char *why)
{
	(void)snprintf(p->why, sizeof(p->why), "%s", why);
}

/* ---- what the session asks of us ---- */

static void
on_known(void *arg, const uint8_t *octets, size_t len)
{
	struct peer *p = arg;

	peerknown_hear(&p->known, octets, len);
}

void
peer_settle_soon(struct peer *p)
{
	if (p->settling)
		p->again = true;
	else if (!loop_timer_running(&p->soon))
		loop_timer_start_at(&p->soon, loop_now_ns(p->config.loop));
}

static void
on_wake(void *arg)
{
	peer_settle_soon(arg);
}

/* Without a history the peer has nothing that could be copied from. */
static struct flow_rules
rules_of(const struct peer *p, const struct flow_rules *r)
{
	struct flow_rules rules = *r;

	rules.dedup = rules.dedup && p->setup->history_octets > 0;
	return rules;
}

static int
on_admit(void *arg, const struct linkopen *o, struct flow_rules *r,
    struct err *e)
{
	struct peer *p = arg;

	*r = rules_of(p, &p->setup->rules);
	return routeset_admit(p->ours, p->theirs, o, e);
}

/* ---- a session's beginning and end ---- */

static struct linkhello
hello_of(struct peer *p)
{
	const struct peersetup *s = p->setup;
	struct linkhello h = {
		.version_min = LINKHELLO_VERSION,
		.version_max = LINKHELLO_VERSION,
		.features = LINKHELLO_KNOWN_SETS,
		.stream_window = s->stream_window,
		.floor = s->stream_window < FLOOR ? s->stream_window : FLOOR,
		.session_window = s->session_window,
		.streams_max = s->streams_max,
		.store = site_store(&p->config.site, s->name,
		    s->domain),
		.route_count = (uint16_t)s->route_count,
	};

	memcpy(h.site, p->config.site.id, sizeof(h.site));
	do
		h.self.boot = rand_u64(&p->rand);
	while (h.self.boot == 0);
	(void)snprintf(h.domain, sizeof(h.domain), "%s", s->domain);
	if (s->route_count > 0)
		memcpy(h.routes, s->routes,
		    s->route_count * sizeof(*s->routes));
	return h;
}

static void
begin(struct peer *p)
{
	struct linksession_config c = {
		.keep_ns = p->setup->keep_ns, .ping_ns = p->setup->ping_ns,
		.dead_ns = p->setup->dead_ns, .known = on_known, .arg = p,
	};

	if (!p->setup->enabled)
		return;
	c.hello = hello_of(p);
	p->session = linksession_new(&c);
	peerknown_init(&p->known, p->session);
	peer_conn_begin(p);
}

/* Codec and streams, but not the session. */
static void
forget_peer(struct peer *p)
{
	flowset_free(&p->flows);
	peerstore_free(&p->store);
	peerknown_fini(&p->known);
	routeset_free(&p->theirs);
	free(p->heard);
	p->heard = NULL;
	p->hellos = p->heard_count = 0;
	loop_timer_stop(&p->idle);
}

static void
end(struct peer *p)
{
	peer_conn_close(p, true, true);
	tunneldial_free(&p->dial);
	forget_peer(p);
	linksession_free(&p->session);
	p->lacking_since = p->surplus_since = 0;
	p->enough = 0;
}

/* ---- a peer that has said who it is ---- */

/* Is what both remember not at hand, and may be soon? */
static bool
is_recalling(const struct peer *p)
{
	return loop_now_ns(p->config.loop) < p->met_until &&
	    (!p->known.marked ||
	    (p->hurry > 0 && peerstore_is_unchecked(p->store)));
}

static void
hold(struct peer *p)
{
	const struct linkhello *h = linksession_peer(p->session);

	/* Whoever lives anew says anew what it has. */
	if (h != NULL && !linklife_equal(&p->met, &h->self)) {
		p->met = h->self;
		p->met_until = 0;
		if (history_count(peerstore_history(p->store)) > 0 &&
		    (h->features & LINKHELLO_KNOWN_SETS) != 0)
			p->met_until = loop_now_ns(p->config.loop) + HURRY_NS;
	}
	flowset_hold(p->flows, is_recalling(p));
}

static void
on_idle(struct loop_timer *t, void *arg)
{
	struct peer *p = arg;
	bool more = peerstore_check(p->store, CHECK_OCTETS);

	p->hurry -= p->hurry < CHECK_OCTETS ? p->hurry : CHECK_OCTETS;
	if (more)
		loop_timer_start(t, p->hurry > 0 &&
		    peerstore_is_unchecked(p->store) ? 0 : CHECK_MS, 0);
	if (p->flows != NULL)
		hold(p);
}

static bool
begin_store(struct peer *p, const struct linkhello *h)
{
	struct peerstore_config c = { .path = p->setup->history_path,
	    .octets = p->setup->history_octets,
	    .disk_key = p->setup->history_sealed ? p->setup->disk_key : NULL,
	    .memory = p->setup->history_memory };

	site_secret(site_store(&p->config.site, p->setup->name,
	    p->setup->domain), h->store,
	    c.secret);
	p->store = peerstore_new(&c);
	if (p->store == NULL) {
		peer_note_why(p, "there is no memory for what is remembered");
		return false;
	}
	if (peerstore_anew(p->store)[0] != '\0')
		log_at(LOG_WARNING, "wom", p->setup->name, "history",
		    "anew=\"%s\"", peerstore_anew(p->store));
	p->store_theirs = h->store;
	p->hurry = HURRY_OCTETS;
	p->met = (struct linklife){ 0 };
	loop_timer_start(&p->idle,
	    peerstore_is_unchecked(p->store) ? 0 : CHECK_MS, 0);
	return true;
}

static void
begin_flows(struct peer *p)
{
	const struct flowset_config c = {
		.loop = p->config.loop, .session = p->session,
		.encoder = peerstore_encoder(p->store),
		.decoder = peerstore_decoder(p->store),
		.history = peerstore_history(p->store),
		.wake = on_wake, .admit = on_admit, .arg = p,
		.ended = &p->ended, .mark = p->setup->mark, .crew = p->config.crew,
	};

	p->flows = flowset_new(&c);
}

static void
learn_routes(struct peer *p, const struct linkhello *h)
{
	size_t size = h->route_count * sizeof(*h->routes);

	p->hellos = linksession_counts(p->session)->hellos;
	if (p->theirs != NULL && p->heard_count == h->route_count &&
	    (size == 0 || memcmp(p->heard, h->routes, size) == 0))
		return;
	routeset_free(&p->theirs);
	p->theirs = routeset_new(h->routes, h->route_count);
	free(p->heard);
	p->heard = size > 0 ? mem_dup(h->routes, size) : NULL;
	p->heard_count = h->route_count;
	p->routes_serial++;
}

/* False: there is nobody to talk with, or it is somebody else now. */
static bool
meet(struct peer *p)
{
	const struct linkhello *h = linksession_peer(p->session);

	if (h == NULL)
		return p->flows != NULL;
	if (memcmp(h->site, p->config.site.id, LINKHELLO_SITE) == 0) {
		peer_note_why(p, "it is this site itself");
		peer_conn_close(p, true, true);
		return false;
	}
	if (p->store != NULL && p->store_theirs != h->store) {
		/* All names are others. The streams are over, for its life is
		 * another one, and ours is, too. */
		end(p);
		begin(p);
		return false;
	}
	if (p->store == NULL && !begin_store(p, h)) {
		peer_conn_close(p, true, true);
		return false;
	}
	if (p->flows == NULL)
		begin_flows(p);
	hold(p);
	if (p->hellos != linksession_counts(p->session)->hellos)
		learn_routes(p, h);
	peer_conn_prove(p);
	return true;
}

/* ---- what follows from what has happened ---- */

static void
settle_once(struct peer *p)
{
	peer_conn_reap(p);
	if (p->session == NULL || !meet(p)) {
		if (p->session != NULL && peer_conn_pump(p))
			p->again = true;
		return;
	}
	flowset_news(p->flows);
	if (linksession_peer(p->session) != NULL &&
	    peerknown_step(&p->known, peerstore_history(p->store)))
		p->again = true;
	hold(p);
	if (peer_conn_pump(p))
		p->again = true;
	flowset_news(p->flows);
}

/* Returns when time alone makes something happen. */
static mono_ns
look_at_clock(struct peer *p)
{
	mono_ns now = loop_now_ns(p->config.loop), next, other;

	if (p->session == NULL)
		return UINT64_MAX;
	next = linksession_conn_tick(p->session, now);
	other = peer_conn_balance(p, now);
	if (linksession_conn_condemned(p->session) >= 0)
		p->again = true;
	if (other < next)
		next = other;
	return p->flows != NULL && is_recalling(p) && p->met_until < next ?
	    p->met_until : next;
}

static void
arm(struct peer *p, mono_ns next)
{
	if (next == UINT64_MAX)
		loop_timer_stop(&p->tick);
	else if (!loop_timer_running(&p->tick) ||
	    loop_timer_due(&p->tick) > next)
		loop_timer_start_at(&p->tick, next);
}

void
peer_settle(struct peer *p)
{
	mono_ns next;

	if (p->settling) {
		p->again = true;
		return;
	}
	p->settling = true;
	for (int i = 0; i < ROUNDS_MAX; i++) {
		p->again = false;
		settle_once(p);
		if (!p->again)
			break;
	}
	next = look_at_clock(p);
	p->settling = false;
	if (p->again)
		peer_settle_soon(p);
	arm(p, next);
	peer_show_state(p);
}

static void
on_time(struct loop_timer *t, void *arg)
{
	(void)t;
	peer_settle(arg);
}

/* ---- what the owner asks ---- */

struct peer *
peer_new(const struct peer_config *c)
{
	struct peer *p = mem_zalloc(1, sizeof(*p));

	p->magic = PEER_MAGIC;
	p->config = *c;
	p->setup = peersetup_copy(c->setup);
	p->config.setup = NULL;
	p->ours = routeset_new(p->setup->routes, p->setup->route_count);
	rand_seed(&p->rand);
	flowended_init(&p->ended, (uint64_t)loop_now_ns(c->loop));
	loop_timer_init(&p->tick, c->loop, on_time, p);
	loop_timer_init(&p->soon, c->loop, on_time, p);
	loop_timer_init(&p->idle, c->loop, on_idle, p);
	peer_show_begin(p);
	begin(p);
	peer_settle(p);
	return p;
}

void
peer_free(struct peer **pp)
{
	struct peer *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	OBJ_CHECK(p, PEER_MAGIC);
	p->settling = true;		/* nothing follows any more */
	end(p);
	loop_timer_stop(&p->tick);
	loop_timer_stop(&p->soon);
	loop_timer_stop(&p->shows);
	loop_timer_stop(&p->fades);
	flowended_fini(&p->ended);
	routeset_free(&p->ours);
	peersetup_free(&p->setup);
	p->magic = 0;
	free(p);
}

void
peer_change(struct peer *p, const struct peersetup *s)
{
	unsigned differs = peersetup_differs(p->setup, s);
	struct peersetup *was = p->setup;

	p->setup = peersetup_copy(s);
	peersetup_free(&was);
	if ((differs & PEERSETUP_ROUTES) != 0) {
		routeset_free(&p->ours);
		p->ours = routeset_new(s->routes, s->route_count);
		if (p->session != NULL)
			linksession_set_routes(p->session, s->routes,
			    s->route_count);
	}
	p->enough = 0;
	if ((differs & PEERSETUP_SESSION) != 0) {
		end(p);
		begin(p);
	} else if ((differs & PEERSETUP_CALLS) != 0 && p->session != NULL) {
		peer_conn_close(p, true, true);
		peer_conn_begin(p);
	}
	peer_settle(p);
	peer_show_later(p);
}

void
peer_take(struct peer *p, struct tunnelwire *wire)
{
	peer_conn_take(p, wire);
	peer_settle(p);
}

void
peer_adopt(struct peer *p, int fd, const struct linkopen *o,
    const struct flow_rules *r)
{
	struct flow_rules rules = rules_of(p, r);

	if (p->flows == NULL || !flowset_adopt(p->flows, fd, o, &rules))
		flowsocket_reset(fd);
	peer_settle(p);
}

void
peer_forget(struct peer *p)
{
	end(p);
	if (p->setup->history_path != NULL &&
	    unlink(p->setup->history_path) == -1 && errno != ENOENT)
		log_at(LOG_WARNING, "wom", p->setup->name, "history",
		    "kept=%s why=\"%s\"", p->setup->history_path,
		    strerror(errno));
	begin(p);
	peer_settle(p);
}

void
peer_recall(struct peer *p)
{
	peer_conn_close(p, false, true);
	peer_settle(p);
}
