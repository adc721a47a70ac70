/* tests/unit/core/model/test_filemerge.c - whose word counts on an object: the
 * journal's while nobody has edited it, else the file's, and then for good.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/diag.h"
#include "core/base/strbuf.h"
#include "core/model/changelog.h"
#include "core/model/configfile.h"
#include "core/model/draft.h"
#include "core/model/filemerge.h"
#include "core/model/journal.h"
#include "core/model/tmos_bind.h"
#include "tests/unit/core/model/sample.h"

#define FILE_HASH	7u	/* of what the file says of a site */

/* What a file that says two sites, each of one hash, makes of a journal. */
struct merge {
	struct diag	 out;
	struct configfile file;
	struct changelog log;
	struct draft	*draft;
	struct strbuf	 settled;
};

static void
merge(struct merge *m, const char *journal)
{
	const struct tmos_bind b = { .schema = &sample_schema, .out = &m->out };
	const struct journal_record r = { .number = 5, .body = journal,
	    .len = strlen(journal), .line = 1 };

	memset(m, 0, sizeof(*m));
	m->draft = sample_draft("test site a { note file }\n"
	    "test site b { note file }\n", &m->out);
	filehash_reset(&m->file.staged, "", 0);
	filehash_put(&m->file.staged, &sample_site, "/Common/a", FILE_HASH);
	filehash_put(&m->file.staged, &sample_site, "/Common/b", FILE_HASH);
	changelog_init(&m->log, &b, "j");
	changelog_read(&m->log, &r);
	strbuf_init(&m->settled);
	filemerge_all(&m->file, &m->log, m->draft, &m->settled, &m->out);
}

static void
merge_fini(struct merge *m)
{
	strbuf_fini(&m->settled);
	changelog_fini(&m->log);
	configfile_fini(&m->file);
	draft_free(&m->draft);
	diag_fini(&m->out);
}

static void
expect_note(const struct merge *m, const char *site, const char *want)
{
	const struct object *o = draft_find(m->draft, &sample_site, site);

	assert_string_equal(o == NULL ? "absent" :
	    ((const struct site *)(const void *)o)->note, want);
}

static void
changes_of_what_nobody_edited_count(void **state)
{
	struct merge m;

	(void)state;
	merge(&m, "base 0000000000000007\ntest site a { note journal }\n"
	    "base 0000000000000007\ndelete test site b\n"
	    "base -\ntest site c { note made }\n"
	    "base -\ndelete test site d\n");
	sample_expect(&m.out, "");
	expect_note(&m, "/Common/a", "journal");
	expect_note(&m, "/Common/b", "absent");
	expect_note(&m, "/Common/c", "made");
	assert_int_equal(m.settled.len, 0);
	merge_fini(&m);
}

static void
the_file_counts_where_it_was_edited_and_that_is_put_on_record(void **state)
{
	struct merge m;

	(void)state;
	merge(&m, "base 0000000000000008\ntest site a { note journal }\n"
	    "base -\ndelete test site b\n"
	    "base 0000000000000009\ntest site c { note made }\n");
	sample_expect(&m.out,
	    "warning: test site /Common/c: was taken out of the file after "
	    "change 5 was journaled; the file counts\n"
	    "t.conf:1:1: warning: test site /Common/a: was edited in the file "
	    "after change 5 was journaled; the file counts\n"
	    "t.conf:2:1: warning: test site /Common/b: was edited in the file "
	    "after change 5 was journaled; the file counts\n");
	expect_note(&m, "/Common/a", "file");
	expect_note(&m, "/Common/b", "file");
	expect_note(&m, "/Common/c", "absent");
	assert_string_equal(m.settled.text,
	    "base 0000000000000007\n"
	    "test site /Common/a {\n    note file\n}\n"
	    "base 0000000000000007\n"
	    "test site /Common/b {\n    note file\n}\n"
	    "base -\ndelete test site /Common/c\n");
	merge_fini(&m);
}

/* As after a save that ended before the journal was emptied. */
static void
an_edit_to_what_the_journal_says_is_none(void **state)
{
	struct merge m;

	(void)state;
	merge(&m, "base 0000000000000008\ntest site a { note file }\n"
	    "base 0000000000000008\ndelete test site c\n");
	sample_expect(&m.out, "");
	expect_note(&m, "/Common/a", "file");
	assert_int_equal(m.settled.len, 0);
	merge_fini(&m);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_of_what_nobody_edited_count),
		cmocka_unit_test(
		    the_file_counts_where_it_was_edited_and_that_is_put_on_record),
		cmocka_unit_test(an_edit_to_what_the_journal_says_is_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
