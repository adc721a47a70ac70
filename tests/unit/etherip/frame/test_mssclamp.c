/* tests/unit/etherip/frame/test_mssclamp.c - SYNs that say too much, and all that is not to be
 * touched. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "etherip/frame/ethframe.h"
#include "etherip/frame/macaddr.h"
#include "etherip/frame/mssclamp.h"
#include "core/wire/netsum.h"

struct frame {
	uint8_t	octets[128];
	size_t	len, ip, tcp;		/* where they begin */
	bool	v6;
};

static void
put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* The TCP checksum over its pseudo-header (RFC 9293 section 3.1), as it should be. */
static uint16_t
true_sum(const struct frame *f)
{
	uint8_t pseudo[4] = { 0, 6 };
	uint64_t sum;

	put16(pseudo + 2, (unsigned)(f->len - f->tcp));
	sum = netsum_add(0, pseudo, sizeof(pseudo));
	sum = netsum_add(sum, f->octets + f->ip + (f->v6 ? 8 : 12),
	    f->v6 ? 32 : 8);
	return netsum_fold(netsum_add(sum, f->octets + f->tcp,
	    f->len - f->tcp));
}

/* A SYN with these options, 4n octets of them. */
static struct frame
syn(bool v6, bool tagged, const uint8_t *options, size_t count)
{
	struct frame f = { .v6 = v6 };
	uint8_t *p = f.octets;

	macaddr_put(p, 2);
	macaddr_put(p + 6, 4);
	if (tagged) {
		put16(p + 12, 0x8100);
		put16(p + 14, 7);
	}
	f.ip = tagged ? 18 : 14;
	put16(p + f.ip - 2, v6 ? 0x86dd : 0x0800);
	f.tcp = f.ip + (v6 ? 40 : 20);
	f.len = f.tcp + 20 + count;
	p[f.ip] = v6 ? 0x60 : 0x45;
	p[f.ip + (v6 ? 6 : 9)] = 6;
	for (size_t i = 0; i < (v6 ? 32 : 8); i++)
		p[f.ip + (v6 ? 8 : 12) + i] = (uint8_t)(i * 7 + 1);
	put16(p + f.tcp, 40000);
	put16(p + f.tcp + 2, 80);
	p[f.tcp + 12] = (uint8_t)((20 + count) / 4 << 4);
	p[f.tcp + 13] = 0x02;
	memcpy(p + f.tcp + 20, options, count);
	put16(p + f.tcp + 16, true_sum(&f));
	return f;
}

static bool
clamp(struct frame *f, uint16_t mtu)
{
	struct ethframe head;

	assert_true(ethframe_read(&head, f->octets, f->len));
	return mssclamp(&head, f->octets, f->len, mtu);
}

static const uint8_t mss_1460[] = { 2, 4, 1460 >> 8, 1460 & 0xff };

static void
too_much_is_made_to_fit(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		bool v6 = i & 1, tagged = i & 2;
		struct frame f = syn(v6, tagged, mss_1460, sizeof(mss_1460));
		unsigned mss;

		assert_true(clamp(&f, 1400));
		mss = f.octets[f.tcp + 22] << 8 | f.octets[f.tcp + 23];
		assert_int_equal(mss, v6 ? 1340 : 1360);
		assert_int_equal(true_sum(&f), 0);
		assert_false(clamp(&f, 1400));
	}
}

static void
the_option_is_found_wherever_it_is(void **state)
{
	static const uint8_t odd[] = { 1, 2, 4, 5, 0xb4, 1, 0, 0 };
	static const uint8_t last[] = { 8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1,
	    2, 4, 5, 0xb4 };
	struct frame f = syn(false, false, odd, sizeof(odd));

	(void)state;
	assert_true(clamp(&f, 1400));
	assert_int_equal(f.octets[f.tcp + 23] << 8 | f.octets[f.tcp + 24],
	    1360);
	assert_int_equal(true_sum(&f), 0);
	f = syn(true, true, last, sizeof(last));
	assert_true(clamp(&f, 1400));
	assert_int_equal(true_sum(&f), 0);
}

static void
assert_untouched(struct frame f)
{
	struct frame was = f;

	assert_false(clamp(&f, 1400));
	assert_memory_equal(f.octets, was.octets, sizeof(f.octets));
}

static void
what_is_no_such_syn_is_left_alone(void **state)
{
	static const uint8_t small[] = { 2, 4, 5, 0 };
	static const uint8_t none[] = { 1, 1, 1, 0 };
	static const uint8_t endless[] = { 8, 0, 2, 4 };
	static const uint8_t beyond[] = { 1, 1, 2, 4 };
	static const uint8_t behind_end[] = { 0, 0, 0, 0, 2, 4, 5, 0xb4 };
	struct frame f;

	(void)state;
	assert_untouched(syn(false, false, small, 4));
	assert_untouched(syn(false, false, none, 4));
	assert_untouched(syn(false, false, endless, 4));
	assert_untouched(syn(false, false, beyond, 4));
	assert_untouched(syn(false, false, behind_end, 8));
	f = syn(false, false, mss_1460, 4);
	f.octets[f.tcp + 13] = 0x10;		/* no SYN */
	assert_untouched(f);
	f = syn(false, false, mss_1460, 4);
	f.octets[f.ip + 9] = 17;
	assert_untouched(f);
	f = syn(false, false, mss_1460, 4);
	f.octets[f.ip + 7] = 1;			/* a later fragment */
	assert_untouched(f);
	f = syn(false, false, mss_1460, 4);
	f.octets[f.ip + 6] = 0x20;		/* the first of some */
	assert_untouched(f);
	f = syn(false, false, mss_1460, 4);
	f.len--;
	assert_untouched(f);
	f = syn(true, false, mss_1460, 4);
	f.octets[f.ip + 6] = 44;		/* a fragment's header */
	assert_untouched(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(too_much_is_made_to_fit),
		cmocka_unit_test(the_option_is_found_wherever_it_is),
		cmocka_unit_test(what_is_no_such_syn_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
