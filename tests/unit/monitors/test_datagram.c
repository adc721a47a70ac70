/* tests/unit/monitors/test_datagram.c - asking, asking again, and answers that
 * are none, for a type of the test's own. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/bed.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "monitors/attempt.h"
#include "monitors/datagram.h"
#include "monitors/probe_udp.h"
#include "tests/unit/monitors/echoer.h"

static struct echoer echoer;
static unsigned judged;
static uint64_t asked[4];
static unsigned asked_count;

static const void *
ask(const void *spec, uint64_t bits, uint8_t *to, size_t cap, size_t *len)
{
	(void)spec;
	assert_true(cap >= 512);
	asked[asked_count++ % 4] = bits;
	memcpy(to, &bits, sizeof(bits));
	*len = sizeof(bits);
	return to;
}

/* Only what brings the bits back is an answer. */
static bool
judge(const void *spec, uint64_t bits, const uint8_t *octets, size_t len,
    struct probe_result *r)
{
	(void)spec;
	judged++;
	assert_int_equal(octets[len], 0);
	if (len != sizeof(bits) || memcmp(octets, &bits, len) != 0)
		return false;
	*r = (struct probe_result){ .outcome = PROBE_UP, .code = PROBE_OK };
	return true;
}

static void *
spec_new(const struct monitor *m)
{
	struct datagram_spec *s = mem_zalloc(1, sizeof(*s));

	*s = (struct datagram_spec){ .ask = ask, .judge = judge,
	    .pace = probepace_of(m) };
	return s;
}

static void
spec_free(void **pspec)
{
	free(*pspec);
	*pspec = NULL;
}

static const struct probe_type type = {
	.object = &monitor_udp_type,
	.engine_new = datagram_engine_new,
	.engine_free = datagram_engine_free,
	.spec_new = spec_new,
	.spec_free = spec_free,
	.start = datagram_start,
	.stop = attempt_stop,
};

static size_t
say_what_was_heard(struct echoer *e, uint8_t *to, size_t cap)
{
	assert_true(e->heard_len <= cap);
	memcpy(to, e->heard, e->heard_len);
	return e->heard_len;
}

static int
set_up(void **state)
{
	static struct bed b;

	bed_open(&b, &type);
	echoer_open(&echoer, b.loop);
	b.peer.at = echoer.at;
	judged = asked_count = 0;
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
each_probe_has_bits_of_its_own(void **state)
{
	struct bed *b = *state;

	echoer.answer = say_what_was_heard;
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	bed_probe(b, 0);
	bed_expect(b, PROBE_UP, PROBE_OK);
	assert_int_equal(asked_count, 2);
	assert_true(asked[0] != asked[1]);
}

static void
what_is_no_answer_does_not_end_the_probe(void **state)
{
	struct bed *b = *state;

	echoer.answer = echoer_say_text;
	echoer.text = "noise";
	bed_probe(b, 50 * CLOCK_MS);
	bed_expect(b, PROBE_SILENT, PROBE_TIMEOUT);
	assert_int_equal(judged, 3);
	assert_int_equal(asked_count, 3);
	assert_true(asked[0] == asked[2]);	/* late answers count, too */
}

static void
a_refusal_ends_it_at_the_first_attempt(void **state)
{
	struct bed *b = *state;

	echoer_close(&echoer);
	bed_probe(b, 0);
	bed_expect(b, PROBE_DOWN, PROBE_REFUSED);
	assert_int_equal(asked_count, 1);
}

#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		T(each_probe_has_bits_of_its_own),
		T(what_is_no_answer_does_not_end_the_probe),
		T(a_refusal_ends_it_at_the_first_attempt),
	};

	return cmocka_run_group_tests_name("datagram", tests, NULL, NULL);
}
