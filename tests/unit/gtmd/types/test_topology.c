/* tests/unit/gtmd/types/test_topology.c - records and regions as files have
 * them: names, values, rules. SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unit/gtmd/types/conf.h"

#include "core/base/err.h"
#include "gtmd/types/region.h"
#include "gtmd/types/topology.h"
#include "gtmd/types/topoterm.h"

#define POOL	"gtm pool a /Common/p { }\n"

static void
a_record_is_what_its_header_says(void **state)
{
	static const struct conf_value record[] = {
		{ "description", "none" }, { "order", "1" },
		{ "score", "100" },
	};
	struct topoterm ldns, server;
	const struct object *o;
	struct conf c;

	(void)state;
	conf_open_clean(&c, POOL "gtm topology ldns: not subnet 10.0.0.0/8 "
	    "server: pool p {\n    order 1\n    score 100\n}\n");
	o = draft_find(c.d, &topology_type, "ldns: not subnet 10.0.0.0/8 "
	    "server: pool /Common/p");
	assert_non_null(o);
	CONF_VALUES(o, record);
	assert_int_equal(topology_split(o->name, &ldns, &server, NULL), 0);
	assert_true(ldns.negate);
	assert_int_equal(ldns.kind, TOPOTERM_SUBNET);
	assert_int_equal(ldns.prefix.len, 8);
	assert_false(server.negate);
	assert_int_equal(server.kind, TOPOTERM_POOL);
	assert_string_equal(server.value, "/Common/p");
	topoterm_fini(&ldns);
	topoterm_fini(&server);
	conf_close(&c);
}

static void
a_region_holds_terms(void **state)
{
	const struct region *r;
	struct conf c;

	(void)state;
	conf_open_clean(&c, "gtm region /Common/r {\n    region-members {\n"
	    "        not subnet 10.9.0.0/16 { }\n        country de { }\n"
	    "        state \"us/New York\" { }\n        region s { }\n    }\n}\n"
	    "gtm region /Common/s { region-members { subnet ::/0 { } "
	    "continent eu { } } }\n");
	r = (const struct region *)draft_find(c.d, &region_type, "/Common/r");
	assert_int_equal(r->members.count, 4);
	assert_string_equal(r->members.v[0]->name, "country DE");
	assert_string_equal(r->members.v[1]->name, "not subnet 10.9.0.0/16");
	assert_string_equal(r->members.v[2]->name, "region /Common/s");
	assert_string_equal(r->members.v[3]->name, "state US/New York");
	conf_close(&c);
}

static void
what_is_no_record_or_region_is_told(void **state)
{
	static const struct conf_case cases[] = {
		{ "gtm topology ldns: subnet 10.0.0.0/8 { }\n", "is not of the "
		  "form ldns: [not] KIND VALUE server: [not] KIND VALUE" },
		{ "gtm topology x { }\n", "is not of the form" },
		{ "gtm topology ldns: subnet 10.0.0.1/8 server: datacenter "
		  "Local { }\n", "10.0.0.1/8 has bits set behind its prefix" },
		{ "gtm topology ldns: subnet 10/8 server: datacenter Local "
		  "{ }\n", "\"10/8\" is not ADDRESS/LENGTH" },
		{ "gtm topology ldns: land DE server: datacenter Local { }\n",
		  "\"land\" is none of subnet, region" },
		{ "gtm topology ldns: country Germany server: datacenter "
		  "Local { }\n", "is not a code of two letters" },
		{ "gtm topology ldns: continent XX server: datacenter Local "
		  "{ }\n", "is none of AF AN AS EU NA OC SA" },
		{ "gtm topology ldns: state Ohio server: datacenter Local "
		  "{ }\n", "is not COUNTRY/NAME" },
		{ "gtm topology ldns: pool p server: datacenter Local { }\n",
		  "ldns: a pool is no place of clients" },
		{ "gtm topology ldns: region r server: subnet ::/0 { }\n",
		  "there is no gtm region /Common/r" },
		{ "gtm topology ldns: country DE server: datacenter Nowhere "
		  "{ }\n", "/Common/Nowhere" },
		{ "gtm topology ldns: country DE server: pool gone { }\n",
		  "warning: topology record ldns: country DE server: pool "
		  "/Common/gone: there is no pool /Common/gone" },
		{ "gtm region r {\n    region-members {\n"
		  "        region r { }\n    }\n}\n", "it is inside itself" },
		{ "gtm region r {\n    region-members {\n"
		  "        country DE { }\n        country de { }\n    }\n}\n",
		  "country DE is there twice" },
		{ "gtm region r {\n    region-members {\n"
		  "        country { }\n    }\n}\n", "is not of the form [not] "
		  "KIND VALUE" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

/* Each in the one form that all writers and readers of it use. */
static void
terms_have_one_canonical_text(void **state)
{
	static const struct { const char *text, *want; } step[] = {
		{ "subnet 2001:DB8:0::/32", "subnet 2001:db8::/32" },
		{ "subnet 192.0.2.1", "subnet 192.0.2.1/32" },
		{ "not country us", "not country US" },
		{ "country A1", "country A1" }, { "country n/a", NULL },
		{ "country N/A", "country N/A" },
		{ "continent --", "continent --" },
		{ "state us/New York", "state US/New York" },
		{ "isp AOL", "isp /Common/AOL" },
		{ "geoip-isp Deutsche Telekom AG",
		  "geoip-isp Deutsche Telekom AG" },
		{ "datacenter x", "datacenter /Common/x" },
		{ "pool /T/a/p", "pool /T/a/p" }, { "region", NULL },
		{ "not", NULL }, { "", NULL }, { "not not country DE", NULL },
	};

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(step); i++) {
		char *got = topoterm_make_name(step[i].text, NULL);

		if (step[i].want == NULL)
			assert_null(got);
		else
			assert_string_equal(got, step[i].want);
		free(got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_what_its_header_says),
		cmocka_unit_test(a_region_holds_terms),
		cmocka_unit_test(what_is_no_record_or_region_is_told),
		cmocka_unit_test(terms_have_one_canonical_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
