/* tests/unit/gtmd/query/test_question.c - which packets are asked on, which get an
 * error and which get silence.
 * SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/gtmd/query/stage.h"

/* id, flags; then counts */
#define HEAD(flags, counts)	"beef " flags counts
#define ONE			" 0001 0000 0000 0000 "
#define ONE_AND_OPT		" 0001 0000 0000 0001 "
#define WWW			"03777777 03636f6d 00 "	/* www.com */
#define IN_A			"0001 0001 "
#define OPT			"00 0029 04d0 00000000 0000 "
#define SUBNET(len, hex)						\
	HEAD("0000", ONE_AND_OPT) WWW IN_A "00 0029 04d0 00000000 " len	\
	" 0008 " hex

enum { ASK = QUESTION_ASK, ERR = QUESTION_ERROR, DROP = QUESTION_DROP };

static const struct row {
	const char	*rule, *hex;
	uint8_t		 fate, rcode;
	uint16_t	 end;
} rows[] = {
	{ "nothing is dropped", "", DROP, 0, 12 },
	{ "less than a header is dropped",
	    "beef 0000 0001 0000 0000 00", DROP, 0, 12 },
	{ "a response is dropped", HEAD("8000", ONE) WWW IN_A, DROP, 0, 12 },
	{ "a broken response is dropped", HEAD("8000", ONE), DROP, 0, 12 },
	{ "a query is asked on", HEAD("0100", ONE) WWW IN_A, ASK, 0, 25 },
	{ "all flags but QR and opcode are let pass",
	    HEAD("07ff", ONE) WWW IN_A, ASK, 0, 25 },
	{ "the root is a name", HEAD("0000", ONE) "00 0002 0001", ASK, 0, 17 },
	{ "upper case is a name", HEAD("0000", ONE) "0141 00" IN_A, ASK, 0, 19 },

	{ "IQUERY is NOTIMP", HEAD("0800", ONE) WWW IN_A, ERR, 4, 25 },
	{ "STATUS without a question is NOTIMP",
	    HEAD("1000", " 0000 0000 0000 0000"), ERR, 4, 12 },
	{ "NOTIFY is NOTIMP", HEAD("2000", ONE) WWW "0006 0001", ERR, 4, 25 },
	{ "UPDATE is NOTIMP", HEAD("2800", ONE) WWW "0006 0001", ERR, 4, 25 },
	{ "opcode 15 with nonsense is NOTIMP",
	    HEAD("7800", " ffff ffff ffff ffff") "ff", ERR, 4, 12 },
	{ "another opcode with a cut question is NOTIMP",
	    HEAD("2800", ONE) "0377", ERR, 4, 12 },

	{ "no question is FORMERR",
	    HEAD("0000", " 0000 0000 0000 0000"), ERR, 1, 12 },
	{ "OPT without a question is FORMERR",
	    HEAD("0000", " 0000 0000 0000 0001 ") OPT, ERR, 1, 12 },
	{ "a cookie without a question is let pass", HEAD("0000",
	    " 0000 0000 0000 0001 ") "00 0029 04d0 00000000 000c 000a 0008 "
	    "0102030405060708", ERR, 0, 12 },
	{ "a bad cookie without a question is FORMERR", HEAD("0000",
	    " 0000 0000 0000 0001 ") "00 0029 04d0 00000000 000b 000a 0007 "
	    "01020304050607", ERR, 1, 12 },
	{ "a cookie and an answer without a question are FORMERR",
	    HEAD("0000", " 0000 0001 0000 0001 ") "00 0001 0001 00000000 0000 "
	    "00 0029 04d0 00000000 000c 000a 0008 0102030405060708",
	    ERR, 1, 12 },
	{ "a cookie of a later version without a question is BADVERS",
	    HEAD("0000", " 0000 0000 0000 0001 ") "00 0029 04d0 00010000 000c "
	    "000a 0008 0102030405060708", ERR, 16, 12 },
	{ "two questions are FORMERR",
	    HEAD("0000", " 0002 0000 0000 0000 ") WWW IN_A WWW IN_A,
	    ERR, 1, 12 },
	{ "a header alone is FORMERR", HEAD("0000", ONE), ERR, 1, 12 },
	{ "a cut name is FORMERR", HEAD("0000", ONE) "0377", ERR, 1, 12 },
	{ "a name without its root is FORMERR",
	    HEAD("0000", ONE) "03777777", ERR, 1, 12 },
	{ "a cut type is FORMERR", HEAD("0000", ONE) WWW "00", ERR, 1, 12 },
	{ "a cut class is FORMERR", HEAD("0000", ONE) WWW "000100", ERR, 1, 12 },
	{ "a pointer for a name is FORMERR",
	    HEAD("0000", ONE) "c000" IN_A, ERR, 1, 12 },
	{ "a pointer in a name is FORMERR",
	    HEAD("0000", ONE) "0177 c004" IN_A, ERR, 1, 12 },
	{ "a pointer to itself is FORMERR",
	    HEAD("0000", ONE) "c00c" IN_A, ERR, 1, 12 },
	{ "label type 01 is FORMERR",
	    HEAD("0000", ONE) "41" WWW IN_A, ERR, 1, 12 },
	{ "label type 10 is FORMERR",
	    HEAD("0000", ONE) "81" WWW IN_A, ERR, 1, 12 },
	{ "octets behind the end are FORMERR",
	    HEAD("0000", ONE) WWW IN_A "00", ERR, 1, 25 },
	{ "an answer record is FORMERR",
	    HEAD("0000", " 0001 0001 0000 0000 ") WWW IN_A
	    "00 0001 0001 00000000 0000", ERR, 1, 25 },
	{ "an authority record is FORMERR",
	    HEAD("0000", " 0001 0000 0001 0000 ") WWW IN_A
	    "00 0001 0001 00000000 0000", ERR, 1, 25 },
	{ "a missing record is FORMERR",
	    HEAD("0000", ONE_AND_OPT) WWW IN_A, ERR, 1, 25 },
	{ "65,535 missing records are FORMERR",
	    HEAD("0000", " 0001 0000 0000 ffff ") WWW IN_A OPT, ERR, 1, 25 },

	{ "OPT is taken", HEAD("0000", ONE_AND_OPT) WWW IN_A OPT, ASK, 0, 25 },
	{ "an OPT behind another record is taken",
	    HEAD("0000", " 0001 0000 0000 0002 ") WWW IN_A
	    "c00c 0001 0001 00000000 0004 01020304" OPT, ASK, 0, 25 },
	{ "a record behind OPT is let pass (TSIG is not known here)",
	    HEAD("0000", " 0001 0000 0000 0002 ") WWW IN_A OPT
	    "0161 00 00fa 00ff 00000000 0002 ffff", ASK, 0, 25 },
	{ "two OPT are FORMERR",
	    HEAD("0000", " 0001 0000 0000 0002 ") WWW IN_A OPT OPT,
	    ERR, 1, 25 },
	{ "OPT with an owner is FORMERR",
	    HEAD("0000", ONE_AND_OPT) WWW IN_A
	    "0161 00 0029 04d0 00000000 0000", ERR, 1, 25 },
	{ "OPT with a pointer to the root is FORMERR",
	    HEAD("0000", ONE_AND_OPT) WWW IN_A
	    "c014 0029 04d0 00000000 0000", ERR, 1, 25 },
	{ "a cut OPT is FORMERR",
	    HEAD("0000", ONE_AND_OPT) WWW IN_A "00 0029 04d0 000000",
	    ERR, 1, 25 },
	{ "OPT longer than the packet is FORMERR",
	    HEAD("0000", ONE_AND_OPT) WWW IN_A
	    "00 0029 04d0 00000000 0005 00030000", ERR, 1, 25 },
	{ "unknown options are let pass",
	    HEAD("0000", ONE_AND_OPT) WWW IN_A
	    "00 0029 04d0 00000000 000a fde9 0002 abcd fdea 0000",
	    ASK, 0, 25 },
	{ "a cookie of 7 octets is FORMERR",
	    HEAD("0000", ONE_AND_OPT) WWW IN_A
	    "00 0029 04d0 00000000 000b 000a 0007 01020304050607", ERR, 1, 25 },
	{ "a cookie of 9 octets is FORMERR",
	    HEAD("0000", ONE_AND_OPT) WWW IN_A "00 0029 04d0 00000000 000d "
	    "000a 0009 010203040506070809", ERR, 1, 25 },
	{ "a cookie that overruns OPT is FORMERR",
	    HEAD("0000", ONE_AND_OPT) WWW IN_A
	    "00 0029 04d0 00000000 0006 000a 0008 0102", ERR, 1, 25 },
	{ "a cookie of 41 octets is FORMERR",
	    HEAD("0000", ONE_AND_OPT) WWW IN_A
	    "00 0029 04d0 00000000 002d 000a 0029 "
	    "0102030405060708 0102030405060708 0102030405060708 "
	    "0102030405060708 0102030405060708 01", ERR, 1, 25 },
	{ "a client subnet is taken",
	    SUBNET("000b", "0007 0001 1800 c00002"), ASK, 0, 25 },
	{ "a client subnet of IPv6 is taken",
	    SUBNET("000d", "0009 0002 2400 20010db810"), ASK, 0, 25 },
	{ "a client subnet that tells nothing is taken",
	    SUBNET("0008", "0004 0001 0000"), ASK, 0, 25 },
	{ "a client subnet of no family that tells nothing is taken",
	    SUBNET("0008", "0004 0000 0000"), ASK, 0, 25 },
	{ "a client subnet of no family that tells something is FORMERR",
	    SUBNET("0009", "0005 0000 0800 0a"), ERR, 1, 25 },
	{ "a client subnet of another family is FORMERR",
	    SUBNET("0009", "0005 0003 0800 0a"), ERR, 1, 25 },
	{ "a client subnet of 33 bits is FORMERR",
	    SUBNET("000d", "0009 0001 2100 0a01020380"), ERR, 1, 25 },
	{ "a client subnet of 129 bits is FORMERR",
	    SUBNET("0019", "0015 0002 8100 20010db8000000000000000000000000 80"),
	    ERR, 1, 25 },
	{ "a client subnet with a scope is FORMERR",
	    SUBNET("0009", "0005 0001 0808 0a"), ERR, 1, 25 },
	{ "a client subnet with bits behind its prefix is FORMERR",
	    SUBNET("000a", "0006 0001 0c00 0a1f"), ERR, 1, 25 },
	{ "a client subnet with octets behind its prefix is FORMERR",
	    SUBNET("000a", "0006 0001 0800 0a00"), ERR, 1, 25 },
	{ "a client subnet with too few octets is FORMERR",
	    SUBNET("0009", "0005 0001 0900 0a"), ERR, 1, 25 },
	{ "half a client subnet is FORMERR",
	    SUBNET("0007", "0003 0001 00"), ERR, 1, 25 },
	{ "a client subnet that overruns OPT is FORMERR",
	    SUBNET("0008", "0005 0001 0800"), ERR, 1, 25 },
	{ "an option that overruns OPT is FORMERR",
	    HEAD("0000", ONE_AND_OPT) WWW IN_A
	    "00 0029 04d0 00000000 0005 fde9 0002 ab", ERR, 1, 25 },
	{ "half an option's head is FORMERR",
	    HEAD("0000", ONE_AND_OPT) WWW IN_A
	    "00 0029 04d0 00000000 0003 fde9 00", ERR, 1, 25 },
	{ "version 1 is BADVERS", HEAD("0000", ONE_AND_OPT) WWW IN_A
	    "00 0029 04d0 00010000 0000", ERR, 16, 25 },
	{ "options of a later version are not read",
	    HEAD("0000", ONE_AND_OPT) WWW IN_A
	    "00 0029 04d0 00ff0000 0001 ff", ERR, 16, 25 },
	{ "FORMERR outweighs BADVERS",
	    HEAD("0000", " 0001 0000 0000 0002 ") WWW IN_A
	    "00 0029 04d0 00010000 0000" OPT, ERR, 1, 25 },

	{ "AXFR is REFUSED", HEAD("0000", ONE) WWW "00fc 0001", ERR, 5, 25 },
	{ "IXFR is REFUSED", HEAD("0000", ONE) WWW "00fb 0001", ERR, 5, 25 },
	{ "IXFR with its SOA is REFUSED",
	    HEAD("0000", " 0001 0000 0001 0000 ") WWW "00fb 0001"
	    "c00c 0006 0001 00000000 0002 ffff", ERR, 5, 25 },
	{ "MAILB is NOTIMP", HEAD("0000", ONE) WWW "00fd 0001", ERR, 4, 25 },
	{ "MAILA is NOTIMP", HEAD("0000", ONE) WWW "00fe 0001", ERR, 4, 25 },
	{ "QTYPE OPT is FORMERR", HEAD("0000", ONE) WWW "0029 0001", ERR, 1, 25 },
	{ "QTYPE TSIG is FORMERR",
	    HEAD("0000", ONE) WWW "00fa 0001", ERR, 1, 25 },
	{ "QTYPE TKEY is FORMERR",
	    HEAD("0000", ONE) WWW "00f9 0001", ERR, 1, 25 },
	{ "QTYPE NXNAME is FORMERR",
	    HEAD("0000", ONE) WWW "0080 0001", ERR, 1, 25 },
	{ "an unknown QTYPE is asked on",
	    HEAD("0000", ONE) WWW "ffff 0001", ASK, 0, 25 },
	{ "an unknown class is asked on",
	    HEAD("0000", ONE) WWW "0001 abcd", ASK, 0, 25 },
};

