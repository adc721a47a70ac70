/* tests/unit/core/rest/test_resttransact.c - transactions as clients use them: all
 * that waits happens at once, or nothing does.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/rest/resttransact.h"
#include "tests/unit/core/rest/commitkit.h"

static struct resttransact all;
static struct restreply reply;
static enum restpeer_role role;

static int
setup(void **state)
{
	if (commitkit_setup(state) != 0)
		return -1;
	all = (struct resttransact){ .store = commitkit_store,
	    .loop = loop_new(&clock_system, NULL), .commit = commitkit };
	resttrans_set_init(&all.all);
	role = RESTPEER_ADMIN;
	return 0;
}

static int
teardown(void **state)
{
	restreply_fini(&reply);
	resttrans_set_fini(&all.all);
	loop_free(&all.loop);
	return commitkit_teardown(state);
}

static int
ask(const char *method, const char *target, const char *body)
{
	struct restrequest q = restkit_request(method, target, body);

	restreply_fini(&reply);
	q.peer.role = role;
	resttransact_serve(&all, &q, &reply);
	restrequest_fini(&q);
	return reply.status;
}

/* A change of a site's note, which an operator may make if it steers. */
static int
queue(const char *id, const char *site, const char *body, bool steers)
{
	char target[64];
	struct restrequest q;

	(void)snprintf(target, sizeof(target), "/mgmt/tm/test/site/%s", site);
	q = restkit_request("PATCH", target, body);
	restreply_fini(&reply);
	q.peer.role = role;
	q.transaction = mem_strdup(id);
	resttransact_queue(&all, &q, steers, &reply);
	restrequest_fini(&q);
	return reply.status;
}

static void
all_that_waits_happens_at_once(void **state)
{
	(void)state;
	commitkit_set("s1", "old", "");
	commitkit_set("s2", "old", "");
	assert_int_equal(ask("POST", "/mgmt/tm/transaction", "{}"), 200);
	assert_true(restkit_says(reply.body, "state", "STARTED"));
	assert_int_equal(queue("1", "s1", "{\"note\":\"new\"}", false), 200);
	assert_int_equal(queue("1", "s2", "{\"note\":\"new\"}", false), 200);
	assert_int_equal(queue("9", "s2", "{\"note\":\"new\"}", false), 404);
	commitkit_expect("s1", "old");
	assert_int_equal(ask("GET", "/mgmt/tm/transaction/1/commands", NULL),
	    200);
	assert_int_equal(json_count(json_find(reply.body, "items")), 2);
	assert_int_equal(ask("DELETE", "/mgmt/tm/transaction/1/commands/1",
	    NULL), 405);
	assert_int_equal(ask("PATCH", "/mgmt/tm/transaction/1",
	    "{\"state\":\"VALIDATING\",\"validateOnly\":true}"), 200);
	commitkit_expect("s1", "old");
	assert_int_equal(ask("PATCH", "/mgmt/tm/transaction/1",
	    "{\"state\":\"DONE\"}"), 400);
	assert_int_equal(ask("PATCH", "/mgmt/tm/transaction/1",
	    "{\"state\":\"VALIDATING\"}"), 200);
	assert_true(restkit_says(reply.body, "state", "COMPLETED"));
	commitkit_expect("s1", "new");
	commitkit_expect("s2", "new");
	assert_int_equal(ask("GET", "/mgmt/tm/transaction/1", NULL), 404);
}

static void
one_that_is_refused_takes_the_others_along(void **state)
{
	(void)state;
	commitkit_set("s1", "old", "");
	assert_int_equal(ask("POST", "/mgmt/tm/transaction", "{}"), 200);
	assert_int_equal(queue("1", "s1", "{\"note\":\"new\"}", false), 200);
	assert_int_equal(queue("1", "none", "{\"note\":\"new\"}", false), 200);
	assert_int_equal(ask("PATCH", "/mgmt/tm/transaction/1",
	    "{\"state\":\"VALIDATING\"}"), 404);
	commitkit_expect("s1", "old");
}

/* Whoever may steer only makes what steers, and nothing that was queued when he
 * was more. */
static void
an_operator_makes_what_he_may_write_alone(void **state)
{
	(void)state;
	commitkit_set("s1", "old", "");
	assert_int_equal(ask("POST", "/mgmt/tm/transaction", "{}"), 200);
	assert_int_equal(queue("1", "s1", "{\"disabled\":true}", true), 200);
	assert_int_equal(ask("POST", "/mgmt/tm/transaction", "{}"), 200);
	assert_int_equal(queue("2", "s1", "{\"note\":\"new\"}", false), 200);
	role = RESTPEER_OPERATOR;
	assert_int_equal(ask("PATCH", "/mgmt/tm/transaction/1",
	    "{\"state\":\"VALIDATING\"}"), 200);
	assert_int_equal(ask("PATCH", "/mgmt/tm/transaction/2",
	    "{\"state\":\"VALIDATING\"}"), 403);
	commitkit_expect("s1", "old");
	assert_int_equal(ask("GET", "/mgmt/tm/transaction/2", NULL), 404);
	assert_int_equal(ask("POST", "/mgmt/tm/transaction", "{}"), 200);
	assert_int_equal(ask("DELETE", "/mgmt/tm/transaction/3", NULL), 200);
	assert_int_equal(ask("GET", "/mgmt/tm/transaction/3", NULL), 404);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(all_that_waits_happens_at_once),
		TEST(one_that_is_refused_takes_the_others_along),
		TEST(an_operator_makes_what_he_may_write_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
