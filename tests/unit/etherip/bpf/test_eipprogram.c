/* tests/unit/etherip/bpf/test_eipprogram.c - each program on single frames, octet by octet; the
 * kernel runs them (BPF_PROG_TEST_RUN) on the loopback device of a network of our own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpfload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/wire/netsum.h"
#include "etherip/bpf/bpfkey.h"
#include "etherip/bpf/bpfmap.h"
#include "etherip/bpf/bpfstation.h"
#include "etherip/bpf/bpftable.h"
#include "etherip/bpf/bpftunnel.h"
#include "etherip/frame/macaddr.h"
#include "tests/unit/etherip/bpf/bpflab.h"

#define LO	1u		/* plays the LAN's device, the TAP, the WAN's device */
#define SLOT	3u
#define AT	(SLOT + 1)
#define GROUP	2u
#define ROOM	70000

#define H1	UINT64_C(0x020000000011)	/* a station of the LAN */
#define R1	UINT64_C(0x020000000022)	/* a remote one */
#define OWN	UINT64_C(0x0200000000aa)
#define WAN	UINT64_C(0x0200000000bb)
#define HOP	UINT64_C(0x0200000000cc)

static struct bpfload *load;
static struct bpfstation_table table;
static struct bpftunnel tunnel;
static struct bpftunnel_group group;
static uint8_t out[ROOM];
static size_t out_len;
#define NEED_LOAD()	do { if (load == NULL) skip(); } while (0)

/* ---- the maps ---- */

static void
write_maps(void)
{
	struct bpfkey_tunnel k;
	struct bpfkey_peer peer;
	const struct bpfkey_port port = { SLOT };
	const uint32_t lo = LO, slot = SLOT;

	bpftunnel_format(&tunnel, &group, &k, &peer);
	assert_int_equal(bpfmap_put(bpfload_map(load, BPFLOAD_TUNNELS), &slot,
	    &k), 0);
	assert_int_equal(bpfmap_put(bpfload_map(load, BPFLOAD_PEERS),
	    &tunnel.pair, &peer), 0);
	assert_int_equal(bpfmap_put(bpfload_map(load, BPFLOAD_PORTS), &lo,
	    &port), 0);
}

static void
use(const char *local, const char *remote)
{
	(void)bpfmap_take(bpfload_map(load, BPFLOAD_PEERS), &tunnel.pair,
	    NULL);
	assert_int_equal(addr_parse(local, &tunnel.plan.local), 0);
	assert_int_equal(addr_parse(remote, &tunnel.plan.remote), 0);
	bpftunnel_pair(&tunnel.pair, &tunnel.plan.local, &tunnel.plan.remote);
	write_maps();
}

static void
alive(bool yes)
{
	bpfload_shared(load)->deadline_ns = yes ? UINT64_MAX : 0;
	bpfload_shared(load)->here_ns = yes ? UINT64_MAX : 0;
}

static void
know(uint64_t mac, unsigned at, unsigned pins)
{
	const struct fdb_key k = { mac, 0 };

	assert_true(bpfstation_put(&table, &k, at, pins));
}

static unsigned
place_of(uint64_t mac)
{
	const struct fdb_key k = { mac, 0 };
	struct bpfkey_known known;

	return bpfstation_find(&table, &k, &known) ? known.at : 999;
}

static uint64_t
counted(enum bpfkey_why why)
{
	struct bpfkey_counts *c = calloc(bpfmap_cpus(), sizeof(*c));
	const uint32_t slot = SLOT;
	uint64_t sum = 0;

	assert_int_equal(bpfmap_look(bpfload_map(load, BPFLOAD_COUNTS), &slot,
	    c), 0);
	for (unsigned i = 0; i < bpfmap_cpus(); i++)
		sum += c[i].whys[0][why] + c[i].whys[1][why];
	free(c);
	return sum;
}

