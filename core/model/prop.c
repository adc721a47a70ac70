/* core/model/prop.c - what one row of a property table does with one value;
 * the kinds themselves are in prop*.c, monrule.c and objlist.c.
 * Layer: core/model. SPDX-License-Identifier: Apache-2.0
 */
#include "core/model/prop.h"

#include <assert.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/apart.h"
#include "core/model/object.h"
#include "core/model/propkind.h"
#include "core/model/type.h"
#include "core/model/word.h"

const char *const prop_disabled_enabled[] = { "disabled", "enabled", NULL };
const char *const prop_no_yes[] = { "no", "yes", NULL };
const char *const prop_false_true[] = { "false", "true", NULL };

static const struct propkind *const kinds[] = {
	[PROP_STATE] = &propword_state,
	[PROP_BOOL] = &propword_bool,
	[PROP_ENUM] = &propword_enum,
	[PROP_BITS] = &propword_bits,
	[PROP_U32] = &propnum_u32,
	[PROP_U64] = &propnum_u64,
	[PROP_STRING] = &proptext_string,
	[PROP_ADDR] = &propaddr_addr,
	[PROP_ADDRPORT] = &propaddr_port,
	[PROP_STRINGS] = &proplist_strings,
	[PROP_REF] = &proptext_ref,
	[PROP_REFS] = &proplist_refs,
	[PROP_TYPEDREF] = &propref_typed,
	[PROP_PAIRS] = &proppairs_kind,
	[PROP_RULE] = &monrule_propkind,
	[PROP_ITEMS] = &objlist_propkind,
};

static const struct propkind *
kind_of(const struct prop *p)
{
	assert((size_t)p->kind < OBJ_COUNT(kinds));
	return kinds[p->kind];
}

void *
prop_value_own(const struct prop *p, void *obj)
{
	if (p->flags & PROP_APART)
		return (char *)apart_own(obj) + p->off;
	return (char *)obj + p->off;
}

const void *
prop_value(const struct prop *p, const void *obj)
{
	if (p->flags & PROP_APART)
		return (const char *)apart_get(obj) + p->off;
	return (const char *)obj + p->off;
}

static void
value_fini(const struct propkind *k, void *v)
{
	if (k->fini != NULL)
		k->fini(v);
	else
		memset(v, 0, k->size);
}

static bool
value_equal(const struct propkind *k, const void *a, const void *b)
{
	return k->equal != NULL ? k->equal(a, b) : memcmp(a, b, k->size) == 0;
}

/* Remembers in the object that this row was given, or no longer is. */
static void
mark(const struct prop *p, void *obj, bool given)
{
	struct object *o = obj;
	uint64_t bit;

	if (p->refused != NULL ||
	    ((p->flags & PROP_APART) == 0 && p->off < sizeof(*o)))
		return;
	OBJ_CHECK(o, OBJECT_MAGIC);
	assert(p >= o->type->props && p - o->type->props < 64);
	bit = UINT64_C(1) << (p - o->type->props);
	o->set = given ? o->set | bit : o->set & ~bit;
}

const struct prop *
prop_find(const struct prop *table, const char *name, unsigned *index)
{
	for (unsigned i = 0; table != NULL && table[i].name != NULL; i++) {
		const struct prop *p = &table[i];

		if (strcmp(p->name, name) != 0 &&
		    (p->kind != PROP_STATE || (strcmp(p->names[0], name) != 0 &&
		    strcmp(p->names[1], name) != 0)))
			continue;
		if (index != NULL)
			*index = i;
		return p;
	}
	return NULL;
}

/* One word of a list, checked, into v. */
static int
add_word(const struct prop *p, const char *word, void *v, struct err *e)
{
	int rc;

	if (p->check != NULL) {
		rc = p->check(p, &word, e);
		if (rc != 0)
			return rc;
	}
	return kind_of(p)->add(p, word, v, e);
}

