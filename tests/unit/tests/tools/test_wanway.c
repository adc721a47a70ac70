/* One way of a link: rate, delay, queue, losses and cuts are as configured.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/virtio_net.h>
#include <string.h>

#include "tests/tools/wansuper.h"
#include "tests/tools/wanway.h"

#define MS	UINT64_C(1000000)
#define SIZE	1000u		/* of a packet; 1 ms at RATE */
#define RATE	8000000u

static struct wanway way;

static void
begin(uint64_t delay_ns, uint64_t queue_len, double loss)
{
	struct wanway_config with = { .rate_bps = RATE, .delay_ns = delay_ns,
	    .queue_len = queue_len, .loss = loss, .seed = 7 };

	assert_true(wanway_init(&way, &with));
}

static int
end(void **state)
{
	(void)state;
	wanway_fini(&way);
	return 0;
}

/* A packet of so many octets of IP, with a number in it. */
static void
arrive(uint64_t now, size_t len, uint32_t number)
{
	uint8_t frame[WANSUPER_VNET + 1500] = { [WANSUPER_VNET] = 0x45 };

	memcpy(frame + WANSUPER_VNET + 16, &number, sizeof(number));
	wanway_arrive(&way, now, frame, WANSUPER_VNET + len);
}

/* A super-packet of so many segments of SIZE octets each. */
static void
arrive_super(uint64_t now, unsigned segments)
{
	static uint8_t frame[WANSUPER_MAX];
	struct virtio_net_hdr v = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .gso_type = VIRTIO_NET_HDR_GSO_TCPV4, .gso_size = SIZE - 40,
	    .csum_start = 20, .csum_offset = 16 };

	memcpy(frame, &v, sizeof(v));
	frame[WANSUPER_VNET] = 0x45;
	frame[WANSUPER_VNET + 20 + 12] = 5 << 4;
	wanway_arrive(&way, now, frame,
	    WANSUPER_VNET + 40 + segments * (SIZE - 40u));
}

/* The number in the frame that leaves by now; UINT32_MAX: none does. */
static uint32_t
leave(uint64_t now)
{
	uint32_t number = UINT32_MAX;
	size_t len;
	const uint8_t *f = wanway_leave(&way, now, &len);

	if (f != NULL)
		memcpy(&number, f + WANSUPER_VNET + 16, sizeof(number));
	return number;
}

static void
packets_take_their_time_and_the_wire_its_own(void **state)
{
	(void)state;
	begin(20 * MS, 10 * SIZE, 0);
	assert_int_equal(wanway_next(&way), WANWAY_NEVER);
	for (uint32_t i = 0; i < 3; i++)
		arrive(5 * MS, SIZE, i);
	for (uint32_t i = 0; i < 3; i++) {
		uint64_t due = (5 + i + 1 + 20) * MS;

		assert_int_equal(wanway_next(&way), due);
		assert_int_equal(leave(due - 1), UINT32_MAX);
		assert_int_equal(leave(due), i);
	}
	arrive(100 * MS, SIZE, 3);	/* the transmitter was idle */
	assert_int_equal(wanway_next(&way), 121 * MS);
	assert_int_equal(leave(123 * MS), 3);
	assert_int_equal(way.counts.late_max_ns, 2 * MS);
	assert_int_equal(way.counts.delivered_len, 4 * SIZE);
}

static void
what_the_queue_has_no_room_for_is_dropped(void **state)
{
	(void)state;
	begin(0, 4 * SIZE, 0);
	for (uint32_t i = 0; i < 10; i++)
		arrive(0, SIZE, i);
	assert_int_equal(way.counts.full, 6);
	arrive(2 * MS, SIZE, 10);	/* two are gone: room for two */
	arrive(2 * MS, SIZE, 11);
	arrive(2 * MS, SIZE, 12);
	assert_int_equal(way.counts.full, 7);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(leave(100 * MS), i);
	assert_int_equal(leave(100 * MS), 10);
	assert_int_equal(leave(100 * MS), 11);
	assert_int_equal(leave(100 * MS), UINT32_MAX);
	assert_int_equal(way.counts.queue_max, 4 * SIZE);
}

static void
super_packets_cost_what_their_segments_do(void **state)
{
	size_t len;

	(void)state;
	begin(0, 100 * SIZE, 0);
	arrive_super(0, 12);
	assert_int_equal(way.counts.arrived, 12);
	assert_int_equal(way.counts.arrived_len, 12 * SIZE);
	assert_int_equal(way.free_ns, 12 * MS);
	assert_int_equal(wanway_next(&way), 1 * MS);	/* none waits for the last */
	while (wanway_leave(&way, 12 * MS, &len) != NULL)
		;
	assert_int_equal(way.counts.delivered, 12);
	assert_int_equal(way.counts.delivered_len, 12 * SIZE);
}

static void
super_packets_lose_segments_not_themselves(void **state)
{
	(void)state;
	begin(0, 5 * SIZE, 0);
	arrive_super(0, 12);
	assert_int_equal(way.counts.full, 7);
	assert_int_equal(way.free_ns, 5 * MS);
}

