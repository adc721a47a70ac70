/* admin/shell/complete.c - see complete.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "admin/shell/complete.h"

#include <stdlib.h>
#include <string.h>

#include "admin/shell/catalog.h"
#include "admin/shell/completeprops.h"
#include "admin/shell/errand.h"
#include "admin/shell/inquiry.h"
#include "admin/shell/migratewords.h"
#include "admin/shell/phrase.h"
#include "admin/shell/report.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/type.h"
#include "core/model/word.h"

static void
add(const struct complete_walk *w, const char *word, const char *help,
    bool shown_only)
{
	struct complete_list *l = w->out;

	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->v[i].word, word) == 0)
			return;
	l->v = mem_grow(l->v, &l->room, l->count + 1, sizeof(l->v[0]));
	l->v[l->count++] = (struct complete_word){
		.word = mem_strdup(word), .help = mem_strdup(help),
		.shown_only = shown_only,
	};
}

void
complete_offer(const struct complete_walk *w, const char *word,
    const char *help)
{
	if (strncmp(word, w->begun, strlen(w->begun)) == 0)
		add(w, word, help, false);
}

void
complete_offer_shown(const struct complete_walk *w, const char *word,
    const char *help)
{
	if (*w->begun == '\0')
		add(w, word, help, true);
}

/* A name as the folder lets it be written, if the word begun is no path. */
static void
on_name(void *arg, const char *name)
{
	const struct complete_walk *w = arg;
	const char *folder = w->in->place.folder;
	size_t len = strlen(folder);
	struct strbuf b;

	if (*w->begun != '/' && strncmp(name, folder, len) == 0 &&
	    name[len] == '/')
		name += len + 1;
	strbuf_init(&b);
	word_quote(&b, name);
	complete_offer(w, b.text, NULL);
	strbuf_fini(&b);
}

void
complete_offer_names(const struct complete_walk *w, const char *words)
{
	const struct catalog *c = w->in->place.catalog;
	struct complete_walk copy = *w;

	if (words == NULL || *words == '\0' || w->in->each_name == NULL) {
		complete_offer_shown(w, "<name>", words);
		return;
	}
	for (size_t i = 0; i < c->count; i++)
		if (schema_words_in(c->types[i].words, words) &&
		    c->types[i].refused == NULL)
			w->in->each_name(w->in->arg, &c->types[i], on_name,
			    &copy);
}

bool
complete_offer_items(const struct complete_walk *w, const char *words,
    const char *object, const char *key)
{
	const struct catalog *c = w->in->place.catalog;
	struct complete_walk copy = *w;

	for (size_t i = 0; w->in->each_item != NULL && i < c->count; i++) {
		const struct complete_item of = { &c->types[i], object, key };

		if (strcmp(c->types[i].words, words) != 0)
			continue;
		w->in->each_item(w->in->arg, &of, on_name, &copy);
		return true;
	}
	return false;
}

/* Words of types; those of which nothing is supported are left out. */
static void
offer_types(const struct complete_walk *w, const char *words)
{
	const struct catalog *c = w->in->place.catalog;
	size_t count;
	struct typewords_next *v = typewords_next(c, words, &count);

	for (size_t i = 0; i < count; i++) {
		const struct catalog_type *t = v[i].type;

		if (t == NULL || t->refused == NULL)
			complete_offer(w, v[i].word,
			    t != NULL ? t->help : NULL);
	}
	typewords_next_free(v, count);
}

static void
offer_options(const struct complete_walk *w, enum command_verb verb)
{
	for (const char *const *o = command_options(verb); *o != NULL; o++)
		complete_offer(w, *o, NULL);
}

static void
offer_verbs(const struct complete_walk *w)
{
	for (const struct command_word *v = command_verbs; v->name != NULL; v++)
		complete_offer(w, v->name, v->help);
	offer_types(w, w->in->place.mode);
}

/* Behind all words of a type: a name, or with one of a kind what comes next. */
static void
offer_behind_type(const struct complete_walk *w, enum command_verb verb,
    const struct typewords *t, const struct phrase *p)
{
	bool view = verb == COMMAND_LIST || verb == COMMAND_SHOW;

	offer_types(w, t->words);
	if (t->whole != NULL && t->whole->single && !view)
		completeprops_offer(w, t->whole, p, p->count);
	else if (verb == COMMAND_CREATE && t->whole != NULL)
		complete_offer_shown(w, "<name>", t->whole->help);
	else if (t->whole != NULL && t->whole->refused == NULL &&
	    !t->whole->single)
		complete_offer_names(w, t->words);
	if (view)
		offer_options(w, verb);
}

