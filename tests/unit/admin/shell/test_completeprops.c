/* tests/unit/admin/shell/test_completeprops.c - what can stand next among
 * properties, for every kind of value. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "admin/shell/complete.h"
#include "admin/shell/completeprops.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "tests/unit/admin/shell/shellkit.h"

static void
each_name(void *arg, const struct catalog_type *t, complete_name_fn *fn,
    void *fn_arg)
{
	(void)arg;
	if (strcmp(t->words, "gtm monitor http") == 0)
		fn(fn_arg, "/Common/web");
	if (strcmp(t->words, "gtm pool cname") == 0)
		fn(fn_arg, "/Common/alias");
	if (strcmp(t->words, "net vlan") == 0)
		fn(fn_arg, "/Common/server");
	if (strcmp(t->words, "net tunnels tunnel") == 0)
		fn(fn_arg, "/Common/site-b");
	if (strcmp(t->words, "net vlan-group") == 0)
		fn(fn_arg, "/Common/segment");
}

/* The words offered behind text, each with a blank behind it, where begun has
 * been typed of the next one. */
static void
offers(struct strbuf *b, const char *type, const char *text, const char *begun)
{
	const struct complete_input in = { .place = shellkit_place(shellkit),
	    .text = "", .each_name = each_name };
	struct complete_list l = { 0 };
	const struct complete_walk w = { .in = &in, .begun = begun, .out = &l };
	struct phrase p = { 0 };
	struct err e;
	size_t used;

	(void)phrase_parse(&p, text, &used, &e);
	completeprops_offer(&w, catalog_find(shellkit, type), &p, 0);
	strbuf_clear(b);
	for (size_t i = 0; i < l.count; i++)
		strbuf_printf(b, "%s ", l.v[i].word);
	complete_fini(&l);
	phrase_fini(&p);
}

/* Members are of two types, what has an address is of others. */
static void
names_are_of_all_types_that_a_row_means(void **state)
{
	struct catalog *gtm = shellkit;
	struct strbuf b = { 0 };

	(void)state;
	shellkit = shellkit_net();
	offers(&b, "net vlan-group", "members add { ", "");
	assert_string_equal(b.text, "server site-b ");
	offers(&b, "net self", "vlan ", "");
	assert_string_equal(b.text, "server segment ");
	catalog_free(&shellkit);
	shellkit = gtm;
	strbuf_fini(&b);
}

static void
each_kind_offers_its_values(void **state)
{
	static const struct { const char *type, *text, *begun, *want; } step[] = {
		{ "gtm pool a", "", "ena", "enabled " },
		{ "gtm pool a", "enabled ", "dis", "disabled " },
		{ "gtm pool a", "ttl ", "", "<number s> " },
		{ "gtm pool a", "ttl ", "3", "" },
		{ "gtm pool a", "manual-resume ", "", "disabled enabled " },
		{ "gtm pool a", "monitor ", "w", "web " },
		{ "gtm pool a", "monitor web ", "an", "and " },
		{ "gtm pool a", "monitor web and ", "w", "web " },
		{ "gtm pool a", "monitor min ", "", "<number> of { " },
		{ "gtm pool a", "monitor min 1 of { ", "w", "web " },
		{ "gtm pool a", "monitor min 1 of { web } ", "tt", "ttl " },
		{ "gtm pool a", "members ", "",
		  "add delete modify replace-all-with none " },
		{ "gtm pool a", "members none ", "tt", "ttl " },
		{ "gtm pool a", "members add ", "", "{ " },
		{ "gtm pool a", "members modify { ", "a", "all " },
		{ "gtm pool a", "members add { ", "", "<name> " },
		{ "gtm pool a", "members add { x { ratio 1 ", "member",
		  "member-order " },
		{ "gtm wideip a", "last-resort-pool ", "", "<type> " },
		{ "gtm wideip a", "last-resort-pool cname ", "", "alias " },
		{ "gtm wideip a", "last-resort-pool cname alias ", "pool-lb",
		  "pool-lb-mode " },
		{ "gtm wideip a", "aliases add { ", "", "<text> " },
		{ "gtm server", "devices add { d { addresses add { ", "",
		  "<name> " },
		{ "gtm pool a", "{ ttl 1 manual-resume ", "e", "enabled " },
	};
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		offers(&b, step[i].type, step[i].text, step[i].begun);
		if (strcmp(b.text, step[i].want) != 0)
			fail_msg("\"%s%s\": \"%s\"", step[i].text,
			    step[i].begun, b.text);
	}
	strbuf_fini(&b);
}

/* Behind a mistake nothing is known. */
static void
what_nobody_understands_gets_no_offers(void **state)
{
	static const char *const text[] = {
		"nonsense ", "ttl { ", "members add x ", "monitor web { ",
	};
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		offers(&b, "gtm pool a", text[i], "");
		if (b.len != 0)
			fail_msg("\"%s\": \"%s\"", text[i], b.text);
	}
	strbuf_fini(&b);
}

static void
refused_properties_are_not_offered(void **state)
{
	const struct catalog_type *t = catalog_find(shellkit, "gtm server");
	struct strbuf b;
	size_t refused = 0;

	(void)state;
	strbuf_init(&b);
	for (size_t i = 0; i < t->count; i++) {
		char word[80];

		(void)snprintf(word, sizeof(word), "%s ", t->props[i].name);
		offers(&b, "gtm server", "", t->props[i].name);
		if (t->props[i].kind != CATALOG_FLAG &&
		    (strstr(b.text, word) == b.text) ==
		    (t->props[i].refused != NULL))
			fail_msg("%s: \"%s\"", t->props[i].name, b.text);
		refused += t->props[i].refused != NULL;
	}
	assert_true(refused > 0);
	strbuf_fini(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_offers_its_values),
		cmocka_unit_test(names_are_of_all_types_that_a_row_means),
		cmocka_unit_test(what_nobody_understands_gets_no_offers),
		cmocka_unit_test(refused_properties_are_not_offered),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, shellkit_open, shellkit_close);
}
