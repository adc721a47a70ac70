/* admin/shell/migratewords.c - see migratewords.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/migratewords.h"

#include <stdlib.h>
#include <string.h>

#include "admin/shell/command.h"
#include "admin/shell/complete.h"
#include "admin/shell/phrase.h"
#include "admin/shell/typewords.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"

/* Words behind the name, and of which verbs they are. */
static const struct word {
	const char	*name;
	const char	*value;		/* what has to follow; NULL = nothing */
	const char	*help;
	const char	*verbs[10];	/* a NULL at the end */
} words[] = {
	{ "host", "<name>", "the one of its hosts that is meant", { "retry", "skip" } },
	{ "dry-run", NULL, "tell whether it could be done, and change nothing",
	  { "abort", "advance", "close", "pause", "resume", "retry", "roll-back", "skip",
	    "start" } },
	{ "force", NULL, "do it although users may notice", { "abort", "advance", "close",
	  "start" } },
	{ "reason", "<text>", "for the record",
	  { "abort", "advance", "close", "pause", "resume", "retry", "roll-back", "skip",
	    "start" } },
	{ "share", "<percent>", "of the clients for the new site; else the plan's next",
	  { "advance" } },
	{ "html", NULL, "a page for people, unless the file's name ends with .json",
	  { "save" } },
	{ "json", NULL, "for programs", { "save" } },
	{ "run", "<number>", "that one; else the latest", { "save" } },
};

static bool
is_of(const struct word *w, const char *verb)
{
	for (size_t i = 0; w->verbs[i] != NULL; i++)
		if (strcmp(w->verbs[i], verb) == 0)
			return true;
	return false;
}

static const struct word *
find(const char *verb, const char *text)
{
	for (size_t i = 0; text != NULL && i < OBJ_COUNT(words); i++)
		if (strcmp(words[i].name, text) == 0 && is_of(&words[i], verb))
			return &words[i];
	return NULL;
}

static int
refuse(const char *verb, const char *text, struct err *e)
{
	struct strbuf b;
	int rc;

	strbuf_init(&b);
	for (size_t i = 0; i < OBJ_COUNT(words); i++)
		if (is_of(&words[i], verb))
			strbuf_printf(&b, "%s%s", b.len > 0 ? ", " : "",
			    words[i].name);
	rc = err_set(e, ERR_PARSE, "%s: not expected here; %s may follow",
	    text != NULL ? text : "{", b.text);
	strbuf_fini(&b);
	return rc;
}

static int
read_number(const char *word, const char *text, long max, struct err *e)
{
	bool good = *text != '\0' && strlen(text) < 10 &&
	    text[strspn(text, "0123456789")] == '\0';

	if (!good || strtol(text, NULL, 10) > max)
		return err_set(e, ERR_RANGE, "%s: \"%s\" is not a whole number up "
		    "to %ld", word, text, max);
	return 0;
}

/* A word that has been found, with its value. */
static int
take(struct migratewords *w, const struct word *word, const char *value,
    struct err *e)
{
	int rc = 0;

	if (strcmp(word->name, "dry-run") == 0)
		w->dry_run = true;
	else if (strcmp(word->name, "force") == 0)
		w->force = true;
	else if (strcmp(word->name, "reason") == 0)
		w->reason = value;
	else if (strcmp(word->name, "host") == 0)
		w->host = value;
	else if (strcmp(word->name, "share") == 0) {
		rc = read_number("share", value, 100, e);
		w->share = rc == 0 ? (int)strtol(value, NULL, 10) : -1;
	} else if (strcmp(word->name, "run") == 0) {
		rc = read_number("run", value, 999999999, e);
		w->run = value;
	} else {
		w->format = word->name;
	}
	return rc;
}

static int
read_words(struct migratewords *w, const struct phrase *p, size_t at,
    struct err *e)
{
	int rc = 0;

	while (rc == 0 && at < p->count) {
		const char *text = phrase_word(p, at++), *value = NULL;
		const struct word *word = find(w->verb, text);

		if (word == NULL)
			return refuse(w->verb, text, e);
		if (word->value != NULL) {
			value = phrase_word(p, at++);
			if (value == NULL)
				return err_set(e, ERR_PARSE, "%s: %s expected",
				    text, word->value);
		}
		rc = take(w, word, value, e);
	}
	return rc;
}

/* "dossier FILE", and what it is when nothing is said. */
static int
read_file(struct migratewords *w, const struct phrase *p, size_t at,
    struct err *e)
{
	const char *word = phrase_word(p, at), *end;

