/* gtmd/path/pathtcp.c - a TCP connection to a resolver's port 53: the handshake is
 * the round trip, and a refusal is an answer too. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <sys/socket.h>

#include "core/io/sock.h"
#include "gtmd/path/pathattempt.h"

#define PORT	53

static void
on_ended(struct loop_io *io, int fd, unsigned events, void *arg)
{
	int rc = sock_error(fd);

	(void)io;
	(void)events;
	pathattempt_end(arg, rc == 0 || rc == ECONNREFUSED);
}

static int
send_attempt(struct pathattempt *a)
{
	return pathattempt_connect(a, SOCK_STREAM, PORT, LOOP_WRITE, on_ended);
}

const struct pathattempt_protocol pathtcp_protocol = { send_attempt };
