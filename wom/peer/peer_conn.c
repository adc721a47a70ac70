/* wom/peer/peer_conn.c - the connections of a peer: how many there are to be, who calls,
 * whose turn it is to send. Layer: wom/peer. SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/log.h"
#include "core/base/obj.h"
#include "wom/peer/peer_inner.h"
#include "wom/tunnel/tunnelsock.h"
#include "wom/tunnel/tunnelwire.h"

#define SENDS_MAX	64	/* records of one pumping; then others have their turn */
/* Whoever is not to call does when the other one has not, for so long. */
#define LEND_NS		(3 * CLOCK_S)
/* A peer that wants no more is asked again after so long. */
#define ENOUGH_NS	(60 * CLOCK_S)

/* ---- counting ---- */

static size_t
count(const struct peer *p)
{
	size_t n = 0;

	for (size_t i = 0; i < OBJ_COUNT(p->slots); i++)
		n += p->slots[i].conn != NULL;
	return n;
}

/* ---- the end of one ---- */

/* How a connection ended that nobody has asked to end. */
static void
note_end(struct peer *p, const struct peer_slot *s)
{
	enum tunnelconn_end how = tunnelconn_how(s->conn);
	const struct tunnelwire *w = tunnelconn_wire(s->conn);
	bool others = count(p) > 1, said_before;

	switch (how) {
	case TUNNELCONN_STANDS:
		peer_note_why(p, "it has been silent for too long, or began "
		    "anew");
		return;
	case TUNNELCONN_GOODBYE:
		/* With others there it means: that many are enough. */
		if (others) {
			p->enough = count(p) - 1;
			p->enough_until = loop_now_ns(p->config.loop) +
			    ENOUGH_NS;
		}
		break;
	case TUNNELCONN_REFUSED:
		p->refused[TUNNELTLS_REFUSED_US]++;
		break;
	case TUNNELCONN_FLOOD:
		p->floods++;
		break;
	case TUNNELCONN_LOST:
	case TUNNELCONN_FAULT:
		break;
	}
	said_before = strcmp(p->why, tunnelconn_why(s->conn)) == 0;
	peer_note_why(p, tunnelconn_why(s->conn));
	if ((how == TUNNELCONN_FAULT || how == TUNNELCONN_FLOOD) &&
	    !said_before)
		log_at(LOG_WARNING, "wom", p->setup->name, "peer-fault",
		    "subject=\"%s\" why=\"%s\"", tunnelwire_subject(w),
		    tunnelconn_why(s->conn));
}

static void
close_slot(struct peer *p, struct peer_slot *s)
{
	const struct tunnelconn_counts *c = tunnelconn_counts(s->conn);
	bool unproven = !s->proven &&
	    tunnelwire_is_ours(tunnelconn_wire(s->conn));

	p->in += c->in;
	p->out += c->out;
	tunnelconn_free(&s->conn);
	s->up = s->proven = false;
	if (unproven && p->dial != NULL)
		tunneldial_bad(p->dial);
}

void
peer_conn_close(struct peer *p, bool ours, bool others)
{
	for (size_t i = 0; i < OBJ_COUNT(p->slots); i++) {
		struct peer_slot *s = &p->slots[i];

		if (s->conn == NULL)
			continue;
		if (tunnelwire_is_ours(tunnelconn_wire(s->conn)) ? ours :
		    others)
			close_slot(p, s);
	}
}

static void
note_up(struct peer *p, struct peer_slot *s)
{
	const struct tunnelwire *w = tunnelconn_wire(s->conn);

	if (s->up || !linksession_conn_is_up(p->session,
	    tunnelconn_number(s->conn)))
		return;
	s->up = true;
	p->print = *tunnelwire_print(w);
	p->has_print = true;
}

void
peer_conn_prove(struct peer *p)
{
	for (size_t i = 0; i < OBJ_COUNT(p->slots); i++) {
		struct peer_slot *s = &p->slots[i];

		if (!s->up || s->proven)
			continue;
		s->proven = true;
		if (tunnelwire_is_ours(tunnelconn_wire(s->conn)) &&
		    p->dial != NULL)
			tunneldial_good(p->dial);
	}
}

void
peer_conn_reap(struct peer *p)
{
	int condemned;

	if (p->session == NULL)
		return;
	for (size_t i = 0; i < OBJ_COUNT(p->slots); i++) {
		struct peer_slot *s = &p->slots[i];

		if (s->conn == NULL)
			continue;
		note_up(p, s);
		if (tunnelconn_how(s->conn) != TUNNELCONN_STANDS) {
			note_end(p, s);
			close_slot(p, s);
		}
	}
	while ((condemned = linksession_conn_condemned(p->session)) >= 0) {
		struct peer_slot *s = p->slots;

		while (s->conn == NULL ||
		    tunnelconn_number(s->conn) != condemned)
			s++;
		note_end(p, s);
		close_slot(p, s);
	}
	if (count(p) == 0)
		p->enough = 0;
}

/* ---- the beginning of one ---- */

static void
on_turn(void *arg, struct tunnelconn *c)
{
	(void)c;
	peer_settle(arg);
}

static void
add(struct peer *p, struct tunnelwire *wire)
{
	const struct tunnelconn_config c = { .loop = p->config.loop,
	    .session = p->session, .wire = wire, .turn = on_turn, .arg = p };
	struct tunnelconn *conn = tunnelconn_new(&c);
	struct peer_slot *s = p->slots;

	if (conn == NULL) {
		p->surplus++;
		return;
	}
	while (s->conn != NULL)
		s++;
	*s = (struct peer_slot){ .conn = conn };
}

