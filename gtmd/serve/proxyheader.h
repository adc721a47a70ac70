/* gtmd/serve/proxyheader.h - the header that a proxy puts in front of what a client
 * sent, to say who that client is: PROXY protocol, version 2.
 *
 * Reads octets and judges; who may send a header is the listener's word
 * (struct proxysources), what becomes of the address the transport's. Versions
 * other than 2 are not spoken. Layer: gtmd, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_PROXYHEADER_H
#define GTMD_SERVE_PROXYHEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "core/base/addr.h"

#define PROXYHEADER_MAX		536	/* octets; longer ones are refused */
#define PROXYHEADER_SIGNATURE	12	/* octets that all begin with */
#define PROXYHEADER_SOURCES_MAX	64

/* Who may send headers. */
struct proxysources {
	unsigned		count;
	struct addr_prefix	v[PROXYHEADER_SOURCES_MAX];
};

enum proxyheader_kind {
	PROXYHEADER_MORE,	/* well so far; it does not end here */
	PROXYHEADER_BAD,	/* none, or none that we take */
	PROXYHEADER_LOCAL,	/* the proxy speaks for itself */
	PROXYHEADER_CLIENT,	/* it speaks for a client */
};

struct proxyheader {
	size_t		len;	/* octets of it; what follows is the client's */
	struct addrport	client;	/* CLIENT only */
};

/*
 * proxyheader_read - the header at the beginning of a stream or datagram.
 *
 * in     p     len octets, 0 upwards; nothing past PROXYHEADER_MAX is read
 * out    *h    for LOCAL and CLIENT
 * rules  BAD with the first octet that no header has. Commands LOCAL and PROXY;
 *        PROXY for an unknown family counts as LOCAL, as the protocol has it.
 *        IPv4 and IPv6, stream or datagram whatever carries the header: a proxy
 *        may take a query in by one and pass it on by the other. UNIX sockets
 *        are nobody's address: BAD. Additional fields (TLV) are stepped over
 *        and have to fill the rest exactly
 * cost   no allocation; linear in the header
 */
enum proxyheader_kind proxyheader_read(const uint8_t *p, size_t len,
    struct proxyheader *h);

/* Could these be the first octets of a header? From 12 octets on that is an
 * answer, before it a guess. */
bool proxyheader_begins(const uint8_t *p, size_t len);

/* May this address send headers? */
bool proxyheader_source(const struct proxysources *s,
    const struct sockaddr *from);

#endif
