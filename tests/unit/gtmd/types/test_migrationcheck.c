/* tests/unit/gtmd/types/test_migrationcheck.c - rules of migrations across
 * properties and objects.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/migrationcheck.h"

#include "tests/unit/gtmd/types/conf.h"

#define POOLS								\
	"gtm pool a p { members { s:a { } } monitor tcp }\n"		\
	"gtm pool a q { members { s:b { } } monitor tcp }\n"		\
	"gtm pool a o { members { s:a { } } monitor tcp }\n"
#define WIDE(rows)							\
	"gtm wideip a www.example.com { pools { p { } q { } } " rows " }\n"
#define PLACES								\
	"gtm hypervisor l { datacenter dc program x }\n"		\
	"gtm hypervisor lw { datacenter dc program x wom-control /w }\n" \
	"gtm hypervisor r { datacenter dc program x }\n"		\
	"gtm hypervisor re { datacenter dc program x eip-control /e "	\
	"vlan-group vg }\n"						\
	"gtm hypervisor q0 { datacenter dc driver qmp qmp-socket /%h }\n" \
	"gtm hypervisor q1 { datacenter dc driver qmp qmp-socket /%h "	\
	"migrate-address 10.0.0.1:4444 }\n"				\
	"gtm hypervisor q2 { datacenter dc driver qmp qmp-socket /%h "	\
	"migrate-address 10.0.0.2:65000 }\n"				\
	"gtm hypervisor q3 { datacenter dc driver qmp qmp-socket /%h "	\
	"migrate-address 10.0.0.3:4444 storage-address 10.0.0.3:5555 "	\
	"storage-incoming-address 127.0.0.1:64520 }\n"
#define SITES	POOLS WIDE("pool-lb-mode ratio") PLACES
#define APP	"wideip a www.example.com from-pool p to-pool q "
#define WAY	"from-hypervisor l to-hypervisor r "
#define HOST	"hosts { v { } } "
#define MIG(rows)	SITES "gtm migration m { " rows "}\n"

static void
the_application_is_one_of_ours(void **state)
{
	static const struct conf_case cases[] = {
		{ MIG(APP WAY HOST), NULL },
		{ MIG("wideip a www.example.com from-pool p to-pool p " WAY
		  HOST), "to-pool: /Common/p is from-pool, too" },
		{ MIG("wideip a www.example.com from-pool p to-pool o " WAY
		  HOST), "to-pool: /Common/o is none of the pools of gtm "
		  "wideip a /Common/www.example.com" },
		{ MIG("wideip a www.example.com from-pool o to-pool q " WAY
		  HOST), "from-pool: /Common/o is none of the pools" },
		{ MIG("wideip a www.example.net from-pool p to-pool q " WAY
		  HOST), "www.example.net" },
		{ MIG("wideip a www.example.com from-pool p to-pool none2 " WAY
		  HOST), "none2" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(cases); i++) {
		struct conf c;
		char *found;

		conf_open(&c, cases[i].text);
		found = conf_findings(&c);
		if (cases[i].want == NULL ? c.diag.count != 0 :
		    c.diag.errors == 0 || strstr(found, cases[i].want) == NULL)
			fail_msg("of\n%s\nfound\n%s", cases[i].text, found);
		free(found);
		conf_close(&c);
	}
}

/* Shares are ratios; a flip needs none. */
static void
a_plan_of_shares_needs_ratio(void **state)
{
#define UNDER(lb, plan)	POOLS WIDE(lb) PLACES				\
    "gtm migration m { " APP WAY HOST plan " }\n"
	static const struct conf_case cases[] = {
		{ UNDER("", "plan flip-at"), NULL },
		{ UNDER("", "plan follow"), "plan: follow needs pool-lb-mode "
		  "ratio at gtm wideip a /Common/www.example.com" },
		{ UNDER("", "plan steps"), "plan: steps needs" },
		{ UNDER("pool-lb-mode topology", "plan manual"),
		  "plan: manual needs" },
		{ UNDER("pool-lb-mode ratio", "plan follow"), NULL },
		{ UNDER("persistence enabled", ""),
		  "wideip: persistence of /Common/www.example.com keeps clients" },
		{ UNDER("min-active-members 1", ""),
		  "wideip: min-active-members of /Common/www.example.com is 1" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
hosts_have_somewhere_to_go(void **state)
{
	static const struct conf_case cases[] = {
		{ MIG(APP WAY), "hosts: there are none" },
		{ MIG(APP "to-hypervisor r " HOST), "host v: from-hypervisor: "
		  "neither the host nor the migration has one" },
		{ MIG(APP "from-hypervisor l " HOST), "host v: to-hypervisor: "
		  "neither the host nor the migration has one" },
		{ MIG(APP "from-hypervisor l to-hypervisor l " HOST),
		  "to-hypervisor: /Common/l is from-hypervisor, too" },
		{ MIG(APP WAY "hosts { v { to-hypervisor q1 } }"),
		  "/Common/l and /Common/q1 have different drivers" },
		{ MIG(APP WAY "hosts { v { port-offset 2 } }"),
		  "host v: port-offset: it has no effect without driver qmp" },
		{ MIG(APP "from-hypervisor l to-hypervisor re " HOST),
		  "station: none: /e is not told where the machine is" },
		{ MIG(APP "from-hypervisor l to-hypervisor re hosts { v { "
		  "station 02:00:00:00:00:01 } }"), NULL },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

/* What could never get there is refused; what could not come back is told. */
static void
a_machine_of_qemu_has_a_door_at_each_place(void **state)
{
#define QMP(from, to, rows)	MIG(APP "from-hypervisor " from		\
    " to-hypervisor " to " hosts { v { " rows " } } ")
	static const struct conf_case cases[] = {
		{ QMP("q1", "q2", ""), NULL },
		{ QMP("q1", "q0", ""), "host v: to-hypervisor: /Common/q0 has no "
		  "migrate-address: no machine gets there" },
		{ QMP("q0", "q1", ""), "host v: from-hypervisor: /Common/q0 has no "
		  "migrate-address: no machine could be taken back" },
		{ QMP("q3", "q1", "storage 8"), "host v: to-hypervisor: /Common/q1 "
		  "has no storage-address, and storage is 8: no disk gets there" },
		{ QMP("q1", "q3", "storage 8"), "from-hypervisor: /Common/q1 has no "
		  "storage-address: no machine could be taken back" },
		{ QMP("q1", "q2", "port-offset 535"), NULL },
		{ QMP("q1", "q2", "port-offset 536"), "host v: port-offset: 536 is "
		  "outside 0..535: migrate-address of /Common/q2 has port 65000" },
		{ QMP("q3", "q1", "port-offset 1016"), "port-offset: 1016 is outside "
		  "0..1015: storage-incoming-address of /Common/q3 has port 64520" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
no_two_hosts_have_the_same_place(void **state)
{
#define TWO(a, b)	"hosts { v { " a " } w { " b " } } "
#define QMP_WAY		"from-hypervisor q1 to-hypervisor q2 "
	static const struct conf_case cases[] = {
		{ MIG(APP WAY TWO("station 02:00:00:00:00:01",
		  "station 02:00:00:00:00:02")), NULL },
		{ MIG(APP WAY TWO("station 02:00:00:00:00:ab",
		  "station 02:00:00:00:00:AB")),
		  "station: 02:00:00:00:00:ab is that of v, too" },
		{ MIG(APP WAY TWO("addresses { 10.0.0.1 10.0.0.2 }",
		  "addresses { 10.0.0.2 }")), "addresses: 10.0.0.2 is that" },
		{ MIG(APP QMP_WAY TWO("", "")), NULL },
		{ MIG(APP QMP_WAY "concurrency 2 " TWO("", "")),
		  "port-offset: 0 is that of v, too, and concurrency is 2" },
		{ MIG(APP QMP_WAY "concurrency 2 " TWO("", "port-offset 1")),
		  NULL },
		{ MIG(APP WAY "concurrency 2 " TWO("", "")), NULL },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
guards_are_whole(void **state)
{
	static const struct conf_case cases[] = {
		{ MIG(APP WAY HOST "lag-url http://10.0.0.1/x "),
		  "lag-url: it needs lag-expression" },
		{ MIG(APP WAY HOST "lag-expression $.x "),
		  "lag-expression: it needs lag-url" },
		{ MIG(APP WAY HOST "lag-url http://10.0.0.1/x "
		  "lag-expression \"a {b\" "), "lag-expression: " },
		{ MIG(APP WAY HOST "lag-url http://10.0.0.1/x "
		  "lag-expression mysql_lag_seconds "), NULL },
		{ MIG(APP WAY HOST "lag-max 3 "),
		  "lag-max: it has no effect without lag-url" },
		{ MIG(APP WAY HOST "slo-p95-max 3 "),
		  "slo-p95-max: it has no effect without slo-url or "
		  "slo-monitors" },
		{ MIG(APP WAY HOST "slo-p95-max 3 slo-monitors enabled "), NULL },
		{ "gtm pool a p { members { s:a { } } }\n"
		  "gtm pool a q { members { s:b { monitor tcp } } }\n"
		  WIDE("pool-lb-mode ratio") PLACES "gtm migration m { " APP WAY
		  HOST "slo-monitors enabled }\n",
		  "slo-monitors: nobody monitors pool /Common/p" },
		{ MIG(APP WAY HOST "guard-interval 500 "),
		  "guard-interval: it has no effect without slo-url or lag-url" },
		{ MIG(APP WAY HOST "residual-threshold 5 "), "residual-threshold: "
		  "it has no effect without relay-application" },
		{ MIG(APP WAY HOST "slo-url http://10.0.0.1/ slo-window 5 "), NULL },
		{ MIG(APP WAY HOST "slo-url http://10.0.0.1/ slo-window 4 "),
		  "slo-window: 4 s have room for 4 looks at a guard-interval of "
		  "1000 ms, and nothing is judged by fewer than 5" },
		{ MIG(APP WAY HOST "slo-url http://10.0.0.1/ guard-interval "
		  "6001 "), "slo-window: 30 s have room for 4 looks" },
		{ MIG(APP WAY HOST "plan follow flip-at 3 "),
		  "flip-at: it has no effect without plan flip-at" },
		{ MIG(APP WAY HOST "steps { 3 } "),
		  "steps: it has no effect without plan steps" },
		{ MIG(APP WAY HOST "relay-application x "),
		  "relay-application: it needs a from-hypervisor with" },
		{ MIG(APP "from-hypervisor lw to-hypervisor r " HOST
		  "relay-application x "), NULL },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
what_would_do_nothing_is_told(void **state)
{
	static const struct conf_case cases[] = {
		{ MIG(APP WAY "order smallest hosts { v { } w { } } "),
		  "order: smallest: storage and memory of all hosts are 0" },
		{ MIG(APP WAY "order smallest hosts { v { } w { memory 1 } } "),
		  NULL },
		{ MIG(APP WAY HOST "ttl 30 "), NULL },
		{ POOLS "gtm pool a s { ttl 5 members { s:a { } } monitor tcp }\n"
		  "gtm wideip a www.example.com { pools { p { } s { } } }\n" PLACES
		  "gtm migration m { wideip a www.example.com from-pool p to-pool "
		  "s " WAY HOST "ttl 6 }\n", "ttl: 6 s is over the 5 s of pool "
		  "/Common/s: caches keep its answers for longer" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

static void
a_demand_that_nobody_can_carry_is_told_with_its_arithmetic(void **state)
{
	static const struct conf_case cases[] = {
		{ MIG(APP WAY "hosts { v { capacity 2 } w { } } demand 3 "),
		  NULL },
		{ MIG(APP WAY "hosts { v { capacity 2 } w { } } demand 4 "),
		  "demand: 4 is over the capacity of all hosts, 3" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_application_is_one_of_ours),
		cmocka_unit_test(a_plan_of_shares_needs_ratio),
		cmocka_unit_test(hosts_have_somewhere_to_go),
		cmocka_unit_test(a_machine_of_qemu_has_a_door_at_each_place),
		cmocka_unit_test(no_two_hosts_have_the_same_place),
		cmocka_unit_test(guards_are_whole),
		cmocka_unit_test(what_would_do_nothing_is_told),
		cmocka_unit_test(
		    a_demand_that_nobody_can_carry_is_told_with_its_arithmetic),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
