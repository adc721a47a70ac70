/* tests/unit/wom/peer/test_site.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "core/base/err.h"
#include "wom/peer/site.h"

static char folder[32], path[64];

static int
begin(void **state)
{
	(void)state;
	memcpy(folder, "/tmp/site-XXXXXX", sizeof("/tmp/site-XXXXXX"));
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/site", folder);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

static void
it_stays_the_same_over_restarts(void **state)
{
	struct site one, again;
	struct stat st;

	(void)state;
	assert_int_equal(site_load(&one, path, NULL), 0);
	assert_int_equal(site_load(&again, path, NULL), 0);
	assert_memory_equal(&one, &again, sizeof(one));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	site_draw(&again);
	assert_memory_not_equal(&one, &again, sizeof(one));
}

static void
refuse_with(const char *want)
{
	struct err e = { .code = 0 };
	struct site s;

	assert_true(site_load(&s, path, &e) < 0);
	if (strstr(e.text, want) == NULL)
		fail_msg("%s", e.text);
}

static void
a_file_that_is_none_is_left_alone(void **state)
{
	FILE *f;

	(void)state;
	f = fopen(path, "w");
	assert_non_null(f);
	(void)fputs("something else, and long enough for that", f);
	fclose(f);
	assert_int_equal(chmod(path, 0600), 0);
	refuse_with("does not name a site");
	assert_int_equal(truncate(path, 7), 0);
	refuse_with("does not name a site");
	assert_int_equal(chmod(path, 0644), 0);
	refuse_with("others may read it");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	refuse_with(path);
	assert_int_equal(rmdir(path), 0);
}

static void
both_make_the_same_secret_and_no_third_one_does(void **state)
{
	uint8_t ab[BLOCKID_SECRET], ba[BLOCKID_SECRET], ac[BLOCKID_SECRET];
	struct site a, b, c;

	(void)state;
	site_draw(&a);
	site_draw(&b);
	site_draw(&c);
	assert_true(site_store(&a, "b", "d") == site_store(&a, "b", "d"));
	assert_true(site_store(&a, "b", "d") != site_store(&a, "c", "d"));
	/* In another trust domain nothing has the name that it has here. */
	assert_true(site_store(&a, "b", "d") != site_store(&a, "b", "e"));
	assert_true(site_store(&a, "bd", "e") != site_store(&a, "b", "de"));
	assert_true(site_store(&a, "b", "d") != site_store(&a, "d", "b"));
	site_secret(site_store(&a, "b", "d"), site_store(&b, "a", "d"), ab);
	site_secret(site_store(&b, "a", "d"), site_store(&a, "b", "d"), ba);
	site_secret(site_store(&a, "c", "d"), site_store(&c, "a", "d"), ac);
	assert_memory_equal(ab, ba, sizeof(ab));
	assert_memory_not_equal(ab, ac, sizeof(ab));
	assert_memory_not_equal(ab, ab + 8, 8);
}

#define TEST(fn)	cmocka_unit_test_setup_teardown(fn, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(it_stays_the_same_over_restarts),
		TEST(a_file_that_is_none_is_left_alone),
		TEST(both_make_the_same_secret_and_no_third_one_does),
	};

	return cmocka_run_group_tests_name("site", tests, NULL, NULL);
}
