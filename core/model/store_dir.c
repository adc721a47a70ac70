/* core/model/store_dir.c - see store_dir.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/store_dir.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/changelog.h"
#include "core/model/configfile.h"
#include "core/model/draft.h"
#include "core/model/filemerge.h"
#include "core/model/journal.h"
#include "core/model/object.h"
#include "core/model/statelock.h"
#include "core/model/store.h"
#include "core/model/store_backend.h"
#include "core/model/tmos_bind.h"
#include "core/model/type.h"

/* Up to here a journal is left to grow: a thousand changes and more, read in a
 * fraction of a second. */
#define COMPACT_MIN	((size_t)4 << 20)
/* How much a journal must have grown since it was last made compact. */
#define COMPACT_FACTOR	4

/* Who may write. */
enum tenure {
	TENURE_OWNER,	/* we */
	TENURE_LENT,	/* nobody: another process reads to take over */
	TENURE_LEFT,	/* that process */
	TENURE_GUEST,	/* the process whose files we read */
	TENURE_HEIR	/* we, but the holder does not know yet */
};

struct store_dir {
	struct store_backend backend;
	enum tenure	 tenure;
	unsigned	 magic;
#define STORE_DIR_MAGIC	0x5704ed14u
	struct configfile file;
	int		 lock_fd;	/* -1 without state directory */
	struct journal	*journal;	/* NULL without state directory */
	const struct schema *schema;	/* of what was loaded */
	size_t		 compact_at;	/* octets of journal */
	const struct store_noter *noter;	/* NULL = nobody */
	bool		 noted;		/* records hold lines */
	struct strbuf	 settled;	/* record to add when load is accepted */
};

static struct store_dir *
dir_of(struct store_backend *b)
{
	struct store_dir *s = OBJ_OF(b, struct store_dir, backend);

	OBJ_CHECK(s, STORE_DIR_MAGIC);
	return s;
}

/* The lines that must outlive the records they stand in, into body. Not 0:
 * the records must stay. */
static int
keep_notes(const struct store_dir *s, struct strbuf *body, struct err *e)
{
	struct strbuf lines = { .len = 0 };
	char *at, *end;
	int rc;

	if (s->noter == NULL || s->noter->keep == NULL)
		return !s->noted ? 0 : err_set(e, ERR_BUSY, "%s: holds lines "
		    "that nobody answers for", journal_path(s->journal));
	strbuf_init(&lines);
	rc = s->noter->keep(s->noter->arg, &lines, e);
	for (at = lines.text; rc == 0 && (end = strchr(at, '\n')) != NULL;
	    at = end + 1) {
		*end = '\0';
		changelog_note(body, at);
	}
	strbuf_fini(&lines);
	return rc;
}

static void
on_note(void *arg, const char *line)
{
	(void)line;
	((struct store_dir *)arg)->noted = true;
}

/* What reading the journal fills. */
struct reading {
	struct store_dir *dir;
	struct changelog log;
};

static void
on_record(void *arg, const struct journal_record *r)
{
	struct reading *to = arg;

	changelog_notes(r, on_note, to->dir);
	changelog_read(&to->log, r);
}

static int
read_journal(struct store_dir *s, struct draft *d, const struct tmos_bind *b)
{
	struct reading r = { .dir = s };
	size_t errors = b->out->errors;
	int rc;

	changelog_init(&r.log, b, journal_path(s->journal));
	rc = journal_read(s->journal, on_record, &r, b->out);
	/* Half of what it says is worse than none. */
	if (b->out->errors == errors)
		filemerge_all(&s->file, &r.log, d, &s->settled, b->out);
	changelog_fini(&r.log);
	return rc;
}

/*
 * Leaves only the last word on each object in a journal that has grown long.
 * When that fails nothing is lost, and it is tried again much later.
 */
static void
compact(struct store_dir *s)
{
	struct diag out;
	const struct tmos_bind b = { .schema = s->schema, .out = &out };
	struct reading r = { .dir = s };
	struct strbuf body;
	size_t len = journal_len(s->journal);

	if (len < s->compact_at)
		return;
	diag_init(&out);
	strbuf_init(&body);
	changelog_init(&r.log, &b, journal_path(s->journal));
	if (keep_notes(s, &body, NULL) == 0 &&
	    journal_read(s->journal, on_record, &r, &out) == 0 &&
	    out.errors == 0) {
		changelog_body(&r.log, &body);
		if (body.len < len / 2)
			(void)journal_replace(s->journal, body.text, body.len,
			    NULL);
	}
	len = journal_len(s->journal) * COMPACT_FACTOR;
	s->compact_at = len > COMPACT_MIN ? len : COMPACT_MIN;
	changelog_fini(&r.log);
	strbuf_fini(&body);
	diag_fini(&out);
}

static int
dir_load(struct store_backend *be, struct draft *d, bool lenient,
    struct diag *out)
{
	struct store_dir *s = dir_of(be);
	const struct tmos_bind b = {
		.schema = draft_schema(d), .out = out, .lenient = lenient,
	};
	int rc;

