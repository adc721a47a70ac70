/* tests/unit/monitors/test_dnsreply.c - queries of the dns monitor,
 * and what may answer them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <string.h>

#include "core/base/addr.h"
#include "core/base/obj.h"
#include "core/wire/dnsname.h"
#include "core/wire/wbuf.h"
#include "monitors/dnsreply.h"

static uint8_t query[DNSREPLY_QUERY_MAX];
static size_t query_len;

static void
ask(const char *name, uint16_t type, uint64_t bits)
{
	uint8_t wire[DNSNAME_MAX];
	struct wbuf w;

	assert_int_not_equal(dnsname_parse(name, wire), 0);
	wbuf_init(&w, query, sizeof(query));
	dnsreply_ask(&w, wire, type, bits);
	assert_false(w.bad);
	query_len = w.off;
}

static void
a_query_is_one_question_with_random_number_and_cases(void **state)
{
	uint8_t first[DNSREPLY_QUERY_MAX];
	unsigned capitals = 0;

	(void)state;
	ask("www.example-1.com", DNSREPLY_AAAA, UINT64_C(0xabcd000000000001));
	assert_memory_equal(query, "\xab\xcd\1\0\0\1\0\0\0\0\0\0", 12);
	assert_memory_equal(query + query_len - 4, "\0\x1c\0\1", 4);
	assert_int_equal(query_len, 12 + 19 + 4);
	assert_int_equal(query[12], 3);
	assert_int_equal(query[16], 9);
	for (size_t i = 12; i < query_len - 4; i++)
		capitals += isupper(query[i]) != 0;
	assert_in_range(capitals, 1, 13);
	memcpy(first, query, sizeof(first));
	ask("www.example-1.com", DNSREPLY_AAAA, UINT64_C(0xabcd000000000001));
	assert_memory_equal(query, first, query_len);
	ask("www.example-1.com", DNSREPLY_AAAA, UINT64_C(0xabcd000000000002));
	assert_memory_not_equal(query, first, query_len);
}

static void
the_longest_name_fits(void **state)
{
	char name[254];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[63] = name[127] = name[191] = '.';
	name[253] = '\0';
	ask(name, DNSREPLY_A, 5);
	assert_int_equal(query_len, DNSREPLY_QUERY_MAX);
}

/* ---- answers ---- */

static uint8_t reply[1024];
static size_t reply_len;
static struct dnsreply_seen seen;

/* The query back as an answer with these flags and so many records. */
static void
begin(unsigned flags, unsigned answers)
{
	memcpy(reply, query, query_len);
	reply[2] = (uint8_t)(flags >> 8);
	reply[3] = (uint8_t)flags;
	reply[7] = (uint8_t)answers;
	reply_len = query_len;
}

static void
add(const char *octets, size_t len)
{
	memcpy(reply + reply_len, octets, len);
	reply_len += len;
}

#define ADD(s)	add(s, sizeof(s) - 1)
#define A(last)	"\xc0\x0c\0\1\0\1\0\0\0\5\0\4\xc0\0\2" last
#define CNAME	"\xc0\x0c\0\5\0\1\0\0\0\5\0\5\1x\xc0\x10\0"

static void
expect(enum dnsreply want, const char *address)
{
	struct addr a;

	if (address != NULL)
		assert_int_equal(addr_parse(address, &a), 0);
	assert_int_equal(dnsreply_read(reply, reply_len, query, query_len,
	    address != NULL ? &a : NULL, &seen), want);
}

static void
records_are_counted_and_the_address_is_found(void **state)
{
	(void)state;
	ask("www.example.com", DNSREPLY_A, 77);
	begin(0x8180, 3);
	ADD(CNAME);
	ADD(A("\1"));
	ADD(A("\2"));
	expect(DNSREPLY_ANSWER, "192.0.2.2");
	assert_int_equal(seen.rcode, 0);
	assert_int_equal(seen.records, 3);
	assert_int_equal(seen.of_type, 2);
	assert_true(seen.match);
	expect(DNSREPLY_ANSWER, "192.0.2.3");
	assert_false(seen.match);
	expect(DNSREPLY_ANSWER, NULL);
	assert_false(seen.match);
}

