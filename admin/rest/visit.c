/* admin/rest/visit.c - see visit.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/visit.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "admin/rest/budget.h"
#include "admin/rest/chunked.h"
#include "admin/rest/gate.h"
#include "admin/rest/httphead.h"
#include "admin/rest/response.h"
#include "admin/rest/servertls.h"
#include "admin/rest/stream.h"
#include "admin/rest/urlpath.h"
#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"

#define PIECE_MAX	((size_t)64 << 10)
#define VALUE_MAX	256		/* octets of If-Match and the like */
#define LINGER_MS	1000
#define LINGER_MAX	((size_t)2 << 20)

struct line {
	struct visit	*visit;
	struct servertls_peer *peer;
	char		 in[HTTPHEAD_MAX];	/* came, and is not used yet */
	size_t		 len;
	bool		 last;		/* the connection ends with this answer */
	bool		 lingers;	/* the peer may still be sending */
};

/* One request. */
struct exchange {
	struct line	*line;
	char		*text;		/* of the head */
	struct httphead	 head;
	struct ask	 ask;
	struct strbuf	 body;
	size_t		 held;		/* octets of the budget */
	struct response	 response;	/* status is set: it is decided */
};

static mono_ns
after(dur_ns time)
{
	return clock_mono(&clock_system) + time;
}

static void
use_up(struct line *l, size_t len)
{
	l->len -= len;
	memmove(l->in, l->in + len, l->len);
}

/* Refuses in a way that leaves nothing to be read after it. */
static int
refuse(struct exchange *x, int status, const char *why)
{
	x->line->last = x->line->lingers = true;
	return response_error(&x->response, status, "%s", why);
}

/* ---- the head ---- */

/* More octets into the line: how many, 0 = it has ended. When until has passed
 * that is refused (408) unless nothing had begun. */
static size_t
receive(struct exchange *x, mono_ns until, bool begun)
{
	struct line *l = x->line;
	ssize_t n = servertls_read(l->peer, l->in + l->len,
	    sizeof(l->in) - l->len, until);

	if (n == -1 && begun)
		(void)refuse(x, 408, "the request did not come in time");
	if (n <= 0)
		return 0;
	l->len += (size_t)n;
	return (size_t)n;
}

/* Octets of the head, all of it in the line; 0 = there is none, and why may
 * stand in the response. */
static size_t
await_head(struct exchange *x)
{
	struct line *l = x->line;
	dur_ns patience = l->visit->patience;
	mono_ns until = after(patience);
	struct err e = { 0 };
	size_t at = 0;
	int rc;

	while ((rc = httphead_find_end(l->in, l->len, &at, &e)) == 0) {
		bool begun = l->len > 0;

		if (l->len == sizeof(l->in)) {
			(void)refuse(x, 431, "the head is over 16 KiB");
			return 0;
		}
		if (receive(x, until, begun) == 0)
			return 0;
		if (!begun)
			until = after(patience);
	}
	if (rc > 0)
		return (size_t)rc;
	(void)refuse(x, 400, e.text);
	return 0;
}

static int
refuse_head(struct exchange *x, const struct err *e, int too_long)
{
	x->line->last = x->line->lingers = true;
	return e->code == ERR_RANGE ?
	    response_error(&x->response, too_long, "%s", e->text) :
	    response_err(&x->response, e);
}

static int
parse_head(struct exchange *x, size_t len)
{
	struct err e = { 0 };

	x->text = mem_strndup(x->line->in, len);
	use_up(x->line, len);
	if (httphead_parse(&x->head, x->text, len, &e) != 0 ||
	    framing_check(&x->head.framing, &e) != 0)
		return refuse_head(x, &e, 431);
	if (urlpath_parse(x->head.target, &x->ask.path, &x->ask.query, &e) != 0)
		return refuse_head(x, &e, 414);
	x->line->last = x->head.framing.closes;
	return 0;
}

