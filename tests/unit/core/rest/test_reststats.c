/* tests/unit/core/rest/test_reststats.c - pages of statistics have F5's nesting
 * and names. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/store.h"
#include "core/rest/restplace.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/rest/reststats.h"
#include "core/rest/resttree.h"
#include "tests/unit/core/model/storekit.h"

#define HOST	"https://localhost/mgmt/tm/test/"

static struct store *store;
static struct restreply reply;

static int
setup(void **state)
{
	if (storekit_setup(state) != 0)
		return -1;
	store = storekit_loaded();
	return 0;
}

static int
teardown(void **state)
{
	restreply_fini(&reply);
	store_free(&store);
	return storekit_teardown(state);
}

/* Sites have a counter, boxes a name of their own in pages; s2 has nothing. */
static bool
on_stats(void *arg, const struct object *o, const struct object *item,
    struct json *entries, struct strbuf *as)
{
	(void)arg;
	if (strcmp(o->name, "/Common/s2") == 0)
		return false;
	reststats_number(entries, "picks", item != NULL ? 2 : UINT64_MAX);
	reststats_text(entries, "status", "fine");
	if (strcmp(o->name, "/Common/b") == 0 && item == NULL)
		strbuf_printf(as, "%s:BIG", o->name);
	return true;
}

static int
ask(const char *target)
{
	struct resttree_hooks h = { .stats = on_stats };
	struct restrequest q = { .method = RESTREQUEST_GET };
	struct draft *d = store_draft(store);
	struct restplace at;

	restreply_fini(&reply);
	assert_int_equal(restrequest_parse_target(&q, target, NULL), 0);
	at = restplace_find(draft_schema(d), &q);
	assert_true(at.stats);
	reststats_place(&h, &at, d, &reply);
	draft_free(&d);
	restrequest_fini(&q);
	return reply.status;
}

static const char *
text(const char *key)
{
	return json_get_text(json_find(reply.body, key));
}

/* The only entry's inner page; it must stand under that URL. */
static const struct json *
entry(const char *url)
{
	const struct json *all = json_find(reply.body, "entries");

	assert_int_equal(json_count(all), 1);
	assert_non_null(json_find(all, url));
	return json_find(json_find(all, url), "nestedStats");
}

static void
an_object_s_page_names_it_twice(void **state)
{
	const struct json *page, *inner;

	(void)state;
	assert_int_equal(ask("/mgmt/tm/test/site/s1/stats"), 200);
	assert_string_equal(text("kind"), "tm:test:site:sitestats");
	assert_string_equal(text("selfLink"), HOST
	    "site/~Common~s1/stats?ver=15.1.2.1");
	page = entry(HOST "site/~Common~s1/~Common~s1/stats");
	assert_string_equal(json_get_text(json_find(page, "kind")),
	    "tm:test:site:sitestats");
	assert_string_equal(json_get_text(json_find(page, "selfLink")), HOST
	    "site/~Common~s1/~Common~s1/stats?ver=15.1.2.1");
	inner = json_find(page, "entries");
	assert_string_equal(json_get_text(json_find(json_find(inner,
	    "status"), "description")), "fine");
	/* JSON's integers end where they end. */
	assert_true(json_get_int(json_find(json_find(inner, "picks"),
	    "value")) == INT64_MAX);
}

static void
the_hook_s_word_for_it_is_the_last_name(void **state)
{
	(void)state;
	assert_int_equal(ask("/mgmt/tm/test/box/big/b/stats"), 200);
	(void)entry(HOST "box/big/~Common~b/~Common~b:BIG/stats");
	assert_int_equal(ask("/mgmt/tm/test/box/big/stats"), 200);
	(void)entry(HOST "box/big/~Common~b:BIG/stats");
}

static void
a_collection_tells_those_that_have_any(void **state)
{
	(void)state;
	assert_int_equal(ask("/mgmt/tm/test/site/stats"), 200);
	assert_string_equal(text("kind"), "tm:test:site:sitecollectionstats");
	(void)entry(HOST "site/~Common~s1/stats");
	assert_null(json_find(reply.body, "generation"));
}

static void
what_is_not_there_is_404(void **state)
{
	(void)state;
	assert_int_equal(ask("/mgmt/tm/test/site/s9/stats"), 404);
	assert_int_equal(ask("/mgmt/tm/test/box/big/b/slots/x/stats"), 404);
}

static void
items_have_pages_too(void **state)
{
	(void)state;
	assert_int_equal(ask("/mgmt/tm/test/box/big/b/slots/stats"), 200);
	assert_string_equal(text("kind"),
	    "tm:test:box:big:slots:slotscollectionstats");
	assert_int_equal(json_count(json_find(reply.body, "entries")), 0);
}

int
main(void)
{
#define STORE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		STORE_TEST(an_object_s_page_names_it_twice),
		STORE_TEST(the_hook_s_word_for_it_is_the_last_name),
		STORE_TEST(a_collection_tells_those_that_have_any),
		STORE_TEST(what_is_not_there_is_404),
		STORE_TEST(items_have_pages_too),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
