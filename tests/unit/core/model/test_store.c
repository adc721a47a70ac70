/* tests/unit/core/model/test_store.c - watchers hear what changed and nothing
 * else; the gate may refuse.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/store.h"
#include "core/model/store_backend.h"
#include "core/model/tmos_bind.h"
#include "tests/unit/core/model/sample.h"

/* A back end whose text and mood the test sets. */
struct fake {
	struct store_backend backend;
	const char	*text;
	bool		 refuses;
	unsigned	 commits, saves;
	char		 note[64];	/* of the last commit */
	int		 accepted;	/* of the last load; -1 = not told */
	/* commits that share syncs */
	unsigned	 written, syncs;
	bool		 syncing, must_settle;
};

static struct fake fake;

static int
fake_load(struct store_backend *be, struct draft *d, bool lenient,
    struct diag *out)
{
	const struct diag_pos pos = { .file = "t.conf", .line = 1 };
	const struct tmos_bind b = {
		.schema = &sample_schema, .out = out, .lenient = lenient
	};

	assert_ptr_equal(be, &fake.backend);
	return tmos_bind_text(&b, d, fake.text, strlen(fake.text), &pos);
}

static void
fake_loaded(struct store_backend *be, bool accepted, struct diag *out)
{
	(void)be;
	(void)out;
	fake.accepted = accepted;
}

static int
fake_commit(struct store_backend *be, const struct store_commit *c,
    struct err *e)
{
	(void)be;
	assert_true(c->count > 0 || c->note != NULL);
	fake.commits++;
	(void)snprintf(fake.note, sizeof(fake.note), "%s",
	    c->note != NULL ? c->note : "");
	return fake.refuses ? err_set(e, ERR_NOSPACE, "disk is full") : 0;
}

static int
fake_save(struct store_backend *be, const struct model *m, struct err *e)
{
	(void)be;
	(void)e;
	assert_non_null(m);
	fake.saves++;
	return 0;
}

static void
fake_free(struct store_backend *be)
{
	(void)be;
}

static int
fake_notes(struct store_backend *be, void (*fn)(void *, const char *),
    void *arg, struct err *e)
{
	(void)be;
	(void)e;
	fn(arg, fake.note);
	return 0;
}

static void
fake_keep(struct store_backend *be, const struct store_noter *n)
{
	(void)be;
	assert_non_null(n);
}

static int
fake_write(struct store_backend *be, const struct store_commit *c,
    struct err *e)
{
	(void)be;
	(void)c;
	fake.written++;
	return fake.refuses ? err_set(e, ERR_NOSPACE, "disk is full") : 0;
}

static bool
fake_must_settle(struct store_backend *be)
{
	(void)be;
	return fake.must_settle;
}

static int
fake_begin(struct store_backend *be)
{
	(void)be;
	return 42;
}

static int
fake_end(struct store_backend *be, int sys_errno, struct err *e)
{
	(void)be;
	return sys_errno == 0 ? 0 : err_sys(e, sys_errno, "cannot sync");
}

static const struct store_backend_group fake_group = {
	.write = fake_write, .must_settle = fake_must_settle,
	.begin = fake_begin, .end = fake_end,
};

static const struct store_backend_ops fake_ops = {
	.load = fake_load, .loaded = fake_loaded, .commit = fake_commit,
	.notes = fake_notes, .keep = fake_keep, .save = fake_save,
	.free = fake_free, .group = &fake_group,
};

static struct strbuf heard;
static char w[] = "w", one[] = "one", two[] = "two", gate[] = "gate";

static void
on_change(void *arg, const struct store_change *c, size_t n)
{
	strbuf_printf(&heard, "%s:", (const char *)arg);
	for (size_t i = 0; i < n; i++)
		strbuf_printf(&heard, " %s%s", c[i].was == NULL ? "+" :
		    c[i].now == NULL ? "-" : "~",
		    (c[i].now != NULL ? c[i].now : c[i].was)->name);
	strbuf_add(&heard, "\n");
}

static void
expect_heard(const char *want)
{
	assert_string_equal(heard.text, want);
	strbuf_clear(&heard);
}

static struct store *
make_store(const char *text)
{
	struct store_backend *be = &fake.backend;

	fake = (struct fake){ .backend.ops = &fake_ops, .text = text,
	    .accepted = -1 };
	strbuf_init(&heard);
	return store_new(&sample_schema, &be);
}

static void
drop_store(struct store *s)
{
	store_free(&s);
	strbuf_fini(&heard);
}

