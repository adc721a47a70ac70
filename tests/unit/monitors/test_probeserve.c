/* tests/unit/monitors/test_probeserve.c - a prober probes what it is told to,
 * and tells what is new, no more.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/monitors/rig.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "core/model/tmos_write.h"
#include "core/model/type.h"
#include "monitors/probeserve.h"
#include "monitors/probewire.h"
#include "monitors/sightboard.h"

#define SLOT(n)	(UINT64_C(1) << 32 | (n))

static struct probeserve *server;
static struct sightboard *sights;
static int peer, end;
static unsigned heard[PROBEWIRE_GAUGE + 1];	/* frames, by kind */
static struct probereport last;

static int
set_up(void **state)
{
	struct probeserve_config c = { .probes = fakeprobe_types,
	    .monitors = monitor_types };
	struct err e;
	int pair[2];

	(void)state;
	rig_open(&rig, 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0, pair), 0);
	peer = pair[0];
	c.fd = end = pair[1];
	c.loop = rig.loop;
	c.sights = sights = sightboard_new(&e);
	assert_non_null(sights);
	server = probeserve_new(&c, &e);
	assert_non_null(server);
	memset(heard, 0, sizeof(heard));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	probeserve_free(&server);
	sightboard_free(&sights);
	(void)close(peer);
	(void)close(end);
	rig_close(&rig);
	return 0;
}

/* Says what b holds, and b is empty. */
static void
say(struct strbuf *b)
{
	assert_int_equal(write(peer, b->text, b->len), b->len);
	strbuf_fini(b);
	rig_run(&rig, 0);
}

static void
hear(void)
{
	static char octets[1 << 20];
	ssize_t len = read(peer, octets, sizeof(octets)), off = 0;
	struct probewire_frame f;
	uint64_t token;
	long n;

	while (off < len && (n = probewire_next(octets + off,
	    (size_t)(len - off), &f)) > 0) {
		heard[f.kind]++;
		if (f.kind == PROBEWIRE_REPORT)
			assert_true(probewire_get_report(&f, &token, &last));
		off += n;
	}
}

static void
put_monitor(struct strbuf *b, uint32_t number)
{
	struct strbuf text = { 0 };
	struct probewire_monitor m = { .number = number,
	    .words = rig.monitor->obj.type->words,
	    .name = rig.monitor->obj.name };

	tmos_write_object(&text, &rig.monitor->obj, true);
	m.text = text.text;
	m.text_len = text.len;
	probewire_put_monitor(b, &m);
	strbuf_fini(&text);
}

static void
put_join(struct strbuf *b, uint64_t token, uint16_t port,
    enum health_state known)
{
	const struct probewire_join j = { .token = token, .monitor = 1,
	    .known.health = { .state = known, .found = known }, .to = { .addr = { .family = AF_INET,
	    .octets = { 10, 0, 0, 1 } }, .port = port } };

	probewire_put_join(b, &j);
}

/* The monitor's own values count there: an interval of 7 s. */
static void
it_probes_as_the_monitor_says(void **state)
{
	struct strbuf b = { 0 };

	(void)state;
	rig_change(&rig, "interval", "7");
	put_monitor(&b, 1);
	put_join(&b, SLOT(0), 80, HEALTH_UNKNOWN);
	say(&b);
	rig_run(&rig, 71 * CLOCK_S);
	assert_in_range(fakeprobe.starts, 10, 12);
	hear();
	assert_int_equal(last.health.state, HEALTH_UP);
	assert_int_equal(last.newest, PROBE_OK);
}

/* A hundred places, ten minutes: a report each, and counters once a second and
 * shortly after news. */
static void
what_changes_nothing_is_not_told(void **state)
{
	struct strbuf b = { 0 };

	(void)state;
	put_monitor(&b, 1);
	for (uint16_t i = 0; i < 100; i++)
		put_join(&b, SLOT(i), (uint16_t)(100 + i), HEALTH_UNKNOWN);
	say(&b);
	for (unsigned i = 0; i < 600; i++) {
		rig_run(&rig, CLOCK_S);
		hear();
	}
	assert_true(fakeprobe.starts > 1900);
	assert_int_equal(heard[PROBEWIRE_REPORT], 100);
	assert_in_range(heard[PROBEWIRE_COUNTS], 599, 701);
	fakeprobe.outcome[100] = PROBE_DOWN;
	rig_run(&rig, 31 * CLOCK_S);
	hear();
	assert_int_equal(heard[PROBEWIRE_REPORT], 101);
	assert_int_equal(last.health.state, HEALTH_DOWN);
	fakeprobe.outcome[100] = PROBE_SILENT;	/* another reason is news */
	rig_run(&rig, 61 * CLOCK_S);
	hear();
	assert_int_equal(heard[PROBEWIRE_REPORT], 102);
	assert_int_equal(last.cause.outcome, PROBE_SILENT);
}

