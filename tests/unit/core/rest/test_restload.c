/* tests/unit/core/rest/test_restload.c - whole configurations: all of
 * one counts or nothing, each finding has its place, and no file is read but
 * those that stand beside the daemon's own.
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
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/model/model.h"
#include "core/model/store.h"
#include "core/model/store_backend.h"
#include "core/model/store_dir.h"
#include "core/rest/restload.h"
#include "core/rest/restreply.h"
#include "core/rest/resttree.h"
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/core/model/sample.h"
#include "tests/unit/core/rest/restkit.h"

static char config_path[160];
static struct clock clk;
static struct loop *loop;
static struct store *store;
static struct resttree *tree;
static struct restreply reply;
static unsigned reloads, verifies;

static void
write_file(const char *name, const char *text)
{
	tempdir_write(tempdir_file(&tempdir, name), text, strlen(text));
}

static int
on_reload(void *arg, struct diag *out)
{
	(void)arg;
	reloads++;
	return store_load(store, false, out);
}

static int
on_verify(const char *path, bool lenient, struct diag *out)
{
	(void)out;
	assert_string_equal(path, config_path);
	assert_false(lenient);
	verifies++;
	return 0;
}

static int
setup(void **state)
{
	struct resttree_config c = { .routes = NULL };
	struct store_backend *be;
	struct diag out;
	char *audit;
	struct err e;

	assert_int_equal(tempdir_set_up(state), 0);
	log_setup(&(struct log_config){ 2, LOG_ERROR, LOG_FORM_BARE });
	reloads = verifies = 0;
	(void)snprintf(config_path, sizeof(config_path), "%s",
	    tempdir_file(&tempdir, "test.conf"));
	write_file("test.conf", "test site One { }\n");
	be = store_dir_open(config_path, tempdir_file(&tempdir, "state"), &e);
	assert_non_null(be);
	store = store_new(&sample_schema, &be);
	diag_init(&out);
	assert_int_equal(store_load(store, false, &out), 0);
	diag_fini(&out);
	clock_fake_init(&clk, 100 * CLOCK_S, 1000);
	c.loop = loop = loop_new(&clk, &e);
	c.store = store;
	audit = mem_strdup(tempdir_file(&tempdir, "audit.log"));
	c.audit_path = audit;
	tree = resttree_new(&c, &e);
	free(audit);
	return tree != NULL ? 0 : -1;
}

static int
teardown(void **state)
{
	restreply_fini(&reply);
	resttree_free(&tree);
	loop_free(&loop);
	store_free(&store);
	return tempdir_tear_down(state);
}

/* The status; the answer is in reply. */
static int
load(const char *body)
{
	const struct restload l = { .daemon = "testd",
	    .config_path = config_path, .store = store, .tree = tree,
	    .verify = on_verify, .reload = on_reload };
	struct restrequest q = restkit_request("POST", "/mgmt/tm/sys/config",
	    body);

	restreply_fini(&reply);
	reply = (struct restreply){ 0 };
	restload_post(&l, &q, &reply);
	restrequest_fini(&q);
	return reply.status;
}

static bool
has(const char *name)
{
	return model_find_words(store_model(store), "test site", name) !=
	    NULL;
}

static void
expect_said(const char *text)
{
	const char *said = json_get_text(json_find(reply.body, "message"));

	if (said == NULL || strstr(said, text) == NULL)
		fail_msg("%s\nwanted: %s", said, text);
}

#define TEXT(text)	"\"text\":\"" text "\""

static void
a_text_takes_the_place_of_all_or_is_merged(void **state)
{
	(void)state;
	assert_int_equal(load("{\"command\":\"load\",\"options\":"
	    "[{\"merge\":\"\"}]," TEXT("test site Two { }") "}"), 200);
	assert_true(has("/Common/One") && has("/Common/Two"));
	assert_true(restkit_says(reply.body, "kind",
	    "tm:sys:config:loadstate"));
	assert_true(restkit_counts(reply.body, "serial", 2));
	assert_int_equal(load("{\"options\":[{\"merge\":\"false\"}],"
	    TEXT("test site Three { }") "}"), 200);
	assert_true(!has("/Common/One") && !has("/Common/Two"));
	assert_true(has("/Common/Three"));
	assert_int_equal(reloads, 0);
}

static void
without_text_and_file_the_daemons_own_is_read(void **state)
{
	(void)state;
	write_file("test.conf", "test site Other { }\n");
	assert_int_equal(load("{\"options\":[{\"verify\":true}]}"), 200);
	assert_int_equal(reloads, 0);
	assert_int_equal(verifies, 1);
	assert_true(has("/Common/One"));
	assert_int_equal(load("{\"command\":\"load\"}"), 200);
	assert_int_equal(reloads, 1);
	assert_true(has("/Common/Other"));
}