static void
load(struct store *s, int code)
{
	struct diag out;

	diag_init(&out);
	fake.accepted = -1;
	assert_int_equal(store_load(s, false, &out), code);
	assert_int_equal(fake.accepted, code == 0);
	diag_fini(&out);
}

static int
commit_note(struct store *s, const char *site, const char *note)
{
	struct draft *d = store_draft(s);
	struct diag out;
	int rc;

	diag_init(&out);
	assert_int_equal(prop_set(prop_find(sample_site.props, "note", NULL),
	    draft_edit(d, &sample_site, site), note, NULL), 0);
	rc = store_commit(s, &d, &out);
	assert_int_equal(d == NULL, rc == 0);
	draft_free(&d);
	diag_fini(&out);
	return rc;
}

static void
a_reload_tells_only_what_differs(void **state)
{
	struct store *s = make_store("test site a { }\ntest site b { }\n");
	const struct object *a;

	(void)state;
	store_watch(s, on_change, w);
	load(s, 0);
	assert_int_equal(heard.len, strlen("w: +/Common/a +/Common/b\n"));
	strbuf_clear(&heard);
	assert_int_equal(store_serial(s), 1);
	a = model_find(store_model(s), &sample_site, "/Common/a");
	fake.text = "# moved down\n\ntest site a { }\n"
	    "test site b { note x }\n";
	load(s, 0);
	expect_heard("w: ~/Common/b\n");
	/* What stays is the same object, at its new place. */
	assert_ptr_equal(model_find(store_model(s), &sample_site,
	    "/Common/a"), a);
	assert_int_equal(a->pos.line, 3);
	assert_int_equal(a->generation, 1);
	assert_int_equal(model_find(store_model(s), &sample_site,
	    "/Common/b")->generation, 2);
	fake.text = "test site a { }\ntest knobs { fast no }\n";
	load(s, 0);
	assert_int_equal(store_serial(s), 3);
	assert_non_null(strstr(heard.text, "-/Common/b"));
	strbuf_clear(&heard);
	fake.text = "test site a { }\n";
	load(s, 0);
	expect_heard("w: ~\n");		/* knobs, back at their defaults */
	load(s, 0);
	expect_heard("");
	assert_int_equal(store_serial(s), 4);
	drop_store(s);
}

static void
a_load_with_errors_changes_nothing(void **state)
{
	struct store *s = make_store("test site a { }\n");

	(void)state;
	load(s, 0);
	store_watch(s, on_change, w);
	fake.text = "test site b { }\ntest box big x { site no }\n";
	load(s, ERR_REF);
	expect_heard("");
	assert_int_equal(store_serial(s), 1);
	assert_non_null(model_find(store_model(s), &sample_site,
	    "/Common/a"));
	drop_store(s);
}

static void
a_commit_is_durable_before_it_is_told(void **state)
{
	struct store *s = make_store("test site a { }\n");

	(void)state;
	load(s, 0);
	store_watch(s, on_change, one);
	store_watch(s, on_change, two);
	assert_int_equal(commit_note(s, "/Common/a", "x"), 0);
	expect_heard("one: ~/Common/a\ntwo: ~/Common/a\n");
	fake.refuses = true;
	assert_int_equal(commit_note(s, "/Common/a", "y"), ERR_NOSPACE);
	expect_heard("");
	assert_string_equal(((const struct site *)(const void *)model_find(
	    store_model(s), &sample_site, "/Common/a"))->note, "x");
	assert_int_equal(fake.commits, 2);
	assert_int_equal(store_save(s, NULL), 0);
	assert_int_equal(fake.saves, 1);
	drop_store(s);
}

static void
who_watches_no_more_is_not_told(void **state)
{
	struct store *s = make_store("test site a { }\n");

	(void)state;
	load(s, 0);
	store_watch(s, on_change, one);
	store_watch(s, on_change, two);
	store_watch(s, on_change, w);
	store_unwatch(s, on_change, two);
	assert_int_equal(commit_note(s, "/Common/a", "x"), 0);
	expect_heard("one: ~/Common/a\nw: ~/Common/a\n");
	store_unwatch(s, on_change, one);
	store_unwatch(s, on_change, one);	/* nobody */
	store_unwatch(s, on_change, w);
	assert_int_equal(commit_note(s, "/Common/a", "y"), 0);
	expect_heard("");
	drop_store(s);
}

