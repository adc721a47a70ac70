/* tests/unit/core/model/test_store_faults.c - crashes, kills, cuts and full
 * disks: nothing that was acknowledged is lost, nothing refused comes back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/store.h"
#include "core/model/tmos_write.h"
#include "tests/unit/core/model/sample.h"
#include "tests/unit/core/model/storekit.h"

#define RULE(name) \
	cmocka_unit_test_setup_teardown(name, storekit_setup, storekit_teardown)

#define CRASHED	77	/* exit code of a child that was told to crash */

/* Crashes the process at the n-th system call that changes a file. 0 = never. */
static unsigned crash_at;

static void
maybe_crash(void)
{
	if (crash_at > 0 && --crash_at == 0)
		_exit(CRASHED);
}

int
rename(const char *from, const char *to)
{
	maybe_crash();
	return (int)syscall(SYS_rename, from, to);
}

int
fsync(int fd)
{
	maybe_crash();
	return (int)syscall(SYS_fsync, fd);
}

int
ftruncate(int fd, off_t len)
{
	maybe_crash();
	return (int)syscall(SYS_ftruncate, fd, len);
}

int
fdatasync(int fd)
{
	maybe_crash();
	return (int)syscall(SYS_fdatasync, fd);
}

/* What the store says after it was opened anew. */
static char *
whole_state(void)
{
	struct store *s = storekit_loaded();
	struct strbuf b;

	strbuf_init(&b);
	tmos_write_model(&b, store_model(s));
	store_free(&s);
	return strbuf_take(&b);
}

/* Without the zeros that a living journal has behind its records. */
static size_t
journal_octets(void)
{
	char *text = tempdir_read(storekit_journal, NULL);
	size_t len = strlen(text);

	free(text);
	return len;
}

static void
prepare_changes(void)
{
	struct store *s = storekit_loaded();
	struct draft *d;
	struct diag out;

	storekit_set_note(s, "/Common/s1", "journal");
	storekit_set_note(s, "/Common/s3", "created");
	storekit_delete_site(s, "/Common/s2");
	diag_init(&out);
	d = store_draft(s);
	(void)prop_set(prop_find(sample_knobs.props, "threads", NULL),
	    draft_edit(d, &sample_knobs, ""), "4", NULL);
	assert_int_equal(store_commit(s, &d, &out), 0);
	d = store_draft(s);
	(void)prop_set(prop_find(sample_knobs.props, "threads", NULL),
	    draft_edit(d, &sample_knobs, ""), "auto", NULL);
	assert_int_equal(store_commit(s, &d, &out), 0);
	diag_fini(&out);
	store_free(&s);
}

/* Saves in a child that crashes at its n-th change of a file; true when it did
 * not get that far. */
static bool
save_and_crash(unsigned n)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct store *s = storekit_loaded();

		crash_at = n;
		_exit(store_save(s, NULL) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == 0 ||
	    WEXITSTATUS(status) == CRASHED);
	return WEXITSTATUS(status) == 0;
}

static void
a_crash_anywhere_in_a_save_loses_nothing(void **state)
{
	char *want, *got;
	unsigned n = 1;
	bool whole;

	(void)state;
	do {
		storekit_teardown(NULL);
		storekit_setup(NULL);
		prepare_changes();
		want = whole_state();
		whole = save_and_crash(n++);
		/* Without a warning: nobody has edited anything. */
		got = whole_state();
		assert_string_equal(got, want);
		free(got);
		free(want);
	} while (!whole);
	/* Backup and file: sync, rename, sync each; journal: cut, sync. */
	assert_true(n > 8);
}

/* The journal with three changes in it, cut at every octet. */
static void
a_journal_cut_anywhere_is_the_last_acknowledged_state(void **state)
{
	struct store *s = storekit_loaded();
	size_t ends[4] = { 0 }, len;
	char *whole, number[8];

	(void)state;
	for (size_t i = 1; i <= 3; i++) {
		(void)snprintf(number, sizeof(number), "n%zu", i);
		storekit_set_note(s, "/Common/s1", number);
		ends[i] = journal_octets();
	}
	store_free(&s);
	whole = tempdir_read(storekit_journal, &len);
	for (size_t cut = 0; cut <= len; cut++) {
		size_t n = 0;
		struct diag out;

		while (n < 3 && ends[n + 1] <= cut)
			n++;
		tempdir_write(storekit_journal, whole, cut);
		s = storekit_open();
		diag_init(&out);
		assert_int_equal(store_load(s, false, &out), 0);
		assert_int_equal(out.warnings, cut != ends[n]);
		diag_fini(&out);
		(void)snprintf(number, sizeof(number), "n%zu", n);
		storekit_expect_note(s, "/Common/s1", n > 0 ? number : NULL);
		store_free(&s);
	}
	free(whole);
}