static int
open_load(void **state)
{
	struct err e;

	(void)state;
	if (unshare(CLONE_NEWNET) != 0 || !bpflab_run("ip link set lo up"))
		return 0;
	load = bpfload_open(NULL, &e);
	if (load == NULL && errno != EPERM && errno != ENOSYS)
		fail_msg("%s", e.text);
	return 0;
}

static int
close_load(void **state)
{
	(void)state;
	bpfload_close(&load);
	return 0;
}

static int
set_up(void **state)
{
	(void)state;
	if (load == NULL)
		return 0;
	memset(bpfload_shared(load), 0, sizeof(*bpfload_shared(load)));
	table = (struct bpfstation_table){ .group = GROUP, .ageing_s = 300,
	    .shared = bpfload_shared(load),
	    .fd = bpftable_new(load, GROUP, 64) };
	assert_int_not_equal(table.fd, -1);
	group = (struct bpftunnel_group){ .number = GROUP, .limit = 64, .cut = LO,
	    .ageing_s = 300, .own = OWN,
	    .flags = BPFKEY_ANY_TYPE | BPFKEY_MULTICAST | BPFKEY_UNKNOWN };
	tunnel = (struct bpftunnel){ .slot = SLOT, .tap = LO, .by = LO,
	    .plan = { .member = 1, .tos = -1, .use_pmtu = true, .up = true },
	    .way = { .ifindex = LO, .mtu = 1600, .known = true } };
	macaddr_put(tunnel.way.mac, WAN);
	macaddr_put(tunnel.way.hop, HOP);
	use("192.0.2.1", "198.51.100.2");
	alive(true);
	know(H1, BPFKEY_LAN, 0);
	know(R1, AT, 0);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (load != NULL)
		(void)close(table.fd);
	return 0;
}

/* ---- frames ---- */

struct frame {
	uint8_t	octets[2048];
	size_t	len;
};

static void
add(struct frame *f, const void *octets, size_t len)
{
	assert_true(f->len + len <= sizeof(f->octets));
	memcpy(f->octets + f->len, octets, len);
	f->len += len;
}

static void
add16(struct frame *f, unsigned v)
{
	const uint8_t two[2] = { (uint8_t)(v >> 8), (uint8_t)v };

	add(f, two, 2);
}

static struct frame
ethernet(uint64_t dst, uint64_t src, unsigned type)
{
	struct frame f = { .len = 12 };

	macaddr_put(f.octets, dst);
	macaddr_put(f.octets + 6, src);
	add16(&f, type);
	return f;
}

/* An IPv4 packet of that protocol with len octets behind its head. */
static void
add_ipv4(struct frame *f, uint8_t tos, uint8_t protocol, size_t len)
{
	uint8_t ip[20] = { 0x45, tos, (uint8_t)((len + 20) >> 8),
	    (uint8_t)(len + 20), 0x12, 0x34, 0, 0, 64, protocol, 0, 0, 10, 0,
	    0, 1, 10, 0, 0, 2 };
	uint16_t sum = netsum_fold(netsum_add(0, ip, 20));

	ip[10] = (uint8_t)(sum >> 8);
	ip[11] = (uint8_t)sum;
	add(f, ip, 20);
}

static struct frame
udp(uint64_t dst, uint64_t src, uint8_t tos)
{
	struct frame f = ethernet(dst, src, 0x0800);
	static const uint8_t body[30] = "whatever, of thirty octets....";

	add_ipv4(&f, tos, 17, sizeof(body));
	add(&f, body, sizeof(body));
	return f;
}

static struct frame
arp(uint64_t dst, uint64_t src)
{
	struct frame f = ethernet(dst, src, 0x0806);
	static const uint8_t body[28] = { 0, 1, 8, 0, 6, 4, 0, 1 };

	add(&f, body, sizeof(body));
	return f;
}

