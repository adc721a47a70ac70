/* core/model/prop.h - the property table: one row says all there is to say
 * about a property, and everything reads that row: file parser and writer,
 * defaults, ranges, checks, help, REST, shell, reference manual, tests.
 *
 * Layer: core/model, may include core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_PROP_H
#define CORE_MODEL_PROP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct object;
struct type;

/* What the member at prop.off is, and how tmsh writes it. */
enum prop_kind {
	PROP_STATE,	/* bool: bare word names[0] (false) or names[1] (true) */
	PROP_BOOL,	/* bool: key and names[0] (false) or names[1] (true) */
	PROP_ENUM,	/* uint32_t: index in names */
	PROP_BITS,	/* uint32_t: bit i = names[i]; inline list { a b } */
	PROP_U32,	/* uint32_t: min..max */
	PROP_U64,	/* uint64_t: min..max */
	PROP_STRING,	/* char *: NULL = none; max = octets, 0 = 65535 */
	PROP_ADDR,	/* struct addr: family 0 = word */
	PROP_ADDRPORT,	/* struct addrport */
	PROP_STRINGS,	/* struct strlist: bare items, one a line, sorted */
	PROP_REF,	/* char *: full path of an object of type ref; NULL = none */
	PROP_REFS,	/* struct strlist of full paths, one a line, sorted */
	PROP_TYPEDREF,	/* struct typedref: "a /Common/p", type = ref + " a" */
	PROP_PAIRS,	/* struct strlist of "KEY=text", each key once; a line
			 * for each in files */
	PROP_RULE,	/* struct monrule: monitor rule */
	PROP_ITEMS,	/* struct objlist: keyed sub-objects of type item */
};

enum {
	PROP_REQUIRED	= 1 << 0,	/* must be given */
	PROP_ALWAYS	= 1 << 1,	/* written even when it is the default */
	PROP_POSITION	= 1 << 2,	/* default = place among its siblings */
	PROP_SECRET	= 1 << 3,	/* never logged or shown in clear */
	PROP_OURS	= 1 << 4,	/* extension: left out of REST at default */
	PROP_LOCAL	= 1 << 5,	/* not inherited through defaults-from */
	PROP_LINKED	= 1 << 6,	/* ITEMS: REST shows a link to a collection
					 * of their own, not an array */
	PROP_OLD	= 1 << 7,	/* of an earlier dialect: likewise left out */
	PROP_APART	= 1 << 8,	/* off is within the type's block apart, for
					 * what most objects leave as it is. No
					 * STATE, no list, no ITEMS */
};

/* One row. A table ends with a row whose name is NULL. */
struct prop {
	const char		*name;	/* tmsh's spelling, hyphens */
	enum prop_kind		 kind;
	size_t			 off;	/* in the object's struct, or apart */
	unsigned		 flags;	/* PROP_… */
	const char		*dflt;	/* default as tmsh text; NULL = none/empty */
	uint64_t		 min, max;	/* numbers: range, max 0 = all the
					 * kind holds; lists: count, max 0 = any;
					 * STRING: octets */
	const char		*unit;	/* "s", "ms", "bit/s", … or NULL */
	const char *const	*names;	/* STATE, BOOL, ENUM, BITS; NULL at end */
	const char		*word;	/* what tmsh writes for zero/empty: "none",
					 * "any", "auto"; NULL = kind's own */
	const char		*ref;	/* REF, REFS, TYPEDREF, RULE: words of the
					 * type, or of its family ("gtm monitor"), or
					 * of several ("net vlan or net tunnels") */
	const struct type	*item;	/* ITEMS */
	/* Refines: extra check of one value, e.g. "is it a domain name". value
	 * points at what the kind's member is (STRING, REF: char **, U32:
	 * uint32_t *); lists and rules call it for each word, with a char **.
	 * Empty values are not asked about. Its sentence starts with p->name
	 * and a colon, as all of them do. Not for ITEMS: see type.check_name. */
	int			(*check)(const struct prop *, const void *value,
				    struct err *);
	/* Not NULL: any value but the default is refused, "not supported yet:
	 * NAME: this sentence". Such a row has no storage (off is not used): it
	 * parses and compares against dflt, and format gives dflt. */
	const char		*refused;
	const char		*help;	/* a line for manual and shell */
};

