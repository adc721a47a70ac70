/* tests/unit/monitors/test_probe_dns.c - the dns probe before peers that answer, lie,
 * cut or keep silent.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/io/sock.h"
#include "monitors/monitor_dns.h"
#include "monitors/probe_dns.h"
#include "tests/unit/monitors/echoer.h"

#define RECORD	"\xc0\x0c\0\1\0\1\0\0\0\5\0\4\xc0\0\2"

static struct echoer echoer;

/* How the next answers differ from the query. */
static struct lie {
	unsigned	 flags, records;
	uint8_t		 number, letter;	/* flipped bits */
	uint8_t		 last;			/* of the address */
} lie;

static size_t
answer(struct echoer *e, uint8_t *to, size_t cap)
{
	size_t len = e->heard_len;

	assert_true(len + 16 <= cap);
	memcpy(to, e->heard, len);
	to[0] ^= lie.number;
	to[2] = (uint8_t)(lie.flags >> 8);
	to[3] = (uint8_t)lie.flags;
	to[7] = (uint8_t)lie.records;
	to[13] ^= lie.letter;
	if (lie.records == 0)
		return len;
	memcpy(to + len, RECORD, 15);
	to[len + 15] = lie.last;
	return len + 16;
}

static int
set_up(void **state)
{
	static struct bed b;

	bed_open(&b, &probe_dns_type);
	echoer_open(&echoer, b.loop);
	b.peer.at = echoer.at;
	echoer.answer = answer;
	lie = (struct lie){ .flags = 0x8180, .records = 1, .last = 7 };
	bed_set(b.monitor, "qname", "www.example.com");
	*state = &b;
	return 0;
}

static int
tear_down(void **state)
{
	echoer_close(&echoer);
	return bed_tear_down(state);
}

static void
an_address_is_up(void **state)
{
	struct bed *b = *state;

	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(b->result.from.octets[0], 127);
	assert_int_equal(echoer.heard_len, 12 + 17 + 4);
	assert_int_equal(echoer.heard[echoer.heard_len - 3], 1);
	bed_set(b->monitor, "recv", "192.0.2.7");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	lie.last = 8;
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_NO_MATCH);
	bed_set(b->monitor, "reverse", "enabled");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	lie.last = 7;
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_MATCH);
}

static void
queries_differ_each_time(void **state)
{
	struct bed *b = *state;
	uint8_t was[64];

	bed_probe(b, 0);
	memcpy(was, echoer.heard, echoer.heard_len);
	bed_probe(b, 0);
	assert_memory_not_equal(was, echoer.heard, echoer.heard_len);
}

static void
an_rcode_is_down_unless_anything_goes(void **state)
{
	struct bed *b = *state;
	char text[128];

	lie.flags = 0x8182;
	lie.records = 0;
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_RCODE);
	assert_string_equal(probe_reason(&b->result, text, sizeof(text)),
	    "rcode 2 (SERVFAIL)");
	bed_set(b->monitor, "accept-rcode", "anything");
	bed_set(b->monitor, "recv", "192.0.2.9");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
}

static void
what_an_answer_must_contain_is_chosen(void **state)
{
	struct bed *b = *state;

	bed_set(b->monitor, "qtype", "aaaa");	/* and a comes */
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_NO_RECORD);
	assert_int_equal(echoer.heard[echoer.heard_len - 3], 28);
	bed_set(b->monitor, "answer-contains", "any-type");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	lie.records = 0;
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_NO_RECORD);
	bed_set(b->monitor, "answer-contains", "anything");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
}

/* As if it had not come: and then asked again, as often as is allowed. */
static void
who_has_not_seen_the_query_is_not_heard(void **state)
{
	struct bed *b = *state;
	mono_ns start = loop_now_ns(b->loop);

	lie.number = 1;
	bed_probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	assert_int_equal(echoer.heard_count, 3);
	assert_int_equal(loop_now_ns(b->loop) - start, 3 * CLOCK_S);
	lie.number = 0;
	lie.letter = 0x20;
	bed_probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	lie.letter = 0;
	echoer.deaf = echoer.heard_count + 1;	/* one is lost */
	bed_probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_UP, PROBE_OK);
	lie.records = 2;
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_GARBLED);
}

static void
nobody_there_is_refused(void **state)
{
	struct bed *b = *state;

	echoer_close(&echoer);
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_REFUSED);
}

/* ---- over TCP, on the same port ---- */

static struct {
	int		 door_fd, fd;
	struct loop	*loop;
	struct loop_io	*door, *io;
	bool		 cut;		/* says so by TCP as well */
	unsigned	 answers;
} tcp;

