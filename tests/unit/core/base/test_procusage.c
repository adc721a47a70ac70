/* tests/unit/gtmd/count/test_procusage.c - what this process uses is what it knows
 * of itself. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/obj.h"
#include "core/base/procusage.h"

static struct procusage
own(void)
{
	struct procusage u;

	assert_true(procusage_read(getpid(), &u));
	return u;
}

static void
each_descriptor_counts(void **state)
{
	struct procusage before = own();
	struct rlimit limit;
	int fds[10];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(fds); i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_int_equal(own().fds, before.fds + OBJ_COUNT(fds));
	for (size_t i = 0; i < OBJ_COUNT(fds); i++)
		(void)close(fds[i]);
	assert_int_equal(own().fds, before.fds);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(before.fds_max, limit.rlim_cur);
}

static void
memory_is_what_is_touched(void **state)
{
	const size_t len = (size_t)64 << 20;
	struct procusage before, after;
	void *much;

	(void)state;
	before = own();
	/* Touched by the kernel: a sanitizer would add its own to ours. */
	much = mmap(NULL, len, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	assert_ptr_not_equal(much, MAP_FAILED);
	after = own();
	assert_in_range(after.resident, before.resident + len / 2,
	    before.resident + 2 * len);
	assert_int_equal(munmap(much, len), 0);
}

static void
cpu_time_is_in_seconds(void **state)
{
	struct timespec t;
	double own_s;

	(void)state;
	do {
		(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
		own_s = (double)t.tv_sec + (double)t.tv_nsec / 1e9;
	} while (own_s < 0.2);
	assert_true(own().cpu_s >= own_s && own().cpu_s < own_s + 1);
}

static void
who_is_not_there_uses_nothing(void **state)
{
	struct procusage u;
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_false(procusage_read(pid, &u));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_descriptor_counts),
		cmocka_unit_test(memory_is_what_is_touched),
		cmocka_unit_test(cpu_time_is_in_seconds),
		cmocka_unit_test(who_is_not_there_uses_nothing),
	};

	return cmocka_run_group_tests_name("procusage", tests, NULL, NULL);
}
