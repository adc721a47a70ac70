/* tests/unit/core/rest/test_resttree.c - requests against a store, without any
 * socket: who may, what changes, what is on record.
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

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/model/object.h"
#include "core/model/store.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/rest/resttree.h"
#include "tests/unit/core/model/storekit.h"

static struct store *store;
static struct loop *loop;
static struct resttree *tree;
static struct restreply reply;
static enum restpeer_role role;
static char *audit_path;

static int
setup(void **state)
{
	struct resttree_config c = { .routes = NULL };
	struct err e = { 0 };

	if (storekit_setup(state) != 0)
		return -1;
	store = storekit_loaded();
	loop = loop_new(&clock_system, &e);
	audit_path = mem_printf("%s/audit.log", storekit_state);
	c.store = store;
	c.loop = loop;
	c.audit_path = audit_path;
	tree = resttree_new(&c, &e);
	role = RESTPEER_ADMIN;
	return tree != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	restreply_fini(&reply);
	resttree_free(&tree);
	loop_free(&loop);
	store_free(&store);
	free(audit_path);
	return storekit_teardown(state);
}

/* The status; the answer is in reply. */
static int
ask(const char *method, const char *target, const char *body)
{
	struct restrequest q = { .segment_count = 0 };

	restreply_fini(&reply);
	q.method = (enum restrequest_method)restrequest_method_parse(method);
	q.peer.role = role;
	assert_int_equal(restrequest_parse_target(&q, target, NULL), 0);
	if (body != NULL)
		assert_int_equal(restrequest_parse_body(&q, body,
		    strlen(body), NULL), 0);
	resttree_handle(tree, &q, &reply);
	restrequest_fini(&q);
	return reply.status;
}

static const char *
text(const char *key)
{
	return json_get_text(json_find(reply.body, key));
}

static void
an_object_is_made_read_changed_and_deleted(void **state)
{
	(void)state;
	assert_int_equal(ask("POST", "/mgmt/tm/test/site",
	    "{\"name\":\"s9\",\"note\":\"nine\"}"), 200);
	assert_string_equal(text("kind"), "tm:test:site:sitestate");
	assert_int_equal(json_get_int(json_find(reply.body, "tariff")), 7);
	storekit_expect_note(store, "/Common/s9", "nine");
	assert_int_equal(ask("POST", "/mgmt/tm/test/site",
	    "{\"name\":\"s9\"}"), 409);
	assert_non_null(strstr(text("message"), "01020066:3"));
	assert_int_equal(ask("PATCH", "/mgmt/tm/test/site/~Common~s9",
	    "{\"disabled\":true}"), 200);
	assert_string_equal(text("note"), "nine");
	assert_int_equal(ask("PUT", "/mgmt/tm/test/site/s9", "{}"), 200);
	assert_null(text("note"));
	assert_true(json_get_bool(json_find(reply.body, "enabled")));
	assert_int_equal(ask("DELETE", "/mgmt/tm/test/site/s9", NULL), 200);
	assert_null(reply.body);
	assert_int_equal(ask("GET", "/mgmt/tm/test/site/s9", NULL), 404);
	assert_non_null(strstr(text("message"), "01020036:3"));
}

static void
items_have_urls_of_their_own(void **state)
{
	static const char slots[] = "/mgmt/tm/test/box/big/b/slots";
	char url[80];

	(void)state;
	assert_int_equal(ask("POST", slots, "{\"name\":\"x\"}"), 200);
	assert_int_equal(ask("POST", slots, "{\"name\":\"y\"}"), 200);
	assert_int_equal(json_get_int(json_find(reply.body, "order")), 1);
	(void)snprintf(url, sizeof(url), "%s/y", slots);
	assert_int_equal(ask("PATCH", url, "{\"note\":\"n\"}"), 200);
	assert_string_equal(text("note"), "n");
	assert_int_equal(ask("DELETE", url, NULL), 200);
	assert_int_equal(ask("GET", url, NULL), 404);
	assert_int_equal(ask("GET", slots, NULL), 200);
	assert_int_equal(json_count(json_find(reply.body, "items")), 1);
}

static void
a_refused_write_changes_nothing(void **state)
{
	uint64_t serial = store_serial(store);

	(void)state;
	assert_int_equal(ask("DELETE", "/mgmt/tm/test/site/s1", NULL), 400);
	assert_non_null(strstr(text("message"), "in use"));
	assert_int_equal(ask("PATCH", "/mgmt/tm/test/site/s1",
	    "{\"note\":\"x\",\"tariff\":8}"), 400);
	assert_int_equal(ask("POST", "/mgmt/tm/test/box/big",
	    "{\"name\":\"c\"}"), 400);
	assert_int_equal(ask("POST", "/mgmt/tm/test/site/s1", "{}"), 405);
	assert_int_equal(ask("PATCH", "/mgmt/tm/test/site", "{}"), 405);
	assert_int_equal(ask("GET", "/mgmt/tm/nothing", NULL), 404);
	assert_true(store_serial(store) == serial);
	storekit_expect_note(store, "/Common/s1", NULL);
}

