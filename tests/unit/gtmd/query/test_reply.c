/* tests/unit/gtmd/query/test_reply.c - OPT and its options, sizes, truncation.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/obj.h"
#include "gtmd/query/reply.h"
#include "tests/unit/gtmd/query/stage.h"

static struct world_settings settings = {
	.udp_response_max = 1400, .tcp_idle_timeout_ms = 10000,
};

/* The query's question, as question_read gives it; packet is ready for the
 * reply. */
static struct question
ask(uint8_t packet[4096], uint16_t payload, const char *options)
{
	struct stage_query sq = { .name = "www.example.com", .type = 1,
		.payload = payload, .options = options };
	struct question q;

	question_read(&q, packet, stage_write(&sq, packet, 4096));
	assert_int_equal(q.fate, QUESTION_ASK);
	return q;
}

static void
check(uint8_t *packet, size_t len, const char *want)
{
	char text[4096];
	const char *got = stage_format(packet, len, text, sizeof(text));

	if (strcmp(got, want) != 0)
		fail_msg("got  %s\n     want %s", got, want);
}

/* Whatever goes in: the size that is foretold is the one that comes. */
static void
a_size_is_known_before_it_is_written(void **state)
{
	static const char *const options[] = { NULL, "0003 0000",
	    "0008 0007 0001 1400 c00010", "000a 0008 0102030405060708",
	    "0003 0000 0008 0004 0002 0000 000a 0008 0102030405060708" };
	static const int8_t ede[] = { REPLY_EDE_NONE, REPLY_EDE_OTHER,
	    REPLY_EDE_PROHIBITED };
	uint8_t packet[4096];
	struct question q;
	struct reply r;

	(void)state;
	stage_text(&settings.identity, "n1");
	for (unsigned i = 0; i < 60; i++) {
		size_t size;

		q = ask(packet, i % 10 < 5 ? 1232 : 0, options[i % 5]);
		reply_open(&r, &q, packet, 512, 0);
		r.ede = ede[i % 3];
		r.bare = i % 4 == 3;
		r.cookie = q.cookie_len > 0;
		(void)wbuf_reserve(&r.w, i);
		size = reply_size(&r, &q, &settings);
		assert_int_equal(reply_close(&r, &q, &settings), size);
	}
	settings.identity.len = 0;
}

/* RFC 6891 6.1.1: OPT only to who sent one. */
static void
opt_answers_opt(void **state)
{
	uint8_t packet[4096];
	struct question q = ask(packet, 0, NULL);
	struct reply r;

	(void)state;
	reply_open(&r, &q, packet, 512, 0);
	r.ede = REPLY_EDE_NOT_AUTHORITATIVE;
	r.rcode = RCODE_REFUSED;
	check(packet, reply_close(&r, &q, &settings), "REFUSED");
	q = ask(packet, 1232, NULL);
	reply_open(&r, &q, packet, 512, 0);
	r.aa = true;
	check(packet, reply_close(&r, &q, &settings), "NOERROR aa OPT 1400");
}

static void
options_tell_what_was_asked(void **state)
{
	uint8_t packet[4096];
	struct question q = ask(packet, 1232, "0003 0000 000b 0000");
	struct reply r;

	(void)state;
	/* No identity: NSID is off. No connection: nothing to keep alive. */
	reply_open(&r, &q, packet, 512, 0);
	r.ede = REPLY_EDE_NOT_AUTHORITATIVE;
	r.rcode = RCODE_REFUSED;
	check(packet, reply_close(&r, &q, &settings),
	    "REFUSED OPT 1400 000f00020014");
	q = ask(packet, 1232, "0003 0000 000b 0000");
	stage_text(&settings.identity, "n1");
	reply_open(&r, &q, packet, 65535, REPLY_KEPT);
	check(packet, reply_close(&r, &q, &settings),
	    "NOERROR OPT 1400 000b0002006400030002" "6e31");
	settings.identity.len = 0;
}

/* As it came, with the scope; also where the answer did not fit. */
static void
the_client_subnet_goes_back_with_its_scope(void **state)
{
	uint8_t packet[4096];
	struct question q = ask(packet, 1232, "0008 0007 0001 1800 c00002");
	struct reply r;

	(void)state;
	reply_open(&r, &q, packet, 1232, false);
	r.scope = 20;
	check(packet, reply_close(&r, &q, &settings),
	    "NOERROR OPT 1400 0008000700011814c00002");
	q = ask(packet, 512, "0008 0007 0001 1800 c00002");
	reply_open(&r, &q, packet, 512, false);
	while (wbuf_reserve(&r.w, 1) != NULL)
		continue;
	r.w.bad = false;
	assert_int_equal(reply_close(&r, &q, &settings), 512);
	/* Who tells nothing is told nothing. */
	q = ask(packet, 1232, "0008 0004 0002 0000");
	reply_open(&r, &q, packet, 1232, false);
	r.scope = 20;
	check(packet, reply_close(&r, &q, &settings),
	    "NOERROR OPT 1400 0008000400020000");
}

