/* etherip/live/bfdport.h - the sockets of BFD: one for each local address that hears what
 * comes to it, and one for each session that sends from a port of its own (RFC 5881 section
 * 4, RFC 5883 section 2). Layer: etherip/live.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ETHERIP_LIVE_BFDPORT_H
#define ETHERIP_LIVE_BFDPORT_H

#include <net/if.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/addr.h"

struct err;

#define BFDPORT_TTL	255	/* of all that is sent, RFC 5881 section 5 */
#define BFDPORT_MAX	64	/* octets of a packet that are read; what stands behind is not
				 * the packet's, and may be padding (RFC 9764) */

/* Hears what is sent to that address, which may come to be there later. far: over many
 * hops, a port of its own. fd, or ERR_IO with a sentence: somebody else has the port. */
int bfdport_listen(const struct addr *local, bool far, struct err *e);

struct bfdport_packet {
	struct addr	from;
	unsigned	device;		/* that it came in by */
	int		ttl;		/* when it came in; -1: not told */
	size_t		len;
	uint8_t		octets[BFDPORT_MAX];
};

/* The next packet. False: none waits. */
bool bfdport_receive(int fd, struct bfdport_packet *p);

/* Of a session. */
struct bfdport_ends {
	struct addr	local, remote;		/* of one family */
	char		device[IF_NAMESIZE];	/* "": whatever the routes say */
	bool		far;
	/* RFC 9764: packets are padded, and not to be cut on their way; to datagrams of so
	 * many octets with the IP head, 0: as long as the way takes them. */
	bool		padded;
	uint32_t	datagram;
};

/* To send from: fd, or -1 with errno; EADDRNOTAVAIL, ENODEV, ENETUNREACH: not at the
 * moment. */
int bfdport_open(const struct bfdport_ends *ends);
/* Octets to be sent behind a packet of so many. */
size_t bfdport_padding(int fd, const struct bfdport_ends *ends, size_t len);
/* 0, or the errno. Those of local are worth another socket: the address, the device or
 * the way is gone. EMSGSIZE: so much padding does not go that way. */
int bfdport_send(int fd, const uint8_t *octets, size_t len, size_t padding);

#endif
