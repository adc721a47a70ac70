/* tests/unit/etherip/path/test_tapkeeper.c - what one has open, the next one has, through a
 * process or the service manager between them; and what nobody wants is gone. What is kept here
 * are pipes: their other ends tell when nobody has them any more.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/tapkeeper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/io/loop.h"
#include "core/io/parcel.h"
#include "tests/unit/core/base/tempdir.h"

#define WITHIN_MS	20000

static struct loop *loop;
static int manager = -1;

static const char *
door(void)
{
	return tempdir_file(&tempdir, "taps.sock");
}

static int
set_up(void **state)
{
	const struct log_config quiet = { .fd = open("/dev/null",
	    O_WRONLY | O_CLOEXEC), .level = LOG_ERROR };

	log_setup(&quiet);
	(void)unsetenv("NOTIFY_SOCKET");
	loop = loop_new(&clock_system, NULL);
	return loop != NULL ? tempdir_set_up(state) : -1;
}

static int
tear_down(void **state)
{
	loop_free(&loop);
	if (manager != -1)
		(void)close(manager);
	manager = -1;
	return tempdir_tear_down(state);
}

/* Whose TAP of that name it keeps is a pipe's one end; ours is the other, and *end, too. */
static int
keep(struct tapkeeper *k, const char *name, int *end)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	tapkeeper_keep(k, name, ends[1]);
	*end = ends[1];
	return ends[0];
}

static bool
is_over(int end, int within_ms)
{
	struct pollfd p = { .fd = end, .events = POLLIN };

	return poll(&p, 1, within_ms) == 1 && (p.revents & POLLHUP) != 0;
}

/* An etheripd that has come up with nothing of the one before. */
static struct tapkeeper *
first(void)
{
	struct tapkeeper *k = tapkeeper_new(door());

	tapkeeper_take(k);
	tapkeeper_grace(k, 60);
	return k;
}

static void
the_next_one_has_what_was_kept(void **state)
{
	struct tapkeeper *k = first();
	int at, end, same;

	(void)state;
	assert_true(tapkeeper_keeps(k));
	assert_int_equal(tapkeeper_find(k, "eip"), -1);
	end = keep(k, "eip", &at);
	tapkeeper_settle(k, loop);
	tapkeeper_free(&k);
	(void)close(at);
	for (int again = 0; again < 3; again++) {
		k = first();
		same = tapkeeper_find(k, "eip");
		assert_int_not_equal(same, -1);
		assert_int_equal(write(same, "x", 1), 1);
		assert_int_equal(read(end, &(char){ 0 }, 1), 1);
		assert_int_equal(tapkeeper_find(k, "eip"), -1);
		tapkeeper_keep(k, "eip", same);
		tapkeeper_settle(k, loop);
		tapkeeper_free(&k);
		(void)close(same);
	}
	assert_false(is_over(end, 0));
	tapkeeper_end(door());
	assert_true(is_over(end, WITHIN_MS));
	(void)close(end);
}

/* Its configuration was refused: the one after it has them all the same. */
static void
who_fails_to_start_takes_nothing_away(void **state)
{
	struct tapkeeper *k = first();
	int at, end;

	(void)state;
	end = keep(k, "eip", &at);
	tapkeeper_settle(k, loop);
	tapkeeper_free(&k);
	(void)close(at);
	k = first();
	tapkeeper_free(&k);
	k = first();
	at = tapkeeper_find(k, "eip");
	assert_int_not_equal(at, -1);
	(void)close(at);
	tapkeeper_free(&k);
	tapkeeper_end(door());
	assert_true(is_over(end, WITHIN_MS));
	(void)close(end);
}

static void
what_nobody_asks_for_goes_with_the_first_configuration(void **state)
{
	struct tapkeeper *k = first();
	int at[2], end[2];

	(void)state;
	end[0] = keep(k, "eip1", &at[0]);
	end[1] = keep(k, "eip2", &at[1]);
	tapkeeper_drop(k, "eip1");
	tapkeeper_drop(k, "nobody");
	(void)close(at[0]);
	assert_true(is_over(end[0], WITHIN_MS));
	tapkeeper_settle(k, loop);
	tapkeeper_free(&k);
	(void)close(at[1]);
	k = first();
	assert_int_equal(tapkeeper_find(k, "eip1"), -1);
	assert_false(is_over(end[1], 0));
	tapkeeper_settle(k, loop);
	assert_true(is_over(end[1], WITHIN_MS));
	tapkeeper_free(&k);
	(void)close(end[0]);
	(void)close(end[1]);
}

static void
for_no_seconds_nothing_is_kept(void **state)
{
	struct tapkeeper *k = first();
	int at, end = keep(k, "eip", &at);

	(void)state;
	tapkeeper_settle(k, loop);
	tapkeeper_grace(k, 0);
	assert_false(tapkeeper_keeps(k));
	tapkeeper_free(&k);
	(void)close(at);
	assert_true(is_over(end, WITHIN_MS));
	(void)close(end);
}

