/* tests/unit/gtmd/types/test_recorddata.c - members that spell out a record,
 * from their text to the octets of its data.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/recorddata.h"

#include "gtmd/types/pool.h"
#include "tests/unit/gtmd/types/conf.h"

static const struct {
	const char	*type, *member, *octets;
	size_t		 len;
} rows[] = {
#define ROW(t, m, octets)	{ t, m, octets, sizeof(octets) - 1 }
	ROW("cname", "B.c { static-target yes }", "\1b\1c\0"),
	ROW("mx", "/Common/b.c { static-target yes }", "\0\012\1b\1c\0"),
	ROW("mx", "b.c { static-target yes priority 258 }",
	    "\1\2\1b\1c\0"),
	ROW("srv", "b.c { static-target yes priority 1 weight 2 port 443 }",
	    "\0\1\0\2\1\273\1b\1c\0"),
	ROW("srv", "b.c { static-target yes }", "\0\012\0\012\0\0\1b\1c\0"),
	ROW("naptr", "_s._u.c { static-target yes flags S service SIP+D2U "
	    "order 1 preference 2 }",
	    "\0\1\0\2\1S\7SIP+D2U\0\2_s\2_u\1c\0"),
	ROW("naptr", "b.c { static-target yes }", "\0\012\0\0\0\0\0\1b\1c\0"),
	ROW("https", "b.c { static-target yes }", "\0\1\1b\1c\0"),
	ROW("svcb", "b.c { static-target yes svc-priority 0 }",
	    "\0\0\1b\1c\0"),
	/* Written in no order, told in that of the keys. */
	ROW("https", "b.c { static-target yes port 8443 svc-priority 2 "
	    "ipv6hint { 2001:db8::1 } ipv4hint { 192.0.2.2 192.0.2.1 } "
	    "no-default-alpn yes alpn { h3 h2 } }",
	    "\0\2\1b\1c\0" "\0\1\0\6\2h2\2h3" "\0\2\0\0" "\0\3\0\2\040\373"
	    "\0\4\0\010\300\0\2\1\300\0\2\2"
	    "\0\6\0\020\040\1\015\270\0\0\0\0\0\0\0\0\0\0\0\1"),
	ROW("txt", "one { text \"v=spf1 -all\" }", "\013v=spf1 -all"),
#undef ROW
};

static size_t
write_only_member(const char *type, const char *text,
    uint8_t to[RECORDDATA_MAX])
{
	enum wide_type t = recordtype_find(type);
	const struct pool *p;
	struct conf c;
	size_t n;

	conf_open_clean(&c, text);
	p = (const struct pool *)draft_find(c.d, recordtype_rows[t].pool,
	    "/Common/p");
	assert_int_equal(p->members.count, 1);
	n = recorddata_write(t, (const struct pool_member *)p->members.v[0],
	    to);
	conf_close(&c);
	return n;
}

static void
data_is_as_the_rfcs_have_it(void **state)
{
	uint8_t got[RECORDDATA_MAX];
	char text[1024];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		size_t n;

		(void)snprintf(text, sizeof(text),
		    "gtm pool %s p { members { %s } }\n", rows[i].type,
		    rows[i].member);
		n = write_only_member(rows[i].type, text, got);
		if (n != rows[i].len || memcmp(got, rows[i].octets, n) != 0)
			fail_msg("%s %s: %zu octets", rows[i].type,
			    rows[i].member, n);
	}
}

/* RFC 1035 3.3: a character-string has 255 octets at most. */
static void
a_long_text_is_told_in_pieces(void **state)
{
	static const size_t lens[] = { 1, 255, 256, 510, 511, 4000 };
	uint8_t got[RECORDDATA_MAX];
	char text[4200];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(lens); i++) {
		size_t at = (size_t)snprintf(text, sizeof(text),
		    "gtm pool txt p { members { m { text "), n, sum = 0;

		memset(text + at, 'x', lens[i]);
		(void)snprintf(text + at + lens[i], sizeof(text) - at -
		    lens[i], " } } }\n");
		n = write_only_member("txt", text, got);
		for (size_t k = 0; k < n; k += got[k] + 1u) {
			assert_true(got[k] == 255 || k + got[k] + 1u == n);
			sum += got[k];
		}
		assert_int_equal(sum, lens[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_is_as_the_rfcs_have_it),
		cmocka_unit_test(a_long_text_is_told_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
