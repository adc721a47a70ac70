/* tests/unit/gtmd/plan/graph.c - a plan over a model in text; see graph.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/gtmd/plan/graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/io/rcu.h"
#include "core/model/draft.h"
#include "core/model/model.h"
#include "core/model/object.h"
#include "core/model/overlay.h"
#include "core/model/store.h"
#include "core/model/tmos_bind.h"
#include "core/model/type.h"
#include "core/wire/wbuf.h"
#include "gtmd/count/tally.h"
#include "gtmd/plan/plan_pool.h"
#include "gtmd/query/rrtext.h"
#include "gtmd/query/widetable.h"
#include "gtmd/topology/asker.h"
#include "gtmd/types/gtm.h"
#include "gtmd/types/server.h"
#include "zones/rrtype.h"

struct model *graph_model;
struct measures *graph_metrics;
const char *graph_here;

/* ---- life ---- */

static void
on_changed(void *arg)
{
	((struct graph *)arg)->remembered++;
}

static const struct server *
here(const struct model *m)
{
	return graph_here == NULL ? NULL : (const struct server *)model_find(m,
	    &server_type, graph_here);
}

static void
init(struct graph *g)
{
	struct plan_config c = { .store = NULL, .changed = on_changed,
	    .arg = g, .here = here };

	*g = (struct graph){ .wides = widetable_new(),
	    .tally = tally_open() };
	c.wides = g->wides;
	c.metrics = graph_metrics;
	g->plan = plan_new(&c);
}

void
graph_init(struct graph *g)
{
	graph_model = model_new(&gtm_schema);
	init(g);
}

void
graph_init_beside(struct graph *g)
{
	struct store_change *c = NULL;
	const struct object *o;
	size_t n = 0, room = 0, at;

	init(g);
	for (size_t t = 0; gtm_schema.types[t] != NULL; t++)
		for (at = 0; (o = model_next(graph_model, gtm_schema.types[t],
		    &at)) != NULL;) {
			c = mem_grow(c, &room, n + 1, sizeof(*c));
			c[n++] = (struct store_change){ .now = o };
		}
	plan_on_change(g->plan, c, n);
	free(c);
}

void
graph_fini_beside(struct graph *g)
{
	plan_free(&g->plan);
	widetable_free(&g->wides);
	tally_close(&g->tally);
}

void
graph_fini(struct graph *g)
{
	graph_fini_beside(g);
	model_free(&graph_model);
	rcu_drain();
}

/* ---- changes ---- */

static void
bind_text(struct draft *d, const char *text, struct diag *out)
{
	struct tmos_bind b = { .schema = &gtm_schema, .out = out };
	struct draft *scratch = draft_new(&gtm_schema, NULL);
	struct diag_pos pos = { "test", 1, 1 };
	struct overlay_entry *en;
	struct overlay_walk w = { 0 };

	(void)tmos_bind_text(&b, scratch, text, strlen(text), &pos);
	while ((en = overlay_next(draft_overlay(scratch), &w)) != NULL) {
		struct object *o = object_clone(en->now);

		draft_put(d, &o);
	}
	draft_free(&scratch);
}

static void
delete_all(struct draft *d, const char *const *gone)
{
	for (; gone != NULL && *gone != NULL; gone++) {
		/* The name of a record is more than a word. */
		const char *ldns = strstr(*gone, " ldns: ");
		const char *name = (ldns != NULL ? ldns :
		    strrchr(*gone, ' ')) + 1;
		char words[64];
		const struct type *t;

		(void)snprintf(words, sizeof(words), "%.*s",
		    (int)(name - *gone - 1), *gone);
		t = schema_find(&gtm_schema, words);
		assert_non_null(t);
		assert_int_equal(draft_delete(d, t, name, NULL), 0);
	}
}

static void
expect_clean(const struct diag *out)
{
	char line[1024];

	for (size_t i = 0; i < out->count; i++) {
		if (out->entries[i].level != DIAG_ERROR)
			continue;
		diag_format(&out->entries[i], line, sizeof(line));
		fail_msg("%s", line);
	}
}

