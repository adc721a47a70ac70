/* tests/unit/etherip/path/test_vgroup.c - a VLAN group with real interfaces, in a network of our
 * own: what one side sends is what the other gets, or counted for a reason.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/vgroup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/io/loop.h"
#include "core/io/rcu.h"
#include "core/wire/be16.h"
#include "core/wire/netsum.h"
#include "etherip/bridge/opaque.h"
#include "etherip/bridge/snoop.h"
#include "etherip/frame/arpframe.h"
#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"
#include "tests/unit/etherip/path/pathbed.h"

#define HERE	UINT64_C(0x020000000a01)	/* a station of the LAN's */
#define THERE	UINT64_C(0x020000000b01)	/* and one behind the tunnel */

static struct clock fake;	/* the loop's: its timers are ours to fire */
static struct loop *loop;
static struct vgroup *group;
static int station = -1, peer = -1;
static uint8_t buffer[PATHBED_ROOM], sent[PATHBED_ROOM];
static bool possible;
static mono_ns until;		/* it is looked after */

static struct {
	unsigned news, moves, snoops, from, to, member;
	uint64_t mac;
} told;

static void
on_new(void *arg, const struct fdb_key *k, unsigned member)
{
	(void)arg;
	told.news++;
	told.mac = k->mac;
	told.member = member;
}

static void
on_move(void *arg, const struct fdb_key *k, unsigned from, unsigned to)
{
	(void)arg;
	told.moves++;
	told.mac = k->mac;
	told.from = from;
	told.to = to;
}

static void
on_snoop(void *arg, unsigned member, const struct ethframe *f,
    const uint8_t *octets, size_t len)
{
	struct arpframe a;

	(void)arg;
	assert_true(arpframe_read(&a, f, octets, len));
	told.snoops++;
	told.member = member;
}

static const char *const devices[] = { "la0", "lb0" };
static struct vgroup_tunnel tunnels[2];

static struct addr
at(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(text, &a), 0);
	return a;
}

static struct vgroup_plan
plan_of(const char *local, const char *remote)
{
	tunnels[0] = (struct vgroup_tunnel){ .name = "eip",
	    .local = at(local), .remote = at(remote), .mtu = 1500,
	    .check_interface = true, .tos = VGROUP_TOS_PRESERVE, .mss = VGROUP_MSS_AUTO };
	return (struct vgroup_plan){ .mode = FORWARD_TRANSPARENT,
	    .bridge_multicast = true, .unknown_flood = true,
	    .fdb = { 1024, 300 }, .devices = devices, .device_count = 1,
	    .tunnels = tunnels, .tunnel_count = 1 };
}

static struct vgroup_plan
plan(void)
{
	return plan_of("192.0.2.1", "192.0.2.2");
}

static void
set(const struct vgroup_plan *p)
{
	struct err e = { 0 };

	if (vgroup_set(group, p, &e) != 0)
		fail_msg("%s", e.text);
}

static int
open_network(void **state)
{
	const struct log_config quiet = { .fd = open("/dev/null",
	    O_WRONLY | O_CLOEXEC), .level = LOG_ERROR };

	(void)state;
	log_setup(&quiet);
	rcu_register();
	possible = pathbed_open();
	return 0;
}

static int
close_network(void **state)
{
	(void)state;
	rcu_offline();
	rcu_drain();
	rcu_unregister();
	return 0;
}

static int
set_up(void **state)
{
	const struct vgroup_config c = { .name = "/Common/vg", .on_new = on_new,
	    .on_move = on_move, .on_snoop = on_snoop };
	struct vgroup_config with;

	(void)state;
	if (!possible)
		return 0;
	clock_fake_init(&fake, CLOCK_S, 0);
	loop = loop_new(&fake, NULL);
	with = c;
	with.loop = loop;
	until = UINT64_MAX;
	with.until = &until;
	group = vgroup_new(&with);
	memset(&told, 0, sizeof(told));
	station = pathbed_station("la1", false);
	peer = pathbed_peer("192.0.2.2", "192.0.2.1");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (!possible)
		return 0;
	vgroup_free(&group, false);
	loop_free(&loop);
	(void)close(station);
	(void)close(peer);
	return 0;
}

#define NEED_NETWORK()	do { if (!possible) skip(); } while (0)

