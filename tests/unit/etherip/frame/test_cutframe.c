/* tests/unit/etherip/frame/test_cutframe.c - super-frames against frames that were made one by
 * one, octet by octet. SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/frame/cutframe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/virtio_net.h>
#include <string.h>

#include "core/base/rand.h"
#include "etherip/frame/ethframe.h"

#define UDP_L4	5		/* VIRTIO_NET_HDR_GSO_UDP_L4 */

/* One sender's connection. */
struct talk {
	bool	 v6, udp, extension;
	unsigned tags, ip_options, options;	/* in words of 32 bits */
	uint8_t	 flags;
	uint32_t seq;
	uint16_t id;
	uint8_t	 fill;		/* octet n of the body is fill + n * 7 */
};

struct made {
	uint8_t	octets[70000];
	size_t	len, network, transport, body;
};

static struct made super, want;
static uint8_t got[70000];

static void
put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* RFC 1071, the plain way. */
static uint32_t
sum16(uint32_t sum, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		sum += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum;
}

static void
add(struct made *m, const void *octets, size_t len)
{
	memcpy(m->octets + m->len, octets, len);
	m->len += len;
}

static void
add_zero(struct made *m, size_t len)
{
	memset(m->octets + m->len, 0, len);
	m->len += len;
}

static void
add_network(struct made *m, const struct talk *t, size_t carried, unsigned n)
{
	uint8_t *ip = m->octets + m->len;
	uint8_t protocol = t->udp ? 17 : 6;
	size_t head = t->v6 ? 40u + (t->extension ? 8u : 0u) :
	    20u + 4u * t->ip_options;

	m->network = m->len;
	add_zero(m, head);
	if (t->v6) {
		ip[0] = 0x60;
		put16(ip + 4, head - 40 + carried);
		ip[6] = t->extension ? 0 : protocol;
		ip[7] = 64;
		memcpy(ip + 8, "\x20\x01\x0d\xb8 from here..\x20\x01\x0d\xb8 over there.", 32);
		if (t->extension) {
			ip[40] = protocol;
			memcpy(ip + 42, "\x01\x04\0\0\0\0", 6);
		}
		return;
	}
	ip[0] = (uint8_t)(0x45 + t->ip_options);
	put16(ip + 2, head + carried);
	put16(ip + 4, (uint16_t)(t->id + n));
	put16(ip + 6, 0x4000);
	ip[8] = 64;
	ip[9] = protocol;
	memcpy(ip + 12, "\x0a\x85\x3f\x32\x0a\x85\x3f\x33", 8);
	for (unsigned i = 0; i < t->ip_options * 4; i++)
		ip[20 + i] = 1;
	put16(ip + 10, ~sum16(0, ip, head) & 0xffff);
}

static void
add_transport(struct made *m, const struct talk *t, size_t from, size_t len)
{
	uint8_t *p = m->octets + m->len;

	m->transport = m->len;
	if (t->udp) {
		add(m, "\x13\x88\x00\x35", 4);
		add_zero(m, 4);
		put16(p + 4, 8 + len);
	} else {
		add(m, "\x13\x88\x01\xbb", 4);
		add_zero(m, 16 + 4 * (size_t)t->options);
		put16(p + 4, (t->seq + (uint32_t)from) >> 16);
		put16(p + 6, (t->seq + (uint32_t)from) & 0xffff);
		memcpy(p + 8, "\1\2\3\4", 4);
		p[12] = (uint8_t)((5 + t->options) << 4);
		p[13] = t->flags;
		put16(p + 14, 501);
		for (unsigned i = 0; i < 4 * t->options; i++)
			p[20 + i] = 1;
	}
	m->body = m->len;
}

/* The sum of the pseudo-header, and of the rest, too. */
static void
add_sum(struct made *m, const struct talk *t, bool whole)
{
	uint8_t *p = m->octets + m->transport + (t->udp ? 6 : 16);
	uint8_t tail[4] = { 0, t->udp ? 17 : 6 };
	uint32_t sum;

	put16(tail + 2, m->len - m->transport);
	sum = sum16(0, m->octets + m->network + (t->v6 ? 8 : 12),
	    t->v6 ? 32 : 8);
	sum = sum16(sum, tail, 4);
	if (!whole) {
		put16(p, sum);
		return;
	}
	sum = ~sum16(sum, m->octets + m->transport, m->len - m->transport) &
	    0xffff;
	put16(p, sum == 0 && t->udp ? 0xffff : sum);
}

