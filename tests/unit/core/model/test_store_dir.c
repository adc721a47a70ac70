/* tests/unit/core/model/test_store_dir.c - file and journal together: nothing
 * an operator wrote is overruled unsaid. Faults: test_store_faults.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/journal.h"
#include "core/model/model.h"
#include "core/model/store.h"
#include "core/model/store_backend.h"
#include "core/model/store_dir.h"
#include "tests/unit/core/model/sample.h"
#include "tests/unit/core/model/storekit.h"

#define RULE(name) \
	cmocka_unit_test_setup_teardown(name, storekit_setup, storekit_teardown)

static void
commits_outlive_the_process(void **state)
{
	struct store *s = storekit_loaded();

	(void)state;
	storekit_set_note(s, "/Common/s1", "new \"note\"");
	storekit_set_note(s, "/Common/s3", "created");
	storekit_delete_site(s, "/Common/s2");
	store_free(&s);
	s = storekit_loaded();
	storekit_expect_note(s, "/Common/s1", "new \"note\"");
	storekit_expect_note(s, "/Common/s2", "absent");
	storekit_expect_note(s, "/Common/s3", "created");
	store_free(&s);
}

/* Blanks and comments are no edits; another object's edit is none of this. */
static void
edits_elsewhere_leave_the_journal_alone(void **state)
{
	struct store *s = storekit_loaded();

	(void)state;
	storekit_set_note(s, "/Common/s1", "journal");
	storekit_write("# other\n\ntest   site s1\n{ # why\n }\n"
	    "test site s2 { note \"by hand\" }\ntest box big b { site s1 }\n");
	storekit_load(s, 0, "");
	storekit_expect_note(s, "/Common/s1", "journal");
	storekit_expect_note(s, "/Common/s2", "by hand");
	store_free(&s);
	s = storekit_loaded();
	storekit_expect_note(s, "/Common/s1", "journal");
	store_free(&s);
}

static void
an_edited_object_counts_as_the_file_says(void **state)
{
	struct store *s = storekit_loaded();

	(void)state;
	storekit_set_note(s, "/Common/s1", "journal");
	storekit_set_note(s, "/Common/s3", "created");
	storekit_delete_site(s, "/Common/s2");
	storekit_write("test site s1 { note hand }\n"
	    "test site s3 { note mine }\n"
	    "test site s2 { note \"two again\" }\n"
	    "test box big b { site s1 }\n");
	storekit_load(s, 0,
	    "t.conf:1:1: warning: test site /Common/s1: was edited in the file "
	    "after change 1 was journaled; the file counts\n"
	    "t.conf:3:1: warning: test site /Common/s2: was edited in the file "
	    "after change 3 was journaled; the file counts\n"
	    "t.conf:2:1: warning: test site /Common/s3: was edited in the file "
	    "after change 2 was journaled; the file counts\n");
	storekit_expect_note(s, "/Common/s1", "hand");
	storekit_expect_note(s, "/Common/s2", "two again");
	storekit_expect_note(s, "/Common/s3", "mine");
	store_free(&s);
	/* Said once; and later changes go on from there. */
	s = storekit_loaded();
	storekit_expect_note(s, "/Common/s1", "hand");
	storekit_set_note(s, "/Common/s1", "journal again");
	store_free(&s);
	s = storekit_loaded();
	storekit_expect_note(s, "/Common/s1", "journal again");
	store_free(&s);
}

/* Editing the file back does not raise the change that it had overruled. */
static void
what_the_file_overruled_stays_overruled(void **state)
{
	struct store *s = storekit_loaded();

	(void)state;
	storekit_set_note(s, "/Common/s2", "journal");
	storekit_write("test site s1 { }\ntest box big b { site s1 }\n");
	storekit_load(s, 0, "warning: test site /Common/s2: was taken out of the file "
	    "after change 1 was journaled; the file counts\n");
	storekit_expect_note(s, "/Common/s2", "absent");
	storekit_write(storekit_first);
	storekit_load(s, 0, "t.conf:3:1: warning: test site /Common/s2: was edited in "
	    "the file after change 2 was journaled; the file counts\n");
	storekit_expect_note(s, "/Common/s2", "two");
	store_free(&s);
	s = storekit_loaded();
	storekit_expect_note(s, "/Common/s2", "two");
	store_free(&s);
}

