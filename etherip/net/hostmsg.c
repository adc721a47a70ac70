/* etherip/net/hostmsg.c - see hostmsg.h. Layer: etherip/net.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/net/hostmsg.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <net/if.h>
#include <string.h>

static const uint8_t ours = HOSTMSG_PROTOCOL;

/* ---- addresses ---- */

static void
put_address(struct routemsg *m, unsigned type, unsigned flags,
    const struct hostmsg_address *a)
{
	struct ifaddrmsg *h = routemsg_begin(m, type, NLM_F_ACK | flags,
	    sizeof(*h));

	h->ifa_family = a->addr.family;
	h->ifa_prefixlen = a->len;
	h->ifa_index = a->index;
	routemsg_put(m, IFA_LOCAL, a->addr.octets, addr_len(&a->addr));
	routemsg_put(m, IFA_ADDRESS, a->addr.octets, addr_len(&a->addr));
}

void
hostmsg_add_address(struct routemsg *m, const struct hostmsg_address *a)
{
	/* An address of IPv6 counts at once: a tunnel is to begin with it, or
	 * the other unit of a pair had it a moment ago. */
	static const uint32_t now = IFA_F_NODAD;

	put_address(m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, a);
	routemsg_put(m, IFA_PROTO, &ours, sizeof(ours));
	if (a->addr.family == AF_INET6)
		routemsg_put(m, IFA_FLAGS, &now, sizeof(now));
}

void
hostmsg_remove_address(struct routemsg *m, const struct hostmsg_address *a)
{
	put_address(m, RTM_DELADDR, 0, a);
}

/* ---- routes ---- */

static struct rtmsg *
put_route(struct routemsg *m, unsigned type, unsigned flags,
    const struct hostmsg_route *r)
{
	const struct addr *to = &r->to.addr;
	struct rtmsg *h = routemsg_begin(m, type, NLM_F_ACK | flags,
	    sizeof(*h));
	uint32_t index = r->index;

	h->rtm_family = to->family;
	h->rtm_dst_len = r->to.len;
	h->rtm_table = RT_TABLE_MAIN;
	h->rtm_protocol = HOSTMSG_PROTOCOL;
	if (r->to.len > 0)
		routemsg_put(m, RTA_DST, to->octets, addr_len(to));
	if (r->gateway.family != 0)
		routemsg_put(m, RTA_GATEWAY, r->gateway.octets,
		    addr_len(&r->gateway));
	if (index != 0)
		routemsg_put(m, RTA_OIF, &index, sizeof(index));
	return h;
}

/* RTA_METRICS holds attributes itself: one, of 32 bits. */
static void
put_mtu(struct routemsg *m, uint32_t mtu)
{
	struct {
		struct rtattr	head;
		uint32_t	value;
	} in = { { sizeof(in), RTAX_MTU }, mtu };

	if (mtu != 0)
		routemsg_put(m, RTA_METRICS, &in, sizeof(in));
}

void
hostmsg_add_route(struct routemsg *m, const struct hostmsg_route *r)
{
	struct rtmsg *h = put_route(m, RTM_NEWROUTE, NLM_F_CREATE |
	    NLM_F_EXCL, r);

	h->rtm_scope = r->gateway.family != 0 || r->to.addr.family == AF_INET6 ?
	    RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	h->rtm_type = RTN_UNICAST;
	put_mtu(m, r->mtu);
}

void
hostmsg_remove_route(struct routemsg *m, const struct hostmsg_route *r)
{
	struct rtmsg *h = put_route(m, RTM_DELROUTE, 0, r);

	h->rtm_scope = RT_SCOPE_NOWHERE;	/* of any */
}

/* ---- interfaces ---- */

void
hostmsg_raise(struct routemsg *m, unsigned index, uint32_t mtu)
{
	struct ifinfomsg *h = routemsg_begin(m, RTM_NEWLINK, NLM_F_ACK,
	    sizeof(*h));

	h->ifi_index = (int)index;
	h->ifi_change = IFF_UP;
	h->ifi_flags = IFF_UP;
	if (mtu != 0)
		routemsg_put(m, IFLA_MTU, &mtu, sizeof(mtu));
}

