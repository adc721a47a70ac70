/* core/model/statelock.c - see statelock.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/statelock.h"

#include <sys/file.h>
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
set_busy(int fd, const char *dir, struct err *e)
{
	char text[24];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return err_set(e, ERR_BUSY, "state directory %s is in use by "
		    "another process", dir);
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return err_set(e, ERR_BUSY, "state directory %s is in use by process "
	    "%s", dir, text);
}

/* The process id is for people; the lock itself is the kernel's. */
static int
write_pid(int fd)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	return ftruncate(fd, 0) == -1 || pwrite(fd, text, (size_t)n, 0) != n ?
	    -1 : 0;
}

int
statelock_inherit(int fd, struct err *e)
{
	if (write_pid(fd) == -1)
		return err_sys(e, errno, "state directory: lock: cannot "
		    "write");
	return 0;
}

int
statelock_open(const char *dir, struct err *e)
{
	char *path;
	int fd, rc = 0;

	if (mkdir(dir, 0700) == -1 && errno != EEXIST)
		return err_sys(e, errno, "%s: cannot make directory", dir);
	path = mem_printf("%s/lock", dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		rc = err_sys(e, errno, "%s: cannot open", path);
	else if (flock(fd, LOCK_EX | LOCK_NB) == -1)
		rc = errno == EWOULDBLOCK ? set_busy(fd, dir, e) :
		    err_sys(e, errno, "%s: cannot lock", path);
	else if (write_pid(fd) == -1)
		rc = err_sys(e, errno, "%s: cannot write", path);
	free(path);
	if (rc != 0 && fd != -1)
		(void)close(fd);
	return rc != 0 ? rc : fd;
}
