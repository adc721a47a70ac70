/* core/rest/client.c - see client.h. SPDX-License-Identifier: Apache-2.0 */
#include "core/rest/client.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"

#define CONNECT_TIMEOUT_S	5L
#define SILENCE_TIMEOUT_S	60L	/* a big load takes seconds */
#define REPLY_MAX		((size_t)64 << 20)	/* 100,000 objects fit */

struct client {
	unsigned	 magic;
#define CLIENT_MAGIC	0xc11e0a7eu
	CURL		*curl;
	char		*path;
};

/* One call under way. */
struct call {
	const struct client_request *asked;
	CURL		*curl;		/* the client's */
	struct strbuf	 body;
	char		*etag;
	bool		 too_long, no_room;
	bool		 ended;		/* who takes the body has had enough */
};

struct client *
client_new(const char *socket_path)
{
	struct client *c = mem_zalloc(1, sizeof(*c));

	c->magic = CLIENT_MAGIC;
	c->path = mem_strdup(socket_path);
	c->curl = curl_easy_init();
	assert(c->curl != NULL);
	return c;
}

void
client_free(struct client **pc)
{
	struct client *c = *pc;

	*pc = NULL;
	if (c == NULL)
		return;
	OBJ_CHECK(c, CLIENT_MAGIC);
	curl_easy_cleanup(c->curl);
	free(c->path);
	c->magic = 0;
	free(c);
}

/* A refusal is collected, whoever wanted to take what was asked for. */
static bool
is_taken(const struct call *call)
{
	long status = 0;

	if (call->asked->take == NULL)
		return false;
	curl_easy_getinfo(call->curl, CURLINFO_RESPONSE_CODE, &status);
	return status == 200;
}

static size_t
on_body(char *octets, size_t size, size_t count, void *arg)
{
	struct call *call = arg;

	if (is_taken(call)) {
		call->ended = !call->asked->take(call->asked->take_arg, octets,
		    size * count);
		return call->ended ? 0 : size * count;
	}
	if (call->body.len + size * count > REPLY_MAX) {
		call->too_long = true;
		return 0;
	}
	if (call->asked->room != NULL &&
	    !call->asked->room(call->asked->room_arg, size * count)) {
		call->no_room = true;
		return 0;
	}
	strbuf_add_len(&call->body, octets, size * count);
	return size * count;
}

static size_t
on_header(char *line, size_t size, size_t count, void *arg)
{
	static const char name[] = "ETag:";
	struct call *call = arg;
	size_t len = size * count, at = sizeof(name) - 1;

	if (len <= at || strncasecmp(line, name, at) != 0)
		return len;
	while (at < len && line[at] == ' ')
		at++;
	free(call->etag);
	call->etag = mem_strndup(line + at, len - at);
	call->etag[strcspn(call->etag, "\r\n")] = '\0';
	return len;
}

static int
on_progress(void *arg, curl_off_t total, curl_off_t got, curl_off_t sending,
    curl_off_t sent)
{
	struct call *call = arg;
	const struct client_request *q = call->asked;

	(void)total;
	(void)got;
	if (q->progress != NULL && sending > 0)
		q->progress(q->progress_arg, (size_t)sent, (size_t)sending);
	if (q->still != NULL && !q->still(q->take_arg))
		call->ended = true;
	return call->ended;
}

static struct curl_slist *
add_header(struct curl_slist *list, const char *name, const char *value)
{
	char *line = mem_printf("%s: %s", name, value);
	struct curl_slist *longer = curl_slist_append(list, line);

	assert(longer != NULL);
	free(line);
	return longer;
}

static struct curl_slist *
make_headers(const struct client_request *q)
{
	struct curl_slist *list;

	list = add_header(NULL, "Accept",
	    q->accept != NULL ? q->accept : "application/json");
	/* No waiting for a "100 Continue" that need not come. */
	list = add_header(list, "Expect", "");
	if (q->body != NULL)
		list = add_header(list, "Content-Type", "application/json");
	if (q->if_match != NULL)
		list = add_header(list, "If-Match", q->if_match);
	for (const char *const *h = q->headers; h != NULL && *h != NULL; h++) {
		list = curl_slist_append(list, *h);
		assert(list != NULL);
	}
	return list;
}

