/* etherip/bpf/bpfway.c - see bpfway.h. Messages of rtnetlink(7); the kernel answers within the
 * call that asks, so nothing here waits. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpfway.h"

#include <assert.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/io/routesock.h"

#define ASK_MAX		256
#define ANSWER_MAX	8192
#define USABLE		(NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | \
			 NUD_PROBE | NUD_STALE | NUD_DELAY)

union message {
	struct nlmsghdr	head;
	uint8_t		octets[ANSWER_MAX];
};

int
bpfway_open(void)
{
	return routesock_open();
}

/* ---- messages ---- */

static void *
begin(union message *m, unsigned type, unsigned flags, size_t len)
{
	memset(m, 0, ASK_MAX);
	m->head.nlmsg_type = (uint16_t)type;
	m->head.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	m->head.nlmsg_len = (uint32_t)NLMSG_LENGTH(len);
	return m->octets + NLMSG_HDRLEN;
}

static void
put(union message *m, unsigned type, const void *value, size_t len)
{
	size_t at = NLMSG_ALIGN(m->head.nlmsg_len);
	const struct rtattr a = { .rta_len = (uint16_t)RTA_LENGTH(len),
	    .rta_type = (uint16_t)type };

	assert(at + RTA_SPACE(len) <= ASK_MAX);
	memcpy(m->octets + at, &a, sizeof(a));
	memcpy(m->octets + at + RTA_LENGTH(0), value, len);
	m->head.nlmsg_len = (uint32_t)(at + RTA_LENGTH(len));
}

/* Sends m; its answer is there afterwards, whole. 0, or an errno, the kernel's too. */
static int
ask(int fd, union message *m)
{
	static uint32_t sequence;
	uint32_t mine = ++sequence;
	struct nlmsgerr why;
	ssize_t n;

	m->head.nlmsg_seq = mine;
	if (send(fd, m, m->head.nlmsg_len, 0) == -1)
		return errno;
	do {
		n = recv(fd, m, sizeof(*m), 0);
		if (n == -1 && errno != EINTR)
			return errno;
	} while (n < (ssize_t)sizeof(m->head) || m->head.nlmsg_seq != mine);
	if (m->head.nlmsg_len > (size_t)n)
		return EPROTO;
	if (m->head.nlmsg_type != NLMSG_ERROR)
		return 0;
	if (m->head.nlmsg_len < NLMSG_LENGTH(sizeof(why)))
		return EPROTO;
	memcpy(&why, m->octets + NLMSG_HDRLEN, sizeof(why));
	return -why.error;
}

/* The value of an attribute behind a fixed part of so many octets, of at least len octets;
 * NULL: there is none. */
static const uint8_t *
find(const union message *m, size_t fixed, unsigned type, size_t len)
{
	size_t at = NLMSG_SPACE(fixed), end = m->head.nlmsg_len;
	struct rtattr a;

	for (; at + sizeof(a) <= end; at += RTA_ALIGN(a.rta_len)) {
		memcpy(&a, m->octets + at, sizeof(a));
		if (a.rta_len < sizeof(a) || a.rta_len > end - at)
			return NULL;
		if ((a.rta_type & NLA_TYPE_MASK) == type &&
		    a.rta_len >= RTA_LENGTH(len))
			return m->octets + at + RTA_LENGTH(0);
	}
	return NULL;
}

/* ---- routes ---- */

struct route {
	unsigned    ifindex, mtu;
	struct addr gateway;
};

/* The next station: a gateway of the same family or of the other, or the end itself. */
static void
read_gateway(const union message *m, const struct addr *remote,
    struct addr *out)
{
	const size_t fixed = sizeof(struct rtmsg);
	const uint8_t *v;
	uint16_t family;

	*out = *remote;
	v = find(m, fixed, RTA_GATEWAY, addr_len(remote));
	if (v != NULL) {
		memcpy(out->octets, v, addr_len(remote));
		return;
	}
	v = find(m, fixed, RTA_VIA, sizeof(family) + 16);
	if (v == NULL)
		return;
	memcpy(&family, v, sizeof(family));
	if (family != AF_INET6)
		return;
	*out = (struct addr){ .family = AF_INET6 };
	memcpy(out->octets, v + sizeof(family), 16);
}

static unsigned
read_mtu(const union message *m)
{
	const uint8_t *v = find(m, sizeof(struct rtmsg), RTA_METRICS, 0);
	size_t at = RTA_LENGTH(0), len;
	struct rtattr a;
	uint32_t mtu;

	if (v == NULL)
		return 0;
	memcpy(&a, v - RTA_LENGTH(0), sizeof(a));
	len = a.rta_len;
	v -= RTA_LENGTH(0);
	for (; at + sizeof(a) <= len; at += RTA_ALIGN(a.rta_len)) {
		memcpy(&a, v + at, sizeof(a));
		if (a.rta_len < sizeof(a) || a.rta_len > len - at)
			return 0;
		if (a.rta_type != RTAX_MTU ||
		    a.rta_len < RTA_LENGTH(sizeof(mtu)))
			continue;
		memcpy(&mtu, v + at + RTA_LENGTH(0), sizeof(mtu));
		return mtu;
	}
	return 0;
}

