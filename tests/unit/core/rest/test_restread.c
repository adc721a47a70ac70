/* tests/unit/core/rest/test_restread.c - GET: pages, choices, tags, families.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "core/rest/restplace.h"
#include "core/rest/restread.h"
#include "core/rest/restreply.h"
#include "tests/unit/core/model/sample.h"
#include "tests/unit/core/model/storekit.h"
#include "tests/unit/core/rest/restkit.h"

#define TM	"/mgmt/tm/test/"

static struct store *store;
static struct draft *draft;
static struct restreply reply;

static const char config[] =
    "test site s1 { }\n"
    "test site s2 { note \"two\" }\n"
    "test site s3 { }\n"
    "test site /team/s4 { }\n"
    "test site /team/app/s5 { }\n"
    "test box big b { site s1\n slots { x { }\n y { }\n z { } } }\n";

static int
setup(void **state)
{
	if (storekit_setup(state) != 0)
		return -1;
	storekit_write(config);
	store = storekit_loaded();
	draft = store_draft(store);
	return 0;
}

static int
teardown(void **state)
{
	restreply_fini(&reply);
	draft_free(&draft);
	store_free(&store);
	return storekit_teardown(state);
}

static int
get(const char *target)
{
	struct restrequest q = restkit_request("GET", target, NULL);
	struct restplace at = restplace_find(&sample_schema, &q);
	struct objjson_view v = { .draft = draft };

	restreply_fini(&reply);
	assert_non_null(at.type);
	restread_place(&v, &at, &q, &reply);
	restrequest_fini(&q);
	return reply.status;
}

/* The names of the items that are listed, with blanks between. */
static void
lists(const char *target, const char *want)
{
	char have[200] = "";
	const struct json *items;

	assert_int_equal(get(target), 200);
	items = json_find(reply.body, "items");
	for (size_t i = 0; i < json_count(items); i++) {
		size_t n = strlen(have);

		(void)snprintf(have + n, sizeof(have) - n, "%s%s",
		    n > 0 ? " " : "", json_get_text(json_find(json_item(items,
		    i), "name")));
	}
	if (strcmp(have, want) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", target, have, want);
	/* clients stop at a page without items: then there is no such key */
	assert_true((items == NULL) == (*want == '\0'));
}

static void
pages_and_partitions_choose_from_a_list(void **state)
{
	(void)state;
	lists(TM "site", "s1 s2 s3 s5 s4");
	lists(TM "site?$top=2", "s1 s2");
	lists(TM "site?$skip=1&$top=2", "s2 s3");
	lists(TM "site?$skip=5&$top=2", "");
	lists(TM "site?$top=0", "");
	lists(TM "site?$filter=partition+eq+team", "s5 s4");
	lists(TM "site?$filter=partition%20eq%20team&$skip=1", "s4");
	lists(TM "site?$filter=partition+eq+tea", "");
	lists(TM "box/big/b/slots?$skip=1&$top=1", "y");
	lists(TM "box/small", "");
	lists(TM "lens", "");
}

static void
a_selection_holds_what_was_named_and_no_more(void **state)
{
	const struct json *one;

	(void)state;
	assert_int_equal(get(TM "site?$select=name,note"), 200);
	assert_int_equal(json_count(restkit_at(reply.body, "items/0")), 1);
	one = restkit_at(reply.body, "items/1");
	assert_int_equal(json_count(one), 2);
	assert_true(restkit_says(one, "note", "two"));
	assert_int_equal(get(TM "site/s2?$select=note"), 200);
	assert_int_equal(json_count(reply.body), 1);
	assert_int_equal(get(TM "site/s2?$select=not"), 200);
	assert_int_equal(json_count(reply.body), 0);
}

static void
what_is_no_number_or_filter_is_refused(void **state)
{
	static const char *const bad[] = {
		"$top=-1", "$top=", "$top=x", "$skip=1.5",
		"$skip=1000000000", "$filter=note+eq+two", "$filter=",
	};
	char target[80];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++) {
		(void)snprintf(target, sizeof(target), TM "site?%s", bad[i]);
		if (get(target) != 400)
			fail_msg("%s: %d", bad[i], reply.status);
	}
	assert_int_equal(get(TM "box/big/b/slots?$top=x"), 400);
}

/* The words are what clients look for. */
static void
what_is_missing_is_named_whole(void **state)
{
	(void)state;
	assert_int_equal(get(TM "site/none"), 404);
	assert_true(restkit_says(reply.body, "message", "01020036:3: The "
	    "requested Site (/Common/none) was not found."));
	assert_int_equal(get(TM "box/big/b/slots/none"), 404);
	assert_true(restkit_says(reply.body, "message", "01020036:3: The "
	    "requested Slot (b none) was not found."));
	assert_int_equal(get(TM "box/big/none/slots"), 404);
	assert_int_equal(get(TM "lens/x"), 404);
}

static void
a_tag_changes_when_the_content_does(void **state)
{
	char tag[32], same[32], other[32];

	(void)state;
	restread_etag(draft_find(draft, &sample_site, "/Common/s2"), tag);
	assert_int_equal(get(TM "site/s2"), 200);
	assert_string_equal(reply.etag, tag);
	storekit_set_note(store, "/Common/s2", "three");
	draft_free(&draft);
	draft = store_draft(store);
	restread_etag(draft_find(draft, &sample_site, "/Common/s2"), other);
	assert_string_not_equal(tag, other);
	storekit_set_note(store, "/Common/s2", "two");
	draft_free(&draft);
	draft = store_draft(store);
	restread_etag(draft_find(draft, &sample_site, "/Common/s2"), same);
	assert_string_equal(tag, same);
	assert_true(tag[0] == '"' && tag[strlen(tag) - 1] == '"');
}

static void
a_family_links_to_what_is_next_below_it(void **state)
{
	struct restrequest q = restkit_request("GET", "/mgmt/tm/test", NULL);
	struct objjson_view v = { .draft = draft };

	(void)state;
	restread_family(&v, &q, &reply);
	restrequest_fini(&q);
	assert_true(restkit_says(reply.body, "kind",
	    "tm:test:testcollectionstate"));
	/* site, gauge, box, knobs, lens: gauge and box once each */
	assert_int_equal(json_count(json_find(reply.body, "items")), 5);
	assert_true(restkit_says(reply.body, "items/2/reference/link",
	    "https://localhost/mgmt/tm/test/box?ver=15.1.2.1"));
	restreply_fini(&reply);
	q = restkit_request("GET", "/mgmt/tm/test/box/", NULL);
	restread_family(&v, &q, &reply);
	restrequest_fini(&q);
	assert_true(restkit_says(reply.body, "kind",
	    "tm:test:box:boxcollectionstate"));
	assert_int_equal(json_count(json_find(reply.body, "items")), 2);
	assert_true(restkit_says(reply.body, "items/0/reference/link",
	    "https://localhost/mgmt/tm/test/box/big?ver=15.1.2.1"));
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(pages_and_partitions_choose_from_a_list),
		TEST(a_selection_holds_what_was_named_and_no_more),
		TEST(what_is_no_number_or_filter_is_refused),
		TEST(what_is_missing_is_named_whole),
		TEST(a_tag_changes_when_the_content_does),
		TEST(a_family_links_to_what_is_next_below_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
