/* tests/unit/monitors/test_gaugeserve.c - the prober looks at the pages it is told
 * of, tells numbers, and is not hurt by what a page holds.
 *
 * Pages are served by the test itself, in virtual time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/model/object.h"
#include "core/model/prop.h"
#include "core/model/type.h"
#include "monitors/gaugeserve.h"
#include "monitors/gaugewire.h"
#include "monitors/probewire.h"
#include "tests/unit/monitors/peer.h"

#define HEAD	5		/* of a frame */
#define ALL	0x7fu

static struct gaugeserve *serve;
static struct strbuf out;
static struct peer peer;
static struct monitor_metrics *monitor;
static unsigned flushes;
/* What was told last, and how often. */
static struct gaugewire_reading reading;
static struct gaugelook_result looked;
static unsigned readings, looks;

static struct object *
on_monitor(void *arg, unsigned number)
{
	(void)arg;
	return number == 1 ? &monitor->base.obj : number == 2 ?
	    &rig.monitor->obj : NULL;
}

static void
on_flush(void *arg)
{
	(void)arg;
	flushes++;
}

static void
set(const char *name, const char *value)
{
	const struct prop *p = prop_find(monitor_metrics_type.props, name,
	    NULL);
	struct err e;

	if (p == NULL || prop_set(p, monitor, value, &e) != 0)
		fail_msg("%s", e.text);
}

static int
set_up(void **state)
{
	struct gaugeserve_config c = { .out = &out, .monitor = on_monitor,
	    .flush = on_flush };
	struct err e;

	(void)state;
	rig_open(&rig, 0);
	peer = (struct peer){ .text = "" };
	peer_open(&peer, rig.loop);
	monitor = (struct monitor_metrics *)object_new(&monitor_metrics_type,
	    "/Common/page");
	set("connections", "c");
	set("interval", "10");
	readings = looks = flushes = 0;
	c.loop = rig.loop;
	serve = gaugeserve_new(&c, &e);
	assert_non_null(serve);
	return 0;
}

static int
tear_down(void **state)
{
	struct object *o = &monitor->base.obj;

	(void)state;
	gaugeserve_free(&serve);
	object_unref(&o);
	strbuf_fini(&out);
	peer_shut(&peer);
	rig_run(&rig, 0);
	rig_close(&rig);
	return 0;
}

static bool
say(const struct gaugewire_message *m)
{
	struct strbuf b = { 0 };
	bool well;

	gaugewire_put(&b, m);
	well = gaugeserve_hear(serve, b.text + HEAD, b.len - HEAD);
	strbuf_fini(&b);
	return well;
}

static bool
say_page(uint64_t id, uint32_t number)
{
	const struct gaugewire_message m = { .kind = GAUGEWIRE_PAGE, .page = {
	    .id = id, .monitor = number, .to = peer.at, .path = "/" } };

	return say(&m);
}

static bool
say_reader(uint64_t page, uint64_t id)
{
	const struct gaugewire_message m = { .kind = GAUGEWIRE_READER,
	    .reader = { .page = page, .id = id, .wants = ALL,
	    .label = "web" } };

	return say(&m);
}

static bool
say_end(enum gaugewire_kind kind, uint64_t id)
{
	const struct gaugewire_message m = { .kind = kind, .ended = id };

	return say(&m);
}

static void
hear(void)
{
	struct gaugewire_message m;
	struct probewire_frame f;
	size_t off = 0;
	long n;

	while ((n = probewire_next(out.text + off, out.len - off, &f)) > 0) {
		assert_int_equal(f.kind, PROBEWIRE_GAUGE);
		assert_true(gaugewire_get(f.body, f.len, &m));
		if (m.kind == GAUGEWIRE_READING) {
			reading = m.reading;
			readings++;
		} else {
			assert_int_equal(m.kind, GAUGEWIRE_LOOKED);
			looked = m.looked.result;
			looks++;
		}
		off += (size_t)n;
	}
	strbuf_clear(&out);
}

/* Until one more look has been told of; ret what became of it. */
static int
look(void)
{
	unsigned was = looks;

	for (int turn = 0; looks == was; turn++) {
		if (turn == 100000)
			fail_msg("no look ends");
		loop_advance(rig.loop, &rig.clk, 2 * CLOCK_MS);
		hear();
	}
	return looked.outcome;
}

