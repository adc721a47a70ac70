/* tests/unit/admin/shell/test_edit.c - properties as the JSON of a request.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "admin/shell/edit.h"
#include "core/base/err.h"
#include "core/model/json.h"
#include "tests/unit/admin/shell/shellkit.h"

static const char pool_now[] =
    "{\"fullPath\":\"/Common/p\",\"membersReference\":{\"link\":\"x\",\"items\":["
    "{\"kind\":\"k\",\"name\":\"s:v\",\"fullPath\":\"/Common/s:v\",\"disabled\":true,"
    "\"memberOrder\":0,\"ratio\":1,\"limitMaxBps\":0},"
    "{\"name\":\"t:v\",\"fullPath\":\"/Common/t:v\",\"enabled\":true,"
    "\"memberOrder\":1,\"ratio\":1}]}}";

/* The body as one line, or the sentence; the caller frees it. */
static char *
edit(const char *type, const char *current, const char *text)
{
	struct catalog *c = strncmp(type, "net ", 4) == 0 ? shellkit_net() :
	    shellkit_catalog();
	struct phrase p = shellkit_phrase(text);
	struct err e;
	struct json *now = current == NULL ? NULL :
	    json_parse(current, strlen(current), &e);
	struct edit ed = { .folder = "/T", .current = now,
	    .body = json_new_object() };
	int rc = edit_properties(&ed, catalog_find(c, type), &p, 0, &e);
	char *line = rc == 0 ? json_line(ed.body) : strdup(e.text);

	json_free(&ed.body);
	json_free(&now);
	phrase_fini(&p);
	catalog_free(&c);
	return line;
}

static void
expect(const char *type, const char *current, const char *text,
    const char *want)
{
	char *got = edit(type, current, text);

	if (strcmp(got, want) != 0)
		fail_msg("%s:\n got %s\nwant %s", text, got, want);
	free(got);
}

static void
each_kind_takes_its_words(void **state)
{
	(void)state;
	expect("gtm pool a", NULL, "ttl 15 disabled load-balancing-mode ratio",
	    "{\"ttl\":15,\"disabled\":true,\"loadBalancingMode\":\"ratio\"}");
	expect("gtm pool a", NULL, "{ ttl 15 enabled }",
	    "{\"ttl\":15,\"enabled\":true}");
	expect("gtm pool a", NULL, "disabled enabled", "{\"enabled\":true}");
	expect("gtm pool a", NULL, "ttl -1", "{\"ttl\":\"-1\"}");
	expect("gtm pool a", NULL, "description \"a b\"",
	    "{\"description\":\"a b\"}");
	expect("gtm server", NULL, "datacenter d", "{\"datacenter\":\"/T/d\"}");
	expect("gtm server", NULL, "datacenter /Common/d",
	    "{\"datacenter\":\"/Common/d\"}");
	expect("gtm pool a", NULL, "monitor /Common/a and b ttl 1",
	    "{\"monitor\":\"/Common/a and /T/b\",\"ttl\":1}");
	expect("gtm pool a", NULL, "monitor min 1 of { a /Common/b } ttl 1",
	    "{\"monitor\":\"min 1 of { /T/a /Common/b }\",\"ttl\":1}");
	expect("gtm pool a", NULL, "monitor none", "{\"monitor\":\"none\"}");
	expect("gtm wideip a", NULL, "last-resort-pool a p",
	    "{\"lastResortPool\":\"a /T/p\"}");
	expect("gtm monitor external", NULL, "user-defined K \"v 1\" interval "
	    "5 user-defined L none", "{\"apiRawValues\":{\"userDefined K\":"
	    "\"v 1\",\"userDefined L\":\"none\"},\"interval\":5}");
	expect("gtm monitor external", NULL, "user-defined none",
	    "{\"userDefined\":\"none\"}");
	expect("gtm monitor external", NULL, "user-defined K",
	    "user-defined: none, or a key and a text expected");
	expect("gtm wideip a", NULL, "last-resort-pool none",
	    "{\"lastResortPool\":\"none\"}");
}

static void
lists_grow_shrink_and_are_replaced(void **state)
{
	static const char now[] = "{\"aliases\":[\"a.x\",\"b.x\"]}";

	(void)state;
	expect("gtm wideip a", now, "aliases add { c.x }",
	    "{\"aliases\":[\"a.x\",\"b.x\",\"c.x\"]}");
	expect("gtm wideip a", now, "aliases delete { a.x }",
	    "{\"aliases\":[\"b.x\"]}");
	expect("gtm wideip a", now, "aliases add { c.x } aliases delete { b.x }",
	    "{\"aliases\":[\"a.x\",\"c.x\"]}");
	expect("gtm wideip a", now, "aliases replace-all-with { d.x }",
	    "{\"aliases\":[\"d.x\"]}");
	expect("gtm wideip a", now, "aliases { d.x }", "{\"aliases\":[\"d.x\"]}");
	expect("gtm wideip a", now, "aliases none", "{\"aliases\":[]}");
	expect("gtm wideip a", now, "aliases delete { all }",
	    "{\"aliases\":[]}");
	expect("gtm wideip a", now, "aliases add { a.x }",
	    "aliases: a.x is there already");
	expect("gtm wideip a", now, "aliases delete { z.x }",
	    "aliases: z.x is not there");
}