static void
verify_and_refusals_change_nothing(void **state)
{
	uint64_t serial = store_serial(store);

	(void)state;
	assert_int_equal(load("{\"options\":[{\"verify\":\"\"}],"
	    TEXT("test site Two { }") "}"), 200);
	assert_int_equal(load("{\"options\":[{\"merge\":\"\"},{\"file\":"
	    "\"my.conf\"}]," TEXT("test site Two { }\\n"
	    "test site Six {\\n colour red\\n}\\n"
	    "test box big s { site None }") "}"), 400);
	assert_true(restkit_says(reply.body, "findings/0/file", "my.conf"));
	assert_true(restkit_counts(reply.body, "findings/0/line", 3));
	assert_true(restkit_counts(reply.body, "findings/0/column", 2));
	assert_true(restkit_says(reply.body, "findings/0/level", "error"));
	assert_non_null(restkit_at(reply.body, "findings/1"));
	expect_said("my.conf:3:2: error: ");
	expect_said("there is no test site /Common/None");
	assert_true(store_serial(store) == serial);
	assert_false(has("/Common/Two"));
}

static void
lenient_lists_and_skips_what_is_unknown(void **state)
{
	static const char strict[] = "{\"options\":[{\"merge\":\"\"}],"
	    TEXT("test site Two {\\n colour red\\n}") "}";
	static const char lenient[] = "{\"options\":[{\"merge\":\"\"},"
	    "{\"lenient\":\"\"}]," TEXT("test site Two {\\n colour red"
	    "\\n}") "}";

	(void)state;
	assert_int_equal(load(strict), 400);
	assert_int_equal(load(lenient), 200);
	assert_true(restkit_counts(reply.body, "warnings", 1));
	assert_true(restkit_says(reply.body, "findings/0/level", "warning"));
	assert_true(has("/Common/Two"));
}

static void
only_files_beside_the_daemons_own_are_read(void **state)
{
	static const char *const denied[] = { "../x.conf", "/etc/passwd",
	    "/etc/x.conf", "sub/x.conf", ".hidden.conf", "..", ".conf",
	    "link.conf", "pipe.conf", "dir.conf", "plain.txt" };
	char body[300];

	(void)state;
	write_file("more.conf", "test site More { }\n");
	write_file("plain.txt", "test site More { }\n");
	write_file(".hidden.conf", "test site More { }\n");
	assert_int_equal(symlink("more.conf", tempdir_file(&tempdir,
	    "link.conf")), 0);
	assert_int_equal(mkfifo(tempdir_file(&tempdir, "pipe.conf"), 0600),
	    0);
	assert_int_equal(mkdir(tempdir_file(&tempdir, "dir.conf"), 0700), 0);
	for (size_t i = 0; i < sizeof(denied) / sizeof(denied[0]); i++) {
		(void)snprintf(body, sizeof(body), "{\"options\":[{\"merge\":"
		    "\"\"},{\"file\":\"%s\"}]}", denied[i]);
		if (load(body) != 403)
			fail_msg("%s: %d", denied[i], reply.status);
	}
	assert_false(has("/Common/More"));
	assert_int_equal(load("{\"options\":[{\"file\":\"none.conf\"}]}"),
	    404);
	assert_int_equal(load("{\"options\":[{\"file\":\"more.conf\"},"
	    "{\"merge\":\"\"}]}"), 200);
	assert_true(has("/Common/One") && has("/Common/More"));
	/* By its whole path, too. */
	(void)snprintf(body, sizeof(body), "{\"options\":[{\"file\":\"%s\"}]}",
	    tempdir_file(&tempdir, "more.conf"));
	assert_int_equal(load(body), 200);
	assert_false(has("/Common/One"));
	(void)snprintf(body, sizeof(body), "{\"options\":[{\"file\":\"%s\"}]}",
	    tempdir_file(&tempdir, ""));
	assert_int_equal(load(body), 403);
}

static void
an_order_that_is_not_understood_is_refused(void **state)
{
	static const struct { const char *body, *said; } row[] = {
		{ "{\"colour\":1}", "colour: unknown property of load" },
		{ "{\"text\":5}", "text: a text is expected" },
		{ "{\"options\":{}}", "options: a list of objects" },
		{ "{\"options\":[5]}", "options: a list of objects" },
		{ "{\"options\":[{\"fast\":\"\"}]}", "fast: is none of" },
		{ "{\"options\":[{\"file\":\"\"}]}", "file: a name of 1.." },
		{ "{\"options\":[{\"file\":\"a\\nb.conf\"}]}", "file: a name" },
		{ "{\"options\":[{\"merge\":\"\"}]}",
		  "merge: file or text must be given" },
		{ "{\"options\":[{\"lenient\":\"\"}]}",
		  "lenient: file or text must be given" },
		{ "{\"options\":[{\"from-terminal\":\"\"}]}",
		  "from-terminal: text must be given" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		int status = load(row[i].body);

		if (status != 400)
			fail_msg("%s: %d", row[i].body, status);
		expect_said(row[i].said);
	}
	assert_int_equal(reloads, 0);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		RULE(a_text_takes_the_place_of_all_or_is_merged),
		RULE(without_text_and_file_the_daemons_own_is_read),
		RULE(verify_and_refusals_change_nothing),
		RULE(lenient_lists_and_skips_what_is_unknown),
		RULE(only_files_beside_the_daemons_own_are_read),
		RULE(an_order_that_is_not_understood_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
