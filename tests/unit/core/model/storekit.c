/* tests/unit/core/model/storekit.c - see storekit.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/core/model/storekit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/store.h"
#include "core/model/store_backend.h"
#include "core/model/store_dir.h"
#include "tests/unit/core/model/sample.h"

struct tempdir storekit_dir;
const char *storekit_config, *storekit_state, *storekit_journal;

const char storekit_first[] =
    "# by hand\n"
    "test site s1 { }\n"
    "test site s2 { note \"two\" }\n"
    "test box big b { site s1 }\n";

void
storekit_write(const char *text)
{
	tempdir_write(storekit_config, text, strlen(text));
}

static const char *
keep(char text[160], const char *path)
{
	(void)snprintf(text, 160, "%s", path);
	return text;
}

int
storekit_setup(void **state)
{
	static char paths[3][160];

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	tempdir_make(&storekit_dir);
	storekit_config = keep(paths[0], tempdir_file(&storekit_dir, "t.conf"));
	storekit_state = keep(paths[1], tempdir_file(&storekit_dir, "state"));
	storekit_journal = keep(paths[2],
	    tempdir_file(&storekit_dir, "state/journal"));
	storekit_write(storekit_first);
	return 0;
}

int
storekit_teardown(void **state)
{
	(void)state;
	(void)umount2(storekit_state, MNT_DETACH);
	tempdir_remove(&storekit_dir);
	return 0;
}

struct store *
storekit_open(void)
{
	struct store_backend *be;
	struct err e;

	be = store_dir_open(storekit_config, storekit_state, &e);
	if (be == NULL)
		fail_msg("%s", e.text);
	return store_new(&sample_schema, &be);
}

/* Loads and asserts the findings, without the path in front of them. */
void
storekit_load(struct store *s, int code, const char *want)
{
	struct strbuf b;
	struct diag out;
	char line[1024];

	diag_init(&out);
	strbuf_init(&b);
	assert_int_equal(store_load(s, false, &out), code);
	for (size_t i = 0; i < out.count; i++) {
		size_t skip = strlen(storekit_dir.path) + 1;

		diag_format(&out.entries[i], line, sizeof(line));
		strbuf_printf(&b, "%s\n", strncmp(line, storekit_dir.path, skip - 1) ==
		    0 ? line + skip : line);
	}
	if (strcmp(b.text, want) != 0)
		fail_msg("findings:\n%swanted:\n%s", b.text, want);
	strbuf_fini(&b);
	diag_fini(&out);
}

struct store *
storekit_loaded(void)
{
	struct store *s = storekit_open();

	storekit_load(s, 0, "");
	return s;
}

int
storekit_commit_note(struct store *s, const char *site, const char *note,
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

void
storekit_set_note(struct store *s, const char *site, const char *note)
{
	struct diag out;

	diag_init(&out);
	if (storekit_commit_note(s, site, note, &out) != 0)
		fail_msg("%s", out.entries[0].text);
	diag_fini(&out);
}

void
storekit_delete_site(struct store *s, const char *site)
{
	struct draft *d = store_draft(s);
	struct diag out;

	diag_init(&out);
	assert_int_equal(draft_delete(d, &sample_site, site, NULL), 0);
	if (store_commit(s, &d, &out) != 0)
		fail_msg("%s", out.entries[0].text);
	diag_fini(&out);
}

const char *
storekit_note(const struct store *s, const char *site)
{
	const struct object *o = model_find(store_model(s), &sample_site,
	    site);

	if (o == NULL)
		return "absent";
	return ((const struct site *)(const void *)o)->note;
}

void
storekit_expect_note(const struct store *s, const char *site, const char *want)
{
	const char *note = storekit_note(s, site);

	if (want == NULL)
		assert_null(note);
	else
		assert_string_equal(note != NULL ? note : "none", want);
}
