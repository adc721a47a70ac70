/* etherip/path/wansock.c - see wansock.h.
 *
 * A raw socket hears all of its protocol from its birth on, so what came before it was
 * connected is thrown away; who reads looks at the source all the same. IPv6's path MTU
 * discovery is never switched off: Linux would cut everything at 1,280 octets.
 * Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/wansock.h"

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/xfrm.h>
#include <sys/socket.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "etherip/frame/etheriphead.h"

#define BUFFER	(4 << 20)	/* octets: some milliseconds of 10 Gb/s */
#define ESP	50

/* The kernel's headers and the C library's do not go together here. */
#ifndef SOL_IPV6
#define SOL_IP		0
#define SOL_IPV6	41
#endif

static int
set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

/* Larger than the system's limit where we may (CAP_NET_ADMIN). */
static void
set_buffers(int fd)
{
	if (set(fd, SOL_SOCKET, SO_RCVBUFFORCE, BUFFER) == -1)
		(void)set(fd, SOL_SOCKET, SO_RCVBUF, BUFFER);
	if (set(fd, SOL_SOCKET, SO_SNDBUFFORCE, BUFFER) == -1)
		(void)set(fd, SOL_SOCKET, SO_SNDBUF, BUFFER);
}

static int
set_ipv4(int fd, const struct wansock_config *c)
{
	if (set(fd, SOL_IP, IP_PKTINFO, 1) == -1)
		return -1;
	return set(fd, SOL_IP, IP_MTU_DISCOVER, !c->use_pmtu ?
	    IP_PMTUDISC_DONT : c->fragment ? IP_PMTUDISC_WANT :
	    IP_PMTUDISC_DO);
}

static int
set_ipv6(int fd, const struct wansock_config *c)
{
	if (set(fd, SOL_IPV6, IPV6_RECVTCLASS, 1) == -1 ||
	    set(fd, SOL_IPV6, IPV6_RECVHOPLIMIT, 1) == -1 ||
	    set(fd, SOL_IPV6, IPV6_RECVPKTINFO, 1) == -1)
		return -1;
	return set(fd, SOL_IPV6, IPV6_MTU_DISCOVER, c->fragment ?
	    IPV6_PMTUDISC_WANT : IPV6_PMTUDISC_DO);
}

struct policy {
	struct xfrm_userpolicy_info info;
	struct xfrm_user_tmpl	 tmpl;
};

/* Of this socket, in one direction: nothing without ESP (RFC 4303, transport mode). */
static int
require_esp(int fd, const struct wansock_config *c, unsigned direction)
{
	const struct addr *from = direction == XFRM_POLICY_OUT ? &c->local :
	    &c->remote;
	const struct addr *to = direction == XFRM_POLICY_OUT ? &c->remote :
	    &c->local;
	bool v6 = c->local.family == AF_INET6;
	struct policy p = { .info = { .action = XFRM_POLICY_ALLOW,
	    .dir = (uint8_t)direction, .sel = { .family = c->local.family },
	    .lft = { .soft_byte_limit = XFRM_INF, .hard_byte_limit = XFRM_INF,
	    .soft_packet_limit = XFRM_INF, .hard_packet_limit = XFRM_INF } },
	    .tmpl = { .family = c->local.family, .mode = XFRM_MODE_TRANSPORT,
	    .id.proto = ESP, .aalgos = UINT32_MAX, .ealgos = UINT32_MAX,
	    .calgos = UINT32_MAX } };

	memcpy(&p.tmpl.saddr, from->octets, addr_len(from));
	memcpy(&p.tmpl.id.daddr, to->octets, addr_len(to));
	return setsockopt(fd, v6 ? SOL_IPV6 : SOL_IP, v6 ? IPV6_XFRM_POLICY :
	    IP_XFRM_POLICY, &p, sizeof(p));
}

static int
protect(int fd, const struct wansock_config *c, unsigned direction,
    struct err *e)
{
	if (require_esp(fd, c, direction) == 0)
		return 0;
	return err_set(e, ERR_UNSUPPORTED, "protection ipsec: this kernel does "
	    "not check packets for IPsec (%s)", strerror(errno));
}

