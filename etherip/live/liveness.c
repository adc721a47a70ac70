/* etherip/live/liveness.c - see liveness.h. Layer: etherip/live.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/live/liveness.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "etherip/live/bfdpeer.h"
#include "etherip/live/echopeer.h"

struct liveness_table {
	struct loop	*loop;
	struct bfdpeer_table *bfd;
	struct echopeer_table *echo;
	unsigned	 count;
};

struct liveness {
	unsigned	 magic;
#define LIVENESS_MAGIC	0x11fe0e55u
	struct liveness_table *table;
	struct liveness_config config;
	liveness_fn	*fn;
	void		*arg;
	enum liveness_verdict verdict;
	mono_ns		 since;
	uint64_t	 flaps;
	bool		 admin;		/* down by command */
	struct bfdpeer	*bfd;		/* one of these two, or none */
	struct echopeer	*echo;
	struct loop_timer first;	/* until then nothing need be known */
};

/* ---- verdicts ---- */

/* l may be gone afterwards. */
static void
become(struct liveness *l, enum liveness_verdict v)
{
	if (v == l->verdict)
		return;
	if (l->verdict == LIVENESS_UP)
		l->flaps++;
	l->verdict = v;
	l->since = loop_now_ns(l->table->loop);
	loop_timer_stop(&l->first);
	l->fn(l->arg, l, v);
}

/* Is a session that is no longer up one with somebody who has just started again? It is there,
 * and says that it is down without a reason: who misses our packets, or was told to be
 * down, says so (RFC 5880 section 4.1). */
static bool
is_new(const struct liveness *l, const struct bfdsession *s)
{
	if (l->verdict != LIVENESS_UP || s->diag == BFDPACKET_DIAG_SILENCE ||
	    s->state == BFDPACKET_ADMINDOWN || s->theirs == BFDPACKET_ADMINDOWN)
		return false;
	return loop_timer_running(&l->first) ||
	    (s->diag == BFDPACKET_DIAG_NEIGHBOR &&
	    s->their_diag == BFDPACKET_DIAG_NONE);
}

static void
on_bfd(void *arg, struct bfdpeer *p)
{
	struct liveness *l = arg;
	const struct bfdsession *s = bfdpeer_session(p);

	OBJ_CHECK(l, LIVENESS_MAGIC);
	if (s->state == BFDPACKET_UP) {
		loop_timer_stop(&l->first);
		become(l, LIVENESS_UP);
	} else if (is_new(l, s)) {
		if (!loop_timer_running(&l->first))
			loop_timer_start(&l->first, LIVENESS_FIRST_MS, 0);
		/* What leads up to the first verdict is none. */
	} else if (l->verdict != LIVENESS_UNKNOWN)
		become(l, LIVENESS_DOWN);
}

static void
on_echo(void *arg, struct echopeer *p)
{
	struct liveness *l = arg;

	OBJ_CHECK(l, LIVENESS_MAGIC);
	if (!l->admin)
		become(l, echopeer_verdict(p) == ECHOPEER_UP ? LIVENESS_UP :
		    LIVENESS_DOWN);
}

static void
on_first(struct loop_timer *timer, void *arg)
{
	struct liveness *l = arg;

	OBJ_CHECK(l, LIVENESS_MAGIC);
	assert(timer == &l->first);
	become(l, LIVENESS_DOWN);
}

/* ---- birth and end ---- */

struct liveness_table *
liveness_table_new(struct loop *l)
{
	struct liveness_table *t = mem_zalloc(1, sizeof(*t));

	t->loop = l;
	t->bfd = bfdpeer_table_new(l);
	t->echo = echopeer_table_new(l);
	return t;
}

void
liveness_table_free(struct liveness_table **pt)
{
	struct liveness_table *t = *pt;

	*pt = NULL;
	if (t == NULL)
		return;
	assert(t->count == 0);
	bfdpeer_table_free(&t->bfd);
	echopeer_table_free(&t->echo);
	free(t);
}

