/* monitors/fetch.c - see fetch.h. The only file here that knows libcurl. It is
 * never called out of one of its own callbacks, so owners may start and stop
 * fetches when one has ended. Layer: monitors.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "monitors/fetch.h"

#include <sys/socket.h>

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "core/base/err.h"
#include "core/base/list.h"
#include "core/base/mem.h"
#include "core/base/obj.h"
#include "core/io/loop.h"

/* Never reached: the deadline is ours. */
#define FOR_EVER_MS	1000000000L

struct fetcher {
	struct loop	 *loop;
	CURLM		 *multi;
	struct loop_timer timer;	/* libcurl's */
	size_t		  running;
};

struct fetch {
	unsigned	 magic;
#define FETCH_MAGIC	0xfe7c4a11u
	struct fetcher	*fetcher;
	struct fetch_owner owner;
	CURL		*easy;
	struct curl_slist *connect_to, *headers;
	struct loop_timer deadline;
	fetch_line_fn	*line;
	size_t		 max, octets, head;
	bool		 any_status;
	bool		 large;		/* it was we who broke off */
	int		 sys_errno;	/* of a socket that we could not have */
};

/* ---- ends ---- */

static void
drop(struct fetch *f)
{
	loop_timer_stop(&f->deadline);
	(void)curl_multi_remove_handle(f->fetcher->multi, f->easy);
	curl_easy_cleanup(f->easy);
	curl_slist_free_all(f->connect_to);
	curl_slist_free_all(f->headers);
	f->fetcher->running--;
	f->magic = 0;
	free(f);
}

static void
finish(struct fetch *f, struct fetch_result *r)
{
	struct fetch_owner owner = f->owner;

	r->octets = f->octets;
	drop(f);
	owner.done(owner.arg, r);
}

static enum fetch_code
code_of_errno(int sys_errno)
{
	switch (sys_errno) {
	case ECONNREFUSED:
		return FETCH_REFUSED;
	case EHOSTUNREACH:
	case EHOSTDOWN:
	case ENETUNREACH:
	case ENETDOWN:
		return FETCH_UNREACHABLE;
	case ETIMEDOUT:
		return FETCH_TIMEOUT;
	default:
		return FETCH_BROKEN;
	}
}

static enum fetch_code
code_of(const struct fetch *f, CURLcode rc, const struct fetch_result *r)
{
	if (f->sys_errno != 0 || rc == CURLE_OUT_OF_MEMORY ||
	    rc == CURLE_SSL_CACERT_BADFILE)
		return FETCH_LOCAL;
	if (r->status != 0 && r->status != 200 && !f->any_status)
		return FETCH_STATUS;
	if (f->large)
		return FETCH_LARGE;
	if (rc == CURLE_OK)
		return FETCH_OK;
	if (rc == CURLE_SSL_CONNECT_ERROR || rc == CURLE_SSL_CIPHER ||
	    rc == CURLE_PEER_FAILED_VERIFICATION)
		return FETCH_TLS;
	return rc == CURLE_COULDNT_CONNECT ? code_of_errno(r->sys_errno) :
	    FETCH_BROKEN;
}

static void
on_end(struct fetch *f, CURLcode rc)
{
	struct fetch_result r = { .sys_errno = f->sys_errno };
	long status = 0, os = 0;
	char *local = NULL;

	(void)curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(f->easy, CURLINFO_OS_ERRNO, &os);
	r.status = (int)status;
	if (r.sys_errno == 0 && rc != CURLE_OK)
		r.sys_errno = (int)os;
	if (curl_easy_getinfo(f->easy, CURLINFO_LOCAL_IP, &local) == CURLE_OK &&
	    local != NULL && addr_parse(local, &r.from) != 0)
		r.from.family = 0;
	r.untrusted = rc == CURLE_PEER_FAILED_VERIFICATION;
	r.code = code_of(f, rc, &r);
	finish(f, &r);
}

static void
on_deadline(struct loop_timer *t, void *arg)
{
	struct fetch_result r = { .code = FETCH_TIMEOUT };

	(void)t;
	finish(arg, &r);
}

/* ---- libcurl on the loop ---- */

