/* tests/unit/gtmd/types/test_finding.c - findings with an object's name in
 * front. SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/objdiag.h"

#include "core/base/err.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/wideip.h"
#include "tests/unit/gtmd/types/conf.h"

static void
a_finding_names_object_and_item_and_its_place(void **state)
{
	struct object *pool = object_new(&pool_type_a, "/Common/p");
	struct object *member = object_new(&pool_member_type, "/Common/s:v");
	struct err e = { 0 };
	struct diag d;
	char text[256];

	(void)state;
	diag_init(&d);
	pool->pos = (struct diag_pos){ .file = "f", .line = 3, .column = 1 };
	member->pos = (struct diag_pos){ .file = "f", .line = 5, .column = 9 };
	assert_int_equal(objdiag_error(&d, pool, NULL, ERR_RANGE, "%d", 7),
	    ERR_RANGE);
	objdiag_warn(&d, pool, member, "ratio: %s", "odd");
	(void)err_set(&e, ERR_REF, "gone");
	assert_int_equal(objdiag_err(&d, pool, member, &e), ERR_REF);
	assert_int_equal(d.errors, 2);
	assert_int_equal(d.warnings, 1);
	diag_format(&d.entries[0], text, sizeof(text));
	assert_string_equal(text, "f:3:1: error: pool /Common/p: 7");
	diag_format(&d.entries[1], text, sizeof(text));
	assert_string_equal(text, "f:5:9: warning: pool /Common/p: pool member "
	    "/Common/s:v: ratio: odd");
	diag_format(&d.entries[2], text, sizeof(text));
	assert_string_equal(text, "f:5:9: error: pool /Common/p: pool member "
	    "/Common/s:v: gone");
	object_unref(&pool);
	object_unref(&member);
	diag_fini(&d);
}

static bool
same_type(const struct object *a, const struct object *b)
{
	return a->type == b->type;
}

/* Of two in one file the second has the finding; one without a place always
 * has. */
static void
of_two_that_clash_the_second_is_told(void **state)
{
	static const char text[] =
	    "gtm wideip a /Common/w.x.com { last-resort-pool a p }\n"
	    "gtm wideip a /t/w.x.com { last-resort-pool a p }\n"
	    "gtm pool a p { }\n";
	const struct object *first, *second;
	struct object *o;
	struct conf c;

	(void)state;
	conf_open(&c, text);
	first = draft_find(c.d, &wideip_type_a, "/Common/w.x.com");
	second = draft_find(c.d, &wideip_type_a, "/t/w.x.com");
	assert_null(objdiag_other(c.d, first, "name w.x.com", NULL));
	assert_ptr_equal(objdiag_other(c.d, second, "name w.x.com", NULL),
	    first);
	assert_ptr_equal(objdiag_other(c.d, second, "name w.x.com",
	    same_type), first);
	assert_null(objdiag_other(c.d, second, "name v.x.com", NULL));
	o = object_new(&wideip_type_cname, "/Common/w.x.com");
	assert_non_null(objdiag_other(c.d, o, "name w.x.com", NULL));
	assert_null(objdiag_other(c.d, o, "name w.x.com", same_type));
	object_unref(&o);
	conf_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_finding_names_object_and_item_and_its_place),
		cmocka_unit_test(of_two_that_clash_the_second_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
