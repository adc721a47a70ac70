/* core/rest/restserver.c - see restserver.h.
 *
 * The library's own epoll descriptor is watched by the loop, and its next
 * time-out is a timer of the loop. Layer: core/rest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/rest/restserver.h"

#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/base/strbuf.h"
#include "core/io/loop.h"
#include "core/model/json.h"
#include "core/rest/restframing.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/rest/reststream.h"
#include "core/rest/restwatch.h"

#define CONNECTIONS_MAX	64
#define HEAD_MAX	(16 * 1024)	/* and what the library needs beside */
#define IDLE_S		10
#define REQUEST_MS	30000		/* from connect or the last answer */
#define SWEEP_MS	1000
#define ROOMY_MAX	4		/* bodies over the bound of most paths */
#define BACKLOG		64
#define BLOCK		(32 * 1024)	/* of a streamed body */
#define STATUS_MIN	100
#define STATUS_END	600

struct restserver {
	unsigned	 magic;
#define RESTSERVER_MAGIC	0x2e575e2fu
	struct restserver_config config;
	char		*path;
	gid_t		 group;		/* of the socket */
	int		 fd;
	struct MHD_Daemon *daemon;
	struct loop_io	*io;
	struct loop_timer due;		/* the library's next time-out */
	struct loop_timer sweep;	/* for those that drip */
	struct list	 connections;
	bool		 freed;		/* a connection ended */
	bool		 woken;		/* a watcher has something to send */
	bool		 paused;
	bool		 left;		/* another process listens now */
	struct restwatch watch;
	uint64_t	 answers[STATUS_END - STATUS_MIN];
	unsigned	 roomy;		/* large bodies that are coming in */
};

struct connection {
	struct list	 node;
	int		 fd;
	mono_ns		 since;		/* when it began, or was last answered */
};

/* One request while it comes in. */
struct exchange {
	struct restserver *server;
	char		*target;
	struct strbuf	 body;
	size_t		 body_max;
	bool		 begun;
	bool		 roomy;		/* counted: larger than most may be */
	bool		 crowded;	/* too many such come in already */
	bool		 large;		/* body over its bound */
};

/* ---- the library's turn ---- */

static void
run(struct restserver *s)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (s->paused)
		return;
	/* At its limit the library listens no more, and looks whether it may
	 * again only at the start of a turn; watchers are resumed there, too. */
	do {
		s->freed = s->woken = false;
		(void)MHD_run(s->daemon);
	} while (s->freed || s->woken);
	if (MHD_get_timeout(s->daemon, &ms) == MHD_YES)
		loop_timer_start(&s->due, ms, 0);
	else
		loop_timer_stop(&s->due);
}

static void
on_ready(struct loop_io *io, int fd, unsigned events, void *arg)
{
	(void)io;
	(void)fd;
	(void)events;
	run(arg);
}

static void
on_due(struct loop_timer *t, void *arg)
{
	(void)t;
	run(arg);
}

/* Perhaps in the midst of a turn. */
static void
on_wake(void *arg)
{
	struct restserver *s = arg;

	s->woken = true;
	loop_timer_start(&s->due, 0, 0);
}

/* Silence is the library's time-out; a peer that drips octets is ours. */
static void
on_sweep(struct loop_timer *t, void *arg)
{
	struct restserver *s = arg;
	mono_ns now = loop_now_ns(s->config.loop);

	(void)t;
	LIST_EACH(&s->connections, n) {
		struct connection *c = OBJ_OF(n, struct connection, node);

		if (!s->paused && now - c->since > REQUEST_MS * CLOCK_MS)
			(void)shutdown(c->fd, SHUT_RDWR);
	}
	if (!list_empty(&s->connections))
		loop_timer_start(&s->sweep, SWEEP_MS, 0);
}

