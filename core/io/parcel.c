/* core/io/parcel.c - see parcel.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/io/parcel.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/unixsock.h"

#define BACKLOG		8
#define FD_MIN		3	/* standard streams stay what they are */

int
parcel_connect(const char *path)
{
	return unixsock_connect(path, SOCK_SEQPACKET);
}

int
parcel_listen(const char *path, struct err *e)
{
	return unixsock_listen(path, SOCK_SEQPACKET, 0600, BACKLOG, e);
}

/* Room for the descriptors of one message, aligned as the kernel wants it. */
union control {
	struct cmsghdr	head;
	char		room[CMSG_SPACE(PARCEL_FDS_MAX * sizeof(int))];
};

int
parcel_send(int fd, const void *data, size_t len, const int *fds,
    size_t fd_count)
{
	union control control = { .room = { 0 } };
	struct iovec v = { .iov_len = len };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	struct cmsghdr *c = &control.head;

	assert(fd_count <= PARCEL_FDS_MAX);
	memcpy(&v.iov_base, &data, sizeof(data));	/* it is only read */
	if (fd_count > 0) {
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(fd_count * sizeof(int));
		memcpy(CMSG_DATA(c), fds, fd_count * sizeof(int));
		m.msg_control = &control;
		m.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
	}
	return sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)len ?
	    0 : -1;
}

void
parcel_close_fds(struct parcel *p)
{
	for (size_t i = 0; i < p->fd_count; i++) {
		if (p->fds[i] != -1)
			(void)close(p->fds[i]);
	}
	p->fd_count = 0;
}

/* In a process without standard streams their numbers are free. */
static int
move_up(int fd)
{
	int moved;

	if (fd >= FD_MIN)
		return fd;
	moved = fcntl(fd, F_DUPFD_CLOEXEC, FD_MIN);
	(void)close(fd);
	return moved;
}

static bool
take_fds(struct parcel *p, struct msghdr *m)
{
	bool whole = true;

	p->fd_count = 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL;
	    c = CMSG_NXTHDR(m, c)) {
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		assert(p->fd_count + n <= PARCEL_FDS_MAX);
		memcpy(p->fds + p->fd_count, CMSG_DATA(c), n * sizeof(int));
		for (size_t i = p->fd_count; i < p->fd_count + n; i++) {
			p->fds[i] = move_up(p->fds[i]);
			whole = whole && p->fds[i] != -1;
		}
		p->fd_count += n;
	}
	return whole;
}

int
parcel_receive(int fd, struct parcel *p, int timeout_ms)
{
	union control control;
	struct iovec v = { p->data, p->cap };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1,
	    .msg_control = &control, .msg_controllen = sizeof(control) };
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	ssize_t n;
	int rc;

	p->len = p->fd_count = 0;
	while ((rc = poll(&pfd, 1, timeout_ms)) == -1 && errno == EINTR)
		continue;
	if (rc == 0)
		errno = ETIMEDOUT;
	if (rc <= 0)
		return -1;
	n = recvmsg(fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n <= 0)
		return n == 0 ? 0 : -1;
	if (take_fds(p, &m) && !(m.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
		p->len = (size_t)n;
		return 1;
	}
	parcel_close_fds(p);
	errno = EMSGSIZE;
	return -1;
}

static bool
write_all(int fd, const char *p, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pwrite(fd, p + done, len - done, (off_t)done);

		if (n < 0 && errno != EINTR)
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return true;
}

int
parcel_file(const char *name, const void *octets, size_t len)
{
	int fd = memfd_create(name, MFD_CLOEXEC), keep;

	if (fd == -1 || write_all(fd, octets, len))
		return fd;
	keep = errno;
	(void)close(fd);
	errno = keep;
	return -1;
}

int
parcel_peer(int fd, pid_t *pid, uid_t *uid)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == -1)
		return -1;
	*pid = cred.pid;
	*uid = cred.uid;
	return 0;
}
