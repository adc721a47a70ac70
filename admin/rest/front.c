/* admin/rest/front.c - see front.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/front.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "admin/rest/framing.h"
#include "admin/rest/gate.h"
#include "admin/rest/response.h"
#include "admin/rest/urlpath.h"
#include "core/base/err.h"
#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/rest/client.h"

#define CONNECTIONS_MAX	64u
#define SOURCE_MAX	32u	/* connections of one address */
#define HEAD_MAX	((size_t)(16 + 4) * 1024)	/* and the library's own */
#define IDLE_S		10u
#define REQUEST_MAX	(30 * CLOCK_S)
#define BODIES_MAX	((size_t)16 << 20)
#define DRAIN_MAX	((size_t)64 << 10)	/* read before a refusal is told */
#define VALUE_MAX	256	/* octets of If-Match and the like */
#define STACK_SIZE	((size_t)512 << 10)

struct front {
	unsigned	 magic;
#define FRONT_MAGIC	0x4f407e55u
	struct front_config config;
	struct MHD_Daemon *daemon;
	pthread_mutex_t	 lock;		/* of the list and its times */
	struct list	 connections;
	atomic_size_t	 bodies;	/* octets held at this moment */
};

struct connection {
	struct list	 node;
	int		 fd;
	mono_ns		 since;		/* when it began, or was last answered */
	struct client	*client;
};

/* One request while it comes in. */
struct exchange {
	struct front	*front;
	char		*target;
	struct ask	 ask;
	struct framing	 framing;
	struct response	 response;	/* status is set: refused */
	struct strbuf	 body;
	size_t		 seen;		/* octets of body, kept or not */
	bool		 begun;
};

static mono_ns
now_of(const struct front *f)
{
	return clock_mono(f->config.gate->clock);
}

/* ---- connections ---- */

static void
open_connection(struct front *f, struct MHD_Connection *mc, void **own)
{
	struct connection *c = mem_zalloc(1, sizeof(*c));

	c->fd = MHD_get_connection_info(mc,
	    MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	c->client = client_new(f->config.socket_path);
	c->since = now_of(f);
	*own = c;
	(void)pthread_mutex_lock(&f->lock);
	list_append(&f->connections, &c->node);
	(void)pthread_mutex_unlock(&f->lock);
}

static void
on_connection(void *arg, struct MHD_Connection *mc, void **own,
    enum MHD_ConnectionNotificationCode what)
{
	struct front *f = arg;
	struct connection *c = *own;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		open_connection(f, mc, own);
	} else if (c != NULL) {
		(void)pthread_mutex_lock(&f->lock);
		list_remove(&c->node);
		(void)pthread_mutex_unlock(&f->lock);
		client_free(&c->client);
		free(c);
		*own = NULL;
	}
}

