/* tests/unit/gtmd/decide/test_seqrow.c - rows that are read whole or not at all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>

#include "gtmd/decide/seqrow.h"

#define WORDS	4
#define WRITES	20000
#define WRITERS	2

struct row {
	uint64_t	 sequence;
	uint64_t	 word[WORDS];	/* all the same, whenever it is whole */
};

/* False: it was not whole. */
static bool
row_read(const struct row *r, uint64_t *sequence, uint64_t word[WORDS])
{
	*sequence = seqrow_load(&r->sequence);
	for (int i = 0; i < WORDS; i++)
		word[i] = seqrow_load(&r->word[i]);
	return seqrow_whole(&r->sequence, *sequence);
}

static void
row_fill(struct row *r, uint64_t was, uint64_t value)
{
	for (int i = 0; i < WORDS; i++)
		seqrow_store(&r->word[i], value);
	seqrow_release(&r->sequence, was);
}

static void
a_row_that_is_held_is_nobodys_to_read_or_hold(void **state)
{
	struct row r = { 0 };
	uint64_t word[WORDS], was, other;

	(void)state;
	assert_true(row_read(&r, &was, word));
	other = was;
	assert_true(seqrow_hold(&r.sequence, &was));
	assert_false(row_read(&r, &(uint64_t){ 0 }, word));
	assert_false(seqrow_whole(&r.sequence, was));
	assert_false(seqrow_hold(&r.sequence, &other));
	assert_int_equal(other, was + 1);	/* what it is meanwhile */
	row_fill(&r, was, 7);
	assert_true(row_read(&r, &other, word));
	assert_int_equal(word[3], 7);
	assert_int_equal(other, was + 2);
}

/* Read before, written by another since: it is not what was read. */
static void
who_read_an_older_row_does_not_hold_it(void **state)
{
	struct row r = { 0 };
	uint64_t word[WORDS], was, late;

	(void)state;
	assert_true(row_read(&r, &late, word));
	was = late;
	seqrow_hold_own(&r.sequence, was);
	row_fill(&r, was, 1);
	assert_false(seqrow_whole(&r.sequence, late));
	assert_false(seqrow_hold(&r.sequence, &late));
}

static struct row shared;
static bool over;

static void *
write_rows(void *arg)
{
	uint64_t word[WORDS], was;

	(void)arg;
	for (int n = 0; n < WRITES;) {
		if (!row_read(&shared, &was, word) ||
		    !seqrow_hold(&shared.sequence, &was))
			continue;
		row_fill(&shared, was, word[0] + 1);
		n++;
	}
	return NULL;
}

static void *
read_rows(void *arg)
{
	uint64_t word[WORDS], was, *torn = arg, last = 0;

	while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE)) {
		if (!row_read(&shared, &was, word))
			continue;
		for (int i = 1; i < WORDS; i++)
			*torn += word[i] != word[0];
		*torn += word[0] < last;
		last = word[0];
	}
	return NULL;
}

/* None is lost, none is torn, none comes back. */
static void
rows_are_whole_among_threads(void **state)
{
	pthread_t writers[WRITERS], reader;
	uint64_t torn = 0;

	(void)state;
	assert_int_equal(pthread_create(&reader, NULL, read_rows, &torn), 0);
	for (int i = 0; i < WRITERS; i++)
		assert_int_equal(pthread_create(&writers[i], NULL, write_rows,
		    NULL), 0);
	for (int i = 0; i < WRITERS; i++)
		assert_int_equal(pthread_join(writers[i], NULL), 0);
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
	assert_int_equal(pthread_join(reader, NULL), 0);
	assert_int_equal(torn, 0);
	assert_int_equal(shared.word[0], WRITERS * WRITES);
	assert_int_equal(shared.sequence, 2 * WRITERS * WRITES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_that_is_held_is_nobodys_to_read_or_hold),
		cmocka_unit_test(who_read_an_older_row_does_not_hold_it),
		cmocka_unit_test(rows_are_whole_among_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
