/* tests/unit/etherip/bpf/eipbed.c - see eipbed.h. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/etherip/bpf/eipbed.h"

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
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/addr.h"
#include "core/base/err.h"
#include "core/wire/netsum.h"
#include "etherip/bpf/bpfload.h"
#include "etherip/bpf/bpfmap.h"
#include "etherip/bpf/bpftable.h"
#include "etherip/frame/macaddr.h"
#include "tests/unit/etherip/bpf/bpflab.h"

struct eipbed eipbed;

/* ---- the maps ---- */

void
eipbed_write(void)
{
	struct bpfkey_tunnel k;
	struct bpfkey_peer peer;
	const struct bpfkey_port port = { SLOT };
	const uint32_t lo = LO, slot = SLOT;

	bpftunnel_format(&eipbed.tunnel, &eipbed.group, &k, &peer);
	assert_int_equal(bpfmap_put(bpfload_map(eipbed.load, BPFLOAD_TUNNELS), &slot,
	    &k), 0);
	assert_int_equal(bpfmap_put(bpfload_map(eipbed.load, BPFLOAD_PEERS),
	    &eipbed.tunnel.pair, &peer), 0);
	assert_int_equal(bpfmap_put(bpfload_map(eipbed.load, BPFLOAD_PORTS), &lo,
	    &port), 0);
}

void
eipbed_use(const char *local, const char *remote)
{
	(void)bpfmap_take(bpfload_map(eipbed.load, BPFLOAD_PEERS), &eipbed.tunnel.pair,
	    NULL);
	assert_int_equal(addr_parse(local, &eipbed.tunnel.plan.local), 0);
	assert_int_equal(addr_parse(remote, &eipbed.tunnel.plan.remote), 0);
	bpftunnel_pair(&eipbed.tunnel.pair, &eipbed.tunnel.plan.local, &eipbed.tunnel.plan.remote);
	eipbed_write();
}

void
eipbed_alive(bool yes)
{
	bpfload_shared(eipbed.load)->deadline_ns = yes ? UINT64_MAX : 0;
	bpfload_shared(eipbed.load)->here_ns = yes ? UINT64_MAX : 0;
}

void
eipbed_know(uint64_t mac, unsigned at, unsigned pins)
{
	const struct fdb_key k = { mac, 0 };

	assert_true(bpfstation_put(&eipbed.table, &k, at, pins));
}

unsigned
eipbed_place_of(uint64_t mac)
{
	const struct fdb_key k = { mac, 0 };
	struct bpfkey_known known;

	return bpfstation_find(&eipbed.table, &k, &known) ? known.at : 999;
}

uint64_t
eipbed_counted(enum bpfkey_why why)
{
	struct bpfkey_counts *c = calloc(bpfmap_cpus(), sizeof(*c));
	const uint32_t slot = SLOT;
	uint64_t sum = 0;

	assert_int_equal(bpfmap_look(bpfload_map(eipbed.load, BPFLOAD_COUNTS), &slot,
	    c), 0);
	for (unsigned i = 0; i < bpfmap_cpus(); i++)
		sum += c[i].whys[0][why] + c[i].whys[1][why];
	free(c);
	return sum;
}

int
eipbed_open(void **state)
{
	struct err e;

	(void)state;
	if (unshare(CLONE_NEWNET) != 0 || !bpflab_run("ip link set lo up"))
		return 0;
	eipbed.load = bpfload_open(NULL, &e);
	if (eipbed.load == NULL && errno != EPERM && errno != ENOSYS)
		fail_msg("%s", e.text);
	return 0;
}

int
eipbed_close(void **state)
{
	(void)state;
	bpfload_close(&eipbed.load);
	return 0;
}

int
eipbed_set_up(void **state)
{
	(void)state;
	if (eipbed.load == NULL)
		return 0;
	memset(bpfload_shared(eipbed.load), 0, sizeof(*bpfload_shared(eipbed.load)));
	eipbed.table = (struct bpfstation_table){ .group = GROUP, .ageing_s = 300,
	    .shared = bpfload_shared(eipbed.load),
	    .fd = bpftable_new(eipbed.load, GROUP, 64) };
	assert_int_not_equal(eipbed.table.fd, -1);
	eipbed.group = (struct bpftunnel_group){ .number = GROUP, .limit = 64, .cut = LO,
	    .ageing_s = 300, .own = OWN,
	    .flags = BPFKEY_ANY_TYPE | BPFKEY_MULTICAST | BPFKEY_UNKNOWN };
	eipbed.tunnel = (struct bpftunnel){ .slot = SLOT, .tap = LO, .by = LO,
	    .plan = { .member = 1, .tos = -1, .use_pmtu = true, .up = true },
	    .way = { .ifindex = LO, .mtu = 1600, .known = true } };
	macaddr_put(eipbed.tunnel.way.mac, WAN);
	macaddr_put(eipbed.tunnel.way.hop, HOP);
	eipbed_use("192.0.2.1", "198.51.100.2");
	eipbed_alive(true);
	eipbed_know(H1, BPFKEY_LAN, 0);
	eipbed_know(R1, AT, 0);
	return 0;
}

int
eipbed_tear_down(void **state)
{
	(void)state;
	if (eipbed.load != NULL)
		(void)close(eipbed.table.fd);
	return 0;
}

/* ---- frames ---- */

void
eipbed_add(struct frame *f, const void *octets, size_t len)
{
	assert_true(f->len + len <= sizeof(f->octets));
	memcpy(f->octets + f->len, octets, len);
	f->len += len;
}

void
eipbed_add16(struct frame *f, unsigned v)
{
	const uint8_t two[2] = { (uint8_t)(v >> 8), (uint8_t)v };

	eipbed_add(f, two, 2);
}

