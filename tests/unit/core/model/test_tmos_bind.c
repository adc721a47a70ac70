/* tests/unit/core/model/test_tmos_bind.c - what a configuration file may say,
 * and what it is told when it says it wrong.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/tmos_bind.h"
#include "core/model/tmos_write.h"
#include "tests/unit/core/model/sample.h"

static const struct box *
find_box(const struct draft *d, const char *name)
{
	return (const void *)draft_find(d, &sample_box_big, name);
}

static void
every_kind_is_read(void **state)
{
	struct diag out;
	struct draft *d = sample_draft(
	    "#TMSH-VERSION: 15.1.2\n"
	    "test box big /Common/b {\n"
	    "    address 2001:db8::7\n"
	    "    colours { green red }\n"
	    "    disabled\n"
	    "    labels {\n        two\n        \"one and\"\n    }\n"
	    "    mode oval\n"
	    "    rate 18446744073709551615\n"
	    "    rule /Common/g2 and g1 \n"
	    "    site Local\n"
	    "    sites { /tenant/app/x y }\n"
	    "    slots {\n        /Common/s:1 { }\n        a { note x }\n    }\n"
	    "    spare small /Common/other\n"
	    "}\n", &out);
	const struct box *b = find_box(d, "/Common/b");

	(void)state;
	sample_expect(&out, "");
	assert_non_null(b);
	assert_int_equal(b->address.family, AF_INET6);
	assert_int_equal(b->colours, 3);
	assert_false(b->enabled);
	assert_int_equal(b->labels.count, 2);
	assert_string_equal(b->labels.v[0], "one and");
	assert_int_equal(b->mode, 2);
	assert_true(b->rate == UINT64_MAX);
	assert_int_equal(b->rule.kind, MONRULE_ALL);
	assert_string_equal(b->rule.monitors.v[0], "/Common/g1");
	assert_string_equal(b->site, "/Common/Local");
	assert_string_equal(b->sites.v[1], "/tenant/app/x");
	assert_string_equal(b->spare.kind, "small");
	assert_string_equal(b->spare.path, "/Common/other");
	assert_int_equal(b->slots.count, 2);
	assert_string_equal(b->slots.v[0]->name, "/Common/s:1");
	assert_int_equal(b->obj.pos.line, 2);
	assert_int_equal(b->slots.v[1]->pos.line, 17);
	draft_free(&d);
	diag_fini(&out);
}

/* A text, and the same in canonical form. */
static const struct { const char *text, *want; } odd[] = {
	{ "test site x { }", "test site /Common/x { }\n" },
	{ "test site x\n{\n}\n", "test site /Common/x { }\n" },
	{ "\xef\xbb\xbftest site x {}\r\n",
	  "test site /Common/x { }\n" },
	{ "test site \"/Common/Hong Kong\" { # why\r\n disabled\r\n}\r\n",
	  "test site \"/Common/Hong Kong\" {\n    disabled\n}\n" },
	{ "test site x { note \"a # b\nc {\" }",
	  "test site /Common/x {\n    note \"a # b\nc {\"\n}\n" },
	{ "test site x { note \"\\\"\\\\\\r\\?\" }",
	  "test site /Common/x {\n    note \"\\\"\\\\\\r\\?\"\n}\n" },
	{ "test site x { note \\?.test.mx }",
	  "test site /Common/x {\n    note \\?.test.mx\n}\n" },
	{ "test site x { note none }", "test site /Common/x { }\n" },
	{ "test site x { note \"\" }", "test site /Common/x { }\n" },
	{ "test site x { enabled }", "test site /Common/x { }\n" },
	{ "test site x { tariff 7 }", "test site /Common/x { }\n" },
	{ "test gauge slow g { destination 192.0.2.1:any }",
	  "test gauge slow /Common/g {\n"
	  "    destination 192.0.2.1:*\n}\n" },
	{ "test gauge slow g { destination 2001:db8::7.53 }",
	  "test gauge slow /Common/g {\n"
	  "    destination 2001:db8::7.53\n}\n" },
	{ "test gauge slow g { send none }",
	  "test gauge slow /Common/g {\n    send none\n}\n" },
	{ "test gauge slow g { defaults-from fast \n interval 30 }",
	  "test gauge slow /Common/g {\n    defaults-from /Common/fast\n"
	  "    interval 30\n}\n" },
	{ "test box big b { rule min 1 of { g1 g2 }\n site x }",
	  "test box big /Common/b {\n"
	  "    rule min 1 of { /Common/g1 /Common/g2 }\n"
	  "    site /Common/x\n}\n" },
	{ "test box big b { rule min 1 of {\n g1\n g2\n}\nsite x }",
	  "test box big /Common/b {\n"
	  "    rule min 1 of { /Common/g1 /Common/g2 }\n"
	  "    site /Common/x\n}\n" },
	{ "test box big b { rule min 1 of g1 g2 \nsite x }",
	  "test box big /Common/b {\n"
	  "    rule min 1 of { /Common/g1 /Common/g2 }\n"
	  "    site /Common/x\n}\n" },
	{ "test box big b { rule require 1 from 2 { g1 }\n site x }",
	  "test box big /Common/b {\n"
	  "    rule require 1 from 2 { /Common/g1 }\n"
	  "    site /Common/x\n}\n" },
	{ "test box big b { rule \"a b\" and min \nsite x }",
	  "test box big /Common/b {\n"
	  "    rule \"/Common/a b\" and /Common/min\n"
	  "    site /Common/x\n}\n" },
	{ "test box big b { colours none\nlabels none\nsite x }",
	  "test box big /Common/b {\n    colours none\n"
	  "    site /Common/x\n}\n" },
	{ "test box big b { colours { blue red }\nrate auto\nsite x\n"
	  "extras { }\naddress any6 }",
	  "test box big /Common/b {\n    site /Common/x\n}\n" },
	{ "test box big b { slots { z { } y { order 7 } x { } w }\n"
	  " site x }",
	  "test box big /Common/b {\n    site /Common/x\n    slots {\n"
	  "        w {\n            order 3\n        }\n"
	  "        x {\n            order 2\n        }\n"
	  "        y {\n            order 7\n        }\n"
	  "        z {\n            order 0\n        }\n    }\n}\n" },
	{ "test knobs { threads auto }\n", "test knobs { }\n" },
};

