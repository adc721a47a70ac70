/* tests/unit/core/model/test_store_dir.c - file and journal together: nothing
 * acknowledged is lost, nothing an operator wrote is overruled unsaid.
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
#include "core/model/journal.h"
#include "core/model/model.h"
#include "core/model/store.h"
#include "core/model/store_backend.h"
#include "core/model/store_dir.h"
#include "core/model/tmos_write.h"
#include "tests/unit/core/model/sample.h"
#include "tests/unit/core/model/tempdir.h"

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

static struct tempdir dir;
static const char *config, *state_dir, *journal;

static const char first_config[] =
    "# by hand\n"
    "test site s1 { }\n"
    "test site s2 { note \"two\" }\n"
    "test box big b { site s1 }\n";

static void
write_config(const char *text)
{
	tempdir_write(config, text, strlen(text));
}

static const char *
keep(char text[160], const char *path)
{
	(void)snprintf(text, 160, "%s", path);
	return text;
}

static int
setup(void **state)
{
	static char paths[3][160];

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	tempdir_make(&dir);
	config = keep(paths[0], tempdir_file(&dir, "t.conf"));
	state_dir = keep(paths[1], tempdir_file(&dir, "state"));
	journal = keep(paths[2], tempdir_file(&dir, "state/journal"));
	write_config(first_config);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	(void)umount2(state_dir, MNT_DETACH);
	tempdir_remove(&dir);
	return 0;
}

static struct store *
open_store(void)
{
	struct store_backend *be;
	struct err e;

	be = store_dir_open(config, state_dir, &e);
	if (be == NULL)
		fail_msg("%s", e.text);
	return store_new(&sample_schema, &be);
}

/* Loads and asserts the findings, without the path in front of them. */
static void
load(struct store *s, int code, const char *want)
{
	struct strbuf b;
	struct diag out;
	char line[1024];

	diag_init(&out);
	strbuf_init(&b);
	assert_int_equal(store_load(s, false, &out), code);
	for (size_t i = 0; i < out.count; i++) {
		size_t skip = strlen(dir.path) + 1;

		diag_format(&out.entries[i], line, sizeof(line));
		strbuf_printf(&b, "%s\n", strncmp(line, dir.path, skip - 1) ==
		    0 ? line + skip : line);
	}
	if (strcmp(b.text, want) != 0)
		fail_msg("findings:\n%swanted:\n%s", b.text, want);
	strbuf_fini(&b);
	diag_fini(&out);
}

static struct store *
loaded_store(void)
{
	struct store *s = open_store();

	load(s, 0, "");
	return s;
}

static int
commit_note(struct store *s, const char *site, const char *note,
    struct diag *out)
{
	struct draft *d = store_draft(s);
	struct object *o = draft_edit(d, &sample_site, site);
	int rc;

	if (o == NULL) {
		struct object *fresh = object_new(&sample_site, site);

		draft_put(d, &fresh);
		o = draft_edit(d, &sample_site, site);
	}
	(void)prop_set(prop_find(sample_site.props, "note", NULL), o, note,
	    NULL);
	rc = store_commit(s, &d, out);
	draft_free(&d);
	return rc;
}

static void
set_note(struct store *s, const char *site, const char *note)
{
	struct diag out;

	diag_init(&out);
	if (commit_note(s, site, note, &out) != 0)
		fail_msg("%s", out.entries[0].text);
	diag_fini(&out);
}

static void
delete_site(struct store *s, const char *site)
{
	struct draft *d = store_draft(s);
	struct diag out;

	diag_init(&out);
	assert_int_equal(draft_delete(d, &sample_site, site, NULL), 0);
	if (store_commit(s, &d, &out) != 0)
		fail_msg("%s", out.entries[0].text);
	diag_fini(&out);
}

static const char *
note_of(const struct store *s, const char *site)
{
	const struct object *o = model_find(store_model(s), &sample_site,
	    site);

	if (o == NULL)
		return "absent";
	return ((const struct site *)(const void *)o)->note;
}

static void
expect_note(const struct store *s, const char *site, const char *want)
{
	const char *note = note_of(s, site);

	if (want == NULL)
		assert_null(note);
	else
		assert_string_equal(note != NULL ? note : "none", want);
}

static void
commits_outlive_the_process(void **state)
{
	struct store *s = loaded_store();

	(void)state;
	set_note(s, "/Common/s1", "new \"note\"");
	set_note(s, "/Common/s3", "created");
	delete_site(s, "/Common/s2");
	store_free(&s);
	s = loaded_store();
	expect_note(s, "/Common/s1", "new \"note\"");
	expect_note(s, "/Common/s2", "absent");
	expect_note(s, "/Common/s3", "created");
	store_free(&s);
}

