/* gtmd/serve/xdpdesk.c - see xdpdesk.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/serve/xdpdesk.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "gtmd/count/stats.h"
#include "gtmd/query/world.h"
#include "gtmd/serve/datagrams.h"
#include "gtmd/xdp/xdpframe.h"
#include "gtmd/xdp/xdpring.h"

struct xdpdesk {
	struct hand		 hand;
	uint16_t		 id;	/* of the next IPv4 packet */
	struct xdpring_frame	 frames[DATAGRAMS_MAX];
	struct xdpframe		 heads[DATAGRAMS_MAX];	/* as grams */
	uint8_t			 from[DATAGRAMS_MAX];	/* their frames */
	struct datagrams	 grams;
};

struct xdpdesk *
xdpdesk_new(void)
{
	struct xdpdesk *k = mem_zalloc(1, sizeof(*k));

	hand_open(&k->hand);
	return k;
}

void
xdpdesk_free(struct xdpdesk **pk)
{
	struct xdpdesk *k = *pk;

	*pk = NULL;
	if (k == NULL)
		return;
	hand_close(&k->hand);
	free(k);
}

struct hand *
xdpdesk_hand(struct xdpdesk *k)
{
	return &k->hand;
}

static void
set_peer(union datagram_peer *peer, const uint8_t *frame,
    const struct xdpframe *f)
{
	if (f->ipv6) {
		peer->in6 = (struct sockaddr_in6){ .sin6_family = AF_INET6 };
		memcpy(&peer->in6.sin6_port, xdpframe_port(frame, f), 2);
		memcpy(&peer->in6.sin6_addr, xdpframe_source(frame, f), 16);
		return;
	}
	peer->in = (struct sockaddr_in){ .sin_family = AF_INET };
	memcpy(&peer->in.sin_port, xdpframe_port(frame, f), 2);
	memcpy(&peer->in.sin_addr, xdpframe_source(frame, f), 4);
}

/* Room for a reply; both ends of it, the packet's and the frame's, hold. */
static size_t
room(const struct xdpframe *f, unsigned mtu)
{
	size_t cap = mtu - (f->headers - XDPFRAME_ETHERNET);

	return cap < WORLD_UDP_MAX ? cap : WORLD_UDP_MAX;
}

/* Frame i becomes the next datagram, if it holds one. */
static void
take_frame(struct xdpdesk *k, unsigned i, unsigned mtu)
{
	struct datagrams *d = &k->grams;
	struct xdpring_frame *frame = &k->frames[i];
	struct xdpframe *f = &k->heads[d->count];
	size_t cap;

	if (!xdpframe_read(frame->octets, frame->len, f) ||
	    f->len > (cap = room(f, mtu))) {
		stats_add(k->hand.answer.stats, STATS_XDP_REFUSED, 1);
		frame->len = 0;
		return;
	}
	d->packets[d->count] = frame->octets + f->headers;
	d->caps[d->count] = (uint16_t)cap;
	d->lens[d->count] = (uint16_t)f->len;
	set_peer(&d->peers[d->count], frame->octets, f);
	k->from[d->count++] = (uint8_t)i;
}

/* Datagram i, now a reply or nothing, becomes its frame again. */
static void
return_frame(struct xdpdesk *k, unsigned i)
{
	struct xdpring_frame *frame = &k->frames[k->from[i]];
	size_t len = k->grams.lens[i];

	frame->len = len == 0 ? 0 :
	    xdpframe_turn(frame->octets, &k->heads[i], len, k->id++);
}

unsigned
xdpdesk_serve(struct xdpdesk *k, const struct world *w, struct xdpring *ring,
    unsigned mtu, unsigned max)
{
	unsigned n = xdpring_get(ring, k->frames, max);

	if (n == 0)
		return 0;
	k->grams.count = 0;
	for (unsigned i = 0; i < n; i++)
		take_frame(k, i, mtu);
	if (k->grams.count > 0) {
		stats_add(k->hand.answer.stats, STATS_XDP_QUERIES,
		    k->grams.count);
		datagrams_answer(&k->grams, &k->hand.answer, w, NULL);
	}
	for (unsigned i = 0; i < k->grams.count; i++)
		return_frame(k, i);
	xdpring_put(ring, k->frames, n);
	return n;
}