/* The loop does what is to be done until that is so, for two seconds at most. */
#define UNTIL(what) do {						\
	mono_ns end = clock_mono(&clock_system) + 2 * CLOCK_S;		\
	while (!(what)) {						\
		assert_true(clock_mono(&clock_system) < end);		\
		loop_poll(loop);					\
	}								\
} while (0)

static uint64_t
dropped(enum pathdrop why, bool in)
{
	struct vgroup_counts c;

	assert_true(vgroup_counts(group, 1, &c));
	return in ? c.drop_in[why] : c.drop_out[why];
}

static void
say(int fd, size_t len)
{
	assert_int_equal(send(fd, sent, len, 0), (ssize_t)len);
}

/* A frame through the tunnel: EtherIP's head, then it. */
static size_t
wrap(const char *head, uint64_t dst, uint64_t src, uint16_t type, size_t payload)
{
	memcpy(sent, head, 2);
	return 2 + pathbed_frame(sent + 2, dst, src, type, payload);
}

/* Of what the group's own interfaces say there may be more. */
static size_t
receive_at(int fd, uint64_t src)
{
	size_t n;

	do {
		n = pathbed_receive(fd, buffer, sizeof(buffer), 200);
	} while (n > 14 && macaddr_get(buffer + 8) != src);
	return n;
}

static size_t
receive_from(uint64_t src)
{
	return receive_at(peer, src);
}

static void
hears_broadcast(void)
{
	size_t len = pathbed_frame(sent, MACADDR_BROADCAST, HERE,
	    ETHFRAME_IPV4, 46), n = 0;

	/* A port that gets its carrier is one a moment later. */
	for (int i = 0; i < 20 && n == 0; i++) {
		say(station, len);
		n = receive_from(HERE);
	}
	assert_int_equal(n, 2 + len);
	assert_memory_equal(buffer, "\x30\x00", 2);
	assert_memory_equal(buffer + 2, sent, len);
}

/* An ARP reply to the station; who sends it is who it speaks of. */
static uint64_t
hears_answer(void)
{
	mono_ns end = clock_mono(&clock_system) + 2 * CLOCK_S;
	struct arpframe a;
	struct ethframe f;
	ssize_t n;

	while (clock_mono(&clock_system) < end) {
		loop_poll(loop);
		n = recv(station, buffer, sizeof(buffer), MSG_DONTWAIT);
		if (n <= 0 || !ethframe_read(&f, buffer, (size_t)n) ||
		    f.dst != HERE || !arpframe_read(&a, &f, buffer, (size_t)n))
			continue;
		assert_int_equal(a.sender_mac, f.src);
		assert_int_equal(a.op, ARPFRAME_REPLY);
		return f.src;
	}
	fail_msg("no answer");
	return 0;
}

/* RFC 3378 section 3: 30 00, then the frame as it was. */
static void
frames_cross_as_they_are(void **state)
{
	const struct vgroup_plan p = plan();
	struct vgroup_counts c;
	struct fdb_station s;
	size_t len;

	(void)state;
	NEED_NETWORK();
	set(&p);
	hears_broadcast();
	UNTIL(told.news == 1);
	assert_int_equal(told.mac, HERE);
	assert_int_equal(told.member, VGROUP_LAN);

	len = wrap("\x30\x00", HERE, THERE, ETHFRAME_IPV4, 200);
	say(peer, len);
	assert_int_equal(pathbed_hear(station, HERE, THERE, buffer, 2000), len - 2);
	assert_memory_equal(buffer, sent + 2, len - 2);
	UNTIL(told.news == 2);
	assert_int_equal(told.mac, THERE);
	assert_int_equal(told.member, 1);
	assert_true(vgroup_find(group, &(struct fdb_key){ THERE, 0 }, &s));
	assert_int_equal(s.member, 1);
	assert_true(vgroup_counts(group, 1, &c));
	assert_int_equal(c.in[VGROUP_USER].frames, 1);
	assert_int_equal(c.in[VGROUP_USER].octets, len - 2);
	assert_true(c.out[VGROUP_USER].frames >= 1);
}

