/* tests/unit/gtmd/types/test_target.c - which addresses may be answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/target.h"

#include "core/base/addr.h"
#include "core/base/err.h"
#include "tests/unit/gtmd/types/conf.h"

/* Each prefix from both sides of both its ends. */
static void
what_names_no_host_is_refused(void **state)
{
	static const struct { const char *text; bool fit; } cases[] = {
		{ "0.0.0.0", false }, { "0.255.255.255", false },
		{ "1.0.0.0", true }, { "10.0.0.1", true },
		{ "127.0.0.1", true }, { "169.254.0.1", true },
		{ "223.255.255.255", true }, { "224.0.0.0", false },
		{ "239.255.255.255", false }, { "240.0.0.0", false },
		{ "255.255.255.255", false }, { "::", false }, { "::1", true },
		{ "::fffe:0:1", true }, { "::ffff:192.0.2.1", false },
		{ "2001:db8::1", true }, { "fe80::1", true },
		{ "feff::1", true }, { "ff00::", false },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false },
	};
	struct err e;
	struct addr a;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(addr_parse(cases[i].text, &a), 0);
		if ((target_check_addr("x", &a, &e) == 0) != cases[i].fit)
			fail_msg("%s", cases[i].text);
	}
}

static void
the_sentence_says_why(void **state)
{
	struct err e;
	struct addr a;

	(void)state;
	assert_int_equal(addr_parse("::ffff:192.0.2.1", &a), 0);
	assert_int_equal(target_check_addr("destination", &a, &e), ERR_RANGE);
	assert_non_null(strstr(e.text, "destination: "));
	assert_non_null(strstr(e.text, " cannot be an answer: it is an IPv4 "
	    "address: write it as one"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_names_no_host_is_refused),
		cmocka_unit_test(the_sentence_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
