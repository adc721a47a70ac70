/* tests/unit/etherip/path/test_tapholder.c - a process that holds descriptors gives them to who
 * may have them, for as long as it was told, and then it is gone. What it holds here are
 * pipes: their other ends tell when nobody has them any more.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/tapholder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/parcel.h"
#include "etherip/path/tapword.h"
#include "tests/unit/core/base/tempdir.h"

#define WITHIN_MS	20000

static int line = -1;

static struct tapword
word(uint16_t kind, const char *name)
{
	struct tapword w = { TAPWORD_MAGIC, TAPWORD_VERSION, kind, 0, "" };

	(void)snprintf(w.name, sizeof(w.name), "%s", name);
	return w;
}

static void
say(int fd, const struct tapword *w, int with)
{
	assert_int_equal(parcel_send(fd, w, sizeof(*w),
	    with != -1 ? &with : NULL, with != -1), 0);
}

static void
say_kind(int fd, uint16_t kind, const char *name)
{
	const struct tapword w = word(kind, name);

	say(fd, &w, -1);
}

static void
grace(uint32_t s)
{
	struct tapword w = word(TAPWORD_GRACE, "");

	w.value = s;
	say(line, &w, -1);
}

/* Our end of a pipe whose other end it keeps under that name. */
static int
keep(const char *name)
{
	const struct tapword w = word(TAPWORD_KEEP, name);
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	say(line, &w, ends[1]);
	(void)close(ends[1]);
	return ends[0];
}

/* Nobody has the other end any more. */
static bool
is_over(int end, int within_ms)
{
	struct pollfd p = { .fd = end, .events = POLLIN };

	return poll(&p, 1, within_ms) == 1 && (p.revents & POLLHUP) != 0;
}

static const char *
door(void)
{
	return tempdir_file(&tempdir, "taps.sock");
}

static void
listen_there(void)
{
	const struct tapword w = word(TAPWORD_LISTEN, "");
	struct err e = { 0 };
	int fd = parcel_listen(door(), &e);

	assert_true(fd >= 0);
	say(line, &w, fd);
	(void)close(fd);
}

/* The next word that comes, and its descriptor (-1: none); 0: the other end is gone. */
static uint16_t
hear(int fd, struct tapword *w, int *with)
{
	struct parcel p = { .data = w, .cap = sizeof(*w) };
	int rc = parcel_receive(fd, &p, WITHIN_MS);

	*with = -1;
	if (rc == 0 || (rc == -1 && errno == ECONNRESET))
		return 0;
	assert_int_equal(rc, 1);
	assert_int_equal(p.len, sizeof(*w));
	if (p.fd_count == 1)
		*with = p.fds[0];
	return w->kind;
}

static bool
is_gone(int fd)
{
	struct tapword w;
	int with;

	return hear(fd, &w, &with) == 0;
}

static int
set_up(void **state)
{
	struct err e = { 0 };

	if (tempdir_set_up(state) != 0)
		return -1;
	line = tapholder_start(&e);
	return line >= 0 ? 0 : -1;
}

static int
tear_down(void **state)
{
	if (line != -1)
		(void)close(line);
	line = -1;
	return tempdir_tear_down(state);
}

static void
end_line(void)
{
	(void)close(line);
	line = -1;
}

static void
who_comes_after_the_end_gets_all(void **state)
{
	struct tapword w;
	int a = keep("eip1"), b = keep("eip2"), with, guest;

	(void)state;
	grace(60);
	listen_there();
	end_line();
	guest = parcel_connect(door());
	assert_true(guest >= 0);
	say_kind(guest, TAPWORD_GIVE, "");
	assert_int_equal(hear(guest, &w, &with), TAPWORD_HELD);
	assert_string_equal(w.name, "eip1");
	assert_int_equal(write(with, "1", 1), 1);
	(void)close(with);
	assert_int_equal(hear(guest, &w, &with), TAPWORD_HELD);
	assert_string_equal(w.name, "eip2");
	(void)close(with);
	assert_int_equal(hear(guest, &w, &with), TAPWORD_DONE);
	assert_int_equal(read(a, &(char){ 0 }, 1), 1);
	/* Those were duplicates: it has them still. */
	assert_false(is_over(a, 0) || is_over(b, 0));
	say_kind(guest, TAPWORD_END, "");
	assert_true(is_gone(guest));
	assert_true(is_over(a, WITHIN_MS) && is_over(b, WITHIN_MS));
	(void)close(guest);
	(void)close(a);
	(void)close(b);
}

