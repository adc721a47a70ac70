/* admin/shell/completeprops.c - see completeprops.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "admin/shell/completeprops.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "admin/shell/catalog.h"
#include "admin/shell/complete.h"
#include "admin/shell/edititems.h"
#include "admin/shell/phrase.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"

void
completeprops_offer_names(const struct complete_walk *w,
    const struct catalog_type *t)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct catalog_prop *p = &t->props[i];

		if (p->refused != NULL)
			continue;
		if (p->kind != CATALOG_FLAG)
			complete_offer(w, p->name, p->help);
		for (size_t k = 0; p->kind == CATALOG_FLAG && k < 2; k++)
			complete_offer(w, json_get_text(json_item(p->words, k)),
			    p->help);
	}
}

/* "number 0..4294967295 s", for people. The caller frees it. */
static char *
value_title(const struct catalog_prop *p)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_add(&b, p->kind == CATALOG_NUMBER ? "<number" : "<text");
	if (p->kind == CATALOG_NUMBER && p->min != NULL && p->max != NULL)
		strbuf_printf(&b, " %" PRId64 "..%" PRId64,
		    json_get_int(p->min), json_get_int(p->max));
	if (p->unit != NULL)
		strbuf_printf(&b, " %s", p->unit);
	strbuf_add_char(&b, '>');
	return strbuf_take(&b);
}

static void
offer_value(const struct complete_walk *w, const struct catalog_prop *p)
{
	char *help = p->dflt == NULL ? NULL :
	    mem_printf("default: %s", p->dflt);

	for (size_t i = 0; i < json_count(p->words); i++)
		complete_offer(w, json_get_text(json_item(p->words, i)),
		    i == 0 ? help : NULL);
	if (p->kind == CATALOG_REF || p->kind == CATALOG_REFS)
		complete_offer_names(w, p->ref);
	else if (json_count(p->words) == 0) {
		char *title = value_title(p);

		complete_offer_shown(w, title, help != NULL ? help : p->help);
		free(title);
	}
	free(help);
}

/* Where a walk along a phrase stands. */
struct stand {
	const struct complete_walk *w;
	const struct phrase *p;
	size_t		 at;
};

static void
offer_rule(const struct stand *s, const struct catalog_prop *p)
{
	complete_offer_names(s->w, p->ref);
	complete_offer(s->w, "min", "min N of { monitors }");
	complete_offer(s->w, "none", "no monitor");
}

/* Behind a rule; false: the text ends inside it, and offers are made. */
static bool
pass_rule(struct stand *s, const struct catalog_prop *p)
{
	const char *word = phrase_word(s->p, s->at);
	const struct phrase *list;

	if (word == NULL) {
		offer_rule(s, p);
		return false;
	}
	if (strcmp(word, "min") != 0 && strcmp(word, "require") != 0) {
		word = phrase_word(s->p, ++s->at);
		if (word == NULL || strcmp(word, "and") != 0) {
			if (s->at == s->p->count)
				complete_offer(s->w, "and", "one more monitor");
			return true;
		}
		s->at++;
		return pass_rule(s, p);
	}
	while (phrase_word(s->p, s->at) != NULL)
		s->at++;
	list = phrase_block(s->p, s->at++);
	if (list != NULL && list->open)
		complete_offer_names(s->w, p->ref);
	else if (list == NULL)
		complete_offer_shown(s->w, "<number> of {", NULL);
	return list != NULL && !list->open;
}

/* Keys of items, each perhaps with a block; the block is open. */
static void
offer_in_list(const struct stand *s, const struct catalog_prop *p,
    const struct phrase *list, enum edititems_op op)
{
	const struct phrase *last = phrase_block(list, list->count - 1);

	if (p->kind == CATALOG_ITEMS && list->count > 0 && last != NULL &&
	    last->open) {
		completeprops_offer(s->w, p->item, last, 0);
		return;
	}
	if (op == EDITITEMS_DELETE || op == EDITITEMS_MODIFY)
		complete_offer(s->w, "all", "each of them");
	if (p->kind == CATALOG_ITEMS)
		complete_offer_shown(s->w, "<name>", p->item->help);
	else
		offer_value(s->w, p);
}

/* Behind a list's operation and block, or false, as pass_rule. */
static bool
pass_list(struct stand *s, const struct catalog_prop *p)
{
	const char *word = phrase_word(s->p, s->at);
	enum edititems_op op = EDITITEMS_REPLACE;
	const struct phrase *list;

	if (s->at == s->p->count) {
		for (size_t i = 0; edititems_ops[i] != NULL; i++)
			complete_offer(s->w, edititems_ops[i], i == 0 ?
			    p->help : NULL);
		complete_offer(s->w, "none", NULL);
		return false;
	}
	if (word != NULL && !edititems_op_parse(word, &op)) {
		s->at++;		/* none */
		return true;
	}
	s->at += word != NULL;
	if (s->at == s->p->count) {
		complete_offer(s->w, "{", NULL);
		return false;
	}
	list = phrase_block(s->p, s->at++);
	if (list != NULL && list->open)
		offer_in_list(s, p, list, op);
	return list != NULL && !list->open;
}

/* One word, or two. */
static bool
pass_words(struct stand *s, const struct catalog_prop *p, size_t count)
{
	for (size_t i = s->at; i < s->at + count && i < s->p->count; i++)
		if (phrase_word(s->p, i) == NULL)
			return false;	/* a block is no such value */
	if (s->at + count <= s->p->count) {
		s->at += count;
		return true;
	}
	if (count == 1)
		offer_value(s->w, p);
	else if (s->at == s->p->count)
		complete_offer_shown(s->w, "<type>", p->help);
	else
		complete_offer_names(s->w, p->ref);
	return false;
}

/* none, or a key and a text. */
static bool
pass_pair(struct stand *s, const struct catalog_prop *p)
{
	const char *key = phrase_word(s->p, s->at);

	if (key != NULL && strcmp(key, "none") == 0 &&
	    s->at + 1 == s->p->count)
		s->at++;
	else if (s->at + 2 <= s->p->count)
		s->at += 2;
	else {
		complete_offer_shown(s->w, s->at == s->p->count ? "<key>" :
		    "<text>", p->help);
		return false;
	}
	return true;
}

static bool
pass_value(struct stand *s, const struct catalog_prop *p)
{
	switch (p->kind) {
	case CATALOG_FLAG:
		return true;
	case CATALOG_WORD: case CATALOG_NUMBER: case CATALOG_REF:
		return pass_words(s, p, 1);
	case CATALOG_PAIRS:
		return pass_pair(s, p);
	case CATALOG_TYPEDREF:
		return pass_words(s, p, 2);
	case CATALOG_RULE:
		return pass_rule(s, p);
	case CATALOG_LIST: case CATALOG_REFS: case CATALOG_ITEMS:
		break;
	}
	return pass_list(s, p);
}

/* Goes as deep as PHRASE_DEPTH_MAX. */
void
completeprops_offer(const struct complete_walk *w,
    const struct catalog_type *t, const struct phrase *p, size_t at)
{
	struct stand s = { .w = w, .p = p, .at = at };
	struct err e;

	if (phrase_block(p, at) != NULL && phrase_block(p, at)->open) {
		completeprops_offer(w, t, phrase_block(p, at), 0);
		return;
	}
	while (s.at < p->count) {
		const char *word = phrase_word(p, s.at++);
		const struct catalog_prop *row = word == NULL ? NULL :
		    catalog_prop(t, word, &e);

		if (row == NULL || !pass_value(&s, row))
			return;
	}
	completeprops_offer_names(w, t);
}
