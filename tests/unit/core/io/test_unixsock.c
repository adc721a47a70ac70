/* tests/unit/core/io/test_unixsock.c - a path is taken from the dead alone, and
 * what could not listen leaves nothing there.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/unixsock.h"
#include "tests/unit/core/base/tempdir.h"

/* The kernel's listen, which may be told to fail. */
static int listen_errno;

int
listen(int fd, int backlog)
{
	if (listen_errno == 0)
		return (int)syscall(SYS_listen, fd, backlog);
	errno = listen_errno;
	return -1;
}

static const char *
path(void)
{
	return tempdir_file(&tempdir, "s");
}

static void
it_listens_with_its_mode_alone(void **state)
{
	int fd = unixsock_listen(path(), SOCK_STREAM, 0660, 4, NULL), peer;
	struct stat st;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(stat(path(), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	peer = unixsock_connect(path(), SOCK_STREAM);
	assert_true(peer >= 0);
	assert_true(fcntl(peer, F_GETFD) & FD_CLOEXEC);
	(void)close(peer);
	(void)close(fd);
}

static void
only_a_dead_ones_place_is_taken(void **state)
{
	struct err e;
	int fd = unixsock_listen(path(), SOCK_SEQPACKET, 0600, 4, NULL), other;

	(void)state;
	assert_int_equal(unixsock_listen(path(), SOCK_SEQPACKET, 0600, 4, &e),
	    ERR_BUSY);
	/* Of another type, too. */
	assert_int_equal(unixsock_listen(path(), SOCK_STREAM, 0600, 4, &e),
	    ERR_BUSY);
	assert_non_null(strstr(e.text, "/s: somebody listens there"));
	(void)close(fd);
	other = unixsock_listen(path(), SOCK_STREAM, 0600, 4, &e);
	assert_true(other >= 0);
	(void)close(other);
	assert_int_equal(unlink(path()), 0);
	tempdir_write(path(), "mine", 4);
	assert_int_equal(unixsock_listen(path(), SOCK_STREAM, 0600, 4, &e),
	    ERR_EXISTS);
}

/* Its queue is full because it is slow, not because it is dead; and asking does
 * not wait for it. */
static void
a_crowd_at_the_door_is_life(void **state)
{
	int fd = unixsock_listen(path(), SOCK_STREAM, 0600, 0, NULL);
	int waits[8];
	size_t n = 0;

	(void)state;
	do {
		waits[n] = unixsock_connect(path(), SOCK_STREAM |
		    SOCK_NONBLOCK);
	} while (waits[n] != -1 && ++n < 8);
	assert_in_range(n, 1, 7);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(unixsock_listen(path(), SOCK_STREAM, 0600, 4, NULL),
	    ERR_BUSY);
	while (n > 0)
		(void)close(waits[--n]);
	(void)close(fd);
}

static void
what_cannot_listen_leaves_nothing(void **state)
{
	char long_path[200];
	struct err e;
	int before = dup(0);

	(void)state;
	(void)close(before);
	listen_errno = EADDRINUSE;
	assert_int_equal(unixsock_listen(path(), SOCK_STREAM, 0600, 4, &e),
	    ERR_IO);
	listen_errno = 0;
	assert_int_equal(access(path(), F_OK), -1);
	assert_int_equal(dup(0), before);	/* no descriptor is left */
	(void)close(before);
	memset(long_path, 'x', sizeof(long_path) - 1);
	long_path[sizeof(long_path) - 1] = '\0';
	assert_int_equal(unixsock_listen(long_path, SOCK_STREAM, 0600, 4, &e),
	    ERR_RANGE);
	assert_int_equal(unixsock_connect(long_path, SOCK_STREAM), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	assert_int_equal(unixsock_connect(path(), SOCK_STREAM), -1);
	assert_int_equal(errno, ENOENT);
}

int
main(void)
{
#define RULE(name) \
	cmocka_unit_test_setup_teardown(name, tempdir_set_up, tempdir_tear_down)
	static const struct CMUnitTest tests[] = {
		RULE(it_listens_with_its_mode_alone),
		RULE(only_a_dead_ones_place_is_taken),
		RULE(a_crowd_at_the_door_is_life),
		RULE(what_cannot_listen_leaves_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