/* A peer who does not read costs a place in a list, not memory; when it reads,
 * it gets what is true by then, once. */
static void
news_that_wait_become_newer(void **state)
{
	struct strbuf b = { 0 };
	int room = 1;

	(void)state;
	(void)setsockopt(end, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	rig_change(&rig, "interval", "1");
	put_monitor(&b, 1);
	put_join(&b, SLOT(0), 80, HEALTH_UNKNOWN);
	say(&b);
	for (unsigned i = 0; i < 20000; i++) {
		fakeprobe.outcome[80] = i % 2 != 0 ? PROBE_UP : PROBE_DOWN;
		rig_run(&rig, CLOCK_S);
	}
	fakeprobe.outcome[80] = PROBE_DOWN;
	rig_run(&rig, 2 * CLOCK_S);
	for (unsigned i = 0; i < 1000; i++) {
		hear();
		rig_run(&rig, 0);
	}
	assert_true(heard[PROBEWIRE_REPORT] < 10000);
	assert_int_equal(last.health.state, HEALTH_DOWN);
}

static void
a_known_state_is_kept_until_it_changes(void **state)
{
	struct strbuf b = { 0 };

	(void)state;
	put_monitor(&b, 1);
	put_join(&b, SLOT(3), 80, HEALTH_DOWN);
	put_join(&b, SLOT(4), 81, HEALTH_UP);
	fakeprobe.outcome[81] = PROBE_DOWN;
	say(&b);
	rig_run(&rig, 31 * CLOCK_S);
	hear();
	assert_int_equal(heard[PROBEWIRE_REPORT], 2);
}

static void
who_leaves_is_not_probed(void **state)
{
	struct strbuf b = { 0 };
	size_t starts;

	(void)state;
	put_monitor(&b, 1);
	put_join(&b, SLOT(0), 80, HEALTH_UNKNOWN);
	say(&b);
	rig_run(&rig, CLOCK_S);
	starts = fakeprobe.starts;
	assert_int_equal(starts, 1);
	probewire_put_leave(&b, SLOT(0));
	probewire_put_forget(&b, 1);
	say(&b);
	rig_run(&rig, 100 * CLOCK_S);
	assert_int_equal(fakeprobe.starts, starts);
	assert_int_equal(fakeprobe.specs, 0);
}

/* A loop that was told to stop does not wait. */
static void
assert_stopped(void)
{
	loop_run(rig.loop);
}

static void
it_ends_with_its_parent(void **state)
{
	(void)state;
	(void)shutdown(peer, SHUT_RDWR);
	rig_run(&rig, 0);
	assert_stopped();
}

static void
nonsense_ends_it(void **state)
{
	struct strbuf b = { 0 };

	(void)state;
	put_join(&b, SLOT(0), 80, HEALTH_UNKNOWN);	/* by what monitor? */
	say(&b);
	assert_stopped();
}

static void
a_slot_has_one_place(void **state)
{
	struct strbuf b = { 0 };

	(void)state;
	put_monitor(&b, 1);
	put_join(&b, SLOT(0), 80, HEALTH_UNKNOWN);
	put_join(&b, SLOT(0), 81, HEALTH_UNKNOWN);
	say(&b);
	assert_stopped();
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(it_probes_as_the_monitor_says),
		TEST(what_changes_nothing_is_not_told),
		TEST(news_that_wait_become_newer),
		TEST(a_known_state_is_kept_until_it_changes),
		TEST(who_leaves_is_not_probed),
		TEST(it_ends_with_its_parent),
		TEST(nonsense_ends_it),
		TEST(a_slot_has_one_place),
	};

	return cmocka_run_group_tests_name("probeserve", tests, NULL, NULL);
}
