/* core/io/routesock.c - see routesock.h. Layer: core/io.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/io/routesock.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/io/routemsg.h"

/* Octets: a route with all its attributes; the kernel fills as much with a dump. */
#define REPLY_MAX	32768

union reply {
	struct nlmsghdr	head;
	uint8_t		octets[REPLY_MAX];
};

int
routesock_open(void)
{
	/* Never needed; a kernel that does not answer must not stop us. */
	static const struct timeval patience = { .tv_sec = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd != -1)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		    sizeof(patience));
	return fd;
}

static bool
is_error(const union reply *r, size_t len, int *rc)
{
	struct nlmsgerr e;

	if (r->head.nlmsg_type != NLMSG_ERROR || len < NLMSG_LENGTH(sizeof(e)))
		return false;
	memcpy(&e, r->octets + NLMSG_HDRLEN, sizeof(e));
	*rc = -e.error;
	return true;
}

static int
say(int fd, struct routemsg *m)
{
	static uint32_t sequence;

	m->head.nlmsg_seq = ++sequence;
	return send(fd, m, m->head.nlmsg_len, 0) == -1 ? errno : 0;
}

/* The next datagram of the answer to m. 0, or the errno. */
static int
hear(int fd, const struct routemsg *m, union reply *r, size_t *len)
{
	ssize_t n;

	do {
		n = recv(fd, r, sizeof(*r), 0);
		if (n == -1 && errno != EINTR)
			return errno;
	} while (n < (ssize_t)sizeof(r->head) ||
	    r->head.nlmsg_seq != m->head.nlmsg_seq);
	*len = (size_t)n;
	return 0;
}

/* Sends m, reads the first message of its answer; an errno that it brings is
 * returned. */
static int
ask(int fd, struct routemsg *m, union reply *r, size_t *len)
{
	int rc = say(fd, m);

	if (rc == 0)
		rc = hear(fd, m, r, len);
	if (rc == 0)
		(void)is_error(r, *len, &rc);	/* 0: that it is done */
	return rc;
}

/* One datagram of a dump. True: it was the last; *rc is the errno that it brings. */
static bool
walk(const union reply *r, size_t len,
    void (*fn)(void *arg, const struct nlmsghdr *h, size_t len), void *arg,
    int *rc)
{
	size_t at = 0;

	if (is_error(r, len, rc))
		return true;
	while (at + sizeof(struct nlmsghdr) <= len) {
		const struct nlmsghdr *h =
		    (const struct nlmsghdr *)(const void *)(r->octets + at);

		if (h->nlmsg_len < sizeof(*h) || h->nlmsg_len > len - at ||
		    h->nlmsg_type == NLMSG_DONE)
			return true;
		fn(arg, h, h->nlmsg_len);
		at += NLMSG_ALIGN(h->nlmsg_len);
	}
	return false;
}

int
routesock_dump(int fd, struct routemsg *m,
    void (*fn)(void *arg, const struct nlmsghdr *h, size_t len), void *arg)
{
	union reply r;
	size_t len;
	int rc = say(fd, m), told = 0;

	do {
		if (rc == 0)
			rc = hear(fd, m, &r, &len);
	} while (rc == 0 && !walk(&r, len, fn, arg, &told));
	return rc != 0 ? rc : told;
}

int
routesock_change(int fd, struct routemsg *m)
{
	union reply r;
	size_t len;

	return ask(fd, m, &r, &len);
}

int
routesock_way(int fd, const struct addr *to, uint32_t mark,
    struct routemsg_way *out)
{
	struct routemsg m;
	union reply r;
	size_t len;
	int rc;

	routemsg_ask_way(&m, to, mark);
	rc = ask(fd, &m, &r, &len);
	if (rc != 0)
		return rc;
	return routemsg_read_way(&r.head, len, out) ? 0 : EPROTO;
}
