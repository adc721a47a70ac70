/* etherip/pair/lease.c - see lease.h. A term is D, and P (patience) a sixteenth longer: clocks
 * may run apart by so much. Layer: etherip/pair, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/pair/lease.h"

#include <assert.h>
#include <stddef.h>

#define WORDS_A_TERM	8
#define SETTLE_TERMS	8	/* in contact, before who is preferred takes it back */
#define YIELD_TERMS	4	/* for the other to take over */

static mono_ns
later(mono_ns a, mono_ns b)
{
	return a > b ? a : b;
}

static dur_ns
term(const struct lease *l)
{
	return l->config.term_ms * CLOCK_MS;
}

/* How long the other end may be active after we have heard it. */
static dur_ns
patience(const struct lease *l)
{
	dur_ns d = l->peer.boot == 0 ? term(l) : l->peer.term_ms * CLOCK_MS;

	return d + d / 16;
}

static dur_ns
silence(const struct lease *l, mono_ns now)
{
	return now > l->heard_at ? now - l->heard_at : 0;
}

bool
lease_hears(const struct lease *l, mono_ns now)
{
	return l->peer.boot != 0 && silence(l, now) < term(l) / 2;
}

/* Words go and come. */
static bool
in_contact(const struct lease *l, mono_ns now)
{
	return lease_hears(l, now) && l->contact_at != 0 &&
	    now < l->acked_until;
}

static enum lease_level
level(const struct lease *l)
{
	if (l->state == LEASE_OFFLINE || l->yielding)
		return LEASE_NEVER;
	if (l->commanded)
		return LEASE_COMMANDED;
	return l->waived ? LEASE_RATHER_NOT : l->config.level;
}

static bool
is_before_peer(const struct lease *l)
{
	enum lease_level mine = level(l);

	return mine != l->peer.level ? mine > l->peer.level :
	    l->config.id > l->peer.id;
}

mono_ns
lease_good_until(const struct lease *l)
{
	if (l->state != LEASE_ACTIVE)
		return 0;
	/* Who is alone may be heard all the same, last when half a term ago. */
	return l->alone ? later(l->valid_until, l->seen_at + term(l) / 2) :
	    l->valid_until;
}

/* ---- states ---- */

static unsigned
become(struct lease *l, enum lease_state state, enum lease_why why,
    mono_ns now)
{
	bool was = lease_is_active(l);

	if (state != l->state)
		l->since = now;
	l->state = state;
	l->why = why;
	return LEASE_SEND | (was != lease_is_active(l) ? LEASE_ROLE : 0);
}

/* After it the other has its turn: we listen before we are active again. */
static unsigned
step_down(struct lease *l, enum lease_why why, mono_ns now)
{
	l->alone = false;
	l->valid_until = 0;
	l->conflict_at = 0;
	l->heard_at = later(l->heard_at, now);
	return become(l, LEASE_STANDBY, why, now);
}

static unsigned
step_up(struct lease *l, enum lease_why why, mono_ns now)
{
	l->commanded = l->waived = l->yielding = false;
	l->conflict_at = 0;
	l->alone = why == LEASE_WHY_SILENCE;
	l->valid_until = l->alone ? 0 : l->acked_until;
	return become(l, LEASE_ACTIVE, why, now);
}

/* Of an active one: may it go on? */
static unsigned
check_active(struct lease *l, mono_ns now)
{
	dur_ns half = term(l) / 2;

	if (l->conflict_at != 0)
		return now >= l->conflict_at + half ?
		    step_down(l, LEASE_WHY_CONFLICT, now) : 0;
	/* Who says nothing is not there, or hears us: it would say so otherwise. */
	l->alone = silence(l, now) >= half;
	if (l->alone || now < l->valid_until)
		return 0;
	return step_down(l, LEASE_WHY_UNHEARD, now);
}

/* Of one that is not: is it its turn? */
static unsigned
consider(struct lease *l, mono_ns now)
{
	if (l->yielding && now >= l->since + YIELD_TERMS * patience(l))
		l->yielding = false;
	if (level(l) == LEASE_NEVER || now < l->granted_until)
		return 0;
	if (silence(l, now) >= patience(l))
		return step_up(l, LEASE_WHY_SILENCE, now);
	if (l->state != LEASE_STANDBY || !in_contact(l, now) ||
	    (l->peer.state != LEASE_STANDBY &&
	    l->peer.state != LEASE_OFFLINE) || !is_before_peer(l))
		return 0;
	l->claimed_at = now;
	return become(l, LEASE_CLAIM, l->why, now);
}

static unsigned
weigh(struct lease *l, mono_ns now)
{
	switch (l->state) {
	case LEASE_OFFLINE:
		return 0;
	case LEASE_STANDBY:
	case LEASE_CLAIM:
		return consider(l, now);
	case LEASE_ACTIVE:
		return check_active(l, now);
	}
	return 0;
}

/* Before anything else: how long did we not look? What we did not hear then is no silence,
 * and what we did not renew is gone. */
