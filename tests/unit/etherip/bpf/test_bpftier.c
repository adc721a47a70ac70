/* tests/unit/etherip/bpf/test_bpftier.c - two sites in namespaces, with nobody in the slow path:
 * what arrives came by the programs alone. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/bpf/bpftier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/io/loop.h"
#include "etherip/bpf/bpfhome.h"
#include "etherip/frame/macaddr.h"
#include "core/wire/netsum.h"
#include "tests/unit/etherip/bpf/bpflab.h"

#define OCTETS	(4u << 20)
#define STEP_MS	20

struct site {
	enum bpflab_place place;
	struct loop	*loop;
	struct bpfhome	*home;
	struct bpftier	*tier;
	char		 lan[4], tap[4], wan[4], bridge[4];
	struct bpftier_tunnel tunnel;
	struct bpftier_plan plan;
	const char	*lans[1];
	unsigned	 events[6];	/* by kind */
	struct bpftier_event last[6];
};

static struct bpflab lab = { .home = -1 };
static struct clock fake;
static struct site sites[2];
static bool there;

/* ---- sites ---- */

static void
on_event(void *arg, const struct bpftier_event *e)
{
	struct site *s = arg;

	s->events[e->kind]++;
	s->last[e->kind] = *e;
}

static uint64_t
mac_of(const char *device)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq r = { 0 };
	uint8_t mac[6];

	memcpy(r.ifr_name, device, strlen(device));
	assert_int_equal(ioctl(fd, SIOCGIFHWADDR, &r), 0);
	memcpy(mac, r.ifr_hwaddr.sa_data, 6);
	(void)close(fd);
	return macaddr_get(mac);
}

static void
settle(struct site *s)
{
	struct err e;

	bpflab_go(&lab, s->place);
	if (bpftier_set(s->tier, &s->plan, &e) != 0)
		fail_msg("%s", e.text);
}

/* What programs told. */
static void
hear(struct site *s)
{
	bpflab_go(&lab, s->place);
	loop_poll(s->loop);
}

static void
open_site(struct site *s, char letter, const char *pins)
{
	struct bpftier_config c = { .name = "vg", .limit = 1024,
	    .on_event = on_event, .arg = s };
	struct err e;

	s->place = letter == 'a' ? BPFLAB_A : BPFLAB_B;
	bpflab_go(&lab, s->place);
	(void)snprintf(s->lan, sizeof(s->lan), "l%c", letter);
	(void)snprintf(s->tap, sizeof(s->tap), "t%c", letter);
	(void)snprintf(s->wan, sizeof(s->wan), "w%c", letter);
	(void)snprintf(s->bridge, sizeof(s->bridge), "g%c", letter);
	s->loop = loop_new(&fake, &e);
	s->home = bpfhome_open(s->loop, pins, &e);
	if (s->home == NULL)
		fail_msg("%s", e.text);
	c.home = s->home;
	s->tier = bpftier_open(&c, &e);
	if (s->tier == NULL)
		fail_msg("%s", e.text);
	bpfhome_stamp(s->home, 30);
}

static void
make_plan(struct site *s, bool six, enum bpftier_kind kind)
{
	bool is_a = s->place == BPFLAB_A;
	const char *one = six ? "2001:db8::1" : "192.0.2.1";
	const char *two = six ? "2001:db8::2" : "192.0.2.2";

	s->tunnel = (struct bpftier_tunnel){ .member = 7, .tap = s->tap,
	    .tos = -1, .up = true, .use_pmtu = true };
	assert_int_equal(addr_parse(is_a ? one : two, &s->tunnel.local), 0);
	assert_int_equal(addr_parse(is_a ? two : one, &s->tunnel.remote), 0);
	s->lans[0] = s->lan;
	bpflab_go(&lab, s->place);
	s->plan = (struct bpftier_plan){ .kind = kind, .lans = s->lans,
	    .lan_count = 1, .mode = FORWARD_TRANSPARENT,
	    .bridge_traffic = true, .bridge_multicast = true,
	    .unknown_flood = true, .own = mac_of(s->bridge),
	    .ageing_s = 300, .tunnels = &s->tunnel, .count = 1 };
	for (size_t i = 0; i < STORM_KINDS; i++) {
		s->plan.storm[i].frames_s = 1000;
		s->plan.storm[i].octets_s = 1250000;
	}
}

