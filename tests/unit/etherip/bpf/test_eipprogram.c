/* tests/unit/etherip/bpf/test_eipprogram.c - each program on single frames, octet by octet; the
 * kernel runs them (BPF_PROG_TEST_RUN) on the loopback device of a network of our own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpfload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include "core/wire/netsum.h"
#include "etherip/bpf/bpfkey.h"
#include "etherip/bpf/bpfmap.h"
#include "etherip/bpf/bpfstation.h"
#include "etherip/frame/macaddr.h"
#include "tests/unit/etherip/bpf/eipbed.h"

/* It goes into the tunnel, so. */
#define SENT(f, want)	do {						\
	assert_int_equal(eipbed_run("eip_tap_out", &(f)), TC_ACT_REDIRECT);	\
	SAME(want);							\
} while (0)

/* It goes nowhere, and is counted so. */
#define DROPPED(f, why)	do {						\
	uint64_t was = eipbed_counted(why);					\
	assert_int_equal(eipbed_run("eip_tap_out", &(f)), TC_ACT_SHOT);	\
	assert_int_equal(eipbed_counted(why), was + 1);			\
} while (0)

/* The slow path has it, as it was. */
#define DECLINED(f, why, skb)	do {					\
	uint64_t was = eipbed_counted(why);					\
	assert_int_equal(eipbed_run_with("eip_tap_out", &(f), skb),		\
	    TC_ACT_UNSPEC);						\
	SAME(f);							\
	assert_int_equal(eipbed_counted(why), was + 1);			\
} while (0)

/* ---- into the tunnel ---- */

static void
ipv4_heads_are_exact(void **state)
{
	struct frame f = eipbed_udp(R1, H1, 0), want = eipbed_packed(&f, 0, 0, true);

	(void)state;
	NEED_LOAD();
	SENT(f, want);
	/* Now and then one goes by the bridge, so that it remembers. */
	if (eipbed_run("eip_lan_in", &f) != TC_ACT_REDIRECT)
		assert_int_equal(eipbed_run("eip_lan_in", &f), TC_ACT_REDIRECT);
	SAME(want);
}

static void
ipv6_heads_are_exact_but_for_the_label(void **state)
{
	struct frame f = eipbed_udp(R1, H1, 0xb9), want;

	(void)state;
	NEED_LOAD();
	eipbed_use("2001:db8::1", "2001:db8::2");
	want = eipbed_packed6(&f, 0xb9);
	assert_int_equal(eipbed_run("eip_tap_out", &f), TC_ACT_REDIRECT);
	assert_int_equal(eipbed.out[15] & 0xf0, want.octets[15]);
	memcpy(want.octets + 15, eipbed.out + 15, 3);
	SAME(want);
}

/* RFC 6040 section 4.1. */
static void
service_and_marks_are_copied(void **state)
{
	struct frame f = eipbed_udp(R1, H1, 0xb9 | 3), want;

	(void)state;
	NEED_LOAD();
	want = eipbed_packed(&f, 0xb9 | 3, 0, true);
	SENT(f, want);
	eipbed.tunnel.plan.tos = 0x28;
	eipbed_write();
	want = eipbed_packed(&f, 0x28 | 3, 0, true);
	SENT(f, want);
}

/* RFC 6864: where routers may cut, each packet has another number. */
static void
each_packet_that_may_be_cut_has_a_number(void **state)
{
	struct frame f = eipbed_udp(R1, H1, 0), want;

	(void)state;
	NEED_LOAD();
	eipbed.tunnel.plan.use_pmtu = false;
	eipbed_write();
	for (uint16_t id = 0; id < 3; id++) {
		want = eipbed_packed(&f, 0, id, false);
		SENT(f, want);
	}
}

