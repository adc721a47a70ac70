/* tests/unit/monitors/test_parley.c - probes that take turns, before peers of all moods.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <string.h>

#include "core/wire/wbuf.h"
#include "monitors/attempt.h"
#include "monitors/parley.h"

/* A protocol for the test: we say "hi", the other side a line, we "more", and a
 * line that is "bye" means up. */
static struct parley_spec spec;
static unsigned turns;
static uint64_t bits;

static enum parley_next
turn(const void *of, const struct parley *at, struct probe_result *r)
{
	assert_ptr_equal(of, &spec);
	turns++;
	if (at->said == 0) {
		assert_int_equal(at->len, 0);
		bits = at->bits;
		wbuf_octets(at->out, "hi", 2);
		return PARLEY_SAY;
	}
	assert_int_equal(at->bits, bits);
	if (at->len == 0 || at->in[at->len - 1] != '\n')
		return PARLEY_READ;
	if (at->said == 1 && at->in[0] != 'b') {
		wbuf_octets(at->out, "more", 4);
		return PARLEY_SAY;
	}
	wbuf_octets(at->out, "thanks", 6);
	r->outcome = PROBE_UP;
	r->code = PROBE_OK;
	return PARLEY_DONE;
}

static void *
spec_new(const struct monitor *m)
{
	(void)m;
	return &spec;
}

static void
spec_free(void **pspec)
{
	*pspec = NULL;
}

static const struct probe_type type = {
	.object = &monitor_tcp_type,
	.engine_new = parley_engine_new,
	.engine_free = attempt_engine_free,
	.spec_new = spec_new,
	.spec_free = spec_free,
	.start = parley_start,
	.stop = attempt_stop,
};

static int
set_up(void **state)
{
	static struct bed b;

	bed_open(&b, &type);
	spec = (struct parley_spec){ .turn = turn, .in_max = 100 };
	turns = 0;
	b.peer.mood = PEER_KEEP;
	b.peer.text = "bye\n";
	*state = &b;
	return 0;
}

static void
heard(struct bed *b, const char *text)
{
	for (int i = 0; i < 1000 && strcmp(b->peer.heard, text) != 0; i++)
		loop_advance(b->loop, &b->clk, 0);
	assert_string_equal(b->peer.heard, text);
}

static void
the_verdict_comes_with_the_last_word(void **state)
{
	struct bed *b = *state;

	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(b->result.from.octets[0], 127);
	assert_int_equal(b->result.octets, 4);
	heard(b, "hithanks");
}

/* The peer plays its text once: the second turn waits for ever. */
static void
each_turn_starts_with_nothing_read(void **state)
{
	struct bed *b = *state;

	b->peer.text = "aye\n";
	bed_probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	assert_int_equal(b->result.octets, 0);
	heard(b, "himore");
}

static void
it_does_not_matter_how_words_are_cut(void **state)
{
	struct bed *b = *state;

	b->peer.drip = 1;
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_in_range(turns, 2, 5);
}

static void
what_came_before_time_was_over_is_told(void **state)
{
	struct bed *b = *state;
	char text[128];

	b->peer.text = "by";
	bed_probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	assert_string_equal(probe_reason(&b->result, text, sizeof(text)),
	    "timed out after 2 octets");
}

static void
the_end_is_no_answer_and_neither_is_a_flood(void **state)
{
	struct bed *b = *state;

	b->peer.mood = PEER_ANSWER;
	b->peer.text = "by";
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_CLOSED);
	b->peer.mood = PEER_ENDLESS;
	b->peer.fill = "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy";
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_GARBLED);
	assert_int_equal(b->result.octets, 100);
	spec.in_max = 5000;
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_GARBLED);
	assert_int_equal(b->result.octets, 5000);
}

static void
refusals_are_told_apart(void **state)
{
	struct bed *b = *state;

	b->peer.mood = PEER_RESET;
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_RESET);
	peer_close_door(&b->peer);
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_REFUSED);
}

static void
stopped_at_each_stage_it_tells_nobody(void **state)
{
	bed_stop_is_silent(*state);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, bed_tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(the_verdict_comes_with_the_last_word),
		T(each_turn_starts_with_nothing_read),
		T(it_does_not_matter_how_words_are_cut),
		T(what_came_before_time_was_over_is_told),
		T(the_end_is_no_answer_and_neither_is_a_flood),
		T(refusals_are_told_apart),
		T(stopped_at_each_stage_it_tells_nobody),
	};

	return cmocka_run_group_tests_name("parley", tests, NULL, NULL);
}
