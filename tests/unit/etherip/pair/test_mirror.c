/* tests/unit/etherip/pair/test_mirror.c - two units in virtual time, with batches that are lost,
 * doubled and late. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/pair/mirror.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/rand.h"
#include "etherip/pair/leasewire.h"

static struct mirror *active, *standby;
static mono_ns now;
static struct rand dice;

static int
set_up(void **state)
{
	(void)state;
	active = mirror_new();
	standby = mirror_new();
	now = CLOCK_S;
	rand_seed_from(&dice, 3);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	mirror_free(&active);
	mirror_free(&standby);
	return 0;
}

static void
gather(size_t count)
{
	assert_true(mirror_wants(active, now));
	for (size_t i = 0; i < count; i++) {
		struct fdb_key k = { UINT64_C(0x020000000000) + i,
		    (uint16_t)(i % 5) };

		assert_true(mirror_add(active, i < count / 3 ?
		    "/Common/vg eip1" : "/Common/vg eip2", &k));
	}
	mirror_go(active, now);
}

/* One millisecond of what goes to and fro; loss of 100. */
static void
step(unsigned loss)
{
	uint8_t batch[LEASEWIRE_BODY_MAX], ack[64];
	size_t len = mirror_fill(active, batch, sizeof(batch), now), n;

	now += CLOCK_MS;
	if (len == 0 || rand_below(&dice, 100) < loss)
		return;
	n = mirror_take(standby, batch, len, ack, sizeof(ack), now);
	/* A copy of it comes again. */
	if (rand_below(&dice, 100) < loss)
		n = mirror_take(standby, batch, len, ack, sizeof(ack), now);
	if (n == 0 || rand_below(&dice, 100) < loss)
		return;
	assert_int_equal(mirror_take(active, ack, n, batch, sizeof(batch),
	    now), 0);
}

static void
check(size_t count)
{
	const struct mirror_station *s;
	size_t n;

	s = mirror_stations(standby, &n);
	assert_int_equal(n, count);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(s[i].key.mac, UINT64_C(0x020000000000) + i);
		assert_int_equal(s[i].key.vlan, i % 5);
		assert_string_equal(s[i].place, i < count / 3 ?
		    "/Common/vg eip1" : "/Common/vg eip2");
	}
}

static void
all_of_it_arrives(void **state)
{
	(void)state;
	gather(10000);
	for (int i = 0; i < 100; i++)
		step(0);
	check(10000);
	assert_false(mirror_wants(active, now));
	now += MIRROR_REST_MS * CLOCK_MS;
	/* What is gone is gone with the next pass; also when that is all. */
	gather(7);
	for (int i = 0; i < 5; i++)
		step(0);
	check(7);
	now += MIRROR_REST_MS * CLOCK_MS;
	gather(0);
	step(0);
	check(0);
	assert_int_equal(mirror_counts(standby)->passes_kept, 3);
	assert_int_equal(mirror_counts(active)->passes_sent, 3);
}

static void
losses_and_doubles_do_no_harm(void **state)
{
	(void)state;
	gather(5000);
	for (int i = 0; i < 30000; i++)
		step(40);
	check(5000);
	assert_int_equal(mirror_counts(standby)->passes_kept, 1);
}

/* Half a pass is none: the one before it counts. */
static void
the_last_whole_pass_counts(void **state)
{
	(void)state;
	gather(300);
	for (int i = 0; i < 10; i++)
		step(0);
	now += MIRROR_REST_MS * CLOCK_MS;
	gather(5000);
	for (int i = 0; i < 3; i++)
		step(0);
	check(300);
}

/* Whoever starts anew on either side. */
static void
a_restart_begins_a_new_pass(void **state)
{
	(void)state;
	gather(5000);
	for (int i = 0; i < 3; i++)
		step(0);
	mirror_free(&standby);
	standby = mirror_new();
	for (int i = 0; i < 2500; i++)
		step(0);
	check(0);		/* it missed the beginning */
	assert_true(mirror_wants(active, now));
	gather(200);
	step(0);
	mirror_free(&active);
	active = mirror_new();
	gather(100);
	for (int i = 0; i < 5; i++)
		step(0);
	check(100);
	mirror_clear(standby);
	check(0);
}

static void
what_cannot_be_is_counted(void **state)
{
	uint8_t batch[LEASEWIRE_BODY_MAX], ack[64], nonsense[3] = { 9 };
	size_t len;

	(void)state;
	gather(10);
	len = mirror_fill(active, batch, sizeof(batch), now);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(mirror_take(standby, batch, i, ack,
		    sizeof(ack), now), 0);
	assert_int_equal(mirror_take(standby, nonsense, 3, ack, sizeof(ack),
	    now), 0);
	assert_int_equal(mirror_counts(standby)->malformed, len + 1);
	check(0);
}

int
main(void)
{
#define ROW(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ROW(all_of_it_arrives),
		ROW(losses_and_doubles_do_no_harm),
		ROW(the_last_whole_pass_counts),
		ROW(a_restart_begins_a_new_pass),
		ROW(what_cannot_be_is_counted),
	};

	return cmocka_run_group_tests_name("mirror", tests, NULL, NULL);
}
