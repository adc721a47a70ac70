/* tests/unit/core/wire/test_netsum.c - the sum beside one that is made word by word.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/rand.h"
#include "core/wire/netsum.h"

static uint16_t
plainly(const uint8_t *p, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++) {
		sum += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return (uint16_t)~sum;
}

/* RFC 1071 section 3. */
static void
the_example_of_the_rfc(void **state)
{
	static const uint8_t octets[] = {
		0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7
	};

	(void)state;
	assert_int_equal(netsum_fold(netsum_add(0, octets, 8)), 0x220d);
}

static void
any_octets_in_any_pieces(void **state)
{
	uint8_t octets[300];
	struct rand r;

	(void)state;
	rand_seed_from(&r, 1);
	for (int round = 0; round < 2000; round++) {
		size_t len = rand_below(&r, sizeof(octets));
		size_t cut = rand_below(&r, (uint32_t)len / 2 + 1) * 2;
		uint64_t sum;

		for (size_t i = 0; i < len; i++)
			octets[i] = rand_below(&r, 4) == 0 ? 0xff :
			    (uint8_t)rand_u64(&r);
		sum = netsum_add(0, octets, cut < len ? cut : len);
		if (cut < len)
			sum = netsum_add(sum, octets + cut, len - cut);
		assert_int_equal(netsum_fold(sum), plainly(octets, len));
	}
}

static void
a_change_is_followed(void **state)
{
	uint8_t octets[64];
	struct rand r;

	(void)state;
	rand_seed_from(&r, 2);
	for (int round = 0; round < 2000; round++) {
		size_t at = 2 * rand_below(&r, sizeof(octets) / 2);
		uint16_t sum, was, now = (uint16_t)rand_u64(&r);

		/* A sum of zeros alone has two forms (RFC 1624 section 3). */
		for (size_t i = 0; i < sizeof(octets); i++)
			octets[i] = (uint8_t)(1 + rand_below(&r, 255));
		sum = plainly(octets, sizeof(octets));
		was = (uint16_t)(octets[at] << 8 | octets[at + 1]);
		octets[at] = (uint8_t)(now >> 8);
		octets[at + 1] = (uint8_t)now;
		assert_int_equal(netsum_update(sum, was, now),
		    plainly(octets, sizeof(octets)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_the_rfc),
		cmocka_unit_test(any_octets_in_any_pieces),
		cmocka_unit_test(a_change_is_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