/* Threads go on by themselves only as long as the loop has said. */
static void
a_loop_that_hangs_bridges_nothing(void **state)
{
	const struct vgroup_plan p = plan();
	size_t len;

	(void)state;
	NEED_NETWORK();
	set(&p);
	hears_broadcast();
	__atomic_store_n(&until, clock_mono(&clock_system), __ATOMIC_RELAXED);
	len = pathbed_frame(sent, MACADDR_BROADCAST, HERE, ETHFRAME_IPV4, 46);
	say(station, len);
	UNTIL(dropped(PATHDROP_UNATTENDED, false) >= 1);
	len = wrap("\x30\x00", HERE, THERE, ETHFRAME_IPV4, 200);
	say(peer, len);
	UNTIL(dropped(PATHDROP_UNATTENDED, true) == 1);
	__atomic_store_n(&until, UINT64_MAX, __ATOMIC_RELAXED);
	hears_broadcast();
	len = wrap("\x30\x00", HERE, THERE, ETHFRAME_IPV4, 200);
	say(peer, len);
	assert_int_equal(pathbed_hear(station, HERE, THERE, buffer, 2000), len - 2);
}

/* The same by IPv6, where the kernel gives no outer head. */
static void
ipv6_carries_them_too(void **state)
{
	const struct vgroup_plan p = plan_of("2001:db8::1", "2001:db8::2");
	size_t len;

	(void)state;
	NEED_NETWORK();
	(void)close(peer);
	peer = pathbed_peer("2001:db8::2", "2001:db8::1");
	set(&p);
	hears_broadcast();
	len = wrap("\x30\x00", HERE, THERE, ETHFRAME_IPV4, 200);
	say(peer, len);
	assert_int_equal(pathbed_hear(station, HERE, THERE, buffer, 2000), len - 2);
	assert_memory_equal(buffer, sent + 2, len - 2);
}

/* Each side sees the other's stations with the local bit turned, and reaches them by it. */
static void
translucent_groups_turn_addresses(void **state)
{
	struct vgroup_plan p = plan();
	size_t len;

	(void)state;
	NEED_NETWORK();
	p.mode = FORWARD_TRANSLUCENT;
	p.unknown_flood = false;
	set(&p);
	len = wrap("\x30\x00", MACADDR_BROADCAST, THERE, ETHFRAME_IPV4, 60);
	say(peer, len);
	assert_int_equal(pathbed_hear(station, MACADDR_BROADCAST,
	    THERE ^ MACADDR_LOCAL, buffer, 2000), len - 2);
	UNTIL(told.news == 1 && told.mac == THERE);
	/* Known, or it would not be let through. */
	len = pathbed_frame(sent, THERE ^ MACADDR_LOCAL, HERE, ETHFRAME_IPV4,
	    60);
	say(station, len);
	assert_int_equal(receive_from(HERE ^ MACADDR_LOCAL), 2 + len);
	assert_int_equal(macaddr_get(buffer + 2), THERE);
	assert_memory_equal(buffer + 14, sent + 12, len - 12);
}

/* Neither side sees an address of the other's: ours stand in their place, and find the way. */
static void
opaque_groups_show_addresses_of_ours(void **state)
{
	struct arpframe q = { ARPFRAME_REQUEST, HERE, 0, 0x0a090001,
	    0x0a090002 }, a;
	struct vgroup_plan p = plan();
	uint64_t proxy, other;
	struct ethframe f;
	size_t len;

	(void)state;
	NEED_NETWORK();
	p.mode = FORWARD_OPAQUE;
	set(&p);
	/* Who asks is asked for by us. */
	len = arpframe_ask(sent, &q, MACADDR_BROADCAST, 0);
	say(station, len);
	UNTIL(told.snoops > 0 && told.news > 0);
	do {
		len = pathbed_receive(peer, buffer, sizeof(buffer), 2000);
		assert_true(len > 0);
		assert_true(ethframe_read(&f, buffer + 2, len - 2));
		assert_int_not_equal(f.src, HERE);
	} while (!arpframe_read(&a, &f, buffer + 2, len - 2) ||
	    a.sender != q.sender);
	proxy = f.src;
	assert_int_equal(a.sender_mac, proxy);
	/* Who is there answers us, and is shown as another one of ours. */
	a.target = 0x0a090002;
	memcpy(sent, "\x30\x00", 2);
	say(peer, 2 + arpframe_answer(sent + 2, &a, THERE, 0));
	other = hears_answer();
	assert_int_not_equal(other, THERE);
	assert_int_not_equal(other, proxy);
	/* And so packets find their way. */
	UNTIL(told.member == 1);
	len = pathbed_tcp(sent, other, HERE, 1, 100);
	say(station, len);
	assert_int_equal(receive_from(proxy), 2 + len);
	assert_int_equal(macaddr_get(buffer + 2), THERE);
	assert_memory_equal(buffer + 14, sent + 12, len - 12);
	/* What is known is answered at once, and crosses no more. */
	say(station, arpframe_ask(sent, &q, MACADDR_BROADCAST, 0));
	assert_int_equal(hears_answer(), other);
	UNTIL(dropped(PATHDROP_ANSWERED, false) == 1);
}

