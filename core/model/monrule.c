/* core/model/monrule.c - monitor rules: which monitors must be satisfied.
 *
 *	/Common/a and /Common/b
 *	min 1 of { /Common/a /Common/b }
 *	require 1 from 2 { /Common/a }
 *
 * Read with and without the braces; written with them. Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/path.h"
#include "core/model/propkind.h"
#include "core/model/strlist.h"
#include "core/model/word.h"

#define COUNT_MAX	65535	/* monitors or probers a rule may ask for */

struct reader {
	const struct prop *p;
	const char	*at;
	struct strbuf	 word;
	enum word_kind	 kind;
	struct err	*e;
};

static void
advance(struct reader *r)
{
	r->kind = word_next(&r->at, &r->word);
}

static bool
at_word(const struct reader *r, const char *word)
{
	return r->kind == WORD_BARE && strcmp(r->word.text, word) == 0;
}

static int
set_shape(struct reader *r, const char *want)
{
	return err_set(r->e, ERR_PARSE, "%s: %s expected", r->p->name, want);
}

static int
read_count(struct reader *r, uint32_t *n)
{
	unsigned long v;
	char *end;

	if (r->kind != WORD_BARE)
		return set_shape(r, "a number");
	errno = 0;
	v = strtoul(r->word.text, &end, 10);
	if (r->word.text[0] < '0' || r->word.text[0] > '9' || *end != '\0')
		return err_set(r->e, ERR_PARSE, "%s: \"%.80s\" is not a "
		    "number", r->p->name, r->word.text);
	if (errno != 0 || v < 1 || v > COUNT_MAX)
		return err_set(r->e, ERR_RANGE, "%s: %.40s is outside 1..%d",
		    r->p->name, r->word.text, COUNT_MAX);
	*n = (uint32_t)v;
	advance(r);
	return 0;
}

static int
read_name(struct reader *r, struct monrule *m)
{
	char *path;
	int rc = 0;

	if (r->kind != WORD_BARE && r->kind != WORD_QUOTED)
		return set_shape(r, "the name of a monitor");
	path = path_absolute(r->word.text, r->e);
	if (path == NULL)
		return err_wrap(r->e, "%s", r->p->name);
	if (r->p->check != NULL)
		rc = r->p->check(r->p, &path, r->e);
	if (rc == 0 && !strlist_add(&m->monitors, path))
		rc = err_set(r->e, ERR_EXISTS, "%s: \"%.80s\" is there twice",
		    r->p->name, path);
	free(path);
	advance(r);
	return rc;
}

static int
read_all(struct reader *r, struct monrule *m)
{
	int rc;

	m->kind = MONRULE_ALL;
	for (;;) {
		rc = read_name(r, m);
		if (rc != 0 || r->kind == WORD_END)
			return rc;
		if (!at_word(r, "and"))
			return set_shape(r, "\"and\"");
		advance(r);
	}
}

/* The names behind "of" or "from M", in braces or up to the end. */
static int
read_names(struct reader *r, struct monrule *m)
{
	bool braces = r->kind == WORD_OPEN;
	int rc;

	if (braces)
		advance(r);
	do {
		rc = read_name(r, m);
	} while (rc == 0 && r->kind != WORD_END && r->kind != WORD_CLOSE);
	if (rc != 0)
		return rc;
	if (braces != (r->kind == WORD_CLOSE))
		return set_shape(r, braces ? "\"}\"" : "the end");
	if (braces)
		advance(r);
	return r->kind == WORD_END ? 0 : set_shape(r, "the end");
}

static int
read_min(struct reader *r, struct monrule *m)
{
	int rc;

	m->kind = MONRULE_MIN;
	advance(r);
	rc = read_count(r, &m->need);
	if (rc != 0)
		return rc;
	if (!at_word(r, "of"))
		return set_shape(r, "\"of\"");
	advance(r);
	rc = read_names(r, m);
	if (rc == 0 && m->need > m->monitors.count)
		rc = err_set(r->e, ERR_RANGE, "%s: min %" PRIu32 " is outside "
		    "1..%zu, the number of monitors", r->p->name, m->need,
		    m->monitors.count);
	return rc;
}

