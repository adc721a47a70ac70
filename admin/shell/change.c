/* admin/shell/change.c - see change.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/change.h"

#include <stdlib.h>
#include <string.h>

#include "admin/shell/catalog.h"
#include "admin/shell/command.h"
#include "admin/shell/edit.h"
#include "admin/shell/inquiry.h"
#include "admin/shell/phrase.h"
#include "admin/shell/rest.h"
#include "admin/shell/session.h"
#include "admin/shell/statview.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/model/json.h"

/* Somebody else changed the object between our reading and writing it: so many
 * times we read it again. */
#define TRIES	5

/* Asks, and has no use for the answer. */
static int
ask(struct client *to, const struct rest_call *q, struct err *e)
{
	struct rest_result r;
	int rc = rest_call(to, q, &r, e);

	rest_result_fini(&r);
	return rc;
}

/* Notes a change that is only thought of. */
static int
record(struct json *calls, const struct rest_call *q)
{
	struct json *j = json_new_object(), *body;

	json_put_text(j, "method", q->method);
	json_put_text(j, "uri", q->path);
	if (q->body != NULL) {
		body = json_clone(q->body);
		json_put(j, "body", &body);
	}
	json_add(calls, &j);
	return 0;
}

/* Makes a change, and tells its effect if that is wanted. */
static int
write_call(struct session *s, const struct rest_call *q, struct err *e)
{
	struct rest_call with = *q;
	struct rest_result r;
	char *path;
	int rc;

	if (s->record != NULL)
		return record(s->record, q);
	path = mem_printf("%s%s", q->path, s->effect ? "?effect=1" : "");
	with.path = path;
	rc = rest_call(session_client(s, q->path), &with, &r, e);
	if (rc == 0 && s->effect)
		inquiry_effect(s, json_find(r.body, "effect"));
	rest_result_fini(&r);
	free(path);
	return rc;
}

static int
call(struct session *s, const char *method, const char *path,
    const struct json *body, struct err *e)
{
	return write_call(s, &(struct rest_call){ .method = method,
	    .path = path, .body = body }, e);
}

int
change_create(struct session *s, const struct command *c,
    const struct phrase *p, struct err *e)
{
	struct json *body = json_new_object();
	const struct edit ed = { .folder = s->folder, .body = body };
	int rc;

	json_put_text(body, "name", c->name);
	rc = edit_properties(&ed, c->target.whole, p, c->rest, e);
	if (rc == 0)
		rc = call(s, "POST", c->target.whole->path, body, e);
	json_free(&body);
	return rc;
}

struct change {
	struct session	*s;
	const struct command *c;
	const struct phrase *p;
};

static int
modify_once(const struct change *ch, const char *name, struct err *e)
{
	const struct catalog_type *t = ch->c->target.whole;
	char *path = rest_path(t, name, NULL);
	char *whole = rest_path(t, name, "?expandSubcollections=true");
	struct client *to = session_client(ch->s, path);
	struct rest_result had = { 0 };
	struct edit ed = { .folder = ch->s->folder };
	int rc = 0;

	if (edit_needs_current(ch->p, ch->c->rest))
		rc = rest_call(to, &(struct rest_call){
		    .method = "GET", .path = whole }, &had, e);
	ed.current = had.body;
	ed.body = json_new_object();
	if (rc == 0)
		rc = edit_properties(&ed, t, ch->p, ch->c->rest, e);
	if (rc == 0) {
		rc = write_call(ch->s, &(struct rest_call){
		    .method = "PATCH", .path = path, .body = ed.body,
		    .if_match = had.etag }, e);
	}
	json_free(&ed.body);
	rest_result_fini(&had);
	free(whole);
	free(path);
	return rc;
}

static int
modify_one(const struct change *ch, const char *name, struct err *e)
{
	int rc = ERR_CONFLICT;

	for (int i = 0; i < TRIES && rc == ERR_CONFLICT; i++)
		rc = modify_once(ch, name, e);
	return rc;
}

static int
delete_one(const struct change *ch, const char *name, struct err *e)
{
	char *path = rest_path(ch->c->target.whole, name, NULL);
	int rc = call(ch->s, "DELETE", path, NULL, e);

	free(path);
	return rc;
}

struct names {
	const char	*pattern;
	char		**v;
	size_t		 count, room;
};

static void
on_name(void *arg, const char *name)
{
	struct names *n = arg;

	if (!statview_matches(n->pattern, name))
		return;
	n->v = mem_grow(n->v, &n->room, n->count + 1, sizeof(n->v[0]));
	n->v[n->count++] = mem_strdup(name);
}

static bool
is_pattern(const char *name)
{
	return strcmp(name, "all") == 0 || strpbrk(name, "*?[") != NULL;
}

/* Is there an object called exactly so? Then a '*' in its name is no pattern:
 * wide IPs are called so. */
static bool
is_there(const struct change *ch, const char *name)
{
	char *path = rest_path(ch->c->target.whole, name, NULL);
	struct err e;
	bool there = ask(session_client(ch->s, path), &(struct rest_call){
	    .method = "GET", .path = path }, &e) == 0;

	free(path);
	return there;
}

static int
each_object(const struct change *ch,
    int (*fn)(const struct change *, const char *, struct err *),
    struct err *e)
{
	struct names n = { .pattern = ch->c->name };
	int rc = 0;

	if (n.pattern == NULL || !is_pattern(n.pattern) ||
	    is_there(ch, n.pattern))
		return fn(ch, n.pattern, e);
	session_each_name(ch->s, ch->c->target.whole, on_name, &n);
	if (n.count == 0)
		rc = err_set(e, ERR_NOTFOUND, "%s: nothing is called %s",
		    ch->c->target.words, n.pattern);
	for (size_t i = 0; i < n.count && rc == 0; i++) {
		rc = fn(ch, n.v[i], e);
		if (rc != 0)
			(void)err_wrap(e, "%s", n.v[i]);
	}
	for (size_t i = 0; i < n.count; i++)
		free(n.v[i]);
	free(n.v);
	return rc;
}

int
change_modify(struct session *s, const struct command *c,
    const struct phrase *p, struct err *e)
{
	const struct change ch = { .s = s, .c = c, .p = p };

	if (c->rest >= p->count)
		return err_set(e, ERR_PARSE, "%s: what is to be modified?",
		    c->target.words);
	return each_object(&ch, modify_one, e);
}

int
change_delete(struct session *s, const struct command *c, struct err *e)
{
	const struct change ch = { .s = s, .c = c };

	return each_object(&ch, delete_one, e);
}

/* All daemons that run: what is configured here may be any one's. */
int
change_save(struct session *s, struct err *e)
{
	struct json *body = json_new_object();
	struct err none;
	int rc = 0, asked = 0;

	json_put_text(body, "command", "save");
	for (int i = 0; i < BRANCH_COUNT && rc == 0; i++)
		if (branch_learn(&s->branches, i, &s->catalog,
		    i == BRANCH_GTM ? e : &none) == 0) {
			rc = ask(s->branches.v[i].client, &(struct rest_call){
			    .method = "POST", .path = "/mgmt/tm/sys/config",
			    .body = body }, e);
			asked++;
		}
	json_free(&body);
	return asked > 0 ? rc : e->code;
}