/* A pair's units show the same address of ours, and what the other one knew is answered at
 * once. What a standby hears on the LAN is of the active unit's making. */
static void
an_opaque_pair_goes_on_where_it_was(void **state)
{
	const uint64_t shared = UINT64_C(0x0201d7010203);
	const struct arpframe q = { ARPFRAME_REQUEST, HERE, 0, 0x0a090001,
	    0x0a090002 }, other = { ARPFRAME_REQUEST, HERE, 0, 0x0a090001,
	    0x0a090007 };
	const struct snoop_fact f = { .mac = THERE, .member = 1,
	    .ip = { AF_INET, { 10, 9, 0, 2 } },
	    .seen_s = vgroup_now_s(group) };
	struct vgroup_plan p = plan();
	uint64_t base = opaque_derive(shared, "vg");

	(void)state;
	NEED_NETWORK();
	p.mode = FORWARD_OPAQUE;
	p.masquerade = shared;
	vgroup_silent(group, true);
	set(&p);
	assert_int_equal(vgroup_stand_in(group), base);
	say(station, arpframe_announce(sent, UINT64_C(0x020000000c40),
	    0x0a090007, 0));
	for (int i = 0; i < 20; i++)
		loop_poll(loop);
	assert_int_equal(told.snoops, 0);
	vgroup_silent(group, false);
	assert_true(vgroup_put(group, &(struct fdb_key){ THERE, 0 }, 1, 0));
	vgroup_mirrored(group, &f);
	say(station, arpframe_ask(sent, &q, MACADDR_BROADCAST, 0));
	assert_int_equal(hears_answer(), base | 1);
	/* Nobody is known to have that one: the question crosses. */
	say(station, arpframe_ask(sent, &other, MACADDR_BROADCAST, 0));
	assert_true(receive_from(base) > 0);
}

/* Each kind of a wrong head has its count, and none of them comes in. */
static void
wrong_heads_are_counted_by_kind(void **state)
{
	static const struct {
		const char *head;
		size_t	    payload;
		enum pathdrop why;
	} wrong[] = {
		{ "\x03\x00", 60, PATHDROP_REVERSED },
		{ "\x30\x01", 60, PATHDROP_RESERVED },
		{ "\x31\x00", 60, PATHDROP_RESERVED },
		{ "\x40\x00", 60, PATHDROP_VERSION },
		{ "\x00\x00", 60, PATHDROP_VERSION },
	};
	struct vgroup_plan p = plan();
	size_t len;

	(void)state;
	NEED_NETWORK();
	set(&p);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		uint64_t was = dropped(wrong[i].why, true);

		say(peer, wrap(wrong[i].head, MACADDR_BROADCAST, THERE,
		    ETHFRAME_IPV4, wrong[i].payload));
		UNTIL(dropped(wrong[i].why, true) == was + 1);
	}
	memcpy(sent, "\x30\x00", 2);
	say(peer, 15);
	UNTIL(dropped(PATHDROP_SHORT, true) == 1);
	/* 03 00 only when told so. */
	tunnels[0].accept_reversed = true;
	set(&p);
	len = wrap("\x03\x00", MACADDR_BROADCAST, THERE, ETHFRAME_IPV4, 60);
	say(peer, len);
	assert_int_equal(pathbed_hear(station, MACADDR_BROADCAST, THERE, buffer, 2000), len - 2);
}

/* A datagram from outside by lb0, as a router on that wire brings it. */
static void
say_by_wire(int wire, uint64_t mac)
{
	static const uint8_t ends[8] = { 198, 51, 100, 9, 192, 0, 2, 1 };
	uint8_t datagram[14 + 20 + 2 + 14 + 60];

	(void)pathbed_frame(datagram, mac, THERE, ETHFRAME_IPV4,
	    sizeof(datagram) - 14);
	datagram[14 + 9] = 97;
	memcpy(datagram + 14 + 12, ends, sizeof(ends));
	memset(datagram + 14 + 10, 0, 2);
	be16_put(datagram + 14 + 10, netsum_fold(netsum_add(0, datagram + 14,
	    20)));
	memcpy(datagram + 34, "\x30\x00", 2);
	(void)pathbed_frame(datagram + 36, HERE, THERE, ETHFRAME_IPV4, 60);
	assert_int_equal(send(wire, datagram, sizeof(datagram), 0),
	    (ssize_t)sizeof(datagram));
}

