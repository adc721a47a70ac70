/* tests/unit/core/io/test_worker.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>

#include "core/base/err.h"
#include "core/io/worker.h"

/* What the thread saw of itself. */
struct seen {
	char	name[32];
	bool	usr1_blocked;
	int	cpus, cpu;
	bool	stopping;
};

static void
look(struct worker *w, void *arg)
{
	struct pollfd p = { .fd = worker_stop_fd(w), .events = POLLIN };
	struct seen *s = arg;
	cpu_set_t set;
	sigset_t mask;

	(void)pthread_getname_np(pthread_self(), s->name, sizeof(s->name));
	(void)pthread_sigmask(SIG_SETMASK, NULL, &mask);
	s->usr1_blocked = sigismember(&mask, SIGUSR1) == 1;
	(void)sched_getaffinity(0, sizeof(set), &set);
	s->cpus = CPU_COUNT(&set);
	s->cpu = CPU_ISSET(0, &set) ? 0 : -1;
	(void)poll(&p, 1, -1);		/* until it is asked to stop */
	s->stopping = worker_stopping(w) && (p.revents & POLLIN) != 0;
}

static void
thread_is_named_pinned_and_asked_to_stop(void **state)
{
	struct seen s = { 0 };
	struct worker_config c = { .name = "a-name-that-is-too-long",
	    .cpu = 0, .run = look, .arg = &s };
	struct worker *w;
	struct err e;
	sigset_t mask;

	(void)state;
	w = worker_start(&c, &e);
	assert_non_null(w);
	worker_stop(w);
	worker_stop(w);			/* twice is once */
	worker_join(&w);
	assert_null(w);
	assert_string_equal(s.name, "a-name-that-is-");
	assert_true(s.usr1_blocked);
	assert_int_equal(s.cpus, 1);
	assert_int_equal(s.cpu, 0);
	assert_true(s.stopping);
	(void)pthread_sigmask(SIG_SETMASK, NULL, &mask);
	assert_int_equal(sigismember(&mask, SIGUSR1), 0);
	worker_join(&w);		/* NULL is harmless */
}

static void
absent_cpu_is_told_by_name(void **state)
{
	struct worker_config c = { .name = "dns-3", .cpu = 1023,
	    .run = look };
	struct err e;

	(void)state;
	assert_null(worker_start(&c, &e));
	assert_non_null(strstr(e.text, "thread dns-3 on CPU 1023"));
	c.cpu = 1 << 20;
	assert_null(worker_start(&c, &e));
	assert_int_equal(e.code, ERR_IO);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(thread_is_named_pinned_and_asked_to_stop),
		cmocka_unit_test(absent_cpu_is_told_by_name),
	};

	return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
