/* gtmd/xdp/xdpframe.h - an Ethernet frame with a DNS query in it: found, checked,
 * and turned round to carry the reply.
 *
 * The frame itself says where the reply goes: back to the station it came
 * from. So no table of neighbours or routes is needed. What the kernel's
 * program lets through (xdpprogram.bpf) is not trusted here; all is checked
 * again, and the checksums for the first time. Layer: gtmd/xdp, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_XDP_XDPFRAME_H
#define GTMD_XDP_XDPFRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define XDPFRAME_ETHERNET	14	/* octets of headers */
#define XDPFRAME_IPV4		20
#define XDPFRAME_IPV6		40
#define XDPFRAME_UDP		8
/* All in front of a query. */
#define XDPFRAME_HEADERS_MAX	(XDPFRAME_ETHERNET + XDPFRAME_IPV6 + XDPFRAME_UDP)
#define XDPFRAME_MIN		60	/* of a frame on the wire */
#define XDPFRAME_HOPS		64

struct xdpframe {
	bool	 ipv6;
	size_t	 headers;	/* octets in front of the query */
	size_t	 len;		/* of the query */
};

/*
 * xdpframe_read - what the frame holds.
 *
 * in     p    len octets as they came, padding included
 * out    *f   for true only
 * ret    true: UDP in IPv4 (no options, no fragment) or IPv6 (no extension
 *        headers), from a port, lengths that agree, checksums right (RFC 768,
 *        RFC 791 3.1, RFC 8200 8.1). A UDP checksum that covers just the
 *        pseudo-header is right as well: between two virtual machines, or
 *        namespaces, of one host the sender leaves the rest to hardware that
 *        is never there
 * cost   linear in the datagram
 */
bool xdpframe_read(const uint8_t *p, size_t len, struct xdpframe *f);

/*
 * xdpframe_turn - makes it the reply's frame: stations, addresses and ports
 * change places, lengths and checksums are written anew, nothing else of the
 * query's headers remains.
 *
 * in     p    the frame of f, with the reply in the query's place and room for
 *             XDPFRAME_MIN octets
 *        len  of the reply; with the headers below 65536
 *        id   of the IPv4 packet, should it be fragmented on its way
 * ret    octets of the frame; short ones are filled up with zeros
 */
size_t xdpframe_turn(uint8_t *p, const struct xdpframe *f, size_t len,
    uint16_t id);

/* Source address (4 or 16 octets) and port (2), network order; borrowed. */
const uint8_t *xdpframe_source(const uint8_t *p, const struct xdpframe *f);
const uint8_t *xdpframe_port(const uint8_t *p, const struct xdpframe *f);

#endif
