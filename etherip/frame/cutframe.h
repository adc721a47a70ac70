/* etherip/frame/cutframe.h - the frames that a super-frame stands for, as the kernel hands it
 * over with a virtio_net_hdr (virtio 1.2 section 5.1.6.2): lengths, identifiers, sequence
 * numbers, flags and checksums are as if the sender's TCP or UDP had cut it itself.
 *
 * What is carried is not copied: each piece is a head of its own and a part of the octets
 * that were given. Layer: etherip/frame, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_FRAME_CUTFRAME_H
#define ETHERIP_FRAME_CUTFRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ethframe;
struct virtio_net_hdr;

#define CUTFRAME_HEAD_MAX	192u	/* octets of all heads of one frame */

enum cutframe_kind { CUTFRAME_WHOLE, CUTFRAME_TCP, CUTFRAME_UDP };

/* Between two pieces; nobody else's. */
struct cutframe {
	const uint8_t	*octets;
	size_t		 len;
	enum cutframe_kind kind;
	bool		 v6;
	size_t		 network, transport, body;	/* where they begin */
	size_t		 piece;		/* octets of the body in each frame */
	size_t		 at;		/* of the next one */
	uint16_t	 id;		/* IPv4's, of the first */
	uint32_t	 seq;
	uint64_t	 pseudo;	/* sum of the pseudo-header without its length */
};

/* head_len octets of a head, then body_len octets at body. */
struct cutpiece {
	size_t		 head_len;	/* 0: all of it is at body */
	const uint8_t	*body;
	size_t		 body_len;
};

/* h tells what octets are, in the machine's own order; f is what ethframe_read said of
 * them. A frame that is none of these has its checksum filled in where that was left to us.
 * TCP's pieces are made small enough for IP packets of mtu octets (0: any). False: it is
 * not what h says. */
bool cutframe_start(struct cutframe *c, const struct virtio_net_hdr *h,
    const struct ethframe *f, uint8_t *octets, size_t len, uint16_t mtu);

/* The next frame, its head written to head. False: there is none any more. */
bool cutframe_next(struct cutframe *c, uint8_t head[CUTFRAME_HEAD_MAX],
    struct cutpiece *p);

/* Octets of the longest IP packet that will come of it. */
size_t cutframe_packet(const struct cutframe *c);

#endif
