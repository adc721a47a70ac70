/* etherip/path/linuxbridge.c - see linuxbridge.h. Layer: etherip/path.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/linuxbridge.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/routesock.h"
#include "etherip/path/linkmsg.h"

#define REPLY_MAX	16384	/* octets: an interface with all its attributes */

/* Asks what m asks. 0, or an errno. */
static int
ask(int fd, struct routemsg *m, struct linkmsg_link *out)
{
	static uint32_t sequence = UINT32_C(1) << 31;
	_Alignas(struct nlmsghdr) uint8_t reply[REPLY_MAX];
	struct nlmsgerr error;
	struct nlmsghdr h;
	ssize_t n;

	m->head.nlmsg_seq = ++sequence;
	if (send(fd, m, m->head.nlmsg_len, 0) == -1)
		return errno;
	do {
		n = recv(fd, reply, sizeof(reply), 0);
		if (n == -1 && errno != EINTR)
			return errno;
		if (n >= (ssize_t)sizeof(h))
			memcpy(&h, reply, sizeof(h));
	} while (n < (ssize_t)sizeof(h) || h.nlmsg_seq != sequence);
	if (h.nlmsg_type == NLMSG_ERROR &&
	    n >= (ssize_t)NLMSG_LENGTH(sizeof(error))) {
		memcpy(&error, reply + NLMSG_HDRLEN, sizeof(error));
		return -error.error;
	}
	return linkmsg_read(reply, (size_t)n, out) ? 0 : EPROTO;
}

static int
ask_name(int fd, const char *name, struct linkmsg_link *out)
{
	struct routemsg m;

	linkmsg_ask(&m, name);
	return ask(fd, &m, out);
}

/* One change that takes the index alone. */
static int
change(struct linuxbridge *b, void (*make)(struct routemsg *, unsigned),
    unsigned index)
{
	struct routemsg m;

	make(&m, index);
	return routesock_change(b->fd, &m);
}

/* A bridge of ours by that name. Returns a code. */
static int
find_or_make(struct linuxbridge *b, struct linkmsg_link *l, struct err *e)
{
	struct routemsg m;
	int rc = ask_name(b->fd, b->name, l);

	if (rc == 0 && (strcmp(l->kind, "bridge") != 0 ||
	    strcmp(l->alias, LINUXBRIDGE_ALIAS) != 0))
		return err_set(e, ERR_CONFLICT, "interface %s is there already "
		    "and is somebody else's", b->name);
	if (rc == 0)
		return 0;
	linkmsg_make_bridge(&m, b->name);
	rc = routesock_change(b->fd, &m);
	if (rc == 0)
		rc = ask_name(b->fd, b->name, l);
	if (rc != 0)
		return err_sys(e, rc, "bridge %s", b->name);
	linkmsg_set_alias(&m, l->index, LINUXBRIDGE_ALIAS);
	(void)routesock_change(b->fd, &m);
	return 0;
}

int
linuxbridge_open(struct linuxbridge *b, const char *name, struct err *e)
{
	struct linkmsg_link l;
	int rc;

	*b = (struct linuxbridge){ .fd = routesock_open() };
	(void)snprintf(b->name, sizeof(b->name), "%s", name);
	if (b->fd == -1)
		return err_sys(e, errno, "bridge %s", name);
	rc = find_or_make(b, &l, e);
	if (rc == 0) {
		b->index = l.index;
		b->mac = l.mac;
		rc = change(b, linkmsg_set_up, b->index);
		if (rc != 0)
			rc = err_sys(e, rc, "bridge %s", name);
	}
	if (rc != 0)
		linuxbridge_close(b, true);
	return rc;
}

void
linuxbridge_close(struct linuxbridge *b, bool keep)
{
	if (b->fd == -1)
		return;
	if (!keep)
		(void)change(b, linkmsg_remove, b->index);
	(void)close(b->fd);
	b->fd = -1;
}

static int
refuse(const char *device, int error, struct err *e)
{
	return error == ENODEV ?
	    err_set(e, ERR_REF, "interface %s is not there", device) :
	    err_sys(e, error, "interface %s", device);
}

int
linuxbridge_add(struct linuxbridge *b, const char *device, bool ours,
    unsigned *index, struct err *e)
{
	struct linkmsg_link l;
	struct routemsg m;
	int rc = ask_name(b->fd, device, &l);

	if (rc != 0)
		return refuse(device, rc, e);
	if (l.master != 0 && l.master != b->index)
		return err_set(e, ERR_CONFLICT, "interface %s is a part of "
		    "another interface already", device);
	*index = l.index;
	if (ours) {
		linkmsg_set_alias(&m, l.index, LINUXBRIDGE_ALIAS);
		(void)routesock_change(b->fd, &m);
		(void)change(b, linkmsg_set_no_ipv6, l.index);
	}
	if (l.master == 0) {
		linkmsg_set_master(&m, l.index, b->index);
		rc = routesock_change(b->fd, &m);
	}
	if (rc == 0)
		rc = change(b, linkmsg_set_up, l.index);
	return rc == 0 ? 0 : refuse(device, rc, e);
}

void
linuxbridge_remove(struct linuxbridge *b, unsigned index)
{
	struct linkmsg_link l;
	struct routemsg m;

	linkmsg_ask_index(&m, index);
	if (ask(b->fd, &m, &l) != 0 || l.master != b->index)
		return;
	linkmsg_set_master(&m, index, 0);
	(void)routesock_change(b->fd, &m);
}

int
linuxbridge_isolate(struct linuxbridge *b, unsigned index, bool on)
{
	struct routemsg m;

	linkmsg_set_isolated(&m, index, on);
	return routesock_change(b->fd, &m);
}

int
linuxbridge_address(struct linuxbridge *b, uint64_t mac)
{
	struct routemsg m;
	int rc;

	if (mac == b->mac)
		return 0;
	linkmsg_set_mac(&m, b->index, mac);
	rc = routesock_change(b->fd, &m);
	if (rc == 0)
		b->mac = mac;
	return rc;
}

uint64_t
linuxbridge_mac_of(struct linuxbridge *b, unsigned index)
{
	struct linkmsg_link l;
	struct routemsg m;

	linkmsg_ask_index(&m, index);
	return ask(b->fd, &m, &l) == 0 ? l.mac : 0;
}

void
linuxbridge_forget(struct linuxbridge *b, unsigned index, uint64_t mac)
{
	struct routemsg m;

	linkmsg_forget(&m, index, mac);
	(void)routesock_change(b->fd, &m);
}
