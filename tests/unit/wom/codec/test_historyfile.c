/* tests/unit/wom/codec/test_historyfile.c - SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/err.h"
#include "tests/unit/core/base/tempdir.h"
#include "wom/codec/historyfile.h"

#define RING	((size_t)4 << 20)
#define RING_AT	131072u		/* 4,096 and 1,024 heads, rounded up */
#define FORM	{ RING, 1024, { "whose it is" }, NULL }

static const struct historyfile_form form = FORM;
static uint8_t data[100000];

static const char *
path(void)
{
	return tempdir_file(&tempdir, "store");
}

static int
clean(void **state)
{
	(void)state;
	(void)unlink(path());
	return 0;
}

static struct historyfile *
open_form(const struct historyfile_form *as)
{
	struct err e = { 0 };
	struct historyfile *f = historyfile_open(path(), as, &e);

	if (f == NULL)
		fail_msg("%s", e.text);
	return f;
}

static void
is_refused(int code)
{
	struct err e = { 0 };

	assert_null(historyfile_open(path(), &form, &e));
	if (e.code != code)
		fail_msg("%d: %s", e.code, e.text);
}

static void
make_it(void)
{
	struct historyfile *f = open_form(&form);

	historyfile_close(&f);
	assert_null(f);
}

static void
change_octet(off_t at, uint8_t change)
{
	int fd = open(path(), O_RDWR);
	uint8_t octet;

	assert_int_equal(pread(fd, &octet, 1, at), 1);
	octet ^= change;
	assert_int_equal(pwrite(fd, &octet, 1, at), 1);
	assert_int_equal(close(fd), 0);
}

static off_t
size_of(void)
{
	struct stat st;

	assert_int_equal(stat(path(), &st), 0);
	return st.st_size;
}

static struct historyfile_head
some_head(uint64_t seq)
{
	struct historyfile_head h = { .seq = seq, .at = seq * 131072 % RING,
	    .len = 1 + (uint32_t)(seq * 997 % sizeof(data)) };

	memset(h.id.octets, (int)seq, sizeof(h.id.octets));
	return h;
}

static void
a_head_is_read_as_it_was_written(void **state)
{
	static const uint64_t seqs[] = { 1, 2, 1023, 1024, 5000000000 };
	struct historyfile *f = open_form(&form);
	struct historyfile_head got;

	(void)state;
	assert_string_equal(historyfile_anew(f), "it is new");
	for (size_t i = 0; i < 5; i++) {
		struct historyfile_head h = some_head(seqs[i]);

		memset(data, (int)i, sizeof(data));
		assert_true(historyfile_write(f, &h, data));
		assert_memory_equal(historyfile_ring(f) + h.at, data, h.len);
	}
	historyfile_close(&f);
	f = open_form(&form);
	assert_null(historyfile_anew(f));
	for (size_t i = 0; i < 5; i++) {
		struct historyfile_head h = some_head(seqs[i]);

		memset(&got, 0, sizeof(got));
		assert_int_equal(historyfile_read(f, (uint32_t)(seqs[i] % 1024),
		    &got), HISTORYFILE_WHOLE);
		assert_int_equal(got.seq, h.seq);
		assert_int_equal(got.at, h.at);
		assert_int_equal(got.len, h.len);
		assert_true(blockid_equal(&got.id, &h.id));
		assert_int_equal(historyfile_ring(f)[h.at + h.len - 1], i);
	}
	assert_int_equal(historyfile_read(f, 3, &got), HISTORYFILE_EMPTY);
	historyfile_erase(f, 2);
	assert_int_equal(historyfile_read(f, 2, &got), HISTORYFILE_EMPTY);
	assert_int_equal(historyfile_read(f, 1, &got), HISTORYFILE_WHOLE);
	historyfile_close(&f);
}

/* Each octet of a head, and each head of another file of ours. */
static void
a_torn_or_foreign_head_is_none(void **state)
{
	struct historyfile *f = open_form(&form);
	struct historyfile_head h = some_head(7), got;
	char *first;
	size_t len;
	int fd;

	(void)state;
	assert_true(historyfile_write(f, &h, data));
	historyfile_close(&f);
	for (off_t i = 0; i < 64; i++) {
		change_octet(4096 + 7 * 64 + i, 0x10);
		f = open_form(&form);
		assert_int_equal(historyfile_read(f, 7, &got),
		    HISTORYFILE_TORN);
		historyfile_close(&f);
		change_octet(4096 + 7 * 64 + i, 0x10);
	}
	first = tempdir_read(path(), &len);
	assert_int_equal(unlink(path()), 0);
	make_it();
	fd = open(path(), O_WRONLY);
	assert_int_equal(pwrite(fd, first + 4096, 65536, 4096), 65536);
	assert_int_equal(close(fd), 0);
	free(first);
	f = open_form(&form);
	assert_int_equal(historyfile_read(f, 7, &got), HISTORYFILE_TORN);
	historyfile_close(&f);
}

