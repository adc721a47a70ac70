/* tests/unit/core/model/test_statelock.c - one holder at a time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/model/statelock.h"
#include "tests/unit/core/base/tempdir.h"

static void
the_second_is_told_who_holds_it(void **state)
{
	struct tempdir dir;
	char path[80], want[200];
	struct err e;
	int fd;

	(void)state;
	tempdir_make(&dir);
	(void)snprintf(path, sizeof(path), "%s/made", dir.path);
	fd = statelock_open(path, &e);
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	/* Another open file is another holder, even in one process. */
	assert_int_equal(statelock_open(path, &e), ERR_BUSY);
	(void)snprintf(want, sizeof(want), "state directory %s is in use by "
	    "process %ld", path, (long)getpid());
	assert_string_equal(e.text, want);
	(void)close(fd);
	fd = statelock_open(path, &e);
	assert_true(fd >= 0);
	(void)close(fd);
	assert_int_equal(statelock_open("/proc/none/such", &e), ERR_IO);
	tempdir_remove(&dir);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_is_told_who_holds_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