static int
read_require(struct reader *r, struct monrule *m)
{
	int rc;

	m->kind = MONRULE_REQUIRE;
	advance(r);
	rc = read_count(r, &m->need);
	if (rc != 0)
		return rc;
	if (!at_word(r, "from"))
		return set_shape(r, "\"from\"");
	advance(r);
	rc = read_count(r, &m->from);
	if (rc != 0)
		return rc;
	if (m->need > m->from)
		return err_set(r->e, ERR_RANGE, "%s: require %" PRIu32 " is "
		    "outside 1..%" PRIu32 ", the number of probers",
		    r->p->name, m->need, m->from);
	rc = read_names(r, m);
	if (rc == 0 && m->monitors.count != 1)
		rc = err_set(r->e, ERR_RANGE, "%s: require takes one monitor, "
		    "not %zu", r->p->name, m->monitors.count);
	return rc;
}

static void
fini_rule(void *v)
{
	struct monrule *m = v;

	strlist_fini(&m->monitors);
	m->kind = MONRULE_NONE;
	m->need = m->from = 0;
}

/* A single word that stands for no rule at all. */
static bool
means_none(const struct reader *r)
{
	if (r->kind == WORD_END)
		return true;
	if (r->at[strspn(r->at, " \t\r\n")] != '\0')
		return false;
	return at_word(r, "none") || at_word(r, "default") ||
	    (r->p->word != NULL && at_word(r, r->p->word));
}

/* "min" and "require" are words of the language only when a number follows;
 * a monitor may be called so. */
static bool
number_follows(const struct reader *r)
{
	const char *p = r->at + strspn(r->at, " \t\r\n");

	return *p >= '0' && *p <= '9';
}

static int
parse_rule(const struct prop *p, const char *text, void *v, struct err *e)
{
	struct reader r = { .p = p, .at = text, .e = e };
	struct monrule *m = v;
	int rc;

	advance(&r);
	if (means_none(&r))
		rc = 0;
	else if (at_word(&r, "min") && number_follows(&r))
		rc = read_min(&r, m);
	else if (at_word(&r, "require") && number_follows(&r))
		rc = read_require(&r, m);
	else
		rc = read_all(&r, m);
	strbuf_fini(&r.word);
	if (rc != 0)
		fini_rule(v);
	return rc;
}

static void
format_names(const struct strlist *l, const char *gap, struct strbuf *b)
{
	for (size_t i = 0; i < l->count; i++) {
		if (i > 0)
			strbuf_add(b, gap);
		word_quote(b, l->v[i]);
	}
}

static void
format_rule(const struct prop *p, const void *v, struct strbuf *b)
{
	const struct monrule *m = v;

	switch (m->kind) {
	case MONRULE_NONE:
		strbuf_add(b, p->word != NULL ? p->word : "none");
		return;
	case MONRULE_ALL:
		format_names(&m->monitors, " and ", b);
		return;
	case MONRULE_MIN:
		strbuf_printf(b, "min %" PRIu32 " of { ", m->need);
		break;
	case MONRULE_REQUIRE:
		strbuf_printf(b, "require %" PRIu32 " from %" PRIu32 " { ",
		    m->need, m->from);
		break;
	}
	format_names(&m->monitors, " ", b);
	strbuf_add(b, " }");
}

static bool
no_rule(const void *v)
{
	return ((const struct monrule *)v)->kind == MONRULE_NONE;
}

static void
copy_rule(void *to, const void *from)
{
	const struct monrule *m = from;
	struct monrule *t = to;

	t->kind = m->kind;
	t->need = m->need;
	t->from = m->from;
	strlist_copy(&t->monitors, &m->monitors);
}

static bool
equal_rule(const void *a, const void *b)
{
	const struct monrule *x = a, *y = b;

	return x->kind == y->kind && x->need == y->need &&
	    x->from == y->from && strlist_equal(&x->monitors, &y->monitors);
}

const struct propkind monrule_propkind = {
	.title = "monitor rule", .size = sizeof(struct monrule),
	.parse = parse_rule, .format = format_rule, .empty = no_rule,
	.copy = copy_rule, .equal = equal_rule, .fini = fini_rule,
};
