/* admin/shell/view.c - see view.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/view.h"

#include <stdlib.h>
#include <string.h>

#include "admin/shell/catalog.h"
#include "admin/shell/command.h"
#include "admin/shell/listing.h"
#include "admin/shell/migrate.h"
#include "admin/shell/phrase.h"
#include "admin/shell/report.h"
#include "admin/shell/rest.h"
#include "admin/shell/session.h"
#include "admin/shell/statview.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"

static int
get(struct session *s, const char *path, struct rest_result *r, struct err *e)
{
	return rest_call(session_client(s, path), &(struct rest_call){
	    .method = "GET", .path = path }, r, e);
}

/* The properties that the command names, in full, and how many. */
static int
collect_names(const struct command *c, const struct phrase *p,
    const char **names, size_t *count, struct err *e)
{
	const struct catalog_prop *row;

	*count = 0;
	for (size_t i = c->rest; i < p->count; i++) {
		const char *word = phrase_word(p, i);
		bool option = false;

		for (const char *const *o = command_options(c->verb);
		    *o != NULL; o++)
			option |= strcmp(*o, word) == 0;
		if (option)
			continue;
		row = catalog_prop(c->target.types[0], word, e);
		if (row == NULL)
			return e->code;
		/* Either word of a flag may stand there. */
		for (size_t k = 0; row->kind == CATALOG_FLAG && k < 2; k++)
			names[(*count)++] =
			    json_get_text(json_item(row->words, k));
		if (row->kind != CATALOG_FLAG)
			names[(*count)++] = row->name;
	}
	return 0;
}

/* What a command is to print, gathered over its types. */
struct gather {
	struct session	*s;
	const struct command *c;
	const char	*form;		/* of text: "list", "all" */
	struct strbuf	 out;
	unsigned	 count;		/* objects */
};

static bool
is_pattern(const char *name)
{
	return name != NULL && (strcmp(name, "all") == 0 ||
	    strpbrk(name, "*?[") != NULL);
}

static void
add_object(struct gather *g, const struct json *o)
{
	const char *text = json_get_text(json_find(o, "text"));
	const char *name = json_get_text(json_find(o, "fullPath"));
	char *doc;

	if (is_pattern(g->c->name) &&
	    (name == NULL || !statview_matches(g->c->name, name)))
		return;
	g->count++;
	if ((g->c->options & COMMAND_JSON) == 0) {
		strbuf_add(&g->out, text != NULL ? text : "");
		return;
	}
	doc = json_text(o);
	strbuf_add(&g->out, doc);
	free(doc);
}

/* A type's objects, or the one that is named. */
static int
gather_type(struct gather *g, const struct catalog_type *t, struct err *e)
{
	bool one = t->single ||
	    (g->c->name != NULL && !is_pattern(g->c->name));
	char *tail = (g->c->options & COMMAND_JSON) ?
	    mem_strdup("?expandSubcollections=true") :
	    mem_printf("?text=%s", g->form);
	char *path = rest_path(t, one ? g->c->name : NULL, tail);
	struct rest_result r;
	int rc = get(g->s, path, &r, e);

	if (rc == 0 && one) {
		add_object(g, r.body);
	} else if (rc == 0) {
		const struct json *items = json_find(r.body, "items");

		for (size_t i = 0; i < json_count(items); i++)
			add_object(g, json_item(items, i));
	}
	rest_result_fini(&r);
	free(path);
	free(tail);
	return rc;
}

/* All types of the command. An object that is named need be of one of them. */
static int
gather_all(struct gather *g, struct err *e)
{
	const struct typewords *t = &g->c->target;

	for (size_t i = 0; i < t->count; i++) {
		int rc = gather_type(g, t->types[i], e);

		if (rc != 0 && (rc != ERR_NOTFOUND || t->count == 1))
			return rc;
	}
	if (g->c->name != NULL && g->count == 0)
		return err_set(e, ERR_NOTFOUND, "%s: nothing is called %s",
		    t->words, g->c->name);
	return 0;
}