static void
packets_meet_their_fate(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t packet[512], *exact;
		struct question q;
		struct wbuf w;

		wbuf_init(&w, packet, sizeof(packet));
		stage_write_hex(&w, rows[i].hex);
		/* Of exactly this size: a sanitizer sees each octet beyond. */
		exact = malloc(w.off + (w.off == 0));
		memcpy(exact, packet, w.off);
		question_read(&q, exact, w.off);
		free(exact);
		if (q.fate != rows[i].fate || q.rcode != rows[i].rcode ||
		    q.end != rows[i].end)
			fail_msg("%s: fate %u rcode %u end %u", rows[i].rule,
			    q.fate, q.rcode, q.end);
	}
}

static struct question
read_query(const struct stage_query *sq)
{
	struct question q;
	uint8_t packet[512];

	question_read(&q, packet, stage_write(sq, packet, sizeof(packet)));
	return q;
}

static void
names_are_lowered_and_hashed(void **state)
{
	struct question q = read_query(&(struct stage_query){
	    .name = "AbZ.[@`{.eXample", .type = 28 });
	static const uint8_t want[] = "\003abz\004[@`{\007example";

	(void)state;
	assert_int_equal(q.fate, QUESTION_ASK);
	assert_int_equal(q.name_len, sizeof(want));
	assert_memory_equal(q.name, want, sizeof(want));
	assert_true(q.hash == dnsname_hash(want, sizeof(want)));
	assert_int_equal(q.type, 28);
	assert_int_equal(q.class, 1);
	assert_false(q.edns);
	assert_int_equal(q.payload, 512);
	assert_int_equal(q.size, 12 + sizeof(want) + 4);
}