/* Who comes from another side than the one where the other end is, is somebody else; unless
 * routes are said to differ by direction. */
static void
only_the_way_back_is_the_way_in(void **state)
{
	struct vgroup_plan p = plan_of("192.0.2.1", "198.51.100.9");
	int wire;

	(void)state;
	NEED_NETWORK();
	assert_true(pathbed_ip("ip link set lb0 address 02:00:00:00:00:b0 up"));
	assert_true(pathbed_ip("ip route add 198.51.100.9/32 dev lb0"));
	wire = pathbed_station("lb1", false);
	set(&p);
	say_by_wire(wire, 0x0200000000b0);
	assert_int_equal(pathbed_hear(station, HERE, THERE, buffer, 2000), 74);
	/* The way changes under way: nobody else is heard a second later. */
	assert_true(pathbed_ip("ip route replace 198.51.100.9/32 dev lo"));
	assert_int_equal(dropped(PATHDROP_INTERFACE, true), 0);
	loop_advance(loop, &fake, CLOCK_S);
	say_by_wire(wire, 0x0200000000b0);
	UNTIL(dropped(PATHDROP_INTERFACE, true) == 1);
	assert_int_equal(pathbed_hear(station, HERE, THERE, buffer, 50), 0);
	tunnels[0].check_interface = false;
	set(&p);
	say_by_wire(wire, 0x0200000000b0);
	assert_int_equal(pathbed_hear(station, HERE, THERE, buffer, 2000), 74);
	/* One of two is enough. */
	tunnels[0].check_interface = true;
	assert_true(pathbed_ip("ip route replace 198.51.100.9/32 nexthop dev "
	    "lo nexthop dev lb0"));
	set(&p);
	say_by_wire(wire, 0x0200000000b0);
	assert_int_equal(pathbed_hear(station, HERE, THERE, buffer, 2000), 74);
	assert_true(pathbed_ip("ip route del 198.51.100.9/32"));
	assert_true(pathbed_ip("ip link set lb0 down"));
	(void)close(wire);
}

/* The rules of forward.h are those of what crosses here. */
static void
what_is_not_to_cross_does_not(void **state)
{
	struct vgroup_plan p = plan();
	size_t n;

	(void)state;
	NEED_NETWORK();
	set(&p);
	say(station, pathbed_frame(sent, MACADDR_BROADCAST, HERE, 0x88b5, 60));
	UNTIL(dropped(PATHDROP_NOT_IP, false) >= 1);
	say(peer, wrap("\x30\x00", UINT64_C(0x0180c200000e), THERE, 0x88cc, 60));
	UNTIL(dropped(PATHDROP_CONTROL, true) == 1);
	say(peer, wrap("\x30\x00", HERE, UINT64_C(0x010000000001),
	    ETHFRAME_IPV4, 60));
	UNTIL(dropped(PATHDROP_MALFORMED, true) == 1);
	p.bridge_multicast = false;
	tunnels[0].min_ttl = 255;
	set(&p);
	say(station, pathbed_frame(sent, UINT64_C(0x01005e000009), HERE,
	    ETHFRAME_IPV4, 60));
	UNTIL(dropped(PATHDROP_GROUP, false) >= 1);
	/* That may have been one of the kernel's: what goes behind ours is first. */
	say(station, pathbed_frame(sent, THERE, HERE, ETHFRAME_IPV4, 46));
	UNTIL((n = receive_from(HERE)) != 0);
	assert_int_equal(n, 2 + 14 + 46);
	say(peer, wrap("\x30\x00", HERE, THERE, ETHFRAME_IPV4, 60));
	UNTIL(dropped(PATHDROP_TTL, true) == 1);
	p.bridge_multicast = true;
	tunnels[0].min_ttl = 0;
	set(&p);
	vgroup_silent(group, true);
	say(peer, wrap("\x30\x00", HERE, THERE, ETHFRAME_IPV4, 60));
	UNTIL(dropped(PATHDROP_STANDBY, true) == 1);
	vgroup_silent(group, false);
	hears_broadcast();
}

