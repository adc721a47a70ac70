/* tests/unit/gtmd/decide/test_pathwant.c - who is noted once is taken once, proven ones
 * push others out, and many threads lose some but invent nobody.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>

#include "gtmd/decide/pathwant.h"

struct taken {
	size_t		 count;
	struct clientnet last;
	uint32_t	 needs;
	bool		 proven;
};

static void
on_want(void *arg, const struct clientnet *who, uint32_t needs, bool proven)
{
	struct taken *t = arg;

	/* All that is noted here is so. */
	assert_int_equal(who->high, who->low * 3);
	*t = (struct taken){ t->count + 1, *who, needs, proven };
}

static struct taken
take(struct pathwant *w)
{
	struct taken t = { .count = 0 };

	pathwant_take(w, on_want, &t);
	return t;
}

static struct clientnet
client(uint64_t n)
{
	return (struct clientnet){ n * 3, n };
}

/* Another one that has the same slot. */
static struct clientnet
neighbour_of(const struct clientnet *a)
{
	uint64_t n = a->low;
	struct clientnet b;

	do {
		b = client(++n);
	} while (((clientnet_point(&b) ^ clientnet_point(a)) &
	    (PATHWANT_SLOTS - 1)) != 0);
	return b;
}

static void
needs_and_proof_add_up(void **state)
{
	struct pathwant *w = pathwant_new();
	struct clientnet a = client(5);
	struct taken t;

	(void)state;
	assert_int_equal(take(w).count, 0);
	pathwant_note(w, &a, 1, false);
	pathwant_note(w, &a, 4, true);
	pathwant_note(w, &a, 1, false);
	t = take(w);
	assert_int_equal(t.count, 1);
	assert_int_equal(t.needs, 5);
	assert_true(t.proven);
	assert_int_equal(take(w).count, 0);
	pathwant_free(&w);
	assert_null(w);
	pathwant_free(&w);
}

static void
proven_ones_take_the_place_of_others(void **state)
{
	struct pathwant *w = pathwant_new();
	struct clientnet a = client(1), b = neighbour_of(&a);

	(void)state;
	pathwant_note(w, &a, 1, false);
	pathwant_note(w, &b, 1, false);
	assert_int_equal(take(w).last.low, a.low);
	pathwant_note(w, &a, 1, false);
	pathwant_note(w, &b, 2, true);
	pathwant_note(w, &a, 1, true);
	assert_int_equal(take(w).last.low, b.low);
	pathwant_free(&w);
}

static void *
note_many(void *arg)
{
	for (uint64_t i = 1; i < 100000; i++) {
		struct clientnet c = client(i % 9000 + 1);

		pathwant_note(arg, &c, 1, i % 7 == 0);
	}
	return NULL;
}

static void
threads_invent_nobody(void **state)
{
	struct pathwant *w = pathwant_new();
	pthread_t threads[3];
	size_t count = 0;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, note_many,
		    w), 0);
	for (int i = 0; i < 50; i++)
		count += take(w).count;
	for (int i = 0; i < 3; i++)
		(void)pthread_join(threads[i], NULL);
	count += take(w).count;
	count += take(w).count;
	assert_true(count > 0);
	pathwant_free(&w);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(needs_and_proof_add_up),
		cmocka_unit_test(proven_ones_take_the_place_of_others),
		cmocka_unit_test(threads_invent_nobody),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
