/* etherip/live/echopeer.c - see echopeer.h. One socket a family for all peers; a reply is its
 * peer's by 64 random bits that the echo carried, so that who does not see the echo cannot
 * answer it. Layer: etherip/live.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/live/echopeer.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "core/io/loop.h"
#include "core/io/pingpair.h"
#include "core/wire/icmpecho.h"

#define RECENT		4	/* echoes that may still come back; power of two */
#define OCTETS		32	/* of an echo */
#define RISE		2	/* in a row, to be up again */

struct echopeer_table {
	struct loop	*loop;
	struct rand	 rand;
	uint16_t	 ident;		/* of raw echoes */
	struct pingpair	 pings;
	struct list	 peers;
};

struct echopeer {
	unsigned	 magic;
#define ECHOPEER_MAGIC	0xec0badd1u
	struct list	 node;
	struct echopeer_table *table;
	struct echopeer_config config;
	struct echopeer_counts counts;
	enum echopeer_verdict verdict;
	struct {
		uint64_t token;		/* 0: it has come back */
		mono_ns	 sent_at;
	} recent[RECENT];
	uint32_t	 round;		/* echoes so far; recent[round % RECENT] is last */
	bool		 answered;	/* one has come back since the last was sent */
	unsigned	 missed, came;	/* in a row */
	struct loop_timer timer;
};

/* ---- verdict ---- */

/* p may be gone afterwards. */
static void
become(struct echopeer *p, enum echopeer_verdict verdict)
{
	if (p->verdict == verdict)
		return;
	p->verdict = verdict;
	p->config.changed(p->config.arg, p);
}

static void
on_sign(struct echopeer *p, unsigned which)
{
	mono_ns now = loop_now_ns(p->table->loop);
	uint64_t us = (now - p->recent[which].sent_at) / 1000;

	p->recent[which].token = 0;
	p->counts.received++;
	p->counts.rtt_us = us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
	if (p->counts.rtt_us == 0)
		p->counts.rtt_us = 1;
	p->missed = 0;
	if (p->answered)
		return;
	p->answered = true;
	p->came++;
	if (p->verdict != ECHOPEER_DOWN || p->came >= RISE)
		become(p, ECHOPEER_UP);
}

/* The next is due: what came of the last? p may be gone afterwards. */
static void
judge_round(struct echopeer *p)
{
	if (p->round == 0 || p->answered)
		return;
	p->came = 0;
	if (p->missed < UINT8_MAX)
		p->missed++;
	if (p->missed >= p->config.multiplier)
		become(p, ECHOPEER_DOWN);
}

/* ---- in ---- */

static void
on_reply(struct echopeer_table *t, uint64_t token, const struct addr *from)
{
	LIST_EACH(&t->peers, it) {
		struct echopeer *p = OBJ_OF(it, struct echopeer, node);

		if (!addr_equal(&p->config.remote, from))
			continue;
		for (unsigned i = 0; i < RECENT; i++)
			if (p->recent[i].token == token) {
				on_sign(p, i);
				return;
			}
	}
}

static void
on_heard(const struct pingside *s, const uint8_t *octets, size_t len,
    const struct addr *from)
{
	struct echopeer_table *t = s->arg;
	struct icmpecho echo;

	if (icmpecho_read(octets, len, s->family, s->headed, &echo) ==
	    ICMPECHO_REPLY && echo.token != 0 &&
	    (!s->raw || echo.ident == t->ident))
		on_reply(t, echo.token, from);
}

/* ---- out ---- */

/* From our end of the tunnel: the way that its frames go. */
struct source {
	struct in_pktinfo in;
	struct in6_pktinfo in6;
};

static void
set_source(struct pingpair_packet *out, struct source *from,
    const struct echopeer *p)
{
	const struct addr *local = &p->config.local;
	unsigned device = p->config.device[0] == '\0' ? 0 :
	    if_nametoindex(p->config.device);
	bool v4 = local->family == AF_INET;

	from->in = (struct in_pktinfo){ .ipi_ifindex = (int)device };
	from->in6 = (struct in6_pktinfo){ .ipi6_ifindex = device };
	memcpy(&from->in.ipi_spec_dst, local->octets,
	    sizeof(from->in.ipi_spec_dst));
	memcpy(&from->in6.ipi6_addr, local->octets,
	    sizeof(from->in6.ipi6_addr));
	out->level = v4 ? IPPROTO_IP : IPPROTO_IPV6;
	out->type = v4 ? IP_PKTINFO : IPV6_PKTINFO;
	out->word = v4 ? (const void *)&from->in : &from->in6;
	out->word_len = v4 ? sizeof(from->in) : sizeof(from->in6);
}

