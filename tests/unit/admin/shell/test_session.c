/* tests/unit/admin/shell/test_session.c - commands carried out: where the
 * operator stands, which daemon is asked, where a script ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/shell/catalog.h"
#include "admin/shell/complete.h"
#include "core/base/err.h"
#include "tests/unit/admin/shell/shellsession.h"

static const struct shelldaemon_answer yes[] = {
	{ "POST /mgmt/tm/", 200, "{}", NULL },
	{ NULL, 0, NULL, NULL }
};

static void
modes_and_folders_complete_names(void **state)
{
	struct shellsession t;

	(void)state;
	shellsession_open(&t, yes);
	assert_int_equal(shellsession_run(&t, "cd /T\ngtm pool\n"
	    "create a p ttl 1\nexit\nexit\ncd ..\n/ gtm\n"
	    "create pool a q; create / gtm pool a r; /\ncreate gtm pool a s"),
	    0);
	assert_string_equal(shelldaemon_asked(t.daemon),
	    "POST /mgmt/tm/gtm/pool/a {\"name\":\"/T/p\",\"ttl\":1}\n"
	    "POST /mgmt/tm/gtm/pool/a {\"name\":\"/Common/q\"}\n"
	    "POST /mgmt/tm/gtm/pool/a {\"name\":\"/Common/r\"}\n"
	    "POST /mgmt/tm/gtm/pool/a {\"name\":\"/Common/s\"}\n");
	assert_false(t.s->ended);
	shellsession_close(&t);
}

static void
a_script_ends_at_its_first_mistake(void **state)
{
	struct shellsession t;

	(void)state;
	shellsession_open(&t, yes);
	assert_int_equal(shellsession_run(&t, "create gtm pool a p\n"
	    "frobnicate\ncreate gtm pool a q\n"), 1);
	assert_string_equal(shelldaemon_asked(t.daemon),
	    "POST /mgmt/tm/gtm/pool/a {\"name\":\"/Common/p\"}\n");
	assert_string_equal(t.problems, "gtmsh: frobnicate: unknown command\n");
	assert_int_equal(shellsession_run(&t, "create gtm pool a p {\n"), 2);
	assert_int_equal(shellsession_run(&t, "quit\ncreate gtm pool a p"), 0);
	assert_true(t.s->ended);
	assert_string_equal(shelldaemon_asked(t.daemon), "");
	shellsession_close(&t);
}

static void
help_is_no_command(void **state)
{
	struct shellsession t;

	(void)state;
	shellsession_open(&t, NULL);
	assert_int_equal(shellsession_run(&t, "create gtm pool a p ttl ?"), 0);
	assert_non_null(strstr(t.out, "<number"));
	assert_int_equal(shellsession_run(&t, "help list gtm"), 0);
	assert_non_null(strstr(t.out, "wideip"));
	assert_int_equal(shellsession_run(&t, "quit ?"), 0);
	assert_string_equal(t.out, "Nothing more can stand here.\n");
	assert_string_equal(shelldaemon_asked(t.daemon), "");
	shellsession_close(&t);
}

/* The deployment guide's chapter on EtherIP, word for word. */
static void
net_is_the_other_daemons(void **state)
{
	static const struct shelldaemon_answer net[] = {
		{ "GET /mgmt/tm/net/describe", 200, shelldaemon_net, NULL },
		{ "POST /mgmt/tm/", 200, "{}", NULL },
		{ NULL, 0, NULL, NULL }
	};
	struct shelldaemon *etherip = shelldaemon_new(net);
	struct shellsession t;

	(void)state;
	assert_int_equal(setenv("GTMSH_NET_SOCKET", shelldaemon_socket(etherip),
	    1), 0);
	shellsession_open(&t, yes);
	if (shellsession_run(&t, "net tunnel\n"
	    "create tunnel eip profile etherip local-address 10.133.64.245 "
	    "remote-address 10.133.65.245\n"
	    "save / sys config\nquit\n") != 0)
		fail_msg("%s", t.problems);
	assert_string_equal(shelldaemon_asked(etherip),
	    "POST /mgmt/tm/net/tunnels/tunnel {\"name\":\"/Common/eip\","
	    "\"profile\":\"/Common/etherip\",\"localAddress\":"
	    "\"10.133.64.245\",\"remoteAddress\":\"10.133.65.245\"}\n"
	    "POST /mgmt/tm/sys/config {\"command\":\"save\"}\n");
	assert_string_equal(shelldaemon_asked(t.daemon),
	    "POST /mgmt/tm/sys/config {\"command\":\"save\"}\n");
	shellsession_close(&t);

	shellsession_open(&t, yes);
	if (shellsession_run(&t, "net vlan-group\n"
	    "create vg-eip mode transparent members add { eip } "
	    "members add { vlan-server1}\nquit\n") != 0)
		fail_msg("%s", t.problems);
	assert_string_equal(shelldaemon_asked(etherip),
	    "POST /mgmt/tm/net/vlan-group {\"name\":\"/Common/vg-eip\","
	    "\"mode\":\"transparent\",\"members\":[\"/Common/eip\","
	    "\"/Common/vlan-server1\"]}\n");
	assert_string_equal(shelldaemon_asked(t.daemon), "");
	shellsession_close(&t);
	shelldaemon_free(&etherip);
}