/* A flood is held to its rate, other frames are not. */
static void
storms_are_cut_off(void **state)
{
	struct vgroup_plan p = plan();

	(void)state;
	NEED_NETWORK();
	p.storm[STORM_BROADCAST].frames_s = 10;
	set(&p);
	for (int i = 0; i < 100; i++)
		say(station, pathbed_frame(sent, MACADDR_BROADCAST, HERE,
		    ETHFRAME_IPV4, 60));
	UNTIL(dropped(PATHDROP_STORM_BROADCAST, false) >= 90);
	say(peer, wrap("\x30\x00", HERE, THERE, ETHFRAME_IPV4, 60));
	assert_true(pathbed_hear(station, HERE, THERE, buffer, 2000) > 0);
	say(station, pathbed_frame(sent, THERE, HERE, ETHFRAME_IPV4, 60));
	do {
		assert_true(receive_from(HERE) > 0);
	} while (macaddr_get(buffer + 2) != THERE);
}

/* Lengths on the wire are those of frames, whatever the LAN's kernel hands over. */
static void
super_frames_are_cut(void **state)
{
	const struct vgroup_plan p = plan();
	struct virtio_net_hdr h = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .gso_type = VIRTIO_NET_HDR_GSO_TCPV4, .hdr_len = 54,
	    .gso_size = 1448, .csum_start = 34, .csum_offset = 16 };
	int with_head;
	size_t len, got = 0;
	uint64_t sum;

	(void)state;
	NEED_NETWORK();
	set(&p);
	with_head = pathbed_station("la1", true);
	memcpy(sent, &h, sizeof(h));
	len = pathbed_tcp(sent + sizeof(h), THERE, HERE, 7000, 30000);
	pathbed_leave_sum(sent + sizeof(h), 30000);
	say(with_head, sizeof(h) + len);
	(void)close(with_head);
	while (got < 30000) {
		size_t n = receive_from(HERE), body = n - 2 - 54;
		const uint8_t *ip = buffer + 2 + 14;

		assert_true(n > 56 && body <= 1448);
		assert_int_equal(be16_get(ip + 2), 40 + body);
		assert_int_equal(netsum_fold(netsum_add(0, ip, 20)), 0);
		sum = netsum_add(6 + 20 + body, ip + 12, 8);
		assert_int_equal(netsum_fold(netsum_add(sum, ip + 20,
		    20 + body)), 0);
		assert_int_equal((uint32_t)be16_get(ip + 24) << 16 |
		    be16_get(ip + 26), 7000 + got);
		assert_memory_equal(ip + 40, sent + sizeof(h) + 54 + got, body);
		got += body;
	}
	assert_int_equal(got, 30000);
}

/* And the LAN gets as few as can be: what arrives together is written as one. */
static void
segments_reach_the_lan_together(void **state)
{
	const struct vgroup_plan p = plan();
	struct vgroup_counts c;
	int with_head;
	size_t got = 0, n;

	(void)state;
	NEED_NETWORK();
	set(&p);
	with_head = pathbed_station("la1", true);
	for (unsigned i = 0; i < 32; i++) {
		memcpy(sent, "\x30\x00", 2);
		n = pathbed_tcp(sent + 2, HERE, THERE, 1000 * (i + 1),
		    1000);
		say(peer, 2 + n);
	}
	while (got < 32000) {
		n = pathbed_hear(with_head, HERE, THERE, buffer, 2000);
		assert_true(n > 10 + 54);
		for (size_t i = 0; i < n - 64; i += 1000)
			assert_memory_equal(buffer + 64 + i, sent + 2 + 54,
			    1000);
		got += n - 10 - 54;
	}
	(void)close(with_head);
	assert_true(vgroup_counts(group, 1, &c));
	assert_int_equal(c.in[VGROUP_USER].frames, 32);
}

/* RFC 1191: who sends too much learns how much is right. */
static void
too_long_is_refused_dropped_or_sent_in_parts(void **state)
{
	struct vgroup_plan p = plan();
	size_t len;

	(void)state;
	NEED_NETWORK();
	tunnels[0].mtu = 1400;
	tunnels[0].oversize = VGROUP_ICMP;
	set(&p);
	len = pathbed_tcp(sent, THERE, HERE, 1000, 1460);
	say(station, len);
	assert_true(pathbed_hear(station, HERE, THERE, buffer, 2000) >= 14 + 28);
	assert_int_equal(buffer[14 + 9], 1);
	assert_int_equal(buffer[34], 3);
	assert_int_equal(buffer[35], 4);
	assert_int_equal(be16_get(buffer + 34 + 6), 1400);
	UNTIL(dropped(PATHDROP_OVERSIZE, false) == 1);
	tunnels[0].oversize = VGROUP_DROP;
	set(&p);
	say(station, len);
	UNTIL(dropped(PATHDROP_OVERSIZE, false) == 2);
	tunnels[0].oversize = VGROUP_FRAGMENT;
	set(&p);
	say(station, len);
	assert_int_equal(receive_from(HERE), 2 + len);
}

