/* core/rest/restwrite.h - POST, PATCH, PUT and DELETE of objects and items,
 * into a draft. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTWRITE_H
#define CORE_REST_RESTWRITE_H

struct draft;
struct restdialect;
struct restplace;
struct restreply;
struct restrequest;

/* One write: what is asked, where, and into what. All borrowed. */
struct restwrite {
	struct draft		*draft;
	const struct restrequest *q;
	const struct restplace	*at;
	const struct restdialect *dialect;
};

/* Where a write went: the object, and the item in it. */
struct restwrite_result {
	char	*name;		/* full; NULL = gone */
	char	*key;		/* as it was asked for, or NULL */
};

/*
 * restwrite_apply - one write into a draft, neither checked nor committed.
 *
 * ret    0 with *out filled (for restwrite_result_fini), else the status that
 *        r already tells; the draft may then be partly changed, and is for the
 *        caller to throw away
 */
int restwrite_apply(const struct restwrite *w, struct restwrite_result *out,
    struct restreply *r);

void restwrite_result_fini(struct restwrite_result *w);

#endif
