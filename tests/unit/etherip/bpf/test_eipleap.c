/* tests/unit/etherip/bpf/test_eipleap.c - which frames leap from the WAN's device to the LAN's,
 * and how they look then; the kernel runs eip_strip on single ones.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/etherip/bpf/eipbed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/bpf.h>
#include <time.h>

#include "core/wire/netsum.h"
#include "etherip/bpf/bpfload.h"
#include "etherip/bpf/bpfmap.h"
#include "etherip/frame/macaddr.h"

static int
set_up(void **state)
{
	int rc = eipbed_set_up(state);

	if (rc != 0 || eipbed.load == NULL)
		return rc;
	eipbed.group.lan = LO;
	eipbed.tunnel.leaps = true;
	eipbed.tunnel.lan_max = 1500;
	eipbed_write();
	return 0;
}

static __u64 *
lane(void)
{
	return &bpfload_shared(eipbed.load)->lanes[SLOT];
}

static struct bpfkey_counts
counts(void)
{
	struct bpfkey_counts *c = calloc(bpfmap_cpus(), sizeof(*c)), sum = { 0 };
	const uint32_t slot = SLOT;

	assert_int_equal(bpfmap_look(bpfload_map(eipbed.load, BPFLOAD_COUNTS),
	    &slot, c), 0);
	for (unsigned i = 0; i < bpfmap_cpus(); i++) {
		sum.leapt += c[i].leapt;
		sum.in_frames += c[i].in_frames;
		sum.in_octets += c[i].in_octets;
	}
	free(c);
	return sum;
}

/* Once in 32 seconds one does not, whatever it is. */
static int
strip(const struct frame *packet)
{
	int verdict = eipbed_run("eip_strip", packet);

	if (verdict != XDP_PASS)
		return verdict;
	eipbed_know(R1, AT, 0);
	return eipbed_run("eip_strip", packet);
}

/* The packet with f in it does, and looks like want; it is counted. */
static void
leaps_as(const struct frame *f, const struct frame *want, bool six)
{
	struct frame packet = eipbed_arriving(f, six);
	struct bpfkey_counts was = counts(), now;

	assert_int_equal(strip(&packet), XDP_REDIRECT);
	SAME(*want);
	now = counts();
	assert_int_equal(now.leapt, was.leapt + 1);
	assert_int_equal(now.in_frames, was.in_frames + 1);
	assert_int_equal(now.in_octets, was.in_octets + f->len);
}

static void
leaps(const struct frame *f)
{
	leaps_as(f, f, false);
}

/* It goes on as ever: without its heads, with a note before it, and counted later. */
static void
walks(const struct frame *f)
{
	struct frame packet = eipbed_arriving(f, false);
	struct bpfkey_counts was = counts(), now;

	assert_int_equal(eipbed_run("eip_strip", &packet), XDP_PASS);
	assert_int_equal(eipbed.out_len, f->len + sizeof(struct bpfkey_meta));
	assert_memory_equal(eipbed.out + sizeof(struct bpfkey_meta), f->octets,
	    f->len);
	now = counts();
	assert_int_equal(now.leapt, was.leapt);
	assert_int_equal(now.in_frames, was.in_frames);
}

/* ---- frames ---- */

static void
frames_of_stations_that_are_known_leap(void **state)
{
	struct frame f = eipbed_udp(H1, R1, 0), p;

	(void)state;
	NEED_LOAD();
	leaps(&f);
	/* What fills the wire's least length is no part of it. */
	p = eipbed_arriving(&f, false);
	p.len += 6;
	memset(p.octets + p.len - 6, 0xee, 6);
	assert_int_equal(strip(&p), XDP_REDIRECT);
	SAME(f);
	eipbed_use("2001:db8::1", "2001:db8::2");
	leaps_as(&f, &f, true);
}

