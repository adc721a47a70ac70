/* tests/unit/core/io/test_parcel.c - messages arrive whole with their
 * descriptors, or not at all, and none of those leaks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/parcel.h"
#include "tests/unit/core/base/tempdir.h"

struct ends {
	int		a, b;
};

static int
setup(void **state)
{
	static struct ends s;
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
	    fds), 0);
	s = (struct ends){ fds[0], fds[1] };
	*state = &s;
	return 0;
}

static int
teardown(void **state)
{
	struct ends *s = *state;

	(void)close(s->a);
	(void)close(s->b);
	return 0;
}

static unsigned
open_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned n = 0;

	while (readdir(d) != NULL)
		n++;
	(void)closedir(d);
	return n;
}

static void
a_message_comes_with_its_descriptors(void **state)
{
	struct ends *s = *state;
	char room[8], text[8] = "";
	struct parcel p = { .data = room, .cap = sizeof(room) };
	unsigned before = open_fds();
	int file = parcel_file("x", "inside", 6);

	assert_true(file >= 0);
	assert_int_equal(parcel_send(s->a, "one", 3, &file, 1), 0);
	assert_int_equal(parcel_send(s->a, "two", 3, NULL, 0), 0);
	(void)close(file);
	assert_int_equal(parcel_receive(s->b, &p, 0), 1);
	assert_int_equal(p.len, 3);
	assert_memory_equal(room, "one", 3);
	assert_int_equal(p.fd_count, 1);
	assert_true(p.fds[0] > 2);
	assert_true(fcntl(p.fds[0], F_GETFD) & FD_CLOEXEC);
	assert_int_equal(pread(p.fds[0], text, 7, 0), 6);
	assert_string_equal(text, "inside");
	parcel_close_fds(&p);
	assert_int_equal(parcel_receive(s->b, &p, 0), 1);
	assert_memory_equal(room, "two", 3);
	assert_int_equal(p.fd_count, 0);
	assert_int_equal(parcel_receive(s->b, &p, 0), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_int_equal(open_fds(), before);
}

static void
what_has_no_room_leaves_no_descriptor(void **state)
{
	struct ends *s = *state;
	char room[2];
	struct parcel p = { .data = room, .cap = sizeof(room) };
	unsigned before = open_fds();

	assert_int_equal(parcel_send(s->a, "long", 4, &s->a, 1), 0);
	assert_int_equal(parcel_receive(s->b, &p, 0), -1);
	assert_int_equal(errno, EMSGSIZE);
	assert_int_equal(open_fds(), before);
}

static void
as_many_as_go_into_one(void **state)
{
	struct ends *s = *state;
	int fds[PARCEL_FDS_MAX];
	char room[2];
	struct parcel p = { .data = room, .cap = sizeof(room) };

	for (size_t i = 0; i < PARCEL_FDS_MAX; i++)
		fds[i] = s->a;
	assert_int_equal(parcel_send(s->a, "x", 1, fds, PARCEL_FDS_MAX), 0);
	assert_int_equal(parcel_receive(s->b, &p, 0), 1);
	assert_int_equal(p.fd_count, PARCEL_FDS_MAX);
	parcel_close_fds(&p);
}

static void
standard_streams_stay_free(void **state)
{
	struct ends *s = *state;
	char room[2];
	struct parcel p = { .data = room, .cap = sizeof(room) };
	int keep = dup(STDIN_FILENO);

	assert_int_equal(parcel_send(s->a, "x", 1, &s->a, 1), 0);
	(void)close(STDIN_FILENO);
	assert_int_equal(parcel_receive(s->b, &p, 0), 1);
	assert_true(p.fds[0] > 2);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
	parcel_close_fds(&p);
	if (keep != -1) {
		assert_int_equal(dup2(keep, STDIN_FILENO), STDIN_FILENO);
		(void)close(keep);
	}
}

static void
the_end_is_told_after_the_last_word(void **state)
{
	struct ends *s = *state;
	char room[8];
	struct parcel p = { .data = room, .cap = sizeof(room) };

	assert_int_equal(parcel_send(s->a, "bye", 3, NULL, 0), 0);
	(void)close(s->a);
	assert_int_equal(parcel_receive(s->b, &p, 0), 1);
	assert_int_equal(parcel_receive(s->b, &p, 0), 0);
	assert_int_equal(parcel_send(s->b, "x", 1, NULL, 0), -1);
	assert_int_equal(errno, EPIPE);
	s->a = dup(s->b);
}

static void
one_listens_and_a_dead_ones_place_is_free(void **state)
{
	struct tempdir dir;
	const char *path;
	char long_path[200];
	struct stat st;
	struct err e;
	pid_t pid;
	uid_t uid;
	int fd, from, to;

	(void)state;
	tempdir_make(&dir);
	path = tempdir_file(&dir, "s");
	assert_int_equal(parcel_connect(path), -1);
	assert_int_equal(errno, ENOENT);
	fd = parcel_listen(path, &e);
	assert_true(fd >= 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(parcel_listen(path, &e), ERR_BUSY);
	from = parcel_connect(path);
	assert_true(from >= 0);
	/* The first in the queue is parcel_listen's own look. */
	(void)close(accept4(fd, NULL, NULL, SOCK_CLOEXEC));
	to = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	assert_int_equal(parcel_peer(to, &pid, &uid), 0);
	assert_int_equal(pid, getpid());
	assert_int_equal(uid, getuid());
	(void)close(from);
	(void)close(to);
	(void)close(fd);
	assert_int_equal(parcel_connect(path), -1);
	assert_int_equal(errno, ECONNREFUSED);
	fd = parcel_listen(path, &e);
	assert_true(fd >= 0);
	(void)close(fd);
	(void)unlink(path);
	tempdir_write(path, "x", 1);
	assert_int_equal(parcel_listen(path, &e), ERR_EXISTS);
	memset(long_path, 'x', sizeof(long_path) - 1);
	long_path[sizeof(long_path) - 1] = '\0';
	assert_int_equal(parcel_listen(long_path, &e), ERR_RANGE);
	tempdir_remove(&dir);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_message_comes_with_its_descriptors),
		TEST(what_has_no_room_leaves_no_descriptor),
		TEST(as_many_as_go_into_one),
		TEST(standard_streams_stay_free),
		TEST(the_end_is_told_after_the_last_word),
		cmocka_unit_test(one_listens_and_a_dead_ones_place_is_free),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