/* A value to be passed on, NULL when there is none or no honest one. */
static const char *
value_of(const struct exchange *x, const char *name)
{
	const char *value = httphead_find(&x->head, name);

	return value != NULL && strlen(value) < VALUE_MAX ? value : NULL;
}

/* HEAD is GET whose body stays here (RFC 9110 9.3.2). */
static const char *
known_method(const char *method)
{
	static const char *const known[] = { "GET", "POST", "PATCH", "PUT",
	    "DELETE" };

	if (strcmp(method, "HEAD") == 0)
		return known[0];
	for (size_t i = 0; i < OBJ_COUNT(known); i++)
		if (strcmp(known[i], method) == 0)
			return known[i];
	return NULL;
}

/* Who is it, and may he? Not 0: x->response says. */
static int
admit(struct exchange *x)
{
	struct visit *v = x->line->visit;
	struct response *r = &x->response;
	struct ask *q = &x->ask;

	if (strcmp(x->head.method, "OPTIONS") == 0)
		return response_options(r);
	q->method = known_method(x->head.method);
	if (q->method == NULL)
		return response_error(r, 405, "%.20s is not served here",
		    x->head.method);
	q->token = value_of(x, "X-F5-Auth-Token");
	q->authorization = httphead_find(&x->head, "Authorization");
	q->if_match = value_of(x, "If-Match");
	q->transaction = value_of(x, "X-F5-REST-Coordination-Id");
	q->last_event = value_of(x, "Last-Event-ID");
	q->from = v->from;
	if (gate_admit(v->gate, q, r) != 0)
		return r->status;
	if (q->role != ROLES_NONE)
		atomic_store(&v->known, true);
	if (x->head.framing.length.body_len > q->body_max)
		return response_error(r, 413, "a body has at most %zu octets "
		    "here", q->body_max);
	return 0;
}

/* ---- the body ---- */

static int
hold(struct exchange *x, size_t len)
{
	if (budget_take(x->line->visit->gate->budget, len)) {
		x->held += len;
		return 0;
	}
	(void)refuse(x, 503, "requests and replies fill the memory that they "
	    "may have at this moment");
	x->response.retry_s = 1;
	return x->response.status;
}

/* Not 0: there is no whole body; the response says why, unless he has gone. */
static int
read_length(struct exchange *x, mono_ns until)
{
	size_t whole = x->head.framing.length.body_len;
	struct line *l = x->line;

	if (hold(x, whole) != 0)
		return -1;
	while (x->body.len < whole) {
		size_t n = whole - x->body.len;

		if (l->len == 0 && receive(x, until, true) == 0)
			return -1;
		if (n > l->len)
			n = l->len;
		strbuf_add_len(&x->body, l->in, n);
		use_up(l, n);
	}
	return 0;
}

static int
read_chunks(struct exchange *x, mono_ns until)
{
	struct chunked c = { .state = CHUNKED_SIZE };
	struct line *l = x->line;
	struct err e = { 0 };

	while (c.state != CHUNKED_DONE) {
		size_t had = x->body.len;
		ssize_t n;

		if (l->len == 0 && receive(x, until, true) == 0)
			return -1;
		n = chunked_read(&c, l->in, l->len, &x->body, &e);
		if (n < 0)
			return refuse(x, 400, e.text);
		use_up(l, (size_t)n);
		if (x->body.len > x->ask.body_max)
			return refuse(x, 413, "the body is too long");
		if (hold(x, x->body.len - had) != 0)
			return -1;
	}
	return 0;
}

static int
read_body(struct exchange *x)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	const struct framing *f = &x->head.framing;
	mono_ns until = after(3 * x->line->visit->patience);

	if (!framing_has_body(f))
		return 0;
	if (f->expects > 0 && x->line->len == 0 &&
	    !servertls_write(x->line->peer, go_on, sizeof(go_on) - 1, until))
		return -1;
	return f->length.encodings > 0 ? read_chunks(x, until) :
	    read_length(x, until);
}

/* ---- the answer ---- */

