/* tests/unit/core/model/test_changelog.c - the last word on each object.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/diag.h"
#include "core/base/strbuf.h"
#include "core/model/changelog.h"
#include "core/model/journal.h"
#include "core/model/tmos_bind.h"
#include "tests/unit/core/model/sample.h"

static void
read_body(struct changelog *c, uint64_t number, const char *body)
{
	const struct journal_record r = {
		.number = number, .body = body, .len = strlen(body), .line = 2
	};

	changelog_read(c, &r);
}

static void
only_the_last_word_counts(void **state)
{
	struct diag out;
	const struct tmos_bind b = { .schema = &sample_schema, .out = &out };
	const struct changelog_entry *en;
	struct changelog c;

	(void)state;
	diag_init(&out);
	changelog_init(&c, &b, "j");
	read_body(&c, 1, "base -\ntest site a { note one }\n"
	    "base 00000000000000ff\ndelete test site b\n");
	read_body(&c, 2, "base 0000000000000001\ntest site a { note two }\n");
	sample_expect(&out, "");
	assert_int_equal(c.last.count, 2);
	en = map_find(&c.last, "test site\n/Common/a");
	assert_string_equal(((struct site *)(void *)en->now)->note, "two");
	assert_true(en->base.present && en->base.hash == 1);
	assert_int_equal(en->number, 2);
	en = map_find(&c.last, "test site\n/Common/b");
	assert_null(en->now);
	assert_true(en->base.present && en->base.hash == 255);
	changelog_fini(&c);
	diag_fini(&out);
}

static void
what_is_written_is_read(void **state)
{
	struct diag out;
	const struct tmos_bind b = { .schema = &sample_schema, .out = &out };
	const struct changelog_base none = { 0 };
	const struct changelog_base some = { true, UINT64_C(0xfedcba9876543210) };
	struct object *o = object_new(&sample_site, "/Common/a b");
	const struct changelog_entry *en;
	struct changelog c;
	struct strbuf body;

	(void)state;
	diag_init(&out);
	strbuf_init(&body);
	changelog_write(&body, &none, o->type, o->name, o);
	changelog_write(&body, &some, &sample_site, "/Common/c d", NULL);
	changelog_init(&c, &b, "j");
	read_body(&c, 1, body.text);
	sample_expect(&out, "");
	en = map_find(&c.last, "test site\n/Common/a b");
	assert_true(en != NULL && en->now != NULL && !en->base.present);
	en = map_find(&c.last, "test site\n/Common/c d");
	assert_true(en != NULL && en->now == NULL);
	assert_true(en->base.hash == some.hash);
	changelog_fini(&c);
	strbuf_fini(&body);
	object_unref(&o);
	diag_fini(&out);
}

static void
what_is_no_change_is_told(void **state)
{
	struct diag out;
	const struct tmos_bind b = { .schema = &sample_schema, .out = &out };
	struct changelog c;

	(void)state;
	diag_init(&out);
	changelog_init(&c, &b, "j");
	read_body(&c, 1, "base 1\nbase x y\nmodify test site a\n"
	    "delete test site\n");
	sample_expect(&out,
	    "j:2:1: error: base: a hash expected\n"
	    "j:3:1: error: base: a hash expected\n"
	    "j:4:1: error: modify test site a: unknown type of object\n"
	    "j:5:1: error: test site: a name expected\n");
	assert_int_equal(c.last.count, 0);
	changelog_fini(&c);
	diag_fini(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_last_word_counts),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(what_is_no_change_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
