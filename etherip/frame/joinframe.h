/* etherip/frame/joinframe.h - several TCP segments of one connection, put together as one
 * super-frame: the LAN's side handles it once, and whoever needs them apart cuts it again.
 *
 * What is put together is what cutframe.h would take apart the same way: same heads, numbers
 * one behind the other, equal lengths but for the last. Each segment's checksum is right, for
 * the new one is made by us. Layer: etherip/frame, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_FRAME_JOINFRAME_H
#define ETHERIP_FRAME_JOINFRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ethframe;
struct virtio_net_hdr;

#define JOINFRAME_FRAMES	64u	/* of one batch */
#define JOINFRAME_FLOWS		8u	/* connections that are open at once */
#define JOINFRAME_NONE		0xffu

/* A frame that waits, and the one that comes behind it in the same super-frame. */
struct joinpiece {
	uint8_t	*octets;
	size_t	 len;
	size_t	 body;		/* where what it carries begins */
	uint8_t	 next;		/* or JOINFRAME_NONE */
};

/* A super-frame in the making, or a frame that stays alone. */
struct joingroup {
	uint8_t	 first, last, count;
	bool	 open;		/* more may come */
	bool	 v6;
	uint16_t network, transport, body;	/* where they begin */
	uint16_t size;		/* octets of the body of each but the last */
	uint32_t seq;		/* that comes next */
	uint16_t id;		/* IPv4's of the last */
	size_t	 packet;	/* octets of the IP packet */
};

struct joinframe {
	unsigned	 pieces, groups;
	uint8_t		 flow[JOINFRAME_FLOWS];	/* groups that are open */
	unsigned	 flows;
	struct joinpiece piece[JOINFRAME_FRAMES];
	struct joingroup group[JOINFRAME_FRAMES];
};

void joinframe_init(struct joinframe *j);
/* Takes the next frame of a batch; f is what ethframe_read said. The octets are borrowed
 * until the batch has been written. At most JOINFRAME_FRAMES of them. Frames of one
 * connection stay in their order. */
void joinframe_add(struct joinframe *j, const struct ethframe *f,
    uint8_t *octets, size_t len);
/* The head of a group that is written now, in the machine's own order; of one of several
 * frames the first one's heads are made those of the whole. */
void joinframe_close(struct joinframe *j, const struct joingroup *g,
    struct virtio_net_hdr *h);

#endif
