/* monitors/probe_http.c - one probe: libcurl makes the connection, we send the
 * octets of send and judge the reply.
 *
 * libcurl runs in its multi interface on our loop, with CONNECT_ONLY: it would
 * otherwise write the request line itself, and F5's default send, "GET /"
 * without a version, cannot be said that way. What it gives is a connection
 * under one timer, later one inside TLS, and curl_easy_send and curl_easy_recv
 * on it; status, framing and bounds are ours (judge.h). The only file that
 * includes curl. Easy handles are kept with their probes. Control loop only.
 * Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/probe_http.h"

#include <sys/socket.h>

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <curl/curl.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "monitors/attempt.h"
#include "monitors/monitor.h"
#include "monitors/talk.h"

/* libcurl walks all connections of a multi handle at each send, receive and
 * close; several small sets keep that walk short with 1,000 hanging hosts. */
#define LANES	64

struct lane {
	struct loop	 *loop;
	CURLM		 *multi;
	struct loop_timer timer;	/* libcurl's */
};

struct engine {
	struct lane	 lanes[LANES];
	unsigned	 next_lane;	/* for the next new probe */
	struct attempt_stock stock;
};

struct probe {
	struct attempt	 attempt;
	struct lane	*lane;
	CURL		*easy;		/* kept over probes */
};

/* ---- the talk, through libcurl ---- */

/* Sets errno for a transfer that did not go well. */
static ssize_t
fail(CURL *easy, CURLcode rc)
{
	long os = 0;

	if (rc == CURLE_AGAIN) {
		errno = EAGAIN;
		return -1;
	}
	(void)curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os);
	errno = os != 0 ? (int)os : ECONNRESET;
	return -1;
}

static ssize_t
easy_send(void *arg, const void *octets, size_t len)
{
	struct probe *p = arg;
	size_t n = 0;
	CURLcode rc = curl_easy_send(p->easy, octets, len, &n);

	return rc == CURLE_OK ? (ssize_t)n : fail(p->easy, rc);
}

static ssize_t
easy_recv(void *arg, void *octets, size_t cap)
{
	struct probe *p = arg;
	size_t n = 0;
	CURLcode rc = curl_easy_recv(p->easy, octets, cap, &n);

	return rc == CURLE_OK ? (ssize_t)n : fail(p->easy, rc);
}

static void
on_connected(struct probe *p)
{
	curl_socket_t fd = CURL_SOCKET_BAD;

	(void)curl_easy_getinfo(p->easy, CURLINFO_ACTIVESOCKET, &fd);
	if (fd == CURL_SOCKET_BAD)
		attempt_end_errno(&p->attempt, ECONNRESET);
	else
		attempt_talk(&p->attempt, p->attempt.job.spec, fd);
}

static void
on_not_connected(struct probe *p, CURLcode rc)
{
	long os = p->attempt.sys_errno;

	if (os == 0)
		(void)curl_easy_getinfo(p->easy, CURLINFO_OS_ERRNO, &os);
	if (os == 0)
		os = rc == CURLE_OUT_OF_MEMORY ? ENOMEM : EIO;
	attempt_end_errno(&p->attempt, (int)os);
}

/* ---- libcurl on the loop ---- */

/* Lets libcurl go on, then takes the connections that it has finished. Never
 * called out of a libcurl callback, so the owners may start new probes. */
static void
drive(struct lane *lane, curl_socket_t fd, int events)
{
	int running, left;
	CURLMsg *m;

	(void)curl_multi_socket_action(lane->multi, fd, events, &running);
	while ((m = curl_multi_info_read(lane->multi, &left)) != NULL) {
		CURLcode rc = m->data.result;
		char *private = NULL;
		struct probe *p;

		assert(m->msg == CURLMSG_DONE);
		(void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE,
		    &private);
		p = (struct probe *)(void *)private;
		OBJ_CHECK(&p->attempt, ATTEMPT_MAGIC);
		if (rc == CURLE_OK)
			on_connected(p);
		else
			on_not_connected(p, rc);
	}
}

static void
on_socket(struct loop_io *io, int fd, unsigned events, void *arg)
{
	(void)io;
	drive(arg, fd, ((events & LOOP_READ) != 0 ? CURL_CSELECT_IN : 0) |
	    ((events & LOOP_WRITE) != 0 ? CURL_CSELECT_OUT : 0));
}

static void
on_timer(struct loop_timer *timer, void *arg)
{
	(void)timer;
	drive(arg, CURL_SOCKET_TIMEOUT, 0);
}