static void
roles_are_kept(void **state)
{
	static const char url[] = "/mgmt/tm/test/site/s2";

	(void)state;
	role = RESTPEER_NOBODY;
	assert_int_equal(ask("GET", url, NULL), 403);
	role = RESTPEER_GUEST;
	assert_int_equal(ask("GET", url, NULL), 200);
	assert_int_equal(ask("PATCH", url, "{\"disabled\":true}"), 403);
	role = RESTPEER_OPERATOR;
	assert_int_equal(ask("PATCH", url, "{\"disabled\":true}"), 200);
	assert_int_equal(ask("PATCH", url, "{\"note\":\"x\"}"), 403);
	assert_int_equal(ask("PATCH", url, "{}"), 403);
	assert_int_equal(ask("PUT", url, "{\"enabled\":true}"), 403);
	assert_int_equal(ask("DELETE", url, NULL), 403);
	assert_int_equal(ask("POST", "/mgmt/tm/transaction", "{}"), 200);
	role = RESTPEER_GUEST;
	assert_int_equal(ask("POST", "/mgmt/tm/transaction", "{}"), 403);
	role = RESTPEER_MANAGER;
	assert_int_equal(ask("PATCH", url, "{\"note\":\"x\"}"), 200);
}

static void
secrets_are_neither_shown_nor_recorded_and_survive_a_put(void **state)
{
	char line[4096];
	FILE *f;

	(void)state;
	assert_int_equal(ask("POST", "/mgmt/tm/test/gauge/fast",
	    "{\"name\":\"g\",\"password\":\"hush\"}"), 200);
	assert_null(text("password"));
	assert_int_equal(ask("PUT", "/mgmt/tm/test/gauge/fast/g",
	    "{\"interval\":5}"), 200);
	assert_int_equal(ask("POST", "/mgmt/tm/test/gauge/fast",
	    "{\"name\":\"h\",\"password\":\"far too long\"}"), 400);
	assert_null(strstr(text("message"), "far too long"));
	f = fopen(audit_path, "r");
	assert_non_null(f);
	for (int i = 0; i < 3; i++) {
		assert_non_null(fgets(line, sizeof(line), f));
		assert_null(strstr(line, "hush"));
		assert_non_null(strstr(line, "\"result\":"));
	}
	assert_null(fgets(line, sizeof(line), f));
	(void)fclose(f);
}

static unsigned patched;

static void
on_patched(void *arg, const struct object *o, const struct object *item,
    const struct json *body)
{
	assert_ptr_equal(arg, &patched);
	assert_string_equal(o->name, "/Common/b");
	assert_string_equal(item->name, "x");
	assert_int_equal(json_get_int(json_find(body, "order")), 4);
	patched++;
}

/* Also of what it did not change: a client may mean more than its words. */
static void
whoever_asks_is_told_of_items_that_are_patched(void **state)
{
	const struct resttree_hooks hooks = { .patched = on_patched,
	    .arg = &patched };
	static const char url[] = "/mgmt/tm/test/box/big/b/slots/x";
	struct resttree_config c = { .store = store, .loop = loop,
	    .hooks = hooks, .audit_path = audit_path };
	struct err e;

	(void)state;
	resttree_free(&tree);
	tree = resttree_new(&c, &e);
	patched = 0;
	assert_int_equal(ask("POST", "/mgmt/tm/test/box/big/b/slots",
	    "{\"name\":\"x\",\"order\":4}"), 200);
	assert_int_equal(patched, 0);
	assert_int_equal(ask("PATCH", url, "{\"order\":4}"), 200);
	assert_int_equal(ask("PATCH", url, "{\"order\":4}"), 200);
	assert_int_equal(patched, 2);
	assert_int_equal(ask("PATCH", url, "{\"order\":-1}"), 400);
	assert_int_equal(ask("PUT", url, "{\"order\":4}"), 200);
	assert_int_equal(ask("PATCH", "/mgmt/tm/test/box/big/b",
	    "{\"rate\":40}"), 200);
	assert_int_equal(ask("DELETE", url, NULL), 200);
	assert_int_equal(patched, 2);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    an_object_is_made_read_changed_and_deleted, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(items_have_urls_of_their_own,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    a_refused_write_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    whoever_asks_is_told_of_items_that_are_patched, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(roles_are_kept, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    secrets_are_neither_shown_nor_recorded_and_survive_a_put,
		    setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
