/* admin/shell/session.c - see session.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/session.h"

#include <stdlib.h>
#include <string.h>

#include "admin/shell/catalog.h"
#include "admin/shell/change.h"
#include "admin/shell/complete.h"
#include "admin/shell/errand.h"
#include "admin/shell/inquiry.h"
#include "admin/shell/loadconfig.h"
#include "admin/shell/migrate.h"
#include "admin/shell/phrase.h"
#include "admin/shell/rest.h"
#include "admin/shell/trust.h"
#include "admin/shell/view.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/client.h"

struct session *
session_new(const char *socket_path, struct err *e)
{
	struct session *s = mem_zalloc(1, sizeof(*s));
	struct err other;

	branch_set_init(&s->branches, socket_path);
	s->client = s->branches.v[BRANCH_GTM].client;
	s->mode = mem_strdup("");
	s->folder = mem_strdup("/Common");
	s->in = stdin;
	s->out = stdout;
	s->problems = stderr;
	/* Where there is no gtmd there may be another one to talk to. */
	if (branch_learn(&s->branches, BRANCH_GTM, &s->catalog, e) != 0)
		for (int i = 0; i < BRANCH_COUNT; i++)
			(void)branch_learn(&s->branches, i, &s->catalog,
			    &other);
	if (s->catalog == NULL)
		session_free(&s);
	return s;
}

void
session_free(struct session **ps)
{
	struct session *s = *ps;

	*ps = NULL;
	if (s == NULL)
		return;
	catalog_free(&s->catalog);
	branch_set_fini(&s->branches);
	free(s->mode);
	free(s->folder);
	free(s);
}

struct client *
session_client(const struct session *s, const char *path)
{
	return branch_client(&s->branches, path);
}

/* Inside a module a word that is also a branch may well be a name, so there
 * it is only tried. */
static int
learn(struct session *s, const char *mode, const struct phrase *p,
    struct err *e)
{
	for (size_t i = 0; i < 2; i++) {
		const char *word = phrase_word(p, i);
		int which = word != NULL && !p->parts[i].quoted ?
		    branch_find(word) : -1;
		int rc;

		if (which == -1)
			continue;
		rc = branch_learn(&s->branches, which, &s->catalog, e);
		return *mode != '\0' ? 0 : rc;
	}
	return 0;
}

void
session_learn(struct session *s, const struct phrase *p)
{
	struct err e;

	(void)learn(s, s->mode, p, &e);
}

struct command_place
session_place(const struct session *s)
{
	return (struct command_place){ .catalog = s->catalog,
	    .mode = s->mode, .folder = s->folder };
}

/* Takes *ptext. */
static void
become(char **what, char **ptext)
{
	free(*what);
	*what = *ptext;
	*ptext = NULL;
}

/* One module up; at the top, out. */
static void
leave(struct session *s)
{
	char *cut = strrchr(s->mode, ' ');

	if (*s->mode == '\0')
		s->ended = true;
	else if (cut != NULL)
		*cut = '\0';
	else
		*s->mode = '\0';
}

/* "help WORDS" and "WORDS ?": what may stand behind them. */
static void
show_help(struct session *s, const char *text)
{
	struct complete_list l = { 0 };
	struct strbuf b;

	strbuf_init(&b);
	complete_find(&l, &(struct complete_input){ .place = session_place(s),
	    .text = text });
	complete_format(&b, &l);
	fputs(b.len > 0 ? b.text : "Nothing more can stand here.\n", s->out);
	strbuf_fini(&b);
	complete_fini(&l);
}

static int
carry_out(struct session *s, struct command *c, const struct phrase *p,
    struct err *e)
{
	switch (c->verb) {
	case COMMAND_CREATE:
		return change_create(s, c, p, e);
	case COMMAND_MODIFY:
		return change_modify(s, c, p, e);
	case COMMAND_DELETE:
		return change_delete(s, c, e);
	case COMMAND_SAVE:
		return change_save(s, e);
	case COMMAND_LOAD:
		return loadconfig_run(s, c, e);
	case COMMAND_LIST:
		return view_list(s, c, p, e);
	case COMMAND_SHOW:
		return view_show(s, c, e);
	case COMMAND_EXPLAIN:
		return inquiry_explain(s, p, e);
	case COMMAND_WHATIF:
		return inquiry_whatif(s, p, e);
	case COMMAND_RUN:
		return errand_run(s, p, e);
	case COMMAND_MIGRATE:
		return migrate_run(s, p, e);
	case COMMAND_EFFECT:
		return err_set(e, ERR_PARSE, "effect: create, modify or delete "
		    "expected behind it");
	case COMMAND_CONFIRM:
		return trust_confirm(s, c, e);
	case COMMAND_UNDO:
		return trust_undo(s, c, e);
	case COMMAND_WATCH:
		return trust_watch(s, c, e);
	case COMMAND_CD:
		become(&s->folder, &c->name);
		break;
	case COMMAND_ENTER:
		become(&s->mode, &c->target.words);
		break;
	case COMMAND_EXIT:
		leave(s);
		break;
	case COMMAND_QUIT:
		s->ended = true;
		break;
	case COMMAND_HELP:
		break;
	}
	return 0;
}

/* The text of the phrase in front of a last "?", or behind a first "help", with
 * a blank at its end; NULL: it does not ask for help. The caller frees it. */
