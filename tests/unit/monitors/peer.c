/* tests/unit/monitors/peer.c - see peer.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/monitors/peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/loop.h"
#include "core/io/sock.h"

static void
hang_up(struct peer *p)
{
	loop_io_stop(&p->io);
	if (p->fd != -1)
		(void)close(p->fd);
	p->fd = -1;
}

static void
reset(struct peer *p)
{
	struct linger hard = { .l_onoff = 1 };

	(void)setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	hang_up(p);
}

/* False when the client has gone. */
static bool
hear(struct peer *p)
{
	ssize_t n;

	if (p->heard_len == sizeof(p->heard) - 1)
		p->heard_len = 1;	/* the newest will do */
	n = recv(p->fd, p->heard + p->heard_len,
	    sizeof(p->heard) - 1 - p->heard_len, 0);
	if (n > 0)
		p->heard_len += (size_t)n;
	if (n == 0 || (n == -1 && errno != EAGAIN)) {
		hang_up(p);
		return false;
	}
	return true;
}

static void
pour(struct peer *p)
{
	ssize_t n;

	while ((n = send(p->fd, p->fill, strlen(p->fill), MSG_NOSIGNAL)) > 0)
		p->poured += (uint64_t)n;
	if (errno != EAGAIN)
		hang_up(p);
}

static void
say(struct peer *p)
{
	size_t all = p->text_len != 0 ? p->text_len : strlen(p->text);
	size_t left = all - p->sent;
	size_t len = p->drip != 0 && p->drip < left ? p->drip : left;
	ssize_t n = send(p->fd, p->text + p->sent, len, MSG_NOSIGNAL);

	if (n == -1 && errno != EAGAIN) {
		hang_up(p);
		return;
	}
	p->sent += n > 0 ? (size_t)n : 0;
	if (p->sent != all)
		return;
	if (p->mood == PEER_ENDLESS)
		pour(p);
	else if (p->mood == PEER_ANSWER)
		hang_up(p);
	else
		loop_io_change(p->io, LOOP_READ);
}

static void
on_ready(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct peer *p = arg;

	(void)io;
	(void)fd;
	if ((events & LOOP_READ) != 0 && !hear(p))
		return;
	if (p->mood == PEER_RESET)
		reset(p);
	else if (p->mood != PEER_HANG && (events & LOOP_READ) != 0 &&
	    p->sent == 0 && p->heard_len != 0)
		loop_io_change(p->io, LOOP_READ | LOOP_WRITE);
	else if ((events & LOOP_WRITE) != 0)
		say(p);
}

static void
on_door(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct peer *p = arg;
	bool first = p->mood == PEER_GREET || p->mood == PEER_ENDLESS;

	(void)io;
	(void)events;
	hang_up(p);
	p->fd = sock_accept(fd, NULL);
	assert_int_not_equal(p->fd, -1);
	p->accepted++;
	p->sent = p->heard_len = 0;
	memset(p->heard, 0, sizeof(p->heard));
	p->io = loop_io_start(p->loop, p->fd,
	    first ? LOOP_READ | LOOP_WRITE : LOOP_READ, on_ready, p);
	assert_non_null(p->io);
	if (p->mood == PEER_CLOSE)
		hang_up(p);
}

static void
open_door(struct peer *p, struct loop *l)
{
	p->loop = l;
	p->fd = -1;
	p->door = loop_io_start(l, p->door_fd, LOOP_READ, on_door, p);
	assert_non_null(p->door);
}

void
peer_open(struct peer *p, struct loop *l)
{
	struct err e;

	assert_int_equal(addr_parse_port("127.0.0.1:0", &p->at), 0);
	p->door_fd = sock_listen_tcp(&p->at, NULL, &e);
	assert_true(p->door_fd >= 0);
	sock_local(p->door_fd, &p->at);
	open_door(p, l);
}

void
peer_open_socket(struct peer *p, struct loop *l, const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	assert_true(strlen(path) < sizeof(at.sun_path));
	memcpy(at.sun_path, path, strlen(path));
	p->door_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(p->door_fd, (struct sockaddr *)&at,
	    sizeof(at)), 0);
	assert_int_equal(listen(p->door_fd, 8), 0);
	open_door(p, l);
}

void
peer_close_door(struct peer *p)
{
	loop_io_stop(&p->door);
	if (p->door_fd != -1)
		(void)close(p->door_fd);
	p->door_fd = -1;
}

void
peer_shut(struct peer *p)
{
	hang_up(p);
	peer_close_door(p);
}
