/* admin/rest/relay.c - see relay.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/relay.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/rest/gate.h"
#include "admin/rest/response.h"
#include "admin/rest/upstream.h"
#include "core/base/err.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/rest/client.h"

#define LINE_MAX_LEN	320	/* a value has less than 256 octets, see visit.c */
#define EVENT_ID_MAX	64

/* The headers of a request of ours. */
struct lines {
	char		 text[5][LINE_MAX_LEN];
	const char	*list[6];	/* ends with NULL */
	size_t		 count;
};

static void
add(struct lines *h, const char *name, const char *value)
{
	char *line = h->text[h->count];

	assert(h->count < OBJ_COUNT(h->text));
	(void)snprintf(line, sizeof(h->text[0]), "%s: %s", name, value);
	h->list[h->count++] = line;
}

/* As restevents.h writes them: what else a stranger sends is no id. */
static bool
is_event_id(const char *id)
{
	return id != NULL && strlen(id) < EVENT_ID_MAX &&
	    id[strspn(id, "0123456789.")] == '\0';
}

static void
make_lines(struct lines *h, const struct ask *q)
{
	char from[ADDR_TEXT_MAX];

	*h = (struct lines){ .count = 0 };
	add(h, "X-Gtm-User", q->user);
	add(h, "X-Gtm-Role", roles_name(q->role));
	add(h, "X-Gtm-From", addr_format(&q->from, from));
	if (q->transaction != NULL)
		add(h, "X-F5-REST-Coordination-Id", q->transaction);
	if (is_event_id(q->last_event))
		add(h, "Last-Event-ID", q->last_event);
}

static char *
make_path(const struct ask *q)
{
	return q->query == NULL ? mem_strdup(q->path) :
	    mem_printf("%s?%s", q->path, q->query);
}

/* ---- what became of it ---- */

static void
log_unreachable(const struct err *e)
{
	char quoted[ERR_TEXT_MAX * 2];

	log_at(LOG_WARNING, "rest", "gtmd", "unreachable", "why=%s",
	    log_quote(e->text, quoted, sizeof(quoted)));
}

/* No answer was to be had: e says why. */
static void
answer_unreachable(const struct err *e, struct response *r)
{
	log_unreachable(e);
	if (e->code == ERR_BUSY) {
		(void)response_err(r, e);
		r->retry_s = 1;
		return;
	}
	/* The words that clients know as "wait and try again". */
	(void)response_error(r, 503, "There is an active asynchronous task "
	    "executing. Configuration Utility restarting...");
	r->retry_s = 5;
}

static void
call(struct client *c, const struct client_request *ask, struct response *r)
{
	struct client_reply reply;
	struct err e = { 0 };

	if (client_call(c, ask, &reply, &e) != 0) {
		answer_unreachable(&e, r);
		return;
	}
	r->status = (int)reply.status;
	r->body = reply.body;
	r->etag = reply.etag;
	r->type = reply.type;
}

static bool
make_room(void *arg, size_t len)
{
	return response_hold(arg, len);
}

void
relay_call(struct upstream *u, const struct ask *q, const char *body,
    struct response *r)
{
	struct client *c = upstream_take(u);
	struct lines h;
	char *path = make_path(q);
	const struct client_request ask = { .method = q->method, .path = path,
	    .body = body, .if_match = q->if_match, .headers = h.list,
	    .room = make_room, .room_arg = r };
	struct err e = { 0 };

	make_lines(&h, q);
	if (c != NULL) {
		call(c, &ask, r);
		upstream_give(u, &c);
	} else {
		(void)err_set(&e, ERR_BUSY, "too many requests are under way");
		answer_unreachable(&e, r);
	}
	free(path);
}

void
relay_stream(const struct upstream *u, const struct ask *q,
    const struct relay_sink *sink, struct response *r)
{
	struct client *c = upstream_open(u);
	struct lines h;
	char *path = make_path(q);
	const struct client_request ask = { .method = "GET", .path = path,
	    .accept = "text/event-stream", .headers = h.list,
	    .take = sink->take, .still = sink->still, .take_arg = sink->arg,
	    .room = make_room, .room_arg = r };

	make_lines(&h, q);
	call(c, &ask, r);
	client_free(&c);
	free(path);
}
