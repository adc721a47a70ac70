/* admin/shell/session.c - see session.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/session.h"

#include <stdlib.h>
#include <string.h>

#include "admin/shell/catalog.h"
#include "admin/shell/change.h"
#include "admin/shell/complete.h"
#include "admin/shell/phrase.h"
#include "admin/shell/rest.h"
#include "admin/shell/view.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/client.h"

#define DESCRIBE	"/mgmt/tm/gtm/describe"

struct session *
session_new(const char *socket_path, struct err *e)
{
	struct session *s = mem_zalloc(1, sizeof(*s));
	struct rest_result r;

	s->client = client_new(socket_path);
	s->mode = mem_strdup("");
	s->folder = mem_strdup("/Common");
	s->out = stdout;
	s->problems = stderr;
	if (rest_call(s->client, &(struct rest_call){ .method = "GET",
	    .path = DESCRIBE }, &r, e) == 0)
		s->catalog = catalog_new(&r.body, e);
	rest_result_fini(&r);
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
	client_free(&s->client);
	free(s->mode);
	free(s->folder);
	free(s);
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
	case COMMAND_SAVE: case COMMAND_LOAD:
		return change_config(s, c, e);
	case COMMAND_LIST:
		return view_list(s, c, p, e);
	case COMMAND_SHOW:
		return view_show(s, c, e);
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

static int
run_phrase(struct session *s, const struct phrase *p, struct err *e)
{
	const struct command_place place = session_place(s);
	struct command c;
	int rc = command_parse(&c, &place, p, e);

	if (rc == 0)
		rc = carry_out(s, &c, p, e);
	command_fini(&c);
	return rc;
}

/* 1 = told, 0 = done. */
static int
run_one(struct session *s, const struct phrase *p, const char *text,
    size_t used)
{
	char *about = asks_help(p, text, used);
	struct err e;
	int rc = 0;

	if (about != NULL)
		show_help(s, about);
	else
		rc = run_phrase(s, p, &e);
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

void
session_each_name(struct session *s, const struct catalog_type *t,
    void (*fn)(void *arg, const char *name), void *arg)
{
	char *path = rest_path(t, NULL, "?$select=fullPath");
	const struct json *items;
	struct rest_result r;
	struct err e;

	if (rest_call(s->client, &(struct rest_call){ .method = "GET",
	    .path = path }, &r, &e) == 0) {
		items = json_find(r.body, "items");
		for (size_t i = 0; i < json_count(items); i++) {
			const char *name = json_get_text(json_find(
			    json_item(items, i), "fullPath"));

			if (name != NULL)
				fn(arg, name);
		}
	}
	rest_result_fini(&r);
	free(path);
}
