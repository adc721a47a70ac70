/* tests/unit/core/base/test_atom.c - equal texts are one, for as long as anybody
 * holds it. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "core/base/atom.h"
#include "core/base/rand.h"

#define NAMES	400

static const char *
name(unsigned i, char buf[32])
{
	(void)snprintf(buf, 32, "/Common/pool-%u", i);
	return buf;
}

static void
equal_texts_are_one(void **state)
{
	char text[] = "/Common/a";
	const char *a = atom_get(text), *b, *c;
	size_t before = atom_count();

	(void)state;
	text[8] = 'b';		/* it has a copy of its own */
	assert_string_equal(a, "/Common/a");
	b = atom_get("/Common/a");
	c = atom_get(text);
	assert_ptr_equal(a, b);
	assert_ptr_not_equal(a, c);
	assert_int_equal(atom_count(), before + 1);
	assert_ptr_equal(atom_ref(a), a);
	atom_drop(&a);
	assert_null(a);
	atom_drop(&b);
	assert_int_equal(atom_count(), before + 1);
	b = atom_get("/Common/a");
	atom_drop(&b);
	atom_drop(&b);
	atom_drop(&c);
	a = atom_get("/Common/a");
	atom_drop(&a);
	atom_drop(&a);
	assert_null(atom_ref(NULL));
}

/* 200,000 random steps beside a plain array of who is held how often. */
static void
random_steps_agree_with_an_array(void **state)
{
	const char *held[NAMES] = { NULL };
	unsigned refs[NAMES] = { 0 };
	size_t before = atom_count(), count = 0;
	struct rand r;
	char buf[32];

	(void)state;
	rand_seed_from(&r, 2026);
	for (int step = 0; step < 200000; step++) {
		/* Now few, now many. */
		unsigned i = rand_below(&r, step / 1000 % 2 ? 10 : NAMES);
		const char *a;

		if (rand_below(&r, 2) == 0) {
			a = atom_get(name(i, buf));
			assert_string_equal(a, buf);
			if (refs[i] > 0)
				assert_ptr_equal(a, held[i]);
			count += refs[i]++ == 0;
			held[i] = a;
		} else if (refs[i] > 0) {
			a = held[i];
			atom_drop(&a);
			count -= --refs[i] == 0;
		}
		assert_int_equal(atom_count(), before + count);
	}
	for (unsigned i = 0; i < NAMES; i++)
		for (; refs[i] > 0; refs[i]--) {
			const char *a = held[i];

			atom_drop(&a);
		}
	assert_int_equal(atom_count(), before);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_texts_are_one),
		cmocka_unit_test(random_steps_agree_with_an_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
