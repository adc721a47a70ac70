/* tests/unit/etherip/pair/test_leasewire.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "etherip/pair/lease.h"
#include "etherip/pair/leasewire.h"

static const uint8_t key[LEASEWIRE_KEY] = { 1, 2, 3 };
static const struct lease_word word = {
	.state = LEASE_CLAIM, .level = LEASE_PREFERRED, .granting = true,
	.seq = UINT64_C(0x0102030405060708), .ack = 9, .boot = 10, .echo = 11,
	.id = UINT64_MAX, .term_ms = 500, .quiet_ms = 531,
};

static void
a_word_comes_through_whole(void **state)
{
	uint8_t octets[LEASEWIRE_MAX];
	size_t len = leasewire_write(octets, &word, key), body_len;
	enum leasewire_kind kind;
	struct lease_word got;
	const uint8_t *body;

	(void)state;
	assert_int_equal(len, 8 + 52 + 32);
	assert_int_equal(leasewire_open(octets, len, key, &kind, &body,
	    &body_len), LEASEWIRE_GOOD);
	assert_int_equal(kind, LEASEWIRE_LEASE);
	assert_int_equal(leasewire_read(&got, body, body_len), 0);
	assert_int_equal(got.state, word.state);
	assert_int_equal(got.level, word.level);
	assert_true(got.granting);
	assert_int_equal(got.seq, word.seq);
	assert_int_equal(got.ack, word.ack);
	assert_int_equal(got.boot, word.boot);
	assert_int_equal(got.echo, word.echo);
	assert_int_equal(got.id, word.id);
	assert_int_equal(got.term_ms, word.term_ms);
	assert_int_equal(got.quiet_ms, word.quiet_ms);
}

/* The layout, octet by octet: another version must find it. */
static void
the_form_is_as_documented(void **state)
{
	static const uint8_t want[] = {
		'E', 'I', 'P', 'P', 1, 1, 0, 52,
		2, 3, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 9,
		0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 11,
		255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 1, 0xf4,
		0, 0, 2, 0x13,
	};
	uint8_t octets[LEASEWIRE_MAX];

	(void)state;
	(void)leasewire_write(octets, &word, key);
	assert_memory_equal(octets, want, sizeof(want));
}

static void
no_bit_may_change_and_no_octet_be_missing(void **state)
{
	uint8_t octets[LEASEWIRE_MAX];
	size_t len = leasewire_write(octets, &word, key), body_len;
	uint8_t other[LEASEWIRE_KEY] = { 1, 2, 4 };
	enum leasewire_kind kind;
	const uint8_t *body;

	(void)state;
	for (size_t i = 0; i < len * 8; i++) {
		octets[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_int_not_equal(leasewire_open(octets, len, key, &kind,
		    &body, &body_len), LEASEWIRE_GOOD);
		octets[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (size_t i = 0; i < len; i++)
		assert_int_equal(leasewire_open(octets, i, key, &kind, &body,
		    &body_len), LEASEWIRE_FORM);
	assert_int_equal(leasewire_open(octets, len + 1, key, &kind, &body,
	    &body_len), LEASEWIRE_FORM);
	assert_int_equal(leasewire_open(octets, len, other, &kind, &body,
	    &body_len), LEASEWIRE_FORGED);
}

static void
what_cannot_be_is_refused(void **state)
{
	static const struct { size_t at; uint8_t value; } rows[] = {
		{ 0, 4 }, { 1, 5 }, { 46, 0xff },	/* state, level, term */
	};
	uint8_t octets[LEASEWIRE_MAX], *body = octets + LEASEWIRE_HEAD;
	struct lease_word none = word, got = { .seq = 77 };

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		(void)leasewire_write(octets, &word, key);
		body[rows[i].at] = rows[i].value;
		assert_int_equal(leasewire_read(&got, body, 52), ERR_RANGE);
	}
	none.boot = 0;
	(void)leasewire_write(octets, &none, key);
	assert_int_equal(leasewire_read(&got, body, 52), ERR_RANGE);
	assert_int_equal(leasewire_read(&got, body, 51), ERR_PARSE);
	assert_int_equal(got.seq, 77);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_comes_through_whole),
		cmocka_unit_test(the_form_is_as_documented),
		cmocka_unit_test(no_bit_may_change_and_no_octet_be_missing),
		cmocka_unit_test(what_cannot_be_is_refused),
	};

	return cmocka_run_group_tests_name("leasewire", tests, NULL, NULL);
}