static int
parse_list(const struct prop *p, const char *text, void *v, struct err *e)
{
	struct strbuf word = { 0 };
	const char *at = text;
	enum word_kind kind;
	int rc = 0;

	if (strcmp(text, "none") == 0 ||
	    (p->word != NULL && strcmp(text, p->word) == 0))
		return 0;
	while (rc == 0 && (kind = word_next(&at, &word)) != WORD_END) {
		if (kind == WORD_BARE || kind == WORD_QUOTED)
			rc = add_word(p, word.text, v, e);
		else if (kind == WORD_BAD)
			rc = err_set(e, ERR_PARSE,
			    "%s: a quote is never closed", p->name);
	}
	strbuf_fini(&word);
	if (rc != 0)
		value_fini(kind_of(p), v);
	return rc;
}

/* text as a checked value in v, which is empty. */
static int
parse_value(const struct prop *p, const char *text, union propvalue *v,
    struct err *e)
{
	const struct propkind *k = kind_of(p);
	int rc;

	if (k->add != NULL)
		return parse_list(p, text, v, e);
	if (k->parse == NULL)
		return err_set(e, ERR_PARSE, "%s: a list in braces expected",
		    p->name);
	rc = k->parse(p, text, v, e);
	if (rc != 0 || p->check == NULL || k->empty(v) || p->kind == PROP_RULE)
		return rc;
	rc = p->check(p, v, e);
	if (rc != 0)
		value_fini(k, v);
	return rc;
}

/* A row's default is our own text: it parses, or the table is wrong. */
static void
default_value(const struct prop *p, union propvalue *v)
{
	memset(v, 0, sizeof(*v));
	if (p->dflt != NULL && parse_value(p, p->dflt, v, NULL) != 0)
		assert(!"default of a property does not parse");
}

static int
refuse(const struct prop *p, struct err *e)
{
	return err_set(e, ERR_UNSUPPORTED, "not supported yet: %s: %s",
	    p->name, p->refused);
}

/* 0 when v is the default of a refused row. */
static int
check_refused(const struct prop *p, const union propvalue *v, struct err *e)
{
	union propvalue dflt;
	bool same;

	default_value(p, &dflt);
	same = value_equal(kind_of(p), v, &dflt);
	value_fini(kind_of(p), &dflt);
	return same ? 0 : refuse(p, e);
}

/* Takes v. What is no news leaves a block shared. */
static void
put_value(const struct prop *p, void *obj, union propvalue *v)
{
	const struct propkind *k = kind_of(p);
	void *to;

	if (p->flags & PROP_APART && value_equal(k, v, prop_value(p, obj))) {
		value_fini(k, v);
		return;
	}
	to = prop_value_own(p, obj);
	value_fini(k, to);
	memcpy(to, v, k->size);
}

int
prop_set(const struct prop *p, void *obj, const char *text, struct err *e)
{
	const struct propkind *k = kind_of(p);
	union propvalue v;
	int rc;

	memset(&v, 0, sizeof(v));
	if (p->refused != NULL && k->parse == NULL && k->add == NULL)
		return strcmp(text, "none") == 0 ? 0 : refuse(p, e);
	rc = parse_value(p, text, &v, e);
	/* What is not understood is not the default either. */
	if (rc == ERR_PARSE && p->refused != NULL)
		return refuse(p, e);
	if (rc != 0)
		return p->flags & PROP_SECRET ? err_set(e, rc, "%s: the value "
		    "(not shown) is not allowed", p->name) : rc;
	if (p->refused != NULL) {
		rc = check_refused(p, &v, e);
		value_fini(k, &v);
	} else {
		put_value(p, obj, &v);
	}
	if (rc == 0)
		mark(p, obj, true);
	return rc;
}

int
prop_add(const struct prop *p, void *obj, const char *word, struct err *e)
{
	int rc;

	assert(kind_of(p)->add != NULL);
	if (p->refused != NULL)
		return refuse(p, e);
	rc = add_word(p, word, prop_value_own(p, obj), e);
	if (rc == 0)
		mark(p, obj, true);
	return rc;
}

