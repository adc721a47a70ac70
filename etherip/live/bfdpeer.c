/* etherip/live/bfdpeer.c - see bfdpeer.h; sections are those of RFC 5880.
 * Layer: etherip/live.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/live/bfdpeer.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"

#define READS_MAX	64	/* packets in one turn of the loop */

/* A local address, and who hears there. */
struct ear {
	struct list	 node;
	struct bfdpeer_table *table;
	struct addr	 local;
	bool		 far;
	unsigned	 users;		/* sessions */
	int		 fd;
	struct loop_io	*io;
};

struct bfdpeer_table {
	struct loop	*loop;
	struct list	 ears, peers;
	struct rand	 rand;		/* for discriminators */
	struct bfdpeer_strays strays;
};

struct bfdpeer {
	unsigned	 magic;
#define BFDPEER_MAGIC	0xbfd09ee1u
	struct list	 node;
	struct bfdpeer_table *table;
	struct bfdpeer_config config;
	struct bfdpeer_counts counts;
	struct bfdsession session;
	struct ear	*ear;
	struct loop_timer timer;
	int		 fd;		/* to send by; -1: none at the moment */
};

/* ---- who it is ---- */

static struct bfdpeer *
find_mine(struct bfdpeer_table *t, uint32_t mine)
{
	LIST_EACH(&t->peers, it) {
		struct bfdpeer *p = OBJ_OF(it, struct bfdpeer, node);

		if (p->session.mine == mine)
			return p;
	}
	return NULL;
}

static bool
is_between(const struct bfdpeer *p, const struct ear *ear,
    const struct addr *from)
{
	return p->ear == ear && addr_equal(&p->config.ends.remote, from);
}

/* 6.8.6: by our discriminator, or, before the other end knows it, by where it is from;
 * which must be right in either case, as the discriminator is no secret. */
static struct bfdpeer *
find_session(const struct ear *ear, const struct bfdport_packet *raw,
    const struct bfdpacket *packet)
{
	LIST_EACH(&ear->table->peers, it) {
		struct bfdpeer *p = OBJ_OF(it, struct bfdpeer, node);

		if (is_between(p, ear, &raw->from) && (packet->yours == 0 ||
		    packet->yours == p->session.mine))
			return p;
	}
	return NULL;
}

/* ---- out ---- */

static void
transmit(struct bfdpeer *p, bool final)
{
	uint8_t octets[BFDPACKET_OCTETS];
	struct bfdpacket packet;
	int rc;

	bfdsession_fill(&p->session, final, &packet);
	bfdpacket_write(&packet, octets);
	if (p->fd == -1)
		p->fd = bfdport_open(&p->config.ends);
	rc = p->fd == -1 ? errno :
	    bfdport_send(p->fd, octets, sizeof(octets),
	    bfdport_padding(p->fd, &p->config.ends, sizeof(octets)));
	p->counts.sys_errno = rc;
	if (rc == 0) {
		p->counts.sent++;
		return;
	}
	/* The next goes by a new socket: our address may be there again. */
	p->counts.unsent++;
	if (p->fd != -1)
		(void)close(p->fd);
	p->fd = -1;
}

/* Does what a call of bfdsession.h asks for; p may be gone afterwards. */
static void
act(struct bfdpeer *p, unsigned what)
{
	mono_ns due;

	if ((what & BFDSESSION_FINAL) != 0)
		transmit(p, true);
	if ((what & BFDSESSION_SEND) != 0)
		transmit(p, false);
	due = bfdsession_due(&p->session);
	if (due == UINT64_MAX)
		loop_timer_stop(&p->timer);
	else
		loop_timer_start_at(&p->timer, due);
	if ((what & BFDSESSION_STATE) != 0)
		p->config.changed(p->config.arg, p);
}

/* ---- in ---- */

