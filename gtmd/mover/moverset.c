/* gtmd/mover/moverset.c - see moverset.h. Layer: gtmd/mover.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/mover/moverset.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/store.h"
#include "core/model/type.h"
#include "core/rest/restcommit.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "gtmd/migrate/migspec.h"
#include "gtmd/migrate/migstate.h"
#include "gtmd/migrate/migtraffic.h"
#include "gtmd/types/pool.h"
#include "gtmd/types/recordtype.h"
#include "gtmd/types/wideip.h"

/* The wide IP's type and path, "a /Common/x" apart. */
static enum wide_type
split_wide(const struct migspec *s, const char **path)
{
	size_t len = strcspn(s->wideip, " ");
	char kind[16] = "";

	if (len < sizeof(kind))
		memcpy(kind, s->wideip, len);
	*path = s->wideip + len + (s->wideip[len] != '\0');
	return recordtype_find(kind);
}

/* ---- is it so? ---- */

static bool
pool_is(const struct model *m, const struct type *t, const char *path,
    bool enabled, uint32_t ttl_s)
{
	const struct pool *p = (const struct pool *)model_find(m, t, path);

	return p != NULL && p->enabled == enabled && p->ttl_s == ttl_s;
}

static bool
ratio_is(const struct wideip *w, const char *pool, uint32_t ratio)
{
	const struct wideip_pool *it = (const struct wideip_pool *)objlist_find(
	    &w->pools, pool);

	return it != NULL && it->ratio == ratio;
}

bool
moverset_is(const struct model *m, const struct migspec *s,
    const struct migtraffic_setting *to)
{
	const struct wideip *w;
	const char *path;
	enum wide_type type = split_wide(s, &path);

	if (type == WIDE_TYPES)
		return false;
	w = (const struct wideip *)model_find(m, recordtype_rows[type].wide,
	    path);
	return w != NULL && ratio_is(w, s->from_pool, to->from_ratio) &&
	    ratio_is(w, s->to_pool, to->to_ratio) &&
	    pool_is(m, recordtype_rows[type].pool, s->from_pool,
	    to->from_enabled, to->from_ttl_s) &&
	    pool_is(m, recordtype_rows[type].pool, s->to_pool, to->to_enabled,
	    to->to_ttl_s);
}

/* ---- what is otherwise ---- */

struct words {
	char		*text;
	size_t		 len, cap;
};

static void add(struct words *w, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
add(struct words *w, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (w->len > 0 && w->len + 2 < w->cap) {
		memcpy(w->text + w->len, "; ", 3);
		w->len += 2;
	}
	va_start(ap, fmt);
	n = vsnprintf(w->text + w->len, w->cap - w->len, fmt, ap);
	va_end(ap);
	w->len += n > 0 ? (size_t)n : 0;
	if (w->len >= w->cap)
		w->len = w->cap - 1;
}

static void
add_pool(struct words *w, const struct pool *p, const char *path, bool enabled,
    uint32_t ttl_s)
{
	if (p == NULL)
		add(w, "pool %s is not there", path);
	else if (p->enabled != enabled)
		add(w, "pool %s is %s, not %s", path, p->enabled ? "enabled" :
		    "disabled", enabled ? "enabled" : "disabled");
	if (p != NULL && p->ttl_s != ttl_s)
		add(w, "ttl of pool %s is %" PRIu32 ", not %" PRIu32, path,
		    p->ttl_s, ttl_s);
}

static void
add_ratio(struct words *w, const struct wideip *wide, const char *pool,
    uint32_t ratio)
{
	const struct wideip_pool *it = wide == NULL ? NULL :
	    (const struct wideip_pool *)objlist_find(&wide->pools, pool);

	if (it == NULL)
		add(w, "pool %s is none of the wide IP's", pool);
	else if (it->ratio != ratio)
		add(w, "ratio of pool %s is %" PRIu32 ", not %" PRIu32, pool,
		    it->ratio, ratio);
}

bool
moverset_differs(const struct model *m, const struct migspec *s,
    const struct migtraffic_setting *to, char *text, size_t cap)
{
	struct words w = { text, 0, cap };
	const char *path;
	enum wide_type type = split_wide(s, &path);
	const struct recordtype *t = &recordtype_rows[type];
	const struct wideip *wide;

	text[0] = '\0';
	if (moverset_is(m, s, to) || type == WIDE_TYPES)
		return false;
	add_pool(&w, (const struct pool *)model_find(m, t->pool, s->from_pool),
	    s->from_pool, to->from_enabled, to->from_ttl_s);
	add_pool(&w, (const struct pool *)model_find(m, t->pool, s->to_pool),
	    s->to_pool, to->to_enabled, to->to_ttl_s);
	wide = (const struct wideip *)model_find(m, t->wide, path);
	add_ratio(&w, wide, s->from_pool, to->from_ratio);
	add_ratio(&w, wide, s->to_pool, to->to_ratio);
	return true;
}

bool
moverset_strays(const struct model *m, const struct migstate *run, char *text)
{
	struct migtraffic_setting told;

	text[0] = '\0';
	if (!migstate_under_way(run) || !migstate_settled(run))
		return false;
	migtraffic_setting_of(run->spec, &run->told, &told);
	return moverset_differs(m, run->spec, &told, text, MIGEVENT_TEXT_MAX);
}

/* ---- make it so ---- */

/* One value, as its row reads it. */
static int
put(struct object *o, const char *row, const char *text, struct err *e)
{
	const struct prop *p = prop_find(o->type->props, row, NULL);

	return p == NULL ? err_set(e, ERR_UNKNOWN, "%s has no %s",
	    o->type->words, row) : prop_set(p, o, text, e);
}

static int
put_number(struct object *o, const char *row, uint32_t n, struct err *e)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%" PRIu32, n);
	return put(o, row, text, e);
}