static void
a_bad_file_changes_nothing(void **state)
{
	struct store *s = storekit_loaded();

	(void)state;
	storekit_set_note(s, "/Common/s1", "journal");
	storekit_write("test site s1 { note hand }\ntest box big b { site no }\n"
	    "test site s4 {\n    mote x\n}\n");
	storekit_load(s, ERR_UNKNOWN,
	    "t.conf:4:5: error: site /Common/s4: unknown property mote; did "
	    "you mean note\n"
	    "t.conf:1:1: warning: test site /Common/s1: was edited in the file "
	    "after change 1 was journaled; the file counts\n"
	    "t.conf:2:1: error: big box /Common/b: site: there is no test site "
	    "/Common/no\n");
	storekit_expect_note(s, "/Common/s1", "journal");
	storekit_set_note(s, "/Common/s2", "still working");
	/* What was refused has not moved what changes are based on. */
	storekit_write(storekit_first);
	storekit_load(s, 0, "");
	storekit_expect_note(s, "/Common/s1", "journal");
	storekit_expect_note(s, "/Common/s2", "still working");
	store_free(&s);
}

static void
saving_writes_the_file_and_empties_the_journal(void **state)
{
	struct store *s = storekit_loaded();
	struct stat st;
	char *text;
	size_t len;
	struct err e;

	(void)state;
	assert_int_equal(chmod(storekit_config, 0640), 0);
	storekit_set_note(s, "/Common/s1", "journal");
	storekit_delete_site(s, "/Common/s2");
	if (store_save(s, &e) != 0)
		fail_msg("%s", e.text);
	text = tempdir_read(storekit_config, NULL);
	assert_string_equal(text,
	    "#TMSH-VERSION: 15.1.0\n"
	    "test site /Common/s1 {\n    note journal\n}\n"
	    "test box big /Common/b {\n    site /Common/s1\n}\n");
	free(text);
	assert_int_equal(stat(storekit_config, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	text = tempdir_read(tempdir_file(&storekit_dir, "t.conf.bak"), NULL);
	assert_string_equal(text, storekit_first);
	free(text);
	free(tempdir_read(storekit_journal, &len));
	assert_int_equal(len, 0);
	/* Changes after a save are based on the file that it wrote. */
	storekit_set_note(s, "/Common/s1", "after");
	storekit_load(s, 0, "");
	storekit_expect_note(s, "/Common/s1", "after");
	store_free(&s);
	s = storekit_loaded();
	storekit_expect_note(s, "/Common/s1", "after");
	store_free(&s);
}

static void
saving_over_an_unread_edit_is_refused(void **state)
{
	struct store *s = storekit_loaded();
	char *text;
	struct err e;

	(void)state;
	storekit_write("test site unread { }\n");
	assert_int_equal(store_save(s, &e), ERR_CONFLICT);
	assert_non_null(strstr(e.text, "t.conf: was edited since it was "
	    "loaded"));
	text = tempdir_read(storekit_config, NULL);
	assert_string_equal(text, "test site unread { }\n");
	free(text);
	store_free(&s);
}

/* 40 changes of 60,000 octets to one object, and one to another. */
static void
a_long_journal_keeps_the_last_words_only(void **state)
{
	struct store *s = storekit_loaded();
	char *text = malloc(60001);
	struct stat st;
	char head[16];

	(void)state;
	storekit_set_note(s, "/Common/s2", "first of all");
	memset(text, 'x', 60000);
	text[60000] = '\0';
	for (int i = 0; i < 90; i++) {
		struct draft *d = store_draft(s);
		struct object *o = object_new(&sample_gauge_slow, "/Common/g");
		struct diag out;

		(void)snprintf(head, sizeof(head), "n%d", i);
		memcpy(text, head, strlen(head));
		assert_int_equal(prop_set(prop_find(sample_gauge_slow.props,
		    "send", NULL), o, text, NULL), 0);
		draft_put(d, &o);
		diag_init(&out);
		assert_int_equal(store_commit(s, &d, &out), 0);
		diag_fini(&out);
	}
	assert_int_equal(stat(storekit_journal, &st), 0);
	assert_in_range(st.st_size, 60000, 2500000);
	storekit_set_note(s, "/Common/s1", "last");
	store_free(&s);
	s = storekit_loaded();
	storekit_expect_note(s, "/Common/s1", "last");
	storekit_expect_note(s, "/Common/s2", "first of all");
	assert_string_equal(((const struct gauge *)(const void *)model_find(
	    store_model(s), &sample_gauge_slow, "/Common/g"))->send, text);
	store_free(&s);
	free(text);
}

static bool keep_refuses;

static char *
note_of(void *arg, const struct store_change *changes, size_t count,
    const struct draft *now, struct err *e)
{
	(void)arg;
	(void)e;
	assert_true(count > 0);
	assert_ptr_equal(draft_find(now, changes[0].now->type,
	    changes[0].now->name), changes[0].now);
	return mem_printf("note of %s", changes[0].now->name);
}

static int
keep(void *arg, struct strbuf *lines, struct err *e)
{
	(void)arg;
	if (keep_refuses)
		return err_set(e, ERR_IO, "not now");
	strbuf_add(lines, "kept\nkept too\n");
	return 0;
}

static void
collect_line(void *arg, const char *line)
{
	strbuf_printf(arg, "%s|", line);
}

static void
expect_notes(struct store *s, const char *want)
{
	struct strbuf b;

	strbuf_init(&b);
	assert_int_equal(store_notes(s, collect_line, &b, NULL), 0);
	assert_string_equal(b.text, want);
	strbuf_fini(&b);
}

/* They are on disk with the change, and outlive the records when their owner
 * still needs them; without a word of its owner none is thrown away. */
static void
lines_ride_with_commits_and_outlive_a_save(void **state)
{
	const struct store_noter noter = { note_of, keep, NULL };
	struct store *s = storekit_loaded();
	struct err e;

	(void)state;
	keep_refuses = false;
	store_noter(s, &noter);
	storekit_set_note(s, "/Common/s1", "x");
	assert_int_equal(store_note(s, "alone # \"{", &e), 0);
	expect_notes(s, "note of /Common/s1|alone # \"{|");
	store_free(&s);
	s = storekit_loaded();
	storekit_expect_note(s, "/Common/s1", "x");
	expect_notes(s, "note of /Common/s1|alone # \"{|");
	assert_int_equal(store_save(s, &e), ERR_BUSY);
	store_noter(s, &noter);
	keep_refuses = true;
	assert_int_equal(store_save(s, &e), ERR_IO);
	expect_notes(s, "note of /Common/s1|alone # \"{|");
	keep_refuses = false;
	assert_int_equal(store_save(s, &e), 0);
	expect_notes(s, "kept|kept too|");
	store_free(&s);
	s = storekit_loaded();
	storekit_expect_note(s, "/Common/s1", "x");
	expect_notes(s, "kept|kept too|");
	store_free(&s);
}

static void
a_second_process_is_refused_by_name(void **state)
{
	struct store *s = storekit_loaded();
	char want[80];
	int status;
	pid_t pid;

	(void)state;
	(void)snprintf(want, sizeof(want), "is in use by process %ld",
	    (long)getpid());
	pid = fork();
	if (pid == 0) {
		struct err e = { 0 };

		_exit(store_dir_open(storekit_config, storekit_state, &e) == NULL &&
		    e.code == ERR_BUSY && strstr(e.text, want) != NULL ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	store_free(&s);
	/* And let in when the first has gone. */
	s = storekit_loaded();
	store_free(&s);
}

static struct store *
guest_loaded(void)
{
	struct store_backend *be;
	struct store *s;
	struct err e;

	be = store_dir_open_guest(storekit_config, storekit_state, &e);
	assert_non_null(be);
	s = store_new(&sample_schema, &be);
	storekit_load(s, 0, "");
	return s;
}

static void
commits(struct store *s, const char *note, int code)
{
	struct diag out;

	diag_init(&out);
	assert_int_equal(storekit_commit_note(s, "/Common/s2", note, &out),
	    code);
	diag_fini(&out);
}

static void
an_heir_goes_on_where_the_holder_was(void **state)
{
	struct store *holder = storekit_loaded(), *heir;
	struct diag out;
	struct err e;
	int lock;

	(void)state;
	commits(holder, "before", 0);
	lock = store_lend(holder, &e);
	assert_true(lock >= 0);
	commits(holder, "lent", ERR_BUSY);
	assert_int_equal(store_save(holder, &e), ERR_BUSY);
	assert_int_equal(store_note(holder, "lent", &e), ERR_BUSY);
	assert_int_equal(store_lend(holder, &e), ERR_BUSY);
	heir = guest_loaded();
	storekit_expect_note(heir, "/Common/s2", "before");
	commits(heir, "guest", ERR_BUSY);
	assert_int_equal(store_take(heir, dup(lock), &e), 0);
	commits(heir, "unsure", ERR_BUSY);
	diag_init(&out);
	store_leave(holder);
	store_own(heir, &out);
	assert_int_equal(out.count, 0);
	diag_fini(&out);
	commits(heir, "after", 0);
	/* Neither the lock nor the record goes with the one who left. */
	store_free(&holder);
	assert_null(store_dir_open(storekit_config, storekit_state, &e));
	assert_int_equal(e.code, ERR_BUSY);
	store_free(&heir);
	heir = storekit_loaded();
	storekit_expect_note(heir, "/Common/s2", "after");
	store_free(&heir);
}

static void
a_holder_goes_on_when_the_heir_is_gone(void **state)
{
	struct store *holder = storekit_loaded(), *heir;
	struct err e;
	char text[24] = "";
	int lock;

	(void)state;
	commits(holder, "before", 0);
	lock = store_lend(holder, &e);
	heir = guest_loaded();
	assert_int_equal(store_take(heir, dup(lock), &e), 0);
	store_free(&heir);
	store_regain(holder);
	commits(holder, "after", 0);
	assert_true(pread(lock, text, sizeof(text) - 1, 0) > 0);
	assert_int_equal(strtol(text, NULL, 10), getpid());
	store_free(&holder);
	holder = storekit_loaded();
	storekit_expect_note(holder, "/Common/s2", "after");
	store_free(&holder);
}

static void
an_heir_that_missed_a_change_is_refused(void **state)
{
	struct store *holder = storekit_loaded(), *heir = guest_loaded();
	struct err e;
	int lock;

	(void)state;
	commits(holder, "missed", 0);
	lock = store_lend(holder, &e);
	assert_int_equal(store_take(heir, dup(lock), &e), ERR_CONFLICT);
	store_free(&heir);
	store_regain(holder);
	commits(holder, "still here", 0);
	store_free(&holder);
	holder = storekit_loaded();
	storekit_expect_note(holder, "/Common/s2", "still here");
	store_free(&holder);
}

/* What the file won is put on record by the owner alone. */
static void
a_guest_settles_only_what_it_comes_to_own(void **state)
{
	struct store *holder = storekit_loaded(), *heir;
	struct store_backend *be;
	struct diag out;
	struct err e;
	size_t pending;

	(void)state;
	commits(holder, "journaled", 0);
	pending = store_pending(holder);
	storekit_write("test site s2 { note \"edited\" }\n");
	be = store_dir_open_guest(storekit_config, storekit_state, &e);
	heir = store_new(&sample_schema, &be);
	diag_init(&out);
	assert_int_equal(store_load(heir, false, &out), 0);
	assert_int_equal(out.count, 1);
	assert_int_equal(store_pending(heir), pending);
	assert_int_equal(store_take(heir, dup(store_lend(holder, &e)), &e), 0);
	assert_int_equal(store_pending(heir), pending);
	store_leave(holder);
	store_own(heir, &out);
	assert_true(store_pending(heir) > pending);
	diag_fini(&out);
	store_free(&holder);
	store_free(&heir);
}

static void
without_state_directory_it_is_read_only(void **state)
{
	struct store_backend *be;
	struct store *s;
	struct diag out;
	struct err e;

	(void)state;
	be = store_dir_open(storekit_config, NULL, &e);
	assert_non_null(be);
	s = store_new(&sample_schema, &be);
	storekit_load(s, 0, "");
	storekit_expect_note(s, "/Common/s2", "two");
	diag_init(&out);
	assert_int_equal(storekit_commit_note(s, "/Common/s2", "x", &out), ERR_DENIED);
	diag_fini(&out);
	assert_int_equal(store_save(s, &e), ERR_DENIED);
	assert_int_equal(store_lend(s, &e), ERR_DENIED);
	store_free(&s);
	assert_null(store_dir_open(tempdir_file(&storekit_dir, "no.conf"), NULL, &e));
	assert_int_equal(e.code, ERR_NOTFOUND);
}

static void
nonsense_in_the_journal_is_an_error_with_its_line(void **state)
{
	struct store *s = storekit_loaded();
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

		(void)unlink(storekit_journal);
		assert_int_equal(journal_open(storekit_journal, &j, NULL), 0);
		assert_int_equal(journal_append(j, bodies[i],
		    strlen(bodies[i]), NULL), 0);
		journal_close(&j);
		s = storekit_open();
		storekit_load(s, i == 0 ? ERR_PARSE : ERR_UNKNOWN, wants[i]);
		store_free(&s);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		RULE(commits_outlive_the_process),
		RULE(edits_elsewhere_leave_the_journal_alone),
		RULE(an_edited_object_counts_as_the_file_says),
		RULE(what_the_file_overruled_stays_overruled),
		RULE(a_bad_file_changes_nothing),
		RULE(saving_writes_the_file_and_empties_the_journal),
		RULE(saving_over_an_unread_edit_is_refused),
		RULE(a_long_journal_keeps_the_last_words_only),
		RULE(lines_ride_with_commits_and_outlive_a_save),
		RULE(a_second_process_is_refused_by_name),
		RULE(an_heir_goes_on_where_the_holder_was),
		RULE(a_holder_goes_on_when_the_heir_is_gone),
		RULE(an_heir_that_missed_a_change_is_refused),
		RULE(a_guest_settles_only_what_it_comes_to_own),
		RULE(without_state_directory_it_is_read_only),
		RULE(nonsense_in_the_journal_is_an_error_with_its_line),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
