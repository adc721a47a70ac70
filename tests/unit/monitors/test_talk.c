/* tests/unit/monitors/test_talk.c - an exchange over a transport that the test
 * cuts, stalls and breaks. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/obj.h"
#include "monitors/probe_tcp.h"
#include "monitors/talk.h"

/* A transport without sockets: an fd that is always ready, octets from here. */
struct wire {
	const char	*reply;		/* what is there to receive */
	size_t		 at, piece;	/* octets per call; 0 = would block */
	int		 end;		/* after reply: 0, or an errno */
	int		 send_fails;	/* errno of send, or 0 */
	char		 sent[64];
	size_t		 sent_len, room;	/* octets a send takes */
	bool		 no_recv;
	struct talk	*talk;
	struct probe_result result;
	unsigned	 done;
};

static ssize_t
wire_send(void *arg, const void *octets, size_t len)
{
	struct wire *w = arg;

	if (w->send_fails != 0 || w->room == 0) {
		errno = w->room == 0 ? EAGAIN : w->send_fails;
		return -1;
	}
	len = len < w->room ? len : w->room;
	assert_true(w->sent_len + len < sizeof(w->sent));
	memcpy(w->sent + w->sent_len, octets, len);
	w->sent_len += len;
	return (ssize_t)len;
}

static ssize_t
wire_recv(void *arg, void *octets, size_t cap)
{
	struct wire *w = arg;
	size_t len = strlen(w->reply) - w->at;

	if (len == 0 && w->end == 0)
		return 0;
	if (len == 0 || w->piece == 0) {
		errno = len == 0 ? w->end : EAGAIN;
		return -1;
	}
	len = len < w->piece ? len : w->piece;
	len = len < cap ? len : cap;
	memcpy(octets, w->reply + w->at, len);
	w->at += len;
	return (ssize_t)len;
}

static const struct talk_ops wire_ops = { wire_send, wire_recv };

static void
on_done(void *arg, struct probe_result *r)
{
	struct wire *w = arg;

	w->done++;
	w->result = *r;
	assert_null(w->talk->io);	/* stopped before it told */
}

static void
nobody(struct loop_io *io, int fd, unsigned events, void *arg)
{
	(void)io;
	(void)fd;
	(void)events;
	(void)arg;
	fail();		/* the talk has taken it over */
}

/* Runs w through a monitor that sends "ping" and wants "pong". */
static void
run(struct wire *w, struct bed *b)
{
	struct talk t = { .ops = &wire_ops, .done = on_done, .arg = w };
	struct loop_io *io;
	void *spec;
	int s[2];

	bed_set(b->monitor, "send", "ping");
	bed_set(b->monitor, "recv", w->no_recv ? "none" : "pong");
	spec = talk_spec_new((const struct monitor_text *)b->monitor, false);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
	assert_int_equal(send(s[1], "x", 1, 0), 1);	/* always readable */
	t.spec = spec;
	w->talk = &t;
	io = loop_io_start(b->loop, s[0], LOOP_WRITE, nobody, NULL);
	assert_non_null(io);
	talk_start(&t, io, LOOP_WRITE);
	for (int i = 0; i < 100 && w->done == 0; i++)
		loop_poll(b->loop);
	if (w->done == 0)
		talk_expire(&t, &w->result);
	talk_fini(&t);
	loop_io_stop(&io);
	talk_spec_free(&spec);
	close(s[0]);
	close(s[1]);
}

static void
pieces_stalls_and_breaks_end_as_they_should(void **state)
{
	static const struct {
		struct wire	w;
		enum probe_code	want;
		const char	*sent;
	} row[] = {
		{ { .reply = "pong", .piece = 9, .room = 9 },
		  PROBE_OK, "ping" },
		{ { .reply = "pong", .piece = 1, .room = 1 },
		  PROBE_OK, "ping" },
		{ { .reply = "peng", .piece = 1, .room = 9 },
		  PROBE_NO_MATCH, "ping" },
		/* A reset behind an answer, and one instead of it. */
		{ { .reply = "pong", .piece = 9, .room = 9,
		    .end = ECONNRESET }, PROBE_OK, "ping" },
		{ { .reply = "peng", .piece = 9, .room = 9,
		    .end = ECONNRESET }, PROBE_NO_MATCH, "ping" },
		{ { .reply = "", .piece = 9, .room = 9, .end = ECONNRESET },
		  PROBE_RESET, "ping" },
		{ { .reply = "", .piece = 9, .room = 9 },
		  PROBE_CLOSED, "ping" },
		/* Refused to hear us, but it had spoken. */
		{ { .reply = "pong", .piece = 9, .room = 9,
		    .send_fails = EPIPE }, PROBE_OK, "" },
		/* It never takes what we send, or never answers. */
		{ { .reply = "", .room = 0, .end = EAGAIN },
		  PROBE_TIMEOUT, "" },
		{ { .reply = "po", .piece = 1, .room = 9, .end = EAGAIN },
		  PROBE_TIMEOUT, "ping" },
		/* Without recv it ends with what it sends; no octet is read. */
		{ { .reply = "peng", .piece = 9, .room = 1, .no_recv = true },
		  PROBE_OK, "ping" },
		{ { .reply = "peng", .room = 0, .no_recv = true },
		  PROBE_TIMEOUT, "" },
		{ { .reply = "peng", .piece = 9, .room = 9, .no_recv = true,
		    .send_fails = EPIPE }, PROBE_RESET, "" },
	};
	static struct bed b;

	(void)state;
	bed_open(&b, &probe_tcp_type);
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		struct wire w = row[i].w;

		run(&w, &b);
		if (w.result.code != row[i].want)
			fail_msg("row %zu: code %d, want %d", i,
			    w.result.code, row[i].want);
		assert_true(w.done <= 1);
		assert_string_equal(w.sent, row[i].sent);
		assert_true(!w.no_recv || w.at == 0);
	}
	bed_close(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_stalls_and_breaks_end_as_they_should),
	};

	return cmocka_run_group_tests_name("talk", tests, NULL, NULL);
}
