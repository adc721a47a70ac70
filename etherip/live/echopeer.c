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
#include "core/io/pingsock.h"
#include "core/wire/icmpecho.h"

#define READS_MAX	64	/* packets in one turn of the loop */
#define RECENT		4	/* echoes that may still come back; power of two */
#define OCTETS		32	/* of an echo */
#define RISE		2	/* in a row, to be up again */

struct side {
	struct echopeer_table *table;
	uint8_t		 family;
	bool		 raw;
	int		 fd;		/* -1: none yet */
	struct loop_io	*io;
};

struct echopeer_table {
	struct loop	*loop;
	struct rand	 rand;
	uint16_t	 ident;		/* of raw echoes */
	struct side	 v4, v6;
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
on_reply(const struct side *s, uint64_t token, const struct addr *from)
{
	LIST_EACH(&s->table->peers, it) {
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
on_readable(struct loop_io *io, int fd, unsigned events, void *arg)
{
	const struct side *s = arg;
	struct sockaddr_storage ss;
	struct icmpecho echo;
	uint8_t octets[2048];
	struct addr from;
	uint16_t port;

	(void)io;
	(void)events;
	for (int i = 0; i < READS_MAX; i++) {
		socklen_t len = sizeof(ss);
		ssize_t n = recvfrom(fd, octets, sizeof(octets), 0,
		    (struct sockaddr *)&ss, &len);

		/* An error that was queued is taken by the call. */
		if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
			continue;
		if (n < 0)
			return;
		addr_from_sockaddr((struct sockaddr *)&ss, &from, &port);
		if (icmpecho_read(octets, (size_t)n, s->family, s->raw &&
		    s->family == AF_INET, &echo) == ICMPECHO_REPLY &&
		    echo.token != 0 &&
		    (!s->raw || echo.ident == s->table->ident))
			on_reply(s, echo.token, &from);
	}
}

/* ---- out ---- */

static struct side *
side_of(struct echopeer *p)
{
	return p->config.remote.family == AF_INET ? &p->table->v4 :
	    &p->table->v6;
}

/* 0, or the errno. Asked anew by each echo while there is none. */
static int
open_side(struct side *s)
{
	if (s->fd != -1)
		return 0;
	s->fd = pingsock_open(s->family, &s->raw);
	if (s->fd == -1)
		return errno;
	s->io = loop_io_start(s->table->loop, s->fd, LOOP_READ, on_readable,
	    s);
	if (s->io != NULL)
		return 0;
	(void)close(s->fd);
	s->fd = -1;
	return errno;
}

union control {
	struct cmsghdr	head;
	uint8_t		octets[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

/* From our end of the tunnel: the way that its frames go. */
static void
set_source(struct msghdr *m, union control *u, const struct echopeer *p)
{
	const struct addr *local = &p->config.local;
	unsigned device = p->config.device[0] == '\0' ? 0 :
	    if_nametoindex(p->config.device);
	struct in_pktinfo in = { .ipi_ifindex = (int)device };
	struct in6_pktinfo in6 = { .ipi6_ifindex = device };
	bool v4 = local->family == AF_INET;
	size_t len = v4 ? sizeof(in) : sizeof(in6);

	memcpy(&in.ipi_spec_dst, local->octets, sizeof(in.ipi_spec_dst));
	memcpy(&in6.ipi6_addr, local->octets, sizeof(in6.ipi6_addr));
	u->head = (struct cmsghdr){
		.cmsg_level = v4 ? IPPROTO_IP : IPPROTO_IPV6,
		.cmsg_type = v4 ? IP_PKTINFO : IPV6_PKTINFO,
		.cmsg_len = CMSG_LEN(len) };
	memcpy(CMSG_DATA(&u->head), v4 ? (const void *)&in : &in6, len);
	m->msg_control = u;
	m->msg_controllen = CMSG_SPACE(len);
}

static int
transmit(struct echopeer *p, uint64_t token)
{
	struct echopeer_table *t = p->table;
	struct side *s = side_of(p);
	struct icmpecho echo = { .ident = t->ident,
	    .sequence = (uint16_t)p->round, .token = token };
	union control control = { 0 };
	uint8_t octets[OCTETS];
	struct sockaddr_storage to;
	struct iovec part = { octets, sizeof(octets) };
	struct msghdr m = { .msg_name = &to, .msg_iov = &part,
	    .msg_iovlen = 1 };
	int rc = open_side(s);

	if (rc != 0)
		return rc;
	icmpecho_write(octets, sizeof(octets), s->family, &echo);
	m.msg_namelen = addr_to_sockaddr(&p->config.remote, 0, &to);
	set_source(&m, &control, p);
	return sendmsg(s->fd, &m, MSG_NOSIGNAL) == -1 ? errno : 0;
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
	struct side *s = side_of(p);

	OBJ_CHECK(p, ECHOPEER_MAGIC);
	assert(timer == &p->timer);
	/* What has come while we were kept from looking is no silence. */
	if (s->fd != -1)
		on_readable(s->io, s->fd, LOOP_READ, s);
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
	t->v4 = (struct side){ .table = t, .family = AF_INET, .fd = -1 };
	t->v6 = (struct side){ .table = t, .family = AF_INET6, .fd = -1 };
	list_init(&t->peers);
	return t;
}

static void
close_side(struct side *s)
{
	loop_io_stop(&s->io);
	if (s->fd != -1)
		(void)close(s->fd);
	s->fd = -1;
}

void
echopeer_table_free(struct echopeer_table **pt)
{
	struct echopeer_table *t = *pt;

	*pt = NULL;
	if (t == NULL)
		return;
	assert(list_empty(&t->peers));
	close_side(&t->v4);
	close_side(&t->v6);
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
