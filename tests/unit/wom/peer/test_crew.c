/* tests/unit/wom/peer/test_crew.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdbool.h>

#include "core/io/loop.h"
#include "wom/peer/crew.h"

#define THREADS	3
#define TASKS	1000

struct seen {
	unsigned count;
	pthread_t by;
	bool	same;
};

static void
on_task(void *arg)
{
	struct seen *s = arg;

	s->same = s->count == 0 || (s->same && pthread_equal(s->by,
	    pthread_self()));
	s->by = pthread_self();
	s->count++;
}

static void
each_does_what_it_was_given_before_it_ends(void **state)
{
	struct crew *c = crew_new(THREADS, NULL);
	struct seen seen[THREADS] = { { 0 } };

	(void)state;
	assert_non_null(c);
	assert_int_equal(crew_threads(c), THREADS);
	for (unsigned i = 0; i < THREADS * TASKS; i++)
		loop_post(crew_loop(c, i % THREADS), on_task,
		    &seen[i % THREADS]);
	crew_free(&c);
	assert_null(c);
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(seen[i].count, TASKS);
		assert_true(seen[i].same);
		assert_false(pthread_equal(seen[i].by, pthread_self()));
		assert_false(pthread_equal(seen[i].by,
		    seen[(i + 1) % THREADS].by));
	}
	crew_free(&c);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_does_what_it_was_given_before_it_ends),
	};

	return cmocka_run_group_tests_name("crew", tests, NULL, NULL);
}
