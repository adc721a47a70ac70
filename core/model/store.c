/* core/model/store.c - see store.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/changeset.h"
#include "core/model/draft.h"
#include "core/model/lenient.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/overlay.h"
#include "core/model/store_backend.h"
#include "core/model/storewait.h"
#include "core/model/type.h"

struct watcher {
	store_watch_fn	*fn;
	void		*arg;
};

struct store {
	unsigned	 magic;
#define STORE_MAGIC	0x5704e001u
	const struct schema *schema;
	struct store_backend *backend;
	struct model	*model;
	uint64_t	 serial;
	struct store_gate gate;
	struct store_noter noter;
	struct watcher	*watchers;
	size_t		 watcher_count, watcher_room;
	struct storewait wait;
};

struct store *
store_new(const struct schema *s, struct store_backend **pb)
{
	struct store *st = mem_zalloc(1, sizeof(*st));

	st->magic = STORE_MAGIC;
	st->schema = s;
	st->backend = *pb;
	*pb = NULL;
	storewait_init(&st->wait, st->backend);
	st->model = model_new(s);
	return st;
}

void
store_free(struct store **ps)
{
	struct store *s = *ps;

	*ps = NULL;
	if (s == NULL)
		return;
	OBJ_CHECK(s, STORE_MAGIC);
	storewait_fini(&s->wait);
	s->backend->ops->free(s->backend);
	model_free(&s->model);
	free(s->watchers);
	s->magic = 0;
	free(s);
}

static void
apply(struct store *s, const struct changeset *c)
{
	if (c->count > 0)
		s->serial++;
	changeset_apply(c, s->model, s->serial);
}

static void
tell_watchers(const struct store *s, const struct changeset *c)
{
	for (size_t i = 0; c->count > 0 && i < s->watcher_count; i++)
		s->watchers[i].fn(s->watchers[i].arg, c->v, c->count);
}

static int
gate_prepare(const struct store *s, const struct draft *d, struct diag *out)
{
	return s->gate.prepare != NULL ?
	    s->gate.prepare(s->gate.arg, d, out) : 0;
}

static void
gate_settle(const struct store *s, bool made)
{
	if (s->gate.settle != NULL)
		s->gate.settle(s->gate.arg, made);
}

/* The first error found since, or 0. */
static int
error_since(const struct diag *out, size_t before)
{
	for (size_t i = before; i < out->count; i++)
		if (out->entries[i].level == DIAG_ERROR)
			return out->entries[i].code;
	return 0;
}

static int
read_and_check(struct store *s, struct draft *d, bool lenient,
    struct diag *out)
{
	size_t before = out->count;
	int rc = s->backend->ops->load(s->backend, d, lenient, out);

	/* What could not be read is missing everywhere: no second findings. */
	if (rc == ERR_IO || rc == ERR_NOTFOUND || rc == ERR_NOSPACE)
		return rc;
	if (lenient)
		lenient_drop_broken(d, out);
	(void)draft_check(d, out);
	return error_since(out, before);
}

int
store_load(struct store *s, bool lenient, struct diag *out)
{
	struct draft *d;
	struct changeset c = { .count = 0 };
	int rc;

	store_settle(s);
	d = draft_new(s->schema, NULL);
	rc = read_and_check(s, d, lenient, out);
	if (rc == 0)
		rc = gate_prepare(s, d, out);
	if (rc == 0) {
		changeset_of_load(&c, s->model, d);
		apply(s, &c);
		gate_settle(s, true);
	}
	s->backend->ops->loaded(s->backend, rc == 0, out);
	draft_free(&d);
	if (rc == 0)
		tell_watchers(s, &c);
	changeset_fini(&c);
	return rc;
}

static int
write_record(struct store *s, const struct draft *d, const struct changeset *c,
    struct err *e)
{
	struct store_commit record = { c->v, c->count, NULL };
	char *line = NULL;
	int rc;