static void
leave_ear(struct ear **pear)
{
	struct ear *ear = *pear;

	*pear = NULL;
	if (--ear->users > 0)
		return;
	loop_io_stop(&ear->io);
	(void)close(ear->fd);
	list_remove(&ear->node);
	free(ear);
}

/* Section 5 of RFC 5881: nobody who is further away can make TTL 255 arrive. */
static bool
may_come(struct bfdpeer *p, const struct bfdport_packet *raw)
{
	const struct bfdport_ends *ends = &p->config.ends;
	int least = ends->far ? p->config.min_ttl : BFDPORT_TTL;

	if (raw->ttl < least) {
		p->counts.wrong_ttl++;
		return false;
	}
	if (ends->device[0] != '\0' &&
	    if_nametoindex(ends->device) != raw->device) {
		p->counts.wrong_device++;
		return false;
	}
	return true;
}

static void
take(const struct ear *ear, const struct bfdport_packet *raw)
{
	struct bfdpeer_table *t = ear->table;
	struct bfdpacket packet;
	struct bfdpeer *p;

	if (bfdpacket_read(&packet, raw->octets, raw->len) != BFDPACKET_GOOD) {
		t->strays.malformed++;
		return;
	}
	p = find_session(ear, raw, &packet);
	if (p == NULL) {
		t->strays.unknown++;
		return;
	}
	if (!may_come(p, raw))
		return;
	p->counts.received++;
	act(p, bfdsession_take(&p->session, &packet, loop_now_ns(t->loop)));
}

static void
on_readable(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct ear *ear = arg;
	struct bfdport_packet raw;

	(void)io;
	(void)events;
	/* Whoever is told of a change may end the last session here. */
	ear->users++;
	for (int i = 0; i < READS_MAX && bfdport_receive(fd, &raw); i++)
		take(ear, &raw);
	leave_ear(&ear);
}

/* ---- time ---- */

/* What has come while we were kept from looking counts: a pause of ours is no silence of
 * the other end's. */
static void
on_time(struct loop_timer *timer, void *arg)
{
	struct bfdpeer *p = arg;
	struct bfdpeer_table *t = p->table;
	uint32_t mine = p->session.mine;

	OBJ_CHECK(p, BFDPEER_MAGIC);
	assert(timer == &p->timer);
	on_readable(p->ear->io, p->ear->fd, LOOP_READ, p->ear);
	p = find_mine(t, mine);
	if (p != NULL)
		act(p, bfdsession_tick(&p->session, loop_now_ns(t->loop)));
}

/* ---- birth and end ---- */

struct bfdpeer_table *
bfdpeer_table_new(struct loop *l)
{
	struct bfdpeer_table *t = mem_zalloc(1, sizeof(*t));

	t->loop = l;
	list_init(&t->ears);
	list_init(&t->peers);
	rand_seed(&t->rand);
	return t;
}

void
bfdpeer_table_free(struct bfdpeer_table **pt)
{
	struct bfdpeer_table *t = *pt;

	*pt = NULL;
	if (t == NULL)
		return;
	assert(list_empty(&t->peers) && list_empty(&t->ears));
	free(t);
}

const struct bfdpeer_strays *
bfdpeer_strays(const struct bfdpeer_table *t)
{
	return &t->strays;
}

static struct ear *
find_ear(struct bfdpeer_table *t, const struct addr *local, bool far)
{
	LIST_EACH(&t->ears, it) {
		struct ear *ear = OBJ_OF(it, struct ear, node);

		if (ear->far == far && addr_equal(&ear->local, local))
			return ear;
	}
	return NULL;
}

static struct ear *
open_ear(struct bfdpeer_table *t, const struct bfdport_ends *ends,
    struct err *e)
{
	struct ear *ear = find_ear(t, &ends->local, ends->far);
	struct loop_io *io;
	int fd;

