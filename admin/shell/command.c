/* admin/shell/command.c - see command.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/command.h"

#include <stdlib.h>
#include <string.h>

#include "admin/shell/catalog.h"
#include "admin/shell/migratewords.h"
#include "admin/shell/phrase.h"
#include "admin/shell/report.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/hint.h"
#include "core/model/nameform.h"
#include "core/model/path.h"

const struct command_word command_verbs[] = {
	{ "abort", COMMAND_MIGRATE, "give up what a migration has under way" },
	{ "advance", COMMAND_MIGRATE, "give a migration's new site another share" },
	{ "cd", COMMAND_CD, "go to a folder, /Common at first" },
	{ "close", COMMAND_MIGRATE, "end a migration that is done" },
	{ "confirm", COMMAND_CONFIRM, "keep the change that waits for it" },
	{ "create", COMMAND_CREATE, "make a new object" },
	{ "delete", COMMAND_DELETE, "remove objects" },
	{ "effect", COMMAND_EFFECT, "in front of a change: the shares of "
	    "answers before and after it" },
	{ "exit", COMMAND_EXIT, "leave the module, at the top the shell" },
	{ "explain", COMMAND_EXPLAIN, "why a name is answered as it is" },
	{ "help", COMMAND_HELP, "what can stand next" },
	{ "list", COMMAND_LIST, "configuration, as it would stand in a file" },
	{ "load", COMMAND_LOAD, "sys config: take a configuration in" },
	{ "modify", COMMAND_MODIFY, "change properties of objects" },
	{ "pause", COMMAND_MIGRATE, "let a migration begin nothing new" },
	{ "quit", COMMAND_QUIT, "leave the shell" },
	{ "resume", COMMAND_MIGRATE, "let a migration that is paused go on" },
	{ "retry", COMMAND_MIGRATE, "try a host of a migration anew" },
	{ "roll-back", COMMAND_MIGRATE, "take a migration's hosts home" },
	{ "run", COMMAND_RUN, "what a daemon does in one go, such as wom quick-start" },
	{ "save", COMMAND_SAVE, "the configuration, or the dossier of a migration" },
	{ "show", COMMAND_SHOW, "state and counters" },
	{ "skip", COMMAND_MIGRATE, "leave a host of a migration where it is" },
	{ "start", COMMAND_MIGRATE, "begin a migration" },
	{ "undo", COMMAND_UNDO, "take the latest change back, or that number" },
	{ "watch", COMMAND_WATCH, "states and changes as they happen" },
	{ "what-if", COMMAND_WHATIF, "what would be answered after changes "
	    "and failures" },
	{ NULL, COMMAND_QUIT, NULL }
};

static const struct {
	const char	*name;
	unsigned	 bit;
} options[] = {
	{ "all-properties", COMMAND_ALL_PROPERTIES },
	{ "file", COMMAND_FILE }, { "from-terminal", COMMAND_TERMINAL },
	{ "json", COMMAND_JSON }, { "lenient", COMMAND_LENIENT },
	{ "merge", COMMAND_MERGE }, { "one-line", COMMAND_ONE_LINE },
	{ "raw", COMMAND_RAW }, { "replace", COMMAND_REPLACE },
	{ "verify", COMMAND_VERIFY },
};

const char *const *
command_options(enum command_verb verb)
{
	static const char *const none[] = { NULL };
	static const char *const list[] = { "all-properties", "json",
	    "one-line", NULL };
	static const char *const show[] = { "json", "raw", NULL };
	static const char *const load[] = { "file", "from-terminal",
	    "lenient", "merge", "replace", "verify", NULL };

	switch (verb) {
	case COMMAND_LIST:
		return list;
	case COMMAND_SHOW:
		return show;
	case COMMAND_LOAD:
		return load;
	case COMMAND_CD: case COMMAND_CONFIRM: case COMMAND_CREATE:
	case COMMAND_DELETE: case COMMAND_EFFECT: case COMMAND_ENTER:
	case COMMAND_EXIT: case COMMAND_EXPLAIN: case COMMAND_HELP:
	case COMMAND_MIGRATE: case COMMAND_MODIFY: case COMMAND_QUIT: case COMMAND_RUN:
	case COMMAND_SAVE: case COMMAND_UNDO: case COMMAND_WATCH: case COMMAND_WHATIF:
		break;
	}
	return none;
}

const struct command_word *
command_verb(const char *word, struct err *e)
{
	const struct command_word *found = NULL, *w;
	struct hint h;
	char text[128];

	hint_init(&h, word);
	for (w = command_verbs; w->name != NULL; w++) {
		hint_offer(&h, w->name);
		if (strcmp(w->name, word) == 0)
			return w;
	}
	for (w = command_verbs; w->name != NULL; w++) {
		if (*word == '\0' || strncmp(w->name, word, strlen(word)) != 0)
			continue;
		if (found != NULL) {
			(void)err_set(e, ERR_PARSE, "%s: could be %s or %s",
			    word, found->name, w->name);
			return NULL;
		}
		found = w;
	}
	if (found == NULL)
		(void)err_set(e, ERR_UNKNOWN, "%s: unknown command%s", word,
		    hint_format(&h, text));
	return found;
}

char *
command_full_name(const char *folder, const char *name)
{
	if (*name == '/' || strcmp(name, "all") == 0)
		return mem_strdup(name);
	return mem_printf("%s/%s", strcmp(folder, "/") == 0 ? "/Common" :
	    folder, name);
}

/* The option of this verb, or 0. */
static unsigned
option_bit(enum command_verb verb, const char *word)
{
	const char *const *may = command_options(verb);

	for (size_t i = 0; may[i] != NULL; i++)
		for (size_t k = 0; k < OBJ_COUNT(options); k++)
			if (strcmp(may[i], word) == 0 &&
			    strcmp(options[k].name, word) == 0)
				return options[k].bit;
	return 0;
}

