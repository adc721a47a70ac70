/* tests/unit/etherip/path/test_pathnote.c - notes from one thread to another.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/pathnote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <string.h>

#define NOTES	20000u

static uint8_t octets[PATHNOTE_OCTETS_MAX], got[PATHNOTE_OCTETS_MAX];

static uint32_t
length_of(unsigned i)
{
	return i % 7 == 0 ? 0 : i * 37 % 3000;
}

static void
fill(uint8_t *p, unsigned i)
{
	memset(p, (int)(i & 0xff), length_of(i));
}

static void *
write_all(void *arg)
{
	static uint8_t mine[PATHNOTE_OCTETS_MAX];

	for (unsigned i = 0; i < NOTES;) {
		const struct pathnote n = { .kind = PATHNOTE_HELD,
		    .member = i % 64, .key = { i, 7 }, .len = length_of(i) };

		fill(mine, i);
		if (pathnote_put(arg, &n, mine))
			i++;
		pathnote_ring(arg);
	}
	return NULL;
}

static bool
is_rung(const struct pathnotes *n, int within_ms)
{
	struct pollfd p = { .fd = pathnote_fd(n), .events = POLLIN };

	return poll(&p, 1, within_ms) == 1;
}

/* Each note arrives once, whole and in its turn, though the ring goes round many times. */
static void
each_note_arrives_in_its_turn(void **state)
{
	struct pathnotes *n = pathnote_new();
	struct pathnote note;
	pthread_t writer;

	(void)state;
	assert_non_null(n);
	assert_int_equal(pthread_create(&writer, NULL, write_all, n), 0);
	for (unsigned i = 0; i < NOTES;) {
		assert_true(is_rung(n, 10000));
		pathnote_hush(n);
		while (pathnote_take(n, &note, got)) {
			assert_int_equal(note.key.mac, i);
			assert_int_equal(note.member, i % 64);
			assert_int_equal(note.len, length_of(i));
			fill(octets, i);
			assert_memory_equal(got, octets, note.len);
			i++;
		}
	}
	pthread_join(writer, NULL);
	assert_false(pathnote_take(n, &note, got));
	pathnote_free(&n);
	assert_null(n);
	pathnote_free(&n);
}

/* A full ring refuses, and takes again what there is room for. */
static void
what_finds_no_room_is_refused(void **state)
{
	const struct pathnote big = { .kind = PATHNOTE_HELD,
	    .len = PATHNOTE_OCTETS_MAX };
	struct pathnotes *n = pathnote_new();
	struct pathnote note;
	unsigned fit = 0;

	(void)state;
	while (pathnote_put(n, &big, octets))
		fit++;
	assert_int_equal(fit, PATHNOTE_ROOM / (PATHNOTE_OCTETS_MAX +
	    sizeof(note)));
	assert_true(pathnote_take(n, &note, got));
	assert_true(pathnote_put(n, &big, octets));
	assert_false(pathnote_put(n, &big, octets));
	pathnote_free(&n);
}

/* Nobody is woken for nothing; who left something is woken again. */
static void
it_rings_for_what_is_new(void **state)
{
	const struct pathnote note = { .kind = PATHNOTE_NEW };
	struct pathnotes *n = pathnote_new();

	(void)state;
	pathnote_ring(n);
	assert_false(is_rung(n, 0));
	assert_true(pathnote_put(n, &note, NULL));
	assert_false(is_rung(n, 0));
	pathnote_ring(n);
	assert_true(is_rung(n, 0));
	pathnote_hush(n);
	assert_false(is_rung(n, 0));
	pathnote_ring(n);
	assert_false(is_rung(n, 0));
	pathnote_again(n);
	assert_true(is_rung(n, 0));
	pathnote_free(&n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_note_arrives_in_its_turn),
		cmocka_unit_test(what_finds_no_room_is_refused),
		cmocka_unit_test(it_rings_for_what_is_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
