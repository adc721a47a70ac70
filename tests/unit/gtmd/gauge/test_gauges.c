/* tests/unit/gtmd/gauge/test_gauges.c - who reads off which page follows the
 * configuration, and only numbers are told.
 *
 * A store over a file, both ends of a prober, a page served by the test itself,
 * virtual time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/base/diag.h"
#include "core/base/log.h"
#include "core/base/obj.h"
#include "core/io/loop.h"
#include "core/model/store.h"
#include "core/model/store_dir.h"
#include "gtmd/decide/measures.h"
#include "gtmd/gauge/gaugedesk.h"
#include "gtmd/gauge/gaugepage.h"
#include "gtmd/gauge/gaugereader.h"
#include "gtmd/gauge/gauges.h"
#include "gtmd/types/gtm.h"
#include "tests/unit/core/base/tempdir.h"
#include "tests/unit/monitors/afar.h"
#include "tests/unit/monitors/peer.h"

#define MONITOR(lines)	"gtm monitor metrics m { destination 127.0.0.1:%u\n" \
			" interval 10\n timeout 40\n " lines " }\n"
#define DC		"gtm datacenter dc { }\n"
#define SERVER(own, a, b)						\
	"gtm server S { datacenter dc\n product generic-host\n" own "\n" \
	" virtual-servers { a { destination 10.0.0.1:80\n" a " }\n"	\
	" b { destination 10.0.0.2:80\n" b " } } }\n"
#define USES	"metrics-monitor m"

struct stage {
	struct loop	*loop;
	struct store	*store;
	struct measures	*measures;
	struct gauges	*gauges;
	struct peer	 peer;
	char		 reply[65536];
	size_t		 pages, readers;	/* of count */
	const struct gaugepage *page;		/* the last one counted */
};

static int
set_up(void **state)
{
	static struct stage t;
	struct store_backend *be;

	assert_int_equal(tempdir_set_up(state), 0);
	memset(&t, 0, sizeof(t));
	assert_int_equal(afar_set_up(state), 0);
	t.loop = afar.rig.loop;
	tempdir_write(tempdir_file(&tempdir, "gtm.conf"), "", 0);
	be = store_dir_open(tempdir_file(&tempdir, "gtm.conf"), NULL, NULL);
	assert_non_null(be);
	t.store = store_new(&gtm_schema, &be);
	t.measures = measures_new(t.loop);
	t.gauges = gauges_new(t.loop, t.store, t.measures, afar.link);
	peer_open(&t.peer, t.loop);
	t.peer.text = t.reply;
	*state = &t;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *t = *state;

	gauges_free(&t->gauges);
	measures_free(&t->measures);
	store_free(&t->store);
	peer_shut(&t->peer);
	loop_poll(t->loop);
	(void)afar_tear_down(state);
	return tempdir_tear_down(state);
}

/* fmt: the monitor, with a place for the port. */
static void
configure(struct stage *t, const char *fmt, const char *rest)
{
	char text[8192];
	struct diag out;
	int n;

	/* The formats are those of MONITOR, which the tests alone write. */
	n = snprintf(text, sizeof(text), "%s", DC);
	for (const char *at = fmt; *at != '\0'; at++)
		n += strncmp(at, "%u", 2) != 0 ?
		    snprintf(text + n, sizeof(text) - (size_t)n, "%c", *at) :
		    (at++, snprintf(text + n, sizeof(text) - (size_t)n, "%u",
		    t->peer.at.port));
	n += snprintf(text + n, sizeof(text) - (size_t)n, "%s", rest);
	tempdir_write(tempdir_file(&tempdir, "gtm.conf"), text, (size_t)n);
	diag_init(&out);
	if (store_load(t->store, false, &out) != 0)
		fail_msg("%s", out.entries[0].text);
	diag_fini(&out);
}

static void
says(struct stage *t, const char *page)
{
	(void)snprintf(t->reply, sizeof(t->reply), "HTTP/1.0 200 OK\r\n\r\n%s",
	    page);
}

static void
on_page(void *arg, const struct gaugepage *p)
{
	struct stage *t = arg;

	t->pages++;
	t->page = p;
	LIST_EACH(&p->readers, it)
		t->readers++;
}

static void
expect(struct stage *t, size_t pages, size_t readers)
{
	t->pages = t->readers = 0;
	t->page = NULL;
	gauges_each(t->gauges, on_page, t);
	if (t->pages != pages || t->readers != readers)
		fail_msg("%zu pages with %zu readers", t->pages, t->readers);
}

static uint64_t
looks(const struct stage *t)
{
	const struct gaugedesk *d = gauges_desk(t->gauges);
	uint64_t sum = 0;

	for (int i = 0; i < GAUGELOOK_OUTCOMES; i++)
		sum += d->looks[i];
	return sum;
}

/* A short while: far less than an interval or a time-out. */
static void
tick(struct stage *t)
{
	loop_advance(t->loop, &afar.rig.clk, 2 * CLOCK_MS);
	loop_poll(t->loop);
}