	if (ear != NULL)
		return ear;
	fd = bfdport_listen(&ends->local, ends->far, e);
	if (fd < 0)
		return NULL;
	ear = mem_zalloc(1, sizeof(*ear));
	io = loop_io_start(t->loop, fd, LOOP_READ, on_readable, ear);
	if (io == NULL) {
		(void)err_sys(e, errno, "BFD: cannot watch a socket");
		(void)close(fd);
		free(ear);
		return NULL;
	}
	*ear = (struct ear){ .table = t, .local = ends->local,
	    .far = ends->far, .fd = fd, .io = io };
	list_init(&ear->node);
	list_append(&t->ears, &ear->node);
	return ear;
}

static bool
is_taken(struct bfdpeer_table *t, const struct bfdport_ends *ends)
{
	const struct ear *ear = find_ear(t, &ends->local, ends->far);

	if (ear == NULL)
		return false;
	LIST_EACH(&t->peers, it)
		if (is_between(OBJ_OF(it, struct bfdpeer, node), ear,
		    &ends->remote))
			return true;
	return false;
}

/* Section 6.3: not 0, and no other's; at random, so that packets for an earlier process's
 * session are none of ours. */
static uint32_t
draw_discriminator(struct bfdpeer_table *t)
{
	uint32_t mine;

	do
		mine = (uint32_t)rand_u64(&t->rand);
	while (mine == 0 || find_mine(t, mine) != NULL);
	return mine;
}

struct bfdpeer *
bfdpeer_new(struct bfdpeer_table *t, const struct bfdpeer_config *c,
    struct err *e)
{
	char text[ADDR_TEXT_MAX];
	struct bfdpeer *p;
	struct ear *ear;

	assert(c->ends.local.family == c->ends.remote.family);
	if (is_taken(t, &c->ends)) {
		(void)err_set(e, ERR_EXISTS, "BFD: there is a session with %s",
		    addr_format(&c->ends.remote, text));
		return NULL;
	}
	ear = open_ear(t, &c->ends, e);
	if (ear == NULL)
		return NULL;
	ear->users++;
	p = mem_zalloc(1, sizeof(*p));
	p->magic = BFDPEER_MAGIC;
	p->table = t;
	p->config = *c;
	p->ear = ear;
	p->fd = -1;
	loop_timer_init(&p->timer, t->loop, on_time, p);
	bfdsession_init(&p->session, &c->times, draw_discriminator(t),
	    loop_now_ns(t->loop));
	list_init(&p->node);
	list_append(&t->peers, &p->node);
	if (c->passive)
		(void)bfdsession_admin(&p->session, true,
		    loop_now_ns(t->loop));
	loop_timer_start_at(&p->timer, bfdsession_due(&p->session));
	return p;
}

void
bfdpeer_free(struct bfdpeer **pp)
{
	struct bfdpeer *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	OBJ_CHECK(p, BFDPEER_MAGIC);
	loop_timer_stop(&p->timer);
	list_remove(&p->node);
	leave_ear(&p->ear);
	if (p->fd != -1)
		(void)close(p->fd);
	p->magic = 0;
	free(p);
}

void
bfdpeer_retime(struct bfdpeer *p, const struct bfdsession_times *t)
{
	p->config.times = *t;
	bfdsession_retime(&p->session, t, loop_now_ns(p->table->loop));
	act(p, 0);
}

void
bfdpeer_pad(struct bfdpeer *p, bool padded, uint32_t datagram)
{
	p->config.ends.padded = padded;
	p->config.ends.datagram = datagram;
	/* The next one goes by a socket that is made so. */
	if (p->fd != -1)
		(void)close(p->fd);
	p->fd = -1;
}

void
bfdpeer_admin(struct bfdpeer *p, bool down)
{
	act(p, bfdsession_admin(&p->session, down,
	    loop_now_ns(p->table->loop)));
}

const struct bfdsession *
bfdpeer_session(const struct bfdpeer *p)
{
	return &p->session;
}

const struct bfdpeer_counts *
bfdpeer_counts(const struct bfdpeer *p)
{
	return &p->counts;
}
