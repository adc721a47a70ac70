/* tests/unit/admin/rest/test_gate.c - who is let in, and how far.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "admin/rest/login.h"
#include "core/base/mem.h"
#include "tests/unit/admin/rest/gatebed.h"

#define POOL	"/mgmt/tm/gtm/pool/a/~Common~x"

static int
ask(struct gatebed *b, const char *method, const char *path, const char *token,
    const char *body)
{
	return gatebed_ask(b, &(struct gatebed_ask){ .method = method,
	    .path = path, .token = token, .body = body });
}

static void
without_credentials_nothing_but_logging_in(void **state)
{
	static const char *const paths[] = { "/", "/mgmt/tm/sys", POOL,
	    "/metrics", LOGIN_TOKENS, "/mgmt/shared/authn/loginx" };
	struct gatebed b;

	(void)state;
	gatebed_make(&b, true);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		assert_int_equal(ask(&b, "GET", paths[i], NULL, NULL), 401);
		assert_int_equal(ask(&b, "POST", paths[i], NULL, "{}"), 401);
		assert_int_equal(ask(&b, "GET", paths[i], "", NULL), 401);
	}
	assert_int_equal(ask(&b, "GET", LOGIN_PATH, NULL, NULL), 405);
	assert_int_equal(ask(&b, "POST", LOGIN_PATH, NULL, "{}"), 400);
	assert_int_equal(ask(&b, "POST", LOGIN_PATH, NULL, "[]"), 400);
	assert_int_equal(ask(&b, "POST", LOGIN_PATH, NULL, NULL), 400);
	gatebed_clear(&b);
}

static void
a_role_reaches_as_far_as_it_reaches(void **state)
{
	static const struct {
		const char *user, *method, *path, *body;
		int status;		/* 503: it went through */
	} want[] = {
		{ "guest", "GET", POOL, NULL, 503 },
		{ "guest", "PATCH", POOL, "{\"enabled\":true}", 403 },
		{ "operator", "PATCH", POOL, "{\"enabled\":true}", 503 },
		{ "operator", "PATCH", POOL, "{\"ttl\":1}", 403 },
		{ "operator", "PATCH", POOL, "{\"ttl\":1", 400 },
		{ "operator", "DELETE", POOL, NULL, 403 },
		{ "admin", "DELETE", POOL, NULL, 503 },
		{ "admin", "GET", "/mgmt/tm/sys", NULL, 200 },
		{ "admin", "GET", "/elsewhere", NULL, 404 },
	};
	struct gatebed b;

	(void)state;
	gatebed_make(&b, true);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		char *token;
		int got;

		assert_int_equal(gatebed_login(&b, want[i].user,
		    GATEBED_PASSWORD), 200);
		token = gatebed_token(&b);
		got = ask(&b, want[i].method, want[i].path, token,
		    want[i].body);
		if (got != want[i].status)
			fail_msg("%zu: %d, not %d: %s", i, got, want[i].status,
			    b.reply.body);
		free(token);
	}
	assert_int_equal(atomic_load(&b.budget.used), 0);
	gatebed_clear(&b);
}

/* What is parsed here takes many times its octets. */
static void
bodies_that_are_parsed_here_are_short(void **state)
{
	char *body = mem_zalloc(66000, 1), *token;
	struct gatebed b;

	(void)state;
	gatebed_make(&b, true);
	memset(body, ' ', 65999);
	assert_int_equal(ask(&b, "POST", LOGIN_PATH, NULL, body), 413);
	assert_int_equal(gatebed_login(&b, "operator", GATEBED_PASSWORD), 200);
	token = gatebed_token(&b);
	assert_int_equal(ask(&b, "PATCH", POOL, token, body), 413);
	free(token);
	assert_int_equal(gatebed_login(&b, "admin", GATEBED_PASSWORD), 200);
	token = gatebed_token(&b);
	assert_int_equal(ask(&b, "PATCH", POOL, token, body), 503);
	free(token);
	free(body);
	gatebed_clear(&b);
}

static void
a_changed_file_of_users_holds_at_once_a_broken_one_never(void **state)
{
	static const char junk[] = "nonsense\n";
	struct gatebed b;
	char *token;

	(void)state;
	gatebed_make(&b, true);
	assert_int_equal(gatebed_login(&b, "guest", GATEBED_PASSWORD), 200);
	token = gatebed_token(&b);
	tempdir_write(b.gate.users_path, junk, sizeof(junk) - 1);
	assert_int_equal(ask(&b, "GET", "/mgmt/tm/sys", token, NULL), 200);
	assert_int_equal(users_save(&(struct users){ 0 }, b.gate.users_path,
	    NULL), 0);
	assert_int_equal(ask(&b, "GET", "/mgmt/tm/sys", token, NULL), 401);
	free(token);
	gatebed_clear(&b);
}

/* As he was let in, and no longer. */
static void
who_watches_does_so_as_long_as_he_may(void **state)
{
	char path[] = "/mgmt/tm/gtm/events";
	struct gatebed b;
	struct gate_watcher w;
	struct ask q = { .method = "GET", .path = path };
	struct user one;

	(void)state;
	gatebed_make(&b, true);
	assert_int_equal(gatebed_login(&b, "guest", GATEBED_PASSWORD), 200);
	q.token = gatebed_token(&b);
	assert_int_equal(gate_admit(&b.gate, &q, &b.reply), 0);
	assert_true(gate_is_endless(&q));
	for (int i = 0; i < SEATS_PER_USER; i++)
		assert_int_equal(gate_seat(&b.gate, &q, &w, &b.reply), 0);
	assert_int_equal(gate_seat(&b.gate, &q, &w, &b.reply), 503);
	assert_true(gate_check_watcher(&b.gate, &w));
	one = w.is;
	one.role = ROLES_OPERATOR;
	users_put(&b.gate.users, &one);
	assert_false(gate_check_watcher(&b.gate, &w));
	users_put(&b.gate.users, &w.is);
	assert_true(gate_check_watcher(&b.gate, &w));
	clock_fake_advance(&b.clock, (TOKENS_TIMEOUT_S + 1) * CLOCK_S);
	assert_false(gate_check_watcher(&b.gate, &w));
	gate_leave(&b.gate, &w);
	assert_int_equal(gate_seat(&b.gate, &q, &w, &b.reply), 0);
	free((char *)(uintptr_t)q.token);
	gatebed_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_credentials_nothing_but_logging_in),
		cmocka_unit_test(a_role_reaches_as_far_as_it_reaches),
		cmocka_unit_test(bodies_that_are_parsed_here_are_short),
		cmocka_unit_test(who_watches_does_so_as_long_as_he_may),
		cmocka_unit_test(
		    a_changed_file_of_users_holds_at_once_a_broken_one_never),
	};

	return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
