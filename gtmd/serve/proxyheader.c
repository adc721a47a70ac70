/* gtmd/serve/proxyheader.c - see proxyheader.h. Layout: "The PROXY protocol, versions
 * 1 & 2", section 2.2. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/serve/proxyheader.h"

#include <string.h>

#include "core/wire/rbuf.h"

#define HEAD_LEN	16	/* signature, version and command, family, length */

enum { VERSION_2 = 0x20, COMMAND_LOCAL = 0, COMMAND_PROXY = 1 };
enum { FAMILY_UNSPEC = 0, FAMILY_IPV4 = 1, FAMILY_IPV6 = 2 };
enum { PROTO_UNSPEC = 0, PROTO_STREAM = 1, PROTO_DGRAM = 2 };

static const uint8_t signature[PROXYHEADER_SIGNATURE] = {
	0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
};

bool
proxyheader_begins(const uint8_t *p, size_t len)
{
	size_t n = len < sizeof(signature) ? len : sizeof(signature);

	return memcmp(p, signature, n) == 0;
}

/* Fields of type, length and value up to the end: none of them is for us. */
static bool
skip_fields(struct rbuf *r)
{
	while (!r->bad && rbuf_left(r) > 0) {
		rbuf_skip(r, 1);
		rbuf_skip(r, rbuf_u16(r));
	}
	return !r->bad;
}

/* Source address, destination address, source port, destination port. */
static void
read_client(struct rbuf *r, uint8_t family, struct addrport *client)
{
	size_t len = family == FAMILY_IPV4 ? 4 : 16;
	const uint8_t *source = r->base + r->off;

	memset(client, 0, sizeof(*client));
	if (!rbuf_skip(r, 2 * len))
		return;
	client->addr.family = family == FAMILY_IPV4 ? AF_INET : AF_INET6;
	memcpy(client->addr.octets, source, len);
	client->port = rbuf_u16(r);
	rbuf_skip(r, 2);
}

/* The part after the head, of which r holds the whole. */
static enum proxyheader_kind
read_rest(struct rbuf *r, uint8_t command, uint8_t what,
    struct addrport *client)
{
	uint8_t family = what >> 4, proto = what & 0x0f;

	/* Whatever LOCAL carries has no meaning (2.2, \x0). */
	if (command == COMMAND_LOCAL)
		return PROXYHEADER_LOCAL;
	if (family > FAMILY_IPV6 || proto > PROTO_DGRAM)
		return PROXYHEADER_BAD;
	if (family == FAMILY_UNSPEC || proto == PROTO_UNSPEC)
		return PROXYHEADER_LOCAL;
	read_client(r, family, client);
	return skip_fields(r) ? PROXYHEADER_CLIENT : PROXYHEADER_BAD;
}

enum proxyheader_kind
proxyheader_read(const uint8_t *p, size_t len, struct proxyheader *h)
{
	struct rbuf r;
	uint8_t command, what;
	uint16_t rest;

	if (!proxyheader_begins(p, len) ||
	    (len > PROXYHEADER_SIGNATURE && p[12] != (VERSION_2 | COMMAND_LOCAL) &&
	    p[12] != (VERSION_2 | COMMAND_PROXY)))
		return PROXYHEADER_BAD;
	if (len < HEAD_LEN)
		return PROXYHEADER_MORE;
	rbuf_init(&r, p + sizeof(signature), HEAD_LEN - sizeof(signature));
	command = rbuf_u8(&r) & 0x0f;
	what = rbuf_u8(&r);
	rest = rbuf_u16(&r);
	h->len = (size_t)HEAD_LEN + rest;
	if (h->len > PROXYHEADER_MAX)
		return PROXYHEADER_BAD;
	if (len < h->len)
		return PROXYHEADER_MORE;
	rbuf_init(&r, p + HEAD_LEN, rest);
	return read_rest(&r, command, what, &h->client);
}

bool
proxyheader_source(const struct proxysources *s, const struct sockaddr *from)
{
	struct addr a;
	uint16_t port;

	addr_from_sockaddr(from, &a, &port);
	for (unsigned i = 0; i < s->count; i++) {
		if (addr_in_prefix(&a, &s->v[i]))
			return true;
	}
	return false;
}