/* Until one more look has been told of. */
static void
look(struct stage *t)
{
	uint64_t was = looks(t);

	for (int turn = 0; looks(t) == was; turn++) {
		if (turn == 100000)
			fail_msg("no look ends");
		tick(t);
	}
}

/* -1: not known. */
static int64_t
value(struct stage *t, const char *key, enum metric m)
{
	struct measures_row *r = measures_row_get(t->measures, key);
	int64_t v = metric_is_known(&r->now, m) ? (int64_t)r->now.v[m] : -1;

	measures_row_drop(&r);
	return v;
}

static void
one_page_serves_all_that_share_it(void **state)
{
	struct stage *t = *state;

	says(t, "c{v=\"a\"} 3\nc{v=\"b\"} 4\nf 5\n");
	configure(t, MONITOR("connections c\n labels v=%n\n"
	    " memory-available f"), SERVER(USES, USES, USES));
	expect(t, 1, 3);
	look(t);
	assert_int_equal(t->peer.accepted, 1);
	assert_int_equal(value(t, "/Common/S\na", METRIC_CONNECTIONS), 3);
	assert_int_equal(value(t, "/Common/S\nb", METRIC_CONNECTIONS), 4);
	/* A server has no series of its name there, a virtual server no memory. */
	assert_int_equal(value(t, "/Common/S", METRIC_CONNECTIONS), -1);
	assert_int_equal(value(t, "/Common/S\na", METRIC_MEMORY), -1);
	look(t);
	assert_int_equal(t->peer.accepted, 2);
}

/* A server's commit touches its own readers; rates go on where nothing changed. */
static void
readers_follow_the_configuration(void **state)
{
	struct stage *t = *state;
	const struct gaugepage *page;

	says(t, "c 3\n");
	configure(t, MONITOR("connections c"), SERVER("", USES, ""));
	expect(t, 1, 1);
	page = t->page;
	look(t);
	configure(t, MONITOR("connections c"), SERVER("", USES, USES));
	expect(t, 1, 2);
	assert_ptr_equal(t->page, page);
	/* Another monitor of the same name: what it told counts until it has
	 * something new. */
	configure(t, MONITOR("connections d"), SERVER("", USES, USES));
	expect(t, 1, 2);
	assert_int_equal(value(t, "/Common/S\na", METRIC_CONNECTIONS), 3);
	configure(t, MONITOR("packets-per-second d"), SERVER("", USES, USES));
	assert_int_equal(value(t, "/Common/S\na", METRIC_CONNECTIONS), -1);
	configure(t, MONITOR("connections c"), SERVER("", "", USES));
	expect(t, 1, 1);
	assert_string_equal(OBJ_OF(t->page->readers.next, struct gaugereader,
	    of_page)->name, "/Common/S:b");
	look(t);
	assert_int_equal(value(t, "/Common/S\nb", METRIC_CONNECTIONS), 3);
	configure(t, MONITOR("connections c"), SERVER("", "", ""));
	expect(t, 0, 0);
	assert_int_equal(value(t, "/Common/S\nb", METRIC_CONNECTIONS), -1);
	configure(t, MONITOR("connections c"), "");
	expect(t, 0, 0);
}

/* Paths with %n are pages of their own. */
static void
a_path_for_each_is_a_page_for_each(void **state)
{
	struct stage *t = *state;

	says(t, "{\"c\": 3}");
	configure(t, MONITOR("connections $.c\n format json\n path /x/%n"),
	    SERVER("", USES "\n ltm-name /Common/web", USES));
	expect(t, 2, 2);
	/* The peer serves one at a time. */
	configure(t, MONITOR("connections $.c\n format json\n path /x/%n"),
	    SERVER("", USES "\n ltm-name /Common/web", ""));
	expect(t, 1, 1);
	look(t);
	assert_non_null(strstr(t->peer.heard, "GET /x/web HTTP/1.1\r\n"));
	assert_int_equal(value(t, "/Common/S\na", METRIC_CONNECTIONS), 3);
}

static void
values_end_when_the_page_is_gone(void **state)
{
	struct stage *t = *state;
	const struct gaugedesk *d = gauges_desk(t->gauges);

	says(t, "c 3\n");
	configure(t, MONITOR("connections c"), SERVER("", USES, ""));
	look(t);
	peer_close_door(&t->peer);
	look(t);
	for (int i = 0; i < GAUGELOOK_OUTCOMES; i++)
		if (d->looks[i] != (i == FETCH_OK || i == FETCH_REFUSED))
			fail_msg("%ju %s", (uintmax_t)d->looks[i],
			    gaugepage_outcome_name(i));
	assert_int_equal(value(t, "/Common/S\na", METRIC_CONNECTIONS), 3);
	loop_advance(t->loop, &afar.rig.clk, 41 * CLOCK_S);
	assert_int_equal(value(t, "/Common/S\na", METRIC_CONNECTIONS), -1);
}

