/* core/rest/openapicall.h - one method of one path as OpenAPI has it: parameters,
 * request body, answers and refusals. Layer: core/rest, pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_REST_OPENAPICALL_H
#define CORE_REST_OPENAPICALL_H

#include <stdbool.h>

struct json;

/* One method of one path. NULL where there is nothing. */
struct openapicall {
	const char	*method;	/* "get" */
	const char	*summary, *tag;
	const char	*const *params;	/* of components, up to a NULL */
	const char	*body;		/* schema of the request */
	bool		 named;		/* its name must be given */
	const char	*answer;	/* schema; NULL: no body */
	bool		 list;		/* a collection of these */
	const char	*type;		/* of the answer; NULL = JSON */
	bool		 open;		/* to everybody */
};

/* Adds it to the path item of this URL; the URL and the method are its id. */
void openapicall_put(struct json *path, const char *url,
    const struct openapicall *call);
/* References to parameters of components, in a call or for a whole path. */
void openapicall_params(struct json *j, const char *const *names);
/* components/responses: the refusals that calls refer to. */
struct json *openapicall_responses(void);

#endif
