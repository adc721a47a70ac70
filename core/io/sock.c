/* core/io/sock.c - sockets as sock.h promises them. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/sock.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <assert.h>
#include <errno.h>
#include <unistd.h>

#include "core/base/err.h"

/* 0, or the errno. */
static int
set(int fd, int level, int name, int value)
{
	if (setsockopt(fd, level, name, &value, sizeof(value)) == -1)
		return errno;
	return 0;
}

static int
set_common(int fd, int family, const struct sock_options *o)
{
	int rc = 0;

	if (family == AF_INET6)
		rc = set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	if (rc == 0 && o->reuse_port)
		rc = set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	if (rc == 0 && o->rcvbuf != 0)
		rc = set(fd, SOL_SOCKET, SO_RCVBUF, o->rcvbuf);
	if (rc == 0 && o->transparent)
		rc = family == AF_INET ?
		    set(fd, IPPROTO_IP, IP_TRANSPARENT, 1) :
		    set(fd, IPPROTO_IPV6, IPV6_TRANSPARENT, 1);
	return rc;
}

static int
set_udp(int fd, int family, const struct sock_options *o)
{
	int rc;

	if (family == AF_INET) {
		rc = set(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT);
		if (rc == 0 && o->pktinfo)
			rc = set(fd, IPPROTO_IP, IP_PKTINFO, 1);
		return rc;
	}
	rc = set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT);
	if (rc == 0 && o->pktinfo)
		rc = set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
	return rc;
}

static int
open_bound(const struct addrport *local, int type,
    const struct sock_options *o, struct err *e)
{
	static const struct sock_options none;
	const char *proto = type == SOCK_DGRAM ? "udp" : "tcp";
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&local->addr, local->port, &ss);
	char text[ADDR_TEXT_MAX];
	int rc, fd;

	assert(local->addr.family != 0);
	if (o == NULL)
		o = &none;
	addr_format_port(local, text);
	fd = socket(local->addr.family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return err_sys(e, errno, "%s %s: socket", proto, text);
	rc = set_common(fd, local->addr.family, o);
	if (rc == 0)
		rc = type == SOCK_DGRAM ? set_udp(fd, local->addr.family, o) :
		    set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (rc == 0 && bind(fd, (struct sockaddr *)&ss, len) == -1)
		rc = errno;
	if (rc == 0 && type == SOCK_STREAM &&
	    listen(fd, SOMAXCONN) == -1)
		rc = errno;
	if (rc == 0)
		return fd;
	(void)close(fd);
	return err_sys(e, rc, "%s %s", proto, text);
}

int
sock_open_udp(const struct addrport *local, const struct sock_options *o,
    struct err *e)
{
	return open_bound(local, SOCK_DGRAM, o, e);
}

int
sock_listen_tcp(const struct addrport *local, const struct sock_options *o,
    struct err *e)
{
	return open_bound(local, SOCK_STREAM, o, e);
}

void
sock_local(int fd, struct addrport *local)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof(ss);
	int rc = getsockname(fd, (struct sockaddr *)&ss, &len);

	assert(rc == 0);
	addr_from_sockaddr((struct sockaddr *)&ss, &local->addr, &local->port);
}

void
sock_peer(int fd, struct addrport *peer)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof(ss);

	if (getpeername(fd, (struct sockaddr *)&ss, &len) != 0)
		ss.ss_family = AF_UNSPEC;
	addr_from_sockaddr((struct sockaddr *)&ss, &peer->addr, &peer->port);
}

int
sock_open_tcp(int family)
{
	return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

int
sock_connect(int fd, const struct addrport *remote)
{
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&remote->addr, remote->port, &ss);

	assert(remote->addr.family != 0);
	if (connect(fd, (struct sockaddr *)&ss, len) == -1 &&
	    errno != EINPROGRESS)
		return -1;
	return 0;
}

int
sock_disconnect(int fd)
{
	static const struct sockaddr nobody = { .sa_family = AF_UNSPEC };

	return connect(fd, &nobody, sizeof(nobody));
}

void
sock_speak_first(int fd, bool on)
{
	/* For one that connects the seconds mean nothing. */
	(void)set(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, on);
}

int
sock_mark(int fd, uint32_t mark)
{
	return setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark));
}

int
sock_connect_marked(const struct addrport *remote, enum sock_kind kind,
    uint32_t mark)
{
	int fd = socket(remote->addr.family,
	    (kind == SOCK_KIND_UDP ? SOCK_DGRAM : SOCK_STREAM) |
	    SOCK_NONBLOCK | SOCK_CLOEXEC, 0), keep;

	if (fd == -1)
		return -1;
	if (kind == SOCK_KIND_TCP_HALF)
		(void)set(fd, IPPROTO_TCP, TCP_QUICKACK, 0);
	if ((mark == 0 || sock_mark(fd, mark) == 0) &&
	    sock_connect(fd, remote) == 0)
		return fd;
	keep = errno;
	(void)close(fd);
	errno = keep;
	return -1;
}

int
sock_connect_tcp(const struct addrport *remote)
{
	return sock_connect_marked(remote, SOCK_KIND_TCP, 0);
}

int
sock_connect_tcp_half(const struct addrport *remote)
{
	return sock_connect_marked(remote, SOCK_KIND_TCP_HALF, 0);
}

int
sock_connect_udp(const struct addrport *remote)
{
	return sock_connect_marked(remote, SOCK_KIND_UDP, 0);
}

int
sock_accept(int fd, struct addrport *peer)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof(ss);
	int conn = accept4(fd, (struct sockaddr *)&ss, &len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (conn == -1)
		return -1;
	if (peer != NULL)
		addr_from_sockaddr((struct sockaddr *)&ss, &peer->addr,
		    &peer->port);
	return conn;
}

int
sock_error(int fd)
{
	int err = 0;
	socklen_t len = sizeof(err);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) == -1)
		return errno;
	return err;
}

int
sock_connected(int fd)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	int rc = sock_error(fd);

	if (rc != 0)
		return rc;
	if (getpeername(fd, (struct sockaddr *)&ss, &len) == 0)
		return 0;
	return errno == ENOTCONN ? EINPROGRESS : errno;
}