/* The room for OPT is kept free; options that find none are left out. */
static void
opt_always_fits(void **state)
{
	uint8_t packet[4096];
	struct question q = ask(packet, 512, "0003 0000");
	struct reply r;
	size_t len;

	(void)state;
	stage_text(&settings.identity, "an identity of some length");
	reply_open(&r, &q, packet, 512, 0);
	while (wbuf_reserve(&r.w, 1) != NULL)
		continue;
	assert_true(r.w.bad);
	assert_int_equal(r.w.off, 512 - 11);
	r.w.bad = false;
	len = reply_close(&r, &q, &settings);
	assert_int_equal(len, 512);
	assert_int_equal(packet[11], 1);
	settings.identity.len = 0;
}

static void
truncation_leaves_the_question_alone(void **state)
{
	uint8_t packet[4096];
	struct question q = ask(packet, 0, NULL);
	struct reply r;

	(void)state;
	reply_open(&r, &q, packet, 512, 0);
	while (wbuf_reserve(&r.w, 10) != NULL)
		r.answer++;
	reply_truncate(&r, &q);
	r.aa = true;
	assert_int_equal(r.w.off, q.end);
	check(packet, reply_close(&r, &q, &settings), "NOERROR aa tc");
}

/* RFC 8467 4.1: a multiple of 468 octets, whatever stands before; RFC 7830 4:
 * for who pads. Who has no such room gets what there is. */
static void
padding_fills_a_block(void **state)
{
	static const struct { size_t records, limit, want; } steps[] = {
		{ 0, 65535, 468 }, { 400, 65535, 468 }, { 420, 65535, 468 },
		{ 421, 65535, 936 }, { 500, 65535, 936 }, { 500, 600, 600 },
		{ 500, 548, 548 },
		{ 500, 547, 544 },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(steps); i++) {
		uint8_t packet[4096];
		struct question q = ask(packet, 1232, "000c 0003 000000");
		struct reply r;
		size_t len;

		assert_int_equal(q.end, 33);
		reply_open(&r, &q, packet, steps[i].limit, REPLY_PADDED);
		memset(wbuf_reserve(&r.w, steps[i].records), 0xff,
		    steps[i].records);
		len = reply_close(&r, &q, &settings);
		if (len != steps[i].want)
			fail_msg("%zu octets of records: %zu, want %zu",
			    steps[i].records, len, steps[i].want);
	}
}

static void
nobody_else_is_padded(void **state)
{
	uint8_t packet[4096];
	struct question q = ask(packet, 1232, "000c 0003 000000");
	struct reply r;

	(void)state;
	reply_open(&r, &q, packet, 65535, REPLY_KEPT);
	check(packet, reply_close(&r, &q, &settings), "NOERROR OPT 1400");
	q = ask(packet, 1232, NULL);
	reply_open(&r, &q, packet, 65535, REPLY_KEPT | REPLY_PADDED);
	check(packet, reply_close(&r, &q, &settings), "NOERROR OPT 1400");
	q = ask(packet, 0, NULL);
	reply_open(&r, &q, packet, 65535, REPLY_KEPT | REPLY_PADDED);
	check(packet, reply_close(&r, &q, &settings), "NOERROR");
}

/* RFC 8914 4.19 and 4.22. */
static void
errors_have_their_reason(void **state)
{
	struct question q = { .rcode = RCODE_REFUSED };

	(void)state;
	assert_int_equal(reply_ede(&q), REPLY_EDE_PROHIBITED);
	q.rcode = RCODE_NOTIMP;
	assert_int_equal(reply_ede(&q), REPLY_EDE_NOT_SUPPORTED);
	q.rcode = RCODE_FORMERR;
	assert_int_equal(reply_ede(&q), REPLY_EDE_NONE);
	q.rcode = RCODE_BADVERS;
	assert_int_equal(reply_ede(&q), REPLY_EDE_NONE);
}

/* RFC 6891 6.1.3: the upper octet of an RCODE over 15 is in OPT. */
static void
long_rcodes_are_split(void **state)
{
	uint8_t packet[4096];
	struct question q = ask(packet, 512, NULL);
	struct reply r;

	(void)state;
	reply_open(&r, &q, packet, 512, 0);
	r.rcode = RCODE_BADVERS;
	check(packet, reply_close(&r, &q, &settings),
	    "NOERROR OPT 1400 badvers");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opt_answers_opt),
		cmocka_unit_test(padding_fills_a_block),
		cmocka_unit_test(nobody_else_is_padded),
		cmocka_unit_test(errors_have_their_reason),
		cmocka_unit_test(options_tell_what_was_asked),
		cmocka_unit_test(the_client_subnet_goes_back_with_its_scope),
		cmocka_unit_test(a_size_is_known_before_it_is_written),
		cmocka_unit_test(opt_always_fits),
		cmocka_unit_test(truncation_leaves_the_question_alone),
		cmocka_unit_test(long_rcodes_are_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
