/* gtmd/serve/tcpstream.c - see tcpstream.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/serve/tcpstream.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/io/loop.h"
#include "core/io/tls.h"

/* Octets of a header that say how long it is. */
#define HEAD_FIRST	16

static enum tcpstream_stage
after_header(const struct tcpstream *s)
{
	return s->tls != NULL ? TCPSTREAM_HELLO : TCPSTREAM_OPEN;
}

void
tcpstream_init(struct tcpstream *s, int fd, const struct addrport *peer,
    const struct tcpmanner *m)
{
	*s = (struct tcpstream){ .fd = fd, .want = LOOP_READ };
	(void)addr_to_sockaddr(&peer->addr, peer->port, &s->from);
	if (m->tls != NULL)
		s->tls = tls_share(m->tls);
	if (m->proxies.count == 0)
		s->stage = after_header(s);
	else if (proxyheader_source(&m->proxies,
	    (const struct sockaddr *)&s->from))
		s->stage = TCPSTREAM_HEADER;
	else
		s->stage = TCPSTREAM_SNIFF;
}

void
tcpstream_fini(struct tcpstream *s)
{
	tls_close(&s->peer);
	tls_free(&s->tls);
	(void)close(s->fd);
}

/* After a call on the descriptor that gave n < 0. */
static int
lack(struct tcpstream *s, unsigned want)
{
	s->want = want;
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ?
	    TCPSTREAM_AGAIN : TCPSTREAM_BROKEN;
}

/* The same from TLS. */
static int
lack_tls(struct tcpstream *s, ssize_t rc)
{
	s->want = rc == TLS_WANT_WRITE ? LOOP_WRITE : LOOP_READ;
	return rc == TLS_BROKEN ? TCPSTREAM_BROKEN : TCPSTREAM_AGAIN;
}

/* Who may not send a header and does is not left to wait for a message of 3338
 * octets, which is what the signature says by TCP. A look is enough: of a
 * signature in pieces nobody would believe the rest either. */
static int
sniff(struct tcpstream *s)
{
	uint8_t p[PROXYHEADER_SIGNATURE];
	ssize_t n = recv(s->fd, p, sizeof(p), MSG_PEEK | MSG_DONTWAIT);

	if (n < 0)
		return lack(s, LOOP_READ);
	if (n == sizeof(p) && proxyheader_begins(p, sizeof(p)))
		return TCPSTREAM_MISLED;
	s->stage = after_header(s);
	return 0;
}

/* Reads to the end of the header and no octet further. */
static int
read_header(struct tcpstream *s)
{
	struct proxyheader h = { .len = HEAD_FIRST };
	enum proxyheader_kind kind;
	ssize_t n;

	(void)proxyheader_read(s->head, s->head_len, &h);
	n = recv(s->fd, s->head + s->head_len, h.len - s->head_len,
	    MSG_DONTWAIT);
	if (n < 0)
		return lack(s, LOOP_READ);
	if (n == 0)
		return TCPSTREAM_BROKEN;
	s->head_len += (size_t)n;
	kind = proxyheader_read(s->head, s->head_len, &h);
	if (kind == PROXYHEADER_BAD)
		return TCPSTREAM_MISLED;
	if (kind == PROXYHEADER_MORE)
		return 0;
	if (kind == PROXYHEADER_CLIENT)
		(void)addr_to_sockaddr(&h.client.addr, h.client.port,
		    &s->from);
	s->stage = after_header(s);
	return 0;
}

/* Before its first octet a peer costs no more than a plain one. */
static int
await_hello(struct tcpstream *s)
{
	uint8_t octet;
	ssize_t n = recv(s->fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT);

	if (n < 0)
		return lack(s, LOOP_READ);
	if (n == 0)
		return TCPSTREAM_BROKEN;
	s->peer = tls_open(s->tls, s->fd);
	s->stage = TCPSTREAM_HANDSHAKE;
	return 0;
}

static int
shake(struct tcpstream *s)
{
	int rc = tls_accept(s->peer);

	if (rc != 1)
		return lack_tls(s, rc);
	tls_free(&s->tls);
	s->stage = TCPSTREAM_OPEN;
	return 0;
}

int
tcpstream_step(struct tcpstream *s)
{
	s->want = LOOP_READ;
	switch (s->stage) {
	case TCPSTREAM_SNIFF:
		return sniff(s);
	case TCPSTREAM_HEADER:
		return read_header(s);
	case TCPSTREAM_HELLO:
		return await_hello(s);
	case TCPSTREAM_HANDSHAKE:
		return shake(s);
	case TCPSTREAM_OPEN:
		break;
	}
	return 0;
}

bool
tcpstream_has_left(const struct tcpstream *s)
{
	struct pollfd p = { .fd = s->fd, .events = POLLRDHUP };

	return poll(&p, 1, 0) == 1 && p.revents != 0;
}

ssize_t
tcpstream_read(struct tcpstream *s, uint8_t *octets, size_t cap)
{
	ssize_t n;

	s->want = LOOP_READ;
	if (s->peer != NULL) {
		n = tls_read(s->peer, octets, cap);
		return n >= 0 ? n : lack_tls(s, n);
	}
	n = recv(s->fd, octets, cap, MSG_DONTWAIT);
	return n >= 0 ? n : lack(s, LOOP_READ);
}

bool
tcpstream_pending(const struct tcpstream *s)
{
	return s->peer != NULL && tls_pending(s->peer);
}

bool
tcpstream_is_resumed(const struct tcpstream *s)
{
	return tls_is_resumed(s->peer);
}

static ssize_t
write_tls(struct tcpstream *s, const uint8_t *octets, size_t len)
{
	size_t at = 0;

	while (at < len) {
		ssize_t n = tls_write(s->peer, octets + at, len - at);
		int rc;

		if (n > 0) {
			at += (size_t)n;
			continue;
		}
		rc = lack_tls(s, n);
		return rc == TCPSTREAM_BROKEN ? rc : (ssize_t)at;
	}
	return (ssize_t)at;
}

ssize_t
tcpstream_write(struct tcpstream *s, const uint8_t *octets, size_t len)
{
	ssize_t n;

	s->want = LOOP_WRITE;
	if (s->peer != NULL)
		return write_tls(s, octets, len);
	n = send(s->fd, octets, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n >= 0)
		return n;
	return lack(s, LOOP_WRITE) == TCPSTREAM_AGAIN ? 0 : TCPSTREAM_BROKEN;
}