/* What show can show beside objects; words: those of types before it. */
static void
offer_reports(const struct complete_walk *w, const char *words)
{
	for (const struct report *r = report_rows; r->word != NULL; r++)
		if (strcmp(words, r->module) == 0)
			complete_offer(w, r->word, r->help);
}

static void
offer_objects(const struct complete_walk *w, enum command_verb verb,
    const struct phrase *p)
{
	const struct command_place *at = &w->in->place;
	struct typewords t;
	struct err e;
	size_t rest;

	if (p->count == 1 && *at->mode == '\0') {
		offer_types(w, "");
		offer_options(w, verb);
		return;
	}
	if (typewords_resolve(&t, at, p, 1, &e) != 0)
		return;
	rest = 1 + t.used;
	if (rest == p->count) {
		if (verb == COMMAND_SHOW)
			offer_reports(w, t.words);
		offer_behind_type(w, verb, &t, p);
	} else if (verb == COMMAND_LIST || verb == COMMAND_SHOW) {
		offer_options(w, verb);
		if (verb == COMMAND_SHOW &&
		    strcmp(t.words, MIGRATEWORDS_TYPE) == 0)
			complete_offer(w, "log", "its record, all of it");
		if (verb == COMMAND_LIST)
			completeprops_offer_names(w, t.types[0]);
	} else if (t.whole != NULL && verb != COMMAND_DELETE) {
		completeprops_offer(w, t.whole, p,
		    rest + (t.whole->single ? 0 : 1));
	}
	typewords_fini(&t);
}

static void
offer_config(const struct complete_walk *w, enum command_verb verb,
    const struct phrase *p)
{
	const char *last = phrase_word(p, p->count - 1);
	const char *first = p->count > 1 ? phrase_word(p, 1) : NULL;
	bool sys = first != NULL && strcmp(first, "sys") == 0;

	if (verb == COMMAND_SAVE && !sys)
		migratewords_offer(w, p);
	if (p->count == 1)
		complete_offer(w, "sys", NULL);
	else if (!sys)
		return;
	else if (p->count == 2)
		complete_offer(w, "config", "the configuration as a whole");
	else if (last != NULL && strcmp(last, "file") == 0)
		complete_offer_shown(w, "<file>", "of yours, relative to "
		    "where the shell was started");
	else
		offer_options(w, verb);
}

/* The verbs that may stand behind "effect". */
static void
offer_changes(const struct complete_walk *w)
{
	for (const struct command_word *v = command_verbs; v->name != NULL; v++)
		if (v->verb == COMMAND_CREATE || v->verb == COMMAND_DELETE ||
		    v->verb == COMMAND_MODIFY)
			complete_offer(w, v->name, v->help);
}

static void
offer_inquiry(const struct complete_walk *w, enum command_verb verb,
    const struct phrase *p)
{
	const char *last = phrase_word(p, p->count - 1);

	if (p->count == 1)
		complete_offer_shown(w, "<name>", "a domain name, or gtm "
		    "wideip with type and name");
	if (p->count > 1 && last != NULL && strcmp(last, "client") == 0) {
		complete_offer_shown(w, "<address>", "or network, as "
		    "192.0.2.0/24");
		return;
	}
	for (size_t i = 0; inquiry_words[i] != NULL; i++)
		if (verb == COMMAND_WHATIF ||
		    strcmp(inquiry_words[i], "force") != 0)
			complete_offer(w, inquiry_words[i], NULL);
}

static bool
is_errand(const struct errand *r, const struct phrase *p)
{
	const char *module = phrase_word(p, 1), *word = phrase_word(p, 2);

	return module != NULL && word != NULL &&
	    strcmp(module, r->module) == 0 && strcmp(word, r->word) == 0;
}

/* Module and word, then keys, each with a value that nobody here knows. */
static void
offer_errands(const struct complete_walk *w, const struct phrase *p)
{
	for (const struct errand *r = errand_rows; r->word != NULL; r++) {
		if (p->count == 1)
			complete_offer(w, r->module, r->help);
		else if (p->count == 2 && strcmp(phrase_word(p, 1) != NULL ?
		    phrase_word(p, 1) : "", r->module) == 0)
			complete_offer(w, r->word, r->help);
		else if (p->count > 2 && p->count % 2 == 1 &&
		    is_errand(r, p))
			for (size_t i = 0; r->keys[i] != NULL; i++)
				complete_offer(w, r->keys[i], NULL);
	}
}

