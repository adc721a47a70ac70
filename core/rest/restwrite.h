/* core/rest/restwrite.h - POST, PATCH, PUT and DELETE of objects and items,
 * into a draft. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTWRITE_H
#define CORE_REST_RESTWRITE_H

#include "core/rest/restrequest.h"

struct draft;
struct restdialect;
struct restplace;
struct restreply;

/* One write: what is asked, where, and into what. All borrowed. */
struct restwrite {
	struct draft		*draft;
	const struct restrequest *q;
	const struct restplace	*at;
	const struct restdialect *dialect;
};

/* Where a write went: the object, and the item in it. */
struct restwrite_result {
	char	*name;		/* full; NULL = nowhere */
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

/* One write that was kept for later, or is only thought of. */
struct restwrite_call {
	enum restrequest_method method;
	const char	*target;	/* path and query */
	struct json	*body;		/* borrowed; NULL = none */
	char		*if_match;	/* borrowed; NULL = none */
	struct restpeer	 peer;
};

/* The same from its target on: 404 when that leads to no resource. 0 or the
 * status that r tells. */
int restwrite_replay(const struct restwrite_call *c, struct draft *d,
    const struct restdialect *dialect, struct restreply *r);

void restwrite_result_fini(struct restwrite_result *w);

#endif
