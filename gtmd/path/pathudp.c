/* gtmd/path/pathudp.c - a datagram to a port that nobody should serve: "port
 * unreachable" (RFC 792) is the answer. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <sys/socket.h>

#include "gtmd/path/pathattempt.h"

#define PORT	33434		/* where traceroute begins */

static void
on_readable(struct loop_io *io, int fd, unsigned events, void *arg)
{
	uint8_t octet;
	ssize_t n = recv(fd, &octet, sizeof(octet), 0);

	(void)io;
	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return;
	pathattempt_end(arg, n >= 0 || errno == ECONNREFUSED);
}

static int
send_attempt(struct pathattempt *a)
{
	static const uint8_t octets[8];

	if (pathattempt_connect(a, SOCK_DGRAM, PORT, LOOP_READ,
	    on_readable) != 0)
		return -1;
	return send(a->fd, octets, sizeof(octets), 0) >= 0 ? 0 : -1;
}

const struct pathattempt_protocol pathudp_protocol = { send_attempt };
