/* etherip/path/pathout.c - see pathout.h.
 *
 * Frames are read one behind the other into one arena, each with its virtio_net_hdr, and stay
 * where they are: what is sent is a list of their parts, EtherIP's head and those of pieces
 * beside. When the arena or the batch is full, or nothing more is there, the batch goes.
 * Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/pathout.h"

#include <linux/virtio_net.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/obj.h"
#include "core/base/rand.h"
#include "etherip/bridge/translucent.h"
#include "etherip/frame/cutframe.h"
#include "etherip/frame/etheriphead.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/mssclamp.h"
#include "etherip/frame/outertos.h"
#include "etherip/frame/toobig.h"
#include "etherip/path/outercut.h"
#include "etherip/path/pathgate.h"
#include "etherip/path/pathlane.h"
#include "etherip/path/pathnote.h"
#include "etherip/path/pathrule.h"
#include "etherip/path/tapdev.h"

#define VHEAD		sizeof(struct virtio_net_hdr)
#define FRAME_ROOM	(TAPDEV_FRAME_MAX + VHEAD + 6)	/* keeps frames at multiples of 4 */
#define ARENA		(4 * FRAME_ROOM)
#define PATIENCE_MS	20	/* for the WAN's queue; then the batch is dropped */
#define PAUSE_MS	100	/* while the TAP is down */
#define TELL_S		100	/* senders that are told of sizes, a second */

struct head {
	uint8_t	octets[ETHERIPHEAD_OCTETS + CUTFRAME_HEAD_MAX];
};

/* Room for one control message of an int. */
struct control {
	_Alignas(struct cmsghdr) uint8_t octets[CMSG_SPACE(sizeof(int))];
};

struct pathout {
	struct pathlane	*lane;
	struct worker	*worker;
	const struct pathrule *rule;
	struct pathgate	 gate;
	struct storm	 tell;
	size_t		 used;		/* of the arena */
	unsigned	 count;		/* of the batch */
	uint32_t	 id;		/* of the latest datagram that was cut here */
	bool		 broken;	/* the TAP gives nothing */
	struct mmsghdr	 message[PATHLANE_BATCH];
	struct iovec	 part[PATHLANE_BATCH][2];
	struct control	 control[PATHLANE_BATCH];
	struct head	 head[PATHLANE_BATCH];
	_Alignas(64) uint8_t arena[ARENA];
};

size_t
pathout_room(void)
{
	return sizeof(struct pathout);
}

static void
drop(struct pathout *o, enum pathdrop why, uint64_t frames)
{
	assert(why < PATHDROPS);
	pathcount_add(&o->lane->count->drop[why], frames);
}

/* ---- sending ---- */

static enum pathdrop
drop_of(int error)
{
	switch (error) {
	case EMSGSIZE:
		return PATHDROP_OVERSIZE;
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENETDOWN:
	case EHOSTDOWN:
	case EINVAL:		/* its source address is gone */
		return PATHDROP_NO_NEIGHBOUR;
	default:
		return PATHDROP_WAN;
	}
}

static void
take_rule(struct pathout *o)
{
	o->rule = RCU_GET(*o->lane->rule);
	pathgate_begin(&o->gate, o->rule, clock_mono(&clock_system));
}

/* The next message was refused. How many of them are given up. */
static unsigned
refused(struct pathout *o, int error, unsigned left, bool *waited)
{
	const struct pathnote mtu = { .kind = PATHNOTE_MTU,
	    .member = o->rule->member, .was = FDB_NONE };

	/* ICMP's word on an earlier datagram. */
	if (error == EINTR || error == ECONNREFUSED || error == EPROTO)
		return 0;
	if (error == EAGAIN && !*waited) {
		*waited = true;
		pathlane_wait(o->worker, o->lane->wan, POLLOUT, PATIENCE_MS);
		take_rule(o);
		return 0;
	}
	if (error == EMSGSIZE)
		(void)pathnote_put(o->lane->notes, &mtu, NULL);
	drop(o, drop_of(error), error == EAGAIN ? left : 1);
	return error == EAGAIN ? left : 1;
}

static uint64_t
octets_of(const struct mmsghdr *m)
{
	size_t sum = 0;

	for (size_t i = 0; i < m->msg_hdr.msg_iovlen; i++)
		sum += m->msg_hdr.msg_iov[i].iov_len;
	return sum - ETHERIPHEAD_OCTETS;
}

static void
count_sent(struct pathout *o, unsigned from, unsigned n)
{
	uint64_t octets = 0;

	for (unsigned i = from; i < from + n; i++)
		octets += octets_of(&o->message[i]);
	pathcount_add(&o->lane->count->frames, n);
	pathcount_add(&o->lane->count->octets, octets);
}

/* The batch goes, and what it was made of is free again. After a wait it is another rule's
 * time; what the old one said is in the messages. */
