/* etherip/frame/toobig.h - the answer to an IP packet that is too long for the tunnel: ICMP's
 * "fragmentation needed" (RFC 792, RFC 1191) or ICMPv6's "packet too big" (RFC 4443 section 3.2,
 * RFC 8201), as a frame for its sender.
 *
 * It speaks with the addresses of whom the packet was for: a bridge has none of its own, and
 * its switches know that station on our side already. How often is the caller's business.
 * Layer: etherip/frame, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_FRAME_TOOBIG_H
#define ETHERIP_FRAME_TOOBIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ethframe;

#define TOOBIG_MAX	1280u	/* octets of an answer's IP packet at most, */
#define TOOBIG_FRAME	(TOOBIG_MAX + 14 + 8)	/* and of its frame */

/* Writes the frame, tagged as the packet's was, and returns its length; 0: nobody is to be
 * told of this one. That is so for IPv4 packets that may be cut on their way (no DF), for
 * fragments but the first, for groups, and for other ICMP errors (RFC 1122 section 3.2.2). mtu
 * is of IP packets. */
size_t toobig_make(uint8_t out[TOOBIG_FRAME], const struct ethframe *f,
    const uint8_t *octets, size_t len, uint16_t mtu);

/* May routers cut it on its way? An IPv4 packet without DF (RFC 791 section 3.1). */
bool toobig_may_be_cut(const struct ethframe *f, const uint8_t *octets,
    size_t len);

#endif
