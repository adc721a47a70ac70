/* tests/unit/wom/discover/test_askwire.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <cmocka.h>

#include "wom/discover/askwire.h"

#define HEAD4	20
#define HEAD6	40

static const struct askwire_ask question = {
	.ident = 0x1234, .sequence = 0x5678, .site = { 1, 2, 3 },
	.token = { 9, 8, 7, [15] = 6 },
};

/* The packet that a gateway sees; from 192.0.2.7 or 2001:db8::7. */
static size_t
packet(uint8_t out[HEAD6 + ASKWIRE_LEN], uint8_t family)
{
	static const uint8_t head4[HEAD4] = { 0x45, 0, 0, HEAD4 + ASKWIRE_LEN,
	    0, 0, 0, 0, 64, 1, 0, 0, 192, 0, 2, 7, 198, 51, 100, 1 };
	static const uint8_t head6[HEAD6] = { 0x60, 0, 0, 0, 0, ASKWIRE_LEN,
	    58, 64, 0x20, 1, 0xd, 0xb8, [23] = 7, 0x20, 1, 0xd, 0xb8,
	    [39] = 1 };
	size_t head = family == AF_INET ? HEAD4 : HEAD6;

	memcpy(out, family == AF_INET ? head4 : head6, head);
	askwire_write_ask(out + head, family, &question);
	return head + ASKWIRE_LEN;
}

/* RFC 1071: with the checksum in it the sum is all ones. */
static uint16_t
sum(const uint8_t *p)
{
	uint32_t s = 0;

	for (size_t i = 0; i < ASKWIRE_LEN; i += 2)
		s += (uint32_t)(p[i] << 8 | p[i + 1]);
	while (s >> 16 != 0)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)s;
}

static void
a_question_is_read_where_it_passes(void **state)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	uint8_t p[HEAD6 + ASKWIRE_LEN];
	struct askwire_ask a;
	struct addr from, want;

	(void)state;
	for (size_t f = 0; f < 2; f++) {
		size_t len = packet(p, families[f]);

		assert_true(askwire_read_ask(&a, &from, p, len));
		assert_memory_equal(&a, &question, sizeof(a));
		assert_int_equal(addr_parse(f == 0 ? "192.0.2.7" :
		    "2001:db8::7", &want), 0);
		assert_true(addr_equal(&from, &want));
		for (size_t n = 0; n < len; n++)
			assert_false(askwire_read_ask(&a, &from, p, n));
	}
}

static void
any_other_octet_makes_it_none(void **state)
{
	static const uint8_t at[] = { 0, 1, 8, 11, 12, 15, 16 };
	uint8_t p[HEAD6 + ASKWIRE_LEN];
	struct askwire_ask a;
	struct addr from;

	(void)state;
	for (size_t i = 0; i < sizeof(at); i++) {
		size_t len = packet(p, AF_INET);

		p[HEAD4 + at[i]] ^= 1;
		if (askwire_read_ask(&a, &from, p, len))
			fail_msg("octet %u", at[i]);
	}
}

static void
an_answer_is_an_echo_reply_no_longer_than_the_question(void **state)
{
	static const char *const places[] = { "198.51.100.9:443",
	    "[2001:db8::9]:4433" };
	uint8_t octets[HEAD4 + ASKWIRE_LEN] = { 0x45, 0, 0, sizeof(octets), 0,
	    0, 0, 0, 64, 1 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint8_t family = i == 0 ? AF_INET : AF_INET6;
		struct askwire_answer a = { .site = { 4, 5 } }, got;
		uint8_t *p = octets + HEAD4;

		assert_int_equal(addr_parse_port(places[i], &a.at), 0);
		memcpy(a.token, question.token, sizeof(a.token));
		askwire_write_answer(p, family, &question, &a);
		assert_int_equal(p[0], i == 0 ? 0 : 129);
		assert_int_equal(p[4] << 8 | p[5], question.ident);
		assert_true(askwire_read_answer(&got, p, ASKWIRE_LEN, family,
		    false));
		assert_memory_equal(&got, &a, sizeof(a));
		for (size_t n = 0; n < ASKWIRE_LEN; n++)
			assert_false(askwire_read_answer(&got, p, n, family,
			    false));
		if (i == 0)
			assert_true(askwire_read_answer(&got, octets,
			    sizeof(octets), family, true));
	}
}

/* A host's own reply quotes the question; it is no answer. */
static void
a_question_that_comes_back_is_no_answer(void **state)
{
	uint8_t p[ASKWIRE_LEN];
	struct askwire_answer a;

	(void)state;
	askwire_write_ask(p, AF_INET, &question);
	p[0] = 0;
	assert_false(askwire_read_answer(&a, p, sizeof(p), AF_INET, false));
}

static void
ipv4_has_a_checksum(void **state)
{
	struct askwire_answer a = { .at.port = 443 };
	uint8_t p[ASKWIRE_LEN];

	(void)state;
	askwire_write_ask(p, AF_INET, &question);
	assert_int_equal(sum(p), 0xffff);
	assert_int_equal(addr_parse("192.0.2.1", &a.at.addr), 0);
	askwire_write_answer(p, AF_INET, &question, &a);
	assert_int_equal(sum(p), 0xffff);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_is_read_where_it_passes),
		cmocka_unit_test(any_other_octet_makes_it_none),
		cmocka_unit_test(
		    an_answer_is_an_echo_reply_no_longer_than_the_question),
		cmocka_unit_test(a_question_that_comes_back_is_no_answer),
		cmocka_unit_test(ipv4_has_a_checksum),
	};

	return cmocka_run_group_tests_name("askwire", tests, NULL, NULL);
}