static void
edns_is_read(void **state)
{
	struct stage_query sq = { .name = "a", .type = 1, .payload = 1400,
		.dnssec_ok = true, .options = "0003 0000 000b 0000" };
	struct question q = read_query(&sq);

	(void)state;
	assert_true(q.edns && q.dnssec_ok && q.nsid && q.keepalive);
	assert_int_equal(q.payload, 1400);
	sq.payload = 100;
	sq.options = NULL;
	sq.dnssec_ok = false;
	q = read_query(&sq);
	assert_int_equal(q.payload, 512);
	assert_false(q.dnssec_ok || q.nsid || q.keepalive);
}

/* RFC 7873 section 5.2.2: the first one counts. */
/* What it says of the client, and the octets that go back; a source of no bits
 * is no client (RFC 7871 section 7.1.2). */
static void
the_first_client_subnet_is_kept(void **state)
{
	struct stage_query sq = { .name = "www.com", .type = 1, .payload = 1232,
		.options = "0008 0007 0001 1400 c00010 "
		    "0008 0005 0001 0800 0a" };
	uint8_t packet[512];
	char text[ADDR_TEXT_MAX];
	struct question q;

	(void)state;
	question_read(&q, packet, stage_write(&sq, packet, sizeof(packet)));
	assert_int_equal(q.fate, QUESTION_ASK);
	assert_string_equal(addr_format_prefix(&q.client, text),
	    "192.0.16.0/20");
	assert_int_equal(q.subnet_len, 7);
	assert_memory_equal(q.subnet, "\0\1\24\0\300\0\20", 7);
	sq.options = "0008 0004 0002 0000";
	question_read(&q, packet, stage_write(&sq, packet, sizeof(packet)));
	assert_int_equal(q.client.addr.family, 0);
	assert_int_equal(q.subnet_len, 4);
	sq.options = NULL;
	question_read(&q, packet, stage_write(&sq, packet, sizeof(packet)));
	assert_int_equal(q.subnet_len, 0);
}

