/* gtmd/control/control_metrics.c - see control_metrics.h.
 *
 * A family's samples stand together in the text, so that the objects are
 * walked once for each family. Between two pieces the walk remembers where it
 * was by name, since maps move when they grow. Layer: gtmd.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/control/control_metrics.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/rest/metrics.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "gtmd/control/control_counts.h"
#include "gtmd/control/control_totals.h"
#include "gtmd/count/tally.h"
#include "gtmd/plan/plan_graph.h"

#define PIECE	((size_t)32 * 1024)	/* octets, or a little more */

enum kind { KIND_WIDE, KIND_POOL, KIND_MEMBER, KIND_SERVER, KIND_VS,
    KIND_DATACENTER, KINDS };

/* As label values of gtm_objects. */
static const char *const kind_names[KINDS] = {
	[KIND_WIDE] = "wideip", [KIND_POOL] = "pool",
	[KIND_MEMBER] = "pool_member", [KIND_SERVER] = "server",
	[KIND_VS] = "virtual_server", [KIND_DATACENTER] = "datacenter",
};

struct scrape {
	unsigned	 magic;
#define SCRAPE_MAGIC	0x5c4a9e00u
	const struct control_metrics *m;
	unsigned	 kinds;		/* bits of those that are told */
	bool		 totals;	/* those of the process are out */
	size_t		 row;		/* in rows; begun: its head is out */
	bool		 begun;
	unsigned	 type;		/* which of the plan's maps of a kind */
	size_t		 at;		/* in that map */
	char		*last;		/* key before at, while we pause */
	uint64_t	 serial;	/* plan's, when at was right */
	uint64_t	 census[KINDS][STATUS_AVAILABILITIES]
			    [STATUS_DISABLED_BY_PARENT + 1];
};

/* One object, and the labels that name it. */
struct subject {
	enum kind	 kind;
	const struct plan_node *node;
	const void	*thing;		/* struct plan_… of its kind */
	struct metrics_label labels[5];	/* room for one more */
};

typedef void put_fn(struct scrape *s, struct strbuf *b,
    const struct metrics_family *f, const struct subject *o);

/* ---- samples ---- */

static void
put_available(struct scrape *s, struct strbuf *b,
    const struct metrics_family *f, const struct subject *o)
{
	const struct status *st = &o->node->status;

	s->census[o->kind][st->availability][st->enabled]++;
	metrics_add(b, f, o->labels, status_is_usable(st->availability));
}

static void
put_enabled(struct scrape *s, struct strbuf *b,
    const struct metrics_family *f, const struct subject *o)
{
	(void)s;
	metrics_add(b, f, o->labels,
	    o->node->status.enabled == STATUS_ENABLED);
}

static void
put_requests(struct scrape *s, struct strbuf *b,
    const struct metrics_family *f, const struct subject *o)
{
	const struct plan_wide *w = o->thing;

	(void)s;
	metrics_add(b, f, o->labels, tally_sum(w->tally + DECISION_REQUESTS));
}

static void
put_failures(struct scrape *s, struct strbuf *b,
    const struct metrics_family *f, const struct subject *o)
{
	const struct plan_wide *w = o->thing;

	(void)s;
	metrics_add(b, f, o->labels, tally_sum(w->tally + DECISION_FAILED));
}

/* A sample for each way of choosing, with a label how. */
static void
put_hows(struct strbuf *b, const struct metrics_family *f,
    const struct subject *o, const struct control_counts *c)
{
	const struct {
		const char	*how;
		uint64_t	 n;
	} all[] = {
		{ "preferred", c->preferred }, { "alternate", c->alternate },
		{ "fallback", c->fallback }, { "returned", c->returned },
		{ "dropped", c->dropped },
	};
	struct subject with = *o;
	size_t n = 0;

	while (with.labels[n].name != NULL)
		n++;
	assert(n + 1 < OBJ_COUNT(with.labels));
	with.labels[n].name = "how";
	for (size_t i = 0; i < OBJ_COUNT(all); i++) {
		with.labels[n].value = all[i].how;
		metrics_add(b, f, with.labels, all[i].n);
	}
}

static void
put_wide_answers(struct scrape *s, struct strbuf *b,
    const struct metrics_family *f, const struct subject *o)
{
	struct control_counts c;

	(void)s;
	control_counts_wide(o->thing, &c);
	put_hows(b, f, o, &c);
}

static void
put_pool_answers(struct scrape *s, struct strbuf *b,
    const struct metrics_family *f, const struct subject *o)
{
	struct control_counts c;

	(void)s;
	control_counts_pool(o->thing, &c);
	put_hows(b, f, o, &c);
}

static void
put_member_answers(struct scrape *s, struct strbuf *b,
    const struct metrics_family *f, const struct subject *o)
{
	struct control_counts c;

	(void)s;
	control_counts_member(o->thing, &c);
	metrics_add(b, f, o->labels, control_counts_answers(&c));
}

static void
put_picks(struct scrape *s, struct strbuf *b, const struct metrics_family *f,
    const struct subject *o)
{
	(void)s;
	metrics_add(b, f, o->labels, control_counts_picks(o->thing));
}

