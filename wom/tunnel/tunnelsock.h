/* wom/tunnel/tunnelsock.h - TCP sockets on the WAN: where they come from, how they
 * are tuned, what the kernel knows of them.
 *
 * Octets that the network has not taken are kept few (TCP_NOTSENT_LOWAT), so that what
 * is urgent is not behind what is not; the kernel grows its buffers as the link
 * wants (no SO_SNDBUF, which would stop that). Layer: wom/tunnel.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_TUNNEL_TUNNELSOCK_H
#define WOM_TUNNEL_TUNNELSOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"

struct err;

#define TUNNELSOCK_CONGESTION	16	/* octets of a name, with its NUL */
/* Octets that wait in the socket before the kernel may send them, and are ahead of
 * whatever comes: at first, and at least and at most later. */
#define TUNNELSOCK_UNSENT	(64 << 10)
#define TUNNELSOCK_UNSENT_MIN	(16 << 10)	/* a TLS record */
#define TUNNELSOCK_UNSENT_MAX	(256 << 10)

/* A listener at that address; device: the interface that its packets come in by,
 * NULL: any. fd, or negative with a sentence. */
int tunnelsock_listen(const struct addrport *at, const char *device,
    struct err *e);
/* Starts a connection: from `from` where that has a family, with a mark where that is
 * not 0. fd, or -1 with errno. */
int tunnelsock_connect(const struct addrport *to, const struct addr *from,
    uint32_t mark);
/* As a connection is to be; congestion: NULL, the system's own. False: the kernel has
 * not got that one, the system's own stays. */
bool tunnelsock_tune(int fd, const char *congestion);

/* Once it is known what the connection delivers: what waits in the socket is what
 * leaves within some milliseconds, for it is ahead of small frames. */
void tunnelsock_keep_short(int fd, uint64_t rate_bps);

/* What the kernel knows. */
struct tunnelsock_info {
	uint64_t rtt_us, rate_bps;	/* smoothed; delivered */
	uint32_t retransmits;		/* segments */
	char	 congestion[TUNNELSOCK_CONGESTION];
};
/* All zero where it knows nothing. */
void tunnelsock_read_info(int fd, struct tunnelsock_info *i);

#endif
