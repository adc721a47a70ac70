/* gtmd/xdp/xdpfilter.h - the program on one interface that picks DNS queries out
 * (xdpprogram.bpf): loaded, told where DNS is served, attached.
 *
 * It hangs on a link that lives as long as its descriptor: when this process
 * ends, however it does, the kernel takes the program off and the interface is
 * as it was. Another program on the interface is left alone. Control loop.
 * Layer: gtmd/xdp; the owner of libbpf.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_XDP_XDPFILTER_H
#define GTMD_XDP_XDPFILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"

struct err;
struct xdpfilter;

/* Loads the program; frames go on as before. NULL with a sentence in e and
 * errno: this build has no program (ENOSYS), or the kernel refuses (EPERM). */
struct xdpfilter *xdpfilter_open(struct err *e);
/* Takes it off. NULL is harmless. */
void xdpfilter_close(struct xdpfilter **pf);

/* What is picked out: queries to exactly these places, in frames to this station
 * with IP packets of at most so many octets. */
struct xdpfilter_wish {
	const uint8_t		*mac;		/* 6 octets */
	unsigned		 packet_max;	/* <= 65535 */
	const struct addrport	*places;
	size_t			 count;		/* <= XDPKEY_PLACES_MAX */
};

/* From here on that is looked for, and nothing else any more. 0, or a negative
 * code with a sentence, and some of the new places may be looked for, too. */
int xdpfilter_set(struct xdpfilter *f, const struct xdpfilter_wish *w,
    struct err *e);
/* What comes by the queue goes to the AF_XDP socket fd. */
int xdpfilter_join(const struct xdpfilter *f, unsigned queue, int fd,
    struct err *e);

/* From here on frames are picked out: in the driver, or where it cannot, behind
 * it (generic). 0, or a negative code with a sentence and errno (EBUSY: another
 * program is there). */
int xdpfilter_attach(struct xdpfilter *f, unsigned ifindex, struct err *e);
bool xdpfilter_is_generic(const struct xdpfilter *f);
/* From here on none are. */
void xdpfilter_detach(struct xdpfilter *f);

#endif