#define STATES(kind, name)						\
	{ { "gtm_" name "_available", METRICS_GAUGE, "1: usable as far as " \
	    "monitors know, or not watched; 0: offline or over a limit." }, \
	    (kind), put_available },					\
	{ { "gtm_" name "_enabled", METRICS_GAUGE, "1: enabled; 0: "	\
	    "disabled, itself or by what it is in." }, (kind), put_enabled }

static const struct {
	struct metrics_family family;
	enum kind	 kind;
	put_fn		*put;
} rows[] = {
	{ { "gtm_wideip_requests_total", METRICS_COUNTER,
	    "Queries that a wide IP decided." }, KIND_WIDE, put_requests },
	{ { "gtm_wideip_answers_total", METRICS_COUNTER, "Decisions of a "
	    "wide IP that chose a pool, by how it was chosen." },
	    KIND_WIDE, put_wide_answers },
	{ { "gtm_wideip_failures_total", METRICS_COUNTER, "Queries that "
	    "nothing was found for: the failure policy answered." },
	    KIND_WIDE, put_failures },
	STATES(KIND_WIDE, "wideip"),
	{ { "gtm_pool_answers_total", METRICS_COUNTER, "Decisions of all "
	    "wide IPs that chose a pool, by how it was chosen." },
	    KIND_POOL, put_pool_answers },
	STATES(KIND_POOL, "pool"),
	{ { "gtm_pool_member_answers_total", METRICS_COUNTER,
	    "How often a member was answered with." },
	    KIND_MEMBER, put_member_answers },
	STATES(KIND_MEMBER, "pool_member"),
	{ { "gtm_virtual_server_picks_total", METRICS_COUNTER,
	    "How often members that are this virtual server were answered "
	    "with." }, KIND_VS, put_picks },
	STATES(KIND_VS, "virtual_server"),
	STATES(KIND_SERVER, "server"),
	STATES(KIND_DATACENTER, "datacenter"),
};

/* ---- objects ---- */

/* The plan's map of a kind; NULL: there is none of that number. */
static const struct map *
map_of(const struct plan *p, enum kind kind, unsigned type)
{
	switch (kind) {
	case KIND_WIDE:
		return type < WIDE_TYPES ? &p->wides[type] : NULL;
	case KIND_POOL: case KIND_MEMBER:
		return type < WIDE_TYPES ? &p->pools[type] : NULL;
	case KIND_SERVER: case KIND_VS:
		return type == 0 ? &p->servers : NULL;
	case KIND_DATACENTER:
		return type == 0 ? &p->datacenters : NULL;
	case KINDS:
		break;
	}
	return NULL;
}

static void
put_members(struct scrape *s, struct strbuf *b, const struct plan_pool *p)
{
	for (size_t i = 0; i < p->member_count; i++) {
		const struct plan_member *m = p->members[i];
		const struct subject o = { KIND_MEMBER, &m->node, m, {
			{ "type", recordtype_rows[p->type].name },
			{ "pool", p->name },
			{ "member", m->obj->obj.name } } };

		rows[s->row].put(s, b, &rows[s->row].family, &o);
	}
}

static void
put_vss(struct scrape *s, struct strbuf *b, const struct plan_server *server)
{
	const struct plan_vs *vs;
	const char *name;
	size_t at = 0;

	while ((vs = map_next(&server->vss, &at, &name)) != NULL) {
		const struct subject o = { KIND_VS, &vs->node, vs, {
			{ "server", server->name },
			{ "virtual_server", name } } };

		if (vs->obj != NULL)
			rows[s->row].put(s, b, &rows[s->row].family, &o);
	}
}

/* The object in the map, or those that are in it. What is only referred to is
 * not there for anybody else. */
static void
put_value(struct scrape *s, struct strbuf *b, const void *value)
{
	struct subject o = { .kind = rows[s->row].kind, .thing = value };
	const struct plan_wide *w = value;
	const struct plan_pool *p = value;
	const struct plan_server *server = value;
	const struct plan_datacenter *dc = value;
	bool there = true;

	switch (o.kind) {
	case KIND_WIDE:
		o.node = &w->node;
		o.labels[0] = (struct metrics_label){ "type",
		    recordtype_rows[w->type].name };
		o.labels[1] = (struct metrics_label){ "wideip", w->name };
		break;
	case KIND_POOL:
		there = p->obj != NULL;
		o.node = &p->node;
		o.labels[0] = (struct metrics_label){ "type",
		    recordtype_rows[p->type].name };
		o.labels[1] = (struct metrics_label){ "pool", p->name };
		break;
	case KIND_SERVER:
		o.node = &server->node;
		o.labels[0] = (struct metrics_label){ "server", server->name };
		break;
	case KIND_DATACENTER:
		there = dc->obj != NULL;
		o.node = &dc->node;
		o.labels[0] = (struct metrics_label){ "datacenter", dc->name };
		break;
	case KIND_MEMBER:
		put_members(s, b, p);
		return;
	case KIND_VS:
		put_vss(s, b, server);
		return;
	case KINDS:
		return;
	}
	if (there)
		rows[s->row].put(s, b, &rows[s->row].family, &o);
}

