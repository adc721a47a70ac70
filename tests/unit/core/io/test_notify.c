/* tests/unit/core/io/test_notify.c - what the service manager hears.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/io/notify.h"

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
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		setenv("NOTIFY_SOCKET", odd[i], 1);
		notify_send("READY=1");
	}
	memset(longer, '/', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	setenv("NOTIFY_SOCKET", longer, 1);
	notify_send("READY=1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(manager_hears_the_state),
		cmocka_unit_test(reloading_carries_the_monotonic_time),
		cmocka_unit_test(no_manager_or_an_odd_one_is_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