static void
close_site(struct site *s)
{
	bpflab_go(&lab, s->place);
	bpftier_remove(&s->tier);
	bpfhome_close(&s->home);
	loop_free(&s->loop);
	memset(s, 0, sizeof(*s));
}

static int
set_up(void **state)
{
	struct err e;
	struct loop *l;
	struct bpfhome *h;

	(void)state;
	clock_fake_init(&fake, CLOCK_S, 0);
	if (!bpflab_make(&lab, 1600))
		return 0;
	l = loop_new(&fake, &e);
	h = bpfhome_open(l, NULL, &e);
	there = h != NULL;
	if (!there && errno != EPERM && errno != ENOSYS)
		fail_msg("%s", e.text);
	bpfhome_close(&h);
	loop_free(&l);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	bpflab_free(&lab);
	return 0;
}

#define NEED_LAB()	do { if (!there) skip(); } while (0)

/* ---- traffic ---- */

static int
host_socket(enum bpflab_place place, int type, uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
	    .sin_port = htons(port) };
	int fd, one = 1;

	bpflab_go(&lab, place);
	fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_int_not_equal(fd, -1);
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static struct sockaddr_in
host_address(enum bpflab_place place, uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
	    .sin_port = htons(port) };

	at.sin_addr.s_addr = htonl(place == BPFLAB_H1 ? 0x0a000001 :
	    0x0a000002);
	return at;
}

static bool
wait_for(int fd, short events)
{
	struct pollfd p = { fd, events, 0 };

	return poll(&p, 1, 10000) == 1;
}