static void
on_query(struct loop_io *io, int fd, unsigned events, void *arg)
{
	uint8_t to[512];
	struct echoer e = { 0 };
	ssize_t n = recv(fd, to, sizeof(to), 0);
	size_t len;

	(void)io;
	(void)events;
	(void)arg;
	if (n <= 0) {
		loop_io_stop(&tcp.io);
		(void)close(fd);
		tcp.fd = -1;
		return;
	}
	e.heard_len = (size_t)n - 2;
	memcpy(e.heard, to + 2, e.heard_len);
	lie.flags = tcp.cut ? 0x8380 : 0x8180;
	len = answer(&e, to + 2, sizeof(to) - 2);
	to[0] = (uint8_t)(len >> 8);
	to[1] = (uint8_t)len;
	tcp.answers++;
	assert_int_equal(send(fd, to, len + 2, MSG_NOSIGNAL), len + 2);
}

static void
on_door(struct loop_io *io, int fd, unsigned events, void *arg)
{
	(void)io;
	(void)events;
	(void)arg;
	assert_null(tcp.io);
	tcp.fd = sock_accept(fd, NULL);
	tcp.io = loop_io_start(tcp.loop, tcp.fd, LOOP_READ, on_query, NULL);
}

static void
listen_at(struct bed *b)
{
	struct err e;

	memset(&tcp, 0, sizeof(tcp));
	tcp.fd = -1;
	tcp.loop = b->loop;
	tcp.door_fd = sock_listen_tcp(&echoer.at, NULL, &e);
	if (tcp.door_fd < 0)
		skip();		/* another has the port for TCP */
	tcp.door = loop_io_start(b->loop, tcp.door_fd, LOOP_READ, on_door,
	    NULL);
}

static void
listen_end(struct bed *b)
{
	for (int i = 0; i < 1000 && tcp.io != NULL; i++)
		loop_advance(b->loop, &b->clk, 0);
	loop_io_stop(&tcp.door);
	(void)close(tcp.door_fd);
}

static void
a_cut_answer_is_asked_for_by_tcp(void **state)
{
	struct bed *b = *state;

	listen_at(b);
	for (unsigned i = 1; i <= 3; i++) {
		lie.flags = 0x8380;
		bed_probe(b, 0);
		bed_expect(b, PROBE_UP, PROBE_OK);
		assert_int_equal(tcp.answers, i);
		for (int k = 0; k < 1000 && tcp.io != NULL; k++)
			loop_advance(b->loop, &b->clk, 0);
	}
	tcp.cut = true;
	lie.flags = 0x8380;
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_TRUNCATED);
	listen_end(b);
	lie.flags = 0x8380;
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_REFUSED);
}

static void
tcp_is_a_way_of_its_own(void **state)
{
	struct bed *b = *state;

	listen_at(b);
	bed_set(b->monitor, "protocol", "tcp");
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(echoer.heard_count, 0);
	for (int k = 0; k < 1000 && tcp.io != NULL; k++)
		loop_advance(b->loop, &b->clk, 0);
	lie.number = 1;
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_GARBLED);
	listen_end(b);
}

/* Before an answer, and on the way by TCP. */
static void
after_stop_nothing_is_called(void **state)
{
	struct bed *b = *state;
	void *spec = b->type->spec_new(b->monitor);
	struct probe_job job = bed_job(b, spec, CLOCK_S);

	listen_at(b);
	lie.flags = 0x8380;
	for (unsigned turns = 0; turns < 3; turns++) {
		struct probe *p = b->type->start(&job);

		for (unsigned i = 0; i < turns; i++)
			loop_advance(b->loop, &b->clk, 0);
		assert_int_equal(b->done, 0);
		b->type->stop(&p);
		assert_null(p);
		loop_advance(b->loop, &b->clk, 2 * CLOCK_S);
		assert_int_equal(b->done, 0);
	}
	listen_end(b);
	b->type->spec_free(&spec);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(an_address_is_up),
		T(queries_differ_each_time),
		T(an_rcode_is_down_unless_anything_goes),
		T(what_an_answer_must_contain_is_chosen),
		T(who_has_not_seen_the_query_is_not_heard),
		T(nobody_there_is_refused),
		T(a_cut_answer_is_asked_for_by_tcp),
		T(tcp_is_a_way_of_its_own),
		T(after_stop_nothing_is_called),
	};

	return cmocka_run_group_tests_name("probe_dns", tests, NULL, NULL);
}