static void
a_tag_in_the_frame_stays(void **state)
{
	struct frame f = eipbed_ethernet(R1, H1, 0x8100), want;
	const struct fdb_key k = { R1, 42 };

	(void)state;
	NEED_LOAD();
	eipbed_add16(&f, 0x6000 | 42);
	eipbed_add16(&f, 0x0800);
	eipbed_add_ipv4(&f, 0, 17, 0);
	assert_true(bpfstation_put(&eipbed.table, &k, AT, 0));
	want = eipbed_packed(&f, 0, 0, true);
	SENT(f, want);
	f.octets[16] = 0x81;
	f.octets[17] = 0;
	DECLINED(f, BPFKEY_WHY_TAGS, NULL);
}

static void
frames_of_switches_never_cross(void **state)
{
	struct frame f = eipbed_ethernet(UINT64_C(0x0180c2000000), H1, 38);

	(void)state;
	NEED_LOAD();
	for (unsigned last = 0; last <= 0x0f; last++) {
		f.octets[5] = (uint8_t)last;
		f.len = 60;
		DROPPED(f, BPFKEY_WHY_CONTROL);
	}
	f.octets[5] = 0x10;
	assert_int_equal(eipbed_run("eip_tap_out", &f), TC_ACT_REDIRECT);
}

static void
only_ip_and_arp_cross_unless_told(void **state)
{
	struct frame f = eipbed_ethernet(R1, H1, 0x88b5);

	(void)state;
	NEED_LOAD();
	f.len = 60;
	assert_int_equal(eipbed_run("eip_tap_out", &f), TC_ACT_REDIRECT);
	eipbed.group.flags = BPFKEY_UNKNOWN;
	eipbed_write();
	DROPPED(f, BPFKEY_WHY_NOT_IP);
	f = eipbed_udp(MACADDR_BROADCAST, H1, 0);
	DROPPED(f, BPFKEY_WHY_GROUP);
	f = eipbed_ethernet(MACADDR_BROADCAST, H1, 0x8035);	/* RARP */
	f.len = 60;
	assert_int_equal(eipbed_run("eip_tap_out", &f), TC_ACT_REDIRECT);
	f = eipbed_arp(MACADDR_BROADCAST, H1);
	assert_int_equal(eipbed_run("eip_tap_out", &f), TC_ACT_REDIRECT);
}

static void
what_is_at_home_or_elsewhere_does_not_cross(void **state)
{
	struct frame f = eipbed_udp(H1, UINT64_C(0x020000000033), 0);

	(void)state;
	NEED_LOAD();
	DROPPED(f, BPFKEY_WHY_SAME);
	eipbed_know(H1, AT + 7, 0);
	DROPPED(f, BPFKEY_WHY_ELSEWHERE);
}

static void
storms_are_cut_down(void **state)
{
	static const struct {
		uint64_t dst;
		enum bpfkey_why why;
	} kinds[] = {
		{ MACADDR_BROADCAST, BPFKEY_WHY_STORM_BROADCAST },
		{ UINT64_C(0x01005e000001), BPFKEY_WHY_STORM_MULTICAST },
		{ UINT64_C(0x020000000099), BPFKEY_WHY_STORM_UNKNOWN },
	};

	(void)state;
	NEED_LOAD();
	for (int i = 0; i < 3; i++)
		eipbed.group.storm[i][0] = 10;		/* one at a time */
	eipbed_write();
	for (int i = 0; i < 3; i++) {
		struct frame f = eipbed_udp(kinds[i].dst, H1, 0);

		assert_int_equal(eipbed_run("eip_tap_out", &f), TC_ACT_REDIRECT);
		DROPPED(f, kinds[i].why);
	}
	eipbed.group.flags &= ~(uint32_t)BPFKEY_UNKNOWN;
	eipbed.group.storm[2][0] = 0;
	eipbed_write();
	DROPPED(((struct frame[]){ eipbed_udp(kinds[2].dst, H1, 0) }[0]),
	    BPFKEY_WHY_UNKNOWN);
}