static void
a_daemon_that_does_not_run_is_named(void **state)
{
	struct shellsession t;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(setenv("GTMSH_NET_SOCKET", "/nowhere/net.sock", 1), 0);
	shellsession_open(&t, yes);
	assert_int_equal(shellsession_run(&t, "net tunnel"), 1);
	assert_string_equal(t.problems, "gtmsh: net: etheripd cannot be asked: "
	    "/nowhere/net.sock: No such file or directory\n");
	assert_int_equal(shellsession_run(&t, "create net vlan-group x"), 1);
	/* Inside a module it may be a name, and is one. */
	assert_int_equal(shellsession_run(&t, "gtm pool a\ncreate net ttl 5"),
	    0);
	assert_string_equal(shelldaemon_asked(t.daemon),
	    "POST /mgmt/tm/gtm/pool/a {\"name\":\"/Common/net\",\"ttl\":5}\n");
	shellsession_close(&t);
	assert_null(session_new("/nowhere/gtm.sock", &e));
	assert_non_null(strstr(e.text, "gtm: gtmd cannot be asked"));
}

/* Where gtmd is not, etheripd may be all there is to talk to. */
static void
one_daemon_is_enough(void **state)
{
	static const struct shelldaemon_answer net[] = {
		{ "GET /mgmt/tm/net/describe", 200, shelldaemon_net, NULL },
		{ "GET /mgmt/tm/net/vlan-group", 200, "{}", NULL },
		{ NULL, 0, NULL, NULL }
	};
	struct shelldaemon *etherip = shelldaemon_new(net);
	struct session *s;
	struct err e;
	size_t used;

	(void)state;
	assert_int_equal(setenv("GTMSH_NET_SOCKET", shelldaemon_socket(etherip),
	    1), 0);
	s = session_new("/nowhere/gtm.sock", &e);
	assert_non_null(s);
	assert_int_equal(session_run(s, "list net vlan-group", &used), 0);
	assert_string_equal(shelldaemon_asked(etherip),
	    "GET /mgmt/tm/net/vlan-group?text=list\n");
	session_free(&s);
	shelldaemon_free(&etherip);
}

static void
keep_name(void *arg, const char *name)
{
	char *seen = arg;
	size_t len = strlen(seen);

	(void)snprintf(seen + len, 64 - len, "%s ", name);
}

/* What is not there has none, and nobody is troubled with it. */
static void
items_are_those_of_the_object(void **state)
{
	static const struct shelldaemon_answer answers[] = {
		{ "GET /mgmt/tm/gtm/pool/a/~T~p", 200, "{\"members\":["
		  "{\"name\":\"s:v\"},{\"name\":\"s:w\"},{}],"
		  "\"others\":[{\"name\":\"x\"}]}", NULL },
		{ NULL, 0, NULL, NULL }
	};
	struct catalog_type pool = { .words = "gtm pool a",
	    .path = "/mgmt/tm/gtm/pool/a" };
	struct shellsession t;
	char seen[64] = "";

	(void)state;
	shellsession_open(&t, answers);
	session_each_item(t.s, &(struct complete_item){ &pool, "/T/p", "members" },
	    keep_name, seen);
	assert_string_equal(seen, "s:v s:w ");
	session_each_item(t.s, &(struct complete_item){ &pool, "/T/q", "members" },
	    keep_name, seen);
	assert_string_equal(seen, "s:v s:w ");
	shellsession_close(&t);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes_and_folders_complete_names),
		cmocka_unit_test(a_script_ends_at_its_first_mistake),
		cmocka_unit_test(help_is_no_command),
		cmocka_unit_test(net_is_the_other_daemons),
		cmocka_unit_test(a_daemon_that_does_not_run_is_named),
		cmocka_unit_test(one_daemon_is_enough),
		cmocka_unit_test(items_are_those_of_the_object),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
