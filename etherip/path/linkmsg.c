/* etherip/path/linkmsg.c - see linkmsg.h. Layer: etherip/path, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/linkmsg.h"

#include <linux/if.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <string.h>

#include "etherip/frame/macaddr.h"

/* Returns where the attribute stands. */
static size_t
put(struct routemsg *m, unsigned type, const void *value, size_t len)
{
	size_t at = NLMSG_ALIGN(m->head.nlmsg_len);

	routemsg_put(m, type, value, len);
	return at;
}

static void
put_text(struct routemsg *m, unsigned type, const char *text)
{
	(void)put(m, type, text, strlen(text) + 1);
}

/* All that was put since stands inside the attribute at `at`. */
static void
enclose(struct routemsg *m, size_t at)
{
	uint16_t len = (uint16_t)(m->head.nlmsg_len - at);

	memcpy(m->octets + at + offsetof(struct rtattr, rta_len), &len,
	    sizeof(len));
}

static struct ifinfomsg *
begin_link(struct routemsg *m, unsigned type, unsigned flags, unsigned index)
{
	struct ifinfomsg *i = routemsg_begin(m, type, NLM_F_ACK | flags, sizeof(*i));

	i->ifi_index = (int)index;
	return i;
}

void
linkmsg_make_bridge(struct routemsg *m, const char *name)
{
	size_t info;

	(void)begin_link(m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);
	put_text(m, IFLA_IFNAME, name);
	info = put(m, IFLA_LINKINFO, "", 0);
	put_text(m, IFLA_INFO_KIND, "bridge");
	enclose(m, info);
}

void
linkmsg_remove(struct routemsg *m, unsigned index)
{
	(void)begin_link(m, RTM_DELLINK, 0, index);
}

void
linkmsg_set_up(struct routemsg *m, unsigned index)
{
	struct ifinfomsg *i = begin_link(m, RTM_NEWLINK, 0, index);

	i->ifi_flags = i->ifi_change = IFF_UP;
}

void
linkmsg_set_alias(struct routemsg *m, unsigned index, const char *alias)
{
	(void)begin_link(m, RTM_NEWLINK, 0, index);
	(void)put(m, IFLA_IFALIAS, alias, strlen(alias));
}

void
linkmsg_set_mac(struct routemsg *m, unsigned index, uint64_t mac)
{
	uint8_t octets[6];

	macaddr_put(octets, mac);
	(void)begin_link(m, RTM_NEWLINK, 0, index);
	(void)put(m, IFLA_ADDRESS, octets, sizeof(octets));
}

void
linkmsg_set_master(struct routemsg *m, unsigned index, unsigned master)
{
	const uint32_t value = master;

	(void)begin_link(m, RTM_NEWLINK, 0, index);
	(void)put(m, IFLA_MASTER, &value, sizeof(value));
}

void
linkmsg_set_no_ipv6(struct routemsg *m, unsigned index)
{
	static const uint8_t mode = IN6_ADDR_GEN_MODE_NONE;
	size_t families, family;

	(void)begin_link(m, RTM_NEWLINK, 0, index);
	families = put(m, IFLA_AF_SPEC, "", 0);
	family = put(m, AF_INET6, "", 0);
	(void)put(m, IFLA_INET6_ADDR_GEN_MODE, &mode, sizeof(mode));
	enclose(m, family);
	enclose(m, families);
}

void
linkmsg_set_isolated(struct routemsg *m, unsigned index, bool on)
{
	const uint8_t value = on;
	struct ifinfomsg *i = begin_link(m, RTM_SETLINK, 0, index);
	size_t port;

	i->ifi_family = AF_BRIDGE;
	port = put(m, IFLA_PROTINFO | NLA_F_NESTED, "", 0);
	(void)put(m, IFLA_BRPORT_ISOLATED, &value, sizeof(value));
	enclose(m, port);
}

void
linkmsg_forget(struct routemsg *m, unsigned index, uint64_t mac)
{
	struct ndmsg *n = routemsg_begin(m, RTM_DELNEIGH, NLM_F_ACK, sizeof(*n));
	uint8_t octets[6];

	macaddr_put(octets, mac);
	n->ndm_family = AF_BRIDGE;
	n->ndm_ifindex = (int)index;
	n->ndm_flags = NTF_MASTER;
	(void)put(m, NDA_LLADDR, octets, sizeof(octets));
}

void
linkmsg_ask(struct routemsg *m, const char *name)
{
	(void)routemsg_begin(m, RTM_GETLINK, 0, sizeof(struct ifinfomsg));
	put_text(m, IFLA_IFNAME, name);
}

void
linkmsg_ask_index(struct routemsg *m, unsigned index)
{
	struct ifinfomsg *i = routemsg_begin(m, RTM_GETLINK, 0, sizeof(*i));

	i->ifi_index = (int)index;
}

/* ---- answers ---- */

static void
read_text(char *out, size_t cap, const uint8_t *value, size_t len)
{
	size_t n = strnlen((const char *)value, len);

	if (n >= cap)
		n = cap - 1;
	memcpy(out, value, n);
	out[n] = '\0';
}

static void
read_kind(struct linkmsg_link *l, const uint8_t *value, size_t len)
{
	struct rtattr a;

	for (size_t at = 0; at + sizeof(a) <= len;
	    at += RTA_ALIGN(a.rta_len)) {
		memcpy(&a, value + at, sizeof(a));
		if (a.rta_len < sizeof(a) || a.rta_len > len - at)
			return;
		if (a.rta_type == IFLA_INFO_KIND)
			read_text(l->kind, sizeof(l->kind), value + at +
			    RTA_LENGTH(0), a.rta_len - RTA_LENGTH(0));
	}
}

static void
read_attribute(struct linkmsg_link *l, unsigned type, const uint8_t *value,
    size_t len)
{
	uint32_t number;

	if (type == IFLA_IFNAME)
		read_text(l->name, sizeof(l->name), value, len);
	else if (type == IFLA_IFALIAS)
		read_text(l->alias, sizeof(l->alias), value, len);
	else if (type == IFLA_LINKINFO)
		read_kind(l, value, len);
	else if (type == IFLA_ADDRESS && len == 6)
		l->mac = macaddr_get(value);
	else if (type == IFLA_MASTER && len == sizeof(number)) {
		memcpy(&number, value, sizeof(number));
		l->master = number;
	}
}

bool
linkmsg_read(const uint8_t *octets, size_t len, struct linkmsg_link *out)
{
	size_t at = NLMSG_SPACE(sizeof(struct ifinfomsg));
	struct nlmsghdr h;
	struct ifinfomsg i;
	struct rtattr a;

	*out = (struct linkmsg_link){ 0 };
	if (len < at)
		return false;
	memcpy(&h, octets, sizeof(h));
	memcpy(&i, octets + NLMSG_HDRLEN, sizeof(i));
	if (h.nlmsg_type != RTM_NEWLINK || h.nlmsg_len > len)
		return false;
	out->index = (unsigned)i.ifi_index;
	for (; at + sizeof(a) <= h.nlmsg_len; at += RTA_ALIGN(a.rta_len)) {
		memcpy(&a, octets + at, sizeof(a));
		if (a.rta_len < sizeof(a) || a.rta_len > h.nlmsg_len - at)
			return false;
		read_attribute(out, a.rta_type & NLA_TYPE_MASK, octets + at +
		    RTA_LENGTH(0), a.rta_len - RTA_LENGTH(0));
	}
	return true;
}