	if (s->noter.note != NULL) {
		line = s->noter.note(s->noter.arg, c->v, c->count, d, e);
		if (line == NULL)
			return e->code;
	}
	record.note = line;
	rc = storewait_is_grouped(&s->wait) ?
	    s->backend->ops->group->write(s->backend, &record, e) :
	    s->backend->ops->commit(s->backend, &record, e);
	free(line);
	return rc;
}

/* The gate first, then the disk: from there on only a sync can fail. */
static int
put_on_record(struct store *s, const struct draft *d, const struct changeset *c,
    struct diag *out)
{
	struct err e;
	int rc = gate_prepare(s, d, out);

	if (rc != 0)
		return rc;
	rc = write_record(s, d, c, &e);
	if (rc != 0) {
		gate_settle(s, false);
		return diag_err(out, NULL, &e);
	}
	apply(s, c);
	gate_settle(s, true);
	return 0;
}

/* A draft made before another commit must not undo what that one did. */
static int
check_fresh(const struct store *s, const struct draft *d, struct diag *out)
{
	struct overlay_walk w = { 0 };
	const struct overlay_entry *en;
	char label[320];
	int rc = 0;

	while ((en = overlay_next(draft_overlay(d), &w)) != NULL) {
		const struct object *was = model_find(s->model, en->type,
		    en->name);

		if (en->now == NULL || en->now->generation == 0 ||
		    (was != NULL && was->generation == en->now->generation))
			continue;
		object_label(en->now, label, sizeof(label));
		rc = diag_error(out, NULL, ERR_CONFLICT, "%s: was changed "
		    "meanwhile", label);
	}
	return rc;
}

/* The gate's parts go back, too. Should one of them not be able to, it stays as
 * it is until the next change of it, and the model goes by the journal. */
static void
take_back(void *arg, struct changeset *c)
{
	struct store *s = arg;
	struct draft *d = draft_new(s->schema, s->model);
	struct diag out;
	int rc;

	diag_init(&out);
	changeset_reverse(c);
	changeset_draft(c, d);
	rc = gate_prepare(s, d, &out);
	if (rc != 0)
		log_diag("store", &out);
	apply(s, c);
	if (rc == 0)
		gate_settle(s, true);
	draft_free(&d);
	tell_watchers(s, c);
	diag_fini(&out);
}

void
store_synced(struct store *s, int sys_errno)
{
	OBJ_CHECK(s, STORE_MAGIC);
	storewait_end(&s->wait, sys_errno, take_back, s);
}

void
store_settle(struct store *s)
{
	OBJ_CHECK(s, STORE_MAGIC);
	storewait_settle(&s->wait);
}

uint64_t
store_waits_for(const struct store *s)
{
	OBJ_CHECK(s, STORE_MAGIC);
	return storewait_number(&s->wait);
}

bool
store_goes_back(const struct store *s)
{
	OBJ_CHECK(s, STORE_MAGIC);
	return s->wait.goes_back;
}

void
store_syncer(struct store *s, const struct store_syncer *y)
{
	OBJ_CHECK(s, STORE_MAGIC);
	storewait_syncer(&s->wait, y);
}

int
store_commit(struct store *s, struct draft **pd, struct diag *out)
{
	struct changeset c = { .count = 0 };
	int rc;

	OBJ_CHECK(s, STORE_MAGIC);
	assert(draft_base(*pd) == s->model && !s->wait.goes_back);
	storewait_ready(&s->wait);
	rc = check_fresh(s, *pd, out);
	if (rc == 0)
		rc = draft_check(*pd, out);
	if (rc == 0) {
		changeset_of_draft(&c, s->model, *pd);
		if (c.count > 0)
			rc = put_on_record(s, *pd, &c, out);
	}
	if (rc == 0) {
		draft_free(pd);
		if (c.count > 0)
			tell_watchers(s, storewait_add(&s->wait, &c));
	}
	changeset_fini(&c);
	return rc;
}

