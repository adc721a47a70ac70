/* tests/unit/gtmd/xdp/test_xdpframe.c - frames with queries: what is one, and what
 * becomes of it as a reply. The checksums are worked out here word by word, as
 * RFC 1071 says it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/xdp/xdpframe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/obj.h"

#define IP	14
#define QUERY	17		/* octets of the query in the frames below */

static const uint8_t asker[6] = { 2, 0, 0, 0, 0, 1 };
static const uint8_t ours[6] = { 2, 0, 0, 0, 0, 2 };

/* The plain rule: 16-bit words, the carry brought round, an odd octet last. */
static uint32_t
words(uint32_t sum, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
	return sum;
}

static uint16_t
folded(uint32_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static uint32_t
pseudo(const uint8_t *ip, bool v6, size_t udp_len)
{
	return words(17 + (uint32_t)udp_len, v6 ? ip + 8 : ip + 12,
	    v6 ? 32 : 8);
}

static void
set16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static unsigned
at16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static void
seal(uint8_t *p, bool v6)
{
	uint8_t *ip = p + IP, *udp = ip + (v6 ? 40 : 20);
	size_t len = at16(udp + 4);

	if (!v6) {
		set16(ip + 10, 0);
		set16(ip + 10, (uint16_t)~folded(words(0, ip, 20)));
	}
	set16(udp + 6, 0);
	set16(udp + 6, (uint16_t)~folded(words(pseudo(ip, v6, len), udp,
	    len)));
}

/* A query of QUERY octets; returns the frame's length. */
static size_t
frame(uint8_t *p, bool v6)
{
	uint8_t *ip = p + IP, *udp = ip + (v6 ? 40 : 20);
	size_t len = 8 + QUERY;

	memset(p, 0, 2048);
	memcpy(p, ours, 6);
	memcpy(p + 6, asker, 6);
	set16(p + 12, v6 ? 0x86dd : 0x0800);
	if (v6) {
		static const uint8_t head[8] = { 0x6b, 0x12, 0x34, 0x56, 0,
		    0, 17, 3 };

		memcpy(ip, head, sizeof(head));
		set16(ip + 4, (unsigned)len);
		memset(ip + 8, 0x21, 16);
		memset(ip + 24, 0xfd, 16);
	} else {
		static const uint8_t head[20] = { 0x45, 0x28, 0, 0, 0x77,
		    0x77, 0x40, 0, 3, 17, 0, 0, 192, 0, 2, 1, 198, 51, 100,
		    53 };

		memcpy(ip, head, sizeof(head));
		set16(ip + 2, (unsigned)(20 + len));
	}
	set16(udp, 4242);
	set16(udp + 2, 53);
	set16(udp + 4, (unsigned)len);
	for (unsigned i = 0; i < QUERY; i++)
		udp[8 + i] = (uint8_t)(i * 37 + 11);
	seal(p, v6);
	return IP + (v6 ? 40u : 20u) + len;
}

static void
a_query_is_found_with_padding_behind_it(void **state)
{
	uint8_t p[2048];
	struct xdpframe f;

	(void)state;
	for (int v6 = 0; v6 <= 1; v6++) {
		size_t len = frame(p, v6);

		for (size_t pad = 0; pad < 20; pad++) {
			memset(p + len, 0xaa, pad);
			assert_true(xdpframe_read(p, len + pad, &f));
			assert_int_equal(f.ipv6, v6);
			assert_int_equal(f.len, QUERY);
			assert_int_equal(f.headers, v6 ? 62 : 42);
		}
		assert_int_equal(xdpframe_source(p, &f)[0], v6 ? 0x21 : 192);
		assert_int_equal(at16(xdpframe_port(p, &f)), 4242);
	}
}

/* Cut anywhere, a frame is none; the buffer ends where the frame does. */
static void
a_cut_frame_is_none(void **state)
{
	uint8_t p[2048];
	struct xdpframe f;

	(void)state;
	for (int v6 = 0; v6 <= 1; v6++) {
		size_t len = frame(p, v6);

		for (size_t n = 0; n < len; n++) {
			uint8_t *cut = malloc(n + 1);

			assert_non_null(cut);
			memcpy(cut, p, n);
			assert_false(xdpframe_read(cut, n, &f));
			free(cut);
		}
	}
}

static void
each_flipped_bit_that_counts_is_noticed(void **state)
{
	uint8_t p[2048];
	struct xdpframe f;

	(void)state;
	for (int v6 = 0; v6 <= 1; v6++) {
		size_t len = frame(p, v6);

		/* The stations' addresses are the wire's business; class, flow
		 * and hops of IPv6 nobody sums up. */
		for (size_t bit = 12 * 8; bit < len * 8; bit++) {
			size_t at = bit / 8 - IP;
			bool free_bits = v6 && (at <= 3 || at == 7) &&
			    !(at == 0 && bit % 8 >= 4);

			if (bit / 8 < IP)
				free_bits = false;
			p[bit / 8] ^= (uint8_t)(1u << bit % 8);
			if (xdpframe_read(p, len, &f) != free_bits)
				fail_msg("IPv%d: bit %zu of octet %zu",
				    v6 ? 6 : 4, bit % 8, bit / 8);
			p[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

static void
what_needs_the_kernel_is_none(void **state)
{
	static const struct {
		const char	*what;
		bool		 v6;
		size_t		 at;
		uint8_t		 value;
	} odd[] = {
		{ "options", false, IP, 0x46 },
		{ "header too short", false, IP, 0x44 },
		{ "more fragments", false, IP + 6, 0x20 },
		{ "offset", false, IP + 7, 1 },
		{ "TCP", false, IP + 9, 6 },
		{ "longer than it is", false, IP + 3, 46 },
		{ "shorter than UDP", false, IP + 3, 40 },
		{ "no source port", false, IP + 20, 0 },
		{ "hop by hop", true, IP + 6, 0 },
		{ "fragment", true, IP + 6, 44 },
		{ "version 4", true, IP, 0x45 },
		{ "longer than it is", true, IP + 5, 26 },
		{ "UDP longer", true, IP + 45, 26 },
		{ "tagged", false, 12, 0x81 },
		{ "ARP", false, 13, 6 },
	};
	uint8_t p[2048];
	struct xdpframe f;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(odd); i++) {
		size_t len = frame(p, odd[i].v6);

		p[odd[i].at] = odd[i].value;
		if (odd[i].at == IP + 20)
			p[IP + 21] = 0;
		if (at16(p + IP + (odd[i].v6 ? 44 : 24)) == 8 + QUERY)
			seal(p, odd[i].v6);
		if (xdpframe_read(p, len, &f))
			fail_msg("%s is taken", odd[i].what);
	}
}

/* RFC 768: zero says "none"; RFC 8200 forbids that. */
static void
without_a_checksum_it_is_ipv4s(void **state)
{
	uint8_t p[2048];
	struct xdpframe f;
	size_t len = frame(p, false);

	(void)state;
	set16(p + IP + 20 + 6, 0);
	assert_true(xdpframe_read(p, len, &f));
	len = frame(p, true);
	set16(p + IP + 40 + 6, 0);
	assert_false(xdpframe_read(p, len, &f));
}

/* A sender on the same host leaves the sum of the rest to hardware. */
static void
a_checksum_of_the_pseudo_header_alone_is_taken(void **state)
{
	uint8_t p[2048];
	struct xdpframe f;

	(void)state;
	for (int v6 = 0; v6 <= 1; v6++) {
		size_t len = frame(p, v6);
		uint8_t *sum = p + IP + (v6 ? 40 : 20) + 6;

		set16(sum, folded(pseudo(p + IP, v6, 8 + QUERY)));
		assert_true(xdpframe_read(p, len, &f));
		sum[1] ^= 1;
		assert_false(xdpframe_read(p, len, &f));
	}
}

/* Sums up, whatever the reply's length, odd ones among them. */
static void
a_reply_goes_back_whole(void **state)
{
	uint8_t p[2048];
	struct xdpframe f, back;

	(void)state;
	for (int v6 = 0; v6 <= 1; v6++) {
		for (size_t n = 12; n < 1400; n += 7) {
			size_t len = frame(p, v6), head = v6 ? 62 : 42;
			uint8_t *ip = p + IP, *udp = p + head - 8;

			assert_true(xdpframe_read(p, len, &f));
			for (size_t i = 0; i < n; i++)
				p[head + i] = (uint8_t)(i * n + 5);
			memset(p + head + n, 0x55, 60);
			len = xdpframe_turn(p, &f, n, 0xbeef);
			assert_int_equal(len, head + n < 60 ? 60 : head + n);
			assert_memory_equal(p, asker, 6);
			assert_memory_equal(p + 6, ours, 6);
			assert_int_equal(at16(udp), 53);
			assert_int_equal(at16(udp + 2), 4242);
			assert_int_equal(folded(words(pseudo(ip, v6, 8 + n),
			    udp, 8 + n)), 0xffff);
			if (!v6)
				assert_int_equal(folded(words(0, ip, 20)),
				    0xffff);
			assert_true(xdpframe_read(p, len, &back));
			assert_int_equal(back.len, n);
			for (size_t i = head + n; i < len; i++)
				assert_int_equal(p[i], 0);
		}
	}
}

/* Of the query's header no field stays that is the sender's own. */
static void
a_reply_has_headers_of_its_own(void **state)
{
	static const uint8_t v4[12] = { 0x45, 0, 0, 48, 0xbe, 0xef, 0, 0, 64,
	    17 };
	static const uint8_t v6[8] = { 0x60, 0, 0, 0, 0, 28, 17, 64 };
	uint8_t p[2048];
	struct xdpframe f;

	(void)state;
	assert_true(xdpframe_read(p, frame(p, false), &f));
	(void)xdpframe_turn(p, &f, 20, 0xbeef);
	assert_memory_equal(p + IP, v4, 10);
	assert_int_equal(p[IP + 12], 198);
	assert_int_equal(p[IP + 16], 192);
	assert_true(xdpframe_read(p, frame(p, true), &f));
	(void)xdpframe_turn(p, &f, 20, 0xbeef);
	assert_memory_equal(p + IP, v6, 8);
	assert_int_equal(p[IP + 8], 0xfd);
	assert_int_equal(p[IP + 24], 0x21);
}

/* RFC 768: a sum of zero is sent as all ones; as zero it would say "none". */
static void
a_sum_of_zero_is_sent_as_ones(void **state)
{
	uint8_t p[2048];
	struct xdpframe f;
	unsigned sum;

	(void)state;
	for (int v6 = 0; v6 <= 1; v6++) {
		uint8_t *udp = p + IP + (v6 ? 40 : 20);

		assert_true(xdpframe_read(p, frame(p, v6), &f));
		memset(udp + 8, 0, 20);
		(void)xdpframe_turn(p, &f, 20, 0);
		sum = at16(udp + 6);
		/* The same once more, with what is missing to zero. */
		assert_true(xdpframe_read(p, frame(p, v6), &f));
		memset(udp + 8, 0, 20);
		set16(udp + 8, sum);
		(void)xdpframe_turn(p, &f, 20, 0);
		assert_int_equal(at16(udp + 6), 0xffff);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_query_is_found_with_padding_behind_it),
		cmocka_unit_test(a_cut_frame_is_none),
		cmocka_unit_test(each_flipped_bit_that_counts_is_noticed),
		cmocka_unit_test(what_needs_the_kernel_is_none),
		cmocka_unit_test(without_a_checksum_it_is_ipv4s),
		cmocka_unit_test(a_checksum_of_the_pseudo_header_alone_is_taken),
		cmocka_unit_test(a_reply_goes_back_whole),
		cmocka_unit_test(a_reply_has_headers_of_its_own),
		cmocka_unit_test(a_sum_of_zero_is_sent_as_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