static void
odd_forms_mean_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(odd); i++) {
		struct strbuf b;
		struct diag out;
		struct draft *d = sample_draft(odd[i].text, &out);
		size_t written = 0;

		strbuf_init(&b);
		sample_expect(&out, "");
		for (size_t t = 0; sample_schema.types[t] != NULL; t++) {
			const struct object *o;
			size_t at = 0;

			while ((o = draft_next(d, sample_schema.types[t],
			    &at)) != NULL) {
				if (o->pos.file == NULL || o->builtin)
					continue;
				tmos_write_object(&b, o, false);
				written++;
			}
		}
		if (written != 1 || strcmp(b.text, odd[i].want) != 0)
			fail_msg("%s\nis written\n%s", odd[i].text, b.text);
		strbuf_fini(&b);
		draft_free(&d);
		diag_fini(&out);
	}
}

static void
every_mistake_is_told_with_its_place(void **state)
{
	struct diag out;
	struct draft *d = sample_draft(
	    "test site /Common/a {\n"
	    "    note \"1\" 2\n"
	    "    disbled\n"
	    "    tariff 8\n"
	    "}\n"
	    "test sight /Common/b { }\n"
	    "test lens /Common/c {\n    anything { goes }\n}\n"
	    "test gauge slow /Common/d {\n"
	    "    interval 0\n"
	    "    interval 5\n"
	    "    password verysecret\n"
	    "    transparent maybe\n"
	    "}\n"
	    "test box big /Common/e {\n"
	    "    colours { red pink }\n"
	    "    extras { bow { } }\n"
	    "    labels {\n        x\n        x\n        forbidden\n    }\n"
	    "    slots {\n"
	    "        s {\n            order 65536\n"
	    "            pins {\n                p {\n"
	    "                    weight heavy\n                }\n"
	    "            }\n        }\n"
	    "        s { }\n    }\n"
	    "    site /Common/a/\n"
	    "}\n"
	    "test site /Common/a { }\n"
	    "test knobs now { }\n"
	    "test site { }\n"
	    "test site /Common/f\n", &out);

	(void)state;
	sample_expect(&out,
	    "t.conf:2:5: error: site /Common/a: note: one value expected, not "
	    "2; a value with blanks stands in quotes\n"
	    "t.conf:3:5: error: site /Common/a: unknown property disbled; did "
	    "you mean disabled\n"
	    "t.conf:4:5: error: site /Common/a: not supported yet: tariff: "
	    "nobody pays\n"
	    "t.conf:6:1: error: test sight: unknown type of object; did you "
	    "mean test site\n"
	    "t.conf:7:1: error: test lens /Common/c: not supported yet: there "
	    "is no light\n"
	    "t.conf:11:5: error: slow gauge /Common/d: interval: 0 is outside "
	    "1..86400 s\n"
	    "t.conf:12:5: error: slow gauge /Common/d: interval: is given "
	    "twice\n"
	    "t.conf:13:5: error: slow gauge /Common/d: password: the value "
	    "(not shown) is not allowed\n"
	    "t.conf:14:5: error: slow gauge /Common/d: transparent: \"maybe\" "
	    "is none of disabled, enabled\n"
	    "t.conf:17:19: error: big box /Common/e: colours: \"pink\" is none "
	    "of red, green, blue\n"
	    "t.conf:18:5: error: big box /Common/e: not supported yet: extras: "
	    "boxes are plain\n"
	    "t.conf:21:9: error: big box /Common/e: labels: \"x\" is there "
	    "twice\n"
	    "t.conf:22:9: error: big box /Common/e: labels: forbidden is not "
	    "allowed\n"
	    "t.conf:26:13: error: big box /Common/e: slot s: order: 65536 is "
	    "outside 0..65535\n"
	    "t.conf:29:21: error: big box /Common/e: slot s: pin p: weight: "
	    "\"heavy\" is not a number\n"
	    "t.conf:33:9: error: big box /Common/e: slots: s is there twice\n"
	    "t.conf:35:5: error: big box /Common/e: site: name \"/Common/a/\" "
	    "is not a path\n"
	    "t.conf:37:1: error: site /Common/a: is there already, in line 1 "
	    "of t.conf\n"
	    "t.conf:38:1: error: test knobs: takes no name\n"
	    "t.conf:39:1: error: test site: a name expected\n"
	    "t.conf:40:1: error: site /Common/f: { expected\n");
	draft_free(&d);
	diag_fini(&out);
}

