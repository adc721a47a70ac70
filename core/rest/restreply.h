/* core/rest/restreply.h - a response as a value. Layer: core/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_RESTREPLY_H
#define CORE_REST_RESTREPLY_H

#include <stdbool.h>

struct diag;
struct err;
struct json;

struct restreply {
	int		 status;	/* HTTP status; 0 = not answered yet */
	struct json	*body;		/* NULL = empty */
	char		 etag[32];	/* with its quotes; "" = none */
};

void restreply_fini(struct restreply *r);

/* Takes *pj. */
void restreply_json(struct restreply *r, int status, struct json **pj);

/* {code, message, errorStack: [], apiError: 3}, in the place of whatever was
 * there. Returns status. */
int restreply_error(struct restreply *r, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for a failure that was told in a sentence: 400, 403, 404, 409, 503
 * or 507 after its code. Returns the status. */
int restreply_err(struct restreply *r, const struct err *e);
/* The same for findings: the first error decides, all of them are told. */
int restreply_diag(struct restreply *r, const struct diag *d);

/* The status that belongs to an ERR_… code. */
int restreply_status_of(int code);

#endif
