/* wom/discover/overhear.h - packets that pass by, of the few kinds that discovery goes
 * by: a filter in the kernel leaves the others alone.
 *
 * Layer: wom/discover. SPDX-License-Identifier: Apache-2.0
 */
#ifndef WOM_DISCOVER_OVERHEAR_H
#define WOM_DISCOVER_OVERHEAR_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define OVERHEAR_MAX	128	/* octets of a packet that are seen */

enum overhear_kind {
	OVERHEAR_ASKS,		/* questions of discovery (askwire.h) */
	OVERHEAR_OPENINGS	/* TCP segments with SYN, without FIN or RST */
};

/* A non-blocking, close-on-exec socket that gets copies of packets of this family
 * that come in, from the IP header on. -1 with errno: EPERM without CAP_NET_RAW. */
int overhear_open(uint8_t family, enum overhear_kind kind);

/* The next one, and the index of the interface that it came in by. Octets, or -1 with
 * errno (EAGAIN: none waits). */
ssize_t overhear_read(int fd, uint8_t out[OVERHEAR_MAX], unsigned *interface);

#endif