/* From h1 to h2; each octet is told by its place. */
static void
carry_tcp(uint16_t port)
{
	struct sockaddr_in to = host_address(BPFLAB_H2, port);
	int door = host_socket(BPFLAB_H2, SOCK_STREAM, port);
	int from = host_socket(BPFLAB_H1, SOCK_STREAM, 0), in;
	static uint8_t out[65536], got[65536];
	size_t sent = 0, seen = 0;

	assert_int_equal(listen(door, 1), 0);
	assert_true(connect(from, (struct sockaddr *)&to, sizeof(to)) == 0 ||
	    errno == EINPROGRESS);
	assert_true(wait_for(door, POLLIN));
	in = accept4(door, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	assert_int_not_equal(in, -1);
	while (seen < OCTETS) {
		struct pollfd p[2] = { { from, sent < OCTETS ? POLLOUT : 0, 0 },
		    { in, POLLIN, 0 } };
		ssize_t n;

		assert_true(poll(p, 2, 10000) > 0);
		for (size_t i = 0; i < sizeof(out); i++)
			out[i] = (uint8_t)((sent + i) * 2654435761u >> 16);
		n = sent < OCTETS ? send(from, out, sizeof(out), 0) : 0;
		sent += n > 0 ? (size_t)n : 0;
		n = recv(in, got, sizeof(got), 0);
		for (ssize_t i = 0; i < n; i++)
			if (got[i] != (uint8_t)((seen + (size_t)i) *
			    2654435761u >> 16))
				fail_msg("octet %zu is wrong", seen + (size_t)i);
		seen += n > 0 ? (size_t)n : 0;
	}
	(void)close(in);
	(void)close(from);
	(void)close(door);
}

static uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* A frame on the WAN: its outer length is its own, and sums inside are right. Returns 1 for
 * EtherIP, 2 with a TCP segment in it. */
static int
look_at_wire(const uint8_t *f, size_t len)
{
	bool six = get16(f + 12) == ETH_P_IPV6;
	size_t head = six ? 40 : 20, at = 14 + head + 2;
	const uint8_t *ip = f + 14, *in = f + at;
	uint8_t pseudo[12] = { 0 };
	uint64_t sum;

	if (len < 14 + 40 || ip[six ? 6 : 9] != 97)
		return 0;
	assert_int_equal(get16(ip + (six ? 4 : 2)) + (six ? 40 : 0), len - 14);
	if (!six)
		assert_int_equal(netsum_fold(netsum_add(0, ip, 20)), 0);
	assert_int_equal(get16(f + at - 2), 0x3000);
	if (get16(in + 12) != ETH_P_IP || in[14 + 9] != 6)
		return 1;
	assert_int_equal(get16(in + 16), len - at - 14);
	memcpy(pseudo, in + 26, 8);
	pseudo[9] = 6;
	pseudo[10] = (uint8_t)((len - at - 34) >> 8);
	pseudo[11] = (uint8_t)(len - at - 34);
	sum = netsum_add(0, pseudo, sizeof(pseudo));
	sum = netsum_add(sum, in + 34, len - at - 34);
	assert_int_equal(netsum_fold(sum), 0);
	return 2;
}

static void
check_wire(int fd)
{
	static uint8_t f[70000];
	size_t segments = 0;
	ssize_t n;

	while ((n = recv(fd, f, sizeof(f), MSG_TRUNC)) > 0) {
		assert_true(n <= 1600 + 14);
		segments += look_at_wire(f, (size_t)n) == 2;
	}
	assert_true(segments > OCTETS / 1448 / 2);
	(void)close(fd);
}

static void
find_neighbours(void)
{
	for (int n = 0; n < 200 && (bpftier_remark(sites[0].tier, 7) != NULL ||
	    bpftier_remark(sites[1].tier, 7) != NULL); n++) {
		(void)poll(NULL, 0, STEP_MS);
		settle(&sites[0]);
		settle(&sites[1]);
	}
	assert_null(bpftier_remark(sites[0].tier, 7));
	assert_null(bpftier_remark(sites[1].tier, 7));
}

static void
open_both(bool six, enum bpftier_kind kind, const char *const pins[2])
{
	for (int i = 0; i < 2; i++) {
		open_site(&sites[i], "ab"[i], pins != NULL ? pins[i] : NULL);
		make_plan(&sites[i], six, kind);
		settle(&sites[i]);
		bpfhome_settle(sites[i].home);
		bpfhome_stamp(sites[i].home, 30);
	}
	find_neighbours();
	/* They ask for each other again. */
	bpflab_go(&lab, BPFLAB_H1);
	assert_true(bpflab_run("ip neigh flush dev h1"));
}

static void
close_both(void)
{
	for (int i = 0; i < 2; i++)
		close_site(&sites[i]);
}

static void
pass_tcp(bool six, enum bpftier_kind kind)
{
	struct bpfkey_counts a, b;
	int wire;

	open_both(six, kind, NULL);
	bpflab_go(&lab, BPFLAB_A);
	wire = bpflab_listen("wa", true);
	carry_tcp(5001);
	check_wire(wire);
	assert_true(bpftier_counts(sites[0].tier, 7, &a));
	assert_true(bpftier_counts(sites[1].tier, 7, &b));
	hear(&sites[0]);
	hear(&sites[1]);
	assert_true(sites[0].events[BPFKEY_EVENT_NEW] >= 2);
	assert_true(sites[1].events[BPFKEY_EVENT_SNOOPED] >= 1);
	assert_true(a.out_frames > OCTETS / 1448);
	assert_true(b.in_frames > OCTETS / 1448 / 2);
	close_both();
}

static void
tcp_goes_direct_over_ipv4(void **state)
{
	(void)state;
	NEED_LAB();
	pass_tcp(false, BPFTIER_DIRECT);
}

static void
tcp_goes_direct_over_ipv6(void **state)
{
	(void)state;
	NEED_LAB();
	pass_tcp(true, BPFTIER_DIRECT);
}

static void
tcp_goes_by_the_bridge(void **state)
{
	(void)state;
	NEED_LAB();
	pass_tcp(false, BPFTIER_BRIDGE);
}

/* ---- datagrams ---- */

/* Does one come from h1 to h2, within that time? */
static bool
crosses(int wait_ms)
{
	struct sockaddr_in to = host_address(BPFLAB_H2, 6001);
	int in = host_socket(BPFLAB_H2, SOCK_DGRAM, 6001);
	int from = host_socket(BPFLAB_H1, SOCK_DGRAM, 0);
	struct pollfd p = { in, POLLIN, 0 };
	bool came;

	assert_int_equal(sendto(from, "!", 1, 0, (struct sockaddr *)&to,
	    sizeof(to)), 1);
	came = poll(&p, 1, wait_ms) == 1;
	(void)close(in);
	(void)close(from);
	return came;
}

/* What a device has: its MTU, and whether sums of what it sends are its own work. */
static void
look_at_device(enum bpflab_place place, const char *name, int *mtu, bool *sums)
{
	struct ethtool_value v = { .cmd = ETHTOOL_GTXCSUM };
	struct ifreq r = { 0 };
	int fd;

	bpflab_go(&lab, place);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	memcpy(r.ifr_name, name, strlen(name));
	assert_int_equal(ioctl(fd, SIOCGIFMTU, &r), 0);
	*mtu = r.ifr_mtu;
	r.ifr_data = (void *)&v;
	assert_int_equal(ioctl(fd, SIOCETHTOOL, &r), 0);
	*sums = v.data != 0;
	(void)close(fd);
}

static void
check_devices(bool in_use)
{
	int mtu;
	bool sums;

	look_at_device(BPFLAB_A, "wa", &mtu, &sums);
	assert_int_equal(sums, !in_use);
	look_at_device(BPFLAB_B, "tb", &mtu, &sums);
	assert_int_equal(mtu, in_use ? 1560 : 1500);
}

static void
nothing_passes_when_nobody_stamps(void **state)
{
	(void)state;
	NEED_LAB();
	open_both(false, BPFTIER_DIRECT, NULL);
	assert_true(crosses(5000));
	bpfhome_stamp_until(sites[0].home, 0);
	assert_false(crosses(200));
	bpfhome_stamp(sites[0].home, 30);
	assert_true(crosses(5000));
	check_devices(true);
	close_both();
	check_devices(false);
	assert_false(crosses(200));
}

static const char *const pins[2] = {
	"/sys/fs/bpf/test_bpftier/a", "/sys/fs/bpf/test_bpftier/b"
};

/* As a process that ends. */
static void
leave(struct site *s)
{
	bpflab_go(&lab, s->place);
	bpftier_close(&s->tier);
	bpfhome_close(&s->home);
	loop_free(&s->loop);
}

static unsigned
known_at(const struct site *s, uint64_t mac)
{
	const struct fdb_key k = { mac, 0 };

	return bpftier_find(s->tier, &k);
}

static void
a_restart_loses_no_frame(void **state)
{
	struct bpfkey_counts before, after;
	uint64_t mac;

	(void)state;
	NEED_LAB();
	(void)bpfhome_clear(pins[0], NULL);
	(void)bpfhome_clear(pins[1], NULL);
	open_both(false, BPFTIER_DIRECT, pins);
	if (!bpfhome_is_pinned(sites[0].home)) {
		close_both();
		skip();
	}
	assert_true(crosses(5000));
	bpflab_go(&lab, BPFLAB_H2);
	mac = mac_of("h2");
	assert_int_equal(known_at(&sites[0], mac), 7);
	assert_true(bpftier_counts(sites[0].tier, 7, &before));
	for (int round = 0; round < 3; round++) {
		leave(&sites[0]);
		assert_true(crosses(5000));
		open_site(&sites[0], 'a', pins[0]);
		assert_true(crosses(5000));
		make_plan(&sites[0], false, BPFTIER_DIRECT);
		assert_true(crosses(5000));
		settle(&sites[0]);
		assert_true(crosses(5000));
		bpfhome_settle(sites[0].home);
		assert_true(crosses(5000));
	}
	assert_int_equal(known_at(&sites[0], mac), 7);
	assert_true(bpftier_counts(sites[0].tier, 7, &after));
	assert_true(after.out_frames >= before.out_frames + 15);
	/* What nobody asks for any more is taken away. */
	leave(&sites[0]);
	open_site(&sites[0], 'a', pins[0]);
	bpfhome_settle(sites[0].home);
	assert_false(crosses(200));
	close_both();
	check_devices(false);
}

static void
clearing_leaves_nothing(void **state)
{
	(void)state;
	NEED_LAB();
	open_both(false, BPFTIER_BRIDGE, pins);
	if (!bpfhome_is_pinned(sites[0].home)) {
		close_both();
		skip();
	}
	assert_true(crosses(5000));
	for (int i = 0; i < 2; i++) {
		leave(&sites[i]);
		assert_int_equal(bpfhome_clear(pins[i], NULL), 0);
		assert_int_equal(access(pins[i], F_OK), -1);
		assert_int_equal(bpfhome_clear(pins[i], NULL), 0);
	}
	(void)rmdir("/sys/fs/bpf/test_bpftier");
	check_devices(false);
	assert_false(crosses(200));
}

/* A program of somebody else's, which lets all pass, until the descriptor is closed. */
static int
occupy(const char *device)
{
	const struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr a = { .prog_type = BPF_PROG_TYPE_XDP,
	    .insns = (uintptr_t)pass, .insn_cnt = 2,
	    .license = (uintptr_t)"GPL" };
	int prog = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &a, sizeof(a)), link;

	memset(&a, 0, sizeof(a));
	a.link_create.prog_fd = (uint32_t)prog;
	a.link_create.target_ifindex = if_nametoindex(device);
	a.link_create.attach_type = BPF_XDP;
	link = (int)syscall(SYS_bpf, BPF_LINK_CREATE, &a, sizeof(a));
	assert_int_not_equal(link, -1);
	(void)close(prog);
	return link;
}

