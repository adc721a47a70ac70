/* tests/unit/admin/shell/test_complete.c - what can stand next, from the real tables.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "admin/shell/complete.h"
#include "core/base/strbuf.h"
#include "tests/unit/admin/shell/shellkit.h"

static void
each_name(void *arg, const struct catalog_type *t, complete_name_fn *fn,
    void *fn_arg)
{
	(void)arg;
	if (strcmp(t->words, "gtm pool a") == 0) {
		fn(fn_arg, "/Common/Local_pool");
		fn(fn_arg, "/Common/Remote_pool");
		fn(fn_arg, "/T/p q");
	}
	if (strcmp(t->words, "gtm monitor http") == 0)
		fn(fn_arg, "/Common/VM-http-monitor");
}

static struct complete_list
find(const struct catalog *c, const char *mode, const char *text)
{
	struct complete_input in = { .place = shellkit_place(c),
	    .text = text, .each_name = each_name };
	struct complete_list l = { 0 };

	in.place.mode = mode;
	complete_find(&l, &in);
	return l;
}

static bool
has(const struct complete_list *l, const char *word)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->v[i].word, word) == 0)
			return true;
	return false;
}

/* with: words that must be offered, without: one that must not. */
static void
words_fit_the_place(void **state)
{
	static const struct {
		const char *mode, *text, *with[3], *without;
	} step[] = {
		{ "", "", { "create", "list", "gtm" }, "ltm" },
		{ "", "cr", { "create" }, "list" },
		{ "", "list ", { "gtm", "one-line" }, "merge" },
		{ "", "effect ", { "create", "delete", "modify" }, "list" },
		{ "", "effect modify gtm pool a R", { "Remote_pool" },
		  "Local_pool" },
		{ "", "explain ", { "<name>", "type", "client" }, "force" },
		{ "", "explain x client ", { "<address>" }, "type" },
		{ "", "what-if x ", { "force", "json" }, "create" },
		{ "", "create gtm ", { "pool", "wideip", "region" }, "link" },
		{ "", "create gtm pool ", { "a", "aaaa", "mx" }, "ns" },
		{ "gtm", "create pool ", { "a" }, "gtm" },
		{ "gtm pool", "", { "a", "modify" }, "pool" },
		{ "", "modify gtm pool a ", { "Local_pool", "\"/T/p q\"" },
		  "ttl" },
		{ "", "modify gtm pool a R", { "Remote_pool" }, "Local_pool" },
		{ "", "modify gtm pool a /C", { "/Common/Local_pool" },
		  "Local_pool" },
		{ "", "create gtm pool a ", { "<name>" }, "Local_pool" },
		{ "", "modify gtm pool a x ", { "ttl", "enabled", "members" },
		  "metadata" },
		{ "", "modify gtm pool a x ttl 3 l", { "load-balancing-mode" },
		  "ttl" },
		{ "", "modify gtm pool a x load-balancing-mode ",
		  { "round-robin", "ratio" }, "ttl" },
		{ "", "modify gtm pool a x monitor ", { "VM-http-monitor",
		  "none" }, "ttl" },
		{ "", "modify gtm pool a x monitor http ", { "and", "ttl" },
		  NULL },
		{ "", "modify gtm pool a x members ", { "add", "delete",
		  "none" }, "ttl" },
		{ "", "modify gtm pool a x members add ", { "{" }, "add" },
		{ "", "modify gtm pool a x members delete { ", { "all" }, "ttl" },
		{ "", "modify gtm pool a x members add { s:v { ", { "ratio",
		  "member-order" }, "ttl" },
		{ "", "modify gtm pool a x members add { s:v { ratio 1 } } t",
		  { "ttl" }, "ratio" },
		{ "", "modify gtm pool a x { t", { "ttl" }, "load-balancing-mode" },
		{ "", "list gtm pool a x ", { "ttl", "all-properties" }, "raw" },
		{ "", "show gtm pool a x ", { "raw" }, "ttl" },
		{ "", "load ", { "sys" }, "gtm" },
		{ "", "save ", { "sys", "gtm" }, "pool" },
		{ "", "save sys ", { "config" }, "migration" },
		{ "", "save gtm ", { "migration" }, "config" },
		{ "", "show gtm migration m ", { "log", "json" }, "hosts" },
		{ "", "show gtm pool a x ", { "json" }, "log" },
		{ "", "pau", { "pause" }, "start" },
		{ "", "start gtm ", { "migration" }, "pool" },
		{ "", "load sys ", { "config" }, "raw" },
		{ "", "list gtm pool a; cr", { "create" }, "list" },
		{ "", "list gtm pool a\n", { "create" }, "ttl" },
		{ "", "modify gtm global-settings general ",
		  { NULL }, "<name>" },
	};
	struct catalog *c = shellkit_catalog();

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct complete_list l = find(c, step[i].mode, step[i].text);

		for (size_t k = 0; k < 3 && step[i].with[k] != NULL; k++)
			if (!has(&l, step[i].with[k]))
				fail_msg("\"%s\": no %s", step[i].text,
				    step[i].with[k]);
		if (step[i].without != NULL && has(&l, step[i].without))
			fail_msg("\"%s\": has %s", step[i].text,
			    step[i].without);
		complete_fini(&l);
	}
	catalog_free(&c);
}

static void
tab_adds_what_all_words_share(void **state)
{
	static const struct { const char *text, *want; } step[] = {
		{ "cre", "ate " }, { "l", "" }, { "li", "st " }, { "xyz", "" },
		{ "create gtm pool a x ttl ", "" },
		{ "create gtm pool a x load-b", "alancing-mode " },
		{ "create gtm pool a x ttl 1 fallb", "ack-" },
		{ "a }", "" }, { "create \"x", "" },
	};
	struct catalog *c = shellkit_catalog();

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct complete_list l = find(c, "", step[i].text);
		char *more = complete_common(&l);

		if (strcmp(more, step[i].want) != 0)
			fail_msg("\"%s\": \"%s\"", step[i].text, more);
		free(more);
		complete_fini(&l);
	}
	catalog_free(&c);
}

static void
help_says_what_the_tables_say(void **state)
{
	struct catalog *c = shellkit_catalog();
	struct complete_list l = find(c, "", "create gtm pool a x ttl ");
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	complete_format(&b, &l);
	assert_non_null(strstr(b.text, "<number"));
	assert_non_null(strstr(b.text, "default: 30"));
	complete_fini(&l);
	strbuf_clear(&b);
	l = find(c, "", "create gtm pool a x max-a");
	complete_format(&b, &l);
	assert_string_equal(b.text,
	    "  max-answers-returned  addresses in one answer\n");
	complete_fini(&l);
	strbuf_fini(&b);
	catalog_free(&c);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_fit_the_place),
		cmocka_unit_test(tab_adds_what_all_words_share),
		cmocka_unit_test(help_says_what_the_tables_say),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
