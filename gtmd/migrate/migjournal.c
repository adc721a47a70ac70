/* gtmd/migrate/migjournal.c - see migjournal.h. SPDX-License-Identifier: Apache-2.0 */
#include "gtmd/migrate/migjournal.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/journal.h"
#include "core/model/json.h"
#include "core/model/jsonline.h"
#include "gtmd/migrate/migevent.h"
#include "gtmd/migrate/migstate.h"

struct migjournal {
	unsigned	 magic;
#define MIGJOURNAL_MAGIC	0x316a0a11u
	struct journal	*file;
	bool		 waits;		/* something is written and not synced */
};

/* --- reading -------------------------------------------------------------- */

struct replay {
	const struct migjournal_reader *reader;
	struct migstate	*m;
	struct diag	*out;
	const char	*path;
	int		 rc;		/* of the first record that is refused */
};

static int
fold_record(struct replay *r, const struct journal_record *rec, struct err *e)
{
	struct migevent ev;
	struct json *j = json_parse(rec->body, rec->len, e);
	int rc = j == NULL ? e->code : migevent_read(j, r->m->spec, &ev, e);

	json_free(&j);
	if (rc != 0)
		return rc;
	rc = migstate_fold(r->m, &ev, e);
	if (rc == 0 && r->reader != NULL && r->reader->fn != NULL)
		r->reader->fn(r->reader->arg, r->m, &ev, rec->number);
	migevent_fini(&ev);
	return rc;
}

static void
on_record(void *arg, const struct journal_record *rec)
{
	struct replay *r = arg;
	struct err e;

	if (r->rc != 0)
		return;
	r->rc = fold_record(r, rec, &e);
	if (r->rc != 0)
		(void)diag_error(r->out, NULL, r->rc, "%s: record %" PRIu64 ": %s", r->path,
		    rec->number, e.text);
}

/* Takes file, which is closed again on error. */
static int
read_all(struct journal *file, const struct migjournal_reader *reader,
    struct migjournal **pj, struct migstate **pm, struct diag *out)
{
	struct replay r = { .reader = reader, .out = out, .path = journal_path(file) };
	struct migjournal *j;
	int rc;

	r.m = migstate_new();
	rc = journal_read(file, on_record, &r, out);
	if (rc == 0)
		rc = r.rc;
	if (rc != 0) {
		migstate_free(&r.m);
		journal_leave(&file);
		return rc;
	}
	j = mem_zalloc(1, sizeof(*j));
	j->magic = MIGJOURNAL_MAGIC;
	j->file = file;
	*pj = j;
	*pm = r.m;
	return 0;
}

int
migjournal_open(const char *path, const struct migjournal_reader *reader,
    struct migjournal **pj, struct migstate **pm, struct diag *out)
{
	struct journal *file;
	struct err e;

	if (journal_open(path, &file, &e) != 0)
		return diag_err(out, NULL, &e);
	return read_all(file, reader, pj, pm, out);
}

int
migjournal_peek(const char *path, const struct migjournal_reader *reader,
    struct migjournal **pj, struct migstate **pm, struct diag *out)
{
	struct migjournal *j;
	struct journal *file;
	struct err e;
	int rc;

	if (journal_peek(path, &file, &e) != 0)
		return diag_err(out, NULL, &e);
	rc = read_all(file, reader, &j, pm, out);
	if (rc == 0 && pj == NULL)
		migjournal_leave(&j);
	else if (rc == 0)
		*pj = j;
	return rc;
}

int
migjournal_inherit(struct migjournal *j, struct err *e)
{
	OBJ_CHECK(j, MIGJOURNAL_MAGIC);
	return journal_inherit(j->file, e);
}

static void
dispose(struct migjournal **pj)
{
	(*pj)->magic = 0;
	free(*pj);
	*pj = NULL;
}

void
migjournal_close(struct migjournal **pj)
{
	if (*pj == NULL)
		return;
	OBJ_CHECK(*pj, MIGJOURNAL_MAGIC);
	(void)migjournal_settle(*pj, NULL);
	journal_close(&(*pj)->file);
	dispose(pj);
}

void
migjournal_leave(struct migjournal **pj)
{
	if (*pj == NULL)
		return;
	OBJ_CHECK(*pj, MIGJOURNAL_MAGIC);
	journal_leave(&(*pj)->file);
	dispose(pj);
}

/* --- writing -------------------------------------------------------------- */

int
migjournal_settle(struct migjournal *j, struct err *e)
{
	int rc;

	OBJ_CHECK(j, MIGJOURNAL_MAGIC);
	if (!j->waits)
		return 0;
	rc = fdatasync(journal_sync_begin(j->file)) == -1 ? errno : 0;
	j->waits = false;
	return journal_sync_end(j->file, rc, e);
}

static void
write_line(struct strbuf *b, const struct migevent *ev, const struct migspec *spec)
{
	struct json *json = migevent_json(ev, spec);

	strbuf_init(b);
	jsonline_write(b, json);
	strbuf_add_char(b, '\n');
	json_free(&json);
}

int
migjournal_put(struct migjournal *j, struct migstate *m, struct migevent *ev,
    struct err *e)
{
	bool sample = ev->kind == MIGEVENT_SAMPLE;
	struct strbuf line;
	int rc;

	OBJ_CHECK(j, MIGJOURNAL_MAGIC);
	migevent_tidy(ev);
	rc = migstate_fits(m, ev, e);
	if (rc != 0)
		return rc;
	write_line(&line, ev, m->spec);
	rc = journal_write(j->file, line.text, line.len, e);
	strbuf_fini(&line);
	if (rc != 0)
		return rc;
	j->waits = true;
	if (!sample && (rc = migjournal_settle(j, e)) != 0)
		return rc;
	rc = migstate_fold(m, ev, e);
	assert(rc == 0);
	return 0;
}

size_t
migjournal_len(const struct migjournal *j)
{
	OBJ_CHECK(j, MIGJOURNAL_MAGIC);
	return journal_len(j->file);
}