/* Octets from..from+len of the connection's, as frame n. */
static void
make(struct made *m, const struct talk *t, size_t from, size_t len, unsigned n)
{
	size_t heads = t->udp ? 8 : 20 + 4u * t->options;

	m->len = 0;
	add(m, "\x02\0\0\0\0\1\x02\0\0\0\0\2", 12);
	for (unsigned i = 0; i < t->tags; i++)
		add(m, "\x81\x00\x00\x07", 4);
	add(m, t->v6 ? "\x86\xdd" : "\x08\x00", 2);
	add_network(m, t, heads + len, n);
	add_transport(m, t, from, len);
	for (size_t i = 0; i < len; i++)
		m->octets[m->len++] = (uint8_t)(t->fill + (from + i) * 7);
}

static struct virtio_net_hdr
head_of(const struct talk *t, size_t size)
{
	return (struct virtio_net_hdr){ .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .gso_type = t->udp ? UDP_L4 : t->v6 ? VIRTIO_NET_HDR_GSO_TCPV6 :
		VIRTIO_NET_HDR_GSO_TCPV4,
	    .hdr_len = (uint16_t)super.body, .gso_size = (uint16_t)size,
	    .csum_start = (uint16_t)super.transport,
	    .csum_offset = t->udp ? 6 : 16 };
}

/* The next piece in one, its length; 0: there is none. */
static size_t
take(struct cutframe *c)
{
	uint8_t head[CUTFRAME_HEAD_MAX];
	struct cutpiece p;

	if (!cutframe_next(c, head, &p))
		return 0;
	memcpy(got, head, p.head_len);
	memcpy(got + p.head_len, p.body, p.body_len);
	return p.head_len + p.body_len;
}

static void
expect_pieces(const struct talk *t, size_t len, size_t size, uint16_t mtu)
{
	struct virtio_net_hdr h;
	struct cutframe c;
	struct ethframe f;
	struct talk one = *t;
	size_t at = 0, piece = size, n;

	make(&super, t, 0, len, 0);
	add_sum(&super, t, false);
	h = head_of(t, size);
	assert_true(ethframe_read(&f, super.octets, super.len));
	assert_true(cutframe_start(&c, &h, &f, super.octets, super.len, mtu));
	if (!t->udp && mtu != 0 && super.body - super.network + size > mtu)
		piece = mtu - (super.body - super.network);
	for (unsigned i = 0; at < len; i++, at += piece) {
		bool last = at + piece >= len;

		one.flags = t->flags & (uint8_t)~(i > 0 ? 0x80 : 0) &
		    (uint8_t)~(last ? 0 : 0x09);
		make(&want, &one, at, last ? len - at : piece, i);
		add_sum(&want, &one, true);
		assert_true(want.len - want.network <= cutframe_packet(&c));
		n = take(&c);
		assert_int_equal(n, want.len);
		assert_memory_equal(got, want.octets, n);
	}
	assert_int_equal(take(&c), 0);
}

/* RFC 9293, 768, 791, 8200: each frame is as its sender would have made it. */
static void
pieces_are_what_the_sender_would_have_sent(void **state)
{
	struct rand r;

	(void)state;
	rand_seed_from(&r, 97);
	for (int i = 0; i < 3000; i++) {
		struct talk t = { .v6 = rand_below(&r, 2), .udp =
		    rand_below(&r, 3) == 0, .tags = rand_below(&r, 3),
		    .flags = (uint8_t)rand_below(&r, 256),
		    .options = rand_below(&r, 11), .ip_options =
		    rand_below(&r, 4) == 0 ? rand_below(&r, 11) : 0,
		    .seq = (uint32_t)rand_u64(&r), .fill = (uint8_t)i,
		    .id = (uint16_t)rand_u64(&r),
		    .extension = rand_below(&r, 4) == 0 };
		size_t size = 1 + rand_below(&r, 1460), pieces =
		    1 + rand_below(&r, 44);

		expect_pieces(&t, 1 + rand_below(&r, (uint32_t)(size * pieces)),
		    size, 0);
	}
}

