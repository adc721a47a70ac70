/* admin/rest/response.c - see response.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/response.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/err.h"
#include "core/model/json.h"

void
response_fini(struct response *r)
{
	free(r->body);
	free(r->etag);
	free(r->type);
	*r = (struct response){ 0 };
}

void
response_json(struct response *r, int status, struct json **pj)
{
	response_fini(r);
	r->status = status;
	r->body = json_line(*pj);
	json_free(pj);
}

int
response_error(struct response *r, int status, const char *fmt, ...)
{
	struct json *j = json_new_object(), *stack = json_new_array();
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	json_put_int(j, "code", status);
	json_put_text(j, "message", text);
	json_put(j, "errorStack", &stack);
	json_put_int(j, "apiError", 3);
	response_json(r, status, &j);
	return status;
}

static int
status_of(int code)
{
	switch (code) {
	case ERR_DENIED:
		return 403;
	case ERR_NOTFOUND:
		return 404;
	case ERR_EXISTS:
	case ERR_CONFLICT:
		return 409;
	case ERR_UNSUPPORTED:
		return 415;
	case ERR_BUSY:
		return 503;
	case ERR_NOSPACE:
		return 507;
	case ERR_IO:
		return 500;
	default:
		return 400;
	}
}

int
response_err(struct response *r, const struct err *e)
{
	return response_error(r, status_of(e->code), "%s", e->text);
}
