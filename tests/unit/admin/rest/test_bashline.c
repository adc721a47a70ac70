/* tests/unit/admin/rest/test_bashline.c - which commands are taken, and as what.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "admin/rest/bashline.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/json.h"

static int
parse(struct bashline *b, const char *args, struct err *e)
{
	struct json *j = json_new_object();
	int rc;

	json_put_text(j, "command", "run");
	json_put_text(j, "utilCmdArgs", args);
	rc = bashline_parse(b, j, e);
	json_free(&j);
	return rc;
}

#define REGION	"/mgmt/tm/gtm/region"
#define ADD	"-c \"tmsh create gtm region R region-members add "

/* As real clients write them, and what they become. */
static const struct {
	const char *args, *method, *path, *body;
} requests[] = {
	{ "-c \"tmsh create gtm region /Common/EU1 region-members add "
	    "{ country FR not continent EU subnet 10.0.0.0/8 } \"", "POST",
	    REGION, "{\"name\":\"/Common/EU1\",\"regionMembers\":["
	    "{\"name\":\"country FR\"},{\"name\":\"not continent EU\"},"
	    "{\"name\":\"subnet 10.0.0.0/8\"}]}" },
	{ "-c \"tmsh create gtm region /Common/EU1\"", "POST", REGION,
	    "{\"name\":\"/Common/EU1\"}" },
	{ ADD "{ state \\\"US/New York\\\" { } }\"", "POST", REGION,
	    "{\"name\":\"R\",\"regionMembers\":[{\"name\":"
	    "\"state US/New York\"}]}" },
	{ "-c 'tmsh modify gtm region /Common/EU1 region-members "
	    "replace-all-with { region /Common/x }'", "PATCH",
	    REGION "/~Common~EU1", "{\"regionMembers\":[{\"name\":"
	    "\"region /Common/x\"}]}" },
	{ "-c \"tmsh modify gtm region 'odd name' region-members none \"",
	    "PATCH", REGION "/odd%20name", "{\"regionMembers\":[]}" },
	{ "-c \"tmsh modify gtm monitor external ext user-defined K "
	    "\\\"v 1\\\"\"", "PATCH", "/mgmt/tm/gtm/monitor/external/ext",
	    "{\"apiRawValues\":{\"userDefined K\":\"v 1\"}}" },
	{ "-c \"tmsh modify gtm monitor external ext user-defined A '' "
	    "user-defined B b\\\\c\"", "PATCH",
	    "/mgmt/tm/gtm/monitor/external/ext",
	    "{\"apiRawValues\":{\"userDefined A\":\"\","
	    "\"userDefined B\":\"bc\"}}" },
	{ "-c \"tmsh save sys config\"", "POST", "/mgmt/tm/sys/config",
	    "{\"command\":\"save\"}" },
};

static void
commands_of_clients_become_requests(void **state)
{
	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(requests); i++) {
		struct bashline b;
		struct err e = { 0 };
		char *body;

		if (parse(&b, requests[i].args, &e) != 0)
			fail_msg("%s: %s", requests[i].args, e.text);
		assert_int_equal(b.want, BASHLINE_REQUEST);
		assert_string_equal(b.method, requests[i].method);
		assert_string_equal(b.path, requests[i].path);
		body = json_line(b.body);
		assert_string_equal(body, requests[i].body);
		/* one client takes a save that says nothing for a failure, and
		 * another a region that says something */
		assert_int_equal(*b.prints != '\0',
		    strstr(b.path, "config") != NULL);
		free(body);
		bashline_fini(&b);
	}
}

static void
commands_that_only_print_are_known_letter_for_letter(void **state)
{
	static const struct {
		const char *args;
		enum bashline_want want;
	} rows[] = {
		{ "-c \"cat /VERSION\"", BASHLINE_VERSION },
		{ "-c \"cat /proc/uptime\"", BASHLINE_UPTIME },
		{ "-c \"runlevel\"", BASHLINE_RUNLEVEL },
		{ "-c \"ps aux | grep '[m]prov'\"", BASHLINE_NOTHING },
	};
	struct bashline b;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		assert_int_equal(parse(&b, rows[i].args, NULL), 0);
		assert_int_equal(b.want, rows[i].want);
		assert_null(b.path);
		bashline_fini(&b);
	}
}

/* Whatever a shell would make of these, they are refused, and the sentence
 * says why. */