static void
prepare(struct client *c, const struct client_request *q, struct call *call,
    const char *url)
{
	curl_easy_reset(c->curl);
	curl_easy_setopt(c->curl, CURLOPT_UNIX_SOCKET_PATH, c->path);
	curl_easy_setopt(c->curl, CURLOPT_URL, url);
	curl_easy_setopt(c->curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "http");
	curl_easy_setopt(c->curl, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c->curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
	curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	/* A stream may well have nothing to say; its end is seen. */
	curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_TIME,
	    q->take != NULL ? 0L : SILENCE_TIMEOUT_S);
	curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, q->method);
	if (q->body != NULL) {
		curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE,
		    (long)strlen(q->body));
		curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, q->body);
	}
	if (q->progress != NULL || q->still != NULL) {
		curl_easy_setopt(c->curl, CURLOPT_NOPROGRESS, 0L);
		curl_easy_setopt(c->curl, CURLOPT_XFERINFOFUNCTION,
		    on_progress);
		curl_easy_setopt(c->curl, CURLOPT_XFERINFODATA, call);
	}
	curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(c->curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c->curl, CURLOPT_HEADERDATA, call);
}

static int
judge(const struct client *c, CURLcode code, const struct call *call,
    struct err *e)
{
	long sys_errno = 0;

	if (code == CURLE_OK || call->ended)
		return 0;
	if (call->too_long)
		return err_set(e, ERR_RANGE, "%s: the answer is over 64 MiB",
		    c->path);
	if (call->no_room)
		return err_set(e, ERR_BUSY, "%s: there is no room for the "
		    "answer at this moment", c->path);
	curl_easy_getinfo(c->curl, CURLINFO_OS_ERRNO, &sys_errno);
	if (sys_errno != 0)
		return err_sys(e, (int)sys_errno, "%s", c->path);
	return err_set(e, ERR_IO, "%s: %s", c->path, curl_easy_strerror(code));
}

int
client_call(struct client *c, const struct client_request *q,
    struct client_reply *r, struct err *e)
{
	char *url = mem_printf("http://localhost%s", q->path);
	struct curl_slist *headers = make_headers(q);
	struct call call = { .asked = q, .curl = c->curl };
	const char *type = NULL;
	int rc;

	OBJ_CHECK(c, CLIENT_MAGIC);
	*r = (struct client_reply){ 0 };
	strbuf_init(&call.body);
	prepare(c, q, &call, url);
	curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, headers);
	rc = judge(c, curl_easy_perform(c->curl), &call, e);
	if (rc == 0) {
		curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &r->status);
		r->len = call.body.len;
		r->body = strbuf_take(&call.body);
		r->etag = call.etag;
		call.etag = NULL;
		curl_easy_getinfo(c->curl, CURLINFO_CONTENT_TYPE, &type);
		r->type = mem_strdup(type);
	}
	strbuf_fini(&call.body);
	free(call.etag);
	curl_slist_free_all(headers);
	free(url);
	return rc;
}

void
client_reply_fini(struct client_reply *r)
{
	free(r->body);
	free(r->etag);
	free(r->type);
	*r = (struct client_reply){ 0 };
}

static bool
stands(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' && strchr("-._:", c) != NULL);
}

void
client_escape(struct strbuf *b, const char *name)
{
	for (const char *p = name; *p != '\0'; p++) {
		if (*p == '/')
			strbuf_add_char(b, '~');
		else if (stands(*p))
			strbuf_add_char(b, *p);
		else
			strbuf_printf(b, "%%%02X", (unsigned char)*p);
	}
}
