/* tests/unit/gtmd/topology/test_topology_check.c - a load tells which topology records
 * decide nothing, with their places, and which ones decide instead.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/types/conf.h"

#include "core/model/model.h"
#include "core/model/tmos_bind.h"
#include "gtmd/topology/geokeep.h"
#include "gtmd/topology/topology_check.h"
#include "gtmd/topology/topology_table.h"

#define POOL(mode)							\
	"gtm pool a p { load-balancing-mode " mode " fallback-mode none "	\
	"members { s:a { } s:b { } } }\n"
#define TO_DC	" server: datacenter /Common/dc { "
#define BY_ORDER							\
	"gtm global-settings load-balancing { topology-longest-match no }\n"

/* Of a text: what conf.h's checks find, then what topology as a whole has. */
static char *
find(struct conf *c, const char *text)
{
	struct geokeep *geo = geokeep_new("t.conf");
	struct topology_table *table;

	conf_open_clean(c, text);
	assert_int_equal(geokeep_prepare(geo, c->d, &c->diag), 0);
	table = topology_check_load(c->d, geo, &c->diag);
	topology_table_drop(&table);
	(void)geokeep_settle(geo, false);
	geokeep_free(&geo);
	return conf_findings(c);
}

struct check_case {
	const char	*text, *want;
};

static void
expect(const struct check_case *k)
{
	struct conf c;
	char *found = find(&c, k->text);

	assert_string_equal(found, k->want);
	free(found);
	conf_close(&c);
}

static void
a_record_is_told_with_its_place_and_the_one_before_it(void **state)
{
	static const struct check_case cases[] = {
		/* Narrow before wide: each decides for its clients. */
		{ POOL("topology")
		  "gtm topology ldns: subnet 10.0.0.0/8" TO_DC "}\n"
		  "gtm topology ldns: subnet 10.1.0.0/16" TO_DC "}\n", "" },
		/* By order the wide one comes first. */
		{ POOL("topology") BY_ORDER
		  "gtm topology ldns: subnet 10.0.0.0/8" TO_DC "order 1 }\n"
		  "gtm topology ldns: subnet 10.1.0.0/16" TO_DC "order 2 }\n",
		  "4:1: warning: topology record ldns: subnet 10.1.0.0/16 "
		  "server: datacenter /Common/dc: decides nothing: \"ldns: "
		  "subnet 10.0.0.0/8 server: datacenter /Common/dc\" stands "
		  "before it for all that it matches\n" },
		/* Both halves are taken. */
		{ POOL("topology")
		  "gtm topology ldns: subnet 10.0.0.0/8" TO_DC "}\n"
		  "gtm topology ldns: subnet 10.0.0.0/9" TO_DC "}\n"
		  "gtm topology ldns: subnet 10.128.0.0/9" TO_DC "}\n",
		  "2:1: warning: topology record ldns: subnet 10.0.0.0/8 "
		  "server: datacenter /Common/dc: decides nothing: \"ldns: "
		  "subnet 10.0.0.0/9 server: datacenter /Common/dc\" and "
		  "others stand before it for all that it matches\n" },
		/* One server is left to it. */
		{ POOL("topology")
		  "gtm topology ldns: subnet 10.0.0.0/8" TO_DC "}\n"
		  "gtm topology ldns: subnet 10.0.0.0/8 server: subnet "
		  "10.0.0.1/32 { }\n", "" },
		{ POOL("topology")
		  "gtm topology ldns: subnet 10.0.0.0/8" TO_DC "}\n"
		  "gtm topology ldns: subnet 10.0.0.0/8 server: subnet "
		  "10.0.0.0/30 { }\n",
		  "2:1: warning: topology record ldns: subnet 10.0.0.0/8 "
		  "server: datacenter /Common/dc: decides nothing: \"ldns: "
		  "subnet 10.0.0.0/8 server: subnet 10.0.0.0/30\" stands "
		  "before it for all that it matches\n" },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(cases); i++)
		expect(&cases[i]);
}

#define TWO								\
	"gtm topology ldns: subnet 10.0.0.0/8 server: pool q { order 1 }\n"	\
	"gtm topology ldns: subnet 10.1.0.0/16 server: pool q { order 2 }\n"

