/* gtmd/serve/tcpstream.h - the octets of one client's connection: as they are, in TLS
 * (RFC 7858), and behind the header of a proxy that may send one.
 *
 * Knows what stands before the first message, whose word counts for who the
 * client is, and what a call could not do yet. Never blocks, holds no clock;
 * tcpconn watches, waits and closes. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GTMD_SERVE_TCPSTREAM_H
#define GTMD_SERVE_TCPSTREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "gtmd/serve/proxyheader.h"

struct addrport;
struct tls;
struct tls_peer;

/* How a listener speaks. */
struct tcpmanner {
	struct tls		*tls;		/* owned; NULL = plain */
	struct proxysources	 proxies;	/* none: nobody sends a header */
};

/* What stands before the next octet. */
enum tcpstream_stage {
	TCPSTREAM_SNIFF,	/* a header, from who may not send one? */
	TCPSTREAM_HEADER,	/* one has to come */
	TCPSTREAM_HELLO,	/* the first octet of a handshake */
	TCPSTREAM_HANDSHAKE,
	TCPSTREAM_OPEN,
};

/* What a call returns that gave no octets; stream.want says what for. */
enum { TCPSTREAM_AGAIN = -1, TCPSTREAM_BROKEN = -2, TCPSTREAM_MISLED = -3 };

struct tcpstream {
	int			 fd;		/* owned */
	enum tcpstream_stage	 stage;
	unsigned		 want;		/* LOOP_READ or LOOP_WRITE */
	struct sockaddr_storage	 from;		/* the client, by all we know */
	struct tls		*tls;		/* owned; NULL = plain, or shaken */
	struct tls_peer		*peer;		/* owned; NULL = plain, or early */
	size_t			 head_len;
	uint8_t			 head[PROXYHEADER_MAX];
};

/* Takes fd, connected and non-blocking. */
void tcpstream_init(struct tcpstream *s, int fd, const struct addrport *peer,
    const struct tcpmanner *m);
/* Says goodbye if that takes no waiting, and closes. */
void tcpstream_fini(struct tcpstream *s);

/* Goes on towards TCPSTREAM_OPEN: one step, cheap but in TCPSTREAM_HANDSHAKE.
 * Returns 0 after each that was made; AGAIN; BROKEN; MISLED: a header where none
 * may be, or none where one has to be. */
int tcpstream_step(struct tcpstream *s);

/* The client is gone, or will not say any more. One system call. */
bool tcpstream_has_left(const struct tcpstream *s);

/* Of an open one. Octets, at most cap; 0 = no more will come; AGAIN; BROKEN. */
ssize_t tcpstream_read(struct tcpstream *s, uint8_t *octets, size_t cap);
/* Octets have come that the descriptor will not tell of. */
bool tcpstream_pending(const struct tcpstream *s);
/* Octets taken, fewer than len when it has to wait; BROKEN. The next call brings
 * what was not taken. */
ssize_t tcpstream_write(struct tcpstream *s, const uint8_t *octets,
    size_t len);

/* Did it take up an earlier session? Only of one inside TLS. */
bool tcpstream_is_resumed(const struct tcpstream *s);

/* Is it inside TLS? */
static inline bool
tcpstream_is_tls(const struct tcpstream *s)
{
	return s->peer != NULL;
}

#endif
