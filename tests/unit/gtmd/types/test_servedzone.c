/* tests/unit/gtmd/types/test_servedzone.c - zones served from files.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/servedzone.h"

#include "tests/unit/gtmd/types/conf.h"

#define Z(name)	"gtm zone " name " { file a.zone }\n"

static void
every_property_is_read(void **state)
{
	static const struct conf_value v[] = {
		{ "description", "d" }, { "enabled", "disabled" },
		{ "file", "/etc/gtm/a.zone" },
	};
	const struct object *o;
	struct conf c;

	(void)state;
	conf_open_clean(&c, "gtm zone /t/siterequest.com {\ndescription d\n"
	    "disabled\nfile /etc/gtm/a.zone\n}\n");
	o = draft_find(c.d, &servedzone_type, "/t/siterequest.com");
	CONF_VALUES(o, v);
	assert_string_equal(servedzone_domain((const struct servedzone *)o),
	    "siterequest.com");
	conf_close(&c);
}

static void
a_zone_is_a_domain_name_once(void **state)
{
	static const struct conf_case cases[] = {
		{ Z("/Common/x.com"), NULL },
		{ Z("/Common/com"), NULL },
		{ Z("/Common/_tcp.x.com"), NULL },
		{ Z("/Common/x..com"), "1:10: error: gtm zone: \"x..com\" is "
		  "not a domain name" },
		{ Z("\"/Common/*.x.com\""), "a zone's name is not a pattern" },
		{ "gtm zone /Common/x.com { }\n", "zone /Common/x.com: file "
		  "must be given" },
		{ Z("/Common/x.com") Z("/t/X.com"), "2:1: error: zone /t/X.com:"
		  " zone /Common/x.com is of the same name" },
		{ Z("/Common/x.com") Z("/Common/x.com."), "of the same name" },
		{ Z("/Common/x.com") Z("/Common/y.x.com"), NULL },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(a_zone_is_a_domain_name_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