/* Blanks and comments are no edits; another object's edit is none of this. */
static void
edits_elsewhere_leave_the_journal_alone(void **state)
{
	struct store *s = loaded_store();

	(void)state;
	set_note(s, "/Common/s1", "journal");
	write_config("# other\n\ntest   site s1\n{ # why\n }\n"
	    "test site s2 { note \"by hand\" }\ntest box big b { site s1 }\n");
	load(s, 0, "");
	expect_note(s, "/Common/s1", "journal");
	expect_note(s, "/Common/s2", "by hand");
	store_free(&s);
	s = loaded_store();
	expect_note(s, "/Common/s1", "journal");
	store_free(&s);
}

static void
an_edited_object_counts_as_the_file_says(void **state)
{
	struct store *s = loaded_store();

	(void)state;
	set_note(s, "/Common/s1", "journal");
	set_note(s, "/Common/s3", "created");
	delete_site(s, "/Common/s2");
	write_config("test site s1 { note hand }\n"
	    "test site s3 { note mine }\n"
	    "test site s2 { note \"two again\" }\n"
	    "test box big b { site s1 }\n");
	load(s, 0,
	    "t.conf:1:1: warning: test site /Common/s1: was edited in the file "
	    "after change 1 was journaled; the file counts\n"
	    "t.conf:3:1: warning: test site /Common/s2: was edited in the file "
	    "after change 3 was journaled; the file counts\n"
	    "t.conf:2:1: warning: test site /Common/s3: was edited in the file "
	    "after change 2 was journaled; the file counts\n");
	expect_note(s, "/Common/s1", "hand");
	expect_note(s, "/Common/s2", "two again");
	expect_note(s, "/Common/s3", "mine");
	store_free(&s);
	/* Said once; and later changes go on from there. */
	s = loaded_store();
	expect_note(s, "/Common/s1", "hand");
	set_note(s, "/Common/s1", "journal again");
	store_free(&s);
	s = loaded_store();
	expect_note(s, "/Common/s1", "journal again");
	store_free(&s);
}

/* Editing the file back does not raise the change that it had overruled. */
static void
what_the_file_overruled_stays_overruled(void **state)
{
	struct store *s = loaded_store();

	(void)state;
	set_note(s, "/Common/s2", "journal");
	write_config("test site s1 { }\ntest box big b { site s1 }\n");
	load(s, 0, "warning: test site /Common/s2: was taken out of the file "
	    "after change 1 was journaled; the file counts\n");
	expect_note(s, "/Common/s2", "absent");
	write_config(first_config);
	load(s, 0, "t.conf:3:1: warning: test site /Common/s2: was edited in "
	    "the file after change 2 was journaled; the file counts\n");
	expect_note(s, "/Common/s2", "two");
	store_free(&s);
	s = loaded_store();
	expect_note(s, "/Common/s2", "two");
	store_free(&s);
}

static void
a_bad_file_changes_nothing(void **state)
{
	struct store *s = loaded_store();

	(void)state;
	set_note(s, "/Common/s1", "journal");
	write_config("test site s1 { note hand }\ntest box big b { site no }\n"
	    "test site s4 {\n    mote x\n}\n");
	load(s, ERR_UNKNOWN,
	    "t.conf:4:5: error: site /Common/s4: unknown property mote; did "
	    "you mean note\n"
	    "t.conf:1:1: warning: test site /Common/s1: was edited in the file "
	    "after change 1 was journaled; the file counts\n"
	    "t.conf:2:1: error: big box /Common/b: site: there is no test site "
	    "/Common/no\n");
	expect_note(s, "/Common/s1", "journal");
	set_note(s, "/Common/s2", "still working");
	/* What was refused has not moved what changes are based on. */
	write_config(first_config);
	load(s, 0, "");
	expect_note(s, "/Common/s1", "journal");
	expect_note(s, "/Common/s2", "still working");
	store_free(&s);
}

