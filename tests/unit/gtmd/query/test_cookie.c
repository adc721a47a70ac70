/* tests/unit/gtmd/query/test_cookie.c - the examples of RFC 9018 appendix A, and what
 * is no proof. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/addr.h"
#include "core/base/obj.h"
#include "gtmd/query/cookie.h"

static const struct cookie_secrets first = { 1, {
	{ 0xe5, 0xe9, 0x73, 0xe5, 0xa6, 0xb2, 0xa4, 0x3f,
	  0x48, 0xe7, 0xdc, 0x84, 0x9e, 0x37, 0xbf, 0xcf },
} };
/* A.4: the new secret checks first, the old one still counts. */
static const struct cookie_secrets rolled = { 2, {
	{ 0x44, 0x55, 0x36, 0xbc, 0xd2, 0x51, 0x32, 0x98,
	  0x07, 0x5a, 0x5d, 0x37, 0x96, 0x63, 0xc9, 0x62 },
	{ 0xdd, 0x3b, 0xdf, 0x93, 0x44, 0xb6, 0x78, 0xb1,
	  0x85, 0xa6, 0xf5, 0xcb, 0x60, 0xfc, 0xa7, 0x15 },
} };

static size_t
octets_of(const char *hex, uint8_t *out)
{
	size_t n = 0;

	for (; *hex != '\0'; hex += 2, n++) {
		static const char digits[] = "0123456789abcdef";

		out[n] = (uint8_t)((strchr(digits, hex[0]) - digits) << 4 |
		    (strchr(digits, hex[1]) - digits));
	}
	return n;
}

static const struct example {
	const struct cookie_secrets *secrets;
	const char	*from;
	uint32_t	 now_s;
	const char	*in;		/* as the client sent it */
	enum cookie_kind kind;
	const char	*out;		/* NULL: not told */
} examples[] = {
	/* A.1: learning a new server cookie */
	{ &first, "198.51.100.100", 1559731985, "2464c4abcf10c957", COOKIE_HALF,
	  "2464c4abcf10c957010000005cf79f111f8130c3eee29480" },
	/* A.2: the same client 40 minutes later is told a younger one */
	{ &first, "198.51.100.100", 1559734385,
	  "2464c4abcf10c957010000005cf79f111f8130c3eee29480", COOKIE_GOOD,
	  "2464c4abcf10c957010000005cf7a871d4a564a1442aca77" },
	/* A.3: what another server keeps in the reserved octets counts */
	{ &first, "203.0.113.203", 1559727985,
	  "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", COOKIE_GOOD,
	  NULL },
	{ &first, "203.0.113.203", 1559734700,
	  "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5", COOKIE_BAD,
	  "fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e" },
	/* A.4: IPv6, and a secret that was rolled over */
	{ &rolled, "2001:db8:220:1:59de:d0f4:8769:82b8", 1559741961,
	  "22681ab97d52c298010000005cf7c57926556bd0934c72f8", COOKIE_GOOD,
	  "22681ab97d52c298010000005cf7c609a6bb79d16625507a" },
};

static void
examples_of_the_rfc_come_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(examples); i++) {
		const struct example *x = &examples[i];
		uint8_t in[COOKIE_MAX], want[COOKIE_MAX], out[COOKIE_WHOLE];
		size_t len = octets_of(x->in, in);
		struct addr from;

		assert_int_equal(addr_parse(x->from, &from), 0);
		assert_int_equal(cookie_check(x->secrets, &from, x->now_s, in,
		    len), x->kind);
		if (x->out == NULL)
			continue;
		cookie_make(x->secrets, &from, x->now_s, in, out);
		assert_int_equal(octets_of(x->out, want), COOKIE_WHOLE);
		assert_memory_equal(out, want, COOKIE_WHOLE);
	}
}

static void
a_cookie_proves_one_address_for_one_hour(void **state)
{
	const uint32_t made = 1559731985;
	uint8_t cookie[COOKIE_WHOLE];
	struct addr from, other;

	(void)state;
	(void)addr_parse("192.0.2.1", &from);
	(void)addr_parse("192.0.2.2", &other);
	cookie_make(&first, &from, made, (const uint8_t *)"12345678", cookie);
#define KIND(who, now)	cookie_check(&first, who, now, cookie, COOKIE_WHOLE)
	assert_int_equal(KIND(&from, made), COOKIE_GOOD);
	assert_int_equal(KIND(&other, made), COOKIE_BAD);
	assert_int_equal(KIND(&from, made + 3600), COOKIE_GOOD);
	assert_int_equal(KIND(&from, made + 3601), COOKIE_BAD);
	assert_int_equal(KIND(&from, made - 300), COOKIE_GOOD);
	assert_int_equal(KIND(&from, made - 301), COOKIE_BAD);
	cookie[COOKIE_WHOLE - 1] ^= 1;
	assert_int_equal(KIND(&from, made), COOKIE_BAD);
	cookie[COOKIE_WHOLE - 1] ^= 1;
	cookie[8] = 2;
	assert_int_equal(KIND(&from, made), COOKIE_BAD);
}

static void
other_lengths_are_not_ours(void **state)
{
	const uint8_t octets[COOKIE_MAX] = { 0 };
	struct addr from = { 0 };

	(void)state;
	assert_int_equal(cookie_check(&first, &from, 0, octets, 8),
	    COOKIE_NONE);	/* nobody known asked */
	(void)addr_parse("192.0.2.1", &from);
	assert_int_equal(cookie_check(&first, &from, 0, octets, 7),
	    COOKIE_NONE);
	assert_int_equal(cookie_check(&first, &from, 0, octets, 16),
	    COOKIE_BAD);
	assert_int_equal(cookie_check(&first, &from, 0, octets, 40),
	    COOKIE_BAD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_of_the_rfc_come_out),
		cmocka_unit_test(a_cookie_proves_one_address_for_one_hour),
		cmocka_unit_test(other_lengths_are_not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
