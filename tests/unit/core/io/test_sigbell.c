/* tests/unit/core/io/test_sigbell.c - signals ring, and are forgotten.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/io/sigbell.h"

static void
a_signal_rings_and_is_seen_once(void **state)
{
	int bell = eventfd(0, EFD_NONBLOCK);
	eventfd_t rings;

	(void)state;
	assert_int_equal(sigbell_catch(SIGUSR2, bell), 0);
	assert_false(sigbell_seen(SIGUSR2));
	assert_int_equal(eventfd_read(bell, &rings), -1);
	errno = ENOENT;
	assert_int_equal(raise(SIGUSR2), 0);
	assert_int_equal(errno, ENOENT);	/* the handler left no trace */
	assert_int_equal(raise(SIGUSR2), 0);
	assert_int_equal(eventfd_read(bell, &rings), 0);
	assert_int_equal(rings, 2);
	assert_true(sigbell_seen(SIGUSR2));
	assert_false(sigbell_seen(SIGUSR2));
	assert_false(sigbell_seen(SIGUSR1));
	sigbell_forget(SIGUSR2);
	close(bell);
}

static void
what_cannot_be_caught_is_refused(void **state)
{
	(void)state;
	assert_int_equal(sigbell_catch(SIGKILL, 1), EINVAL);
	assert_int_equal(sigbell_catch(SIGKILL, 1), EINVAL);
}

static void
a_forgotten_signal_has_its_default_effect(void **state)
{
	struct sigaction act;

	(void)state;
	assert_int_equal(sigbell_catch(SIGUSR2, 1), 0);
	sigbell_forget(SIGUSR2);
	assert_int_equal(sigaction(SIGUSR2, NULL, &act), 0);
	assert_true(act.sa_handler == SIG_DFL);
	assert_int_equal(sigbell_catch(SIGUSR2, 1), 0);	/* and is free again */
	sigbell_forget(SIGUSR2);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signal_rings_and_is_seen_once),
		cmocka_unit_test(what_cannot_be_caught_is_refused),
		cmocka_unit_test(a_forgotten_signal_has_its_default_effect),
	};

	return cmocka_run_group_tests_name("sigbell", tests, NULL, NULL);
}
