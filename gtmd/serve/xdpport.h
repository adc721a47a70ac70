/* gtmd/serve/xdpport.h - one interface on which DNS is answered by AF_XDP: the
 * filter, a ring for each queue, and the threads that answer what is in them.
 *
 * What a ring brings is answered as what a socket brings (datagrams.h); the
 * replies go back to the stations that the queries came from. Packets are the
 * threads', all else the control loop's. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_XDPPORT_H
#define GTMD_SERVE_XDPPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/addr.h"

struct err;
struct world;
struct xdpnet_interface;
struct xdpport;

#define XDPPORT_MTU_MIN	1280	/* octets: RFC 8200 section 5 */

/* How threads run; as struct dnsudp_config has it. */
struct xdpport_manner {
	unsigned	 threads, batch, coalesce_us;
	const int	*cpus;		/* borrowed for life */
	size_t		 cpu_count;
};

/* Where DNS is served on the interface. */
struct xdpport_places {
	struct addrport	*v;		/* owned by the caller */
	size_t		 count, room;
};

struct xdpport_config {
	const struct world		*world;	/* borrowed for life */
	const struct xdpnet_interface	*interface;
	const struct xdpport_places	*places;
	struct xdpport_manner		 manner;
};

/* Takes over queries to the places. NULL with a sentence in e and errno as
 * xdpfilter and xdpring have it; then all is as before. */
struct xdpport *xdpport_open(const struct xdpport_config *c, struct err *e);
/* Other places, manner, station or packet size; the interface and its queues
 * stay. 0, or a negative code with a sentence: then close it. */
int xdpport_adjust(struct xdpport *p, const struct xdpport_config *c,
    struct err *e);
/* Is it open on this interface, with as many queues? */
bool xdpport_is_on(const struct xdpport *p, const struct xdpnet_interface *i);
/* Leaves queries to the kernel, answers those that were taken, and ends. NULL is
 * harmless. */
void xdpport_close(struct xdpport **pp);

/* "native" or "generic", "zero" or "copy". */
const char *xdpport_mode(const struct xdpport *p);
const char *xdpport_memory(const struct xdpport *p);

#endif
