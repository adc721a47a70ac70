/* tests/unit/monitors/test_gaugeseen.c - a sample is the same by name and labels,
 * whatever their order. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "monitors/gaugeseen.h"
#include "monitors/promtext.h"

static struct gaugeseen seen;

static int
set_up(void **state)
{
	(void)state;
	gaugeseen_init(&seen, 42);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	gaugeseen_fini(&seen);
	return 0;
}

/* name{k1="v1",k2="v2"}; a NULL ends the labels. */
static enum gaugeseen_is
put(const char *name, const char *k1, const char *v1, const char *k2,
    const char *v2)
{
	struct promtext_sample s = { .name = name,
	    .labels = { { k1, v1 }, { k2, v2 } },
	    .label_count = k1 == NULL ? 0 : k2 == NULL ? 1 : 2 };

	return gaugeseen_put(&seen, &s);
}

static void
the_same_labels_in_another_order_are_the_same(void **state)
{
	(void)state;
	assert_int_equal(put("a", "x", "1", "y", "2"), GAUGESEEN_NEW);
	assert_int_equal(put("a", "y", "2", "x", "1"), GAUGESEEN_AGAIN);
	assert_int_equal(put("a", "x", "2", "y", "1"), GAUGESEEN_NEW);
	assert_int_equal(put("a", "x", "1", NULL, NULL), GAUGESEEN_NEW);
	assert_int_equal(put("b", "x", "1", "y", "2"), GAUGESEEN_NEW);
	assert_int_equal(put("a", NULL, NULL, NULL, NULL), GAUGESEEN_NEW);
	assert_int_equal(put("a", NULL, NULL, NULL, NULL), GAUGESEEN_AGAIN);
}

/* Neither more memory nor more time, and those that are there are known. */
static void
it_is_full_at_its_end(void **state)
{
	char value[16];

	(void)state;
	for (size_t i = 0; i < GAUGESEEN_MAX; i++) {
		(void)snprintf(value, sizeof(value), "%zu", i);
		assert_int_equal(put("a", "x", value, NULL, NULL),
		    GAUGESEEN_NEW);
	}
	assert_int_equal(put("a", "x", "new", NULL, NULL), GAUGESEEN_FULL);
	assert_int_equal(put("a", "x", "7", NULL, NULL), GAUGESEEN_AGAIN);
	assert_true(seen.room <= 2 * GAUGESEEN_MAX);
	gaugeseen_clear(&seen);
	assert_int_equal(put("a", "x", "7", NULL, NULL), GAUGESEEN_NEW);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    the_same_labels_in_another_order_are_the_same, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(it_is_full_at_its_end, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests_name("gaugeseen", tests, NULL, NULL);
}
