/* tests/unit/gtmd/types/test_proberpool.c - prober pools.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gtmd/types/proberpool.h"

#include "tests/unit/gtmd/types/conf.h"

static void
every_property_is_read(void **state)
{
	static const struct conf_value v[] = {
		{ "description", "two of them" }, { "enabled", "disabled" },
		{ "members", "/Common/s" },
	};

	(void)state;
	CONF_HOLDS("gtm prober-pool /Common/pp {\ndescription \"two of them\"\n"
	    "disabled\nload-balancing-mode global-availability\n"
	    "members { s { order 3\n disabled } }\n}\n",
	    &proberpool_type, "/Common/pp", v);
}

/* Nobody's turn comes, since each probes for itself. */
static void
turns_are_refused(void **state)
{
	static const struct conf_case cases[] = {
		{ "gtm prober-pool /Common/pp {\nload-balancing-mode "
		  "round-robin\n}\n", "not supported yet: "
		  "load-balancing-mode: each gtmd probes for itself, if it is "
		  "a member: probers take no turns" },
	};

	(void)state;
	CONF_EXPECT_ALL(cases);
}

/* Does a pool of /Common/s have it? */
static bool
has(bool pool_enabled, bool member_enabled, const char *server)
{
	struct object *o = object_new(&proberpool_type, "/Common/pp");
	struct proberpool *p = (struct proberpool *)o;
	const struct prop *row = prop_find(proberpool_type.props, "members",
	    NULL);
	struct object *m = object_new(row->item, "/Common/s");
	bool found;

	p->enabled = pool_enabled;
	((struct proberpool_member *)m)->enabled = member_enabled;
	objlist_add(&p->members, &m);
	found = proberpool_has(p, server);
	object_unref(&o);
	return found;
}

static void
enabled_members_of_an_enabled_pool_are_probers(void **state)
{
	(void)state;
	assert_true(has(true, true, "/Common/s"));
	assert_false(has(true, true, "/Common/t"));
	assert_false(has(true, false, "/Common/s"));
	assert_false(has(false, true, "/Common/s"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_property_is_read),
		cmocka_unit_test(turns_are_refused),
		cmocka_unit_test(enabled_members_of_an_enabled_pool_are_probers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