static void
what_is_too_much_goes_slow(void **state)
{
	struct __sk_buff skb = { .gso_size = 1448, .gso_segs = 2 };
	struct frame f = eipbed_udp(R1, H1, 0), large = f;
	const struct bpfkey_held h = { GROUP,
	    bpfstation_key(&(struct fdb_key){ R1, 0 }) };
	const uint32_t one = 1;

	(void)state;
	NEED_LOAD();
	DECLINED(f, BPFKEY_WHY_SUPER, &skb);
	large.len = 1600 - 22 + 1;
	DECLINED(large, BPFKEY_WHY_OVERSIZE, NULL);
	large.len--;
	assert_int_equal(eipbed_run("eip_tap_out", &large), TC_ACT_REDIRECT);
	eipbed.tunnel.plan.mtu = 1400;
	eipbed_write();
	DECLINED(large, BPFKEY_WHY_OVERSIZE, NULL);
	large.len = 14 + 1400;
	assert_int_equal(eipbed_run("eip_tap_out", &large), TC_ACT_REDIRECT);
	eipbed.group.holds = true;
	eipbed_write();
	(void)bpfmap_put(bpfload_map(eipbed.load, BPFLOAD_HELD), &h, &one);
	DECLINED(f, BPFKEY_WHY_HELD, NULL);
	assert_int_equal(eipbed_run("eip_lan_in", &f), TC_ACT_UNSPEC);
	(void)bpfmap_take(bpfload_map(eipbed.load, BPFLOAD_HELD), &h, NULL);
	eipbed.tunnel.way.known = false;
	eipbed_write();
	DECLINED(f, BPFKEY_WHY_NO_NEIGHBOUR, NULL);
}

static void
nothing_passes_without_a_stamp(void **state)
{
	struct frame f = eipbed_udp(R1, H1, 0), in;

	(void)state;
	NEED_LOAD();
	eipbed_alive(false);
	assert_int_equal(eipbed_run("eip_tap_out", &f), TC_ACT_UNSPEC);
	SAME(f);
	assert_int_equal(eipbed_run("eip_lan_in", &f), TC_ACT_UNSPEC);
	in = eipbed_udp(H1, R1, 0);
	in = eipbed_arriving(&in, false);
	assert_int_equal(eipbed_run("eip_strip", &in), XDP_PASS);
	SAME(in);
	assert_int_equal(eipbed_run("eip_wan_in", &in), TC_ACT_UNSPEC);
	SAME(in);
}

static void
nothing_passes_where_it_may_not(void **state)
{
	struct frame f = eipbed_udp(R1, H1, 0), in = eipbed_udp(H1, R1, 0);

	(void)state;
	NEED_LOAD();
	in = eipbed_arriving(&in, false);
	eipbed.tunnel.plan.up = false;
	eipbed_write();
	DROPPED(f, BPFKEY_WHY_DOWN);
	assert_int_equal(eipbed_run("eip_lan_in", &f), TC_ACT_UNSPEC);
	assert_int_equal(eipbed_run("eip_wan_in", &in), TC_ACT_UNSPEC);
	eipbed.tunnel.plan.up = true;
	eipbed.tunnel.plan.mute = true;
	eipbed_write();
	DROPPED(f, BPFKEY_WHY_DOWN);
	eipbed.tunnel.plan.mute = false;
	eipbed.tunnel.plan.deaf = true;
	eipbed_write();
	assert_int_equal(eipbed_run("eip_wan_in", &in), TC_ACT_SHOT);
	assert_int_equal(eipbed_counted(BPFKEY_WHY_DEAF), 1);
	eipbed.tunnel.plan.deaf = false;
	eipbed.group.flags |= BPFKEY_STANDS_BY;
	eipbed_write();
	DROPPED(f, BPFKEY_WHY_STANDBY);
	assert_int_equal(eipbed_run("eip_wan_in", &in), TC_ACT_UNSPEC);
}