static unsigned
wake(struct lease *l, mono_ns now)
{
	mono_ns good = lease_good_until(l);
	dur_ns gap = now - l->seen_at;

	l->seen_at = now;
	if (gap > term(l) / 4)
		l->doubt_until = now + term(l) / 4;
	if (gap <= term(l) / 2)
		return 0;
	if (lease_is_active(l))
		return now >= good ? step_down(l, LEASE_WHY_STALLED, now) : 0;
	l->heard_at = later(l->heard_at, now);
	return 0;
}

/* ---- words ---- */

static void
grant(struct lease *l, mono_ns now)
{
	l->granting = true;
	l->granted_until = now + patience(l);
}

static unsigned
withdraw(struct lease *l, mono_ns now)
{
	return l->state == LEASE_CLAIM ?
	    become(l, LEASE_STANDBY, LEASE_WHY_WITHDREW, now) : 0;
}

/* The other asks to be active, and we are not. */
static unsigned
on_claim(struct lease *l, bool present, mono_ns now)
{
	if (!present || (level(l) != LEASE_NEVER && is_before_peer(l)))
		return 0;
	grant(l, now);
	return withdraw(l, now) | LEASE_SEND;
}

/* We are not active. */
static unsigned
hear_waiting(struct lease *l, bool present, mono_ns now)
{
	l->granting = false;
	switch (l->peer.state) {
	case LEASE_ACTIVE:
		grant(l, now);
		if (present)
			l->yielding = false;
		return withdraw(l, now);
	case LEASE_CLAIM:
		return on_claim(l, present, now);
	case LEASE_STANDBY:
	case LEASE_OFFLINE:
		break;
	}
	/* It has given back what it had, or never had it. */
	if (present)
		l->granted_until = 0;
	if (l->state == LEASE_CLAIM && present && l->peer.granting &&
	    l->acked_at >= l->claimed_at && now < l->acked_until &&
	    now >= l->granted_until)
		return step_up(l, LEASE_WHY_GRANTED, now);
	/* It was told to be active meanwhile, and waits for us to stop asking. */
	return is_before_peer(l) ? 0 : withdraw(l, now);
}

/* Two are active: the link was cut. Who comes second goes at once; the first waits for
 * that, and goes as well when it does not come about: it may not be heard. */
static unsigned
hear_rival(struct lease *l, mono_ns now)
{
	if (!is_before_peer(l)) {
		grant(l, now);
		return step_down(l, LEASE_WHY_CONFLICT, now);
	}
	if (l->conflict_at != 0)
		return 0;
	l->conflict_at = now;
	return LEASE_SEND;
}

/* Should the other be active in our place? */
static bool
is_to_yield(const struct lease *l, mono_ns now)
{
	if (l->peer.state != LEASE_STANDBY || !in_contact(l, now) ||
	    l->peer.level <= level(l))
		return false;
	return l->peer.level == LEASE_COMMANDED ||
	    now - l->contact_at >= SETTLE_TERMS * term(l);
}

/* We are active. */
static unsigned
hear_active(struct lease *l, bool present, mono_ns now)
{
	dur_ns quiet = l->peer.quiet_ms * CLOCK_MS, d = term(l);

	l->granting = false;
	if (l->peer.state == LEASE_ACTIVE)
		return hear_rival(l, now);
	l->conflict_at = 0;
	if (present && l->peer.granting)
		l->valid_until = later(l->valid_until, l->acked_until);
	else if (now >= l->doubt_until && quiet <= 4 * patience(l) &&
	    quiet > d / 2 + quiet / 16)
		/* It does not know of us yet. Its word was on its way for less than
		 * a quarter of a term, and waited for us for less than another. */
		l->valid_until = later(l->valid_until,
		    now + quiet - quiet / 16 - d / 2);
	if (is_to_yield(l, now)) {
		l->waived = l->peer.level == LEASE_COMMANDED;
		return step_down(l, LEASE_WHY_YIELDED, now);
	}
	return check_active(l, now);
}

/* What it says about our words. */
static void
note_ack(struct lease *l, const struct lease_word *w, bool present,
    mono_ns now)
{
	size_t at = w->ack % LEASE_SENT;

	/* Said in an earlier life, which we know no more. */
	if (w->ack > l->seq)
		l->seq = w->ack;
	if (w->boot != l->peer.boot || !present)
		l->acked_at = l->acked_until = l->contact_at = 0;
	if (!present || l->sent[at].seq != w->ack)
		return;
	l->acked_at = l->sent[at].at;
	l->acked_until = l->sent[at].until;
	if (l->contact_at == 0)
		l->contact_at = now;
}

unsigned
lease_take(struct lease *l, const struct lease_word *w, mono_ns now)
{
	bool present = w->echo == l->config.boot;
	unsigned what = wake(l, now);

	if (w->seq <= l->peer.seq) {
		l->old_words++;
		return what;
	}
	note_ack(l, w, present, now);
	l->peer = *w;
	l->heard_at = later(l->heard_at, now);
	what |= l->state == LEASE_ACTIVE ? hear_active(l, present, now) :
	    hear_waiting(l, present, now);
	/* In states that wait for nothing but words. */
	if (l->state != LEASE_ACTIVE)
		what |= weigh(l, now);
	return what;
}

