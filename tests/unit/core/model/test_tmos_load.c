/* tests/unit/core/model/test_tmos_load.c - a text over what counts: in its
 * place, merged, checked only. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/store.h"
#include "core/model/tmos_load.h"
#include "core/model/tmos_write.h"
#include "tests/unit/core/model/sample.h"
#include "tests/unit/core/model/storekit.h"

static const char before[] =
    "test site s1 { note one }\n"
    "test site s2 { disabled\n note two }\n"
    "test knobs { threads 4 }\n"
    "test box big b { site s1\n labels { x y }\n mode oval\n"
    "    slots { a { note n } z { } } }\n";

/* What a store says after a load that must have just these findings; NULL for
 * one that must not change anything. */
static void
expect(bool merge, bool lenient, const char *text, const char *findings,
    const char *want)
{
	struct tmos_load l = { .text = text, .len = strlen(text),
	    .file = "new.conf", .merge = merge, .lenient = lenient };
	struct store *s;
	struct draft *d;
	struct diag out;
	struct strbuf b;
	uint64_t serial;
	int rc;

	storekit_write(before);
	s = storekit_loaded();
	serial = store_serial(s);
	d = store_draft(s);
	diag_init(&out);
	rc = tmos_load_into(d, &l, &out);
	rc = rc != 0 ? draft_check(d, &out) : store_commit(s, &d, &out);
	sample_expect(&out, findings);
	assert_int_equal(rc == 0, want != NULL);
	strbuf_init(&b);
	tmos_write_model(&b, store_model(s));
	if (want != NULL)
		assert_string_equal(strchr(b.text, '\n') + 1, want);
	else
		assert_true(store_serial(s) == serial);
	strbuf_fini(&b);
	diag_fini(&out);
	draft_free(&d);
	store_free(&s);
}

static void
replace_leaves_what_the_text_says(void **state)
{
	(void)state;
	expect(false, false, "test site s3 { }\ntest box big b { site s3 }\n",
	    "", "test site /Common/s3 { }\n"
	    "test box big /Common/b {\n    site /Common/s3\n}\n");
	/* The single object is at its default again, and so not written. */
	expect(false, false, "", "", "");
}

static void
merge_changes_what_the_text_names(void **state)
{
	(void)state;
	expect(true, false, "test site s2 { note new }\ntest site s4 { }\n"
	    "test box big b { slots { c { } } }\n", "",
	    "test site /Common/s1 {\n    note one\n}\n"
	    "test site /Common/s2 {\n    disabled\n    note new\n}\n"
	    "test site /Common/s4 { }\n"
	    "test box big /Common/b {\n    labels {\n        x\n        y\n"
	    "    }\n    mode oval\n    site /Common/s1\n    slots {\n"
	    "        c {\n            order 0\n        }\n    }\n}\n"
	    "test knobs {\n    threads 4\n}\n");
}

static void
all_mistakes_are_told_and_nothing_changes(void **state)
{
	(void)state;
	expect(false, false, "test site s1 {\n    tarif 7\n}\n"
	    "test box big b { site gone\n mode cubic }\n"
	    "test site s1 { }\ntest lens l { }\n",
	    "new.conf:2:5: error: site /Common/s1: unknown property tarif; "
	    "did you mean tariff\n"
	    "new.conf:4:1: error: big box /Common/b: site: there is no test "
	    "site /Common/gone\n"
	    "new.conf:5:2: error: big box /Common/b: mode: \"cubic\" is none of "
	    "round, square, oval\n"
	    "new.conf:6:1: error: site /Common/s1: is there already, in line "
	    "1 of new.conf\n"
	    "new.conf:7:1: error: test lens l: not supported yet: there is no "
	    "light\n", NULL);
}

static void
a_reference_to_what_goes_is_told(void **state)
{
	(void)state;
	expect(false, false, "test box big b { site s1 }\n",
	    "new.conf:1:1: error: big box /Common/b: site: there is no test site "
	    "/Common/s1\n", NULL);
}

static void
lenient_skips_what_is_not_supported(void **state)
{
	(void)state;
	expect(false, true, "test lens l { }\n"
	    "test site s1 {\n    tarif 7\n    note kept\n}\n",
	    "new.conf:1:1: warning: test lens l: not supported yet: there is "
	    "no light; skipped\n"
	    "new.conf:3:5: warning: site /Common/s1: unknown property tarif; "
	    "did you mean tariff; skipped\n",
	    "test site /Common/s1 {\n    note kept\n}\n");
}

static void
what_list_prints_on_one_line_is_read_back(void **state)
{
	(void)state;
	expect(false, false, "test site s1 { disabled note \"a b\" }\n"
	    "test gauge slow g { defaults-from none interval 3 timeout 9 }\n"
	    "test gauge slow h { }\n"
	    "test box big b { address 192.0.2.1 colours { green } enabled "
	    "labels { x \"y z\" } rule g and h mode oval rate 70 site s1 "
	    "sites none slots { a { note n order 0 } b { } } spare none }\n",
	    "", "test site /Common/s1 {\n    disabled\n    note \"a b\"\n}\n"
	    "test gauge slow /Common/g {\n    interval 3\n    timeout 9\n}\n"
	    "test gauge slow /Common/h { }\n"
	    "test box big /Common/b {\n    address 192.0.2.1\n"
	    "    colours { green }\n    labels {\n        x\n"
	    "        \"y z\"\n    }\n    mode oval\n    rate 70\n"
	    "    rule /Common/g and /Common/h\n    site /Common/s1\n    slots {\n"
	    "        a {\n            note n\n            order 0\n        }\n"
	    "        b {\n            order 1\n        }\n    }\n}\n");
}

static void
verify_changes_nothing(void **state)
{
	static const char text[] = "test site s9 { }\n";
	const struct tmos_load l = { .text = text, .len = sizeof(text) - 1,
	    .file = "t" };
	struct store *s;
	struct draft *d;
	struct diag out;

	(void)state;
	storekit_write(before);
	s = storekit_loaded();
	d = store_draft(s);
	diag_init(&out);
	assert_int_equal(tmos_load_into(d, &l, &out), 0);
	assert_int_equal(store_verify(s, d, &out), 0);
	assert_int_equal(out.count, 0);
	storekit_expect_note(s, "/Common/s9", "absent");
	storekit_expect_note(s, "/Common/s1", "one");
	draft_free(&d);
	diag_fini(&out);
	store_free(&s);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, storekit_setup, \
		    storekit_teardown)
	static const struct CMUnitTest tests[] = {
		TEST(replace_leaves_what_the_text_says),
		TEST(merge_changes_what_the_text_names),
		TEST(all_mistakes_are_told_and_nothing_changes),
		TEST(a_reference_to_what_goes_is_told),
		TEST(lenient_skips_what_is_not_supported),
		TEST(what_list_prints_on_one_line_is_read_back),
		TEST(verify_changes_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