static char *
asks_help(const struct phrase *p, const char *text, size_t used)
{
	const char *last = phrase_word(p, p->count - 1);
	const char *first = phrase_word(p, 0);
	struct err e;
	const struct command_word *w;

	if (last != NULL && strcmp(last, "?") == 0 &&
	    !p->parts[p->count - 1].quoted) {
		while (used > 0 && text[used - 1] != '?')
			used--;
		return mem_printf("%.*s", (int)(used > 0 ? used - 1 : 0),
		    text);
	}
	w = first != NULL ? command_verb(first, &e) : NULL;
	if (w == NULL || w->verb != COMMAND_HELP)
		return NULL;
	text += strspn(text, " \t\r\n");
	text += strcspn(text, " \t\r\n");
	text += strspn(text, " \t\r\n");
	return mem_printf("%.*s%s", (int)strcspn(text, "\n"), text,
	    *text != '\0' && *text != '\n' ? " " : "");
}

static bool
is_slash(const struct phrase *p, size_t at)
{
	const char *word = phrase_word(p, at);

	return word != NULL && !p->parts[at].quoted && strcmp(word, "/") == 0;
}

/* "save / sys config": a slash in front of other words means from the top. */
static bool
take_slash(struct phrase *p)
{
	for (size_t i = 0; i < 2 && i + 1 < p->count; i++) {
		if (!is_slash(p, i))
			continue;
		phrase_drop(p, i);
		return true;
	}
	return false;
}

int
session_carry_out(struct session *s, const struct phrase *p, struct err *e)
{
	const struct command_place place = session_place(s);
	struct command c;
	int rc = command_parse(&c, &place, p, e);

	if (rc == 0)
		rc = carry_out(s, &c, p, e);
	command_fini(&c);
	return rc;
}

/* "effect modify …": the change tells what it did. */
static bool
take_effect(struct phrase *p)
{
	const char *word = phrase_word(p, 0);
	const struct command_word *w;
	struct err e;

	w = word != NULL ? command_verb(word, &e) : NULL;
	if (w == NULL || w->verb != COMMAND_EFFECT || p->count < 2)
		return false;
	phrase_drop(p, 0);
	return true;
}

static int
run_phrase(struct session *s, struct phrase *p, struct err *e)
{
	bool top;
	struct command_place place;
	struct command c;
	int rc;

	s->effect = take_effect(p);
	top = take_slash(p);
	rc = learn(s, top ? "" : s->mode, p, e);
	if (rc != 0)
		return rc;
	if (p->count == 1 && is_slash(p, 0)) {
		*s->mode = '\0';
		return 0;
	}
	place = session_place(s);
	if (top)
		place.mode = "";
	rc = command_parse(&c, &place, p, e);
	if (rc == 0)
		rc = carry_out(s, &c, p, e);
	command_fini(&c);
	return rc;
}

/* 1 = told, 0 = done. */
static int
run_one(struct session *s, struct phrase *p, const char *text, size_t used)
{
	char *about = asks_help(p, text, used);
	struct err e;
	int rc = 0;

	if (about != NULL) {
		session_learn(s, p);
		show_help(s, about);
	} else {
		rc = run_phrase(s, p, &e);
	}
	free(about);
	fflush(s->out);
	if (rc == 0)
		return 0;
	fprintf(s->problems, "gtmsh: %s\n", e.text);
	return 1;
}

int
session_run(struct session *s, const char *text, size_t *used)
{
	int rc = 0;

	*used = 0;
	while (rc == 0 && !s->ended) {
		struct phrase p = { 0 };
		struct err e;
		size_t len;
		enum phrase_result got;

		got = phrase_parse(&p, text + *used, &len, &e);
		if (got == PHRASE_DONE)
			rc = run_one(s, &p, text + *used, len);
		if (got == PHRASE_BAD) {
			fprintf(s->problems, "gtmsh: %s\n", e.text);
			rc = 1;
		}
		phrase_fini(&p);
		if (got == PHRASE_OPEN)
			return 2;
		*used += len;
		if (got == PHRASE_NONE)
			break;
	}
	return rc;
}

/* What a path answers, under its key: the text of one member of each item. */
static void
each_text(struct session *s, const char *path, const char *const keys[2],
    void (*fn)(void *arg, const char *text), void *arg)
{
	const struct json *items;
	struct rest_result r;
	struct err e;

	if (rest_call(session_client(s, path), &(struct rest_call){
	    .method = "GET", .path = path }, &r, &e) == 0) {
		items = json_find(r.body, keys[0]);
		for (size_t i = 0; i < json_count(items); i++) {
			const char *text = json_get_text(json_find(
			    json_item(items, i), keys[1]));

			if (text != NULL)
				fn(arg, text);
		}
	}
	rest_result_fini(&r);
}

void
session_each_name(struct session *s, const struct catalog_type *t,
    void (*fn)(void *arg, const char *name), void *arg)
{
	static const char *const keys[2] = { "items", "fullPath" };
	char *path = rest_path(t, NULL, "?$select=fullPath");

	each_text(s, path, keys, fn, arg);
	free(path);
}

void
session_each_item(struct session *s, const struct complete_item *of,
    void (*fn)(void *arg, const char *name), void *arg)
{
	const char *const keys[2] = { of->key, "name" };
	char *path = rest_path(of->type, of->object, NULL);

	each_text(s, path, keys, fn, arg);
	free(path);
}
