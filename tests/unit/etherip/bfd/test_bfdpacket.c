/* tests/unit/etherip/bfd/test_bfdpacket.c - each field at its place, and each rule that makes a
 * packet none. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "etherip/bfd/bfdpacket.h"

/* Up, polling, 3 times 300 ms, as FRR sends it. */
static const uint8_t sample[] = {
	0x20, 0xe0, 3, 24, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
	0, 4, 0x93, 0xe0, 0, 4, 0x93, 0xe0, 0, 0, 0xc3, 0x50
};

static void
fields_are_where_the_rfc_has_them(void **state)
{
	uint8_t out[BFDPACKET_OCTETS];
	struct bfdpacket p;

	(void)state;
	assert_int_equal(bfdpacket_read(&p, sample, sizeof(sample)),
	    BFDPACKET_GOOD);
	assert_int_equal(p.state, BFDPACKET_UP);
	assert_true(p.poll);
	assert_false(p.final);
	assert_int_equal(p.mine, 0x11223344);
	assert_int_equal(p.yours, 0x55667788);
	assert_int_equal(p.min_tx_us, 300000);
	assert_int_equal(p.min_rx_us, 300000);
	assert_int_equal(p.min_echo_us, 50000);
	bfdpacket_write(&p, out);
	assert_memory_equal(out, sample, sizeof(sample));
}

static void
each_rule_refuses(void **state)
{
	static const struct {
		size_t	 at;
		uint8_t	 octet;
		enum bfdpacket_fault fault;
	} rows[] = {
		{ 0, 0x00, BFDPACKET_VERSION },
		{ 0, 0x40, BFDPACKET_VERSION },
		{ 1, 0xe1, BFDPACKET_MULTIPOINT },
		{ 1, 0xe4, BFDPACKET_AUTH },
		{ 2, 0, BFDPACKET_MULTIPLIER },
		{ 3, 23, BFDPACKET_SHORT },
		{ 3, 25, BFDPACKET_SHORT },
	};
	uint8_t octets[BFDPACKET_OCTETS];
	struct bfdpacket p;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		for (size_t k = 0; k < sizeof(octets); k++)
			octets[k] = sample[k];
		octets[rows[i].at] = rows[i].octet;
		assert_int_equal(bfdpacket_read(&p, octets, sizeof(octets)),
		    rows[i].fault);
	}
	for (size_t len = 0; len < sizeof(sample); len++)
		assert_int_equal(bfdpacket_read(&p, sample, len),
		    BFDPACKET_SHORT);
}

static void
discriminators_are_known_unless_it_is_down(void **state)
{
	struct bfdpacket p = { .state = BFDPACKET_DOWN, .multiplier = 3,
	    .mine = 7 };
	uint8_t out[BFDPACKET_OCTETS];

	(void)state;
	for (int i = BFDPACKET_ADMINDOWN; i <= BFDPACKET_UP; i++) {
		p.state = (enum bfdpacket_state)i;
		bfdpacket_write(&p, out);
		assert_int_equal(bfdpacket_read(&p, out, sizeof(out)),
		    i <= BFDPACKET_DOWN ? BFDPACKET_GOOD :
		    BFDPACKET_DISCRIMINATOR);
	}
	p.mine = 0;
	p.yours = 1;
	bfdpacket_write(&p, out);
	assert_int_equal(bfdpacket_read(&p, out, sizeof(out)),
	    BFDPACKET_DISCRIMINATOR);
	assert_string_equal(bfdpacket_state_name(BFDPACKET_UP), "up");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_where_the_rfc_has_them),
		cmocka_unit_test(each_rule_refuses),
		cmocka_unit_test(discriminators_are_known_unless_it_is_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
