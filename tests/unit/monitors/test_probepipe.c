/* tests/unit/monitors/test_probepipe.c - frames come whole, and what is said waits
 * for room. SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/monitors/rig.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "monitors/probepipe.h"

static struct probepipe pipe_;
static int peer, end;
static unsigned heard;
static uint32_t last;

static void
on_io(struct loop_io *io, int fd, unsigned events, void *arg)
{
	(void)io;
	(void)fd;
	(void)events;
	(void)arg;
}

static bool
hear(void *arg, const struct probewire_frame *f)
{
	(void)arg;
	heard++;
	return probewire_get_forget(f, &last);
}

static int
set_up(void **state)
{
	int pair[2];

	(void)state;
	rig_open(&rig, 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0, pair), 0);
	peer = pair[0];
	end = pair[1];
	probepipe_init(&pipe_);
	assert_int_equal(pipe_.fd, -1);
	assert_int_equal(probepipe_open(&pipe_, rig.loop, end, on_io, NULL), 0);
	heard = last = 0;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	probepipe_fini(&pipe_);
	assert_int_equal(pipe_.fd, -1);
	(void)close(peer);
	(void)close(end);
	rig_close(&rig);
	return 0;
}

static void
frames_come_whole_however_they_are_cut(void **state)
{
	struct strbuf b = { 0 };

	(void)state;
	for (uint32_t n = 1; n <= 3; n++)
		probewire_put_forget(&b, n * 1000);
	for (size_t i = 0; i < b.len; i++) {
		assert_int_equal(write(peer, b.text + i, 1), 1);
		assert_int_equal(probepipe_read(&pipe_, hear, NULL),
		    PROBEPIPE_OPEN);
		assert_int_equal(heard, (i + 1) * 3 / b.len);
	}
	assert_int_equal(last, 3000);
	/* Several at once, and nothing at all. */
	assert_int_equal(write(peer, b.text, b.len), b.len);
	assert_int_equal(probepipe_read(&pipe_, hear, NULL), PROBEPIPE_OPEN);
	assert_int_equal(heard, 6);
	assert_int_equal(probepipe_read(&pipe_, hear, NULL), PROBEPIPE_OPEN);
	strbuf_fini(&b);
}

static void
a_frame_that_makes_no_sense_and_an_end_are_told(void **state)
{
	struct strbuf b = { 0 };

	(void)state;
	probewire_put_leave(&b, 1);	/* hear knows forget alone */
	assert_int_equal(write(peer, b.text, b.len), b.len);
	assert_int_equal(probepipe_read(&pipe_, hear, NULL), PROBEPIPE_BAD);
	strbuf_fini(&b);
	assert_int_equal(shutdown(peer, SHUT_WR), 0);
	assert_int_equal(probepipe_read(&pipe_, hear, NULL), PROBEPIPE_ENDED);
}

static void
what_is_said_waits_for_room(void **state)
{
	char octets[4096];
	size_t said = 0, got = 0;
	ssize_t n;

	(void)state;
	while (probepipe_write(&pipe_)) {
		strbuf_add_len(&pipe_.out, octets, sizeof(octets));
		said += sizeof(octets);
		assert_in_range(said, 1, 64 << 20);
	}
	probepipe_mind(&pipe_);
	assert_true(pipe_.out.len > 0);
	while (got < said) {
		n = read(peer, octets, sizeof(octets));
		if (n > 0)
			got += (size_t)n;
		else
			(void)probepipe_write(&pipe_);
	}
	assert_true(probepipe_write(&pipe_));
	assert_int_equal(pipe_.out.len, 0);
	assert_int_equal(got, said);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    frames_come_whole_however_they_are_cut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_frame_that_makes_no_sense_and_an_end_are_told, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(what_is_said_waits_for_room,
		    set_up, tear_down),
	};

	return cmocka_run_group_tests_name("probepipe", tests, NULL, NULL);
}