static void
only_the_last_of_a_name_is_kept(void **state)
{
	int a = keep("eip"), b = keep("eip");

	(void)state;
	assert_true(is_over(a, WITHIN_MS));
	assert_false(is_over(b, 0));
	say_kind(line, TAPWORD_DROP, "nobody");
	say_kind(line, TAPWORD_DROP, "eip");
	assert_true(is_over(b, WITHIN_MS));
	(void)close(a);
	(void)close(b);
}

static void
without_grace_the_end_is_the_end(void **state)
{
	int a = keep("eip");

	(void)state;
	grace(60);
	grace(0);
	end_line();
	assert_true(is_over(a, WITHIN_MS));
	(void)close(a);
}

static void
grace_ends(void **state)
{
	int a = keep("eip");

	(void)state;
	grace(1);
	end_line();
	assert_false(is_over(a, 0));
	assert_true(is_over(a, WITHIN_MS));
	(void)close(a);
}

/* Another version's words, half of one, orders that are not a guest's to give. */
static void
what_is_not_understood_changes_nothing(void **state)
{
	struct tapword w = word(TAPWORD_DROP, "eip");
	int a = keep("eip"), guest, with;

	(void)state;
	listen_there();
	w.version++;
	say(line, &w, -1);
	w = word(99, "eip");
	say(line, &w, -1);
	w = word(TAPWORD_DROP, "eip");
	assert_int_equal(parcel_send(line, &w, sizeof(w) - 1, NULL, 0), 0);
	memset(w.name, 'x', sizeof(w.name));
	say(line, &w, -1);
	say_kind(line, TAPWORD_KEEP, "eip");	/* with nothing */
	say_kind(line, TAPWORD_LISTEN, "");
	guest = parcel_connect(door());
	assert_true(guest >= 0);
	say_kind(guest, TAPWORD_DROP, "eip");
	say_kind(guest, TAPWORD_GIVE, "");
	assert_int_equal(hear(guest, &w, &with), TAPWORD_HELD);
	(void)close(with);
	assert_false(is_over(a, 0));
	(void)close(guest);
	(void)close(a);
}

static void
knock_as_nobody(void)
{
	int guest;

	if (setgid(65534) != 0 || setuid(65534) != 0)
		_exit(2);
	guest = parcel_connect(door());
	if (guest == -1)
		_exit(3);
	/* It may be gone before we have said a word. */
	{
		const struct tapword w = word(TAPWORD_GIVE, "");

		(void)parcel_send(guest, &w, sizeof(w), NULL, 0);
	}
	_exit(is_gone(guest) ? 0 : 1);
}

static void
another_user_gets_nothing(void **state)
{
	int a = keep("eip"), status;
	pid_t pid;

	(void)state;
	if (getuid() != 0)
		skip();
	listen_there();
	assert_int_equal(chmod(tempdir_file(&tempdir, "."), 0755), 0);
	assert_int_equal(chmod(door(), 0666), 0);
	pid = fork();
	if (pid == 0)
		knock_as_nobody();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_false(is_over(a, 0));
	(void)close(a);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
		RULE(who_comes_after_the_end_gets_all),
		RULE(only_the_last_of_a_name_is_kept),
		RULE(without_grace_the_end_is_the_end),
		RULE(grace_ends),
		RULE(what_is_not_understood_changes_nothing),
		RULE(another_user_gets_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
