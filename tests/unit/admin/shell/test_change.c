/* tests/unit/admin/shell/test_change.c - what create, modify, delete and save
 * ask of the daemon. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/unit/admin/shell/shellsession.h"

#define POOL	"/mgmt/tm/gtm/pool/a/~Common~p"
#define WHOLE	POOL "?expandSubcollections=true"

/* Runs the text against these answers; the requests must be as told. */
static void
expect(const struct shelldaemon_answer *answers, const char *text, int rc,
    const char *asked)
{
	struct shellsession t;
	const char *got;

	shellsession_open(&t, answers);
	if (shellsession_run(&t, text) != rc)
		fail_msg("%s: %s", text, t.problems);
	got = shelldaemon_asked(t.daemon);
	assert_string_equal(got, asked);
	shellsession_close(&t);
}

static void
plain_changes_are_one_request(void **state)
{
	static const struct shelldaemon_answer yes[] = {
		{ "P", 200, "{}", NULL }, { "DELETE", 200, NULL, NULL },
		{ NULL, 0, NULL, NULL }
	};

	(void)state;
	expect(yes, "create gtm pool a p ttl 5 disabled", 0,
	    "POST /mgmt/tm/gtm/pool/a {\"name\":\"/Common/p\",\"ttl\":5,"
	    "\"disabled\":true}\n");
	expect(yes, "modify gtm pool a p enabled", 0,
	    "PATCH " POOL " {\"enabled\":true}\n");
	expect(yes, "delete gtm pool a p", 0, "DELETE " POOL "\n");
	expect(yes, "save sys config", 0,
	    "POST /mgmt/tm/sys/config {\"command\":\"save\"}\n");
	expect(yes, "modify gtm pool a p", 1, "");
	expect(yes, "modify gtm global-settings general send-wildcard-rrs x",
	    0, "PATCH /mgmt/tm/gtm/global-settings/general "
	    "{\"sendWildcardRrs\":\"x\"}\n");
}

/* What a list is edited from must be what it is written over. */
static void
a_list_is_edited_under_a_condition(void **state)
{
	static const char members[] = "{\"membersReference\":{\"items\":["
	    "{\"name\":\"v\",\"fullPath\":\"/Common/s:v\",\"ratio\":1}]}}";
	static const char more[] = "{\"membersReference\":{\"items\":["
	    "{\"name\":\"v\",\"fullPath\":\"/Common/s:v\",\"ratio\":1},"
	    "{\"name\":\"w\",\"fullPath\":\"/Common/s:w\",\"ratio\":1}]}}";
	static const struct shelldaemon_answer meanwhile[] = {
		{ "GET " WHOLE, 200, members, "\"7\"" },
		{ "GET " WHOLE, 200, more, "\"8\"" },
		{ "PATCH", 412, "{\"message\":\"changed\"}", NULL },
		{ "PATCH", 200, "{}", NULL },
		{ NULL, 0, NULL, NULL }
	};
	struct shellsession t;
	const char *asked, *second;

	(void)state;
	shellsession_open(&t, meanwhile);
	assert_int_equal(shellsession_run(&t, "modify gtm pool a p members "
	    "modify { s:v { ratio 3 } }"), 0);
	asked = shelldaemon_asked(t.daemon);
	assert_ptr_equal(strstr(asked, "GET " WHOLE "\nPATCH " POOL
	    " [\"7\"] {"), asked);
	second = strstr(asked, "GET " WHOLE "\nPATCH " POOL " [\"8\"] {");
	assert_non_null(second);
	assert_non_null(strstr(second, "/Common/s:w"));
	assert_null(strstr(second, "[\"9\"]"));
	shellsession_close(&t);
}

static void
who_always_loses_gives_up(void **state)
{
	static const struct shelldaemon_answer never[] = {
		{ "GET " WHOLE, 200, "{}", "\"1\"" },
		{ "PATCH", 412, "{\"message\":\"was changed\"}", NULL },
		{ NULL, 0, NULL, NULL }
	};
	struct shellsession t;
	const char *asked;
	unsigned tries = 0;

	(void)state;
	shellsession_open(&t, never);
	assert_int_equal(shellsession_run(&t, "modify gtm pool a p members "
	    "add { s:v }"), 1);
	assert_string_equal(t.problems, "gtmsh: was changed\n");
	asked = shelldaemon_asked(t.daemon);
	while ((asked = strstr(asked, "PATCH ")) != NULL) {
		asked++;
		tries++;
	}
	assert_int_equal(tries, 5);
	shellsession_close(&t);
}

static void
a_pattern_means_each_of_its_objects(void **state)
{
	static const struct shelldaemon_answer some[] = {
		{ "GET /mgmt/tm/gtm/pool/a?$select=fullPath", 200,
		  "{\"items\":[{\"fullPath\":\"/Common/a1\"},"
		  "{\"fullPath\":\"/Common/b1\"},{\"fullPath\":\"/T/a2\"},"
		  "{\"fullPath\":\"/Common/a3\"}]}", NULL },
		{ "DELETE /mgmt/tm/gtm/pool/a/~Common~a3", 400,
		  "{\"message\":\"is in use\"}", NULL },
		{ "DELETE", 200, NULL, NULL },
		{ NULL, 0, NULL, NULL }
	};
	struct shellsession t;

	(void)state;
	shellsession_open(&t, some);
	assert_int_equal(shellsession_run(&t, "delete gtm pool a a*"), 1);
	assert_string_equal(t.problems, "gtmsh: /Common/a3: is in use\n");
	assert_string_equal(shelldaemon_asked(t.daemon),
	    "GET /mgmt/tm/gtm/pool/a/~Common~a%2A\n"
	    "GET /mgmt/tm/gtm/pool/a?$select=fullPath\n"
	    "DELETE /mgmt/tm/gtm/pool/a/~Common~a1\n"
	    "DELETE /mgmt/tm/gtm/pool/a/~Common~a3\n");
	assert_int_equal(shellsession_run(&t, "delete gtm pool a zz*"), 1);
	assert_non_null(strstr(t.problems, "nothing is called"));
	shellsession_close(&t);
}

/* A wide IP may be called *.example.com. */
static void
a_name_that_is_there_is_no_pattern(void **state)
{
	static const struct shelldaemon_answer there[] = {
		{ "GET /mgmt/tm/gtm/wideip", 200, "{}", NULL },
		{ "DELETE", 200, NULL, NULL },
		{ NULL, 0, NULL, NULL }
	};

	(void)state;
	expect(there, "delete gtm wideip a *.example.com", 0,
	    "GET /mgmt/tm/gtm/wideip/a/~Common~%2A.example.com\n"
	    "DELETE /mgmt/tm/gtm/wideip/a/~Common~%2A.example.com\n");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_changes_are_one_request),
		cmocka_unit_test(a_list_is_edited_under_a_condition),
		cmocka_unit_test(who_always_loses_gives_up),
		cmocka_unit_test(a_pattern_means_each_of_its_objects),
		cmocka_unit_test(a_name_that_is_there_is_no_pattern),
	};

	(void)setenv("GTMSH_NET_SOCKET", "/nowhere/net.sock", 1);
	(void)setenv("GTMSH_WOM_SOCKET", "/nowhere/wom.sock", 1);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
