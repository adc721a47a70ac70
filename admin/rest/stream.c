/* admin/rest/stream.c - see stream.h. SPDX-License-Identifier: Apache-2.0 */
#include "admin/rest/stream.h"

#include <poll.h>

#include "admin/rest/gate.h"
#include "admin/rest/relay.h"
#include "admin/rest/response.h"
#include "admin/rest/servertls.h"
#include "core/base/clock.h"
#include "core/base/strbuf.h"

#define HELD		((size_t)64 << 10)	/* buffers on both sides of us */

struct flow {
	const struct stream *stream;
	struct gate_watcher watcher;
	bool		 begun, broken;
};

static void
send_text(struct flow *f, const struct strbuf *b)
{
	f->broken = f->broken || !servertls_write(f->stream->peer, b->text,
	    b->len, clock_mono(&clock_system) + f->stream->patience);
}

static void
add_head(const struct flow *f, struct strbuf *b)
{
	char type[] = "text/event-stream";
	const struct response head = { .status = 200, .type = type,
	    .endless = true };

	response_format_head(&head, clock_real(f->stream->gate->clock), true,
	    b);
}

/* One chunk (RFC 9112 7.1), in one record with the head when it is the first. */
static bool
on_octets(void *arg, const char *octets, size_t len)
{
	struct flow *f = arg;
	struct strbuf b;

	strbuf_init(&b);
	if (!f->begun)
		add_head(f, &b);
	f->begun = true;
	strbuf_printf(&b, "%zx\r\n", len);
	strbuf_add_len(&b, octets, len);
	strbuf_add(&b, "\r\n");
	send_text(f, &b);
	strbuf_fini(&b);
	return !f->broken;
}

/* Whoever watches sends nothing, so his going is all there is to see. */
static bool
is_there(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLRDHUP };

	return poll(&p, 1, 0) == 0;
}

static bool
on_moment(void *arg)
{
	struct flow *f = arg;
	const struct stream *s = f->stream;

	f->broken = f->broken || !is_there(s->fd);
	return !f->broken && gate_check_watcher(s->gate, &f->watcher);
}

bool
stream_run(const struct stream *s)
{
	static const char end[] = "0\r\n\r\n";
	struct flow f = { .stream = s };
	const struct relay_sink sink = { .take = on_octets, .still = on_moment,
	    .arg = &f };

	if (gate_seat(s->gate, s->ask, &f.watcher, s->response) != 0)
		return false;
	if (response_hold(s->response, HELD)) {
		relay_stream(gate_upstream(s->gate, s->ask->path), s->ask,
		    &sink, s->response);
	} else {
		(void)response_error(s->response, 503, "requests and replies "
		    "fill the memory that they may have at this moment");
		s->response->retry_s = 1;
	}
	gate_leave(s->gate, &f.watcher);
	if (f.begun && !f.broken)
		(void)servertls_write(s->peer, end, sizeof(end) - 1,
		    clock_mono(&clock_system) + s->patience);
	return f.begun;
}
