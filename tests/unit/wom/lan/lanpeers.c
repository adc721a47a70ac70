/* tests/unit/wom/lan/lanpeers.c - see lanpeers.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/wom/lan/lanpeers.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/io/loop.h"
#include "core/io/sock.h"

#define TURNS	5000	/* of a millisecond */

int
lanpeers_listen(struct addrport *at)
{
	int fd;

	assert_int_equal(addr_parse_port("127.0.0.1:0", at), 0);
	fd = sock_listen_tcp(at, NULL, NULL);
	assert_true(fd >= 0);
	sock_local(fd, at);
	return fd;
}

int
lanpeers_connect(const struct addrport *to)
{
	int fd = sock_connect_tcp(to);
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	assert_true(fd >= 0);
	assert_int_equal(poll(&p, 1, TURNS), 1);
	assert_int_equal(sock_error(fd), 0);
	return fd;
}

static bool
ready(struct loop *l, int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	for (unsigned i = 0; i < TURNS; i++) {
		loop_poll(l);
		if (poll(&p, 1, 1) == 1)
			return true;
	}
	return false;
}

bool
lanpeers_readable(struct loop *l, int fd)
{
	return ready(l, fd, POLLIN);
}

int
lanpeers_accept(struct loop *l, int listening)
{
	return lanpeers_readable(l, listening) ? sock_accept(listening, NULL) :
	    -1;
}

static uint8_t
pattern(size_t i, unsigned seed)
{
	return (uint8_t)((i * 31 + i / 251 + seed) & 0xff);
}

void
lanpeers_say(struct loop *l, int fd, size_t len, unsigned seed)
{
	uint8_t buf[8192];
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		size_t piece = len - done < sizeof(buf) ? len - done :
		    sizeof(buf);

		for (size_t i = 0; i < piece; i++)
			buf[i] = pattern(done + i, seed);
		n = send(fd, buf, piece, MSG_NOSIGNAL);
		if (n == -1 && errno == EAGAIN) {
			assert_true(ready(l, fd, POLLOUT));
			continue;
		}
		assert_true(n > 0);
		done += (size_t)n;
	}
}

void
lanpeers_hear(struct loop *l, int fd, size_t len, unsigned seed)
{
	uint8_t buf[8192];
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		assert_true(lanpeers_readable(l, fd));
		n = recv(fd, buf, len - done < sizeof(buf) ? len - done :
		    sizeof(buf), 0);
		assert_true(n > 0);
		for (size_t i = 0; i < (size_t)n; i++)
			if (buf[i] != pattern(done + i, seed))
				fail_msg("octet %zu", done + i);
		done += (size_t)n;
	}
}

bool
lanpeers_ended(struct loop *l, int fd)
{
	char c;

	return lanpeers_readable(l, fd) && recv(fd, &c, 1, 0) == 0;
}

bool
lanpeers_was_reset(struct loop *l, int fd)
{
	char c;

	return lanpeers_readable(l, fd) && recv(fd, &c, 1, 0) == -1 &&
	    errno == ECONNRESET;
}
