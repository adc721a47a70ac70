/* tests/unit/core/model/test_journal.c - what was acknowledged is there, what
 * was not is gone, and damage is never taken for either.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/journal.h"
#include "tests/unit/core/base/tempdir.h"

/* The kernel's fdatasync, which fails as often as sync_fails says. */
static int sync_fails;

int
fdatasync(int fd)
{
	if (sync_fails > 0) {
		sync_fails--;
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

static struct journal *
open_journal(void)
{
	struct journal *j;
	struct err e;

	if (journal_open(tempdir_file(&tempdir, "journal"), &j, &e) != 0)
		fail_msg("%s", e.text);
	return j;
}

static void
collect(void *arg, const struct journal_record *r)
{
	strbuf_printf(arg, "%llu@%u:%.*s", (unsigned long long)r->number,
	    r->line, (int)r->len, r->body);
}

/* Asserts what the journal holds, and how many findings reading it gives. */
static void
expect(struct journal *j, const char *want, size_t warnings)
{
	struct strbuf b;
	struct diag out;

	strbuf_init(&b);
	diag_init(&out);
	assert_int_equal(journal_read(j, collect, &b, &out), 0);
	assert_string_equal(b.text, want);
	assert_int_equal(out.count, warnings);
	assert_int_equal(out.warnings, warnings);
	strbuf_fini(&b);
	diag_fini(&out);
}

static void
append(struct journal *j, const char *body)
{
	struct err e;

	if (journal_append(j, body, strlen(body), &e) != 0)
		fail_msg("%s", e.text);
}

static void
records_come_back_in_order(void **state)
{
	struct journal *j = open_journal();

	(void)state;
	expect(j, "", 0);
	append(j, "one\n");
	append(j, "two\nlines\n");
	expect(j, "1@2:one\n2@4:two\nlines\n", 0);
	journal_close(&j);
	j = open_journal();
	expect(j, "1@2:one\n2@4:two\nlines\n", 0);
	append(j, "three\n");
	expect(j, "1@2:one\n2@4:two\nlines\n3@7:three\n", 0);
	assert_int_equal(journal_clear(j, NULL), 0);
	expect(j, "", 0);
	append(j, "four\n");
	expect(j, "4@2:four\n", 0);
	journal_close(&j);
}

/* Three records; the file cut to every length it ever had. */
static void
a_cut_anywhere_replays_to_the_last_whole_record(void **state)
{
	static const char *const body[] = { "one\n", "two\n#commit 9\n", "3\n" };
	static const char *const want[] = {
		"", "1@2:one\n", "1@2:one\n2@4:two\n#commit 9\n",
		"1@2:one\n2@4:two\n#commit 9\n3@7:3\n",
	};
	const char *path = tempdir_file(&tempdir, "journal");
	size_t ends[4] = { 0 }, len;
	struct journal *j = open_journal();
	char *whole;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		append(j, body[i]);
		ends[i + 1] = journal_len(j);
	}
	journal_close(&j);
	whole = tempdir_read(path, &len);
	for (size_t cut = 0; cut <= len; cut++) {
		size_t n = 0;

		while (n < 3 && ends[n + 1] <= cut)
			n++;
		tempdir_write(path, whole, cut);
		j = open_journal();
		expect(j, want[n], cut != ends[n]);
		/* The cut is gone for good, and writing goes on. */
		expect(j, want[n], 0);
		append(j, "more\n");
		journal_close(&j);
	}
	free(whole);
}

/* Records are written into zeros: a copy taken of a living file, as a kill
 * leaves it, ends with them; a file that was closed does not. */
static void
zeros_behind_the_records_are_room_and_no_damage(void **state)
{
	const char *path = tempdir_file(&tempdir, "journal");
	struct journal *j = open_journal();
	size_t len, used;
	char *alive;

	(void)state;
	append(j, "one\n");
	append(j, "two\n");
	used = journal_len(j);
	alive = tempdir_read(path, &len);
	assert_true(len > used + 65536);
	for (size_t i = used; i < len; i++)
		assert_int_equal(alive[i], 0);
	journal_close(&j);
	free(tempdir_read(path, &len));
	assert_int_equal(len, used);
	tempdir_write(path, alive, used + 9000);
	j = open_journal();
	expect(j, "1@2:one\n2@4:two\n", 0);
	append(j, "three\n");
	expect(j, "1@2:one\n2@4:two\n3@6:three\n", 0);
	journal_close(&j);
	/* Torn in the zeros: the rest of a record that has no beginning. */
	alive[used + 700] = 'x';
	tempdir_write(path, alive, used + 9000);
	j = open_journal();
	expect(j, "1@2:one\n2@4:two\n", 1);
	free(alive);
	alive = tempdir_read(tempdir_file(&tempdir, "journal.cut"), &len);
	assert_int_equal(len, 701);
	free(alive);
	journal_close(&j);
}

static void
an_octet_changed_in_the_middle_is_damage(void **state)
{
	const char *path = tempdir_file(&tempdir, "journal");
	struct journal *j = open_journal();
	size_t len, second, third;
	char *whole, text[200];

	(void)state;
	append(j, "first\n");
	second = journal_len(j);
	append(j, "second\n");
	third = journal_len(j);
	append(j, "third\n");
	journal_close(&j);
	whole = tempdir_read(path, &len);
	for (size_t i = 0; i < third; i++) {
		struct strbuf b;
		struct diag out;

		whole[i] ^= 1;
		tempdir_write(path, whole, len);
		whole[i] ^= 1;
		j = open_journal();
		strbuf_init(&b);
		diag_init(&out);
		assert_int_equal(journal_read(j, collect, &b, &out),
		    ERR_PARSE);
		(void)snprintf(text, sizeof(text), "%s: record %d at offset "
		    "%zu is damaged or missing", path, i < second ? 1 : 2,
		    i < second ? 0 : second);
		assert_string_equal(out.entries[0].text, text);
		assert_string_equal(b.text, "");
		strbuf_fini(&b);
		diag_fini(&out);
		journal_close(&j);
	}
	/* Refusing it has not changed it. */
	tempdir_write(path, whole, len);
	j = open_journal();
	expect(j, "1@2:first\n2@4:second\n3@6:third\n", 0);
	journal_close(&j);
	free(whole);
}

static void
a_missing_record_is_damage(void **state)
{
	const char *path = tempdir_file(&tempdir, "journal");
	struct journal *j = open_journal();
	size_t first, second, len;
	struct diag out;
	char *whole;

	(void)state;
	append(j, "a\n");
	first = journal_len(j);
	append(j, "b\n");
	second = journal_len(j);
	append(j, "c\n");
	journal_close(&j);
	whole = tempdir_read(path, &len);
	memmove(whole + first, whole + second, len - second);
	tempdir_write(path, whole, len - (second - first));
	j = open_journal();
	diag_init(&out);
	assert_int_equal(journal_read(j, collect, NULL, &out), ERR_PARSE);
	diag_fini(&out);
	journal_close(&j);
	free(whole);
}

/* A file size limit is a disk that fills up, at every octet of a record. */
static void
a_full_disk_refuses_and_forgets(void **state)
{
	const char *path = tempdir_file(&tempdir, "journal");
	struct journal *j = open_journal();
	struct rlimit was, now;
	size_t before, after;
	struct err e;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	append(j, "kept\n");
	before = journal_len(j);
	append(j, "measure\n");
	after = journal_len(j);
	(void)getrlimit(RLIMIT_FSIZE, &was);
	for (size_t size = after; size < after + (after - before); size++) {
		size_t len;

		now = was;
		now.rlim_cur = size;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
		assert_int_equal(journal_append(j, "refused\n", 8, &e),
		    ERR_NOSPACE);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
		assert_non_null(strstr(e.text, "journal: cannot write"));
		free(tempdir_read(path, &len));
		assert_int_equal(len, after);
	}
	append(j, "space\n");
	expect(j, "1@2:kept\n2@4:measure\n3@6:space\n", 0);
	journal_close(&j);
}

/* What a failed sync left in memory is not trusted: a new file takes over. */
static void
a_failed_sync_refuses_and_starts_a_new_file(void **state)
{
	struct journal *j = open_journal();
	struct err e;

	(void)state;
	append(j, "kept\n");
	sync_fails = 1;
	assert_int_equal(journal_append(j, "refused\n", 8, &e), ERR_IO);
	assert_non_null(strstr(e.text, "cannot sync"));
	expect(j, "1@2:kept\n", 0);
	append(j, "space\n");
	expect(j, "1@2:kept\n2@4:space\n", 0);
	journal_close(&j);
	j = open_journal();
	expect(j, "1@2:kept\n2@4:space\n", 0);
	journal_close(&j);
}

static void
put(struct journal *j, const char *body)
{
	struct err e;

	if (journal_write(j, body, strlen(body), &e) != 0)
		fail_msg("%s", e.text);
}

/* What a sync began with it acknowledges; what came since waits for the next. */
static void
records_that_wait_share_a_sync(void **state)
{
	struct journal *j = open_journal();
	int fd;

	(void)state;
	put(j, "one\n");
	fd = journal_sync_begin(j);
	put(j, "two\n");
	put(j, "three\n");
	assert_int_equal(fdatasync(fd), 0);
	assert_int_equal(journal_sync_end(j, 0, NULL), 0);
	assert_int_equal(journal_sync_begin(j), fd);
	assert_int_equal(journal_sync_end(j, 0, NULL), 0);
	expect(j, "1@2:one\n2@4:two\n3@6:three\n", 0);
	append(j, "four\n");
	expect(j, "1@2:one\n2@4:two\n3@6:three\n4@8:four\n", 0);
	journal_close(&j);
}

static void
a_sync_that_fails_takes_all_that_waits(void **state)
{
	struct journal *j = open_journal();
	struct err e;

	(void)state;
	append(j, "kept\n");
	put(j, "one\n");
	(void)journal_sync_begin(j);
	put(j, "two\n");
	assert_int_equal(journal_sync_end(j, EIO, &e), ERR_IO);
	assert_non_null(strstr(e.text, "cannot sync"));
	expect(j, "1@2:kept\n", 0);
	put(j, "again\n");
	(void)journal_sync_begin(j);
	assert_int_equal(journal_sync_end(j, ENOSPC, &e), ERR_NOSPACE);
	append(j, "more\n");
	expect(j, "1@2:kept\n2@4:more\n", 0);
	journal_close(&j);
	j = open_journal();
	expect(j, "1@2:kept\n2@4:more\n", 0);
	journal_close(&j);
}

/* A record that finds no room leaves alone those that wait before it. */
static void
a_full_disk_leaves_what_waits(void **state)
{
	struct journal *j = open_journal();
	struct rlimit was, now;
	struct err e;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	append(j, "kept\n");
	put(j, "waits\n");
	(void)journal_sync_begin(j);
	(void)getrlimit(RLIMIT_FSIZE, &was);
	now = was;
	now.rlim_cur = journal_len(j) + 10;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
	assert_int_equal(journal_write(j, "refused\n", 8, &e), ERR_NOSPACE);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_false(journal_must_settle(j));
	put(j, "space\n");
	assert_int_equal(journal_sync_end(j, 0, NULL), 0);
	(void)journal_sync_begin(j);
	assert_int_equal(journal_sync_end(j, 0, NULL), 0);
	expect(j, "1@2:kept\n2@4:waits\n3@6:space\n", 0);
	journal_close(&j);
}

/* A crash leaves the old records or the new one, never both, never neither. */
static void
one_record_takes_the_place_of_all(void **state)
{
	struct journal *j = open_journal();
	size_t len;

	(void)state;
	append(j, "one\n");
	append(j, "two\n");
	assert_int_equal(journal_replace(j, "both\n", 5, NULL), 0);
	expect(j, "3@2:both\n", 0);
	free(tempdir_read(tempdir_file(&tempdir, "journal"), &len));
	assert_int_equal(journal_len(j), len);
	append(j, "more\n");
	journal_close(&j);
	j = open_journal();
	expect(j, "3@2:both\n4@4:more\n", 0);
	journal_close(&j);
}

/* The directory cannot be written to: what was there goes on. */
static void
a_failed_replacement_leaves_the_records(void **state)
{
	struct journal *j = open_journal();
	struct rlimit was, now;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	append(j, "one\n");
	append(j, "two\n");
	(void)getrlimit(RLIMIT_FSIZE, &was);
	now = was;
	now.rlim_cur = 10;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
	assert_int_equal(journal_replace(j, "both\n", 5, NULL), ERR_NOSPACE);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	expect(j, "1@2:one\n2@4:two\n", 0);
	append(j, "three\n");
	journal_close(&j);
	j = open_journal();
	expect(j, "1@2:one\n2@4:two\n3@6:three\n", 0);
	journal_close(&j);
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, tempdir_set_up, \
	    tempdir_tear_down)
	static const struct CMUnitTest tests[] = {
		RULE(records_come_back_in_order),
		RULE(a_cut_anywhere_replays_to_the_last_whole_record),
		RULE(zeros_behind_the_records_are_room_and_no_damage),
		RULE(an_octet_changed_in_the_middle_is_damage),
		RULE(a_missing_record_is_damage),
		RULE(a_full_disk_refuses_and_forgets),
		RULE(a_failed_sync_refuses_and_starts_a_new_file),
		RULE(records_that_wait_share_a_sync),
		RULE(a_sync_that_fails_takes_all_that_waits),
		RULE(a_full_disk_leaves_what_waits),
		RULE(one_record_takes_the_place_of_all),
		RULE(a_failed_replacement_leaves_the_records),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
