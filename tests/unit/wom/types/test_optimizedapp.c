/* tests/unit/wom/types/test_optimizedapp.c - which connections go through tunnels.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wom/types/optimizedapp.h"

#include "tests/unit/wom/types/womconf.h"
#include "wom/types/portrange.h"

#define A(lines)	"wom optimized-application /Common/a {\n" lines "\n}\n"
#define B(lines)	"wom optimized-application /Common/b {\n" lines "\n}\n"
#define TAKEOVER	"mode takeover\nlisten 10.9.0.1:80\n"		\
	"destination 10.0.0.1:80\n"
#define EXPLICIT	"mode explicit\nlisten 127.0.0.1:8000\n"	\
	"destination 10.0.0.1:8000\n"

static void
every_property_is_read(void **state)
{
	static const struct confkit_value transparent[] = {
		{ "description", "d" }, { "destination", "none" },
		{ "enabled", "disabled" }, { "listen", "none" },
		{ "mode", "transparent" }, { "ports", "49152-49215 902" },
		{ "profile", "/Common/isession-encrypt" },
	};
	static const struct confkit_value explicit[] = {
		{ "description", "none" }, { "destination", "2001:db8::1.902" },
		{ "enabled", "enabled" }, { "listen", "0.0.0.0:902" },
		{ "mode", "explicit" }, { "ports", "" }, { "profile", "none" },
	};

	(void)state;
	WOM_HOLDS(A("description d\ndisabled\nmode transparent\n"
	    "ports { 902 49152-49215 }\nprofile isession-encrypt"),
	    &optimizedapp_type, "/Common/a", transparent);
	WOM_HOLDS(A("destination 2001:db8::1.902\nlisten 0.0.0.0:902\n"
	    "mode explicit\nprofile none"), &optimizedapp_type, "/Common/a",
	    explicit);
}

/* The guide's check box: a name and nothing else. */
static void
a_known_name_says_its_ports(void **state)
{
	const struct optimizedapp_known *k;
	struct portrange r;
	struct confkit c;
	char text[128], path[64];

	(void)state;
	for (k = optimizedapp_known; k->name != NULL; k++) {
		struct confkit_value v[] = {
			{ "description", "none" }, { "destination", "none" },
			{ "enabled", "enabled" }, { "listen", "none" },
			{ "mode", "transparent" }, { "ports", k->ports },
			{ "profile", "/Common/isession" },
		};

		assert_int_equal(portrange_parse(k->ports, &r), 0);
		assert_true(k->help != NULL && *k->help != '\0');
		(void)snprintf(path, sizeof(path), "/Common/%s", k->name);
		(void)snprintf(text, sizeof(text),
		    "wom optimized-application %s { }\n", path);
		confkit_open_clean(&c, &wom_schema, text);
		CONFKIT_VALUES(draft_find(c.d, &optimizedapp_type, path), v);
		confkit_close(&c);
	}
	confkit_open_clean(&c, &wom_schema,
	    "wom optimized-application vmware-vmotion {\nports { 8001 }\n}\n");
	assert_true(strlist_has(&((const struct optimizedapp *)draft_find(c.d,
	    &optimizedapp_type, "/Common/vmware-vmotion"))->ports, "8001"));
	confkit_close(&c);
}