void
lease_fill(struct lease *l, struct lease_word *w, mono_ns now)
{
	mono_ns quiet_until = later(l->granted_until,
	    l->heard_at + patience(l));
	size_t at = ++l->seq % LEASE_SENT;

	l->sent[at].seq = l->seq;
	l->sent[at].at = now;
	l->sent[at].until = now + term(l);
	l->send_at = now + term(l) / WORDS_A_TERM;
	*w = (struct lease_word){
		.state = l->state, .level = level(l),
		.granting = l->granting && (l->state == LEASE_STANDBY ||
		    l->state == LEASE_OFFLINE),
		.seq = l->seq, .ack = l->peer.seq, .boot = l->config.boot,
		.echo = l->peer.boot, .id = l->config.id,
		.term_ms = l->config.term_ms,
		.quiet_ms = lease_is_active(l) || quiet_until <= now ? 0 :
		    (uint32_t)((quiet_until - now) / CLOCK_MS),
	};
}

/* ---- time ---- */

unsigned
lease_tick(struct lease *l, mono_ns now)
{
	unsigned what = wake(l, now);

	if (!in_contact(l, now))
		l->contact_at = 0;
	what |= weigh(l, now);
	if (now >= l->send_at)
		what |= LEASE_SEND;
	return what;
}

mono_ns
lease_due(const struct lease *l)
{
	mono_ns at = UINT64_MAX;

	switch (l->state) {
	case LEASE_OFFLINE:
		break;
	case LEASE_STANDBY:
	case LEASE_CLAIM:
		at = later(l->granted_until, l->heard_at + patience(l));
		break;
	case LEASE_ACTIVE:
		at = l->conflict_at != 0 ? l->conflict_at + term(l) / 2 :
		    l->alone ? UINT64_MAX : l->heard_at + term(l) / 2;
		if (!l->alone && l->valid_until < at && l->conflict_at == 0)
			at = l->valid_until;
		break;
	}
	/* What is over and had no consequence is looked at with each word. */
	return at > l->seen_at && at < l->send_at ? at : l->send_at;
}

/* ---- birth and commands ---- */

static void
check_config(const struct lease_config *c)
{
	assert(c->term_ms >= LEASE_TERM_MIN && c->term_ms <= LEASE_TERM_MAX &&
	    c->level >= LEASE_RATHER_NOT && c->level <= LEASE_PREFERRED &&
	    c->boot != 0);
}

void
lease_init(struct lease *l, const struct lease_config *c, mono_ns now)
{
	check_config(c);
	*l = (struct lease){ .config = *c, .state = LEASE_STANDBY,
	    .why = LEASE_WHY_START, .since = now, .seq = c->seq,
	    .send_at = now, .seen_at = now };
	/* An earlier life of ours may have granted something just now. */
	l->heard_at = now + patience(l);
}

unsigned
lease_reconfigure(struct lease *l, const struct lease_config *c, mono_ns now)
{
	check_config(c);
	l->config.level = c->level;
	l->config.term_ms = c->term_ms;
	return LEASE_SEND | wake(l, now);
}

unsigned
lease_command(struct lease *l, enum lease_command c, mono_ns now)
{
	unsigned what = wake(l, now);

	l->commanded = c == LEASE_GO_ACTIVE && !lease_is_active(l);
	l->yielding = c == LEASE_GO_STANDBY;
	l->waived = c == LEASE_GO_STANDBY;
	if (lease_is_active(l) && c != LEASE_GO_ACTIVE)
		what |= step_down(l, LEASE_WHY_COMMAND, now);
	switch (c) {
	case LEASE_GO_OFFLINE:
		what |= become(l, LEASE_OFFLINE, LEASE_WHY_COMMAND, now);
		break;
	case LEASE_GO_STANDBY:
	case LEASE_GO_ACTIVE:
		if (l->state == LEASE_OFFLINE || l->state == LEASE_CLAIM)
			what |= become(l, LEASE_STANDBY, LEASE_WHY_COMMAND,
			    now);
		break;
	}
	return what | LEASE_SEND | weigh(l, now);
}

/* ---- words for people ---- */

const char *
lease_state_name(enum lease_state s)
{
	static const char *const names[] = {
		"offline", "standby", "claiming", "active"
	};

	return names[s];
}

const char *
lease_why_text(enum lease_why w)
{
	static const char *const texts[] = {
		[LEASE_WHY_START] = "it has just started, and listens",
		[LEASE_WHY_GRANTED] = "the other unit lets it",
		[LEASE_WHY_SILENCE] = "the other unit is not heard",
		[LEASE_WHY_YIELDED] = "the other unit would rather be active",
		[LEASE_WHY_COMMAND] = "by command",
		[LEASE_WHY_UNHEARD] = "the other unit lives and does not hear "
		    "this one",
		[LEASE_WHY_STALLED] = "it stood still for longer than its "
		    "lease",
		[LEASE_WHY_CONFLICT] = "both units were active",
		[LEASE_WHY_WITHDREW] = "the other unit is active",
	};

	return texts[w];
}