static int
find_route(int fd, const struct bpfway_ends *ends, struct route *out)
{
	const struct addr *local = &ends->local, *remote = &ends->remote;
	union message m;
	struct rtmsg *r = begin(&m, RTM_GETROUTE, 0, sizeof(*r));
	struct rtmsg route;
	const uint8_t *oif;
	uint32_t ifindex;
	int rc;

	r->rtm_family = remote->family;
	r->rtm_dst_len = r->rtm_src_len = (uint8_t)(addr_len(remote) * 8);
	put(&m, RTA_DST, remote->octets, addr_len(remote));
	put(&m, RTA_SRC, local->octets, addr_len(local));
	rc = ask(fd, &m);
	if (rc != 0)
		return rc;
	if (m.head.nlmsg_len < NLMSG_LENGTH(sizeof(route)))
		return EPROTO;
	memcpy(&route, m.octets + NLMSG_HDRLEN, sizeof(route));
	oif = find(&m, sizeof(route), RTA_OIF, sizeof(ifindex));
	if (route.rtm_type != RTN_UNICAST || oif == NULL)
		return EHOSTUNREACH;
	memcpy(&ifindex, oif, sizeof(ifindex));
	out->ifindex = ifindex;
	out->mtu = read_mtu(&m);
	read_gateway(&m, remote, &out->gateway);
	return 0;
}

/* ---- neighbours ---- */

static struct ndmsg *
begin_neighbour(union message *m, unsigned type, unsigned flags,
    const struct route *r)
{
	struct ndmsg *n = begin(m, type, flags, sizeof(*n));

	n->ndm_family = r->gateway.family;
	n->ndm_ifindex = (int)r->ifindex;
	put(m, NDA_DST, r->gateway.octets, addr_len(&r->gateway));
	return n;
}

static bool
find_neighbour(int fd, const struct route *r, uint8_t mac[6],
    uint16_t *state)
{
	union message m;
	struct ndmsg n;
	const uint8_t *v;

	*state = 0;
	(void)begin_neighbour(&m, RTM_GETNEIGH, 0, r);
	if (ask(fd, &m) != 0 || m.head.nlmsg_len < NLMSG_LENGTH(sizeof(n)))
		return false;
	memcpy(&n, m.octets + NLMSG_HDRLEN, sizeof(n));
	*state = n.ndm_state;
	v = find(&m, sizeof(n), NDA_LLADDR, 6);
	if (v == NULL || (n.ndm_state & USABLE) == 0)
		return false;
	memcpy(mac, v, 6);
	return true;
}

/* As if a packet went there: the kernel asks for it, or asks again. */
static void
use_neighbour(int fd, const struct route *r)
{
	union message m;
	struct ndmsg *n = begin_neighbour(&m, RTM_NEWNEIGH, NLM_F_ACK |
	    NLM_F_CREATE, r);

	n->ndm_flags = NTF_USE;
	n->ndm_state = NUD_NONE;
	(void)ask(fd, &m);
}

/* ---- the whole ---- */

static int
read_device(struct bpfway *w)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), rc = 0;
	struct ifreq r = { 0 };

	if (fd == -1)
		return errno;
	if (if_indextoname(w->ifindex, r.ifr_name) == NULL ||
	    ioctl(fd, SIOCGIFHWADDR, &r) != 0)
		rc = errno;
	else if (r.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		rc = EPROTOTYPE;
	else
		memcpy(w->mac, r.ifr_hwaddr.sa_data, 6);
	if (rc == 0 && ioctl(fd, SIOCGIFMTU, &r) == 0 && r.ifr_mtu > 0 &&
	    (w->mtu == 0 || w->mtu > (unsigned)r.ifr_mtu))
		w->mtu = (unsigned)r.ifr_mtu;
	(void)close(fd);
	return rc;
}

int
bpfway_find(int fd, const struct bpfway_ends *ends, struct bpfway *out)
{
	struct route r;
	uint16_t state;
	int rc = find_route(fd, ends, &r);

	*out = (struct bpfway){ 0 };
	if (rc != 0)
		return rc;
	out->ifindex = r.ifindex;
	out->mtu = r.mtu;
	rc = read_device(out);
	if (rc != 0)
		return rc;
	out->known = find_neighbour(fd, &r, out->hop, &state);
	if ((state & (NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE)) == 0)
		use_neighbour(fd, &r);
	return 0;
}

/* ---- changes ---- */

int
bpfway_watch(void)
{
	const struct sockaddr_nl at = { .nl_family = AF_NETLINK,
	    .nl_groups = RTMGRP_LINK | RTMGRP_NEIGH | RTMGRP_IPV4_ROUTE |
	    RTMGRP_IPV6_ROUTE };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    NETLINK_ROUTE);

	if (fd != -1 && bind(fd, (const struct sockaddr *)&at,
	    sizeof(at)) != 0) {
		int was = errno;

		(void)close(fd);
		errno = was;
		return -1;
	}
	return fd;
}

bool
bpfway_drain(int fd)
{
	union message m;
	bool any = false;

	for (;;) {
		ssize_t n = recv(fd, &m, sizeof(m), 0);

		/* ENOBUFS: some were lost, so anything may have changed. */
		if (n == -1 && errno != EINTR && errno != ENOBUFS)
			return any;
		any = true;
	}
}