	s->schema = draft_schema(d);
	strbuf_clear(&s->settled);
	rc = configfile_load(&s->file, d, &b);
	if (rc == 0 && s->journal != NULL)
		rc = read_journal(s, d, &b);
	return rc;
}

static void
write_settled(struct store_dir *s, struct diag *out)
{
	struct err e;

	if (s->settled.len > 0 && journal_append(s->journal, s->settled.text,
	    s->settled.len, &e) != 0)
		diag_warn(out, NULL, "%s", e.text);
	strbuf_clear(&s->settled);
	if (s->journal != NULL)
		compact(s);
}

/* What the file won is journaled as the last word, so that editing the file
 * back does not bring a change of long ago to life again. */
static void
dir_loaded(struct store_backend *be, bool accepted, struct diag *out)
{
	struct store_dir *s = dir_of(be);

	if (accepted) {
		configfile_accept(&s->file);
		if (s->tenure == TENURE_OWNER)
			write_settled(s, out);
	} else {
		configfile_drop(&s->file);
		strbuf_clear(&s->settled);
	}
}

/* 0, or why nothing may be written. */
static int
check_writable(const struct store_dir *s, struct err *e)
{
	if (s->journal == NULL)
		return err_set(e, ERR_DENIED, "%s: is read only, there is no "
		    "state directory", s->file.shown);
	if (s->tenure != TENURE_OWNER)
		return err_set(e, ERR_BUSY, "%s: another process is taking "
		    "over, try again", s->file.shown);
	return 0;
}

/* Makes ready for a record. Compacts first, as it may leave no room. */
static int
before_record(struct store_dir *s, struct err *e)
{
	int rc = check_writable(s, e);

	if (rc == 0)
		rc = configfile_sync(&s->file, e);
	if (rc == 0)
		compact(s);
	return rc;
}

static void
format_body(const struct store_dir *s, const struct store_commit *c,
    struct strbuf *body)
{
	if (c->note != NULL)
		changelog_note(body, c->note);
	for (size_t i = 0; i < c->count; i++) {
		const struct object *now = c->changes[i].now;
		const struct object *o = now != NULL ? now : c->changes[i].was;
		const struct changelog_base base = configfile_base(&s->file,
		    o->type, o->name);

		changelog_write(body, &base, o->type, o->name, now);
	}
}

typedef int put_fn(struct journal *j, const char *body, size_t len,
    struct err *e);

static int
put_record(struct store_dir *s, const struct store_commit *c, put_fn *put,
    struct err *e)
{
	struct strbuf body;
	int rc = before_record(s, e);

	if (rc != 0)
		return rc;
	strbuf_init(&body);
	format_body(s, c, &body);
	rc = put(s->journal, body.text, body.len, e);
	strbuf_fini(&body);
	s->noted = s->noted || (rc == 0 && c->note != NULL);
	return rc;
}

static int
dir_commit(struct store_backend *be, const struct store_commit *c,
    struct err *e)
{
	return put_record(dir_of(be), c, journal_append, e);
}

/* ---- commits that share a sync ---- */

static int
dir_write(struct store_backend *be, const struct store_commit *c,
    struct err *e)
{
	return put_record(dir_of(be), c, journal_write, e);
}

/* Also when the journal is to be made compact, or a file not yet durable. */
static bool
dir_must_settle(struct store_backend *be)
{
	const struct store_dir *s = dir_of(be);

	return s->journal != NULL && (journal_must_settle(s->journal) ||
	    journal_len(s->journal) >= s->compact_at || s->file.unsure);
}

static int
dir_begin(struct store_backend *be)
{
	return journal_sync_begin(dir_of(be)->journal);
}

static int
dir_end(struct store_backend *be, int sys_errno, struct err *e)
{
	return journal_sync_end(dir_of(be)->journal, sys_errno, e);
}

static const struct store_backend_group dir_group = {
	.write = dir_write, .must_settle = dir_must_settle,
	.begin = dir_begin, .end = dir_end,
};

/* For journal_read: who wants the lines. */
struct note_reader {
	void		(*fn)(void *arg, const char *line);
	void		*arg;
};

static void
on_noted(void *arg, const struct journal_record *r)
{
	const struct note_reader *to = arg;

	changelog_notes(r, to->fn, to->arg);
}

static int
dir_notes(struct store_backend *be, void (*fn)(void *, const char *),
    void *arg, struct err *e)
{
	struct store_dir *s = dir_of(be);
	struct note_reader to = { fn, arg };
	struct diag out;
	int rc;

	if (s->journal == NULL)
		return 0;
	diag_init(&out);
	rc = journal_read(s->journal, on_noted, &to, &out);
	if (rc != 0)
		(void)err_set(e, rc, "%s", out.entries[0].text);
	diag_fini(&out);
	return rc;
}

static void
dir_keep(struct store_backend *be, const struct store_noter *n)
{
	dir_of(be)->noter = n->keep != NULL ? n : NULL;
}