/* A station on the other side is told of, and its frames go there from the next one on. */
static void
a_station_moves(void **state)
{
	const struct vgroup_plan p = plan();
	struct arpframe a = { ARPFRAME_REQUEST, THERE, 0, 1, 2 };

	(void)state;
	NEED_NETWORK();
	set(&p);
	say(peer, wrap("\x30\x00", MACADDR_BROADCAST, HERE, ETHFRAME_IPV4, 60));
	UNTIL(told.news == 1 && told.member == 1);
	say(station, pathbed_frame(sent, MACADDR_BROADCAST, HERE,
	    ETHFRAME_IPV4, 60));
	UNTIL(told.moves == 1);
	assert_int_equal(told.mac, HERE);
	assert_int_equal(told.from, 1);
	assert_int_equal(told.to, VGROUP_LAN);
	/* ARP is told of from both sides, though it be for one station alone. */
	say(station, arpframe_ask(sent, &a, UINT64_C(0x020000000c01), 0));
	UNTIL(told.snoops >= 1 && told.member == VGROUP_LAN);
	memcpy(sent, "\x30\x00", 2);
	say(peer, 2 + arpframe_rarp(sent + 2, THERE, 0));
	UNTIL(told.snoops >= 2 && told.member == 1);
}

/* Frames for a station on its way are there when it is. */
static void
held_frames_come_after_it(void **state)
{
	const struct fdb_key k = { HERE, 0 };
	const struct vgroup_plan p = plan();
	struct vgroup_counts c;
	size_t len;

	(void)state;
	NEED_NETWORK();
	set(&p);
	assert_true(vgroup_hold(group, &k));
	len = wrap("\x30\x00", HERE, THERE, ETHFRAME_IPV4, 100);
	say(peer, len);
	do {
		loop_poll(loop);
		assert_true(vgroup_counts(group, 1, &c));
	} while (c.in[VGROUP_USER].frames == 0);
	UNTIL(told.news == 1);
	loop_poll(loop);
	assert_int_equal(pathbed_hear(station, HERE, THERE, buffer, 50), 0);
	assert_true(vgroup_put(group, &k, VGROUP_LAN, 0));
	vgroup_release(group, &k);
	assert_int_equal(pathbed_hear(station, HERE, THERE, buffer, 2000), len - 2);
}

/* A plan that is the same, or differs elsewhere, stops no thread. */
static void
a_new_plan_touches_what_differs(void **state)
{
	struct vgroup_plan p = plan();
	unsigned index;

	(void)state;
	NEED_NETWORK();
	set(&p);
	hears_broadcast();
	index = if_nametoindex("eip");
	assert_int_not_equal(index, 0);
	p.device_count = 2;
	tunnels[0].mss = VGROUP_MSS_OFF;
	tunnels[1] = tunnels[0];
	(void)snprintf(tunnels[1].name, sizeof(tunnels[1].name), "%s",
	    "a-tunnel-with-a-long-name");
	tunnels[1].local = at("192.0.2.3");
	tunnels[1].remote = at("192.0.2.4");
	p.tunnel_count = 2;
	set(&p);
	assert_int_equal(vgroup_member(group, tunnels[1].name), 2);
	assert_int_not_equal(if_nametoindex(vgroup_device(group, 2)), 0);
	assert_int_equal(if_nametoindex("eip"), index);
	hears_broadcast();
	p.tunnel_count = p.device_count = 1;
	set(&p);
	assert_null(vgroup_device(group, 2));
	assert_int_equal(if_nametoindex("eip"), index);
	hears_broadcast();
	assert_int_equal(if_nametoindex("vg"), if_nametoindex(
	    vgroup_device(group, VGROUP_LAN)));
	vgroup_free(&group, false);
	assert_int_equal(if_nametoindex("vg"), 0);
	assert_int_equal(if_nametoindex("eip"), 0);
}