static void
a_full_disk_refuses_the_change_and_keeps_the_state(void **state)
{
	struct store *s = storekit_loaded();
	struct rlimit was, now;
	struct diag out;
	size_t len;

	(void)state;
	storekit_set_note(s, "/Common/s1", "before");
	len = journal_octets();
	(void)getrlimit(RLIMIT_FSIZE, &was);
	now = was;
	now.rlim_cur = len + 20;
	diag_init(&out);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
	assert_int_equal(storekit_commit_note(s, "/Common/s1", "refused", &out),
	    ERR_NOSPACE);
	assert_int_equal(store_save(s, NULL), ERR_NOSPACE);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_non_null(strstr(out.entries[0].text, "journal: cannot write"));
	diag_fini(&out);
	storekit_expect_note(s, "/Common/s1", "before");
	storekit_load(s, 0, "");
	storekit_expect_note(s, "/Common/s1", "before");
	storekit_set_note(s, "/Common/s2", "space again");
	store_free(&s);
	s = storekit_loaded();
	storekit_expect_note(s, "/Common/s1", "before");
	storekit_expect_note(s, "/Common/s2", "space again");
	store_free(&s);
}

/* A real full file system, where we may mount one. */
static void
a_full_file_system_is_the_same(void **state)
{
	struct store *s;
	struct diag out;
	char note[300];
	int fd, n = 0;

	(void)state;
	assert_int_equal(mkdir(storekit_state, 0700), 0);
	if (mount("none", storekit_state, "tmpfs", 0, "size=16k") == -1)
		skip();
	s = storekit_loaded();
	storekit_set_note(s, "/Common/s1", "before");
	fd = open(tempdir_file(&storekit_dir, "state/ballast"), O_WRONLY | O_CREAT |
	    O_CLOEXEC, 0600);
	while (write(fd, note, sizeof(note)) > 0)
		;
	(void)close(fd);
	memset(note, 'x', sizeof(note));
	note[sizeof(note) - 1] = '\0';
	diag_init(&out);
	do {
		note[0] = (char)('a' + n % 26);
	} while (n++ < 100 && storekit_commit_note(s, "/Common/s2", note, &out) == 0);
	assert_true(out.errors > 0 && out.entries[0].code == ERR_NOSPACE);
	diag_fini(&out);
	(void)unlink(tempdir_file(&storekit_dir, "state/ballast"));
	storekit_set_note(s, "/Common/s3", "after");
	store_free(&s);
	s = storekit_loaded();
	storekit_expect_note(s, "/Common/s1", "before");
	note[0] = (char)('a' + (n - 2) % 26);
	storekit_expect_note(s, "/Common/s2", n > 1 ? note : "two");
	storekit_expect_note(s, "/Common/s3", "after");
	store_free(&s);
}

/* A child commits numbers and tells each one it was acknowledged for. */
static void
commit_until_killed(int tell)
{
	struct store *s = storekit_loaded();
	const char *was = storekit_note(s, "/Common/s1");
	char number[16];

	for (int i = was != NULL ? (int)strtol(was, NULL, 10) + 1 : 1;; i++) {
		(void)snprintf(number, sizeof(number), "%d", i);
		storekit_set_note(s, "/Common/s1", number);
		if (write(tell, &i, sizeof(i)) != sizeof(i))
			_exit(1);
	}
}

static void
a_kill_loses_nothing_acknowledged(void **state)
{
	int total = 0;

	(void)state;
	for (int round = 0; round < 12; round++) {
		int ends[2], last = 0, i, status;
		struct diag out;
		struct store *s;
		pid_t pid;

		assert_int_equal(pipe(ends), 0);
		pid = fork();
		if (pid == 0) {
			(void)close(ends[0]);
			commit_until_killed(ends[1]);
		}
		(void)close(ends[1]);
		/* Some way into its work, wherever that is by then. */
		while (last < total + 5 + round * 3 &&
		    read(ends[0], &i, sizeof(i)) == sizeof(i))
			last = i;
		assert_int_equal(kill(pid, SIGKILL), 0);
		while (read(ends[0], &i, sizeof(i)) == sizeof(i))
			last = i;
		assert_int_equal(waitpid(pid, &status, 0), pid);
		(void)close(ends[0]);
		s = storekit_open();
		diag_init(&out);
		assert_int_equal(store_load(s, false, &out), 0);
		diag_fini(&out);
		total = (int)strtol(storekit_note(s, "/Common/s1"), NULL, 10);
		/* The one being written when it died may have made it. */
		assert_true(total == last || total == last + 1);
		store_free(&s);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		RULE(a_crash_anywhere_in_a_save_loses_nothing),
		RULE(a_journal_cut_anywhere_is_the_last_acknowledged_state),
		RULE(a_full_disk_refuses_the_change_and_keeps_the_state),
		RULE(a_full_file_system_is_the_same),
		RULE(a_kill_loses_nothing_acknowledged),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