static void
numbers_are_told_and_no_octet_of_the_page(void **state)
{
	(void)state;
	peer.text = "HTTP/1.0 200 OK\r\n\r\nc{v=\"web\"} 3\nc{v=\"x\"} 4\nd\n";
	set("labels", "v=%n");
	assert_true(say_page(7, 1));
	assert_true(say_reader(7, 8));
	assert_int_equal(look(), FETCH_OK);
	assert_int_equal(readings, 1);
	assert_int_equal(reading.reader, 8);
	for (int i = 0; i < MONITOR_METRICS_WHATS; i++)
		assert_int_equal(reading.values[i].outcome,
		    i == MONITOR_METRICS_CONNECTIONS ? GAUGE_OK : GAUGE_NONE);
	assert_int_equal(reading.values[MONITOR_METRICS_CONNECTIONS].value, 3);
	assert_int_equal(looked.samples, 2);
	assert_int_equal(looked.bad, 1);
	assert_int_equal(looked.octets, 26);
	assert_int_equal(flushes, 1);
	/* An interval later, again. */
	assert_int_equal(look(), FETCH_OK);
	assert_int_equal(readings, 2);
}

/* Who asks for more than there can be is no parent of ours. */
static void
what_cannot_be_is_refused(void **state)
{
	(void)state;
	assert_false(say_page(1, 3));		/* no such monitor */
	assert_false(say_page(1, 2));		/* it reads no pages */
	assert_false(say_reader(1, 2));		/* no such page */
	assert_false(say_end(GAUGEWIRE_PAGE_END, 1));
	assert_false(say_end(GAUGEWIRE_READER_END, 2));
	assert_false(say_end(GAUGEWIRE_LOOKED, 1));
	assert_true(say_page(1, 1));
	assert_false(say_page(1, 1));
	assert_true(say_reader(1, 2));
	assert_false(say_reader(1, 2));
	assert_false(say_end(GAUGEWIRE_PAGE_END, 1));	/* it is read */
	assert_true(say_end(GAUGEWIRE_READER_END, 2));
	assert_true(say_end(GAUGEWIRE_PAGE_END, 1));
}

/* Whoever leaves in the middle is told nothing; who comes then, at the next. */
static void
readers_come_and_go_in_the_middle(void **state)
{
	(void)state;
	peer.text = "HTTP/1.0 200 OK\r\n\r\nc 3\n";
	peer.drip = 1;
	assert_true(say_page(1, 1));
	assert_true(say_reader(1, 2));
	while (peer.sent < 5)
		loop_advance(rig.loop, &rig.clk, CLOCK_MS);
	assert_true(say_end(GAUGEWIRE_READER_END, 2));
	assert_true(say_reader(1, 3));
	assert_int_equal(look(), FETCH_OK);
	assert_int_equal(readings, 0);
	assert_int_equal(look(), FETCH_OK);
	assert_int_equal(reading.reader, 3);
}

static void
a_page_without_end_ends(void **state)
{
	static char fill[65536];

	(void)state;
	memset(fill, 'y', sizeof(fill) - 1);
	peer.mood = PEER_ENDLESS;
	peer.text = "HTTP/1.0 200 OK\r\n\r\n";
	peer.fill = fill;
	assert_true(say_page(1, 1));
	assert_true(say_reader(1, 2));
	assert_int_equal(look(), FETCH_LARGE);
	assert_true(peer.poured < 4 * GAUGELOOK_TEXT_MAX);
	assert_int_equal(readings, 0);
}

/* One octet at a time, for longer than there is time. */
static void
a_slow_page_ends_on_time(void **state)
{
	mono_ns start;

	(void)state;
	peer.mood = PEER_HANG;
	assert_true(say_page(1, 1));
	start = loop_now_ns(rig.loop);
	assert_int_equal(look(), FETCH_TIMEOUT);
	assert_in_range(loop_now_ns(rig.loop) - start, 5 * CLOCK_S,
	    5 * CLOCK_S + 100 * CLOCK_MS);
}

static void
too_many_samples_that_matter_are_an_outcome(void **state)
{
	struct strbuf page = { 0 };

	(void)state;
	strbuf_add(&page, "HTTP/1.0 200 OK\r\n\r\n");
	for (size_t i = 0; i <= GAUGESEEN_MAX; i++)
		strbuf_printf(&page, "c{a=\"%zu\"} 1\nd{a=\"%zu\"} 1\n", i, i);
	peer.text = page.text;
	assert_true(say_page(1, 1));
	assert_true(say_reader(1, 2));
	assert_int_equal(look(), GAUGELOOK_SAMPLES);
	assert_int_equal(readings, 0);
	peer.text = "HTTP/1.0 200 OK\r\n\r\nc 1\n";
	assert_int_equal(look(), FETCH_OK);
	strbuf_fini(&page);
}

