/* tests/unit/core/model/test_prop.c - one value at a time, by its row.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/model/prop.h"
#include "tests/unit/core/model/sample.h"

static const struct prop *
row(const struct object *o, const char *name)
{
	const struct prop *p = prop_find(o->type->props, name, NULL);

	assert_non_null(p);
	return p;
}

/* What a value reads as, or the sentence that refuses it. */
static void
expect_set(struct object *o, const char *prop, const char *text,
    const char *want)
{
	struct err e;
	char *got;

	if (prop_set(row(o, prop), o, text, &e) != 0) {
		assert_string_equal(e.text, want);
		return;
	}
	got = prop_format(row(o, prop), o);
	assert_string_equal(got, want);
	free(got);
}

static void
numbers_keep_to_their_range(void **state)
{
	struct object *g = object_new(&sample_gauge_slow, "/Common/g");
	struct object *b = object_new(&sample_box_big, "/Common/b");

	(void)state;
	expect_set(g, "interval", "1", "1");
	expect_set(g, "interval", "86400", "86400");
	expect_set(g, "interval", "0", "interval: 0 is outside 1..86400 s");
	expect_set(g, "interval", "86401",
	    "interval: 86401 is outside 1..86400 s");
	expect_set(g, "interval", "-1", "interval: -1 is outside 1..86400 s");
	expect_set(g, "interval", "+1", "interval: \"+1\" is not a number");
	expect_set(g, "interval", "0x10", "interval: \"0x10\" is not a number");
	expect_set(g, "interval", " 1", "interval: \" 1\" is not a number");
	expect_set(g, "interval", "", "interval: \"\" is not a number");
	expect_set(g, "interval", "99999999999999999999999",
	    "interval: 99999999999999999999999 is outside 1..86400 s");
	expect_set(b, "rate", "18446744073709551615", "18446744073709551615");
	expect_set(b, "rate", "9",
	    "rate: 9 is outside 10..18446744073709551615 bit/s");
	/* Below the range, but the word for it may be written as a number. */
	expect_set(b, "rate", "0", "auto");
	expect_set(b, "rate", "auto", "auto");
	object_unref(&g);
	object_unref(&b);
}

static void
words_are_of_their_list(void **state)
{
	struct object *b = object_new(&sample_box_big, "/Common/b");
	struct object *g = object_new(&sample_gauge_slow, "/Common/g");

	(void)state;
	expect_set(b, "enabled", "disabled", "disabled");
	expect_set(b, "disabled", "enabled", "enabled");
	expect_set(b, "mode", "oval", "oval");
	expect_set(b, "mode", "Oval",
	    "mode: \"Oval\" is none of round, square, oval");
	expect_set(g, "transparent", "enabled", "enabled");
	expect_set(g, "transparent", "yes",
	    "transparent: \"yes\" is none of disabled, enabled");
	expect_set(b, "colours", "blue red", "red blue");
	expect_set(b, "colours", "none", "");
	expect_set(b, "colours", "red pink",
	    "colours: \"pink\" is none of red, green, blue");
	object_unref(&b);
	object_unref(&g);
}

static void
texts_keep_to_their_length(void **state)
{
	struct object *s = object_new(&sample_site, "/Common/s");
	char text[302];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[300] = '\0';
	expect_set(s, "note", text, text);
	text[300] = 'x';
	text[301] = '\0';
	expect_set(s, "note", text, "note: length 301 is outside 0..300 octets");
	expect_set(s, "note", "none", "none");
	assert_null(((struct site *)(void *)s)->note);
	object_unref(&s);
}

static void
secrets_are_not_told(void **state)
{
	struct object *g = object_new(&sample_gauge_slow, "/Common/g");

	(void)state;
	expect_set(g, "password", "ninechars",
	    "password: the value (not shown) is not allowed");
	object_unref(&g);
}

static void
addresses_have_a_word_for_none(void **state)
{
	struct object *b = object_new(&sample_box_big, "/Common/b");
	struct object *g = object_new(&sample_gauge_slow, "/Common/g");

	(void)state;
	expect_set(b, "address", "192.0.2.1", "192.0.2.1");
	expect_set(b, "address", "2001:DB8:0::1", "2001:db8::1");
	expect_set(b, "address", "any6", "any");
	expect_set(b, "address", "none", "any");
	expect_set(b, "address", "192.0.2.256",
	    "address: \"192.0.2.256\" is not an IP address");
	expect_set(g, "destination", "*:*", "*:*");
	expect_set(g, "destination", "*:80", "*:80");
	expect_set(g, "destination", "192.0.2.1:any", "192.0.2.1:*");
	expect_set(g, "destination", "2001:db8::1.any", "2001:db8::1.*");
	expect_set(g, "destination", "any", "destination: \"any\" is not an "
	    "address with a port, such as 192.0.2.1:80 or 2001:db8::1.80");
	object_unref(&b);
	object_unref(&g);
}

