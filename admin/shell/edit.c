/* admin/shell/edit.c - see edit.h; items are in edititems.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "admin/shell/edit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "admin/shell/catalog.h"
#include "admin/shell/command.h"
#include "admin/shell/edititems.h"
#include "admin/shell/phrase.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/restname.h"

/* Where in the phrase the value of which row stands. */
struct spot {
	const struct edit *ed;
	const struct catalog_prop *p;
	const struct phrase *phrase;
	size_t		 at;		/* moves on */
};

static int
tell_missing(const struct spot *s, const char *what, struct err *e)
{
	return err_set(e, ERR_PARSE, "%s: %s expected", s->p->name, what);
}

static bool
is_empty_word(const struct catalog_prop *p, const char *word)
{
	return strcmp(word, "none") == 0 ||
	    (p->empty != NULL && strcmp(word, p->empty) == 0);
}

static void
put_flag(const struct edit *ed, const struct catalog_prop *p, const char *word)
{
	for (size_t i = 0; i < json_count(p->words); i++) {
		const char *one = json_get_text(json_item(p->words, i));
		char key[RESTNAME_MAX];

		(void)restname_camel(one, key);
		if (strcmp(one, word) == 0)
			json_put_bool(ed->body, key, true);
		else
			json_remove(ed->body, key);
	}
}

/* Digits become a number; what else stands there the daemon judges. */
static void
put_number(const struct spot *s, const char *word)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(word, &end, 10);
	if (errno == 0 && *end == '\0' && *word >= '0' && *word <= '9')
		json_put_int(s->ed->body, s->p->rest, n);
	else
		json_put_text(s->ed->body, s->p->rest, word);
}

static void
put_ref(const struct spot *s, const char *word)
{
	char *name;

	if (is_empty_word(s->p, word)) {
		json_put_text(s->ed->body, s->p->rest, word);
		return;
	}
	name = command_full_name(s->ed->folder, word);
	json_put_text(s->ed->body, s->p->rest, name);
	free(name);
}

static int
edit_scalar(struct spot *s, struct err *e)
{
	const char *word = phrase_word(s->phrase, s->at);

	if (word == NULL)
		return tell_missing(s, "a value", e);
	s->at++;
	if (s->p->kind == CATALOG_NUMBER)
		put_number(s, word);
	else if (s->p->kind == CATALOG_REF)
		put_ref(s, word);
	else
		json_put_text(s->ed->body, s->p->rest, word);
	return 0;
}

/* "none", or type and name. */
static int
edit_typedref(struct spot *s, struct err *e)
{
	const char *kind = phrase_word(s->phrase, s->at);
	const char *word = phrase_word(s->phrase, s->at + 1);
	struct strbuf b;
	char *name;

	if (kind != NULL && is_empty_word(s->p, kind)) {
		s->at++;
		json_put_text(s->ed->body, s->p->rest, "none");
		return 0;
	}
	if (kind == NULL || word == NULL)
		return tell_missing(s, "none, or a type and a name", e);
	s->at += 2;
	strbuf_init(&b);
	name = command_full_name(s->ed->folder, word);
	strbuf_printf(&b, "%s %s", kind, name);
	json_put_text(s->ed->body, s->p->rest, b.text);
	free(name);
	strbuf_fini(&b);
	return 0;
}

static void
add_monitor(struct strbuf *b, const struct spot *s, const char *word)
{
	char *name = is_empty_word(s->p, word) ? NULL :
	    command_full_name(s->ed->folder, word);

	strbuf_printf(b, "%s%s", b->len > 0 ? " " : "",
	    name != NULL ? name : word);
	free(name);
}

/* min N of { … }, require N from M { … } */
static int
edit_counted_rule(struct spot *s, struct strbuf *b, struct err *e)
{
	const struct phrase *list;
	const char *word;

	while ((word = phrase_word(s->phrase, s->at)) != NULL) {
		strbuf_printf(b, "%s%s", b->len > 0 ? " " : "", word);
		s->at++;
	}
	list = phrase_block(s->phrase, s->at);
	if (list == NULL)
		return tell_missing(s, "{ monitors }", e);
	s->at++;
	strbuf_add(b, " {");
	for (size_t i = 0; i < list->count; i++) {
		if (phrase_word(list, i) == NULL)
			return tell_missing(s, "names of monitors", e);
		add_monitor(b, s, phrase_word(list, i));
	}
	strbuf_add(b, " }");
	return 0;
}

/* A monitor, and as many more as "and" brings. */
static int
edit_plain_rule(struct spot *s, struct strbuf *b, struct err *e)
{
	for (;;) {
		const char *word = phrase_word(s->phrase, s->at);

		if (word == NULL)
			return tell_missing(s, "a monitor", e);
		add_monitor(b, s, word);
		word = phrase_word(s->phrase, ++s->at);
		if (word == NULL || strcmp(word, "and") != 0)
			return 0;
		strbuf_add(b, " and");
		s->at++;
	}
}