/* A port of a bridge without carrier gets nothing: then the LAN's device does it all. */
static void
all_frames_go_on_while_nobody_reads_the_tap(void **state)
{
	struct frame f = eipbed_arp(MACADDR_BROADCAST, H1), want;

	(void)state;
	NEED_LOAD();
	assert_int_equal(eipbed_run("eip_lan_in", &f), TC_ACT_UNSPEC);
	bpfload_shared(eipbed.load)->here_ns = 0;
	want = eipbed_packed(&f, 0, 0, true);
	assert_int_equal(eipbed_run("eip_lan_in", &f), TC_ACT_REDIRECT);
	SAME(want);
	f = eipbed_udp(OWN, H1, 0);
	assert_int_equal(eipbed_run("eip_lan_in", &f), TC_ACT_UNSPEC);
	f = eipbed_udp(H1, UINT64_C(0x020000000033), 0);
	assert_int_equal(eipbed_run("eip_lan_in", &f), TC_ACT_UNSPEC);
	f = eipbed_ethernet(UINT64_C(0x0180c2000000), H1, 38);
	f.len = 60;
	assert_int_equal(eipbed_run("eip_lan_in", &f), TC_ACT_UNSPEC);
	assert_int_equal(eipbed_place_of(UINT64_C(0x020000000033)), BPFKEY_LAN);
}

/* ---- segment sizes ---- */

/* A SYN with these options; its checksum is right. */
static struct frame
syn(const uint8_t *options, size_t len)
{
	struct frame f = eipbed_ethernet(R1, H1, 0x0800);
	uint8_t tcp[20] = { 0x13, 0x88, 0, 80, 1, 2, 3, 4, 0, 0, 0, 0,
	    (uint8_t)((20 + len) / 4 << 4), 2, 0xff, 0xff };
	uint8_t pseudo[12] = { 10, 0, 0, 1, 10, 0, 0, 2, 0, 6, 0,
	    (uint8_t)(20 + len) };
	uint16_t sum;

	eipbed_add_ipv4(&f, 0, 6, 20 + len);
	eipbed_add(&f, tcp, 20);
	eipbed_add(&f, options, len);
	sum = netsum_fold(netsum_add(netsum_add(0, pseudo, 12),
	    f.octets + 34, 20 + len));
	f.octets[50] = (uint8_t)(sum >> 8);
	f.octets[51] = (uint8_t)sum;
	return f;
}

static void
segment_sizes_are_lowered_and_summed(void **state)
{
	static const uint8_t options[][12] = {
		{ 2, 4, 5, 180, 1, 3, 3, 7, 4, 2, 1, 1 },
		{ 1, 2, 4, 5, 180, 3, 3, 7, 4, 2, 1, 0 },	/* an odd place */
	};
	static const size_t places[] = { 2, 3 };

	(void)state;
	NEED_LOAD();
	eipbed.tunnel.plan.mss = 1400;
	eipbed_write();
	for (int i = 0; i < 2; i++) {
		struct frame f = syn(options[i], 12), low;
		uint8_t lower[12];

		memcpy(lower, options[i], 12);
		lower[places[i]] = 1400 >> 8;
		lower[places[i] + 1] = 1400 & 0xff;
		low = syn(lower, 12);
		low = eipbed_packed(&low, 0, 0, true);
		SENT(f, low);
		low = syn(lower, 12);
		f = eipbed_packed(&low, 0, 0, true);
		SENT(low, f);			/* as it was */
	}
}

static void
odd_options_are_left_alone(void **state)
{
	static const uint8_t options[][12] = {
		{ 2, 3, 5, 180, 1, 1, 1, 1, 1, 1, 1, 1 },
		{ 8, 0, 2, 4, 5, 180, 1, 1, 1, 1, 1, 1 },
		{ 0, 2, 4, 5, 180, 1, 1, 1, 1, 1, 1, 1 },
		{ 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 5 },
		{ 254, 255, 2, 4, 5, 180, 1, 1, 1, 1, 1, 1 },
	};

	(void)state;
	NEED_LOAD();
	eipbed.tunnel.plan.mss = 600;
	eipbed_write();
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		struct frame f = syn(options[i], 12);
		struct frame want = eipbed_packed(&f, 0, 0, true);

		SENT(f, want);
	}
}

/* ---- out of the tunnel ---- */