struct liveness_strays
liveness_strays(const struct liveness_table *t)
{
	const struct bfdpeer_strays *s = bfdpeer_strays(t->bfd);

	return (struct liveness_strays){ s->malformed, s->unknown };
}

static struct bfdsession_times
times_of(const struct liveness_config *c)
{
	return (struct bfdsession_times){ .min_tx_us = c->interval_ms * 1000,
	    .min_rx_us = c->interval_ms * 1000, .multiplier = c->multiplier };
}

/* False: there can be none of it, and e says why. */
static bool
start_bfd(struct liveness *l, struct err *e)
{
	const struct liveness_config *c = &l->config;
	struct bfdpeer_config bfd = { .ends = { .local = c->local,
	    .remote = c->remote, .far = c->far, .padded = c->padded,
	    .datagram = c->datagram }, .min_ttl = c->min_ttl,
	    .times = times_of(c), .changed = on_bfd, .arg = l };

	memcpy(bfd.ends.device, c->device, sizeof(bfd.ends.device));
	l->bfd = bfdpeer_new(l->table->bfd, &bfd, e);
	return l->bfd != NULL;
}

static void
start_echo(struct liveness *l)
{
	const struct liveness_config *c = &l->config;
	struct echopeer_config echo = { .local = c->local,
	    .remote = c->remote, .interval_ms = c->interval_ms,
	    .multiplier = c->multiplier, .changed = on_echo, .arg = l };

	memcpy(echo.device, c->device, sizeof(echo.device));
	l->echo = echopeer_new(l->table->echo, &echo);
}

struct liveness *
liveness_new(struct liveness_table *t, const struct liveness_config *c,
    liveness_fn *fn, void *arg, struct err *e)
{
	struct liveness *l = mem_zalloc(1, sizeof(*l));

	assert(c->interval_ms > 0 && c->interval_ms <= UINT32_MAX / 1000 &&
	    c->multiplier > 0);
	*l = (struct liveness){ .magic = LIVENESS_MAGIC, .table = t,
	    .config = *c, .fn = fn, .arg = arg };
	t->count++;
	loop_timer_init(&l->first, t->loop, on_first, l);
	if (c->kind == LIVENESS_BFD && !start_bfd(l, e)) {
		liveness_free(&l);
		return NULL;
	}
	if (c->kind == LIVENESS_ICMP)
		start_echo(l);
	if (c->kind == LIVENESS_NONE) {
		l->verdict = LIVENESS_UP;
		l->since = loop_now_ns(t->loop);
	} else
		loop_timer_start(&l->first, LIVENESS_FIRST_MS, 0);
	return l;
}

void
liveness_free(struct liveness **pl)
{
	struct liveness *l = *pl;

	*pl = NULL;
	if (l == NULL)
		return;
	OBJ_CHECK(l, LIVENESS_MAGIC);
	loop_timer_stop(&l->first);
	bfdpeer_free(&l->bfd);
	echopeer_free(&l->echo);
	l->table->count--;
	l->magic = 0;
	free(l);
}

bool
liveness_set(struct liveness *l, const struct liveness_config *c)
{
	const struct liveness_config *was = &l->config;
	struct bfdsession_times times = times_of(c);
	bool retimed;

	if (c->kind != was->kind || c->far != was->far ||
	    c->min_ttl != was->min_ttl ||
	    !addr_equal(&c->local, &was->local) ||
	    !addr_equal(&c->remote, &was->remote) ||
	    strncmp(c->device, was->device, sizeof(c->device)) != 0)
		return false;
	if (l->bfd != NULL && (c->padded != was->padded ||
	    c->datagram != was->datagram))
		bfdpeer_pad(l->bfd, c->padded, c->datagram);
	retimed = c->interval_ms != was->interval_ms ||
	    c->multiplier != was->multiplier;
	l->config = *c;
	if (!retimed)
		return true;
	if (l->bfd != NULL)
		bfdpeer_retime(l->bfd, &times);
	if (l->echo != NULL)
		echopeer_retime(l->echo, c->interval_ms, c->multiplier);
	return true;
}

