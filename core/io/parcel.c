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
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/err.h"

#define BACKLOG		8
#define FD_MIN		3	/* standard streams stay what they are */

static int
fill_address(const char *path, struct sockaddr_un *to)
{
	memset(to, 0, sizeof(*to));
	to->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(to->sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(to->sun_path, path, strlen(path));
	return 0;
}

int
parcel_connect(const char *path)
{
	struct sockaddr_un to;
	int fd, keep;

	if (fill_address(path, &to) == -1)
		return -1;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	if (connect(fd, (const void *)&to, sizeof(to)) == 0)
		return fd;
	keep = errno;
	(void)close(fd);
	errno = keep;
	return -1;
}

/* Only a socket is removed, and only when nobody answers there. */
static int
clear_place(const char *path, struct err *e)
{
	struct stat st;
	int fd;

	if (lstat(path, &st) == -1)
		return 0;
	if (!S_ISSOCK(st.st_mode))
		return err_set(e, ERR_EXISTS, "%s: there is a file of that "
		    "name", path);
	fd = parcel_connect(path);
	if (fd != -1 || errno != ECONNREFUSED) {
		if (fd != -1)
			(void)close(fd);
		return err_set(e, ERR_BUSY, "%s: somebody listens there",
		    path);
	}
	return unlink(path) == 0 ? 0 : err_sys(e, errno, "%s", path);
}

int
parcel_listen(const char *path, struct err *e)
{
	struct sockaddr_un at;
	int fd, rc;

	if (fill_address(path, &at) == -1)
		return err_set(e, ERR_RANGE, "%s: a socket's path has at most "
		    "%zu octets", path, sizeof(at.sun_path) - 1);
	rc = clear_place(path, e);
	if (rc != 0)
		return rc;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* Nobody can connect before the mode is right: it listens last. */
	if (fd != -1 && bind(fd, (const void *)&at, sizeof(at)) == 0 &&
	    chmod(path, 0600) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	rc = err_sys(e, errno, "%s", path);
	if (fd != -1)
		(void)close(fd);
	return rc;
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