static void
saving_writes_the_file_and_empties_the_journal(void **state)
{
	struct store *s = loaded_store();
	struct stat st;
	char *text;
	size_t len;
	struct err e;

	(void)state;
	assert_int_equal(chmod(config, 0640), 0);
	set_note(s, "/Common/s1", "journal");
	delete_site(s, "/Common/s2");
	if (store_save(s, &e) != 0)
		fail_msg("%s", e.text);
	text = tempdir_read(config, NULL);
	assert_string_equal(text,
	    "#TMSH-VERSION: 15.1.0\n"
	    "test site /Common/s1 {\n    note journal\n}\n"
	    "test box big /Common/b {\n    site /Common/s1\n}\n");
	free(text);
	assert_int_equal(stat(config, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	text = tempdir_read(tempdir_file(&dir, "t.conf.bak"), NULL);
	assert_string_equal(text, first_config);
	free(text);
	free(tempdir_read(journal, &len));
	assert_int_equal(len, 0);
	/* Changes after a save are based on the file that it wrote. */
	set_note(s, "/Common/s1", "after");
	load(s, 0, "");
	expect_note(s, "/Common/s1", "after");
	store_free(&s);
	s = loaded_store();
	expect_note(s, "/Common/s1", "after");
	store_free(&s);
}

static void
saving_over_an_unread_edit_is_refused(void **state)
{
	struct store *s = loaded_store();
	char *text;
	struct err e;

	(void)state;
	write_config("test site unread { }\n");
	assert_int_equal(store_save(s, &e), ERR_CONFLICT);
	assert_non_null(strstr(e.text, "t.conf: was edited since it was "
	    "loaded"));
	text = tempdir_read(config, NULL);
	assert_string_equal(text, "test site unread { }\n");
	free(text);
	store_free(&s);
}

/* What the store says after it was opened anew. */
static char *
whole_state(void)
{
	struct store *s = loaded_store();
	struct strbuf b;

	strbuf_init(&b);
	tmos_write_model(&b, store_model(s));
	store_free(&s);
	return strbuf_take(&b);
}

static void
prepare_changes(void)
{
	struct store *s = loaded_store();
	struct draft *d;
	struct diag out;

	set_note(s, "/Common/s1", "journal");
	set_note(s, "/Common/s3", "created");
	delete_site(s, "/Common/s2");
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
		struct store *s = loaded_store();

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
		teardown(NULL);
		setup(NULL);
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
	struct store *s = loaded_store();
	size_t ends[4] = { 0 }, len;
	char *whole, number[8];

	(void)state;
	for (size_t i = 1; i <= 3; i++) {
		(void)snprintf(number, sizeof(number), "n%zu", i);
		set_note(s, "/Common/s1", number);
		free(tempdir_read(journal, &ends[i]));
	}
	store_free(&s);
	whole = tempdir_read(journal, &len);
	for (size_t cut = 0; cut <= len; cut++) {
		size_t n = 0;
		struct diag out;

		while (n < 3 && ends[n + 1] <= cut)
			n++;
		tempdir_write(journal, whole, cut);
		s = open_store();
		diag_init(&out);
		assert_int_equal(store_load(s, false, &out), 0);
		assert_int_equal(out.warnings, cut != ends[n]);
		diag_fini(&out);
		(void)snprintf(number, sizeof(number), "n%zu", n);
		expect_note(s, "/Common/s1", n > 0 ? number : NULL);
		store_free(&s);
	}
	free(whole);
}

static void
a_full_disk_refuses_the_change_and_keeps_the_state(void **state)
{
	struct store *s = loaded_store();
	struct rlimit was, now;
	struct diag out;
	size_t len;

	(void)state;
	set_note(s, "/Common/s1", "before");
	free(tempdir_read(journal, &len));
	(void)getrlimit(RLIMIT_FSIZE, &was);
	now = was;
	now.rlim_cur = len + 20;
	diag_init(&out);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
	assert_int_equal(commit_note(s, "/Common/s1", "refused", &out),
	    ERR_NOSPACE);
	assert_int_equal(store_save(s, NULL), ERR_NOSPACE);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_non_null(strstr(out.entries[0].text, "journal: cannot write"));
	diag_fini(&out);
	expect_note(s, "/Common/s1", "before");
	load(s, 0, "");
	expect_note(s, "/Common/s1", "before");
	set_note(s, "/Common/s2", "space again");
	store_free(&s);
	s = loaded_store();
	expect_note(s, "/Common/s1", "before");
	expect_note(s, "/Common/s2", "space again");
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
	assert_int_equal(mkdir(state_dir, 0700), 0);
	if (mount("none", state_dir, "tmpfs", 0, "size=16k") == -1)
		skip();
	s = loaded_store();
	set_note(s, "/Common/s1", "before");
	fd = open(tempdir_file(&dir, "state/ballast"), O_WRONLY | O_CREAT |
	    O_CLOEXEC, 0600);
	while (write(fd, note, sizeof(note)) > 0)
		;
	(void)close(fd);
	memset(note, 'x', sizeof(note));
	note[sizeof(note) - 1] = '\0';
	diag_init(&out);
	do {
		note[0] = (char)('a' + n % 26);
	} while (n++ < 100 && commit_note(s, "/Common/s2", note, &out) == 0);
	assert_true(out.errors > 0 && out.entries[0].code == ERR_NOSPACE);
	diag_fini(&out);
	(void)unlink(tempdir_file(&dir, "state/ballast"));
	set_note(s, "/Common/s3", "after");
	store_free(&s);
	s = loaded_store();
	expect_note(s, "/Common/s1", "before");
	note[0] = (char)('a' + (n - 2) % 26);
	expect_note(s, "/Common/s2", n > 1 ? note : "two");
	expect_note(s, "/Common/s3", "after");
	store_free(&s);
}

/* A child commits numbers and tells each one it was acknowledged for. */
static void
commit_until_killed(int tell)
{
	struct store *s = loaded_store();
	const char *was = note_of(s, "/Common/s1");
	char number[16];

	for (int i = was != NULL ? (int)strtol(was, NULL, 10) + 1 : 1;; i++) {
		(void)snprintf(number, sizeof(number), "%d", i);
		set_note(s, "/Common/s1", number);
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
		s = open_store();
		diag_init(&out);
		assert_int_equal(store_load(s, false, &out), 0);
		diag_fini(&out);
		total = (int)strtol(note_of(s, "/Common/s1"), NULL, 10);
		/* The one being written when it died may have made it. */
		assert_true(total == last || total == last + 1);
		store_free(&s);
	}
}

static void
a_second_process_is_refused_by_name(void **state)
{
	struct store *s = loaded_store();
	char want[80];
	int status;
	pid_t pid;

	(void)state;
	(void)snprintf(want, sizeof(want), "is in use by process %ld",
	    (long)getpid());
	pid = fork();
	if (pid == 0) {
		struct err e = { 0 };

		_exit(store_dir_open(config, state_dir, &e) == NULL &&
		    e.code == ERR_BUSY && strstr(e.text, want) != NULL ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	store_free(&s);
	/* And let in when the first has gone. */
	s = loaded_store();
	store_free(&s);
}

static void
without_state_directory_it_is_read_only(void **state)
{
	struct store_backend *be;
	struct store *s;
	struct diag out;
	struct err e;

	(void)state;
	be = store_dir_open(config, NULL, &e);
	assert_non_null(be);
	s = store_new(&sample_schema, &be);
	load(s, 0, "");
	expect_note(s, "/Common/s2", "two");
	diag_init(&out);
	assert_int_equal(commit_note(s, "/Common/s2", "x", &out), ERR_DENIED);
	diag_fini(&out);
	assert_int_equal(store_save(s, &e), ERR_DENIED);
	store_free(&s);
	assert_null(store_dir_open(tempdir_file(&dir, "no.conf"), NULL, &e));
	assert_int_equal(e.code, ERR_NOTFOUND);
}

static void
nonsense_in_the_journal_is_an_error_with_its_line(void **state)
{
	struct store *s = loaded_store();
	static const char *const bodies[] = {
		"base zz\ntest site x { }\n",
		"base -\ntest site x {\n    colour red\n}\n",
		"delete test sight x\n",
	};
	static const char *const wants[] = {
		"state/journal:2:1: error: base: a hash expected\n",
		"state/journal:4:5: error: site /Common/x: unknown property "
		"colour\n",
		"state/journal:2:1: error: test sight x: unknown type of object; "
		"did you mean test site\n",
	};

	(void)state;
	store_free(&s);
	for (size_t i = 0; i < 3; i++) {
		struct journal *j;

		(void)unlink(journal);
		assert_int_equal(journal_open(journal, &j, NULL), 0);
		assert_int_equal(journal_append(j, bodies[i],
		    strlen(bodies[i]), NULL), 0);
		journal_close(&j);
		s = open_store();
		load(s, i == 0 ? ERR_PARSE : ERR_UNKNOWN, wants[i]);
		store_free(&s);
	}
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		RULE(commits_outlive_the_process),
		RULE(edits_elsewhere_leave_the_journal_alone),
		RULE(an_edited_object_counts_as_the_file_says),
		RULE(what_the_file_overruled_stays_overruled),
		RULE(a_bad_file_changes_nothing),
		RULE(saving_writes_the_file_and_empties_the_journal),
		RULE(saving_over_an_unread_edit_is_refused),
		RULE(a_crash_anywhere_in_a_save_loses_nothing),
		RULE(a_journal_cut_anywhere_is_the_last_acknowledged_state),
		RULE(a_full_disk_refuses_the_change_and_keeps_the_state),
		RULE(a_full_file_system_is_the_same),
		RULE(a_kill_loses_nothing_acknowledged),
		RULE(a_second_process_is_refused_by_name),
		RULE(without_state_directory_it_is_read_only),
		RULE(nonsense_in_the_journal_is_an_error_with_its_line),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