static bool
is_option(const struct command *c, const struct phrase *p, size_t at)
{
	const char *word = phrase_word(p, at);

	return word != NULL && !p->parts[at].quoted &&
	    option_bit(c->verb, word) != 0;
}

/* The words of the phrase from this place on, up to a block. */
static size_t
words_at(const struct phrase *p, size_t at, const char **words)
{
	size_t n = 0;

	while (phrase_word(p, at + n) != NULL) {
		words[n] = phrase_word(p, at + n);
		n++;
	}
	return n;
}

size_t
command_phrased(const char *form, const struct phrase *p, size_t at,
    char **name)
{
	const char **words = mem_zalloc(p->count + 1, sizeof(char *));
	size_t n = words_at(p, at, words);
	struct strbuf text = { 0 };

	n = nameform_words(form, words, n);
	nameform_join(&text, words, n);
	free(words);
	*name = n > 0 ? strbuf_take(&text) : NULL;
	strbuf_fini(&text);
	return n;
}

/* The name at c->rest, of one word or as the type's form has it. */
static int
take_name(struct command *c, const struct command_place *at,
    const struct phrase *p, struct err *e)
{
	const struct catalog_type *t = c->target.whole;
	const char *word = phrase_word(p, c->rest);
	size_t used = 1;

	if (t != NULL && t->form != NULL && strcmp(word, "all") != 0) {
		used = command_phrased(t->form, p, c->rest, &c->name);
		if (used == 0)
			return err_set(e, ERR_PARSE, "%s: a name of the form "
			    "%s expected", t->words, t->form);
	} else {
		c->name = command_full_name(at->folder, word);
	}
	c->rest += used;
	return 0;
}

/* What create, modify and delete need: one type, supported, and a name. */
static int
parse_one(struct command *c, const struct command_place *at,
    const struct phrase *p, struct err *e)
{
	const struct catalog_type *t = c->target.whole;
	const char *name = phrase_word(p, c->rest);

	if (t == NULL)
		return err_set(e, ERR_PARSE, "%s: which of them? (%s, ...)",
		    c->target.words, c->target.types[0]->words);
	if (t->refused != NULL)
		return err_set(e, ERR_UNSUPPORTED, "%s: not supported yet: %s",
		    t->words, t->refused);
	if (t->single)
		return c->verb == COMMAND_MODIFY ? 0 : err_set(e, ERR_DENIED,
		    "%s: is always there, modify it", t->words);
	if (name == NULL)
		return err_set(e, ERR_PARSE, "%s: a name expected", t->words);
	if (take_name(c, at, p, e) != 0)
		return e->code;
	if (c->verb == COMMAND_DELETE && c->rest < p->count)
		return err_set(e, ERR_PARSE, "%s: one name expected", t->words);
	return 0;
}

static int
parse_show_items(struct command *c, const char *word, struct err *e)
{
	const struct catalog_prop *row;

	if (c->target.whole == NULL || c->name == NULL)
		return err_set(e, ERR_PARSE, "%s: one name expected",
		    c->target.words);
	if (migratewords_is_log(c->target.words, word)) {
		c->options |= COMMAND_LOG;
		return 0;
	}
	row = catalog_prop(c->target.whole, word, e);
	if (row == NULL)
		return e->code;
	if (row->kind != CATALOG_ITEMS || row->refused != NULL)
		return err_set(e, ERR_PARSE, "%s: has no counters of its own",
		    row->name);
	c->items = row;
	return 0;
}