static void
another_program_is_left_alone(void **state)
{
	struct bpfkey_counts b;
	int other;

	(void)state;
	NEED_LAB();
	bpflab_go(&lab, BPFLAB_B);
	other = occupy("wb");
	for (int i = 0; i < 2; i++) {
		open_site(&sites[i], "ab"[i], NULL);
		make_plan(&sites[i], false, BPFTIER_DIRECT);
		settle(&sites[i]);
	}
	assert_true(crosses(5000));
	settle(&sites[1]);
	assert_non_null(bpftier_remark(sites[1].tier, 7));
	assert_non_null(strstr(bpftier_remark(sites[1].tier, 7), "wb"));
	carry_tcp(5002);
	assert_true(bpftier_counts(sites[1].tier, 7, &b));
	assert_true(b.in_frames > OCTETS / 1448);
	close_both();
	(void)close(other);
}

/* ---- frames ---- */

static void
make_frame(uint8_t *f, uint64_t dst, uint64_t src, size_t len)
{
	memset(f, 0, len);
	macaddr_put(f, dst);
	macaddr_put(f + 6, src);
	f[12] = 0x88;		/* for experiments (IEEE 802) */
	f[13] = 0xb5;
}

static void
throw_frame(enum bpflab_place place, const char *device, const uint8_t *f,
    size_t len)
{
	int fd;

	bpflab_go(&lab, place);
	fd = bpflab_listen(device, true);
	assert_int_equal(send(fd, f, len, 0), len);
	(void)close(fd);
}

