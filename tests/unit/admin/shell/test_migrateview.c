/* tests/unit/admin/shell/test_migrateview.c - migrations as pages for people.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "admin/shell/migrateview.h"
#include "core/base/strbuf.h"
#include "core/model/json.h"

static void
page_has(const char *state, const char *log, const char *const *parts)
{
	struct json *j = json_literal(state);
	struct json *l = log != NULL ? json_literal(log) : NULL;
	struct strbuf b;

	strbuf_init(&b);
	migrateview_format(&b, j, l, false);
	for (; *parts != NULL; parts++)
		if (strstr(b.text, *parts) == NULL)
			fail_msg("no \"%s\" in\n%s", *parts, b.text);
	strbuf_fini(&b);
	json_free(&l);
	json_free(&j);
}

static void
one_that_was_not_started_says_so(void **state)
{
	static const char *const parts[] = { "gtm migration /Common/m\n",
	    "planned: has not been started\n", NULL };

	(void)state;
	page_has("{\"migration\":\"/Common/m\",\"phase\":\"planned\"}", NULL,
	    parts);
}

static void
bars_show_hosts_and_clients(void **state)
{
	static const char *const parts[] = {
		"  moving: 1 of 2\n", "run 3, begun 2026-11-16 00:00:00Z, for "
		"1 min 5 s, all there in 1 h 1 min",
		"hosts    [######--------------]  33 % of capacity, 1 of 2 "
		"hosts", "clients  [##------------------]  10 % sent to the new "
		"site (being set)",
		"  a /Common/www: /Common/p -> /Common/q\n",
		"  waits    for noon\n",
		"paused   lunch", "held     too much",
		"a     there    [####################] 100 %",
		"b     storage  [##########----------]  50 %  1.5 MiB  1 KiB/s  "
		"copying", NULL
	};

	(void)state;
	page_has("{\"migration\":\"/Common/m\",\"line\":\"moving: 1 of 2\","
	    "\"wideip\":\"a /Common/www\",\"fromPool\":\"/Common/p\","
	    "\"toPool\":\"/Common/q\",\"waitsFor\":\"for noon\","
	    "\"run\":3,\"begun\":1794787200123,\"lasted\":65000,\"eta\":3661,"
	    "\"final\":false,\"there\":1,\"capacity\":3,\"capacityThere\":1,"
	    "\"pausedWhy\":\"lunch\",\"traffic\":{\"share\":10,\"settled\":"
	    "false,\"held\":\"too much\"},\"hosts\":[{\"name\":\"a\","
	    "\"phase\":\"there\",\"moved\":1024},{\"name\":\"b\",\"phase\":"
	    "\"storage\",\"octets\":1572864,\"total\":3145728,\"rate\":1024,"
	    "\"note\":\"copying\"}]}", NULL, parts);
}

static void
the_way_home_and_failures_are_told(void **state)
{
	static const char *const parts[] = {
		"a     memory (back)", "b     failed", "the disk is full",
		"c     home           [####################] 100 %",
		"rescue: both sites answer", ", all home in 5 s\n", NULL
	};

	(void)state;
	page_has("{\"migration\":\"/Common/m\",\"run\":1,\"phase\":"
	    "\"rolling-back\",\"eta\":5,\"traffic\":{\"share\":"
	    "100,\"settled\":true,\"rescue\":true},\"hosts\":[{\"name\":\"c\","
	    "\"phase\":\"waiting\",\"back\":true},{\"name\":\"a\","
	    "\"phase\":\"memory\",\"back\":true},{\"name\":\"b\",\"phase\":"
	    "\"failed\",\"why\":\"the disk is full\",\"octets\":9,\"total\":3}]}",
	    NULL, parts);
}

static void
late_connections_are_told_by_network(void **state)
{
	static const char *const parts[] = {
		"  relay    open, /Common/late\n",
		"  late     12 connections, 3 in the last 60 s (5 may), 1 open, "
		"2 KiB\n", "           198.51.100.0/24: 10 connections, 1.5 KiB\n",
		"  relay    womd is away\n", NULL
	};

	(void)state;
	page_has("{\"migration\":\"/Common/m\",\"run\":1,\"relay\":{\"state\":"
	    "\"open\",\"application\":\"/Common/late\"},\"relayWhy\":\"womd is "
	    "away\",\"late\":{\"connections\":12,\"residual\":3,\"window\":60,"
	    "\"threshold\":5,\"open\":1,\"octets\":2048,\"networks\":["
	    "{\"network\":\"198.51.100.0/24\",\"connections\":10,\"octets\":"
	    "1536}]}}", NULL, parts);
}

static void
a_dry_run_tells_what_would_fail(void **state)
{
	static const char *const parts[] = {
		"  dry run  it would fail: 1 of 2 steps so far\n",
		"           memory vm: no room\n", NULL
	};
	static const char *const under_way[] = {
		"  dry run  under way: 0 steps so far\n", NULL
	};
	static const char *const well[] = {
		"  dry run  it would go well: 1 steps\n", NULL
	};
	static const char *const all[] = {
		"  dry run  it would fail: 1 of 1 steps\n",
		"           prepare: no tunnel\n", NULL
	};

	(void)state;
	page_has("{\"migration\":\"/Common/m\",\"rehearsal\":{\"over\":false,"
	    "\"ok\":true,\"steps\":[]}}", NULL, under_way);
	page_has("{\"migration\":\"/Common/m\",\"rehearsal\":{\"over\":true,"
	    "\"ok\":true,\"steps\":[{\"step\":\"prepare\",\"ok\":true}]}}",
	    NULL, well);
	page_has("{\"migration\":\"/Common/m\",\"rehearsal\":{\"over\":true,"
	    "\"ok\":false,\"steps\":[{\"step\":\"prepare\",\"ok\":false,"
	    "\"text\":\"no tunnel\"}]}}", NULL, all);
	page_has("{\"migration\":\"/Common/m\",\"rehearsal\":{\"over\":false,"
	    "\"ok\":false,\"steps\":[{\"step\":\"prepare\",\"ok\":true},"
	    "{\"step\":\"memory\",\"host\":\"vm\",\"ok\":false,\"text\":"
	    "\"no room\"}]}}", NULL, parts);
}

static void
the_last_records_stand_below(void **state)
{
	static const char *const parts[] = {
		"at                    phase   event             host  by    text",
		"2026-11-16 00:00:00Z  moving  step-done memory  a           done",
		"2026-11-16 00:00:01Z  moving  advanced                root  30 %: "
		"enough", NULL
	};

	(void)state;
	page_has("{\"migration\":\"/Common/m\"}", "{\"items\":[{\"at\":"
	    "1794787200000,\"phase\":\"moving\",\"event\":\"step-done\","
	    "\"step\":\"memory\",\"host\":\"a\",\"text\":\"done\"},{\"at\":"
	    "1794787201000,\"phase\":\"moving\",\"event\":\"advanced\","
	    "\"user\":\"root\",\"share\":30,\"text\":\"enough\"}]}",
	    parts);
}

static void
what_may_be_asked_is_told(void **state)
{
	static const char *const parts[] = {
		"commands pause, abort, roll-back\n", NULL
	};
	static const char *const lead[] = { "commands start\n", NULL };

	(void)state;
	page_has("{\"migration\":\"/Common/m\",\"run\":1,\"commands\":[\"pause\","
	    "\"abort\",\"roll-back\"]}", NULL, parts);
	page_has("{\"migration\":\"/Common/m\",\"commands\":[\"start\"]}", NULL,
	    lead);
}

static void
what_people_wrote_does_not_steer_a_terminal(void **state)
{
	static const char *const parts[] = { "paused   tea?[2Jtime\n",
	    "the ?end?", NULL };

	(void)state;
	page_has("{\"migration\":\"/Common/m\",\"line\":\"the \\u001bend\\n\","
	    "\"pausedWhy\":\"tea\\u001b[2Jtime\"}", NULL, parts);
}

static void
event_is(const char *text, const char *want)
{
	struct json *j = json_literal(text);
	struct strbuf b;

	strbuf_init(&b);
	migrateview_event(&b, j);
	assert_string_equal(b.text, want);
	strbuf_fini(&b);
	json_free(&j);
}

static void
an_event_is_a_sentence(void **state)
{
	(void)state;
	event_is("{\"migration\":\"/Common/m\",\"phase\":\"moving\",\"event\":"
	    "\"step-done\",\"step\":\"memory\",\"host\":\"vm1\"}",
	    "/Common/m is moving: step-done memory of vm1");
	event_is("{\"migration\":\"/Common/m\",\"phase\":\"moving\",\"event\":"
	    "\"advanced\",\"user\":\"root\",\"share\":25,\"text\":\"so\\u001b"
	    "be it\"}", "/Common/m is moving: advanced by root, 25 %: so?be it");
}

static void
a_log_alone_is_a_table(void **state)
{
	struct json *l = json_literal("{\"items\":[{\"at\":1794787200000,"
	    "\"phase\":\"done\",\"event\":\"relayed\"}]}");
	struct strbuf b;

	(void)state;
	strbuf_init(&b);
	migrateview_log(&b, l, false);
	assert_string_equal(b.text,
	    "at                    phase  event    host  by  text\n"
	    "2026-11-16 00:00:00Z  done   relayed            \n");
	strbuf_fini(&b);
	json_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_was_not_started_says_so),
		cmocka_unit_test(bars_show_hosts_and_clients),
		cmocka_unit_test(the_way_home_and_failures_are_told),
		cmocka_unit_test(a_dry_run_tells_what_would_fail),
		cmocka_unit_test(late_connections_are_told_by_network),
		cmocka_unit_test(the_last_records_stand_below),
		cmocka_unit_test(what_may_be_asked_is_told),
		cmocka_unit_test(what_people_wrote_does_not_steer_a_terminal),
		cmocka_unit_test(a_log_alone_is_a_table),
		cmocka_unit_test(an_event_is_a_sentence),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