static void
drive(struct fetcher *e, curl_socket_t fd, int events)
{
	int running, left;
	CURLMsg *m;

	(void)curl_multi_socket_action(e->multi, fd, events, &running);
	while ((m = curl_multi_info_read(e->multi, &left)) != NULL) {
		CURLcode rc = m->data.result;
		char *private = NULL;
		struct fetch *f;

		assert(m->msg == CURLMSG_DONE);
		(void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE,
		    &private);
		f = (struct fetch *)(void *)private;
		OBJ_CHECK(f, FETCH_MAGIC);
		on_end(f, rc);
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
	struct fetcher *e = arg;
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
		io = loop_io_start(e->loop, fd, events, on_socket, e);
	(void)curl_multi_assign(e->multi, fd, io);
	return 0;
}

static int
set_timer(CURLM *multi, long after_ms, void *arg)
{
	struct fetcher *e = arg;

	(void)multi;
	if (after_ms < 0)
		loop_timer_stop(&e->timer);
	else
		loop_timer_start(&e->timer, (uint64_t)after_ms, 0);
	return 0;
}

/* libcurl would tell "cannot connect" for a lack of descriptors, too. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct fetch *f = arg;
	int fd = socket(to->family,
	    to->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, to->protocol);

	(void)purpose;
	if (fd == -1)
		f->sys_errno = errno;
	return fd;
}

/* Another count than that of what came ends the transfer. */
static size_t
on_head(char *octets, size_t size, size_t count, void *arg)
{
	struct fetch *f = arg;

	f->head += size * count;
	f->large = f->head > FETCH_HEAD_MAX;
	if (!f->large && f->line != NULL)
		f->line(f->owner.arg, octets, size * count);
	return f->large ? 0 : size * count;
}

static size_t
on_body(char *octets, size_t size, size_t count, void *arg)
{
	struct fetch *f = arg;
	size_t len = size * count;
	long status = 0;

	f->large = len > f->max - f->octets;
	if (f->large)
		return 0;
	f->octets += len;
	(void)curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status == 200 || f->any_status)
		f->owner.data(f->owner.arg, octets, len);
	return len;
}

/* ---- a fetch ---- */

/* On this machine: no address, no port. */
static void
set_socket(struct fetch *f, const struct fetch_spec *s)
{
	char *url = mem_printf("http://localhost%s", s->path);

	(void)curl_easy_setopt(f->easy, CURLOPT_UNIX_SOCKET_PATH, s->socket);
	(void)curl_easy_setopt(f->easy, CURLOPT_URL, url);
	free(url);
}

static void
set_target(struct fetch *f, const struct fetch_spec *s)
{
	char addr[ADDR_TEXT_MAX];
	bool six = s->to.addr.family == AF_INET6;
	const char *in = six ? "[" : "", *out = six ? "]" : "";
	char *url, *way;

	addr_format(&s->to.addr, addr);
	if (s->host != NULL)
		in = out = "";
	url = mem_printf("%s://%s%s%s:%u%s", s->tls ? "https" : "http", in,
	    s->host != NULL ? s->host : addr, out, s->to.port, s->path);
	way = mem_printf(six ? "::[%s]:%u" : "::%s:%u", addr, s->to.port);
	f->connect_to = curl_slist_append(NULL, way);
	(void)curl_easy_setopt(f->easy, CURLOPT_URL, url);
	(void)curl_easy_setopt(f->easy, CURLOPT_CONNECT_TO, f->connect_to);
	free(url);
	free(way);
}

static void
set_trust(struct fetch *f, const struct fetch_spec *s)
{
	(void)curl_easy_setopt(f->easy, CURLOPT_SSL_VERIFYPEER,
	    s->verify ? 1L : 0L);
	(void)curl_easy_setopt(f->easy, CURLOPT_SSL_VERIFYHOST,
	    s->verify ? 2L : 0L);
	if (s->ca_file != NULL)
		(void)curl_easy_setopt(f->easy, CURLOPT_CAINFO, s->ca_file);
	if (s->user == NULL)
		return;
	(void)curl_easy_setopt(f->easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
	(void)curl_easy_setopt(f->easy, CURLOPT_USERNAME, s->user);
	(void)curl_easy_setopt(f->easy, CURLOPT_PASSWORD,
	    s->password != NULL ? s->password : "");
}

static const char *const page_headers[] = {
	"Accept: text/plain; version=0.0.4, application/json;q=0.9, */*;q=0.1",
	NULL
};

/* What is asked, and in which version. */
static void
set_request(struct fetch *f, const struct fetch_spec *s)
{
	const char *const *line = s->headers != NULL ? s->headers : page_headers;
	CURL *easy = f->easy;

	for (; *line != NULL; line++)
		f->headers = curl_slist_append(f->headers, *line);
	(void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, f->headers);
	(void)curl_easy_setopt(easy, CURLOPT_USERAGENT, "gtmd");
	(void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
	    s->http2 && s->tls ? CURL_HTTP_VERSION_2TLS :
	    s->http2 ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE :
	    CURL_HTTP_VERSION_1_1);
	if (s->method != NULL)
		(void)curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, s->method);
	if (s->body == NULL)
		return;
	(void)curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)s->body_len);
	(void)curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, s->body);
}