static void
fast_links_carry_super_packets_whole(void **state)
{
	struct wanway_config with = { .rate_bps = 1000000000, .queue_len = 1 << 20 };
	size_t len;

	(void)state;
	assert_true(wanway_init(&way, &with));
	arrive_super(0, 60);
	assert_non_null(wanway_leave(&way, MS, &len));
	assert_int_equal(len, WANSUPER_VNET + 40 + 60 * (SIZE - 40u));
	assert_int_equal(way.counts.frames, 1);
	assert_int_equal(way.counts.delivered, 60);
}

static void
losses_are_the_share_and_follow_the_seed(void **state)
{
	uint64_t lost[2], first[2];

	(void)state;
	for (int round = 0; round < 2; round++) {
		begin(0, 10 * SIZE, 0.05);
		first[round] = 0;
		for (uint32_t i = 0; i < 20000; i++) {
			arrive(i * MS, SIZE, i);
			(void)leave((i + 1) * MS);
			if (way.counts.lost == 1 && first[round] == 0)
				first[round] = i;
		}
		lost[round] = way.counts.lost;
		if (round == 0)
			wanway_fini(&way);
	}
	assert_in_range(lost[0], 1000 - 124, 1000 + 124);	/* four sigma */
	assert_int_equal(lost[0], lost[1]);
	assert_int_equal(first[0], first[1]);
	assert_int_equal(way.counts.delivered + lost[0], 20000);
}

static void
all_and_none_are_lost_when_told(void **state)
{
	(void)state;
	begin(0, 10 * SIZE, 1);
	arrive(0, SIZE, 0);
	assert_int_equal(way.counts.lost, 1);
	wanway_lose(&way, 0);
	arrive(2 * MS, SIZE, 1);
	assert_int_equal(leave(10 * MS), 1);
}

static void
a_cut_loses_what_is_on_its_way_and_what_comes(void **state)
{
	(void)state;
	begin(20 * MS, 10 * SIZE, 0);
	arrive(0, SIZE, 0);
	arrive(0, SIZE, 1);
	assert_int_equal(leave(21 * MS), 0);
	wanway_cut(&way, 21 * MS + MS / 2, 50 * MS);
	assert_int_equal(wanway_next(&way), WANWAY_NEVER);
	arrive(49 * MS, SIZE, 2);
	arrive(50 * MS, SIZE, 3);
	assert_int_equal(wanway_next(&way), 71 * MS);
	assert_int_equal(leave(71 * MS), 3);
	assert_int_equal(way.counts.cut, 2);
	assert_int_equal(way.counts.delivered, 2);
}

/* Packets of all sizes through a ring that turns many times: each comes out, in
 * order, with its octets. */
static void
the_ring_turns(void **state)
{
	uint64_t now = 0;
	uint32_t next = 0, number;

	(void)state;
	begin(3 * MS, 8000, 0);
	for (uint32_t i = 0; i < 200000; i++) {
		size_t len = 20 + (size_t)i * 7919 % 1480;

		arrive(now, len, i);
		now += len * 1000;	/* as fast as the link is */
		while ((number = leave(now)) != UINT32_MAX)
			assert_int_equal(number, next++);
	}
	while ((number = leave(now + 100 * MS)) != UINT32_MAX)
		assert_int_equal(number, next++);
	assert_int_equal(next, 200000);
	assert_int_equal(way.counts.full + way.counts.odd, 0);
}

/* The same while far more comes than goes: what is dropped is counted, what is
 * kept is in order. */
static void
the_ring_is_never_too_small(void **state)
{
	uint64_t now = 0;
	uint32_t last = 0, number, seen = 0;

	(void)state;
	begin(30 * MS, 50000, 0);
	for (uint32_t i = 1; i <= 300000; i++) {
		size_t len = i % 3000 < 1500 ? 20 : 20 + (size_t)i * 31 % 1480;

		arrive(now, len, i);
		now += len * 300;
		while ((number = leave(now)) != UINT32_MAX) {
			assert_true(number > last);
			last = number;
			seen++;
		}
	}
	while (leave(now + 1000 * MS) != UINT32_MAX)
		seen++;
	assert_int_equal(seen + way.counts.full, 300000);
	assert_int_equal(seen, way.counts.delivered);
	assert_true(way.counts.queue_max > 45000);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
		    packets_take_their_time_and_the_wire_its_own, end),
		cmocka_unit_test_teardown(
		    what_the_queue_has_no_room_for_is_dropped, end),
		cmocka_unit_test_teardown(
		    super_packets_cost_what_their_segments_do, end),
		cmocka_unit_test_teardown(
		    super_packets_lose_segments_not_themselves, end),
		cmocka_unit_test_teardown(fast_links_carry_super_packets_whole, end),
		cmocka_unit_test_teardown(
		    losses_are_the_share_and_follow_the_seed, end),
		cmocka_unit_test_teardown(all_and_none_are_lost_when_told, end),
		cmocka_unit_test_teardown(
		    a_cut_loses_what_is_on_its_way_and_what_comes, end),
		cmocka_unit_test_teardown(the_ring_turns, end),
		cmocka_unit_test_teardown(the_ring_is_never_too_small, end),
	};

	return cmocka_run_group_tests_name("wanway", tests, NULL, NULL);
}
