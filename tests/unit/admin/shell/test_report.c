/* tests/unit/admin/shell/test_report.c - lists beside objects, as tables.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "admin/shell/complete.h"
#include "admin/shell/session.h"
#include "core/base/err.h"
#include "core/base/strbuf.h"
#include "tests/unit/admin/shell/shelldaemon.h"
#include "tests/unit/admin/shell/shellsession.h"

static const struct shelldaemon_answer answers[] = {
	{ "GET /mgmt/tm/gtm/persist", 200, "{\"records\": 7, \"items\": ["
	  "{\"wideip\": \"/Common/w.x\", \"type\": \"a\", \"client\": "
	  "\"192.0.2.0/24\", \"pool\": \"/Common/p\", \"member\": "
	  "\"/Common/s:v\", \"age\": 5, \"expires\": 3595},"
	  "{\"wideip\": \"/Common/z.x\", \"type\": \"a\", \"client\": "
	  "\"192.0.2.9/32\", \"age\": 0, \"expires\": 1}]}", NULL },
	{ "GET /mgmt/tm/gtm/path", 200, "{\"known\": 1, \"probesSent\": 4, "
	  "\"items\": [{\"resolver\": \"192.0.2.53\", \"datacenter\": "
	  "\"/Common/dc\", \"roundTripTime\": 12500, \"completionRate\": "
	  "75, \"age\": 3, \"asked\": 1}]}", NULL },
	{ "GET /mgmt/tm/gtm/probe?", 200, "{\"targets\": 2, \"up\": 1, "
	  "\"down\": 1, \"items\": [{\"target\": \"192.0.2.1:80\", "
	  "\"monitor\": \"/Common/web\", \"state\": \"down\", \"since\": "
	  "\"T\", \"reason\": \"connection refused\", \"latency\": 250, "
	  "\"nextProbe\": 1200, \"history\": \"110\"}, {\"target\": "
	  "\"192.0.2.2:80\", \"monitor\": \"/Common/port\"}]}", NULL },
	{ "GET /mgmt/tm/gtm/decision-log", 200, "{\"logged\": 12, "
	  "\"dropped\": 3, \"items\": [{\"time\": \"T\", \"wideip\": "
	  "\"/Common/w.x\", \"resolver\": \"192.0.2.1\", \"outcome\": "
	  "\"answer\", \"pool\": \"/Common/p\", \"method\": \"preferred\", "
	  "\"poolWhy\": \"of the pool\"}]}", NULL },
	{ NULL, 0, NULL, NULL }
};

static const struct shelldaemon_answer net[] = {
	{ "GET /mgmt/tm/net/describe", 200, shelldaemon_net, NULL },
	{ "GET /mgmt/tm/net/where", 200, "{\"items\": [{\"station\": "
	  "\"02:01:d7:01:02:03\", \"vlanGroup\": \"/Common/vg\", \"where\": "
	  "\"remote\", \"tunnel\": \"/Common/eip\", \"age\": 12.5, "
	  "\"moves\": 3, \"frozen\": false, \"damped\": true, "
	  "\"addresses\": [\"10.0.0.1\", \"fe80::1\"]}]}", NULL },
	{ NULL, 0, NULL, NULL }
};

static struct shellsession t;

static int
setup(void **state)
{
	(void)state;
	shellsession_open(&t, answers);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	shellsession_close(&t);
	return 0;
}

static void
prints(const char *command, const char *asked, const char *out)
{
	if (shellsession_run(&t, command) != 0)
		fail_msg("%s: %s", command, t.problems);
	assert_string_equal(shelldaemon_asked(t.daemon), asked);
	assert_string_equal(t.out, out);
}

static void
a_station_is_asked_for_by_its_name(void **state)
{
	struct shelldaemon *etheripd = shelldaemon_new(net);
	struct shellsession s;

	(void)state;
	(void)setenv("GTMSH_NET_SOCKET", shelldaemon_socket(etheripd), 1);
	shellsession_open(&s, answers);
	if (shellsession_run(&s, "show net where fe80::1") != 0)
		fail_msg("%s", s.problems);
	assert_string_equal(shelldaemon_asked(etheripd),
	    "GET /mgmt/tm/net/where?station=fe80::1\n");
	assert_string_equal(s.out,
	    "station            group       where        for s   moves  "
	    "frozen  damped  addresses\n"
	    "02:01:d7:01:02:03  /Common/vg  /Common/eip  12.500  3      "
	    "no      yes     10.0.0.1 fe80::1\n");
	shellsession_close(&s);
	shelldaemon_free(&etheripd);
	(void)unsetenv("GTMSH_NET_SOCKET");
}

#define PERSIST	"GET /mgmt/tm/gtm/persist\n"
#define HEADS								\
	"wide IP      type  client        pool       member       age  "	\
	"expires\n"

static void
items_are_rows_and_sums_stand_below(void **state)
{
	(void)state;
	prints("show gtm persist", PERSIST, HEADS
	    "/Common/w.x  a     192.0.2.0/24  /Common/p  /Common/s:v  5    "
	    "3595\n"
	    "/Common/z.x  a     192.0.2.9/32                          0    "
	    "1\n"
	    "records 7\n");
	prints("show gtm path dc", "GET /mgmt/tm/gtm/path\n",
	    "resolver    data center  rtt us  hops  completion %  age  "
	    "expires  asked\n"
	    "192.0.2.53  /Common/dc   12500         75            3         "
	    "    1\n"
	    "known 1, probesSent 4\n");
	prints("show gtm probe web", "GET /mgmt/tm/gtm/probe?limit=10000\n",
	    "target        monitor      state  since  last                "
	    "latency us  next ms  history\n"
	    "192.0.2.1:80  /Common/web  down   T      connection refused  "
	    "250         1200     110\n"
	    "targets 2, down 1\n");
	prints("show gtm decision-log",
	    "GET /mgmt/tm/gtm/decision-log?limit=1000\n",
	    "time  wide IP      resolver   outcome  pool       member  "
	    "method     why\n"
	    "T     /Common/w.x  192.0.2.1  answer   /Common/p          "
	    "preferred  of the pool\n"
	    "logged 12, dropped 3\n");
}

static void
a_name_or_a_pattern_leaves_out_the_others(void **state)
{
	static const char one[] =
	    "wide IP      type  client        pool  member  age  expires\n"
	    "/Common/z.x  a     192.0.2.9/32                0    1\n"
	    "records 7\n";

	(void)state;
	prints("show gtm persist z.x", PERSIST, one);
	prints("show gtm persist z*", PERSIST, one);
	prints("show gtm persist q.x", PERSIST, "records 7\n");
	assert_int_equal(shellsession_run(&t, "gtm"), 0);
	prints("show persist z.x", PERSIST, one);
}

static void
json_is_the_daemons_own(void **state)
{
	(void)state;
	assert_int_equal(shellsession_run(&t, "show gtm persist json"), 0);
	assert_non_null(strstr(t.out, "\"records\": 7"));
}

static void
more_words_than_it_takes_are_refused(void **state)
{
	(void)state;
	assert_int_equal(shellsession_run(&t, "show gtm persist a b"), 1);
	assert_non_null(strstr(t.problems, "b: not expected here"));
	assert_int_equal(shellsession_run(&t, "show gtm persist { }"), 1);
	assert_non_null(strstr(t.problems, "{: not expected here"));
	/* It is no object: nothing else can be done with it. */
	assert_int_equal(shellsession_run(&t, "list gtm persist"), 1);
}

static void
help_offers_them_behind_show_alone(void **state)
{
	(void)state;
	assert_int_equal(shellsession_run(&t, "show gtm ?"), 0);
	assert_non_null(strstr(t.out, "  decision-log "));
	assert_non_null(strstr(t.out, "  persist "));
	assert_int_equal(shellsession_run(&t, "list gtm ?"), 0);
	assert_null(strstr(t.out, "decision-log"));
}

int
main(void)
{
#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_station_is_asked_for_by_its_name),
		TEST(items_are_rows_and_sums_stand_below),
		TEST(a_name_or_a_pattern_leaves_out_the_others),
		TEST(json_is_the_daemons_own),
		TEST(more_words_than_it_takes_are_refused),
		TEST(help_offers_them_behind_show_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