static void
set_manner(struct fetch *f)
{
	CURL *easy = f->easy;

	(void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 16384L);
	(void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, FOR_EVER_MS);
	(void)curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
	(void)curl_easy_setopt(easy, CURLOPT_PRIVATE, f);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, f);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, f);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, f);
}

struct fetch *
fetch_start(struct fetcher *e, const struct fetch_spec *s,
    const struct fetch_owner *owner)
{
	struct fetch *f = mem_zalloc(1, sizeof(*f));

	f->magic = FETCH_MAGIC;
	f->fetcher = e;
	f->owner = *owner;
	f->max = s->max;
	f->any_status = s->any_status;
	f->line = s->line;
	f->easy = curl_easy_init();
	assert(f->easy != NULL);
	set_manner(f);
	set_request(f, s);
	if (s->socket != NULL)
		set_socket(f, s);
	else
		set_target(f, s);
	set_trust(f, s);
	e->running++;
	loop_timer_init(&f->deadline, e->loop, on_deadline, f);
	loop_timer_start_at(&f->deadline,
	    loop_now_ns(e->loop) + s->timeout_ns);
	if (curl_multi_add_handle(e->multi, f->easy) != CURLM_OK)
		assert(!"a new handle is taken");
	return f;
}

void
fetch_stop(struct fetch **pf)
{
	struct fetch *f = *pf;

	*pf = NULL;
	if (f == NULL)
		return;
	OBJ_CHECK(f, FETCH_MAGIC);
	drop(f);
}

/* ---- the engine ---- */

struct fetcher *
fetch_engine_new(struct loop *l, struct err *e)
{
	struct fetcher *f = mem_zalloc(1, sizeof(*f));

	if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK ||
	    (f->multi = curl_multi_init()) == NULL) {
		(void)err_set(e, ERR_IO, "libcurl does not start");
		free(f);
		return NULL;
	}
	f->loop = l;
	loop_timer_init(&f->timer, l, on_timer, f);
	(void)curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION,
	    watch_socket);
	(void)curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
	(void)curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	(void)curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
	return f;
}

void
fetch_engine_free(struct fetcher **pf)
{
	struct fetcher *f = *pf;

	*pf = NULL;
	if (f == NULL)
		return;
	assert(f->running == 0);
	(void)curl_multi_cleanup(f->multi);
	loop_timer_stop(&f->timer);
	free(f);
	curl_global_cleanup();
}

/* ---- words ---- */

const char *
fetch_code_name(enum fetch_code code)
{
	static const char *const names[FETCH_CODES] = {
		[FETCH_OK] = "ok", [FETCH_TIMEOUT] = "timeout",
		[FETCH_REFUSED] = "refused",
		[FETCH_UNREACHABLE] = "unreachable",
		[FETCH_BROKEN] = "broken", [FETCH_TLS] = "tls",
		[FETCH_STATUS] = "status", [FETCH_LARGE] = "large",
		[FETCH_LOCAL] = "local",
	};

	assert(code < FETCH_CODES);
	return names[code];
}

const char *
fetch_words(const struct fetch_result *r, char *text, size_t cap)
{
	static const char *const words[FETCH_CODES] = {
		[FETCH_OK] = "ok", [FETCH_TIMEOUT] = "timed out",
		[FETCH_REFUSED] = "connection refused",
		[FETCH_UNREACHABLE] = "no route",
		[FETCH_BROKEN] = "connection broken, or not HTTP",
		[FETCH_TLS] = "no TLS, or its certificate is not good",
		[FETCH_LARGE] = "page or headers too large",
		[FETCH_LOCAL] = "cannot ask",
	};

	if (r->code == FETCH_STATUS)
		(void)snprintf(text, cap, "status %d", r->status);
	else if (r->code == FETCH_LOCAL && r->sys_errno != 0)
		(void)snprintf(text, cap, "%s: %s", words[r->code],
		    strerrordesc_np(r->sys_errno));
	else
		(void)snprintf(text, cap, "%s", words[r->code]);
	return text;
}