struct frame
eipbed_ethernet(uint64_t dst, uint64_t src, unsigned type)
{
	struct frame f = { .len = 12 };

	macaddr_put(f.octets, dst);
	macaddr_put(f.octets + 6, src);
	eipbed_add16(&f, type);
	return f;
}

/* An IPv4 packet of that protocol with len octets behind its head. */
void
eipbed_add_ipv4(struct frame *f, uint8_t tos, uint8_t protocol, size_t len)
{
	uint8_t ip[20] = { 0x45, tos, (uint8_t)((len + 20) >> 8),
	    (uint8_t)(len + 20), 0x12, 0x34, 0, 0, 64, protocol, 0, 0, 10, 0,
	    0, 1, 10, 0, 0, 2 };
	uint16_t sum = netsum_fold(netsum_add(0, ip, 20));

	ip[10] = (uint8_t)(sum >> 8);
	ip[11] = (uint8_t)sum;
	eipbed_add(f, ip, 20);
}

struct frame
eipbed_udp(uint64_t dst, uint64_t src, uint8_t tos)
{
	struct frame f = eipbed_ethernet(dst, src, 0x0800);
	static const uint8_t body[30] = "whatever, of thirty octets....";

	eipbed_add_ipv4(&f, tos, 17, sizeof(body));
	eipbed_add(&f, body, sizeof(body));
	return f;
}

struct frame
eipbed_arp(uint64_t dst, uint64_t src)
{
	struct frame f = eipbed_ethernet(dst, src, 0x0806);
	static const uint8_t body[28] = { 0, 1, 8, 0, 6, 4, 0, 1 };

	eipbed_add(&f, body, sizeof(body));
	return f;
}

/* The heads that a frame has on the WAN, in front of it; IPv4. */
struct frame
eipbed_packed(const struct frame *in, uint8_t tos, uint16_t id, bool df)
{
	struct frame f = eipbed_ethernet(HOP, WAN, 0x0800);
	uint8_t ip[20] = { 0x45, tos, 0, 0, (uint8_t)(id >> 8), (uint8_t)id,
	    df ? 0x40 : 0, 0, 64, 97, 0, 0, 192, 0, 2, 1, 198, 51, 100, 2 };
	size_t len = in->len + 22;
	uint16_t sum;

	ip[2] = (uint8_t)(len >> 8);
	ip[3] = (uint8_t)len;
	sum = netsum_fold(netsum_add(0, ip, 20));
	ip[10] = (uint8_t)(sum >> 8);
	ip[11] = (uint8_t)sum;
	eipbed_add(&f, ip, 20);
	eipbed_add16(&f, 0x3000);
	eipbed_add(&f, in->octets, in->len);
	return f;
}

struct frame
eipbed_packed6(const struct frame *in, uint8_t tos)
{
	struct frame f = eipbed_ethernet(HOP, WAN, 0x86dd);
	uint8_t ip[40] = { (uint8_t)(0x60 | tos >> 4), (uint8_t)(tos << 4), 0,
	    0, (uint8_t)((in->len + 2) >> 8), (uint8_t)(in->len + 2), 97, 64 };

	memcpy(ip + 8, eipbed.tunnel.pair.local, 16);
	memcpy(ip + 24, eipbed.tunnel.pair.remote, 16);
	eipbed_add(&f, ip, 40);
	eipbed_add16(&f, 0x3000);
	eipbed_add(&f, in->octets, in->len);
	return f;
}

/* As the other end sends it: everything the other way round. */
struct frame
eipbed_arriving(const struct frame *in, bool six)
{
	struct frame f = six ? eipbed_packed6(in, 0) : eipbed_packed(in, 0, 0, false);

	macaddr_put(f.octets, WAN);
	macaddr_put(f.octets + 6, HOP);
	if (six) {
		memcpy(f.octets + 14 + 8, eipbed.tunnel.pair.remote, 16);
		memcpy(f.octets + 14 + 24, eipbed.tunnel.pair.local, 16);
	} else {
		memcpy(f.octets + 14 + 12, eipbed.tunnel.pair.remote, 4);
		memcpy(f.octets + 14 + 16, eipbed.tunnel.pair.local, 4);
	}
	return f;
}

void
eipbed_mend_sum(struct frame *f)
{
	uint16_t sum;

	memset(f->octets + 24, 0, 2);
	sum = netsum_fold(netsum_add(0, f->octets + 14,
	    (f->octets[14] & 0xfu) * 4));
	f->octets[24] = (uint8_t)(sum >> 8);
	f->octets[25] = (uint8_t)sum;
}

/* ---- runs ---- */

int
eipbed_run_with(const char *program, const struct frame *f, struct __sk_buff *skb)
{
	union bpf_attr a = { 0 };

	memset(eipbed.out, 0, sizeof(eipbed.out));
	a.test.prog_fd = (uint32_t)bpfload_program(eipbed.load, program);
	a.test.data_in = (uintptr_t)f->octets;
	a.test.data_size_in = (uint32_t)f->len;
	a.test.data_out = (uintptr_t)eipbed.out;
	a.test.data_size_out = sizeof(eipbed.out);
	if (skb != NULL) {
		a.test.ctx_in = (uintptr_t)skb;
		a.test.ctx_size_in = sizeof(*skb);
	}
	if (syscall(SYS_bpf, BPF_PROG_TEST_RUN, &a, sizeof(a)) != 0)
		fail_msg("%s: the kernel does not run it", program);
	eipbed.out_len = a.test.data_size_out;
	return (int)a.test.retval;
}

int
eipbed_run(const char *program, const struct frame *f)
{
	return eipbed_run_with(program, f, NULL);
}
