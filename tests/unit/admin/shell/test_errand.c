/* tests/unit/admin/shell/test_errand.c - words become what is posted, and what was
 * done is printed. SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/obj.h"
#include "tests/unit/admin/shell/shelldaemon.h"
#include "tests/unit/admin/shell/shellsession.h"

static const struct shelldaemon_answer gtm[] = {
	{ NULL, 0, NULL, NULL }
};
static const struct shelldaemon_answer wom[] = {
	{ "GET /mgmt/tm/wom/describe", 200, shelldaemon_net, NULL },
	{ "POST /mgmt/tm/wom/quick-start", 200, "{\"text\": \"wom made\\n\", "
	  "\"warnings\": [\"mind this\"]}", NULL },
	{ NULL, 0, NULL, NULL }
};

static const struct shelldaemon_answer net[] = {
	{ "GET /mgmt/tm/net/describe", 200, shelldaemon_net, NULL },
	{ "POST /mgmt/tm/net/freeze", 200, "{\"text\": \"frozen\\n\"}", NULL },
	{ NULL, 0, NULL, NULL }
};

static struct shelldaemon *womd, *etheripd;
static struct shellsession t;

static int
setup(void **state)
{
	(void)state;
	womd = shelldaemon_new(wom);
	(void)setenv("GTMSH_WOM_SOCKET", shelldaemon_socket(womd), 1);
	etheripd = shelldaemon_new(net);
	(void)setenv("GTMSH_NET_SOCKET", shelldaemon_socket(etheripd), 1);
	shellsession_open(&t, gtm);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	shellsession_close(&t);
	shelldaemon_free(&womd);
	shelldaemon_free(&etheripd);
	return 0;
}

static void
words_and_blocks_become_one_request(void **state)
{
	(void)state;
	if (shellsession_run(&t, "run wom quick-start wan-self-ip 192.0.2.1 "
	    "lan-vlans { eth1 eth2 } ca-file /ca.pem") != 0)
		fail_msg("%s", t.problems);
	assert_string_equal(t.out, "wom made\nwarning: mind this\n");
	assert_string_equal(shelldaemon_asked(womd),
	    "POST /mgmt/tm/wom/quick-start {\"wanSelfIp\":\"192.0.2.1\","
	    "\"lanVlans\":[\"eth1\",\"eth2\"],\"caFile\":\"/ca.pem\"}\n");
}

static void
it_goes_to_the_daemon_of_its_branch(void **state)
{
	(void)state;
	if (shellsession_run(&t, "run net freeze station 02:01:d7:01:02:03 "
	    "addresses { 10.133.63.50 } vlan-group vg-eip timeout 500") != 0)
		fail_msg("%s", t.problems);
	assert_string_equal(t.out, "frozen\n");
	assert_string_equal(shelldaemon_asked(etheripd),
	    "POST /mgmt/tm/net/freeze {\"station\":\"02:01:d7:01:02:03\","
	    "\"addresses\":[\"10.133.63.50\"],\"vlanGroup\":\"vg-eip\","
	    "\"timeout\":\"500\"}\n");
}

static void
what_is_no_errand_is_not_sent(void **state)
{
	static const struct {
		const char *command, *said;
	} row[] = {
		{ "run", "net freeze, net move, " },
		{ "run wom", "wom quick-start" },
		{ "run gtm quick-start", "is expected behind it" },
		{ "run net thaw timeout 5", "timeout: is no word of net thaw" },
		{ "run wom quick-start colour red", "colour: is no word" },
		{ "run wom quick-start { a }", "{: is no word" },
		{ "run wom quick-start cert", "cert: a value is missing" },
		{ "run wom quick-start cert { a { b } }", "words are" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(row); i++) {
		if (shellsession_run(&t, row[i].command) == 0 ||
		    strstr(t.problems, row[i].said) == NULL)
			fail_msg("%s: %s", row[i].command, t.problems);
		assert_string_equal(shelldaemon_asked(womd), "");
	}
}

int
main(void)
{
#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		RULE(words_and_blocks_become_one_request),
		RULE(it_goes_to_the_daemon_of_its_branch),
		RULE(what_is_no_errand_is_not_sent),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