static void
of_another_form_it_begins_anew_and_says_why(void **state)
{
	static const struct historyfile_form size = { RING + 4096, 1024,
	    { "whose it is" }, NULL }, slots = { RING, 1023,
	    { "whose it is" }, NULL },
	    secret = { RING, 1024, { "whose it was" }, NULL };
	static const struct { const struct historyfile_form *form;
	    const char *why; } step[] = {
		{ &form, "it is new" }, { &form, NULL },
		{ &size, "it was made for another size" }, { &size, NULL },
		{ &slots, "it was made for another size" },
		{ &form, "it was made for another size" },
		{ &secret, "its names were made with another secret" },
		{ &secret, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct historyfile *f = open_form(step[i].form);
		struct historyfile_head h = some_head(3), got;
		const char *why = historyfile_anew(f);

		if (step[i].why == NULL)
			assert_null(why);
		else
			assert_string_equal(why, step[i].why);
		assert_int_equal(historyfile_read(f, 3, &got), why == NULL ?
		    HISTORYFILE_WHOLE : HISTORYFILE_EMPTY);
		assert_true(historyfile_write(f, &h, data));
		historyfile_close(&f);
		assert_int_equal(size_of(), RING_AT + step[i].form->octets);
	}
}

/* One sector may go; when both copies have, it is told. */
static void
its_head_is_there_twice(void **state)
{
	struct historyfile *f;

	(void)state;
	make_it();
	for (off_t i = 0; i < 64; i++) {
		off_t at = i % 2 == 0 ? i : 2048 + i;

		change_octet(at, 0x41);
		f = open_form(&form);
		assert_null(historyfile_anew(f));
		historyfile_close(&f);
		change_octet(at, 0x41);
	}
	change_octet(30, 1);
	change_octet(2048 + 30, 1);
	f = open_form(&form);
	assert_string_equal(historyfile_anew(f), "its head is damaged");
	historyfile_close(&f);
	change_octet(11, 2);
	change_octet(2048 + 11, 2);
	f = open_form(&form);
	assert_string_equal(historyfile_anew(f),
	    "it was written by another version");
	historyfile_close(&f);
}

static void
what_is_something_else_is_left_alone(void **state)
{
	struct err e = { 0 };
	char *now;
	size_t len;

	(void)state;
	memset(data, 'x', sizeof(data));
	tempdir_write(path(), data, sizeof(data));
	assert_int_equal(chmod(path(), 0600), 0);
	is_refused(ERR_EXISTS);
	now = tempdir_read(path(), &len);
	assert_int_equal(len, sizeof(data));
	assert_memory_equal(now, data, len);
	free(now);
	assert_null(historyfile_open("/dev/null", &form, &e));
	assert_int_equal(e.code, ERR_REF);
	assert_null(historyfile_open("/nowhere/store", &form, &e));
	assert_int_equal(e.code, ERR_IO);
	/* Nor does a name lead there. */
	assert_int_equal(rename(path(), tempdir_file(&tempdir, "other")), 0);
	assert_int_equal(symlink("other", path()), 0);
	is_refused(ERR_IO);
}

static void
one_has_it_at_a_time(void **state)
{
	struct historyfile *f = open_form(&form);

	(void)state;
	is_refused(ERR_BUSY);
	historyfile_close(&f);
	f = open_form(&form);
	historyfile_close(&f);
}

static void
others_may_not_read_it(void **state)
{
	struct stat st;

	(void)state;
	make_it();
	assert_int_equal(stat(path(), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(chmod(path(), 0640), 0);
	is_refused(ERR_DENIED);
}

static void
all_its_room_is_taken_at_once(void **state)
{
	struct stat st;

	(void)state;
	make_it();
	assert_int_equal(stat(path(), &st), 0);
	assert_int_equal(st.st_size, RING_AT + RING);
	assert_true(st.st_blocks * 512 >= st.st_size);
	/* Also what somebody has cut off or put on since. */
	assert_int_equal(truncate(path(), 70000), 0);
	make_it();
	assert_int_equal(size_of(), RING_AT + RING);
	assert_int_equal(truncate(path(), RING_AT + RING + 10), 0);
	make_it();
	assert_int_equal(size_of(), RING_AT + RING);
}

/* As full as a limit makes it. */
static void
without_room_it_says_so_and_takes_none(void **state)
{
	struct rlimit was, less = { 1 << 20, 0 };

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	less.rlim_max = was.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &less), 0);
	is_refused(ERR_NOSPACE);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(size_of(), 0);
	make_it();
	assert_int_equal(truncate(path(), 500000), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &less), 0);
	is_refused(ERR_NOSPACE);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(size_of(), 500000);
}

/* 0: as it should be; 1: not; 2: this system does not let us look. */
static int
fill_a_small_disk(void)
{
	struct err e = { 0 };
	struct statvfs st;

	if (unshare(CLONE_NEWNS) == -1 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("small", tempdir.path, "tmpfs", 0, "size=2m") == -1)
		return 2;
	if (historyfile_open(path(), &form, &e) != NULL ||
	    e.code != ERR_NOSPACE)
		return 1;
	/* None of it stays. */
	return statvfs(tempdir.path, &st) == 0 &&
	    st.f_bfree + 1 >= st.f_blocks ? 0 : 1;
}

static void
a_full_disk_is_told(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	assert_int_not_equal(child, -1);
	if (child == 0)
		_exit(fill_a_small_disk());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 2)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_head_is_read_as_it_was_written,
		    clean),
		cmocka_unit_test_teardown(a_torn_or_foreign_head_is_none,
		    clean),
		cmocka_unit_test_teardown(
		    of_another_form_it_begins_anew_and_says_why, clean),
		cmocka_unit_test_teardown(its_head_is_there_twice, clean),
		cmocka_unit_test_teardown(what_is_something_else_is_left_alone,
		    clean),
		cmocka_unit_test_teardown(one_has_it_at_a_time, clean),
		cmocka_unit_test_teardown(others_may_not_read_it, clean),
		cmocka_unit_test_teardown(all_its_room_is_taken_at_once,
		    clean),
		cmocka_unit_test_teardown(
		    without_room_it_says_so_and_takes_none, clean),
		cmocka_unit_test_teardown(a_full_disk_is_told, clean),
	};

	return cmocka_run_group_tests_name("historyfile", tests,
	    tempdir_set_up, tempdir_tear_down);
}
