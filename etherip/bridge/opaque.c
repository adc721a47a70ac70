/* etherip/bridge/opaque.c - see opaque.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/bridge/opaque.h"

#include <string.h>

#include "core/base/siphash.h"
#include "core/wire/netsum.h"
#include "etherip/bridge/snoop.h"
#include "etherip/frame/arpframe.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"
#include "etherip/frame/ndframe.h"

_Static_assert(OPAQUE_ANSWER_MAX >= ARPFRAME_MAX &&
    OPAQUE_ANSWER_MAX >= NDFRAME_MAX, "room for either");

#define ARP_SENDER	8	/* octets before the sender's MAC address */
#define ARP_TARGET	18
#define IPV4_HEAD	20
#define IPV6_HEAD	40
#define ICMP6		58

uint64_t
opaque_derive(uint64_t burnt_in, const char *group)
{
	uint8_t key[SIPHASH_KEY] = "opaque group";
	uint64_t mac;

	macaddr_put(key + SIPHASH_KEY - 6, burnt_in);
	mac = siphash_24(key, group, strlen(group)) &
	    UINT64_C(0xffffffffffff) & ~(uint64_t)(FDB_MEMBERS_MAX - 1);
	return (mac | MACADDR_LOCAL) & ~MACADDR_GROUP;
}

static struct opaque_verdict
stops(enum opaque_why why)
{
	return (struct opaque_verdict){ .why = why, .to = FDB_NONE };
}

static struct opaque_verdict
passes(unsigned to)
{
	return (struct opaque_verdict){ .why = OPAQUE_PASSES, .to = to };
}

static bool
is_excluded(const struct opaque *o, const struct addr *ip)
{
	for (size_t i = 0; i < o->exclude_count; i++)
		if (addr_equal(&o->excludes[i], ip))
			return true;
	return false;
}

/* Who has it, and where is who has it now? */
static bool
find(const struct opaque *o, const struct opaque_frame *x,
    const struct addr *ip, struct snoop_fact *out)
{
	struct fdb_key k;
	unsigned at;

	if (!snoop_find(o->snoop, ip, x->head->vlan, x->now_s, out))
		return false;
	k = (struct fdb_key){ out->mac, out->vlan };
	at = fdb_find(o->fdb, &k, x->now_s);
	if (at != FDB_NONE)
		out->member = (uint8_t)at;
	return true;
}

/* Its sender is one of ours now. */
static void
hide_sender(const struct opaque *o, const struct opaque_frame *x)
{
	macaddr_put(x->octets + 6, opaque_proxy(o, x->from));
}

/* What is to be done with a question for an address. */
enum question { ANSWER, LEAVE, PASS_ON };

static enum question
judge(const struct opaque *o, const struct opaque_frame *x,
    const struct addr *ip, struct snoop_fact *known)
{
	/* A station that looks whether somebody else has its address, or has just come
	 * from the other side. */
	if (!find(o, x, ip, known) || known->mac == x->head->src)
		return PASS_ON;
	return known->member == x->from ? LEAVE : ANSWER;
}

/* ---- ARP ---- */

static struct addr
ipv4(uint32_t ip)
{
	return (struct addr){ AF_INET, { (uint8_t)(ip >> 24),
	    (uint8_t)(ip >> 16), (uint8_t)(ip >> 8), (uint8_t)ip } };
}

static void
hide_arp(const struct opaque *o, const struct opaque_frame *x)
{
	hide_sender(o, x);
	macaddr_put(x->octets + x->head->payload + ARP_SENDER,
	    opaque_proxy(o, x->from));
}

static struct opaque_verdict
arp_question(const struct opaque *o, const struct opaque_frame *x,
    const struct arpframe *a, uint8_t answer[OPAQUE_ANSWER_MAX])
{
	struct opaque_verdict v = stops(OPAQUE_ANSWERED);
	struct addr target = ipv4(a->target);
	struct snoop_fact known;

	if (a->sender == a->target) {	/* news */
		hide_arp(o, x);
		return passes(FDB_NONE);
	}
	if (is_excluded(o, &target))
		return stops(OPAQUE_EXCLUDED);
	switch (judge(o, x, &target, &known)) {
	case ANSWER:
		v.answer_len = arpframe_answer(answer, a,
		    opaque_proxy(o, known.member), x->head->vlan);
		return v;
	case LEAVE:
		return stops(OPAQUE_SAME);
	case PASS_ON:
		break;
	}
	hide_arp(o, x);
	macaddr_put(x->octets, MACADDR_BROADCAST);
	return passes(FDB_NONE);
}

