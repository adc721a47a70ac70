/* tests/unit/etherip/path/test_pathdrop.c - the words of reasons.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "etherip/path/pathdrop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

/* Metrics and traces tell reasons apart by their words alone. */
static void
each_reason_has_a_word_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < PATHDROPS; i++) {
		assert_true(pathdrop_words[i][0] != '\0');
		assert_true(pathdrop_sentences[i][0] != '\0');
		assert_int_equal(strspn(pathdrop_words[i],
		    "abcdefghijklmnopqrstuvwxyz-"), strlen(pathdrop_words[i]));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(pathdrop_words[i],
			    pathdrop_words[j]);
	}
	assert_null(pathdrop_words[PATHDROPS]);
	assert_null(pathdrop_sentences[PATHDROPS]);
	assert_string_equal(pathdrop_words[PATHDROP_LAN], "lan");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reason_has_a_word_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
