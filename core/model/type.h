/* core/model/type.h - object types, and the schema that lists them all.
 *
 * Layer: core/model, may include core/base.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_TYPE_H
#define CORE_MODEL_TYPE_H

#include <stdbool.h>
#include <stddef.h>

struct diag;
struct draft;
struct err;
struct object;
struct prop;

enum type_naming {
	TYPE_NAMED,	/* full path: /Common/Local_pool */
	TYPE_SINGLE,	/* exactly one, without a name: global-settings */
	TYPE_ITEM,	/* sub-object, its key unique in its parent */
	TYPE_PHRASED,	/* the words of its header are its name: topology */
};

/* Called for each object that o refers to; target may be missing. item is the
 * key inside the target ("vmhttp" of a server), or NULL. */
typedef void type_ref_fn(void *arg, const char *words, const char *name,
    const char *item);

/* Called for each further key of an object. */
typedef void type_key_fn(void *arg, const char *key);

struct type {
	const char		*words;	/* "gtm pool a"; items: "members" */
	const char		*also;	/* what those words were once, and still
					 * mean, or NULL */
	const char		*title;	/* "Pool", as messages call it */
	enum type_naming	 naming;
	size_t			 size;	/* of the struct, whose first member is
					 * struct object */
	const struct prop	*props;
	/* Of rows with PROP_APART: octets of their block, whose first member is
	 * struct apart (apart.h), and where in the struct the pointer to it is,
	 * const for all but core/model. 0 = there are none. */
	size_t			 apart_size, apart;
	const char		*help;
	/* Not NULL: objects of this type are refused with this reason. */
	const char		*refused;

	/* Names of several words (nameform.h): PHRASED has it, an ITEM may.
	 * make_name is there whenever form is: the canonical text of such a
	 * name, for the caller to free, or NULL with e filled. */
	const char		*form;
	char	*(*make_name)(const char *text, struct err *);

	/* All optional. */
	int	(*check_name)(const char *name, struct err *);
	/* Brings a changed object into canonical form before checks, e.g. a
	 * member given as ip:port. Findings go to the diag. */
	void	(*settle)(struct object *, const struct draft *, struct diag *);
	/* Rules across properties and objects. Missing targets of REF rows
	 * and of each_ref are reported without it. */
	void	(*check)(const struct object *, const struct draft *,
		    struct diag *);
	/* Names the references that no REF row shows (member keys). */
	void	(*each_ref)(const struct object *, type_ref_fn *, void *arg);
	/* Names what o is looked up by beside its path ("name www.example.com"):
	 * draft_each_keyed finds it. Two objects may share a key; where none
	 * may, check says so. Asked before and after settle: it must not
	 * matter. */
	void	(*each_key)(const struct object *, type_key_fn *, void *arg);
	/* Names keys of objects that count on o without a reference to its
	 * path: they are checked anew when o changes or goes. */
	void	(*each_dependent)(const struct object *, type_key_fn *,
		    void *arg);
	/* Is it gone with the process? Then the configuration file does not get
	 * it, and the owner takes it out of what was loaded at a start. */
	bool	(*is_fleeting)(const struct object *);
	/* The ITEMS row that references with an item mean when they name an
	 * object of this type ("virtual-servers"); NULL = any of its rows. */
	const char *ref_items;
};

/* A program's types. Built-in objects are tmsh text, there before any file,
 * never written, not to be changed or deleted. */
struct schema {
	const struct type *const *types;	/* NULL at end */
	const char	*builtin;		/* or NULL */
};

/* The type whose words are exactly these, or NULL. */
const struct type *schema_find(const struct schema *s, const char *words);
/* How many types; and the place of one of them (an assertion fails for a type
 * of another schema). */
size_t schema_count(const struct schema *s);
size_t schema_index(const struct schema *s, const struct type *t);
/* Are the type's words these, or these and more ("gtm monitor")? Several such are joined
 * by " or ": then it is one of them that they have to be. */
bool schema_in_family(const struct type *t, const char *words);
/* The same of the type's words alone. */
bool schema_words_in(const char *type_words, const char *words);
/* The next of words that are joined so: *at starts at the first, and is NULL after the
 * last. Returns where it starts, *len octets. */
const char *schema_each_words(const char **at, size_t *len);
/* The type whose words (or the words that it also has) are the longest that the
 * header of count words starts with; *used is how many words it took. NULL when
 * there is none. */
const struct type *schema_match(const struct schema *s,
    const char *const *words, size_t count, size_t *used);

#endif
