/* etherip/path/pathin.c - see pathin.h.
 *
 * A raw IPv4 socket gives the IP head as well, an IPv6 one only what follows it and, beside,
 * class and hops; both tell the interface. Each datagram has room for the longest there is, of
 * which only what comes is ever touched; the rooms are no power of two apart, or their beginnings
 * would share a few lines of the cache. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/pathin.h"

#include <linux/virtio_net.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/wire/be16.h"
#include "etherip/bridge/translucent.h"
#include "etherip/frame/etheriphead.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/joinframe.h"
#include "etherip/frame/mssclamp.h"
#include "etherip/frame/outertos.h"
#include "etherip/path/pathgate.h"
#include "etherip/path/pathlane.h"
#include "etherip/path/pathnote.h"
#include "etherip/path/pathrule.h"

#define DATAGRAM_MAX	65536u
#define HEADROOM	16u	/* for a virtio_net_hdr before the frame */
#define STRIDE		(HEADROOM + DATAGRAM_MAX + 33u * 64u)
#define PAUSE_MS	100	/* while the socket gives nothing but errors */

struct control {
	_Alignas(struct cmsghdr) uint8_t octets[
	    2 * CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

struct pathin {
	struct pathlane	*lane;
	struct worker	*worker;
	const struct pathrule *rule;
	struct pathgate	 gate;
	struct joinframe join;
	struct mmsghdr	 message[PATHLANE_BATCH];
	struct iovec	 room[PATHLANE_BATCH];
	struct sockaddr_storage from[PATHLANE_BATCH];
	struct control	 control[PATHLANE_BATCH];
	struct iovec	 part[JOINFRAME_FRAMES + 1];
	_Alignas(64) uint8_t octets[PATHLANE_BATCH][STRIDE];
};

_Static_assert(JOINFRAME_FRAMES >= PATHLANE_BATCH, "a batch is joined at once");

/* A datagram, as it came. */
struct arrived {
	uint8_t	*octets;	/* EtherIP's head and what follows */
	size_t	 len;
	uint8_t	 tos, ttl;
	bool	 known;		/* from the tunnel's other end */
	uint32_t by;		/* interface; 0: not told */
};

size_t
pathin_room(void)
{
	return sizeof(struct pathin);
}

static void
drop(struct pathin *p, enum pathdrop why, uint64_t frames)
{
	assert(why < PATHDROPS);
	pathcount_add(&p->lane->count->drop[why], frames);
}

/* ---- what a datagram is ---- */

/* The outer head is checked by the kernel; only its length and its octets matter here. */
static bool
read_ipv4(struct arrived *a, const struct addr *remote)
{
	size_t head = (size_t)(a->octets[0] & 0xf) * 4, whole;

	if (a->len < 20 || a->octets[0] >> 4 != 4 || head < 20)
		return false;
	whole = be16_get(a->octets + 2);
	if (whole > a->len || whole < head)
		return false;
	a->tos = a->octets[1];
	a->ttl = a->octets[8];
	a->known = memcmp(a->octets + 12, remote->octets, 4) == 0;
	a->octets += head;
	a->len = whole - head;
	return true;
}

static bool
is_control(const struct cmsghdr *c, int level, int type, size_t len)
{
	return c->cmsg_level == level && c->cmsg_type == type &&
	    c->cmsg_len >= CMSG_LEN(len);
}

static void
read_control(struct arrived *a, struct msghdr *m)
{
	struct in6_pktinfo six;
	struct in_pktinfo four;
	int value;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL;
	    c = CMSG_NXTHDR(m, c)) {
		if (is_control(c, IPPROTO_IP, IP_PKTINFO, sizeof(four))) {
			memcpy(&four, CMSG_DATA(c), sizeof(four));
			a->by = (uint32_t)four.ipi_ifindex;
		} else if (is_control(c, IPPROTO_IPV6, IPV6_PKTINFO,
		    sizeof(six))) {
			memcpy(&six, CMSG_DATA(c), sizeof(six));
			a->by = six.ipi6_ifindex;
		} else if (is_control(c, IPPROTO_IPV6, IPV6_TCLASS,
		    sizeof(value))) {
			memcpy(&value, CMSG_DATA(c), sizeof(value));
			a->tos = (uint8_t)value;
		} else if (is_control(c, IPPROTO_IPV6, IPV6_HOPLIMIT,
		    sizeof(value))) {
			memcpy(&value, CMSG_DATA(c), sizeof(value));
			a->ttl = (uint8_t)value;
		}
	}
}

static bool
read_ipv6(struct arrived *a, struct msghdr *m, const struct addr *remote)
{
	struct sockaddr_in6 from;

	memcpy(&from, m->msg_name, sizeof(from));
	a->known = m->msg_namelen >= sizeof(from) &&
	    memcmp(&from.sin6_addr, remote->octets, 16) == 0;
	return true;
}

static enum pathdrop
check_head(const struct pathin *p, const struct arrived *a)
{
	switch (etheriphead_read(a->octets, a->len)) {
	case ETHERIPHEAD_GOOD:
		return PATHDROP_NONE;
	case ETHERIPHEAD_REVERSED:
		return p->rule->accept_reversed ? PATHDROP_NONE :
		    PATHDROP_REVERSED;
	case ETHERIPHEAD_VERSION:
		return PATHDROP_VERSION;
	case ETHERIPHEAD_RESERVED:
		return PATHDROP_RESERVED;
	case ETHERIPHEAD_SHORT:
		return PATHDROP_SHORT;
	}
	return PATHDROP_SHORT;
}

static enum pathdrop
check(struct pathin *p, struct arrived *a, struct msghdr *m)
{
	read_control(a, m);
	if (!(p->lane->v6 ? read_ipv6(a, m, &p->rule->remote) :
	    read_ipv4(a, &p->rule->remote)))
		return PATHDROP_SHORT;
	if (!a->known)
		return PATHDROP_SPOOFED;
	if (p->rule->check_interface &&
	    !wanroute_has(&p->rule->route, a->by))
		return PATHDROP_INTERFACE;
	if (a->ttl < p->rule->min_ttl)
		return PATHDROP_TTL;
	return check_head(p, a);
}

/* ---- where it goes ---- */

/* One frame into a tunnel. */
static void
send_one(struct pathin *p, int wan, uint8_t *octets, size_t len)
{
	uint8_t head[ETHERIPHEAD_OCTETS];
	struct iovec part[2] = { { head, sizeof(head) }, { octets, len } };
	const struct msghdr m = { .msg_iov = part, .msg_iovlen = 2 };

	etheriphead_write(head);
	if (sendmsg(wan, &m, MSG_DONTWAIT) == -1)
		drop(p, errno == EMSGSIZE ? PATHDROP_OVERSIZE : PATHDROP_WAN, 1);
}

/* Through other tunnels, as it came. */
static void
pass_on(struct pathin *p, uint64_t to, uint8_t *octets, size_t len)
{
	for (unsigned i = 1; i < FDB_MEMBERS_MAX; i++)
		if ((to >> i & 1) != 0 && p->rule->wan_of[i] != -1)
			send_one(p, p->rule->wan_of[i], octets, len);
}

/* The frame, and room for a virtio_net_hdr before it, which says nothing of it. */
static bool
is_held(struct pathin *p, const struct ethframe *f, uint8_t *frame, size_t len)
{
	const size_t head = sizeof(struct virtio_net_hdr);

	if (p->rule->held_count == 0)
		return false;
	/* EtherIP's head, and IP's or what was left free: it is read already. */
	memset(frame - head, 0, head);
	return pathgate_hold(&p->gate, f, p->rule->member, frame - head,
	    head + len);
}

static enum pathdrop
judge_opaque(struct pathin *p, struct ethframe *f, uint8_t *frame, size_t len,
    uint64_t *to)
{
	const struct opaque_frame x = { .from = p->rule->member, .head = f,
	    .octets = frame, .len = len, .now_s = p->gate.now_s };
	struct pathgate_answer a;
	enum pathdrop why;

	pathgate_snoop(&p->gate, f, x.from, frame, len);
	why = pathgate_opaque(&p->gate, &x, to, &a);
	if (why == PATHDROP_NONE)
		(void)ethframe_read(f, frame, len);
	if (a.len > 0)
		send_one(p, p->lane->wan, a.octets, a.len);
	return why;
}

static enum pathdrop
judge(struct pathin *p, struct ethframe *f, uint8_t *frame, size_t len,
    uint64_t *to)
{
	enum pathdrop why;

	if (p->rule->is_opaque)
		return judge_opaque(p, f, frame, len, to);
	why = pathgate_inward(&p->gate, f, len, to);
	if (why == PATHDROP_NONE)
		pathgate_snoop(&p->gate, f, p->rule->member, frame, len);
	return why;
}

static enum pathdrop
deliver(struct pathin *p, const struct arrived *a)
{
	uint8_t *frame = a->octets + ETHERIPHEAD_OCTETS;
	size_t len = a->len - ETHERIPHEAD_OCTETS;
	struct ethframe f;
	enum pathdrop why;
	uint64_t to;

	if (!ethframe_read(&f, frame, len))
		return PATHDROP_MALFORMED;
	if (!outertos_merge(a->tos, &f, frame, len))
		return PATHDROP_CONGESTED;
	why = judge(p, &f, frame, len, &to);
	if (why != PATHDROP_NONE)
		return why;
	if (is_held(p, &f, frame, len))
		return PATHDROP_NONE;
	if (p->rule->group.mode == FORWARD_TRANSLUCENT)
		translucent_turn(&f, frame, len);
	if (p->rule->clamp != 0 && mssclamp(&f, frame, len, p->rule->clamp))
		pathcount_add(&p->lane->count->clamped, 1);
	if (to >> 1 != 0)
		pass_on(p, to, frame, len);
	if ((to & 1) != 0)
		joinframe_add(&p->join, &f, frame, len);
	return PATHDROP_NONE;
}

/* ---- to the TAP ---- */

static void
write_group(struct pathin *p, const struct joingroup *g)
{
	const struct joinpiece *piece = &p->join.piece[g->first];
	struct virtio_net_hdr h;
	int n = 2;

	joinframe_close(&p->join, g, &h);
	p->part[0] = (struct iovec){ &h, sizeof(h) };
	p->part[1] = (struct iovec){ piece->octets, piece->len };
	while (piece->next != JOINFRAME_NONE) {
		piece = &p->join.piece[piece->next];
		p->part[n++] = (struct iovec){ piece->octets + piece->body,
		    piece->len - piece->body };
	}
	if (writev(p->lane->tap, p->part, n) == -1)
		drop(p, PATHDROP_LAN, g->count);
	else if (g->count > 1)
		pathcount_add(&p->lane->count->merged, g->count);
}

/* ---- the thread ---- */

static void
set_rooms(struct pathin *p)
{
	for (unsigned i = 0; i < PATHLANE_BATCH; i++) {
		struct msghdr *m = &p->message[i].msg_hdr;

		p->room[i] = (struct iovec){ p->octets[i] + HEADROOM,
		    DATAGRAM_MAX };
		m->msg_iov = &p->room[i];
		m->msg_iovlen = 1;
		m->msg_name = &p->from[i];
		m->msg_control = &p->control[i];
	}
}

/* The room beside the octets, as the kernel is to find it; IPv4's address is in its head. */
static void
renew(struct pathin *p, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct msghdr *m = &p->message[i].msg_hdr;

		m->msg_namelen = p->lane->v6 ? sizeof(p->from[i]) : 0;
		m->msg_controllen = sizeof(p->control[i]);
	}
}