/*
 * Backup, then file, then journal: a crash between any two leaves a file that
 * says no less than before, and a journal whose words the file has already.
 */
static int
dir_save(struct store_backend *be, const struct model *m, struct err *e)
{
	struct store_dir *s = dir_of(be);
	struct strbuf kept;
	int rc = check_writable(s, e);

	if (rc != 0)
		return rc;
	strbuf_init(&kept);
	rc = keep_notes(s, &kept, e);
	if (rc == 0)
		rc = configfile_save(&s->file, m, e);
	if (rc == 0) {
		rc = kept.len == 0 ? journal_clear(s->journal, e) :
		    journal_replace(s->journal, kept.text, kept.len, e);
		s->noted = kept.len > 0;
	}
	strbuf_fini(&kept);
	return rc;
}

static void
dir_free(struct store_backend *be)
{
	struct store_dir *s = dir_of(be);

	if (s->tenure == TENURE_OWNER)
		journal_close(&s->journal);
	else
		journal_leave(&s->journal);
	if (s->lock_fd >= 0)
		(void)close(s->lock_fd);
	configfile_fini(&s->file);
	strbuf_fini(&s->settled);
	s->magic = 0;
	free(s);
}

static size_t
dir_pending(struct store_backend *b)
{
	const struct store_dir *s = dir_of(b);

	return s->journal != NULL ? journal_len(s->journal) : 0;
}

/* ---- from one process to another ---- */

static int
dir_lend(struct store_backend *b, struct err *e)
{
	struct store_dir *s = dir_of(b);
	int rc = check_writable(s, e);

	if (rc != 0)
		return rc;
	s->tenure = TENURE_LENT;
	return s->lock_fd;
}

static void
dir_regain(struct store_backend *b)
{
	struct store_dir *s = dir_of(b);

	assert(s->tenure == TENURE_LENT);
	/* Perhaps the heir has written its process id. */
	(void)statelock_inherit(s->lock_fd, NULL);
	s->tenure = TENURE_OWNER;
}

static void
dir_leave(struct store_backend *b)
{
	struct store_dir *s = dir_of(b);

	assert(s->tenure == TENURE_LENT);
	s->tenure = TENURE_LEFT;
}

static int
dir_take(struct store_backend *b, int lock_fd, struct err *e)
{
	struct store_dir *s = dir_of(b);
	int rc;

	assert(s->tenure == TENURE_GUEST && s->lock_fd == -1);
	s->lock_fd = lock_fd;
	rc = journal_inherit(s->journal, e);
	if (rc == 0)
		rc = statelock_inherit(lock_fd, e);
	if (rc == 0)
		s->tenure = TENURE_HEIR;
	return rc;
}

static void
dir_own(struct store_backend *b, struct diag *out)
{
	struct store_dir *s = dir_of(b);

	assert(s->tenure == TENURE_HEIR);
	s->tenure = TENURE_OWNER;
	write_settled(s, out);
}

static const struct store_backend_heirs dir_heirs = {
	.lend = dir_lend, .regain = dir_regain, .leave = dir_leave,
	.take = dir_take, .own = dir_own,
};

static const struct store_backend_ops dir_ops = {
	.load = dir_load, .loaded = dir_loaded, .commit = dir_commit,
	.notes = dir_notes, .keep = dir_keep, .save = dir_save,
	.pending = dir_pending, .free = dir_free, .group = &dir_group,
	.heirs = &dir_heirs,
};

static int
open_state(struct store_dir *s, const char *state_dir, struct err *e)
{
	bool guest = s->tenure == TENURE_GUEST;
	char *path;
	int rc;

	if (!guest) {
		rc = statelock_open(state_dir, e);
		if (rc < 0)
			return rc;
		s->lock_fd = rc;
	}
	path = mem_printf("%s/journal", state_dir);
	rc = guest ? journal_peek(path, &s->journal, e) :
	    journal_open(path, &s->journal, e);
	free(path);
	return rc;
}

static struct store_backend *
open_as(enum tenure tenure, const char *config, const char *state_dir,
    struct err *e)
{
	struct store_dir *s = mem_zalloc(1, sizeof(*s));
	int rc;

	s->magic = STORE_DIR_MAGIC;
	s->backend.ops = &dir_ops;
	s->tenure = tenure;
	s->lock_fd = -1;
	s->compact_at = COMPACT_MIN;
	rc = configfile_init(&s->file, config, e);
	if (rc == 0 && state_dir != NULL)
		rc = open_state(s, state_dir, e);
	if (rc == 0)
		return &s->backend;
	dir_free(&s->backend);
	return NULL;
}

struct store_backend *
store_dir_open(const char *config, const char *state_dir, struct err *e)
{
	return open_as(TENURE_OWNER, config, state_dir, e);
}

struct store_backend *
store_dir_open_guest(const char *config, const char *state_dir,
    struct err *e)
{
	return open_as(TENURE_GUEST, config, state_dir, e);
}
