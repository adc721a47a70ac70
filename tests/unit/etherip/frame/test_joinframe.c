/* tests/unit/etherip/frame/test_joinframe.c - what is put together is taken apart again, and each
 * connection's frames are what they were, in their order. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/frame/joinframe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/rand.h"
#include "core/wire/be16.h"
#include "core/wire/netsum.h"
#include "etherip/frame/cutframe.h"
#include "etherip/frame/ethframe.h"

#define FRAME	1600u

struct frame {
	uint8_t	 octets[FRAME];
	size_t	 len;
	unsigned flow;
};

/* One sender's connection, as it goes on. */
struct talk {
	bool	 v6;
	uint32_t seq;
	uint16_t id;
};

static struct frame in[JOINFRAME_FRAMES], given[JOINFRAME_FRAMES];
static uint8_t super[70000];
static struct joinframe join;

static void
write_network(uint8_t *ip, struct talk *t, unsigned flow, size_t carried)
{
	if (t->v6) {
		ip[0] = 0x60;
		be16_put(ip + 4, (uint16_t)carried);
		ip[6] = 6;
		ip[7] = 64;
		ip[23] = (uint8_t)(flow + 1);
		ip[39] = 9;
		return;
	}
	ip[0] = 0x45;
	be16_put(ip + 2, (uint16_t)(20 + carried));
	be16_put(ip + 4, t->id++);
	ip[6] = 0x40;
	ip[8] = 64;
	ip[9] = 6;
	ip[12] = ip[16] = 10;
	ip[15] = (uint8_t)(flow + 1);
	ip[19] = 9;
	be16_put(ip + 10, netsum_fold(netsum_add(0, ip, 20)));
}

static void
set_sum(struct frame *f, bool v6, size_t tcp)
{
	size_t len = f->len - tcp;
	uint64_t sum = netsum_add(6 + len, f->octets + 14 + (v6 ? 8 : 12),
	    v6 ? 32 : 8);

	be16_put(f->octets + tcp + 16, 0);
	be16_put(f->octets + tcp + 16, netsum_fold(netsum_add(sum, f->octets +
	    tcp, len)));
}

/* The next segment of a connection. */
static void
make(struct frame *f, struct talk *t, unsigned flow, size_t body, uint8_t flags)
{
	size_t tcp = 14 + (t->v6 ? 40u : 20u);
	uint8_t *p = f->octets;

	memset(f, 0, sizeof(*f));
	f->flow = flow;
	f->len = tcp + 20 + body;
	memcpy(p, "\x02\0\0\0\0\1\x02\0\0\0\0\2", 12);
	be16_put(p + 12, t->v6 ? 0x86dd : 0x0800);
	write_network(p + 14, t, flow, 20 + body);
	be16_put(p + tcp, (uint16_t)(5000 + flow));
	be16_put(p + tcp + 2, 443);
	be16_put(p + tcp + 4, (uint16_t)(t->seq >> 16));
	be16_put(p + tcp + 6, (uint16_t)t->seq);
	p[tcp + 12] = 0x50;
	p[tcp + 13] = flags;
	for (size_t i = 0; i < body; i++)
		p[tcp + 20 + i] = (uint8_t)(t->seq + i * 5);
	t->seq += (uint32_t)body;
	set_sum(f, t->v6, tcp);
}

static void
add(unsigned i)
{
	struct ethframe f;

	assert_true(ethframe_read(&f, in[i].octets, in[i].len));
	joinframe_add(&join, &f, in[i].octets, in[i].len);
}

/* As a TAP gets it. Returns its length. */
static size_t
write_out(const struct joingroup *g, struct virtio_net_hdr *h)
{
	const struct joinpiece *p = &join.piece[g->first];
	size_t len;

	joinframe_close(&join, g, h);
	memcpy(super, p->octets, p->len);
	len = p->len;
	while (p->next != JOINFRAME_NONE) {
		p = &join.piece[p->next];
		memcpy(super + len, p->octets + p->body, p->len - p->body);
		len += p->len - p->body;
	}
	return len;
}

/* The next of this connection's frames that has not come yet is this one. */
static void
expect_next(const uint8_t *octets, size_t len, bool *seen, unsigned count)
{
	unsigned flow = octets[12] == 0x86 ? octets[14 + 23] : octets[14 + 15];

	for (unsigned i = 0; i < count; i++)
		if (!seen[i] && given[i].flow + 1 == flow) {
			assert_int_equal(len, given[i].len);
			assert_memory_equal(octets, given[i].octets, len);
			seen[i] = true;
			return;
		}
	fail_msg("a frame of connection %u is one too many", flow);
}