static void
on_connection(void *arg, struct MHD_Connection *mc, void **own,
    enum MHD_ConnectionNotificationCode what)
{
	struct restserver *s = arg;
	struct connection *c = *own;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		c = mem_zalloc(1, sizeof(*c));
		c->fd = MHD_get_connection_info(mc,
		    MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
		c->since = loop_now_ns(s->config.loop);
		list_append(&s->connections, &c->node);
		*own = c;
		if (!loop_timer_running(&s->sweep))
			loop_timer_start(&s->sweep, SWEEP_MS, 0);
	} else if (c != NULL) {
		list_remove(&c->node);
		free(c);
		s->freed = true;
		*own = NULL;
	}
}

/* ---- framing ---- */

static enum MHD_Result
on_header(void *arg, enum MHD_ValueKind kind, const char *key,
    const char *value)
{
	(void)kind;
	restframing_header(arg, key, value);
	return MHD_YES;
}

static bool
is_well_framed(struct MHD_Connection *mc)
{
	struct restframing f = { 0 };

	(void)MHD_get_connection_values(mc, MHD_HEADER_KIND, on_header, &f);
	return restframing_is_clear(&f);
}

static const char *
header(struct MHD_Connection *mc, const char *name)
{
	return MHD_lookup_connection_value(mc, MHD_HEADER_KIND, name);
}

static bool
announces_over(struct MHD_Connection *mc, size_t bound)
{
	const char *text = header(mc, "Content-Length");

	return text != NULL && (strlen(text) > 18 ||
	    strtoull(text, NULL, 10) > bound);
}

/* The bound of the path asked for. */
static size_t
body_max_of(const struct restserver *s, const char *target)
{
	const struct restserver_room *r = s->config.rooms;

	for (; r != NULL && r->path != NULL; r++) {
		size_t len = strlen(r->path);

		if (strncmp(target, r->path, len) == 0 &&
		    (target[len] == '\0' || target[len] == '?'))
			return r->body_max;
	}
	return RESTREQUEST_BODY_MAX;
}

/* ---- answering ---- */

static ssize_t
on_read(void *arg, uint64_t pos, char *to, size_t max)
{
	size_t n = reststream_read(arg, to, max);

	(void)pos;
	return n > 0 ? (ssize_t)n : MHD_CONTENT_READER_END_OF_STREAM;
}

static void
on_stream_end(void *arg)
{
	struct reststream *s = arg;

	reststream_close(&s);
}

/* Takes the stream. */
static struct MHD_Response *
stream_response(struct restreply *r)
{
	struct reststream *s = reststream_open(r);
	struct MHD_Response *m;

	m = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, on_read,
	    s, on_stream_end);
	if (m == NULL)
		reststream_close(&s);
	return m;
}

static struct MHD_Response *
body_response(const struct restreply *r)
{
	char *text = r->body != NULL ? json_line(r->body) : mem_strdup("");
	struct MHD_Response *m;

	m = MHD_create_response_from_buffer(strlen(text), text,
	    MHD_RESPMEM_MUST_FREE);
	if (m == NULL)
		free(text);
	return m;
}

static enum MHD_Result
send_reply(struct restserver *s, struct MHD_Connection *mc,
    struct restreply *r, bool close)
{
	struct MHD_Response *m = r->stream.more != NULL ? stream_response(r) :
	    body_response(r);
	enum MHD_Result rc;

	if (m == NULL)
		return MHD_NO;
	assert(r->status >= STATUS_MIN && r->status < STATUS_END);
	s->answers[r->status - STATUS_MIN]++;
	(void)MHD_add_response_header(m, "Content-Type", r->type != NULL ?
	    r->type : "application/json; charset=UTF-8");
	(void)MHD_add_response_header(m, "Cache-Control", "no-store");
	if (*r->etag != '\0')
		(void)MHD_add_response_header(m, "ETag", r->etag);
	if (r->status == 405)
		(void)MHD_add_response_header(m, "Allow",
		    "GET, POST, PATCH, PUT, DELETE");
	if (close)
		(void)MHD_add_response_header(m, "Connection", "close");
	rc = MHD_queue_response(mc, (unsigned)r->status, m);
	MHD_destroy_response(m);
	return rc;
}

