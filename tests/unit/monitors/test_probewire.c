/* tests/unit/monitors/test_probewire.c - what one end says the other one
 * understands, and nothing else is understood.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/socket.h>

#include "core/base/strbuf.h"
#include "monitors/probewire.h"

#define TOKEN	(UINT64_C(77) << 32 | 5)

static const struct probereport report = {
	.health = { .state = HEALTH_DOWN, .found = HEALTH_UP, .good = 3,
	    .bad = 200, .history = UINT64_C(0xfedcba9876543210),
	    .last_good_ns = UINT64_C(1) << 62,
	    .damp = { .penalty = 3120, .held = true, .at_ns = 99 } },
	.newest = PROBE_LOCAL,
	.cause = { .outcome = PROBE_SILENT, .code = PROBE_TIMEOUT,
	    .sys_errno = 110, .status = 503, .octets = 17, .rtt_us = 4000000000u,
	    .from = { .family = AF_INET6, .octets = { 0xfd, 1, 2,
	    [15] = 9 } } },
	.from = { .family = AF_INET, .octets = { 192, 0, 2, 1 } },
	.rtt_us = 1234,
};

static struct probewire_frame
only_frame(const struct strbuf *b)
{
	struct probewire_frame f = { 0 };

	assert_int_equal(probewire_next(b->text, b->len, &f), b->len);
	return f;
}

static void
assert_addr(const struct addr *a, const struct addr *b)
{
	assert_true(addr_equal(a, b));
}

static void
a_report_comes_back_whole(void **state)
{
	struct strbuf b = { 0 };
	struct probewire_frame f;
	struct probereport r;
	uint64_t token;

	(void)state;
	probewire_put_report(&b, TOKEN, &report);
	f = only_frame(&b);
	assert_int_equal(f.kind, PROBEWIRE_REPORT);
	assert_true(probewire_get_report(&f, &token, &r));
	assert_int_equal(token, TOKEN);
	assert_int_equal(r.health.state, HEALTH_DOWN);
	assert_int_equal(r.health.found, HEALTH_UP);
	assert_int_equal(r.health.good, 3);
	assert_int_equal(r.health.bad, 200);
	assert_int_equal(r.health.history, report.health.history);
	assert_int_equal(r.health.last_good_ns, report.health.last_good_ns);
	assert_int_equal((int)r.health.damp.penalty, 3120);
	assert_true(r.health.damp.held);
	assert_int_equal(r.health.damp.at_ns, 99);
	assert_int_equal(r.newest, PROBE_LOCAL);
	assert_int_equal(r.cause.outcome, PROBE_SILENT);
	assert_int_equal(r.cause.code, PROBE_TIMEOUT);
	assert_int_equal(r.cause.sys_errno, 110);
	assert_int_equal(r.cause.status, 503);
	assert_int_equal(r.cause.octets, 17);
	assert_int_equal(r.cause.rtt_us, 4000000000u);
	assert_addr(&r.cause.from, &report.cause.from);
	assert_addr(&r.from, &report.from);
	assert_int_equal(r.rtt_us, 1234);
	strbuf_fini(&b);
}

static void
a_join_comes_back_whole(void **state)
{
	const struct probewire_join j = { .token = TOKEN, .monitor = 9,
	    .control = true,
	    .known = report, .to = { .addr = { .family = AF_INET,
	    .octets = { 10, 0, 0, 1 } }, .port = 65535 } };
	struct strbuf b = { 0 };
	struct probewire_frame f;
	struct probewire_join got;

	(void)state;
	probewire_put_join(&b, &j);
	f = only_frame(&b);
	assert_true(probewire_get_join(&f, &got));
	assert_int_equal(got.token, TOKEN);
	assert_int_equal(got.monitor, 9);
	assert_int_equal(got.known.health.history, report.health.history);
	assert_addr(&got.known.cause.from, &report.cause.from);
	assert_addr(&got.to.addr, &j.to.addr);
	assert_int_equal(got.to.port, 65535);
	strbuf_fini(&b);
}

static void
a_monitor_comes_back_whole(void **state)
{
	const struct probewire_monitor m = { .number = 3,
	    .words = "gtm monitor tcp", .name = "/Common/x",
	    .text = "a b c", .text_len = 5 };
	struct strbuf b = { 0 };
	struct probewire_frame f;
	struct probewire_monitor got;

	(void)state;
	probewire_put_monitor(&b, &m);
	f = only_frame(&b);
	assert_true(probewire_get_monitor(&f, &got));
	assert_int_equal(got.number, 3);
	assert_string_equal(got.words, m.words);
	assert_string_equal(got.name, m.name);
	assert_int_equal(got.text_len, 5);
	assert_memory_equal(got.text, "a b c", 5);
	strbuf_fini(&b);
}

static void
the_short_ones_come_back(void **state)
{
	struct strbuf b = { 0 };
	struct probewire_frame f;
	enum health_state s;
	uint32_t number;
	uint64_t token;

	(void)state;
	probewire_put_forget(&b, 70000);
	f = only_frame(&b);
	assert_true(probewire_get_forget(&f, &number));
	assert_int_equal(number, 70000);
	strbuf_clear(&b);
	probewire_put_leave(&b, TOKEN);
	f = only_frame(&b);
	assert_true(probewire_get_leave(&f, &token));
	assert_int_equal(token, TOKEN);
	strbuf_clear(&b);
	probewire_put_recall(&b, TOKEN, HEALTH_DOWN);
	f = only_frame(&b);
	assert_true(probewire_get_recall(&f, &token, &s));
	assert_int_equal(s, HEALTH_DOWN);
	strbuf_fini(&b);
}

static void
counts_come_back_row_by_row(void **state)
{
	struct probestat rows[2] = { { .started = 5 }, { .started = 6 } };
	struct probestat got_rows[2] = { 0 };
	const struct probewire_counts c = { .started = UINT64_C(1) << 40,
	    .late_us_max = 7, .in_flight = 8, .waiting = 9, .doubt = { true, 3, 2, 77 },
	    .row_count = 2, .rows = rows };
	struct probewire_counts got = { .row_count = 2, .rows = got_rows };
	struct strbuf b = { 0 };
	struct probewire_frame f;

	(void)state;
	rows[1].results[PROBE_STATUS] = 44;
	rows[0].delay.n[HISTOGRAM_BOUNDS] = 45;
	rows[1].duration.sum_us = 46;
	probewire_put_counts(&b, &c);
	f = only_frame(&b);
	assert_true(probewire_get_counts(&f, &got));
	assert_int_equal(got.started, c.started);
	assert_int_equal(got.waiting, 9);
	assert_true(got.doubt.doubting);
	assert_int_equal(got.doubt.controls, 3);
	assert_int_equal(got.doubt.silent, 2);
	assert_int_equal(got.doubt.withheld, 77);
	assert_memory_equal(rows, got_rows, sizeof(rows));
	got.row_count = 1;		/* of another program */
	assert_false(probewire_get_counts(&f, &got));
	strbuf_fini(&b);
}

