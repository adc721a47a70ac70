/* admin/rest/response.h - an answer as a value. Layer: admin/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_RESPONSE_H
#define ADMIN_REST_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/clock.h"

struct budget;
struct err;
struct json;
struct strbuf;

struct response {
	int		 status;	/* HTTP's; 0 = not answered yet */
	char		*body;		/* owned text; NULL = empty */
	char		*etag;		/* owned, with its quotes; NULL = none */
	char		*type;		/* owned media type; NULL = JSON */
	unsigned	 retry_s;	/* Retry-After; 0 = none */
	bool		 endless;	/* the body comes in chunks after the head */
	struct budget	*budget;	/* borrowed; NULL = nothing is held */
	size_t		 held;		/* octets of it */
};

/* Frees, and gives back what is held; the budget stays. */
void response_fini(struct response *r);

/* More octets of the budget for the body, or none and false. */
bool response_hold(struct response *r, size_t len);

/* Takes *pj. */
void response_json(struct response *r, int status, struct json **pj);

/* {code, message, errorStack: [], apiError: 3} in the place of whatever was
 * there. Returns status. */
int response_error(struct response *r, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for a failure told in a sentence: 400, 403, 404, 409, 415, 500, 503
 * or 507 after its code. Returns the status. */
int response_err(struct response *r, const struct err *e);

/* What OPTIONS is answered: the methods, and nothing that would let a page of
 * another origin in (RFC 9110 9.3.7). Returns the status. */
int response_options(struct response *r);

/* Status line and headers with the empty line after them, appended. close: the
 * connection ends after it. */
void response_format_head(const struct response *r, real_s now, bool close,
    struct strbuf *b);

#endif
