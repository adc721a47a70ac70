/* tests/unit/admin/shell/test_migrate.c - what is asked of a daemon about migrations,
 * and what is done with the answers. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/obj.h"
#include "tests/unit/admin/shell/shelldaemon.h"
#include "tests/unit/admin/shell/shellsession.h"

#define STATE	"GET /mgmt/tm/gtm/migration-state?migration=/Common/"
#define LOG	"GET /mgmt/tm/gtm/migration-log?migration=/Common/"
#define DOSSIER	"GET /mgmt/tm/gtm/migration-dossier?migration=/Common/"
#define RAN	"{\"migration\":\"/Common/ran\",\"run\":2,\"line\":\"done\"}"
#define PLANNED	"{\"migration\":\"/Common/new\",\"phase\":\"planned\"}"
#define RECORDS	"{\"items\":[{\"at\":1794787200000,\"event\":\"relayed\"}]}"

static const struct shelldaemon_answer answers[] = {
	{ STATE "ran ", 200, RAN, NULL },
	{ STATE "new ", 200, PLANNED, NULL },
	{ STATE "none ", 200, PLANNED, NULL },
	{ STATE "a%20b%26c ", 200, RAN, NULL },
	{ LOG "a%20b%26c", 200, RECORDS, NULL },
	{ LOG "ran", 200, RECORDS, NULL },
	{ LOG "new", 404, "{\"message\":\"no such run on record\"}", NULL },
	{ DOSSIER "ran&format=html ", 200, "<!doctype html>\n", NULL },
	{ DOSSIER "ran&format=json&run=1 ", 200, "{\"run\":1}", NULL },
	{ DOSSIER "new", 404, "{\"message\":\"no such run on record\"}", NULL },
	{ "GET /mgmt/tm/gtm/migration/~Common~none", 404,
	  "{\"message\":\"there is no migration none\"}", NULL },
	{ "GET /mgmt/tm/gtm/migration/~Common~new", 200, "{}", NULL },
	{ "GET /mgmt/tm/gtm/migration ", 200, "{\"items\":[{\"fullPath\":"
	  "\"/Common/ran\"},{\"fullPath\":\"/Common/new\"}]}", NULL },
	{ "POST /mgmt/tm/gtm/migration-command", 200, "{\"migration\":"
	  "\"/Common/ran\",\"line\":\"moving\",\"dryRun\":false}", NULL },
	{ "POST /mgmt/tm/gtm/migration-command", 200, "{\"dryRun\":true}", NULL },
	{ "POST /mgmt/tm/gtm/migration-command", 409,
	  "{\"message\":\"start: the migration is moving\"}", NULL },
	{ NULL, 0, NULL, NULL }
};

static struct shellsession t;

static int
setup(void **state)
{
	(void)state;
	shellsession_open(&t, answers);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	shellsession_close(&t);
	return 0;
}

static void
asked_and_said(const char *command, const char *asked, const char *said)
{
	const char *text;

	if (shellsession_run(&t, command) != 0)
		fail_msg("%s: %s", command, t.problems);
	text = shelldaemon_asked(t.daemon);
	if (asked != NULL && strcmp(text, asked) != 0)
		fail_msg("%s: asked %s", command, text);
	if (strstr(t.out, said) == NULL)
		fail_msg("%s: said %s", command, t.out);
}

static void
refused(const char *command, const char *said)
{
	if (shellsession_run(&t, command) == 0 || strstr(t.problems, said) == NULL)
		fail_msg("%s: %s%s", command, t.out, t.problems);
}

static void
commands_are_told_and_answered(void **state)
{
	(void)state;
	asked_and_said("advance gtm migration ran share 25 force reason \"a b\"",
	    "POST /mgmt/tm/gtm/migration-command {\"migration\":\"/Common/ran\","
	    "\"command\":\"advance\",\"force\":true,\"reason\":\"a b\","
	    "\"share\":25}\n", "gtm migration /Common/ran: moving\n");
	asked_and_said("start gtm migration ran dry-run",
	    "POST /mgmt/tm/gtm/migration-command {\"migration\":\"/Common/ran\","
	    "\"command\":\"start\",\"dryRun\":true}\n",
	    "It could be done; nothing was changed.\n");
	refused("start gtm migration ran", "start: the migration is moving");
	(void)shelldaemon_asked(t.daemon);
	refused("start gtm migration ran share 5", "share: not expected here");
	assert_string_equal(shelldaemon_asked(t.daemon), "");
}

static void
one_is_shown_with_its_last_records(void **state)
{
	(void)state;
	asked_and_said("show gtm migration ran", STATE "ran\n" LOG
	    "ran&limit=12\n", "relayed");
	asked_and_said("show gtm migration \"a b&c\"", STATE "a%20b%26c\n" LOG
	    "a%20b%26c&limit=12\n", "relayed");
	asked_and_said("show gtm migration ran json", STATE "ran\n",
	    "\"run\": 2");
}

static void
one_that_was_not_started_has_none_but_is_there(void **state)
{
	(void)state;
	asked_and_said("show gtm migration new", STATE "new\nGET /mgmt/tm/gtm/"
	    "migration/~Common~new\n", "planned: has not been started");
	refused("show gtm migration none", "there is no migration none");
}

static void
a_pattern_shows_those_that_match(void **state)
{
	(void)state;
	asked_and_said("show gtm migration", NULL, "done\n");
	assert_non_null(strstr(t.out, "\n\ngtm migration /Common/new\n"));
	asked_and_said("show gtm migration n*", NULL, "/Common/new");
	assert_null(strstr(t.out, "/Common/ran"));
	refused("show gtm migration x*", "nothing is called /Common/x*");
}

static void
the_record_is_shown_whole(void **state)
{
	(void)state;
	asked_and_said("show gtm migration ran log", LOG "ran&limit=20000\n",
	    "relayed");
	asked_and_said("show gtm migration ran log json", LOG
	    "ran&limit=20000\n", "\"event\": \"relayed\"");
	refused("show gtm migration new log", "no such run on record");
	refused("show gtm migration all log", "one name expected");
}

static void
holds(const char *path, const char *want)
{
	char text[200] = "";
	FILE *f = fopen(path, "re");

	assert_non_null(f);
	assert_int_equal(fread(text, 1, sizeof(text) - 1, f), strlen(want));
	(void)fclose(f);
	assert_string_equal(text, want);
}

static void
a_dossier_becomes_a_file(void **state)
{
	char *path = mem_printf("/tmp/gtm-dossier-%ld", (long)getpid());
	char *command = mem_printf("save gtm migration ran dossier %s", path);
	char *json = mem_printf("%s json run 1", command);
	char *none = mem_printf("save gtm migration new dossier %s", path);

	(void)state;
	asked_and_said(command, DOSSIER "ran&format=html\n",
	    ": the dossier of gtm migration /Common/ran, 16 octets.\n");
	holds(path, "<!doctype html>\n");
	asked_and_said(json, DOSSIER "ran&format=json&run=1\n", "9 octets");
	holds(path, "{\"run\":1}");
	refused(none, "no such run on record");
	holds(path, "{\"run\":1}");		/* what is there stays */
	(void)unlink(path);
	refused("save gtm migration ran dossier /nowhere/at/all",
	    "dossier: cannot write /nowhere/at/all");
	refused("save gtm migration ran dossier /dev/full",
	    "dossier: cannot write all of /dev/full");
	free(none);
	free(json);
	free(command);
	free(path);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		RULE(commands_are_told_and_answered),
		RULE(one_is_shown_with_its_last_records),
		RULE(one_that_was_not_started_has_none_but_is_there),
		RULE(a_pattern_shows_those_that_match),
		RULE(the_record_is_shown_whole),
		RULE(a_dossier_becomes_a_file),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