static struct opaque_verdict
arp_answer(const struct opaque *o, const struct opaque_frame *x,
    const struct arpframe *a)
{
	struct addr asker = ipv4(a->target);
	struct snoop_fact known;

	if (x->head->aim != ETHFRAME_UNICAST) {
		hide_arp(o, x);
		return passes(FDB_NONE);
	}
	if (!find(o, x, &asker, &known))
		return stops(OPAQUE_UNKNOWN);
	if (known.member == x->from)
		return stops(OPAQUE_SAME);
	hide_arp(o, x);
	macaddr_put(x->octets, known.mac);
	macaddr_put(x->octets + x->head->payload + ARP_TARGET, known.mac);
	return passes(known.member);
}

static struct opaque_verdict
decide_arp(const struct opaque *o, const struct opaque_frame *x,
    uint8_t answer[OPAQUE_ANSWER_MAX])
{
	struct arpframe a;

	if (!arpframe_read(&a, x->head, x->octets, x->len))
		return stops(OPAQUE_MALFORMED);
	if (x->head->type == ETHFRAME_RARP)
		return stops(OPAQUE_NOT_IP);	/* it names no address */
	if (x->head->aim == ETHFRAME_UNICAST &&
	    !opaque_is_proxy(o, x->head->dst))
		return stops(OPAQUE_SAME);
	return a.op == ARPFRAME_REQUEST ? arp_question(o, x, &a, answer) :
	    arp_answer(o, x, &a);
}

/* ---- neighbour discovery that crosses ---- */

/* Octets before the options of messages that may tell a station (RFC 4861 section 4); 0: of
 * others. */
static size_t
options_at(const uint8_t *head, size_t len)
{
	static const uint8_t before[] = { 8, 16, 24, 24, 40 };	/* 133..137 */

	if (len < IPV6_HEAD + 8 || head[6] != ICMP6 || head[7] != 255 ||
	    head[IPV6_HEAD] < 133 || head[IPV6_HEAD] > 137)
		return 0;
	return IPV6_HEAD + before[head[IPV6_HEAD] - 133];
}

/* The six octets at p, which the checksum at sum covers, two at a time. */
static void
replace_mac(uint8_t *p, uint64_t mac, uint8_t *sum)
{
	for (int shift = 32; shift >= 0; shift -= 16, p += 2) {
		uint16_t was = (uint16_t)(p[0] << 8 | p[1]);
		uint16_t now = (uint16_t)(mac >> shift), checksum;

		checksum = netsum_update((uint16_t)(sum[0] << 8 | sum[1]),
		    was, now);
		p[0] = (uint8_t)(now >> 8);
		p[1] = (uint8_t)now;
		sum[0] = (uint8_t)(checksum >> 8);
		sum[1] = (uint8_t)checksum;
	}
}

/* Stations that its options name become ours (RFC 4389 section 4.1.3). */
static void
hide_nd(const struct opaque *o, const struct opaque_frame *x)
{
	uint8_t *head = x->octets + x->head->payload;
	size_t len = x->len - x->head->payload;
	size_t at = x->head->type == ETHFRAME_IPV6 ? options_at(head, len) : 0;

	while (at > 0 && at + 8 <= len && head[at + 1] != 0) {
		if (head[at] <= 2 && head[at] >= 1 && head[at + 1] == 1)
			replace_mac(head + at + 2, opaque_proxy(o, x->from),
			    head + IPV6_HEAD + 2);
		at += head[at + 1] * 8u;
	}
}

/* ---- IP ---- */