static void
paths_become_absolute(void **state)
{
	struct object *b = object_new(&sample_box_big, "/Common/b");

	(void)state;
	expect_set(b, "site", "x", "/Common/x");
	expect_set(b, "site", "/a", "site: name \"/a\" is a partition without a "
	    "name in it");
	expect_set(b, "spare", "big x", "big /Common/x");
	expect_set(b, "spare", "big \"x y\"", "big \"/Common/x y\"");
	expect_set(b, "spare", "none", "none");
	expect_set(b, "spare", "big", "spare: \"big\" is not a kind and a name, "
	    "such as a /Common/x");
	expect_set(b, "spare", "big x y", "spare: \"big x y\" is not a kind and "
	    "a name, such as a /Common/x");
	expect_set(b, "sites", "b a", "/Common/a /Common/b");
	expect_set(b, "sites", "a /Common/a",
	    "sites: \"/Common/a\" is there twice");
	object_unref(&b);
}

static void
lists_grow_to_their_count(void **state)
{
	struct object *b = object_new(&sample_box_big, "/Common/b");
	const struct prop *p = row(b, "labels");
	struct err e;
	char word[] = "a";

	(void)state;
	for (; word[0] <= 'e'; word[0]++)
		assert_int_equal(prop_add(p, b, word, &e), 0);
	assert_int_equal(prop_add(p, b, "f", &e), ERR_RANGE);
	assert_string_equal(e.text, "labels: 6 entries are outside 0..5");
	assert_int_equal(prop_add(p, b, "a", &e), ERR_EXISTS);
	assert_int_equal(prop_add(p, b, "", &e), ERR_RANGE);
	expect_set(b, "labels", "forbidden", "labels: forbidden is not allowed");
	expect_set(b, "labels", "\"open", "labels: a quote is never closed");
	expect_set(b, "labels", "x \"y z\"", "x \"y z\"");
	object_unref(&b);
}

/* A refused row takes its default, in whatever words, and nothing else. */
static void
refused_rows_take_their_default_only(void **state)
{
	struct object *s = object_new(&sample_site, "/Common/s");
	struct object *b = object_new(&sample_box_big, "/Common/b");

	(void)state;
	expect_set(s, "tariff", "7", "7");
	expect_set(s, "tariff", "8", "not supported yet: tariff: nobody pays");
	expect_set(s, "tariff", "0", "tariff: 0 is outside 1..9");
	assert_false(object_has(s, "tariff"));
	assert_int_equal(prop_set(row(b, "extras"), b, "none", NULL), 0);
	assert_int_equal(prop_set(row(b, "extras"), b, "x", NULL),
	    ERR_UNSUPPORTED);
	assert_true(prop_is_default(row(b, "extras"), b));
	object_unref(&s);
	object_unref(&b);
}

static void
the_object_knows_what_was_given(void **state)
{
	struct object *g = object_new(&sample_gauge_slow, "/Common/g");
	const struct prop *p = row(g, "interval");

	(void)state;
	assert_false(object_has(g, "interval"));
	assert_int_equal(prop_set(p, g, "0", NULL), ERR_RANGE);
	assert_false(object_has(g, "interval"));
	assert_int_equal(prop_set(p, g, "30", NULL), 0);
	assert_true(object_has(g, "interval"));
	assert_true(prop_is_default(p, g));
	prop_reset(p, g);
	assert_false(object_has(g, "interval"));
	object_unref(&g);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_keep_to_their_range),
		cmocka_unit_test(words_are_of_their_list),
		cmocka_unit_test(texts_keep_to_their_length),
		cmocka_unit_test(secrets_are_not_told),
		cmocka_unit_test(addresses_have_a_word_for_none),
		cmocka_unit_test(paths_become_absolute),
		cmocka_unit_test(lists_grow_to_their_count),
		cmocka_unit_test(refused_rows_take_their_default_only),
		cmocka_unit_test(the_object_knows_what_was_given),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