static void
take(struct pathin *p, unsigned count)
{
	uint64_t frames = 0, octets = 0;

	joinframe_init(&p->join);
	for (unsigned i = 0; i < count; i++) {
		struct arrived a = { .octets = p->octets[i] + HEADROOM,
		    .len = p->message[i].msg_len };
		enum pathdrop why = check(p, &a, &p->message[i].msg_hdr);

		if (why == PATHDROP_NONE)
			why = deliver(p, &a);
		if (why != PATHDROP_NONE) {
			drop(p, why, 1);
			continue;
		}
		frames++;
		octets += a.len - ETHERIPHEAD_OCTETS;
	}
	pathcount_add(&p->lane->count->frames, frames);
	pathcount_add(&p->lane->count->octets, octets);
	for (unsigned i = 0; i < p->join.groups; i++)
		write_group(p, &p->join.group[i]);
}

static void
batch(struct pathin *p)
{
	int n = recvmmsg(p->lane->wan, p->message, PATHLANE_BATCH, MSG_DONTWAIT,
	    NULL), error = n == -1 ? errno : 0;

	if (n > 0) {
		p->rule = RCU_GET(*p->lane->rule);
		pathgate_begin(&p->gate, p->rule, clock_mono(&clock_system));
		take(p, (unsigned)n);
		renew(p, (unsigned)n);
		pathnote_ring(p->lane->notes);
		p->rule = NULL;
	}
	rcu_quiescent();
	/* Errors are ICMP's word on what was sent; the other thread hears of it, too. */
	if (error == EAGAIN || error == EINTR || error == 0) {
		if (n < (int)PATHLANE_BATCH)
			pathlane_wait(p->worker, p->lane->wan, POLLIN, -1);
	} else if (error != ECONNREFUSED && error != EHOSTUNREACH &&
	    error != EPROTO && error != EMSGSIZE) {
		pathlane_wait(p->worker, -1, 0, PAUSE_MS);
	}
}

void
pathin_run(struct worker *w, void *arg)
{
	struct pathlane *lane = arg;
	struct pathin *p = lane->room;

	p->lane = lane;
	p->worker = w;
	pathgate_init(&p->gate, lane->notes, lane->count);
	set_rooms(p);
	renew(p, PATHLANE_BATCH);
	while (!worker_stopping(w))
		batch(p);
}