void
prop_init(const struct prop *p, void *obj)
{
	union propvalue v;

	if (p->refused != NULL || p->dflt == NULL)
		return;
	default_value(p, &v);
	memcpy(prop_value_own(p, obj), &v, kind_of(p)->size);
}

bool
prop_owns(const struct prop *p, const void *obj)
{
	const struct propkind *k = kind_of(p);

	return p->refused == NULL && k->fini != NULL &&
	    !k->empty(prop_value(p, obj));
}

void
prop_reset(const struct prop *p, void *obj)
{
	union propvalue v;

	mark(p, obj, false);
	if (p->refused != NULL)
		return;
	default_value(p, &v);
	put_value(p, obj, &v);
}

void
prop_fini(const struct prop *p, void *obj)
{
	if (p->refused == NULL)
		value_fini(kind_of(p), prop_value_own(p, obj));
}

void
prop_copy(const struct prop *p, void *to, const void *from)
{
	const struct propkind *k = kind_of(p);
	union propvalue v;

	if (p->refused != NULL)
		return;
	memset(&v, 0, sizeof(v));
	if (k->copy != NULL)
		k->copy(&v, prop_value(p, from));
	else
		memcpy(&v, prop_value(p, from), k->size);
	put_value(p, to, &v);
}

bool
prop_equal(const struct prop *p, const void *a, const void *b)
{
	return p->refused != NULL ||
	    (p->flags & PROP_APART && apart_same(a, b)) ||
	    value_equal(kind_of(p),
	    prop_value(p, a), prop_value(p, b));
}

static bool
is_number(const char *text, uint64_t n)
{
	uint64_t sum = 0;

	if (text == NULL || *text == '\0')
		return false;
	for (; *text >= '0' && *text <= '9'; text++)
		sum = sum * 10 + (uint64_t)(*text - '0');
	return *text == '\0' && sum == n;
}

static bool
is_word(const struct prop *p, size_t i)
{
	return p->dflt != NULL && strcmp(p->names[i], p->dflt) == 0;
}

/* True: it is the default, as one sees without parsing that. This is asked of
 * every row of all that is written. */
static bool
is_plainly_default(const struct prop *p, const void *v)
{
	switch (p->kind) {
	case PROP_STATE:
	case PROP_BOOL:
		return is_word(p, *(const bool *)v);
	case PROP_ENUM:
		return is_word(p, *(const uint32_t *)v);
	case PROP_U32:
		return is_number(p->dflt, *(const uint32_t *)v);
	case PROP_U64:
		return is_number(p->dflt, *(const uint64_t *)v);
	case PROP_BITS:
		return false;
	case PROP_STRING:
	case PROP_ADDR:
	case PROP_ADDRPORT:
	case PROP_STRINGS:
	case PROP_REF:
	case PROP_REFS:
	case PROP_TYPEDREF:
	case PROP_PAIRS:
	case PROP_RULE:
	case PROP_ITEMS:
		break;
	}
	return p->dflt == NULL && kind_of(p)->empty(v);
}

bool
prop_is_default(const struct prop *p, const void *obj)
{
	union propvalue dflt;
	bool same;

	if (p->refused != NULL || is_plainly_default(p, prop_value(p, obj)))
		return true;
	default_value(p, &dflt);
	same = value_equal(kind_of(p), prop_value(p, obj), &dflt);
	value_fini(kind_of(p), &dflt);
	return same;
}

bool
prop_is_empty(const struct prop *p, const void *obj)
{
	return p->refused != NULL || kind_of(p)->empty(prop_value(p, obj));
}

bool
prop_is_list(const struct prop *p)
{
	return kind_of(p)->add != NULL;
}

char *
prop_format(const struct prop *p, const void *obj)
{
	struct strbuf b = { 0 };

	strbuf_init(&b);
	if (p->refused != NULL)
		strbuf_add(&b, p->dflt != NULL ? p->dflt : "none");
	else
		kind_of(p)->format(p, prop_value(p, obj), &b);
	return strbuf_take(&b);
}

const char *
prop_kind_title(const struct prop *p)
{
	return kind_of(p)->title;
}
