/* etherip/frame/arpframe.c - see arpframe.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/frame/arpframe.h"

#include <assert.h>
#include <string.h>

#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"

#define FRAME_MIN	60	/* without FCS */
#define ETHERNET	1

static uint64_t
read_mac(struct rbuf *r)
{
	uint64_t high = rbuf_u16(r);

	return high << 32 | rbuf_u32(r);
}

bool
arpframe_read(struct arpframe *a, const struct ethframe *f,
    const uint8_t *octets, size_t len)
{
	struct rbuf r;
	uint32_t kinds, sizes;

	if (!ethframe_is_arp(f))
		return false;
	rbuf_init(&r, octets + f->payload, len - f->payload);
	kinds = rbuf_u32(&r);
	sizes = rbuf_u16(&r);
	a->op = rbuf_u16(&r);
	a->sender_mac = read_mac(&r);
	a->sender = rbuf_u32(&r);
	a->target_mac = read_mac(&r);
	a->target = rbuf_u32(&r);
	return !r.bad && kinds == (ETHERNET << 16 | ETHFRAME_IPV4) &&
	    sizes == 0x0604 && macaddr_is_station(a->sender_mac);
}

static void
write_mac(struct wbuf *w, uint64_t mac)
{
	wbuf_u16(w, (uint16_t)(mac >> 32));
	wbuf_u32(w, (uint32_t)mac);
}

/* From the station that says it, to that one. */
static size_t
make(uint8_t out[ARPFRAME_MAX], const struct arpframe *a, uint64_t to,
    uint16_t vlan)
{
	struct wbuf w;

	memset(out, 0, ARPFRAME_MAX);
	wbuf_init(&w, out, ARPFRAME_MAX);
	write_mac(&w, to);
	write_mac(&w, a->sender_mac);
	if (vlan != 0)
		wbuf_u32(&w, UINT32_C(0x81000000) | vlan);
	wbuf_u16(&w, a->op == ARPFRAME_REVERSE ? ETHFRAME_RARP :
	    ETHFRAME_ARP);
	wbuf_u16(&w, ETHERNET);
	wbuf_u16(&w, ETHFRAME_IPV4);
	wbuf_u16(&w, 0x0604);
	wbuf_u16(&w, a->op);
	write_mac(&w, a->sender_mac);
	wbuf_u32(&w, a->sender);
	write_mac(&w, a->target_mac);
	wbuf_u32(&w, a->target);
	assert(!w.bad);
	return w.off > FRAME_MIN ? w.off : FRAME_MIN;
}

size_t
arpframe_announce(uint8_t out[ARPFRAME_MAX], uint64_t mac, uint32_t ip,
    uint16_t vlan)
{
	const struct arpframe a = { ARPFRAME_REQUEST, mac, 0, ip, ip };

	return make(out, &a, MACADDR_BROADCAST, vlan);
}

size_t
arpframe_rarp(uint8_t out[ARPFRAME_MAX], uint64_t mac, uint16_t vlan)
{
	const struct arpframe a = { ARPFRAME_REVERSE, mac, mac, 0, 0 };

	return make(out, &a, MACADDR_BROADCAST, vlan);
}

size_t
arpframe_ask(uint8_t out[ARPFRAME_MAX], const struct arpframe *a, uint64_t to,
    uint16_t vlan)
{
	const struct arpframe ask = { ARPFRAME_REQUEST, a->sender_mac, 0,
	    a->sender, a->target };

	return make(out, &ask, to, vlan);
}

size_t
arpframe_answer(uint8_t out[ARPFRAME_MAX], const struct arpframe *q,
    uint64_t mac, uint16_t vlan)
{
	const struct arpframe a = { ARPFRAME_REPLY, mac, q->sender_mac,
	    q->target, q->sender };

	return make(out, &a, q->sender_mac, vlan);
}
