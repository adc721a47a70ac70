/* tests/unit/monitors/test_sight.c - what is kept of results, and the words for
 * them. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/base/err.h"
#include "core/model/type.h"
#include "monitors/monitor.h"
#include "monitors/sight.h"

static void
push(struct sight *s, enum probe_outcome outcome, uint32_t rtt_us)
{
	struct probe_result r = { .outcome = outcome, .rtt_us = rtt_us };

	sight_push(s, &r, 5);
}

static void
history_ends_with_the_newest_verdict(void **state)
{
	struct sight s = { .results = 0 };
	char text[SIGHT_HISTORY_MAX];

	(void)state;
	assert_string_equal(sight_history(&s, text), "");
	push(&s, PROBE_DOWN, 1);
	push(&s, PROBE_UP, 1);
	push(&s, PROBE_SILENT, 1);
	assert_string_equal(sight_history(&s, text), "010");
	for (int i = 0; i < 64; i++)
		push(&s, PROBE_UP, 1);
	assert_int_equal(strlen(text), 3);
	assert_string_equal(sight_history(&s, text), "1111111111111111"
	    "111111111111111111111111111111111111111111111111");
}

static void
our_own_faults_are_counted_and_no_verdict(void **state)
{
	struct sight s = { .results = 0 };
	char text[SIGHT_HISTORY_MAX];

	(void)state;
	push(&s, PROBE_UP, 800);
	push(&s, PROBE_ABSTAIN, 90000);
	assert_string_equal(sight_history(&s, text), "1");
	assert_int_equal(s.results, 2);
	assert_int_equal(s.abstained, 1);
	assert_int_equal(s.last.outcome, PROBE_ABSTAIN);
	assert_int_equal(sight_latency_us(&s), 800);
}

static void
latency_starts_at_the_first_and_moves_by_an_eighth(void **state)
{
	struct sight s = { .results = 0 };

	(void)state;
	assert_int_equal(sight_latency_us(&s), 0);
	push(&s, PROBE_UP, 800);
	push(&s, PROBE_UP, 1600);
	assert_int_equal(sight_latency_us(&s), 900);
	push(&s, PROBE_SILENT, 5000000);	/* says nothing about speed */
	assert_int_equal(sight_latency_us(&s), 900);
	for (int i = 0; i < 200; i++)
		push(&s, PROBE_UP, UINT32_MAX);
	assert_in_range(sight_latency_us(&s), UINT32_MAX / 8 - 8,
	    UINT32_MAX / 8);
}

static struct monitor *
with_recv(const char *recv)
{
	struct object *o = object_new(&monitor_http_type, "/Common/m");
	struct err e = { 0 };

	if (recv != NULL && prop_set(prop_find(o->type->props, "recv", NULL),
	    o, recv, &e) != 0)
		fail_msg("%s", e.text);
	return (struct monitor *)o;
}

static void
says(const char *recv, const struct probe_result *r, const char *want)
{
	struct monitor *m = with_recv(recv);
	struct object *o = &m->obj;
	char text[SIGHT_WORDS_MAX];

	assert_string_equal(sight_words(m, r, text, sizeof(text)), want);
	object_unref(&o);
}

static void
words_have_what_was_looked_for_and_where(void **state)
{
	(void)state;
	says("200 OK", &(struct probe_result){ .code = PROBE_NO_MATCH,
	    .octets = 512 }, "no match for \"200 OK\" in the first 512 octets");
	says("down", &(struct probe_result){ .code = PROBE_MATCH, .octets = 9 },
	    "match for \"down\" in the first 9 octets, and reverse is enabled");
	says("x", &(struct probe_result){ .code = PROBE_STATUS, .status = 503 },
	    "status 503 is not wanted");
	says(NULL, &(struct probe_result){ .code = PROBE_NO_MATCH },
	    "reply does not contain recv");
}

/* The cut is between characters: the 64th octet is inside of one. */
static void
a_long_recv_is_cut(void **state)
{
	struct probe_result r = { .code = PROBE_NO_MATCH, .octets = UINT32_MAX };
	char recv[200], want[300];

	(void)state;
	memset(recv, 'a', sizeof(recv) - 1);
	recv[sizeof(recv) - 1] = '\0';
	memcpy(recv + 63, "\xc3\xa4", 2);
	(void)snprintf(want, sizeof(want), "no match for \"%.63s...\" in the "
	    "first 4294967295 octets", recv);
	says(recv, &r, want);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(history_ends_with_the_newest_verdict),
		cmocka_unit_test(our_own_faults_are_counted_and_no_verdict),
		cmocka_unit_test(
		    latency_starts_at_the_first_and_moves_by_an_eighth),
		cmocka_unit_test(words_have_what_was_looked_for_and_where),
		cmocka_unit_test(a_long_recv_is_cut),
	};

	return cmocka_run_group_tests_name("sight", tests, NULL, NULL);
}