int
view_list(struct session *s, const struct command *c, const struct phrase *p,
    struct err *e)
{
	const char **names = mem_zalloc(2 * p->count + 1, sizeof(char *));
	struct gather g = { .s = s, .c = c };
	struct strbuf some;
	size_t count;
	int rc = collect_names(c, p, names, &count, e);

	strbuf_init(&g.out);
	strbuf_init(&some);
	g.form = count > 0 || (c->options & COMMAND_ALL_PROPERTIES) ? "all" :
	    "list";
	if (rc == 0)
		rc = gather_all(&g, e);
	if (rc == 0 && count > 0) {
		listing_select(&some, g.out.text, names, count);
		strbuf_clear(&g.out);
		strbuf_add(&g.out, some.text);
	}
	if (rc == 0 && (c->options & COMMAND_ONE_LINE)) {
		strbuf_clear(&some);
		listing_one_line(&some, g.out.text);
		fputs(some.text, s->out);
	} else if (rc == 0) {
		fputs(g.out.text, s->out);
	}
	strbuf_fini(&some);
	strbuf_fini(&g.out);
	free(names);
	return rc;
}

/* The version, or whatever else is an object of texts. */
static int
show_version(struct session *s, struct err *e)
{
	struct rest_result r;
	int rc = get(s, "/mgmt/tm/sys/version", &r, e);

	if (rc == 0) {
		char *text = json_text(r.body);

		fputs(text, s->out);
		free(text);
	}
	rest_result_fini(&r);
	return rc;
}

/* One table a type. */
static int
show_type(struct session *s, const struct command *c,
    const struct catalog_type *t, unsigned *count, struct err *e)
{
	bool one = c->name != NULL && !is_pattern(c->name);
	struct statview v = { .raw = (c->options & COMMAND_RAW) != 0,
	    .colour = s->colour, .pattern = one ? NULL : c->name };
	char *tail = c->items != NULL ?
	    mem_printf("/%s/stats", c->items->name) : mem_strdup("/stats");
	char *path = rest_path(t, one ? c->name : NULL, tail), *doc;
	struct rest_result r;
	struct strbuf out;
	int rc = get(s, path, &r, e);

	strbuf_init(&out);
	if (rc == 0 && (c->options & COMMAND_JSON)) {
		doc = json_text(r.body);
		strbuf_add(&out, doc);
		free(doc);
		*count += 1;
	} else if (rc == 0) {
		*count += statview_format(&out, r.body, &v);
		if (c->target.count > 1 && out.len > 0)
			fprintf(s->out, "%s\n", t->words);
	}
	fputs(out.text, s->out);
	strbuf_fini(&out);
	rest_result_fini(&r);
	free(path);
	free(tail);
	return rc;
}

/* Not each type has states. */
static bool
is_there(struct session *s, const struct command *c)
{
	bool there = false;

	for (size_t i = 0; i < c->target.count && !there &&
	    !is_pattern(c->name); i++) {
		char *path = rest_path(c->target.types[i], c->name, NULL);
		struct rest_result r = { 0 };
		struct err e;

		there = get(s, path, &r, &e) == 0;
		rest_result_fini(&r);
		free(path);
	}
	return there;
}

int
view_show(struct session *s, const struct command *c, struct err *e)
{
	unsigned count = 0;

	if (c->options & COMMAND_VERSION)
		return show_version(s, e);
	if (c->report != NULL)
		return report_show(s, c, e);
	if (migrate_is_shown(c))
		return migrate_show(s, c, e);
	for (size_t i = 0; i < c->target.count; i++) {
		const struct catalog_type *t = c->target.types[i];
		int rc = show_type(s, c, t, &count, e);

		/* Of several types, some have no state to show. */
		if (rc != 0 && (c->target.count == 1 || (rc != ERR_NOTFOUND &&
		    rc != ERR_PARSE)))
			return rc;
	}
	if (c->name == NULL || count > 0)
		return 0;
	return c->items == NULL && is_there(s, c) ? err_set(e, ERR_NOTFOUND, "%s: %s has nothing "
	    "to show; list has its properties", c->target.words, c->name) :
	    err_set(e, ERR_NOTFOUND, "%s: nothing is called %s",
	    c->target.words, c->name);
}