static void
a_tag_stays_in_the_frame(void **state)
{
	const struct fdb_key near = { H1, 42 }, far = { R1, 42 };
	struct frame f = eipbed_ethernet(H1, R1, 0x8100);
	static const uint8_t body[40];

	(void)state;
	NEED_LOAD();
	eipbed_add16(&f, 0x6000 | 42);
	eipbed_add16(&f, 0x0800);
	eipbed_add_ipv4(&f, 0, 17, sizeof(body));
	eipbed_add(&f, body, sizeof(body));
	walks(&f);			/* nobody knows them there */
	assert_true(bpfstation_put(&eipbed.table, &near, BPFKEY_LAN, 0));
	assert_true(bpfstation_put(&eipbed.table, &far, AT, 0));
	leaps(&f);
	f.octets[16] = 0x81;		/* two of them */
	f.octets[17] = 0x00;
	walks(&f);
}

static void
addresses_are_turned_where_they_are_to_be(void **state)
{
	const uint64_t bit = MACADDR_LOCAL;
	struct frame f = eipbed_udp(H1 ^ bit, R1, 0);
	struct frame want = eipbed_udp(H1, R1 ^ bit, 0);

	(void)state;
	NEED_LOAD();
	eipbed.group.flags |= BPFKEY_TRANSLUCENT;
	eipbed_write();
	leaps_as(&f, &want, false);
}

static void
what_says_who_is_where_walks(void **state)
{
	struct frame f = eipbed_arp(MACADDR_BROADCAST, R1);
	static const uint8_t six[40] = { 0x60, [4] = 0, 0, 58, 255 };

	(void)state;
	NEED_LOAD();
	walks(&f);
	f = eipbed_arp(H1, R1);
	f.len = 60;
	walks(&f);
	f = eipbed_udp(UINT64_C(0x01005e000001), R1, 0);
	walks(&f);
	f = eipbed_ethernet(H1, R1, 0x86dd);
	eipbed_add(&f, six, sizeof(six));
	eipbed_add(&f, six, sizeof(six));
	walks(&f);
	f.octets[20] = 17;
	leaps(&f);
}

static void
stations_that_are_not_where_they_were_walk(void **state)
{
	struct frame f = eipbed_udp(UINT64_C(0x020000000099), R1, 0);

	(void)state;
	NEED_LOAD();
	walks(&f);			/* nobody knows whom it is for */
	f = eipbed_udp(H1, UINT64_C(0x020000000099), 0);
	walks(&f);			/* nor whom it is from */
	f = eipbed_udp(H1, R1, 0);
	leaps(&f);
	eipbed_know(R1, BPFKEY_LAN, 0);
	walks(&f);			/* it has moved */
	eipbed_know(R1, AT, 0);
	leaps(&f);
	eipbed_know(H1, AT, 0);
	walks(&f);
	f = eipbed_udp(H1, OWN, 0);
	walks(&f);
}

/* The bridge forgets stations that never show. */
static void
now_and_then_one_walks(void **state)
{
	struct frame f = eipbed_udp(H1, R1, 0);
	const struct fdb_key key = { R1, 0 };
	const struct bpfkey_station k = bpfstation_key(&key);
	struct bpfkey_known known;

	(void)state;
	NEED_LOAD();
	leaps(&f);
	assert_int_equal(bpfmap_look(eipbed.table.fd, &k, &known), 0);
	known.seen_s -= 33;
	assert_int_equal(bpfmap_put(eipbed.table.fd, &k, &known), 0);
	walks(&f);
	assert_int_equal(bpfmap_look(eipbed.table.fd, &k, &known), 0);
	walks(&f);			/* until the later program has seen it */
}

static void
what_devices_might_not_take_walks(void **state)
{
	struct frame f = eipbed_udp(H1, R1, 0);

	(void)state;
	NEED_LOAD();
	f.len = 59;
	walks(&f);
	f.len = 60;
	leaps(&f);
	f.len = 14 + 1500;
	leaps(&f);
	f.len = 14 + 1501;
	walks(&f);
	eipbed.tunnel.lan_max = 9000;
	eipbed_write();
	leaps(&f);
}

/* A segment with these flags. */
static struct frame
tcp(uint8_t flags)
{
	const uint8_t head[40] = { 0, 80, 0, 81, [12] = 0xa0, flags, [20] = 2, 4,
	    5, 180 };
	struct frame f = eipbed_ethernet(H1, R1, 0x0800);

	eipbed_add_ipv4(&f, 0, 6, sizeof(head));
	eipbed_add(&f, head, sizeof(head));
	return f;
}