static void
flush(struct pathout *o)
{
	unsigned at = 0, errors = 0;
	bool waited = false;

	while (at < o->count) {
		int n = sendmmsg(o->lane->wan, o->message + at, o->count - at,
		    MSG_DONTWAIT);

		if (n > 0) {
			count_sent(o, at, (unsigned)n);
			at += (unsigned)n;
			continue;
		}
		at += refused(o, errors++ < PATHLANE_BATCH ? errno : EAGAIN,
		    o->count - at, &waited);
	}
	o->count = 0;
}

/* ---- one message ---- */

static void
set_tos(struct pathout *o, struct msghdr *m, uint8_t tos)
{
	struct cmsghdr *c;
	int value = tos;

	if (tos == 0) {
		m->msg_control = NULL;
		m->msg_controllen = 0;
		return;
	}
	m->msg_control = &o->control[o->count];
	m->msg_controllen = sizeof(o->control[o->count]);
	c = CMSG_FIRSTHDR(m);
	c->cmsg_level = o->lane->v6 ? IPPROTO_IPV6 : IPPROTO_IP;
	c->cmsg_type = o->lane->v6 ? IPV6_TCLASS : IP_TOS;
	c->cmsg_len = CMSG_LEN(sizeof(value));
	memcpy(CMSG_DATA(c), &value, sizeof(value));
}

static uint8_t
tos_for(const struct pathout *o, const struct ethframe *f, const uint8_t *octets,
    size_t len)
{
	uint8_t inner = outertos_read(f, octets, len);

	if (o->rule->tos == VGROUP_TOS_PRESERVE)
		return inner;
	return (uint8_t)((o->rule->tos & ~OUTERTOS_ECN) |
	    (inner & OUTERTOS_ECN));
}

/* Adds a piece; the frame that it is of stays in the arena until the batch has gone. */
static void
add_piece(struct pathout *o, const struct cutpiece *p, uint8_t tos)
{
	struct msghdr *m = &o->message[o->count].msg_hdr;
	struct iovec *part = o->part[o->count];
	uint8_t *head = o->head[o->count].octets;

	etheriphead_write(head);
	part[0] = (struct iovec){ head, ETHERIPHEAD_OCTETS + p->head_len };
	part[1] = (struct iovec){ (uint8_t *)(uintptr_t)p->body, p->body_len };
	m->msg_iov = part;
	m->msg_iovlen = 2;
	set_tos(o, m, tos);
	o->count++;
}

/* In fragments, behind those that came before it. */
static void
send_cut(struct pathout *o, const struct cutpiece *p, uint8_t tos)
{
	uint8_t *head = o->head[o->count].octets;
	struct outercut c = { .local = o->rule->local,
	    .remote = o->rule->remote, .tos = tos,
	    .limit = o->rule->cut_at, .part = {
	    { head, ETHERIPHEAD_OCTETS + p->head_len },
	    { (uint8_t *)(uintptr_t)p->body, p->body_len } } };
	int error;

	etheriphead_write(head);
	flush(o);
	/* Over IPv4 it has 16 bits, and 0 is none (raw(7)). */
	if ((++o->id & UINT16_MAX) == 0)
		o->id++;
	c.id = o->id;
	error = outercut_send(o->lane->heads, &c);
	if (error != 0) {
		drop(o, drop_of(error), 1);
		return;
	}
	pathcount_add(&o->lane->count->frames, 1);
	pathcount_add(&o->lane->count->octets, p->head_len + p->body_len);
}

/* Is it longer than mtu says, though the way would take it? */
static bool
is_cut(const struct pathout *o, const struct cutpiece *p)
{
	return o->rule->cut_at != 0 && o->lane->heads != -1 &&
	    (o->lane->v6 ? 40u : 20u) + ETHERIPHEAD_OCTETS + p->head_len +
	    p->body_len > o->rule->cut_at;
}

static void
add_frame(struct pathout *o, struct cutframe *c, uint8_t tos)
{
	struct cutpiece p;

	while (cutframe_next(c, o->head[o->count].octets + ETHERIPHEAD_OCTETS,
	    &p)) {
		if (is_cut(o, &p)) {
			send_cut(o, &p, tos);
			continue;
		}
		add_piece(o, &p, tos);
		if (o->count == PATHLANE_BATCH)
			flush(o);
	}
}

/* ---- one frame ---- */

/* The longest IP packet that one datagram takes, of frames with these tags; 0: not known. */
static uint16_t
limit_for(const struct pathrule *r, const struct ethframe *f)
{
	unsigned tags = f->payload - ETHFRAME_HEAD;

	return r->mtu > tags ? (uint16_t)(r->mtu - tags) : 0;
}

static void
tell(struct pathout *o, const struct ethframe *f, const uint8_t *octets,
    size_t len)
{
	uint8_t answer[VHEAD + TOOBIG_FRAME] = { 0 };
	size_t n = toobig_make(answer + VHEAD, f, octets, len,
	    limit_for(o->rule, f));

	if (n != 0 && storm_admit(&o->tell, n, o->gate.now) &&
	    write(o->lane->tap, answer, VHEAD + n) != -1)
		pathcount_add(&o->lane->count->told, 1);
}

