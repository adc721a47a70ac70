/* gtmd/serve/xdpdesk.h - one thread's work on the rings of AF_XDP: frames in,
 * answered where they lie, frames out. Nothing is allocated after the birth.
 * Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_XDPDESK_H
#define GTMD_SERVE_XDPDESK_H

#include "gtmd/serve/hand.h"

struct world;
struct xdpdesk;
struct xdpring;

struct xdpdesk *xdpdesk_new(void);
void xdpdesk_free(struct xdpdesk **pk);

/* What it answers with; borrowed. */
struct hand *xdpdesk_hand(struct xdpdesk *k);

/* Answers up to max (1..64) of what the ring has, in IP packets of at most mtu
 * octets: longer replies are cut off (TC). Returns how many frames it had. */
unsigned xdpdesk_serve(struct xdpdesk *k, const struct world *w,
    struct xdpring *ring, unsigned mtu, unsigned max);

#endif