/* libcurl asks to be told of a descriptor; io is what we left there before. */
static int
watch_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *io_arg)
{
	struct lane *lane = arg;
	struct loop_io *io = io_arg;
	unsigned events = 0;

	(void)easy;
	if ((what & CURL_POLL_IN) != 0 && what != CURL_POLL_REMOVE)
		events |= LOOP_READ;
	if ((what & CURL_POLL_OUT) != 0 && what != CURL_POLL_REMOVE)
		events |= LOOP_WRITE;
	if (what == CURL_POLL_REMOVE)
		loop_io_stop(&io);
	else if (io != NULL)
		loop_io_change(io, events);
	else
		io = loop_io_start(lane->loop, fd, events, on_socket, lane);
	(void)curl_multi_assign(lane->multi, fd, io);
	return 0;
}

static int
set_timer(CURLM *multi, long after_ms, void *arg)
{
	struct lane *lane = arg;

	(void)multi;
	if (after_ms < 0)
		loop_timer_stop(&lane->timer);
	else
		loop_timer_start(&lane->timer, (uint64_t)after_ms, 0);
	return 0;
}

/* libcurl would tell "cannot connect" for a lack of descriptors, too. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct probe *p = arg;
	int fd = socket(to->family,
	    to->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, to->protocol);

	(void)purpose;
	if (fd == -1)
		p->attempt.sys_errno = errno;
	return fd;
}

/* ---- probes ---- */

/* A new probe: what stays the same over all uses of its easy handle. */
static void
set_up(struct probe *p)
{
	struct engine *e = p->attempt.job.engine;
	CURL *easy = p->easy = curl_easy_init();

	assert(easy != NULL);
	p->lane = &e->lanes[e->next_lane++ % LANES];
	(void)curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_PRIVATE, p);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, p);
	/* Addresses need no cache, and libcurl walks all of it each time. */
	(void)curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
	/* The time is ours to keep; the default would cut in at 300 s. */
	(void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, 1000000L);
}

static void
tear_down(struct probe *p)
{
	curl_easy_cleanup(p->easy);
}

/* Closes the connection as well. */
static void
hang_up(struct probe *p)
{
	(void)curl_multi_remove_handle(p->lane->multi, p->easy);
}

static const struct attempt_kind kind = {
	.size = sizeof(struct probe),
	.ops = { easy_send, easy_recv },
	.hang_up = hang_up,
	.init = set_up,
	.fini = tear_down,
};

static struct probe *
start(const struct probe_job *job)
{
	struct engine *e = job->engine;
	struct probe *p = attempt_start(&e->stock, job);
	char host[ADDR_TEXT_MAX], url[ADDR_TEXT_MAX + 32];

	addr_format(&job->to.addr, host);
	(void)snprintf(url, sizeof(url), job->to.addr.family == AF_INET6 ?
	    "http://[%s]:%u" : "http://%s:%u", host, job->to.port);
	(void)curl_easy_setopt(p->easy, CURLOPT_URL, url);
	if (curl_multi_add_handle(p->lane->multi, p->easy) != CURLM_OK)
		attempt_fail(&p->attempt, ENOMEM);
	return p;
}

/* ---- the engine ---- */

static int
lane_init(struct lane *lane, struct loop *l)
{
	lane->loop = l;
	lane->multi = curl_multi_init();
	if (lane->multi == NULL)
		return -1;
	loop_timer_init(&lane->timer, l, on_timer, lane);
	(void)curl_multi_setopt(lane->multi, CURLMOPT_SOCKETFUNCTION,
	    watch_socket);
	(void)curl_multi_setopt(lane->multi, CURLMOPT_SOCKETDATA, lane);
	(void)curl_multi_setopt(lane->multi, CURLMOPT_TIMERFUNCTION,
	    set_timer);
	(void)curl_multi_setopt(lane->multi, CURLMOPT_TIMERDATA, lane);
	return 0;
}

static void
engine_free(void **pengine)
{
	struct engine *e = *pengine;

	*pengine = NULL;
	attempt_stock_fini(&e->stock);
	for (size_t i = 0; i < LANES; i++) {
		(void)curl_multi_cleanup(e->lanes[i].multi);
		loop_timer_stop(&e->lanes[i].timer);
	}
	free(e);
	curl_global_cleanup();
}

static void *
engine_new(struct loop *l, struct err *e)
{
	struct engine *en = mem_zalloc(1, sizeof(*en));
	void *engine = en;
	int rc = curl_global_init(CURL_GLOBAL_ALL) == CURLE_OK ? 0 : -1;

	attempt_stock_init(&en->stock, &kind);
	for (size_t i = 0; i < LANES && rc == 0; i++)
		rc = lane_init(&en->lanes[i], l);
	if (rc == 0)
		return en;
	(void)err_set(e, ERR_IO, "libcurl does not start");
	engine_free(&engine);
	return NULL;
}

static void *
spec_new(const struct monitor *m)
{
	return talk_spec_new((const struct monitor_text *)m, true);
}

const struct probe_type probe_http_type = {
	.object = &monitor_http_type,
	.engine_new = engine_new,
	.engine_free = engine_free,
	.spec_new = spec_new,
	.spec_free = talk_spec_free,
	.start = start,
	.stop = attempt_stop,
};