/* What one pool is to say, and the wide IP of it. */
struct side {
	const struct recordtype *type;
	const char	*wide, *pool;
	bool		 enabled;
	uint32_t	 ratio, ttl_s;
};

static int
edit_pool(struct draft *d, const struct side *s, struct err *e)
{
	const struct type *t = s->type->pool;
	const struct pool *p = (const struct pool *)draft_find(d, t, s->pool);
	struct object *o;
	int rc = 0;

	if (p == NULL)
		return err_set(e, ERR_REF, "there is no %s %s", t->words,
		    s->pool);
	if (p->enabled == s->enabled && p->ttl_s == s->ttl_s)
		return 0;
	o = draft_edit(d, t, s->pool);
	if (p->enabled != s->enabled)
		rc = put(o, "enabled", s->enabled ? "enabled" : "disabled", e);
	return rc != 0 || p->ttl_s == s->ttl_s ? rc :
	    put_number(o, "ttl", s->ttl_s, e);
}

static int
edit_ratio(struct draft *d, const struct side *s, struct err *e)
{
	const struct type *t = s->type->wide;
	const struct wideip *w = (const struct wideip *)draft_find(d, t,
	    s->wide);

	if (w == NULL || objlist_find(&w->pools, s->pool) == NULL)
		return err_set(e, ERR_REF, "%s is no pool of %s %s", s->pool,
		    t->words, s->wide);
	if (ratio_is(w, s->pool, s->ratio))
		return 0;
	w = (const struct wideip *)draft_edit(d, t, s->wide);
	return put_number(objlist_find(&w->pools, s->pool), "ratio", s->ratio,
	    e);
}

static int
edit_side(struct draft *d, const struct side *s, struct err *e)
{
	int rc = edit_pool(d, s, e);

	return rc != 0 ? rc : edit_ratio(d, s, e);
}

static int
edit(struct draft *d, const struct migspec *s,
    const struct migtraffic_setting *to, struct err *e)
{
	const char *path;
	enum wide_type type = split_wide(s, &path);
	struct side side = { .wide = path, .pool = s->from_pool,
	    .enabled = to->from_enabled, .ratio = to->from_ratio,
	    .ttl_s = to->from_ttl_s };
	int rc;

	if (type == WIDE_TYPES)
		return err_set(e, ERR_REF, "there is no wide IP %s", s->wideip);
	side.type = &recordtype_rows[type];
	rc = edit_side(d, &side, e);
	side.pool = s->to_pool;
	side.enabled = to->to_enabled;
	side.ratio = to->to_ratio;
	side.ttl_s = to->to_ttl_s;
	return rc != 0 ? rc : edit_side(d, &side, e);
}

/* The first error among findings that are not empty of them. */
static int
first_error(const struct diag *out, int rc, struct err *e)
{
	for (size_t i = 0; i < out->count; i++)
		if (out->entries[i].level == DIAG_ERROR)
			return err_set(e, out->entries[i].code, "%s",
			    out->entries[i].text);
	return err_set(e, rc, "the change was refused");
}

/* As if somebody of that name had asked, and waited for the answer. */
static int
commit(const struct moverset *s, struct draft **pd, struct err *e)
{
	char *target = mem_printf("/mgmt/tm/gtm/migration-command?reason=%s",
	    s->why);
	struct restrequest q = { .method = RESTREQUEST_POST, .target = target,
	    .peer = { .trusted = true, .role = RESTPEER_ADMIN } };
	const struct restcommit_ask ask = { .q = &q, .role = RESTPEER_ADMIN };
	struct restreply r = { .status = 200 };
	struct diag out;
	int rc;

	(void)snprintf(q.peer.user, sizeof(q.peer.user), "migration %s",
	    s->spec->name);
	diag_init(&out);
	rc = restcommit_make_told(s->changes, pd, &ask, &out);
	if (rc != 0) {
		rc = first_error(&out, rc, e);
		r.status = 400;
	}
	if (rc == 0 || s->refused == NULL || strcmp(s->refused, e->text) != 0)
		restcommit_audit(s->changes, &q, &r);
	diag_fini(&out);
	restreply_fini(&r);
	free(target);
	return rc;
}

int
moverset_apply(const struct moverset *s, const struct migtraffic_setting *to,
    struct err *e)
{
	struct draft *d;
	int rc;

	if (!moverset_is(store_model(s->store), s->spec, to)) {
		d = store_draft(s->store);
		rc = edit(d, s->spec, to, e);
		if (rc == 0)
			rc = commit(s, &d, e);
		draft_free(&d);
		if (rc != 0)
			return rc;
	}
	/* Whoever made it so, it is on disk, or taken back. */
	store_settle(s->store);
	return moverset_is(store_model(s->store), s->spec, to) ? 0 :
	    err_set(e, ERR_IO, "the change could not be made durable");
}