/* Cuts all groups again. Returns how many there were. */
static unsigned
expect_all(unsigned count)
{
	bool seen[JOINFRAME_FRAMES] = { false };
	uint8_t head[CUTFRAME_HEAD_MAX], one[FRAME];
	struct virtio_net_hdr h;
	struct cutframe c;
	struct cutpiece p;
	struct ethframe f;

	for (unsigned i = 0; i < join.groups; i++) {
		size_t len = write_out(&join.group[i], &h);

		assert_true(ethframe_read(&f, super, len));
		assert_true(cutframe_start(&c, &h, &f, super, len, 0));
		while (cutframe_next(&c, head, &p)) {
			memcpy(one, head, p.head_len);
			memcpy(one + p.head_len, p.body, p.body_len);
			expect_next(one, p.head_len + p.body_len, seen, count);
		}
	}
	for (unsigned i = 0; i < count; i++)
		assert_true(seen[i]);
	return join.groups;
}

static void
start(void)
{
	joinframe_init(&join);
}

/* A bulk transfer's batch is one super-frame. */
static void
a_batch_of_one_connection_is_one(void **state)
{
	struct talk t = { .v6 = false, .seq = 0xffffff00, .id = 0xfff0 };

	(void)state;
	for (int v6 = 0; v6 < 2; v6++) {
		t.v6 = v6;
		start();
		for (unsigned i = 0; i < 40; i++) {
			make(&in[i], &t, 0, i < 39 ? 1448 : 100,
			    i < 39 ? 0x10 : 0x18);
			given[i] = in[i];
			add(i);
		}
		assert_int_equal(expect_all(40), 1);
	}
}

/* 64 KiB are the end of an IP packet. */
static void
no_packet_is_longer_than_one_can_be(void **state)
{
	struct talk t = { .seq = 1 };

	(void)state;
	start();
	for (unsigned i = 0; i < 64; i++) {
		make(&in[i], &t, 0, 1448, 0x10);
		given[i] = in[i];
		add(i);
	}
	assert_int_equal(join.group[0].count, 45);
	assert_int_equal(expect_all(64), 2);
}

/* What differs in anything but its number stays by itself. */
static void
what_differs_is_not_joined(void **state)
{
	(void)state;
	for (int change = 0; change < 9; change++) {
		struct talk t = { .seq = 1 };

		start();
		make(&in[0], &t, 0, 1000, 0x10);
		if (change == 0)
			t.seq++;
		if (change == 1)
			t.id++;
		make(&in[1], &t, 0, change == 2 ? 1001 : 1000,
		    change == 3 ? 0x11 : change == 4 ? 0x50 : 0x10);
		if (change == 5)	/* acknowledgement */
			in[1].octets[14 + 20 + 11] = 7;
		if (change == 6)	/* hops */
			in[1].octets[14 + 8] = 63;
		if (change == 7)	/* window */
			in[1].octets[14 + 20 + 15] = 1;
		if (change == 8)	/* not as it was sent */
			in[1].octets[500] ^= 1;
		if (change >= 5 && change != 8) {
			be16_put(in[1].octets + 24, 0);
			be16_put(in[1].octets + 24, netsum_fold(netsum_add(0,
			    in[1].octets + 14, 20)));
			set_sum(&in[1], false, 34);
		}
		given[0] = in[0];
		given[1] = in[1];
		add(0);
		add(1);
		assert_int_equal(expect_all(2), 2);
	}
}

/* Nothing of a connection is overtaken by what came behind it. */
static void
order_within_a_connection_stays(void **state)
{
	static const uint8_t flags[] = { 0x10, 0x10, 0x10, 0x10, 0x10, 0x18,
	    0x11, 0x12, 0x10, 0x10 };
	struct rand r;
	unsigned joined = 0;

	(void)state;
	rand_seed_from(&r, 1);
	for (int round = 0; round < 3000; round++) {
		unsigned count = 1 + rand_below(&r, JOINFRAME_FRAMES);
		unsigned flows = 1 + rand_below(&r, 12);
		struct talk t[12] = { { 0 } };

		start();
		for (unsigned i = 0; i < flows; i++)
			t[i] = (struct talk){ rand_below(&r, 2),
			    (uint32_t)rand_u64(&r), (uint16_t)rand_u64(&r) };
		for (unsigned i = 0; i < count; i++) {
			unsigned flow = rand_below(&r, flows);

			make(&in[i], &t[flow], flow, rand_below(&r, 8) == 0 ?
			    rand_below(&r, 1400) : 1400,
			    flags[rand_below(&r, 10)]);
			given[i] = in[i];
			add(i);
		}
		joined += count - expect_all(count);
	}
	assert_true(joined > 10000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_batch_of_one_connection_is_one),
		cmocka_unit_test(no_packet_is_longer_than_one_can_be),
		cmocka_unit_test(what_differs_is_not_joined),
		cmocka_unit_test(order_within_a_connection_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