/* Behind "effect" stands a command like any other. */
static struct phrase
without_effect(const struct phrase *p)
{
	const char *first = phrase_word(p, 0);
	struct phrase rest = *p;
	const struct command_word *v;
	struct err e;

	v = first != NULL && p->count > 1 ? command_verb(first, &e) : NULL;
	if (v != NULL && v->verb == COMMAND_EFFECT) {
		rest.parts++;
		rest.count--;
	}
	return rest;
}

static void
offer(const struct complete_walk *w, const struct phrase *whole)
{
	const struct phrase rest = without_effect(whole), *p = &rest;
	const char *first = phrase_word(p, 0);
	const struct command_word *v;
	struct err e;

	if (p->count == 0) {
		offer_verbs(w);
		return;
	}
	v = first != NULL ? command_verb(first, &e) : NULL;
	if (v == NULL) {
		struct typewords t;

		if (first != NULL && typewords_resolve(&t, &w->in->place, p, 0,
		    &e) == 0) {
			if (t.used == p->count)
				offer_types(w, t.words);
			typewords_fini(&t);
		}
		return;
	}
	switch (v->verb) {
	case COMMAND_CREATE: case COMMAND_DELETE: case COMMAND_LIST:
	case COMMAND_MODIFY: case COMMAND_SHOW:
		offer_objects(w, v->verb, p);
		break;
	case COMMAND_LOAD: case COMMAND_SAVE:
		offer_config(w, v->verb, p);
		break;
	case COMMAND_EXPLAIN: case COMMAND_WHATIF:
		offer_inquiry(w, v->verb, p);
		break;
	case COMMAND_RUN:
		offer_errands(w, p);
		break;
	case COMMAND_MIGRATE:
		migratewords_offer(w, p);
		break;
	case COMMAND_EFFECT:
		offer_changes(w);
		break;
	case COMMAND_CD: case COMMAND_CONFIRM: case COMMAND_ENTER:
	case COMMAND_EXIT: case COMMAND_HELP: case COMMAND_QUIT:
	case COMMAND_UNDO: case COMMAND_WATCH:
		break;
	}
}

/* Where the word begun at the end of the text starts. */
static size_t
begun_at(const char *text)
{
	size_t len = strlen(text);

	while (len > 0 && strchr(" \t\r\n{}", text[len - 1]) == NULL)
		len--;
	return len;
}

void
complete_find(struct complete_list *out, const struct complete_input *in)
{
	size_t cut = begun_at(in->text), used = 0, from = 0;
	char *before = mem_strndup(in->text, cut);
	struct complete_walk w = { .in = in, .begun = in->text + cut,
	    .out = out };
	struct phrase p = { 0 };
	enum phrase_result got;
	struct err e;

	/* The last command of the text is the one that goes on. */
	for (;;) {
		got = phrase_parse(&p, before + from, &used, &e);
		if (got != PHRASE_DONE || before[from + used] == '\0')
			break;
		from += used;
		phrase_fini(&p);
	}
	/* One that a line end or a semicolon has ended does not. */
	if (got == PHRASE_DONE && from + used > 0 &&
	    strchr(";\n", before[from + used - 1]) != NULL)
		phrase_fini(&p);
	out->typed = strlen(w.begun);
	if (got != PHRASE_BAD)
		offer(&w, &p);
	phrase_fini(&p);
	free(before);
}

void
complete_fini(struct complete_list *l)
{
	for (size_t i = 0; i < l->count; i++) {
		free(l->v[i].word);
		free(l->v[i].help);
	}
	free(l->v);
	*l = (struct complete_list){ 0 };
}

char *
complete_common(const struct complete_list *l)
{
	const char *first = NULL;
	size_t len = 0, words = 0;

	for (size_t i = 0; i < l->count; i++) {
		const char *word = l->v[i].word;
		size_t n = 0;

		if (l->v[i].shown_only)
			continue;
		if (words++ == 0) {
			first = word;
			len = strlen(word);
		}
		while (n < len && word[n] == first[n])
			n++;
		len = n;
	}
	if (first == NULL || len < l->typed)
		return mem_strdup("");
	return mem_printf("%.*s%s", (int)(len - l->typed), first + l->typed,
	    words == 1 ? " " : "");
}

void
complete_format(struct strbuf *out, const struct complete_list *l)
{
	size_t wide = 0;

	for (size_t i = 0; i < l->count; i++)
		if (strlen(l->v[i].word) > wide)
			wide = strlen(l->v[i].word);
	for (size_t i = 0; i < l->count; i++) {
		const struct complete_word *v = &l->v[i];

		if (v->help == NULL)
			strbuf_printf(out, "  %s\n", v->word);
		else
			strbuf_printf(out, "  %-*s  %s\n", (int)wide, v->word,
			    v->help);
	}
}
