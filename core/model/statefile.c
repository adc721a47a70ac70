/* core/model/statefile.c - see statefile.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/statefile.h"

#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"

static int
set_too_big(const char *path, struct err *e)
{
	return err_set(e, ERR_RANGE, "%s: has more than %zu octets", path,
	    STATEFILE_MAX);
}

int
statefile_read_fd(int fd, const char *path, char **text, size_t *len,
    struct err *e)
{
	size_t room = 0, n = 0;
	char *buf = NULL;
	struct stat st;
	ssize_t got;

	if (fstat(fd, &st) == 0 && st.st_size > 0 &&
	    (size_t)st.st_size < STATEFILE_MAX)
		buf = mem_grow(buf, &room, (size_t)st.st_size + 2, 1);
	for (;;) {
		buf = mem_grow(buf, &room, n + 2, 1);
		got = pread(fd, buf + n, room - n - 1, (off_t)n);
		if (got <= 0 && !(got < 0 && errno == EINTR))
			break;
		n += got > 0 ? (size_t)got : 0;
		if (n > STATEFILE_MAX) {
			free(buf);
			return set_too_big(path, e);
		}
	}
	if (got < 0) {
		int code = err_sys(e, errno, "%s: cannot read", path);

		free(buf);
		return code;
	}
	buf[n] = '\0';
	*text = buf;
	*len = n;
	return 0;
}

int
statefile_read(const char *path, char **text, size_t *len, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;

	if (fd == -1 && errno == ENOENT)
		return err_set(e, ERR_NOTFOUND, "%s: there is no such file",
		    path);
	if (fd == -1)
		return err_sys(e, errno, "%s: cannot open", path);
	rc = statefile_read_fd(fd, path, text, len, e);
	(void)close(fd);
	return rc;
}

static int
write_all(int fd, const char *p, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* The new file looks to the system like the one it replaces. */
static int
adopt_mode(int fd, const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return errno == ENOENT ? 0 : -1;
	/* Only root may give files away; the mode counts more. */
	if (fchown(fd, st.st_uid, st.st_gid) == -1 && errno != EPERM)
		return -1;
	return fchmod(fd, st.st_mode & 07777);
}

static int
write_temp(const char *temp, const char *path, const void *octets, size_t len)
{
	int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	int saved;

	if (fd == -1)
		return -1;
	if (adopt_mode(fd, path) == -1 || write_all(fd, octets, len) == -1 ||
	    fsync(fd) == -1) {
		saved = errno;
		(void)close(fd);
		errno = saved;
		return -1;
	}
	return close(fd);
}

int
statefile_write(const char *path, const void *octets, size_t len,
    struct err *e)
{
	char *temp = mem_printf("%s.tmp", path);
	int rc = 0;

	if (write_temp(temp, path, octets, len) == -1 ||
	    rename(temp, path) == -1) {
		rc = err_sys(e, errno, "%s: cannot write", path);
		(void)unlink(temp);
	}
	free(temp);
	return rc != 0 ? rc : statefile_sync_dir(path, e);
}

int
statefile_sync_dir(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash == NULL ? mem_strdup(".") : slash == path ?
	    mem_strdup("/") : mem_strndup(path, (size_t)(slash - path));
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;

	if (fd == -1 || fsync(fd) == -1)
		rc = err_sys(e, errno, "%s: cannot sync", dir);
	if (fd != -1)
		(void)close(fd);
	free(dir);
	return rc;
}
