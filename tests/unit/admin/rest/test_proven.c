/* tests/unit/admin/rest/test_proven.c - a password is proven for a minute, for its user as he was.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "admin/rest/proven.h"
#include "admin/rest/users.h"

static const struct user op = { .name = "op", .role = ROLES_OPERATOR };

static bool
has(const struct proven *p, const struct user *u, const char *password,
    mono_ns now)
{
	uint8_t digest[SECRET_HASH_LEN];

	proven_digest(p, u, password, digest);
	return proven_check(p, digest, now);
}

static void
add(struct proven *p, const struct user *u, const char *password, mono_ns now)
{
	uint8_t digest[SECRET_HASH_LEN];

	proven_digest(p, u, password, digest);
	proven_add(p, digest, now);
}

static void
a_minute_and_only_that_password(void **state)
{
	static struct proven p;

	(void)state;
	proven_init(&p);
	assert_false(has(&p, &op, "secret", 1));
	add(&p, &op, "secret", 1);
	assert_true(has(&p, &op, "secret", PROVEN_LIFE_S * CLOCK_S));
	assert_false(has(&p, &op, "secret", PROVEN_LIFE_S * CLOCK_S + 1));
	assert_false(has(&p, &op, "secre", 2));
	assert_false(has(&p, &op, "secretx", 2));
	assert_false(has(&p, &op, "", 2));
}

static void
a_changed_user_has_proven_nothing(void **state)
{
	static struct proven p, other;
	struct user u = op;

	(void)state;
	proven_init(&p);
	add(&p, &u, "secret", 1);
	u.salt[15] ^= 1;
	assert_false(has(&p, &u, "secret", 2));
	u = op;
	u.role = ROLES_ADMIN;
	assert_false(has(&p, &u, "secret", 2));
	u = op;
	u.name[2] = 's';
	assert_false(has(&p, &u, "ecret", 2));
	proven_init(&other);		/* another process */
	other.next = p.next;
	memcpy(other.list, p.list, sizeof(p.list));
	assert_false(has(&other, &op, "secret", 2));
}

static void
the_oldest_makes_place(void **state)
{
	static struct proven p;
	char word[16];

	(void)state;
	proven_init(&p);
	for (int i = 0; i <= PROVEN_MAX; i++) {
		(void)snprintf(word, sizeof(word), "%d", i);
		add(&p, &op, word, 1);
	}
	assert_false(has(&p, &op, "0", 2));
	assert_true(has(&p, &op, "1", 2));
	assert_true(has(&p, &op, word, 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_minute_and_only_that_password),
		cmocka_unit_test(a_changed_user_has_proven_nothing),
		cmocka_unit_test(the_oldest_makes_place),
	};

	return cmocka_run_group_tests_name("proven", tests, NULL, NULL);
}