/* The next frame from that station that comes by there; its length, 0: none came. */
static size_t
catch_frame(int fd, size_t at, uint64_t src, uint8_t *f)
{
	for (int i = 0; i < 1000 && wait_for(fd, POLLIN); i++) {
		ssize_t n = read(fd, f, 2048);

		if (n >= (ssize_t)at + 14 && macaddr_get(f + at + 6) == src)
			return (size_t)n;
	}
	return 0;
}

/* Tags stand beside the frame in the kernel, and behind its addresses on the wire. */
static void
tags_go_through(void **state)
{
	static const uint64_t src = UINT64_C(0x020000000061);
	uint8_t f[2048], got[2048];
	size_t n;
	int wire;

	(void)state;
	NEED_LAB();
	open_both(false, BPFTIER_DIRECT, NULL);
	make_frame(f, MACADDR_BROADCAST, src, 100);
	memcpy(f + 12, "\x81\x00\x60\x2a\x08\x00", 6);
	bpflab_go(&lab, BPFLAB_A);
	wire = bpflab_listen("wa", true);
	throw_frame(BPFLAB_H1, "h1", f, 100);
	n = catch_frame(wire, 36, src, got);
	assert_int_equal(n, 36 + 100);
	assert_memory_equal(got + 36, f, 100);
	(void)close(wire);
	hear(&sites[1]);
	assert_int_equal(sites[1].last[BPFKEY_EVENT_NEW].key.vlan, 42);
	assert_int_equal(sites[1].last[BPFKEY_EVENT_NEW].key.mac, src);
	assert_int_equal(sites[1].last[BPFKEY_EVENT_NEW].member, 7);
	close_both();
}

