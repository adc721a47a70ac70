/* etherip/control/moveroutes.c - see moveroutes.h. SPDX-License-Identifier: Apache-2.0 */
#include "etherip/control/moveroutes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/rest/restlimit.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "etherip/control/groupmover.h"
#include "etherip/control/moveask.h"
#include "etherip/control/movewords.h"
#include "etherip/control/tracewords.h"
#include "etherip/frame/macaddr.h"
#include "etherip/move/movelog.h"
#include "etherip/move/mover.h"

#define TRACE_NS	(60 * CLOCK_S)

struct moveroutes {
	unsigned	 magic;
#define MOVEROUTES_MAGIC 0x30fe2072u
	struct loop	*loop;
	struct groupmover *groups[MOVEROUTES_GROUPS_MAX];
	size_t		 count;
};

struct moveroutes *
moveroutes_new(struct loop *loop)
{
	struct moveroutes *m = mem_zalloc(1, sizeof(*m));

	m->magic = MOVEROUTES_MAGIC;
	m->loop = loop;
	return m;
}

void
moveroutes_free(struct moveroutes **pm)
{
	struct moveroutes *m = *pm;

	*pm = NULL;
	if (m == NULL)
		return;
	OBJ_CHECK(m, MOVEROUTES_MAGIC);
	m->magic = 0;
	free(m);
}

void
moveroutes_add(struct moveroutes *m, struct groupmover *g)
{
	OBJ_CHECK(m, MOVEROUTES_MAGIC);
	assert(m->count < MOVEROUTES_GROUPS_MAX);
	m->groups[m->count++] = g;
}

void
moveroutes_remove(struct moveroutes *m, struct groupmover *g)
{
	size_t i = 0;

	OBJ_CHECK(m, MOVEROUTES_MAGIC);
	while (i < m->count && m->groups[i] != g)
		i++;
	if (i == m->count)
		return;
	memmove(&m->groups[i], &m->groups[i + 1],
	    (--m->count - i) * sizeof(m->groups[0]));
}

/* ---- which station ---- */

static bool
is_called(const struct groupmover *g, const char *word)
{
	const char *name = groupmover_name(g), *last = strrchr(name, '/');

	return word == NULL || strcmp(name, word) == 0 ||
	    (last != NULL && strcmp(last + 1, word) == 0);
}

/* Its key in that group; false: an address that nobody there has. */
static bool
key_in(const struct moveroutes *m, struct groupmover *g,
    const struct moveask *a, struct fdb_key *k)
{
	*k = (struct fdb_key){ a->mac, a->vlan };
	return a->ip.family == 0 || mover_resolve(groupmover_mover(g), &a->ip,
	    a->vlan, loop_now_ns(m->loop), k);
}

static bool
knows(struct groupmover *g, const struct fdb_key *k)
{
	struct mover_where w;

	mover_where(groupmover_mover(g), k, &w);
	return w.member != FDB_NONE || w.frozen;
}

/* What is asked, and the one group that is meant: that knows the station, or the only one. */
struct meant {
	struct moveask	 ask;
	struct groupmover *group;
	struct fdb_key	 key;
};

static int
find_meant(const struct moveroutes *m, struct meant *out, struct err *e)
{
	const struct moveask *a = &out->ask;
	unsigned knowing = 0, named = 0, having = 0;
	struct fdb_key k;

	for (size_t i = 0; i < m->count; i++) {
		if (!is_called(m->groups[i], a->group))
			continue;
		named++;
		if (!key_in(m, m->groups[i], a, &k))
			continue;
		having++;
		if (!knows(m->groups[i], &k) && knowing > 0)
			continue;
		knowing += knows(m->groups[i], &k);
		out->group = m->groups[i];
		out->key = k;
	}
	if (named == 0)
		return err_set(e, ERR_NOTFOUND, "vlanGroup: there is no group "
		    "%s", a->group != NULL ? a->group : "at all");
	if (having == 0)
		return err_set(e, ERR_NOTFOUND, "station: nobody is known to "
		    "have %s; name it by its MAC address", a->station);
	if (knowing > 1 || (knowing == 0 && having > 1))
		return err_set(e, ERR_CONFLICT, "station: %s may be in several "
		    "groups; vlanGroup says which is meant", a->station);
	return 0;
}

/* ---- what is told ---- */

static void
put_text(struct json *j, const struct fdb_key *k, const char *what)
{
	char mac[MACADDR_TEXT_MAX];
	struct strbuf b;

	strbuf_init(&b);
	strbuf_printf(&b, "%s %s\n", macaddr_format(k->mac, mac), what);
	json_put_text(j, "text", b.text);
	strbuf_fini(&b);
}

static void
answer(const struct moveroutes *m, const struct meant *s, const char *what,
    struct restreply *r)
{
	struct json *j;