/* 0, or the errno. */
static int
transmit(struct echopeer *p, uint64_t token)
{
	struct pingside *s = pingpair_side(&p->table->pings,
	    p->config.remote.family);
	struct icmpecho echo = { .ident = p->table->ident,
	    .sequence = (uint16_t)p->round, .token = token };
	uint8_t octets[OCTETS];
	struct pingpair_packet out = { .to = &p->config.remote,
	    .octets = octets, .len = sizeof(octets) };
	struct source from;
	int rc = pingpair_open(s);

	if (rc != 0)
		return rc;
	icmpecho_write(octets, sizeof(octets), s->family, &echo);
	set_source(&out, &from, p);
	return pingpair_send(s, &out);
}

static void
ask(struct echopeer *p)
{
	unsigned at = ++p->round % RECENT;
	uint64_t token = rand_u64(&p->table->rand) | 1;
	int rc;

	p->answered = false;
	p->recent[at].token = token;
	p->recent[at].sent_at = loop_now_ns(p->table->loop);
	rc = transmit(p, token);
	p->counts.sys_errno = rc;
	if (rc == 0)
		p->counts.sent++;
	else
		p->counts.unsent++;
}

/* Is it still there, after others have been called? */
static bool
has(const struct echopeer_table *t, const struct echopeer *p)
{
	LIST_EACH(&t->peers, it)
		if (it == &p->node)
			return true;
	return false;
}

static void
on_time(struct loop_timer *timer, void *arg)
{
	struct echopeer *p = arg;
	struct echopeer_table *t = p->table;

	OBJ_CHECK(p, ECHOPEER_MAGIC);
	assert(timer == &p->timer);
	/* What has come while we were kept from looking is no silence. */
	pingpair_read(pingpair_side(&t->pings, p->config.remote.family));
	if (has(t, p))
		judge_round(p);
	if (has(t, p))
		ask(p);
}

/* ---- birth and end ---- */

struct echopeer_table *
echopeer_table_new(struct loop *l)
{
	struct echopeer_table *t = mem_zalloc(1, sizeof(*t));

	t->loop = l;
	rand_seed(&t->rand);
	t->ident = (uint16_t)rand_u64(&t->rand);
	pingpair_init(&t->pings, l, on_heard, t);
	list_init(&t->peers);
	return t;
}

void
echopeer_table_free(struct echopeer_table **pt)
{
	struct echopeer_table *t = *pt;

	*pt = NULL;
	if (t == NULL)
		return;
	assert(list_empty(&t->peers));
	pingpair_fini(&t->pings);
	free(t);
}

struct echopeer *
echopeer_new(struct echopeer_table *t, const struct echopeer_config *c)
{
	struct echopeer *p = mem_zalloc(1, sizeof(*p));

	assert(c->local.family == c->remote.family && c->interval_ms > 0 &&
	    c->multiplier > 0);
	p->magic = ECHOPEER_MAGIC;
	p->table = t;
	p->config = *c;
	loop_timer_init(&p->timer, t->loop, on_time, p);
	list_init(&p->node);
	list_append(&t->peers, &p->node);
	loop_timer_start(&p->timer, 0, c->interval_ms);
	return p;
}

void
echopeer_free(struct echopeer **pp)
{
	struct echopeer *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	OBJ_CHECK(p, ECHOPEER_MAGIC);
	loop_timer_stop(&p->timer);
	list_remove(&p->node);
	p->magic = 0;
	free(p);
}

void
echopeer_retime(struct echopeer *p, uint32_t interval_ms, uint8_t multiplier)
{
	p->config.interval_ms = interval_ms;
	p->config.multiplier = multiplier;
	loop_timer_start(&p->timer, interval_ms, interval_ms);
}

enum echopeer_verdict
echopeer_verdict(const struct echopeer *p)
{
	return p->verdict;
}

const struct echopeer_counts *
echopeer_counts(const struct echopeer *p)
{
	return &p->counts;
}