int
store_verify(struct store *s, struct draft *d, struct diag *out)
{
	int rc;

	OBJ_CHECK(s, STORE_MAGIC);
	assert(draft_base(d) == s->model);
	rc = draft_check(d, out);
	if (rc == 0)
		rc = gate_prepare(s, d, out);
	if (rc == 0)
		gate_settle(s, false);
	return rc;
}

int
store_note(struct store *s, const char *line, struct err *e)
{
	const struct store_commit record = { .note = line };

	store_settle(s);
	return s->backend->ops->commit(s->backend, &record, e);
}

int
store_notes(struct store *s, void (*fn)(void *arg, const char *line),
    void *arg, struct err *e)
{
	store_settle(s);
	return s->backend->ops->notes(s->backend, fn, arg, e);
}

int
store_save(struct store *s, struct err *e)
{
	store_settle(s);
	return s->backend->ops->save(s->backend, s->model, e);
}

int
store_lend(struct store *s, struct err *e)
{
	store_settle(s);
	if (s->backend->ops->heirs == NULL)
		return err_set(e, ERR_UNSUPPORTED, "this store stays with "
		    "one process");
	return s->backend->ops->heirs->lend(s->backend, e);
}

void
store_regain(struct store *s)
{
	OBJ_CHECK(s, STORE_MAGIC);
	s->backend->ops->heirs->regain(s->backend);
}

void
store_leave(struct store *s)
{
	OBJ_CHECK(s, STORE_MAGIC);
	s->backend->ops->heirs->leave(s->backend);
}

int
store_take(struct store *s, int lock_fd, struct err *e)
{
	OBJ_CHECK(s, STORE_MAGIC);
	return s->backend->ops->heirs->take(s->backend, lock_fd, e);
}

void
store_own(struct store *s, struct diag *out)
{
	OBJ_CHECK(s, STORE_MAGIC);
	s->backend->ops->heirs->own(s->backend, out);
}

struct draft *
store_draft(struct store *s)
{
	OBJ_CHECK(s, STORE_MAGIC);
	return draft_new(s->schema, s->model);
}

const struct model *
store_model(const struct store *s)
{
	OBJ_CHECK(s, STORE_MAGIC);
	return s->model;
}

uint64_t
store_serial(const struct store *s)
{
	OBJ_CHECK(s, STORE_MAGIC);
	return s->serial;
}

size_t
store_pending(const struct store *s)
{
	OBJ_CHECK(s, STORE_MAGIC);
	return s->backend->ops->pending != NULL ?
	    s->backend->ops->pending(s->backend) : 0;
}

void
store_watch(struct store *s, store_watch_fn *fn, void *arg)
{
	OBJ_CHECK(s, STORE_MAGIC);
	s->watchers = mem_grow(s->watchers, &s->watcher_room,
	    s->watcher_count + 1, sizeof(s->watchers[0]));
	s->watchers[s->watcher_count++] = (struct watcher){ fn, arg };
}

void
store_unwatch(struct store *s, store_watch_fn *fn, const void *arg)
{
	size_t kept = 0;

	OBJ_CHECK(s, STORE_MAGIC);
	for (size_t i = 0; i < s->watcher_count; i++)
		if (s->watchers[i].fn != fn || s->watchers[i].arg != arg)
			s->watchers[kept++] = s->watchers[i];
	s->watcher_count = kept;
}

void
store_noter(struct store *s, const struct store_noter *n)
{
	OBJ_CHECK(s, STORE_MAGIC);
	s->noter = n != NULL ? *n : (struct store_noter){ 0 };
	s->backend->ops->keep(s->backend, &s->noter);
}

void
store_gate(struct store *s, const struct store_gate *g)
{
	OBJ_CHECK(s, STORE_MAGIC);
	s->gate = g != NULL ? *g : (struct store_gate){ 0 };
}