	groupmover_wake(s->group);
	j = movewords_where(s->group, &s->key, m->loop);
	put_text(j, &s->key, what);
	restreply_json(r, 200, &j);
}

/* False: r tells why not. */
static bool
read_meant(const struct moveroutes *m, const struct restrequest *q,
    unsigned words, struct meant *s, struct restreply *r)
{
	struct err e = { 0 };

	if (moveask_body(&s->ask, q->body, words, &e) == 0 &&
	    find_meant(m, s, &e) == 0)
		return true;
	(void)restreply_err(r, &e);
	return false;
}

/* ---- requests ---- */

static void
answer_freeze(const struct moveroutes *m, const struct meant *s,
    const struct mover_frozen *f, struct restreply *r)
{
	struct json *j, *warnings = json_new_array();

	groupmover_wake(s->group);
	j = movewords_where(s->group, &s->key, m->loop);
	json_put_bool(j, "held", f->held);
	json_put_int(j, "asked", (int64_t)f->ip_count);
	put_text(j, &s->key, f->ip_count > 0 ? "is looked for on all sides" :
	    "is waited for");
	if (f->ip_count == 0)
		json_add_text(warnings, "no address of it is known, so that it "
		    "cannot be asked for: it is found when it speaks; "
		    "addresses says which it has");
	json_put(j, "warnings", &warnings);
	restreply_json(r, 200, &j);
}

void
moveroutes_freeze(struct moveroutes *m, const struct restrequest *q,
    struct restreply *r)
{
	struct mover_freeze f = { .hold = false };
	struct mover_frozen out;
	struct err e = { 0 };
	struct meant s;

	OBJ_CHECK(m, MOVEROUTES_MAGIC);
	if (!read_meant(m, q, MOVEASK_FREEZE | MOVEASK_TIME, &s, r))
		return;
	f = (struct mover_freeze){ .key = s.key, .for_ns =
	    s.ask.for_ns != 0 ? s.ask.for_ns : MOVER_FREEZE_NS,
	    .hold = s.ask.hold, .ip_count = s.ask.address_count };
	memcpy(f.ips, s.ask.addresses, sizeof(f.ips));
	if (mover_freeze(groupmover_mover(s.group), &f, loop_now_ns(m->loop),
	    &out, &e) != 0)
		(void)restreply_err(r, &e);
	else
		answer_freeze(m, &s, &out, r);
}

/* Those that are about a station and nothing else. */
static void
simple(const struct moveroutes *m, const struct restrequest *q,
    int (*act)(struct mover *, const struct fdb_key *, mono_ns, struct err *),
    const char *done, struct restreply *r)
{
	struct err e = { 0 };
	struct meant s;

	OBJ_CHECK(m, MOVEROUTES_MAGIC);
	if (!read_meant(m, q, 0, &s, r))
		return;
	if (act(groupmover_mover(s.group), &s.key, loop_now_ns(m->loop),
	    &e) != 0)
		(void)restreply_err(r, &e);
	else
		answer(m, &s, done, r);
}

void
moveroutes_thaw(struct moveroutes *m, const struct restrequest *q,
    struct restreply *r)
{
	simple(m, q, mover_thaw, "is not looked for any more", r);
}

void
moveroutes_announce(struct moveroutes *m, const struct restrequest *q,
    struct restreply *r)
{
	simple(m, q, mover_announce, "is announced where it is not", r);
}

void
moveroutes_move(struct moveroutes *m, const struct restrequest *q,
    struct restreply *r)
{
	struct err e = { 0 };
	struct meant s;
	unsigned to;

	OBJ_CHECK(m, MOVEROUTES_MAGIC);
	if (!read_meant(m, q, MOVEASK_TO, &s, r))
		return;
	to = groupmover_member(s.group, s.ask.to);
	if (to == FDB_NONE) {
		(void)restreply_error(r, 400, "to: %s is not local, nor the "
		    "one tunnel of %s, nor the name of one", s.ask.to,
		    groupmover_name(s.group));
		return;
	}
	if (mover_move(groupmover_mover(s.group), &s.key, to,
	    loop_now_ns(m->loop), &e) != 0)
		(void)restreply_err(r, &e);
	else
		answer(m, &s, "is there now", r);
}

/* ---- what is on record ---- */

static struct json *
unknown(const struct moveask *a)
{
	struct json *j = json_new_object();

	json_put_text(j, "station", a->station);
	json_put_text(j, "where", "unknown");
	return j;
}

void
moveroutes_where(struct moveroutes *m, const struct restrequest *q,
    struct restreply *r)
{
	struct json *j, *one, *items;
	struct err e = { 0 };
	struct moveask a;
	struct fdb_key k;