/* A draft that changes nothing costs no write and wakes nobody. */
static void
a_commit_of_nothing_is_nothing(void **state)
{
	struct store *s = make_store("test site a { note x }\n");

	(void)state;
	load(s, 0);
	store_watch(s, on_change, w);
	assert_int_equal(commit_note(s, "/Common/a", "x"), 0);
	expect_heard("");
	assert_int_equal(fake.commits, 0);
	assert_int_equal(store_serial(s), 1);
	drop_store(s);
}

static void
an_edit_of_what_changed_meanwhile_is_refused(void **state)
{
	struct store *s = make_store("test site a { }\ntest site b { }\n");
	struct draft *d;
	struct diag out;

	(void)state;
	load(s, 0);
	d = store_draft(s);
	assert_non_null(draft_edit(d, &sample_site, "/Common/a"));
	assert_int_equal(commit_note(s, "/Common/b", "x"), 0);
	assert_int_equal(commit_note(s, "/Common/a", "x"), 0);
	diag_init(&out);
	assert_int_equal(store_commit(s, &d, &out), ERR_CONFLICT);
	sample_expect(&out, "error: site /Common/a: was changed meanwhile\n");
	draft_free(&d);
	diag_fini(&out);
	drop_store(s);
}

static struct { int refuse; unsigned asked, made, dropped; } door;

static int
on_prepare(void *arg, const struct draft *d, struct diag *out)
{
	assert_string_equal(arg, "gate");
	assert_non_null(d);
	door.asked++;
	if (door.refuse != 0)
		(void)diag_error(out, NULL, door.refuse, "port is taken");
	return door.refuse;
}

static void
on_settle(void *arg, bool made)
{
	(void)arg;
	assert_int_equal(heard.len, 0);
	if (made)
		door.made++;
	else
		door.dropped++;
}

static void
the_gate_comes_before_disk_and_watchers(void **state)
{
	const struct store_gate g = { on_prepare, on_settle, gate };
	struct store *s = make_store("test site a { }\n");

	(void)state;
	store_gate(s, &g);
	store_watch(s, on_change, w);
	load(s, 0);
	assert_true(door.asked == 1 && door.made == 1);
	strbuf_clear(&heard);
	door.refuse = ERR_BUSY;
	assert_int_equal(commit_note(s, "/Common/a", "x"), ERR_BUSY);
	assert_int_equal(fake.commits, 0);
	fake.text = "test site b { }\n";
	load(s, ERR_BUSY);
	expect_heard("");
	assert_true(door.asked == 3 && door.made == 1 && door.dropped == 0);
	/* The disk may still refuse what the gate let through. */
	door.refuse = 0;
	fake.refuses = true;
	assert_int_equal(commit_note(s, "/Common/a", "x"), ERR_NOSPACE);
	assert_true(door.made == 1 && door.dropped == 1);
	store_gate(s, NULL);
	fake.refuses = false;
	assert_int_equal(commit_note(s, "/Common/a", "x"), 0);
	assert_int_equal(door.asked, 4);
	drop_store(s);
}

static char *
refuse_note(void *arg, const struct store_change *changes, size_t count,
    const struct draft *now, struct err *e)
{
	(void)changes;
	(void)now;
	assert_int_equal(count, 1);
	if (arg == NULL)
		return mem_strdup("line");
	(void)err_set(e, ERR_NOSPACE, "no room for a line");
	return NULL;
}

/* What cannot be put on record does not happen. */
static void
a_commit_goes_with_its_line_or_not_at_all(void **state)
{
	struct store *s = make_store("test site a { }\n");
	struct store_noter noter = { refuse_note, NULL, s };
	struct draft *d;
	struct diag out;

	(void)state;
	load(s, 0);
	diag_init(&out);
	store_noter(s, &noter);
	d = store_draft(s);
	assert_int_equal(draft_delete(d, &sample_site, "/Common/a", NULL), 0);
	assert_int_equal(store_commit(s, &d, &out), ERR_NOSPACE);
	assert_int_equal(fake.commits, 0);
	assert_non_null(model_find(store_model(s), &sample_site, "/Common/a"));
	noter.arg = NULL;
	store_noter(s, &noter);
	assert_int_equal(store_commit(s, &d, &out), 0);
	assert_string_equal(fake.note, "line");
	assert_int_equal(store_note(s, "alone", NULL), 0);
	assert_string_equal(fake.note, "alone");
	diag_fini(&out);
	drop_store(s);
}

/* ---- commits that share syncs ---- */

static void
on_start(void *arg, int fd)
{
	(void)arg;
	assert_int_equal(fd, 42);
	assert_false(fake.syncing);
	fake.syncing = true;
	fake.syncs++;
}

