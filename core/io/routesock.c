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

#define REPLY_MAX	8192	/* octets: a route with all its attributes */

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

/* Sends m, reads the first message of its answer; an errno that it brings is
 * returned. */
static int
ask(int fd, struct routemsg *m, union reply *r, size_t *len)
{
	static uint32_t sequence;
	ssize_t n;
	int rc = 0;

	m->head.nlmsg_seq = ++sequence;
	if (send(fd, m, m->head.nlmsg_len, 0) == -1)
		return errno;
	do {
		n = recv(fd, r, sizeof(*r), 0);
		if (n == -1 && errno != EINTR)
			return errno;
	} while (n < (ssize_t)sizeof(r->head) ||
	    r->head.nlmsg_seq != m->head.nlmsg_seq);
	*len = (size_t)n;
	return is_error(r, *len, &rc) ? rc : 0;
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
