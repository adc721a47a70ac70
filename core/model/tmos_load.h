/* core/model/tmos_load.h - configuration text over what counts now: in its
 * place, or merged into it. Into a draft; what becomes of that is the caller's.
 *
 * Layer: core/model.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_MODEL_TMOS_LOAD_H
#define CORE_MODEL_TMOS_LOAD_H

#include <stdbool.h>
#include <stddef.h>

struct diag;
struct draft;

struct tmos_load {
	const char	*text;
	size_t		 len;
	const char	*file;		/* as findings call it */
	/* What the text does not name stays; an object that is there gets the
	 * properties given, and keeps the others. A list that is given is the
	 * whole list. Else what the text does not name goes, or is at its
	 * default again. */
	bool		 merge;
	/* What we do not know or support is a warning, and skipped; references
	 * to it too. */
	bool		 lenient;
};

/*
 * tmos_load_into - a text into a draft that nothing has changed yet.
 *
 * Not checked: draft_check follows, also after findings, to have them all.
 * ret 0, or the code of the first error; findings go to out with their places.
 */
int tmos_load_into(struct draft *d, const struct tmos_load *l,
    struct diag *out);

#endif
