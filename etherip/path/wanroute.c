/* etherip/path/wanroute.c - see wanroute.h.
 *
 * Of a route with several ways the kernel would answer with one, by its hash, and the other end
 * may send by any: so the entry is asked for, not the way. What is for this host itself comes
 * in by the loopback, or (IPv6) as if by the interface that has the address.
 * Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/wanroute.h"

#include <linux/rtnetlink.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/io/routemsg.h"
#include "core/io/routesock.h"

#define LOOPBACK	1u	/* its index in each network namespace */

/* What the kernel says. */
struct answer {
	bool	 reachable;
	struct wanroute route;
};

static void
add(struct wanroute *r, uint32_t interface)
{
	if (interface != 0 && r->count < WANROUTE_MAX &&
	    !wanroute_has(r, interface))
		r->interface[r->count++] = interface;
}

static void
add_ways(struct wanroute *r, const uint8_t *value, size_t len)
{
	struct rtnexthop hop;

	for (size_t at = 0; at + sizeof(hop) <= len;
	    at += RTNH_ALIGN(hop.rtnh_len)) {
		memcpy(&hop, value + at, sizeof(hop));
		if (hop.rtnh_len < sizeof(hop) || hop.rtnh_len > len - at)
			return;
		add(r, (uint32_t)hop.rtnh_ifindex);
	}
}

static void
read_route(void *arg, const struct nlmsghdr *h, size_t len)
{
	size_t at = NLMSG_SPACE(sizeof(struct rtmsg));
	const uint8_t *octets = (const uint8_t *)h;
	struct answer *a = arg;
	struct rtmsg r;
	struct rtattr t;
	uint32_t index;

	if (h->nlmsg_type != RTM_NEWROUTE || len < at)
		return;
	memcpy(&r, octets + NLMSG_HDRLEN, sizeof(r));
	a->reachable = r.rtm_type == RTN_UNICAST || r.rtm_type == RTN_LOCAL;
	if (r.rtm_type == RTN_LOCAL)
		add(&a->route, LOOPBACK);
	for (; at + sizeof(t) <= len; at += RTA_ALIGN(t.rta_len)) {
		memcpy(&t, octets + at, sizeof(t));
		if (t.rta_len < sizeof(t) || t.rta_len > len - at)
			return;
		if (t.rta_type == RTA_OIF &&
		    t.rta_len >= RTA_LENGTH(sizeof(index))) {
			memcpy(&index, octets + at + RTA_LENGTH(0),
			    sizeof(index));
			add(&a->route, index);
		} else if ((t.rta_type & NLA_TYPE_MASK) == RTA_MULTIPATH)
			add_ways(&a->route, octets + at + RTA_LENGTH(0),
			    t.rta_len - RTA_LENGTH(0));
	}
}

int
wanroute_find(const struct addr *local, const struct addr *remote,
    struct wanroute *out)
{
	struct answer a = { .reachable = false };
	struct routemsg m;
	struct rtmsg *r = routemsg_begin(&m, RTM_GETROUTE, NLM_F_REQUEST |
	    NLM_F_ACK, sizeof(*r));
	int fd = routesock_open(), rc;

	if (fd == -1)
		return errno;
	r->rtm_family = remote->family;
	r->rtm_dst_len = r->rtm_src_len = (uint8_t)(addr_len(remote) * 8);
	r->rtm_flags = RTM_F_FIB_MATCH;
	routemsg_put(&m, RTA_DST, remote->octets, addr_len(remote));
	routemsg_put(&m, RTA_SRC, local->octets, addr_len(local));
	/* It ends with the acknowledgement, as a list would. */
	rc = routesock_dump(fd, &m, read_route, &a);
	(void)close(fd);
	if (rc == 0 && (!a.reachable || a.route.count == 0))
		rc = EHOSTUNREACH;
	if (rc == 0)
		*out = a.route;
	return rc;
}