void
peer_conn_take(struct peer *p, struct tunnelwire *wire)
{
	if (p->session == NULL) {
		tunnelwire_free(&wire);
		return;
	}
	(void)tunnelsock_tune(tunnelwire_fd(wire), p->setup->congestion);
	add(p, wire);
}

/* Has it one of the certificates that it may show? */
static bool
is_its(const struct peer *p, const struct tunnelwire *wire)
{
	for (size_t i = 0; i < p->setup->print_count; i++)
		if (memcmp(&p->setup->prints[i], tunnelwire_print(wire),
		    sizeof(struct tunneltls_print)) == 0)
			return true;
	return p->setup->print_count == 0;
}

static void
on_answered(void *arg, struct tunnelwire *wire)
{
	struct peer *p = arg;

	if (is_its(p, wire)) {
		add(p, wire);
	} else {
		p->refused[TUNNELTLS_PRINT_WRONG]++;
		peer_note_why(p,
		    tunneltls_refusal_texts[TUNNELTLS_PRINT_WRONG]);
		tunnelwire_free(&wire);
		tunneldial_bad(p->dial);
	}
	peer_settle_soon(p);
}

static void
on_failed(void *arg, enum tunneltls_refusal refusal, const char *why)
{
	struct peer *p = arg;

	p->dial_fails++;
	p->refused[refusal]++;
	if (linksession_conn_up(p->session) == 0)
		peer_note_why(p, why);
	peer_settle_soon(p);
}

/* The address of ours that calls begin at. */
static struct addr
source_of(const struct peersetup *s)
{
	for (size_t i = 0; i < s->local_count; i++)
		if (s->locals[i].family == s->at.addr.family)
			return s->locals[i];
	return (struct addr){ .family = 0 };
}

void
peer_conn_begin(struct peer *p)
{
	const struct tunneldial_config c = {
		.loop = p->config.loop, .tls = p->setup->tls,
		.to = p->setup->at, .from = source_of(p->setup),
		.mark = p->setup->mark, .congestion = p->setup->congestion,
		.answered = on_answered, .failed = on_failed, .arg = p,
	};

	if (p->dial != NULL)
		p->dials_before += tunneldial_count(p->dial);
	tunneldial_free(&p->dial);
	if (p->setup->tls != NULL && p->setup->at.addr.family != 0)
		p->dial = tunneldial_new(&c);
}

/* ---- how many ---- */

/* Of two that could both call, one does. */
static bool
is_ours_to_call(const struct peer *p, const struct linkhello *h)
{
	return memcmp(p->config.site.id, h->site, LINKHELLO_SITE) > 0;
}

/* How many we should call for now; *next: when that may be another number. */
static size_t
lacking(struct peer *p, size_t there, mono_ns now, mono_ns *next)
{
	const struct linkhello *h = linksession_peer(p->session);
	size_t wanted = p->setup->connections;

	if (p->enough > 0 && now >= p->enough_until)
		p->enough = 0;
	if (p->enough > 0 && p->enough < wanted) {
		wanted = p->enough;
		*next = p->enough_until;
	}
	if (there >= wanted) {
		p->lacking_since = 0;
		return 0;
	}
	if (p->lacking_since == 0)
		p->lacking_since = now;
	if (linksession_conn_up(p->session) == 0)
		return there == 0 ? 1 : 0;
	if (h == NULL || is_ours_to_call(p, h) ||
	    now >= p->lacking_since + LEND_NS)
		return wanted - there;
	*next = p->lacking_since + LEND_NS;
	return 0;
}

/* Both may have called at once, or the peer wants more than we do. Who has gone silent
 * has been found out by then; and of the two ends one is the first to close. */
static mono_ns
trim(struct peer *p, size_t there, mono_ns now)
{
	const struct linkhello *h = linksession_peer(p->session);
	dur_ns wait = p->setup->dead_ns;
	mono_ns at;

	if (h == NULL || there <= p->setup->connections) {
		p->surplus_since = 0;
		return UINT64_MAX;
	}
	if (!is_ours_to_call(p, h))
		wait *= 2;
	if (p->surplus_since == 0 || there != p->surplus_there)
		p->surplus_since = now;
	p->surplus_there = there;
	at = p->surplus_since + wait;
	if (now < at)
		return at;
	for (size_t i = OBJ_COUNT(p->slots); i-- > 0;) {
		if (p->slots[i].conn == NULL || !p->slots[i].up)
			continue;
		p->surplus++;
		close_slot(p, &p->slots[i]);
		break;
	}
	return now + wait;
}

mono_ns
peer_conn_balance(struct peer *p, mono_ns now)
{
	mono_ns next = trim(p, count(p), now), other = UINT64_MAX;
	size_t n = lacking(p, count(p), now, &other);

	if (p->dial != NULL)
		tunneldial_want(p->dial, n);
	return next < other ? next : other;
}

/* ---- sending ---- */

/* A record for each in turn, so that none is far ahead. */
bool
peer_conn_pump(struct peer *p)
{
	int sends = 0;
	bool any;

	do {
		any = false;
		for (size_t i = 0; i < OBJ_COUNT(p->slots); i++) {
			struct peer_slot *s = &p->slots[p->turn];

			p->turn = (p->turn + 1) % OBJ_COUNT(p->slots);
			if (s->conn != NULL && tunnelconn_send(s->conn)) {
				any = true;
				sends++;
			}
		}
	} while (any && sends < SENDS_MAX);
	return any;
}
