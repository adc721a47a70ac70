/* admin/rest/response.h - an answer as a value. Layer: admin/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef ADMIN_REST_RESPONSE_H
#define ADMIN_REST_RESPONSE_H

struct err;
struct json;

struct response {
	int		 status;	/* HTTP's; 0 = not answered yet */
	char		*body;		/* owned text; NULL = empty */
	char		*etag;		/* owned, with its quotes; NULL = none */
	char		*type;		/* owned media type; NULL = JSON */
	unsigned	 retry_s;	/* Retry-After; 0 = none */
};

void response_fini(struct response *r);

/* Takes *pj. */
void response_json(struct response *r, int status, struct json **pj);

/* {code, message, errorStack: [], apiError: 3} in the place of whatever was
 * there. Returns status. */
int response_error(struct response *r, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for a failure told in a sentence: 400, 403, 404, 409, 415, 500, 503
 * or 507 after its code. Returns the status. */
int response_err(struct response *r, const struct err *e);

#endif
