/* gtmd/mover/moverbook.c - see moverbook.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverbook.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/statefile.h"
#include "gtmd/mover/moverfile.h"

void
moverbook_init(struct moverbook *b, const char *state_dir)
{
	b->folder = state_dir != NULL ? mem_printf("%s/migrations",
	    state_dir) : NULL;
	map_init(&b->unread);
}

void
moverbook_fini(struct moverbook *b)
{
	char *why;

	for (size_t at = 0; (why = map_next(&b->unread, &at, NULL)) != NULL;)
		free(why);
	map_fini(&b->unread);
	free(b->folder);
	b->folder = NULL;
}

/* ---- reading ---- */

struct load {
	struct moverbook *book;
	moverbook_fn	*fn;
	void		*arg;
	struct diag	*out;
};

static void
keep_unread(struct load *l, const char *name, const char *path, size_t findings)
{
	const struct diag *out = l->out;
	const char *why = findings < out->count ?
	    out->entries[out->count - 1].text : path;

	free(map_put(&l->book->unread, name, mem_printf("the latest record of "
	    "migration %s cannot be read: %s", name, why)));
}

static enum moverbook_found
load_one(struct load *l, const char *name, uint32_t run)
{
	char *path = moverfile_path(l->book->folder, name, run, NULL);
	const struct moverbook_record record = { name, path, run };
	size_t findings = l->out->count;
	enum moverbook_found found = l->fn(l->arg, &record, l->out);

	if (found == MOVERBOOK_EMPTY)
		(void)unlink(path);
	else if (found == MOVERBOOK_UNREAD)
		keep_unread(l, name, path, findings);
	free(path);
	return found;
}

static void
on_name(void *arg, const char *name, uint32_t run)
{
	struct load *l = arg;

	while (run != 0 && load_one(l, name, run) == MOVERBOOK_EMPTY)
		run = moverfile_last(l->book->folder, name, run);
}

void
moverbook_load(struct moverbook *b, moverbook_fn *fn, void *arg,
    struct diag *out)
{
	struct load l = { b, fn, arg, out };
	struct err e;

	if (b->folder != NULL && moverfile_names(b->folder, on_name, &l,
	    &e) != 0)
		diag_warn(out, NULL, "migrations: %s", e.text);
}

const char *
moverbook_unread(const struct moverbook *b, const char *name)
{
	return map_find(&b->unread, name);
}

/* ---- a new run ---- */

uint32_t
moverbook_next(const struct moverbook *b, const char *name)
{
	return moverfile_last(b->folder, name, 0) + 1;
}

/* The folder's own name is to last, too. */
static int
make_folder(const struct moverbook *b, struct err *e)
{
	if (mkdir(b->folder, 0700) == 0)
		return statefile_sync_dir(b->folder, e);
	return errno == EEXIST ? 0 : err_sys(e, errno, "%s", b->folder);
}

char *
moverbook_make(const struct moverbook *b, const char *name, uint32_t run,
    struct err *e)
{
	if (make_folder(b, e) != 0)
		return NULL;
	return moverfile_path(b->folder, name, run, e);
}

void
moverbook_begun(struct moverbook *b, const char *name, uint32_t run)
{
	char *old, *cut;

	free(map_remove(&b->unread, name));
	if (run <= MOVERFILE_KEPT)
		return;
	old = moverfile_path(b->folder, name, run - MOVERFILE_KEPT, NULL);
	cut = mem_printf("%s.cut", old);	/* of a crash: journal.h */
	(void)unlink(old);
	(void)unlink(cut);
	free(cut);
	free(old);
}

void
moverbook_refused(const struct moverbook *b, const char *path)
{
	if (b->folder != NULL && unlink(path) == 0)
		(void)statefile_sync_dir(path, NULL);
}

char *
moverbook_path(const struct moverbook *b, const char *name, uint32_t run)
{
	char *path = b->folder != NULL ? moverfile_path(b->folder, name, run,
	    NULL) : NULL;

	if (path != NULL && access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}