void
liveness_admin(struct liveness *l, bool down)
{
	if (down == l->admin)
		return;
	l->admin = down;
	if (l->bfd != NULL) {
		/* Its own verdict follows. */
		bfdpeer_admin(l->bfd, down);
		return;
	}
	if (down)
		become(l, LIVENESS_DOWN);
	else if (l->echo == NULL || echopeer_verdict(l->echo) == ECHOPEER_UP)
		become(l, LIVENESS_UP);
}

/* ---- what there is to say ---- */

enum liveness_verdict
liveness_verdict(const struct liveness *l)
{
	return l->verdict;
}

const char *
liveness_kind_name(enum liveness_kind k)
{
	static const char *const names[] = { "none", "bfd", "icmp" };

	return names[k];
}

const char *
liveness_verdict_name(enum liveness_verdict v)
{
	static const char *const names[] = { "unknown", "up", "down" };

	return names[v];
}

static const char *
why_not_up(const struct bfdsession *s)
{
	if (s->theirs == BFDPACKET_ADMINDOWN)
		return "the other end is down by command";
	if (s->yours != 0 && s->state == BFDPACKET_INIT)
		return "the other end does not hear us";
	if (s->diag == BFDPACKET_DIAG_SILENCE)
		return "packets stopped coming";
	if (s->diag == BFDPACKET_DIAG_NEIGHBOR)
		return "the other end said that it went down";
	return "no packet has come";
}

static void
say_bfd(const struct liveness *l, struct liveness_status *out)
{
	const struct bfdpeer_counts *c = bfdpeer_counts(l->bfd);
	const struct bfdsession *s = bfdpeer_session(l->bfd);
	const char *why = s->state == BFDPACKET_UP ? "packets come and go" :
	    l->verdict == LIVENESS_UP ? "the other end has started anew" :
	    why_not_up(s);

	out->sent = c->sent;
	out->received = c->received;
	out->unsent = c->unsent;
	out->refused = c->wrong_ttl + c->wrong_device;
	out->detect_ms = (uint32_t)(bfdsession_patience(s) / CLOCK_MS);
	if (c->sys_errno != 0)
		(void)snprintf(out->reason, sizeof(out->reason),
		    "bfd %s: %s; cannot send: %s",
		    bfdpacket_state_name(s->state), why,
		    strerror(c->sys_errno));
	else
		(void)snprintf(out->reason, sizeof(out->reason),
		    "bfd %s: %s%s", bfdpacket_state_name(s->state), why,
		    s->state != BFDPACKET_UP && c->received == 0 &&
		    out->refused > 0 ? ", but with a wrong TTL or by a wrong "
		    "device" : "");
}

static void
say_echo(const struct liveness *l, struct liveness_status *out)
{
	const struct echopeer_counts *c = echopeer_counts(l->echo);
	enum echopeer_verdict v = echopeer_verdict(l->echo);

	out->sent = c->sent;
	out->received = c->received;
	out->unsent = c->unsent;
	out->detect_ms = l->config.interval_ms * l->config.multiplier;
	out->rtt_us = c->rtt_us;
	if (c->sys_errno != 0)
		(void)snprintf(out->reason, sizeof(out->reason),
		    "icmp: cannot send: %s", strerror(c->sys_errno));
	else
		(void)snprintf(out->reason, sizeof(out->reason), "icmp: %s",
		    v == ECHOPEER_UP ? "echoes come back" :
		    v == ECHOPEER_DOWN ? "echoes do not come back" :
		    "no echo has come back yet");
}

void
liveness_status(const struct liveness *l, struct liveness_status *out)
{
	*out = (struct liveness_status){ .kind = l->config.kind,
	    .verdict = l->verdict, .since = l->since, .flaps = l->flaps };
	if (l->bfd != NULL)
		say_bfd(l, out);
	else if (l->echo != NULL)
		say_echo(l, out);
	else
		(void)snprintf(out->reason, sizeof(out->reason),
		    "nobody asks the other end");
	if (l->admin)
		(void)snprintf(out->reason, sizeof(out->reason),
		    "down by command");
}
