/* tests/unit/gtmd/mover/test_moverbook.c - the folder of records: what is there is
 * never written over, and what cannot be read is not forgotten.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "gtmd/mover/moverbook.h"
#include "gtmd/mover/moverfile.h"
#include "tests/unit/core/base/tempdir.h"

static struct moverbook book;

static int
set_up(void **state)
{
	(void)tempdir_set_up(state);
	moverbook_init(&book, tempdir.path);
	return 0;
}

static int
tear_down(void **state)
{
	moverbook_fini(&book);
	return tempdir_tear_down(state);
}

/* A record that says so: "run", "" or "bad". */
static void
write_run(const char *name, uint32_t run, const char *text)
{
	struct err e;
	char *path = moverbook_make(&book, name, run, &e);

	assert_non_null(path);
	tempdir_write(path, text, strlen(text));
	free(path);
}

static bool
is_there(const char *name, uint32_t run)
{
	char *path = moverbook_path(&book, name, run);
	bool there = path != NULL;

	free(path);
	return there;
}

/* Which were found, "NAME.RUN " each. */
static char found[256];

static enum moverbook_found
on_record(void *arg, const struct moverbook_record *r, struct diag *out)
{
	char text[8] = "", *own;
	FILE *f = fopen(r->path, "re");
	size_t len = fread(text, 1, sizeof(text) - 1, f);
	uint32_t run;

	(void)arg;
	(void)fclose(f);
	own = moverfile_parse(strrchr(r->path, '/') + 1, &run);
	assert_string_equal(own, r->name);
	assert_int_equal(run, r->run);
	free(own);
	if (len == 0)
		return MOVERBOOK_EMPTY;
	if (strcmp(text, "bad") == 0) {
		diag_error(out, NULL, ERR_PARSE, "record 7: damaged");
		return MOVERBOOK_UNREAD;
	}
	(void)snprintf(found + strlen(found), sizeof(found) - strlen(found),
	    "%s.%u ", r->name, run);
	return MOVERBOOK_RUN;
}

static void
load(void)
{
	struct diag out;

	found[0] = '\0';
	diag_init(&out);
	moverbook_load(&book, on_record, NULL, &out);
	diag_fini(&out);
}

static void
the_latest_is_what_counts(void **state)
{
	(void)state;
	load();
	assert_string_equal(found, "");
	write_run("/Common/m", 9, "run");
	write_run("/Common/m", 10, "run");
	load();
	assert_string_equal(found, "/Common/m.10 ");
	assert_int_equal(moverbook_next(&book, "/Common/m"), 11);
	assert_int_equal(moverbook_next(&book, "/Common/n"), 1);
}

/* A crash between the making of the file and its first record. */
static void
one_that_is_empty_gives_way_to_the_one_before(void **state)
{
	(void)state;
	write_run("/Common/m", 3, "run");
	write_run("/Common/m", 4, "");
	load();
	assert_string_equal(found, "/Common/m.3 ");
	assert_false(is_there("/Common/m", 4));
	assert_int_equal(moverbook_next(&book, "/Common/m"), 4);
}

static void
one_that_cannot_be_read_is_remembered_until_another_begins(void **state)
{
	(void)state;
	write_run("/Common/m", 1, "run");
	write_run("/Common/m", 2, "bad");
	load();
	assert_string_equal(found, "");
	assert_non_null(strstr(moverbook_unread(&book, "/Common/m"),
	    "record 7: damaged"));
	assert_null(moverbook_unread(&book, "/Common/n"));
	assert_int_equal(moverbook_next(&book, "/Common/m"), 3);
	moverbook_begun(&book, "/Common/m", 3);
	assert_null(moverbook_unread(&book, "/Common/m"));
	assert_true(is_there("/Common/m", 1));
	assert_true(is_there("/Common/m", 2));
}

static void
a_run_that_was_refused_leaves_nothing(void **state)
{
	char *path;

	(void)state;
	write_run("/Common/m", 1, "run");
	path = moverbook_path(&book, "/Common/m", 1);
	moverbook_refused(&book, path);
	free(path);
	assert_false(is_there("/Common/m", 1));
}

static void
twenty_are_kept(void **state)
{
	const char *cut;

	(void)state;
	write_run("/Common/m", 1, "run");
	cut = tempdir_file(&tempdir, "migrations/~Common~m.1.journal.cut");
	tempdir_write(cut, "x", 1);
	for (uint32_t run = 1; run <= MOVERFILE_KEPT + 1; run++) {
		write_run("/Common/m", run, "run");
		moverbook_begun(&book, "/Common/m", run);
	}
	assert_false(is_there("/Common/m", 1));
	assert_int_equal(access(cut, F_OK), -1);
	assert_true(is_there("/Common/m", 2));
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_latest_is_what_counts),
		TEST(one_that_is_empty_gives_way_to_the_one_before),
		TEST(one_that_cannot_be_read_is_remembered_until_another_begins),
		TEST(a_run_that_was_refused_leaves_nothing),
		TEST(twenty_are_kept),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