	OBJ_CHECK(m, MOVEROUTES_MAGIC);
	if (moveask_params(&a, q, &e) != 0) {
		(void)restreply_err(r, &e);
		return;
	}
	items = json_new_array();
	for (size_t i = 0; i < m->count; i++) {
		if (!is_called(m->groups[i], a.group) ||
		    !key_in(m, m->groups[i], &a, &k) || !knows(m->groups[i], &k))
			continue;
		one = movewords_where(m->groups[i], &k, m->loop);
		json_add(items, &one);
	}
	if (json_count(items) == 0) {
		one = unknown(&a);
		json_add(items, &one);
	}
	j = restreply_document("tm:net:where:wherecollectionstate",
	    "/mgmt/tm/net/where");
	json_put(j, "items", &items);
	restreply_json(r, 200, &j);
}

/* Of the groups' next ones the latest, whose place it moves on; NULL: there is none. */
static const struct moveevent *
next_event(const struct moveroutes *m, size_t back[MOVEROUTES_GROUPS_MAX],
    struct groupmover **whose)
{
	const struct moveevent *latest = NULL, *one;
	size_t at = 0;

	for (size_t i = 0; i < m->count; i++) {
		one = mover_recent(groupmover_mover(m->groups[i]), back[i]);
		if (one != NULL && (latest == NULL || one->at > latest->at)) {
			latest = one;
			at = i;
		}
	}
	if (latest != NULL) {
		back[at]++;
		*whose = m->groups[at];
	}
	return latest;
}

void
moveroutes_moves(struct moveroutes *m, const struct restrequest *q,
    struct restreply *r)
{
	size_t back[MOVEROUTES_GROUPS_MAX] = { 0 };
	size_t limit = MOVELOG_MAX;
	struct json *j, *one, *items;
	const struct moveevent *e;
	struct groupmover *g = NULL;

	OBJ_CHECK(m, MOVEROUTES_MAGIC);
	if (restlimit_read(q, &limit, r) != 0)
		return;
	items = json_new_array();
	while (json_count(items) < limit &&
	    (e = next_event(m, back, &g)) != NULL) {
		one = movewords_event(g, e, m->loop);
		json_add(items, &one);
	}
	j = restreply_document("tm:net:moves:movescollectionstate",
	    "/mgmt/tm/net/moves");
	json_put(j, "items", &items);
	restreply_json(r, 200, &j);
}

static void
start_trace(const struct moveroutes *m, const struct restrequest *q,
    struct restreply *r)
{
	struct meant s;

	if (!read_meant(m, q, MOVEASK_TIME, &s, r))
		return;
	if (!groupmover_trace(s.group, &s.key, s.ask.for_ns != 0 ?
	    s.ask.for_ns : TRACE_NS))
		(void)restreply_error(r, 503, "%s: nobody notes frames there",
		    groupmover_name(s.group));
	else
		answer(m, &s, "is traced", r);
}

void
moveroutes_trace(struct moveroutes *m, const struct restrequest *q,
    struct restreply *r)
{
	struct json *j, *items;

	OBJ_CHECK(m, MOVEROUTES_MAGIC);
	if (q->method == RESTREQUEST_POST) {
		start_trace(m, q, r);
		return;
	}
	items = json_new_array();
	for (size_t i = 0; i < m->count; i++)
		tracewords_add(items, m->groups[i], m->loop);
	j = restreply_document("tm:net:trace:tracecollectionstate",
	    "/mgmt/tm/net/trace");
	json_put(j, "items", &items);
	restreply_json(r, 200, &j);
}

const char *
moveroutes_help(const char *path)
{
	static const struct {
		const char *path, *help;
	} rows[] = {
		{ "net/freeze", "A station is about to appear somewhere: it is "
		    "looked for on all sides. `station`, `addresses`, "
		    "`timeout` ms, `hold`, `vlanGroup`, `vlan`" },
		{ "net/thaw", "It is not looked for any more. `station`, "
		    "`vlanGroup`, `vlan`" },
		{ "net/announce", "Where a station is, is told again. "
		    "`station`, `vlanGroup`, `vlan`" },
		{ "net/move", "A station is there now. `station`, `to` "
		    "(`local`, `remote` or a tunnel), `vlanGroup`, `vlan`" },
		{ "net/where", "Where a station is, since when, and how often "
		    "it moved; `?station=` (MAC or IP address), "
		    "`?vlanGroup=`, `?vlan=`" },
		{ "net/trace", "The latest frames of one station, and what "
		    "became of them: POST `station`, `timeout` ms, "
		    "`vlanGroup`, `vlan` begins it. What the kernel forwards "
		    "by itself is not seen" },
		{ "net/moves", "What happened to stations, the latest first; "
		    "`?limit=`" },
	};

	for (size_t i = 0; i < OBJ_COUNT(rows); i++)
		if (strcmp(rows[i].path, path) == 0)
			return rows[i].help;
	return NULL;
}
