/* tests/unit/gtmd/types/test_hypervisor.c - places that machines move from or to.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/hypervisor.h"

#include "core/base/err.h"
#include "tests/unit/gtmd/types/conf.h"

static void
every_property_is_read(void **state)
{
	static const struct conf_value v[] = {
		{ "datacenter", "/Common/dc" }, { "description", "rack 3" },
		{ "driver", "qmp" }, { "eip-control", "/run/eip.sock" },
		{ "enabled", "disabled" },
		{ "incoming-address", "127.0.0.1:4444" },
		{ "migrate-address", "10.133.59.245:4444" },
		{ "program", "none" }, { "qmp-socket", "/run/100%%/%h.qmp" },
		{ "storage-address", "2001:db8::5.10809" },
		{ "storage-incoming-address", "::1.10809" },
		{ "user", "none" }, { "vlan-group", "vg-eip" },
		{ "wom-control", "/run/wom.sock" },
	};

	(void)state;
	CONF_HOLDS("gtm hypervisor h {\ndatacenter dc\ndescription \"rack 3\"\n"
	    "driver qmp\neip-control /run/eip.sock\ndisabled\n"
	    "incoming-address 127.0.0.1:4444\n"
	    "migrate-address 10.133.59.245:4444\n"
	    "qmp-socket /run/100%%/%h.qmp\n"
	    "storage-address 2001:db8::5.10809\n"
	    "storage-incoming-address [::1]:10809\nvlan-group vg-eip\n"
	    "wom-control /run/wom.sock\n}\n", &hypervisor_type, "/Common/h", v);
}

#define HV(rows)	"gtm hypervisor h {\ndatacenter dc\n" rows "\n}\n"
#define QMP(rows)	HV("driver qmp\nqmp-socket /q\n" rows)

static void
what_a_driver_needs_is_there(void **state)
{
	static const struct conf_case cases[] = {
		{ HV("program \"move --fast\""), NULL },
		{ QMP(""), NULL },
		{ HV(""), "program: driver exec needs one" },
		{ HV("driver qmp"), "qmp-socket: driver qmp needs one" },
		{ "gtm hypervisor h { program x }\n", "datacenter" },
		{ HV("program x\nqmp-socket /q"),
		  "qmp-socket: driver exec does not look at it" },
		{ HV("program x\nmigrate-address 10.0.0.1:1"),
		  "migrate-address: driver exec does not look at it" },
		{ HV("program x\nmigrate-address 10.0.0.1:1\nwom-control /w"),
		  NULL },
		{ QMP("user u"), "user: driver qmp does not look at it" },
		{ QMP("incoming-address 127.0.0.1:1"),
		  "incoming-address: it needs migrate-address" },
		{ QMP("storage-incoming-address 127.0.0.1:1"),
		  "storage-incoming-address: it needs storage-address" },
		{ QMP("vlan-group vg"), "vlan-group: it needs eip-control" },
		{ QMP("eip-control /e"), "eip-control: it needs vlan-group" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
values_that_could_never_work_are_refused(void **state)
{
	static const struct conf_case cases[] = {
		{ QMP("migrate-address *:4444"), "it is an address and a port" },
		{ QMP("migrate-address 10.0.0.1:*"), "it is an address and a port" },
		{ HV("driver qmp\nqmp-socket run/q\nenabled"), "start with a /" },
		{ QMP("wom-control wom.sock"), "start with a /" },
		{ HV("program x\nuser root"), "runs as root" },
		{ HV("program x\nuser 0"), "runs as root" },
		{ HV("program x\nuser a/b"), "no name of a user" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(cases); i++) {
		struct conf c;
		char *found;

		conf_open(&c, cases[i].text);
		found = conf_findings(&c);
		if (c.diag.errors == 0 || strstr(found, cases[i].want) == NULL)
			fail_msg("of\n%s\nfound\n%s", cases[i].text, found);
		free(found);
		conf_close(&c);
	}
}

/* Anything else behind a % might mean something some day. */
static void
a_socket_has_the_machines_name_alone(void **state)
{
	static const char *const bad[] = { "/a/%n", "/a/%", "/%%%" };
	const struct prop *p = prop_find(hypervisor_type.props, "qmp-socket",
	    NULL);
	struct object *o = object_new(&hypervisor_type, "/Common/h");
	struct err e;

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(bad); i++)
		assert_int_equal(prop_set(p, o, bad[i], &e), ERR_PARSE);
	assert_int_equal(prop_set(p, o, "/%h/%%h", &e), 0);
	object_unref(&o);
}

static void
a_program_is_words_with_quotes_that_close(void **state)
{
	const struct prop *p = prop_find(hypervisor_type.props, "program", NULL);
	struct object *o = object_new(&hypervisor_type, "/Common/h");
	struct err e;

	(void)state;
	assert_int_equal(prop_set(p, o, "move \"two words\"", &e), 0);
	assert_int_equal(prop_set(p, o, "move \"two", &e), ERR_PARSE);
	assert_int_equal(prop_set(p, o, " ", &e), ERR_PARSE);
	object_unref(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(what_a_driver_needs_is_there),
		cmocka_unit_test(values_that_could_never_work_are_refused),
		cmocka_unit_test(a_socket_has_the_machines_name_alone),
		cmocka_unit_test(a_program_is_words_with_quotes_that_close),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
