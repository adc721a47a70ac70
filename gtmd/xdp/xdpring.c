/* gtmd/xdp/xdpring.c - see xdpring.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/xdp/xdpring.h"

#include <assert.h>
#include <errno.h>
#include <linux/if_xdp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <xdp/xsk.h>

#include "core/base/err.h"
#include "core/base/mem.h"

#define FRAME_SIZE	2048
#define MEMORY		((size_t)XDPRING_FRAMES * FRAME_SIZE)
#define HUGE_PAGE	((size_t)2 << 20)
#define PUSHES_MAX	4	/* system calls for what one put sends: kernels
				 * before 6.17 do not say how far one came */

/* Frames that one system call sends where the kernel copies: 32, and since
 * Linux 6.17 as many as one wants. */
#ifndef XDP_MAX_TX_SKB_BUDGET
#define XDP_MAX_TX_SKB_BUDGET	9
#endif
#define PUSH_FRAMES	256

_Static_assert(XDPRING_ROOM == FRAME_SIZE - 256,
    "the kernel leaves 256 octets in front");

struct xdpring {
	void			*room;		/* mapped; memory is in it */
	uint8_t			*memory;	/* of all frames */
	struct xsk_umem		*umem;
	struct xsk_socket	*socket;
	struct xsk_ring_prod	 fill, tx;
	struct xsk_ring_cons	 rx, sent;
	unsigned		 held;		/* by the caller, rx not released */
	unsigned		 away;		/* sent and not come back */
	bool			 zero_copy;
};

/* Hands a frame to the kernel to be filled; there is always room. */
static void
refill(struct xdpring *r, uint32_t at, uint64_t address)
{
	*xsk_ring_prod__fill_addr(&r->fill, at) =
	    address & ~(uint64_t)(FRAME_SIZE - 1);
}

static void
refill_all(struct xdpring *r)
{
	uint32_t at = 0;
	uint32_t n = xsk_ring_prod__reserve(&r->fill, XDPRING_FRAMES, &at);

	assert(n == XDPRING_FRAMES);
	for (uint32_t i = 0; i < n; i++)
		refill(r, at + i, (uint64_t)i * FRAME_SIZE);
	xsk_ring_prod__submit(&r->fill, n);
}

/* Frames are used in turn, each after all others: in small pages nearly every
 * one would miss the table of translations. */
