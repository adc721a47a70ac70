/* wom/flow/flowsocket.c - see flowsocket.h. Layer: wom/flow.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/flow/flowsocket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <errno.h>
#include <unistd.h>

#include "core/io/sock.h"

/* A vanished host is given up after four minutes: longer than a machine stands still
 * that is being moved, or a switch that starts. */
#define KEEP_IDLE_S	120
#define KEEP_EVERY_S	30
#define KEEP_TRIES	4

static int
set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value));
}

static int
bind_to(int fd, const struct addr *a, uint16_t port)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(a, port, &ss);

	return bind(fd, (struct sockaddr *)&ss, len);
}

/* Takes an address that need not be ours. That the port is in use towards another
 * destination does no harm; towards the same one connect finds out. */
static int
take_source(int fd, const struct addrport *source)
{
	int rc;

	rc = source->addr.family == AF_INET6 ?
	    set(fd, IPPROTO_IPV6, IPV6_TRANSPARENT, 1) :
	    set(fd, IPPROTO_IP, IP_TRANSPARENT, 1);
	if (rc == -1 || set(fd, SOL_SOCKET, SO_REUSEADDR, 1) == -1)
		return -1;
	if (bind_to(fd, &source->addr, source->port) == 0)
		return 0;
	return source->port != 0 && errno == EADDRINUSE ?
	    bind_to(fd, &source->addr, 0) : -1;
}

static int
try_connect(const struct addrport *dest, const struct addrport *source,
    uint32_t mark)
{
	int fd = sock_open_tcp(dest->addr.family), keep;

	if (fd == -1)
		return -1;
	if ((mark == 0 || sock_mark(fd, mark) == 0) &&
	    (source->addr.family == 0 || take_source(fd, source) == 0) &&
	    sock_connect(fd, dest) == 0)
		return fd;
	keep = errno;
	(void)close(fd);
	errno = keep;
	return -1;
}

int
flowsocket_connect(const struct addrport *dest, const struct addrport *source,
    uint32_t mark)
{
	struct addrport any = *source;
	int fd;

	if (source->addr.family != 0 &&
	    source->addr.family != dest->addr.family) {
		errno = EADDRNOTAVAIL;
		return -1;
	}
	fd = try_connect(dest, source, mark);
	if (fd != -1 || source->port == 0 ||
	    (errno != EADDRNOTAVAIL && errno != EADDRINUSE))
		return fd;
	/* An earlier connection of the same four numbers is not forgotten yet. */
	any.port = 0;
	return try_connect(dest, &any, mark);
}

static void
set_linger(int fd, bool on)
{
	const struct linger l = { .l_onoff = on };

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
}

void
flowsocket_prepare(int fd)
{
	/* Should the process die the kernel closes it: with a reset, for an end
	 * would say that all has been said. */
	set_linger(fd, true);
	/* None of these can be refused on TCP; without them it works, too. */
	(void)set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	(void)set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	(void)set(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEP_IDLE_S);
	(void)set(fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEP_EVERY_S);
	(void)set(fd, IPPROTO_TCP, TCP_KEEPCNT, KEEP_TRIES);
}

void
flowsocket_reset(int fd)
{
	set_linger(fd, true);
	(void)close(fd);
}

void
flowsocket_close(int fd)
{
	set_linger(fd, false);
	(void)close(fd);
}

uint32_t
flowsocket_rtt_us(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == -1)
		return 0;
	return info.tcpi_rtt;
}
