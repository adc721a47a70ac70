/* core/model/propkind.h - what each kind of property can do, as a table of
 * small functions; prop.c picks the row.
 *
 * Private to core/model. A value is a pointer to the member. Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_PROPKIND_H
#define CORE_MODEL_PROPKIND_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/addr.h"
#include "core/model/prop.h"

struct strbuf;

struct propkind {
	const char *title;	/* for the manual */
	size_t	size;
	/* v is empty (all zero) before, and left empty on error. NULL: the
	 * kind is a list, filled with add; or it has no text at all. */
	int	(*parse)(const struct prop *, const char *text, void *v,
		    struct err *);
	int	(*add)(const struct prop *, const char *word, void *v,
		    struct err *);
	/* Words as they stand in a file, quoted only inside values of more
	 * than one word. */
	void	(*format)(const struct prop *, const void *v, struct strbuf *);
	/* Is it what "none" or the row's word means? */
	bool	(*empty)(const void *v);
	/* NULL = octets: nothing is owned, no padding. */
	void	(*copy)(void *to, const void *from);
	bool	(*equal)(const void *a, const void *b);
	void	(*fini)(void *v);
};

/* Room for a value of any kind; all zero is empty. */
union propvalue {
	bool		 b;
	uint32_t	 u32;
	uint64_t	 u64;
	char		*text;
	struct addr	 addr;
	struct addrport	 addrport;
	struct strlist	 list;
	struct typedref	 typedref;
	struct monrule	 rule;
	struct objlist	 items;
};

extern const struct propkind propword_state, propword_bool, propword_enum,
    propword_bits;
extern const struct propkind propnum_u32, propnum_u64;
extern const struct propkind proptext_string, proptext_ref;
extern const struct propkind proplist_strings, proplist_refs;
extern const struct propkind proppairs_kind;
extern const struct propkind propaddr_addr, propaddr_port;
extern const struct propkind propref_typed;
extern const struct propkind monrule_propkind;
extern const struct propkind objlist_propkind;

#endif
