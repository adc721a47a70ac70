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
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/io/unixsock.h"
#include "core/rest/restclients.h"
#include "core/rest/restframing.h"
#include "core/rest/restheld.h"
#include "core/rest/restintake.h"
#include "core/rest/restreply.h"
#include "core/rest/restrequest.h"
#include "core/rest/restresponse.h"
#include "core/rest/restwatch.h"

#define CONNECTIONS_MAX	64
#define HEAD_MAX	(16 * 1024)	/* and what the library needs beside */
#define IDLE_S		10
#define BACKLOG		64
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
	struct restclients clients;
	bool		 freed;		/* a connection ended */
	bool		 woken;		/* a watcher has something to send */
	bool		 paused;
	bool		 left;		/* another process listens now */
	struct restwatch watch;
	struct restheld_set held;
	uint64_t	 answers[STATUS_END - STATUS_MIN];
	struct restintake_limits limits;
};

/* One request. */
struct exchange {
	struct restserver *server;
	char		*target;
	bool		 begun;
	struct restintake body;
	struct restheld	 held;
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

static void
on_resume(void *arg, struct MHD_Connection *mc)
{
	MHD_resume_connection(mc);
	on_wake(arg);
}

/* Silence is the library's time-out; a peer that drips octets is ours. */
static void
on_connection(void *arg, struct MHD_Connection *mc, void **own,
    enum MHD_ConnectionNotificationCode what)
{
	struct restserver *s = arg;
	struct restclient *c = *own;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*own = restclients_add(&s->clients,
		    MHD_get_connection_info(mc,
		    MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
	} else if (c != NULL) {
		restclients_remove(&c);
		s->freed = true;
		*own = NULL;
	}
}

static struct restclient *
client_of(struct MHD_Connection *mc)
{
	return MHD_get_connection_info(mc,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* ---- framing ---- */

static enum MHD_Result
on_header(void *arg, enum MHD_ValueKind kind, const char *key,
    const char *value)
{
	(void)kind;
	(void)restframing_header(arg, key, value);
	return MHD_YES;
}

static const char *
header(struct MHD_Connection *mc, const char *name)
{
	return MHD_lookup_connection_value(mc, MHD_HEADER_KIND, name);
}

/* ---- answering ---- */

static enum MHD_Result
send_reply(struct restserver *s, struct MHD_Connection *mc,
    struct restreply *r, bool close)
{
	struct MHD_Response *m = restresponse_make(r, close);
	enum MHD_Result rc;

	if (m == NULL)
		return MHD_NO;
	assert(r->status >= STATUS_MIN && r->status < STATUS_END);
	s->answers[r->status - STATUS_MIN]++;
	rc = MHD_queue_response(mc, (unsigned)r->status, m);
	MHD_destroy_response(m);
	return rc;
}

/* Ends r, and the connection with it. */
static enum MHD_Result
send_last(struct restserver *s, struct MHD_Connection *mc,
    struct restreply *r)
{
	enum MHD_Result rc = send_reply(s, mc, r, true);

	restreply_fini(r);
	return rc;
}

static enum MHD_Result
refuse(struct restserver *s, struct MHD_Connection *mc, int status,
    const char *why)
{
	struct restreply r = { 0 };

	(void)restreply_error(&r, status, "%s", why);
	return send_last(s, mc, &r);
}

static enum MHD_Result
send_events(struct restserver *s, struct MHD_Connection *mc,
    const struct restrequest *q, const struct restreply *r)
{
	struct restclient *c = client_of(mc);
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

/* The library asks again when the connection is resumed. */
static enum MHD_Result
hold_reply(struct exchange *x, struct MHD_Connection *mc, struct restreply *r)
{
	restheld_keep(&x->server->held, &x->held, mc, r);
	MHD_suspend_connection(mc);
	return MHD_YES;
}

static enum MHD_Result
send_held(struct exchange *x, struct MHD_Connection *mc)
{
	enum MHD_Result rc = send_reply(x->server, mc, &x->held.reply, false);

	restheld_drop(&x->held);
	return rc;
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
	if ((x->body.text.len > 0 || q->method == RESTREQUEST_POST) &&
	    !restframing_is_json(header(mc, "Content-Type")))
		return restreply_error(r, 415, "Content-Type must be "
		    "application/json");
	if (restrequest_parse_body(q, x->body.text.text, x->body.text.len, &e) != 0)
		return restreply_err(r, &e);
	return 0;
}

static enum MHD_Result
answer(struct exchange *x, struct MHD_Connection *mc, const char *method)
{
	struct restrequest q = { .segment_count = 0 };
	struct restreply r = { 0 };
	struct restclient *c = client_of(mc);
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
	rc = r.held != 0 ? hold_reply(x, mc, &r) :
	    r.events != NULL ? send_events(x->server, mc, &q, &r) :
	    send_reply(x->server, mc, &r, false);
	if (c != NULL)
		restclients_answered(&x->server->clients, c);
	restrequest_fini(&q);
	restreply_fini(&r);
	return rc;
}

/* Reads on; or says why there is no point in it. */
static enum MHD_Result
judge(const struct exchange *x, struct MHD_Connection *mc,
    enum restintake_verdict verdict)
{
	struct restreply r = { 0 };

	if (verdict == RESTINTAKE_FINE)
		return MHD_YES;
	restintake_refuse(&x->body, verdict, &r);
	return send_last(x->server, mc, &r);
}

/* With the head alone: is it worth reading on? */
static enum MHD_Result
begin(struct exchange *x, struct MHD_Connection *mc)
{
	struct restframing f = { 0 };
	struct err e = { 0 };

	x->begun = true;
	restintake_init(&x->body, &x->server->limits, x->target);
	(void)MHD_get_connection_values(mc, MHD_HEADER_KIND, on_header, &f);
	if (restframing_check(&f, &e) != 0)
		return refuse(x->server, mc, 400, e.text);
	return judge(x, mc, restintake_announce(&x->body, f.body_len));
}

/* First with the head alone, then with each piece of body, then for the
 * answer. */
static enum MHD_Result
on_request(void *arg, struct MHD_Connection *mc, const char *url,
    const char *method, const char *version, const char *data, size_t *len,
    void **own)
{
	struct exchange *x = *own;
	enum restintake_verdict verdict;

	(void)url;
	(void)version;
	if (x == NULL)
		return MHD_NO;
	x->server = arg;
	if (!x->begun)
		return begin(x, mc);
	if (*len > 0) {
		restintake_add(&x->body, data, *len);
		*len = 0;
		return MHD_YES;
	}
	if (x->held.kept)
		return send_held(x, mc);
	if (x->server->left)
		return refuse(x->server, mc, 503, "another process has taken "
		    "over, ask again");
	verdict = restintake_end(&x->body);
	return verdict == RESTINTAKE_FINE ? answer(x, mc, method) :
	    judge(x, mc, verdict);
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
	restheld_drop(&x->held);
	if (x->begun)
		restintake_fini(&x->body);
	free(x->target);
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
	s->fd = s->config.listening > 0 ? s->config.listening :
	    unixsock_listen(s->path, SOCK_STREAM, 0660, BACKLOG, e);
	if (s->fd < 0)
		return err_wrap(e, "control socket");
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
	s->limits.rooms = c->rooms;
	s->fd = -1;
	restclients_init(&s->clients, c->loop);
	restwatch_init(&s->watch, c->loop, on_wake, s);
	restheld_init(&s->held, on_resume, s);
	loop_timer_init(&s->due, c->loop, on_due, s);
	if (listen_at(s, e) != 0 || start(s, e) != 0)
		restserver_free(&s);
	return s;
}

void
restserver_free(struct restserver **ps)
{
	static const struct err ends = { .code = ERR_BUSY,
	    .text = "the process ends; the change may have been made" };
	struct restserver *s = *ps;

	*ps = NULL;
	if (s == NULL)
		return;
	OBJ_CHECK(s, RESTSERVER_MAGIC);
	loop_io_stop(&s->io);
	if (s->daemon != NULL) {
		if (s->woken)
			run(s);		/* what is settled may still be heard */
		(void)restheld_release(&s->held, UINT64_MAX, &ends);
		restwatch_end(&s->watch);
		MHD_stop_daemon(s->daemon);
		if (!s->left)
			(void)unlink(s->path);
	}
	loop_timer_stop(&s->due);
	restclients_fini(&s->clients);
	restwatch_fini(&s->watch);
	if (s->fd >= 0)
		(void)close(s->fd);
	free(s->path);
	s->magic = 0;
	free(s);
}

void
restserver_settled(struct restserver *s, uint64_t upto, const struct err *e)
{
	OBJ_CHECK(s, RESTSERVER_MAGIC);
	(void)restheld_release(&s->held, upto, e);
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
	restclients_wait(&s->clients, true);
	loop_io_change(s->io, 0);
}

void
restserver_resume(struct restserver *s)
{
	OBJ_CHECK(s, RESTSERVER_MAGIC);
	s->paused = false;
	restclients_wait(&s->clients, false);
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
