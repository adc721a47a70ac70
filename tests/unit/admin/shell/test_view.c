/* tests/unit/admin/shell/test_view.c - what list and show ask, and what they
 * print of the answers. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tests/unit/admin/shell/shellsession.h"

#define P	"{\"fullPath\":\"/Common/p\",\"text\":\"gtm pool a " \
		"/Common/p {\\n    disabled\\n    ttl 5\\n}\\n\"}"
#define Q	"{\"fullPath\":\"/Common/q\",\"text\":\"gtm pool a " \
		"/Common/q {\\n    enabled\\n    ttl 6\\n}\\n\"}"
#define STATS(name, state, n)						\
	"\"https://localhost/mgmt/tm/gtm/pool/a/~Common~" name "/~Common~"	\
	name ":A/stats\":{\"nestedStats\":{\"entries\":{"			\
	"\"tmName\":{\"description\":\"/Common/" name "\"},"			\
	"\"status.availabilityState\":{\"description\":\"" state "\"},"	\
	"\"preferred\":{\"value\":" n "}}}}"

static const struct shelldaemon_answer answers[] = {
	{ "GET /mgmt/tm/gtm/pool/a?text=", 200, "{\"items\":[" P "," Q "]}",
	  NULL },
	{ "GET /mgmt/tm/gtm/pool/a/~Common~p?text=", 200, P, NULL },
	{ "GET /mgmt/tm/gtm/pool/a/~Common~p?expand", 200,
	  "{\"name\":\"p\",\"ttl\":5}", NULL },
	{ "GET /mgmt/tm/gtm/pool/a/stats ", 200, "{\"entries\":{"
	  STATS("p", "available", "12345") "," STATS("q", "offline", "0")
	  "}}", NULL },
	{ "GET /mgmt/tm/gtm/pool/a/~Common~p/members/stats ", 200,
	  "{\"entries\":{}}", NULL },
	{ "GET /mgmt/tm/gtm/pool/a/~Common~still/stats ", 200,
	  "{\"entries\":{}}", NULL },
	{ "GET /mgmt/tm/gtm/pool/a/~Common~still ", 200, "{\"name\":\"still\"}",
	  NULL },
	{ "GET /mgmt/tm/sys/version", 200, "{\"kind\":\"v\"}", NULL },
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

/* What a command prints, and the one request it makes; NULL = any. */
static void
prints(const char *command, const char *asked, const char *out)
{
	const char *got;

	if (shellsession_run(&t, command) != 0)
		fail_msg("%s: %s", command, t.problems);
	got = shelldaemon_asked(t.daemon);
	if (asked != NULL)
		assert_string_equal(got, asked);
	assert_string_equal(t.out, out);
}

static void
list_prints_the_daemons_text(void **state)
{
	(void)state;
	prints("list gtm pool a p", "GET /mgmt/tm/gtm/pool/a/~Common~p"
	    "?text=list\n", "gtm pool a /Common/p {\n    disabled\n"
	    "    ttl 5\n}\n");
	prints("list gtm pool a q* one-line", "GET /mgmt/tm/gtm/pool/a"
	    "?text=list\n", "gtm pool a /Common/q { enabled ttl 6 }\n");
	prints("list gtm pool a all-properties one-line", "GET "
	    "/mgmt/tm/gtm/pool/a?text=all\n",
	    "gtm pool a /Common/p { disabled ttl 5 }\n"
	    "gtm pool a /Common/q { enabled ttl 6 }\n");
	prints("list gtm pool a p ttl", "GET /mgmt/tm/gtm/pool/a/~Common~p"
	    "?text=all\n", "gtm pool a /Common/p {\n    ttl 5\n}\n");
	prints("list gtm pool a p json", "GET /mgmt/tm/gtm/pool/a/~Common~p"
	    "?expandSubcollections=true\n",
	    "{\n    \"name\": \"p\",\n    \"ttl\": 5\n}\n");
}

/* Either word of a flag asks for it, whichever of them it is now. */
static void
a_flag_is_asked_for_by_either_word(void **state)
{
	(void)state;
	prints("list gtm pool a all enabled one-line", NULL,
	    "gtm pool a /Common/p { disabled }\n"
	    "gtm pool a /Common/q { enabled }\n");
}

static void
show_prints_tables_in_colour_where_it_may(void **state)
{
	(void)state;
	assert_int_equal(shellsession_run(&t, "show gtm pool a"), 0);
	assert_non_null(strstr(t.out, "12.3K"));
	assert_null(strstr(t.out, "\033"));
	t.s->colour = true;
	assert_int_equal(shellsession_run(&t, "show gtm pool a raw"), 0);
	assert_non_null(strstr(t.out, "12345"));
	assert_non_null(strstr(t.out, "\033["));
	assert_int_equal(shellsession_run(&t, "show gtm pool a q*"), 0);
	assert_null(strstr(t.out, "/Common/p"));
	assert_int_equal(shellsession_run(&t, "show gtm pool a json"), 0);
	assert_non_null(strstr(t.out, "\"nestedStats\""));
	prints("show sys version", "GET /mgmt/tm/gtm/pool/a/stats\n"
	    "GET /mgmt/tm/gtm/pool/a/stats\nGET /mgmt/tm/gtm/pool/a/stats\n"
	    "GET /mgmt/tm/gtm/pool/a/stats\nGET /mgmt/tm/sys/version\n",
	    "{\n    \"kind\": \"v\"\n}\n");
	assert_int_equal(shellsession_run(&t, "show gtm pool a p members"), 1);
	assert_string_equal(shelldaemon_asked(t.daemon),
	    "GET /mgmt/tm/gtm/pool/a/~Common~p/members/stats\n");
}

static void
what_is_not_there_is_told(void **state)
{
	static const struct { const char *command, *says; } step[] = {
		{ "list gtm pool a gone", "gtmsh: not here\n" },
		{ "show gtm pool a still", "gtmsh: gtm pool a: /Common/still has "
		  "nothing to show; list has its properties\n" },
		{ "list gtm pool a z*", "gtmsh: gtm pool a: nothing is called "
		  "/Common/z*\n" },
		{ "list gtm pool a p tll", "unknown property" },
		{ "show gtm pool a gone", "gtmsh: not here\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		assert_int_equal(shellsession_run(&t, step[i].command), 1);
		if (strstr(t.problems, step[i].says) == NULL || t.out_len != 0)
			fail_msg("%s: %s%s", step[i].command, t.out,
			    t.problems);
	}
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(list_prints_the_daemons_text),
		TEST(a_flag_is_asked_for_by_either_word),
		TEST(show_prints_tables_in_colour_where_it_may),
		TEST(what_is_not_there_is_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