static void
a_station_that_moves_is_told(void **state)
{
	static const uint64_t vm = UINT64_C(0x020000000062);
	const struct fdb_key k = { vm, 0 };
	uint8_t f[64];

	(void)state;
	NEED_LAB();
	open_both(false, BPFTIER_DIRECT, NULL);
	make_frame(f, MACADDR_BROADCAST, vm, sizeof(f));
	throw_frame(BPFLAB_H1, "h1", f, sizeof(f));
	for (int i = 0; i < 100 && known_at(&sites[1], vm) != 7; i++)
		(void)poll(NULL, 0, STEP_MS);
	assert_int_equal(known_at(&sites[0], vm), 0);
	throw_frame(BPFLAB_H2, "h2", f, sizeof(f));
	for (int i = 0; i < 100 && known_at(&sites[0], vm) != 7; i++)
		(void)poll(NULL, 0, STEP_MS);
	assert_int_equal(known_at(&sites[1], vm), 0);
	hear(&sites[0]);
	assert_int_equal(sites[0].events[BPFKEY_EVENT_MOVED], 1);
	assert_int_equal(sites[0].last[BPFKEY_EVENT_MOVED].key.mac, vm);
	assert_int_equal(sites[0].last[BPFKEY_EVENT_MOVED].member, 7);
	assert_int_equal(sites[0].last[BPFKEY_EVENT_MOVED].was, 0);
	assert_true(bpftier_put(sites[0].tier, &k, 0, FDB_FROZEN));
	throw_frame(BPFLAB_H2, "h2", f, sizeof(f));
	for (int i = 0; i < 100 && sites[0].events[BPFKEY_EVENT_PINNED] == 0;
	    i++) {
		(void)poll(NULL, 0, STEP_MS);
		hear(&sites[0]);
		/* Told once a second at most. */
		if (i % 20 == 19)
			throw_frame(BPFLAB_H2, "h2", f, sizeof(f));
	}
	assert_int_equal(known_at(&sites[0], vm), 0);
	assert_int_equal(sites[0].last[BPFKEY_EVENT_PINNED].was, 0);
	assert_true(bpftier_drop(sites[0].tier, &k));
	assert_int_equal(known_at(&sites[0], vm), FDB_NONE);
	close_both();
}

static void
held_frames_come_to_the_tap(void **state)
{
	static const uint64_t vm = UINT64_C(0x020000000063);
	static const uint64_t src = UINT64_C(0x020000000064);
	const struct fdb_key k = { vm, 0 };
	uint8_t f[64], got[2048];

	(void)state;
	NEED_LAB();
	open_both(false, BPFTIER_DIRECT, NULL);
	assert_true(bpftier_put(sites[0].tier, &k, 7, 0));
	assert_true(bpftier_hold(sites[0].tier, &k, true));
	make_frame(f, vm, src, sizeof(f));
	throw_frame(BPFLAB_H1, "h1", f, sizeof(f));
	assert_int_equal(catch_frame(lab.taps[BPFLAB_A], 0, src, got),
	    sizeof(f));
	assert_memory_equal(got, f, sizeof(f));
	assert_true(bpftier_hold(sites[0].tier, &k, false));
	bpflab_go(&lab, BPFLAB_A);
	{
		int wire = bpflab_listen("wa", true);

		throw_frame(BPFLAB_H1, "h1", f, sizeof(f));
		assert_int_equal(catch_frame(wire, 36, src, got), 36 + 64);
		(void)close(wire);
	}
	close_both();
}

/* Waits until programs have told of so many more traced frames. */
static void
hear_traced(struct site *s, unsigned count)
{
	for (int i = 0; i < 100 && s->events[BPFKEY_EVENT_TRACED] < count; i++) {
		(void)poll(NULL, 0, STEP_MS);
		hear(s);
	}
	assert_int_equal(s->events[BPFKEY_EVENT_TRACED], count);
}

static void
frames_of_who_is_traced_are_told_of(void **state)
{
	static const uint64_t vm = UINT64_C(0x020000000065);
	static const uint64_t other = UINT64_C(0x020000000066);
	struct bpftier_event *e = &sites[0].last[BPFKEY_EVENT_TRACED];
	uint8_t f[64];

	(void)state;
	NEED_LAB();
	open_both(false, BPFTIER_DIRECT, NULL);
	sites[0].plan.traces = true;
	sites[0].plan.traced = (struct fdb_key){ vm, 0 };
	settle(&sites[0]);
	make_frame(f, other, vm, sizeof(f));
	throw_frame(BPFLAB_H1, "h1", f, sizeof(f));
	hear_traced(&sites[0], 1);
	assert_int_equal(e->why, BPFKEY_WHYS);
	assert_int_equal(e->member, 0);
	assert_int_equal(e->was, 7);
	assert_int_equal(e->key.mac, vm);
	assert_int_equal(e->dst, other);
	assert_int_equal(e->type, 0x88b5);
	assert_int_equal(e->frame, sizeof(f));
	/* What is for it is, too, and what ends here, with the reason. */
	sites[0].plan.bridge_traffic = false;
	settle(&sites[0]);
	make_frame(f, vm, other, sizeof(f));
	throw_frame(BPFLAB_H2, "h2", f, sizeof(f));
	hear_traced(&sites[0], 2);
	assert_int_equal(e->why, BPFKEY_WHY_NOT_IP);
	assert_int_equal(e->member, 7);
	assert_int_equal(e->was, 0);
	sites[0].plan.traces = false;
	settle(&sites[0]);
	throw_frame(BPFLAB_H2, "h2", f, sizeof(f));
	make_frame(f, MACADDR_BROADCAST, other + 1, sizeof(f));
	throw_frame(BPFLAB_H1, "h1", f, sizeof(f));
	for (int i = 0; i < 100 && known_at(&sites[0], other + 1) != 0; i++)
		(void)poll(NULL, 0, STEP_MS);
	hear_traced(&sites[0], 2);
	close_both();
}