/* Both programs of the WAN's device make the frame of it: XDP with a note before it, the later
 * one at once. */
static void
opens(const struct frame *packet, const struct frame *want)
{
	struct bpfkey_meta m;

	assert_int_equal(eipbed_run("eip_strip", packet), XDP_PASS);
	assert_int_equal(eipbed.out_len, want->len + sizeof(m));
	memcpy(&m, eipbed.out, sizeof(m));
	assert_int_equal(m.magic, BPFKEY_META);
	assert_int_equal(m.slot, SLOT);
	assert_memory_equal(eipbed.out + sizeof(m), want->octets, want->len);
	assert_int_equal(eipbed_run("eip_wan_in", packet), TC_ACT_REDIRECT);
	SAME(*want);
}

static void
stays_shut(const struct frame *packet)
{
	assert_int_equal(eipbed_run("eip_strip", packet), XDP_PASS);
	SAME(*packet);
	assert_int_equal(eipbed_run("eip_wan_in", packet), TC_ACT_UNSPEC);
	SAME(*packet);
}

static void
frames_come_out_as_they_went_in(void **state)
{
	struct frame f = eipbed_udp(H1, R1, 0), a = eipbed_arp(MACADDR_BROADCAST, R1), p;

	(void)state;
	NEED_LOAD();
	for (int six = 0; six < 2; six++) {
		if (six)
			eipbed_use("2001:db8::1", "2001:db8::2");
		p = eipbed_arriving(&f, six);
		opens(&p, &f);
		p = eipbed_arriving(&a, six);
		opens(&p, &a);
		/* What fills the wire's least length is no part of it. */
		p.len += 6;
		memset(p.octets + p.len - 6, 0xee, 6);
		opens(&p, &a);
	}
	assert_int_equal(eipbed_place_of(R1), AT);
}

static void
what_is_not_certain_is_the_sockets(void **state)
{
	struct frame f = eipbed_udp(H1, R1, 0), good = eipbed_arriving(&f, false), p;
	static const struct {
		size_t at;
		uint8_t value;
		bool mend;
	} odd[] = {
		{ 34, 0x20, false },	/* another version */
		{ 34, 0x31, false },	/* reserved bits */
		{ 35, 0x01, false },
		{ 20, 0x20, true },	/* more fragments follow */
		{ 21, 0x01, true },	/* the second one */
		{ 14, 0x46, true },	/* options */
		{ 24, 0xff, false },	/* the sum of the head */
		{ 23, 98, true },	/* another protocol */
		{ 29, 9, true },	/* from somebody else */
		{ 33, 9, true },	/* to another address */
		{ 17, 35, true },	/* it ends within its head */
		{ 17, 255, true },	/* it ends too late */
		{ 5, 9, false },	/* to another station */
	};

	(void)state;
	NEED_LOAD();
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		p = good;
		p.octets[odd[i].at] = odd[i].value;
		if (odd[i].mend)
			eipbed_mend_sum(&p);
		stays_shut(&p);
	}
	opens(&good, &f);
	p = good;
	p.octets[34] = 0x03;
	stays_shut(&p);
	eipbed.tunnel.plan.accept_reversed = true;
	eipbed_write();
	opens(&p, &f);
	eipbed.tunnel.plan.min_ttl = 65;
	eipbed_write();
	stays_shut(&good);
}

static void
our_own_address_from_outside_is_a_loop(void **state)
{
	struct frame f = eipbed_udp(H1, OWN, 0), p;

	(void)state;
	NEED_LOAD();
	p = eipbed_arriving(&f, false);
	assert_int_equal(eipbed_run("eip_wan_in", &p), TC_ACT_SHOT);
	assert_int_equal(eipbed_counted(BPFKEY_WHY_LOOP), 1);
	assert_int_equal(eipbed_place_of(OWN), 999);
	f = eipbed_udp(H1, MACADDR_GROUP | R1, 0);
	p = eipbed_arriving(&f, false);
	assert_int_equal(eipbed_run("eip_wan_in", &p), TC_ACT_SHOT);
	assert_int_equal(eipbed_counted(BPFKEY_WHY_MALFORMED), 1);
}

