/* gtmd/path/pathping.c - see pathping.h. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/path/pathping.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/pingsock.h"
#include "core/wire/icmpecho.h"
#include "gtmd/path/pathattempt.h"

#define READS_MAX	64	/* packets in one turn of the loop */
#define IP4_HEADER	20
#define IP6_HEADER	40

/* One family's socket. */
struct side {
	struct pathping	*ping;
	uint8_t		 family;
	int		 fd;		/* -1 = not yet, or not to be had */
	struct loop_io	*io;
	bool		 raw, refused;
};

struct pathping {
	struct pathattempt_engine *engine;
	struct side	 v4, v6;
	struct list	 waiting;	/* pathattempt.waiting */
	uint16_t	 ident, sequence;
	uint64_t	 token;
};

struct pathping *
pathping_new(struct pathattempt_engine *e)
{
	struct pathping *p = mem_zalloc(1, sizeof(*p));

	p->engine = e;
	p->v4 = (struct side){ .ping = p, .family = AF_INET, .fd = -1 };
	p->v6 = (struct side){ .ping = p, .family = AF_INET6, .fd = -1 };
	list_init(&p->waiting);
	p->ident = (uint16_t)rand_u64(&e->rand);
	p->sequence = (uint16_t)rand_u64(&e->rand);
	p->token = rand_u64(&e->rand);
	return p;
}

static void
side_close(struct side *s)
{
	loop_io_stop(&s->io);
	if (s->fd != -1)
		(void)close(s->fd);
	s->fd = -1;
}

void
pathping_free(struct pathping **pp)
{
	struct pathping *p = *pp;

	*pp = NULL;
	if (p == NULL)
		return;
	assert(list_empty(&p->waiting));
	side_close(&p->v4);
	side_close(&p->v6);
	free(p);
}

/* ---- what comes back ---- */

static bool
is_of(const struct side *s, const struct pathattempt *a,
    const struct icmpecho *echo)
{
	/* A ping socket has an ident of its own, and is given no others. */
	return a->number == echo->sequence &&
	    a->job.to.family == s->family &&
	    (!s->raw || echo->ident == s->ping->ident);
}

static void
take(const struct side *s, const uint8_t *octets, size_t len,
    const struct addr *from)
{
	struct icmpecho echo;
	enum icmpecho_kind kind = icmpecho_read(octets, len, s->family,
	    s->raw && s->family == AF_INET, &echo);

	if (kind == ICMPECHO_OTHER)
		return;
	LIST_EACH(&s->ping->waiting, it) {
		struct pathattempt *a = OBJ_OF(it, struct pathattempt, waiting);

		if (!is_of(s, a, &echo))
			continue;
		if (kind == ICMPECHO_REPLY && (echo.token != s->ping->token ||
		    !addr_equal(from, &a->job.to)))
			continue;
		pathattempt_end(a, kind == ICMPECHO_REPLY);
		return;
	}
}

static void
on_readable(struct loop_io *io, int fd, unsigned events, void *arg)
{
	const struct side *s = arg;
	struct sockaddr_storage ss;
	uint8_t octets[2048];
	struct addr from;
	uint16_t port;

	(void)events;
	for (int i = 0; i < READS_MAX && s->io == io; i++) {
		socklen_t len = sizeof(ss);
		ssize_t n = recvfrom(fd, octets, sizeof(octets), 0,
		    (struct sockaddr *)&ss, &len);

		/* An error that was queued is taken by the call. */
		if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
			continue;
		if (n < 0)
			return;
		addr_from_sockaddr((struct sockaddr *)&ss, &from, &port);
		take(s, octets, (size_t)n, &from);
	}
}

/* ---- what goes out ---- */

static int
side_open(struct side *s)
{
	if (s->fd != -1)
		return 0;
	s->fd = pingsock_open(s->family, &s->raw);
	if (s->fd != -1)
		s->io = loop_io_start(s->ping->engine->loop, s->fd, LOOP_READ,
		    on_readable, s);
	if (s->io != NULL)
		return 0;
	if (!s->refused)
		log_at(LOG_WARNING, "gtmd", "path", "icmp", "family=%s "
		    "cause=\"%s\" hint=\"CAP_NET_RAW or "
		    "net.ipv4.ping_group_range\"", s->family == AF_INET ?
		    "ipv4" : "ipv6", strerrordesc_np(errno));
	s->refused = true;
	side_close(s);
	return -1;
}

/* With as many hops as the attempt may go. */
static int
send_echo(const struct side *s, const struct pathattempt *a, uint8_t *octets,
    size_t len)
{
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct sockaddr_storage ss;
	struct iovec v = { octets, len };
	struct msghdr m = { .msg_name = &ss, .msg_iov = &v, .msg_iovlen = 1 };
	struct cmsghdr *c = (struct cmsghdr *)(void *)control;
	int ttl = a->job.ttl;

	m.msg_namelen = addr_to_sockaddr(&a->job.to, 0, &ss);
	if (ttl != 0) {
		m.msg_control = control;
		m.msg_controllen = sizeof(control);
		c->cmsg_len = CMSG_LEN(sizeof(int));
		c->cmsg_level = s->family == AF_INET ? IPPROTO_IP :
		    IPPROTO_IPV6;
		c->cmsg_type = s->family == AF_INET ? IP_TTL : IPV6_HOPLIMIT;
		memcpy(CMSG_DATA(c), &ttl, sizeof(ttl));
	}
	return sendmsg(s->fd, &m, 0) >= 0 ? 0 : -1;
}

static int
send_attempt(struct pathattempt *a)
{
	struct pathping *p = a->engine->ping;
	struct side *s = a->job.to.family == AF_INET ? &p->v4 : &p->v6;
	size_t header = s->family == AF_INET ? IP4_HEADER : IP6_HEADER;
	size_t len = ICMPECHO_MIN;
	uint8_t octets[ICMPECHO_MAX];
	struct icmpecho echo = { p->ident, ++p->sequence, p->token };

	if (side_open(s) != 0)
		return -1;
	if (a->job.packet_len > header + ICMPECHO_MIN)
		len = a->job.packet_len - header;
	icmpecho_write(octets, len, s->family, &echo);
	a->number = echo.sequence;
	a->sent = clock_mono(loop_clock(a->engine->loop));
	if (send_echo(s, a, octets, len) != 0)
		return -1;
	list_append(&p->waiting, &a->waiting);
	return 0;
}

const struct pathattempt_protocol pathping_protocol = { send_attempt };