/* Limits of the LAN's side and of the tunnel count for programs and for who learns beside. */
static void
no_side_learns_more_than_it_may(void **state)
{
	static const uint64_t vm = UINT64_C(0x020000000100);
	struct bpfkey_counts c;
	unsigned was;
	uint8_t f[64];

	(void)state;
	NEED_LAB();
	open_both(false, BPFTIER_DIRECT, NULL);
	sites[0].plan.lan_limit = bpftier_count(sites[0].tier, 0) + 1;
	sites[0].tunnel.limit = bpftier_count(sites[0].tier, 7) + 1;
	settle(&sites[0]);
	for (uint64_t i = 0; i < 3; i++) {
		make_frame(f, MACADDR_BROADCAST, vm + i, sizeof(f));
		throw_frame(BPFLAB_H1, "h1", f, sizeof(f));
	}
	do {
		(void)poll(NULL, 0, STEP_MS);
		assert_true(bpftier_counts(sites[0].tier, 7, &c));
	} while (c.whys[0][BPFKEY_WHY_TABLE_FULL] < 2);
	assert_int_equal(known_at(&sites[0], vm), 0);
	assert_int_equal(known_at(&sites[0], vm + 1), FDB_NONE);
	assert_int_equal(bpftier_learn(sites[0].tier,
	    &(struct fdb_key){ vm + 3, 0 }, 0, &was), FDB_FULL);
	assert_int_equal(bpftier_learn(sites[0].tier,
	    &(struct fdb_key){ vm + 4, 0 }, 7, &was), FDB_NEW);
	assert_int_equal(bpftier_learn(sites[0].tier,
	    &(struct fdb_key){ vm + 5, 0 }, 7, &was), FDB_FULL);
	close_both();
}

static bool
has_cutter(void)
{
	struct if_nameindex *all = if_nameindex();
	bool any = false;

	for (size_t i = 0; all != NULL && all[i].if_index != 0; i++)
		any |= strncmp(all[i].if_name, "eipcut", 6) == 0;
	if_freenameindex(all);
	return any;
}

/* Takes in so many octets, each of which is to be its place's. */
static void
take_all(int fd, size_t want)
{
	static uint8_t f[8192];

	for (size_t seen = 0; seen < want;) {
		ssize_t n;

		assert_true(wait_for(fd, POLLIN));
		n = recv(fd, f, sizeof(f), 0);
		assert_true(n > 0);
		for (ssize_t i = 0; i < n; i++, seen++)
			assert_int_equal(f[i], (uint8_t)(seen % 251));
	}
}

