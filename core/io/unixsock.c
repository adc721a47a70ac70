/* core/io/unixsock.c - see unixsock.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/io/unixsock.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/err.h"

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
unixsock_connect(const char *path, int type)
{
	struct sockaddr_un to;
	int fd, keep;

	if (fill_address(path, &to) == -1)
		return -1;
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	if (connect(fd, (const void *)&to, sizeof(to)) == 0)
		return fd;
	keep = errno;
	(void)close(fd);
	errno = keep;
	return -1;
}

/* Only a socket is removed, and only when nobody answers there. A listener
 * whose backlog is full (EAGAIN) is alive. */
static int
clear_place(const char *path, int type, struct err *e)
{
	struct stat st;
	int fd;

	if (lstat(path, &st) == -1)
		return 0;
	if (!S_ISSOCK(st.st_mode))
		return err_set(e, ERR_EXISTS, "%s: there is a file of that "
		    "name", path);
	fd = unixsock_connect(path, type | SOCK_NONBLOCK);
	if (fd != -1 || errno != ECONNREFUSED) {
		if (fd != -1)
			(void)close(fd);
		return err_set(e, ERR_BUSY, "%s: somebody listens there",
		    path);
	}
	return unlink(path) == 0 ? 0 : err_sys(e, errno, "%s", path);
}

/* Nobody can connect before the mode is right: it listens last. */
static int
open_at(int fd, const struct sockaddr_un *at, mode_t mode, int backlog)
{
	int keep;

	if (bind(fd, (const void *)at, sizeof(*at)) == -1)
		return -1;
	if (chmod(at->sun_path, mode) == 0 && listen(fd, backlog) == 0)
		return 0;
	keep = errno;
	(void)unlink(at->sun_path);
	errno = keep;
	return -1;
}

int
unixsock_listen(const char *path, int type, mode_t mode, int backlog,
    struct err *e)
{
	struct sockaddr_un at;
	int fd, rc;

	if (fill_address(path, &at) == -1)
		return err_set(e, ERR_RANGE, "%s: a socket's path has at most "
		    "%zu octets", path, sizeof(at.sun_path) - 1);
	rc = clear_place(path, type, e);
	if (rc != 0)
		return rc;
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd != -1 && open_at(fd, &at, mode, backlog) == 0)
		return fd;
	rc = err_sys(e, errno, "%s", path);
	if (fd != -1)
		(void)close(fd);
	return rc;
}
