/* tests/unit/admin/shell/test_migratewords.c - commands to migrations, read and
 * completed. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "admin/shell/complete.h"
#include "admin/shell/migratewords.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "tests/unit/admin/shell/shellkit.h"

static int
read_text(const char *mode, const char *text, struct migratewords *w, char *seen,
    struct err *e)
{
	struct command_place at = shellkit_place(shellkit);
	struct phrase p = shellkit_phrase(text);
	int rc;

	at.mode = mode;
	rc = migratewords_read(w, &at, &p, e);
	if (rc == 0)
		(void)snprintf(seen, 200, "%s %s %d%s%s %s %s %s %s", w->verb, w->name,
		    w->share, w->force ? " force" : "", w->dry_run ? " dry" :
		    w->host != NULL ? w->host : "",
		    w->reason != NULL ? w->reason : "-",
		    w->file != NULL ? w->file : "-",
		    w->format != NULL ? w->format : "-",
		    w->run != NULL ? w->run : "-");
	phrase_fini(&p);
	return rc;
}

static void
words_are_understood_in_any_order(void **state)
{
	static const struct { const char *mode, *text, *want; } step[] = {
		{ "", "start gtm migration m", "start /Common/m -1 - - - -" },
		{ "", "star gtm migr /T/m dry-run", "start /T/m -1 dry - - - -" },
		{ "gtm", "pause migration m reason \"a b\"",
		  "pause /Common/m -1 a b - - -" },
		{ "gtm migration", "resume m", "resume /Common/m -1 - - - -" },
		{ "gtm pool", "roll gtm migration m",
		  "roll-back /Common/m -1 - - - -" },
		{ "", "advance gtm migration m force reason share share 5",
		  "advance /Common/m 5 force share - - -" },
		{ "", "advance gtm migration m share 0 dry-run",
		  "advance /Common/m 0 dry - - - -" },
		{ "", "close gtm migration share force",
		  "close /Common/share -1 force - - - -" },
		{ "", "skip gtm migration m host vm2 reason gone",
		  "skip /Common/m -1vm2 gone - - -" },
		{ "gtm migration", "retry m host vm2", "retry /Common/m -1vm2 - - - -" },
		{ "", "abort gtm migration m force",
		  "abort /Common/m -1 force - - - -" },
		{ "", "save gtm migration m dossier m.html",
		  "save /Common/m -1 - m.html html -" },
		{ "", "save gtm migration m dossier /x.y/m",
		  "save /Common/m -1 - /x.y/m html -" },
		{ "", "save gtm migration m dossier m.json run 3",
		  "save /Common/m -1 - m.json json 3" },
		{ "gtm migration", "save m dossier m.json run 3 html",
		  "save /Common/m -1 - m.json html 3" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(step); i++) {
		struct migratewords w;
		struct err e = { 0 };
		char seen[200] = "";

		if (read_text(step[i].mode, step[i].text, &w, seen, &e) != 0 ||
		    strcmp(seen, step[i].want) != 0)
			fail_msg("%s: \"%s\", %s", step[i].text, seen, e.text);
		migratewords_fini(&w);
	}
}

static void
what_means_nothing_there_is_refused(void **state)
{
	static const struct { const char *text; int rc; const char *says; } step[] = {
		{ "start", ERR_PARSE, "start: gtm migration and a name" },
		{ "start m", ERR_PARSE, "start: gtm migration and a name" },
		{ "start gtm pool a x", ERR_PARSE, "gtm migration and a name" },
		{ "start gtm migration", ERR_PARSE, "and a name" },
		{ "start gtm migration { m }", ERR_PARSE, "and a name" },
		{ "pause gtm migration m force", ERR_PARSE,
		  "force: not expected here; dry-run, reason may follow" },
		{ "pause gtm migration m share 5", ERR_PARSE, "share: not exp" },
		{ "pause gtm migration m host x", ERR_PARSE, "host: not exp" },
		{ "skip gtm migration m host", ERR_PARSE, "host: <name> expected" },
		{ "pause gtm migration m { }", ERR_PARSE, "{: not expected" },
		{ "pause gtm migration m reason", ERR_PARSE,
		  "reason: <text> expected" },
		{ "advance gtm migration m share { 5 }", ERR_PARSE,
		  "share: <percent> expected" },
		{ "advance gtm migration m share 101", ERR_RANGE,
		  "\"101\" is not a whole number up to 100" },
		{ "advance gtm migration m share -1", ERR_RANGE, "\"-1\"" },
		{ "advance gtm migration m share 5%", ERR_RANGE, "\"5%\"" },
		{ "advance gtm migration m share \"\"", ERR_RANGE, "\"\"" },
		{ "save", ERR_PARSE, "save: sys config, or gtm migration" },
		{ "save gtm migration m", ERR_PARSE, "dossier and a file" },
		{ "save gtm migration m page f", ERR_PARSE, "dossier and a file" },
		{ "save gtm migration m dossier", ERR_PARSE,
		  "dossier: a file expected" },
		{ "save gtm migration m dossier f xml", ERR_PARSE,
		  "xml: not expected here; html, json, run may follow" },
		{ "save gtm migration m dossier f run x", ERR_RANGE, "run: \"x\"" },
		{ "save gtm migration m dossier f dry-run", ERR_PARSE, "dry-run: " },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(step); i++) {
		struct migratewords w;
		struct err e = { 0 };
		char seen[200] = "";
		int rc = read_text("", step[i].text, &w, seen, &e);

		if (rc != step[i].rc || strstr(e.text, step[i].says) == NULL)
			fail_msg("%s: code %d, %s", step[i].text, rc, e.text);
		migratewords_fini(&w);
	}
}

static void
each_name(void *arg, const struct catalog_type *t, complete_name_fn *fn,
    void *fn_arg)
{
	(void)arg;
	if (strcmp(t->words, "gtm migration") == 0)
		fn(fn_arg, "/Common/move");
}

static void
each_item(void *arg, const struct complete_item *of, complete_name_fn *fn,
    void *fn_arg)
{
	(void)arg;
	assert_string_equal(of->type->words, "gtm migration");
	assert_string_equal(of->key, "hosts");
	if (strcmp(of->object, "/Common/m") == 0) {
		fn(fn_arg, "vm1");
		fn(fn_arg, "vm 2");
	}
}

/* All that may stand at the end of the text, with a blank between. */
static void
offers(const char *mode, const char *text, const char *want)
{
	struct complete_input in = { .place = shellkit_place(shellkit),
	    .text = text, .each_name = each_name, .each_item = each_item };
	struct complete_list l = { 0 };
	char seen[200] = "";

	in.place.mode = mode;
	complete_find(&l, &in);
	for (size_t i = 0; i < l.count; i++) {
		size_t len = strlen(seen);

		(void)snprintf(seen + len, sizeof(seen) - len, "%s%s",
		    i > 0 ? " " : "", l.v[i].word);
	}
	if (strcmp(seen, want) != 0)
		fail_msg("\"%s\" in \"%s\": \"%s\"", text, mode, seen);
	complete_fini(&l);
}

