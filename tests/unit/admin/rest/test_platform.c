/* tests/unit/admin/rest/test_platform.c - what the box says of itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/rest/platform.h"
#include "admin/rest/response.h"
#include "core/base/obj.h"
#include "core/model/json.h"

#define NOW	INT64_C(1700000000)	/* 2023-11-14 22:13:20 UTC */

static bool
answer(const char *method, const char *path, const char *query,
    struct response *r)
{
	const struct platform_ask q = { method, path, query, NOW };

	return platform_answer(&q, r);
}

/* The document at a path below /mgmt/tm, for the caller to free. */
static struct json *
get(const char *path)
{
	struct response r = { 0 };
	struct json *j;

	assert_true(answer("GET", path, NULL, &r));
	assert_int_equal(r.status, 200);
	j = json_parse(r.body, strlen(r.body), NULL);
	assert_non_null(j);
	response_fini(&r);
	return j;
}

/* f5-sdk refuses a document whose kind is not the one it knows. */
static void
kinds_are_exact_and_links_carry_the_version(void **state)
{
	static const struct { const char *path, *kind; } rows[] = {
		{ "/mgmt/tm/sys", "tm:sys:syscollectionstate" },
		{ "/mgmt/tm/sys/provision",
		    "tm:sys:provision:provisioncollectionstate" },
		{ "/mgmt/tm/sys/provision/gtm",
		    "tm:sys:provision:provisionstate" },
		{ "/mgmt/tm/sys/clock", "tm:sys:clock:clockstats" },
		{ "/mgmt/tm/sys/hardware", "tm:sys:hardware:hardwarestats" },
		{ "/mgmt/tm/sys/software/volume",
		    "tm:sys:software:volume:volumecollectionstate" },
		{ "/mgmt/tm/net/self", "tm:net:self:selfcollectionstate" },
		{ "/mgmt/tm/cm/device",
		    "tm:cm:device:devicecollectionstate" },
		{ "/mgmt/tm/cm/device/~Common~gtm",
		    "tm:cm:device:devicestate" },
	};
	char want[160];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		struct json *j = get(rows[i].path);

		assert_string_equal(json_get_text(json_find(j, "kind")),
		    rows[i].kind);
		(void)snprintf(want, sizeof(want),
		    "https://localhost%s?ver=15.1.2.1", rows[i].path);
		assert_string_equal(json_get_text(json_find(j, "selfLink")),
		    want);
		json_free(&j);
	}
}

static void
an_empty_collection_has_no_items_a_full_one_whole_objects(void **state)
{
	struct json *j = get("/mgmt/tm/net/self");
	const struct json *one;

	(void)state;
	assert_null(json_find(j, "items"));
	json_free(&j);
	j = get("/mgmt/tm/sys/provision");
	one = json_item(json_find(j, "items"), 0);
	assert_string_equal(json_get_text(json_find(one, "name")), "gtm");
	assert_string_equal(json_get_text(json_find(one, "level")), "nominal");
	assert_non_null(json_find(one, "cpuRatio"));
	json_free(&j);
	j = get("/mgmt/tm/sys/software");
	one = json_find(json_item(json_find(j, "items"), 1), "reference");
	assert_string_equal(json_get_text(json_find(one, "link")),
	    "https://localhost/mgmt/tm/sys/software/image?ver=15.1.2.1");
	json_free(&j);
}

/* Clients ask for page after page until one has no items. */
static void
pages_come_to_an_end(void **state)
{
	static const struct { const char *query; int status; size_t items; }
	pages[] = {
		{ "$top=10&$skip=0&$filter=partition+eq+Common", 200, 1 },
		{ "$top=10&$skip=10&$filter=partition+eq+Common", 200, 0 },
		{ "%24skip=1", 200, 0 }, { "$top=0", 200, 0 },
		{ "$skip=x", 400, 0 }, { "$top=-1", 400, 0 },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(pages); i++) {
		struct response r = { 0 };
		struct json *j;

		assert_true(answer("GET", "/mgmt/tm/cm/device",
		    pages[i].query, &r));
		j = json_parse(r.body, strlen(r.body), NULL);
		if (r.status != pages[i].status || json_count(json_find(j,
		    "items")) != pages[i].items)
			fail_msg("%s: %d %s", pages[i].query, r.status,
			    r.body);
		json_free(&j);
		response_fini(&r);
	}
}

/* "2018-06-05T13:38:33Z" is the one form that clients read. */
static void
the_clock_tells_the_time_it_was_given(void **state)
{
	static const char zero[] = "https://localhost/mgmt/tm/sys/clock/0";
	struct json *j = get("/mgmt/tm/sys/clock");
	const struct json *at = json_find(json_find(j, "entries"), zero);

	(void)state;
	at = json_find(json_find(at, "nestedStats"), "entries");
	assert_string_equal(json_get_text(json_find(json_find(at, "fullDate"),
	    "description")), "2023-11-14T22:13:20Z");
	json_free(&j);
}

static void
it_is_only_read_and_ends_where_the_table_ends(void **state)
{
	static const char *const foreign[] = {
		"/mgmt/tm/sys/version", "/mgmt/tm/sys/provision/ltm",
		"/mgmt/tm/sysx", "/mgmt/tm", "/mgmt/tm/gtm/pool/a", "/",
	};
	struct response r = { 0 };

	(void)state;
	assert_true(answer("PATCH", "/mgmt/tm/sys/provision/gtm", NULL, &r));
	assert_int_equal(r.status, 405);
	response_fini(&r);
	for (size_t i = 0; i < OBJ_COUNT(foreign); i++)
		assert_false(answer("GET", foreign[i], NULL, &r));
}

/* What f5_modules parse out of the two files and of runlevel. */
static void
printed_facts_have_the_form_that_clients_parse(void **state)
{
	char *text = platform_print(BASHLINE_VERSION);

	(void)state;
	assert_non_null(strstr(text, "Product: "));
	assert_non_null(strstr(text, "\nVersion: 15.1.2.1\n"));
	free(text);
	text = platform_print(BASHLINE_UPTIME);
	assert_true(strtod(text, NULL) > 0);
	free(text);
	text = platform_print(BASHLINE_RUNLEVEL);
	assert_null(strchr(text, '6'));		/* 6 = it is rebooting */
	free(text);
	text = platform_print(BASHLINE_NOTHING);
	assert_string_equal(text, "");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_are_exact_and_links_carry_the_version),
		cmocka_unit_test(
		    an_empty_collection_has_no_items_a_full_one_whole_objects),
		cmocka_unit_test(pages_come_to_an_end),
		cmocka_unit_test(the_clock_tells_the_time_it_was_given),
		cmocka_unit_test(it_is_only_read_and_ends_where_the_table_ends),
		cmocka_unit_test(
		    printed_facts_have_the_form_that_clients_parse),
	};

	return cmocka_run_group_tests_name("platform", tests, NULL, NULL);
}
