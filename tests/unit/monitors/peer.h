/* tests/unit/monitors/peer.h - a server on loopback that the test itself
 * plays, in the loop of what it tests: answers whole or in drips, hangs,
 * resets, never ends. Real sockets, virtual time.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_UNIT_MONITORS_PEER_H
#define TESTS_UNIT_MONITORS_PEER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/sock.h"

enum peer_mood {
	PEER_ANSWER,		/* reads a request, sends text, closes */
	PEER_KEEP,		/* the same, but leaves it open */
	PEER_GREET,		/* sends text without being asked, stays open */
	PEER_HANG,		/* takes the connection and does nothing */
	PEER_RESET,		/* resets on the first octet */
	PEER_CLOSE,		/* closes without a word */
	PEER_ENDLESS,		/* sends text, then fill for ever */
};

struct peer {
	enum peer_mood	 mood;
	const char	*text, *fill;
	size_t		 drip;		/* octets per write; 0 = all at once */

	struct loop	*loop;
	struct addrport	 at;
	struct loop_io	*door, *io;
	int		 door_fd, fd;
	size_t		 sent;		/* octets of text */
	uint64_t	 poured;	/* octets of fill */
	unsigned	 accepted;
	char		 heard[4096];	/* what the client sent */
	size_t		 heard_len;
};

static inline void
peer_hang_up(struct peer *p)
{
	loop_io_stop(&p->io);
	if (p->fd != -1)
		(void)close(p->fd);
	p->fd = -1;
}

static inline void
peer_reset(struct peer *p)
{
	struct linger hard = { .l_onoff = 1 };

	(void)setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	peer_hang_up(p);
}

/* False when the client has gone. */
static inline bool
peer_hear(struct peer *p)
{
	ssize_t n;

	if (p->heard_len == sizeof(p->heard) - 1)
		p->heard_len = 1;	/* the newest will do */
	n = recv(p->fd, p->heard + p->heard_len,
	    sizeof(p->heard) - 1 - p->heard_len, 0);
	if (n > 0)
		p->heard_len += (size_t)n;
	if (n == 0 || (n == -1 && errno != EAGAIN)) {
		peer_hang_up(p);
		return false;
	}
	return true;
}

static inline void
peer_pour(struct peer *p)
{
	ssize_t n;

	while ((n = send(p->fd, p->fill, strlen(p->fill), MSG_NOSIGNAL)) > 0)
		p->poured += (uint64_t)n;
	if (errno != EAGAIN)
		peer_hang_up(p);
}

static inline void
peer_say(struct peer *p)
{
	size_t left = strlen(p->text) - p->sent;
	size_t len = p->drip != 0 && p->drip < left ? p->drip : left;
	ssize_t n = send(p->fd, p->text + p->sent, len, MSG_NOSIGNAL);

	if (n == -1 && errno != EAGAIN) {
		peer_hang_up(p);
		return;
	}
	p->sent += n > 0 ? (size_t)n : 0;
	if (p->sent != strlen(p->text))
		return;
	if (p->mood == PEER_ENDLESS)
		peer_pour(p);
	else if (p->mood == PEER_ANSWER)
		peer_hang_up(p);
	else
		loop_io_change(p->io, LOOP_READ);
}

static inline void
peer_on_ready(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct peer *p = arg;

	(void)io;
	(void)fd;
	if ((events & LOOP_READ) != 0 && !peer_hear(p))
		return;
	if (p->mood == PEER_RESET)
		peer_reset(p);
	else if (p->mood != PEER_HANG && (events & LOOP_READ) != 0 &&
	    p->sent == 0 && p->heard_len != 0)
		loop_io_change(p->io, LOOP_READ | LOOP_WRITE);
	else if ((events & LOOP_WRITE) != 0)
		peer_say(p);
}

static inline void
peer_on_door(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct peer *p = arg;
	bool first = p->mood == PEER_GREET || p->mood == PEER_ENDLESS;

	(void)io;
	(void)events;
	peer_hang_up(p);
	p->fd = sock_accept(fd, NULL);
	assert_int_not_equal(p->fd, -1);
	p->accepted++;
	p->sent = p->heard_len = 0;
	memset(p->heard, 0, sizeof(p->heard));
	p->io = loop_io_start(p->loop, p->fd,
	    first ? LOOP_READ | LOOP_WRITE : LOOP_READ, peer_on_ready, p);
	assert_non_null(p->io);
	if (p->mood == PEER_CLOSE)
		peer_hang_up(p);
}

/* mood, text and what else is wanted are set before or between probes. */
static inline void
peer_open(struct peer *p, struct loop *l)
{
	struct err e;

	p->loop = l;
	p->fd = -1;
	assert_int_equal(addr_parse_port("127.0.0.1:0", &p->at), 0);
	p->door_fd = sock_listen_tcp(&p->at, NULL, &e);
	assert_true(p->door_fd >= 0);
	sock_local(p->door_fd, &p->at);
	p->door = loop_io_start(l, p->door_fd, LOOP_READ, peer_on_door, p);
	assert_non_null(p->door);
}

static inline void
peer_shut(struct peer *p)
{
	peer_hang_up(p);
	loop_io_stop(&p->door);
	if (p->door_fd != -1)
		(void)close(p->door_fd);
	p->door_fd = -1;
}

#endif