/* The packet's destination. False: it is cut short. */
static bool
read_destination(const struct opaque_frame *x, struct addr *ip)
{
	const uint8_t *head = x->octets + x->head->payload;
	size_t len = x->len - x->head->payload;
	bool v4 = x->head->type == ETHFRAME_IPV4;

	*ip = (struct addr){ .family = v4 ? AF_INET : AF_INET6 };
	if (len < (v4 ? IPV4_HEAD : IPV6_HEAD))
		return false;
	memcpy(ip->octets, head + (v4 ? 16 : 24), addr_len(ip));
	return true;
}

/* The router for it that the longest route names; NULL: none. */
static const struct addr *
router_for(const struct opaque *o, const struct addr *ip)
{
	const struct opaque_route *best = NULL;

	for (size_t i = 0; i < o->route_count; i++)
		if (addr_in_prefix(ip, &o->routes[i].to) &&
		    (best == NULL || o->routes[i].to.len > best->to.len))
			best = &o->routes[i];
	return best != NULL ? &best->via : NULL;
}

static struct opaque_verdict
to_one(const struct opaque *o, const struct opaque_frame *x)
{
	const struct addr *via;
	struct snoop_fact known;
	struct addr ip;

	if (!read_destination(x, &ip))
		return stops(OPAQUE_MALFORMED);
	if (!find(o, x, &ip, &known)) {
		via = router_for(o, &ip);
		if (via == NULL || !find(o, x, via, &known))
			return stops(OPAQUE_UNKNOWN);
	}
	/* It may go back to where it came from: its station has come over since. */
	hide_nd(o, x);
	hide_sender(o, x);
	macaddr_put(x->octets, known.mac);
	return passes(known.member);
}

static struct opaque_verdict
nd_question(const struct opaque *o, const struct opaque_frame *x,
    struct ndframe *q, uint8_t answer[OPAQUE_ANSWER_MAX])
{
	struct opaque_verdict v = stops(OPAQUE_ANSWERED);
	struct snoop_fact known;
	struct ndframe a;

	if (is_excluded(o, &q->target))
		return stops(OPAQUE_EXCLUDED);
	switch (judge(o, x, &q->target, &known)) {
	case ANSWER:
		a = (struct ndframe){ .router = known.router,
		    .link = opaque_proxy(o, known.member) };
		q->link = x->head->src;
		v.answer_len = ndframe_answer(answer, q, &a, x->head->vlan);
		return v;
	case LEAVE:
		return stops(OPAQUE_SAME);
	case PASS_ON:
		break;
	}
	hide_nd(o, x);
	hide_sender(o, x);
	if (x->head->aim == ETHFRAME_UNICAST)	/* whoever has it hears groups */
		macaddr_put(x->octets, UINT64_C(0x3333ff000000) |
		    (uint64_t)q->target.octets[13] << 16 |
		    (uint64_t)q->target.octets[14] << 8 |
		    q->target.octets[15]);
	return passes(FDB_NONE);
}

static struct opaque_verdict
decide_ip(const struct opaque *o, const struct opaque_frame *x,
    uint8_t answer[OPAQUE_ANSWER_MAX])
{
	struct ndframe n;
	bool one = x->head->aim == ETHFRAME_UNICAST;

	if (one && !opaque_is_proxy(o, x->head->dst))
		return stops(OPAQUE_SAME);
	if (ndframe_read(&n, x->head, x->octets, x->len) &&
	    n.kind == NDFRAME_ASK)
		return nd_question(o, x, &n, answer);
	if (one)
		return to_one(o, x);
	hide_nd(o, x);
	hide_sender(o, x);
	return passes(FDB_NONE);
}

struct opaque_verdict
opaque_decide(const struct opaque *o, const struct opaque_frame *x,
    uint8_t answer[OPAQUE_ANSWER_MAX])
{
	if (opaque_is_proxy(o, x->head->src))
		return stops(OPAQUE_LOOP);
	if (ethframe_is_arp(x->head))
		return decide_arp(o, x, answer);
	return ethframe_is_ip(x->head) ? decide_ip(o, x, answer) :
	    stops(OPAQUE_NOT_IP);
}
