/* core/model/store.c - see store.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/model/store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/model/draft.h"
#include "core/model/lenient.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/overlay.h"
#include "core/model/store_backend.h"
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
};

/* Changes found, each with a reference to what it names. */
struct changes {
	struct store_change *v;
	size_t		 count, room;
};

struct store *
store_new(const struct schema *s, struct store_backend **pb)
{
	struct store *st = mem_zalloc(1, sizeof(*st));

	st->magic = STORE_MAGIC;
	st->schema = s;
	st->backend = *pb;
	*pb = NULL;
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
	s->backend->ops->free(s->backend);
	model_free(&s->model);
	free(s->watchers);
	s->magic = 0;
	free(s);
}

/* The objects are the model's or the draft's; nobody sees them edited. */
static struct object *
hold(const struct object *o)
{
	struct object *held;

	if (o == NULL)
		return NULL;
	memcpy(&held, &o, sizeof(held));
	return object_ref(held);
}

static void
add_change(struct changes *c, const struct object *was,
    const struct object *now)
{
	c->v = mem_grow(c->v, &c->room, c->count + 1, sizeof(c->v[0]));
	c->v[c->count++] = (struct store_change){ hold(was), hold(now) };
}

static void
drop_object(const struct object *o)
{
	struct object *held;

	memcpy(&held, &o, sizeof(held));
	object_unref(&held);
}

static void
changes_fini(struct changes *c)
{
	for (size_t i = 0; i < c->count; i++) {
		drop_object(c->v[i].was);
		drop_object(c->v[i].now);
	}
	free(c->v);
	*c = (struct changes){ 0 };
}

/* What a draft over the model changes in truth. */
static void
changes_of_draft(const struct store *s, const struct draft *d,
    struct changes *c)
{
	struct overlay_walk w = { 0 };
	const struct overlay_entry *en;

	while ((en = overlay_next(draft_overlay(d), &w)) != NULL) {
		const struct object *was = model_find(s->model, en->type,
		    en->name);

		if (en->now == NULL ? was != NULL : was == NULL ||
		    !object_equal(was, en->now))
			add_change(c, was, en->now);
	}
}

/* Objects that stay keep their identity; only their place may be another. */
static void
compare_loaded(struct store *s, const struct draft *d, const struct type *t,
    struct changes *c)
{
	const struct object *was, *now;
	size_t at = 0;

	while ((now = draft_next(d, t, &at)) != NULL) {
		was = model_find(s->model, t, now->name);
		if (was == NULL || !object_equal(was, now)) {
			add_change(c, was, now);
		} else {
			struct object *same = hold(was);

			same->pos = now->pos;
			object_unref(&same);
		}
	}
	at = 0;
	while ((was = model_next(s->model, t, &at)) != NULL)
		if (draft_find(d, t, was->name) == NULL)
			add_change(c, was, NULL);
}

static void
changes_of_load(struct store *s, const struct draft *d, struct changes *c)
{
	for (size_t i = 0; s->schema->types[i] != NULL; i++)
		compare_loaded(s, d, s->schema->types[i], c);
}

static void
apply(struct store *s, const struct changes *c)
{
	if (c->count > 0)
		s->serial++;
	for (size_t i = 0; i < c->count; i++) {
		const struct store_change *ch = &c->v[i];
		struct object *now = hold(ch->now);

		if (now != NULL) {
			now->generation = s->serial;
			model_put(s->model, &now);
		} else {
			model_remove(s->model, ch->was->type, ch->was->name);
		}
	}
}

static void
tell_watchers(const struct store *s, const struct changes *c)
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
	struct changes c = { 0 };
	int rc;

	OBJ_CHECK(s, STORE_MAGIC);
	d = draft_new(s->schema, NULL);
	rc = read_and_check(s, d, lenient, out);
	if (rc == 0)
		rc = gate_prepare(s, d, out);
	if (rc == 0) {
		changes_of_load(s, d, &c);
		apply(s, &c);
		gate_settle(s, true);
	}
	s->backend->ops->loaded(s->backend, rc == 0, out);
	draft_free(&d);
	if (rc == 0)
		tell_watchers(s, &c);
	changes_fini(&c);
	return rc;
}

static int
write_record(struct store *s, const struct draft *d, const struct changes *c,
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
	rc = s->backend->ops->commit(s->backend, &record, e);
	free(line);
	return rc;
}

/* The gate first, then the disk: from there on it cannot fail. */
static int
make_durable(struct store *s, const struct draft *d, const struct changes *c,
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

int
store_commit(struct store *s, struct draft **pd, struct diag *out)
{
	struct changes c = { 0 };
	int rc;

	OBJ_CHECK(s, STORE_MAGIC);
	assert(draft_base(*pd) == s->model);
	rc = check_fresh(s, *pd, out);
	if (rc == 0)
		rc = draft_check(*pd, out);
	if (rc == 0) {
		changes_of_draft(s, *pd, &c);
		if (c.count > 0)
			rc = make_durable(s, *pd, &c, out);
	}
	if (rc == 0) {
		draft_free(pd);
		tell_watchers(s, &c);
	}
	changes_fini(&c);
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

	OBJ_CHECK(s, STORE_MAGIC);
	return s->backend->ops->commit(s->backend, &record, e);
}

int
store_notes(struct store *s, void (*fn)(void *arg, const char *line),
    void *arg, struct err *e)
{
	OBJ_CHECK(s, STORE_MAGIC);
	return s->backend->ops->notes(s->backend, fn, arg, e);
}

int
store_save(struct store *s, struct err *e)
{
	OBJ_CHECK(s, STORE_MAGIC);
	return s->backend->ops->save(s->backend, s->model, e);
}

int
store_lend(struct store *s, struct err *e)
{
	OBJ_CHECK(s, STORE_MAGIC);
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