static const struct {
	const char *args;
	int code;
	const char *why;
} refused[] = {
	{ "-c \"cat /etc/shadow\"", ERR_DENIED, "cat /etc/shadow" },
	{ "-c \"cat /VERSION /etc/shadow\"", ERR_DENIED, "none of" },
	{ "-c \"cat /VERSION; id\"", ERR_DENIED, "';'" },
	{ "-c \"ps aux | grep '[m]prov' | sh\"", ERR_DENIED, "'|'" },
	{ "-c \"tmsh save sys config > /tmp/x\"", ERR_DENIED, "'>'" },
	{ "-c \"tmsh save sys config\" && id", ERR_DENIED, "'&'" },
	{ "-c \"$(id)\"", ERR_DENIED, "'$'" },
	{ "-c '$(id)'", ERR_DENIED, "'$'" },
	{ "-c \"`id`\"", ERR_DENIED, "'`'" },
	{ "-c 'tmsh save sys config \"`id`\"'", ERR_DENIED, "'`'" },
	{ "-c 'tmsh save sys config '\\''x'", ERR_PARSE, "never closes" },
	{ "-c \"tmsh save sys config", ERR_PARSE, "never closes" },
	{ "-c \"tmsh\nsave\"", ERR_PARSE, "0x0a" },
	{ "-c \"tmsh save sys config\" x", ERR_PARSE, "one quoted" },
	{ "-c tmsh save", ERR_PARSE, "one quoted" },
	{ "-x \"tmsh save sys config\"", ERR_PARSE, "one quoted" },
	{ "", ERR_PARSE, "one quoted" },
	{ "-c \"\"", ERR_DENIED, "none of" },
	{ "-c \"tmsh save sys config file x\"", ERR_DENIED, "nothing more" },
	{ "-c \"tmsh save sys configx\"", ERR_DENIED, "none of" },
	{ "-c \"tmsh delete gtm region x\"", ERR_DENIED, "none of" },
	{ "-c \"tmsh create gtm region\"", ERR_DENIED, "none of" },
	{ "-c \"tmsh create gtm region R description x\"", ERR_DENIED,
	    "region-members add" },
	{ "-c \"tmsh modify gtm region .. region-members none\"", ERR_PARSE,
	    "no name" },
	{ "-c \"tmsh modify gtm region '' region-members none\"", ERR_PARSE,
	    "no name" },
	{ "-c \"tmsh modify gtm region R region-members none x\"",
	    ERR_DENIED, "replace-all-with" },
	{ ADD "{ planet mars }\"", ERR_PARSE, "planet" },
	{ ADD "{ country }\"", ERR_PARSE, "country" },
	{ ADD "{ not }\"", ERR_PARSE, "not" },
	{ ADD "{ country FR\"", ERR_PARSE, "}" },
	{ ADD "{ country FR } x\"", ERR_PARSE, "at the end" },
	{ ADD "country FR\"", ERR_PARSE, "{ is expected" },
	{ ADD "{country,FR}\"", ERR_DENIED, "'{'" },
	{ ADD "{ subnet * }\"", ERR_DENIED, "'*'" },
	{ "-c \"tmsh modify gtm monitor external m\"", ERR_DENIED,
	    "user-defined" },
	{ "-c \"tmsh modify gtm monitor external m user-defined K\"",
	    ERR_DENIED, "user-defined" },
	{ "-c \"tmsh modify gtm monitor external m run /bin/sh\"",
	    ERR_DENIED, "user-defined" },
};

static void
all_else_is_refused_with_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(refused); i++) {
		struct bashline b;
		struct err e = { 0 };
		int rc = parse(&b, refused[i].args, &e);

		if (rc != refused[i].code ||
		    strstr(e.text, refused[i].why) == NULL)
			fail_msg("%s: %d %s", refused[i].args, rc, e.text);
		assert_null(b.path);
		assert_null(b.body);
	}
}

static void
a_body_of_another_form_is_refused(void **state)
{
	static const char *const bodies[] = {
		"{}", "{\"command\":\"run\"}",
		"{\"command\":\"start\",\"utilCmdArgs\":\"-c x\"}",
		"{\"command\":\"run\",\"utilCmdArgs\":[\"-c\"]}",
	};
	struct bashline b;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bodies); i++) {
		struct json *j = json_parse(bodies[i], strlen(bodies[i]),
		    NULL);

		assert_int_equal(bashline_parse(&b, j, NULL), ERR_PARSE);
		json_free(&j);
	}
}

static void
a_command_has_65536_octets_at_most(void **state)
{
	char *args = mem_zalloc(BASHLINE_MAX + 2, 1);
	struct bashline b;

	(void)state;
	memset(args, ' ', BASHLINE_MAX + 1);
	memcpy(args, "-c 'tmsh save sys config'", 25);
	assert_int_equal(parse(&b, args, NULL), ERR_RANGE);
	args[BASHLINE_MAX] = '\0';
	assert_int_equal(parse(&b, args, NULL), 0);
	bashline_fini(&b);
	free(args);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_of_clients_become_requests),
		cmocka_unit_test(
		    commands_that_only_print_are_known_letter_for_letter),
		cmocka_unit_test(all_else_is_refused_with_its_reason),
		cmocka_unit_test(a_body_of_another_form_is_refused),
		cmocka_unit_test(a_command_has_65536_octets_at_most),
	};

	return cmocka_run_group_tests_name("bashline", tests, NULL, NULL);
}