/* list and show: perhaps a name, options, perhaps names of properties. */
static int
parse_view(struct command *c, const struct command_place *at,
    const struct phrase *p, struct err *e)
{
	const char *word = phrase_word(p, c->rest);
	int rc = 0;

	if (word != NULL && !is_option(c, p, c->rest) &&
	    (c->target.whole == NULL || !c->target.whole->single))
		rc = take_name(c, at, p, e);
	for (size_t i = c->rest; i < p->count && rc == 0; i++) {
		word = phrase_word(p, i);
		if (word == NULL)
			return err_set(e, ERR_PARSE, "no braces expected here");
		if (is_option(c, p, i))
			c->options |= option_bit(c->verb, word);
		else if (c->verb == COMMAND_SHOW)
			rc = parse_show_items(c, word, e);
	}
	return rc;
}

/* "sys config", shortened or not. */
static bool
is_sys(const struct phrase *p, size_t at, const char *second)
{
	const char *a = phrase_word(p, at), *b = phrase_word(p, at + 1);

	return a != NULL && b != NULL && strcmp(a, "sys") == 0 && *b != '\0' &&
	    strncmp(second, b, strlen(b)) == 0;
}

/* The options of load contradict one another, or one needs another. */
static int
check_load(const struct command *c, struct err *e)
{
	const unsigned text = COMMAND_FILE | COMMAND_TERMINAL;
	unsigned o = c->options;

	if ((o & text) == text)
		return err_set(e, ERR_PARSE, "load: either file or "
		    "from-terminal");
	if ((o & COMMAND_MERGE) && (o & COMMAND_REPLACE))
		return err_set(e, ERR_PARSE, "load: either merge or replace");
	if ((o & (COMMAND_MERGE | COMMAND_REPLACE)) && (o & text) == 0)
		return err_set(e, ERR_PARSE, "load: what? file or "
		    "from-terminal expected");
	return 0;
}

static int
parse_load(struct command *c, const struct phrase *p, struct err *e)
{
	for (size_t i = 3; i < p->count; i++) {
		const char *word = phrase_word(p, i);
		unsigned bit = word != NULL && !p->parts[i].quoted ?
		    option_bit(COMMAND_LOAD, word) : 0;

		if (bit == 0)
			return err_set(e, ERR_PARSE, "%s: not expected here",
			    word != NULL ? word : "{");
		if (c->options & bit)
			return err_set(e, ERR_PARSE, "%s: is given twice",
			    word);
		c->options |= bit;
		if (bit != COMMAND_FILE)
			continue;
		word = phrase_word(p, ++i);
		if (word == NULL || *word == '\0')
			return err_set(e, ERR_PARSE, "file: a name expected");
		c->name = mem_strdup(word);
	}
	return check_load(c, e);
}

/* save sys config, load sys config */
static int
parse_config(struct command *c, const struct phrase *p, struct err *e)
{
	if (!is_sys(p, 1, "config"))
		return err_set(e, ERR_PARSE, "load: sys config expected");
	if (c->verb == COMMAND_LOAD)
		return parse_load(c, p, e);
	if (p->count > 3)
		return err_set(e, ERR_PARSE, "%s: not expected here",
		    phrase_word(p, 3) != NULL ? phrase_word(p, 3) : "{");
	return 0;
}

/* A folder is the front of a path: with a name behind it, it must be one that
 * an object could have. */
static int
check_folder(const char *folder, struct err *e)
{
	char *name = mem_printf("%s/x", folder);
	char *path = path_absolute(name, e);
	int rc = path != NULL ? 0 : err_wrap(e, "cd");

	free(path);
	free(name);
	return rc;
}

static int
parse_cd(struct command *c, const struct command_place *at,
    const struct phrase *p, struct err *e)
{
	const char *word = phrase_word(p, 1), *cut = strrchr(at->folder, '/');

	if (word == NULL || p->count > 2)
		return err_set(e, ERR_PARSE, "cd: one folder expected");
	if (strcmp(word, "/") == 0 ||
	    (strcmp(word, "..") == 0 && cut == at->folder)) {
		c->name = mem_strdup("/");
		return 0;
	}
	if (strcmp(word, "..") == 0) {
		c->name = mem_strndup(at->folder, (size_t)(cut - at->folder));
		return 0;
	}
	if (*word == '/')
		c->name = mem_strdup(word);
	else
		c->name = mem_printf("%s/%s", strcmp(at->folder, "/") == 0 ?
		    "" : at->folder, word);
	return check_folder(c->name, e);
}

