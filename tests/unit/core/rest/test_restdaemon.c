/* tests/unit/core/rest/test_restdaemon.c - what every daemon's socket has:
 * whose it is, its manuals, its changes and its configuration file.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/io/unixsock.h"
#include "core/model/json.h"
#include "core/model/store.h"
#include "core/rest/restdaemon.h"
#include "core/rest/restevents.h"
#include "core/rest/restman.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "tests/unit/core/model/sample.h"
#include "tests/unit/core/model/storekit.h"
#include "tests/unit/core/rest/restkit.h"

static const struct restroute routes[] = {
	RESTDAEMON_ROWS("test"),
	{ NULL, 0, RESTPEER_NOBODY, NULL }
};
static const struct restman manual = { .daemon = "testd", .module = "test",
    .file = "reference.md", .openapi = "openapi.json",
    .schema = &sample_schema, .routes = routes, .help = restdaemon_help };

static struct clock clk;
static struct loop *loop;
static struct store *store;
static struct restevents *events;
static struct restdaemon own;
static struct restreply reply;
static unsigned reloads;

static int
on_reload(void *arg, struct diag *out)
{
	(void)out;
	assert_ptr_equal(arg, &reloads);
	reloads++;
	return 0;
}

static struct restdaemon_config
config(void)
{
	return (struct restdaemon_config){ .manual = &manual,
	    .path = tempdir_file(&storekit_dir, "control.sock"),
	    .state_dir = storekit_state, .config_path = storekit_config,
	    .loop = loop, .store = store, .events = events,
	    .reload = on_reload, .reload_arg = &reloads };
}

static int
setup(void **state)
{
	struct err e;

	assert_int_equal(storekit_setup(state), 0);
	clock_fake_init(&clk, 100 * CLOCK_S, 1000);
	loop = loop_new(&clk, &e);
	store = storekit_loaded();
	events = restevents_new(1000);
	reloads = 0;
	return 0;
}

static int
start(void **state)
{
	struct restdaemon_config c;
	struct err e = { 0 };

	assert_int_equal(setup(state), 0);
	c = config();
	if (restdaemon_init(&own, &c, &e) != 0)
		fail_msg("%s", e.text);
	return 0;
}

static int
teardown(void **state)
{
	restreply_fini(&reply);
	reply = (struct restreply){ 0 };
	restdaemon_fini(&own);
	restevents_free(&events);
	store_free(&store);
	loop_free(&loop);
	return storekit_teardown(state);
}

static int
call(const char *method, const char *target, const char *body)
{
	struct restrequest q = restkit_request(method, target, body);

	restreply_fini(&reply);
	reply = (struct restreply){ 0 };
	resttree_handle(own.tree, &q, &reply);
	restrequest_fini(&q);
	return reply.status;
}

static bool
file_has(const char *part)
{
	size_t len;
	char *text = tempdir_read(storekit_config, &len);
	bool has = strstr(text, part) != NULL;

	free(text);
	return has;
}

static void
it_says_whose_it_is_and_what_there_is(void **state)
{
	struct strbuf b = { 0 };
	char *version;

	(void)state;
	assert_int_equal(call("GET", "/mgmt/tm/sys/available", NULL), 200);
	assert_int_equal(call("GET", "/mgmt/tm/sys/version", NULL), 200);
	version = json_line(reply.body);
	assert_non_null(strstr(version,
	    "\"Product\":{\"description\":\"testd\"}"));
	free(version);
	assert_int_equal(call("GET", "/mgmt/tm/test/describe", NULL), 200);
	assert_true(json_count(reply.body) > 0);
	assert_int_equal(call("GET", "/mgmt/tm/test/openapi", NULL), 200);
	while (reply.stream.more(reply.stream.arg, &b))
		;
	assert_non_null(strstr(b.text, "iControl REST of testd"));
	assert_int_equal(b.text[b.len - 1], '}');
	strbuf_fini(&b);
	reply.stream.free(reply.stream.arg);
	reply.stream.more = NULL;
	reply.stream.free = NULL;
}

static void
changes_are_listed_taken_back_and_told(void **state)
{
	(void)state;
	assert_int_equal(call("PATCH", "/mgmt/tm/test/site/s1",
	    "{\"note\":\"new\"}"), 200);
	storekit_expect_note(store, "/Common/s1", "new");
	assert_int_equal(call("GET", "/mgmt/tm/test/changes", NULL), 200);
	assert_non_null(restkit_at(reply.body, "items/0"));
	assert_int_equal(call("POST", "/mgmt/tm/test/undo", "{}"), 200);
	assert_null(strstr(storekit_first, "new"));
	assert_true(storekit_note(store, "/Common/s1") == NULL ||
	    strcmp(storekit_note(store, "/Common/s1"), "new") != 0);
	assert_int_equal(call("POST", "/mgmt/tm/test/confirm", "{}"), 404);
	assert_int_equal(call("GET", "/mgmt/tm/test/events", NULL), 200);
	assert_ptr_equal(reply.events, events);
}

static void
the_file_is_saved_and_read_anew(void **state)
{
	(void)state;
	assert_int_equal(call("PATCH", "/mgmt/tm/test/site/s1",
	    "{\"note\":\"kept\"}"), 200);
	assert_false(file_has("kept"));
	assert_int_equal(call("POST", "/mgmt/tm/sys/config",
	    "{\"command\":\"save\",\"options\":[{\"file\":\"x\"}]}"), 400);
	assert_int_equal(call("POST", "/mgmt/tm/sys/config",
	    "{\"command\":\"save\"}"), 200);
	assert_true(file_has("kept"));
	assert_int_equal(call("POST", "/mgmt/tm/sys/config",
	    "{\"command\":\"load\"}"), 200);
	assert_int_equal(reloads, 1);
	assert_int_equal(call("POST", "/mgmt/tm/sys/config",
	    "{\"command\":\"sing\"}"), 400);
	assert_int_equal(call("GET", "/mgmt/tm/sys/config", NULL), 405);
}

static void
every_route_has_its_sentence(void **state)
{
	(void)state;
	for (const struct restroute *r = routes; r->path != NULL; r++)
		if (restdaemon_help(r->path) == NULL)
			fail_msg("%s has none", r->path);
	assert_null(restdaemon_help("test/other"));
	assert_null(restdaemon_help("undo"));
}

/* No audit, no control: who connects to what listened there is refused, and not
 * left waiting. */
static void
what_cannot_begin_leaves_nothing(void **state)
{
	struct restdaemon_config c = config();
	struct err e = { 0 };

	(void)state;
	c.listening = unixsock_listen(c.path, SOCK_STREAM, 0600, 4, NULL);
	assert_true(c.listening > 0);
	assert_int_equal(mkdir(tempdir_file(&storekit_dir, "state/audit.log"),
	    0700), 0);
	assert_int_not_equal(restdaemon_init(&own, &c, &e), 0);
	assert_non_null(strstr(e.text, "audit.log"));
	restdaemon_fini(&own);
	assert_int_equal(fcntl(c.listening, F_GETFD), -1);
	assert_int_equal(rmdir(tempdir_file(&storekit_dir,
	    "state/audit.log")), 0);
	c.listening = 0;
	assert_int_equal(restdaemon_init(&own, &c, &e), 0);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, start, teardown)
	static const struct CMUnitTest tests[] = {
		RULE(it_says_whose_it_is_and_what_there_is),
		RULE(changes_are_listed_taken_back_and_told),
		RULE(the_file_is_saved_and_read_anew),
		RULE(every_route_has_its_sentence),
		cmocka_unit_test_setup_teardown(
		    what_cannot_begin_leaves_nothing, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