static void
wrong_shapes_are_told(void **state)
{
	struct diag out;
	struct draft *d = sample_draft(
	    "test box big a {\n"
	    "    enabled yes\n"
	    "    site { x }\n"
	    "    rule\n"
	    "    labels\n"
	    "    slots { a b { } }\n"
	    "    spare small\n"
	    "    address 300.1.1.1\n"
	    "    mode\n"
	    "    sites { a { b } }\n"
	    "}\n"
	    "test gauge slow g { destination nowhere }\n"
	    "test box small b { slots x\n extras x\n rule a or b\n"
	    " enabled\n disabled\n}\n", &out);

	(void)state;
	sample_expect(&out,
	    "t.conf:2:5: error: big box /Common/a: enabled: stands alone, "
	    "without a value\n"
	    "t.conf:3:5: error: big box /Common/a: site: one value expected\n"
	    "t.conf:4:5: error: big box /Common/a: rule: a value expected\n"
	    "t.conf:5:5: error: big box /Common/a: labels: a list in braces "
	    "expected\n"
	    "t.conf:6:13: error: big box /Common/a: slots: each item has one "
	    "name and a block\n"
	    "t.conf:7:5: error: big box /Common/a: spare: \"small\" is not a "
	    "kind and a name, such as a /Common/x\n"
	    "t.conf:8:5: error: big box /Common/a: address: \"300.1.1.1\" is "
	    "not an IP address\n"
	    "t.conf:9:5: error: big box /Common/a: mode: one value expected\n"
	    "t.conf:10:13: error: big box /Common/a: sites: a list of words "
	    "has no blocks in it\n"
	    "t.conf:12:21: error: slow gauge /Common/g: destination: "
	    "\"nowhere\" is not an address with a port, such as 192.0.2.1:80 "
	    "or 2001:db8::1.80\n"
	    "t.conf:13:20: error: small box /Common/b: slots: a list in braces "
	    "expected\n"
	    "t.conf:14:2: error: small box /Common/b: extras: a list in braces "
	    "expected\n"
	    "t.conf:15:2: error: small box /Common/b: rule: \"and\" expected\n"
	    "t.conf:17:2: error: small box /Common/b: enabled: is given "
	    "twice\n");
	draft_free(&d);
	diag_fini(&out);
}

