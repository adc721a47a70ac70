/* gtmd/serve/udpbatch.c - one batch of datagrams; see udpbatch.h.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/serve/udpbatch.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/addr.h"
#include "core/base/mem.h"
#include "gtmd/count/stats.h"
#include "gtmd/query/answer.h"
#include "gtmd/query/question.h"
#include "gtmd/query/world.h"
#include "gtmd/serve/proxyheader.h"
#include "gtmd/serve/resolvers.h"

/* Buffers a page apart would put all headers into the same cache set: an odd
 * number of cache lines spreads them. */
#define STRIDE		(WORLD_UDP_MAX + 3 * 64)

_Static_assert(UDPBATCH_MAX <= RESOLVERS_STANDS_MAX,
    "one query can stand for its batch");

union peer {
	struct sockaddr		sa;
	struct sockaddr_in	in;
	struct sockaddr_in6	in6;
};

struct control {
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(
	    sizeof(struct in6_pktinfo))];
};

struct udpbatch {
	uint8_t		*buffers;
	bool		 pktinfo;
	unsigned	 received, replies;
	struct mmsghdr	 in[UDPBATCH_MAX], out[UDPBATCH_MAX];
	struct iovec	 in_iov[UDPBATCH_MAX], out_iov[UDPBATCH_MAX];
	union peer	 peers[UDPBATCH_MAX];
	union peer	 clients[UDPBATCH_MAX];	/* behind proxies */
	struct control	 controls[UDPBATCH_MAX];
	struct question	 questions[UDPBATCH_MAX];
};

/* What the kernel overwrites at each receive. */
static void
reset(struct udpbatch *b, unsigned i)
{
	struct msghdr *m = &b->in[i].msg_hdr;

	m->msg_namelen = sizeof(b->peers[i]);
	m->msg_controllen = b->pktinfo ? sizeof(b->controls[i]) : 0;
	m->msg_flags = 0;
}

struct udpbatch *
udpbatch_new(bool pktinfo)
{
	struct udpbatch *b = mem_zalloc(1, sizeof(*b));

	b->pktinfo = pktinfo;
	b->buffers = mem_zalloc(UDPBATCH_MAX, STRIDE);
	for (unsigned i = 0; i < UDPBATCH_MAX; i++) {
		struct msghdr *m = &b->in[i].msg_hdr;

		b->in_iov[i].iov_base = b->buffers + i * (size_t)STRIDE;
		b->in_iov[i].iov_len = WORLD_UDP_MAX;
		m->msg_name = &b->peers[i];
		m->msg_iov = &b->in_iov[i];
		m->msg_iovlen = 1;
		m->msg_control = pktinfo ? &b->controls[i] : NULL;
		reset(b, i);
		b->out[i].msg_hdr.msg_iov = &b->out_iov[i];
		b->out[i].msg_hdr.msg_iovlen = 1;
	}
	return b;
}

void
udpbatch_free(struct udpbatch **pb)
{
	struct udpbatch *b = *pb;

	*pb = NULL;
	if (b == NULL)
		return;
	free(b->buffers);
	free(b);
}

int
udpbatch_receive(struct udpbatch *b, int fd, unsigned max, bool wait)
{
	int n;

	assert(max > 0 && max <= UDPBATCH_MAX);
	for (unsigned i = 0; i < b->received; i++)
		reset(b, i);
	b->received = 0;
	n = recvmmsg(fd, b->in, max, wait ? MSG_WAITFORONE : MSG_DONTWAIT,
	    NULL);
	if (n > 0)
		b->received = (unsigned)n;
	else if (n < 0 && (errno == EAGAIN || errno == EINTR))
		n = 0;
	return n;
}

/* The control data that told where a query was sent to, as it says where the
 * reply comes from: the address stays, the choice of the interface is the
 * routing's but for link-local addresses. */
static void
turn_control(struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);

	if (c == NULL)
		return;
	if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
		struct in_pktinfo *p = (struct in_pktinfo *)CMSG_DATA(c);

		p->ipi_ifindex = 0;
	} else if (c->cmsg_level == IPPROTO_IPV6 &&
	    c->cmsg_type == IPV6_PKTINFO) {
		struct in6_pktinfo *p = (struct in6_pktinfo *)CMSG_DATA(c);

		if (!IN6_IS_ADDR_LINKLOCAL(&p->ipi6_addr))
			p->ipi6_ifindex = 0;
	}
}