/* RFC 6040 section 4.2. */
static void
marks_outside_come_in_or_the_packet_is_lost(void **state)
{
	struct frame knows = eipbed_udp(H1, R1, 2), not = eipbed_udp(H1, R1, 0), p;

	(void)state;
	NEED_LOAD();
	p = eipbed_arriving(&not, false);
	p.octets[15] = 3;
	eipbed_mend_sum(&p);
	assert_int_equal(eipbed_run("eip_wan_in", &p), TC_ACT_SHOT);
	assert_int_equal(eipbed_counted(BPFKEY_WHY_CONGESTED), 1);
	p = eipbed_arriving(&knows, false);
	p.octets[15] = 3;
	eipbed_mend_sum(&p);
	assert_int_equal(eipbed_run("eip_wan_in", &p), TC_ACT_REDIRECT);
	knows.octets[15] = 3;
	eipbed_mend_sum(&knows);
	SAME(knows);
}

/* ---- translucent ---- */

static void
translucent_turns_the_local_bit(void **state)
{
	const uint64_t bit = MACADDR_LOCAL;
	struct frame f = eipbed_udp(R1 ^ bit, H1, 0), want = eipbed_udp(R1, H1 ^ bit, 0), p;

	(void)state;
	NEED_LOAD();
	eipbed.group.flags |= BPFKEY_TRANSLUCENT;
	eipbed_write();
	want = eipbed_packed(&want, 0, 0, true);
	SENT(f, want);
	f = eipbed_udp(H1 ^ bit, R1, 0);
	p = eipbed_arriving(&f, false);
	want = eipbed_udp(H1, R1 ^ bit, 0);
	assert_int_equal(eipbed_run("eip_wan_in", &p), TC_ACT_REDIRECT);
	SAME(want);
	/* What carries addresses goes where they can be turned, too. */
	f = eipbed_arp(MACADDR_BROADCAST, H1);
	DECLINED(f, BPFKEY_WHY_ADDRESSED, NULL);
	f = eipbed_arp(MACADDR_BROADCAST, R1);
	p = eipbed_arriving(&f, false);
	stays_shut(&p);
}

/* ---- learning ---- */

static struct bpfkey_event events[8];
static unsigned event_count;

static void
on_event(void *arg, const struct bpfkey_event *e)
{
	(void)arg;
	if (event_count < 8)
		events[event_count++] = *e;
}

static void
hear(void)
{
	event_count = 0;
	bpfload_events(eipbed.load, on_event, NULL);
}

static void
moves_are_seen_and_told(void **state)
{
	struct frame f = eipbed_udp(H1, R1, 0), p;

	(void)state;
	NEED_LOAD();
	hear();
	eipbed_know(R1, BPFKEY_LAN, 0);
	p = eipbed_arriving(&f, false);
	assert_int_equal(eipbed_run("eip_wan_in", &p), TC_ACT_REDIRECT);
	hear();
	assert_int_equal(event_count, 1);
	assert_int_equal(events[0].kind, BPFKEY_EVENT_MOVED);
	assert_int_equal(events[0].at, AT);
	assert_int_equal(events[0].was, BPFKEY_LAN);
	assert_int_equal(macaddr_get(events[0].station.mac), R1);
	assert_int_equal(eipbed_place_of(R1), AT);
	assert_int_equal(bpfstation_count(&eipbed.table, AT), 1);
	assert_int_equal(bpfstation_count(&eipbed.table, BPFKEY_LAN), 1);
	/* One that is pinned stays. */
	eipbed_know(R1, BPFKEY_LAN, FDB_FROZEN);
	assert_int_equal(eipbed_run("eip_wan_in", &p), TC_ACT_REDIRECT);
	assert_int_equal(eipbed_place_of(R1), BPFKEY_LAN);
}

