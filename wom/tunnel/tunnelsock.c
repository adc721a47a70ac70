/* wom/tunnel/tunnelsock.c - see tunnelsock.h. Layer: wom/tunnel.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/tunnel/tunnelsock.h"

#include <linux/tcp.h>
#include <netinet/in.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/sock.h"

#define UNSENT_MS	5	/* of what it delivers */

static int
set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value));
}

/* ---- listeners ---- */

/* 0, or -1 with errno. */
static int
begin_listening(int fd, const struct addrport *at, const char *device)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&at->addr, at->port, &ss);

	if (set(fd, SOL_SOCKET, SO_REUSEADDR, 1) == -1 ||
	    (at->addr.family == AF_INET6 &&
	    set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) == -1))
		return -1;
	if (device != NULL && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE,
	    device, (socklen_t)strlen(device)) == -1)
		return -1;
	if (bind(fd, (struct sockaddr *)&ss, len) == -1)
		return -1;
	return listen(fd, SOMAXCONN);
}

int
tunnelsock_listen(const struct addrport *at, const char *device, struct err *e)
{
	int fd = sock_open_tcp(at->addr.family), rc;
	char text[ADDR_TEXT_MAX];

	if (fd != -1 && begin_listening(fd, at, device) == 0)
		return fd;
	rc = err_sys(e, errno, "tunnels: tcp %s%s%s", addr_format_port(at, text),
	    device != NULL ? " on " : "", device != NULL ? device : "");
	if (fd != -1)
		(void)close(fd);
	return rc;
}

/* ---- connections ---- */

/* 0, or -1 with errno. */
static int
bind_source(int fd, const struct addr *from)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(from, 0, &ss);

	/* The port is chosen with the destination in view. */
	(void)set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
	return bind(fd, (struct sockaddr *)&ss, len);
}

int
tunnelsock_connect(const struct addrport *to, const struct addr *from,
    uint32_t mark)
{
	int fd = sock_open_tcp(to->addr.family), keep;

	if (fd == -1)
		return -1;
	if ((mark == 0 || sock_mark(fd, mark) == 0) &&
	    (from->family == 0 || bind_source(fd, from) == 0) &&
	    sock_connect(fd, to) == 0)
		return fd;
	keep = errno;
	(void)close(fd);
	errno = keep;
	return -1;
}

bool
tunnelsock_tune(int fd, const char *congestion)
{
	(void)set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	(void)set(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, TUNNELSOCK_UNSENT);
	return congestion == NULL || setsockopt(fd, IPPROTO_TCP,
	    TCP_CONGESTION, congestion, (socklen_t)strlen(congestion)) == 0;
}

void
tunnelsock_keep_short(int fd, uint64_t rate_bps)
{
	uint64_t unsent = rate_bps / 8 * UNSENT_MS / 1000;

	if (unsent < TUNNELSOCK_UNSENT_MIN)
		unsent = TUNNELSOCK_UNSENT_MIN;
	if (unsent > TUNNELSOCK_UNSENT_MAX)
		unsent = TUNNELSOCK_UNSENT_MAX;
	(void)set(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, (int)unsent);
}

void
tunnelsock_read_info(int fd, struct tunnelsock_info *i)
{
	struct tcp_info t = { 0 };
	socklen_t len = sizeof(t), room = sizeof(i->congestion) - 1;

	memset(i, 0, sizeof(*i));
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &t, &len) == 0) {
		i->rtt_us = t.tcpi_rtt;
		i->retransmits = t.tcpi_total_retrans;
		i->rate_bps = t.tcpi_delivery_rate * 8;
	}
	if (getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, i->congestion,
	    &room) == -1)
		i->congestion[0] = '\0';
}