static void
what_fits_is_offered(void **state)
{
	static const struct { const char *mode, *text, *want; } step[] = {
		{ "", "start ", "gtm" },
		{ "", "start gtm ", "migration" },
		{ "gtm", "start ", "migration" },
		{ "gtm migration", "start ", "move" },
		{ "", "start gtm migration ", "move" },
		{ "", "start gtm pool ", "" },
		{ "", "start gtm migration m ", "dry-run force reason" },
		{ "", "close gtm migration m ", "dry-run force reason" },
		{ "", "advance gtm migration m share ", "<percent>" },
		{ "", "advance gtm migration m share 5 ", "dry-run force reason" },
		{ "", "skip gtm migration m ", "host dry-run reason" },
		{ "", "skip gtm migration m host ", "vm1 \"vm 2\"" },
		{ "", "retry gtm migration m dry-run host vm", "vm1" },
		{ "gtm migration", "retry m host vm1 ", "dry-run reason" },
		{ "", "retry gtm migration none host ", "" },
		{ "", "pause gtm migration m reason ", "<text>" },
		{ "", "pause gtm migration m reason x dry-run ", "" },
		{ "", "save gtm migration ", "move" },
		{ "", "save gtm migration m ", "dossier" },
		{ "", "save gtm migration m dossier ", "<file>" },
		{ "", "save gtm migration m dossier f ", "html json run" },
		{ "", "save gtm migration m dossier f run ", "<number>" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(step); i++)
		offers(step[i].mode, step[i].text, step[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_understood_in_any_order),
		cmocka_unit_test(what_means_nothing_there_is_refused),
		cmocka_unit_test(what_fits_is_offered),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, shellkit_open, shellkit_close);
}