static struct connection *
connection_of(struct MHD_Connection *mc)
{
	return MHD_get_connection_info(mc,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* Silence is the library's time-out; a peer that drips octets is ours. */
void
front_sweep(struct front *f, mono_ns now)
{
	(void)pthread_mutex_lock(&f->lock);
	LIST_EACH(&f->connections, n) {
		struct connection *c = OBJ_OF(n, struct connection, node);

		if (now > c->since && now - c->since > REQUEST_MAX)
			(void)shutdown(c->fd, SHUT_RDWR);
	}
	(void)pthread_mutex_unlock(&f->lock);
}

/* ---- the head ---- */

static enum MHD_Result
on_header(void *arg, enum MHD_ValueKind kind, const char *name,
    const char *value)
{
	(void)kind;
	framing_push(arg, name, value);
	return MHD_YES;
}

/* A value to be passed on, NULL when there is none or no honest one. */
static const char *
header(struct MHD_Connection *mc, const char *name)
{
	const char *value = MHD_lookup_connection_value(mc, MHD_HEADER_KIND,
	    name);

	return value != NULL && strlen(value) < VALUE_MAX ? value : NULL;
}

static const char *
known_method(const char *method)
{
	static const char *const known[] = { "GET", "POST", "PATCH", "PUT",
	    "DELETE" };

	for (size_t i = 0; i < OBJ_COUNT(known); i++)
		if (strcmp(known[i], method) == 0)
			return known[i];
	return NULL;
}

/* Fills x->ask and asks the gate. Not 0: x->response says why. */
static int
read_head(struct exchange *x, struct MHD_Connection *mc, const char *method)
{
	struct response *r = &x->response;
	struct ask *q = &x->ask;
	struct err e = { 0 };
	uint16_t port;

	(void)MHD_get_connection_values(mc, MHD_HEADER_KIND, on_header,
	    &x->framing);
	if (framing_check(&x->framing, &e) != 0 ||
	    urlpath_parse(x->target, &q->path, &q->query, &e) != 0)
		return response_err(r, &e);
	q->method = known_method(method);
	if (q->method == NULL)
		return response_error(r, 405, "%.20s is not served here",
		    method);
	q->token = header(mc, "X-F5-Auth-Token");
	q->authorization = MHD_lookup_connection_value(mc, MHD_HEADER_KIND,
	    "Authorization");
	q->if_match = header(mc, "If-Match");
	q->transaction = header(mc, "X-F5-REST-Coordination-Id");
	addr_from_sockaddr(MHD_get_connection_info(mc,
	    MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr, &q->from, &port);
	q->client = connection_of(mc)->client;
	if (gate_admit(x->front->config.gate, q, r) != 0)
		return r->status;
	if (x->framing.body_len > q->body_max)
		return response_error(r, 413, "a body has at most %zu octets "
		    "here", q->body_max);
	return 0;
}

/* ---- answering ---- */

static void
add_headers(struct MHD_Response *m, const struct response *r, bool close)
{
	char number[16];

	(void)MHD_add_response_header(m, "Content-Type", r->type != NULL ?
	    r->type : "application/json; charset=UTF-8");
	(void)MHD_add_response_header(m, "Cache-Control", "no-store");
	(void)MHD_add_response_header(m, "X-Content-Type-Options", "nosniff");
	if (r->etag != NULL)
		(void)MHD_add_response_header(m, "ETag", r->etag);
	if (r->status == 401)
		(void)MHD_add_response_header(m, "WWW-Authenticate",
		    "Basic realm=\"gtm\"");
	if (r->status == 405)
		(void)MHD_add_response_header(m, "Allow",
		    "GET, POST, PATCH, PUT, DELETE");
	if (r->retry_s > 0) {
		(void)snprintf(number, sizeof(number), "%u", r->retry_s);
		(void)MHD_add_response_header(m, "Retry-After", number);
	}
	if (close)
		(void)MHD_add_response_header(m, "Connection", "close");
}

static enum MHD_Result
send_response(struct exchange *x, struct MHD_Connection *mc, bool close)
{
	struct response *r = &x->response;
	struct connection *c = connection_of(mc);
	size_t len = r->body != NULL ? strlen(r->body) : 0;
	struct MHD_Response *m;
	enum MHD_Result rc;

	m = MHD_create_response_from_buffer(len, r->body,
	    MHD_RESPMEM_MUST_COPY);
	if (m == NULL)
		return MHD_NO;
	add_headers(m, r, close);
	rc = MHD_queue_response(mc, (unsigned)r->status, m);
	MHD_destroy_response(m);
	(void)pthread_mutex_lock(&x->front->lock);
	c->since = now_of(x->front);
	(void)pthread_mutex_unlock(&x->front->lock);
	return rc;
}

/* A short body is read before it is refused, so that the answer is not lost
 * with the connection (RFC 9112 9.6). */
static enum MHD_Result
begin(struct exchange *x, struct MHD_Connection *mc, const char *method)
{
	x->begun = true;
	if (read_head(x, mc, method) == 0)
		return MHD_YES;
	if (x->framing.encodings == 0 && x->framing.lengths <= 1 &&
	    !x->framing.odd_length && x->framing.body_len <= DRAIN_MAX)
		return MHD_YES;
	return send_response(x, mc, true);
}

static enum MHD_Result
take_body(struct exchange *x, const char *data, size_t len)
{
	x->seen += len;
	if (x->response.status != 0)
		return x->seen <= DRAIN_MAX ? MHD_YES : MHD_NO;
	if (x->seen > x->ask.body_max) {
		(void)response_error(&x->response, 413, "a body has at most "
		    "%zu octets here", x->ask.body_max);
		return MHD_YES;
	}
	if (atomic_fetch_add(&x->front->bodies, len) + len > BODIES_MAX) {
		(void)atomic_fetch_sub(&x->front->bodies, len);
		(void)response_error(&x->response, 503, "too many bodies at "
		    "this moment");
		x->response.retry_s = 1;
		return MHD_YES;
	}
	strbuf_add_len(&x->body, data, len);
	return MHD_YES;
}

/* First with the head alone, then with each piece of body, then for the
 * answer. */
static enum MHD_Result
on_request(void *arg, struct MHD_Connection *mc, const char *url,
    const char *method, const char *version, const char *data, size_t *len,
    void **own)
{
	struct exchange *x = *own;
	size_t piece = *len;

	(void)url;
	(void)version;
	if (x == NULL)
		return MHD_NO;
	x->front = arg;
	if (!x->begun)
		return begin(x, mc, method);
	*len = 0;
	if (piece > 0)
		return take_body(x, data, piece);
	if (x->response.status == 0)
		gate_answer(x->front->config.gate, &x->ask, x->body.text,
		    x->body.len, &x->response);
	return send_response(x, mc, false);
}

/* Comes first, with the request line as it stands. */
static void *
on_target(void *arg, const char *target, struct MHD_Connection *mc)
{
	struct exchange *x = mem_zalloc(1, sizeof(*x));

	(void)arg;
	(void)mc;
	x->target = mem_strdup(target);
	return x;
}

static void
on_completed(void *arg, struct MHD_Connection *mc, void **own,
    enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *own;

	(void)arg;
	(void)mc;
	(void)why;
	*own = NULL;
	if (x == NULL)
		return;
	if (x->front != NULL)
		(void)atomic_fetch_sub(&x->front->bodies, x->body.len);
	if (x->body.text != NULL)	/* it may have held a password */
		explicit_bzero(x->body.text, x->body.len);
	strbuf_fini(&x->body);
	response_fini(&x->response);
	free(x->ask.path);
	free(x->ask.query);
	free(x->target);
	free(x);
}

/* Decoding is urlpath's business: the library leaves %XX alone. */
static size_t
on_unescape(void *arg, struct MHD_Connection *mc, char *text)
{
	(void)arg;
	(void)mc;
	return strlen(text);
}

/* ---- birth and end ---- */

struct front *
front_new(const struct front_config *c, struct err *e)
{
	struct front *f = mem_zalloc(1, sizeof(*f));

	f->magic = FRONT_MAGIC;
	f->config = *c;
	list_init(&f->connections);
	(void)pthread_mutex_init(&f->lock, NULL);
	f->daemon = MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION |
	    MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_TLS,
	    0, NULL, NULL, on_request, f,
	    MHD_OPTION_LISTEN_SOCKET, c->fd,
	    MHD_OPTION_HTTPS_MEM_KEY, c->key,
	    MHD_OPTION_HTTPS_MEM_CERT, c->cert,
	    MHD_OPTION_HTTPS_PRIORITIES,
	    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2",
	    MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX,
	    MHD_OPTION_PER_IP_CONNECTION_LIMIT, SOURCE_MAX,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEAD_MAX,
	    MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S,
	    MHD_OPTION_THREAD_STACK_SIZE, STACK_SIZE,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL,
	    MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, NULL,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, f, MHD_OPTION_END);
	if (f->daemon != NULL)
		return f;
	(void)err_set(e, ERR_IO, "the HTTPS library refuses: key and "
	    "certificate do not read or do not fit each other");
	(void)pthread_mutex_destroy(&f->lock);
	free(f);
	return NULL;
}

void
front_free(struct front **pf)
{
	struct front *f = *pf;

	*pf = NULL;
	if (f == NULL)
		return;
	OBJ_CHECK(f, FRONT_MAGIC);
	MHD_stop_daemon(f->daemon);
	(void)pthread_mutex_destroy(&f->lock);
	f->magic = 0;
	free(f);
}
