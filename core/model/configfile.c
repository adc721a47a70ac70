/* core/model/configfile.c - see configfile.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/configfile.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/origin.h"
#include "core/model/statefile.h"
#include "core/model/tmos_bind.h"
#include "core/model/tmos_tree.h"
#include "core/model/tmos_write.h"

int
configfile_init(struct configfile *f, const char *path, struct err *e)
{
	memset(f, 0, sizeof(*f));
	f->shown = origin_intern(path);
	/* A rename must replace the file, not a link to it. */
	f->path = realpath(path, NULL);
	if (f->path != NULL)
		return 0;
	if (errno == ENOENT)
		return err_set(e, ERR_NOTFOUND, "%s: there is no such file",
		    path);
	return err_sys(e, errno, "%s: cannot open", path);
}

void
configfile_fini(struct configfile *f)
{
	filehash_fini(&f->said);
	filehash_fini(&f->staged);
	free(f->path);
	f->path = NULL;
}

/* ---- reading ---- */

int
configfile_load(struct configfile *f, struct draft *d,
    const struct tmos_bind *b)
{
	const struct diag_pos pos = { .file = f->shown, .line = 1 };
	struct tmos_tree tree;
	struct tmos_node *n;
	struct err e;
	char *text;
	size_t len;
	int rc = statefile_read(f->path, &text, &len, &e);

	if (rc != 0)
		return diag_err(b->out, NULL, &e);
	filehash_reset(&f->staged, text, len);
	tmos_tree_init(&tree, text, len, &pos, b->out);
	while ((n = tmos_tree_next(&tree)) != NULL) {
		struct object *o = tmos_bind_object(b, n);

		if (o != NULL) {
			filehash_put(&f->staged, o->type, o->name,
			    tmos_tree_hash(n));
			tmos_bind_put(b, d, &o);
		}
		tmos_tree_free(&n);
	}
	tmos_tree_fini(&tree);
	free(text);
	return 0;
}

void
configfile_accept(struct configfile *f)
{
	filehash_move(&f->said, &f->staged);
}

void
configfile_drop(struct configfile *f)
{
	filehash_fini(&f->staged);
}

static struct changelog_base
base_in(const struct filehash *h, const struct type *t, const char *name)
{
	struct changelog_base base = { 0 };

	base.present = filehash_find(h, t, name, &base.hash);
	return base;
}

struct changelog_base
configfile_base(const struct configfile *f, const struct type *t,
    const char *name)
{
	return base_in(&f->said, t, name);
}

struct changelog_base
configfile_staged(const struct configfile *f, const struct type *t,
    const char *name)
{
	return base_in(&f->staged, t, name);
}

/* ---- writing ---- */

/* Keeps the file as FILE.bak; refuses when somebody edited it unread. */
static int
back_up(const struct configfile *f, struct err *e)
{
	char *text, *bak;
	size_t len;
	int rc = statefile_read(f->path, &text, &len, e);

	if (rc != 0)
		return rc;
	if (!filehash_is_text(&f->said, text, len)) {
		rc = err_set(e, ERR_CONFLICT, "%s: was edited since it was "
		    "loaded; load it before saving over it", f->shown);
	} else {
		bak = mem_printf("%s.bak", f->path);
		rc = statefile_write(bak, text, len, e);
		free(bak);
	}
	free(text);
	return rc;
}

/* The hashes of a file that we have just written. */
static void
learn(struct configfile *f, const struct schema *schema,
    const struct strbuf *text)
{
	const struct diag_pos pos = { .line = 1 };
	struct diag out;
	const struct tmos_bind b = { .schema = schema, .out = &out };
	struct tmos_tree tree;
	struct tmos_node *n;

	diag_init(&out);
	filehash_reset(&f->said, text->text, text->len);
	tmos_tree_init(&tree, text->text, text->len, &pos, &out);
	while ((n = tmos_tree_next(&tree)) != NULL) {
		const struct type *t;
		char *name;

		if (tmos_bind_header(&b, n, 0, &t, &name)) {
			filehash_put(&f->said, t, name, tmos_tree_hash(n));
			free(name);
		}
		tmos_tree_free(&n);
	}
	tmos_tree_fini(&tree);
	assert(out.errors == 0);
	diag_fini(&out);
}

/* Did a write that failed come as far as the file's name? */
static bool
is_there(const struct configfile *f, const struct strbuf *want)
{
	char *text;
	size_t len;
	bool same;

	if (statefile_read(f->path, &text, &len, NULL) != 0)
		return false;
	same = len == want->len && memcmp(text, want->text, len) == 0;
	free(text);
	return same;
}

int
configfile_save(struct configfile *f, const struct model *m, struct err *e)
{
	struct strbuf text;
	int rc = back_up(f, e);

	if (rc != 0)
		return rc;
	strbuf_init(&text);
	tmos_write_model(&text, m);
	rc = statefile_write(f->path, text.text, text.len, e);
	f->unsure = rc != 0 && is_there(f, &text);
	if (rc == 0 || f->unsure)
		learn(f, model_schema(m), &text);
	strbuf_fini(&text);
	return rc;
}

int
configfile_sync(struct configfile *f, struct err *e)
{
	int rc = f->unsure ? statefile_sync_dir(f->path, e) : 0;

	f->unsure = rc != 0;
	return rc;
}
