/* tests/tools/wansuper.h - what stands behind one frame of a TUN device.
 *
 * A frame is what the device reads and takes with IFF_VNET_HDR: ten octets of
 * struct virtio_net_hdr, then an IP packet, which may be a TCP super-packet that
 * stands for up to 64 KiB of segments. Here it is counted as these, and cut between
 * them. Pure: octets in, octets out. Used by the link emulator of the tests.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_TOOLS_WANSUPER_H
#define TESTS_TOOLS_WANSUPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WANSUPER_VNET	10u	/* octets of struct virtio_net_hdr */
#define WANSUPER_MAX	(WANSUPER_VNET + 65536u + 128u)

struct wansuper {
	const uint8_t	*frame;		/* borrowed */
	size_t		 len;		/* octets of the frame */
	size_t		 ip;		/* octets of IP and TCP header; 0 = one segment */
	size_t		 tcp;		/* where in them TCP begins */
	size_t		 mss;		/* octets of payload in each segment but the last */
	uint32_t	 segments;	/* 1 or more */
};

/*
 * wansuper_read - sees what a frame is.
 *
 * out    s     filled; it borrows the frame
 * ret    false when the frame is cut short, or its lengths contradict one another
 * cost   a look at the headers
 */
bool wansuper_read(struct wansuper *s, const uint8_t *frame, size_t len);

/* Octets of IP that segment "at" has on the wire. */
size_t wansuper_segment(const struct wansuper *s, uint32_t at);

/*
 * wansuper_cut - the frame that stands for count segments, the first of them "from".
 *
 * out    out   the frame; cap octets of room
 * ret    octets of it, or 0 when they do not fit. All of the segments are the frame
 *        as it came. Else lengths, sequence number, identification (IPv4), flags and
 *        both checksums are those that the segments have.
 * src    RFC 9293 3.1, RFC 791 3.1, RFC 6864 4.1
 */
size_t wansuper_cut(const struct wansuper *s, uint32_t from, uint32_t count,
    uint8_t *out, size_t cap);

/* How many octets wansuper_cut makes of these. */
size_t wansuper_cut_size(const struct wansuper *s, uint32_t from, uint32_t count);

#endif