static void
full_tables_keep_what_they_know(void **state)
{
	struct frame f, p;

	(void)state;
	NEED_LOAD();
	eipbed.tunnel.plan.limit = 3;
	eipbed_write();
	for (unsigned i = 0; i < 6; i++) {
		f = eipbed_udp(H1, UINT64_C(0x020000000100) + i, 0);
		p = eipbed_arriving(&f, false);
		assert_int_equal(eipbed_run("eip_wan_in", &p), TC_ACT_REDIRECT);
	}
	assert_int_equal(bpfstation_count(&eipbed.table, AT), 3);
	assert_int_equal(eipbed_counted(BPFKEY_WHY_TABLE_FULL), 4);
	eipbed.tunnel.plan.limit = 0;
	eipbed_write();
	for (unsigned i = 0; i < 100; i++) {
		f = eipbed_udp(H1, UINT64_C(0x020000000200) + i, 0);
		p = eipbed_arriving(&f, false);
		assert_int_equal(eipbed_run("eip_wan_in", &p), TC_ACT_REDIRECT);
	}
	assert_int_equal(bpfstation_count(&eipbed.table, BPFSTATION_ANY), 64);
	assert_int_equal(eipbed_place_of(R1), AT);
	assert_int_equal(bpfstation_flush(&eipbed.table, AT), 63);
	assert_int_equal(bpfstation_count(&eipbed.table, AT), 0);
	assert_int_equal(eipbed_place_of(H1), BPFKEY_LAN);
}

/* What the slow path writes into the TAP. */
static void
the_tap_teaches(void **state)
{
	struct frame f = eipbed_udp(H1, UINT64_C(0x020000000077), 0);
	struct __sk_buff ours = { .mark = BPFKEY_IN };

	(void)state;
	NEED_LOAD();
	assert_int_equal(eipbed_run_with("eip_tap_in", &f, &ours), TC_ACT_UNSPEC);
	assert_int_equal(ours.mark, BPFKEY_IN);
	assert_int_equal(eipbed_place_of(UINT64_C(0x020000000077)), 999);
	assert_int_equal(eipbed_run("eip_tap_in", &f), TC_ACT_UNSPEC);
	SAME(f);
	assert_int_equal(eipbed_place_of(UINT64_C(0x020000000077)), AT);
	eipbed.group.flags |= BPFKEY_TRANSLUCENT;
	eipbed_write();
	f = eipbed_udp(H1, UINT64_C(0x020000000088) ^ MACADDR_LOCAL, 0);
	assert_int_equal(eipbed_run("eip_tap_in", &f), TC_ACT_UNSPEC);
	assert_int_equal(eipbed_place_of(UINT64_C(0x020000000088)), AT);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, eipbed_set_up, eipbed_tear_down)
	const struct CMUnitTest tests[] = {
		T(ipv4_heads_are_exact),
		T(ipv6_heads_are_exact_but_for_the_label),
		T(service_and_marks_are_copied),
		T(each_packet_that_may_be_cut_has_a_number),
		T(a_tag_in_the_frame_stays),
		T(frames_of_switches_never_cross),
		T(only_ip_and_arp_cross_unless_told),
		T(what_is_at_home_or_elsewhere_does_not_cross),
		T(storms_are_cut_down),
		T(what_is_too_much_goes_slow),
		T(nothing_passes_without_a_stamp),
		T(nothing_passes_where_it_may_not),
		T(all_frames_go_on_while_nobody_reads_the_tap),
		T(segment_sizes_are_lowered_and_summed),
		T(odd_options_are_left_alone),
		T(frames_come_out_as_they_went_in),
		T(what_is_not_certain_is_the_sockets),
		T(our_own_address_from_outside_is_a_loop),
		T(marks_outside_come_in_or_the_packet_is_lost),
		T(translucent_turns_the_local_bit),
		T(moves_are_seen_and_told),
		T(full_tables_keep_what_they_know),
		T(the_tap_teaches),
	};

	return cmocka_run_group_tests(tests, eipbed_open, eipbed_close);
}