void
hostmsg_add_vlan(struct routemsg *m, const char *name, unsigned parent,
    uint16_t tag)
{
	static const char kind[] = "vlan";
	/* IFLA_LINKINFO { IFLA_INFO_KIND "vlan", IFLA_INFO_DATA { IFLA_VLAN_ID } },
	 * each of a length that is whole words. */
	struct {
		struct rtattr	kind;
		char		word[8];
		struct rtattr	data, id;
		uint16_t	tag, rest;
	} in = {
		.kind = { RTA_LENGTH(sizeof(kind)), IFLA_INFO_KIND },
		.data = { RTA_LENGTH(RTA_SPACE(sizeof(tag))), IFLA_INFO_DATA },
		.id = { RTA_LENGTH(sizeof(tag)), IFLA_VLAN_ID },
		.tag = tag,
	};
	struct ifinfomsg *h = routemsg_begin(m, RTM_NEWLINK, NLM_F_ACK |
	    NLM_F_CREATE | NLM_F_EXCL, sizeof(*h));
	uint32_t link = parent, group = HOSTMSG_PROTOCOL;

	h->ifi_family = AF_UNSPEC;
	memcpy(in.word, kind, sizeof(kind));
	routemsg_put(m, IFLA_LINK, &link, sizeof(link));
	routemsg_put(m, IFLA_IFNAME, name, strlen(name) + 1);
	routemsg_put(m, IFLA_GROUP, &group, sizeof(group));
	routemsg_put(m, IFLA_LINKINFO, &in, sizeof(in));
}

void
hostmsg_remove_device(struct routemsg *m, unsigned index)
{
	struct ifinfomsg *h = routemsg_begin(m, RTM_DELLINK, NLM_F_ACK,
	    sizeof(*h));

	h->ifi_index = (int)index;
}

/* ---- what there is ---- */

void
hostmsg_ask_addresses(struct routemsg *m)
{
	(void)routemsg_begin(m, RTM_GETADDR, NLM_F_DUMP,
	    sizeof(struct ifaddrmsg));
}

void
hostmsg_ask_routes(struct routemsg *m)
{
	(void)routemsg_begin(m, RTM_GETROUTE, NLM_F_DUMP,
	    sizeof(struct rtmsg));
}

void
hostmsg_ask_devices(struct routemsg *m)
{
	(void)routemsg_begin(m, RTM_GETLINK, NLM_F_DUMP,
	    sizeof(struct ifinfomsg));
}

/* An attribute: its octets, len of them. */
struct found {
	const uint8_t	*octets;
	size_t		 len;
};

/* Where each attribute of a message with a fixed part of that length is, by its type below
 * max. False: it is cut short. */
static bool
find(const struct nlmsghdr *h, size_t len, size_t fixed, struct found *to,
    size_t max)
{
	const uint8_t *octets = (const uint8_t *)h;
	size_t at = NLMSG_SPACE(fixed);
	struct rtattr a;

	memset(to, 0, max * sizeof(*to));
	if (len < NLMSG_LENGTH(fixed) || h->nlmsg_len > len)
		return false;
	for (; at + sizeof(a) <= h->nlmsg_len; at += RTA_ALIGN(a.rta_len)) {
		memcpy(&a, octets + at, sizeof(a));
		if (a.rta_len < sizeof(a) || a.rta_len > h->nlmsg_len - at)
			return false;
		if (a.rta_type < max)
			to[a.rta_type] = (struct found){
				octets + at + RTA_LENGTH(0),
				a.rta_len - RTA_LENGTH(0) };
	}
	return true;
}

static bool
read_addr(const struct found *f, uint8_t family, struct addr *out)
{
	struct addr a = { .family = family };

	if (f->octets == NULL || f->len != addr_len(&a))
		return false;
	memcpy(a.octets, f->octets, f->len);
	*out = a;
	return true;
}