static void
end_sync(struct store *s, int sys_errno)
{
	assert_true(fake.syncing);
	fake.syncing = false;
	store_synced(s, sys_errno);
}

static void
on_wait(void *arg)
{
	end_sync(arg, 0);
}

static void
on_settled(void *arg, uint64_t upto, const struct err *e)
{
	(void)arg;
	strbuf_printf(&heard, "%s %u\n", e != NULL ? e->text : "on disk",
	    (unsigned)upto);
}

static struct store *
make_grouped(const char *text)
{
	struct store *s = make_store(text);
	const struct store_syncer y = { on_start, on_wait, on_settled, s };

	load(s, 0);
	store_watch(s, on_change, w);
	store_syncer(s, &y);
	return s;
}

static void
drop_grouped(struct store *s)
{
	store_settle(s);
	store_syncer(s, NULL);
	drop_store(s);
}

static const char *
note_of(const struct store *s, const char *site)
{
	const struct site *o = (const void *)model_find(store_model(s),
	    &sample_site, site);

	return o == NULL ? "absent" : o->note == NULL ? "none" : o->note;
}

static void
commits_that_come_meanwhile_share_the_next_sync(void **state)
{
	struct store *s = make_grouped("test site a { }\ntest site b { }\n");

	(void)state;
	assert_int_equal(store_waits_for(s), 0);
	assert_int_equal(commit_note(s, "/Common/a", "1"), 0);
	assert_int_equal(commit_note(s, "/Common/b", "2"), 0);
	assert_int_equal(commit_note(s, "/Common/a", "3"), 0);
	assert_int_equal(fake.syncs, 1);
	assert_int_equal(fake.written, 3);
	assert_int_equal(fake.commits, 0);
	assert_int_equal(store_waits_for(s), 3);
	/* They count, and nobody has been told that they are on disk. */
	assert_string_equal(note_of(s, "/Common/a"), "3");
	expect_heard("w: ~/Common/a\nw: ~/Common/b\nw: ~/Common/a\n");
	end_sync(s, 0);
	expect_heard("on disk 1\n");
	assert_int_equal(fake.syncs, 2);
	assert_int_equal(commit_note(s, "/Common/a", "4"), 0);
	end_sync(s, 0);
	assert_int_equal(fake.syncs, 3);
	end_sync(s, 0);
	expect_heard("w: ~/Common/a\non disk 3\non disk 4\n");
	assert_false(fake.syncing);
	assert_int_equal(store_waits_for(s), 0);
	drop_grouped(s);
}

/* The second sync of three fails: the first commit stays, all others go, the
 * latest first, and what comes after is made on what is left. */
static void
a_sync_that_fails_takes_back_all_that_wait(void **state)
{
	struct store *s = make_grouped("test site a { note 0 }\n"
	    "test site b { }\n");
	struct draft *d;
	struct diag out;

	(void)state;
	assert_int_equal(commit_note(s, "/Common/a", "1"), 0);
	assert_int_equal(commit_note(s, "/Common/a", "2"), 0);
	end_sync(s, 0);
	assert_int_equal(commit_note(s, "/Common/a", "3"), 0);
	diag_init(&out);
	d = store_draft(s);
	assert_int_equal(draft_delete(d, &sample_site, "/Common/b", NULL), 0);
	assert_int_equal(store_commit(s, &d, &out), 0);
	diag_fini(&out);
	strbuf_clear(&heard);
	end_sync(s, 5);
	expect_heard("w: +/Common/b\nw: ~/Common/a\nw: ~/Common/a\n"
	    "cannot sync: Input/output error 4\n");
	assert_string_equal(note_of(s, "/Common/a"), "1");
	assert_string_equal(note_of(s, "/Common/b"), "none");
	assert_false(fake.syncing);
	assert_int_equal(store_waits_for(s), 0);
	assert_int_equal(commit_note(s, "/Common/a", "5"), 0);
	end_sync(s, 0);
	expect_heard("w: ~/Common/a\non disk 5\n");
	assert_string_equal(note_of(s, "/Common/a"), "5");
	drop_grouped(s);
}

static void
a_refused_record_leaves_those_that_wait(void **state)
{
	struct store *s = make_grouped("test site a { }\n");

	(void)state;
	assert_int_equal(commit_note(s, "/Common/a", "1"), 0);
	fake.refuses = true;
	assert_int_equal(commit_note(s, "/Common/a", "2"), ERR_NOSPACE);
	fake.refuses = false;
	end_sync(s, 0);
	expect_heard("w: ~/Common/a\non disk 1\n");
	assert_string_equal(note_of(s, "/Common/a"), "1");
	drop_grouped(s);
}

