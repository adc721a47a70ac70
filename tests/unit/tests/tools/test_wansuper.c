/* Super-packets: counted as segments, and cut between them.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/virtio_net.h>
#include <string.h>

#include "tests/tools/wansuper.h"

#define MSS	1000u
#define PAYLOAD	3300u		/* three segments and a part of one */
#define OPTIONS	12u		/* of TCP */
#define SEQ	0xfffffa00u	/* it wraps within the packet */
#define ID	0xfffeu

struct packet {
	uint8_t	octets[WANSUPER_VNET + 40 + 20 + OPTIONS + PAYLOAD];
	size_t	len, ip, head;	/* octets of the IP header; of it and TCP's */
};

static unsigned
at16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static uint32_t
at32(const uint8_t *p)
{
	return (uint32_t)at16(p) << 16 | at16(p + 2);
}

static void
to16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static unsigned
sum_of(const uint8_t *p, size_t len, unsigned sum)
{
	for (size_t i = 0; i < len; i += 2)
		sum += at16(p + i);
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void
make(struct packet *p, bool v6)
{
	struct virtio_net_hdr v = { .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .gso_type = v6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4,
	    .gso_size = MSS, .csum_offset = 16 };
	uint8_t *ip = p->octets + WANSUPER_VNET, *tcp;

	memset(p, 0, sizeof(*p));
	p->ip = v6 ? 40 : 20;
	p->head = p->ip + 20 + OPTIONS;
	p->len = WANSUPER_VNET + p->head + PAYLOAD;
	v.csum_start = (uint16_t)p->ip;
	memcpy(p->octets, &v, sizeof(v));
	tcp = ip + p->ip;
	ip[0] = v6 ? 0x60 : 0x45;
	to16(ip + (v6 ? 4 : 2), (unsigned)(p->len - WANSUPER_VNET - (v6 ? 40 : 0)));
	if (!v6)
		to16(ip + 4, ID);
	ip[v6 ? 6 : 9] = 6;
	for (unsigned i = 0; i < (v6 ? 32 : 8); i++)
		ip[(v6 ? 8 : 12) + i] = (uint8_t)(0xf0 + i);
	to16(tcp + 4, SEQ >> 16);
	to16(tcp + 6, SEQ & 0xffff);
	tcp[12] = (20 + OPTIONS) / 4 << 4;
	tcp[13] = 0x80 | 0x10 | 0x08 | 0x01;	/* CWR ACK PSH FIN */
	for (unsigned i = 0; i < PAYLOAD; i++)
		ip[p->head + i] = (uint8_t)(i * 7 + i / 256);
}

/* The pieces of a packet are what a sender without offload would have sent. */
static void
check_piece(const struct packet *p, const uint8_t *f, uint32_t from, uint32_t count)
{
	const uint8_t *ip = f + WANSUPER_VNET, *tcp = ip + p->ip;
	size_t first = from * MSS, last = (from + count) * MSS;
	size_t len = (last < PAYLOAD ? last : PAYLOAD) - first;
	bool v6 = p->ip == 40;
	struct virtio_net_hdr v;

	memcpy(&v, f, sizeof(v));
	assert_int_equal(v.flags, VIRTIO_NET_HDR_F_NEEDS_CSUM);
	assert_int_equal(v.gso_size, count == 1 ? 0 : MSS);
	assert_int_equal(v.gso_type == VIRTIO_NET_HDR_GSO_NONE, count == 1);
	assert_int_equal(v.csum_start, p->ip);
	assert_int_equal(at16(ip + (v6 ? 4 : 2)), p->head + len - (v6 ? 40 : 0));
	if (!v6) {
		assert_int_equal(at16(ip + 4), (ID + from) & 0xffff);
		assert_int_equal(sum_of(ip, 20, 0), 0xffff);
	}
	assert_int_equal(at32(tcp + 4), (uint32_t)(SEQ + first));
	assert_int_equal(tcp[13], 0x10 | (from == 0 ? 0x80 : 0) |
	    (last >= PAYLOAD ? 0x09 : 0));
	assert_int_equal(at16(tcp + 16), sum_of(ip + (v6 ? 8 : 12), v6 ? 32 : 8,
	    6 + (unsigned)(p->head - p->ip + len)));
	assert_memory_equal(ip + p->head,
	    p->octets + WANSUPER_VNET + p->head + first, len);
}

static void
pieces_are_the_segments(void **state)
{
	uint8_t out[WANSUPER_MAX];
	struct wansuper s;
	struct packet p;

	(void)state;
	for (int v6 = 0; v6 < 2; v6++) {
		make(&p, v6 != 0);
		assert_true(wansuper_read(&s, p.octets, p.len));
		assert_int_equal(s.segments, 4);
		for (uint32_t from = 0; from < 4; from++)
			for (uint32_t n = 1; from + n <= 4 && n < 4; n++) {
				size_t len = wansuper_cut(&s, from, n, out, sizeof(out));

				assert_int_equal(len, wansuper_cut_size(&s, from, n));
				check_piece(&p, out, from, n);
			}
	}
}

static void
segments_have_headers_of_their_own(void **state)
{
	struct wansuper s;
	struct packet p;

	(void)state;
	make(&p, false);
	assert_true(wansuper_read(&s, p.octets, p.len));
	assert_int_equal(wansuper_segment(&s, 0), p.head + MSS);
	assert_int_equal(wansuper_segment(&s, 3), p.head + PAYLOAD % MSS);
}

static void
whole_is_as_it_came(void **state)
{
	uint8_t out[WANSUPER_MAX];
	struct wansuper s;
	struct packet p;

	(void)state;
	make(&p, false);
	assert_true(wansuper_read(&s, p.octets, p.len));
	assert_int_equal(wansuper_cut(&s, 0, 4, out, sizeof(out)), p.len);
	assert_memory_equal(out, p.octets, p.len);
	assert_int_equal(wansuper_cut(&s, 0, 4, out, p.len - 1), 0);
	assert_int_equal(wansuper_cut(&s, 1, 2, out, 100), 0);
}

static void
plain_packets_are_one_segment(void **state)
{
	uint8_t frame[WANSUPER_VNET + 84] = { [WANSUPER_VNET] = 0x45 };
	struct wansuper s;

	(void)state;
	assert_true(wansuper_read(&s, frame, sizeof(frame)));
	assert_int_equal(s.segments, 1);
	assert_int_equal(wansuper_segment(&s, 0), 84);
}

static void
what_cannot_be_is_refused(void **state)
{
	static const struct { size_t at; uint8_t is; } wrong[] = {
		{ 0, 0 },			/* no checksum to finish */
		{ 1, 3 }, { 1, 0x81 },		/* kinds that are not offered */
		{ 6, 8 },			/* TCP within IP */
		{ 7, 0x40 },			/* TCP behind the end */
		{ WANSUPER_VNET + 20 + 12, 0x40 },	/* TCP's header of 16 */
	};
	struct wansuper s;
	struct packet p;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		make(&p, false);
		p.octets[wrong[i].at] = wrong[i].is;
		if (wansuper_read(&s, p.octets, p.len))
			fail_msg("wrong[%zu] was taken", i);
	}
	make(&p, false);
	memset(p.octets + 4, 0, 2);		/* segments of nothing */
	assert_false(wansuper_read(&s, p.octets, p.len));
	make(&p, false);
	assert_false(wansuper_read(&s, p.octets, WANSUPER_VNET + 19));
	assert_false(wansuper_read(&s, p.octets, WANSUPER_VNET + p.head));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_the_segments),
		cmocka_unit_test(segments_have_headers_of_their_own),
		cmocka_unit_test(whole_is_as_it_came),
		cmocka_unit_test(plain_packets_are_one_segment),
		cmocka_unit_test(what_cannot_be_is_refused),
	};

	return cmocka_run_group_tests_name("wansuper", tests, NULL, NULL);
}
