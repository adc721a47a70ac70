/* core/io/routemsg.c - see routemsg.h. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/routemsg.h"

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include <assert.h>
#include <string.h>

#define LOOPBACK_INDEX	1	/* in each network namespace, since 2.6.24 */

void *
routemsg_begin(struct routemsg *m, unsigned type, unsigned flags, size_t len)
{
	memset(m, 0, sizeof(*m));
	m->head.nlmsg_type = (uint16_t)type;
	m->head.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	m->head.nlmsg_len = (uint32_t)NLMSG_LENGTH(len);
	return m->octets + NLMSG_HDRLEN;
}

void
routemsg_put(struct routemsg *m, unsigned type, const void *value, size_t len)
{
	size_t at = NLMSG_ALIGN(m->head.nlmsg_len);
	const struct rtattr a = { .rta_len = (uint16_t)RTA_LENGTH(len),
	    .rta_type = (uint16_t)type };

	assert(at + RTA_SPACE(len) <= sizeof(m->octets));
	memcpy(m->octets + at, &a, sizeof(a));
	memcpy(m->octets + at + RTA_LENGTH(0), value, len);
	m->head.nlmsg_len = (uint32_t)(at + RTA_LENGTH(len));
}

static void
put_u32(struct routemsg *m, unsigned type, uint32_t value)
{
	routemsg_put(m, type, &value, sizeof(value));
}

static uint8_t
act_of(enum routemsg_action a)
{
	switch (a) {
	case ROUTEMSG_ANY:
		return FR_ACT_UNSPEC;
	case ROUTEMSG_TABLE:
		return FR_ACT_TO_TBL;
	case ROUTEMSG_GOTO:
		return FR_ACT_GOTO;
	case ROUTEMSG_NOTHING:
		return FR_ACT_NOP;
	case ROUTEMSG_UNREACHABLE:
		return FR_ACT_UNREACHABLE;
	}
	return FR_ACT_UNSPEC;
}

static void
put_rule(struct routemsg *m, unsigned type, unsigned flags,
    const struct routemsg_rule *r)
{
	static const uint8_t protocol = ROUTEMSG_PROTOCOL;
	struct fib_rule_hdr *h = routemsg_begin(m, type, flags, sizeof(*h));

	h->family = r->family;
	h->action = act_of(r->action);
	h->flags = r->others ? FIB_RULE_INVERT : 0;
	put_u32(m, FRA_PRIORITY, r->priority);
	routemsg_put(m, FRA_PROTOCOL, &protocol, sizeof(protocol));
	if (r->mask != 0) {
		put_u32(m, FRA_FWMARK, r->mark);
		put_u32(m, FRA_FWMASK, r->mask);
	}
	if (r->action == ROUTEMSG_TABLE)
		put_u32(m, FRA_TABLE, r->to);
	if (r->action == ROUTEMSG_GOTO)
		put_u32(m, FRA_GOTO, r->to);
}

void
routemsg_add_rule(struct routemsg *m, const struct routemsg_rule *r)
{
	assert(r->action != ROUTEMSG_ANY);
	put_rule(m, RTM_NEWRULE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, r);
}

void
routemsg_remove_rule(struct routemsg *m, const struct routemsg_rule *r)
{
	put_rule(m, RTM_DELRULE, NLM_F_ACK, r);
}

static struct rtmsg *
begin_route(struct routemsg *m, unsigned type, unsigned flags,
    const struct routemsg_route *r)
{
	struct rtmsg *h = routemsg_begin(m, type, flags, sizeof(*h));

	h->rtm_family = r->family;
	h->rtm_table = RT_TABLE_UNSPEC;		/* its number needs 32 bits */
	h->rtm_protocol = ROUTEMSG_PROTOCOL;
	put_u32(m, RTA_TABLE, r->table);
	if (r->gateway.family != 0)
		routemsg_put(m, RTA_GATEWAY, r->gateway.octets, addr_len(&r->gateway));
	return h;
}

void
routemsg_add_route(struct routemsg *m, const struct routemsg_route *r)
{
	struct rtmsg *h = begin_route(m, RTM_NEWROUTE, NLM_F_ACK |
	    NLM_F_CREATE | NLM_F_REPLACE, r);

	assert(r->local || r->gateway.family == r->family);
	h->rtm_scope = r->local ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE;
	h->rtm_type = r->local ? RTN_LOCAL : RTN_UNICAST;
	if (r->local)
		put_u32(m, RTA_OIF, LOOPBACK_INDEX);
}

void
routemsg_remove_route(struct routemsg *m, const struct routemsg_route *r)
{
	struct rtmsg *h = begin_route(m, RTM_DELROUTE, NLM_F_ACK, r);

	h->rtm_scope = RT_SCOPE_NOWHERE;	/* of any */
}

void
routemsg_ask_way(struct routemsg *m, const struct addr *to, uint32_t mark)
{
	struct rtmsg *h = routemsg_begin(m, RTM_GETROUTE, 0, sizeof(*h));

	h->rtm_family = to->family;
	h->rtm_dst_len = (uint8_t)(addr_len(to) * 8);
	routemsg_put(m, RTA_DST, to->octets, addr_len(to));
	put_u32(m, RTA_MARK, mark);
}

/* The gateway's octets, of the route's own family. */
static bool
read_gateway(const uint8_t *value, size_t len, uint8_t family,
    struct addr *out)
{
	*out = (struct addr){ .family = family };
	if (len != addr_len(out))
		return false;
	memcpy(out->octets, value, len);
	return true;
}

bool
routemsg_read_way(const struct nlmsghdr *h, size_t len,
    struct routemsg_way *out)
{
	const uint8_t *octets = (const uint8_t *)h;
	struct rtmsg route;
	struct rtattr a;
	size_t at = NLMSG_SPACE(sizeof(route)), end;

	*out = (struct routemsg_way){ 0 };
	if (len < NLMSG_LENGTH(sizeof(route)) || h->nlmsg_len > len ||
	    h->nlmsg_len < NLMSG_LENGTH(sizeof(route)) ||
	    h->nlmsg_type != RTM_NEWROUTE)
		return false;
	end = h->nlmsg_len;
	memcpy(&route, octets + NLMSG_HDRLEN, sizeof(route));
	if (route.rtm_family != AF_INET && route.rtm_family != AF_INET6)
		return false;
	out->local = route.rtm_type == RTN_LOCAL;
	for (; at + sizeof(a) <= end; at += RTA_ALIGN(a.rta_len)) {
		memcpy(&a, octets + at, sizeof(a));
		if (a.rta_len < sizeof(a) || a.rta_len > end - at)
			return false;
		if (a.rta_type == RTA_GATEWAY && !read_gateway(octets + at +
		    RTA_LENGTH(0), a.rta_len - RTA_LENGTH(0),
		    route.rtm_family, &out->gateway))
			return false;
	}
	return true;
}