static void
segment_sizes_are_not_passed_by(void **state)
{
	struct frame syn = tcp(0x12), data = tcp(0x10);

	(void)state;
	NEED_LOAD();
	leaps(&syn);			/* nobody looks at them */
	eipbed.tunnel.plan.mss = 1400;
	eipbed_write();
	walks(&syn);
	leaps(&data);
	data.octets[14] = 0x46;		/* what follows may be anything */
	walks(&data);
}

static void
marks_on_the_way_are_for_the_later_program(void **state)
{
	struct frame f = eipbed_udp(H1, R1, 2);
	struct frame p = eipbed_arriving(&f, false);
	struct bpfkey_meta m;

	(void)state;
	NEED_LOAD();
	leaps(&f);
	p.octets[15] |= 3;
	eipbed_mend_sum(&p);
	assert_int_equal(eipbed_run("eip_strip", &p), XDP_PASS);
	memcpy(&m, eipbed.out, sizeof(m));
	assert_true(m.congested);
}

/* ---- tunnels ---- */

static void
tunnels_that_take_or_tell_walk(void **state)
{
	static const uint32_t flags[] = { BPFKEY_STANDS_BY, BPFKEY_TRACES };
	struct frame f = eipbed_udp(H1, R1, 0);

	(void)state;
	NEED_LOAD();
	leaps(&f);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		struct bpfkey_tunnel k;
		struct bpfkey_peer peer;
		const uint32_t slot = SLOT;

		/* The peer's entry is of a moment before. */
		bpftunnel_format(&eipbed.tunnel, &eipbed.group, &k, &peer);
		k.flags |= flags[i];
		assert_int_equal(bpfmap_put(bpfload_map(eipbed.load,
		    BPFLOAD_TUNNELS), &slot, &k), 0);
		walks(&f);
	}
	eipbed.tunnel.plan.deaf = true;
	eipbed_write();
	walks(&f);
	eipbed.tunnel.plan.deaf = false;
	eipbed.tunnel.leaps = false;
	eipbed_write();
	walks(&f);
	eipbed.tunnel.leaps = true;
	eipbed.group.lan = 0;
	eipbed_write();
	walks(&f);
}

/* ---- lanes ---- */

static uint64_t
now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void
the_first_frame_goes_alone(void **state)
{
	struct frame f = eipbed_udp(H1, R1, 0);

	(void)state;
	NEED_LOAD();
	*lane() = BPFKEY_LANE_TRIAL;
	leaps(&f);
	assert_int_equal(*lane(), BPFKEY_LANE_TRIED);
	walks(&f);
	walks(&f);
	*lane() = BPFKEY_LANE_OPEN;
	leaps(&f);
	assert_int_equal(*lane(), BPFKEY_LANE_OPEN);
}

static void
a_lane_that_is_shut_stays_so(void **state)
{
	struct frame f = eipbed_udp(H1, R1, 0);

	(void)state;
	NEED_LOAD();
	*lane() = BPFKEY_LANE_SHUT;
	walks(&f);
	assert_true(*lane() == BPFKEY_LANE_SHUT);
}

static void
a_pause_ends_by_itself(void **state)
{
	struct frame f = eipbed_udp(H1, R1, 0);

	(void)state;
	NEED_LOAD();
	*lane() = now_ns() + 3600 * UINT64_C(1000000000);
	walks(&f);
	*lane() = now_ns() - 1000000000;
	leaps(&f);
	assert_int_equal(*lane(), BPFKEY_LANE_OPEN);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, eipbed_tear_down)
	const struct CMUnitTest tests[] = {
		T(frames_of_stations_that_are_known_leap),
		T(a_tag_stays_in_the_frame),
		T(addresses_are_turned_where_they_are_to_be),
		T(what_says_who_is_where_walks),
		T(stations_that_are_not_where_they_were_walk),
		T(now_and_then_one_walks),
		T(what_devices_might_not_take_walks),
		T(segment_sizes_are_not_passed_by),
		T(marks_on_the_way_are_for_the_later_program),
		T(tunnels_that_take_or_tell_walk),
		T(the_first_frame_goes_alone),
		T(a_lane_that_is_shut_stays_so),
		T(a_pause_ends_by_itself),
	};

	return cmocka_run_group_tests(tests, eipbed_open, eipbed_close);
}
