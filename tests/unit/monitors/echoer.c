/* tests/unit/monitors/echoer.c - see echoer.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/monitors/echoer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/loop.h"
#include "core/io/sock.h"

static void
on_readable(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct echoer *e = arg;
	struct sockaddr_storage from;
	socklen_t from_len = sizeof(from);
	uint8_t octets[4096];
	size_t len;
	ssize_t n = recvfrom(fd, e->heard, sizeof(e->heard), 0,
	    (struct sockaddr *)&from, &from_len);

	(void)io;
	(void)events;
	if (n < 0)
		return;
	e->heard_len = (size_t)n;
	if (++e->heard_count <= e->deaf || e->answer == NULL)
		return;
	len = e->answer(e, octets, sizeof(octets));
	if (len != 0)
		assert_int_equal(sendto(fd, octets, len, 0,
		    (struct sockaddr *)&from, from_len), (ssize_t)len);
}

void
echoer_open(struct echoer *e, struct loop *l)
{
	struct err err = { 0 };

	*e = (struct echoer){ .fd = -1 };
	assert_int_equal(addr_parse_port("127.0.0.1:0", &e->at), 0);
	e->fd = sock_open_udp(&e->at, NULL, &err);
	assert_true(e->fd >= 0);
	sock_local(e->fd, &e->at);
	e->io = loop_io_start(l, e->fd, LOOP_READ, on_readable, e);
	assert_non_null(e->io);
}

void
echoer_close(struct echoer *e)
{
	loop_io_stop(&e->io);
	if (e->fd != -1)
		(void)close(e->fd);
	e->fd = -1;
}

size_t
echoer_say_text(struct echoer *e, uint8_t *to, size_t cap)
{
	size_t len = strlen(e->text);

	assert_true(len <= cap);
	memcpy(to, e->text, len);
	return len;
}
