/* etherip/bfd/bfdpacket.c - see bfdpacket.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/bfd/bfdpacket.h"

#include <assert.h>

#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"

#define VERSION	1

enum {
	FLAG_POLL = 0x20, FLAG_FINAL = 0x10, FLAG_AUTH = 0x04,
	FLAG_DEMAND = 0x02, FLAG_MULTIPOINT = 0x01
};

/* In the order of the RFC's rules. */
static enum bfdpacket_fault
fault_of(const struct bfdpacket *p, uint8_t version, uint8_t flags)
{
	if (version != VERSION)
		return BFDPACKET_VERSION;
	if (p->multiplier == 0)
		return BFDPACKET_MULTIPLIER;
	if ((flags & FLAG_MULTIPOINT) != 0)
		return BFDPACKET_MULTIPOINT;
	if (p->mine == 0 || (p->yours == 0 && p->state != BFDPACKET_DOWN &&
	    p->state != BFDPACKET_ADMINDOWN))
		return BFDPACKET_DISCRIMINATOR;
	return (flags & FLAG_AUTH) != 0 ? BFDPACKET_AUTH : BFDPACKET_GOOD;
}

enum bfdpacket_fault
bfdpacket_read(struct bfdpacket *p, const uint8_t *octets, size_t len)
{
	struct rbuf r;
	uint8_t head, flags, says;

	rbuf_init(&r, octets, len);
	head = rbuf_u8(&r);
	flags = rbuf_u8(&r);
	p->diag = head & 0x1f;
	p->state = (enum bfdpacket_state)(flags >> 6);
	p->poll = (flags & FLAG_POLL) != 0;
	p->final = (flags & FLAG_FINAL) != 0;
	p->demand = (flags & FLAG_DEMAND) != 0;
	p->multiplier = rbuf_u8(&r);
	says = rbuf_u8(&r);
	p->mine = rbuf_u32(&r);
	p->yours = rbuf_u32(&r);
	p->min_tx_us = rbuf_u32(&r);
	p->min_rx_us = rbuf_u32(&r);
	p->min_echo_us = rbuf_u32(&r);
	if (r.bad || says < BFDPACKET_OCTETS || says > len)
		return BFDPACKET_SHORT;
	return fault_of(p, head >> 5, flags);
}

void
bfdpacket_write(const struct bfdpacket *p, uint8_t out[BFDPACKET_OCTETS])
{
	struct wbuf w;

	wbuf_init(&w, out, BFDPACKET_OCTETS);
	wbuf_u8(&w, (uint8_t)(VERSION << 5 | (p->diag & 0x1f)));
	wbuf_u8(&w, (uint8_t)(p->state << 6 | (p->poll ? FLAG_POLL : 0) |
	    (p->final ? FLAG_FINAL : 0) | (p->demand ? FLAG_DEMAND : 0)));
	wbuf_u8(&w, p->multiplier);
	wbuf_u8(&w, BFDPACKET_OCTETS);
	wbuf_u32(&w, p->mine);
	wbuf_u32(&w, p->yours);
	wbuf_u32(&w, p->min_tx_us);
	wbuf_u32(&w, p->min_rx_us);
	wbuf_u32(&w, p->min_echo_us);
	assert(!w.bad);
}

const char *
bfdpacket_state_name(enum bfdpacket_state s)
{
	static const char *const names[] = {
		"admin-down", "down", "init", "up"
	};

	return names[s];
}
