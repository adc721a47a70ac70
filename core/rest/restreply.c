/* core/rest/restreply.c - see restreply.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restreply.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/restname.h"

#define MESSAGE_MAX	1024

void
restreply_fini(struct restreply *r)
{
	json_free(&r->body);
	if (r->stream.more != NULL)
		r->stream.free(r->stream.arg);
	*r = (struct restreply){ .status = 0 };
}

struct json *
restreply_document(const char *kind, const char *url)
{
	struct json *j = json_new_object();
	char *link = restname_link(url);

	json_put_text(j, "kind", kind);
	json_put_text(j, "selfLink", link);
	free(link);
	return j;
}

void
restreply_json(struct restreply *r, int status, struct json **pj)
{
	restreply_fini(r);
	r->status = status;
	r->body = *pj;
	*pj = NULL;
}

void
restreply_stream(struct restreply *r, const char *type,
    const struct restreply_stream *s)
{
	restreply_fini(r);
	r->status = 200;
	r->type = type;
	r->stream = *s;
}

static int
tell(struct restreply *r, int status, const char *message)
{
	struct json *j = json_new_object(), *none = json_new_array();

	json_put_int(j, "code", status);
	json_put_text(j, "message", message);
	json_put(j, "errorStack", &none);
	json_put_int(j, "apiError", 3);
	restreply_json(r, status, &j);
	return status;
}

int
restreply_error(struct restreply *r, int status, const char *fmt, ...)
{
	char message[MESSAGE_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	return tell(r, status, message);
}

int
restreply_status_of(int code)
{
	switch (code) {
	case ERR_EXISTS:
		return 409;
	case ERR_NOTFOUND:
		return 404;
	case ERR_DENIED:
		return 403;
	case ERR_IO:		/* not 503: it makes clients wait and repeat */
		return 500;
	case ERR_BUSY:
		return 503;
	case ERR_NOSPACE:
		return 507;
	default:
		return 400;
	}
}

int
restreply_err(struct restreply *r, const struct err *e)
{
	return tell(r, restreply_status_of(e->code), e->text);
}

int
restreply_diag(struct restreply *r, const struct diag *d)
{
	struct strbuf b = { 0 };
	int code = 0;

	for (size_t i = 0; i < d->count; i++) {
		if (d->entries[i].level != DIAG_ERROR)
			continue;
		if (code != 0)
			strbuf_add(&b, "; ");
		else
			code = d->entries[i].code;
		strbuf_add(&b, d->entries[i].text);
	}
	assert(code != 0);
	(void)tell(r, restreply_status_of(code), b.text);
	strbuf_fini(&b);
	return r->status;
}
