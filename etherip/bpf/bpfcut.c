/* etherip/bpf/bpfcut.c - see bpfcut.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/bpf/bpfcut.h"

#include <assert.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/io/routemsg.h"
#include "core/io/routesock.h"

#define ALIAS		"etheripd"
/* More than one piece is too many, whoever counts them; and guests' frames, which nobody has
 * counted, are too long from here on (the kernel takes no less). */
#define PIECES		1u
#define LONG		512u

struct names {
	char in[IF_NAMESIZE], out[IF_NAMESIZE], end[IF_NAMESIZE];
};

/* FNV-1a: names of interfaces have room for so much of who we are. */
static struct names
names_of(const char *whose)
{
	uint32_t sum = 2166136261u;
	struct names n;

	for (const char *c = whose; *c != '\0'; c++)
		sum = (sum ^ (uint8_t)*c) * 16777619u;
	(void)snprintf(n.in, sizeof(n.in), "eipcut%08xa", (unsigned)sum);
	(void)snprintf(n.out, sizeof(n.out), "eipcut%08xb", (unsigned)sum);
	(void)snprintf(n.end, sizeof(n.end), "eipcut%08xc", (unsigned)sum);
	return n;
}

/* ---- messages ---- */

/* Attributes within an attribute. */
struct nest {
	uint8_t	octets[128];
	size_t	len;
};

static void
put(struct nest *n, unsigned type, const void *value, size_t len)
{
	const struct rtattr a = { .rta_len = (uint16_t)RTA_LENGTH(len),
	    .rta_type = (uint16_t)type };

	assert(n->len + RTA_SPACE(len) <= sizeof(n->octets));
	memcpy(n->octets + n->len, &a, sizeof(a));
	memcpy(n->octets + n->len + RTA_LENGTH(0), value, len);
	n->len += RTA_SPACE(len);
}

static struct ifinfomsg *
begin(struct routemsg *m, unsigned flags, unsigned index)
{
	struct ifinfomsg *i = routemsg_begin(m, RTM_NEWLINK, NLM_F_ACK | flags,
	    sizeof(*i));

	i->ifi_index = (int)index;
	return i;
}

static void
put_kind(struct routemsg *m, const char *kind, const struct nest *data)
{
	struct nest info = { .len = 0 };

	put(&info, IFLA_INFO_KIND, kind, strlen(kind) + 1);
	put(&info, IFLA_INFO_DATA, data->octets, data->len);
	routemsg_put(m, IFLA_LINKINFO, info.octets, info.len);
}

static int
make_pair(int fd, const struct names *n)
{
	static const struct ifinfomsg none;
	struct nest peer = { .len = sizeof(none) }, data = { .len = 0 };
	struct routemsg m;

	memcpy(peer.octets, &none, sizeof(none));
	put(&peer, IFLA_IFNAME, n->end, strlen(n->end) + 1);
	put(&data, VETH_INFO_PEER, peer.octets, peer.len);
	(void)begin(&m, NLM_F_CREATE | NLM_F_EXCL, 0);
	routemsg_put(&m, IFLA_IFNAME, n->out, strlen(n->out) + 1);
	put_kind(&m, "veth", &data);
	return routesock_change(fd, &m);
}

static int
make_upper(int fd, const struct names *n, unsigned lower)
{
	const uint32_t mode = MACVLAN_MODE_PRIVATE, link = lower;
	struct nest data = { .len = 0 };
	struct routemsg m;

	put(&data, IFLA_MACVLAN_MODE, &mode, sizeof(mode));
	(void)begin(&m, NLM_F_CREATE | NLM_F_EXCL, 0);
	routemsg_put(&m, IFLA_IFNAME, n->in, strlen(n->in) + 1);
	routemsg_put(&m, IFLA_LINK, &link, sizeof(link));
	put_kind(&m, "macvlan", &data);
	return routesock_change(fd, &m);
}

/* Nobody speaks by it: neither IPv6, where there is any, nor ARP. */
static int
set_up(int fd, unsigned index)
{
	const uint8_t mode = IN6_ADDR_GEN_MODE_NONE;
	struct nest own = { .len = 0 }, families = { .len = 0 };
	struct ifinfomsg *i;
	struct routemsg m;

	put(&own, IFLA_INET6_ADDR_GEN_MODE, &mode, sizeof(mode));
	put(&families, AF_INET6, own.octets, own.len);
	(void)begin(&m, 0, index);
	routemsg_put(&m, IFLA_AF_SPEC, families.octets, families.len);
	(void)routesock_change(fd, &m);
	(void)begin(&m, 0, index);
	routemsg_put(&m, IFLA_IFALIAS, ALIAS, strlen(ALIAS));
	(void)routesock_change(fd, &m);
	i = begin(&m, 0, index);
	i->ifi_flags = i->ifi_change = IFF_UP | IFF_NOARP;
	return routesock_change(fd, &m);
}

static int
set_limit(int fd, unsigned index, unsigned type, uint32_t value)
{
	struct routemsg m;

	(void)begin(&m, 0, index);
	routemsg_put(&m, type, &value, sizeof(value));
	return routesock_change(fd, &m);
}

static void
take_away(int fd, unsigned index)
{
	struct routemsg m;
	struct ifinfomsg *i = routemsg_begin(&m, RTM_DELLINK, NLM_F_ACK,
	    sizeof(*i));

	i->ifi_index = (int)index;
	(void)routesock_change(fd, &m);
}

/* ---- the whole ---- */

/* The upper one comes last: it is at work at once when what is below it has its carrier. */
static int
make(int fd, const struct names *n, struct bpfcut *out)
{
	int why = make_pair(fd, n);

	out->out = if_nametoindex(n->out);
	if (why == 0)
		why = set_up(fd, if_nametoindex(n->end));
	if (why == 0)
		why = set_up(fd, out->out);
	if (why == 0)
		why = make_upper(fd, n, out->out);
	out->in = if_nametoindex(n->in);
	if (why == 0)
		why = set_limit(fd, out->in, IFLA_GSO_MAX_SEGS, PIECES);
	if (why == 0)
		why = set_limit(fd, out->in, IFLA_GSO_MAX_SIZE, LONG);
	if (why == 0)
		why = set_up(fd, out->in);
	if (why != 0 && out->out != 0)
		take_away(fd, out->out);
	return why;
}

static bool
is_up(int fd, unsigned index)
{
	struct ifreq r = { 0 };

	return index != 0 && if_indextoname(index, r.ifr_name) != NULL &&
	    ioctl(fd, SIOCGIFFLAGS, &r) == 0 && (r.ifr_flags & IFF_UP) != 0;
}

bool
bpfcut_is_up(const struct bpfcut *c)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool up = fd != -1 && is_up(fd, c->in) && is_up(fd, c->out);

	if (fd != -1)
		(void)close(fd);
	return up;
}

int
bpfcut_make(const char *whose, struct bpfcut *out)
{
	struct names n = names_of(whose);
	int fd, why;

	*out = (struct bpfcut){ if_nametoindex(n.in), if_nametoindex(n.out) };
	if (bpfcut_is_up(out))
		return 0;
	fd = routesock_open();
	if (fd == -1)
		return errno;
	if (out->out != 0)
		take_away(fd, out->out);
	why = make(fd, &n, out);
	if (why != 0)
		*out = (struct bpfcut){ 0 };
	(void)close(fd);
	return why;
}

void
bpfcut_remove(unsigned out)
{
	int fd = out == 0 ? -1 : routesock_open();

	if (fd == -1)
		return;
	take_away(fd, out);
	(void)close(fd);
}