/* A frame that comes octet by octet is a frame with the last one only. */
static void
a_cut_frame_waits(void **state)
{
	struct strbuf b = { 0 };
	struct probewire_frame f;

	(void)state;
	probewire_put_report(&b, TOKEN, &report);
	for (size_t n = 0; n < b.len; n++)
		assert_int_equal(probewire_next(b.text, n, &f), 0);
	strbuf_fini(&b);
}

static void
what_is_no_frame_is_refused(void **state)
{
	static const uint8_t none[] = { 0, 0, 0, 0, 1 };
	static const uint8_t long_one[] = { 0, 0x10, 0, 1, 1 };
	static const uint8_t kind[] = { 0, 0, 0, 1, PROBEWIRE_GAUGE + 1 };
	struct probewire_frame f;

	(void)state;
	assert_int_equal(probewire_next(none, sizeof(none), &f), -1);
	assert_int_equal(probewire_next(long_one, sizeof(long_one), &f), -1);
	assert_int_equal(probewire_next(kind, sizeof(kind), &f), -1);
}

/* Each octet that holds an enum, a family or a slot: one more than there is. */
static void
values_out_of_range_are_refused(void **state)
{
	static const struct { size_t at; uint8_t octet; } bad[] = {
		{ 5 + 5, 0x10 },	/* slot 2^20 */
		{ 5 + 8, 3 },		/* state */
		{ 5 + 9, 3 },		/* found */
		{ 5 + 32, 2 },		/* held */
		{ 5 + 41, PROBESTAT_CODES },	/* newest */
		{ 5 + 42, PROBE_ABSTAIN + 1 },	/* outcome */
		{ 5 + 43, PROBESTAT_CODES },	/* code */
		{ 5 + 60, 5 },		/* IP version */
	};
	struct probereport r;
	uint64_t token;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct strbuf b = { 0 };
		struct probewire_frame f;

		probewire_put_report(&b, TOKEN, &report);
		b.text[bad[i].at] = (char)bad[i].octet;
		f = only_frame(&b);
		if (probewire_get_report(&f, &token, &r))
			fail_msg("octet %zu as %u was taken", bad[i].at,
			    bad[i].octet);
		strbuf_fini(&b);
	}
}

/* Neither too little nor too much is a body. */
static void
bodies_of_another_length_are_refused(void **state)
{
	uint8_t body[256] = { 0 };
	struct probereport r;
	struct probewire_join j;
	unsigned reports = 0, joins = 0;
	uint64_t token;

	(void)state;
	for (size_t n = 0; n <= sizeof(body); n++) {
		const struct probewire_frame f = { .body = body, .len = n };

		reports += probewire_get_report(&f, &token, &r);
		joins += probewire_get_join(&f, &j);
	}
	assert_int_equal(reports, 1);
	assert_int_equal(joins, 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_comes_back_whole),
		cmocka_unit_test(a_join_comes_back_whole),
		cmocka_unit_test(a_monitor_comes_back_whole),
		cmocka_unit_test(the_short_ones_come_back),
		cmocka_unit_test(counts_come_back_row_by_row),
		cmocka_unit_test(a_cut_frame_waits),
		cmocka_unit_test(what_is_no_frame_is_refused),
		cmocka_unit_test(values_out_of_range_are_refused),
		cmocka_unit_test(bodies_of_another_length_are_refused),
	};

	return cmocka_run_group_tests_name("probewire", tests, NULL, NULL);
}