static int
edit_rule(struct spot *s, struct err *e)
{
	const char *word = phrase_word(s->phrase, s->at);
	struct strbuf b;
	int rc;

	strbuf_init(&b);
	if (word != NULL && (strcmp(word, "min") == 0 ||
	    strcmp(word, "require") == 0))
		rc = edit_counted_rule(s, &b, e);
	else
		rc = edit_plain_rule(s, &b, e);
	if (rc == 0)
		json_put_text(s->ed->body, s->p->rest, b.text);
	strbuf_fini(&b);
	return rc;
}

/* One word is a list of one ("allow-service all"), unless a block follows, which an
 * operation belongs to. */
static int
edit_single(struct spot *s, struct err *e)
{
	const char *word = phrase_word(s->phrase, s->at);
	struct json *list;

	if (s->p->kind != CATALOG_LIST ||
	    phrase_block(s->phrase, s->at + 1) != NULL)
		return tell_missing(s, "add, delete, modify, replace-all-with, "
		    "none or {", e);
	s->at++;
	list = json_new_array();
	json_add_text(list, word);
	json_put(s->ed->body, s->p->rest, &list);
	return 0;
}

/* none, { … }, a word, or an operation and { … }. */
static int
edit_list(struct spot *s, struct err *e)
{
	const char *word = phrase_word(s->phrase, s->at);
	enum edititems_op op = EDITITEMS_REPLACE;
	struct json *none;

	if (word != NULL && is_empty_word(s->p, word)) {
		s->at++;
		none = json_new_array();
		json_put(s->ed->body, s->p->rest, &none);
		return 0;
	}
	if (word != NULL && !edititems_op_parse(word, &op))
		return edit_single(s, e);
	if (word != NULL)
		s->at++;
	if (phrase_block(s->phrase, s->at) == NULL)
		return tell_missing(s, "{", e);
	return edititems_apply(s->ed, s->p, op,
	    phrase_block(s->phrase, s->at++), e);
}

/* "none" for all of them, or one key and its text; the text none ends a pair. */
static int
edit_pair(struct spot *s, struct err *e)
{
	const char *key = phrase_word(s->phrase, s->at);
	const char *text = phrase_word(s->phrase, s->at + 1);
	struct json *raw;
	char *name;

	if (key != NULL && text == NULL && is_empty_word(s->p, key)) {
		s->at++;
		json_put_text(s->ed->body, s->p->rest, "none");
		return 0;
	}
	if (key == NULL || text == NULL)
		return tell_missing(s, "none, or a key and a text", e);
	s->at += 2;
	raw = json_find(s->ed->body, RESTNAME_RAW) == NULL ?
	    json_new_object() :
	    json_clone(json_find(s->ed->body, RESTNAME_RAW));
	name = mem_printf("%s %s", s->p->rest, key);
	json_put_text(raw, name, text);
	json_put(s->ed->body, RESTNAME_RAW, &raw);
	free(name);
	return 0;
}

static int
edit_one(struct spot *s, const char *word, struct err *e)
{
	switch (s->p->kind) {
	case CATALOG_FLAG:
		put_flag(s->ed, s->p, word);
		return 0;
	case CATALOG_WORD: case CATALOG_NUMBER: case CATALOG_REF:
		return edit_scalar(s, e);
	case CATALOG_PAIRS:
		return edit_pair(s, e);
	case CATALOG_TYPEDREF:
		return edit_typedref(s, e);
	case CATALOG_RULE:
		return edit_rule(s, e);
	case CATALOG_LIST: case CATALOG_REFS: case CATALOG_ITEMS:
		break;
	}
	return edit_list(s, e);
}

int
edit_properties(const struct edit *ed, const struct catalog_type *t,
    const struct phrase *p, size_t at, struct err *e)
{
	struct spot s = { .ed = ed, .phrase = p, .at = at };

	if (phrase_block(p, at) != NULL && at + 1 == p->count) {
		s.phrase = phrase_block(p, at);
		s.at = 0;
	}
	while (s.at < s.phrase->count) {
		const char *word = phrase_word(s.phrase, s.at);
		int rc;

		if (word == NULL)
			return err_set(e, ERR_PARSE, "a property of %s "
			    "expected, not {", t->words);
		s.p = catalog_prop(t, word, e);
		if (s.p == NULL)
			return e->code;
		s.at++;
		rc = edit_one(&s, word, e);
		if (rc != 0)
			return rc;
	}
	return 0;
}

bool
edit_needs_current(const struct phrase *p, size_t at)
{
	enum edititems_op op;

	if (phrase_block(p, at) != NULL && at + 1 == p->count)
		return edit_needs_current(phrase_block(p, at), 0);
	for (; at + 1 < p->count; at++)
		if (phrase_word(p, at) != NULL &&
		    phrase_block(p, at + 1) != NULL &&
		    edititems_op_parse(phrase_word(p, at), &op) &&
		    op != EDITITEMS_REPLACE)
			return true;
	return false;
}