/* ---- pieces ---- */

static void
next_row(struct scrape *s)
{
	s->at = 0;
	s->type = 0;
	s->begun = false;
	s->row++;
}

/* One object of the family whose turn it is, or a step towards the next. Gives
 * the key of the object, or NULL. */
static const char *
step(struct scrape *s, struct strbuf *b)
{
	enum kind kind = rows[s->row].kind;
	const struct map *map = (s->kinds & 1u << kind) != 0 ?
	    map_of(s->m->plan, kind, s->type) : NULL;
	const char *key = NULL;
	const void *value;

	if (map == NULL) {
		next_row(s);
		return NULL;
	}
	if (!s->begun)
		metrics_open(b, &rows[s->row].family);
	s->begun = true;
	value = map_next(map, &s->at, &key);
	if (value != NULL) {
		put_value(s, b, value);
		return key;
	}
	s->at = 0;
	s->type++;
	return NULL;
}

static void
pause_at(struct scrape *s, const char *key)
{
	free(s->last);
	s->last = mem_strdup(key);
	s->serial = s->m->plan->serial;
}

static void
resume(struct scrape *s)
{
	if (s->last != NULL && s->serial != s->m->plan->serial)
		s->at = map_resume(map_of(s->m->plan, rows[s->row].kind,
		    s->type), s->last, s->at);
}

static void
put_counted(const struct scrape *s, struct strbuf *b,
    const struct metrics_family *f, enum kind k, enum status_availability a)
{
	for (int e = 0; e <= STATUS_DISABLED_BY_PARENT; e++) {
		const struct metrics_label l[] = {
			{ "kind", kind_names[k] },
			{ "availability", status_availability_name(a) },
			{ "state", status_enabled_name((enum status_enabled)e) },
			{ NULL, NULL }
		};

		metrics_add(b, f, l, s->census[k][a][e]);
	}
}

/* How many objects are in which state: of all those that were told. */
static void
put_census(const struct scrape *s, struct strbuf *b)
{
	static const struct metrics_family f = { "gtm_objects", METRICS_GAUGE,
	    "Objects by kind, availability and enabled state." };

	metrics_open(b, &f);
	for (int k = 0; k < KINDS; k++)
		if ((s->kinds & 1u << k) != 0)
			for (int a = 0; a < STATUS_AVAILABILITIES; a++)
				put_counted(s, b, &f, (enum kind)k,
				    (enum status_availability)a);
}

static bool
on_more(void *arg, struct strbuf *out)
{
	struct scrape *s = arg;
	const char *key = NULL;

	OBJ_CHECK(s, SCRAPE_MAGIC);
	if (!s->totals)
		control_totals_write(s->m, out);
	s->totals = true;
	resume(s);
	while (s->row < OBJ_COUNT(rows) && out->len < PIECE)
		key = step(s, out);
	if (s->row < OBJ_COUNT(rows)) {
		pause_at(s, key);
		return true;
	}
	put_census(s, out);
	return false;
}

static void
on_free(void *arg)
{
	struct scrape *s = arg;

	OBJ_CHECK(s, SCRAPE_MAGIC);
	free(s->last);
	s->magic = 0;
	free(s);
}

/* -1: there is no such kind. */
static int
kind_parse(const char *name)
{
	for (int k = 0; k < KINDS; k++)
		if (strcmp(kind_names[k], name) == 0)
			return k;
	return -1;
}

/* The bits of what was asked for. Not 0: r says what is wrong. */
static int
read_kinds(const struct restrequest *q, unsigned *kinds, struct restreply *r)
{
	bool given = false;
	int k;

	*kinds = 0;
	for (size_t i = 0; i < q->param_count; i++) {
		const char *value = q->params[i].value;

		if (strcmp(q->params[i].key, "collect[]") != 0)
			continue;
		given = true;
		if (strcmp(value, "none") == 0)
			continue;
		k = kind_parse(value);
		if (k < 0)
			return restreply_error(r, 400, "collect[]: there is "
			    "no kind \"%.40s\"", value);
		*kinds |= 1u << k;
	}
	if (!given)
		*kinds = (1u << KINDS) - 1;
	return 0;
}

void
control_metrics_scrape(const struct control_metrics *m,
    const struct restrequest *q, struct restreply *r)
{
	struct restreply_stream stream = { on_more, on_free, NULL };
	struct scrape *s;
	unsigned kinds;

	if (read_kinds(q, &kinds, r) != 0)
		return;
	stream.arg = s = mem_zalloc(1, sizeof(*s));
	s->magic = SCRAPE_MAGIC;
	s->m = m;
	s->kinds = kinds;
	restreply_stream(r, METRICS_TYPE, &stream);
}

void
control_metrics_on_change(void *arg, const struct store_change *changes,
    size_t count)
{
	struct control_metrics *m = arg;

	(void)changes;
	m->commits++;
	m->changes += count;
}
