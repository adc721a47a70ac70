/* admin/shell/rest.c - see rest.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/shell/rest.h"

#include <stdlib.h>
#include <string.h>

#include "admin/shell/catalog.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"
#include "core/rest/client.h"

static int
code_of(long status)
{
	switch (status) {
	case 401: case 403:
		return ERR_DENIED;
	case 404:
		return ERR_NOTFOUND;
	case 409:
		return ERR_EXISTS;
	case 412:
		return ERR_CONFLICT;
	case 503:
		return ERR_BUSY;
	case 507:
		return ERR_NOSPACE;
	default:
		return ERR_PARSE;
	}
}

static int
tell_refusal(long status, const struct json *body, struct err *e)
{
	const char *message = json_get_text(json_find(body, "message"));

	if (message != NULL)
		return err_set(e, code_of(status), "%s", message);
	return err_set(e, code_of(status), "the daemon answered with status "
	    "%ld", status);
}

int
rest_call(struct client *c, const struct rest_call *q, struct rest_result *r,
    struct err *e)
{
	char *line = q->body != NULL ? json_line(q->body) : NULL;
	const struct client_request request = { .method = q->method,
	    .path = q->path, .body = line, .if_match = q->if_match,
	    .progress = q->progress, .progress_arg = q->progress_arg };
	struct client_reply reply;
	struct err why;
	int rc;

	*r = (struct rest_result){ 0 };
	rc = client_call(c, &request, &reply, e);
	free(line);
	if (rc != 0)
		return rc;
	if (reply.len > 0)
		r->body = json_parse(reply.body, reply.len, &why);
	if (reply.status >= 300)
		rc = tell_refusal(reply.status, r->body, e);
	else if (reply.len > 0 && r->body == NULL)
		rc = err_set(e, ERR_PARSE, "the daemon's answer is %s",
		    why.text);
	if (rc == 0) {
		r->etag = reply.etag;
		reply.etag = NULL;
	}
	client_reply_fini(&reply);
	return rc;
}

void
rest_result_fini(struct rest_result *r)
{
	json_free(&r->body);
	free(r->etag);
	*r = (struct rest_result){ 0 };
}

int
rest_page(struct client *c, const char *path, struct rest_page *page,
    struct err *e)
{
	const struct client_request request = { .method = "GET", .path = path,
	    .accept = "*/*" };
	struct client_reply reply;
	struct json *refusal;
	struct err why;
	int rc;

	*page = (struct rest_page){ 0 };
	rc = client_call(c, &request, &reply, e);
	if (rc != 0)
		return rc;
	if (reply.status >= 300) {
		refusal = json_parse(reply.body, reply.len, &why);
		rc = tell_refusal(reply.status, refusal, e);
		json_free(&refusal);
	} else {
		*page = (struct rest_page){ reply.body, reply.len };
		reply.body = NULL;
	}
	client_reply_fini(&reply);
	return rc;
}

void
rest_page_fini(struct rest_page *page)
{
	free(page->text);
	*page = (struct rest_page){ 0 };
}

char *
rest_path(const struct catalog_type *t, const char *name, const char *tail)
{
	struct strbuf b;

	strbuf_init(&b);
	strbuf_add(&b, t->path);
	if (name != NULL && *name != '\0') {
		strbuf_add_char(&b, '/');
		client_escape(&b, name);
	}
	strbuf_add(&b, tail != NULL ? tail : "");
	return strbuf_take(&b);
}
