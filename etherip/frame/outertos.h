/* etherip/frame/outertos.h - what a tunnel's datagrams tell routers of the packet inside:
 * its class (RFC 2983) and its marks of congestion (RFC 6040), which come back into the packet
 * at the other end. Layer: etherip/frame, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_FRAME_OUTERTOS_H
#define ETHERIP_FRAME_OUTERTOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ethframe;

#define OUTERTOS_ECN	0x03u

/* The octet of an IP packet's head that has both; 0 when the frame carries none. */
uint8_t outertos_read(const struct ethframe *f, const uint8_t *octets,
    size_t len);

/* The frame came in a datagram with this octet: a mark that it got outside is its own from
 * now on (RFC 6040 section 4.2). False: it was marked, and its ends do not know marks, so it
 * is to be dropped. */
bool outertos_merge(uint8_t outer, const struct ethframe *f, uint8_t *octets,
    size_t len);

#endif
