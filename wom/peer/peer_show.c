/* wom/peer/peer_show.c - what others are shown of a peer, and when.
 * Layer: wom/peer. SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "core/base/log.h"
#include "core/base/obj.h"
#include "core/io/sock.h"
#include "wom/codec/encoder.h"
#include "wom/flow/flowset.h"
#include "wom/peer/peer_inner.h"
#include "wom/tunnel/tunnelsock.h"
#include "wom/tunnel/tunnelwire.h"

#define SHOW_MS	250	/* between views while something happens */
#define GRACE_NS (2 * CLOCK_S)	/* that new streams wait, too */

/* ---- a view ---- */

static void
show_conn(const struct peer *p, const struct peer_slot *s,
    struct peerview_conn *v)
{
	const struct tunnelwire *w = tunnelconn_wire(s->conn);
	const struct tunnelconn_counts *c = tunnelconn_counts(s->conn);
	struct tunnelsock_info i;

	tunnelsock_read_info(tunnelwire_fd(w), &i);
	/* It is asked as often as what it does changes: the place to act on it. */
	if (i.rate_bps > 0)
		tunnelsock_keep_short(tunnelwire_fd(w), i.rate_bps);
	*v = (struct peerview_conn){
		.state = s->up ? PEERVIEW_CONN_UP : PEERVIEW_CONN_HELLO,
		.by_us = tunnelwire_is_ours(w), .remote = *tunnelwire_remote(w),
		.in = c->in, .out = c->out, .stalls = c->stalls,
		.stalled_ns = c->stalled_ns, .since = c->since,
		.retransmits = i.retransmits, .rate_bps = i.rate_bps,
		.rtt_ns = linksession_conn_rtt(p->session,
		    tunnelconn_number(s->conn)),
	};
	if (v->rtt_ns == 0)
		v->rtt_ns = i.rtt_us * 1000;
	sock_local(tunnelwire_fd(w), &v->local);
	(void)snprintf(v->cipher, sizeof(v->cipher), "%s",
	    tunnelwire_cipher(w));
	memcpy(v->congestion, i.congestion, sizeof(v->congestion));
}

static void
show_conns(const struct peer *p, struct peerview *v)
{
	size_t n = 0;

	v->in = p->in;
	v->out = p->out;
	for (size_t i = 0; i < OBJ_COUNT(p->slots); i++) {
		if (p->slots[i].conn == NULL)
			continue;
		show_conn(p, &p->slots[i], &v->conns[n]);
		v->in += v->conns[n].in;
		v->out += v->conns[n].out;
		v->conns_up += p->slots[i].up;
		n++;
	}
	v->conns_wanted = p->setup->connections;
	v->dials = p->dials_before +
	    (p->dial != NULL ? tunneldial_count(p->dial) : 0);
	v->dial_fails = p->dial_fails;
	memcpy(v->refused, p->refused, sizeof(v->refused));
	v->surplus = p->surplus;
	v->floods = p->floods;
}

static void
show_session(const struct peer *p, struct peerview *v)
{
	const struct linkhello *h = linksession_peer(p->session);

	v->session = *linksession_counts(p->session);
	v->held = linksession_held(p->session);
	v->routes_serial = p->routes_serial;
	if (h == NULL)
		return;
	v->met = true;
	memcpy(v->site, h->site, sizeof(v->site));
	v->version = h->version_max < LINKHELLO_VERSION ? h->version_max :
	    LINKHELLO_VERSION;
	peerview_take_routes(v, h->routes, h->route_count);
}

static void
show_store(const struct peer *p, struct peerview *v)
{
	struct history *h = peerstore_history(p->store);

	v->history_count = history_count(h);
	v->history_octets = history_octets(h);
	v->history_cap = peerstore_cap(p->store);
	v->history_checked = !loop_timer_running(&p->idle);
	v->shared_at_meeting = p->known.shared;
	(void)snprintf(v->history_anew, sizeof(v->history_anew), "%.127s",
	    peerstore_anew(p->store));
	v->history = *history_counts(h);
	v->history.anew = NULL;
	v->encoder = *encoder_counts(peerstore_encoder(p->store));
}

