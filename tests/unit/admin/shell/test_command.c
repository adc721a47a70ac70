/* tests/unit/admin/shell/test_command.c - what a phrase asks for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "admin/shell/command.h"
#include "core/base/err.h"
#include "tests/unit/admin/shell/shellkit.h"

static int
parse(const char *mode, const char *folder, const char *text,
    struct command *c, struct err *e)
{
	struct command_place at = { .catalog = shellkit, .mode = mode,
	    .folder = folder };
	struct phrase p = shellkit_phrase(text);
	int rc = command_parse(c, &at, &p, e);

	phrase_fini(&p);
	return rc;
}

static void
verb_type_and_full_name(void **state)
{
	static const struct {
		const char *mode, *folder, *text;
		enum command_verb verb;
		const char *name;
		unsigned options;
	} step[] = {
		{ "", "/Common", "create gtm pool a p ttl 1", COMMAND_CREATE,
		  "/Common/p", 0 },
		{ "", "/T", "mod gtm pool a p ttl 1", COMMAND_MODIFY, "/T/p", 0 },
		{ "gtm pool", "/T", "del a /Common/p", COMMAND_DELETE,
		  "/Common/p", 0 },
		{ "", "/Common", "list gtm pool a", COMMAND_LIST, NULL, 0 },
		{ "", "/Common", "list gtm pool a p* one-line", COMMAND_LIST,
		  "/Common/p*", COMMAND_ONE_LINE },
		{ "", "/Common", "list gtm pool all all-properties ttl",
		  COMMAND_LIST, "all", COMMAND_ALL_PROPERTIES },
		{ "", "/Common", "list", COMMAND_LIST, NULL, 0 },
		{ "", "/Common", "show gtm pool a p members raw json",
		  COMMAND_SHOW, "/Common/p", COMMAND_RAW | COMMAND_JSON },
		{ "", "/Common", "show sys version", COMMAND_SHOW, NULL,
		  COMMAND_VERSION },
		{ "", "/Common", "modify gtm global-settings general enabled",
		  COMMAND_MODIFY, NULL, 0 },
		{ "", "/Common", "cd /T/a", COMMAND_CD, "/T/a", 0 },
		{ "", "/T/a", "cd ..", COMMAND_CD, "/T", 0 },
		{ "", "/T", "cd ..", COMMAND_CD, "/", 0 },
		{ "", "/", "cd T", COMMAND_CD, "/T", 0 },
		{ "", "/Common", "save sys config", COMMAND_SAVE, NULL, 0 },
		{ "", "/Common", "save gtm migration m dossier f",
		  COMMAND_MIGRATE, NULL, 0 },
		{ "", "/Common", "show gtm migration log log json",
		  COMMAND_SHOW, "/Common/log", COMMAND_LOG | COMMAND_JSON },
		{ "", "/Common", "load sys conf", COMMAND_LOAD, NULL, 0 },
		{ "", "/Common", "load sys config file x.conf verify lenient",
		  COMMAND_LOAD, "x.conf", COMMAND_FILE | COMMAND_VERIFY |
		  COMMAND_LENIENT },
		{ "", "/T", "load sys config merge from-terminal", COMMAND_LOAD,
		  NULL, COMMAND_MERGE | COMMAND_TERMINAL },
		{ "", "/T", "load sys config file \"a b\" replace",
		  COMMAND_LOAD, "a b", COMMAND_FILE | COMMAND_REPLACE },
		{ "", "/Common", "gtm wideip", COMMAND_ENTER, NULL, 0 },
		{ "gtm", "/Common", "pool a", COMMAND_ENTER, NULL, 0 },
		{ "", "/Common", "quit", COMMAND_QUIT, NULL, 0 },
		{ "", "/Common", "exp x", COMMAND_EXPLAIN, NULL, 0 },
		{ "", "/Common", "what-if x { }", COMMAND_WHATIF, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct command c;
		struct err e;
		int rc = parse(step[i].mode, step[i].folder, step[i].text, &c,
		    &e);

		if (rc != 0)
			fail_msg("%s: %s", step[i].text, e.text);
		if (c.verb != step[i].verb || c.options != step[i].options ||
		    (c.name == NULL) != (step[i].name == NULL) ||
		    (c.name != NULL && strcmp(c.name, step[i].name) != 0))
			fail_msg("%s: verb %d options %x name %s",
			    step[i].text, c.verb, c.options,
			    c.name != NULL ? c.name : "none");
		command_fini(&c);
	}
}

static void
what_is_no_command_is_told(void **state)
{
	static const struct { const char *text; int rc; const char *says; } step[] = {
		{ "craete gtm pool a x", ERR_UNKNOWN, "did you mean create" },
		{ "l gtm pool a", ERR_PARSE, "list or load" },
		{ "create gtm pool x", ERR_UNSUPPORTED, "has a type" },
		{ "create gtm rule x", ERR_UNSUPPORTED, "rules" },
		{ "create gtm topology ldns: subnet 10.0.0.0/8", ERR_PARSE,
		  "a name of the form ldns: [not] KIND VALUE server: " },
		{ "create gtm pool a", ERR_PARSE, "a name expected" },
		{ "create gtm global-settings general", ERR_DENIED, "modify" },
		{ "delete gtm pool a x y", ERR_PARSE, "one name" },
		{ "delete gtm po", ERR_UNSUPPORTED, "has a type" },
		{ "delete gtm", ERR_PARSE, "which of them" },
		{ "show gtm pool a x ttl", ERR_PARSE, "no counters" },
		{ "list gtm pool a x { }", ERR_PARSE, "no braces" },
		{ "cd", ERR_PARSE, "one folder" },
		{ "cd a\"b\"", ERR_PARSE, "one folder" },
		{ "load sys", ERR_PARSE, "sys config" },
		{ "load sys config merge", ERR_PARSE, "file or from-" },
		{ "load sys config x", ERR_PARSE, "not expected" },
		{ "load sys config { }", ERR_PARSE, "not expected" },
		{ "load sys config file", ERR_PARSE, "a name expected" },
		{ "load sys config file x file y", ERR_PARSE, "twice" },
		{ "load sys config file x from-terminal", ERR_PARSE,
		  "either file or" },
		{ "load sys config file x merge replace", ERR_PARSE,
		  "either merge or" },
		{ "save sys config x", ERR_PARSE, "not expected" },
		{ "show gtm migration m logs", ERR_UNKNOWN, "logs" },
		{ "quit now", ERR_PARSE, "no words" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct command c;
		struct err e = { 0 };
		int rc = parse("", "/Common", step[i].text, &c, &e);

		if (rc != step[i].rc || strstr(e.text, step[i].says) == NULL)
			fail_msg("%s: code %d, %s", step[i].text, rc, e.text);
		command_fini(&c);
	}
}


int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(verb_type_and_full_name),
		cmocka_unit_test(what_is_no_command_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, shellkit_open, shellkit_close);
}