/* What we do not know is listed and skipped; what is wrong stays wrong. */
static void
lenient_skips_the_unknown_only(void **state)
{
	static const char text[] =
	    "ltm node /Common/n { address 1.2.3.4 }\n"
	    "test lens /Common/l { }\n"
	    "test site /Common/s {\n"
	    "    colour red\n"
	    "    tariff 9\n"
	    "    note { }\n"
	    "}\n";
	const struct diag_pos pos = { .file = "t.conf", .line = 1 };
	struct diag out;
	const struct tmos_bind b = {
		.schema = &sample_schema, .out = &out, .lenient = true
	};
	struct draft *d = draft_new(&sample_schema, NULL);

	(void)state;
	diag_init(&out);
	assert_int_equal(tmos_bind_text(&b, d, text, sizeof(text) - 1, &pos),
	    ERR_PARSE);
	sample_expect(&out,
	    "t.conf:1:1: warning: ltm node: unknown type of object, skipped\n"
	    "t.conf:2:1: warning: test lens /Common/l: not supported yet: "
	    "there is no light; skipped\n"
	    "t.conf:4:5: warning: site /Common/s: unknown property colour; "
	    "skipped\n"
	    "t.conf:5:5: warning: site /Common/s: not supported yet: tariff: "
	    "nobody pays; skipped\n"
	    "t.conf:6:5: error: site /Common/s: note: one value expected\n");
	assert_non_null(draft_find(d, &sample_site, "/Common/s"));
	draft_free(&d);
	diag_fini(&out);
}

static void
names_are_checked(void **state)
{
	static const struct { const char *name; int code; } bad[] = {
		{ "", ERR_PARSE }, { "/", ERR_PARSE }, { "/Common", ERR_PARSE },
		{ "/Common/", ERR_PARSE }, { "/Common//x", ERR_PARSE },
		{ "/Common/../x", ERR_PARSE }, { "a{b", ERR_PARSE },
		{ "a\tb", ERR_PARSE }, { " a", ERR_PARSE },
		{ "/Common/a /b", ERR_PARSE },
	};
	char name[300];
	struct err e;
	char *full;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		e.code = 0;
		assert_null(tmos_bind_name(&sample_site, bad[i].name, &e));
		assert_int_equal(e.code, bad[i].code);
	}
	memset(name, 'x', sizeof(name));
	memcpy(name, "/Common/", 8);
	name[255] = '\0';
	full = tmos_bind_name(&sample_site, name, &e);
	assert_string_equal(full, name);
	free(full);
	name[255] = 'x';
	name[256] = '\0';
	assert_null(tmos_bind_name(&sample_site, name, &e));
	assert_int_equal(e.code, ERR_RANGE);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_read),
		cmocka_unit_test(odd_forms_mean_the_same),
		cmocka_unit_test(every_mistake_is_told_with_its_place),
		cmocka_unit_test(wrong_shapes_are_told),
		cmocka_unit_test(lenient_skips_the_unknown_only),
		cmocka_unit_test(names_are_checked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
