/* tests/unit/admin/rest/test_enrol.c - the first password: for whom has the token, once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/rest/enrol.h"
#include "core/base/mem.h"
#include "tests/unit/admin/rest/gatebed.h"

struct first {
	struct gatebed	bed;
	char		token[CLAIM_TEXT_LEN + 1];
};

static void
make(struct first *f)
{
	gatebed_make(&f->bed, false);
	claim_open(&f->bed.gate.claim, clock_mono(&f->bed.clock), f->token);
}

static int
post(struct first *f, const char *token, const char *password)
{
	char *body = mem_printf("{\"token\":\"%s\",\"password\":\"%s\"}",
	    token, password);
	int status = gatebed_ask(&f->bed, &(struct gatebed_ask){
	    .method = "POST", .path = ENROL_PATH, .body = body });

	free(body);
	return status;
}

static void
the_token_makes_an_admin_once(void **state)
{
	struct first f;
	char *text, *token;
	size_t len;

	(void)state;
	make(&f);
	assert_int_equal(gatebed_login(&f.bed, "admin", GATEBED_PASSWORD), 401);
	assert_int_equal(post(&f, f.token, "short"), 400);
	assert_int_equal(post(&f, "guess", GATEBED_PASSWORD), 401);
	assert_int_equal(post(&f, f.token, GATEBED_PASSWORD), 200);
	token = gatebed_token(&f.bed);
	assert_int_equal(gatebed_ask(&f.bed, &(struct gatebed_ask){
	    .method = "GET", .path = "/mgmt/tm/sys", .token = token }), 200);
	free(token);
	assert_int_equal(post(&f, f.token, GATEBED_PASSWORD), 409);
	assert_int_equal(gatebed_login(&f.bed, "admin", GATEBED_PASSWORD), 200);
	text = tempdir_read(f.bed.gate.users_path, &len);
	assert_memory_equal(text, "admin admin scrypt$", 19);
	assert_null(strstr(text, f.token));
	free(text);
	gatebed_clear(&f.bed);
}

static void
after_an_hour_it_is_over(void **state)
{
	struct first f;

	(void)state;
	make(&f);
	clock_fake_advance(&f.bed.clock, (CLAIM_LIFE_S + 1) * CLOCK_S);
	assert_int_equal(post(&f, f.token, GATEBED_PASSWORD), 410);
	assert_null(tempdir_read(f.bed.gate.users_path, &(size_t){ 0 }));
	gatebed_clear(&f.bed);
}

static void
guessing_it_locks_the_source(void **state)
{
	struct first f;

	(void)state;
	make(&f);
	for (int i = 0; i < 5; i++)
		assert_int_equal(post(&f, "guess", GATEBED_PASSWORD), 401);
	assert_int_equal(post(&f, f.token, GATEBED_PASSWORD), 429);
	gatebed_from(&f.bed, "10.0.0.2");
	assert_int_equal(post(&f, f.token, GATEBED_PASSWORD), 200);
	gatebed_clear(&f.bed);
}

/* What could not be saved was not used. */
static void
a_failed_write_leaves_the_token_open(void **state)
{
	struct first f;
	char *was;

	(void)state;
	make(&f);
	was = f.bed.gate.users_path;
	f.bed.gate.users_path = mem_strdup("/nonexistent/users");
	assert_int_equal(post(&f, f.token, GATEBED_PASSWORD), 500);
	free(f.bed.gate.users_path);
	f.bed.gate.users_path = was;
	assert_int_equal(post(&f, f.token, GATEBED_PASSWORD), 200);
	gatebed_clear(&f.bed);
}

/* Somebody was quicker, at the command line. */
static void
a_password_that_was_set_meanwhile_closes_it(void **state)
{
	struct users u = { 0 };
	struct user one = { .name = "root", .role = ROLES_ADMIN };
	struct first f;

	(void)state;
	make(&f);
	users_put(&u, &one);
	assert_int_equal(users_save(&u, f.bed.gate.users_path, NULL), 0);
	users_fini(&u);
	assert_int_equal(post(&f, f.token, GATEBED_PASSWORD), 409);
	gatebed_clear(&f.bed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_token_makes_an_admin_once),
		cmocka_unit_test(after_an_hour_it_is_over),
		cmocka_unit_test(guessing_it_locks_the_source),
		cmocka_unit_test(a_failed_write_leaves_the_token_open),
		cmocka_unit_test(a_password_that_was_set_meanwhile_closes_it),
	};

	return cmocka_run_group_tests_name("enrol", tests, NULL, NULL);
}
