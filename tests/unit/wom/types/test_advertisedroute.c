/* tests/unit/wom/types/test_advertisedroute.c - networks that peers are told of.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/advertisedroute.h"

#include "tests/unit/wom/types/womconf.h"

#define A(lines)	"wom advertised-route /Common/a {\n" lines "\n}\n"
#define B(lines)	"wom advertised-route /Common/b {\n" lines "\n}\n"
#define HERE(line)	A("dest 10.0.0.0/8\n" line)

static void
every_property_is_read(void **state)
{
	static const struct confkit_value v[] = {
		{ "description", "d" }, { "dest", "2001:db8::/32" },
		{ "include", "disabled" }, { "label", "clients" },
		{ "metric", "10" }, { "origin", "persistable" },
		{ "remote-endpoints", "/Common/r /Common/s" },
	};

	(void)state;
	WOM_HOLDS(WOM_R WOM_S A("app-service none\ndescription d\n"
	    "dest 2001:db8::/32\ninclude disabled\nlabel clients\nmetric 10\n"
	    "origin persistable\nremote-endpoints { r s }"),
	    &advertisedroute_type, "/Common/a", v);
}

static void
a_network_is_enough(void **state)
{
	static const struct confkit_value v[] = {
		{ "description", "none" }, { "dest", "10.0.0.0/8" },
		{ "include", "enabled" }, { "label", "none" },
		{ "metric", "0" }, { "origin", "configured" },
		{ "remote-endpoints", "" },
	};

	(void)state;
	WOM_HOLDS(HERE(""), &advertisedroute_type, "/Common/a", v);
}

/* As the guide has it: an address and a netmask. */
static void
a_netmask_is_settled_to_its_bits(void **state)
{
	static const struct {
		const char	*text, *want;
	} cases[] = {
		{ "10.133.39.0/255.255.255.0", "10.133.39.0/24" },
		{ "0.0.0.0/0.0.0.0", "0.0.0.0/0" },
		{ "10.0.0.1/255.255.255.255", "10.0.0.1/32" },
		{ "10.0.0.128/255.255.255.128", "10.0.0.128/25" },
		{ "10.0.0.1", "10.0.0.1/32" },
		{ "2001:DB8::/ffff:ffff::", "2001:db8::/32" },
	};
	const struct advertisedroute *r;
	struct confkit c;
	char text[256];

	(void)state;
	for (size_t i = 0; i < OBJ_COUNT(cases); i++) {
		(void)snprintf(text, sizeof(text), A("dest %s"),
		    cases[i].text);
		confkit_open_clean(&c, &wom_schema, text);
		r = (const struct advertisedroute *)draft_find(c.d,
		    &advertisedroute_type, "/Common/a");
		assert_string_equal(r->dest, cases[i].want);
		confkit_close(&c);
	}
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ A(""), "advertised route /Common/a: dest must be given" },
		{ A("dest 10.0.0.1/8"), "2:1: error: advertised route /Common/a: "
		  "dest: \"10.0.0.1/8\" is not a network such as 192.0.2.0/24 or "
		  "192.0.2.0/255.255.255.0" },
		{ A("dest 10.0.0.0/255.0.255.0"), "is not a network" },
		{ A("dest 10.0.0.0/ffff::"), "is not a network" },
		{ A("dest 10.0.0.0/33"), "is not a network" },
		{ A("dest lan"), "is not a network" },
		{ HERE("include yes"), "\"yes\" is none of disabled, enabled" },
		{ HERE("metric 65536"), "65536 is outside 0..65535" },
		{ HERE("origin x"), "\"x\" is none of configured, discovered" },
		{ HERE("app-service x"), "there are no application services" },
		{ HERE("remote-endpoints { nobody }"), "remote-endpoints: there "
		  "is no wom remote-endpoint /Common/nobody" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

static void
a_network_has_one_route(void **state)
{
	static const struct confkit_case cases[] = {
		{ HERE("") B("dest 10.1.0.0/16\ninclude disabled"), NULL },
		{ HERE("") B("dest 10.0.0.0/8"), "5:1: error: advertised route "
		  "/Common/b: dest: 10.0.0.0/8 is also that of advertised route "
		  "/Common/a" },
		{ HERE("") B("dest 10.0.0.0/255.0.0.0"), "is also that of" },
		{ HERE("") B("dest 10.0.0.0/8\ninclude disabled"), "is also" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(a_network_is_enough),
		cmocka_unit_test(a_netmask_is_settled_to_its_bits),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(a_network_has_one_route),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
