/* tests/unit/gtmd/topology/test_topology_list.c - lists of numbers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/base/rand.h"
#include "core/base/strbuf.h"
#include "gtmd/topology/topology_list.h"

static void
expect(const struct topology_list *l, const char *want)
{
	struct strbuf b = { 0 };

	strbuf_add(&b, "");
	for (size_t i = 0; i < l->count; i++)
		strbuf_printf(&b, "%s%u", i > 0 ? " " : "", l->v[i]);
	assert_string_equal(b.text, want);
	strbuf_fini(&b);
}

static void
numbers_go_in_and_out_at_their_places(void **state)
{
	struct topology_list l = { .v = NULL }, all = { .v = NULL };

	(void)state;
	topology_list_copy(&all, &l);
	expect(&all, "");
	topology_list_add(&l, 7);
	topology_list_insert(&l, 0, 5);
	topology_list_insert(&l, 2, 9);
	topology_list_insert(&l, 1, 6);
	expect(&l, "5 6 7 9");
	topology_list_cut(&l, 1);
	expect(&l, "5 7 9");
	topology_list_copy(&all, &l);
	topology_list_copy(&all, &l);
	expect(&all, "5 7 9 5 7 9");
	topology_list_remove(&l, 8);
	topology_list_remove(&l, 5);
	expect(&l, "9 7");
	topology_list_cut(&l, 1);
	topology_list_cut(&l, 0);
	expect(&l, "");
	free(l.v);
	free(all.v);
}

static void
a_sorted_list_has_each_number_once(void **state)
{
	struct rand r;

	(void)state;
	rand_seed_from(&r, 3);
	for (uint32_t n = 0; n < 40; n++) {
		struct topology_list l = { .v = NULL };
		bool in[16] = { false };

		for (uint32_t i = 0; i < n; i++) {
			topology_list_add(&l, rand_below(&r, 16));
			in[l.v[l.count - 1]] = true;
		}
		topology_list_sort(&l);
		for (size_t i = 1; i < l.count; i++)
			assert_true(l.v[i - 1] < l.v[i]);
		for (uint32_t i = 0; i < 16; i++)
			assert_int_equal(topology_list_has(&l, i), in[i]);
		free(l.v);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_go_in_and_out_at_their_places),
		cmocka_unit_test(a_sorted_list_has_each_number_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
