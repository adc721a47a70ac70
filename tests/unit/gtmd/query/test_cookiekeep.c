/* tests/unit/gtmd/query/test_cookiekeep.c - secrets come from a file or from chance.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/gtmd/types/conf.h"

#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/io/loop.h"
#include "core/model/model.h"
#include "gtmd/query/cookie.h"
#include "gtmd/query/cookiekeep.h"
#include "tests/unit/gtmd/types/modeltext.h"

#define ONE	"000102030405060708090a0b0c0d0e0f"
#define TWO	"F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF"

struct scene {
	struct clock	 clock;
	struct loop	*loop;
	struct cookiekeep *keep;
	struct tempdir	 dir;
	int		 rolled;
};

static void
on_rolled(void *arg)
{
	((struct scene *)arg)->rolled++;
}

static int
setup(void **state)
{
	struct scene *s = mem_zalloc(1, sizeof(*s));
	struct cookiekeep_config c = { .rolled = on_rolled, .arg = s };
	struct err e;

	clock_fake_init(&s->clock, CLOCK_S, 0);
	tempdir_make(&s->dir);
	c.loop = s->loop = loop_new(&s->clock, &e);
	c.config_path = tempdir_file(&s->dir, "gtm.conf");
	s->keep = cookiekeep_new(&c);
	*state = s;
	return 0;
}

static int
teardown(void **state)
{
	struct scene *s = *state;

	cookiekeep_free(&s->keep);
	loop_free(&s->loop);
	tempdir_remove(&s->dir);
	free(s);
	return 0;
}

/* Prepares and settles with that file; the finding, or "". */
static const char *
take(struct scene *s, const char *content)
{
	static char told[1024];
	struct diag out;
	struct conf c;
	int rc;

	tempdir_write(tempdir_file(&s->dir, "secrets"), content,
	    strlen(content));
	conf_open(&c, "gtm global-settings dns {\ncookie-secret-file "
	    "secrets\n}\n");
	diag_init(&out);
	rc = cookiekeep_prepare(s->keep, c.d, &out);
	(void)snprintf(told, sizeof(told), "%s",
	    out.count > 0 ? out.entries[0].text : "");
	assert_int_equal(rc == 0, out.count == 0);
	if (rc == 0)
		cookiekeep_settle(s->keep, true);
	diag_fini(&out);
	conf_close(&c);
	return told;
}

static void
a_file_names_up_to_four(void **state)
{
	struct scene *s = *state;
	const struct cookie_secrets *have = cookiekeep_secrets(s->keep);

	assert_string_equal(take(s, "# ours\n" ONE "\n\n  " TWO " # new\n"),
	    "");
	assert_int_equal(have->count, 2);
	assert_int_equal(have->key[0][15], 0x0f);
	assert_int_equal(have->key[1][0], 0xf0);
}

static void
a_bad_file_changes_nothing_and_tells_no_secret(void **state)
{
	static const struct { const char *content, *why; } rows[] = {
		{ "", "holds no secret" },
		{ "# nothing\n", "holds no secret" },
		{ ONE "\n" ONE "0\n", "line 2: a secret is 32 hexadecimal" },
		{ "x00102030405060708090a0b0c0d0e0f", "line 1: a secret is" },
		{ ONE "\n" ONE "\n" ONE "\n" ONE "\n" ONE "\n",
		  "line 5: more than 4 secrets" },
	};
	struct scene *s = *state;
	const struct cookie_secrets *have = cookiekeep_secrets(s->keep);

	assert_string_equal(take(s, TWO), "");
	for (size_t i = 0; i < OBJ_COUNT(rows); i++) {
		const char *told = take(s, rows[i].content);

		assert_non_null(strstr(told, rows[i].why));
		assert_non_null(strstr(told, "cookie-secret-file "));
		assert_null(strstr(told, "0102030405"));
		assert_int_equal(have->count, 1);
		assert_int_equal(have->key[0][0], 0xf0);
	}
}

/* The file is gone by then; the next load will tell. */
static void
a_change_elsewhere_does_not_need_the_file(void **state)
{
	struct scene *s = *state;
	const struct cookie_secrets *have = cookiekeep_secrets(s->keep);
	struct model *m = model_new(&gtm_schema);
	struct draft *d = modeltext_draft(NULL, "gtm global-settings dns {\n"
	    "cookie-secret-file secrets\n}\n");
	struct diag out;

	assert_string_equal(take(s, TWO), "");
	modeltext_apply(m, &d);
	assert_int_equal(unlink(tempdir_file(&s->dir, "secrets")), 0);
	d = modeltext_draft(m, "gtm datacenter /Common/dc { }\n");
	diag_init(&out);
	assert_int_equal(cookiekeep_prepare(s->keep, d, &out), 0);
	cookiekeep_settle(s->keep, true);
	assert_int_equal(have->count, 1);
	assert_int_equal(have->key[0][0], 0xf0);
	diag_fini(&out);
	draft_free(&d);
	model_free(&m);
}

static void
random_secrets_roll_each_day_and_the_old_one_counts_on(void **state)
{
	struct scene *s = *state;
	const struct cookie_secrets *have = cookiekeep_secrets(s->keep);
	struct cookie_secrets was = *have;

	assert_int_equal(was.count, 1);
	loop_advance(s->loop, &s->clock, 25 * 3600 * CLOCK_S);
	assert_int_equal(s->rolled, 1);
	assert_int_equal(have->count, 2);
	assert_memory_equal(have->key[1], was.key[0], SIPHASH_KEY);
	assert_memory_not_equal(have->key[0], was.key[0], SIPHASH_KEY);
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_file_names_up_to_four),
		TEST(a_bad_file_changes_nothing_and_tells_no_secret),
		TEST(a_change_elsewhere_does_not_need_the_file),
		TEST(random_secrets_roll_each_day_and_the_old_one_counts_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