static void
the_end_of_who_keeps_is_noticed(void **state)
{
	struct tapkeeper *k = first();

	(void)state;
	tapkeeper_settle(k, loop);
	loop_poll(loop);
	assert_true(tapkeeper_keeps(k));
	tapkeeper_end(door());
	/* It has closed all before its end was seen. */
	for (int i = 0; i < WITHIN_MS && tapkeeper_keeps(k); i++) {
		(void)poll(NULL, 0, 1);
		loop_poll(loop);
	}
	assert_false(tapkeeper_keeps(k));
	tapkeeper_grace(k, 30);
	tapkeeper_free(&k);
	/* Nobody is there any more. */
	tapkeeper_end(door());
	assert_int_equal(access(door(), F_OK), -1);
}

/* ---- a service manager ---- */

static void
open_manager(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	const char *path = tempdir_file(&tempdir, "notify");

	(void)snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(manager, (const void *)&sun, sizeof(sun)), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", path, 1), 0);
}

/* What it hears next; the descriptor beside that, or -1. */
static int
hear(const char *want)
{
	char text[200] = "";
	struct parcel p = { .data = text, .cap = sizeof(text) - 1 };

	assert_int_equal(parcel_receive(manager, &p, 0), 1);
	assert_string_equal(text, want);
	return p.fd_count == 1 ? p.fds[0] : -1;
}

static void
a_manager_keeps_them_where_there_is_one(void **state)
{
	struct tapkeeper *k;
	int at, end, its;

	(void)state;
	open_manager();
	k = first();
	end = keep(k, "eip", &at);
	its = hear("FDSTORE=1\nFDNAME=tap-eip");
	assert_int_not_equal(its, -1);
	assert_int_equal(write(its, "x", 1), 1);
	assert_int_equal(read(end, &(char){ 0 }, 1), 1);
	tapkeeper_settle(k, loop);
	assert_true(tapkeeper_keeps(k));
	tapkeeper_grace(k, 0);
	assert_int_equal(hear("FDSTOREREMOVE=1\nFDNAME=tap-eip"), -1);
	assert_false(tapkeeper_keeps(k));
	/* Told of again, it is not kept for no seconds either. */
	tapkeeper_keep(k, "eip", at);
	assert_int_equal(poll(&(struct pollfd){ .fd = manager,
	    .events = POLLIN }, 1, 0), 0);
	tapkeeper_grace(k, 5);
	assert_int_not_equal(hear("FDSTORE=1\nFDNAME=tap-eip"), -1);
	tapkeeper_drop(k, "eip");
	assert_int_equal(hear("FDSTOREREMOVE=1\nFDNAME=tap-eip"), -1);
	tapkeeper_free(&k);
	assert_int_equal(access(door(), F_OK), -1);
	(void)close(its);
	(void)close(at);
	(void)close(end);
}

/* In a process of its own: descriptors 3 and 4 are what the manager gives. */
static int
given(int a, int b)
{
	struct tapkeeper *k;
	char pid[16];
	int fd;

	(void)snprintf(pid, sizeof(pid), "%d", getpid());
	a = fcntl(a, F_DUPFD, 10);
	b = fcntl(b, F_DUPFD, 10);
	if (dup2(a, 3) == -1 || dup2(b, 4) == -1)
		return 1;
	(void)setenv("LISTEN_PID", pid, 1);
	(void)setenv("LISTEN_FDS", "2", 1);
	(void)setenv("LISTEN_FDNAMES", "tap-eip1:tap-eip2", 1);
	k = first();
	fd = tapkeeper_find(k, "eip2");
	if (fd != 4 || getenv("LISTEN_FDS") != NULL)
		return 2;
	/* It has that one already. */
	tapkeeper_keep(k, "eip2", fd);
	tapkeeper_settle(k, loop);
	tapkeeper_free(&k);
	return 0;
}

static void
what_the_manager_has_kept_is_found(void **state)
{
	int ends[2], status;
	pid_t pid;

	(void)state;
	open_manager();
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0)
		_exit(given(ends[0], ends[1]));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(hear("FDSTOREREMOVE=1\nFDNAME=tap-eip1"), -1);
	assert_int_equal(recv(manager, &(char){ 0 }, 1, MSG_DONTWAIT), -1);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
		RULE(the_next_one_has_what_was_kept),
		RULE(who_fails_to_start_takes_nothing_away),
		RULE(what_nobody_asks_for_goes_with_the_first_configuration),
		RULE(for_no_seconds_nothing_is_kept),
		RULE(the_end_of_who_keeps_is_noticed),
		RULE(a_manager_keeps_them_where_there_is_one),
		RULE(what_the_manager_has_kept_is_found),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
