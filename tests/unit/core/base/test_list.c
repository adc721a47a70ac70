/* tests/unit/core/base/test_list.c - nodes keep their order and may leave
 * while being walked.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/list.h"
#include "core/base/obj.h"

struct item {
	int	    number;
	struct list node;
};

static void
assert_order(struct list *head, const int *want, size_t count)
{
	size_t i = 0;

	LIST_EACH(head, at) {
		const struct item *it = OBJ_OF(at, struct item, node);

		assert_true(i < count);
		assert_int_equal(it->number, want[i]);
		assert_ptr_equal(at->prev->next, at);
		assert_ptr_equal(at->next->prev, at);
		i++;
	}
	assert_int_equal(i, count);
}

static void
append_keeps_order(void **state)
{
	static const int all[] = { 0, 1, 2 }, ends[] = { 0, 2 };
	struct item it[3];
	struct list head;

	(void)state;
	list_init(&head);
	assert_true(list_empty(&head));
	for (int i = 0; i < 3; i++) {
		it[i].number = i;
		list_append(&head, &it[i].node);
	}
	assert_false(list_empty(&head));
	assert_order(&head, all, 3);
	list_remove(&it[1].node);
	assert_order(&head, ends, 2);
	list_remove(&it[1].node);	/* out already: harmless */
	assert_order(&head, ends, 2);
}

static void
walk_survives_removal(void **state)
{
	static const int odd[] = { 1, 3, 5 };
	struct item it[6];
	struct list head;

	(void)state;
	list_init(&head);
	for (int i = 0; i < 6; i++) {
		it[i].number = i;
		list_append(&head, &it[i].node);
	}
	LIST_EACH(&head, at)
		if (OBJ_OF(at, struct item, node)->number % 2 == 0)
			list_remove(at);
	assert_order(&head, odd, 3);
	LIST_EACH(&head, at)
		list_remove(at);
	assert_true(list_empty(&head));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(append_keeps_order),
		cmocka_unit_test(walk_survives_removal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