/* Loads, saves and notes find nothing that waits; a back end may ask for it. */
static void
what_must_find_all_on_disk_waits(void **state)
{
	struct store *s = make_grouped("test site a { }\n");

	(void)state;
	assert_int_equal(commit_note(s, "/Common/a", "1"), 0);
	assert_int_equal(commit_note(s, "/Common/a", "2"), 0);
	assert_int_equal(store_save(s, NULL), 0);
	expect_heard("w: ~/Common/a\nw: ~/Common/a\non disk 1\non disk 2\n");
	assert_int_equal(commit_note(s, "/Common/a", "3"), 0);
	fake.must_settle = true;
	assert_int_equal(commit_note(s, "/Common/a", "4"), 0);
	expect_heard("w: ~/Common/a\non disk 3\nw: ~/Common/a\n");
	assert_int_equal(store_note(s, "line", NULL), 0);
	expect_heard("on disk 4\n");
	assert_int_equal(commit_note(s, "/Common/a", "5"), 0);
	store_syncer(s, NULL);
	expect_heard("w: ~/Common/a\non disk 5\n");
	assert_int_equal(commit_note(s, "/Common/a", "6"), 0);
	assert_int_equal(store_waits_for(s), 0);
	assert_int_equal(fake.commits, 2);
	drop_grouped(s);
}

static void
lenient_drops_references_to_what_is_missing(void **state)
{
	struct store *s = make_store(
	    "test lens l { }\n"
	    "test site a { }\n"
	    "test box big b {\n    site a\n    sites { a no1 }\n"
	    "    rule min 2 of { fast no2 }\n    spare big no3\n"
	    "    slots { x { rule no4 } }\n}\n"
	    "test gauge slow g { defaults-from no5 }\n");
	const struct box *b;
	struct diag out;
	char *rule;

	(void)state;
	diag_init(&out);
	assert_int_equal(store_load(s, true, &out), 0);
	sample_expect(&out,
	    "t.conf:1:1: warning: test lens l: not supported yet: there is no "
	    "light; skipped\n"
	    "t.conf:3:1: warning: big box /Common/b: rule: there is no test "
	    "gauge /Common/no2; skipped\n"
	    "t.conf:3:1: warning: big box /Common/b: sites: there is no test "
	    "site /Common/no1; skipped\n"
	    "t.conf:3:1: warning: big box /Common/b: spare: there is no test "
	    "box big /Common/no3; skipped\n"
	    "t.conf:8:13: warning: big box /Common/b: rule: there is no test "
	    "gauge /Common/no4; skipped\n"
	    "t.conf:10:1: warning: slow gauge /Common/g: defaults-from: there "
	    "is no test gauge /Common/no5; skipped\n");
	b = (const void *)model_find(store_model(s), &sample_box_big,
	    "/Common/b");
	rule = prop_format(prop_find(sample_box_big.props, "rule", NULL), b);
	assert_string_equal(rule, "min 1 of { /Common/fast }");
	free(rule);
	assert_int_equal(b->sites.count, 1);
	diag_fini(&out);
	/* What must be given is not dropped. */
	fake.text = "test box big b { site no }\n";
	diag_init(&out);
	assert_int_equal(store_load(s, true, &out), ERR_REF);
	diag_fini(&out);
	drop_store(s);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reload_tells_only_what_differs),
		cmocka_unit_test(a_load_with_errors_changes_nothing),
		cmocka_unit_test(a_commit_is_durable_before_it_is_told),
		cmocka_unit_test(who_watches_no_more_is_not_told),
		cmocka_unit_test(a_commit_of_nothing_is_nothing),
		cmocka_unit_test(an_edit_of_what_changed_meanwhile_is_refused),
		cmocka_unit_test(the_gate_comes_before_disk_and_watchers),
		cmocka_unit_test(a_commit_goes_with_its_line_or_not_at_all),
		cmocka_unit_test(commits_that_come_meanwhile_share_the_next_sync),
		cmocka_unit_test(a_sync_that_fails_takes_back_all_that_wait),
		cmocka_unit_test(a_refused_record_leaves_those_that_wait),
		cmocka_unit_test(what_must_find_all_on_disk_waits),
		cmocka_unit_test(lenient_drops_references_to_what_is_missing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