static void
what_does_not_repeat_the_query_answers_another(void **state)
{
	(void)state;
	ask("www.example.com", DNSREPLY_A, UINT64_C(0x1234567812345678));
	begin(0x8180, 0);
	expect(DNSREPLY_ANSWER, NULL);
	for (size_t i = 0; i < 2; i++) {	/* the number */
		reply[i] ^= 1;
		expect(DNSREPLY_FOREIGN, NULL);
		reply[i] ^= 1;
	}
	for (size_t i = 12; i < reply_len; i++) {	/* any case, too */
		reply[i] ^= 0x20;
		expect(DNSREPLY_FOREIGN, NULL);
		reply[i] ^= 0x20;
	}
	begin(0x0100, 0);		/* a query */
	expect(DNSREPLY_FOREIGN, NULL);
	begin(0xa180, 0);		/* of another kind */
	expect(DNSREPLY_FOREIGN, NULL);
	begin(0x8180, 0);
	reply[5] = 2;			/* of two questions */
	expect(DNSREPLY_FOREIGN, NULL);
	for (size_t n = 0; n < query_len; n++) {
		begin(0x8180, 0);
		reply_len = n;
		expect(DNSREPLY_FOREIGN, NULL);
	}
}

static void
an_error_may_come_without_the_question(void **state)
{
	(void)state;
	ask("www.example.com", DNSREPLY_A, 9);
	begin(0x8185, 0);
	reply[5] = 0;
	reply_len = 12;
	expect(DNSREPLY_ANSWER, NULL);
	assert_int_equal(seen.rcode, 5);
	reply[3] = 0x83;	/* but not that some name is not there */
	expect(DNSREPLY_FOREIGN, NULL);
	reply[3] = 0x80;
	expect(DNSREPLY_FOREIGN, NULL);
}

static void
a_cut_answer_is_told_and_a_broken_one(void **state)
{
	(void)state;
	ask("www.example.com", DNSREPLY_A, 3);
	begin(0x8380, 0);
	expect(DNSREPLY_CUT, NULL);
	begin(0x8382, 0);	/* an error is whole all the same */
	expect(DNSREPLY_ANSWER, NULL);
	assert_int_equal(seen.rcode, 2);
	begin(0x8180, 1);
	ADD(A("\1"));
	for (size_t n = query_len; n < query_len + 16; n++) {
		reply_len = n;
		expect(DNSREPLY_GARBLED, NULL);
	}
	begin(0x8180, 1);
	ADD("\x40" "name of no such kind");
	expect(DNSREPLY_GARBLED, NULL);
	begin(0x8180, 255);
	ADD(A("\1"));
	expect(DNSREPLY_GARBLED, NULL);
}

static void
an_address_is_of_its_type_class_and_length(void **state)
{
	(void)state;
	ask("www.example.com", DNSREPLY_A, 3);
	begin(0x8180, 3);
	ADD("\xc0\x0c\0\1\0\3\0\0\0\5\0\4\xc0\0\2\1");		/* CH */
	ADD("\xc0\x0c\0\1\0\1\0\0\0\5\0\5\xc0\0\2\1\0");	/* too long */
	ADD("\xc0\x0c\0\x10\0\1\0\0\0\5\0\4\xc0\0\2\1");	/* TXT */
	expect(DNSREPLY_ANSWER, "192.0.2.1");
	assert_int_equal(seen.records, 3);
	assert_int_equal(seen.of_type, 1);
	assert_false(seen.match);
	ask("www.example.com", DNSREPLY_AAAA, 3);
	begin(0x8180, 1);
	ADD("\xc0\x0c\0\x1c\0\1\0\0\0\5\0\x10\x20\1\x0d\xb8\0\0\0\0\0\0\0\0"
	    "\0\0\0\7");
	expect(DNSREPLY_ANSWER, "2001:db8::7");
	assert_true(seen.match);
}

static void
rcodes_have_names(void **state)
{
	(void)state;
	assert_string_equal(dnsreply_rcode_name(3), "NXDOMAIN");
	assert_null(dnsreply_rcode_name(15));
	assert_null(dnsreply_rcode_name(-1));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_query_is_one_question_with_random_number_and_cases),
		cmocka_unit_test(the_longest_name_fits),
		cmocka_unit_test(records_are_counted_and_the_address_is_found),
		cmocka_unit_test(what_does_not_repeat_the_query_answers_another),
		cmocka_unit_test(an_error_may_come_without_the_question),
		cmocka_unit_test(a_cut_answer_is_told_and_a_broken_one),
		cmocka_unit_test(an_address_is_of_its_type_class_and_length),
		cmocka_unit_test(rcodes_have_names),
	};

	return cmocka_run_group_tests_name("dnsreply", tests, NULL, NULL);
}
