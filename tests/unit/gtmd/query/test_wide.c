/* tests/unit/gtmd/query/test_wide.c - slots of the usual and of the rare types.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/wire/dnsname.h"
#include "gtmd/decide/decision.h"
#include "gtmd/query/wide.h"

static struct decision_slot slots[WIDE_TYPES];

static struct wide *
wide_of(const char *text)
{
	uint8_t name[DNSNAME_MAX];
	size_t len = dnsname_parse(text, name);

	return wide_new(name, len);
}

static void
each_type_has_a_slot_of_its_own(void **state)
{
	struct wide *e = wide_of("www.example.com");

	(void)state;
	assert_false(wide_has_slot(e));
	for (int t = 0; t < WIDE_TYPES; t++)
		wide_set_slot(e, (enum wide_type)t, &slots[t]);
	for (int t = 0; t < WIDE_TYPES; t++)
		assert_ptr_equal(wide_slot(e, (enum wide_type)t), &slots[t]);
	for (int t = 0; t < WIDE_TYPES; t++) {
		assert_true(wide_has_slot(e));
		wide_set_slot(e, (enum wide_type)t, NULL);
		assert_null(wide_slot(e, (enum wide_type)t));
	}
	assert_false(wide_has_slot(e));
	wide_free(e);
}

static void
rare_types_take_room_only_where_they_are(void **state)
{
	struct wide *e = wide_of("www.example.com");

	(void)state;
	wide_set_slot(e, WIDE_AAAA, &slots[0]);
	assert_null(wide_slot(e, WIDE_TXT));
	assert_null(e->rare);
	wide_set_slot(e, WIDE_TXT, &slots[1]);
	assert_non_null(e->rare);
	assert_null(wide_slot(e, WIDE_MX));
	wide_free(e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_type_has_a_slot_of_its_own),
		cmocka_unit_test(rare_types_take_room_only_where_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
