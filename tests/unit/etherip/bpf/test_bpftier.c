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
#include <linux/if_ether.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
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
	unsigned	 events[4];
	struct bpftier_event last[4];
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
pass_tcp(bool six, enum bpftier_kind kind)
{
	struct bpfkey_counts a, b;
	int wire;

	for (int i = 0; i < 2; i++) {
		open_site(&sites[i], "ab"[i], NULL);
		make_plan(&sites[i], six, kind);
		settle(&sites[i]);
	}
	find_neighbours();
	bpflab_go(&lab, BPFLAB_H1);
	assert_true(bpflab_run("ip neigh flush dev h1"));
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
	for (int i = 0; i < 2; i++)
		close_site(&sites[i]);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcp_goes_direct_over_ipv4),
		cmocka_unit_test(tcp_goes_direct_over_ipv6),
		cmocka_unit_test(tcp_goes_by_the_bridge),
	};

	return cmocka_run_group_tests_name("bpftier", tests, set_up,
	    tear_down);
}
