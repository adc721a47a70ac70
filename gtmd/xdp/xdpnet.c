/* gtmd/xdp/xdpnet.c - see xdpnet.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/xdp/xdpnet.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"

static void
name_request(struct ifreq *r, const char *name)
{
	*r = (struct ifreq){ 0 };
	(void)memccpy(r->ifr_name, name, '\0', sizeof(r->ifr_name) - 1);
}

/* Queues that receive and send: a socket sends by the queue that it receives
 * from. A driver that does not say has one. */
static unsigned
read_queues(int fd, const char *name)
{
	struct ethtool_channels c = { .cmd = ETHTOOL_GCHANNELS };
	struct ifreq r;
	unsigned n;

	name_request(&r, name);
	r.ifr_data = (char *)&c;
	if (ioctl(fd, SIOCETHTOOL, &r) == -1)
		return 1;
	n = c.combined_count +
	    (c.rx_count < c.tx_count ? c.rx_count : c.tx_count);
	return n > 0 ? n : 1;
}

static unsigned
read_mtu(int fd, const char *name)
{
	struct ifreq r;

	name_request(&r, name);
	if (ioctl(fd, SIOCGIFMTU, &r) == -1 || r.ifr_mtu < 0)
		return 0;
	return (unsigned)r.ifr_mtu;
}

static bool
is_ethernet(const struct ifaddrs *a)
{
	const struct sockaddr_ll *ll;

	if (a->ifa_addr == NULL || a->ifa_addr->sa_family != AF_PACKET ||
	    (a->ifa_flags & IFF_UP) == 0 || (a->ifa_flags & IFF_LOOPBACK) != 0)
		return false;
	ll = (const struct sockaddr_ll *)(const void *)a->ifa_addr;
	return ll->sll_hatype == ARPHRD_ETHER && ll->sll_halen == 6;
}

static void
add_interface(struct xdpnet *n, size_t *room, const struct ifaddrs *a, int fd)
{
	const struct sockaddr_ll *ll =
	    (const struct sockaddr_ll *)(const void *)a->ifa_addr;
	struct xdpnet_interface *i;

	n->v = mem_grow(n->v, room, n->count + 1, sizeof(*n->v));
	i = &n->v[n->count++];
	*i = (struct xdpnet_interface){
		.index = (unsigned)ll->sll_ifindex,
		.mtu = read_mtu(fd, a->ifa_name),
		.queues = read_queues(fd, a->ifa_name),
	};
	(void)memccpy(i->name, a->ifa_name, '\0', sizeof(i->name) - 1);
	memcpy(i->mac, ll->sll_addr, sizeof(i->mac));
}

/* An address's label may be "eth0:1"; what is before the colon counts. */
static struct xdpnet_interface *
of_label(struct xdpnet *n, const char *label)
{
	size_t len = strcspn(label, ":");

	for (size_t i = 0; i < n->count; i++)
		if (strlen(n->v[i].name) == len &&
		    memcmp(n->v[i].name, label, len) == 0)
			return &n->v[i];
	return NULL;
}

static void
add_address(struct xdpnet *n, const struct ifaddrs *a)
{
	struct xdpnet_interface *i;
	struct addr address;
	uint16_t port;

	if (a->ifa_addr == NULL)
		return;
	addr_from_sockaddr(a->ifa_addr, &address, &port);
	i = of_label(n, a->ifa_name);
	if (address.family == 0 || i == NULL)
		return;
	i->addresses = mem_grow(i->addresses, &i->room, i->count + 1,
	    sizeof(*i->addresses));
	i->addresses[i->count++] = address;
}

int
xdpnet_read(struct xdpnet *n, struct err *e)
{
	struct ifaddrs *all = NULL;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	size_t room = 0;
	int rc = 0;

	*n = (struct xdpnet){ 0 };
	if (fd == -1 || getifaddrs(&all) == -1) {
		rc = err_sys(e, errno, "list of interfaces");
		goto out;
	}
	for (const struct ifaddrs *a = all; a != NULL; a = a->ifa_next)
		if (is_ethernet(a))
			add_interface(n, &room, a, fd);
	for (const struct ifaddrs *a = all; a != NULL; a = a->ifa_next)
		add_address(n, a);
out:
	freeifaddrs(all);
	if (fd != -1)
		(void)close(fd);
	return rc;
}

void
xdpnet_fini(struct xdpnet *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->v[i].addresses);
	free(n->v);
	*n = (struct xdpnet){ 0 };
}

const struct xdpnet_interface *
xdpnet_find(const struct xdpnet *n, const char *name)
{
	for (size_t i = 0; i < n->count; i++)
		if (strcmp(n->v[i].name, name) == 0)
			return &n->v[i];
	return NULL;
}

bool
xdpnet_has_address(const struct xdpnet_interface *i, const struct addr *a)
{
	for (size_t k = 0; k < i->count; k++)
		if (addr_equal(&i->addresses[k], a))
			return true;
	return false;
}

int
xdpnet_watch(struct err *e)
{
	struct sockaddr_nl to = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR |
		    RTMGRP_IPV6_IFADDR,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    NETLINK_ROUTE);
	int why;

	if (fd != -1 && bind(fd, (const struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	why = errno;
	if (fd != -1)
		(void)close(fd);
	return err_sys(e, why, "changes of interfaces");
}

/* What was said does not matter, nor what was lost of it (ENOBUFS): all is read
 * anew. */
void
xdpnet_hear(int fd)
{
	char said[8192];

	while (recv(fd, said, sizeof(said), 0) != -1 || errno == ENOBUFS)
		continue;
}
