/* tests/unit/core/io/test_notify.c - what the service manager hears.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/io/notify.h"
#include "core/io/parcel.h"

/* Plays the manager on an abstract socket; returns it, name in the variable. */
static int
manager_open(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(sun);
	char name[sizeof(sun.sun_path) + 1];
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0);
	/* An empty address asks the kernel for a unique abstract name. */
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof(sa_family_t)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sun, &len), 0);
	len -= (socklen_t)offsetof(struct sockaddr_un, sun_path);
	memcpy(name, sun.sun_path, len);
	name[0] = '@';
	name[len] = '\0';
	assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
	return fd;
}

static void
manager_hears_the_state(void **state)
{
	char got[128] = "";
	int fd = manager_open();

	(void)state;
	notify_send("READY=1\nSTATUS=serving");
	assert_true(recv(fd, got, sizeof(got) - 1, 0) > 0);
	assert_string_equal(got, "READY=1\nSTATUS=serving");
	close(fd);
}

static void
reloading_carries_the_monotonic_time(void **state)
{
	char got[128] = "";
	int fd = manager_open();

	(void)state;
	notify_reloading();
	assert_true(recv(fd, got, sizeof(got) - 1, 0) > 0);
	assert_memory_equal(got, "RELOADING=1\nMONOTONIC_USEC=", 27);
	assert_true(strtoull(got + 27, NULL, 10) > 0);
	close(fd);
}

static void
no_manager_or_an_odd_one_is_silence(void **state)
{
	static const char *const odd[] = { "", "relative", "/nowhere/at/all" };
	char longer[300];

	(void)state;
	unsetenv("NOTIFY_SOCKET");
	notify_send("READY=1");
	assert_false(notify_is_managed());
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		setenv("NOTIFY_SOCKET", odd[i], 1);
		notify_send("READY=1");
		notify_store("one", 0);
	}
	memset(longer, '/', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	setenv("NOTIFY_SOCKET", longer, 1);
	notify_send("READY=1");
}

static void
a_descriptor_goes_beside_its_name(void **state)
{
	char got[128] = "";
	struct parcel p = { .data = got, .cap = sizeof(got) - 1 };
	int fd = manager_open(), file = parcel_file("x", "inside", 6);

	(void)state;
	assert_true(notify_is_managed());
	notify_store("one", file);
	close(file);
	assert_int_equal(parcel_receive(fd, &p, 0), 1);
	assert_string_equal(got, "FDSTORE=1\nFDNAME=one");
	assert_int_equal(p.fd_count, 1);
	assert_int_equal(pread(p.fds[0], got, 6, 0), 6);
	assert_memory_equal(got, "inside", 6);
	parcel_close_fds(&p);
	notify_unstore("one");
	memset(got, 0, sizeof(got));
	assert_int_equal(parcel_receive(fd, &p, 0), 1);
	assert_string_equal(got, "FDSTOREREMOVE=1\nFDNAME=one");
	assert_int_equal(p.fd_count, 0);
	close(fd);
}

struct found {
	char	names[64];
	int	next;
};

static void
on_stored(void *arg, const char *name, int fd)
{
	struct found *f = arg;

	assert_int_equal(fd, f->next++);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	(void)strncat(f->names, name, sizeof(f->names) - strlen(f->names) - 1);
	(void)strncat(f->names, " ", sizeof(f->names) - strlen(f->names) - 1);
}

/* In a child, where descriptors from 3 on may be what we like. */
static void
found_are(const char *pid, const char *count, const char *names,
    const char *want)
{
	struct found f = { "", 3 };
	pid_t child = fork();
	char own[16];
	int status;

	assert_int_not_equal(child, -1);
	if (child > 0) {
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
		return;
	}
	(void)snprintf(own, sizeof(own), "%d", getpid());
	for (int fd = 3; fd < 6; fd++)
		if (dup2(0, fd) == -1)
			_exit(1);
	setenv("LISTEN_PID", pid != NULL ? pid : own, 1);
	setenv("LISTEN_FDS", count, 1);
	setenv("LISTEN_FDNAMES", names, 1);
	notify_each_stored(on_stored, &f);
	/* Once is all. */
	notify_each_stored(on_stored, &f);
	_exit(strcmp(f.names, want) == 0 && getenv("LISTEN_PID") == NULL &&
	    getenv("LISTEN_FDS") == NULL ? 0 : 2);
}

static void
what_the_manager_kept_comes_by_name(void **state)
{
	(void)state;
	found_are(NULL, "3", "a:b:c", "a b c ");
	found_are(NULL, "2", "a:b:c", "a b ");
	found_are(NULL, "3", "a", "a unknown unknown ");
	found_are(NULL, "2", ":b", "unknown b ");
	found_are("1", "3", "a:b:c", "");
	found_are("", "3", "a:b:c", "");
	found_are(NULL, "0", "a", "");
	found_are(NULL, "-1", "a", "");
	found_are(NULL, "3x", "a", "");
	found_are(NULL, "99999999999999999999", "a", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(manager_hears_the_state),
		cmocka_unit_test(reloading_carries_the_monotonic_time),
		cmocka_unit_test(no_manager_or_an_odd_one_is_silence),
		cmocka_unit_test(a_descriptor_goes_beside_its_name),
		cmocka_unit_test(what_the_manager_kept_comes_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