/* The heads that a frame has on the WAN, in front of it; IPv4. */
static struct frame
packed(const struct frame *in, uint8_t tos, uint16_t id, bool df)
{
	struct frame f = ethernet(HOP, WAN, 0x0800);
	uint8_t ip[20] = { 0x45, tos, 0, 0, (uint8_t)(id >> 8), (uint8_t)id,
	    df ? 0x40 : 0, 0, 64, 97, 0, 0, 192, 0, 2, 1, 198, 51, 100, 2 };
	size_t len = in->len + 22;
	uint16_t sum;

	ip[2] = (uint8_t)(len >> 8);
	ip[3] = (uint8_t)len;
	sum = netsum_fold(netsum_add(0, ip, 20));
	ip[10] = (uint8_t)(sum >> 8);
	ip[11] = (uint8_t)sum;
	add(&f, ip, 20);
	add16(&f, 0x3000);
	add(&f, in->octets, in->len);
	return f;
}

static struct frame
packed6(const struct frame *in, uint8_t tos)
{
	struct frame f = ethernet(HOP, WAN, 0x86dd);
	uint8_t ip[40] = { (uint8_t)(0x60 | tos >> 4), (uint8_t)(tos << 4), 0,
	    0, (uint8_t)((in->len + 2) >> 8), (uint8_t)(in->len + 2), 97, 64 };

	memcpy(ip + 8, tunnel.pair.local, 16);
	memcpy(ip + 24, tunnel.pair.remote, 16);
	add(&f, ip, 40);
	add16(&f, 0x3000);
	add(&f, in->octets, in->len);
	return f;
}

/* As the other end sends it: everything the other way round. */
static struct frame
arriving(const struct frame *in, bool six)
{
	struct frame f = six ? packed6(in, 0) : packed(in, 0, 0, false);

	macaddr_put(f.octets, WAN);
	macaddr_put(f.octets + 6, HOP);
	if (six) {
		memcpy(f.octets + 14 + 8, tunnel.pair.remote, 16);
		memcpy(f.octets + 14 + 24, tunnel.pair.local, 16);
	} else {
		memcpy(f.octets + 14 + 12, tunnel.pair.remote, 4);
		memcpy(f.octets + 14 + 16, tunnel.pair.local, 4);
	}
	return f;
}

static void
mend_sum(struct frame *f)
{
	uint16_t sum;

	memset(f->octets + 24, 0, 2);
	sum = netsum_fold(netsum_add(0, f->octets + 14,
	    (f->octets[14] & 0xfu) * 4));
	f->octets[24] = (uint8_t)(sum >> 8);
	f->octets[25] = (uint8_t)sum;
}

/* ---- runs ---- */

static int
run_with(const char *program, const struct frame *f, struct __sk_buff *skb)
{
	union bpf_attr a = { 0 };

	memset(out, 0, sizeof(out));
	a.test.prog_fd = (uint32_t)bpfload_program(load, program);
	a.test.data_in = (uintptr_t)f->octets;
	a.test.data_size_in = (uint32_t)f->len;
	a.test.data_out = (uintptr_t)out;
	a.test.data_size_out = sizeof(out);
	if (skb != NULL) {
		a.test.ctx_in = (uintptr_t)skb;
		a.test.ctx_size_in = sizeof(*skb);
	}
	if (syscall(SYS_bpf, BPF_PROG_TEST_RUN, &a, sizeof(a)) != 0)
		fail_msg("%s: the kernel does not run it", program);
	out_len = a.test.data_size_out;
	return (int)a.test.retval;
}

static int
run(const char *program, const struct frame *f)
{
	return run_with(program, f, NULL);
}

#define SAME(f)	do {							\
	assert_int_equal(out_len, (f).len);				\
	assert_memory_equal(out, (f).octets, (f).len);			\
} while (0)

/* It goes into the tunnel, so. */
#define SENT(f, want)	do {						\
	assert_int_equal(run("eip_tap_out", &(f)), TC_ACT_REDIRECT);	\
	SAME(want);							\
} while (0)

/* It goes nowhere, and is counted so. */
#define DROPPED(f, why)	do {						\
	uint64_t was = counted(why);					\
	assert_int_equal(run("eip_tap_out", &(f)), TC_ACT_SHOT);	\
	assert_int_equal(counted(why), was + 1);			\
} while (0)