/* Nothing passes between tunnels, unless that is wanted; then once. */
static void
tunnels_are_apart(void **state)
{
	struct vgroup_plan p = plan();
	int other;
	size_t len;

	(void)state;
	NEED_NETWORK();
	tunnels[1] = tunnels[0];
	(void)snprintf(tunnels[1].name, sizeof(tunnels[1].name), "%s", "eip2");
	tunnels[1].local = at("192.0.2.3");
	tunnels[1].remote = at("192.0.2.4");
	p.tunnel_count = 2;
	set(&p);
	other = pathbed_peer("192.0.2.4", "192.0.2.3");
	len = wrap("\x30\x00", MACADDR_BROADCAST, THERE, ETHFRAME_IPV4, 60);
	say(peer, len);
	assert_true(pathbed_hear(station, MACADDR_BROADCAST, THERE, buffer, 2000) > 0);
	p.tunnel_to_tunnel = true;
	set(&p);
	sent[40]++;
	say(peer, len);
	assert_int_equal(receive_at(other, THERE), len);
	assert_memory_equal(buffer, sent, len);
	assert_true(pathbed_hear(station, MACADDR_BROADCAST, THERE, buffer, 2000) > 0);
	assert_int_equal(receive_at(other, THERE), 0);
	(void)close(other);
}

/* What cannot be is said, with the name of what it is about. */
static void
what_cannot_be_is_told(void **state)
{
	static const char *const missing[] = { "nosuch0" };
	struct vgroup_plan p = plan();
	struct err e = { 0 };

	(void)state;
	NEED_NETWORK();
	p.devices = missing;
	assert_int_equal(vgroup_set(group, &p, &e), ERR_REF);
	assert_string_equal(e.text, "interface nosuch0 is not there");
	p = plan();
	tunnels[0].local = at("198.51.100.1");
	assert_int_equal(vgroup_set(group, &p, &e), ERR_IO);
	assert_non_null(strstr(e.text, "tunnel eip: local-address 198.51.100.1"));
	p = plan();
	set(&p);
	hears_broadcast();
}

/* Where IPsec is asked for, plain datagrams are none of ours. */
static void
plain_datagrams_do_not_pass_for_protected_ones(void **state)
{
	struct vgroup_plan p = plan();
	struct vgroup_counts c;
	struct err e = { 0 };

	(void)state;
	NEED_NETWORK();
	tunnels[0].protection = VGROUP_IPSEC;
	if (vgroup_set(group, &p, &e) != 0) {
		assert_int_equal(e.code, ERR_UNSUPPORTED);
		assert_non_null(strstr(e.text, "protection ipsec"));
		skip();
	}
	for (int i = 0; i < 10; i++)
		say(peer, wrap("\x30\x00", HERE, THERE, ETHFRAME_IPV4, 60));
	assert_int_equal(pathbed_hear(station, HERE, THERE, buffer, 200), 0);
	assert_true(vgroup_counts(group, 1, &c));
	assert_int_equal(c.in[VGROUP_USER].frames, 0);
	/* Nor does anything leave here in the clear. */
	say(station, pathbed_frame(sent, THERE, HERE, ETHFRAME_IPV4, 60));
	UNTIL(dropped(PATHDROP_WAN, false) + dropped(PATHDROP_NO_NEIGHBOUR,
	    false) > 0);
	assert_int_equal(receive_from(HERE), 0);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(frames_cross_as_they_are),
		TEST(a_loop_that_hangs_bridges_nothing),
		TEST(ipv6_carries_them_too),
		TEST(translucent_groups_turn_addresses),
		TEST(opaque_groups_show_addresses_of_ours),
		TEST(an_opaque_pair_goes_on_where_it_was),
		TEST(wrong_heads_are_counted_by_kind),
		TEST(only_the_way_back_is_the_way_in),
		TEST(what_is_not_to_cross_does_not),
		TEST(storms_are_cut_off),
		TEST(super_frames_are_cut),
		TEST(segments_reach_the_lan_together),
		TEST(too_long_is_refused_dropped_or_sent_in_parts),
		TEST(a_station_moves),
		TEST(held_frames_come_after_it),
		TEST(a_new_plan_touches_what_differs),
		TEST(tunnels_are_apart),
		TEST(what_cannot_be_is_told),
		TEST(plain_datagrams_do_not_pass_for_protected_ones),
	};
#undef TEST

	return cmocka_run_group_tests(tests, open_network, close_network);
}