void
graph_commit(struct graph *g, struct draft *d)
{
	struct overlay_walk w = { 0 };
	struct overlay_entry *en;
	struct store_change *c;
	size_t n = 0;

	c = mem_zalloc(draft_overlay(d)->count, sizeof(*c));
	while ((en = overlay_next(draft_overlay(d), &w)) != NULL) {
		const struct object *was = model_find(graph_model, en->type,
		    en->name);

		c[n].was = was != NULL ?
		    object_ref((struct object *)(uintptr_t)was) : NULL;
		c[n].now = en->now;
		n++;
		if (en->now != NULL) {
			struct object *o = object_ref(en->now);

			model_put(graph_model, &o);
		} else {
			model_remove(graph_model, en->type, en->name);
		}
	}
	plan_on_change(g->plan, c, n);
	for (size_t i = 0; i < n; i++) {
		struct object *o = (struct object *)(uintptr_t)c[i].was;

		object_unref(&o);
	}
	free(c);
}

void
graph_change(struct graph *g, const char *text, const char *const *gone)
{
	struct draft *d = draft_new(&gtm_schema, graph_model);
	struct diag out;

	diag_init(&out);
	bind_text(d, text, &out);
	delete_all(d, gone);
	(void)draft_check(d, &out);
	expect_clean(&out);
	graph_commit(g, d);
	draft_free(&d);
	diag_fini(&out);
}

void
graph_put(struct graph *g, const char *text)
{
	graph_change(g, text, NULL);
}

void
graph_delete(struct graph *g, const char *const *objects)
{
	graph_change(g, "", objects);
}

void
graph_tell(struct graph *g, struct object *const *objects, size_t count)
{
	struct store_change *c = mem_zalloc(count, sizeof(*c));

	for (size_t i = 0; i < count; i++)
		c[i].now = objects[i];
	plan_on_change(g->plan, c, count);
	free(c);
}

/* ---- questions ---- */

struct plan_wide *
graph_wide(const struct graph *g, enum wide_type type, const char *name)
{
	struct plan_wide *w = map_find(&g->plan->wides[type], name);

	assert_non_null(w);
	return w;
}

struct plan_pool *
graph_pool(const struct graph *g, enum wide_type type, const char *name)
{
	struct plan_pool *pool = map_find(&g->plan->pools[type], name);

	assert_non_null(pool);
	return pool;
}

struct plan_member *
graph_member(const struct graph *g, const char *pool, const char *key)
{
	struct plan_member *m = plan_pool_find_member(
	    graph_pool(g, WIDE_A, pool), key);

	assert_non_null(m);
	return m;
}

static void
say_answer(struct strbuf *b, const uint8_t *octets,
    const struct decision_out *out)
{
	struct addr a = { .family = AF_INET };
	char addr[ADDR_TEXT_MAX], name[DNSNAME_TEXT_MAX];

	if (out->target != NULL) {
		strbuf_add(b, dnsname_format(out->target, name));
		return;
	}
	if (octets[3] != RRTYPE_A) {	/* one record of the other types */
		rrtext_data(octets[3], octets + 12,
		    (size_t)octets[10] << 8 | octets[11], b);
		return;
	}
	for (size_t i = 0; i < out->count; i++) {
		memcpy(a.octets, octets + i * 16 + 12, 4);
		strbuf_printf(b, "%s%s", i > 0 ? "+" : "",
		    addr_format(&a, addr));
	}
}

static void
say(struct strbuf *b, const uint8_t *octets, const struct decision_out *out)
{
	switch (out->action) {
	case DECISION_ANSWER:
		say_answer(b, octets, out);
		break;
	case DECISION_NODATA:
		strbuf_printf(b, "nodata(%u)", out->negative_ttl_s);
		break;
	case DECISION_RCODE:
		strbuf_printf(b, "rcode%u", out->rcode);
		break;
	case DECISION_ZONE:
		strbuf_add(b, "zone");
		break;
	case DECISION_DROP:
		strbuf_add(b, "drop");
		break;
	}
}

const char *
graph_ask(const struct graph *g, enum wide_type type, const char *name,
    unsigned times)
{
	static char text[4096];
	struct strbuf b;

	strbuf_init(&b);
	for (unsigned i = 0; i < times; i++) {
		const struct decision *d = decision_get(
		    graph_wide(g, type, name)->slot);
		struct decision_out out;
		struct asker nobody = { .scope = 0 };
		uint8_t octets[4096];
		struct wbuf w;

		wbuf_init(&w, octets, sizeof(octets));
		strbuf_add(&b, i > 0 ? " " : "");
		if (d == NULL) {
			strbuf_add(&b, "none");
			continue;
		}
		decision_answer(d, &(struct decision_ask){ .tally = g->tally,
		    .asker = &nobody, .owner = 0xc00c }, &w, &out);
		say(&b, octets, &out);
	}
	(void)snprintf(text, sizeof(text), "%s", b.text);
	strbuf_fini(&b);
	return text;
}