/* The slow path has it, as it was. */
#define DECLINED(f, why, skb)	do {					\
	uint64_t was = counted(why);					\
	assert_int_equal(run_with("eip_tap_out", &(f), skb),		\
	    TC_ACT_UNSPEC);						\
	SAME(f);							\
	assert_int_equal(counted(why), was + 1);			\
} while (0)

/* ---- into the tunnel ---- */

static void
ipv4_heads_are_exact(void **state)
{
	struct frame f = udp(R1, H1, 0), want = packed(&f, 0, 0, true);

	(void)state;
	NEED_LOAD();
	SENT(f, want);
	/* Now and then one goes by the bridge, so that it remembers. */
	if (run("eip_lan_in", &f) != TC_ACT_REDIRECT)
		assert_int_equal(run("eip_lan_in", &f), TC_ACT_REDIRECT);
	SAME(want);
}

static void
ipv6_heads_are_exact_but_for_the_label(void **state)
{
	struct frame f = udp(R1, H1, 0xb9), want;

	(void)state;
	NEED_LOAD();
	use("2001:db8::1", "2001:db8::2");
	want = packed6(&f, 0xb9);
	assert_int_equal(run("eip_tap_out", &f), TC_ACT_REDIRECT);
	assert_int_equal(out[15] & 0xf0, want.octets[15]);
	memcpy(want.octets + 15, out + 15, 3);
	SAME(want);
}

/* RFC 6040 section 4.1. */
static void
service_and_marks_are_copied(void **state)
{
	struct frame f = udp(R1, H1, 0xb9 | 3), want;

	(void)state;
	NEED_LOAD();
	want = packed(&f, 0xb9 | 3, 0, true);
	SENT(f, want);
	tunnel.plan.tos = 0x28;
	write_maps();
	want = packed(&f, 0x28 | 3, 0, true);
	SENT(f, want);
}

/* RFC 6864: where routers may cut, each packet has another number. */
static void
each_packet_that_may_be_cut_has_a_number(void **state)
{
	struct frame f = udp(R1, H1, 0), want;

	(void)state;
	NEED_LOAD();
	tunnel.plan.use_pmtu = false;
	write_maps();
	for (uint16_t id = 0; id < 3; id++) {
		want = packed(&f, 0, id, false);
		SENT(f, want);
	}
}

static void
a_tag_in_the_frame_stays(void **state)
{
	struct frame f = ethernet(R1, H1, 0x8100), want;
	const struct fdb_key k = { R1, 42 };

	(void)state;
	NEED_LOAD();
	add16(&f, 0x6000 | 42);
	add16(&f, 0x0800);
	add_ipv4(&f, 0, 17, 0);
	assert_true(bpfstation_put(&table, &k, AT, 0));
	want = packed(&f, 0, 0, true);
	SENT(f, want);
	f.octets[16] = 0x81;
	f.octets[17] = 0;
	DECLINED(f, BPFKEY_WHY_TAGS, NULL);
}

static void
frames_of_switches_never_cross(void **state)
{
	struct frame f = ethernet(UINT64_C(0x0180c2000000), H1, 38);

	(void)state;
	NEED_LOAD();
	for (unsigned last = 0; last <= 0x0f; last++) {
		f.octets[5] = (uint8_t)last;
		f.len = 60;
		DROPPED(f, BPFKEY_WHY_CONTROL);
	}
	f.octets[5] = 0x10;
	assert_int_equal(run("eip_tap_out", &f), TC_ACT_REDIRECT);
}