static void
read_u32(const struct found *f, uint32_t *out)
{
	if (f->octets != NULL && f->len == sizeof(*out))
		memcpy(out, f->octets, sizeof(*out));
}

/* As put_mtu puts it, and the kernel sends it back. */
static void
read_mtu(const struct found *metrics, uint32_t *mtu)
{
	struct rtattr a;

	if (metrics->len < RTA_LENGTH(sizeof(*mtu)))
		return;
	memcpy(&a, metrics->octets, sizeof(a));
	if (a.rta_type == RTAX_MTU)
		memcpy(mtu, metrics->octets + RTA_LENGTH(0), sizeof(*mtu));
}

bool
hostmsg_read_address(const struct nlmsghdr *h, size_t len,
    struct hostmsg_address *out)
{
	struct found f[IFA_PROTO + 1];
	const struct found *by = &f[IFA_PROTO];
	struct ifaddrmsg a;

	*out = (struct hostmsg_address){ 0 };
	if (!find(h, len, sizeof(a), f, IFA_PROTO + 1) ||
	    h->nlmsg_type != RTM_NEWADDR)
		return false;
	memcpy(&a, (const uint8_t *)h + NLMSG_HDRLEN, sizeof(a));
	out->index = a.ifa_index;
	out->len = a.ifa_prefixlen;
	return by->octets != NULL && by->len == 1 &&
	    by->octets[0] == HOSTMSG_PROTOCOL &&
	    (read_addr(&f[IFA_LOCAL], a.ifa_family, &out->addr) ||
	    read_addr(&f[IFA_ADDRESS], a.ifa_family, &out->addr));
}

bool
hostmsg_read_route(const struct nlmsghdr *h, size_t len,
    struct hostmsg_route *out)
{
	struct found f[RTA_METRICS + 1];
	uint32_t index = 0;
	struct rtmsg r;

	*out = (struct hostmsg_route){ 0 };
	if (!find(h, len, sizeof(r), f, RTA_METRICS + 1) ||
	    h->nlmsg_type != RTM_NEWROUTE)
		return false;
	memcpy(&r, (const uint8_t *)h + NLMSG_HDRLEN, sizeof(r));
	if (r.rtm_protocol != HOSTMSG_PROTOCOL ||
	    r.rtm_table != RT_TABLE_MAIN ||
	    (r.rtm_family != AF_INET && r.rtm_family != AF_INET6))
		return false;
	out->to.addr.family = r.rtm_family;
	out->to.len = r.rtm_dst_len;
	if (r.rtm_dst_len > 0 &&
	    !read_addr(&f[RTA_DST], r.rtm_family, &out->to.addr))
		return false;
	(void)read_addr(&f[RTA_GATEWAY], r.rtm_family, &out->gateway);
	read_u32(&f[RTA_OIF], &index);
	out->index = index;
	read_mtu(&f[RTA_METRICS], &out->mtu);
	return true;
}

bool
hostmsg_read_device(const struct nlmsghdr *h, size_t len,
    struct hostmsg_device *out)
{
	struct found f[IFLA_GROUP + 1];
	struct ifinfomsg i;
	uint32_t group = 0;

	*out = (struct hostmsg_device){ 0 };
	if (!find(h, len, sizeof(i), f, IFLA_GROUP + 1) ||
	    h->nlmsg_type != RTM_NEWLINK)
		return false;
	memcpy(&i, (const uint8_t *)h + NLMSG_HDRLEN, sizeof(i));
	read_u32(&f[IFLA_GROUP], &group);
	out->index = (unsigned)i.ifi_index;
	out->vlan = group == HOSTMSG_PROTOCOL && f[IFLA_LINK].octets != NULL;
	return out->vlan || (f[IFLA_IFALIAS].len >= sizeof(HOSTMSG_ALIAS) - 1 &&
	    memcmp(f[IFLA_IFALIAS].octets, HOSTMSG_ALIAS,
	    sizeof(HOSTMSG_ALIAS) - 1) == 0);
}