struct strlist {
	char	**v;		/* owned, sorted, no duplicates */
	size_t	  count;
};

struct typedref {
	char	*kind;		/* "a", "cname"; NULL = none */
	char	*path;
};

/* Monitor rule: "A and B", "min N of { A B }", "require N from M { A }". */
struct monrule {
	enum monrule_kind { MONRULE_NONE, MONRULE_ALL, MONRULE_MIN,
	    MONRULE_REQUIRE } kind;
	uint32_t	 need;		/* MIN, REQUIRE: N */
	uint32_t	 from;		/* REQUIRE: M */
	struct strlist	 monitors;	/* full paths */
};

struct objlist {
	struct object	**v;	/* owned, sorted by name */
	size_t		  count;
};

/* The usual pairs, shared so that tables stay short. */
extern const char *const prop_disabled_enabled[];	/* disabled, enabled */
extern const char *const prop_no_yes[];
extern const char *const prop_false_true[];

/* The row called name in a table, or NULL. A PROP_STATE row is found by
 * either of its words. *index (may be NULL) is its place, for object.set. */
const struct prop *prop_find(const struct prop *table, const char *name,
    unsigned *index);

/*
 * prop_set, prop_add - the value from its tmsh text.
 *
 * in     text  set: the value without quotes around it; kinds of several words
 *              (TYPEDREF, RULE, lists) split it at blanks, honouring quotes.
 *              "none", "" and p->word empty the kinds that can be empty.
 *        word  add: one more word for STRINGS, REFS and BITS
 * ret    0, or ERR_PARSE, ERR_RANGE, ERR_UNKNOWN, ERR_EXISTS, ERR_UNSUPPORTED;
 *        then nothing changed and e says "NAME: VALUE is outside MIN..MAX" or
 *        the like. ITEMS have no text: ERR_PARSE.
 * after  the object knows that this row was given (object_has). Paths are
 *        absolute: x became /Common/x.
 * obj is a struct object with its type, as object_new makes it.
 */
int prop_set(const struct prop *p, void *obj, const char *text, struct err *e);
int prop_add(const struct prop *p, void *obj, const char *word, struct err *e);

/* Where the value of a row lies that is not refused: to be read; and to be
 * written, when nobody else holds the object. */
const void *prop_value(const struct prop *p, const void *obj);
void *prop_value_own(const struct prop *p, void *obj);

/* The default, of a row that owns nothing and counts as not given. */
void prop_init(const struct prop *p, void *obj);
/* Does the value own memory? */
bool prop_owns(const struct prop *p, const void *obj);
/* Sets the default, frees what was there, and the row counts as not given. */
void prop_reset(const struct prop *p, void *obj);
/* Frees what the value owns and makes it empty. */
void prop_fini(const struct prop *p, void *obj);
/* to is a valid (or all zero) object; what it had is freed. */
void prop_copy(const struct prop *p, void *to, const void *from);
bool prop_equal(const struct prop *p, const void *a, const void *b);
bool prop_is_default(const struct prop *p, const void *obj);
/* Is it none, an empty list, no items? Words and numbers never are. */
bool prop_is_empty(const struct prop *p, const void *obj);
/* STRINGS, REFS, BITS: takes words through prop_add. */
bool prop_is_list(const struct prop *p);
/* "number", "text", "list", for the manual. */
const char *prop_kind_title(const struct prop *p);

/* Value as tmsh text, without quotes around a single word; words of kinds of
 * several words are quoted where they need it. ITEMS give their keys. prop_set
 * reads it back, except ITEMS. The caller frees it. */
char *prop_format(const struct prop *p, const void *obj);

/* Is this word, letter for letter, in the list? */
bool strlist_has(const struct strlist *l, const char *word);

#endif
