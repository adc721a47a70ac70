/* core/io/pingpair.c - see pingpair.h. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/pingpair.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/io/loop.h"
#include "core/io/pingsock.h"

#define READS_MAX	64	/* packets in one turn of the loop */

static void
side_init(struct pingside *s, uint8_t family, struct loop *l,
    pingpair_fn *heard, void *arg)
{
	*s = (struct pingside){ .loop = l, .family = family, .fd = -1,
	    .heard = heard, .arg = arg };
}

void
pingpair_init(struct pingpair *p, struct loop *l, pingpair_fn *heard,
    void *arg)
{
	side_init(&p->v4, AF_INET, l, heard, arg);
	side_init(&p->v6, AF_INET6, l, heard, arg);
}

static void
side_close(struct pingside *s)
{
	loop_io_stop(&s->io);
	if (s->fd != -1)
		(void)close(s->fd);
	s->fd = -1;
}

void
pingpair_fini(struct pingpair *p)
{
	side_close(&p->v4);
	side_close(&p->v6);
}

struct pingside *
pingpair_side(struct pingpair *p, uint8_t family)
{
	return family == AF_INET ? &p->v4 : &p->v6;
}

void
pingpair_read(struct pingside *s)
{
	struct sockaddr_storage ss;
	uint8_t octets[2048];
	struct addr from;
	uint16_t port;

	for (int i = 0; i < READS_MAX && s->fd != -1; i++) {
		socklen_t len = sizeof(ss);
		ssize_t n = recvfrom(s->fd, octets, sizeof(octets), 0,
		    (struct sockaddr *)&ss, &len);

		/* An error that was queued is taken by the call. */
		if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
			continue;
		if (n < 0)
			return;
		addr_from_sockaddr((struct sockaddr *)&ss, &from, &port);
		s->heard(s, octets, (size_t)n, &from);
	}
}

static void
on_readable(struct loop_io *io, int fd, unsigned events, void *arg)
{
	struct pingside *s = arg;

	assert(io == s->io && fd == s->fd && events == LOOP_READ);
	pingpair_read(s);
}

int
pingpair_open(struct pingside *s)
{
	int rc;

	if (s->fd != -1)
		return 0;
	s->fd = pingsock_open(s->family, &s->raw);
	if (s->fd == -1)
		return errno;
	s->headed = s->raw && s->family == AF_INET;
	s->io = loop_io_start(s->loop, s->fd, LOOP_READ, on_readable, s);
	if (s->io != NULL)
		return 0;
	rc = errno;
	side_close(s);
	return rc;
}

int
pingpair_send(const struct pingside *s, const struct pingpair_packet *p)
{
	union {
		struct cmsghdr	head;
		uint8_t		octets[CMSG_SPACE(PINGPAIR_WORD_MAX)];
	} control = { 0 };
	struct sockaddr_storage to;
	struct iovec body = { p->octets, p->len };
	struct msghdr m = { .msg_name = &to, .msg_iov = &body,
	    .msg_iovlen = 1 };

	assert(s->fd != -1 && p->word_len <= PINGPAIR_WORD_MAX);
	m.msg_namelen = addr_to_sockaddr(p->to, 0, &to);
	if (p->word != NULL) {
		control.head = (struct cmsghdr){ .cmsg_level = p->level,
		    .cmsg_type = p->type,
		    .cmsg_len = CMSG_LEN(p->word_len) };
		memcpy(CMSG_DATA(&control.head), p->word, p->word_len);
		m.msg_control = &control;
		m.msg_controllen = CMSG_SPACE(p->word_len);
	}
	return sendmsg(s->fd, &m, MSG_NOSIGNAL) == -1 ? errno : 0;
}
