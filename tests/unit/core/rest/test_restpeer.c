/* tests/unit/core/rest/test_restpeer.c - who may what.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/rest/restpeer.h"

static void
the_kernel_says_that_we_are_ourselves(void **state)
{
	struct restpeer p;
	int fd[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	assert_int_equal(restpeer_read(&p, fd[0], getegid()), 0);
	assert_int_equal(p.uid, geteuid());
	assert_true(p.trusted);
	assert_int_equal(p.role, RESTPEER_ADMIN);
	(void)close(fd[0]);
	(void)close(fd[1]);
	assert_int_equal(restpeer_read(&p, -1, 0), -1);
	assert_int_equal(p.role, RESTPEER_NOBODY);
}

static void
only_trusted_peers_are_listened_to(void **state)
{
	struct restpeer p = { .role = RESTPEER_GUEST };

	(void)state;
	restpeer_speak_for(&p, "joe", "admin", "192.0.2.1");
	assert_int_equal(p.role, RESTPEER_GUEST);
	assert_string_equal(p.user, "");
	p.trusted = true;
	restpeer_speak_for(&p, "joe", "operator", "192.0.2.1");
	assert_int_equal(p.role, RESTPEER_OPERATOR);
	assert_string_equal(p.user, "joe");
	assert_string_equal(p.from, "192.0.2.1");
	restpeer_speak_for(&p, NULL, "Admin", NULL);
	assert_int_equal(p.role, RESTPEER_NOBODY);
	assert_string_equal(p.user, "joe");
	restpeer_speak_for(&p, NULL, "nobody", NULL);
	assert_int_equal(p.role, RESTPEER_NOBODY);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_says_that_we_are_ourselves),
		cmocka_unit_test(only_trusted_peers_are_listened_to),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