static void
a_sample_twice_is_no_number(void **state)
{
	(void)state;
	set("packets-per-second", "d");
	peer.text = "HTTP/1.0 200 OK\r\n\r\nc{a=\"1\",b=\"2\"} 3\nd 1\n"
	    "c{b=\"2\",a=\"1\"} 3\n";
	assert_true(say_page(1, 1));
	assert_true(say_reader(1, 2));
	assert_int_equal(look(), FETCH_OK);
	assert_int_equal(reading.values[MONITOR_METRICS_CONNECTIONS].outcome,
	    GAUGE_TWICE);
	assert_int_equal(reading.values[MONITOR_METRICS_PACKETS].outcome,
	    GAUGE_OK);
}

/* The wall clock has no part in it, wherever it jumps. */
static void
rates_go_by_the_clock_that_does_not_jump(void **state)
{
	const real_s years = (real_s)10 * 365 * 86400;
	struct gaugeset_value v;
	mono_ns was, now, want;

	(void)state;
	set("bits-per-second", "rate(b)");
	peer.text = "HTTP/1.0 200 OK\r\n\r\nb 1000\n";
	assert_true(say_page(1, 1));
	assert_true(say_reader(1, 2));
	assert_int_equal(look(), FETCH_OK);
	was = loop_now_ns(rig.loop);
	rig.clk.fake_real += years;
	peer.text = "HTTP/1.0 200 OK\r\n\r\nb 11000\n";
	assert_int_equal(look(), FETCH_OK);
	now = loop_now_ns(rig.loop);
	want = 10000 * CLOCK_S / (now - was);
	v = reading.values[MONITOR_METRICS_BITS];
	assert_int_equal(v.outcome, GAUGE_OK);
	assert_in_range(v.value, want * 98 / 100, want * 102 / 100);
	rig.clk.fake_real -= 2 * years;
	assert_int_equal(look(), FETCH_OK);
	assert_int_equal(reading.values[MONITOR_METRICS_BITS].value, 0);
	/* A process begun anew: none this time, and then its own. */
	peer.text = "HTTP/1.0 200 OK\r\n\r\nb 10\n";
	assert_int_equal(look(), FETCH_OK);
	assert_int_equal(reading.values[MONITOR_METRICS_BITS].outcome,
	    GAUGE_RESET);
	assert_int_equal(look(), FETCH_OK);
	assert_int_equal(reading.values[MONITOR_METRICS_BITS].value, 0);
}

/* What nobody reads is not looked at: it would have to be kept. */
static void
an_unread_peer_is_waited_for(void **state)
{
	char *much = mem_zalloc(1, (size_t)2 << 20);

	(void)state;
	peer.text = "HTTP/1.0 200 OK\r\n\r\nc 3\n";
	strbuf_add_len(&out, much, (size_t)2 << 20);
	assert_true(say_page(1, 1));
	rig_run(&rig, 60 * CLOCK_S);
	assert_int_equal(peer.accepted, 0);
	strbuf_clear(&out);
	assert_int_equal(look(), FETCH_OK);
	free(much);
}

static void
nobody_to_ask_is_told_each_time(void **state)
{
	const struct gaugewire_message m = { .kind = GAUGEWIRE_PAGE,
	    .page = { .id = 1, .monitor = 1, .path = "/" } };

	(void)state;
	assert_true(say(&m));
	assert_int_equal(look(), GAUGELOOK_NO_TARGET);
	assert_int_equal(look(), GAUGELOOK_NO_TARGET);
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
		T(numbers_are_told_and_no_octet_of_the_page),
		T(what_cannot_be_is_refused),
		T(readers_come_and_go_in_the_middle),
		T(a_page_without_end_ends),
		T(a_slow_page_ends_on_time),
		T(too_many_samples_that_matter_are_an_outcome),
		T(a_sample_twice_is_no_number),
		T(rates_go_by_the_clock_that_does_not_jump),
		T(an_unread_peer_is_waited_for),
		T(nobody_to_ask_is_told_each_time),
	};

	return cmocka_run_group_tests_name("gaugeserve", tests, NULL, NULL);
}