/* A report: perhaps a name or a pattern, options. */
static int
parse_report(struct command *c, const struct command_place *at,
    const struct phrase *p, struct err *e)
{
	for (size_t i = c->rest; i < p->count; i++) {
		const char *word = phrase_word(p, i);

		if (is_option(c, p, i))
			c->options |= option_bit(c->verb, word);
		else if (word != NULL && c->name == NULL)
			c->name = command_full_name(at->folder, word);
		else
			return err_set(e, ERR_PARSE, "%s: not expected here",
			    word != NULL ? word : "{");
	}
	return 0;
}

static int
parse_objects(struct command *c, const struct command_place *at,
    const struct phrase *p, struct err *e)
{
	bool view = c->verb == COMMAND_LIST || c->verb == COMMAND_SHOW;
	int rc = 0;

	if (c->verb == COMMAND_SHOW && is_sys(p, 1, "version")) {
		c->options |= COMMAND_VERSION;
		return 0;
	}
	if (c->verb == COMMAND_SHOW &&
	    (c->report = report_find(at->mode, p, 1, &c->rest)) != NULL) {
		c->rest++;
		return parse_report(c, at, p, e);
	}
	/* "list" alone means all that the module has. */
	if (view && (p->count == 1 || is_option(c, p, 1)) && *at->mode == '\0')
		typewords_all(&c->target, at->catalog);
	else
		rc = typewords_resolve(&c->target, at, p, 1, e);
	if (rc != 0)
		return rc;
	c->rest = 1 + c->target.used;
	return view ? parse_view(c, at, p, e) : parse_one(c, at, p, e);
}

/* A number of a change may follow; a kind of event, after watch. */
static int
parse_trust(struct command *c, const struct phrase *p, struct err *e)
{
	const char *word = phrase_word(p, 1);

	if (p->count > 2 || (p->count == 2 && (word == NULL || *word == '\0')))
		return err_set(e, ERR_PARSE, "%s: one word at most expected",
		    phrase_word(p, 0));
	if (word != NULL && c->verb != COMMAND_WATCH &&
	    (strlen(word) > 15 || word[strspn(word, "0123456789")] != '\0'))
		return err_set(e, ERR_PARSE, "%s: is no number of a change",
		    word);
	if (word != NULL && c->verb == COMMAND_WATCH &&
	    word[strspn(word, "abcdefghijklmnopqrstuvwxyz")] != '\0')
		return err_set(e, ERR_PARSE, "%s: is no kind of event", word);
	c->name = word != NULL ? mem_strdup(word) : NULL;
	return 0;
}

/* No verb: a type is entered, or it is a mistake. */
static int
parse_enter(struct command *c, const struct command_place *at,
    const struct phrase *p, struct err *e)
{
	struct err why;

	c->verb = COMMAND_ENTER;
	if (typewords_resolve(&c->target, at, p, 0, &why) == 0 &&
	    c->target.used == p->count)
		return 0;
	return e->code;
}

int
command_parse(struct command *c, const struct command_place *at,
    const struct phrase *p, struct err *e)
{
	const char *word = phrase_word(p, 0);
	const struct command_word *w;

	*c = (struct command){ .rest = 1 };
	if (word == NULL)
		return err_set(e, ERR_PARSE, "a command expected");
	w = command_verb(word, e);
	if (w == NULL)
		return parse_enter(c, at, p, e);
	/* What else is saved is a migration's. */
	c->verb = w->verb == COMMAND_SAVE && !is_sys(p, 1, "config") ?
	    COMMAND_MIGRATE : w->verb;
	switch (c->verb) {
	case COMMAND_CREATE: case COMMAND_DELETE: case COMMAND_LIST:
	case COMMAND_MODIFY: case COMMAND_SHOW:
		return parse_objects(c, at, p, e);
	case COMMAND_LOAD: case COMMAND_SAVE:
		return parse_config(c, p, e);
	case COMMAND_CD:
		return parse_cd(c, at, p, e);
	case COMMAND_CONFIRM: case COMMAND_UNDO: case COMMAND_WATCH:
		return parse_trust(c, p, e);
	case COMMAND_EXIT: case COMMAND_QUIT:
		return p->count == 1 ? 0 : err_set(e, ERR_PARSE,
		    "%s: takes no words", w->name);
	case COMMAND_EFFECT: case COMMAND_ENTER: case COMMAND_EXPLAIN:
	case COMMAND_HELP: case COMMAND_MIGRATE: case COMMAND_RUN:
	case COMMAND_WHATIF:
		break;
	}
	return 0;
}

void
command_fini(struct command *c)
{
	typewords_fini(&c->target);
	free(c->name);
	*c = (struct command){ 0 };
}