/* What could not be cut afterwards is cut before: nothing longer is on the wire. */
static void
check_cut(enum bpftier_kind kind)
{
	static uint8_t f[60000];
	struct sockaddr_in to = host_address(BPFLAB_H2, 5003);
	struct bpfkey_counts a;
	int door, from, into, wire;
	ssize_t n;

	open_both(false, kind, NULL);
	bpflab_go(&lab, BPFLAB_H1);
	assert_true(bpflab_run("ip link set h1 gso_max_segs 64"));
	bpflab_go(&lab, BPFLAB_A);
	assert_true(has_cutter());
	wire = bpflab_listen("wa", true);
	door = host_socket(BPFLAB_H2, SOCK_STREAM, 5003);
	from = host_socket(BPFLAB_H1, SOCK_STREAM, 0);
	assert_int_equal(listen(door, 1), 0);
	(void)connect(from, (struct sockaddr *)&to, sizeof(to));
	assert_true(wait_for(door, POLLIN));
	into = accept4(door, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	for (size_t i = 0; i < sizeof(f); i++)
		f[i] = (uint8_t)(i % 251);
	assert_true(wait_for(from, POLLOUT));
	assert_int_equal(send(from, f, sizeof(f), 0), sizeof(f));
	take_all(into, sizeof(f));
	assert_true(bpftier_counts(sites[0].tier, 7, &a));
	assert_int_equal(a.whys[0][BPFKEY_WHY_SUPER], 0);
	assert_true(a.out_frames > sizeof(f) / 1460);
	while ((n = recv(wire, f, sizeof(f), MSG_TRUNC)) > 0)
		assert_true(n <= 1614);
	(void)close(wire);
	(void)close(from);
	(void)close(into);
	(void)close(door);
	bpflab_go(&lab, BPFLAB_H1);
	assert_true(bpflab_run("ip link set h1 gso_max_segs 1"));
	close_both();
	bpflab_go(&lab, BPFLAB_A);
	assert_false(has_cutter());
}

static void
super_frames_are_cut(void **state)
{
	(void)state;
	NEED_LAB();
	check_cut(BPFTIER_DIRECT);
	check_cut(BPFTIER_BRIDGE);
}

static void
what_cannot_be_is_said(void **state)
{
	struct site *s = &sites[0];
	struct err e;

	(void)state;
	NEED_LAB();
	open_site(s, 'a', NULL);
	make_plan(s, false, BPFTIER_DIRECT);
	s->plan.mode = FORWARD_OPAQUE;
	assert_true(bpftier_set(s->tier, &s->plan, &e) < 0);
	assert_non_null(strstr(e.text, "opaque"));
	s->plan.mode = FORWARD_TRANSPARENT;
	s->tunnel.tap = "nowhere";
	assert_true(bpftier_set(s->tier, &s->plan, &e) < 0);
	assert_non_null(strstr(e.text, "nowhere"));
	s->tunnel.tap = s->tap;
	s->plan.count = 0;
	assert_true(bpftier_set(s->tier, &s->plan, &e) < 0);
	s->plan.count = 1;
	assert_int_equal(addr_parse("203.0.113.9", &s->tunnel.remote), 0);
	settle(s);
	assert_non_null(bpftier_remark(s->tier, 7));
	assert_non_null(strstr(bpftier_remark(s->tier, 7), "route"));
	close_site(s);
}

/* Does the device merge what comes in? The programs do not like that. */
static uint32_t
merges(const char *device, uint32_t command, uint32_t value)
{
	struct ethtool_value v = { .cmd = command, .data = value };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq r = { .ifr_data = (void *)&v };

	memcpy(r.ifr_name, device, strlen(device));
	assert_int_equal(ioctl(fd, SIOCETHTOOL, &r), 0);
	(void)close(fd);
	return v.data;
}

static void
a_plan_that_cannot_be_leaves_devices_as_they_were(void **state)
{
	static const char *const lans[] = { "la", "nowhere" };
	struct site *s = &sites[0];
	struct err e;

	(void)state;
	NEED_LAB();
	open_site(s, 'a', NULL);
	make_plan(s, false, BPFTIER_BRIDGE);
	(void)merges("la", ETHTOOL_SGRO, 1);
	settle(s);
	assert_int_equal(merges("la", ETHTOOL_GGRO, 0), 0);
	s->plan.lan_count = 0;
	settle(s);
	assert_int_equal(merges("la", ETHTOOL_GGRO, 0), 1);
	s->plan.lans = lans;
	s->plan.lan_count = 2;
	assert_int_equal(bpftier_set(s->tier, &s->plan, &e), ERR_NOTFOUND);
	assert_non_null(strstr(e.text, "nowhere"));
	assert_int_equal(merges("la", ETHTOOL_GGRO, 0), 1);
	(void)merges("la", ETHTOOL_SGRO, 0);
	close_site(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_goes_direct_over_ipv4),
		cmocka_unit_test(tcp_goes_direct_over_ipv6),
		cmocka_unit_test(tcp_goes_by_the_bridge),
		cmocka_unit_test(nothing_passes_when_nobody_stamps),
		cmocka_unit_test(a_restart_loses_no_frame),
		cmocka_unit_test(clearing_leaves_nothing),
		cmocka_unit_test(another_program_is_left_alone),
		cmocka_unit_test(tags_go_through),
		cmocka_unit_test(a_station_that_moves_is_told),
		cmocka_unit_test(held_frames_come_to_the_tap),
		cmocka_unit_test(frames_of_who_is_traced_are_told_of),
		cmocka_unit_test(no_side_learns_more_than_it_may),
		cmocka_unit_test(super_frames_are_cut),
		cmocka_unit_test(what_cannot_be_is_said),
		cmocka_unit_test(
		    a_plan_that_cannot_be_leaves_devices_as_they_were),
	};

	return cmocka_run_group_tests_name("bpftier", tests, set_up,
	    tear_down);
}