static void
what_is_no_number_is_counted_and_not_told(void **state)
{
	static const struct {
		const char *page;
		enum gauge_outcome want;
	} row[] = {
		{ "c NaN\n", GAUGE_NAN }, { "c -3\n", GAUGE_NEGATIVE },
		{ "c 1e30\n", GAUGE_HUGE }, { "d 3\n", GAUGE_MISSING },
		{ "", GAUGE_MISSING }, { "<html>\n", GAUGE_MISSING },
		{ "c 3\nc 3\n", GAUGE_TWICE },
	};
	struct stage *t = *state;
	const struct gaugedesk *d = gauges_desk(t->gauges);

	says(t, "c 3\n");
	configure(t, MONITOR("connections c"), SERVER("", USES, ""));
	look(t);
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		uint64_t was = d->values[row[i].want];

		says(t, row[i].page);
		look(t);
		assert_int_equal(d->values[row[i].want], was + 1);
		/* Three looks later what was told has ended by itself. */
		if (i < 3)
			assert_int_equal(value(t, "/Common/S\na",
			    METRIC_CONNECTIONS), 3);
	}
	assert_int_equal(d->values[GAUGE_OK], 1);
	assert_int_equal(d->bad, 1);
}

static void
a_document_too_deep_is_none(void **state)
{
	struct stage *t = *state;
	const struct gaugedesk *d = gauges_desk(t->gauges);
	size_t n;

	says(t, "");
	n = strlen(t->reply);
	memset(t->reply + n, '[', sizeof(t->reply) - n - 1);
	t->reply[sizeof(t->reply) - 1] = '\0';
	configure(t, MONITOR("connections $.c\n format json"),
	    SERVER("", USES, ""));
	look(t);
	assert_int_equal(d->looks[GAUGELOOK_NOT_JSON], 1);
	assert_int_equal(value(t, "/Common/S\na", METRIC_CONNECTIONS), -1);
}

/* Whoever leaves while a page is on its way is told nothing of it. */
static void
a_reader_may_leave_in_the_middle(void **state)
{
	struct stage *t = *state;

	says(t, "c 3\n");
	t->peer.drip = 1;
	configure(t, MONITOR("connections c"), SERVER("", USES, USES));
	while (t->peer.sent < 5)
		tick(t);
	configure(t, MONITOR("connections c"), SERVER(USES, "", USES));
	look(t);
	assert_int_equal(value(t, "/Common/S\na", METRIC_CONNECTIONS), -1);
	assert_int_equal(value(t, "/Common/S\nb", METRIC_CONNECTIONS), 3);
	/* And who came too late for this one waits for the next. */
	assert_int_equal(value(t, "/Common/S", METRIC_CONNECTIONS), -1);
	look(t);
	assert_int_equal(value(t, "/Common/S", METRIC_CONNECTIONS), 3);
	configure(t, MONITOR("connections c"), "");
	expect(t, 0, 0);
}

/* What was told stays, and the next prober is told of all there is; a rate has
 * to begin anew. */
static void
a_new_prober_goes_on(void **state)
{
	struct stage *t = *state;

	says(t, "c 3\nb 100\n");
	configure(t, MONITOR("connections c\n bits-per-second rate(b)"),
	    SERVER("", USES, USES));
	look(t);
	look(t);
	assert_int_equal(value(t, "/Common/S\na", METRIC_BITS), 0);
	afar_kill();
	says(t, "c 4\nb 200\n");
	configure(t, MONITOR("connections c\n bits-per-second rate(b)"),
	    SERVER("", USES, ""));
	assert_int_equal(value(t, "/Common/S\na", METRIC_CONNECTIONS), 3);
	look(t);
	assert_int_equal(afar.starts, 2);
	expect(t, 1, 1);
	assert_int_equal(value(t, "/Common/S\na", METRIC_CONNECTIONS), 4);
	assert_int_equal(value(t, "/Common/S\na", METRIC_BITS), 0);
	assert_int_equal(t->page->looks, 3);
	assert_int_equal(OBJ_OF(t->page->readers.next, struct gaugereader,
	    of_page)->last[METRIC_BITS], GAUGE_FIRST);
	look(t);
	assert_int_equal(gauges_desk(t->gauges)->values[GAUGE_OK], 2 + 2 + 2 +
	    1 + 2);
}

static void
nobody_to_ask_is_an_outcome(void **state)
{
	struct stage *t = *state;
	char text[128];

	configure(t, "gtm monitor metrics m { connections c }\n",
	    SERVER(USES, "", ""));
	look(t);
	expect(t, 1, 1);
	assert_string_equal(gaugepage_words(t->page, text, sizeof(text)),
	    "no address or port to ask");
}

int
main(void)
{
#define T(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(one_page_serves_all_that_share_it),
		T(readers_follow_the_configuration),
		T(a_path_for_each_is_a_page_for_each),
		T(values_end_when_the_page_is_gone),
		T(what_is_no_number_is_counted_and_not_told),
		T(a_document_too_deep_is_none),
		T(a_reader_may_leave_in_the_middle),
		T(a_new_prober_goes_on),
		T(nobody_to_ask_is_an_outcome),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