static void
only_ip_and_arp_cross_unless_told(void **state)
{
	struct frame f = ethernet(R1, H1, 0x88b5);

	(void)state;
	NEED_LOAD();
	f.len = 60;
	assert_int_equal(run("eip_tap_out", &f), TC_ACT_REDIRECT);
	group.flags = BPFKEY_UNKNOWN;
	write_maps();
	DROPPED(f, BPFKEY_WHY_NOT_IP);
	f = udp(MACADDR_BROADCAST, H1, 0);
	DROPPED(f, BPFKEY_WHY_GROUP);
	f = ethernet(MACADDR_BROADCAST, H1, 0x8035);	/* RARP */
	f.len = 60;
	assert_int_equal(run("eip_tap_out", &f), TC_ACT_REDIRECT);
	f = arp(MACADDR_BROADCAST, H1);
	assert_int_equal(run("eip_tap_out", &f), TC_ACT_REDIRECT);
}

static void
what_is_at_home_or_elsewhere_does_not_cross(void **state)
{
	struct frame f = udp(H1, UINT64_C(0x020000000033), 0);

	(void)state;
	NEED_LOAD();
	DROPPED(f, BPFKEY_WHY_SAME);
	know(H1, AT + 7, 0);
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
		group.storm[i][0] = 10;		/* one at a time */
	write_maps();
	for (int i = 0; i < 3; i++) {
		struct frame f = udp(kinds[i].dst, H1, 0);

		assert_int_equal(run("eip_tap_out", &f), TC_ACT_REDIRECT);
		DROPPED(f, kinds[i].why);
	}
	group.flags &= ~(uint32_t)BPFKEY_UNKNOWN;
	group.storm[2][0] = 0;
	write_maps();
	DROPPED(((struct frame[]){ udp(kinds[2].dst, H1, 0) }[0]),
	    BPFKEY_WHY_UNKNOWN);
}

static void
what_is_too_much_goes_slow(void **state)
{
	struct __sk_buff skb = { .gso_size = 1448, .gso_segs = 2 };
	struct frame f = udp(R1, H1, 0), large = f;
	const struct bpfkey_held h = { GROUP,
	    bpfstation_key(&(struct fdb_key){ R1, 0 }) };
	const uint32_t one = 1;

	(void)state;
	NEED_LOAD();
	DECLINED(f, BPFKEY_WHY_SUPER, &skb);
	large.len = 1600 - 22 + 1;
	DECLINED(large, BPFKEY_WHY_OVERSIZE, NULL);
	large.len--;
	assert_int_equal(run("eip_tap_out", &large), TC_ACT_REDIRECT);
	tunnel.plan.mtu = 1400;
	write_maps();
	DECLINED(large, BPFKEY_WHY_OVERSIZE, NULL);
	large.len = 14 + 1400;
	assert_int_equal(run("eip_tap_out", &large), TC_ACT_REDIRECT);
	group.holds = true;
	write_maps();
	(void)bpfmap_put(bpfload_map(load, BPFLOAD_HELD), &h, &one);
	DECLINED(f, BPFKEY_WHY_HELD, NULL);
	assert_int_equal(run("eip_lan_in", &f), TC_ACT_UNSPEC);
	(void)bpfmap_take(bpfload_map(load, BPFLOAD_HELD), &h, NULL);
	tunnel.way.known = false;
	write_maps();
	DECLINED(f, BPFKEY_WHY_NO_NEIGHBOUR, NULL);
}

static void
nothing_passes_without_a_stamp(void **state)
{
	struct frame f = udp(R1, H1, 0), in;

	(void)state;
	NEED_LOAD();
	alive(false);
	assert_int_equal(run("eip_tap_out", &f), TC_ACT_UNSPEC);
	SAME(f);
	assert_int_equal(run("eip_lan_in", &f), TC_ACT_UNSPEC);
	in = udp(H1, R1, 0);
	in = arriving(&in, false);
	assert_int_equal(run("eip_strip", &in), XDP_PASS);
	SAME(in);
	assert_int_equal(run("eip_wan_in", &in), TC_ACT_UNSPEC);
	SAME(in);
}