static enum MHD_Result
refuse(struct restserver *s, struct MHD_Connection *mc, int status,
    const char *why)
{
	struct restreply r = { 0 };
	enum MHD_Result rc;

	(void)restreply_error(&r, status, "%s", why);
	rc = send_reply(s, mc, &r, true);
	restreply_fini(&r);
	return rc;
}

static enum MHD_Result
send_events(struct restserver *s, struct MHD_Connection *mc,
    const struct restrequest *q, const struct restreply *r)
{
	struct connection *c = MHD_get_connection_info(mc,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
	struct MHD_Response *m = restwatch_open(&s->watch, mc, q, r->events,
	    c != NULL ? &c->since : NULL);
	enum MHD_Result rc;

	if (m == NULL)
		return refuse(s, mc, 503, "too many watch already");
	s->answers[200 - STATUS_MIN]++;
	(void)MHD_add_response_header(m, "Cache-Control", "no-store");
	rc = MHD_queue_response(mc, 200, m);
	MHD_destroy_response(m);
	return rc;
}

/* Bodies are JSON and say so (RFC 9110 8.3). */
static bool
says_json(struct MHD_Connection *mc)
{
	const char *type = header(mc, "Content-Type");

	return type != NULL &&
	    strncasecmp(type, "application/json", 16) == 0;
}

/* The request as a value. Not 0: r says why not. */
static int
make_request(struct exchange *x, struct MHD_Connection *mc,
    struct restrequest *q, struct restreply *r)
{
	const union MHD_ConnectionInfo *at = MHD_get_connection_info(mc,
	    MHD_CONNECTION_INFO_CONNECTION_FD);
	struct err e = { 0 };

	if (restpeer_read(&q->peer, at->connect_fd, x->server->group) == -1)
		return restreply_error(r, 403, "nobody knows who you are");
	restpeer_speak_for(&q->peer, header(mc, "X-Gtm-User"),
	    header(mc, "X-Gtm-Role"), header(mc, "X-Gtm-From"));
	q->if_match = mem_strdup(header(mc, "If-Match"));
	q->transaction = mem_strdup(header(mc, "X-F5-REST-Coordination-Id"));
	q->last_event = mem_strdup(header(mc, "Last-Event-ID"));
	if (restrequest_parse_target(q, x->target, &e) != 0)
		return restreply_err(r, &e);
	if ((x->body.len > 0 || q->method == RESTREQUEST_POST) &&
	    !says_json(mc))
		return restreply_error(r, 415, "Content-Type must be "
		    "application/json");
	if (restrequest_parse_body(q, x->body.text, x->body.len, &e) != 0)
		return restreply_err(r, &e);
	return 0;
}

static enum MHD_Result
answer(struct exchange *x, struct MHD_Connection *mc, const char *method)
{
	struct restrequest q = { .segment_count = 0 };
	struct restreply r = { 0 };
	const union MHD_ConnectionInfo *own = MHD_get_connection_info(mc,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	enum MHD_Result rc;
	unsigned m = restrequest_method_parse(method);

	q.method = (enum restrequest_method)m;
	if (m == 0)
		(void)restreply_error(&r, 405, "%.20s is not served here",
		    method);
	else if (make_request(x, mc, &q, &r) == 0)
		x->server->config.handle(x->server->config.arg, &q, &r);
	if (r.status == 0)
		(void)restreply_error(&r, 404, "nothing is served here");
	rc = r.events != NULL ? send_events(x->server, mc, &q, &r) :
	    send_reply(x->server, mc, &r, false);
	if (own->socket_context != NULL)
		((struct connection *)own->socket_context)->since =
		    loop_now_ns(x->server->config.loop);
	restrequest_fini(&q);
	restreply_fini(&r);
	return rc;
}

static enum MHD_Result
refuse_large(struct MHD_Connection *mc, const struct exchange *x)
{
	struct restreply r = { 0 };
	enum MHD_Result rc;

	(void)restreply_error(&r, 413, "the body is over %zu MiB",
	    x->body_max >> 20);
	rc = send_reply(x->server, mc, &r, true);
	restreply_fini(&r);
	return rc;
}

/* With the head alone: is it worth reading on? */
static enum MHD_Result
begin(struct exchange *x, struct MHD_Connection *mc)
{
	x->begun = true;
	x->body_max = body_max_of(x->server, x->target);
	if (!is_well_framed(mc))
		return refuse(x->server, mc, 400, "the length of the request "
		    "is not clear");
	if (announces_over(mc, x->body_max))
		return refuse_large(mc, x);
	return MHD_YES;
}

static void
take_body(struct exchange *x, const char *data, size_t len)
{
	size_t sum = x->body.len + len;

	if (sum > RESTREQUEST_BODY_MAX && sum <= x->body_max && !x->roomy) {
		x->crowded = x->crowded || x->server->roomy >= ROOMY_MAX;
		x->roomy = !x->crowded;
		x->server->roomy += x->roomy;
	}
	x->large = x->large || sum > x->body_max;
	if (!x->large && !x->crowded)
		strbuf_add_len(&x->body, data, len);
}

/* First with the head alone, then with each piece of body, then for the
 * answer. */
static enum MHD_Result
on_request(void *arg, struct MHD_Connection *mc, const char *url,
    const char *method, const char *version, const char *data, size_t *len,
    void **own)
{
	struct exchange *x = *own;

	(void)url;
	(void)version;
	if (x == NULL)
		return MHD_NO;
	x->server = arg;
	if (!x->begun)
		return begin(x, mc);
	if (*len > 0) {
		take_body(x, data, *len);
		*len = 0;
		return MHD_YES;
	}
	if (x->server->left)
		return refuse(x->server, mc, 503, "another process has taken "
		    "over, ask again");
	if (x->crowded)
		return refuse(x->server, mc, 503, "other large requests are "
		    "under way");
	if (x->large)
		return refuse_large(mc, x);
	return answer(x, mc, method);
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
	if (x->roomy)
		x->server->roomy--;
	free(x->target);
	strbuf_fini(&x->body);
	free(x);
}

/* Decoding is restrequest's business: the library leaves %XX alone. */
static size_t
on_unescape(void *arg, struct MHD_Connection *mc, char *text)
{
	(void)arg;
	(void)mc;
	return strlen(text);
}

/* ---- birth and end ---- */

static int
fill_address(const char *path, struct sockaddr_un *to, struct err *e)
{
	memset(to, 0, sizeof(*to));
	to->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(to->sun_path))
		return err_set(e, ERR_RANGE, "control socket %s: a path has "
		    "at most %zu octets", path, sizeof(to->sun_path) - 1);
	memcpy(to->sun_path, path, strlen(path));
	return 0;
}

/* Removes what a process that is gone has left. Only a socket is, and only
 * when nobody answers there. */
static int
clear_place(const char *path, const struct sockaddr_un *at, struct err *e)
{
	struct stat st;
	int fd, rc;

	if (lstat(path, &st) == -1)
		return 0;
	if (!S_ISSOCK(st.st_mode))
		return err_set(e, ERR_EXISTS, "control socket %s: there is a "
		    "file of that name", path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return err_sys(e, errno, "control socket %s", path);
	rc = connect(fd, (const void *)at, sizeof(*at));
	if (rc == -1 && errno == ECONNREFUSED)
		rc = 1;
	(void)close(fd);
	if (rc != 1)
		return err_set(e, ERR_BUSY, "control socket %s: somebody "
		    "listens there", path);
	if (unlink(path) == -1)
		return err_sys(e, errno, "control socket %s", path);
	return 0;
}

static int
read_group(struct restserver *s, struct err *e)
{
	struct stat st;

	if (stat(s->path, &st) == -1)
		return err_sys(e, errno, "control socket %s", s->path);
	s->group = st.st_gid;
	return 0;
}

static int
listen_at(struct restserver *s, struct err *e)
{
	struct sockaddr_un at;
	int rc = fill_address(s->path, &at, e);

	if (rc == 0)
		rc = clear_place(s->path, &at, e);
	if (rc != 0)
		return rc;
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* Nobody can connect before the mode is right: it listens last. */
	if (s->fd == -1 || bind(s->fd, (const void *)&at, sizeof(at)) == -1 ||
	    chmod(s->path, 0660) == -1 || listen(s->fd, BACKLOG) == -1)
		return err_sys(e, errno, "control socket %s", s->path);
	return read_group(s, e);
}

static int
start(struct restserver *s, struct err *e)
{
	const union MHD_DaemonInfo *info;

	s->daemon = MHD_start_daemon(MHD_USE_EPOLL |
	    MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request,
	    s, MHD_OPTION_LISTEN_SOCKET, s->fd,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(HEAD_MAX + 4096),
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
	    MHD_OPTION_STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL,
	    MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, NULL,
	    MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_END);
	if (s->daemon == NULL)
		return err_set(e, ERR_IO, "control socket %s: the HTTP "
		    "library refuses", s->path);
	s->fd = -1;			/* the library closes it */
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	s->io = loop_io_start(s->config.loop, info->epoll_fd, LOOP_READ,
	    on_ready, s);
	return s->io != NULL ? 0 : err_sys(e, errno, "control socket %s",
	    s->path);
}

struct restserver *
restserver_new(const struct restserver_config *c, struct err *e)
{
	struct restserver *s = mem_zalloc(1, sizeof(*s));

	s->magic = RESTSERVER_MAGIC;
	s->config = *c;
	s->config.path = s->path = mem_strdup(c->path);
	s->fd = -1;
	list_init(&s->connections);
	restwatch_init(&s->watch, c->loop, on_wake, s);
	loop_timer_init(&s->due, c->loop, on_due, s);
	loop_timer_init(&s->sweep, c->loop, on_sweep, s);
	s->fd = c->listening > 0 ? c->listening : -1;
	if ((s->fd == -1 ? listen_at(s, e) : read_group(s, e)) != 0 || start(s, e) != 0)
		restserver_free(&s);
	return s;
}

void
restserver_free(struct restserver **ps)
{
	struct restserver *s = *ps;

	*ps = NULL;
	if (s == NULL)
		return;
	OBJ_CHECK(s, RESTSERVER_MAGIC);
	loop_io_stop(&s->io);
	if (s->daemon != NULL) {
		restwatch_end(&s->watch);
		MHD_stop_daemon(s->daemon);
		if (!s->left)
			(void)unlink(s->path);
	}
	loop_timer_stop(&s->due);
	loop_timer_stop(&s->sweep);
	restwatch_fini(&s->watch);
	if (s->fd != -1)
		(void)close(s->fd);
	free(s->path);
	s->magic = 0;
	free(s);
}

uint64_t
restserver_answers(const struct restserver *s, int status)
{
	OBJ_CHECK(s, RESTSERVER_MAGIC);
	assert(status >= STATUS_MIN && status < STATUS_END);
	return s->answers[status - STATUS_MIN];
}

void
restserver_pause(struct restserver *s)
{
	OBJ_CHECK(s, RESTSERVER_MAGIC);
	s->paused = true;
	loop_io_change(s->io, 0);
}

void
restserver_resume(struct restserver *s)
{
	OBJ_CHECK(s, RESTSERVER_MAGIC);
	s->paused = false;
	loop_io_change(s->io, LOOP_READ);
	run(s);
}

void
restserver_leave(struct restserver *s)
{
	int fd;

	OBJ_CHECK(s, RESTSERVER_MAGIC);
	fd = MHD_quiesce_daemon(s->daemon);
	if (fd != -1)
		(void)close(fd);
	s->left = true;
	restwatch_end(&s->watch);
	restserver_resume(s);
}

int
restserver_fd(const struct restserver *s)
{
	OBJ_CHECK(s, RESTSERVER_MAGIC);
	return MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_LISTEN_FD)->
	    listen_fd;
}
