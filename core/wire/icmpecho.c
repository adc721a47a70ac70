/* core/wire/icmpecho.c - see icmpecho.h. Layer: core/wire, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/wire/icmpecho.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>

#include "core/wire/be16.h"
#include "core/wire/netsum.h"
#include "core/wire/rbuf.h"
#include "core/wire/wbuf.h"

/* What the two families call it. */
struct numbers {
	uint8_t	 request, reply;
	uint8_t	 unreachable, exceeded;
	uint8_t	 protocol;
};

static const struct numbers v4 = { 8, 0, 3, 11, 1 };
static const struct numbers v6 = { 128, 129, 1, 3, 58 };

void
icmpecho_write(uint8_t *to, size_t len, uint8_t family,
    const struct icmpecho *echo)
{
	struct wbuf w;

	assert(len >= ICMPECHO_MIN && len <= ICMPECHO_MAX);
	memset(to, 0, len);
	wbuf_init(&w, to, len);
	wbuf_u8(&w, family == AF_INET ? v4.request : v6.request);
	wbuf_u8(&w, 0);
	wbuf_u16(&w, 0);
	wbuf_u16(&w, echo->ident);
	wbuf_u16(&w, echo->sequence);
	wbuf_u32(&w, (uint32_t)(echo->token >> 32));
	wbuf_u32(&w, (uint32_t)echo->token);
	assert(!w.bad);
	if (family != AF_INET)
		return;
	be16_put(to + 2, netsum_fold(netsum_add(0, to, len)));
}

/* RFC 791 3.1; moves past the header. False: it is not of this protocol. */
static bool
skip_ip4(struct rbuf *r, uint8_t protocol)
{
	size_t at = r->off;
	uint8_t first = rbuf_u8(r);
	size_t header = (size_t)(first & 0xf) * 4;
	bool ours;

	(void)rbuf_skip(r, 8);
	ours = rbuf_u8(r) == protocol;
	if (r->bad || first >> 4 != 4 || header < 20)
		return false;
	r->off = at;
	return rbuf_skip(r, header) && ours;
}

/* RFC 8200 3; our echoes have no extension headers. */
static bool
skip_ip6(struct rbuf *r, uint8_t protocol)
{
	uint8_t first = rbuf_u8(r);
	bool ours;

	(void)rbuf_skip(r, 5);
	ours = rbuf_u8(r) == protocol;
	return rbuf_skip(r, 33) && first >> 4 == 6 && ours;
}

/* Behind type and code. */
static void
read_echo(struct rbuf *r, struct icmpecho *echo)
{
	(void)rbuf_skip(r, 2);
	echo->ident = rbuf_u16(r);
	echo->sequence = rbuf_u16(r);
}

static void
read_token(struct rbuf *r, struct icmpecho *echo)
{
	uint64_t high = rbuf_u32(r);

	echo->token = high << 32 | rbuf_u32(r);
}

static enum icmpecho_kind
read_reply(struct rbuf *r, struct icmpecho *echo)
{
	read_echo(r, echo);
	read_token(r, echo);
	return r->bad ? ICMPECHO_OTHER : ICMPECHO_REPLY;
}

/* The message quotes what could not go on. */
static enum icmpecho_kind
read_lost(struct rbuf *r, const struct numbers *n, struct icmpecho *echo)
{
	bool ours;

	(void)rbuf_skip(r, 6);		/* checksum, unused */
	ours = n == &v4 ? skip_ip4(r, n->protocol) : skip_ip6(r, n->protocol);
	if (!ours || rbuf_u8(r) != n->request)
		return ICMPECHO_OTHER;
	(void)rbuf_u8(r);
	read_echo(r, echo);
	if (r->bad)
		return ICMPECHO_OTHER;
	if (rbuf_left(r) >= sizeof(echo->token))
		read_token(r, echo);
	return ICMPECHO_LOST;
}

enum icmpecho_kind
icmpecho_read(const uint8_t *octets, size_t len, uint8_t family,
    bool ip_header, struct icmpecho *echo)
{
	const struct numbers *n = family == AF_INET ? &v4 : &v6;
	struct rbuf r;
	uint8_t type;

	*echo = (struct icmpecho){ 0 };
	rbuf_init(&r, octets, len);
	if (ip_header && !skip_ip4(&r, n->protocol))
		return ICMPECHO_OTHER;
	type = rbuf_u8(&r);
	(void)rbuf_u8(&r);
	if (r.bad)
		return ICMPECHO_OTHER;
	if (type == n->reply)
		return read_reply(&r, echo);
	return type == n->unreachable || type == n->exceeded ?
	    read_lost(&r, n, echo) : ICMPECHO_OTHER;
}