/* Everything but the addresses. Returns a code. */
static int
prepare(int fd, const struct wansock_config *c, struct err *e)
{
	set_buffers(fd);
	if ((c->local.family == AF_INET6 ? set_ipv6 : set_ipv4)(fd, c) == -1)
		return err_sys(e, errno, "options of protocol 97");
	return c->ipsec ? protect(fd, c, XFRM_POLICY_IN, e) : 0;
}

static int
join(int fd, const struct wansock_config *c, struct err *e)
{
	struct sockaddr_storage ss;
	char text[ADDR_TEXT_MAX];
	socklen_t len;

	len = addr_to_sockaddr(&c->local, 0, &ss);
	if (bind(fd, (struct sockaddr *)&ss, len) == -1)
		return err_sys(e, errno, "local-address %s",
		    addr_format(&c->local, text));
	len = addr_to_sockaddr(&c->remote, 0, &ss);
	if (connect(fd, (struct sockaddr *)&ss, len) == -1)
		return err_sys(e, errno, "remote-address %s",
		    addr_format(&c->remote, text));
	/* Not before: without keys (yet) it would be refused. */
	return c->ipsec ? protect(fd, c, XFRM_POLICY_OUT, e) : 0;
}

static void
drain(int fd)
{
	uint8_t octet;

	while (recv(fd, &octet, 1, MSG_DONTWAIT) != -1 || errno == ECONNREFUSED)
		;
}

uint16_t
wansock_way(const struct wansock_config *c, struct err *e)
{
	struct wansock_config plain = *c;
	/* Of a socket that does not send the kernel keeps the way that it once had. */
	int fd = socket(c->local.family, SOCK_DGRAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	uint16_t mtu = 0;

	if (fd == -1) {
		(void)err_sys(e, errno, "a socket that looks for the way");
		return 0;
	}
	plain.ipsec = false;
	if (join(fd, &plain, e) == 0)
		mtu = wansock_mtu(fd, c->local.family);
	(void)close(fd);
	return mtu;
}

int
wansock_open(const struct wansock_config *c, struct err *e)
{
	int fd = socket(c->local.family, SOCK_RAW | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, ETHERIPHEAD_PROTOCOL), rc;

	if (fd == -1)
		return err_sys(e, errno, "a raw socket of protocol 97");
	rc = prepare(fd, c, e);
	if (rc == 0)
		rc = join(fd, c, e);
	if (rc != 0) {
		(void)close(fd);
		return rc;
	}
	drain(fd);
	return fd;
}

int
wansock_open_heads(const struct wansock_config *c, struct err *e)
{
	struct wansock_config plain = *c;
	int fd = socket(c->local.family, SOCK_RAW | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, IPPROTO_RAW), rc = 0;

	if (fd == -1)
		return err_sys(e, errno, "a raw socket for fragments");
	plain.ipsec = false;
	(void)set(fd, SOL_SOCKET, SO_SNDBUFFORCE, BUFFER);
	/* Connection tracking would put them together again. */
	if (c->local.family == AF_INET && set(fd, SOL_IP, IP_NODEFRAG, 1) == -1)
		rc = err_sys(e, errno, "options of fragments");
	if (rc == 0)
		rc = join(fd, &plain, e);
	if (rc == 0)
		return fd;
	(void)close(fd);
	return rc;
}

uint16_t
wansock_mtu(int fd, uint8_t family)
{
	bool v6 = family == AF_INET6;
	int mtu, over = wansock_overhead(family);
	socklen_t len = sizeof(mtu);

	if (getsockopt(fd, v6 ? SOL_IPV6 : SOL_IP, v6 ? IPV6_MTU : IP_MTU, &mtu,
	    &len) == -1 || mtu <= over)
		return 0;
	return (uint16_t)(mtu - over > UINT16_MAX ? UINT16_MAX : mtu - over);
}