/* Does it fit, or may it be cut outside? If not, its sender may be told. */
static bool
fits(struct pathout *o, const struct cutframe *c, const struct ethframe *f)
{
	uint16_t limit = limit_for(o->rule, f);

	if (limit == 0 || o->rule->oversize == VGROUP_FRAGMENT ||
	    cutframe_packet(c) <= limit)
		return true;
	if (o->rule->oversize == VGROUP_DROP)
		return false;
	if (toobig_may_be_cut(f, c->octets, c->len))
		return true;
	tell(o, f, c->octets, c->len);
	return false;
}

static void
clamp(struct pathout *o, const struct ethframe *f, uint8_t *octets, size_t len)
{
	if (o->rule->clamp != 0 && mssclamp(f, octets, len, o->rule->clamp))
		pathcount_add(&o->lane->count->clamped, 1);
}

static enum pathdrop
judge_opaque(struct pathout *o, struct ethframe *f, uint8_t *frame, size_t len)
{
	const struct opaque_frame x = { .from = VGROUP_LAN, .head = f,
	    .octets = frame, .len = len, .now_s = o->gate.now_s };
	uint8_t answer[VHEAD + OPAQUE_ANSWER_MAX] = { 0 };
	struct pathgate_answer a;
	enum pathdrop why;
	uint64_t to;

	why = pathgate_opaque(&o->gate, &x, &to, &a);
	if (why == PATHDROP_NONE)
		(void)ethframe_read(f, frame, len);
	if (a.len == 0)
		return why;
	memcpy(answer + VHEAD, a.octets, a.len);
	(void)!write(o->lane->tap, answer, VHEAD + a.len);
	return why;
}

/* What the TAP gave: len octets of head and frame. */
static void
carry(struct pathout *o, uint8_t *octets, size_t len)
{
	struct virtio_net_hdr h;
	struct ethframe f;
	struct cutframe c;
	enum pathdrop why;
	uint8_t *frame = octets + VHEAD;
	size_t n = len - VHEAD;

	memcpy(&h, octets, sizeof(h));
	if (!ethframe_read(&f, frame, n)) {
		drop(o, PATHDROP_MALFORMED, 1);
		return;
	}
	why = o->rule->is_opaque ? judge_opaque(o, &f, frame, n) :
	    pathgate_outward(&o->gate, &f, n);
	if (why == PATHDROP_NONE && pathgate_hold(&o->gate, &f, VGROUP_LAN,
	    octets, len)) {
		pathgate_sent(&o->gate, &f, n, why);
		return;
	}
	if (why == PATHDROP_NONE) {
		clamp(o, &f, frame, n);
		if (!cutframe_start(&c, &h, &f, frame, n,
		    limit_for(o->rule, &f)))
			why = PATHDROP_MALFORMED;
		else if (!fits(o, &c, &f))
			why = PATHDROP_OVERSIZE;
	}
	pathgate_sent(&o->gate, &f, n, why);
	if (why != PATHDROP_NONE) {
		drop(o, why, 1);
		return;
	}
	if (c.kind != CUTFRAME_WHOLE)
		pathcount_add(&o->lane->count->cut, 1);
	if (o->rule->group.mode == FORWARD_TRANSLUCENT)
		translucent_turn(&f, frame, n);
	add_frame(o, &c, tos_for(o, &f, frame, n));
}

/* ---- the thread ---- */

/* Reads one frame to the end of the arena. False: there is none now. */
static bool
read_one(struct pathout *o)
{
	uint8_t *at = o->arena + o->used;
	ssize_t n = read(o->lane->tap, at, FRAME_ROOM);

	if (n == -1)
		o->broken = errno != EAGAIN && errno != EINTR;
	if (n < (ssize_t)(VHEAD + 1))
		return false;
	carry(o, at, (size_t)n);
	/* What has been sent already needs no room. */
	o->used = o->count == 0 ? 0 : (o->used + (size_t)n + 3) & ~(size_t)3;
	return true;
}

static void
batch(struct pathout *o)
{
	bool more = true;

	o->used = 0;
	o->broken = false;
	take_rule(o);
	for (unsigned i = 0; more && i < PATHLANE_BATCH &&
	    o->used + FRAME_ROOM <= ARENA; i++)
		more = read_one(o);
	if (o->count > 0)
		flush(o);
	pathnote_ring(o->lane->notes);
	o->rule = NULL;
	rcu_quiescent();
	/* An interface that is down has no frames, and says so at once. */
	if (o->broken)
		pathlane_wait(o->worker, -1, 0, PAUSE_MS);
	else if (!more)
		pathlane_wait(o->worker, o->lane->tap, POLLIN, -1);
}

void
pathout_run(struct worker *w, void *arg)
{
	struct pathlane *lane = arg;
	struct pathout *o = lane->room;
	struct rand start;

	o->lane = lane;
	o->worker = w;
	/* Nobody is to guess it (RFC 7739). */
	rand_seed(&start);
	o->id = (uint32_t)rand_u64(&start);
	pathgate_init(&o->gate, lane->notes, lane->count);
	storm_init(&o->tell, TELL_S, 0, clock_mono(&clock_system));
	while (!worker_stopping(w))
		batch(o);
}