static int
open_memory(struct xdpring *r)
{
	const struct xsk_umem_config c = {
		.fill_size = XDPRING_FRAMES, .comp_size = XDPRING_FRAMES,
		.frame_size = FRAME_SIZE,
	};
	void *p = mmap(NULL, MEMORY + HUGE_PAGE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -errno;
	r->room = p;
	r->memory = (uint8_t *)p + (HUGE_PAGE - (uintptr_t)p % HUGE_PAGE);
	(void)madvise(r->memory, MEMORY, MADV_HUGEPAGE);
	return xsk_umem__create(&r->umem, r->memory, MEMORY, &r->fill,
	    &r->sent, &c);
}

static int
open_socket(struct xdpring *r, const char *interface, unsigned queue)
{
	const struct xsk_socket_config c = {
		.rx_size = XDPRING_FRAMES, .tx_size = XDPRING_FRAMES,
		.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
		.bind_flags = XDP_USE_NEED_WAKEUP,
	};
	const uint32_t push = PUSH_FRAMES;
	struct xdp_options o = { 0 };
	socklen_t len = sizeof(o);
	int rc = xsk_socket__create(&r->socket, interface, queue, r->umem,
	    &r->rx, &r->tx, &c);

	if (rc != 0)
		return rc;
	if (getsockopt(xsk_socket__fd(r->socket), SOL_XDP, XDP_OPTIONS, &o,
	    &len) == 0)
		r->zero_copy = (o.flags & XDP_OPTIONS_ZEROCOPY) != 0;
	(void)setsockopt(xsk_socket__fd(r->socket), SOL_XDP,
	    XDP_MAX_TX_SKB_BUDGET, &push, sizeof(push));
	return 0;
}

struct xdpring *
xdpring_open(const char *interface, unsigned queue, struct err *e)
{
	struct xdpring *r = mem_zalloc(1, sizeof(*r));
	int rc = open_memory(r);

	if (rc == 0)
		rc = open_socket(r, interface, queue);
	if (rc == 0) {
		refill_all(r);
		return r;
	}
	(void)err_sys(e, -rc, "AF_XDP socket on queue %u of %s", queue,
	    interface);
	xdpring_close(&r);
	errno = -rc;
	return NULL;
}

void
xdpring_close(struct xdpring **pr)
{
	struct xdpring *r = *pr;

	*pr = NULL;
	if (r == NULL)
		return;
	if (r->socket != NULL)
		xsk_socket__delete(r->socket);
	if (r->umem != NULL)
		(void)xsk_umem__delete(r->umem);
	if (r->room != NULL)
		(void)munmap(r->room, MEMORY + HUGE_PAGE);
	free(r);
}

int
xdpring_fd(const struct xdpring *r)
{
	return xsk_socket__fd(r->socket);
}

bool
xdpring_is_zero_copy(const struct xdpring *r)
{
	return r->zero_copy;
}

/* What has been sent may be filled again. */
static void
reap(struct xdpring *r)
{
	uint32_t from = 0, to = 0;
	uint32_t n = r->away == 0 ? 0 :
	    xsk_ring_cons__peek(&r->sent, r->away, &from);

	if (n == 0)
		return;
	(void)xsk_ring_prod__reserve(&r->fill, n, &to);
	for (uint32_t i = 0; i < n; i++)
		refill(r, to + i,
		    *xsk_ring_cons__comp_addr(&r->sent, from + i));
	xsk_ring_prod__submit(&r->fill, n);
	xsk_ring_cons__release(&r->sent, n);
	r->away -= n;
}

unsigned
xdpring_get(struct xdpring *r, struct xdpring_frame *frames, unsigned max)
{
	uint32_t at = 0;
	uint32_t n;

	assert(r->held == 0);
	reap(r);
	n = xsk_ring_cons__peek(&r->rx, max, &at);
	for (uint32_t i = 0; i < n; i++) {
		const struct xdp_desc *d = xsk_ring_cons__rx_desc(&r->rx,
		    at + i);

		frames[i].octets = r->memory + d->addr;
		frames[i].len = d->len;
		__builtin_prefetch(frames[i].octets);
	}
	r->held = n;
	if (n == 0 && xsk_ring_prod__needs_wakeup(&r->fill))
		(void)recvfrom(xdpring_fd(r), NULL, 0, MSG_DONTWAIT, NULL,
		    NULL);
	return n;
}

/* Frames that the kernel has not taken up yet: what it copies it has done with
 * then; a driver that sends from our memory needs it until it has sent. */
static unsigned
unsent(struct xdpring *r)
{
	if (!r->zero_copy)
		return XDPRING_FRAMES -
		    xsk_prod_nb_free(&r->tx, XDPRING_FRAMES);
	reap(r);
	return r->away;
}

/* No reason to ask again: what was asked for comes, or there is no room for it
 * now. */
static bool
is_passing(int why)
{
	return why == EAGAIN || why == EBUSY || why == ENOBUFS || why == EINTR;
}

bool
xdpring_push(struct xdpring *r)
{
	unsigned max = r->zero_copy ? 1 : PUSHES_MAX;
	unsigned left = unsent(r);

	for (unsigned i = 0; i < max && left > 0; i++) {
		if (xsk_ring_prod__needs_wakeup(&r->tx) &&
		    sendto(xdpring_fd(r), NULL, 0, MSG_DONTWAIT, NULL, 0) ==
		    -1 && !is_passing(errno))
			break;		/* gone; who polls hears of it */
		left = unsent(r);
	}
	return left > 0 || r->away > XDPRING_FRAMES / 2;
}

/* Those with a length go out. Returns how many. */
static unsigned
send_frames(struct xdpring *r, const struct xdpring_frame *frames,
    unsigned count)
{
	uint32_t to = 0;
	unsigned n = 0;

	for (unsigned i = 0; i < count; i++)
		n += frames[i].len > 0;
	if (n == 0)
		return 0;
	(void)xsk_ring_prod__reserve(&r->tx, n, &to);
	for (unsigned i = 0; i < count; i++) {
		struct xdp_desc *d;

		if (frames[i].len == 0)
			continue;
		d = xsk_ring_prod__tx_desc(&r->tx, to++);
		d->addr = (uint64_t)(frames[i].octets - r->memory);
		d->len = (uint32_t)frames[i].len;
		d->options = 0;
	}
	xsk_ring_prod__submit(&r->tx, n);
	r->away += n;
	return n;
}

static void
take_back(struct xdpring *r, const struct xdpring_frame *frames,
    unsigned count, unsigned n)
{
	uint32_t to = 0;

	if (n == 0)
		return;
	(void)xsk_ring_prod__reserve(&r->fill, n, &to);
	for (unsigned i = 0; i < count; i++)
		if (frames[i].len == 0)
			refill(r, to++, (uint64_t)(frames[i].octets -
			    r->memory));
	xsk_ring_prod__submit(&r->fill, n);
}

void
xdpring_put(struct xdpring *r, const struct xdpring_frame *frames,
    unsigned count)
{
	unsigned n;

	assert(count == r->held);
	if (count == 0)
		return;
	n = send_frames(r, frames, count);
	take_back(r, frames, count, count - n);
	xsk_ring_cons__release(&r->rx, count);
	r->held = 0;
	if (n > 0)
		(void)xdpring_push(r);
}