/* A connection that breaks is mostly there again before anybody has noticed. */
static bool
takes(const struct peer *p)
{
	return p->state == PEERVIEW_UP || (p->state == PEERVIEW_CUT &&
	    p->flows != NULL && loop_now_ns(p->config.loop) <
	    p->state_since + GRACE_NS);
}

static struct peerview *
make_view(struct peer *p)
{
	struct peerview *v = peerview_new();

	v->state = p->state;
	v->since = p->state_since;
	v->takes = takes(p);
	v->made = loop_now_ns(p->config.loop);
	v->worker = p->config.worker;
	if (p->state != PEERVIEW_UP)
		memcpy(v->why, p->why, sizeof(v->why));
	v->print = p->print;
	v->has_print = p->has_print;
	show_conns(p, v);
	if (p->session != NULL)
		show_session(p, v);
	if (p->store != NULL)
		show_store(p, v);
	peerview_take_flows(v, p->flows);
	v->ended = flowended_take(&p->ended, &v->ended_count,
	    &v->ended_missed);
	return v;
}

/* ---- when ---- */

/* Another number when there is something new. */
static uint64_t
sum_of(const struct peer *p)
{
	uint64_t sum = p->in + p->out + p->dial_fails + p->surplus;
	const struct linksession_counts *c;

	for (size_t i = 0; i < OBJ_COUNT(p->slots); i++)
		if (p->slots[i].conn != NULL)
			sum += tunnelconn_counts(p->slots[i].conn)->in +
			    tunnelconn_counts(p->slots[i].conn)->out;
	if (p->dial != NULL)
		sum += tunneldial_count(p->dial);
	if (p->session == NULL)
		return sum;
	c = linksession_counts(p->session);
	return sum + c->frames_in + c->frames_out + c->breaks + 1;
}

static void
show(struct peer *p)
{
	p->shown = sum_of(p);
	p->config.show(p->config.arg, make_view(p));
}

static void
on_show(struct loop_timer *t, void *arg)
{
	struct peer *p = arg;

	(void)t;
	show(p);
}

void
peer_show_begin(struct peer *p)
{
	loop_timer_init(&p->shows, p->config.loop, on_show, p);
	loop_timer_init(&p->fades, p->config.loop, on_show, p);
	p->state = PEERVIEW_DISABLED;
	p->state_since = loop_now_ns(p->config.loop);
	loop_timer_start_at(&p->shows, p->state_since);
}

void
peer_show_later(struct peer *p)
{
	if (!loop_timer_running(&p->shows))
		loop_timer_start(&p->shows, SHOW_MS, 0);
}

static enum peerview_state
state_of(const struct peer *p)
{
	if (p->session == NULL)
		return PEERVIEW_DISABLED;
	if (p->flows != NULL && linksession_conn_up(p->session) > 0)
		return PEERVIEW_UP;
	return linksession_peer(p->session) != NULL ? PEERVIEW_CUT :
	    PEERVIEW_DOWN;
}

static void
log_state(const struct peer *p, enum peerview_state was)
{
	if (p->state == PEERVIEW_UP)
		log_at(LOG_NOTICE, "wom", p->setup->name, "state",
		    "from=%s to=up", peerview_state_names[was]);
	else if (was != PEERVIEW_DISABLED)	/* else it is yet to be tried */
		log_at(LOG_NOTICE, "wom", p->setup->name, "state",
		    "from=%s to=%s why=\"%s\"", peerview_state_names[was],
		    peerview_state_names[p->state], p->why);
}

void
peer_show_state(struct peer *p)
{
	enum peerview_state was = p->state;

	p->state = state_of(p);
	if (p->state == was) {
		if (sum_of(p) != p->shown || p->ended.count > 0)
			peer_show_later(p);
		return;
	}
	p->state_since = loop_now_ns(p->config.loop);
	log_state(p, was);
	/* At once, but not within the call that made it so. */
	loop_timer_start_at(&p->shows, p->state_since);
	if (p->state == PEERVIEW_CUT)
		loop_timer_start_at(&p->fades, p->state_since + GRACE_NS);
	else
		loop_timer_stop(&p->fades);
}