static void
items_keep_what_the_command_does_not_name(void **state)
{
	(void)state;
	expect("gtm pool a", pool_now, "members modify { s:v { ratio 3 enabled } }",
	    "{\"members\":[{\"name\":\"/Common/s:v\",\"memberOrder\":0,\"ratio\":3,"
	    "\"limitMaxBps\":0,\"enabled\":true},{\"name\":\"/Common/t:v\",\"enabled\":true,"
	    "\"memberOrder\":1,\"ratio\":1}]}");
	expect("gtm pool a", pool_now, "members delete { /Common/s:v }",
	    "{\"members\":[{\"name\":\"/Common/t:v\",\"enabled\":true,"
	    "\"memberOrder\":1,\"ratio\":1}]}");
	expect("gtm pool a", NULL, "members add { u:v { ratio 2 } w:v }",
	    "{\"members\":[{\"name\":\"u:v\",\"ratio\":2},{\"name\":\"w:v\"}]}");
	expect("gtm pool a", NULL, "members add { u:v } members add { w:v }",
	    "{\"members\":[{\"name\":\"u:v\"},{\"name\":\"w:v\"}]}");
	expect("gtm server", NULL,
	    "devices add { d { addresses add { 10.0.0.1 { } } } }",
	    "{\"devices\":[{\"name\":\"d\",\"addresses\":[{\"name\":\"10.0.0.1\"}]}]}");
	expect("gtm pool a", pool_now, "members add { s:v }",
	    "members: s:v is there already");
	expect("gtm pool a", pool_now, "members modify { x:v { ratio 1 } }",
	    "members: x:v is not there");
	expect("gtm pool a", pool_now, "members modify { s:v }",
	    "members: s:v has nothing to modify");
}

/* The guide adds the members of its group one by one, and no blank before a brace. */
static void
a_list_may_be_edited_more_than_once(void **state)
{
	static const char now[] = "{\"members\":[\"/Common/a\",\"/Common/b\"]}";

	(void)state;
	expect("net vlan-group", NULL,
	    "mode transparent members add { eip } members add { vlan-server1}",
	    "{\"mode\":\"transparent\",\"members\":[\"/T/eip\","
	    "\"/T/vlan-server1\"]}");
	expect("net vlan-group", now, "members add { c } members delete { a b }",
	    "{\"members\":[\"/T/c\"]}");
	expect("net vlan-group", now, "members add { /T/c } members add { /T/c }",
	    "members: /T/c is there already");
}

static void
a_list_of_one_word_needs_no_braces(void **state)
{
	(void)state;
	expect("net self", NULL, "allow-service all vlan v",
	    "{\"allowService\":[\"all\"],\"vlan\":\"/T/v\"}");
	expect("net self", NULL, "allow-service none", "{\"allowService\":[]}");
	expect("net self", NULL, "allow-service { tcp:443 udp:53 }",
	    "{\"allowService\":[\"tcp:443\",\"udp:53\"]}");
	expect("net self", NULL, "allow-service ad { tcp:443 }",
	    "allow-service: add, delete, modify, replace-all-with, none or { "
	    "expected");
	expect("net vlan-group", NULL, "members eip",
	    "members: add, delete, modify, replace-all-with, none or { "
	    "expected");
}

static void
what_is_missing_or_unknown_is_told(void **state)
{
	static const struct { const char *text, *says; } step[] = {
		{ "tll 1", "did you mean ttl" }, { "ttl", "a value expected" },
		{ "members", "expected" }, { "members ad { x:y }", "add, delete" },
		{ "members add", "{ expected" },
		{ "members add { { } }", "a name expected" },
		{ "members add { x:y { rato 1 } }", "members: rato" },
		{ "monitor", "a monitor expected" },
		{ "monitor a and", "a monitor expected" },
		{ "monitor min 1 of", "{ monitors } expected" },
		{ "ttl 1 { }", "not {" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		char *got = edit("gtm pool a", NULL, step[i].text);

		if (strstr(got, step[i].says) == NULL)
			fail_msg("%s: %s", step[i].text, got);
		free(got);
	}
}

static void
only_edits_of_lists_need_the_object(void **state)
{
	static const struct { const char *text; bool want; } step[] = {
		{ "ttl 1", false }, { "members none", false },
		{ "members replace-all-with { a:b }", false },
		{ "members { a:b }", false }, { "members add { a:b }", true },
		{ "ttl 1 members delete { a:b } enabled", true },
		{ "{ members modify { a:b { ratio 1 } } }", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct phrase p = shellkit_phrase(step[i].text);

		if (edit_needs_current(&p, 0) != step[i].want)
			fail_msg("%s", step[i].text);
		phrase_fini(&p);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_takes_its_words),
		cmocka_unit_test(lists_grow_shrink_and_are_replaced),
		cmocka_unit_test(items_keep_what_the_command_does_not_name),
		cmocka_unit_test(a_list_may_be_edited_more_than_once),
		cmocka_unit_test(a_list_of_one_word_needs_no_braces),
		cmocka_unit_test(what_is_missing_or_unknown_is_told),
		cmocka_unit_test(only_edits_of_lists_need_the_object),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
