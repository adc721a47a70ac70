/* tests/unit/admin/rest/test_hasher.c - one flood leaves others their turn.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#include "admin/rest/hasher.h"
#include "core/base/err.h"

#define FLOOD	12

static const uint8_t salt[SECRET_SALT_LEN] = { 1, 2, 3 };

static void
it_is_the_hash_of_the_password(void **state)
{
	const struct hasher_job job = { "secret", salt, "op", "10.0.0.1" };
	uint8_t want[SECRET_HASH_LEN], got[SECRET_HASH_LEN];
	struct hasher *h = hasher_new(NULL);

	(void)state;
	secret_hash("secret", salt, want);
	assert_int_equal(hasher_hash(h, &job, got), 0);
	assert_memory_equal(got, want, sizeof(want));
	hasher_free(&h);
	assert_null(h);
	hasher_free(&h);
}

struct flood {
	struct hasher	*h;
	atomic_int	 served, refused;
};

static void *
guess(void *arg)
{
	const struct hasher_job job = { "guess", salt, "admin", "" };
	struct flood *f = arg;
	uint8_t hash[SECRET_HASH_LEN];

	if (hasher_hash(f->h, &job, hash) == 0)
		atomic_fetch_add(&f->served, 1);
	else
		atomic_fetch_add(&f->refused, 1);
	return NULL;
}

/* At any moment HASHER_SHARE guesses wait at most and HASHER_THREADS are being
 * hashed; a queue of HASHER_QUEUE has room for another account. */
static void
guesses_at_one_account_leave_room_for_others(void **state)
{
	const struct hasher_job other = { "right", salt, "op", "10.0.0.2" };
	uint8_t hash[SECRET_HASH_LEN];
	struct flood f = { .h = hasher_new(NULL) };
	pthread_t threads[FLOOD];

	(void)state;
	for (int i = 0; i < FLOOD; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, guess, &f),
		    0);
	assert_int_equal(hasher_hash(f.h, &other, hash), 0);
	for (int i = 0; i < FLOOD; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(f.served + f.refused, FLOOD);
	assert_true(f.served >= 1);
	hasher_free(&f.h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_the_hash_of_the_password),
		cmocka_unit_test(guesses_at_one_account_leave_room_for_others),
	};

	return cmocka_run_group_tests_name("hasher", tests, NULL, NULL);
}
