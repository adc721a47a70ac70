/* tests/unit/gtmd/query/test_rrtext.c - records as text.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/wire/rbuf.h"
#include "gtmd/query/rrtext.h"

#define OWNER	"\001a\001b\000"
#define HEAD(type) OWNER "\000" type "\000\001\000\000\000\074"

static const struct {
	const char	*octets;
	size_t		 len;
	const char	*text;		/* NULL = broken */
} rows[] = {
#define ROW(octets, text) { octets, sizeof(octets) - 1, text }
	ROW(HEAD("\001") "\000\004\300\000\002\001", "a.b. 60 IN A 192.0.2.1"),
	ROW(HEAD("\034") "\000\020\040\001\015\270\0\0\0\0\0\0\0\0\0\0\0\007",
	    "a.b. 60 IN AAAA 2001:db8::7"),
	ROW(HEAD("\005") "\000\002\300\000", "a.b. 60 IN CNAME a.b."),
	ROW(HEAD("\002") "\000\001\000", "a.b. 60 IN NS ."),
	ROW(HEAD("\006") "\000\030\300\000\300\002\000\000\000\001\000\000\000"
	    "\002\000\000\000\003\000\000\000\004\000\000\000\005",
	    "a.b. 60 IN SOA a.b. b. 1 2 3 4 5"),
	ROW(HEAD("\020") "\000\003\002hi", "a.b. 60 IN TXT \"hi\""),
	ROW(HEAD("\020") "\000\006\000\004\"\\\001z",
	    "a.b. 60 IN TXT \"\" \"\\\"\\\\\\001z\""),
	ROW(HEAD("\020") "\000\003\003hi", NULL),
	ROW(HEAD("\017") "\000\004\000\012\300\000", "a.b. 60 IN MX 10 a.b."),
	ROW(HEAD("\041") "\000\010\000\001\000\002\001\273\300\002",
	    "a.b. 60 IN SRV 1 2 443 b."),
	ROW(HEAD("\043") "\000\014\000\001\000\002\001s\003x+y\000\000",
	    "a.b. 60 IN NAPTR 1 2 \"s\" \"x+y\" \"\" ."),
	ROW(HEAD("\100") "\000\003\000\000\000", "a.b. 60 IN SVCB 0 ."),
	ROW(HEAD("\101") "\000\053\000\001\000\000\001\000\007\002h2\003a,b"
	    "\000\002\000\000\000\003\000\002\001\273\000\004\000\010"
	    "\300\000\002\001\300\000\002\002\002\233\000\005q\"\000",
	    NULL),
	ROW(HEAD("\101") "\000\053\000\001\000\000\001\000\007\002h2\003a,b"
	    "\000\002\000\000\000\003\000\002\001\273\000\004\000\010"
	    "\300\000\002\001\300\000\002\002\002\233\000\003q\"\000",
	    "a.b. 60 IN HTTPS 1 . alpn=\"h2,a\\\\,b\" no-default-alpn "
	    "port=443 ipv4hint=192.0.2.1,192.0.2.2 key667=\"q\\\"\\000\""),
	ROW(HEAD("\001") "\000\003\300\000\002",
	    "a.b. 60 IN A \\# 3 c00002"),
	ROW(HEAD("\001") "\000\005\300\000\002\001", NULL),
	ROW(HEAD("\005") "\000\003\300\000\000", NULL),
	ROW(OWNER "\000\001", NULL),
	ROW("\300\014", NULL),
#undef ROW
};

static void
each_record_reads_as_in_a_zone_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		struct strbuf b;
		struct rbuf r;
		bool ok;

		strbuf_init(&b);
		rbuf_init(&r, rows[i].octets, rows[i].len);
		ok = rrtext_read(&r, &b);
		assert_int_equal(ok, rows[i].text != NULL);
		if (ok) {
			assert_string_equal(b.text, rows[i].text);
			assert_int_equal(rbuf_left(&r), 0);
		}
		strbuf_fini(&b);
	}
}

static void
data_alone_is_written_the_same_way(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	rrtext_data(1, (const uint8_t *)"\300\000\002\001", 4, &b);
	strbuf_add(&b, " ");
	rrtext_data(5, (const uint8_t *)"\001a\000", 3, &b);
	assert_string_equal(b.text, "192.0.2.1 a.");
	strbuf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_record_reads_as_in_a_zone_file),
		cmocka_unit_test(data_alone_is_written_the_same_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
