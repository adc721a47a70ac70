/* tests/unit/gtmd/test_handover.c - messages between two processes that may be
 * of two versions, or no gtmd at all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "gtmd/handover.h"
#include "gtmd/serve/inherit.h"

static int ends[2];

static int
setup(void **state)
{
	(void)state;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends);
}

static int
teardown(void **state)
{
	(void)state;
	(void)close(ends[0]);
	(void)close(ends[1]);
	return 0;
}

/* More sockets than one message holds, in their order. */
static void
all_sockets_arrive_in_order(void **state)
{
	enum { COUNT = 150 };
	struct inherit out = { 0 }, in = { 0 };
	struct addrport at = { .port = 53 };
	struct handover_in m;
	struct err e;
	int fds[COUNT];

	(void)state;
	assert_int_equal(addr_parse("2001:db8::1", &at.addr), 0);
	for (int i = 0; i < COUNT; i++)
		inherit_add(&out, i % 3 == 0, &at, ends[i % 2]);
	assert_int_equal(handover_send_sockets(ends[0], &out, &e), 0);
	while (in.count < COUNT) {
		assert_int_equal(handover_receive(ends[1], &m, 0, &e), 0);
		assert_int_equal(m.kind, HANDOVER_SOCKETS);
		assert_int_equal(handover_read_sockets(&m, &in, &e), 0);
	}
	assert_int_equal(inherit_take(&in, true, &at, fds, COUNT), COUNT / 3);
	for (int i = 0; i < COUNT / 3; i++)
		(void)close(fds[i]);
	assert_int_equal(inherit_take(&in, true, &at, fds, COUNT), 0);
	at.port = 54;
	assert_int_equal(inherit_take(&in, false, &at, fds, COUNT), 0);
	assert_int_equal(inherit_take(NULL, false, &at, fds, COUNT), 0);
	inherit_close(&in);
	inherit_fini(&in);
	inherit_fini(&out);
}

static void
sockets_that_nobody_names_are_refused(void **state)
{
	const struct handover_out out = { .kind = HANDOVER_SOCKETS,
	    .fds = ends, .fd_count = 2, .body = "x", .len = 1 };
	struct inherit in = { 0 };
	struct handover_in m;
	struct err e;

	(void)state;
	assert_int_equal(handover_send(ends[0], &out, &e), 0);
	assert_int_equal(handover_receive(ends[1], &m, 0, &e), 0);
	assert_int_equal(handover_read_sockets(&m, &in, &e), ERR_PARSE);
	assert_int_equal(in.count, 0);
	assert_int_equal(m.parcel.fd_count, 0);
}

static void
versions_differ_and_say_so(void **state)
{
	struct { uint32_t magic; uint16_t version, kind; char body[8]; } w = {
		0x67746d68u, 3, HANDOVER_HELLO, "" };
	struct handover_in m;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(parcel_send(ends[0], &w, 8, ends, 1), 0);
	assert_int_equal(handover_receive(ends[1], &m, 0, &e), ERR_UNSUPPORTED);
	assert_string_equal(e.text, "hand-over of version 3 cannot meet version "
	    "2: restart instead");
	assert_int_equal(m.parcel.fd_count, 0);
	/* Why it won't, each version understands. */
	w.kind = HANDOVER_REFUSE;
	memcpy(w.body, "because", 7);
	assert_int_equal(parcel_send(ends[0], &w, 15, NULL, 0), 0);
	assert_int_equal(handover_receive(ends[1], &m, 0, &e), ERR_DENIED);
	assert_string_equal(e.text, "because");
	handover_refuse(ends[0], "it ends");
	assert_int_equal(handover_receive(ends[1], &m, 0, &e), ERR_DENIED);
	assert_string_equal(e.text, "it ends");
}

static void
nonsense_is_no_message(void **state)
{
	struct { uint32_t magic; uint16_t version, kind; } w = {
		0x67746d68u, HANDOVER_VERSION, HANDOVER_REFUSE + 1 };
	struct handover_in m;
	struct err e;

	(void)state;
	assert_int_equal(parcel_send(ends[0], &w, sizeof(w), NULL, 0), 0);
	assert_int_equal(handover_receive(ends[1], &m, 0, &e), ERR_PARSE);
	w.kind = 0;
	assert_int_equal(parcel_send(ends[0], &w, sizeof(w), NULL, 0), 0);
	assert_int_equal(handover_receive(ends[1], &m, 0, &e), ERR_PARSE);
	assert_int_equal(parcel_send(ends[0], &w, 3, NULL, 0), 0);
	assert_int_equal(handover_receive(ends[1], &m, 0, &e), ERR_PARSE);
	assert_int_equal(handover_receive(ends[1], &m, 0, &e), ERR_BUSY);
	(void)shutdown(ends[0], SHUT_RDWR);
	assert_int_equal(handover_receive(ends[1], &m, 0, &e),
	    HANDOVER_CLOSED);
}

static void
what_is_not_due_is_refused(void **state)
{
	struct handover_in m;
	struct err e;

	(void)state;
	assert_int_equal(handover_send_text(ends[0], HANDOVER_COUNTS, "text",
	    &e), 0);
	assert_int_equal(handover_expect(ends[1], &m, HANDOVER_LEFT, 0, &e),
	    ERR_PARSE);
	assert_int_equal(m.parcel.fd_count, 0);
	assert_int_equal(handover_send_text(ends[0], HANDOVER_COUNTS, "text",
	    &e), 0);
	assert_int_equal(handover_expect(ends[1], &m, HANDOVER_COUNTS, 1, &e),
	    0);
	parcel_close_fds(&m.parcel);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(all_sockets_arrive_in_order),
		TEST(sockets_that_nobody_names_are_refused),
		TEST(versions_differ_and_say_so),
		TEST(nonsense_is_no_message),
		TEST(what_is_not_due_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