/* Without a method topology nobody is scored; pools of a wide IP are, by what
 * is said of pools. */
static void
who_is_chosen_by_topology_counts_alone(void **state)
{
	static const char wide[] = "gtm pool cname q { members { x.example "
	    "{ static-target yes } } }\ngtm pool cname r { members { y.example "
	    "{ static-target yes } } }\ngtm wideip cname w.example.com { "
	    "pool-lb-mode %s\n pools { q { } r { order 1 } } }\n%s%s";
	char text[1024];
	struct conf c;
	char *found;

	(void)state;
	expect(&(struct check_case){ POOL("round-robin") BY_ORDER
	    "gtm topology ldns: subnet 10.0.0.0/8" TO_DC "order 1 }\n"
	    "gtm topology ldns: subnet 10.1.0.0/16" TO_DC "order 2 }\n", "" });
	(void)snprintf(text, sizeof(text), wide, "round-robin", BY_ORDER, TWO);
	expect(&(struct check_case){ text, "" });
	(void)snprintf(text, sizeof(text), wide, "topology", BY_ORDER, TWO);
	found = find(&c, text);
	assert_int_equal(c.diag.warnings, 1);
	assert_non_null(strstr(found, "subnet 10.1.0.0/16 server: pool "
	    "/Common/q: decides nothing"));
	free(found);
	conf_close(&c);
}

static void
some_are_told_and_the_others_counted(void **state)
{
	struct strbuf b = { 0 };
	char want[80];
	struct conf c;
	char *found;

	(void)state;
	strbuf_add(&b, POOL("topology") BY_ORDER
	    "gtm topology ldns: subnet 10.0.0.0/8" TO_DC "}\n");
	for (int i = 0; i < TOPOLOGY_CHECK_TOLD + 7; i++)
		strbuf_printf(&b, "gtm topology ldns: subnet 10.%d.0.0/16"
		    TO_DC "order 1 }\n", i);
	found = find(&c, b.text);
	assert_int_equal(c.diag.warnings, TOPOLOGY_CHECK_TOLD + 1);
	(void)snprintf(want, sizeof(want), "gtm topology: %d more records "
	    "decide nothing\n", 7);
	assert_non_null(strstr(found, want));
	free(found);
	conf_close(&c);
	strbuf_fini(&b);
}

/* What a change costs does not grow with the records there are. */
static void
only_a_load_is_looked_at(void **state)
{
	static const char text[] = BY_ORDER
	    "gtm datacenter dc { }\n"
	    "gtm server s { datacenter dc virtual-servers { a { destination "
	    "10.0.0.1:80 } b { destination 10.0.0.2:80 } } }\n"
	    POOL("topology")
	    "gtm topology ldns: subnet 10.0.0.0/8" TO_DC "order 1 }\n"
	    "gtm topology ldns: subnet 10.1.0.0/16" TO_DC "order 2 }\n";
	const struct diag_pos pos = { .file = "t.conf", .line = 1 };
	struct geokeep *geo = geokeep_new("t.conf");
	struct model *m = model_new(&gtm_schema);
	struct draft *d = draft_new(&gtm_schema, m);
	struct topology_table *table;
	struct diag diag;
	struct tmos_bind b = { .schema = &gtm_schema, .out = &diag };

	(void)state;
	diag_init(&diag);
	assert_int_equal(tmos_bind_text(&b, d, text, strlen(text), &pos), 0);
	assert_int_equal(draft_check(d, &diag), 0);
	assert_null(topology_check_load(d, geo, &diag));
	assert_int_equal(diag.count, 0);
	draft_mark_load(d);
	table = topology_check_load(d, geo, &diag);
	assert_non_null(table);
	topology_table_drop(&table);
	assert_int_equal(diag.warnings, 1);
	draft_free(&d);
	model_free(&m);
	diag_fini(&diag);
	geokeep_free(&geo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_record_is_told_with_its_place_and_the_one_before_it),
		cmocka_unit_test(who_is_chosen_by_topology_counts_alone),
		cmocka_unit_test(some_are_told_and_the_others_counted),
		cmocka_unit_test(only_a_load_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