static void
add_reply(struct udpbatch *b, unsigned i, size_t len)
{
	struct msghdr *from = &b->in[i].msg_hdr;
	struct msghdr *to = &b->out[b->replies].msg_hdr;

	if (b->pktinfo)
		turn_control(from);
	to->msg_name = from->msg_name;
	to->msg_namelen = from->msg_namelen;
	to->msg_control = from->msg_control;
	to->msg_controllen = from->msg_controllen;
	to->msg_iov->iov_base = from->msg_iov->iov_base;
	to->msg_iov->iov_len = len;
	b->replies++;
}

static void
set_client(union peer *to, const struct addrport *client)
{
	struct sockaddr_storage ss;

	(void)addr_to_sockaddr(&client->addr, client->port, &ss);
	memcpy(to, &ss, sizeof(*to));
}

/* Takes the header off datagram i and notes whom it names. One that should have
 * none, or has none and should, becomes nothing. */
static void
unwrap(struct udpbatch *b, unsigned i, const struct proxysources *proxies,
    struct stats *stats)
{
	uint8_t *p = b->in_iov[i].iov_base;
	size_t len = b->in[i].msg_len;
	struct proxyheader h = { 0 };
	enum proxyheader_kind kind = PROXYHEADER_BAD;

	b->clients[i] = b->peers[i];
	if (proxyheader_source(proxies, &b->peers[i].sa))
		kind = proxyheader_read(p, len, &h);
	else if (len < PROXYHEADER_SIGNATURE || !proxyheader_begins(p, len))
		return;
	switch (kind) {
	case PROXYHEADER_CLIENT:
		set_client(&b->clients[i], &h.client);
		break;
	case PROXYHEADER_LOCAL:
		break;
	case PROXYHEADER_MORE:
	case PROXYHEADER_BAD:
		stats_add(stats, STATS_PROXY_REFUSED, 1);
		b->in[i].msg_len = 0;
		return;
	}
	memmove(p, p + h.len, len - h.len);
	b->in[i].msg_len = (unsigned)(len - h.len);
}

/* Whom the datagrams are from, by all we know. */
static const union peer *
askers(struct udpbatch *b, const struct proxysources *proxies,
    struct stats *stats)
{
	if (proxies == NULL)
		return b->peers;
	for (unsigned i = 0; i < b->received; i++)
		unwrap(b, i, proxies, stats);
	return b->clients;
}

void
udpbatch_answer(struct udpbatch *b, struct answer *a, const struct world *w,
    const struct proxysources *proxies)
{
	struct answer_room room = { .cap = WORLD_UDP_MAX, .via = ANSWER_UDP };
	const union peer *from = askers(b, proxies, a->stats);
	size_t n;

	b->replies = 0;
	answer_begin(a, w);
	for (unsigned i = 0; i < b->received; i++) {
		question_read(&b->questions[i], b->in_iov[i].iov_base,
		    b->in[i].msg_len);
		answer_prefetch(a, &b->questions[i]);
	}
	for (unsigned i = 0; i < b->received; i++)
		answer_prefetch_record(a, &b->questions[i]);
	for (unsigned i = 0; i < b->received; i++) {
		room.packet = b->in_iov[i].iov_base;
		room.from = &from[i].sa;
		n = answer_write(a, &b->questions[i], &room);
		if (n > 0)
			add_reply(b, i, n);
	}
	stats_add(a->stats, STATS_UDP_BATCHES, 1);
	if (a->seen != NULL && b->received > 0)
		resolvers_note(a->seen, &from[resolvers_pick(a->seen,
		    b->received)].sa, b->received);
}

void
udpbatch_send(struct udpbatch *b, int fd, struct answer *a)
{
	unsigned at = 0;

	while (at < b->replies) {
		int n = sendmmsg(fd, b->out + at, b->replies - at, 0);

		if (n > 0) {
			at += (unsigned)n;
		} else if (errno != EINTR) {
			/* The first one is what it does not take. */
			stats_add(a->stats, STATS_UDP_SEND_FAILED, 1);
			at++;
		}
	}
}
