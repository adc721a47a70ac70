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
#include <sys/socket.h>

#include "core/base/addr.h"
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

static struct snoop_fact
fact_of(size_t i)
{
	struct snoop_fact f = { .ip.family = i % 3 == 0 ? AF_INET6 : AF_INET,
	    .mac = UINT64_C(0x020000000000) + i, .vlan = (uint16_t)(i % 5),
	    .router = i % 7 == 0, .seen_s = (uint32_t)(i % 1000) };

	for (int k = 0; k < 4; k++)
		f.ip.octets[k] = (uint8_t)(i >> 8 * k);
	if (f.ip.family == AF_INET6)
		f.ip.octets[15] = 1;
	return f;
}

/* As many stations, and two addresses for each three of them. */
static void
gather_all(size_t count)
{
	assert_true(mirror_wants(active, now));
	for (size_t i = 0; i < count; i++) {
		struct fdb_key k = { UINT64_C(0x020000000000) + i,
		    (uint16_t)(i % 5) };

		assert_true(mirror_add(active, "/Common/vg eip1", &k));
	}
	for (size_t i = 0; i < count * 2 / 3; i++) {
		const struct snoop_fact f = fact_of(i);

		assert_true(mirror_add_address(active, i < count / 3 ?
		    "/Common/vg " : "/Common/vg eip1", &f));
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
check_addresses(size_t count)
{
	const struct mirror_address *a;
	size_t n;

	a = mirror_addresses(standby, &n);
	assert_int_equal(n, count * 2 / 3);
	for (size_t i = 0; i < n; i++) {
		const struct snoop_fact want = fact_of(i);
		const struct snoop_fact *got = &a[i].fact;

		assert_true(addr_equal(&got->ip, &want.ip));
		assert_int_equal(got->mac, want.mac);
		assert_int_equal(got->vlan, want.vlan);
		assert_int_equal(got->router, want.router);
		/* A second has passed, at most, between telling and hearing. */
		assert_in_range(got->seen_s, want.seen_s, want.seen_s + 1);
		assert_string_equal(a[i].place, i < count / 3 ?
		    "/Common/vg " : "/Common/vg eip1");
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
	for (int i = 0; i < 2; i++)
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

/* With how long ago they were told, and whose they are. */
static void
addresses_arrive_too(void **state)
{
	size_t count;

	(void)state;
	now = 2000 * CLOCK_S;
	gather_all(9000);
	for (int i = 0; i < 300; i++)
		step(0);
	check_addresses(9000);
	now += MIRROR_REST_MS * CLOCK_MS;
	gather_all(4500);
	for (int i = 0; i < 30000; i++)
		step(40);
	check_addresses(4500);
	assert_int_equal(mirror_counts(active)->passes_sent, 2);
	now += MIRROR_REST_MS * CLOCK_MS;
	gather(5);
	for (int i = 0; i < 5; i++)
		step(0);
	check_addresses(0);
	/* What is gone with the role is gone. */
	now += MIRROR_REST_MS * CLOCK_MS;
	gather_all(6);
	for (int i = 0; i < 5; i++)
		step(0);
	check_addresses(6);
	mirror_clear(standby);
	(void)mirror_addresses(standby, &count);
	assert_int_equal(count, 0);
}

/* Addresses are for whoever says that it takes them. */
static void
an_end_of_version_1_gets_stations_alone(void **state)
{
	uint8_t batch[LEASEWIRE_BODY_MAX], ack[64];
	size_t len, n;

	(void)state;
	gather_all(30);
	len = mirror_fill(active, batch, sizeof(batch), now);
	n = mirror_take(standby, batch, len, ack, sizeof(ack), now);
	assert_int_equal(n, 10);
	assert_int_equal(mirror_take(active, ack, 9, batch, sizeof(batch),
	    now), 0);
	assert_int_equal(mirror_fill(active, batch, sizeof(batch),
	    now + CLOCK_S), 0);
	assert_int_equal(mirror_counts(active)->passes_sent, 1);
	check_addresses(0);
	assert_false(mirror_wants(active, now));
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

/* The copy of an answer is none to the batch that has gone since. */
static void
an_answer_counts_once(void **state)
{
	uint8_t batch[LEASEWIRE_BODY_MAX], ack[64];
	size_t len, n;

	(void)state;
	gather(1000);
	len = mirror_fill(active, batch, sizeof(batch), now);
	n = mirror_take(standby, batch, len, ack, sizeof(ack), now);
	assert_int_not_equal(n, 0);
	(void)mirror_take(active, ack, n, batch, sizeof(batch), now);
	/* The next one is lost. */
	assert_int_not_equal(mirror_fill(active, batch, sizeof(batch), now), 0);
	(void)mirror_take(active, ack, n, batch, sizeof(batch), now);
	now += MIRROR_AGAIN_MS * CLOCK_MS;
	for (int i = 0; i < 50; i++)
		step(0);
	check(1000);
}

static void
what_is_too_much_is_left_out(void **state)
{
	const struct fdb_key k = { UINT64_C(0x020000000000), 1 };
	const struct snoop_fact f = fact_of(1);

	(void)state;
	for (uint32_t i = 0; i < MIRROR_STATIONS_MAX; i++)
		assert_true(mirror_add(active, "vg", &k));
	assert_false(mirror_add(active, "vg", &k));
	for (uint32_t i = 0; i < MIRROR_ADDRESSES_MAX; i++)
		assert_true(mirror_add_address(active, "vg", &f));
	assert_false(mirror_add_address(active, "vg", &f));
	assert_int_equal(mirror_counts(active)->left_out, 2);
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
		ROW(addresses_arrive_too),
		ROW(an_end_of_version_1_gets_stations_alone),
		ROW(the_last_whole_pass_counts),
		ROW(a_restart_begins_a_new_pass),
		ROW(an_answer_counts_once),
		ROW(what_is_too_much_is_left_out),
		ROW(what_cannot_be_is_counted),
	};

	return cmocka_run_group_tests_name("mirror", tests, NULL, NULL);
}