static void
nothing_passes_where_it_may_not(void **state)
{
	struct frame f = udp(R1, H1, 0), in = udp(H1, R1, 0);

	(void)state;
	NEED_LOAD();
	in = arriving(&in, false);
	tunnel.plan.up = false;
	write_maps();
	DROPPED(f, BPFKEY_WHY_DOWN);
	assert_int_equal(run("eip_lan_in", &f), TC_ACT_UNSPEC);
	assert_int_equal(run("eip_wan_in", &in), TC_ACT_UNSPEC);
	tunnel.plan.up = true;
	tunnel.plan.mute = true;
	write_maps();
	DROPPED(f, BPFKEY_WHY_DOWN);
	tunnel.plan.mute = false;
	tunnel.plan.deaf = true;
	write_maps();
	assert_int_equal(run("eip_wan_in", &in), TC_ACT_SHOT);
	assert_int_equal(counted(BPFKEY_WHY_DEAF), 1);
	tunnel.plan.deaf = false;
	group.flags |= BPFKEY_STANDS_BY;
	write_maps();
	DROPPED(f, BPFKEY_WHY_STANDBY);
	assert_int_equal(run("eip_wan_in", &in), TC_ACT_UNSPEC);
}

/* A port of a bridge without carrier gets nothing: then the LAN's device does it all. */
static void
all_frames_go_on_while_nobody_reads_the_tap(void **state)
{
	struct frame f = arp(MACADDR_BROADCAST, H1), want;

	(void)state;
	NEED_LOAD();
	assert_int_equal(run("eip_lan_in", &f), TC_ACT_UNSPEC);
	bpfload_shared(load)->here_ns = 0;
	want = packed(&f, 0, 0, true);
	assert_int_equal(run("eip_lan_in", &f), TC_ACT_REDIRECT);
	SAME(want);
	f = udp(OWN, H1, 0);
	assert_int_equal(run("eip_lan_in", &f), TC_ACT_UNSPEC);
	f = udp(H1, UINT64_C(0x020000000033), 0);
	assert_int_equal(run("eip_lan_in", &f), TC_ACT_UNSPEC);
	f = ethernet(UINT64_C(0x0180c2000000), H1, 38);
	f.len = 60;
	assert_int_equal(run("eip_lan_in", &f), TC_ACT_UNSPEC);
	assert_int_equal(place_of(UINT64_C(0x020000000033)), BPFKEY_LAN);
}

/* ---- segment sizes ---- */