	if (word == NULL || strcmp(word, "dossier") != 0)
		return err_set(e, ERR_PARSE, "save: dossier and a file expected");
	w->file = phrase_word(p, at + 1);
	if (w->file == NULL || *w->file == '\0')
		return err_set(e, ERR_PARSE, "dossier: a file expected");
	end = strrchr(w->file, '.');
	w->format = end != NULL && strcmp(end, ".json") == 0 ? "json" : "html";
	return read_words(w, p, at + 2, e);
}

/* Where the name stands, or 0 with e filled. */
static size_t
name_at(const char *verb, const struct command_place *at, const struct phrase *p,
    struct err *e)
{
	struct typewords t;
	struct err why;
	size_t place = 0;

	if (typewords_resolve(&t, at, p, 1, &why) == 0 &&
	    strcmp(t.words, MIGRATEWORDS_TYPE) == 0 &&
	    phrase_word(p, 1 + t.used) != NULL)
		place = 1 + t.used;
	typewords_fini(&t);
	if (place == 0)
		(void)err_set(e, ERR_PARSE, "%s: %s" MIGRATEWORDS_TYPE " and a name "
		    "expected", verb, strcmp(verb, "save") == 0 ?
		    "sys config, or " : "");
	return place;
}

int
migratewords_read(struct migratewords *w, const struct command_place *at,
    const struct phrase *p, struct err *e)
{
	const struct command_word *verb = command_verb(phrase_word(p, 0), e);
	size_t place;

	*w = (struct migratewords){ .share = -1 };
	if (verb == NULL)
		return e->code;
	w->verb = verb->name;
	place = name_at(verb->name, at, p, e);
	if (place == 0)
		return e->code;
	w->name = command_full_name(at->folder, phrase_word(p, place));
	return verb->verb == COMMAND_SAVE ? read_file(w, p, place + 1, e) :
	    read_words(w, p, place + 1, e);
}

void
migratewords_fini(struct migratewords *w)
{
	free(w->name);
	*w = (struct migratewords){ .share = -1 };
}

bool
migratewords_is_log(const char *type, const char *word)
{
	return strcmp(type, MIGRATEWORDS_TYPE) == 0 && strcmp(word, "log") == 0;
}

/* ---- what may stand next ---- */

/* A host's own name, where somebody can be asked. */
static bool
offer_hosts(const struct complete_walk *walk, const char *migration)
{
	char *name = command_full_name(walk->in->place.folder, migration);
	bool offered = complete_offer_items(walk, MIGRATEWORDS_TYPE, name,
	    "hosts");

	free(name);
	return offered;
}

/* at: of the first word behind the name. */
static void
offer_words(const struct complete_walk *walk, const char *verb,
    const struct phrase *p, size_t at)
{
	const char *last = phrase_word(p, p->count - 1);
	const struct word *open = p->count > at ? find(verb, last) : NULL;

	if (open != NULL && strcmp(open->name, "host") == 0 &&
	    offer_hosts(walk, phrase_word(p, at - 1)))
		return;
	if (open != NULL && open->value != NULL) {
		complete_offer_shown(walk, open->value, open->help);
		return;
	}
	for (size_t i = 0; i < OBJ_COUNT(words); i++) {
		bool said = false;

		for (size_t k = at; k < p->count; k++)
			said |= find(verb, phrase_word(p, k)) == &words[i];
		if (!said && is_of(&words[i], verb))
			complete_offer(walk, words[i].name, words[i].help);
	}
}

static void
offer_behind_name(const struct complete_walk *walk, const char *verb,
    const struct phrase *p, size_t at)
{
	bool save = strcmp(verb, "save") == 0;

	if (save && p->count == at)
		complete_offer(walk, "dossier", "all that a run was, in one file");
	else if (save && p->count == at + 1)
		complete_offer_shown(walk, "<file>", "to be written, relative to "
		    "where the shell was started");
	else
		offer_words(walk, verb, p, at + (save ? 2 : 0));
}

void
migratewords_offer(const struct complete_walk *walk, const struct phrase *p)
{
	const struct command_place *at = &walk->in->place;
	const struct command_word *verb;
	struct typewords t;
	struct err e;

	if (p->count == 1 && *at->mode == '\0') {
		complete_offer(walk, "gtm", NULL);
		return;
	}
	verb = command_verb(phrase_word(p, 0), &e);
	if (verb == NULL || typewords_resolve(&t, at, p, 1, &e) != 0)
		return;
	if (strcmp(t.words, MIGRATEWORDS_TYPE) == 0 && 1 + t.used == p->count)
		complete_offer_names(walk, t.words);
	else if (strcmp(t.words, MIGRATEWORDS_TYPE) == 0)
		offer_behind_name(walk, verb->name, p, 2 + t.used);
	else if (strcmp(t.words, "gtm") == 0 && 1 + t.used == p->count)
		complete_offer(walk, "migration", NULL);
	typewords_fini(&t);
}
