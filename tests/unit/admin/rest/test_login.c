/* tests/unit/admin/rest/test_login.c - wrong ones lock, right ones are quick.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "admin/rest/login.h"
#include "core/base/mem.h"
#include "tests/unit/admin/rest/gatebed.h"

/* admin:correct horse, admin:wrong horse */
#define BASIC		"Basic YWRtaW46Y29ycmVjdCBob3JzZQ=="
#define BASIC_WRONG	"basic YWRtaW46d3JvbmcgaG9yc2U="

static int
basic(struct gatebed *b, const char *authorization)
{
	return gatebed_ask(b, &(struct gatebed_ask){ .method = "GET",
	    .path = "/mgmt/tm/sys", .authorization = authorization });
}

static void
guess(struct gatebed *b, const char *name)
{
	for (int i = 0; i < 5; i++)
		assert_int_equal(gatebed_login(b, name, "wrong horse"), 401);
}

static void
five_wrong_ones_lock_user_and_source(void **state)
{
	struct gatebed b;

	(void)state;
	gatebed_make(&b, true);
	guess(&b, "admin");
	assert_int_equal(gatebed_login(&b, "admin", GATEBED_PASSWORD), 429);
	assert_int_equal(b.reply.retry_s, 60);
	assert_int_equal(gatebed_login(&b, "guest", GATEBED_PASSWORD), 429);
	gatebed_from(&b, "10.0.0.2");
	assert_int_equal(gatebed_login(&b, "admin", GATEBED_PASSWORD), 429);
	assert_int_equal(gatebed_login(&b, "guest", GATEBED_PASSWORD), 200);
	clock_fake_advance(&b.clock, 61 * CLOCK_S);
	assert_int_equal(gatebed_login(&b, "admin", GATEBED_PASSWORD), 200);
	gatebed_clear(&b);
}

static void
strangers_do_not_lock_out_who_was_here_before(void **state)
{
	struct gatebed b;

	(void)state;
	gatebed_make(&b, true);
	assert_int_equal(gatebed_login(&b, "admin", GATEBED_PASSWORD), 200);
	clock_fake_advance(&b.clock, 100 * CLOCK_S);
	gatebed_from(&b, "10.0.0.2");
	guess(&b, "admin");
	gatebed_from(&b, "10.0.0.1");
	assert_int_equal(gatebed_login(&b, "admin", GATEBED_PASSWORD), 200);
	guess(&b, "guest");			/* from beside him */
	assert_int_equal(gatebed_login(&b, "admin", GATEBED_PASSWORD), 200);
	clock_fake_advance(&b.clock, 100 * CLOCK_S);
	guess(&b, "admin");			/* his own mistakes count */
	assert_int_equal(gatebed_login(&b, "admin", GATEBED_PASSWORD), 429);
	gatebed_clear(&b);
}

/* Nothing but the proof of a moment ago opens when the hash is spoilt. */
static void
basic_is_hashed_once_a_minute(void **state)
{
	struct gatebed b;

	(void)state;
	gatebed_make(&b, true);
	assert_int_equal(basic(&b, BASIC), 200);
	b.gate.users.list[0].hash[0] ^= 1;
	assert_int_equal(basic(&b, BASIC), 200);
	assert_int_equal(basic(&b, BASIC_WRONG), 401);
	clock_fake_advance(&b.clock, 61 * CLOCK_S);
	assert_int_equal(basic(&b, BASIC), 401);
	b.gate.users.list[0].hash[0] ^= 1;
	assert_int_equal(basic(&b, BASIC), 200);
	b.gate.users.list[0].salt[0] ^= 1;	/* a new password */
	assert_int_equal(basic(&b, BASIC), 401);
	gatebed_clear(&b);
}

static void
odd_credentials_are_nobodys(void **state)
{
	static const char *const odd[] = { "", "Basic", "Basic ", "Basic ?",
	    "Bearer YWRtaW46Y29ycmVjdCBob3JzZQ==", "Basic YWRtaW4=",
	    "Basic YWRtaW46", "BasicYWRtaW46Y29ycmVjdCBob3JzZQ==" };
	struct gatebed b;

	(void)state;
	gatebed_make(&b, true);
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		clock_fake_advance(&b.clock, 100 * CLOCK_S);
		assert_int_equal(basic(&b, odd[i]), 401);
	}
	gatebed_clear(&b);
}

static void
attempts_are_on_record_passwords_are_not(void **state)
{
	struct gatebed b;
	char *text, *token, *path;
	size_t len;

	(void)state;
	gatebed_make(&b, true);
	assert_int_equal(gatebed_login(&b, "admin", "wrong horse"), 401);
	assert_int_equal(gatebed_login(&b, "correct horse", "admin"), 401);
	assert_int_equal(gatebed_login(&b, "admin", GATEBED_PASSWORD), 200);
	token = gatebed_token(&b);
	path = mem_printf(LOGIN_TOKENS "/%s", token);
	assert_int_equal(gatebed_ask(&b, &(struct gatebed_ask){
	    .method = "DELETE", .token = token, .path = path }), 200);
	free(path);
	text = tempdir_read(b.gate.log_path, &len);
	assert_string_equal(text,
	    "{\"time\":1700000000,\"event\":\"login\",\"user\":\"admin\","
	    "\"from\":\"10.0.0.1\",\"result\":\"wrong\"}\n"
	    "{\"time\":1700000000,\"event\":\"login\",\"user\":\"?\","
	    "\"from\":\"10.0.0.1\",\"result\":\"wrong\"}\n"
	    "{\"time\":1700000000,\"event\":\"login\",\"user\":\"admin\","
	    "\"from\":\"10.0.0.1\",\"result\":\"ok\"}\n"
	    "{\"time\":1700000000,\"event\":\"logout\",\"user\":\"admin\","
	    "\"from\":\"10.0.0.1\",\"result\":\"ok\"}\n");
	free(token);
	free(text);
	gatebed_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_wrong_ones_lock_user_and_source),
		cmocka_unit_test(
		    strangers_do_not_lock_out_who_was_here_before),
		cmocka_unit_test(basic_is_hashed_once_a_minute),
		cmocka_unit_test(odd_credentials_are_nobodys),
		cmocka_unit_test(attempts_are_on_record_passwords_are_not),
	};

	return cmocka_run_group_tests_name("login", tests, NULL, NULL);
}