static void
the_first_cookie_is_kept(void **state)
{
	struct stage_query sq = { .name = "a", .type = 1, .payload = 1400,
		.options = "000a 0008 0102030405060708 "
		"000a 0010 ffffffffffffffff ffffffffffffffff" };
	struct question q = read_query(&sq);

	(void)state;
	assert_int_equal(q.fate, QUESTION_ASK);
	assert_int_equal(q.cookie_len, 8);
	assert_memory_equal(q.cookie, "\1\2\3\4\5\6\7\10", 8);
}

static void
names_up_to_255_octets_are_read(void **state)
{
	uint8_t packet[300] = { 0, 1, 0, 0, 0, 1 };
	struct question q;

	(void)state;
	/* 127 labels of one octet and the root: 255. */
	for (size_t i = 0; i < 127; i++) {
		packet[12 + i * 2] = 1;
		packet[13 + i * 2] = 'x';
	}
	packet[266] = 0;
	packet[268] = packet[270] = 1;
	question_read(&q, packet, 271);
	assert_int_equal(q.fate, QUESTION_ASK);
	assert_int_equal(q.name_len, 255);
	/* One octet more. */
	packet[264] = 2;
	packet[266] = 'x';
	packet[267] = 0;
	packet[268] = 0;
	packet[269] = 1;
	packet[270] = 0;
	packet[271] = 1;
	question_read(&q, packet, 272);
	assert_int_equal(q.fate, QUESTION_ERROR);
	assert_int_equal(q.rcode, RCODE_FORMERR);
	assert_int_equal(q.end, 12);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_meet_their_fate),
		cmocka_unit_test(names_are_lowered_and_hashed),
		cmocka_unit_test(edns_is_read),
		cmocka_unit_test(the_first_client_subnet_is_kept),
		cmocka_unit_test(the_first_cookie_is_kept),
		cmocka_unit_test(names_up_to_255_octets_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
