/* etherip/live/bfdport.c - see bfdport.h. Layer: etherip/live.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/live/bfdport.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/rand.h"
#include "etherip/bfd/bfdpacket.h"

#define TOS		0xc0	/* CS6: as other protocols of routers */
#define SOURCE_LOW	49152	/* RFC 5881 section 4: source ports are of these */
#define SOURCE_COUNT	16384
#define SOURCE_TRIES	64
#define DATAGRAM_MAX	65535u	/* octets, with its heads: */
#define HEAD_IPV4	20u
#define HEAD_IPV6	40u
#define HEAD_UDP	8u

static int
set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value));
}

static int
open_socket(uint8_t family)
{
	assert(family == AF_INET || family == AF_INET6);
	return socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* Closes it; returns -1 with the errno that there was. */
static int
give_up(int fd)
{
	int was = errno;

	(void)close(fd);
	errno = was;
	return -1;
}

/* ---- hearing ---- */

static int
set_listener(int fd, uint8_t family)
{
	if (family == AF_INET)
		return set(fd, IPPROTO_IP, IP_FREEBIND, 1) |
		    set(fd, IPPROTO_IP, IP_PKTINFO, 1) |
		    set(fd, IPPROTO_IP, IP_RECVTTL, 1);
	return set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) |
	    set(fd, IPPROTO_IPV6, IPV6_FREEBIND, 1) |
	    set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) |
	    set(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
}

int
bfdport_listen(const struct addr *local, bool far, struct err *e)
{
	uint16_t port = far ? BFDPACKET_PORT_FAR : BFDPACKET_PORT;
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(local, port, &ss);
	char text[ADDR_TEXT_MAX];
	int fd = open_socket(local->family);

	if (fd != -1 && (set_listener(fd, local->family) != 0 ||
	    bind(fd, (struct sockaddr *)&ss, len) == -1))
		fd = give_up(fd);
	if (fd == -1)
		return err_sys(e, errno, "BFD: cannot hear at %s, UDP port %u",
		    addr_format(local, text), port);
	return fd;
}

static void
read_control(struct msghdr *m, struct bfdport_packet *p)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL;
	    c = CMSG_NXTHDR(m, c)) {
		const void *data = CMSG_DATA(c);
		struct in_pktinfo in;
		struct in6_pktinfo in6;

		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TTL)
			memcpy(&p->ttl, data, sizeof(p->ttl));
		if (c->cmsg_level == IPPROTO_IPV6 &&
		    c->cmsg_type == IPV6_HOPLIMIT)
			memcpy(&p->ttl, data, sizeof(p->ttl));
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(&in, data, sizeof(in));
			p->device = (unsigned)in.ipi_ifindex;
		}
		if (c->cmsg_level == IPPROTO_IPV6 &&
		    c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&in6, data, sizeof(in6));
			p->device = in6.ipi6_ifindex;
		}
	}
}

bool
bfdport_receive(int fd, struct bfdport_packet *p)
{
	union {
		struct cmsghdr head;
		uint8_t octets[256];
	} control;
	struct sockaddr_storage from;
	struct iovec part = { p->octets, sizeof(p->octets) };
	struct msghdr m = { .msg_name = &from, .msg_namelen = sizeof(from),
	    .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
	    .msg_controllen = sizeof(control) };
	uint16_t port;
	ssize_t n;

	do
		n = recvmsg(fd, &m, 0);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return false;
	p->device = 0;
	p->ttl = -1;
	p->len = (size_t)n;
	addr_from_sockaddr((const struct sockaddr *)&from, &p->from, &port);
	read_control(&m, p);
	return true;
}

/* ---- sending ---- */

static int
set_uncut(int fd, int family)
{
	return family == AF_INET ?
	    set(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO) :
	    set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DO);
}

static int
set_sender(int fd, const struct bfdport_ends *ends)
{
	if (ends->device[0] != '\0' && setsockopt(fd, SOL_SOCKET,
	    SO_BINDTODEVICE, ends->device, IF_NAMESIZE) == -1)
		return -1;
	/* What comes to this port is nobody's. */
	(void)set(fd, SOL_SOCKET, SO_RCVBUF, 0);
	if (ends->padded && set_uncut(fd, ends->local.family) != 0)
		return -1;
	if (ends->local.family == AF_INET)
		return set(fd, IPPROTO_IP, IP_TTL, BFDPORT_TTL) |
		    set(fd, IPPROTO_IP, IP_TOS, TOS);
	return set(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, BFDPORT_TTL) |
	    set(fd, IPPROTO_IPV6, IPV6_TCLASS, TOS);
}

/* To a free port of the range: those taken at the same address are few. */
static int
bind_source(int fd, const struct addr *local)
{
	struct sockaddr_storage ss;
	struct rand r;

	rand_seed(&r);
	for (int i = 0; i < SOURCE_TRIES; i++) {
		uint16_t port = (uint16_t)(SOURCE_LOW +
		    rand_below(&r, SOURCE_COUNT));
		socklen_t len = addr_to_sockaddr(local, port, &ss);

		if (bind(fd, (struct sockaddr *)&ss, len) == 0)
			return 0;
		if (errno != EADDRINUSE)
			return -1;
	}
	return -1;
}

int
bfdport_open(const struct bfdport_ends *ends)
{
	uint16_t port = ends->far ? BFDPACKET_PORT_FAR : BFDPACKET_PORT;
	struct sockaddr_storage ss;
	socklen_t len = addr_to_sockaddr(&ends->remote, port, &ss);
	int fd = open_socket(ends->local.family);

	if (fd == -1)
		return -1;
	if (set_sender(fd, ends) != 0 || bind_source(fd, &ends->local) != 0 ||
	    connect(fd, (struct sockaddr *)&ss, len) == -1)
		return give_up(fd);
	return fd;
}

/* What the way takes, as far as the kernel knows; 0: it does not. */
static uint32_t
mtu_of(int fd, int family)
{
	int mtu = 0, rc;
	socklen_t len = sizeof(mtu);

	rc = family == AF_INET ?
	    getsockopt(fd, IPPROTO_IP, IP_MTU, &mtu, &len) :
	    getsockopt(fd, IPPROTO_IPV6, IPV6_MTU, &mtu, &len);
	return rc == 0 && mtu > 0 ? (uint32_t)mtu : 0;
}

size_t
bfdport_padding(int fd, const struct bfdport_ends *ends, size_t len)
{
	int family = ends->local.family;
	size_t heads = (family == AF_INET ? HEAD_IPV4 : HEAD_IPV6) + HEAD_UDP;
	size_t whole;

	if (!ends->padded)
		return 0;
	whole = ends->datagram != 0 ? ends->datagram : mtu_of(fd, family);
	if (whole > DATAGRAM_MAX)
		whole = DATAGRAM_MAX;
	return whole > heads + len ? whole - heads - len : 0;
}

int
bfdport_send(int fd, const uint8_t *octets, size_t len, size_t padding)
{
	static uint8_t nothing[DATAGRAM_MAX];
	struct iovec parts[2] = { { (void *)(uintptr_t)octets, len },
	    { nothing, padding } };
	const struct msghdr m = { .msg_iov = parts,
	    .msg_iovlen = padding > 0 ? 2 : 1 };

	assert(padding <= sizeof(nothing));
	/* A refusal that came for an earlier one is told in this one's place. */
	for (int i = 0; i < 2; i++) {
		if (sendmsg(fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL) != -1)
			return 0;
		if (errno != ECONNREFUSED && errno != EHOSTUNREACH &&
		    errno != EINTR)
			break;
	}
	return errno;
}
