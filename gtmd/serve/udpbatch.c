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

#include "core/base/mem.h"
#include "gtmd/count/stats.h"
#include "gtmd/query/answer.h"
#include "gtmd/query/world.h"
#include "gtmd/serve/datagrams.h"

/* Buffers a page apart would put all headers into the same cache set: an odd
 * number of cache lines spreads them. */
#define STRIDE		(WORLD_UDP_MAX + 3 * 64)

_Static_assert(UDPBATCH_MAX == DATAGRAMS_MAX, "a batch is a batch");

struct control {
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(
	    sizeof(struct in6_pktinfo))];
};

struct udpbatch {
	uint8_t		*buffers;
	bool		 pktinfo;
	unsigned	 replies;
	struct mmsghdr	 in[UDPBATCH_MAX], out[UDPBATCH_MAX];
	struct iovec	 in_iov[UDPBATCH_MAX], out_iov[UDPBATCH_MAX];
	struct control	 controls[UDPBATCH_MAX];
	struct datagrams grams;
};

/* What the kernel overwrites at each receive. */
static void
reset(struct udpbatch *b, unsigned i)
{
	struct msghdr *m = &b->in[i].msg_hdr;

	m->msg_namelen = sizeof(b->grams.peers[i]);
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

		b->grams.packets[i] = b->buffers + i * (size_t)STRIDE;
		b->grams.caps[i] = WORLD_UDP_MAX;
		b->in_iov[i].iov_base = b->grams.packets[i];
		b->in_iov[i].iov_len = WORLD_UDP_MAX;
		m->msg_name = &b->grams.peers[i];
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
	for (unsigned i = 0; i < b->grams.count; i++)
		reset(b, i);
	b->grams.count = 0;
	n = recvmmsg(fd, b->in, max, wait ? MSG_WAITFORONE : MSG_DONTWAIT,
	    NULL);
	if (n > 0)
		b->grams.count = (unsigned)n;
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

void
udpbatch_answer(struct udpbatch *b, struct answer *a, const struct world *w,
    const struct proxysources *proxies)
{
	struct datagrams *d = &b->grams;

	for (unsigned i = 0; i < d->count; i++)
		d->lens[i] = (uint16_t)b->in[i].msg_len;
	datagrams_answer(d, a, w, proxies);
	b->replies = 0;
	for (unsigned i = 0; i < d->count; i++)
		if (d->lens[i] > 0)
			add_reply(b, i, d->lens[i]);
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
