/* tests/unit/core/model/test_configfile.c - what a configuration file said, and
 * what becomes of it when it is written and that fails.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/model/configfile.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/tmos_bind.h"
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/core/model/sample.h"

/* The kernel's fsync, which fails for the n-th directory from here on. */
static unsigned fails_at;

int
fsync(int fd)
{
	struct stat st;

	if (fails_at > 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) &&
	    --fails_at == 0) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fsync, fd);
}

static const char *
path(void)
{
	return tempdir_file(&tempdir, "t.conf");
}

static void
write_file(const char *text)
{
	tempdir_write(path(), text, strlen(text));
}

static void
expect_file(const char *name, const char *want)
{
	char *text = tempdir_read(tempdir_file(&tempdir, name), NULL);

	assert_string_equal(text, want);
	free(text);
}

/* Loads and accepts; the model that it made. */
static struct model *
load(struct configfile *f)
{
	struct diag out;
	const struct tmos_bind b = { .schema = &sample_schema, .out = &out };
	struct draft *d = draft_new(&sample_schema, NULL);
	struct model *m = model_new(&sample_schema);
	const struct object *o;
	size_t at = 0;

	diag_init(&out);
	assert_int_equal(configfile_load(f, d, &b), 0);
	assert_int_equal(draft_check(d, &out), 0);
	configfile_accept(f);
	while ((o = draft_next(d, &sample_site, &at)) != NULL) {
		struct object *mine = object_clone(o);

		model_put(m, &mine);
	}
	draft_free(&d);
	diag_fini(&out);
	return m;
}

static bool
says(const struct configfile *f, const char *site)
{
	return configfile_base(f, &sample_site, site).present;
}

static void
what_is_read_counts_when_it_is_accepted(void **state)
{
	struct configfile f;
	struct model *m;
	struct changelog_base was, now;
	struct diag out;
	const struct tmos_bind b = { .schema = &sample_schema, .out = &out };
	struct draft *d = draft_new(&sample_schema, NULL);

	(void)state;
	write_file("test site a { note one }\ntest site b { }\n");
	assert_int_equal(configfile_init(&f, path(), NULL), 0);
	m = load(&f);
	was = configfile_base(&f, &sample_site, "/Common/a");
	assert_true(was.present && says(&f, "/Common/b"));
	assert_false(says(&f, "/Common/c"));
	/* Blanks are no edit, values are; nothing of it counts yet. */
	write_file("test site a { note two }\n# why\ntest  site b {\n}\n");
	diag_init(&out);
	assert_int_equal(configfile_load(&f, d, &b), 0);
	now = configfile_staged(&f, &sample_site, "/Common/a");
	assert_true(now.present && now.hash != was.hash);
	assert_true(configfile_staged(&f, &sample_site, "/Common/b").hash ==
	    configfile_base(&f, &sample_site, "/Common/b").hash);
	assert_true(configfile_base(&f, &sample_site, "/Common/a").hash ==
	    was.hash);
	configfile_drop(&f);
	assert_false(configfile_staged(&f, &sample_site, "/Common/a").present);
	assert_true(configfile_base(&f, &sample_site, "/Common/a").hash ==
	    was.hash);
	draft_free(&d);
	diag_fini(&out);
	model_free(&m);
	configfile_fini(&f);
}

static void
a_link_is_written_through(void **state)
{
	struct configfile f;
	struct model *m;
	struct stat st;
	const char *link = tempdir_file(&tempdir, "link.conf");

	(void)state;
	write_file("test site a { }\n");
	assert_int_equal(symlink("t.conf", link), 0);
	assert_int_equal(configfile_init(&f, link, NULL), 0);
	m = load(&f);
	assert_int_equal(configfile_save(&f, m, NULL), 0);
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	expect_file("t.conf", "#TMSH-VERSION: 15.1.0\n"
	    "test site /Common/a { }\n");
	expect_file("t.conf.bak", "test site a { }\n");
	model_free(&m);
	configfile_fini(&f);
}

static void
a_file_that_is_not_there_is_named(void **state)
{
	struct configfile f;
	struct err e;

	(void)state;
	assert_int_equal(configfile_init(&f, "/none/such", &e), ERR_NOTFOUND);
	assert_string_equal(e.text, "/none/such: there is no such file");
	configfile_fini(&f);
}

/* Renamed, but perhaps not for good: what it says now is what changes must be
 * based on, and none may be before its name is on disk. */
static void
a_name_that_is_not_on_disk_is_put_there_first(void **state)
{
	struct configfile f;
	struct model *m;
	struct changelog_base was;
	struct err e;

	(void)state;
	write_file("test site a { note one }\n");
	assert_int_equal(configfile_init(&f, path(), NULL), 0);
	m = load(&f);
	was = configfile_base(&f, &sample_site, "/Common/a");
	model_free(&m);
	m = model_new(&sample_schema);
	fails_at = 2;			/* the first is the backup's */
	assert_int_equal(configfile_save(&f, m, &e), ERR_IO);
	expect_file("t.conf", "#TMSH-VERSION: 15.1.0\n");
	assert_false(says(&f, "/Common/a"));
	fails_at = 1;
	assert_int_equal(configfile_sync(&f, &e), ERR_IO);
	assert_int_equal(configfile_sync(&f, &e), 0);
	fails_at = 1;			/* nothing left to be done */
	assert_int_equal(configfile_sync(&f, &e), 0);
	/* A write that came not that far changes nothing. */
	write_file("test site a { note one }\n");
	model_free(&m);
	m = load(&f);
	assert_int_equal(configfile_save(&f, m, &e), ERR_IO);
	assert_int_equal(fails_at, 0);
	expect_file("t.conf", "test site a { note one }\n");
	assert_true(configfile_base(&f, &sample_site, "/Common/a").hash ==
	    was.hash);
	fails_at = 1;
	assert_int_equal(configfile_sync(&f, &e), 0);
	fails_at = 0;
	model_free(&m);
	configfile_fini(&f);
}

int
main(void)
{
#define RULE(name) \
	cmocka_unit_test_setup_teardown(name, tempdir_set_up, tempdir_tear_down)
	static const struct CMUnitTest tests[] = {
		RULE(what_is_read_counts_when_it_is_accepted),
		RULE(a_link_is_written_through),
		RULE(a_file_that_is_not_there_is_named),
		RULE(a_name_that_is_not_on_disk_is_put_there_first),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