/* Bulk TCP needs no fragments outside: what is cut here is cut to fit. */
static void
tcp_is_cut_to_fit_and_udp_is_not(void **state)
{
	const struct talk tcp = { .options = 3, .flags = 0x18, .seq = 0xfffffff0 };
	const struct talk udp = { .udp = true };
	struct cutframe c;
	struct ethframe f;
	struct virtio_net_hdr h;

	(void)state;
	expect_pieces(&tcp, 20000, 1448, 1464);
	expect_pieces(&tcp, 20000, 1448, 1500);
	expect_pieces(&udp, 20000, 1472, 1464);
	/* No room for anything: as the sender wanted it. */
	make(&super, &tcp, 0, 3000, 0);
	add_sum(&super, &tcp, false);
	h = head_of(&tcp, 1448);
	assert_true(ethframe_read(&f, super.octets, super.len));
	assert_true(cutframe_start(&c, &h, &f, super.octets, super.len, 60));
	assert_int_equal(cutframe_packet(&c), 1500);
}

/* Virtual interfaces leave checksums to a device that is none. */
static void
a_sum_that_was_left_open_is_filled_in(void **state)
{
	const struct talk kinds[] = { { .udp = true }, { .v6 = true },
	    { .udp = true, .v6 = true, .tags = 1 }, { .flags = 0x11 } };
	struct virtio_net_hdr h;
	struct cutframe c;
	struct ethframe f;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		make(&super, &kinds[i], 0, 333, 0);
		add_sum(&super, &kinds[i], false);
		make(&want, &kinds[i], 0, 333, 0);
		add_sum(&want, &kinds[i], true);
		h = head_of(&kinds[i], 0);
		h.gso_type = VIRTIO_NET_HDR_GSO_NONE;
		assert_true(ethframe_read(&f, super.octets, super.len));
		assert_true(cutframe_start(&c, &h, &f, super.octets,
		    super.len, 100));
		assert_int_equal(take(&c), want.len);
		assert_memory_equal(got, want.octets, want.len);
		assert_int_equal(take(&c), 0);
	}
}

/* Nothing of what is not as it was said goes anywhere. */
static void
what_does_not_fit_its_head_is_refused(void **state)
{
	const struct talk t = { .options = 3 };
	struct virtio_net_hdr good, h;
	struct cutframe c;
	struct ethframe f;

	(void)state;
	make(&super, &t, 0, 3000, 0);
	add_sum(&super, &t, false);
	good = head_of(&t, 1448);
	assert_true(ethframe_read(&f, super.octets, super.len));
	for (int i = 0; i < 8; i++) {
		h = good;
		if (i == 0)
			h.gso_type = VIRTIO_NET_HDR_GSO_TCPV6;
		else if (i == 1)
			h.gso_type = VIRTIO_NET_HDR_GSO_UDP;
		else if (i == 2)
			h.gso_size = 0;
		else if (i == 3)
			h.csum_start = 0xfff0;
		else if (i == 4)
			h.csum_start = 20;
		else if (i == 5)
			h.csum_offset = 6;
		else if (i == 6)
			h.flags = 0;
		else
			h.csum_start++;
		assert_false(cutframe_start(&c, &h, &f, super.octets,
		    super.len, 0));
	}
	h = good;
	assert_false(cutframe_start(&c, &h, &f, super.octets, super.body, 0));
	h.gso_type = 0;
	h.csum_start = (uint16_t)(super.len - 1);
	assert_false(cutframe_start(&c, &h, &f, super.octets, super.len, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_what_the_sender_would_have_sent),
		cmocka_unit_test(tcp_is_cut_to_fit_and_udp_is_not),
		cmocka_unit_test(a_sum_that_was_left_open_is_filled_in),
		cmocka_unit_test(what_does_not_fit_its_head_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