static bool
write_pieces(struct line *l, const char *octets, size_t len)
{
	bool ok = true;

	while (ok && len > 0) {
		size_t n = len < PIECE_MAX ? len : PIECE_MAX;

		ok = servertls_write(l->peer, octets, n,
		    after(l->visit->patience));
		octets += n;
		len -= n;
	}
	return ok;
}

static bool
send_response(struct exchange *x)
{
	const struct response *r = &x->response;
	size_t len = r->body != NULL ? strlen(r->body) : 0;
	struct strbuf head;
	bool ok;

	if (x->head.method != NULL && strcmp(x->head.method, "HEAD") == 0)
		len = 0;
	strbuf_init(&head);
	response_format_head(r, clock_real(x->line->visit->gate->clock),
	    x->line->last, &head);
	if (len < PIECE_MAX)		/* one record, one segment mostly */
		strbuf_add_len(&head, r->body != NULL ? r->body : "", len);
	ok = write_pieces(x->line, head.text, head.len) &&
	    (len < PIECE_MAX || write_pieces(x->line, r->body, len));
	strbuf_fini(&head);
	return ok;
}

static void
answer(struct exchange *x)
{
	struct line *l = x->line;
	const struct stream s = { .gate = l->visit->gate, .ask = &x->ask,
	    .peer = l->peer, .fd = l->visit->fd, .response = &x->response,
	    .patience = l->visit->patience };

	if (gate_is_endless(&x->ask) && strcmp(x->head.method, "GET") == 0) {
		if (stream_run(&s))
			x->response.status = 0;
	} else {
		gate_answer(s.gate, &x->ask, x->body.text, x->body.len,
		    &x->response);
	}
}

/* Reads the request as far as it may come, and decides the answer. */
static void
decide(struct exchange *x)
{
	size_t len = await_head(x);

	if (len == 0 || parse_head(x, len) != 0)
		return;
	if (admit(x) != 0) {
		/* What was not let in is not read, so nothing can follow. */
		if (framing_has_body(&x->head.framing))
			x->line->last = x->line->lingers = true;
		return;
	}
	if (read_body(x) == 0)
		answer(x);
}

static void
exchange_fini(struct exchange *x)
{
	if (x->body.text != NULL)	/* it may have held a password */
		explicit_bzero(x->body.text, x->body.len);
	if (x->text != NULL)
		explicit_bzero(x->text, strlen(x->text));
	strbuf_fini(&x->body);
	budget_give(x->line->visit->gate->budget, x->held);
	response_fini(&x->response);
	free(x->ask.path);
	free(x->ask.query);
	free(x->text);
}

/* false: that was the last one. */
static bool
serve_one(struct line *l)
{
	struct exchange x = { .line = l };
	bool more;

	x.response.budget = l->visit->gate->budget;
	decide(&x);
	more = x.response.status != 0 && send_response(&x) && !l->last;
	exchange_fini(&x);
	return more;
}

/* A peer that still sends would be told of a reset, not of the answer: it gets
 * a moment to read (RFC 9112 9.6). */
static void
linger(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	mono_ns until = after(LINGER_MS * CLOCK_MS);
	size_t seen = 0;
	char waste[4096];

	(void)shutdown(fd, SHUT_WR);
	while (seen < LINGER_MAX && clock_mono(&clock_system) < until &&
	    poll(&p, 1, LINGER_MS) == 1) {
		ssize_t n = recv(fd, waste, sizeof(waste), 0);

		if (n <= 0)
			return;
		seen += (size_t)n;
	}
}

void
visit_run(struct visit *v)
{
	struct servertls_peer *peer = servertls_accept(v->tls, v->fd,
	    after(v->patience));
	struct line *l;

	if (peer == NULL)
		return;
	l = mem_zalloc(1, sizeof(*l));
	l->visit = v;
	l->peer = peer;
	while (serve_one(l))
		;
	servertls_free_peer(&l->peer);
	if (l->lingers)
		linger(v->fd);
	explicit_bzero(l->in, sizeof(l->in));
	free(l);
}
