/* etherip/frame/ndframe.h - IPv6's neighbour discovery over Ethernet (RFC 4861, RFC 2464):
 * solicitations and advertisements read for who is where, and made to announce and to ask.
 * Layer: etherip/frame, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_FRAME_NDFRAME_H
#define ETHERIP_FRAME_NDFRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"

struct ethframe;

#define NDFRAME_MAX	96	/* octets of one that is made, with a tag */

enum ndframe_kind {
	NDFRAME_ASK	= 135,	/* neighbour solicitation */
	NDFRAME_TELL	= 136	/* neighbour advertisement */
};

struct ndframe {
	enum ndframe_kind kind;
	bool	 router, solicited, override;	/* of an advertisement */
	struct addr source, dest;	/* of the packet */
	struct addr target;
	uint64_t link;		/* of the source (ASK) or the target (TELL); 0: not told */
};

/* False: it is none, or cut short, or one that a station must not believe (RFC 4861
 * sections 7.1.1 and 7.1.2: hop limit, checksum, code, lengths, groups). */
bool ndframe_read(struct ndframe *n, const struct ethframe *f,
    const uint8_t *octets, size_t len);

/* Each writes a frame, with a tag if vlan is not 0, and returns its length. */

/* n->link has n->target, said to all nodes, unasked (RFC 4861 section 7.2.6). n->router has to be
 * right: hosts no longer route by who says that it is none. */
size_t ndframe_announce(uint8_t out[NDFRAME_MAX], const struct ndframe *n,
    uint16_t vlan);
/* n->link with n->source asks who has n->target: one station, or with MACADDR_BROADCAST the
 * group of those that could have it. The source :: is of stations that look for their own
 * address, and asks the group alone. */
size_t ndframe_ask(uint8_t out[NDFRAME_MAX], const struct ndframe *n,
    uint64_t to, uint16_t vlan);
/* The answer to question q of station q->link: n->link has its target. n->override and n->router
 * are told; who speaks for others does not override (RFC 4861 section 7.2.8). Who asks from ::
 * is answered before all nodes. */
size_t ndframe_answer(uint8_t out[NDFRAME_MAX], const struct ndframe *q,
    const struct ndframe *n, uint16_t vlan);

/* The link-local address that is made of a station's (RFC 4291 appendix A). */
struct addr ndframe_linklocal(uint64_t mac);

#endif