/* A SYN with these options; its checksum is right. */
static struct frame
syn(const uint8_t *options, size_t len)
{
	struct frame f = ethernet(R1, H1, 0x0800);
	uint8_t tcp[20] = { 0x13, 0x88, 0, 80, 1, 2, 3, 4, 0, 0, 0, 0,
	    (uint8_t)((20 + len) / 4 << 4), 2, 0xff, 0xff };
	uint8_t pseudo[12] = { 10, 0, 0, 1, 10, 0, 0, 2, 0, 6, 0,
	    (uint8_t)(20 + len) };
	uint16_t sum;

	add_ipv4(&f, 0, 6, 20 + len);
	add(&f, tcp, 20);
	add(&f, options, len);
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
	tunnel.plan.mss = 1400;
	write_maps();
	for (int i = 0; i < 2; i++) {
		struct frame f = syn(options[i], 12), low;
		uint8_t lower[12];

		memcpy(lower, options[i], 12);
		lower[places[i]] = 1400 >> 8;
		lower[places[i] + 1] = 1400 & 0xff;
		low = syn(lower, 12);
		low = packed(&low, 0, 0, true);
		SENT(f, low);
		low = syn(lower, 12);
		f = packed(&low, 0, 0, true);
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
	tunnel.plan.mss = 600;
	write_maps();
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		struct frame f = syn(options[i], 12);
		struct frame want = packed(&f, 0, 0, true);

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

	assert_int_equal(run("eip_strip", packet), XDP_PASS);
	assert_int_equal(out_len, want->len + sizeof(m));
	memcpy(&m, out, sizeof(m));
	assert_int_equal(m.magic, BPFKEY_META);
	assert_int_equal(m.slot, SLOT);
	assert_memory_equal(out + sizeof(m), want->octets, want->len);
	assert_int_equal(run("eip_wan_in", packet), TC_ACT_REDIRECT);
	SAME(*want);
}

static void
stays_shut(const struct frame *packet)
{
	assert_int_equal(run("eip_strip", packet), XDP_PASS);
	SAME(*packet);
	assert_int_equal(run("eip_wan_in", packet), TC_ACT_UNSPEC);
	SAME(*packet);
}

static void
frames_come_out_as_they_went_in(void **state)
{
	struct frame f = udp(H1, R1, 0), a = arp(MACADDR_BROADCAST, R1), p;

	(void)state;
	NEED_LOAD();
	for (int six = 0; six < 2; six++) {
		if (six)
			use("2001:db8::1", "2001:db8::2");
		p = arriving(&f, six);
		opens(&p, &f);
		p = arriving(&a, six);
		opens(&p, &a);
		/* What fills the wire's least length is no part of it. */
		p.len += 6;
		memset(p.octets + p.len - 6, 0xee, 6);
		opens(&p, &a);
	}
	assert_int_equal(place_of(R1), AT);
}

static void
what_is_not_certain_is_the_sockets(void **state)
{
	struct frame f = udp(H1, R1, 0), good = arriving(&f, false), p;
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
			mend_sum(&p);
		stays_shut(&p);
	}
	opens(&good, &f);
	p = good;
	p.octets[34] = 0x03;
	stays_shut(&p);
	tunnel.plan.accept_reversed = true;
	write_maps();
	opens(&p, &f);
	tunnel.plan.min_ttl = 65;
	write_maps();
	stays_shut(&good);
}

static void
our_own_address_from_outside_is_a_loop(void **state)
{
	struct frame f = udp(H1, OWN, 0), p;

	(void)state;
	NEED_LOAD();
	p = arriving(&f, false);
	assert_int_equal(run("eip_wan_in", &p), TC_ACT_SHOT);
	assert_int_equal(counted(BPFKEY_WHY_LOOP), 1);
	assert_int_equal(place_of(OWN), 999);
	f = udp(H1, MACADDR_GROUP | R1, 0);
	p = arriving(&f, false);
	assert_int_equal(run("eip_wan_in", &p), TC_ACT_SHOT);
	assert_int_equal(counted(BPFKEY_WHY_MALFORMED), 1);
}

/* RFC 6040 section 4.2. */
static void
marks_outside_come_in_or_the_packet_is_lost(void **state)
{
	struct frame knows = udp(H1, R1, 2), not = udp(H1, R1, 0), p;

	(void)state;
	NEED_LOAD();
	p = arriving(&not, false);
	p.octets[15] = 3;
	mend_sum(&p);
	assert_int_equal(run("eip_wan_in", &p), TC_ACT_SHOT);
	assert_int_equal(counted(BPFKEY_WHY_CONGESTED), 1);
	p = arriving(&knows, false);
	p.octets[15] = 3;
	mend_sum(&p);
	assert_int_equal(run("eip_wan_in", &p), TC_ACT_REDIRECT);
	knows.octets[15] = 3;
	mend_sum(&knows);
	SAME(knows);
}

/* ---- translucent ---- */

static void
translucent_turns_the_local_bit(void **state)
{
	const uint64_t bit = MACADDR_LOCAL;
	struct frame f = udp(R1 ^ bit, H1, 0), want = udp(R1, H1 ^ bit, 0), p;

	(void)state;
	NEED_LOAD();
	group.flags |= BPFKEY_TRANSLUCENT;
	write_maps();
	want = packed(&want, 0, 0, true);
	SENT(f, want);
	f = udp(H1 ^ bit, R1, 0);
	p = arriving(&f, false);
	want = udp(H1, R1 ^ bit, 0);
	assert_int_equal(run("eip_wan_in", &p), TC_ACT_REDIRECT);
	SAME(want);
	/* What carries addresses goes where they can be turned, too. */
	f = arp(MACADDR_BROADCAST, H1);
	DECLINED(f, BPFKEY_WHY_ADDRESSED, NULL);
	f = arp(MACADDR_BROADCAST, R1);
	p = arriving(&f, false);
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
	bpfload_events(load, on_event, NULL);
}

