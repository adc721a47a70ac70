/* tests/unit/admin/shell/test_statview.c - statistics as tables.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "admin/shell/statview.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"

#define ENTRY(url, state, preferred, poolname)				\
    "\"https://localhost/mgmt/tm/gtm/" url "/stats\":{\"nestedStats\":"	\
    "{\"entries\":{\"status.availabilityState\":{\"description\":\"" state	\
    "\"},\"status.statusReason\":{\"description\":\" why\"},"		\
    "\"poolType\":{\"description\":\"" poolname "\"},"			\
    "\"fallback\":{\"value\":0},\"preferred\":{\"value\":" preferred "}}}}"

static const char doc[] = "{\"entries\":{"
    ENTRY("pool/a/~Common~Local_pool", "available", "12345", "A") ","
    ENTRY("pool/a/~Common~Remote_pool", "offline", "0", "A") "}}";

static unsigned
format(struct strbuf *b, const char *text, const struct statview *v)
{
	struct err e;
	struct json *j = json_parse(text, strlen(text), &e);
	unsigned shown;

	assert_non_null(j);
	shown = statview_format(b, j, v);
	json_free(&j);
	return shown;
}

static void
state_first_then_counters_that_count(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	assert_int_equal(format(&b, doc, &(struct statview){ 0 }), 2);
	assert_string_equal(b.text,
	    "name                 availability  reason  preferred\n"
	    "/Common/Local_pool   available     why         12.3K\n"
	    "/Common/Remote_pool  offline       why             0\n");
	strbuf_fini(&b);
}

/* Pages have "vs:server" and "p:A"; lists have "server:vs" and "p". */
static void
names_are_those_of_lists(void **state)
{
	static const char text[] = "{\"entries\":{"
	    "\"https://localhost/mgmt/tm/gtm/pool/a/~Common~p/members/"
	    "v:~Common~s/stats\":{\"nestedStats\":{\"entries\":{"
	    "\"poolName\":{\"description\":\"/Common/p\"},"
	    "\"serverName\":{\"description\":\"/Common/s\"},"
	    "\"vsName\":{\"description\":\"v\"}}}},"
	    "\"https://localhost/mgmt/tm/gtm/pool/a/~Common~p/~Common~p:A/"
	    "stats\":{\"nestedStats\":{\"entries\":{"
	    "\"tmName\":{\"description\":\"/Common/p\"}}}}}}";
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	assert_int_equal(format(&b, text, &(struct statview){ 0 }), 2);
	assert_string_equal(b.text, "name\n/Common/s:v\n/Common/p\n");
	strbuf_fini(&b);
}

static void
raw_shows_all_counters_in_full(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	assert_int_equal(format(&b, doc, &(struct statview){ .raw = true,
	    .pattern = "/Common/Local*" }), 1);
	assert_string_equal(b.text,
	    "name                availability  reason  fallback  preferred\n"
	    "/Common/Local_pool  available     why            0      12345\n");
	strbuf_fini(&b);
}

static void
nothing_is_shown_of_nothing(void **state)
{
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	assert_int_equal(format(&b, "{}", &(struct statview){ 0 }), 0);
	assert_int_equal(format(&b, doc, &(struct statview){
	    .pattern = "/T/*" }), 0);
	assert_int_equal(b.len, 0);
	strbuf_fini(&b);
}

static void
patterns_match_whole_names(void **state)
{
	(void)state;
	assert_true(statview_matches("all", "/Common/x"));
	assert_true(statview_matches("/Common/*.a", "/Common/*.a"));
	assert_true(statview_matches("/Common/?x", "/Common/xx"));
	assert_true(statview_matches("/Common/[x", "/Common/[x"));
	assert_false(statview_matches("/Common/x", "/Common/xx"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(state_first_then_counters_that_count),
		cmocka_unit_test(names_are_those_of_lists),
		cmocka_unit_test(raw_shows_all_counters_in_full),
		cmocka_unit_test(nothing_is_shown_of_nothing),
		cmocka_unit_test(patterns_match_whole_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
