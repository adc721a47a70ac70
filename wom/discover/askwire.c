/* wom/discover/askwire.c - see askwire.h. Layer: wom/discover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/discover/askwire.h"

#include <string.h>
#include <sys/socket.h>

#include "core/wire/be16.h"
#include "core/wire/netsum.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"
#include "wom/discover/ippacket.h"

#define VERSION		1
#define ANSWER_1	0x776f6d64u	/* "womd" */
#define ANSWER_2	0x2d616e73u	/* "-ans" */

/* RFC 792, RFC 4443 section 4. */
enum { REPLY4 = 0, REQUEST4 = 8, REQUEST6 = 128, REPLY6 = 129 };

static void
write_head(struct wbuf *w, uint8_t type, const struct askwire_ask *a)
{
	wbuf_u8(w, type);
	wbuf_u8(w, 0);
	wbuf_u16(w, 0);		/* checksum */
	wbuf_u16(w, a->ident);
	wbuf_u16(w, a->sequence);
}

static void
fill_checksum(uint8_t out[ASKWIRE_LEN], uint8_t family)
{
	if (family == AF_INET)
		be16_put(out + 2, netsum_fold(netsum_add(0, out, ASKWIRE_LEN)));
}

void
askwire_write_ask(uint8_t out[ASKWIRE_LEN], uint8_t family,
    const struct askwire_ask *a)
{
	struct wbuf w;

	memset(out, 0, ASKWIRE_LEN);
	wbuf_init(&w, out, ASKWIRE_LEN);
	write_head(&w, family == AF_INET ? REQUEST4 : REQUEST6, a);
	wbuf_u32(&w, ASKWIRE_ASK_1);
	wbuf_u32(&w, ASKWIRE_ASK_2);
	wbuf_u32(&w, (uint32_t)VERSION << 24);
	wbuf_u32(&w, 0);
	wbuf_octets(&w, a->site, ASKWIRE_SITE);
	wbuf_octets(&w, a->token, ASKWIRE_TOKEN);
	fill_checksum(out, family);
}

void
askwire_write_answer(uint8_t out[ASKWIRE_LEN], uint8_t family,
    const struct askwire_ask *to, const struct askwire_answer *a)
{
	struct wbuf w;

	memset(out, 0, ASKWIRE_LEN);
	wbuf_init(&w, out, ASKWIRE_LEN);
	write_head(&w, family == AF_INET ? REPLY4 : REPLY6, to);
	wbuf_u32(&w, ANSWER_1);
	wbuf_u32(&w, ANSWER_2);
	wbuf_u8(&w, VERSION);
	wbuf_u8(&w, a->at.addr.family == AF_INET ? 4 : 6);
	wbuf_u16(&w, a->at.port);
	wbuf_u32(&w, 0);
	wbuf_octets(&w, a->site, ASKWIRE_SITE);
	wbuf_octets(&w, a->token, ASKWIRE_TOKEN);
	wbuf_octets(&w, a->at.addr.octets, sizeof(a->at.addr.octets));
	fill_checksum(out, family);
}

static void
read_octets(struct rbuf *r, uint8_t *to, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = rbuf_u8(r);
}

bool
askwire_read_ask(struct askwire_ask *a, struct addr *from,
    const uint8_t *packet, size_t len)
{
	struct ippacket p;
	struct rbuf r;
	bool mine;

	if (!ippacket_read(&p, packet, len))
		return false;
	if (p.protocol != (p.source.family == AF_INET ? IPPACKET_ICMP :
	    IPPACKET_ICMP6))
		return false;
	rbuf_init(&r, p.payload, p.len);
	mine = rbuf_u8(&r) == (p.source.family == AF_INET ? REQUEST4 :
	    REQUEST6);
	mine &= rbuf_u8(&r) == 0;
	(void)rbuf_u16(&r);
	a->ident = rbuf_u16(&r);
	a->sequence = rbuf_u16(&r);
	mine &= rbuf_u32(&r) == ASKWIRE_ASK_1;
	mine &= rbuf_u32(&r) == ASKWIRE_ASK_2;
	mine &= rbuf_u8(&r) == VERSION;
	(void)rbuf_skip(&r, 7);
	read_octets(&r, a->site, ASKWIRE_SITE);
	read_octets(&r, a->token, ASKWIRE_TOKEN);
	(void)rbuf_skip(&r, 16);	/* the answer is no longer */
	*from = p.source;
	return mine && !r.bad;
}

bool
askwire_read_answer(struct askwire_answer *a, const uint8_t *octets,
    size_t len, uint8_t family, bool ip_header)
{
	struct ippacket p = { .payload = octets, .len = len };
	struct rbuf r;
	uint8_t six;
	bool mine;

	if (ip_header && !ippacket_read(&p, octets, len))
		return false;
	*a = (struct askwire_answer){ 0 };
	rbuf_init(&r, p.payload, p.len);
	mine = rbuf_u8(&r) == (family == AF_INET ? REPLY4 : REPLY6);
	mine &= rbuf_u8(&r) == 0;
	(void)rbuf_skip(&r, 6);
	mine &= rbuf_u32(&r) == ANSWER_1;
	mine &= rbuf_u32(&r) == ANSWER_2;
	mine &= rbuf_u8(&r) == VERSION;
	six = rbuf_u8(&r);
	mine &= six == 4 || six == 6;
	a->at.addr.family = six == 4 ? AF_INET : AF_INET6;
	a->at.port = rbuf_u16(&r);
	(void)rbuf_skip(&r, 4);
	read_octets(&r, a->site, ASKWIRE_SITE);
	read_octets(&r, a->token, ASKWIRE_TOKEN);
	read_octets(&r, a->at.addr.octets, addr_len(&a->at.addr));
	(void)rbuf_skip(&r, 16 - addr_len(&a->at.addr));
	return mine && !r.bad && a->at.port != 0;
}