static void
moves_are_seen_and_told(void **state)
{
	struct frame f = udp(H1, R1, 0), p;

	(void)state;
	NEED_LOAD();
	hear();
	know(R1, BPFKEY_LAN, 0);
	p = arriving(&f, false);
	assert_int_equal(run("eip_wan_in", &p), TC_ACT_REDIRECT);
	hear();
	assert_int_equal(event_count, 1);
	assert_int_equal(events[0].kind, BPFKEY_EVENT_MOVED);
	assert_int_equal(events[0].at, AT);
	assert_int_equal(events[0].was, BPFKEY_LAN);
	assert_int_equal(macaddr_get(events[0].station.mac), R1);
	assert_int_equal(place_of(R1), AT);
	assert_int_equal(bpfstation_count(&table, AT), 1);
	assert_int_equal(bpfstation_count(&table, BPFKEY_LAN), 1);
	/* One that is pinned stays. */
	know(R1, BPFKEY_LAN, FDB_FROZEN);
	assert_int_equal(run("eip_wan_in", &p), TC_ACT_REDIRECT);
	assert_int_equal(place_of(R1), BPFKEY_LAN);
}

static void
full_tables_keep_what_they_know(void **state)
{
	struct frame f, p;

	(void)state;
	NEED_LOAD();
	tunnel.plan.limit = 3;
	write_maps();
	for (unsigned i = 0; i < 6; i++) {
		f = udp(H1, UINT64_C(0x020000000100) + i, 0);
		p = arriving(&f, false);
		assert_int_equal(run("eip_wan_in", &p), TC_ACT_REDIRECT);
	}
	assert_int_equal(bpfstation_count(&table, AT), 3);
	assert_int_equal(counted(BPFKEY_WHY_TABLE_FULL), 4);
	tunnel.plan.limit = 0;
	write_maps();
	for (unsigned i = 0; i < 100; i++) {
		f = udp(H1, UINT64_C(0x020000000200) + i, 0);
		p = arriving(&f, false);
		assert_int_equal(run("eip_wan_in", &p), TC_ACT_REDIRECT);
	}
	assert_int_equal(bpfstation_count(&table, BPFSTATION_ANY), 64);
	assert_int_equal(place_of(R1), AT);
	assert_int_equal(bpfstation_flush(&table, AT), 63);
	assert_int_equal(bpfstation_count(&table, AT), 0);
	assert_int_equal(place_of(H1), BPFKEY_LAN);
}

/* What the slow path writes into the TAP. */
static void
the_tap_teaches(void **state)
{
	struct frame f = udp(H1, UINT64_C(0x020000000077), 0);
	struct __sk_buff ours = { .mark = BPFKEY_IN };

	(void)state;
	NEED_LOAD();
	assert_int_equal(run_with("eip_tap_in", &f, &ours), TC_ACT_UNSPEC);
	assert_int_equal(ours.mark, BPFKEY_IN);
	assert_int_equal(place_of(UINT64_C(0x020000000077)), 999);
	assert_int_equal(run("eip_tap_in", &f), TC_ACT_UNSPEC);
	SAME(f);
	assert_int_equal(place_of(UINT64_C(0x020000000077)), AT);
	group.flags |= BPFKEY_TRANSLUCENT;
	write_maps();
	f = udp(H1, UINT64_C(0x020000000088) ^ MACADDR_LOCAL, 0);
	assert_int_equal(run("eip_tap_in", &f), TC_ACT_UNSPEC);
	assert_int_equal(place_of(UINT64_C(0x020000000088)), AT);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
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

	return cmocka_run_group_tests(tests, open_load, close_load);
}
