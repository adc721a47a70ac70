/* admin/rest/response.c - see response.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/response.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "admin/rest/budget.h"
#include "core/base/err.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"

#define METHODS	"GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS"

void
response_fini(struct response *r)
{
	free(r->body);
	free(r->etag);
	free(r->type);
	if (r->held > 0)
		budget_give(r->budget, r->held);
	*r = (struct response){ .budget = r->budget };
}

bool
response_hold(struct response *r, size_t len)
{
	if (r->budget == NULL)
		return true;
	if (!budget_take(r->budget, len))
		return false;
	r->held += len;
	return true;
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

int
response_options(struct response *r)
{
	response_fini(r);
	r->status = 200;
	return r->status;
}

/* ---- the head ---- */

static const struct {
	int		 status;
	const char	*words;
} reasons[] = {
	{ 200, "OK" }, { 201, "Created" }, { 202, "Accepted" },
	{ 204, "No Content" }, { 304, "Not Modified" },
	{ 400, "Bad Request" }, { 401, "Unauthorized" }, { 403, "Forbidden" },
	{ 404, "Not Found" }, { 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" }, { 408, "Request Timeout" },
	{ 409, "Conflict" }, { 410, "Gone" }, { 412, "Precondition Failed" },
	{ 413, "Content Too Large" }, { 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" }, { 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" }, { 501, "Not Implemented" },
	{ 502, "Bad Gateway" }, { 503, "Service Unavailable" },
	{ 507, "Insufficient Storage" },
};

/* RFC 9110 15; a phrase may be missing, the blank before it not. */
static const char *
reason_of(int status)
{
	for (size_t i = 0; i < OBJ_COUNT(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].words;
	return "";
}

/* RFC 9110 5.6.7; the names are English whatever the locale: it is never set. */
static void
format_date(real_s now, char *text, size_t cap)
{
	time_t t = (time_t)now;
	struct tm tm;

	(void)strftime(text, cap, "%a, %d %b %Y %H:%M:%S GMT",
	    gmtime_r(&t, &tm));
}

static bool
is_page(const struct response *r)
{
	return r->type != NULL && strncasecmp(r->type, "text/html",
	    strlen("text/html")) == 0;
}

void
response_format_head(const struct response *r, real_s now, bool close,
    struct strbuf *b)
{
	char date[40];

	format_date(now, date, sizeof(date));
	strbuf_printf(b, "HTTP/1.1 %d %s\r\nDate: %s\r\n", r->status,
	    reason_of(r->status), date);
	if (r->endless)
		strbuf_add(b, "Transfer-Encoding: chunked\r\n");
	else
		strbuf_printf(b, "Content-Length: %zu\r\n",
		    r->body != NULL ? strlen(r->body) : 0);
	if (r->body != NULL || r->endless)
		strbuf_printf(b, "Content-Type: %s\r\n", r->type != NULL ?
		    r->type : "application/json; charset=UTF-8");
	/* For the browser that a person looks with: the pages that there are
	 * have a style of their own, and nothing in them is loaded or runs. */
	strbuf_printf(b, "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "X-Frame-Options: DENY\r\n"
	    "Content-Security-Policy: default-src 'none'; %s"
	    "frame-ancestors 'none'\r\n"
	    "Referrer-Policy: no-referrer\r\n"
	    "Strict-Transport-Security: max-age=31536000\r\n",
	    is_page(r) ? "style-src 'unsafe-inline'; " : "");
	if (r->etag != NULL)
		strbuf_printf(b, "ETag: %s\r\n", r->etag);
	if (r->status == 401)
		strbuf_add(b, "WWW-Authenticate: Basic realm=\"gtm\"\r\n");
	if (r->status == 405 || (r->body == NULL && !r->endless))
		strbuf_add(b, "Allow: " METHODS "\r\n");
	if (r->retry_s > 0)
		strbuf_printf(b, "Retry-After: %u\r\n", r->retry_s);
	strbuf_add(b, close ? "Connection: close\r\n\r\n" : "\r\n");
}
