/* etherip/bfd/bfdsession.c - see bfdsession.h; sections are those of RFC 5880.
 * Layer: etherip/bfd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bfd/bfdsession.h"

#include <assert.h>

#define US	UINT64_C(1000)		/* ns */
#define NEVER	UINT64_MAX

static uint32_t
more_of(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* ---- times ---- */

/* What we say of how often we would send: seldom, as long as it is not up (6.8.3). */
static uint32_t
wanted_tx(const struct bfdsession *s)
{
	return s->state == BFDPACKET_UP ? s->times.min_tx_us :
	    more_of(s->times.min_tx_us, BFDSESSION_SLOW_US);
}

/* 6.8.4; what the other end says of its sending, and we of our receiving. */
dur_ns
bfdsession_patience(const struct bfdsession *s)
{
	return s->their_multiplier * US *
	    more_of(s->rx_used_us, s->their_tx_us);
}

/* Nothing is sent to who does not want it, 6.8.7. */
static bool
is_silent(const struct bfdsession *s)
{
	return s->their_rx_us == 0 || (s->demanded && !s->polling &&
	    s->state == BFDPACKET_UP && s->theirs == BFDPACKET_UP);
}

/* From now until the next packet: less by up to a quarter, so that systems do not fall into
 * step; a tenth less at least where a single one that is late would be missed. */
static dur_ns
interval(struct bfdsession *s)
{
	uint64_t us = more_of(s->tx_used_us, s->their_rx_us);
	uint64_t least = us * 75 / 100;
	uint64_t most = s->times.multiplier == 1 ? us * 90 / 100 : us;

	return US * (least + rand_below(&s->rand,
	    (uint32_t)(most - least) + 1));
}

static void
schedule(struct bfdsession *s, mono_ns now)
{
	s->send_at = is_silent(s) ? NEVER : now + interval(s);
}

/* Says new times. Where a packet that is on its way counts on the old ones, those are kept
 * until the other end has confirmed (6.8.3): we do not send less often, nor expect more. */
static void
apply_times(struct bfdsession *s)
{
	uint32_t tx = wanted_tx(s), rx = s->times.min_rx_us;
	bool up = s->state == BFDPACKET_UP;

	if (tx == s->tx_us && rx == s->rx_used_us)
		return;
	s->tx_us = tx;
	if (!up || tx < s->tx_used_us)
		s->tx_used_us = tx;
	if (!up || rx > s->rx_used_us)
		s->rx_used_us = rx;
	s->polling = up;
}

static void
end_poll(struct bfdsession *s)
{
	s->polling = false;
	s->tx_used_us = s->tx_us;
	s->rx_used_us = s->times.min_rx_us;
}

/* ---- states ---- */

static unsigned
become(struct bfdsession *s, enum bfdpacket_state state,
    enum bfdpacket_diag diag)
{
	if (state == s->state)
		return 0;
	s->state = state;
	s->diag = (uint8_t)diag;
	if (state != BFDPACKET_UP)
		s->polling = false;
	apply_times(s);
	return BFDSESSION_STATE;
}

void
bfdsession_init(struct bfdsession *s, const struct bfdsession_times *t,
    uint32_t mine, mono_ns now)
{
	assert(mine != 0 && t->min_tx_us > 0 && t->min_rx_us > 0 &&
	    t->multiplier > 0);
	*s = (struct bfdsession){ .times = *t, .mine = mine,
	    .state = BFDPACKET_DOWN, .theirs = BFDPACKET_DOWN,
	    .their_rx_us = 1, .send_at = now, .expires_at = NEVER };
	rand_seed(&s->rand);
	apply_times(s);
}

void
bfdsession_retime(struct bfdsession *s, const struct bfdsession_times *t,
    mono_ns now)
{
	s->times = *t;
	apply_times(s);
	schedule(s, now);
}

unsigned
bfdsession_admin(struct bfdsession *s, bool down, mono_ns now)
{
	unsigned what = 0;

	/* The other end's discriminator goes along, or who is up need not listen (6.8.6);
	 * when back it may be another's by now. */
	if (down)
		what = become(s, BFDPACKET_ADMINDOWN, BFDPACKET_DIAG_ADMIN);
	else if (s->state == BFDPACKET_ADMINDOWN) {
		what = become(s, BFDPACKET_DOWN, BFDPACKET_DIAG_NONE);
		s->yours = 0;
	}
	if (what == 0)
		return 0;
	s->expires_at = NEVER;
	schedule(s, now);
	return what | BFDSESSION_SEND;
}

/* The last step of 6.8.6: what the other end's state makes of ours. */
static unsigned
follow(struct bfdsession *s)
{
	static const enum bfdpacket_state next[4][4] = {
		/* theirs:  ADMINDOWN	   DOWN		   INIT		 UP */
		[BFDPACKET_DOWN] = { BFDPACKET_DOWN, BFDPACKET_INIT,
		    BFDPACKET_UP, BFDPACKET_DOWN },
		[BFDPACKET_INIT] = { BFDPACKET_DOWN, BFDPACKET_INIT,
		    BFDPACKET_UP, BFDPACKET_UP },
		[BFDPACKET_UP] = { BFDPACKET_DOWN, BFDPACKET_DOWN,
		    BFDPACKET_UP, BFDPACKET_UP },
	};
	enum bfdpacket_state now = next[s->state][s->theirs];

	return become(s, now, now == BFDPACKET_DOWN ?
	    BFDPACKET_DIAG_NEIGHBOR : BFDPACKET_DIAG_NONE);
}

unsigned
bfdsession_take(struct bfdsession *s, const struct bfdpacket *p, mono_ns now)
{
	bool was_silent = is_silent(s);
	uint32_t was_rx = s->their_rx_us;
	unsigned what;

	if (p->yours != 0 && p->yours != s->mine)
		return 0;
	s->yours = p->mine;
	s->theirs = p->state;
	s->their_diag = p->diag;
	s->demanded = p->demand;
	s->their_rx_us = p->min_rx_us;
	s->their_tx_us = p->min_tx_us;
	s->their_multiplier = p->multiplier;
	if (s->state == BFDPACKET_ADMINDOWN)
		return 0;
	if (p->final && s->polling)
		end_poll(s);
	what = follow(s);
	s->expires_at = now + bfdsession_patience(s);
	/* Other times count from the next packet on, not after a long wait. */
	if (what != 0 || was_rx != s->their_rx_us ||
	    was_silent != is_silent(s) || p->final)
		schedule(s, now);
	return what | (p->poll ? BFDSESSION_FINAL : 0);
}

unsigned
bfdsession_tick(struct bfdsession *s, mono_ns now)
{
	unsigned what = 0;

	if (now >= s->expires_at) {
		/* 6.8.1: who is silent is not known any more. */
		s->expires_at = NEVER;
		s->yours = 0;
		s->their_rx_us = 1;
		s->demanded = false;
		s->theirs = BFDPACKET_DOWN;
		if (s->state == BFDPACKET_INIT || s->state == BFDPACKET_UP)
			what = become(s, BFDPACKET_DOWN,
			    BFDPACKET_DIAG_SILENCE);
		if (what != 0)
			schedule(s, now);
	}
	if (now >= s->send_at) {
		what |= BFDSESSION_SEND;
		schedule(s, now);
	}
	return what;
}

mono_ns
bfdsession_due(const struct bfdsession *s)
{
	return s->send_at < s->expires_at ? s->send_at : s->expires_at;
}

void
bfdsession_fill(const struct bfdsession *s, bool final, struct bfdpacket *p)
{
	*p = (struct bfdpacket){
		.diag = s->diag, .state = s->state,
		.poll = s->polling && !final, .final = final,
		.multiplier = s->times.multiplier,
		.mine = s->mine, .yours = s->yours,
		.min_tx_us = s->tx_us, .min_rx_us = s->times.min_rx_us,
	};
}