static void
values_are_checked(void **state)
{
	static const struct confkit_case cases[] = {
		{ A("ports { 0 }"), "\"0\" is not a port, nor a range of ports" },
		{ A("ports { 2-1 }"), "\"2-1\" is not a port, nor a range" },
		{ A("ports { 80 }\nmode both"), "\"both\" is none of transparent, "
		  "explicit" },
		{ A("ports { 80 }\nprofile nobody"), "profile: there is no wom "
		  "profile isession /Common/nobody" },
		{ A(EXPLICIT), NULL },
		{ A("mode explicit\nlisten 127.0.0.1:80\ndestination here"),
		  "destination: \"here\" is not an address with a port" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

static void
each_mode_has_what_it_needs_and_nothing_else(void **state)
{
	static const struct confkit_case cases[] = {
		{ A(""), "1:1: error: optimized application /Common/a: ports: "
		  "none are given, and its name is not one that says them, such "
		  "as vmware-vmotion" },
		{ A("ports { 80 }\nlisten 127.0.0.1:80"), "listen: it needs mode "
		  "explicit or takeover" },
		{ A("ports { 80 }\ndestination 10.0.0.1:80"), "destination: it "
		  "needs mode explicit or takeover" },
		{ A(EXPLICIT "ports { 80 }"), "ports: it needs mode transpar" },
		{ A("mode explicit\nlisten 127.0.0.1:80"), "destination: mode "
		  "explicit needs an address and a port" },
		{ A("mode explicit\ndestination 10.0.0.1:80"), "listen: mode "
		  "explicit needs an address and a port" },
		{ A("mode explicit\nlisten 127.0.0.1:80\ndestination 0.0.0.0:80"),
		  "destination: mode explicit needs an address and a port" },
		{ A("mode explicit\nlisten 127.0.0.1:80\n"
		  "destination 10.0.0.1:any"), "destination: mode explicit needs" },
		{ A("mode explicit\nlisten *:80\ndestination 10.0.0.1:80"),
		  "listen: mode explicit needs an address and a port" },
		{ A(TAKEOVER), NULL },
		{ A(TAKEOVER "ports { 80 }"), "ports: it needs mode transpar" },
		{ A("mode takeover\nlisten 10.9.0.1:80"), "destination: mode "
		  "takeover needs an address and a port" },
		{ A("mode takeover\nlisten 10.9.0.1:any\n"
		  "destination 10.0.0.1:any"), NULL },
		{ A("mode takeover\nlisten 10.9.0.1:any\n"
		  "destination 10.0.0.1:80"), "listen: mode takeover needs an "
		  "address and a port" },
		{ A("mode takeover\nlisten 10.9.0.1:80\n"
		  "destination 10.0.0.1:any"), "destination: mode takeover needs" },
		{ A("mode takeover\nlisten 0.0.0.0:80\ndestination 10.0.0.1:80"),
		  "listen: mode takeover needs one address, not all" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

static void
a_range_and_a_listening_place_have_one_application(void **state)
{
	static const struct confkit_case cases[] = {
		{ A("ports { 80 }") B("ports { 80 }"), "4:1: error: optimized "
		  "application /Common/b: ports: 80 is also that of optimized "
		  "application /Common/a" },
		{ A("ports { 80 }") B("ports { 80-80 }"), "80-80 is also that" },
		{ A("ports { 80 }") B("ports { 1-65535 }"), NULL },
		{ A("ports { 80-90 }") B("ports { 85-95 }"), NULL },
		{ A("ports { 80 }\ndisabled") B("ports { 80 }"), NULL },
		{ A("ports { 80 }") B("ports { 80 }\ndisabled"), NULL },
		{ A(EXPLICIT) B(EXPLICIT), "listen: 127.0.0.1:8000 is also that "
		  "of optimized application /Common/a" },
		{ A(EXPLICIT) B(EXPLICIT "disabled"), NULL },
		{ A(EXPLICIT) B("ports { 8000 }"), NULL },
		{ A("mode takeover\nlisten 10.9.0.1:any\ndestination 10.0.0.1:any")
		  B("mode takeover\nlisten 10.9.0.1:any\n"
		  "destination 10.0.0.2:any"), "is also that of" },
		{ A(TAKEOVER) B(TAKEOVER), "listen: 10.9.0.1:80 is also that of "
		  "optimized application /Common/a" },
		{ A(TAKEOVER) B("mode explicit\nlisten 10.9.0.1:80\n"
		  "destination 10.0.0.2:80"), "listen: 10.9.0.1:80 is also that" },
	};

	(void)state;
	WOM_EXPECT(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(a_known_name_says_its_ports),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(each_mode_has_what_it_needs_and_nothing_else),
		cmocka_unit_test(a_range_and_a_listening_place_have_one_application),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
